/*
 * window_twin - a list of entries, walked again for every answer.
 */
#include "support/window_twin.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"

void
twin_add(struct twin *t, uint32_t key, int64_t at_us, uint64_t ledger, const struct value *inputs)
{
    struct twin_entry *e = &t->entry[t->count++];

    if (t->count > TWIN_ENTRIES)
        abort();
    *e = (struct twin_entry){.key = key, .at_us = at_us, .ledger = ledger};
    for (uint32_t i = 0; i < t->spec->count; i++) {
        e->input[i] = inputs[i];
        if (e->input[i].set && !type_is_text(e->input[i].type))
            e->input[i] = value_round(e->input[i]);
    }
}

static int64_t
local_day(const struct twin *t, int64_t at_us)
{
    return civil_day_of(t->spec->zone == NULL ? at_us : zone_to_local(t->spec->zone, at_us));
}

/* By the local date alone: nothing is known here of when a day begins. */
static bool
same_period(const struct twin *t, int64_t a_us, int64_t b_us)
{
    int64_t a = local_day(t, a_us), b = local_day(t, b_us);
    struct civil left, right;

    switch (t->spec->period) {
    case WINDOW_DAY:
        return a == b;
    case WINDOW_WEEK: /* 1969-12-29 was a Monday */
        return (a + 700003 - t->spec->week_starts) / 7 == (b + 700003 - t->spec->week_starts) / 7;
    case WINDOW_MONTH:
        civil_from_us(a * US_PER_DAY, &left);
        civil_from_us(b * US_PER_DAY, &right);
        return left.year == right.year && left.month == right.month;
    case WINDOW_SPAN:
        break;
    }
    return b_us - a_us < t->spec->span_us;
}

static bool
inside(const struct twin *t, uint32_t key, size_t n)
{
    return t->entry[n].key == key &&
           same_period(t, t->entry[n].at_us, t->entry[t->count - 1].at_us);
}

bool
twin_same(struct value a, struct value b)
{
    if (a.type != b.type || a.set != b.set)
        return false;
    if (!a.set)
        return true;
    if (type_is_text(a.type))
        return bytes_equal(a.text, b.text);
    if (a.currency != b.currency)
        return false;
    if (a.den == b.den)
        return a.num == b.num;
    return a.num / a.den == b.num / b.den && (a.num % a.den) * b.den == (b.num % b.den) * a.den;
}

/* The set inputs of the key in the window, oldest first. */
static size_t
gather(const struct twin *t, uint32_t key, uint32_t aggregate, struct value *out)
{
    size_t n = 0;

    for (size_t i = 0; i < t->count; i++)
        if (inside(t, key, i) && t->entry[i].input[aggregate].set)
            out[n++] = t->entry[i].input[aggregate];
    return n;
}

static int
in_order(const void *left, const void *right)
{
    const struct value *a = left, *b = right;

    if (type_is_text(a->type))
        return bytes_compare(a->text, b->text);
    return (a->num > b->num) - (a->num < b->num);
}

static struct value
number(size_t n)
{
    return value_num(TYPE_NUMBER, (int128)n * NUMBER_SCALE);
}

static struct value
part_of(size_t part, size_t whole)
{
    struct value v = number(part);

    v.den = (int128)whole;
    return whole == 0 ? value_missing(TYPE_NUMBER) : v;
}

/* In halves of 64 bits, so that nothing wraps: missing where 128 bits cannot hold it. */
static struct value
sum(const struct window_aggregate *a, const struct value *in, size_t n)
{
    int128 high = 0, low = 0;
    struct value v = value_num(a->type, 0);

    for (size_t i = 0; i < n; i++) {
        high += in[i].num >> 64;
        low += (uint64_t)in[i].num;
    }
    high += low >> 64;
    if (high > INT64_MAX || high < INT64_MIN)
        return value_missing(a->type);
    v.num = (int128)((uint128)high << 64 | (uint64_t)low);
    v.currency = (int32_t)a->currency;
    return v;
}

static size_t
commonest(const struct value *in, size_t n, size_t *different)
{
    size_t most = 0;

    *different = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        bool first = true;

        for (size_t k = 0; k < n; k++)
            same += twin_same(in[i], in[k]);
        for (size_t k = 0; k < i; k++)
            first = first && !twin_same(in[i], in[k]);
        most = same > most ? same : most;
        *different += first;
    }
    return most;
}

/*
 * For values below 10^6 in EUR cents (four places more) and in nanos of which 10^6 are left away:
 * halving for the root of the variance in 64 times finer steps than needed would do; here the edges
 * of rounding are compared exactly.
 */
static struct value
deviation(const struct window_aggregate *a, const struct value *in, size_t n)
{
    int128 total = 0, squares = 0, variance, den, low = 0, high = (int128)1 << 48;
    int128 finer = a->type == TYPE_MONEY ? 10000 : 1, coarser = a->type == TYPE_NUMBER ? 1000 : 1;
    struct value v = value_num(a->type, 0);

    for (size_t i = 0; i < n; i++) {
        if (in[i].num > INT64_MAX || in[i].num < INT64_MIN)
            return value_missing(a->type);
        total += in[i].num;
        squares += in[i].num * in[i].num;
    }
    if (n < 2)
        return value_missing(a->type);
    variance = ((int128)n * squares - total * total) * finer * finer;
    den = (int128)n * (int128)(n - 1) * coarser * coarser;
    /* The greatest root that is not above the deviation by more than a half. */
    while (low < high) {
        int128 middle = (low + high + 1) / 2;

        if ((2 * middle - 1) * (2 * middle - 1) * den <= 4 * variance)
            low = middle;
        else
            high = middle - 1;
    }
    if (low % 2 != 0 && (2 * low - 1) * (2 * low - 1) * den == 4 * variance)
        low--;
    v.num = low * coarser;
    v.den = finer;
    v.currency = (int32_t)a->currency;
    return v;
}

static struct value
median(const struct window_aggregate *a, struct value *in, size_t n)
{
    struct value v;

    if (n == 0)
        return value_missing(a->type);
    qsort(in, n, sizeof *in, in_order);
    v = in[(n - 1) / 2];
    v.currency = (int32_t)a->currency;
    if (n % 2 != 0)
        return v;
    v.den = 2;
    return __builtin_add_overflow(v.num, in[n / 2].num, &v.num) ? value_missing(a->type) : v;
}

/* Of the newest entry, which must be the key's. */
static struct value
first_seen(const struct twin *t, uint32_t key, uint32_t aggregate)
{
    const struct twin_entry *newest = &t->entry[t->count - 1];
    bool first = true;

    if (!newest->input[aggregate].set)
        return value_missing(TYPE_BOOL);
    for (size_t i = 0; i + 1 < t->count; i++) {
        const struct twin_entry *e = &t->entry[i];

        if (e->key == key && e->input[aggregate].set &&
            twin_same(e->input[aggregate], newest->input[aggregate]) &&
            newest->at_us - e->at_us < INT64_C(365) * 24 * 3600 * 1000000)
            first = false;
    }
    return value_num(TYPE_BOOL, first);
}

struct value
twin_read(const struct twin *t, uint32_t key, uint32_t aggregate)
{
    static struct value in[TWIN_ENTRIES];
    const struct window_aggregate *a = &t->spec->aggregate[aggregate];
    size_t n = gather(t, key, aggregate, in), different, yes = 0;
    struct value v;

    switch (a->function) {
    case WINDOW_COUNT:
        return number(n);
    case WINDOW_SUM:
        return sum(a, in, n);
    case WINDOW_AVG:
        v = sum(a, in, n);
        v.den = (int128)n;
        return n == 0 ? value_missing(a->type) : v;
    case WINDOW_SHARE:
        for (size_t i = 0; i < n; i++)
            yes += in[i].num != 0;
        return part_of(yes, n);
    case WINDOW_MEDIAN:
        return median(a, in, n);
    case WINDOW_MIN:
        qsort(in, n, sizeof *in, in_order);
        return n == 0 ? value_missing(a->type) : in[0];
    case WINDOW_MAX:
        qsort(in, n, sizeof *in, in_order);
        return n == 0 ? value_missing(a->type) : in[n - 1];
    case WINDOW_STDDEV:
        return deviation(a, in, n);
    case WINDOW_DISTINCT:
        (void)commonest(in, n, &different);
        return number(different);
    case WINDOW_MODE_SHARE:
        return part_of(commonest(in, n, &different), n);
    case WINDOW_FIRST:
        return n == 0 ? value_missing(a->type) : in[0];
    case WINDOW_LAST:
        return n == 0 ? value_missing(a->type) : in[n - 1];
    case WINDOW_FIRST_SEEN:
        return first_seen(t, key, aggregate);
    }
    return value_missing(a->type);
}

size_t
twin_evidence(const struct twin *t, uint32_t key, uint64_t after, uint64_t *out)
{
    size_t n = 0;

    for (size_t i = t->count; i-- > 0;)
        if (inside(t, key, i) && t->entry[i].ledger > after &&
            (n == 0 || out[n - 1] != t->entry[i].ledger))
            out[n++] = t->entry[i].ledger;
    return n;
}
