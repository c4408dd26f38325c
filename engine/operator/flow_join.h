/*
 * flow_join - which alert a bipartite or stack hit joins (flow-patterns.md 1.4).
 *
 * A hit that opens an alert makes a core with a number; each of its members remembers it in its
 * group, the newest overwriting older ones. A later hit joins where the ends of its payment
 * remember one core that is younger than the cooldown.
 */
#ifndef OPERATOR_FLOW_JOIN_H
#define OPERATOR_FLOW_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include "state/slots.h"

struct flow_memory {
    uint64_t core; /* number of the payment that opened it */
    int64_t at_us;
    uint32_t node;
    uint8_t group; /* enum flow_role */
};

/* All zero is empty. */
struct flow_join {
    struct slots slots;
    struct flow_memory *memory;
    uint32_t count, cap;
};

void flow_join_fini(struct flow_join *j);
/* What a member remembers; NULL: nothing. */
const struct flow_memory *flow_join_find(const struct flow_join *j, uint32_t node, uint8_t group);
/* Remember; what is older than `expired_us` may be forgotten for it. False: no memory. */
bool flow_join_put(struct flow_join *j, const struct flow_memory *m, int64_t expired_us);

#endif
