/*
 * total - what one aggregate keeps for one key, and how entries change it.
 *
 * Lies in the key's record; all zero is empty. An entry is added once and dropped once, in the same
 * order for all.
 */
#ifndef STATE_TOTAL_H
#define STATE_TOTAL_H

#include <assert.h>

#include "state/distinct.h"
#include "state/stored.h"
#include "state/window.h"

/* True where an entry must remember the value itself, not only that there was one. */
bool total_keeps_value(enum window_function f);
bool total_has_table(enum window_function f); /* memory beside the record, or kept texts */
size_t total_bytes(enum window_function f);   /* in the record, a multiple of 8 */

/* After true the next total_add() of this aggregate cannot fail. */
bool total_reserve(const struct window_aggregate *a, void *total, struct store *s);
static inline void total_add(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq);
static inline void total_drop(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq);
/* `total` NULL: of a key without entries. */
struct value total_read(const struct window_aggregate *a, const void *total, const struct store *s);
/* Give the memory back, whatever is in it. */
void total_fini(const struct window_aggregate *a, void *total, struct store *s);
/* Ask for what the next add will touch, and for what adding or dropping this value will. */
void total_prefetch(const struct window_aggregate *a, const void *total, const struct store *s);
void total_prefetch_value(
    const struct window_aggregate *a, const void *total, const struct store *s, struct stored v);
/* For WINDOW_FIRST_SEEN, whose memory outlives the key's record. */
void total_set_first(void *total, bool first);
void total_clear_first(void *total);

/* ---- counts and sums, which most windows are, stay in the caller's loop ------- */

struct total_count {
    uint32_t set;
};

/* 128 bits and how often they wrapped: exact again once what was too much has left. */
struct total_sum {
    uint64_t low;
    int64_t high;
    int32_t wraps;
    uint32_t set;
};

struct total_share {
    uint32_t decided, yes;
};

static inline int128
total_sum_number(const struct total_sum *t)
{
    return (int128)((uint128)(uint64_t)t->high << 64 | t->low);
}

static inline void
total_sum_set(struct total_sum *t, int128 sum)
{
    t->low = (uint64_t)sum;
    t->high = (int64_t)(sum >> 64);
}

static inline void
total_sum_add(struct total_sum *t, int128 v)
{
    int128 sum;

    if (__builtin_add_overflow(total_sum_number(t), v, &sum))
        t->wraps += v < 0 ? -1 : 1;
    total_sum_set(t, sum);
    t->set++;
}

static inline void
total_sum_drop(struct total_sum *t, int128 v)
{
    int128 sum;

    assert(t->set > 0);
    if (__builtin_sub_overflow(total_sum_number(t), v, &sum))
        t->wraps += v < 0 ? 1 : -1;
    total_sum_set(t, sum);
    t->set--;
}

/* The whole number that most totals are; false where total_read() has to say it. */
static inline bool
total_number(const struct window_aggregate *a, const void *total, int64_t *out)
{
    const struct total_sum *sum = total;

    if (a->function == WINDOW_COUNT)
        *out = (int64_t)((const struct total_count *)total)->set * NUMBER_SCALE;
    else if (a->function == WINDOW_DISTINCT)
        *out = (int64_t)((const struct distinct *)total)->used * NUMBER_SCALE;
    else if (a->function == WINDOW_SUM && sum->wraps == 0 && sum->high == (int64_t)sum->low >> 63)
        *out = (int64_t)sum->low;
    else
        return false;
    return true;
}

void total_add_other(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq);
void total_drop_other(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq);

static inline void
total_add(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq)
{
    if (a->function == WINDOW_COUNT) {
        ((struct total_count *)total)->set++;
    } else if (a->function == WINDOW_SUM || a->function == WINDOW_AVG) {
        total_sum_add(total, stored_number(s, v));
    } else if (a->function == WINDOW_SHARE) {
        ((struct total_share *)total)->decided++;
        ((struct total_share *)total)->yes += v.kind == STORED_KEPT;
    } else {
        total_add_other(a, total, s, v, seq);
    }
}

static inline void
total_drop(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq)
{
    if (a->function == WINDOW_COUNT) {
        ((struct total_count *)total)->set--;
    } else if (a->function == WINDOW_SHARE) {
        ((struct total_share *)total)->decided--;
        ((struct total_share *)total)->yes -= v.kind == STORED_KEPT;
    } else if (a->function == WINDOW_SUM || a->function == WINDOW_AVG) {
        total_sum_drop(total, stored_number(s, v));
        if (v.kind == STORED_KEPT)
            texts_give(&s->texts, (uint32_t)v.bits);
    } else {
        total_drop_other(a, total, s, v, seq);
    }
}

#endif
