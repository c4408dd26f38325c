/*
 * monotone - the entries of one key that may still become its smallest, largest or first.
 *
 * A queue in entry order. For minimum and maximum a new value removes those at the tail that it
 * outdoes, so the front is always the answer; for the first value nothing is removed. An entry
 * joins and leaves at most once: amortised O(1).
 */
#ifndef STATE_MONOTONE_H
#define STATE_MONOTONE_H

#include "state/stored.h"

enum monotone_order { MONOTONE_MIN, MONOTONE_MAX, MONOTONE_FIRST };

/* All zero: empty, without memory. */
struct monotone {
    uint32_t number; /* in the pool */
    uint32_t head, count;
    uint32_t class1; /* pool class + 1; room for 1 << class entries */
};

bool monotone_reserve(struct monotone *m, struct store *s); /* the next add cannot fail */
void monotone_add(struct monotone *m, struct store *s, struct stored v, uint64_t seq,
    enum monotone_order order, enum type type);
void monotone_drop(struct monotone *m, struct store *s, uint64_t seq); /* this entry leaves */
struct stored monotone_front(const struct monotone *m, const struct store *s);
void monotone_prefetch(const struct monotone *m, const struct store *s);
void monotone_fini(struct monotone *m, struct store *s);

#endif
