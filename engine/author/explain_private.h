/* explain_private - what was seen of those who are to be explained; for the files of explain. */
#ifndef AUTHOR_EXPLAIN_PRIVATE_H
#define AUTHOR_EXPLAIN_PRIVATE_H

#include "author/clauses.h"
#include "author/explain.h"
#include "author/nearness.h"
#include "base/arena.h"
#include "base/buf.h"
#include "rule/ruleset.h"
#include "rule/select.h"
#include "screen/screen.h"

enum { EXPLAIN_ROWS = 200 /* transactions listed of one moment, the newest */ };

struct intern;
struct json_write;

/* How often a clause of `when` was not true of a transaction. */
struct kept_out {
    uint64_t no, undecided, alone; /* alone: no other clause kept it out */
    uint64_t wanting;              /* bit f: field f was missing where it was undecided */
};

/* The moment nearest to an alert; the first of those that are equally near. */
struct closest {
    bool any;
    struct nearness near;
    int64_t at_us;
    struct value *measures;
    struct evidence completing;
    struct evidence *row;
    size_t row_count, row_all; /* listed; all */
    struct arena arena;        /* holds them */
};

/* The transaction that came nearest to `when`, as long as none is looked at. */
struct turned_away {
    bool any;
    struct nearness near;
    int64_t at_us;
    uint32_t file;
    uint64_t row;
    struct clause_line *line; /* of `when`, with what each lacks as note */
    size_t count;
    struct arena arena; /* holds them */
};

struct seen {
    uint64_t rows;      /* transactions with him, once from each side the rule looks from */
    uint64_t elsewhere; /* those with him on the side it does not look from */
    uint64_t selected;
    uint64_t itself;    /* from an account to itself */
    uint64_t untouched; /* true of `when`, and of no part of the operator */
    uint64_t *parts;    /* by rule->touch: those looked at of which that part is true */
    uint64_t *excepted; /* by exception of the rule */
    struct kept_out *kept;
    size_t kept_count;
    uint64_t *heard;         /* by rule->feeds: hits about him */
    uint64_t looks, reached; /* times the rule's line was looked at */
    struct closest closest;
    struct turned_away turned;
};

struct explain {
    const struct explain_subject *subject;
    size_t count;
    bool alone;           /* nobody written before among them: near misses are wanted */
    struct intern *names; /* rule and about, to a number */
    struct seen *seen;    /* by that number */
    const struct ruleset *rs;
    const struct select *select;
    bool *wanted; /* by rule */
    struct eval_room *room;
    struct arena arena;
    struct buf text, about;
    struct screen_watch watch;
};

/* What was seen of him; NULL: nobody asked. explain.c */
struct seen *explain_seen(struct explain *e, const struct rule *rule, struct bytes about);
bool explain_row(void *context, const struct txn *row); /* explain_rows.c */

/* ---- explain_settle.c ---------------------------------------------------------------- */

/* One alert of a subject, as it comes now. */
struct explained {
    const struct alert *alert;
    struct clause_line *line; /* of alert_if, of the figures it opened with */
    size_t count;
    bool holds;           /* they are true */
    struct bytes differs; /* keys in which it is not as it was written: "hits, evidence" */
};

/* A subject with all that can be said of it; in an arena. */
struct settled {
    const struct explain_subject *subject;
    const struct rule *rule; /* NULL: these rules have none of that name */
    const struct seen *seen;
    const char *idle; /* why the rule does not run on a night; NULL: it does */
    struct explained *alert;
    size_t alert_count;
    bool lost;                /* an alert written before does not come again */
    struct bytes missing;     /* of such: files it rests on that are not among the inputs */
    struct clause_line *near; /* of the closest moment, with what each lacks as note */
    size_t near_count;
};

struct settling {
    struct explain *e;
    const struct screen_result *r;
    struct arena *a;
    struct intern *ids; /* of all alerts, to a number */
    size_t *first;      /* by it: the first alert of that id */
    const char **files; /* names shown, by input */
    struct buf text;
    bool failed;
};

bool explain_settle_open(struct settling *s, struct explain *e, const struct screen_result *r);
void explain_settle_close(struct settling *s);
/* False: no memory. Valid until the arena goes. */
bool explain_settle(struct settling *s, const struct explain_subject *subject, struct arena *a,
    struct settled *out);

/* ---- what the two forms share --------------------------------------------------------- */

/* What each false clause lacks, as its note. False: no memory. explain_settle.c */
bool explain_note_lacks(struct explain *e, const struct eval_frame *f, struct clause_line *line,
    size_t count, struct arena *a);
/* Exceptions on alerts at some figures: is it true of them? explain_settle.c */
bool explain_excepts(struct explain *e, const struct rule *rule, const struct exception *x,
    const struct value *measures, struct bytes about);
/* The way the money took, in one line: "A -> B -> C"; nothing where roles tell of none.
   explain_path.c */
void explain_path(const struct evidence *row, size_t count, struct buf *out);
/* Searches about him that ended early and found nothing: with them there may be more. */
size_t explain_cuts(const struct settling *s, const struct settled *x);
void explain_text(struct settling *s, const struct settled *x, struct buf *out);
void explain_json(struct settling *s, const struct settled *x, struct buf *out);

/* The rules whose hits a rule looks at. */
static inline size_t
explain_feeds(const struct rule *rule)
{
    return rule->of != NULL ? 1 : rule->feed_count;
}

static inline const struct rule *
explain_feed(const struct rule *rule, size_t i)
{
    return rule->of != NULL ? rule->of : rule->feeds[i].rule;
}

#endif
