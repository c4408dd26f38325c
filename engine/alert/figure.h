/*
 * figure - a value as programs read it: `2000.00`, `0.96`, `2026-01-07T12:00:00Z`; no grouping, no
 * unit. value_print() is the form for people.
 */
#ifndef ALERT_FIGURE_H
#define ALERT_FIGURE_H

#include <stdint.h>

#include "model/value.h"

struct buf;

/* Appends nothing for a missing value. Fractions are rounded half-even to the type's unit. */
void figure_put(struct value v, struct buf *out);
/* An integer with `places` decimals: 200000, 2 -> 2000.00 */
void figure_decimal(int128 n, int places, struct buf *out);
/* RFC 3339 in UTC, to the second; with microseconds only where there are any. */
void figure_time(int64_t at_us, struct buf *out);
void figure_date(int64_t day, struct buf *out);

#endif
