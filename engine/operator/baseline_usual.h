/*
 * baseline_usual - how far a value is from a middle: the arithmetic a baseline judges by. Private
 * to it.
 */
#ifndef OPERATOR_BASELINE_USUAL_H
#define OPERATOR_BASELINE_USUAL_H

#include "operator/baseline.h"

/* The middle num / den of a value's likes, and their spread as a value of six places. */
struct baseline_middle {
    int128 num, den;
    struct value spread;
};

/*
 * Raises a spread to what it is at least: the spec's share of the middle, and one unit (1 EUR, 1).
 * A missing one stays missing; so does one that cannot be reckoned.
 */
void baseline_floor(struct baseline_middle *m, const struct baseline_compare *c, int64_t share);
/* num / den in stored units as a value of six places of the unit's number, half-even. */
struct value baseline_six(const struct baseline_compare *c, int128 num, int128 den);
/* (x - middle) / spread to six places; x / middle as a fraction. Missing where there is none. */
struct value baseline_z(int128 x, const struct baseline_middle *m);
struct value baseline_ratio(int128 x, const struct baseline_middle *m);

#endif
