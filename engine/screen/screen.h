/*
 * screen - one run: builds the chain, owns the loop, writes what came out.
 *
 * Inputs are read once; a file that proves bad, a feed found out of order after rows were handed
 * on, or identifiers found in conflict make the run start again with that knowledge (optimistic
 * verification). Nothing is written before the stream has ended well.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "reader/reader.h"
#include "rule/judge.h"
#include "screen/inputs.h"
#include "weir/status.h"

struct diags;
struct judge;
struct named;
struct ruleset;
struct select;

/*
 * Somebody who looks on: sees every row before it is judged and every time a rule's line is looked
 * at, and says which rules are to run, whatever their status. Called on the caller's thread.
 */
struct screen_watch {
    void *context;
    bool every; /* judge_watch() */
    bool (*wants)(void *context, const struct rule *rule);
    /* A pass begins, perhaps anew; what filters say stands in the rows' picks. */
    bool (*begin)(void *context, const struct ruleset *rs, const struct select *select);
    bool (*row)(void *context, const struct txn *row);
    judge_look_fn look;
};

struct screen_spec {
    const char *const *rules;
    size_t rule_count;
    const char *const *mappings;
    size_t mapping_count;
    const char *const *inputs;
    size_t input_count;
    const char *rates;   /* NULL: only euro rows have amount_eur */
    const char *out;     /* NULL: nothing is written; then `work` is given */
    const char *work;    /* for spills; NULL: below `out` */
    int64_t as_of_day;   /* INT64_MAX: none given */
    bool strict;         /* a search cut short fails the run: nothing is written */
    uint32_t threads;    /* in all; 1: everything on the caller's */
    size_t memory_bytes; /* of sorts and read-ahead together; 0: default */
    size_t block_bytes;  /* tests */
    enum reader_inflater inflater;
    /* Called now and then with rows so far and their event time; may be NULL. */
    void (*progress)(void *context, uint64_t rows, int64_t at_us);
    void *context;
    const struct screen_watch *watch;  /* NULL: nobody looks on */
    struct hash_key key;               /* drawn at random by the caller; no result depends on it */
    const volatile sig_atomic_t *stop; /* non-zero: unwind, WEIR_TROUBLE_STOPPED */
};

struct screen_rule {
    uint64_t alerts;
    bool ran;
    const char *why_not; /* "draft", "retired", "needs several banks", ... */
};

/* How often no pattern of a watchlist was found, and one met its limit: W650. */
struct screen_limit {
    const struct named *watch;
    uint64_t count;
};

struct screen_result {
    struct inputs inputs;
    const struct ruleset *rules;
    const struct judge *judge; /* for its counters */
    struct screen_rule *rule;  /* by rule index */
    struct alert *const *alerts;
    size_t alert_count;
    uint64_t rows;               /* transactions judged */
    struct screen_limit *limits; /* watchlists whose patterns met their limit, by name */
    size_t limit_count;
    uint32_t restarts;
    bool attention;  /* exit 3: rows or files set aside, limits, undecided shares above 20 % */
    struct run *run; /* owns the rest */
};

/*
 * Load, read, judge and write alerts and quarantine. Messages about rules and mappings go to `ds`;
 * then WEIR_FAIL with trouble RULES. The result is to be freed in any case.
 */
enum weir_status screen_run(const struct screen_spec *spec, struct diags *ds,
    struct screen_result *out, struct weir_err *err);
void screen_free(struct screen_result *result);

#endif
