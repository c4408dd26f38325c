/*
 * total - what one aggregate keeps for one key, and how entries change it.
 *
 * Lies in the key's record; all zero is empty. An entry is added once and dropped once, in the same
 * order for all.
 */
#ifndef STATE_TOTAL_H
#define STATE_TOTAL_H

#include "state/stored.h"
#include "state/window.h"

/* True where an entry must remember the value itself, not only that there was one. */
bool total_keeps_value(enum window_function f);
bool total_has_table(enum window_function f); /* memory beside the record, or kept texts */
size_t total_bytes(enum window_function f); /* in the record, a multiple of 8 */

/* After true the next total_add() of this aggregate cannot fail. */
bool total_reserve(const struct window_aggregate *a, void *total, struct store *s);
void total_add(const struct window_aggregate *a, void *total, struct store *s, struct stored v,
    uint64_t seq);
void total_drop(const struct window_aggregate *a, void *total, struct store *s, struct stored v,
    uint64_t seq);
/* `total` NULL: of a key without entries. */
struct value total_read(const struct window_aggregate *a, const void *total,
    const struct store *s);
/* Give the memory back, whatever is in it. */
void total_fini(const struct window_aggregate *a, void *total, struct store *s);
/* Ask for what the next add will touch, and for what dropping this value will. */
void total_prefetch(const struct window_aggregate *a, const void *total, const struct store *s);
void total_prefetch_drop(const struct window_aggregate *a, const void *total,
    const struct store *s, struct stored v);
/* For WINDOW_FIRST_SEEN, whose memory outlives the key's record. */
void total_set_first(void *total, bool first);
void total_clear_first(void *total);

#endif
