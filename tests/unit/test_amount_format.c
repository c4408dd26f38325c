/*
 * Amounts: every way of writing one that is right, 100 that are not, places by currency, the edges
 * of the integer, and a slow second reader of random texts.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "ingest/amount_format.h"
#include "model/type.h"
#include "model/value.h"
#include "support/suites.h"

static const struct amount_format point = {.decimal = '.'};
static const struct amount_format comma = {.decimal = ',', .thousands = '.'};
static const struct amount_format english = {.decimal = '.', .thousands = ','};
static const struct amount_format blanks = {.decimal = ',', .thousands = ' '};
static const struct amount_format swiss = {.decimal = '.', .thousands = '\''};
static const struct amount_format zeros = {.decimal = '.', .zeros = true};
static const struct amount_format minor = {.decimal = '.', .minor = true};
static const struct amount_format card = {.decimal = '.',
    .thousands = ',',
    .symbol = {{"\xc2\xa3", 2}, {"EUR", 3}},
    .symbol_count = 2,
    .credit_mark = {"CR", 2},
    .debit_mark = {"DR", 2}};
static const struct amount_format trailing = {.decimal = ',', .debit_mark = {"-", 1}};

static const struct good {
    const struct amount_format *f;
    const char *text;
    int places;
    int64_t minor;
    bool negative;
    int mark;
} good[] = {
    {&point, "0", 2, 0, false, 0},
    {&point, "1", 2, 100, false, 0},
    {&point, "1.5", 2, 150, false, 0},
    {&point, "1.50", 2, 150, false, 0},
    {&point, "-1.50", 2, 150, true, 0},
    {&point, "+1.50", 2, 150, false, 0},
    {&point,
        "\xe2\x88\x92"
        "1.50",
        2, 150, true, 0},
    {&point, "-0", 2, 0, true, 0},
    {&point, "00012.30", 2, 1230, false, 0},
    {&point, "9999999999999999.99", 2, 999999999999999999, false, 0},
    {&point, "0000000000000000000000001.00", 2, 100, false, 0},
    {&point, "123", 0, 123, false, 0},
    {&point, "1.234", 3, 1234, false, 0},
    {&comma, "1.234,50", 2, 123450, false, 0},
    {&comma, "1234,50", 2, 123450, false, 0},
    {&comma, "12.345.678,9", 2, 1234567890, false, 0},
    {&comma, "1.234", 2, 123400, false, 0},
    {&english, "1,183.23", 2, 118323, false, 0},
    {&blanks, "1 234,50", 2, 123450, false, 0},
    {&blanks,
        "1\xc2\xa0"
        "234,50",
        2, 123450, false, 0},
    {&blanks,
        "1\xe2\x80\xaf"
        "234,50",
        2, 123450, false, 0},
    {&swiss, "1'234.50", 2, 123450, false, 0},
    {&swiss,
        "1\xe2\x80\x99"
        "234.50",
        2, 123450, false, 0},
    {&zeros, "1.5000", 2, 150, false, 0},
    {&zeros, "100.00", 0, 100, false, 0},
    {&minor, "123450", 2, 123450, false, 0},
    {&card,
        "\xc2\xa3"
        "1,183.23",
        2, 118323, false, 0},
    {&card,
        "+ \xc2\xa3"
        "1,100.00",
        2, 110000, false, 0},
    {&card,
        "-\xc2\xa3"
        "5.00",
        2, 500, true, 0},
    {&card, "\xc2\xa3-5.00", 2, 500, true, 0},
    {&card, "5.00 EUR", 2, 500, false, 0},
    {&card, "5.00CR", 2, 500, false, 1},
    {&card, "5.00 DR", 2, 500, false, -1},
    {&card, "EUR 5.00 CR", 2, 500, false, 1},
    {&trailing, "33,87-", 2, 3387, false, -1},
};

START_TEST(reads_what_is_an_amount)
{
    const struct good *g = &good[_i];
    struct amount a;

    ck_assert_msg(
        amount_parse(g->f, bytes_of(g->text), g->places, &a) == AMOUNT_FINE, "%s", g->text);
    ck_assert_msg(a.minor == g->minor, "%s: %lld", g->text, (long long)a.minor);
    ck_assert_int_eq(a.negative, g->negative);
    ck_assert_int_eq(a.mark, g->mark);
}
END_TEST

static const char *const bad[] = {"", " ", "-", "+", ".", ",", "-.", "+.", "..", "1.", "12.", "-1.",
    ".5", "-.5", "1..5", "1.5.0", "1.2.3", "1,5", "1,234", "1,234.50", "1 234", "1 234.50", "1'234",
    "1_000", "1e3", "1E3", "1e-2", "1.5e0", "0x10", "0X1F", "1.5f", "1.5L", "1d", "NaN", "nan",
    "-nan", "inf", "INF", "Infinity", "-inf", "one", "abc", "1a", "a1", "1.a", "1.5a", "--1", "++1",
    "+-1", "-+1", "1-", "1+", "1.50-", "1.50+", "(1.50)", "(1)", "- 1", "+ 1", "1 ", " 1", "1.5 ",
    " 1.5", "1. 5", "1 .5", "$1", "1$",
    "\xe2\x82\xac"
    "1",
    "1\xe2\x82\xac", "1 EUR", "EUR 1", "1%", "1/2", "1:2", "1;2", "=1", "'1", "\"1\"", "1\"", "1\t",
    "\t1", "1\n", "1\xc2\xa0",
    "\xc2\xa0"
    "1",
    "\xd9\xa1", "\xef\xbc\x91",
    "1\xd9\xab"
    "5",
    "\xe2\x88\x92",
    "\xe2\x88\x92\xe2\x88\x92"
    "1",
    "1\xff", "\xff", "#1", "1#", "1*2", "1<2", "1&2", "TRUE", "null", "N/A", "-", "--", "1.-5",
    "1.+5", "0b11"};

START_TEST(refuses_what_is_none)
{
    struct amount a;

    ck_assert_msg(
        amount_parse(&point, bytes_of(bad[_i]), 2, &a) == AMOUNT_GRAMMAR, "`%s`", bad[_i]);
}
END_TEST

static const char *const ungrouped[] = {"1.23", "12.34", "1234.567", "1.2345", "1.2345,00", ".123",
    "123.", "1..234", "1.234.56", "1,234.50", "1.234,", "1.234,5,0", "1 234", "1'234", "1.23.456"};

START_TEST(thousands_stand_in_threes)
{
    struct amount a;

    ck_assert_msg(amount_parse(&comma, bytes_of(ungrouped[_i]), 2, &a) == AMOUNT_GRAMMAR, "%s",
        ungrouped[_i]);
}
END_TEST

/* Seven currencies, each with none to eleven places behind the mark. */
START_TEST(places_are_those_of_the_currency)
{
    static const struct {
        const char *code;
        int places;
    } money[] = {
        {"JPY", 0}, {"EUR", 2}, {"RSD", 2}, {"IQD", 3}, {"TND", 3}, {"JOD", 3}, {"CLF", 4}};

    for (size_t m = 0; m < sizeof money / sizeof *money; m++) {
        int places = currency_exponent(code_pack(money[m].code, 3));

        ck_assert_msg(places == money[m].places, "%s", money[m].code);
        for (int n = 0; n < 12; n++) {
            char text[40];
            struct amount a;
            enum amount_fault fault;
            int64_t want = 7;

            (void)snprintf(text, sizeof text, n == 0 ? "7" : "7.%.*s", n, "00000000000");
            fault = amount_parse(&point, bytes_of(text), places, &a);
            ck_assert_msg(
                fault == (n <= places ? AMOUNT_FINE : AMOUNT_PLACES), "%s %s", money[m].code, text);
            for (int k = 0; k < places; k++)
                want *= 10;
            if (n <= places)
                ck_assert_int_eq(a.minor, want);
        }
    }
}
END_TEST

START_TEST(numbers_too_large_are_said_to_be)
{
    static const char *const large[] = {"10000000000000000.00", "92233720368547758.07",
        "92233720368547758.08", "99999999999999999999999999999999", "100000000000000000000",
        "10000000000000000", "18446744073709551616.00"};
    struct amount a;

    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        ck_assert_msg(
            amount_parse(&point, bytes_of(large[i]), 2, &a) == AMOUNT_RANGE, "%s", large[i]);
    ck_assert_int_eq(amount_parse(&minor, bytes_of("1.5"), 2, &a), AMOUNT_GRAMMAR);
}
END_TEST

/* The slow reader: no marks, one optional sign, digits, perhaps a point and digits. */
static bool
slow(const char *t, int places, int128 *out)
{
    int behind = -1, digits = 0;

    *out = 0;
    if (*t == '-' || *t == '+')
        t++;
    for (; *t != '\0'; t++) {
        if (*t == '.' && behind < 0 && digits > 0) {
            behind = 0;
            continue;
        }
        if (*t < '0' || *t > '9')
            return false;
        *out = *out * 10 + (*t - '0');
        digits++;
        behind += behind >= 0;
    }
    if (digits == 0 || behind == 0 || behind > places)
        return false;
    for (int i = behind < 0 ? 0 : behind; i < places; i++)
        *out *= 10;
    return *out < INT64_C(1000000000000000000);
}

START_TEST(agrees_with_a_slow_reader)
{
    static const char letters[] = "0123456789012345678901234567890123456789..-+,e ";
    uint32_t seed = (uint32_t)_i + 1;

    for (int n = 0; n < 5000; n++) {
        char text[24];
        int size, places;
        struct amount a;
        int128 want;
        bool fine;

        seed = seed * 1664525u + 1013904223u;
        size = 1 + (int)(seed >> 28);
        places = (int)(seed >> 8 & 3);
        for (int i = 0; i < size; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        text[size] = '\0';
        fine = slow(text, places, &want);
        ck_assert_msg((amount_parse(&point, bytes_of(text), places, &a) == AMOUNT_FINE) == fine,
            "%s with %d places", text, places);
        if (fine)
            ck_assert_msg(a.minor == (int64_t)want, "%s", text);
    }
}
END_TEST

Suite *
suite_amount_format(void)
{
    Suite *s = suite_create("amount_format");
    TCase *c = tcase_create("amounts");

    tcase_add_loop_test(c, reads_what_is_an_amount, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(c, refuses_what_is_none, 0, sizeof bad / sizeof *bad);
    tcase_add_loop_test(c, thousands_stand_in_threes, 0, sizeof ungrouped / sizeof *ungrouped);
    tcase_add_test(c, places_are_those_of_the_currency);
    tcase_add_test(c, numbers_too_large_are_said_to_be);
    tcase_add_loop_test(c, agrees_with_a_slow_reader, 0, 10);
    suite_add_tcase(s, c);
    return s;
}
