/*
 * big - whole numbers far beyond 128 bits, the plainest way, for twins that must be right.
 */
#ifndef SUPPORT_BIG_H
#define SUPPORT_BIG_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"

enum { BIG_LIMBS = 20 }; /* 640 bits; more is a fault of the test and aborts */

struct big {
    bool negative; /* never of zero */
    uint32_t limb[BIG_LIMBS];
};

struct big big_of(int128 n);
struct big big_add(struct big a, struct big b);
struct big big_subtract(struct big a, struct big b);
struct big big_multiply(struct big a, struct big b);
/* Nearest whole number to a / b, a tie to the even one. */
struct big big_divide(struct big a, struct big b);
int big_compare(struct big a, struct big b);
bool big_is_zero(struct big a);
bool big_fits_128(struct big a); /* its size is below 2^127 */
int128 big_to_128(struct big a);

#endif
