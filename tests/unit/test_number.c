/* Decimals and integers: the edges, exact division, and both ways. */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/number.h"
#include "support/rng.h"
#include "support/suites.h"

static const struct decimal {
    const char *text;
    int places;
    bool good;
    int64_t want;
} decimals[] = {
    {"0", 2, true, 0},
    {"12.5", 2, true, 1250},
    {"-12.50", 2, true, -1250},
    {"+1", 0, true, 1},
    {".5", 1, true, 5},
    {"-0.00", 2, true, 0},
    {"12.500", 2, true, 1250},
    {"12.501", 2, false, 0},
    {"12.", 2, false, 0},
    {".", 2, false, 0},
    {"-", 2, false, 0},
    {"", 2, false, 0},
    {"1,5", 2, false, 0},
    {" 1", 0, false, 0},
    {"1e3", 0, false, 0},
    {"--1", 0, false, 0},
    {"1.0", 0, true, 1},
    {"1.5", 0, false, 0},
    {"9223372036854775807", 0, true, INT64_MAX},
    {"-9223372036854775808", 0, true, INT64_MIN},
    {"9223372036854775808", 0, false, 0},
    {"92233720368547758.07", 2, true, INT64_MAX},
    {"92233720368547758.08", 2, false, 0},
    {"92233720368547759", 2, false, 0},
    {"0.000000000000000001", 18, true, 1},
    {"00000000000000000000000000007", 0, true, 7},
};

START_TEST(decimals_are_read_exactly_or_refused)
{
    const struct decimal *d = &decimals[_i];
    int64_t n = 42;

    ck_assert_msg(
        number_read_fixed(bytes_of(d->text), d->places, &n) == d->good, "\"%s\"", d->text);
    ck_assert_int_eq(n, d->good ? d->want : 42);
}
END_TEST

START_TEST(integers_have_no_point)
{
    int64_t n;

    ck_assert(number_read_int(bytes_of("17"), &n) && n == 17);
    ck_assert(!number_read_int(bytes_of("17.0"), &n));
    ck_assert(!number_read_int((struct bytes){NULL, 0}, &n));
}
END_TEST

START_TEST(what_is_printed_is_read_again)
{
    uint64_t seed = 6;

    for (int n = 0; n < 20000; n++) {
        int places = (int)rng_below(&seed, NUMBER_PLACES_MAX + 1);
        int64_t number = (int64_t)rng_next(&seed) >> rng_below(&seed, 64), back;
        struct number_style style = {.trim = n % 2 == 0};
        struct buf b = {0};

        number_print_fixed(number, places, style, &b);
        ck_assert(number_read_fixed(buf_bytes(&b), places, &back));
        ck_assert_int_eq(back, number);
        buf_fini(&b);
    }
}
END_TEST

static const struct printed {
    int64_t n;
    int places;
    struct number_style style;
    const char *want;
} prints[] = {
    {0, 2, {0}, "0.00"},
    {0, 2, {.trim = true}, "0"},
    {-5, 2, {0}, "-0.05"},
    {1234567, 2, {.group = ' '}, "12 345.67"},
    {123456, 0, {.group = ' '}, "123 456"},
    {1234567, 0, {.group = ' '}, "1 234 567"},
    {999, 0, {.group = ' '}, "999"},
    {-1000, 0, {.group = ' '}, "-1 000"},
    {1500000000, 9, {.trim = true}, "1.5"},
    {INT64_MIN, 0, {0}, "-9223372036854775808"},
};

START_TEST(decimals_are_printed_in_style)
{
    const struct printed *p = &prints[_i];
    struct buf b = {0};

    number_print_fixed(p->n, p->places, p->style, &b);
    ck_assert_msg(bytes_equal(buf_bytes(&b), bytes_of(p->want)), "%.*s instead of %s", (int)b.size,
        b.at, p->want);
    buf_fini(&b);
}
END_TEST

START_TEST(the_widest_number_is_printed_whole)
{
    const int128 most = (int128)(~(uint128)0 >> 1);
    struct buf b = {0};

    number_print_int(most, &b);
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of("170141183460469231731687303715884105727")));
    b.size = 0;
    number_print_int(-most - 1, &b);
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of("-170141183460469231731687303715884105728")));
    buf_fini(&b);
}
END_TEST

/* The nearest integer found by trying the three around the floored quotient. */
static int128
slow_divide(int128 num, int128 den)
{
    int128 best = num / den - 1;

    for (int128 q = num / den - 1; q <= num / den + 1; q++) {
        int128 miss = q * den - num, least = best * den - num;

        miss = miss < 0 ? -miss : miss;
        least = least < 0 ? -least : least;
        if (miss < least || (miss == least && q % 2 == 0))
            best = q;
    }
    return best;
}

START_TEST(quotients_are_rounded_half_even)
{
    uint64_t seed = 7;

    ck_assert(number_divide(5, 2) == 2 && number_divide(7, 2) == 4);
    ck_assert(number_divide(-5, 2) == -2 && number_divide(-7, 2) == -4);
    for (int num = -60; num <= 60; num++)
        for (int den = 1; den <= 13; den++)
            ck_assert(number_divide(num, den) == slow_divide(num, den));
    for (int n = 0; n < 20000; n++) {
        int128 den = (int128)(rng_next(&seed) >> rng_below(&seed, 64)) * 2 + 2;
        int128 num = (int128)(int64_t)rng_next(&seed) *
                     (int128)(rng_next(&seed) >> 4 >> rng_below(&seed, 59));

        if (n % 2 == 0) /* exactly between two */
            num = (int128)(int64_t)rng_next(&seed) / 4 * den + den / 2;
        if (den > (int128)1 << 62)
            continue; /* the twin would overflow */
        ck_assert(number_divide(num, den) == slow_divide(num, den));
    }
}
END_TEST

Suite *
suite_number(void)
{
    Suite *s = suite_create("number");
    TCase *t = tcase_create("number");

    tcase_add_loop_test(
        t, decimals_are_read_exactly_or_refused, 0, sizeof decimals / sizeof *decimals);
    tcase_add_test(t, integers_have_no_point);
    tcase_add_test(t, what_is_printed_is_read_again);
    tcase_add_loop_test(t, decimals_are_printed_in_style, 0, sizeof prints / sizeof *prints);
    tcase_add_test(t, the_widest_number_is_printed_whole);
    tcase_add_test(t, quotients_are_rounded_half_even);
    suite_add_tcase(s, t);
    return s;
}
