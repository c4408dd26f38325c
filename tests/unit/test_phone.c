/* Telephone numbers: many ways of writing, one form; and the country behind a prefix. */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "model/account.h"
#include "model/type.h"
#include "support/suites.h"

static const struct form {
    const char *why, *text, *country, *want; /* NULL: refused */
} forms[] = {
    {"as it should be", "+381641234567", "", "+381641234567"},
    {"separators", "+381 (64) 123-45/67", "", "+381641234567"},
    {"zero for callers at home", "+381 (0)64 1234567", "", "+381641234567"},
    {"two zeros", "00381641234567", "", "+381641234567"},
    {"national", "064/123-4567", "RS", "+381641234567"},
    {"no-break space",
        "064\xc2\xa0"
        "1234567",
        "RS", "+381641234567"},
    {"national without its country", "0641234567", "", NULL},
    {"national of nowhere", "0641234567", "XX", NULL},
    {"no trunk digit in Greece", "2101234567", "GR", "+302101234567"},
    {"Turkey", "0532 123 45 67", "TR", "+905321234567"},
    {"Italy keeps its zero", "06 6982 1234", "IT", "+390669821234"},
    {"Hungary dials 06", "06 30 123 4567", "HU", "+36301234567"},
    {"eight before a whole number", "8 (912) 345-67-89", "RU", "+79123456789"},
    {"eight as the first digit of the number", "812 334 45 55", "RU", "+78123344555"},
    {"one before a whole number", "1-202-555-0123", "US", "+12025550123"},
    {"without it", "202-555-0123", "US", "+12025550123"},
    {"the country is not asked when it is written", "+49 30 1234567", "RS", "+49301234567"},
    {"too short", "+38112", "", NULL},
    {"too long", "+3816412345678901", "", NULL},
    {"absurdly long", "+381641234567890123456789012345", "", NULL},
    {"letters", "+381 64 CALL ME", "", NULL},
    {"plus within", "381+641234567", "", NULL},
    {"nothing", "", "RS", NULL},
    {"no country begins with 0", "+0641234567", "", NULL},
};

START_TEST(one_number_has_one_form)
{
    const struct form *f = &forms[_i];
    struct buf b = {0};
    bool done = phone_canonical(bytes_of(f->text), code_pack(f->country, strlen(f->country)), &b);

    ck_assert_msg(done == (f->want != NULL), "%s", f->why);
    ck_assert_msg(bytes_equal(buf_bytes(&b), bytes_of(f->want == NULL ? "" : f->want)), "%s: %.*s",
        f->why, (int)b.size, b.at);
    buf_fini(&b);
}
END_TEST

static const struct origin {
    const char *number, *country;
} origins[] = {
    {"+381641234567", "RS"},
    {"+383441234567", "XK"},
    {"+302101234567", "GR"},
    {"+905321234567", "TR"},
    {"+93701234567", "AF"},
    {"+12025550123", "US"},
    {"+14165550123", "CA"},
    {"+18095550123", "DO"},
    {"+79123456789", "RU"},
    {"+77012345678", "KZ"},
    {"+390612345678", "IT"},
    {"+390669812345", "VA"},
    {"+441534123456", "JE"},
    {"+442071234567", "GB"},
    {"+2125281234567", "MA"},
    {"+999123456789", ""},
    {"381641234567", ""},
    {"+", ""},
    {"", ""},
};

START_TEST(the_longest_prefix_names_the_country)
{
    const struct origin *o = &origins[_i];

    ck_assert_msg(phone_country(bytes_of(o->number)) == code_pack(o->country, strlen(o->country)),
        "%s", o->number);
}
END_TEST

/* Every country that can be read nationally leads back to itself, as far as its code is its own. */
START_TEST(national_numbers_lead_back_to_a_country_with_the_same_code)
{
    size_t found = 0;

    for (size_t i = 0; word_next(TYPE_COUNTRY, i) != NULL; i++) {
        int64_t country = code_pack(word_next(TYPE_COUNTRY, i), 2);
        struct buf b = {0};

        if (phone_canonical(bytes_of("955512345"), country, &b)) {
            found++;
            ck_assert(country_known(phone_country(buf_bytes(&b))));
        }
        buf_fini(&b);
    }
    ck_assert_uint_gt(found, 220);
}
END_TEST

Suite *
suite_phone(void)
{
    Suite *s = suite_create("phone");
    TCase *t = tcase_create("phone");

    tcase_add_loop_test(t, one_number_has_one_form, 0, sizeof forms / sizeof *forms);
    tcase_add_loop_test(
        t, the_longest_prefix_names_the_country, 0, sizeof origins / sizeof *origins);
    tcase_add_test(t, national_numbers_lead_back_to_a_country_with_the_same_code);
    suite_add_tcase(s, t);
    return s;
}
