/*
 * total - one case for each function of window.h.
 */
#include "state/total.h"

#include <assert.h>

#include "state/deviation.h"
#include "state/median.h"
#include "state/mode.h"
#include "state/monotone.h"

struct last {
    int64_t bits;
    uint64_t seq;
    uint32_t kind;
};

struct first {
    uint32_t known; /* 0: missing, 1: seen before, 2: first */
};

bool
total_keeps_value(enum window_function f)
{
    return f != WINDOW_COUNT && f != WINDOW_SHARE && f != WINDOW_FIRST_SEEN;
}

bool
total_has_table(enum window_function f)
{
    return total_keeps_value(f) && f != WINDOW_SUM && f != WINDOW_AVG && f != WINDOW_STDDEV;
}

static size_t
plain_bytes(enum window_function f)
{
    switch (f) {
    case WINDOW_COUNT:
        return sizeof(struct total_count);
    case WINDOW_SUM:
    case WINDOW_AVG:
        return sizeof(struct total_sum);
    case WINDOW_SHARE:
        return sizeof(struct total_share);
    case WINDOW_MEDIAN:
        return sizeof(struct median);
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        return sizeof(struct monotone);
    case WINDOW_STDDEV:
        return sizeof(struct deviation);
    case WINDOW_DISTINCT:
        return sizeof(struct distinct);
    case WINDOW_MODE_SHARE:
        return sizeof(struct mode);
    case WINDOW_LAST:
        return sizeof(struct last);
    case WINDOW_FIRST_SEEN:
        return sizeof(struct first);
    }
    assert(f <= WINDOW_FIRST_SEEN);
    return 0;
}

size_t
total_bytes(enum window_function f)
{
    return (plain_bytes(f) + 7) & ~(size_t)7;
}

bool
total_reserve(const struct window_aggregate *a, void *total, struct store *s)
{
    switch (a->function) {
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        return monotone_reserve(total, s);
    case WINDOW_DISTINCT:
        return distinct_reserve(total, s);
    case WINDOW_MODE_SHARE:
        return mode_reserve(total, s);
    case WINDOW_MEDIAN: /* nodes are reserved for all medians at once */
    case WINDOW_COUNT:
    case WINDOW_SUM:
    case WINDOW_AVG:
    case WINDOW_SHARE:
    case WINDOW_STDDEV:
    case WINDOW_LAST:
    case WINDOW_FIRST_SEEN:
        break;
    }
    return true;
}

static enum monotone_order
order_of(enum window_function f)
{
    if (f == WINDOW_MIN)
        return MONOTONE_MIN;
    return f == WINDOW_MAX ? MONOTONE_MAX : MONOTONE_FIRST;
}

static void
deviate(struct deviation *d, struct stored v, bool drop)
{
    if (v.kind == STORED_KEPT)
        d->wide += drop ? UINT32_MAX : 1;
    else if (drop)
        deviation_drop(d, v.bits);
    else
        deviation_add(d, v.bits);
}

void
total_add_other(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq)
{
    switch (a->function) {
    case WINDOW_MEDIAN:
        median_add(total, s, v);
        return;
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        monotone_add(total, s, v, seq, order_of(a->function), a->type);
        return;
    case WINDOW_STDDEV:
        deviate(total, v, false);
        return;
    case WINDOW_DISTINCT:
        (void)distinct_add(total, s, v);
        return;
    case WINDOW_MODE_SHARE:
        mode_add(total, s, v);
        return;
    case WINDOW_LAST:
        *(struct last *)total = (struct last){.bits = v.bits, .seq = seq, .kind = v.kind};
        return;
    case WINDOW_COUNT: /* in total.h */
    case WINDOW_SUM:
    case WINDOW_AVG:
    case WINDOW_SHARE:
    case WINDOW_FIRST_SEEN:
        return;
    }
}

void
total_drop_other(
    const struct window_aggregate *a, void *total, struct store *s, struct stored v, uint64_t seq)
{
    switch (a->function) {
    case WINDOW_MEDIAN:
        median_drop(total, s, v);
        break;
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        monotone_drop(total, s, seq);
        break;
    case WINDOW_STDDEV:
        deviate(total, v, true);
        break;
    case WINDOW_DISTINCT:
        (void)distinct_drop(total, s, v);
        break;
    case WINDOW_MODE_SHARE:
        mode_drop(total, s, v);
        break;
    case WINDOW_LAST:
        if (((struct last *)total)->seq == seq)
            ((struct last *)total)->kind = STORED_NONE;
        break;
    case WINDOW_SUM:
    case WINDOW_AVG: /* in total.h; here only to let the value go */
    case WINDOW_COUNT:
    case WINDOW_SHARE:
    case WINDOW_FIRST_SEEN:
        break;
    }
    if (v.kind == STORED_KEPT)
        texts_give(&s->texts, (uint32_t)v.bits);
}

static struct value
read_sum(const struct window_aggregate *a, const struct total_sum *t, bool mean)
{
    struct value v = value_num(a->type, total_sum_number(t));

    if (t->wraps != 0 || (mean && t->set == 0))
        return value_missing(a->type);
    v.currency = (int32_t)a->currency;
    if (mean)
        v.den = t->set;
    return v;
}

/* A share of a count; missing over nothing. */
static struct value
read_share(uint32_t part, uint32_t whole)
{
    struct value v = value_num(TYPE_NUMBER, (int128)part * NUMBER_SCALE);

    if (whole == 0)
        return value_missing(TYPE_NUMBER);
    v.den = whole;
    return v;
}

static struct value
read_stored(const struct window_aggregate *a, const struct store *s, struct stored v)
{
    return stored_value(s, v, a->type, a->currency);
}

static struct value
read_first(const struct first *t)
{
    return t->known == 0 ? value_missing(TYPE_BOOL) : value_num(TYPE_BOOL, t->known == 2);
}

struct value
total_read(const struct window_aggregate *a, const void *total, const struct store *s)
{
    static const uint64_t nothing[16];
    const struct last *last;
    const struct mode *mode;

    if (total == NULL)
        total = nothing;
    switch (a->function) {
    case WINDOW_COUNT:
        return value_num(
            TYPE_NUMBER, (int128)((const struct total_count *)total)->set * NUMBER_SCALE);
    case WINDOW_SUM:
        return read_sum(a, total, false);
    case WINDOW_AVG:
        return read_sum(a, total, true);
    case WINDOW_SHARE:
        return read_share(
            ((const struct total_share *)total)->yes, ((const struct total_share *)total)->decided);
    case WINDOW_MEDIAN:
        return median_value(total, s, a->type, a->currency);
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        return read_stored(a, s, monotone_front(total, s));
    case WINDOW_STDDEV:
        return deviation_value(total, a->type, a->currency);
    case WINDOW_DISTINCT:
        return value_num(
            TYPE_NUMBER, (int128)((const struct distinct *)total)->used * NUMBER_SCALE);
    case WINDOW_MODE_SHARE:
        mode = total;
        return read_share(mode->top, mode->set);
    case WINDOW_LAST:
        last = total;
        return read_stored(a, s, (struct stored){last->bits, last->kind});
    case WINDOW_FIRST_SEEN:
        return read_first(total);
    }
    return value_missing(a->type);
}

void
total_fini(const struct window_aggregate *a, void *total, struct store *s)
{
    switch (a->function) {
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_FIRST:
        monotone_fini(total, s);
        return;
    case WINDOW_DISTINCT:
        distinct_fini(total, s);
        return;
    case WINDOW_MODE_SHARE:
        mode_fini(total, s);
        return;
    case WINDOW_MEDIAN: /* nodes end with their values */
    case WINDOW_COUNT:
    case WINDOW_SUM:
    case WINDOW_AVG:
    case WINDOW_SHARE:
    case WINDOW_STDDEV:
    case WINDOW_LAST:
    case WINDOW_FIRST_SEEN:
        return;
    }
}

void
total_prefetch(const struct window_aggregate *a, const void *total, const struct store *s)
{
    if (a->function == WINDOW_DISTINCT)
        distinct_prefetch(total, s);
    else if (a->function == WINDOW_MODE_SHARE)
        distinct_prefetch(&((const struct mode *)total)->values, s);
    else if (a->function == WINDOW_MEDIAN)
        median_prefetch(total, s);
    else if (order_of(a->function) != MONOTONE_FIRST || a->function == WINDOW_FIRST)
        monotone_prefetch(total, s);
}

void
total_prefetch_value(
    const struct window_aggregate *a, const void *total, const struct store *s, struct stored v)
{
    if (v.kind == STORED_KEPT)
        texts_prefetch(&s->texts, (uint32_t)v.bits);
    if (a->function == WINDOW_DISTINCT)
        distinct_prefetch_value(total, s, v);
    else if (a->function == WINDOW_MODE_SHARE)
        distinct_prefetch_value(&((const struct mode *)total)->values, s, v);
    else
        total_prefetch(a, total, s);
}

void
total_set_first(void *total, bool first)
{
    ((struct first *)total)->known = first ? 2 : 1;
}

void
total_clear_first(void *total)
{
    ((struct first *)total)->known = 0;
}
