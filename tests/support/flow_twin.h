/*
 * flow_twin - the patterns of flow-patterns.md section 1 by loops over all payments: slow, without
 * index, and plainly right.
 */
#ifndef SUPPORT_FLOW_TWIN_H
#define SUPPORT_FLOW_TWIN_H

#include "operator/flow.h"

enum { FLOW_TWIN_PAYMENTS = 320, FLOW_TWIN_NODES = 48, FLOW_TWIN_HITS = 64 };

/* Accounts are small numbers whose order is that of their names. */
struct flow_twin_hit {
    uint32_t origin, middle, end;
    struct value measure[FLOW_MEASURES];
    bool order_uncertain;
    uint32_t count;
    struct flow_leg leg[FLOW_TWIN_PAYMENTS]; /* oldest first; ledger is the payment's rank + 1 */
};

/*
 * The hits of one pattern, by trigger: hits of payment i are hit[from[i]] .. hit[from[i + 1] - 1],
 * by origin, then end. Payments stand in the total order, ledger = rank + 1; at most
 * FLOW_TWIN_PAYMENTS. False: more hits than `cap`, or more ways than anybody would wait for.
 */
bool flow_twin_find(const struct flow_pattern *p, uint32_t number, const struct flow_edge *payment,
    uint32_t count, struct flow_twin_hit *hit, uint32_t cap, uint32_t *from);

#endif
