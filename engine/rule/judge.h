/*
 * judge - the stateful half of judgement: selected rows to windows, windows to hits.
 *
 * Owns all state of the run's rules: the ledger, keys and windows. Rules whose state-shaping part
 * is equal share one group and so one set of windows. A slab is judged group by group; within a
 * group in the total order.
 *
 *      judge_slab(j, rows, count, emit, context, err)
 *          emit(context, j, &draft)  for each hit; inside it
 *              judge_describe(j, draft, &hit)     what a first hit says
 *              judge_evidence(j, draft, after, &list, &count)
 */
#ifndef RULE_JUDGE_H
#define RULE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "rule/ruleset.h"
#include "rule/select.h"
#include "weir/alert.h"
#include "weir/limits.h"
#include "weir/status.h"

struct judge;
struct operator_quote;
struct group;
struct collection;

/* A hit as it comes up; valid during emit(). */
struct draft {
    struct hit hit; /* without what judge_describe() adds */
    const struct rule *rule;
    int64_t at_us;
    uint64_t number;            /* of the completing transaction */
    const struct txn *txn;      /* the same; NULL where it has passed by already */
    struct evidence completing; /* the same, as evidence */
    int side;
    struct group *group;           /* private: of a window; */
    struct collection *collection; /* of another operator; both NULL without one */
    uint32_t key;
    const struct value *heard;           /* of a rule that looks at hits: this one's measures */
    const struct operator_quote *behind; /* the transactions that hit rests on, oldest first */
    size_t behind_count;
    uint32_t seat; /* of the rule among those that share the collection */
};

typedef bool (*judge_emit_fn)(void *context, struct judge *j, const struct draft *draft);

/*
 * Each time a rule's line was looked at, reached or not, before any hit; of the draft the hit has
 * only `about` and measures. Inside it judge_evidence() may be asked. False: stop.
 */
typedef bool (*judge_look_fn)(
    void *context, struct judge *j, const struct draft *draft, bool reached);

struct judge *judge_new(const struct ruleset *rs, const bool *active, const struct select *select,
    const struct hash_key *key); /* NULL: no memory */
void judge_free(struct judge *j);

/*
 * For tests and explanations: every entry is judged in full, and `look` sees all of it. `every`:
 * also what operators pass over otherwise, as no rule could alert on it.
 */
void judge_watch(struct judge *j, bool every, judge_look_fn look, void *context);

/* WEIR_FAIL: out of memory, or emit() or look() returned false. */
enum weir_status judge_slab(struct judge *j, const struct txn **rows, uint32_t count,
    judge_emit_fn emit, void *context, struct weir_err *err);

/*
 * For tests of rules that hear others: a hit of `rule` about `about`, as if it had come up at this
 * row, which no rule looks at. Rows come in the total order.
 */
enum weir_status judge_signal(struct judge *j, const struct rule *rule, const struct txn *row,
    struct bytes about, const struct value *measures, struct weir_err *err);

/*
 * The stream has ended: what waited for its going on is judged. Event time stands at the newest
 * row: conclusions from absence whose time has not come by `lateness` wait on and are counted;
 * `run_on`, for tests: the clock runs on until every timer has run.
 */
enum weir_status judge_end(
    struct judge *j, bool run_on, judge_emit_fn emit, void *context, struct weir_err *err);

/* The entity a hit counts for with a rule that hears of it: what it is about, or the customer of
   that account. False: not known. */
bool judge_entity(const struct rule *rule, const struct draft *d, struct bytes *out);
/* Adds say, clauses and watch hits to `hit`; false: no memory. */
bool judge_describe(struct judge *j, const struct draft *draft, struct hit *hit);
/* The transactions behind the hit, oldest first; what an alert already had when `after` was its
   newest may be left out. False: no memory. */
bool judge_evidence(struct judge *j, const struct draft *draft, uint64_t after,
    const struct evidence **list, size_t *count);

/* What a rule saw; sums over sides. */
struct judge_counts {
    uint64_t selected, self, undecided, excepted, hits;
    uint64_t key_missing;   /* selected, but a field of the key is missing */
    uint64_t about_missing; /* hit, but what the alert would be about is missing */
    uint64_t placeholder;   /* hits whose shared value has too many members to mean anything */
    uint64_t waiting;       /* conclusions from absence whose time had not come at the end */
    uint64_t lost;          /* older partial matches that gave way to newer ones */
    uint64_t examined;      /* payments looked at for a pattern across accounts */
    uint64_t searches;      /* those at which a search for it began */
    uint64_t cut_budget, cut_hub; /* of search_cut: why; both may be */
    uint64_t search_cut;          /* searches for a pattern that ended early */
    uint64_t prevented;           /* hits that an exception on alerts held back */
    uint64_t undecided_by[LIMIT_FIELDS];
    uint64_t inconclusive; /* of `undecided`: a pattern met its limit, W650 */
    uint64_t views;        /* how often it looks at a row: once, or from both sides */
};
/* More than the share of `rows` a rule may be undecided about; *percent is the share. */
bool judge_undecided(const struct judge_counts *c, uint64_t rows, uint64_t *percent);
void judge_counts(const struct judge *j, uint32_t rule, struct judge_counts *out);
/* Rows an exception of a rule took out (drop: transactions) or hits it held back (drop: alerts). */
uint64_t judge_exception(const struct judge *j, uint32_t rule, uint32_t exception);
const struct eval_room *judge_room(const struct judge *j); /* for its counts */
/* Searches of a rule cut short that found nothing: the first of each account. */
struct judge_cut {
    int64_t at_us;
    uint32_t visits;
    const char *cause;
    struct bytes account;
};
size_t judge_cut_count(const struct judge *j, uint32_t rule);
void judge_cut(const struct judge *j, uint32_t rule, size_t index, struct judge_cut *out);
size_t judge_bytes(const struct judge *j); /* memory of all windows */

#endif
