/*
 * median - the values of one key in order, each with how many lie below it.
 *
 * A treap (Aragon and Seidel, "Randomized search trees", 1989) of counted values: add, drop and the
 * n-th value take O(log n) steps, whatever order the values come in.
 */
#ifndef STATE_MEDIAN_H
#define STATE_MEDIAN_H

#include "state/stored.h"

/* All zero: empty. */
struct median {
    uint32_t root1; /* node + 1 in store.nodes */
};

size_t median_node_bytes(void);
/* cells_reserve(&s->nodes, 1) before: then it cannot fail. */
void median_add(struct median *m, struct store *s, struct stored v);
void median_drop(struct median *m, struct store *s, struct stored v);
uint32_t median_count(const struct median *m, const struct store *s);
/* The middle value, or the sum of the middle two over 2; missing over nothing or on overflow. */
struct value median_value(
    const struct median *m, const struct store *s, enum type type, int64_t currency);
void median_prefetch(const struct median *m, const struct store *s);

#endif
