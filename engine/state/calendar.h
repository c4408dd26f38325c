/*
 * calendar - days, weeks and months of a time zone as periods [start, next start) in UTC.
 *
 * A day has 23 or 25 hours where clocks change.
 */
#ifndef STATE_CALENDAR_H
#define STATE_CALENDAR_H

#include "state/window.h"

struct calendar_period {
    int64_t start_us, next_us;
};

/* The period that holds this moment. `zone` NULL: UTC. `week_starts`: 0 monday .. 6 sunday. */
struct calendar_period calendar_period(
    enum window_period period, const struct zone *zone, int32_t week_starts, int64_t at_us);

#endif
