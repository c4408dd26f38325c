/* Calendar days: against a clerk who counts them one by one from the year 1. */
#include <check.h>
#include <stdint.h>

#include "base/civil.h"
#include "support/rng.h"
#include "support/suites.h"

static int32_t
days_in(int32_t year, int32_t month)
{
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* 0001-01-01 is day -719162, a Monday. */
START_TEST(every_day_of_ten_thousand_years_is_the_next_one)
{
    int64_t day = -719162;
    struct civil c = {0};

    for (int32_t year = 1; year <= 9999; year++)
        for (int32_t month = 1; month <= 12; month++)
            for (int32_t date = 1; date <= days_in(year, month); date++, day++) {
                if (civil_days(year, month, date) != day)
                    ck_abort_msg("%d-%d-%d", (int)year, (int)month, (int)date);
                civil_from_us(day * US_PER_DAY, &c);
                if (c.year != year || c.month != month || c.day != date)
                    ck_abort_msg("back: %d-%d-%d", (int)year, (int)month, (int)date);
                if (civil_weekday(day) != (day + 719162) % 7)
                    ck_abort_msg("weekday: %d-%d-%d", (int)year, (int)month, (int)date);
            }
}
END_TEST

static const struct date {
    const char *why;
    int32_t year, month, day;
    bool valid;
} dates[] = {
    {"an ordinary day", 2026, 1, 7, true},
    {"leap day", 2024, 2, 29, true},
    {"no leap year", 2025, 2, 29, false},
    {"a century is no leap year", 1900, 2, 29, false},
    {"a fourth century is", 2000, 2, 29, true},
    {"thirty days", 2026, 4, 31, false},
    {"day 0", 2026, 1, 0, false},
    {"month 0", 2026, 0, 1, false},
    {"month 13", 2026, 13, 1, false},
    {"year 0", 0, 1, 1, false},
    {"first year", 1, 1, 1, true},
    {"last day", 9999, 12, 31, true},
    {"past the last", 10000, 1, 1, false},
};

START_TEST(only_days_of_the_calendar_are_valid)
{
    const struct date *d = &dates[_i];

    ck_assert_msg(civil_valid_date(d->year, d->month, d->day) == d->valid, "%s", d->why);
}
END_TEST

START_TEST(moments_come_back_also_before_1970)
{
    uint64_t seed = 5;
    struct civil c;

    for (int n = 0; n < 10000; n++) {
        int64_t us = (int64_t)(rng_next(&seed) >> 9) - (INT64_C(1) << 54);

        civil_from_us(us, &c);
        ck_assert_int_eq(civil_to_us(&c), us);
        ck_assert(c.hour < 24 && c.minute < 60 && c.second < 60 && c.micro < US_PER_S);
        ck_assert(c.hour >= 0 && c.minute >= 0 && c.second >= 0 && c.micro >= 0);
    }
    ck_assert_int_eq(civil_day_of(-1), -1);
    ck_assert_int_eq(civil_day_of(0), 0);
    ck_assert_int_eq(civil_day_of(-US_PER_DAY), -1);
    ck_assert_int_eq(civil_day_of(US_PER_DAY - 1), 0);
}
END_TEST

Suite *
suite_civil(void)
{
    Suite *s = suite_create("civil");
    TCase *t = tcase_create("calendar");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_day_of_ten_thousand_years_is_the_next_one);
    tcase_add_loop_test(t, only_days_of_the_calendar_are_valid, 0, sizeof dates / sizeof *dates);
    tcase_add_test(t, moments_come_back_also_before_1970);
    suite_add_tcase(s, t);
    return s;
}
