/*
 * distinct - which values one key has in its window, and how often each.
 *
 * A single value lies here, few in a row of one or two cache lines, more in a table of the key's
 * own. So quiet keys, which are most, are found by asking for the key early.
 */
#ifndef STATE_DISTINCT_H
#define STATE_DISTINCT_H

#include "state/stored.h"

struct distinct_slot {
    int64_t bits;
    uint32_t tag; /* hash of the value in the upper 30 bits, its kind in the lower 2; 0: empty */
    uint32_t count;
};

/* All zero: empty, without memory. */
struct distinct {
    struct distinct_slot only; /* while class1 is 0 */
    uint32_t number;           /* in the pool */
    uint32_t used;             /* values with a count above zero */
    uint32_t class1;           /* pool class + 1; the table has 1 << class slots */
};

/* After true the next add cannot fail. */
bool distinct_reserve(struct distinct *d, struct store *s);
uint32_t distinct_add(struct distinct *d, struct store *s, struct stored v);  /* its count now */
uint32_t distinct_drop(struct distinct *d, struct store *s, struct stored v); /* its count now */
void distinct_fini(struct distinct *d, struct store *s);
void distinct_prefetch(const struct distinct *d, const struct store *s);
/* The same for what holds this value. */
void distinct_prefetch_value(const struct distinct *d, const struct store *s, struct stored v);

#endif
