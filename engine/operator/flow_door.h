/*
 * flow_door - `flow` as an operator of the judge: accounts become nodes, hits become moments.
 *
 * Nodes are accounts, or what several accounts are part of (a customer): an account goes with the
 * group it was last seen in. A node is named after the smallest of its accounts met so far.
 */
#ifndef OPERATOR_FLOW_DOOR_H
#define OPERATOR_FLOW_DOOR_H

#include "base/hash.h"
#include "operator/flow.h"
#include "operator/operator.h"

struct flow_spec {
    struct flow_pattern pattern;
    bool groups; /* nodes are what accounts are part of */
    /* Which input is what; -1: none. */
    int amount, first, last; /* EUR; conditions */
    int country[2], bank[2]; /* of payer and payee; banks by number */
};

/* The spec outlives the state. NULL: no memory. */
void *flow_door_open(const struct flow_spec *spec, const struct hash_key *key);
/* A rule more that shares this state could not alert below these. */
void flow_door_expect(void *state, const struct flow_least *least);
extern const struct operator_class flow_class;

#endif
