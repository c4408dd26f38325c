/*
 * band - spans of values, ends included: money, numbers and ranges of codes.
 *
 * Sorted and, where they touch, joined, so that a question is one binary search.
 */
#ifndef LIST_BAND_H
#define LIST_BAND_H

#include <stdbool.h>
#include <stddef.h>

#include "model/value.h"

struct band {
    struct value low, high; /* one type and currency; codes: one length */
};

/* Order of two values of one type; for money the currency, for codes the length decides first. */
int band_compare(struct value a, struct value b);
/* Sort and join in place; returns how many are left. */
size_t band_join(struct band *bands, size_t count);
bool band_has(const struct band *bands, size_t count, struct value v);

#endif
