/*
 * operator - the door between the judge and what collects transactions in another way than windows.
 *
 * An operator is a state object for all keys of one rule. It sees numbers and values, never rows
 * or rules: entries come in the total order, and whenever something is worth judging it calls back
 * with a moment. Everything a moment points to lives until the call returns.
 *
 *      add       one entry; may call `judge` any number of times
 *      advance   the stream has moved on; what waited for that is judged now
 *      evidence  the transactions behind the moment being judged
 *
 * Moments of one operator come in the order of their times. Results depend on the entries alone,
 * not on where calls of advance stand between them.
 */
#ifndef OPERATOR_OPERATOR_H
#define OPERATOR_OPERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/value.h"

#define OPERATOR_NO_KEY UINT32_MAX

struct operator_entry {
    uint32_t key;      /* dense number from state/keys; names a key inside the run only */
    uint32_t other;    /* where an entry goes from one key to another: the other */
    uint32_t group[2]; /* there: what `key` and `other` are part of; OPERATOR_NO_KEY: not known */
    uint64_t number;   /* of the transaction, grows with the total order; both sides share it */
    int64_t at_us;
    bool date_only; /* at_us is the start of its day; the true order within it is unknown */
    uint8_t side;   /* account view: 0 seen from the originator, 1 from the beneficiary */
    const struct value *inputs; /* what the rule's block asked for, in its order; unset: missing */
    /* Where entries are hits of other rules: */
    uint32_t line;          /* which line of the block this hit answers */
    const uint64_t *behind; /* transactions it rests on, rising */
    size_t behind_count;
};

struct operator_moment {
    uint32_t key;
    int64_t at_us;                /* time of the hit; of a conclusion from absence its deadline */
    uint64_t number;              /* the completing transaction */
    const struct value *measures; /* in the order of the block's measures */
    bool uncertain;               /* rests on a chosen order of date-only rows */
    bool incomplete;              /* a search was cut short: there may be more than this */
    const uint32_t *parties;      /* where entries go between keys: keys by enum operator_party */
};

enum operator_party { OPERATOR_ORIGIN, OPERATOR_END, OPERATOR_MIDDLE, OPERATOR_PARTIES };

/* A transaction quoted as evidence; `role` lives as long as the operator. */
struct operator_quote {
    uint64_t number;
    const char *role;
};

/* What keys are called: where an operator has to put some in order. */
struct operator_names {
    const void *context;
    struct bytes (*of)(const void *context, uint32_t key); /* lives as long as the context */
};

/* A search that ended early and found nothing: at which key, when, why, after how much. */
struct operator_cut {
    int64_t at_us;
    uint32_t key, visits;
    const char *cause; /* "budget", "hub" */
};

struct operator_counts {
    uint64_t left_out; /* entries that lack what it needs */
    uint64_t inside;   /* entries that go from a key to itself, or inside what both are part of */
    uint64_t examined, searches; /* entries that may complete a pattern; searches begun at them */
    uint64_t search_cut, cut_budget, cut_hub; /* those that ended early, and why: both may be */
    const struct operator_cut *cut;           /* the first of them at each key */
    size_t cut_count;
    uint64_t lost; /* partial matches that gave way to newer ones and may have reached the line */
};

/* False: stop, something failed. */
typedef bool (*operator_judge_fn)(void *context, const struct operator_moment *m);

struct operator_class {
    /* False when out of memory or where `judge` said so. */
    bool (*add)(
        void *state, const struct operator_entry *e, operator_judge_fn judge, void *context);
    /*
     * All entries before passed_us are in, later ones may still stand at it; INT64_MAX: the stream
     * has ended (and time has not moved on: nothing expires by it). Conclusions from absence with a
     * deadline up to conclude_us are drawn. Also frees what nothing can see any more.
     */
    bool (*advance)(void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge,
        void *context);
    /*
     * The transactions behind the moment, in the total order, each once; where more than `max`,
     * the number of all is returned and what was written does not count. With `resumes`, what was
     * quoted at an earlier moment of the key when `after` was the newest may be left out. Only
     * during `judge`.
     */
    size_t (*evidence)(const void *state, const struct operator_moment *m, uint64_t after,
        struct operator_quote *out, size_t max);
    size_t (*bytes)(const void *state);     /* memory */
    uint64_t (*waiting)(const void *state); /* conclusions not drawn yet; NULL: none ever wait */
    /* The rest may be NULL. Before the first entry: */
    void (*name)(void *state, const struct operator_names *names);
    /* Report also what no rule could alert on: somebody wants to see what comes near. */
    void (*every)(void *state);
    /* Ask for what an entry some 16 ahead will touch. */
    void (*ahead)(const void *state, const struct operator_entry *e);
    /*
     * Once for each moment that became a hit of a rule, the `seat`-th that shares this state: the
     * text that hits have in common when they belong to one alert. NULL: the key's. False: no
     * memory.
     */
    bool (*join)(void *state, const struct operator_moment *m, uint32_t seat, int64_t cooldown_us,
        struct bytes *out);
    void (*counts)(const void *state, struct operator_counts *out);
    void (*free)(void *state);
    /*
     * Quoting goes on from `after`, so that an account with many hits is not quoted from the start
     * at each; without it `after` is 0. What is quoted twice counts once.
     */
    bool resumes;
};

#endif
