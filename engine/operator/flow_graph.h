/*
 * flow_graph - the payments of the widest window between nodes, threaded so that searches walk
 * from a payment to those before it.
 *
 *      log     edges in the total order, numbered 1, 2, ...; a range [tail, head) is alive. Each
 *              leads back to the edge before it out of its payer, into its payee, and between the
 *              two. A way back that ends before the tail is at its end, so expiry costs nothing.
 *      nodes   newest edge in and out, and per window exact counts of what is in it
 *      pairs   (payer, payee) to the newest edge between them
 *
 * A pair's edge that has a newer one is marked, and an edge knows the one before it: so distinct
 * counts are exact at O(1) an edge, in every window at once (flow-patterns.md section 2).
 *
 * Nodes with many incoming edges also keep these by amount (flow_inflow).
 */
#ifndef OPERATOR_FLOW_GRAPH_H
#define OPERATOR_FLOW_GRAPH_H

#include <assert.h>

#include "base/hash.h"
#include "base/number.h"
#include "operator/flow.h"
#include "state/cells.h"
#include "state/index.h"
#include "state/slots.h"

enum { GRAPH_CHUNK_SHIFT = 12, GRAPH_CHUNK = 1 << GRAPH_CHUNK_SHIFT };
enum { GRAPH_WINDOWS_MAX = FLOW_PATTERNS_MAX };

enum graph_flag {
    GRAPH_SUPERSEDED = 1 << 0, /* the pair has a newer edge */
    GRAPH_DATE_ONLY = 1 << 1,
    GRAPH_FIRST = 1 << 2, /* shifted by 2 for each pattern: its condition on a first edge holds */
    GRAPH_LAST = 1 << 3,  /* ... on a last edge */
};

struct graph_edge {
    int64_t at_us, amount;
    uint64_t ledger;
    uint32_t payer, payee;                 /* cells of nodes */
    uint32_t back_out, back_in, back_pair; /* how many edges back; 0: none */
    uint32_t flags;
};
_Static_assert(sizeof(struct graph_edge) == 48, "an edge is 48 bytes (docs/performance.md)");

/* What one node has in one window, in one direction. */
struct graph_side {
    uint64_t sum_low; /* 128 bits */
    int64_t sum_high;
    uint32_t count, distinct; /* edges, different nodes at their other ends */
    uint64_t oldest;          /* edge; kept where the graph has `next` links */
};

/* The largest sum between a node and one other; kept for windows that ask for it. */
struct graph_largest {
    uint64_t sum_low;
    int64_t sum_high;
    uint32_t other; /* cell of the other node */
    bool known;     /* else graph_largest_sum() looks for it anew */
};

struct graph_node {
    uint64_t newest_in, newest_out; /* edges; 0: none */
    uint64_t bit;                   /* one of 64, from the name: for cycle signatures */
    uint32_t node;                  /* dense number */
    uint32_t live_in, live_out;     /* edges in the log */
    uint32_t hub1;                  /* flow_inflow: cell + 1, 0: none */
    uint32_t mark, place;           /* scratch of one search */
    struct graph_side side[];       /* [window][in 0, out 1], for windows that count; then
                                       struct graph_largest likewise, for windows with sums */
};

struct graph_window {
    int64_t span_us;
    uint64_t tail; /* first edge inside */
    bool counts;
    uint32_t at; /* side[] of the node where its two begin */
    bool sums;
    uint32_t largest_at; /* of its two struct graph_largest */
    uint32_t sums_at;    /* in the extra bytes: the pair's sum, at its newest edge */
};

struct graph_places {
    int64_t country[2]; /* of payer, payee; 0 unknown */
    uint32_t bank[2];
};

struct graph {
    uint64_t head, tail; /* next number, oldest alive */
    int64_t newest_us;
    char **chunk;
    uint64_t chunk_mask;  /* directory entries - 1 */
    uint32_t extra_bytes; /* beside each edge */
    struct graph_window window[GRAPH_WINDOWS_MAX];
    uint32_t windows;
    uint32_t sides, largests;
    bool has_next, has_places;
    uint32_t next_at, places_at; /* in the extra bytes */
    uint64_t chunks;
    struct cells nodes;
    struct index index; /* dense number to cell */
    struct slots pairs;
    uint64_t salt;
    struct cells hubs;
    size_t hub_bytes;
    uint32_t mark; /* newest mark given out */
    struct flow_names names;
};

/* Before graph_init(): which windows, and room beside each edge. */
uint32_t graph_want_window(struct graph *g, int64_t span_us, bool counts);
void graph_want_sums(struct graph *g, uint32_t window);
uint32_t graph_want_extra(struct graph *g, uint32_t bytes, uint32_t align); /* offset */

void graph_init(struct graph *g, const struct flow_names *names, const struct hash_key *key);
void graph_fini(struct graph *g);
/* Let the windows slide to `now_us`. */
void graph_slide(struct graph *g, int64_t now_us);
/* Add an edge between different nodes, after graph_slide() to its time; false: no memory. */
bool graph_add(struct graph *g, const struct flow_edge *e, uint32_t flags);
/* Ask for what leads to these nodes; some edges later for them and their pair; then for their
   newest edges. */
void graph_prefetch_numbers(const struct graph *g, uint32_t payer, uint32_t payee);
void graph_prefetch_nodes(const struct graph *g, uint32_t payer, uint32_t payee);
void graph_prefetch_edges(const struct graph *g, uint32_t payer, uint32_t payee);
size_t graph_bytes(const struct graph *g);
/* The newest edge from payer to payee (cells) in the log; 0: none. */
uint64_t graph_pair(const struct graph *g, uint32_t payer, uint32_t payee);
/* The largest sum any one node paid `node` (side 0) or was paid by it (side 1). */
int128 graph_largest_sum(const struct graph *g, struct graph_node *node, uint32_t window, int side);
/* The first edge later than this one's time; `from` alive. */
uint64_t graph_after_time(const struct graph *g, uint64_t from);

static inline struct graph_edge *
graph_at(const struct graph *g, uint64_t seq)
{
    char *chunk = g->chunk[(seq >> GRAPH_CHUNK_SHIFT) & g->chunk_mask];

    return (struct graph_edge *)(void *)chunk + (seq & (GRAPH_CHUNK - 1));
}

static inline void *
graph_extra(const struct graph *g, uint64_t seq, uint32_t offset)
{
    char *chunk = g->chunk[(seq >> GRAPH_CHUNK_SHIFT) & g->chunk_mask];

    return chunk + GRAPH_CHUNK * sizeof(struct graph_edge) +
           (seq & (GRAPH_CHUNK - 1)) * g->extra_bytes + offset;
}

static inline struct graph_node *
graph_node(const struct graph *g, uint32_t cell)
{
    return cells_at(&g->nodes, cell);
}

static inline uint64_t
graph_back(uint64_t seq, uint32_t steps)
{
    return steps == 0 ? 0 : seq - steps;
}

static inline struct graph_side *
graph_in(const struct graph *g, struct graph_node *n, uint32_t window)
{
    assert(g->window[window].counts);
    return &n->side[g->window[window].at];
}

static inline struct graph_side *
graph_out(const struct graph *g, struct graph_node *n, uint32_t window)
{
    return graph_in(g, n, window) + 1;
}

static inline int128
graph_sum(const struct graph_side *s)
{
    return (int128)((uint128)(uint64_t)s->sum_high << 64 | s->sum_low);
}

/* Edges after this one, out of its payer [0] and into its payee [1]; how many on, 0: none. */
static inline uint32_t *
graph_next(const struct graph *g, uint64_t seq)
{
    return graph_extra(g, seq, g->next_at);
}

/* Both date-only and of one day. */
static inline bool
graph_mates(const struct graph_edge *a, const struct graph_edge *b)
{
    return a->at_us == b->at_us && (a->flags & b->flags & GRAPH_DATE_ONLY) != 0;
}

/* May edge a come before edge b? */
static inline bool
graph_precedes(const struct graph *g, uint64_t a, uint64_t b)
{
    return a < b || (a != b && graph_mates(graph_at(g, a), graph_at(g, b)));
}

/* A mark no node bears yet. */
uint32_t graph_fresh_mark(struct graph *g);

#endif
