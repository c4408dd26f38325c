/*
 * deviation - the sample standard deviation from exact sums, reckoned in integers.
 *
 * sqrt((n * sum of squares - sum^2) / (n * (n - 1))), rounded half-even to six places of the
 * unit's number, so that it is the same on every machine.
 */
#ifndef STATE_DEVIATION_H
#define STATE_DEVIATION_H

#include "model/value.h"

struct deviation {
    uint64_t low; /* sum of 64-bit values, 128 bits: fewer than 2^32 cannot overflow it */
    int64_t high;
    uint64_t square[3]; /* sum of their squares, 192 bits, lowest first */
    uint32_t set;       /* values, without the wide ones */
    uint32_t wide;      /* values beyond 64 bits: as long as there is one the result is missing */
};

void deviation_add(struct deviation *d, int64_t v);
void deviation_drop(struct deviation *d, int64_t v);
/* Missing under two values. Money keeps its currency, with a denominator for the finer places. */
struct value deviation_value(const struct deviation *d, enum type type, int64_t currency);

/* Half-even root of num / den; den > 0. `num` is 256 bits, lowest word first. For the test too. */
uint128 deviation_root(const uint64_t num[static 4], uint128 den);

#endif
