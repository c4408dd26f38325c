/*
 * program - an expression compiled to a flat typed program, and its evaluation.
 *
 * Immutable, shared by threads; each thread brings an eval_room. Evaluation has no effects
 * and cannot fail: it yields true, false or undecided (value.set == 0), or a value or missing.
 */
#ifndef RULE_PROGRAM_H
#define RULE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"
#include "rule/scope.h"
#include "text/diag.h"
#include "text/yaml_read.h"
#include "weir/limits.h"

struct arena;
struct expr;
struct program;
struct zone;

/* ---- compiling --------------------------------------------------------- */

/*
 * Parse a scalar; NULL when it has syntax errors (told in ds) or memory is out. Where the only
 * fault is mixed `and` and `or`, a tree comes back all the same, so that program_new() can tell
 * what else is wrong with it before it answers NULL.
 */
struct expr *expr_parse(struct arena *a, struct diags *ds, const struct yaml_node *scalar);

/*
 * Check names, types and units against the scope and compile. `want` is TYPE_BOOL for conditions,
 * TYPE_NONE for any. NULL after errors (told in ds). With PLACE_MEASURE the aggregates
 * found are appended to `aggs`, each a slot.
 */
struct aggregates;
struct program *program_new(struct arena *a, struct diags *ds, struct scope *scope,
    const struct expr *e, enum type want, struct aggregates *aggs);
enum type program_type(const struct program *p);
int64_t program_currency(const struct program *p); /* of a money result; 0 otherwise */
bool program_percent(const struct program *p);     /* a share or percent: prints as 96% */
bool program_counted(const struct program *p);     /* a number of things, never below 0 */
bool program_portion(const struct program *p);     /* a share of a whole, from 0 to 1 */

/* A condition that holds only where words are found in the narrative. */
bool program_rests_on_words(const struct program *p);

/* A condition of which every test asks who somebody is: a country, a name, a segment. */
bool program_rests_on_who(const struct program *p);

/* The canonical text of a program: names resolved, macros expanded, parameters by value. For hashes
 * and sharing. */
struct buf;
void program_print(const struct program *p, struct buf *out);

/* One aggregate of a window: state/window.h's function, over programs evaluated for each entry. */
struct aggregate {
    int function; /* enum window_function */
    enum type type;
    int64_t currency;
    const struct program *value; /* NULL: count() */
    const struct program *where; /* NULL: always */
};
struct aggregates {
    struct aggregate *at; /* grown in the arena given to program_new */
    uint32_t count, cap;
};

/* The clauses of a condition: the operands of its outermost `and` (or itself), for alerts and
 * explain. */
enum clause_join { CLAUSE_TEST, CLAUSE_AND, CLAUSE_OR, CLAUSE_NOT };
struct clause {
    const struct program *whole;
    const struct program *left, *right; /* of a comparison; NULL otherwise */
    const char *relation;               /* of a comparison: ">=" */
    const struct program *subject;      /* what another test looks at; NULL: it has none */
    struct bytes text;                  /* as written */
    enum clause_join join;              /* what it joins, if it does: */
    const struct clause *part;
    size_t part_count;
};
size_t program_clauses(const struct program *p, const struct clause **out);

/* ---- evaluating --------------------------------------------------------- */

enum { SIDE_ORIGINATOR = 0, SIDE_BENEFICIARY = 1 };

struct eval_room; /* one a thread: regex space, folded texts of the current row */
struct eval_room *eval_room_new(const struct zone *pack_zone, int32_t week_starts);
void eval_room_free(struct eval_room *room);

struct eval_frame {
    const struct txn *txn;        /* may be NULL for alert_if */
    int side;                     /* whose view `own.` is */
    const struct value *measures; /* by slot; also aggregates of a window under PLACE_MEASURE */
    const struct value *aggregates;
    const struct value *hit; /* where hits are looked at: this one's measures; NULL: missing */
    struct value about;
};
/* Call when the row changes, so that cached foldings go. */
void eval_next_row(struct eval_room *room);
struct value program_run(
    const struct program *p, struct eval_room *room, const struct eval_frame *f);
/*
 * After an undecided result: the field that caused it (enum txn_field), EVAL_LIMIT where a pattern
 * met its limit, or -1.
 */
enum { EVAL_LIMIT = LIMIT_FIELDS };
int eval_undecided_field(const struct eval_room *room);
/* What could not be reckoned since the room was made; each such test was undecided. */
struct eval_counts {
    uint64_t overflow;     /* E330: more than 128 bits */
    uint64_t inconclusive; /* W650: a pattern met its limit */
    uint64_t no_memory;    /* E401: a text could not be folded */
};
struct eval_counts eval_room_counts(const struct eval_room *room);
/* How often patterns of a watchlist met their limit without another being found. */
struct eval_limit {
    const struct named *watch;
    uint64_t count;
};
size_t eval_room_limits(const struct eval_room *room, const struct eval_limit **out);
void eval_room_forget(struct eval_room *room); /* all counts are 0 again */
/*
 * Watchlist hits of the current row, for `say` and evidence: at most one a watchlist and field. A
 * run forgets the hits of the watchlists its program asks and keeps those of others until the next
 * row. Also alternatives of an `or` that no longer decide are looked at, so that their hits are
 * known.
 */
struct watch_record {
    const struct named *watch;
    unsigned field; /* LIMIT_FIELDS: of a text made by an expression */
    struct watch_hit hit;
};
size_t eval_watch_hits(const struct eval_room *room, const struct watch_record **out);

#endif
