/* Values: order against long multiplication by bits, rounding, and what is printed. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/zone.h"
#include "model/value.h"
#include "support/rng.h"
#include "support/suites.h"

/* --- order --- */

/* 256 bits as eight limbs of 32, lowest first: schoolbook, one bit at a time. */
struct limbs {
    uint32_t at[8];
};

static void
add_shifted(struct limbs *sum, uint128 n, unsigned shift)
{
    uint64_t carry = 0;

    for (unsigned i = 0; i < 8; i++) {
        uint64_t limb = 0;

        for (unsigned bit = 0; bit < 32; bit++) {
            unsigned from = i * 32 + bit;

            if (from >= shift && from - shift < 128 && (n >> (from - shift) & 1) != 0)
                limb |= UINT64_C(1) << bit;
        }
        carry += (uint64_t)sum->at[i] + limb;
        sum->at[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static struct limbs
slow_product(uint128 a, uint128 b)
{
    struct limbs sum = {{0}};

    for (unsigned bit = 0; bit < 128; bit++)
        if ((b >> bit & 1) != 0)
            add_shifted(&sum, a, bit);
    return sum;
}

static int
slow_compare(struct value a, struct value b)
{
    int sign_a = (a.num > 0) - (a.num < 0), sign_b = (b.num > 0) - (b.num < 0);
    struct limbs left, right;

    if (sign_a != sign_b)
        return sign_a < sign_b ? -1 : 1;
    left = slow_product(a.num < 0 ? 0 - (uint128)a.num : (uint128)a.num, (uint128)b.den);
    right = slow_product(b.num < 0 ? 0 - (uint128)b.num : (uint128)b.num, (uint128)a.den);
    for (int i = 7; i >= 0; i--)
        if (left.at[i] != right.at[i])
            return (left.at[i] < right.at[i]) == (sign_a > 0) ? -1 : 1;
    return 0;
}

static struct value
fraction(enum type t, int128 num, int128 den)
{
    struct value v = value_num(t, num);

    v.den = den;
    return v;
}

static int128
any(uint64_t *seed)
{
    int128 n = (int128)((uint128)rng_next(seed) << 64 | rng_next(seed));

    return n / ((int128)1 << rng_below(seed, 127));
}

START_TEST(order_agrees_with_long_multiplication)
{
    uint64_t seed = (uint64_t)_i;
    bool overflow;

    for (int n = 0; n < 300; n++) {
        int128 c = any(&seed), d = any(&seed);
        struct value a = fraction(TYPE_NUMBER, any(&seed), c < 0 ? -(c + 1) + 1 : c + (c == 0));
        struct value b = fraction(TYPE_NUMBER, any(&seed), d < 0 ? -(d + 1) + 1 : d + (d == 0));

        if (a.den <= 0 || b.den <= 0)
            continue;
        if (n % 5 == 0) { /* equal in value, other in form */
            b = fraction(TYPE_NUMBER, a.num / 1000 * 7, 7);
            a = fraction(TYPE_NUMBER, a.num / 1000 * 3, 3);
        }
        ck_assert_int_eq(value_compare(a, b, &overflow), slow_compare(a, b));
        ck_assert_int_eq(value_compare(b, a, &overflow), -slow_compare(a, b));
        ck_assert_int_eq(value_compare(a, a, &overflow), 0);
        ck_assert(!overflow);
    }
}
END_TEST

START_TEST(texts_compare_bytewise)
{
    bool overflow;

    ck_assert_int_lt(value_compare(value_text(TYPE_CODE, bytes_of("A")),
                         value_text(TYPE_CODE, bytes_of("AB")), &overflow),
        0);
    ck_assert_int_eq(value_compare(value_text(TYPE_CODE, bytes_of("B")),
                         value_text(TYPE_CODE, bytes_of("B")), &overflow),
        0);
}
END_TEST

/* --- rounding --- */

static const struct rounding {
    const char *why;
    enum type type;
    int64_t num, den, want;
} roundings[] = {
    {"down", TYPE_MONEY, 10, 3, 3},
    {"up", TYPE_MONEY, 11, 3, 4},
    {"tie to even below", TYPE_MONEY, 5, 2, 2},
    {"tie to even above", TYPE_MONEY, 7, 2, 4},
    {"negative tie", TYPE_MONEY, -5, 2, -2},
    {"whole already", TYPE_NUMBER, 17, 1, 17},
    {"a duration to the second", TYPE_DURATION, 5 * US_PER_S, 2, 2 * US_PER_S},
    {"a duration to the next second", TYPE_DURATION, 8 * US_PER_S, 3, 3 * US_PER_S},
    {"no quotient keeps its microseconds", TYPE_DURATION, 1500001, 1, 1500001},
};

START_TEST(quotients_are_rounded_to_the_unit_of_their_type)
{
    const struct rounding *r = &roundings[_i];
    struct value v = value_round(fraction(r->type, r->num, r->den));

    ck_assert_msg(v.num == r->want && v.den == 1, "%s: %jd", r->why, (intmax_t)v.num);
    ck_assert(!value_round(value_missing(r->type)).set);
}
END_TEST

/* --- print --- */

enum { RSD = 'R' << 16 | 'S' << 8 | 'D', JPY = 'J' << 16 | 'P' << 8 | 'Y' };
enum { KWD = 'K' << 16 | 'W' << 8 | 'D' };

static const struct print {
    enum type type;
    int64_t num, den;
    int32_t currency;
    bool percent;
    const char *want;
} prints[] = {
    {TYPE_MONEY, 200000, 1, RSD, false, "2 000.00 RSD"},
    {TYPE_MONEY, -123456789, 1, RSD, false, "-1 234 567.89 RSD"},
    {TYPE_MONEY, 5, 1, RSD, false, "0.05 RSD"},
    {TYPE_MONEY, 2000, 1, JPY, false, "2 000 JPY"},
    {TYPE_MONEY, 2000, 1, KWD, false, "2.000 KWD"},
    {TYPE_MONEY, 10, 4, RSD, false, "0.02 RSD"},
    {TYPE_MONEY, 150, 1, 0, false, "1.50"},
    {TYPE_NUMBER, 5 * (int64_t)NUMBER_SCALE, 1, 0, false, "5"},
    {TYPE_NUMBER, NUMBER_SCALE / 2, 1, 0, false, "0.5"},
    {TYPE_NUMBER, NUMBER_SCALE, 3, 0, false, "0.333333333"},
    {TYPE_NUMBER, 960000000, 1, 0, true, "96%"},
    {TYPE_NUMBER, 5 * (int64_t)NUMBER_SCALE, 1000, 0, true, "0%"},  /* 0.5 % */
    {TYPE_NUMBER, 15 * (int64_t)NUMBER_SCALE, 1000, 0, true, "2%"}, /* 1.5 % */
    {TYPE_NUMBER, NUMBER_SCALE, 3, 0, true, "33%"},
    {TYPE_NUMBER, -NUMBER_SCALE, 1, 0, true, "-100%"},
    {TYPE_DURATION, 26 * 3600 * US_PER_S, 1, 0, false, "1d 2h"},
    {TYPE_DURATION, (86400 + 3599) * US_PER_S, 1, 0, false, "1d"},
    {TYPE_DURATION, 3661 * US_PER_S, 1, 0, false, "1h 1m"},
    {TYPE_DURATION, 59 * US_PER_S, 1, 0, false, "59s"},
    {TYPE_DURATION, 0, 1, 0, false, "0s"},
    {TYPE_DURATION, -90 * US_PER_S, 1, 0, false, "-1m 30s"},
    {TYPE_DURATION, -1, 1, 0, false, "0s"},
    {TYPE_DURATION, 30 * US_PER_DAY, 1, 0, false, "30d"},
    {TYPE_DATE, 20460, 1, 0, false, "2026-01-07"},
    {TYPE_TIME, 20460 * US_PER_DAY + 11 * 3600 * US_PER_S, 1, 0, false, "2026-01-07 12:00"},
    {TYPE_COUNTRY, 'T' << 8 | 'R', 1, 0, false, "TR"},
    {TYPE_CURRENCY, RSD, 1, 0, false, "RSD"},
    {TYPE_CHANNEL, CHANNEL_CASH, 1, 0, false, "cash"},
    {TYPE_KIND, KIND_PERSON, 1, 0, false, "person"},
    {TYPE_DIRECTION, DIRECTION_OUTGOING, 1, 0, false, "outgoing"},
    {TYPE_WEEKDAY, 6, 1, 0, false, "sun"},
    {TYPE_BOOL, 1, 1, 0, false, "true"},
};

START_TEST(values_are_printed_as_messages_show_them)
{
    const struct print *p = &prints[_i];
    struct value v = fraction(p->type, p->num, p->den);
    struct weir_err err = {0};
    struct zone *z;
    struct buf b = {0};

    v.currency = p->currency;
    ck_assert_int_eq(zone_open("Europe/Belgrade", &z, &err), WEIR_OK);
    value_print(v, p->percent, z, &b);
    ck_assert_msg(bytes_equal(buf_bytes(&b), bytes_of(p->want)), "\"%.*s\" instead of \"%s\"",
        (int)b.size, b.at, p->want);
    buf_fini(&b);
    zone_close(z);
}
END_TEST

START_TEST(what_is_missing_says_so_and_text_is_as_written)
{
    struct buf b = {0};

    value_print(value_missing(TYPE_MONEY), false, NULL, &b);
    value_print(value_text(TYPE_TEXT, bytes_of(" A b")), false, NULL, &b);
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of("missing A b")));
    buf_fini(&b);
}
END_TEST

START_TEST(fields_become_values_with_their_currency)
{
    struct txn *t = calloc(1, sizeof *t + TXN_FIELD_COUNT * sizeof t->cell[0]);
    struct value v;

    ck_assert_ptr_nonnull(t);
    t->base = "..name";
    t->present = UINT64_C(1) << TXN_AMOUNT | UINT64_C(1) << TXN_CURRENCY |
                 UINT64_C(1) << TXN_AMOUNT_EUR | UINT64_C(1) << TXN_O_NAME;
    t->cell[TXN_AMOUNT].num = 500;
    t->cell[TXN_AMOUNT_EUR].num = 4;
    t->cell[TXN_CURRENCY].num = RSD;
    t->cell[TXN_O_NAME].text.off = 2;
    t->cell[TXN_O_NAME].text.size = 4;
    v = txn_value(t, TXN_AMOUNT, TYPE_MONEY);
    ck_assert(v.set && v.num == 500 && v.den == 1 && v.currency == RSD);
    v = txn_value(t, TXN_AMOUNT_EUR, TYPE_MONEY);
    ck_assert(v.set && v.num == 4 && v.currency == ('E' << 16 | 'U' << 8 | 'R'));
    v = txn_value(t, TXN_O_NAME, TYPE_TEXT);
    ck_assert(v.set && bytes_equal(v.text, bytes_of("name")));
    v = txn_value(t, TXN_B_NAME, TYPE_TEXT);
    ck_assert(!v.set && v.type == TYPE_TEXT);
    free(t);
}
END_TEST

Suite *
suite_value(void)
{
    Suite *s = suite_create("value");
    TCase *t = tcase_create("value");

    tcase_add_loop_test(t, order_agrees_with_long_multiplication, 0, 10);
    tcase_add_test(t, texts_compare_bytewise);
    tcase_add_loop_test(t, quotients_are_rounded_to_the_unit_of_their_type, 0,
        sizeof roundings / sizeof *roundings);
    tcase_add_loop_test(
        t, values_are_printed_as_messages_show_them, 0, sizeof prints / sizeof *prints);
    tcase_add_test(t, what_is_missing_says_so_and_text_is_as_written);
    tcase_add_test(t, fields_become_values_with_their_currency);
    suite_add_tcase(s, t);
    return s;
}
