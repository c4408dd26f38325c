/* Notes: the first stands, a place goes in front, and a cut is clean. */
#include <check.h>
#include <string.h>

#include "support/suites.h"
#include "weir/status.h"

START_TEST(the_first_note_stands)
{
    struct weir_err err = {0};

    ck_assert_int_eq(
        weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E201", "row %d", 7), WEIR_FAIL);
    ck_assert_int_eq(
        weir_fail(&err, WEIR_REJECT, WEIR_TROUBLE_WRITE, "E999", "later"), WEIR_REJECT);
    ck_assert_str_eq(err.text, "row 7");
    ck_assert_str_eq(err.code, "E201");
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_INPUT);
    ck_assert_int_eq(err.status, WEIR_FAIL);
    ck_assert_int_eq(weir_fail(NULL, WEIR_FAIL, WEIR_TROUBLE_INPUT, "", "x"), WEIR_FAIL);
}
END_TEST

START_TEST(places_go_in_front)
{
    struct weir_err err = {0};

    weir_fail_at(&err, "no failure yet");
    ck_assert_str_eq(err.text, "");
    (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_RULES, NULL, "bad");
    weir_fail_at(&err, "rule %s", "r1");
    weir_fail_at(&err, "file.yaml");
    ck_assert_str_eq(err.text, "file.yaml: rule r1: bad");
    ck_assert_str_eq(err.code, "");
}
END_TEST

START_TEST(a_long_note_is_cut_between_characters)
{
    struct weir_err err = {0};
    char text[1024];

    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xd1\x88", 3);
    (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "", "%s", text);
    ck_assert_uint_eq(strlen(err.text) % 2, 0);
    weir_fail_at(&err, "x");
    ck_assert_uint_eq(strlen(err.text) % 2, 1); /* "x: " and whole characters */
    ck_assert_uint_lt(strlen(err.text), sizeof err.text);
}
END_TEST

Suite *
suite_status(void)
{
    Suite *s = suite_create("status");
    TCase *t = tcase_create("note");

    tcase_add_test(t, the_first_note_stands);
    tcase_add_test(t, places_go_in_front);
    tcase_add_test(t, a_long_note_is_cut_between_characters);
    suite_add_tcase(s, t);
    return s;
}
