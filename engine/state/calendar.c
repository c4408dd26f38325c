/*
 * calendar - from a moment to the local day, to the period's first day, to moments again.
 */
#include "state/calendar.h"

#include <assert.h>

#include "base/civil.h"
#include "base/zone.h"

static int64_t
starts_at(const struct zone *zone, int64_t day)
{
    return zone == NULL ? day * US_PER_DAY : zone_day_start(zone, day);
}

static int64_t
month_of(int64_t day, int32_t later)
{
    struct civil c;
    int32_t month;

    civil_from_us(day * US_PER_DAY, &c);
    month = c.month - 1 + later;
    return civil_days(c.year + month / 12, month % 12 + 1, 1);
}

/* First day of the period that holds `day`, or of the one after it. */
static int64_t
first_day(enum window_period period, int32_t week_starts, int64_t day, bool next)
{
    switch (period) {
    case WINDOW_DAY:
        return day + next;
    case WINDOW_WEEK:
        return day - (civil_weekday(day) - week_starts + 7) % 7 + 7 * next;
    case WINDOW_MONTH:
        return month_of(day, next);
    case WINDOW_SPAN:
        break;
    }
    assert(period != WINDOW_SPAN);
    return day;
}

struct calendar_period
calendar_period(
    enum window_period period, const struct zone *zone, int32_t week_starts, int64_t at_us)
{
    int64_t day = civil_day_of(zone == NULL ? at_us : zone_to_local(zone, at_us));
    struct calendar_period p;

    /* Where clocks are put back across midnight the same local day comes twice. */
    while (starts_at(zone, day) > at_us)
        day--;
    while (starts_at(zone, day + 1) <= at_us)
        day++;
    p.start_us = starts_at(zone, first_day(period, week_starts, day, false));
    p.next_us = starts_at(zone, first_day(period, week_starts, day, true));
    return p;
}
