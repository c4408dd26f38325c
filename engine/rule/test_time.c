/*
 * test_time - the times of a test's table: `d3 12:00`, `2026-01-07 12:00:30`, days alone.
 *
 * Day 1 is Monday 5 January 2026; clocks are those of the pack's zone.
 */
#include <stdio.h>

#include "base/civil.h"
#include "base/zone.h"
#include "rule/test_block.h"

enum { FIRST_DAY = 20458 /* 2026-01-05 */, DAYS_MOST = 20000, DAYS_SHOWN = 1000 };

struct scan {
    const char *at, *end;
};

static bool
take_char(struct scan *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

/* Between `least` and `most` digits. */
static bool
take_digits(struct scan *s, int least, int most, int32_t *out)
{
    int32_t n = 0;
    int count = 0;

    while (count < most && s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        n = n * 10 + (*s->at++ - '0');
        count++;
    }
    *out = n;
    return count >= least;
}

static bool
take_day(struct scan *s, int64_t *day)
{
    int32_t year, month, of_month;

    if (take_char(s, 'd')) {
        if (!take_digits(s, 1, 5, &year) || year < 1 || year > DAYS_MOST)
            return false;
        *day = FIRST_DAY + year - 1;
        return true;
    }
    if (!take_digits(s, 4, 4, &year) || !take_char(s, '-') || !take_digits(s, 2, 2, &month) ||
        !take_char(s, '-') || !take_digits(s, 2, 2, &of_month) ||
        !civil_valid_date(year, month, of_month))
        return false;
    *day = civil_days(year, month, of_month);
    return true;
}

static bool
take_clock(struct scan *s, int64_t *us)
{
    int32_t hour, minute, second = 0;

    if (!take_digits(s, 2, 2, &hour) || !take_char(s, ':') || !take_digits(s, 2, 2, &minute))
        return false;
    if (take_char(s, ':') && !take_digits(s, 2, 2, &second))
        return false;
    *us = ((int64_t)(hour * 60 + minute) * 60 + second) * US_PER_S;
    return hour < 24 && minute < 60 && second < 60;
}

bool
time_read(
    const struct ruleset *rs, struct bytes text, int64_t *at_us, int64_t *day, bool *date_only)
{
    struct scan s = {text.at, text.at + text.size};
    int64_t clock = 0;
    enum zone_fit fit;

    if (!take_day(&s, day))
        return false;
    *date_only = s.at == s.end;
    if (*date_only) {
        *at_us = rs->zone == NULL ? *day * US_PER_DAY : zone_day_start(rs->zone, *day);
        return true;
    }
    if ((!take_char(&s, ' ') && !take_char(&s, 'T')) || !take_clock(&s, &clock) || s.at != s.end)
        return false;
    *at_us = *day * US_PER_DAY + clock;
    if (rs->zone != NULL) /* without a pack, which is told elsewhere, there is none */
        *at_us = zone_to_utc(rs->zone, *at_us, &fit);
    return true;
}

void
time_to_day(const struct ruleset *rs, int64_t *at_us)
{
    if (rs->zone != NULL)
        *at_us = zone_day_start(
            rs->zone, civil_day_of(zone_to_local(rs->zone, *at_us) + US_PER_DAY / 2));
}

void
test_print_time(const struct ruleset *rs, int64_t at_us, bool date_only, struct buf *out)
{
    int64_t local = zone_to_local(rs->zone, at_us), day = civil_day_of(local) - FIRST_DAY + 1;
    struct civil c;

    civil_from_us(local, &c);
    if (day >= 1 && day <= DAYS_SHOWN)
        buf_print(out, "d%lld", (long long)day);
    else
        buf_print(out, "%04d-%02d-%02d", c.year, c.month, c.day);
    if (!date_only)
        buf_print(out, " %02d:%02d", c.hour, c.minute);
    if (!date_only && c.second != 0)
        buf_print(out, ":%02d", c.second);
}
