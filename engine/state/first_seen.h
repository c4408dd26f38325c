/*
 * first_seen - when each key last had each value, for FIRST_SEEN_US.
 *
 * Pairs stand in the order in which they were last seen, so what has grown too old is at the front
 * and memory is that of the pairs seen in the last 365 days, however short the window is.
 */
#ifndef STATE_FIRST_SEEN_H
#define STATE_FIRST_SEEN_H

#include "state/stored.h"

#define FIRST_SEEN_US (INT64_C(365) * 86400 * 1000000)

struct first_seen {
    struct slots slots;
    struct cells pairs;
    uint32_t oldest, newest; /* CELLS_NONE: none */
};

void first_seen_init(struct first_seen *f);
void first_seen_fini(struct first_seen *f);
bool first_seen_reserve(struct first_seen *f, uint32_t n); /* the next `n` records cannot fail */
/*
 * After first_seen_expire() at this time: true when this key has not had this value in (at - 365
 * days, at]; from now on it has. Takes over the hold on a KEPT value. `aggregate` tells the fields
 * of one window apart.
 */
bool first_seen_record(struct first_seen *f, struct store *s, uint32_t key, uint32_t aggregate,
    struct stored v, int64_t at_us);
void first_seen_prefetch(const struct first_seen *f, const struct store *s, uint32_t key,
    uint32_t aggregate, struct stored v);
void first_seen_expire(struct first_seen *f, struct store *s, int64_t now_us);
size_t first_seen_bytes(const struct first_seen *f);

#endif
