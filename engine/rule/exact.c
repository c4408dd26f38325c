/*
 * exact - numbers of expressions: integers of the type's unit, quotients as fractions.
 */
#include "rule/exact.h"

#include <assert.h>

#include "base/civil.h"
#include "base/number.h"

#define INT128_MAX ((int128)(~(uint128)0 >> 1))

struct exact
exact_of(int128 num)
{
    return (struct exact){.num = num, .den = 1, .set = true};
}

struct exact
exact_missing(void)
{
    return (struct exact){.den = 1};
}

static uint128
magnitude(int128 n)
{
    return n < 0 ? 0 - (uint128)n : (uint128)n;
}

/* By hand, because clang's own check of 128-bit products needs a library gcc does not bring. */
static bool
multiply(int128 a, int128 b, int128 *out)
{
    uint128 x, y;

    if (a == (int64_t)a && b == (int64_t)b) {
        *out = a * b;
        return true;
    }
    x = magnitude(a);
    y = magnitude(b);
    if (x != 0 && y > (uint128)INT128_MAX / x)
        return false;
    *out = (a < 0) != (b < 0) ? -(int128)(x * y) : (int128)(x * y);
    return true;
}

static bool
add(int128 a, int128 b, int128 *out)
{
    if (b >= 0 ? a > INT128_MAX - b : a < -INT128_MAX - b)
        return false;
    *out = a + b;
    return true;
}

struct exact
exact_round(struct exact a, enum type t)
{
    struct value v = {.type = (uint8_t)t, .set = 1};

    if (!a.set || a.den == 1)
        return a;
    v.num = a.num;
    v.den = a.den;
    return exact_of(value_round(v).num);
}

/* num / den with den > 0, whole where it divides. */
static struct exact
fraction(int128 num, int128 den)
{
    if (den < 0) {
        num = -num;
        den = -den;
    }
    if (num % den == 0)
        return exact_of(num / den);
    return (struct exact){.num = num, .den = den, .set = true};
}

static bool
times(struct exact a, struct exact b, struct exact *out)
{
    int128 num;

    /* One side is a number in 1e-9, which leaves the unit of the other. */
    if (!multiply(a.num, b.num, &num))
        return false;
    *out = fraction(num, NUMBER_SCALE);
    return true;
}

static bool
by(struct exact a, struct exact b, struct exact *out)
{
    int128 num;

    /* Both a ratio of like units and a quantity over a number come out 1e9 too small. */
    if (!multiply(a.num, NUMBER_SCALE, &num))
        return false;
    *out = fraction(num, b.num);
    return true;
}

/* Days become microseconds where a date meets a time span; a date keeps counting days. */
static bool
plus(int128 a, enum type ta, int128 b, enum type tb, struct exact *out)
{
    int128 sum;

    if (ta == TYPE_DATE && tb == TYPE_DURATION)
        b /= US_PER_DAY;
    if (!add(a, b, &sum))
        return false;
    if (ta == TYPE_DATE && tb == TYPE_DATE && !multiply(sum, US_PER_DAY, &sum))
        return false;
    *out = exact_of(sum);
    return true;
}

struct exact
exact_reckon(
    enum exact_op op, struct exact a, enum type ta, struct exact b, enum type tb, bool *overflow)
{
    struct exact out = exact_missing();
    bool good = true;

    if (!a.set || !b.set)
        return out;
    a = exact_round(a, ta);
    b = exact_round(b, tb);
    switch (op) {
    case EXACT_ADD:
        good = plus(a.num, ta, b.num, tb, &out);
        break;
    case EXACT_SUBTRACT:
        good = b.num >= -INT128_MAX && plus(a.num, ta, -b.num, tb, &out);
        break;
    case EXACT_MULTIPLY:
        good = times(a, b, &out);
        break;
    case EXACT_DIVIDE:
        if (b.num == 0)
            return out; /* missing, and no overflow */
        good = by(a, b, &out);
        break;
    }
    if (good)
        return out;
    *overflow = true;
    return exact_missing();
}

int
exact_compare(struct exact a, struct exact b)
{
    struct value x = {.type = TYPE_NUMBER, .set = 1}, y = x;
    bool overflow = false;
    int order;

    assert(a.set && b.set);
    if (a.den == 1 && b.den == 1)
        return (a.num > b.num) - (a.num < b.num);
    x.num = a.num;
    x.den = a.den;
    y.num = b.num;
    y.den = b.den;
    order = value_compare(x, y, &overflow);
    assert(!overflow); /* 256 bits hold any product of two 128-bit numbers */
    return order;
}

static int128
power10(int digits)
{
    int128 p = 1;

    while (digits-- > 0)
        p *= 10;
    return p;
}

bool
exact_is_round(int128 minor, int128 step, int digits, bool *round, bool *overflow)
{
    int128 scaled, unit;

    if (step <= 0)
        return false;
    if (!multiply(minor, NUMBER_SCALE, &scaled) || !multiply(step, power10(digits), &unit)) {
        *overflow = true;
        return false;
    }
    *round = scaled % unit == 0;
    return true;
}

struct exact
exact_round_to(int128 minor, int128 step, int digits, bool *overflow)
{
    int128 scaled, unit, num;

    if (step <= 0)
        return exact_missing();
    if (!multiply(minor, NUMBER_SCALE, &scaled) || !multiply(step, power10(digits), &unit) ||
        !multiply(number_divide(scaled, unit), unit, &num)) {
        *overflow = true;
        return exact_missing();
    }
    return fraction(num, NUMBER_SCALE);
}
