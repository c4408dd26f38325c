/*
 * The grammar of expressions: what binds to what, every literal, and what is written back.
 */
#include <check.h>
#include <string.h>

#include "base/civil.h"
#include "support/rule_lab.h"
#include "support/suites.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

static struct lab lab;

static void
setup(void)
{
    lab_open(&lab, PLACE_WHEN);
}

static void
teardown(void)
{
    lab_close(&lab);
}

static const struct {
    const char *text, *print, *why;
} forms[] = {
    {"channel=cash", "channel = cash", "blanks are free"},
    {"  channel\n  =\tcash\n", "channel = cash", "so are line ends"},
    {"channel == cash", "channel = cash", "a second spelling is accepted"},
    {"channel <> cash", "channel != cash", "likewise"},
    {"(((channel = cash)))", "channel = cash", "needless brackets go"},
    {"channel = \"cash\"", "channel = cash", "a quoted word is the word"},
    {"channel = cash and mcc = \"1\" and id = \"2\"",
        "channel = cash and mcc = \"1\" and id = \"2\"", "a row of and"},
    {"channel = cash and (mcc = \"1\" and id = \"2\")",
        "channel = cash and mcc = \"1\" and id = \"2\"", "and in and is one row"},
    {"channel = cash and (mcc = \"1\" or id = \"2\")",
        "channel = cash and (mcc = \"1\" or id = \"2\")", "or in and keeps its brackets"},
    {"not channel = cash and mcc = \"1\"", "not (channel = cash) and mcc = \"1\"",
        "not takes the next test"},
    {"not not is_round(amount, 5)", "not (not is_round(amount, 5))", "twice"},
    {"not (channel = cash and mcc = \"1\")", "not (channel = cash and mcc = \"1\")",
        "or a bracket"},
    {"1 EUR < amount_eur <= 2 EUR", "1 EUR < amount_eur <= 2 EUR", "a chain"},
    {"1 + 2 * 3 > 4 - 5 - 6", "(1 + (2 * 3)) > ((4 - 5) - 6)", "signs bind as at school"},
    {"-1 * -2 > --3", "(-1 * -2) > --3", "signs before numbers"},
    {"(1 + 2) * 3 > 1", "((1 + 2) * 3) > 1", "brackets first"},
    {"mcc in (\"1\", \"2\")", "mcc in (\"1\", \"2\")", "members"},
    {"mcc not in (\"1\")", "mcc not in (\"1\")", "not among them"},
    {"not mcc in (\"1\")", "not (mcc in (\"1\"))", "another way to say it"},
    {"mcc in travel_mcc", "mcc in travel_mcc", "a list"},
    {"narrative contains 'say \"x\"'", "narrative contains 'say \"x\"'", "the other quotes"},
    {"narrative not contains 'x'", "narrative not contains \"x\"", "quotes are one kind"},
    {"narrative starts with \"x\"", "narrative starts with \"x\"", "two words"},
    {"narrative not ends   with \"x\"", "narrative not ends with \"x\"", "three words"},
    {"narrative matches /a\\/b(c|d)/c", "narrative matches /a\\/b(c|d)/c", "a pattern"},
    {"narrative not matches /x/ and 4 / 2 / 1 = 2",
        "narrative not matches /x/ and ((4 / 2) / 1) = 2", "a pattern beside divisions"},
    {"narrative on smuggling_terms at 2", "narrative on smuggling_terms at 2", "a watchlist"},
    {"narrative on smuggling_terms at 1", "narrative on smuggling_terms", "1 need not be said"},
    {"amount_eur is missing", "amount_eur is missing", "presence"},
    {"amount_eur + 1 EUR is present", "(amount_eur + 1 EUR) is present", "of a sum"},
    {"(channel = cash) is missing", "(channel = cash) is missing", "of a condition"},
    {"beneficiary . country = GR", "beneficiary.country = GR", "blanks around the point"},
    {"just_below(5 EUR)", "(5 EUR * 90%) <= amount_eur < 5 EUR", "a macro with an argument"},
    {"just_below($min_amount + 1 EUR) and mcc = \"1\"",
        "((500 EUR + 1 EUR) * 90%) <= amount_eur < (500 EUR + 1 EUR) and mcc = \"1\"",
        "arguments are trees, not text"},
    {"not to_route", "not (beneficiary.country in route_countries)", "a macro is a tree"},
    {"beneficiary.country = home", "beneficiary.country = GR", "a macro that is a word"},
    {"amount_eur > $min_amount", "amount_eur > 500 EUR", "a parameter by value"},
    {"beneficiary.country = $country", "beneficiary.country = TR", "a word parameter"},
    {"units(amount) > $share", "units(amount) > 80%", "a percent keeps its sign"},
    {"age(originator.opened) < $days", "age(originator.opened) < 1w", "in its largest unit"},
    {"units(amount) > 1_000.50", "units(amount) > 1000.5", "numbers in one spelling"},
    {"amount_eur > 1_000.50EUR", "amount_eur > 1000.5 EUR", "money without a blank"},
    {"amount_eur > 90 m or 1 = 1", NULL, "a time span has no blank"},
    {"age(originator.opened) < 90m and 5400s = 90m", "age(originator.opened) < 90m and 90m = 90m",
        "spans"},
    {"age(originator.opened) > 0s", "age(originator.opened) > 0s", "no span"},
    {"originator.opened > 2026-03-01", "originator.opened > 2026-03-01", "a date is no difference"},
    {"units(amount) > 2026 - 03 - 01", "units(amount) > ((2026 - 3) - 1)", "with blanks it is"},
    {"time > 2026-03-01T08:00Z", "time > 2026-03-01T08:00:00Z", "a moment"},
    {"time > 2026-03-01T08:00:30+02:00", "time > 2026-03-01T06:00:30Z", "with an offset"},
    {"time > 2026-03-01T08:00", "time > 2026-03-01T08:00:00", "in the pack's zone"},
    {"originator.account = \"gr16 0110 1250 0000 0001 2300 695\"",
        "originator.account = \"GR1601101250000000012300695\"", "identifiers as imported"},
    {"originator.phone = \"0030 690 000-0001\"", "originator.phone = \"+306900000001\"", "phones"},
    {"default(amount_eur, 1 EUR) > lookup(cash_report, GR)",
        "default(amount_eur, 1 EUR) > lookup(cash_report, GR)", "functions"},
    {"default(GR, beneficiary.country) = TR", "default(GR, beneficiary.country) = TR",
        "the word takes its type from the other side"},
    {"beneficiary.country = default(GR, TR)", "beneficiary.country = default(GR, TR)",
        "even through a function"},
    {"hour(time, \"Asia/Tokyo\") = 5", "hour(time, \"Asia/Tokyo\") = 5", "another zone"},
};

START_TEST(is_read_and_written_back)
{
    struct program *p = lab_program(&lab, forms[_i].text, TYPE_BOOL);

    if (forms[_i].print == NULL) {
        ck_assert_msg(p == NULL, "%s: %s", forms[_i].text, forms[_i].why);
        return;
    }
    ck_assert_msg(p != NULL, "%s: %s\n%s", forms[_i].text, forms[_i].why, lab_messages(&lab));
    ck_assert_msg(strcmp(lab_print(&lab, p), forms[_i].print) == 0, "%s: %s\nprints %s",
        forms[_i].text, forms[_i].why, lab_print(&lab, p));
    p = lab_program(&lab, forms[_i].print, TYPE_BOOL);
    ck_assert_msg(p != NULL, "%s", lab_messages(&lab));
    ck_assert_str_eq(lab_print(&lab, p), forms[_i].print);
}
END_TEST

static const struct {
    const char *text;
    enum type type;
    int64_t num, currency;
    bool percent;
} literals[] = {
    {"5", TYPE_NUMBER, 5000000000, 0, false},
    {"-5", TYPE_NUMBER, -5000000000, 0, false},
    {"0.000000001", TYPE_NUMBER, 1, 0, false},
    {"80%", TYPE_NUMBER, 800000000, 0, true},
    {"80 %", TYPE_NUMBER, 800000000, 0, true},
    {"0.5%", TYPE_NUMBER, 5000000, 0, true},
    {"1_500 EUR", TYPE_MONEY, 150000, EUR, false},
    {"1500.5 EUR", TYPE_MONEY, 150050, EUR, false},
    {"-2 EUR", TYPE_MONEY, -200, EUR, false},
    {"30s", TYPE_DURATION, 30 * US_PER_S, 0, false},
    {"15m", TYPE_DURATION, 900 * US_PER_S, 0, false},
    {"48h", TYPE_DURATION, 2 * US_PER_DAY, 0, false},
    {"2w", TYPE_DURATION, 14 * US_PER_DAY, 0, false},
    {"1970-01-02", TYPE_DATE, 1, 0, false},
    {"1970-01-01T00:01Z", TYPE_TIME, 60 * US_PER_S, 0, false},
    {"x", TYPE_NONE, 0, 0, false},
    {"", TYPE_NONE, 0, 0, false},
    {"5 5", TYPE_NONE, 0, 0, false},
    {"5 XXY", TYPE_NONE, 0, 0, false},
    {"5.001 EUR", TYPE_NONE, 0, 0, false},
    {"1e3", TYPE_NONE, 0, 0, false},
    {"2026-02-30", TYPE_NONE, 0, 0, false},
    {"-2026-02-03", TYPE_NONE, 0, 0, false},
    {"2026-02-03T08:00", TYPE_NONE, 0, 0, false},
    {"- ", TYPE_NONE, 0, 0, false},
    {"5 + 5", TYPE_NONE, 0, 0, false},
    {"\"x", TYPE_NONE, 0, 0, false},
    {"$x", TYPE_NONE, 0, 0, false},
};

START_TEST(literals_are_values)
{
    const struct yaml_node *n =
        lab_scalar(&lab, "x.yaml", 1, "default", bytes_of(literals[_i].text));
    struct value v = {.type = TYPE_NONE};
    bool percent = false, good = expr_literal(n, &v, &percent);

    ck_assert_int_eq(good, literals[_i].type != TYPE_NONE);
    ck_assert_uint_eq(diags_errors(lab.ds), 0);
    if (!good)
        return;
    ck_assert_int_eq(v.type, literals[_i].type);
    ck_assert(v.set && v.num == literals[_i].num && v.den == 1);
    ck_assert_int_eq(v.currency, literals[_i].currency);
    ck_assert_int_eq(percent, literals[_i].percent);
}
END_TEST

START_TEST(a_quoted_text_is_a_literal_too)
{
    struct value v;
    bool percent;

    ck_assert(
        expr_literal(lab_scalar(&lab, "x.yaml", 1, "x", bytes_of("'a \"b\"'")), &v, &percent));
    ck_assert(v.type == TYPE_TEXT && bytes_equal(v.text, bytes_of("a \"b\"")));
}
END_TEST

/* Every prefix of a long expression, and every single byte of it changed: a message, or a tree. */
START_TEST(torn_expressions_are_answered)
{
    static const char text[] =
        "not (channel in (cash, \"card\") or 5 EUR <= amount_eur * 90% < $min_amount) and "
        "narrative not matches /x\\/(a|b)/c and originator.phone on hot_phones at 2 and "
        "default(age(originator.opened), 1.5 * 30d) >= 2026-03-01T08:00+02:00 - time and "
        "hour(time, \"UTC\") = 5 and beneficiary . name is present and just_below(1_000 EUR)";
    static const char bytes[] = "\0 x(\")/9$\xc3.";
    char torn[sizeof text];

    memcpy(torn, text, sizeof text);
    ck_assert_msg(lab_program(&lab, text, TYPE_BOOL) != NULL, "%s", lab_messages(&lab));
    for (size_t i = 0; i < sizeof text; i++) {
        (void)lab_program_at(&lab, "x.yaml", 1, "when", (struct bytes){text, i}, TYPE_BOOL);
        lab_fresh(&lab);
    }
    for (size_t i = 0; i < (sizeof text - 1) * (sizeof bytes - 1); i++) {
        size_t at = i % (sizeof text - 1);

        torn[at] = bytes[i / (sizeof text - 1)];
        if (lab_program_at(&lab, "x.yaml", 1, "when", (struct bytes){torn, sizeof text - 1},
                TYPE_BOOL) == NULL)
            ck_assert_uint_ge(diags_errors(lab.ds), 1);
        torn[at] = text[at];
        lab_fresh(&lab);
    }
}
END_TEST

#define ROWS(table) ((int)(sizeof table / sizeof *table))

Suite *
suite_expr(void)
{
    Suite *s = suite_create("expr");
    TCase *t = tcase_create("grammar");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, is_read_and_written_back, 0, ROWS(forms));
    tcase_add_loop_test(t, literals_are_values, 0, ROWS(literals));
    tcase_add_test(t, a_quoted_text_is_a_literal_too);
    tcase_add_test(t, torn_expressions_are_answered);
    suite_add_tcase(s, t);
    return s;
}
