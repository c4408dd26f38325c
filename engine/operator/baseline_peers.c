#include "operator/baseline_peers.h"

#include <stdlib.h>

#include "base/alloc.h"

struct peers {
    uint32_t compare_count;
    struct peer *at[BASELINE_COMPARES_MAX]; /* by group, total, key */
    size_t count, cap;
};

struct peers *
peers_new(uint32_t compare_count)
{
    struct peers *p = alloc_zero(1, sizeof *p);

    if (p != NULL)
        p->compare_count = compare_count;
    return p;
}

void
peers_free(struct peers *p)
{
    for (uint32_t c = 0; p != NULL && c < p->compare_count; c++)
        alloc_free(p->at[c]);
    alloc_free(p);
}

size_t
peers_bytes(const struct peers *p)
{
    return sizeof *p + p->compare_count * p->cap * sizeof *p->at[0];
}

bool
peers_begin(struct peers *p, size_t members)
{
    p->count = 0;
    if (members <= p->cap)
        return true;
    for (uint32_t c = 0; c < p->compare_count; c++) {
        struct peer *grown = alloc_grow(p->at[c], members * sizeof *grown);

        if (grown == NULL)
            return false;
        p->at[c] = grown;
    }
    p->cap = members;
    return true;
}

void
peers_put(struct peers *p, int64_t group, uint32_t key, const int128 *totals)
{
    for (uint32_t c = 0; c < p->compare_count; c++)
        p->at[c][p->count] = (struct peer){group, totals[c], key};
    p->count++;
}

static int
by_total(const void *left, const void *right)
{
    const struct peer *a = left, *b = right;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->total != b->total)
        return a->total < b->total ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

void
peers_end(struct peers *p)
{
    for (uint32_t c = 0; c < p->compare_count && p->count > 0; c++)
        qsort(p->at[c], p->count, sizeof *p->at[c], by_total);
}

/* The first member that is not before `least`. */
static size_t
first_from(const struct peer *at, size_t count, const struct peer *least)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (by_total(&at[mid], least) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The totals of a group in rising order, without the key itself. */
struct others {
    const struct peer *at;
    size_t count;
    size_t own;   /* index left out; SIZE_MAX: none */
    int128 twice; /* the median, doubled */
    size_t low;   /* how many are not above it */
};

static int128
other(const struct others *o, size_t i)
{
    return o->at[i + (i >= o->own)].total;
}

/* Deviations from the median, doubled, in rising order: those below it, those above. */
static int128
below(const struct others *o, size_t i)
{
    return o->twice - 2 * other(o, o->low - 1 - i);
}

static int128
above(const struct others *o, size_t i)
{
    return 2 * other(o, o->low + i) - o->twice;
}

/* The k-th smallest deviation, from 0: how many of the k + 1 smallest lie below the median? */
static int128
deviation(const struct others *o, size_t k)
{
    size_t right = o->count - o->low;
    size_t low = k + 1 > right ? k + 1 - right : 0, high = k + 1 < o->low ? k + 1 : o->low;
    int128 a, b;

    while (low < high) {
        size_t mid = low + (high - low) / 2; /* fewer than k + 1, so that some lie above */

        if (below(o, mid) < above(o, k - mid))
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0)
        return above(o, k);
    if (low == k + 1)
        return below(o, k);
    a = below(o, low - 1);
    b = above(o, k - low);
    return a > b ? a : b;
}

static size_t
not_above(const struct others *o)
{
    size_t low = 0, high = o->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (2 * other(o, mid) <= o->twice)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool
peers_middle(const struct peers *p, uint32_t compare, int64_t group, const struct peer *own,
    const struct baseline_compare *c, struct baseline_middle *out)
{
    const struct peer *all = p->at[compare];
    const struct peer first = {group, (int128)((uint128)1 << 127), 0};
    const struct peer last = {group, ~(int128)((uint128)1 << 127), UINT32_MAX};
    size_t from = first_from(all, p->count, &first), to = first_from(all, p->count, &last);
    struct others o = {.at = &all[from], .count = to - from, .own = SIZE_MAX};
    size_t half;

    if (own != NULL) {
        o.own = first_from(all, p->count, own) - from;
        o.count--;
    }
    if (to - from == 0 || o.count < PEERS_LEAST)
        return false;
    half = o.count / 2;
    o.twice = other(&o, half) + other(&o, o.count % 2 == 0 ? half - 1 : half);
    o.low = not_above(&o);
    *out = (struct baseline_middle){.num = o.twice, .den = 2};
    out->spread =
        baseline_six(c, deviation(&o, half) + deviation(&o, o.count % 2 == 0 ? half - 1 : half), 4);
    return true;
}
