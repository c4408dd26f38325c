/* Types and code words: the tables, and the way there and back. */
#include <check.h>
#include <string.h>

#include "model/type.h"
#include "support/suites.h"

static int64_t
pack(const char *text)
{
    return code_pack(text, strlen(text));
}

static const struct currency {
    const char *code;
    int digits;
} currencies[] = {
    {"EUR", 2},
    {"RSD", 2},
    {"HRK", 2},
    {"USD", 2},
    {"JPY", 0},
    {"ISK", 0},
    {"KRW", 0},
    {"CLP", 0},
    {"HUF", 2},
    {"KWD", 3},
    {"BHD", 3},
    {"TND", 3},
    {"CLF", 4},
    {"UYW", 4},
    {"BYR", 0},
    {"XXX", -1},
    {"XAU", -1},
    {"EUX", -1},
    {"eur", -1},
    {"EU", -1},
    {"EURO", -1},
    {"E1R", -1},
    {"", -1},
};

START_TEST(currencies_have_the_digits_of_the_standard)
{
    const struct currency *c = &currencies[_i];

    ck_assert_msg(currency_exponent(pack(c->code)) == c->digits, "%s", c->code);
    ck_assert_int_eq(currency_exponent(-pack(c->code) - 1), -1);
}
END_TEST

START_TEST(countries_are_those_of_the_standard_and_kosovo)
{
    static const char *const known[] = {"RS", "GR", "TR", "AF", "XK", "ZW", "AD", "AX"};
    static const char *const unknown[] = {"XX", "YU", "EL", "UK", "rs", "R", "RSX", "", "A["};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_msg(country_known(pack(known[i])), "%s", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        ck_assert_msg(!country_known(pack(unknown[i])), "%s", unknown[i]);
    ck_assert(!country_known(-1));
}
END_TEST

START_TEST(packed_codes_are_in_order_and_found_once)
{
    static const enum type types[] = {TYPE_COUNTRY, TYPE_CURRENCY};
    static const size_t counts[] = {250, 215};

    for (size_t t = 0; t < 2; t++) {
        const char *word, *before = "";
        size_t n = 0;
        char room[4];

        for (; (word = word_next(types[t], n)) != NULL; n++) {
            int64_t value = word_find(types[t], bytes_of(word));

            ck_assert_str_lt(before, word);
            ck_assert_int_eq(value, pack(word));
            ck_assert_str_eq(word_name(types[t], value, room), word);
            before = word;
        }
        ck_assert_uint_eq(n, counts[t]);
    }
}
END_TEST

START_TEST(small_sets_are_found_by_their_words)
{
    static const enum type types[] = {TYPE_CHANNEL, TYPE_KIND, TYPE_DIRECTION, TYPE_WEEKDAY};
    static const size_t offered[] = {8, 5, 2, 7};
    char room[4];

    for (size_t t = 0; t < 4; t++) {
        const char *word;
        size_t n = 0;

        for (; (word = word_next(types[t], n)) != NULL; n++)
            ck_assert_str_eq(word_name(types[t], word_find(types[t], bytes_of(word)), room), word);
        ck_assert_uint_eq(n, offered[t]);
        ck_assert_int_eq(
            word_find(types[t], bytes_of("nonsense")), types[t] == TYPE_WEEKDAY ? -1 : 0);
        ck_assert_str_eq(word_name(types[t], 99, room), "?");
    }
    ck_assert_int_eq(word_find(TYPE_WEEKDAY, bytes_of("mon")), 0);
    ck_assert_int_eq(word_find(TYPE_WEEKDAY, bytes_of("sun")), 6);
    ck_assert_int_eq(word_find(TYPE_TEXT, bytes_of("cash")), 0);
    ck_assert_ptr_null(word_next(TYPE_MONEY, 0));
}
END_TEST

START_TEST(finer_channels_lie_below_offered_ones)
{
    char room[4];

    ck_assert_int_eq(channel_parent(CHANNEL_ATM), CHANNEL_CASH);
    ck_assert_int_eq(channel_parent(CHANNEL_COUNTER), CHANNEL_CASH);
    ck_assert_int_eq(channel_parent(CHANNEL_PREPAID), CHANNEL_CARD);
    ck_assert_int_eq(channel_parent(CHANNEL_EXCHANGE), CHANNEL_OTHER);
    for (int c = 1; c < CHANNEL_COUNT; c++) {
        enum channel parent = channel_parent((enum channel)c);

        ck_assert_int_eq(channel_parent(parent), parent);
        ck_assert_int_eq(word_find(TYPE_CHANNEL, bytes_of(word_name(TYPE_CHANNEL, c, room))), c);
    }
}
END_TEST

START_TEST(every_type_and_field_has_a_name)
{
    for (int t = 0; t < TYPE_COUNT; t++)
        ck_assert_uint_gt(strlen(type_name((enum type)t)), 3);
    for (int f = 0; f < TXN_FIELD_COUNT; f++) {
        ck_assert_ptr_nonnull(txn_fields[f].name);
        ck_assert_int_ne(txn_fields[f].type, TYPE_NONE);
    }
    ck_assert_int_eq(TXN_FIELD_COUNT, 41);
    ck_assert_str_eq(txn_fields[TXN_O_NAME].name, "originator.name");
    ck_assert_str_eq(txn_fields[TXN_O_NAME + TXN_PARTY_SPAN].name, "beneficiary.name");
}
END_TEST

Suite *
suite_type(void)
{
    Suite *s = suite_create("type");
    TCase *t = tcase_create("words");

    tcase_add_loop_test(
        t, currencies_have_the_digits_of_the_standard, 0, sizeof currencies / sizeof *currencies);
    tcase_add_test(t, countries_are_those_of_the_standard_and_kosovo);
    tcase_add_test(t, packed_codes_are_in_order_and_found_once);
    tcase_add_test(t, small_sets_are_found_by_their_words);
    tcase_add_test(t, finer_channels_lie_below_offered_ones);
    tcase_add_test(t, every_type_and_field_has_a_name);
    suite_add_tcase(s, t);
    return s;
}
