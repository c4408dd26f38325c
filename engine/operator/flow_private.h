/* flow_private - what the files of flow share: the patterns in work, hits being built. */
#ifndef OPERATOR_FLOW_PRIVATE_H
#define OPERATOR_FLOW_PRIVATE_H

#include "operator/flow.h"
#include "operator/flow_graph.h"
#include "operator/flow_inflow.h"

/* Raw tests into one node, for each one that may pass: a bound on what amounts that just miss cost.
 */
enum { FLOW_LOOKED_PER_EDGE = 16 };

/* A payment of a match being put together. */
struct flow_part {
    uint64_t seq;
    uint8_t role, hop;
};

/* A growing list of small numbers: cells of nodes, places in other lists. */
struct flow_list {
    uint32_t *at;
    size_t count, cap;
};

struct pattern {
    struct flow_pattern is;
    uint32_t number;
    uint32_t window;      /* of the graph */
    uint32_t first, last; /* flags of an edge that may begin, end; 0: any may */
    /* chain: uint16_t cut, then one each for 2 .. max_hops hops; cycle: uint16_t cut */
    uint32_t labels_at;
    int64_t unit_us;        /* of a chain's labels */
    uint32_t signatures_at; /* cycle: uint64_t for 1 .. max_hops - 1 steps back */
    struct flow_counts counts;
};

enum { FLOW_AHEAD_NODES = 6, FLOW_AHEAD_EDGES = 10, FLOW_AHEAD = 16 };

/* The last nodes announced; changes while the patterns do not. */
struct flow_ahead {
    uint32_t payer[FLOW_AHEAD], payee[FLOW_AHEAD];
    uint32_t next;
};

struct flow {
    struct graph graph;
    struct flow_ahead *ahead;
    uint32_t count;
    struct pattern pattern[FLOW_PATTERNS_MAX];
    bool traces;  /* some pattern keeps labels or signatures */
    uint64_t day; /* first edge of the newest moment while it has date-only edges; else 0 */
    bool failed;  /* out of memory in the middle of a search */
    bool mixed;   /* some moment had edges with and without a time of day */

    struct flow_hit *hit;
    uint32_t hits, hit_cap;
    struct flow_cut *cut;
    uint32_t cuts, cut_cap;
    struct flow_part *part;
    size_t parts, part_cap;
    struct flow_leg *leg;
    size_t leg_cap;
    uint32_t *member; /* dense numbers, for flow_group() */
    size_t member_cap;
    struct flow_list list[5]; /* scratch of one search */
};

/* One search for one trigger. */
struct search {
    struct flow *f;
    struct graph *g;
    struct pattern *p;
    uint64_t trigger;
    uint32_t visits;
    uint32_t node; /* the last that was not looked at whole; CELLS_NONE */
    uint8_t cut;   /* enum flow_cause bits */
};

/* ---- flow.c ---- */

/* A hit of this search's pattern with nothing measured yet; NULL: no memory, f->failed is set. */
struct flow_hit *flow_new_hit(struct search *s, uint32_t origin, uint32_t end);
bool flow_new_part(struct flow *f, uint64_t seq, enum flow_role role, uint32_t hop);
/* Room for `count` things of `size` bytes; NULL: no memory, and f->failed is set. */
void *flow_room(struct flow *f, void *old, size_t *cap, size_t count, size_t size);
bool flow_push(struct flow *f, struct flow_list *l, uint32_t n);
/* The parts from `first` on in the total order, each once. */
void flow_sort_parts(struct flow *f, size_t first);
/* Another payment is looked at; false: the budget is used up, the search ends. */
static inline bool
flow_visit(struct search *s)
{
    if (s->visits == s->p->is.budget && s->p->is.budget != 0) {
        s->cut |= FLOW_CUT_BUDGET;
        return false;
    }
    s->visits++;
    return true;
}
static inline void
flow_not_whole(struct search *s, uint32_t node, enum flow_cause cause)
{
    s->cut |= (uint8_t)cause;
    s->node = node;
}
/* Too many counterparties to be expanded; says so. */
static inline bool
flow_hub(struct search *s, uint32_t node, uint32_t distinct)
{
    if (s->p->is.hub_cap == 0 || distinct <= s->p->is.hub_cap)
        return false;
    flow_not_whole(s, node, FLOW_CUT_HUB);
    return true;
}
static inline struct value
flow_number(uint64_t n)
{
    return value_num(TYPE_NUMBER, (int128)n * NUMBER_SCALE);
}
struct value flow_money(int128 cents);
struct value flow_share(int128 part, int128 whole); /* missing over nothing */

/* ---- amounts and times ---- */

struct range {
    int64_t min, max;
};
/* Amounts whose ratio to the one after, before, lies in `preserve`. */
struct range flow_before(const struct flow_pattern *p, int64_t amount);
struct range flow_after(const struct flow_pattern *p, int64_t amount);
static inline bool
flow_fits(struct range r, int64_t amount)
{
    return amount >= r.min && amount <= r.max;
}

/* ---- flow_trace.c: labels and signatures ---- */

void trace_plan(struct flow *f, struct pattern *p);
void trace_add(struct flow *f, uint64_t seq);    /* an edge whose forerunners are all there */
void trace_permit(struct flow *f, uint64_t seq); /* an edge of a day that is not over: all may be */
void trace_day(struct flow *f, uint64_t from, uint64_t to); /* a day is over */
/* May a chain of `hops` that began later than since_us end in this edge? */
bool trace_chain(const struct search *s, uint64_t seq, uint32_t hops, int64_t since_us);
/* Not before this moment did any chain of `hops` that ends in this edge begin. */
int64_t trace_latest_start(const struct search *s, uint64_t seq, uint32_t hops);
/* May this node (its bit) have paid `steps` hops before this edge? */
bool trace_cycle(const struct search *s, uint64_t seq, uint32_t steps, uint64_t bit);
/* Were some forerunners left out of what the two above know? */
bool trace_is_cut(const struct search *s, uint64_t seq, uint32_t hops);

/* Payments that may come right before an edge in this pattern, newest first. */
struct before {
    struct inflow in;
    const struct graph_edge *edge;
    uint64_t seq;
    uint32_t left; /* how many more may be looked at, UINT32_MAX: any number */
    bool cut;      /* it ended because of that */
};
void before_begin(struct before *b, const struct graph *g, const struct flow_pattern *p,
    uint64_t seq, int64_t since_us);
uint64_t before_next(struct before *b); /* 0: no more */

/* ---- flow_gate.c ---- */

/* Are there `least` different payers (in) or payees of a node that themselves have `partners`
   different payees or payers (of_in)? False also where the budget is used up. */
bool gate_has_partners(
    struct search *s, uint32_t cell, bool in, uint32_t least, bool of_in, uint32_t partners);
/* Has m, who pays z, so many payees (z is one) each of which has `payers` in common with z? */
bool gate_shares_receivers(
    struct search *s, uint32_t m, uint32_t z, uint32_t receivers, uint32_t payers);

/* ---- the shapes: look for matches that this edge completes ---- */

void star_search(struct search *s);
void gather_search(struct search *s);
void relay_search(struct search *s);
void path_search(struct search *s);
void core_search(struct search *s);
void stack_search(struct search *s);
bool star_evidence(struct flow *f, const struct flow_hit *hit, uint64_t after, size_t *count);

#endif
