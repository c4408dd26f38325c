/*
 * What the expression language says of faulty expressions: every message whole, and that every
 * correction it prints compiles.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "support/rule_lab.h"
#include "support/slow.h"
#include "support/suites.h"

/* Allowed for the worst text there can be; sanitizers are an order slower. */
enum { SOON_MS = 100 * SLOW };

static struct lab lab;

static void
when(void)
{
    lab_open(&lab, PLACE_WHEN);
}

static void
alert_if(void)
{
    lab_open(&lab, PLACE_ALERT_IF);
}

static void
measure(void)
{
    lab_open(&lab, PLACE_MEASURE);
}

static void
done(void)
{
    lab_close(&lab);
}

/* --- the examples of rule-language.md section 14, letter by letter --- */

struct example {
    const char *path, *key, *text, *said;
    unsigned line;
};

static const struct example examples[] = {
    {"rules/corridor.yaml", "when", "channel = transfer and beneficary.country in route_countries",
        "error[R401]: there is no field called `beneficary.country`\n"
        " --> rules/corridor.yaml:8:30\n"
        "  |\n"
        "8 | when: channel = transfer and beneficary.country in route_countries\n"
        "  |                              ^^^^^^^^^^^^^^^^^^ did you mean `beneficiary.country`?\n"
        "  = help: `weir fields` lists all 41 fields of this installation\n",
        8},
    {"rules/cash.yaml", "when", "channel in (chas, remittance)",
        "error[R402]: `chas` is not a channel\n"
        " --> rules/cash.yaml:9:19\n"
        "  |\n"
        "9 | when: channel in (chas, remittance)\n"
        "  |                   ^^^^ did you mean `cash`?\n"
        "  = note: channels are: card, cash, cheque, crypto, mobile, other, remittance, transfer\n",
        9},
    {"rules/corridor.yaml", "when",
        "channel = cash and amount_eur > 900 EUR or narrative on smuggling_terms",
        "error[R301]: `and` and `or` are mixed without parentheses\n"
        " --> rules/corridor.yaml:8:47\n"
        "  |\n"
        "8 | when: channel = cash and amount_eur > 900 EUR or narrative on smuggling_terms\n"
        "  |                      --- `and` here\n"
        "  |                                               ^^ and `or` here: which belongs "
        "together?\n"
        "  = help: either  (channel = cash and amount_eur > 900 EUR) or narrative on "
        "smuggling_terms\n"
        "  = help: or      channel = cash and (amount_eur > 900 EUR or narrative on "
        "smuggling_terms)\n",
        8},
    {"rules/large.yaml", "when", "amount_eur >= 10_000",
        "error[R411]: money is compared with a number that has no currency\n"
        " --> rules/large.yaml:7:21\n"
        "  |\n"
        "7 | when: amount_eur >= 10_000\n"
        "  |       ---------- this is money in EUR\n"
        "  |                     ^^^^^^ write `10_000 EUR`\n",
        7},
    {"rules/large.yaml", "when", "amount >= 500 EUR and beneficiary.country = TR",
        "error[R412]: `amount` is in the currency of each transaction, so it cannot be compared "
        "with EUR\n"
        " --> rules/large.yaml:7:7\n"
        "  |\n"
        "7 | when: amount >= 500 EUR and beneficiary.country = TR\n"
        "  |       ^^^^^^ may be USD, TRY, ...\n"
        "  |                 ------- always EUR\n"
        "  = help: to compare values, use `amount_eur >= 500 EUR` (converted at the day's rate)\n"
        "  = help: to look at euro payments only, use `currency = EUR and units(amount) >= 500`\n",
        7},
    {"rules/abroad.yaml", "when", "channel = transfer and beneficiary.country not in (GR, CY)",
        "warning[L611]: transactions without a country will not be found by this test, nor by its "
        "opposite\n"
        " --> rules/abroad.yaml:8:30\n"
        "  |\n"
        "8 | when: channel = transfer and beneficiary.country not in (GR, CY)\n"
        "  |                              ^^^^^^^^^^^^^^^^^^^ may be missing\n"
        "  = help: to include them add: or beneficiary.country is missing  (with parentheses)\n"
        "  = help: to leave them out on purpose add: and beneficiary.country is present\n",
        8},
};

START_TEST(says_the_examples_letter_by_letter)
{
    const struct example *e = &examples[_i];

    (void)lab_program_at(&lab, e->path, e->line, e->key, bytes_of(e->text), TYPE_BOOL);
    ck_assert_str_eq(lab_messages(&lab), e->said);
}
END_TEST

START_TEST(says_example_10_letter_by_letter)
{
    ck_assert_ptr_null(lab_program_at(&lab, "rules/fan.yaml", 18, "alert_if",
        bytes_of("sum(amount_eur) >= 1500 EUR"), TYPE_BOOL));
    ck_assert_str_eq(lab_messages(&lab),
        "error[R421]: `sum` belongs under `measure`, not in `alert_if`\n"
        "  --> rules/fan.yaml:18:11\n"
        "   |\n"
        "18 | alert_if: sum(amount_eur) >= 1500 EUR\n"
        "   |           ^^^^^^^^^^^^^^^ give this a name first\n"
        "   = help: add  total: sum(amount_eur)  under `window: measure:` and write  alert_if: "
        "total >= 1500 EUR\n");
}
END_TEST

/* --- one bad expression a row: the message line, the text at the carets, the words there --- */

struct bad {
    const char *text;
    const char *head;  /* "R401 there is ..." */
    const char *caret; /* source under the carets; NULL: the end of the text */
    const char *label; /* NULL: none */
};

static const struct bad bads_when[] = {
#include "unit/bad_when.def"
};

static const struct bad bads_alert_if[] = {
#include "unit/bad_alert_if.def"
};

static const struct bad bads_measure[] = {
#include "unit/bad_measure.def"
};

/* The carets of the first message stand under exactly `caret`. */
static void
carets_are_under(const char *said, const char *caret)
{
    const char *source = strstr(said, "1 | when: "), *line, *marks;
    size_t size = 0;

    ck_assert_ptr_nonnull(source);
    line = strchr(source, '\n') + 1;
    while ((marks = strchr(line, '^')) == NULL || marks > strchr(line, '\n')) {
        line = strchr(line, '\n') + 1;
        ck_assert(*line == ' ');
    }
    while (marks[size] == '^')
        size++;
    if (caret == NULL)
        ck_assert(source[marks - line] == '\n' || source[marks - line] == '\0');
    else if (strncmp(source + (marks - line), caret, size) != 0 || size != strlen(caret))
        ck_abort_msg("not under %s: %s", caret, said);
}

static void
is_said(const struct bad *b)
{
    struct program *p = lab_program(&lab, b->text, TYPE_BOOL);
    const char *said = lab_messages(&lab);
    char head[600], label[200];

    (void)snprintf(
        head, sizeof head, "error[%.4s]: %s\n --> rules/x.yaml:1:", b->head, b->head + 5);
    if (p != NULL || strncmp(said, head, strlen(head)) != 0)
        ck_abort_msg("%s\nsaid:\n%swanted:\n%s", b->text, said, head);
    carets_are_under(said, b->caret);
    if (b->label == NULL)
        return;
    (void)snprintf(label, sizeof label, "^ %s\n", b->label);
    if (strstr(said, label) == NULL)
        ck_abort_msg("%s\nsaid:\n%swanted: %s", b->text, said, label);
    ck_assert_uint_eq(diags_errors(lab.ds), 1); /* and nothing that only follows from it */
}

START_TEST(says_what_is_wrong_in_when)
{
    is_said(&bads_when[_i]);
}
END_TEST

START_TEST(says_what_is_wrong_in_alert_if)
{
    is_said(&bads_alert_if[_i]);
}
END_TEST

START_TEST(says_what_is_wrong_in_measure)
{
    is_said(&bads_measure[_i]);
}
END_TEST

/* --- laws of messages --- */

START_TEST(all_errors_come_in_one_pass)
{
    ck_assert_ptr_null(lab_program(&lab,
        "chanel = cash and amount_eur >= 5 and (beneficiary.country = XX or foo(1) = 2) "
        "and narrative contains $nope and weekday(time) = sa and amount > 1 EUR",
        TYPE_BOOL));
    ck_assert_uint_eq(diags_errors(lab.ds), 7);
}
END_TEST

START_TEST(names_are_checked_beside_mixed_and_or)
{
    ck_assert_ptr_null(
        lab_program(&lab, "chanel = cash and mcc = \"1\" or bank = \"X\"", TYPE_BOOL));
    ck_assert_uint_eq(diags_errors(lab.ds), 3);
}
END_TEST

START_TEST(faults_of_a_macro_are_told_once)
{
    lab_macro(&lab, "bad", "", "chanel = cash and x = 1");
    ck_assert_ptr_null(lab_program(&lab, "bad and bad", TYPE_BOOL));
    ck_assert_ptr_null(lab_program(&lab, "not bad", TYPE_BOOL));
    ck_assert_uint_eq(diags_errors(lab.ds), 2);
}
END_TEST

START_TEST(a_circle_of_macros_is_told)
{
    lab_macro(&lab, "ping", "", "pong and channel = cash");
    lab_macro(&lab, "pong", "", "not ping");
    ck_assert_ptr_null(lab_program(&lab, "ping", TYPE_BOOL));
    ck_assert_ptr_nonnull(
        strstr(lab_messages(&lab), "error[R418]: the macro `ping` uses itself in a circle"));
}
END_TEST

START_TEST(macros_of_words_that_lead_to_themselves_end)
{
    lab_macro(&lab, "one", "", "two");
    lab_macro(&lab, "two", "", "one");
    ck_assert_ptr_null(lab_program(&lab, "beneficiary.country = one", TYPE_BOOL));
    ck_assert_uint_ge(diags_errors(lab.ds), 1);
}
END_TEST

START_TEST(documents_that_could_not_be_read_cause_no_more_words)
{
    lab.name[0].list = NULL;
    ck_assert_ptr_null(lab_program(&lab, "beneficiary.country in route_countries", TYPE_BOOL));
    ck_assert_uint_eq(diags_errors(lab.ds), 0);
}
END_TEST

/* --- every correction compiles --- */

/* Text after `start` up to `stop` in the messages, compiled in `want`. */
static void
correction_compiles(const char *text, const char *start, const char *stop)
{
    char fixed[600];
    const char *said, *from, *to;

    (void)lab_program(&lab, text, TYPE_BOOL);
    said = lab_messages(&lab);
    from = strstr(said, start);
    ck_assert_msg(from != NULL, "%s: no %s in\n%s", text, start, said);
    from += strlen(start);
    to = strstr(from, stop);
    ck_assert_ptr_nonnull(to);
    (void)snprintf(fixed, sizeof fixed, "%.*s", (int)(to - from), from);
    lab_fresh(&lab);
    if (lab_program(&lab, fixed, TYPE_BOOL) == NULL)
        ck_abort_msg("the correction %s\n%s", fixed, lab_messages(&lab));
}

static const struct {
    const char *text, *start, *stop;
} corrections[] = {
    {"channel = cash and amount_eur > 900 EUR or narrative on smuggling_terms", "either  ", "\n"},
    {"channel = cash and amount_eur > 900 EUR or narrative on smuggling_terms", "or      ", "\n"},
    {"mcc = \"1\" or channel = cash\n  and channel = card or mcc = \"2\"", "either  ", "\n"},
    {"mcc = \"1\" or channel = cash\n  and channel = card or mcc = \"2\"", "or      ", "\n"},
    {"(mcc = \"a  b\" or channel = cash) and not (channel = card) or mcc = \"2\"", "either  ",
        "\n"},
    {"(mcc = \"a  b\" or channel = cash) and not (channel = card) or mcc = \"2\"", "or      ",
        "\n"},
    {"amount >= 500 EUR", "values, use `", "`"},
    {"amount >= 500 EUR", "payments only, use `", "`"},
    {"1_000 USD < amount", "payments only, use `", "`"},
    {"500 EUR < amount", "values, use `", "`"},
    {"amount < lookup(cash_report, GR)", "values, use `", "`"},
    {"amount >= 500", "values, use `", "`"},
    {"amount >= 500", "every currency, use `", "`"},
};

START_TEST(corrections_compile)
{
    correction_compiles(corrections[_i].text, corrections[_i].start, corrections[_i].stop);
}
END_TEST

START_TEST(a_correction_of_several_aggregates_compiles)
{
    ck_assert_ptr_null(lab_program(
        &lab, "sum(amount_eur) > 5 EUR and count() > 2 and sum(amount_eur) < 9 EUR", TYPE_BOOL));
    ck_assert_ptr_nonnull(strstr(lab_messages(&lab),
        "add  total: sum(amount_eur)  and  payments: count()  and  total_2: sum(amount_eur)  under "
        "`window: measure:` and write  alert_if: total > 5 EUR and payments > 2 and total_2 < 9 "
        "EUR\n"));
    ck_assert_uint_eq(diags_errors(lab.ds), 1);
}
END_TEST

/* --- L611 --- */

static const struct {
    const char *text;
    unsigned warnings;
    const char *why;
} lints[] = {
    {"beneficiary.country != GR", 1, "unequal"},
    {"not (beneficiary.country = GR)", 1, "turned round by not"},
    {"not (beneficiary.country != GR)", 0, "twice turned round"},
    {"not (beneficiary.country not in (GR))", 0, "twice turned round"},
    {"beneficiary.country in (GR)", 0, "a positive test"},
    {"beneficiary.country not in (GR) or beneficiary.country is missing", 0, "says which is meant"},
    {"beneficiary.country not in (GR) and beneficiary.country is present", 0, "likewise"},
    {"beneficiary.country not in (GR) and originator.country is present", 1, "of another field"},
    {"default(beneficiary.country, GR) != GR", 0, "a value stands for it"},
    {"beneficiary.country not in (GR) and beneficiary.country != CY", 1, "one field, one finding"},
    {"beneficiary.country != originator.country", 2, "two fields"},
    {"currency != EUR", 0, "always there"},
    {"narrative not contains \"rent\"", 1, "part of a text"},
    {"narrative not matches /rent/", 1, "pattern"},
    {"narrative not on smuggling_terms", 1, "watchlist"},
    {"originator.account not in known_accounts", 1, "list"},
    {"amount_eur < 5 EUR", 0, "an order has no opposite that is taken for granted"},
    {"not to_route", 1, "inside a macro"},
};

START_TEST(warns_of_negative_tests_on_what_may_be_missing)
{
    ck_assert_ptr_nonnull(lab_program(&lab, lints[_i].text, TYPE_BOOL));
    ck_assert_msg(diags_warnings(lab.ds) == lints[_i].warnings, "%s: %s\n%s", lints[_i].text,
        lints[_i].why, lab_messages(&lab));
}
END_TEST

/* --- hostile input is refused soon --- */

static void
is_refused_soon(const char *head, const char *part, size_t times, const char *tail)
{
    struct buf text = {0};
    struct timespec a, b;
    struct program *p;

    buf_text(&text, head);
    for (size_t i = 0; i < times; i++)
        buf_text(&text, part);
    buf_text(&text, tail);
    if (text.size > 65536)
        text.size = 65536;
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a), 0);
    p = lab_program_at(&lab, "rules/x.yaml", 1, "when", buf_bytes(&text), TYPE_BOOL);
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b), 0);
    ck_assert_msg((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < SOON_MS,
        "%s%s: %ld ms", head, part,
        (long)((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000));
    ck_assert(p != NULL || diags_errors(lab.ds) > 0);
    buf_fini(&text);
}

static const struct {
    const char *head, *part, *tail;
} hostile[] = {
    {"", "(", ""},
    {"", "not ", "channel = cash"},
    {"", "-", "1"},
    {"", "abs(", ""},
    {"units(amount) = 1", "+1", ""},
    {"units(amount) = 1", "*1", ""},
    {"channel = cash", " and channel = cash", ""},
    {"channel = cash", " and channel = cash or mcc = \"1\"", ""},
    {"channel = cash", " and (mcc = \"1\" or mcc = \"2\")", ""},
    {"1", " < 2", ""},
    {"mcc in (\"1\"", ",\"12\"", ")"},
    {"beneficiary.country in (GR", ",TR", ")"},
    {"beneficiary.country in (GR", ",XX", ")"},
    {"x", "x", " = 1"},
    {"1", "1", " = 1"},
    {"a", ".a", " = 1"},
    {"narrative matches /", "(a", "/"},
    {"narrative = \"", "x", "\""},
    {"narrative = \"", "\xff", "\""},
    {"", "\xff", ""},
    {"\"", "x", ""},
    {"/", "/", ""},
    {"1 EUR", " EUR", ""},
    {"", "count(", ""},
    {"$", "$", ""},
    {"z(1)", " and z(1)", ""},
    {"q", " = q and q", ""},
};

START_TEST(hostile_texts_are_answered_soon)
{
    is_refused_soon(hostile[_i].head, hostile[_i].part, 65536, hostile[_i].tail);
    lab_fresh(&lab);
    is_refused_soon(
        hostile[_i].head, hostile[_i].part, 60000 / strlen(hostile[_i].part), hostile[_i].tail);
}
END_TEST

START_TEST(macros_that_double_each_other_are_refused)
{
    static char name[5][8], body[5][2000];
    size_t count = lab.scope.name_count;

    ck_assert_uint_le(count + 4, LAB_NAMES);
    lab.scope.name_count = 0; /* room for enough of them */
    for (unsigned i = 0; i < 5; i++) {
        char *at = body[i];

        (void)snprintf(name[i], sizeof name[i], "m%u", i);
        at += snprintf(at, 100, "%s", i == 0 ? "mcc = \"1\"" : name[i - 1]);
        for (unsigned k = 0; k < 100; k++)
            at += snprintf(at, 100, " and %s", i == 0 ? "mcc = \"1\"" : name[i - 1]);
        lab_macro(&lab, name[i], "", body[i]);
    }
    is_refused_soon("m4", "", 0, "");
    ck_assert_ptr_nonnull(strstr(lab_messages(&lab), "R531"));
}
END_TEST

START_TEST(sixty_four_levels_are_allowed_and_no_more)
{
    struct buf text = {0};

    for (unsigned levels = 63; levels <= 65; levels++) {
        text.size = 0;
        for (unsigned i = 0; i < levels; i++)
            buf_byte(&text, '(');
        buf_text(&text, "mcc = \"1\"");
        for (unsigned i = 0; i < levels; i++)
            buf_byte(&text, ')');
        lab_fresh(&lab);
        ck_assert_int_eq(
            lab_program_at(&lab, "rules/x.yaml", 1, "when", buf_bytes(&text), TYPE_BOOL) != NULL,
            levels <= 64);
    }
    ck_assert_ptr_nonnull(strstr(lab_messages(&lab), "error[R530]"));
    buf_fini(&text);
}
END_TEST

#define ROWS(table) ((int)(sizeof table / sizeof *table))

Suite *
suite_check(void)
{
    Suite *s = suite_create("check");
    TCase *w = tcase_create("when"), *a = tcase_create("alert_if"), *m = tcase_create("measure");

    tcase_add_checked_fixture(w, when, done);
    tcase_add_loop_test(w, says_the_examples_letter_by_letter, 0, ROWS(examples));
    tcase_add_loop_test(w, says_what_is_wrong_in_when, 0, ROWS(bads_when));
    tcase_add_test(w, all_errors_come_in_one_pass);
    tcase_add_test(w, names_are_checked_beside_mixed_and_or);
    tcase_add_test(w, faults_of_a_macro_are_told_once);
    tcase_add_test(w, a_circle_of_macros_is_told);
    tcase_add_test(w, macros_of_words_that_lead_to_themselves_end);
    tcase_add_test(w, documents_that_could_not_be_read_cause_no_more_words);
    tcase_add_loop_test(w, corrections_compile, 0, ROWS(corrections));
    tcase_add_loop_test(w, warns_of_negative_tests_on_what_may_be_missing, 0, ROWS(lints));
    tcase_add_loop_test(w, hostile_texts_are_answered_soon, 0, ROWS(hostile));
    tcase_add_test(w, macros_that_double_each_other_are_refused);
    tcase_add_test(w, sixty_four_levels_are_allowed_and_no_more);
    suite_add_tcase(s, w);
    tcase_add_checked_fixture(a, alert_if, done);
    tcase_add_test(a, says_example_10_letter_by_letter);
    tcase_add_loop_test(a, says_what_is_wrong_in_alert_if, 0, ROWS(bads_alert_if));
    tcase_add_test(a, a_correction_of_several_aggregates_compiles);
    suite_add_tcase(s, a);
    tcase_add_checked_fixture(m, measure, done);
    tcase_add_loop_test(m, says_what_is_wrong_in_measure, 0, ROWS(bads_measure));
    suite_add_tcase(s, m);
    return s;
}
