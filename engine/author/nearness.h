/*
 * nearness - how far a condition is from being true.
 *
 * Fewer clauses that are not true are nearer; among equals the one whose farthest clause is
 * nearest. A comparison lacks the difference of its sides, as a share of its right one; of an
 * `or` the nearest part counts, of an `and` the farthest; any other test lacks the whole.
 */
#ifndef AUTHOR_NEARNESS_H
#define AUTHOR_NEARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/program.h"

#define NEARNESS_WHOLE UINT64_C(1000000000000) /* tells a cent in ten billion EUR apart */

struct nearness {
    size_t failing; /* outermost clauses that are not true */
    uint64_t lack;  /* of the one farthest from it */
};

struct nearness nearness_of(
    const struct program *condition, struct eval_room *room, const struct eval_frame *frame);
bool nearness_less(struct nearness a, struct nearness b);

struct buf;
struct zone;
/* "short by 1", "over by 250.00 EUR": what a false comparison lacks; nothing of other clauses. */
void nearness_print(const struct clause *c, struct eval_room *room, const struct eval_frame *frame,
    const struct zone *zone, struct buf *out);

#endif
