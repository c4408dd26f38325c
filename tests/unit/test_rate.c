/* Rates: both layouts, the ten days, half-even cents, and what is refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "model/rate.h"
#include "model/type.h"
#include "model/value.h"
#include "support/rng.h"
#include "support/suites.h"

static char path[64];

static enum weir_status
load(const char *text, struct rates **r, struct weir_err *err)
{
    enum weir_status st;
    int fd;

    (void)strcpy(path, "/tmp/weir-rates-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    st = rates_load(path, r, err);
    (void)unlink(path);
    return st;
}

static int64_t
code(const char *text)
{
    return code_pack(text, 3);
}

static int64_t
day(int32_t date)
{
    return civil_days(2026, 1, date);
}

static const char wide[] = "\xef\xbb\xbf"
                           "Date, USD,JPY,RSD,KWD,CLF,\r\n"
                           "2026-01-09,1.25,160,117.2,0.36,N/A,\r\n"
                           "\r\n"
                           "2026-01-02,1.10,N/A,117.1,0.35,0.028,\r\n"
                           "2026-01-05,\"1.20\",150,,0.36,0.03\n";
static const char narrow[] = "date,currency,rate\n2026-01-02,USD,1.10\n2026-01-09,USD,1.25\n"
                             "2026-01-05,USD,1.2\n2026-01-05,JPY,150\n2026-01-09,JPY,160\n"
                             "2026-01-02,RSD,117.1\n2026-01-09,RSD,117.2\n"
                             "2026-01-02,KWD,0.35\n2026-01-05,KWD,0.36\n2026-01-09,KWD,0.36\n"
                             "2026-01-02,CLF,0.028\n2026-01-05,CLF,0.03\n2026-01-05,CLF,0.03\n";

static const struct conversion {
    const char *why, *currency;
    int64_t minor;
    int32_t date;
    bool found;
    int64_t cents;
} conversions[] = {
    {"on the day", "USD", 1100, 2, true, 1000},
    {"between days the older one counts", "USD", 1100, 4, true, 1000},
    {"the next day has its own", "USD", 1200, 5, true, 1000},
    {"before the first there is none", "USD", 1100, 1, false, 0},
    {"ten days old still counts", "USD", 1250, 19, true, 1000},
    {"eleven days old does not", "USD", 1250, 20, false, 0},
    {"no minor unit", "JPY", 300, 5, true, 200},
    {"N/A is no rate", "JPY", 300, 2, false, 0},
    {"an empty cell is no rate: the older one", "RSD", 11710, 5, true, 100},
    {"three digits", "KWD", 36000, 5, true, 10000},
    {"four digits", "CLF", 300, 5, true, 100},
    {"the euro is itself", "EUR", 12345, 1, true, 12345},
    {"half a cent, even below", "USD", 3, 9, true, 2},            /* 2.4 */
    {"a tie goes to the even cent below", "JPY", 4, 9, true, 2},  /* 2.5 */
    {"a tie goes to the even cent above", "JPY", 12, 9, true, 8}, /* 7.5 */
    {"negative ties alike", "JPY", -4, 9, true, -2},
    {"unknown currency", "GBP", 100, 5, false, 0},
    {"no currency", "XXX", 100, 5, false, 0},
    {"too large for cents", "CLF", INT64_MAX, 5, true, INT64_C(3074457345618258602)},
    {"overflow is no answer", "KWD", INT64_MAX, 5, true, INT64_C(2562047788015215502)},
    {"overflow of yen is no answer", "JPY", INT64_MAX, 5, true, INT64_C(6148914691236517205)},
};

START_TEST(amounts_become_cents_in_both_layouts)
{
    const struct conversion *c = &conversions[_i];
    const char *const texts[] = {wide, narrow};

    for (size_t i = 0; i < 2; i++) {
        struct weir_err err = {0};
        struct rates *r;
        int64_t cents = 0;

        ck_assert_msg(load(texts[i], &r, &err) == WEIR_OK, "%s", err.text);
        ck_assert_msg(
            rates_to_eur(r, code(c->currency), c->minor, day(c->date), &cents) == c->found, "%s",
            c->why);
        ck_assert_msg(cents == c->cents, "%s: %jd", c->why, (intmax_t)cents);
        rates_free(r);
    }
}
END_TEST

START_TEST(an_answer_that_does_not_fit_is_none)
{
    struct weir_err err = {0};
    struct rates *r;
    int64_t cents = 7;

    ck_assert_int_eq(load("date,currency,rate\n2026-01-02,JPY,0.5\n", &r, &err), WEIR_OK);
    ck_assert(!rates_to_eur(r, code("JPY"), INT64_MAX, day(2), &cents));
    ck_assert(!rates_to_eur(r, code("JPY"), INT64_MIN, day(2), &cents));
    ck_assert(!rates_to_eur(NULL, code("JPY"), 1, day(2), &cents));
    ck_assert(rates_to_eur(NULL, code("EUR"), 1, day(2), &cents));
    rates_free(r);
    rates_free(NULL);
}
END_TEST

/* The twin looks at every row and reckons the nearest cent by trying. */
START_TEST(random_amounts_agree_with_a_search)
{
    enum { ROWS = 40 };
    static char text[ROWS * 40 + 64];
    int64_t days[ROWS], units[ROWS];
    uint64_t seed = (uint64_t)_i + 1;
    int size = snprintf(text, sizeof text, "date,currency,rate\n");
    struct weir_err err = {0};
    struct rates *r;
    int64_t at = 0;

    for (int n = 0; n < ROWS; n++) {
        struct civil c;

        at += 1 + (int64_t)rng_below(&seed, 14);
        days[n] = day(1) + at;
        units[n] = 1 + (int64_t)rng_below(&seed, 500000);
        civil_from_us(days[n] * US_PER_DAY, &c);
        size += snprintf(text + size, sizeof text - (size_t)size, "%04d-%02d-%02d,USD,%jd.%04jd\n",
            (int)c.year, (int)c.month, (int)c.day, (intmax_t)(units[n] / 10000),
            (intmax_t)(units[n] % 10000));
    }
    ck_assert_msg(load(text, &r, &err) == WEIR_OK, "%s", err.text);
    for (int n = 0; n < 2000; n++) {
        int64_t asked = day(1) + (int64_t)rng_below(&seed, (uint64_t)at + 20), cents = -1;
        int64_t minor = (int64_t)rng_below(&seed, 100000000) - 50000000;
        int best = -1;

        for (int i = 0; i < ROWS; i++)
            if (days[i] <= asked && asked - days[i] <= 10)
                best = i;
        ck_assert_int_eq(rates_to_eur(r, code("USD"), minor, asked, &cents), best >= 0);
        if (best >= 0) {
            /* |cents * units - minor * 10^4| must be at most half of units, and even at a tie. */
            int128 miss = (int128)cents * units[best] - (int128)minor * 10000;

            miss = miss < 0 ? -miss : miss;
            ck_assert(2 * miss < units[best] || (2 * miss == units[best] && cents % 2 == 0));
        }
    }
    rates_free(r);
}
END_TEST

static const struct refusal {
    const char *text, *said;
} refusals[] = {
    {"", "holds no rate"},
    {"Date,USD\n", "holds no rate"},
    {"Day,USD\n2026-01-02,1\n", "line 1: \"Day\" begins the header"},
    {"Date,US Dollar\n2026-01-02,1\n", "line 1: \"US Dollar\" is no currency"},
    {"Date,USD\n02.01.2026,1\n", "line 2: \"02.01.2026\" is no date"},
    {"Date,USD\n2026-02-30,1\n", "line 2: \"2026-02-30\" is no date"},
    {"Date,USD\n2026-01-02,1,5\n", "line 2: 3 cells under 2 columns"},
    {"Date,USD\n2026-01-02,0\n", "\"0\" is no rate"},
    {"Date,USD\n2026-01-02,-1\n", "\"-1\" is no rate"},
    {"Date,USD\n2026-01-02,1e3\n", "\"1e3\" is no rate"},
    {"Date,USD\n2026-01-02,1\n2026-01-02,2\n", "two different rates for USD on 2026-01-02"},
    {"date,currency,rate\n2026-01-02,USD\n", "line 2: 2 cells"},
    {"date,currency,rate\n2026-01-02,XXX,1\n", "\"XXX\" is no currency"},
};

START_TEST(a_wrong_file_is_refused_with_its_place)
{
    const struct refusal *f = &refusals[_i];
    struct weir_err err = {0};
    struct rates *r = NULL;
    size_t before = alloc_live();

    ck_assert_int_eq(load(f->text, &r, &err), WEIR_FAIL);
    ck_assert_msg(strstr(err.text, f->said) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

START_TEST(refused_memory_leaks_nothing)
{
    size_t before = alloc_live();

    for (size_t fail = 1; fail < 10; fail++) {
        struct weir_err err = {0};
        struct rates *r = NULL;
        enum weir_status st;

        alloc_fail_at(fail, 1);
        st = load(wide, &r, &err);
        alloc_fail_at(0, 0);
        if (st != WEIR_OK)
            ck_assert_str_eq(err.code, "E401");
        else
            rates_free(r);
        ck_assert_uint_eq(alloc_live(), before);
    }
}
END_TEST

Suite *
suite_rate(void)
{
    Suite *s = suite_create("rate");
    TCase *t = tcase_create("rate");

    tcase_add_loop_test(
        t, amounts_become_cents_in_both_layouts, 0, sizeof conversions / sizeof *conversions);
    tcase_add_test(t, an_answer_that_does_not_fit_is_none);
    tcase_add_loop_test(t, random_amounts_agree_with_a_search, 0, 5);
    tcase_add_loop_test(
        t, a_wrong_file_is_refused_with_its_place, 0, sizeof refusals / sizeof *refusals);
    tcase_add_test(t, refused_memory_leaks_nothing);
    suite_add_tcase(s, t);
    return s;
}
