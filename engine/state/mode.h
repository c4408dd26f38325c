/*
 * mode - how often the commonest value of one key occurs in its window.
 *
 * Beside the values' counts stands how many values have each count, so that the highest count is
 * known when the commonest value leaves: it can only fall by one.
 */
#ifndef STATE_MODE_H
#define STATE_MODE_H

#include "state/distinct.h"

/* All zero: empty, without memory. */
struct mode {
    struct distinct values;
    uint32_t set;    /* inputs in the window */
    uint32_t top;    /* highest count of a value */
    uint32_t number; /* in the pool: values by count */
    uint32_t class1; /* pool class + 1; counts up to (4 << class) - 1 */
};

bool mode_reserve(struct mode *m, struct store *s); /* after true the next add cannot fail */
void mode_add(struct mode *m, struct store *s, struct stored v);
void mode_drop(struct mode *m, struct store *s, struct stored v);
void mode_fini(struct mode *m, struct store *s);

#endif
