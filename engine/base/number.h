/*
 * number - integers and decimals to and from text, checked and exact.
 *
 * A decimal is an integer count of 10^-places: 12.5 in two places is 1250. The
 * text form is plain: an optional sign, digits, an optional point and digits.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

enum { NUMBER_PLACES_MAX = 18 };

struct buf;

/* False, *out untouched, where the text is no integer or does not fit. */
bool number_read_int(struct bytes text, int64_t *out);
/* As a count of 10^-places; more decimals are refused unless they are zeros. */
bool number_read_fixed(struct bytes text, int places, int64_t *out);

int64_t number_power10(int places); /* 0 to NUMBER_PLACES_MAX */

/* Nearest integer to num / den (den > 0), a tie to the even one. */
int128 number_divide(int128 num, int128 den);

void number_print_int(int128 n, struct buf *out);
/* How a decimal is written; zero-initialised: all its places, no grouping. */
struct number_style {
    bool trim;  /* no zeros at the end of the decimals, no bare point */
    char group; /* between groups of three digits before the point; 0: none */
};
void number_print_fixed(int128 n, int places, struct number_style style, struct buf *out);

#endif
