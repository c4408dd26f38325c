/*
 * Programs as the loader and the judge use them: types, clauses, aggregates, sharing, memory.
 */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "state/window.h"
#include "support/rule_lab.h"
#include "support/suites.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

static struct lab lab;

static void
alert_if(void)
{
    lab_open(&lab, PLACE_ALERT_IF);
    lab.measures[0] = value_num(TYPE_NUMBER, (int128)5 * NUMBER_SCALE);
    lab.measures[1] = value_money(EUR, 200000);
    lab.measures[2] = value_num(TYPE_NUMBER, 2 * (int128)NUMBER_SCALE);
    lab.measures[2].den = 3; /* two thirds */
    lab.measures[3] = value_num(TYPE_BOOL, 1);
    lab.measures[4] = value_num(TYPE_DURATION, US_PER_DAY);
    lab.measures[5] = value_missing(TYPE_COUNTRY);
    lab.measures[6] = value_text(TYPE_TEXT, bytes_of("János"));
}

static void
measure(void)
{
    lab_open(&lab, PLACE_MEASURE);
    lab_payment(&lab);
}

static void
when(void)
{
    lab_open(&lab, PLACE_WHEN);
    lab_payment(&lab);
}

static void
teardown(void)
{
    lab_close(&lab);
}

static struct program *
compiled(const char *text, enum type want)
{
    struct program *p = lab_program(&lab, text, want);

    if (p == NULL)
        ck_abort_msg("%s\n%s", text, lab_messages(&lab));
    return p;
}

/* --- alert_if: measures --- */

static const struct {
    const char *text;
    char is;
    const char *why;
} rows[] = {
    {"senders >= $count", 'y', "a count with a parameter"},
    {"volume >= 2000 EUR", 'y', "money"},
    {"part > 66%", 'y', "a fraction, exactly"},
    {"part * 3 = 2", 'n', "rounded before it is reckoned further"},
    {"part = 2 / 3", 'y', "multiplied out"},
    {"seen", 'y', "a condition by itself"},
    {"not seen or span < 2d", 'y', "and with others"},
    {"land = GR", '?', "a missing measure"},
    {"land is missing", 'y', "asked for"},
    {"who = \"JANOS\"", 'y', "a text measure is folded"},
    {"who in bad_names", 'n', "and looked up"},
    {"volume / senders = 400 EUR", 'y', "arithmetic over measures"},
    {"volume / volume = 1 and span / 2 = 12h", 'y', "ratios"},
};

START_TEST(conditions_over_measures)
{
    char got = lab_is(&lab, rows[_i].text);

    ck_assert_msg(got == rows[_i].is, "%s is %c: %s\n%s", rows[_i].text, got, rows[_i].why,
        lab_messages(&lab));
}
END_TEST

START_TEST(clauses_are_the_parts_of_the_outermost_and)
{
    const struct clause *c;
    struct program *p = compiled("senders >= $count\n  and 1500 EUR <= volume < 2_000 EUR "
                                 "and (seen or span > 1d) and seen",
        TYPE_BOOL);
    struct value v;

    ck_assert_uint_eq(program_clauses(p, &c), 5);
    ck_assert(bytes_equal(c[0].text, bytes_of("senders >= $count")));
    ck_assert(bytes_equal(c[1].text, bytes_of("1500 EUR <= volume")));
    ck_assert(bytes_equal(c[2].text, bytes_of("volume < 2_000 EUR")));
    ck_assert(bytes_equal(c[3].text, bytes_of("seen or span > 1d")));
    ck_assert(bytes_equal(c[4].text, bytes_of("seen")));
    ck_assert(lab_run(&lab, c[0].left).num == (int128)5 * NUMBER_SCALE);
    v = lab_run(&lab, c[1].left);
    ck_assert(v.num == 150000 && v.currency == EUR && v.type == TYPE_MONEY);
    ck_assert(lab_run(&lab, c[1].whole).num == 1 && lab_run(&lab, c[2].whole).num == 0);
    ck_assert(c[3].left == NULL && c[3].right == NULL);
    ck_assert(lab_run(&lab, c[4].whole).num == 1);
    ck_assert(lab_run(&lab, p).num == 0);
}
END_TEST

START_TEST(one_test_is_one_clause)
{
    const struct clause *c;
    struct program *p = compiled("senders > 4", TYPE_BOOL);

    ck_assert_uint_eq(program_clauses(p, &c), 1);
    ck_assert_ptr_eq(c[0].whole, p);
    p = compiled("senders > 4 or seen", TYPE_BOOL);
    ck_assert_uint_eq(program_clauses(p, &c), 1);
    ck_assert_ptr_null(c[0].left);
    ck_assert(bytes_equal(c[0].text, bytes_of("senders > 4 or seen")));
}
END_TEST

START_TEST(percent_and_currency_are_known)
{
    ck_assert(program_percent(compiled("part", TYPE_NONE)));
    ck_assert(program_percent(compiled("default(part, 0%)", TYPE_NUMBER)));
    ck_assert(!program_percent(compiled("senders", TYPE_NONE)));
    ck_assert(!program_percent(compiled("volume / volume", TYPE_NONE)));
    ck_assert_int_eq(program_currency(compiled("volume * 2", TYPE_NONE)), EUR);
    ck_assert_int_eq(program_currency(compiled("senders", TYPE_NONE)), 0);
    ck_assert_int_eq(program_type(compiled("volume / senders", TYPE_NONE)), TYPE_MONEY);
}
END_TEST

START_TEST(what_is_wanted_is_asked_for)
{
    ck_assert_ptr_null(lab_program(&lab, "volume", TYPE_NUMBER));
    ck_assert_ptr_nonnull(
        strstr(lab_messages(&lab), "error[R416]: this is money in EUR, and a number is wanted"));
}
END_TEST

START_TEST(exceptions_on_alerts_see_about)
{
    lab.scope.place = PLACE_EXCEPT_ALERT;
    lab.about = value_text(TYPE_ACCOUNT, bytes_of("GR1601101250000000012300695"));
    ck_assert_int_eq(lab_is(&lab, "about in known_accounts and senders > 4"), 'y');
    ck_assert_int_eq(lab_is(&lab, "about = \"gr16 0110 1250 0000 0001 2300 695\""), 'y');
    ck_assert_int_eq(lab_is(&lab, "amount_eur > 5 EUR"), 'E');
}
END_TEST

/* --- measures: aggregates --- */

START_TEST(aggregates_become_slots)
{
    struct program *p = compiled("sum(amount_eur where channel = transfer) / count() + "
                                 "sum(amount_eur where channel = transfer)",
        TYPE_NONE);
    const struct aggregate *a = lab.aggs.at;

    ck_assert_uint_eq(lab.aggs.count, 2); /* the equal ones are one */
    ck_assert_int_eq(a[0].function, WINDOW_SUM);
    ck_assert_int_eq(a[0].type, TYPE_MONEY);
    ck_assert_int_eq(a[0].currency, EUR);
    ck_assert(lab_run(&lab, a[0].value).num == 60000 && lab_run(&lab, a[0].where).num == 1);
    ck_assert_int_eq(a[1].function, WINDOW_COUNT);
    ck_assert(a[1].value == NULL && a[1].where == NULL);
    lab.aggregates[0] = value_money(EUR, 1000);
    lab.aggregates[1] = value_num(TYPE_NUMBER, (int128)3 * NUMBER_SCALE);
    ck_assert(lab_run(&lab, p).num == 1333); /* 10.00 / 3, rounded, and 10.00 */
    (void)compiled("count() + count(where amount_eur > 5 EUR)", TYPE_NONE);
    ck_assert_uint_eq(lab.aggs.count, 3);
}
END_TEST

static const struct {
    const char *text;
    int function;
    enum type input, result;
    bool percent;
} functions[] = {
    {"count()", WINDOW_COUNT, TYPE_NUMBER, TYPE_NUMBER, false},
    {"sum(amount_eur)", WINDOW_SUM, TYPE_MONEY, TYPE_MONEY, false},
    {"sum(units(amount))", WINDOW_SUM, TYPE_NUMBER, TYPE_NUMBER, false},
    {"avg(age(originator.opened))", WINDOW_AVG, TYPE_DURATION, TYPE_DURATION, false},
    {"share(is_round(amount, 50))", WINDOW_SHARE, TYPE_BOOL, TYPE_NUMBER, true},
    {"median(amount_eur)", WINDOW_MEDIAN, TYPE_MONEY, TYPE_MONEY, false},
    {"min(time)", WINDOW_MIN, TYPE_TIME, TYPE_TIME, false},
    {"max(originator.opened)", WINDOW_MAX, TYPE_DATE, TYPE_DATE, false},
    {"stddev(amount_eur)", WINDOW_STDDEV, TYPE_MONEY, TYPE_MONEY, false},
    {"distinct(originator.account)", WINDOW_DISTINCT, TYPE_ACCOUNT, TYPE_NUMBER, false},
    {"mode_share(amount_eur)", WINDOW_MODE_SHARE, TYPE_MONEY, TYPE_NUMBER, true},
    {"first(originator.name)", WINDOW_FIRST, TYPE_TEXT, TYPE_TEXT, false},
    {"last(channel)", WINDOW_LAST, TYPE_CHANNEL, TYPE_CHANNEL, false},
    {"first_seen(beneficiary.country)", WINDOW_FIRST_SEEN, TYPE_COUNTRY, TYPE_BOOL, false},
};

START_TEST(every_aggregate_has_its_types)
{
    struct program *p = compiled(functions[_i].text, TYPE_NONE);

    ck_assert_uint_eq(lab.aggs.count, 1);
    ck_assert_int_eq(lab.aggs.at[0].function, functions[_i].function);
    ck_assert_int_eq(lab.aggs.at[0].type, functions[_i].input);
    ck_assert_int_eq(program_type(p), functions[_i].result);
    ck_assert_int_eq(program_percent(p), functions[_i].percent);
    ck_assert_str_eq(lab_print(&lab, p), functions[_i].text);
}
END_TEST

START_TEST(texts_are_told_apart_folded)
{
    struct value v;

    (void)compiled(
        "distinct(originator.name) + distinct(default(originator.name, \"Ä\"))", TYPE_NONE);
    (void)compiled("first(originator.name)", TYPE_NONE);
    ck_assert_uint_eq(lab.aggs.count, 3);
    lab_text(&lab, TXN_O_NAME, "Jánoš  KOVÁČ");
    for (unsigned i = 0; i < 3; i++) {
        v = lab_run(&lab, lab.aggs.at[i].value);
        ck_assert(bytes_equal(v.text, bytes_of(i < 2 ? "janos kovac" : "Jánoš  KOVÁČ")));
    }
    lab.txn->present &= ~(UINT64_C(1) << TXN_O_NAME);
    ck_assert_int_eq(lab_run(&lab, lab.aggs.at[0].value).set, 0);
    v = lab_run(&lab, lab.aggs.at[1].value);
    ck_assert(bytes_equal(v.text, bytes_of("a")));
}
END_TEST

START_TEST(a_measure_may_use_an_earlier_one)
{
    struct program *p = compiled("volume / count()", TYPE_NONE);

    lab.measures[1] = value_money(EUR, 1000);
    lab.aggregates[0] = value_num(TYPE_NUMBER, (int128)4 * NUMBER_SCALE);
    ck_assert(lab_run(&lab, p).num == 250);
}
END_TEST

START_TEST(money_results_carry_their_currency)
{
    struct value v = lab_run(&lab, compiled("volume", TYPE_NONE));

    ck_assert_int_eq(v.type, TYPE_MONEY);
    ck_assert_int_eq(v.set, 0); /* the lab's measures are missing */
    lab.scope.place = PLACE_WHEN;
    lab_num(&lab, TXN_CURRENCY, code_pack("TRY", 3));
    v = lab_run(&lab, compiled("round_to(amount, 500)", TYPE_NONE));
    ck_assert_int_eq(v.currency, (int32_t)code_pack("TRY", 3));
    ck_assert(v.num == 50000);
}
END_TEST

START_TEST(parameters_used_are_marked)
{
    lab.scope.place = PLACE_WHEN;
    (void)compiled("amount_eur > $min_amount and beneficiary.country = $country", TYPE_BOOL);
    ck_assert(lab.parameter[0].used && lab.parameter[4].used);
    ck_assert(!lab.parameter[1].used);
}
END_TEST

/* --- memory --- */

START_TEST(memory_may_end_anywhere)
{
    static const char text[] =
        "narrative matches /x(a|b)/ and hour(time, \"UTC\") = 5 and just_below(5 EUR) and "
        "originator.phone = \"+30 690 000 0001\" and mcc in (\"1\", \"2\") and to_route and "
        "amount_eur + 1 EUR > amount_eur + 1 EUR and narrative on smuggling_terms";
    const struct yaml_node *n = lab_scalar(&lab, "x.yaml", 1, "when", bytes_of(text));
    struct program *p = NULL;
    size_t tries = 0;

    for (size_t at = 1; p == NULL; at++, tries++) {
        struct arena arena;
        struct expr *e;

        arena_init(&arena, 0, "test");
        alloc_fail_at(at, 0);
        e = expr_parse(&arena, lab.ds, n);
        p = e == NULL ? NULL : program_new(&arena, lab.ds, &lab.scope, e, TYPE_BOOL, NULL);
        if (alloc_count() < at)
            tries = at; /* not reached any more */
        alloc_fail_at(0, 0);
        if (p == NULL)
            ck_assert_uint_ge(diags_errors(lab.ds), 1);
        arena_fini(&arena);
    }
    ck_assert_uint_ge(tries, 3);
}
END_TEST

START_TEST(a_cap_may_end_anywhere)
{
    static const char text[] = "just_below(5 EUR) and mcc in (\"1\", \"2\") and "
                               "amount_eur + 1 EUR > amount_eur + 1 EUR and 1 < 2 < 3";
    const struct yaml_node *n = lab_scalar(&lab, "x.yaml", 1, "when", bytes_of(text));
    struct program *p = NULL;
    size_t tries = 0;

    for (size_t cap = 64; p == NULL; cap += 64, tries++) {
        struct arena arena;
        struct expr *e;

        arena_init(&arena, cap, "test");
        e = expr_parse(&arena, lab.ds, n);
        p = e == NULL ? NULL : program_new(&arena, lab.ds, &lab.scope, e, TYPE_BOOL, NULL);
        arena_fini(&arena);
    }
    ck_assert_uint_ge(tries, 10);
}
END_TEST

/* Composing letters with accents is the folding's own business; plain text shows ours. */
START_TEST(a_run_takes_no_memory)
{
    struct program *p =
        compiled("narrative contains \"buro\" and default(beneficiary.name, originator.name) = "
                 "\"x\" and amount_eur + 1 EUR > 2 EUR and mcc in (\"3100\", \"2\") and to_route",
            TYPE_BOOL);

    lab_text(&lab, TXN_NARRATIVE, "HAWALA  Buro 12");
    for (int i = 0; i < 3; i++) {
        eval_next_row(lab.room);
        if (i > 0)
            alloc_fail_at(1, 1);
        ck_assert_int_eq(lab_run(&lab, p).set, 1);
        if (i > 0)
            ck_assert_uint_eq(alloc_count(), 0);
        alloc_fail_at(0, 0);
    }
}
END_TEST

#define ROWS(table) ((int)(sizeof table / sizeof *table))

Suite *
suite_program(void)
{
    Suite *s = suite_create("program");
    TCase *a = tcase_create("alert_if"), *m = tcase_create("measure"), *w = tcase_create("when");

    tcase_add_checked_fixture(a, alert_if, teardown);
    tcase_add_loop_test(a, conditions_over_measures, 0, ROWS(rows));
    tcase_add_test(a, clauses_are_the_parts_of_the_outermost_and);
    tcase_add_test(a, one_test_is_one_clause);
    tcase_add_test(a, percent_and_currency_are_known);
    tcase_add_test(a, what_is_wanted_is_asked_for);
    tcase_add_test(a, exceptions_on_alerts_see_about);
    suite_add_tcase(s, a);
    tcase_add_checked_fixture(m, measure, teardown);
    tcase_add_test(m, aggregates_become_slots);
    tcase_add_loop_test(m, every_aggregate_has_its_types, 0, ROWS(functions));
    tcase_add_test(m, texts_are_told_apart_folded);
    tcase_add_test(m, a_measure_may_use_an_earlier_one);
    tcase_add_test(m, money_results_carry_their_currency);
    tcase_add_test(m, parameters_used_are_marked);
    suite_add_tcase(s, m);
    tcase_add_checked_fixture(w, when, teardown);
    tcase_add_test(w, memory_may_end_anywhere);
    tcase_add_test(w, a_cap_may_end_anywhere);
    tcase_add_test(w, a_run_takes_no_memory);
    suite_add_tcase(s, w);
    return s;
}
