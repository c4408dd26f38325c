/* Time zones: known changes of clocks, and every lookup against a walk over hours. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/zone.h"
#include "support/rng.h"
#include "support/suites.h"

#define HOUR_US (3600 * US_PER_S)
#define MINUTE_US (60 * US_PER_S)

static struct zone *
opened(const char *name)
{
    struct weir_err err = {0};
    struct zone *z = NULL;

    ck_assert_msg(zone_open(name, &z, &err) == WEIR_OK, "%s", err.text);
    ck_assert_str_eq(zone_name(z), name);
    return z;
}

static int64_t
at(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute)
{
    return civil_days(year, month, day) * US_PER_DAY + hour * HOUR_US + minute * MINUTE_US;
}

/* Local wall clock, what the answer must be, and how it fits. */
static const struct moment {
    const char *why, *zone;
    int32_t local[5];
    int32_t utc[5];
    enum zone_fit fit;
} moments[] = {
    {"winter", "Europe/Belgrade", {2026, 1, 7, 12, 0}, {2026, 1, 7, 11, 0}, ZONE_EXACT},
    {"summer", "Europe/Belgrade", {2026, 7, 7, 12, 0}, {2026, 7, 7, 10, 0}, ZONE_EXACT},
    {"last minute before the gap", "Europe/Belgrade", {2026, 3, 29, 1, 59}, {2026, 3, 29, 0, 59},
        ZONE_EXACT},
    {"gap begins", "Europe/Belgrade", {2026, 3, 29, 2, 0}, {2026, 3, 29, 1, 0}, ZONE_SKIPPED},
    {"in the gap: forward by the gap", "Europe/Belgrade", {2026, 3, 29, 2, 30},
        {2026, 3, 29, 1, 30}, ZONE_SKIPPED},
    {"gap is over", "Europe/Belgrade", {2026, 3, 29, 3, 0}, {2026, 3, 29, 1, 0}, ZONE_EXACT},
    {"before the repeated hour", "Europe/Belgrade", {2026, 10, 25, 1, 59}, {2026, 10, 24, 23, 59},
        ZONE_EXACT},
    {"repeated: the first", "Europe/Belgrade", {2026, 10, 25, 2, 0}, {2026, 10, 25, 0, 0},
        ZONE_REPEATED},
    {"repeated: the first, to its end", "Europe/Belgrade", {2026, 10, 25, 2, 59},
        {2026, 10, 25, 0, 59}, ZONE_REPEATED},
    {"after it", "Europe/Belgrade", {2026, 10, 25, 3, 0}, {2026, 10, 25, 2, 0}, ZONE_EXACT},
    {"no summer time in Yugoslavia yet", "Europe/Belgrade", {1980, 7, 1, 12, 0},
        {1980, 7, 1, 11, 0}, ZONE_EXACT},
    {"Athens gap an hour later", "Europe/Athens", {2026, 3, 29, 3, 15}, {2026, 3, 29, 1, 15},
        ZONE_SKIPPED},
    {"Athens repeated", "Europe/Athens", {2026, 10, 25, 3, 30}, {2026, 10, 25, 0, 30},
        ZONE_REPEATED},
    {"Istanbul still had summer time", "Europe/Istanbul", {2015, 7, 1, 12, 0}, {2015, 7, 1, 9, 0},
        ZONE_EXACT},
    {"Istanbul, last winter time", "Europe/Istanbul", {2016, 1, 15, 12, 0}, {2016, 1, 15, 10, 0},
        ZONE_EXACT},
    {"Istanbul stays at +3", "Europe/Istanbul", {2016, 12, 15, 12, 0}, {2016, 12, 15, 9, 0},
        ZONE_EXACT},
    {"Istanbul, no gap in 2026", "Europe/Istanbul", {2026, 3, 29, 3, 30}, {2026, 3, 29, 0, 30},
        ZONE_EXACT},
    {"half an hour", "Asia/Kabul", {2026, 1, 7, 12, 0}, {2026, 1, 7, 7, 30}, ZONE_EXACT},
    {"no zone at all", "UTC", {2026, 3, 29, 2, 30}, {2026, 3, 29, 2, 30}, ZONE_EXACT},
    {"far future keeps the rule", "Europe/Belgrade", {2099, 7, 1, 12, 0}, {2099, 7, 1, 10, 0},
        ZONE_EXACT},
};

static int64_t
of(const int32_t m[static 5])
{
    return at(m[0], m[1], m[2], m[3], m[4]);
}

START_TEST(clocks_change_when_they_did)
{
    const struct moment *m = &moments[_i];
    struct zone *z = opened(m->zone);
    enum zone_fit fit;
    int64_t utc = zone_to_utc(z, of(m->local), &fit);

    ck_assert_msg(utc == of(m->utc), "%s: off by %jd minutes", m->why,
        (intmax_t)((utc - of(m->utc)) / MINUTE_US));
    ck_assert_msg(fit == m->fit, "%s: fit is %d", m->why, (int)fit);
    if (m->fit != ZONE_SKIPPED)
        ck_assert_msg(zone_to_local(z, utc) == of(m->local), "%s: and back", m->why);
    else
        ck_assert_msg(zone_to_local(z, utc) == of(m->local) + HOUR_US, "%s: by the gap", m->why);
    zone_close(z);
}
END_TEST

/* Walk through UTC in steps of 15 minutes; the first that shows the local time is the answer. */
START_TEST(local_times_agree_with_a_walk)
{
    static const char *const names[] = {"Europe/Belgrade", "Europe/Athens", "Europe/Istanbul",
        "America/Havana", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"};
    struct zone *z = opened(names[_i]);
    uint64_t seed = (uint64_t)_i;

    for (int n = 0; n < 4000; n++) {
        int64_t day = civil_days(1971, 1, 1) + (int64_t)rng_below(&seed, 47000);
        int64_t local = day * US_PER_DAY + (int64_t)rng_below(&seed, 96) * 15 * MINUTE_US;
        int64_t utc = local - 27 * HOUR_US, end = local + 27 * HOUR_US;
        enum zone_fit fit;
        int64_t answer = zone_to_utc(z, local, &fit);
        int shown = 0;
        int64_t first = 0;

        for (; utc <= end; utc += 15 * MINUTE_US)
            if (zone_to_local(z, utc) == local && shown++ == 0)
                first = utc;
        ck_assert_int_eq(fit, shown == 0 ? ZONE_SKIPPED : shown == 1 ? ZONE_EXACT : ZONE_REPEATED);
        if (shown != 0)
            ck_assert_int_eq(answer, first);
        else
            ck_assert_int_gt(zone_to_local(z, answer), local);
    }
    zone_close(z);
}
END_TEST

START_TEST(a_day_begins_at_the_first_moment_that_shows_it)
{
    static const char *const names[] = {
        "Europe/Belgrade", "America/Havana", "Asia/Beirut", "America/Sao_Paulo"};
    struct zone *z = opened(names[_i]);

    for (int64_t day = civil_days(1975, 1, 1); day < civil_days(2030, 1, 1); day++) {
        int64_t start = zone_day_start(z, day);

        ck_assert_int_ge(zone_to_local(z, start), day * US_PER_DAY);
        ck_assert_int_lt(zone_to_local(z, start), (day + 1) * US_PER_DAY);
        ck_assert_int_lt(zone_to_local(z, start - 1), day * US_PER_DAY);
    }
    zone_close(z);
}
END_TEST

START_TEST(an_unknown_zone_is_named_with_its_neighbours)
{
    static const char *const wrong[] = {"Europe/Belgrad", "belgrade", "", "GMT+3", "Mars/Base",
        "Etc/Unknown", "Europe/Belgrade\n",
        "a name that is far longer than any name of a time zone could ever hope to become"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weir_err err = {0};
        struct zone *z = NULL;

        ck_assert_int_eq(zone_open(wrong[i], &z, &err), WEIR_FAIL);
        ck_assert_ptr_null(z);
        ck_assert_int_eq(err.trouble, WEIR_TROUBLE_RULES);
        if (i < 2)
            ck_assert_ptr_nonnull(strstr(err.text, "Europe/Belgrade"));
    }
    zone_close(NULL);
}
END_TEST

START_TEST(refused_memory_is_reported)
{
    for (size_t fail = 1; fail <= 2; fail++) {
        struct weir_err err = {0};
        struct zone *z = NULL;

        alloc_fail_at(fail, 0);
        ck_assert_int_eq(zone_open("Europe/Belgrade", &z, &err), WEIR_FAIL);
        alloc_fail_at(0, 0);
        ck_assert_str_eq(err.code, "E401");
    }
}
END_TEST

Suite *
suite_zone(void)
{
    Suite *s = suite_create("zone");
    TCase *t = tcase_create("zone");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, clocks_change_when_they_did, 0, sizeof moments / sizeof *moments);
    tcase_add_loop_test(t, local_times_agree_with_a_walk, 0, 7);
    tcase_add_loop_test(t, a_day_begins_at_the_first_moment_that_shows_it, 0, 4);
    tcase_add_test(t, an_unknown_zone_is_named_with_its_neighbours);
    tcase_add_test(t, refused_memory_is_reported);
    suite_add_tcase(s, t);
    return s;
}
