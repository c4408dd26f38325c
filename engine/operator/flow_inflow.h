/*
 * flow_inflow - payments into one node within a range of amounts, newest first.
 *
 * Where a node has few incoming edges, all are walked. A hub keeps them by amount, four runs for
 * each power of two, so that looking for one amount passes by the ordinary traffic of a large
 * account (flow-patterns.md section 3, amount-bucketed chains).
 */
#ifndef OPERATOR_FLOW_INFLOW_H
#define OPERATOR_FLOW_INFLOW_H

#include "operator/flow_graph.h"

enum { INFLOW_RUNS_MAX = 257, INFLOW_HUB = 64 };

struct inflow {
    const struct graph *g;
    uint64_t below; /* only edges with a smaller number */
    int64_t since_us, min, max;
    uint64_t next; /* not a hub: the edge to look at */
    uint32_t count;
    uint32_t left; /* edges that may still be tested; UINT32_MAX: any number */
    bool cut;      /* it ended because of that */
    const struct hub_run *run[INFLOW_RUNS_MAX];
    uint32_t at[INFLOW_RUNS_MAX]; /* entries of the run still to come */
};

/* Edges into `node` numbered below `below`, later than since_us, of min to max. */
void inflow_begin(struct inflow *in, const struct graph *g, uint32_t node, uint64_t below,
    int64_t since_us, int64_t min, int64_t max);
uint64_t inflow_next(struct inflow *in); /* 0: no more, or cut */

/* Kept by flow_graph: an edge came or left at the tail. */
bool inflow_add(struct graph *g, struct graph_node *n, uint64_t seq); /* false: no memory */
void inflow_leave(struct graph *g, struct graph_node *n, const struct graph_edge *e);
void inflow_drop(struct graph *g, struct graph_node *n); /* the node ends */

#endif
