/* Calendar windows: days of 23 and 25 hours, weeks, months, against the local date alone. */
#include <check.h>

#include "base/civil.h"
#include "base/zone.h"
#include "state/calendar.h"
#include "support/rng.h"
#include "support/suites.h"
#include "support/window_twin.h"

#define HOUR_US (INT64_C(3600) * 1000000)

static struct zone *belgrade;
static struct twin twin;

static void
open_zone(void)
{
    struct weir_err err = {0};

    ck_assert_int_eq(zone_open("Europe/Belgrade", &belgrade, &err), WEIR_OK);
}

static void
close_zone(void)
{
    zone_close(belgrade);
}

static int64_t
utc(int32_t year, int32_t month, int32_t day, int32_t hour)
{
    return civil_days(year, month, day) * US_PER_DAY + hour * HOUR_US;
}

static const struct period {
    const char *why;
    enum window_period period;
    int32_t week_starts;
    int32_t at[4], start[4], next[4]; /* year, month, day, hour in UTC */
} periods[] = {
    {"a winter day begins at 23 h UTC", WINDOW_DAY, 0, {2026, 1, 15, 12}, {2026, 1, 14, 23},
        {2026, 1, 15, 23}},
    {"the moment it begins is its own", WINDOW_DAY, 0, {2026, 1, 14, 23}, {2026, 1, 14, 23},
        {2026, 1, 15, 23}},
    {"the day clocks go forward has 23 hours", WINDOW_DAY, 0, {2026, 3, 29, 12}, {2026, 3, 28, 23},
        {2026, 3, 29, 22}},
    {"the day clocks go back has 25 hours", WINDOW_DAY, 0, {2026, 10, 25, 1}, {2026, 10, 24, 22},
        {2026, 10, 25, 23}},
    {"the last hour of it too", WINDOW_DAY, 0, {2026, 10, 25, 22}, {2026, 10, 24, 22},
        {2026, 10, 25, 23}},
    {"a week from Monday, one hour short", WINDOW_WEEK, 0, {2026, 3, 28, 12}, {2026, 3, 22, 23},
        {2026, 3, 29, 22}},
    {"a week from Sunday begins on the short day", WINDOW_WEEK, 6, {2026, 3, 29, 12},
        {2026, 3, 28, 23}, {2026, 4, 4, 22}},
    {"a Saturday ends the week from Sunday", WINDOW_WEEK, 6, {2026, 1, 10, 12}, {2026, 1, 3, 23},
        {2026, 1, 10, 23}},
    {"March from winter into summer", WINDOW_MONTH, 0, {2026, 3, 31, 21}, {2026, 2, 28, 23},
        {2026, 3, 31, 22}},
    {"December into the next year", WINDOW_MONTH, 0, {2025, 12, 31, 22}, {2025, 11, 30, 23},
        {2025, 12, 31, 23}},
    {"February of a leap year", WINDOW_MONTH, 0, {2028, 2, 29, 5}, {2028, 1, 31, 23},
        {2028, 2, 29, 23}},
    {"before 1970", WINDOW_MONTH, 0, {1969, 12, 5, 5}, {1969, 11, 30, 23}, {1969, 12, 31, 23}},
};

START_TEST(periods_begin_and_end_at_local_midnight)
{
    const struct period *want = &periods[_i];
    int64_t at_us = utc(want->at[0], want->at[1], want->at[2], want->at[3]);
    struct calendar_period p = calendar_period(want->period, belgrade, want->week_starts, at_us);
    const struct window_spec spec = {
        .period = want->period, .zone = belgrade, .week_starts = want->week_starts};

    ck_assert_msg(p.start_us == utc(want->start[0], want->start[1], want->start[2], want->start[3]),
        "%s", want->why);
    ck_assert_msg(p.next_us == utc(want->next[0], want->next[1], want->next[2], want->next[3]),
        "%s", want->why);
    ck_assert_int_eq(window_period_end(&spec, at_us), p.next_us);
}
END_TEST

START_TEST(a_moment_is_in_its_period_and_periods_meet)
{
    static const enum window_period kinds[] = {WINDOW_DAY, WINDOW_WEEK, WINDOW_MONTH};
    uint64_t seed = 3;

    for (int n = 0; n < 30000; n++) {
        int64_t at_us =
            utc(1971, 1, 1, 0) + (int64_t)rng_below(&seed, (uint64_t)(120 * 365 * US_PER_DAY));
        enum window_period kind = kinds[n % 3];
        int32_t week_starts = (int32_t)rng_below(&seed, 7);
        const struct zone *zone = n % 5 == 0 ? NULL : belgrade;
        struct calendar_period p = calendar_period(kind, zone, week_starts, at_us), q;

        ck_assert(p.start_us <= at_us && at_us < p.next_us);
        q = calendar_period(kind, zone, week_starts, p.next_us);
        ck_assert(q.start_us == p.next_us && q.next_us > p.next_us);
        q = calendar_period(kind, zone, week_starts, p.next_us - 1);
        ck_assert(q.start_us == p.start_us);
    }
}
END_TEST

/* Times on hours around the changes of clocks, so that starts are met exactly. */
START_TEST(agrees_with_a_recount_by_local_date)
{
    static const struct window_aggregate aggregate[] = {{WINDOW_COUNT, TYPE_NUMBER, 0},
        {WINDOW_SUM, TYPE_DURATION, 0}, {WINDOW_DISTINCT, TYPE_DURATION, 0},
        {WINDOW_MIN, TYPE_DURATION, 0}, {WINDOW_MEDIAN, TYPE_DURATION, 0},
        {WINDOW_FIRST_SEEN, TYPE_DURATION, 0}};
    static const int64_t step_hours[] = {0, 1, 1, 1, 2, 5, 12, 23, 24, 25, 200};
    uint64_t seed = (uint64_t)_i;

    for (int history = 0; history < 1000; history++) {
        const struct window_spec spec = {.period = (enum window_period)(1 + history % 3),
            .zone = history % 7 == 0 ? NULL : belgrade,
            .week_starts = (int32_t)rng_below(&seed, 7),
            .count = 6,
            .aggregate = aggregate};
        struct windows *w = windows_new(&spec);
        int64_t at_us = (rng_below(&seed, 2) == 0 ? utc(2026, 3, 27, 0) : utc(2026, 10, 23, 0));

        twin.spec = &spec;
        twin.count = 0;
        for (uint64_t n = 1; n <= 30; n++) {
            uint32_t key = (uint32_t)rng_below(&seed, 2);
            struct value input[6];
            uint64_t got[30], want[30];
            size_t count;

            at_us += step_hours[rng_below(&seed, sizeof step_hours / sizeof *step_hours)] * HOUR_US;
            for (int i = 0; i < 6; i++)
                input[i] = value_num(TYPE_DURATION, (int128)rng_below(&seed, 5));
            ck_assert(windows_add(w, key, at_us, n, input));
            twin_add(&twin, key, at_us, n, input);
            for (uint32_t a = 0; a < 6; a++)
                ck_assert(twin_same(windows_read(w, key, a), twin_read(&twin, key, a)));
            count = twin_evidence(&twin, key, 0, want);
            ck_assert_uint_eq(windows_evidence(w, key, 0, got, 30), count);
            ck_assert(memcmp(got, want, count * sizeof *got) == 0);
            windows_expire(w, at_us);
        }
        windows_free(w);
    }
}
END_TEST

Suite *
suite_window_calendar(void)
{
    Suite *s = suite_create("window_calendar");
    TCase *tc = tcase_create("calendar");

    tcase_add_checked_fixture(tc, open_zone, close_zone);
    tcase_add_loop_test(
        tc, periods_begin_and_end_at_local_midnight, 0, sizeof periods / sizeof *periods);
    tcase_add_test(tc, a_moment_is_in_its_period_and_periods_meet);
    tcase_add_loop_test(tc, agrees_with_a_recount_by_local_date, 0, 10);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    return s;
}
