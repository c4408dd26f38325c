/*
 * big - whole numbers far beyond 128 bits, the plainest way.
 */
#include "support/big.h"

#include "support/must.h"

enum { BITS = 32 * BIG_LIMBS };

struct big
big_of(int128 n)
{
    struct big b = {.negative = n < 0};
    uint128 m = n < 0 ? 0 - (uint128)n : (uint128)n;

    for (int i = 0; i < 4; i++)
        b.limb[i] = (uint32_t)(m >> (32 * i));
    return b;
}

bool
big_is_zero(struct big a)
{
    for (int i = 0; i < BIG_LIMBS; i++)
        if (a.limb[i] != 0)
            return false;
    return true;
}

static int
size_order(const struct big *a, const struct big *b)
{
    for (int i = BIG_LIMBS - 1; i >= 0; i--)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static struct big
size_add(const struct big *a, const struct big *b)
{
    struct big sum = {.negative = false};
    uint64_t carry = 0;

    for (int i = 0; i < BIG_LIMBS; i++) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        sum.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    must(carry == 0);
    return sum;
}

/* a - b with a >= b in size. */
static struct big
size_subtract(const struct big *a, const struct big *b)
{
    struct big rest = {.negative = false};
    int64_t borrow = 0;

    for (int i = 0; i < BIG_LIMBS; i++) {
        int64_t d = (int64_t)a->limb[i] - b->limb[i] + borrow;

        rest.limb[i] = (uint32_t)d;
        borrow = d < 0 ? -1 : 0;
    }
    return rest;
}

struct big
big_add(struct big a, struct big b)
{
    struct big sum;

    if (a.negative == b.negative) {
        sum = size_add(&a, &b);
        sum.negative = a.negative;
        return sum;
    }
    if (size_order(&a, &b) >= 0) {
        sum = size_subtract(&a, &b);
        sum.negative = a.negative && !big_is_zero(sum);
    } else {
        sum = size_subtract(&b, &a);
        sum.negative = b.negative;
    }
    return sum;
}

static struct big
turned(struct big a)
{
    a.negative = !a.negative && !big_is_zero(a);
    return a;
}

struct big
big_subtract(struct big a, struct big b)
{
    return big_add(a, turned(b));
}

struct big
big_multiply(struct big a, struct big b)
{
    struct big p = {.negative = false};

    for (int i = 0; i < BIG_LIMBS; i++) {
        uint64_t carry = 0;

        for (int k = 0; k < BIG_LIMBS; k++) {
            if (i + k >= BIG_LIMBS) {
                must(a.limb[i] == 0 || (b.limb[k] == 0 && carry == 0));
                break;
            }
            carry += (uint64_t)a.limb[i] * b.limb[k] + p.limb[i + k];
            p.limb[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    p.negative = a.negative != b.negative && !big_is_zero(p);
    return p;
}

int
big_compare(struct big a, struct big b)
{
    if (a.negative != b.negative)
        return a.negative ? -1 : 1;
    return a.negative ? size_order(&b, &a) : size_order(&a, &b);
}

struct big
big_divide(struct big a, struct big b)
{
    struct big q = {.negative = false}, rest = {.negative = false}, twice, one = big_of(1);
    bool negative = a.negative != b.negative;
    int order;

    must(!big_is_zero(b));
    a.negative = b.negative = false;
    for (int bit = BITS - 1; bit >= 0; bit--) {
        rest = size_add(&rest, &rest);
        rest.limb[0] |= a.limb[bit / 32] >> (bit % 32) & 1;
        if (size_order(&rest, &b) >= 0) {
            rest = size_subtract(&rest, &b);
            q.limb[bit / 32] |= UINT32_C(1) << (bit % 32);
        }
    }
    twice = size_add(&rest, &rest);
    order = size_order(&twice, &b);
    if (order > 0 || (order == 0 && (q.limb[0] & 1) != 0))
        q = size_add(&q, &one);
    q.negative = negative && !big_is_zero(q);
    return q;
}

bool
big_fits_128(struct big a)
{
    for (int i = 4; i < BIG_LIMBS; i++)
        if (a.limb[i] != 0)
            return false;
    return a.limb[3] >> 31 == 0;
}

int128
big_to_128(struct big a)
{
    uint128 m = 0;

    must(big_fits_128(a));
    for (int i = 3; i >= 0; i--)
        m = m << 32 | a.limb[i];
    return a.negative ? -(int128)m : (int128)m;
}
