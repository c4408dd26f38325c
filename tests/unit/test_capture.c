/* The wanted part of an expression: rewritten, and matched as it should be. */
#include <check.h>

#include "base/buf.h"
#include "ingest/capture.h"
#include "support/suites.h"
#include "text/regex.h"

static const struct part {
    const char *pattern, *subject, *want; /* want NULL: no match */
} parts[] = {
    {"\\d+", "ab12cd", "12"},
    {"KtoNr(\\d+)_", "Umsaetze_KtoNr538_EUR", "538"},
    {"^([A-Z_]+)_\\d\\d", "MS_JANE_01-12", "MS_JANE"},
    {"a(?:b|c)(d+)", "acddd", "ddd"},
    {"(a)", "xay", "a"},
    {"x(a|b)y", "xby", "b"},
    {"[(](\\d)[)]", "(7)", "7"},
    {"\\((\\d)\\)", "(7)", "7"},
    {"[])(](x)", "(x", "x"},
    {"EREF\\+(.*?)(?:MREF|CRED)", "EREF+AB 1MREF+2CRED", "AB 1"},
    {"n(o)t", "there", NULL},
    {"(?i)no(\\d)", "NO5", "5"},
};

START_TEST(the_group_is_what_is_found)
{
    const struct part *p = &parts[_i];
    struct buf out = {0};
    struct regex *re;
    struct regex_room *room = regex_room_new();
    struct bytes hit = {0};
    char fault[200] = "";
    size_t at;

    ck_assert(capture_rewrite(bytes_of(p->pattern), &out));
    re = regex_compile(buf_bytes(&out), false, fault, sizeof fault, &at);
    ck_assert_msg(re != NULL, "%.*s: %s", (int)out.size, out.at, fault);
    if (p->want == NULL) {
        ck_assert_int_eq(regex_match(re, room, bytes_of(p->subject), &hit), REGEX_NO);
    } else {
        ck_assert_int_eq(regex_match(re, room, bytes_of(p->subject), &hit), REGEX_YES);
        ck_assert_msg(
            bytes_equal(hit, bytes_of(p->want)), "%s: %.*s", p->pattern, (int)hit.size, hit.at);
    }
    regex_free(re);
    regex_room_free(room);
    buf_fini(&out);
}
END_TEST

START_TEST(what_is_not_clear_is_refused)
{
    static const char *const unclear[] = {
        "(a)(b)", "((a)b)", "(a)+", "(a)*", "(a)?", "(a){2}", "(a)|b", "b|(a)", "(a(b))"};
    struct buf out = {0};

    for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++)
        ck_assert_msg(!capture_rewrite(bytes_of(unclear[i]), &out), "%s", unclear[i]);
    buf_fini(&out);
}
END_TEST

Suite *
suite_capture(void)
{
    Suite *s = suite_create("capture");
    TCase *c = tcase_create("capture");

    tcase_add_loop_test(c, the_group_is_what_is_found, 0, sizeof parts / sizeof *parts);
    tcase_add_test(c, what_is_not_clear_is_refused);
    suite_add_tcase(s, c);
    return s;
}
