/*
 * deviation - 256-bit integers as far as a variance needs them.
 *
 * With n below 2^32 and values of 64 bits, n * sum of squares stays below 2^192; times 10^12, for
 * six places, below 2^232.
 */
#include "state/deviation.h"

#include <assert.h>

struct wide {
    uint64_t word[4]; /* lowest first */
};

static void
add_square(struct deviation *d, uint128 square, bool drop)
{
    const uint64_t more[3] = {(uint64_t)square, (uint64_t)(square >> 64), 0};
    uint64_t carry = 0;

    for (int i = 0; i < 3; i++) {
        uint128 sum = drop ? (uint128)d->square[i] - more[i] - carry
                           : (uint128)d->square[i] + more[i] + carry;

        d->square[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64) & 1;
    }
}

static int128
sum_of(const struct deviation *d)
{
    return (int128)((uint128)(uint64_t)d->high << 64 | d->low);
}

static void
set_sum(struct deviation *d, int128 sum)
{
    d->low = (uint64_t)sum;
    d->high = (int64_t)(sum >> 64);
}

void
deviation_add(struct deviation *d, int64_t v)
{
    set_sum(d, sum_of(d) + v);
    add_square(d, (uint128)((int128)v * v), false);
    d->set++;
}

void
deviation_drop(struct deviation *d, int64_t v)
{
    assert(d->set > 0);
    set_sum(d, sum_of(d) - v);
    add_square(d, (uint128)((int128)v * v), true);
    d->set--;
}

static struct wide
times_word(struct wide a, uint64_t by)
{
    uint64_t carry = 0;

    for (int i = 0; i < 4; i++) {
        uint128 product = (uint128)a.word[i] * by + carry;

        a.word[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    return a;
}

static struct wide
add(struct wide a, struct wide b)
{
    uint64_t carry = 0;

    for (int i = 0; i < 4; i++) {
        uint128 sum = (uint128)a.word[i] + b.word[i] + carry;

        a.word[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    return a;
}

static struct wide
subtract(struct wide a, struct wide b)
{
    uint64_t borrow = 0;

    for (int i = 0; i < 4; i++) {
        uint128 rest = (uint128)a.word[i] - b.word[i] - borrow;

        a.word[i] = (uint64_t)rest;
        borrow = (uint64_t)(rest >> 64) & 1;
    }
    return a;
}

static int
compare(struct wide a, struct wide b)
{
    for (int i = 3; i >= 0; i--)
        if (a.word[i] != b.word[i])
            return a.word[i] < b.word[i] ? -1 : 1;
    return 0;
}

static struct wide
shifted_up(struct wide a, unsigned by)
{
    struct wide out = {{0}};

    for (unsigned i = by / 64; i < 4; i++) {
        out.word[i] = a.word[i - by / 64] << by % 64;
        if (by % 64 != 0 && i > by / 64)
            out.word[i] |= a.word[i - by / 64 - 1] >> (64 - by % 64);
    }
    return out;
}

static struct wide
widen(uint128 a)
{
    return (struct wide){{(uint64_t)a, (uint64_t)(a >> 64), 0, 0}};
}

static struct wide
times(uint128 a, uint128 b)
{
    struct wide low = times_word(widen(a), (uint64_t)b);
    struct wide high = times_word(widen(a), (uint64_t)(b >> 64));

    return add(low, shifted_up(high, 64));
}

static unsigned
bits_of(struct wide a)
{
    for (unsigned i = 4; i-- > 0;)
        if (a.word[i] != 0)
            return 64 * i + 64 - (unsigned)__builtin_clzll(a.word[i]);
    return 0;
}

/* floor(sqrt(num / den)), bit by bit: the greatest r with r^2 * den <= num. */
static uint128
root_slow(struct wide num, uint128 den)
{
    unsigned bits = (bits_of(num) + 1) / 2;
    uint128 root = 0;

    for (unsigned i = bits + 1; i-- > 0;) {
        uint128 more = root | (uint128)1 << i;
        struct wide square = times(more, more);
        struct wide product;

        if (bits_of(square) + bits_of(widen(den)) > 256)
            continue; /* above num whatever it is: num has less than 255 bits */
        product = add(times_word(square, (uint64_t)den),
            shifted_up(times_word(square, (uint64_t)(den >> 64)), 64));
        if (compare(product, num) <= 0)
            root = more;
    }
    return root;
}

/* floor(sqrt(a)) of 128 bits: Newton's steps from above (Cohen, algorithm 1.7.1). */
static uint128
root_fast(uint128 a)
{
    uint128 root, next;
    unsigned bits = bits_of(widen(a));

    if (a == 0)
        return 0;
    next = (uint128)1 << (bits + 1) / 2;
    do {
        root = next;
        next = root >> 64 == 0 && a >> 64 == 0 ? (uint64_t)a / (uint64_t)root : a / root;
        next = (root + next) / 2;
    } while (next < root);
    return root;
}

uint128
deviation_root(const uint64_t num[static 4], uint128 den)
{
    struct wide n = {{num[0], num[1], num[2], num[3]}};
    struct wide edge;
    uint128 root, odd;
    int by;

    assert(den > 0 && bits_of(n) < 250);
    if (n.word[3] == 0 && n.word[2] == 0)
        root = root_fast(((uint128)n.word[1] << 64 | n.word[0]) / den);
    else
        root = root_slow(n, den);
    /* Up where num / den is above (root + 1/2)^2, that is 4 num above den * (2 root + 1)^2. */
    odd = 2 * root + 1;
    edge = times(odd, odd);
    edge = add(
        times_word(edge, (uint64_t)den), shifted_up(times_word(edge, (uint64_t)(den >> 64)), 64));
    by = compare(shifted_up(n, 2), edge);
    return root + (by > 0 || (by == 0 && root % 2 != 0));
}

/* Stored units a unit's number has, as far as six places go: cents 100, nanos 10^9, ... */
static uint64_t
stored_per_unit(enum type type, int64_t currency)
{
    int places = type == TYPE_MONEY ? currency_exponent(currency) : 0;
    uint64_t units = 1;

    if (type == TYPE_NUMBER)
        return NUMBER_SCALE;
    if (type == TYPE_DURATION || type == TYPE_TIME)
        return 1000000;
    for (; places > 0; places--)
        units *= 10;
    return units;
}

struct value
deviation_value(const struct deviation *d, enum type type, int64_t currency)
{
    const uint64_t million = 1000000;
    uint64_t per_unit = stored_per_unit(type, currency);
    int128 sum = sum_of(d);
    uint128 size = sum < 0 ? -(uint128)sum : (uint128)sum;
    uint128 den = (uint128)d->set * (d->set - 1);
    struct wide num = {{d->square[0], d->square[1], d->square[2], 0}};
    struct value out = value_num(type, 0);

    if (d->set < 2 || d->wide > 0)
        return value_missing(type);
    out.currency = (int32_t)currency;
    num = subtract(times_word(num, d->set), times(size, size));
    if (per_unit <= million) {
        uint64_t finer = million / per_unit;

        num = times_word(num, finer * finer);
        out.num = (int128)deviation_root(num.word, den);
        out.den = (int128)finer;
    } else {
        uint64_t coarser = per_unit / million;

        out.num = (int128)deviation_root(num.word, den * (coarser * coarser)) * coarser;
    }
    return out;
}
