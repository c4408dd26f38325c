/*
 * flow - patterns of money across accounts: fan_in, fan_out, gather_scatter, scatter_gather,
 * chain, cycle, bipartite, stack; exact, in one pass.
 *
 * rule-language.md section 11 `flow` and flow-patterns.md sections 1 to 4 say what each shape is.
 * One object holds one set of candidate payments (rules with the same filter and the same nodes
 * share it) and any number of patterns over them.
 *
 *      f = flow_new(patterns, count, &names, &key)
 *      flow_add(f, &edge)                     payments in the total order
 *          flow_hits(f, &n)                   what this payment completed, by pattern, then key
 *          flow_evidence(f, hit, after, &n)   the payments behind a hit
 *          flow_cuts(f, &n)                   searches it cut short
 *
 * The trigger of a hit is the payment last added: always the last of the match in the total order.
 * Nodes are dense numbers; no result depends on them, where an order or a choice is needed it is
 * that of their names.
 *
 * Date-only payments of one day have no order of their own, so either may come before the other
 * (rule-language.md section 10): the order that completes a pattern is taken, and the hit says
 * `order_uncertain`.
 */
#ifndef OPERATOR_FLOW_H
#define OPERATOR_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/value.h"

struct flow;

enum flow_shape {
#define SHAPE(ID, name) FLOW_##ID,
#include "operator/flow_shape.def"
#undef SHAPE
    FLOW_SHAPES
};

/* Measures of all shapes; each shape yields some of them, in this order. */
enum flow_measure {
#define MEASURE(ID, name, type, percent, shapes) FLOW_##ID,
#include "operator/flow_measure.def"
#undef MEASURE
    FLOW_MEASURES
};

struct flow_measure_name {
    const char *name;
    enum type type;  /* money is EUR */
    bool percent;    /* a share, printed as one */
    uint32_t shapes; /* bit by enum flow_shape */
};
extern const struct flow_measure_name flow_measures[FLOW_MEASURES];
extern const char *const flow_shapes[FLOW_SHAPES];

/* Least numbers of what a match must have; 0 counts as 1. */
struct flow_least {
    uint32_t sources, targets, middlemen, senders, receivers, hops;
};

enum { FLOW_PATTERNS_MAX = 15, FLOW_HOPS_MAX = 8, FLOW_HOPS_LEAST = 2 };
enum { FLOW_BUDGET = 10000, FLOW_EDGE_CAP = 64, FLOW_HUB_CAP = 64 }; /* defaults of the language */

struct flow_pattern {
    enum flow_shape shape;
    int64_t within_us;          /* whole pattern, half-open */
    int64_t hop_within_us;      /* between two hops, half-open; at most within_us */
    int64_t ratio_lo, ratio_hi; /* amount of a hop by that before, ends included; NUMBER_SCALE: 1 */
    uint32_t max_hops;          /* chain, cycle: FLOW_HOPS_LEAST..FLOW_HOPS_MAX */
    uint32_t split;             /* gather_scatter: different payers after which scattering counts */
    bool first, last;           /* edges say whether they may begin, end a path */
    bool wants_largest_share;   /* fan_in, fan_out: keep what that measure needs */
    bool wants_places;          /* chain, cycle: keep countries and banks */

    /*
     * Matches with fewer are not reported. For bipartite and stack these define the match (senders,
     * receivers, middlemen); elsewhere they only save work where a rule could not alert anyway. A
     * cycle has FLOW_HOPS_LEAST hops at least.
     */
    struct flow_least least;

    /* Limits of a search; 0: none. What they cut is said. */
    uint32_t hub_cap; /* different counterparties in `within` above which a node is not expanded */
    uint32_t budget;  /* payments looked at for one trigger that passed the time and amount tests */
    uint32_t edge_cap; /* the same into one node, newest first */
};

/* How nodes are told apart by name; nothing else may decide an order or a hash bit. */
struct flow_names {
    void *context;
    int (*compare)(void *context, uint32_t a, uint32_t b); /* as strcmp() on the nodes' names */
    uint64_t (*hash)(void *context, uint32_t node);        /* of the name; the same in every run */
};

struct flow_edge {
    int64_t at_us;
    int64_t amount; /* EUR cents, not negative */
    uint64_t ledger;
    uint32_t payer, payee; /* nodes; a payment inside one is no edge and is left out */
    bool date_only;
    uint32_t first, last; /* bit p: pattern p's condition on a first, last edge holds */
    int64_t country[2];   /* of payer and payee; 0: not known */
    uint32_t bank[2];     /* dense numbers + 1; 0: not known */
};

/* Why a search ended early (flow-patterns.md section 4). */
enum flow_cause { FLOW_CUT_BUDGET = 1 << 0, FLOW_CUT_HUB = 1 << 1 };

struct flow_hit {
    uint32_t pattern;
    /*
     * fan_in, fan_out, gather_scatter: origin = end = the one node. scatter_gather, chain, cycle:
     * both ends. bipartite: the sender and the receiver with the smallest names; stack: also
     * `middle`, elsewhere equal to origin.
     */
    uint32_t origin, end, middle;
    struct value measure[FLOW_MEASURES]; /* those of the shape; others are not set */
    bool order_uncertain;
    uint8_t cut; /* enum flow_cause bits: 0 means complete. What is reported is true all the same */
    uint32_t payments;    /* private: where its evidence lies */
    uint32_t first, edge; /* private */
    uint64_t split;       /* private */
};

enum flow_role {
    FLOW_ROLE_INCOMING = 1, /* into the one node of a star */
    FLOW_ROLE_OUTGOING,     /* out of it */
    FLOW_ROLE_HOP,          /* of a chain or cycle; `hop` counts from 1 */
    FLOW_ROLE_FIRST_LEG,    /* from the origin, the first group */
    FLOW_ROLE_LAST_LEG,     /* into the end, the last group */
    FLOW_ROLE_PAYMENT       /* from senders to receivers */
};

struct flow_leg {
    uint64_t ledger;
    uint8_t role; /* enum flow_role */
    uint8_t hop;
};

struct flow_cut {
    uint32_t pattern, node; /* where the search stood: the node that was not expanded, or the key */
    uint8_t cause;          /* enum flow_cause bits */
    bool hit;               /* the search reported something all the same */
    uint32_t visits;
};

struct flow_counts {
    uint64_t triggers; /* payments examined */
    uint64_t searches; /* those whose gate let a search begin */
    uint64_t cut;      /* searches that ended early */
    uint64_t cut_budget, cut_hub;
};

/* Copies the patterns. NULL: no memory. The key shapes tables, never a result. */
struct flow *flow_new(const struct flow_pattern *patterns, uint32_t count,
    const struct flow_names *names, const struct hash_key *key);
void flow_free(struct flow *f);
/* Other lower limits from now on; not of bipartite and stack. */
void flow_expect(struct flow *f, uint32_t pattern, const struct flow_least *least);
/* Ask for what these nodes' next payment will touch: once for each flow_add(), some 16 ahead. */
void flow_prefetch(const struct flow *f, uint32_t payer, uint32_t payee);
/* False when out of memory: the object is to be freed, nothing was forgotten quietly. */
bool flow_add(struct flow *f, const struct flow_edge *edge);
/* Of the last flow_add(); valid until the next. */
const struct flow_hit *flow_hits(const struct flow *f, uint32_t *count);
const struct flow_cut *flow_cuts(const struct flow *f, uint32_t *count);
/*
 * The payments behind a hit whose ledger number is above `after`, oldest first, each once. Valid
 * until the next call of flow_evidence() or flow_add(). NULL: out of memory.
 */
const struct flow_leg *flow_evidence(
    struct flow *f, const struct flow_hit *hit, uint64_t after, size_t *count);
/* The nodes of a chain or cycle along the path: hops + 1, a cycle's first one again at the end. */
uint32_t flow_path(const struct flow *f, const struct flow_hit *hit, uint32_t node[static 9]);
/* Nodes of one group of a bipartite or stack hit: FLOW_ROLE_FIRST_LEG senders, _HOP middlemen,
   _LAST_LEG receivers; in no order. NULL: out of memory. */
const uint32_t *flow_group(
    struct flow *f, const struct flow_hit *hit, enum flow_role group, size_t *count);
/* Let go of what no window can see at `now_us`. */
void flow_expire(struct flow *f, int64_t now_us);
void flow_counts(const struct flow *f, uint32_t pattern, struct flow_counts *out);
size_t flow_bytes(const struct flow *f);
uint64_t flow_live(const struct flow *f); /* payments in the widest window */

#endif
