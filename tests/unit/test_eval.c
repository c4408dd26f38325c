/*
 * What programs make of transactions: values, missing data, the field to blame, watchlist hits.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "match/matcher.h"
#include "support/rng.h"
#include "support/rule_lab.h"
#include "support/suites.h"
#include "support/twin.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

static struct lab lab;

static void
setup(void)
{
    lab_open(&lab, PLACE_WHEN);
    lab_payment(&lab);
}

static void
teardown(void)
{
    lab_close(&lab);
}

static void
is(const char *text, char wanted, const char *why)
{
    char got = lab_is(&lab, text);

    if (got != wanted)
        ck_abort_msg("%s is %c, not %c: %s\n%s", text, got, wanted, why, lab_messages(&lab));
}

static const struct {
    const char *text;
    char is;
    const char *why;
} cases[] = {
#define CASE(text, is, why) {text, is, why},
#include "unit/eval_cases.def"
#undef CASE
};

START_TEST(conditions_are_what_they_say)
{
    is(cases[_i].text, cases[_i].is, cases[_i].why);
}
END_TEST

/* --- missing data: the tables of rule-language.md section 9 --- */

static const char *const parts[] = {
    "channel = cash", "channel = transfer", "beneficiary.name = \"x\""}; /* n y ? */
static const char and_table[] = "nnnny?n??", or_table[] = "ny?yyy?y?";

START_TEST(and_or_follow_the_tables)
{
    char text[200];

    for (int order = 0; order < 2; order++) { /* dear operands are moved back; nothing changes */
        const char *second = order == 0 ? parts[_i % 3] : parts[_i / 3];
        const char *first = order == 0 ? parts[_i / 3] : parts[_i % 3];

        (void)snprintf(text, sizeof text, "%s and %s", first, second);
        is(text, and_table[_i], "and");
        (void)snprintf(text, sizeof text, "%s or %s", first, second);
        is(text, or_table[_i], "or");
        (void)snprintf(text, sizeof text, "not (%s and %s)", first, second);
        is(text, and_table[_i] == '?' ? '?' : and_table[_i] == 'y' ? 'n' : 'y', "not and");
    }
}
END_TEST

START_TEST(date_only_rows_have_no_hour)
{
    lab.txn->flags = TXN_DATE_ONLY;
    is("hour(time) = 23", '?', "the day alone is known");
    is("hour(time + 1h) is missing", 'y', "nor is an hour later");
    is("hour(2026-03-03T21:30Z) = 23", 'y', "another time has its hour");
    is("weekday(time) = tue", 'y', "the day is known");
    is("date(time) = 2026-03-03", 'y', "the day is known");
}
END_TEST

START_TEST(finer_channels_belong_to_the_word_above)
{
    lab_num(&lab, TXN_CHANNEL, CHANNEL_ATM);
    is("channel = cash", 'y', "a machine gives cash");
    is("channel != cash", 'n', "likewise");
    is("channel in (card, cash)", 'y', "likewise");
    is("channel = atm", 'y', "the finer word");
    is("channel = counter", 'n', "another finer word");
    is("default(channel, other) = cash", 'y', "through a function");
    is("channel in (card, default(channel, cash))", 'y', "beside something that is no word");
    is("channel in (cash, default(channel, card))", 'y', "likewise");
    lab_num(&lab, TXN_CHANNEL, CHANNEL_CASH);
    is("channel = atm", 'n', "the word above is not the finer one");
    lab_num(&lab, TXN_CHANNEL, CHANNEL_PREPAID);
    is("channel = card", 'y', "a prepaid card");
    lab_num(&lab, TXN_CHANNEL, CHANNEL_EXCHANGE);
    is("channel = other", 'y', "an exchange office");
}
END_TEST

START_TEST(round_is_judged_in_the_rows_currency)
{
    lab_num(&lab, TXN_CURRENCY, code_pack("JPY", 3));
    lab_num(&lab, TXN_AMOUNT, 60050);
    is("is_round(amount, 50)", 'y', "yen have no decimals");
    is("units(amount) = 60050", 'y', "likewise");
    lab_num(&lab, TXN_CURRENCY, code_pack("TND", 3));
    is("is_round(amount, 50)", 'n', "dinars have three: 60.050");
    is("units(amount) = 60.05", 'y', "likewise");
    lab.txn->present &= ~(UINT64_C(1) << TXN_CURRENCY);
    is("is_round(amount, 50)", '?', "nobody knows");
}
END_TEST

START_TEST(tables_are_read_by_the_rows_day)
{
    is("lookup(cash_report, AL) = 300 EUR", 'y', "the last day it applies, in the pack's zone");
    lab_num(&lab, TXN_TIME, lab.txn->at_us + 3600 * US_PER_S);
    is("lookup(cash_report, AL) is missing", 'y', "half past midnight in Athens");
}
END_TEST

/* --- account view --- */

START_TEST(own_is_the_side_looked_at)
{
    lab.scope.own = true;
    is("own.country = GR and counterparty.country = TR and direction = outgoing", 'y',
        "the originator's side");
    lab.side = SIDE_BENEFICIARY;
    is("own.country = TR and counterparty.country = GR and direction = incoming", 'y',
        "the beneficiary's side");
    is("own.account = \"ACC2\" and counterparty.phone starts with \"+30\"", 'y', "texts");
    is("own.name = \"x\"", '?', "missing on this side");
    is("own.country in route_countries", 'y', "lists");
    is("direction in (outgoing)", 'n', "direction among words");
    is("own.account != counterparty.account", 'y', "both");
    is("default(own.opened, counterparty.opened) = 2026-01-01", 'y', "both");
}
END_TEST

/* --- who is to blame --- */

static const struct {
    const char *text;
    int field;
    const char *why;
} blames[] = {
    {"beneficiary.name = \"x\"", TXN_B_NAME, "the only one"},
    {"channel = transfer and beneficiary.city = \"x\"", TXN_B_CITY, "the one that was missing"},
    {"beneficiary.kind = person and beneficiary.city = \"x\"", TXN_B_KIND, "the first"},
    {"beneficiary.kind = person or channel = transfer", -1, "decided all the same"},
    {"(beneficiary.kind = person or channel = transfer) and beneficiary.opened > 2026-01-01",
        TXN_B_OPENED, "what decided does not count"},
    {"default(beneficiary.balance_eur, 1 EUR) < beneficiary.balance_eur", TXN_B_BALANCE_EUR,
        "the one without a substitute"},
    {"default(beneficiary.balance_eur, 700 EUR) > amount_eur and beneficiary.opened > 2026-01-01",
        TXN_B_OPENED, "a substitute was there"},
    {"beneficiary.city is missing and beneficiary.opened > 2026-01-01", TXN_B_OPENED,
        "to ask for presence is no blame"},
    {"amount_eur / 0 > 1 EUR", -1, "nothing was missing"},
    {"not (beneficiary.phone on hot_phones)", TXN_B_PHONE, "watchlists"},
    {"beneficiary.country in (GR, default(beneficiary.country, CY), "
     "iban_country(beneficiary.account))",
        -1, "no field was missing"},
    {"beneficiary.balance_eur + 1 EUR > beneficiary.balance_eur + 1 EUR", TXN_B_BALANCE_EUR,
        "through a part that is shared"},
};

START_TEST(the_first_missing_field_is_blamed)
{
    struct program *p = lab_program(&lab, blames[_i].text, TYPE_BOOL);
    struct value v;

    ck_assert_msg(p != NULL, "%s", lab_messages(&lab));
    for (int again = 0; again < 2; again++) {
        v = lab_run(&lab, p);
        ck_assert_msg(eval_undecided_field(lab.room) == blames[_i].field, "%s: %d, not %d: %s",
            blames[_i].text, eval_undecided_field(lab.room), blames[_i].field, blames[_i].why);
        ck_assert(v.set == 0 || blames[_i].field == -1);
    }
}
END_TEST

/* --- hits --- */

START_TEST(hits_are_recorded_for_say)
{
    const struct watch_record *hit;
    struct program *both = lab_program(
        &lab, "narrative on smuggling_terms and originator.phone on hot_phones", TYPE_BOOL);
    struct program *either =
        lab_program(&lab, "channel = transfer or originator.phone on hot_phones", TYPE_BOOL);
    struct program *no = lab_program(&lab, "channel = transfer", TYPE_BOOL);

    ck_assert(both != NULL && either != NULL && no != NULL);
    (void)lab_run(&lab, both);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 2);
    ck_assert(bytes_equal(hit[0].watch->name, bytes_of("smuggling_terms")));
    ck_assert_uint_eq(hit[0].field, TXN_NARRATIVE);
    ck_assert(bytes_equal(hit[1].hit.id, bytes_of("W17")));
    (void)lab_run(&lab, no);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 2); /* asks no list, forgets nothing */
    (void)lab_run(&lab, both);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 2);
    eval_next_row(lab.room);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 0);
    (void)lab_run(&lab, either);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 1); /* though it no longer decided */
    lab.txn->present &= ~(UINT64_C(1) << TXN_O_PHONE);
    eval_next_row(lab.room);
    lab_num(&lab, TXN_CHANNEL, CHANNEL_CASH);
    ck_assert_int_eq(lab_run(&lab, either).set, 0);
    ck_assert_uint_eq(eval_watch_hits(lab.room, &hit), 0);
}
END_TEST

START_TEST(an_ended_entry_no_longer_counts)
{
    is("originator.phone on hot_phones", 'y', "before its end");
    lab_num(&lab, TXN_TIME, civil_days(2027, 7, 1) * US_PER_DAY);
    is("originator.phone on hot_phones", 'n', "after its end");
}
END_TEST

/* --- foldings belong to a row --- */

START_TEST(another_row_is_folded_anew)
{
    struct program *p = lab_program(&lab, "narrative = \"hawala büro 12\"", TYPE_BOOL);

    ck_assert_ptr_nonnull(p);
    ck_assert(lab_run(&lab, p).num == 1);
    lab_text(&lab, TXN_NARRATIVE, "rent");
    eval_next_row(lab.room);
    ck_assert(lab_run(&lab, p).num == 0);
}
END_TEST

START_TEST(trouble_is_counted)
{
    struct buf text = {0};
    const char *narrative;

    is("999999999999999999 EUR * 999999999999999999 * 999999999999999999 > amount_eur", '?',
        "too large");
    ck_assert_uint_eq(eval_room_counts(lab.room).overflow, 1);
    for (int i = 0; i < 40; i++)
        buf_byte(&text, 'a');
    buf_text(&text, "!");
    buf_byte(&text, '\0');
    narrative = text.at;
    lab_text(&lab, TXN_NARRATIVE, narrative);
    buf_fini(&text);
    eval_next_row(lab.room);
    is("narrative matches /^(a+)+$/", '?', "the pattern met its limit");
    ck_assert_uint_eq(eval_room_counts(lab.room).inconclusive, 1);
}
END_TEST

/* Conditions on texts answer alike whether a matcher says who may be found, or all are tried. */
START_TEST(a_matcher_changes_no_answer)
{
    static const char *const subject[] = {"narrative", "originator.name", "reference",
        "default(reference, narrative)", "originator.city"};
    static const char *const test[] = {"matches /\\bhawala\\b/", "matches /[hš]un?di/",
        "matches /SEA/c", "matches /a.*t/", "contains \"sea tick\"", "contains \"ŠUNDI\"",
        "contains \"a\"", "on smuggling_terms", "on smuggling_terms at 2", "matches /(a+)+\\d$/"};
    static const char *const part[] = {"hawala", "HAWALA", "hundi", "šundi", "sea ticket", "SEA",
        " ", "  ", ", ", "Sea  Ticket", "šundì", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "st"};
    enum { SUBJECTS = 5, TESTS = 10, PARTS = 14 };
    static const unsigned field[] = {TXN_NARRATIVE, TXN_O_NAME, TXN_REFERENCE, TXN_O_CITY};
    struct program *alone[SUBJECTS * TESTS], *together[SUBJECTS * TESTS];
    uint64_t seed = 11;
    size_t yes = 0;

    for (int way = 0; way < 2; way++) {
        lab.scope.matcher = way == 0 ? NULL : matcher_new(&lab.arena);
        for (int i = 0; i < SUBJECTS * TESTS; i++) {
            char text[200];

            (void)snprintf(text, sizeof text, "%s %s", subject[i / TESTS], test[i % TESTS]);
            (way == 0 ? alone : together)[i] = lab_program(&lab, text, TYPE_BOOL);
        }
    }
    ck_assert(matcher_build(lab.scope.matcher));
    for (int n = 0; n < 400; n++) {
        lab_row(&lab);
        for (size_t f = 0; f < 4; f++) {
            struct buf text = {0};

            for (size_t k = rng_below(&seed, 6); k > 0; k--)
                buf_text(&text, part[rng_below(&seed, PARTS)]);
            buf_byte(&text, '\0');
            if (text.size > 1)
                lab_text(&lab, field[f], text.at);
            buf_fini(&text);
        }
        eval_next_row(lab.room);
        for (int i = 0; i < SUBJECTS * TESTS; i++) {
            struct value a, b;

            ck_assert(alone[i] != NULL && together[i] != NULL);
            a = lab_run(&lab, alone[i]);
            b = lab_run(&lab, together[i]);
            ck_assert_msg(a.set == b.set && (!a.set || a.num == b.num), "%s %s in row %d",
                subject[i / TESTS], test[i % TESTS], n);
            yes += a.set && a.num != 0;
        }
    }
    ck_assert_uint_gt(yes, 500);
    lab.scope.matcher = NULL;
}
END_TEST

START_TEST(without_a_transaction_fields_are_missing)
{
    struct program *p =
        lab_program(&lab, "amount_eur > 5 EUR or time > 2026-01-01T00:00Z", TYPE_BOOL);
    struct eval_frame frame = {.txn = NULL};

    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(program_run(p, lab.room, &frame).set, 0);
    p = lab_program(
        &lab, "age(originator.opened) > 5d or lookup(cash_report, GR) > 1 EUR", TYPE_BOOL);
    ck_assert_int_eq(program_run(p, lab.room, &frame).set, 0);
}
END_TEST

/* --- the slow twin --- */

enum { TWIN_LOOPS = 40, TWIN_EACH = 600 };

START_TEST(agrees_with_the_slow_twin)
{
    uint64_t seed = (uint64_t)_i * 7919 + 1;

    for (int i = 0; i < TWIN_EACH; i++) {
        if (i % 16 == 0)
            twin_row(&lab, &seed);
        twin_compare(&lab, &seed);
        if (i % 50 == 49)
            lab_fresh(&lab);
    }
}
END_TEST

#define ROWS(table) ((int)(sizeof table / sizeof *table))

Suite *
suite_eval(void)
{
    Suite *s = suite_create("eval");
    TCase *t = tcase_create("tables"), *w = tcase_create("twin");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, conditions_are_what_they_say, 0, ROWS(cases));
    tcase_add_loop_test(t, and_or_follow_the_tables, 0, 9);
    tcase_add_test(t, date_only_rows_have_no_hour);
    tcase_add_test(t, finer_channels_belong_to_the_word_above);
    tcase_add_test(t, round_is_judged_in_the_rows_currency);
    tcase_add_test(t, tables_are_read_by_the_rows_day);
    tcase_add_test(t, own_is_the_side_looked_at);
    tcase_add_loop_test(t, the_first_missing_field_is_blamed, 0, ROWS(blames));
    tcase_add_test(t, hits_are_recorded_for_say);
    tcase_add_test(t, an_ended_entry_no_longer_counts);
    tcase_add_test(t, another_row_is_folded_anew);
    tcase_add_test(t, trouble_is_counted);
    tcase_add_test(t, a_matcher_changes_no_answer);
    tcase_add_test(t, without_a_transaction_fields_are_missing);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(w, setup, teardown);
    tcase_set_timeout(w, 60);
    tcase_add_loop_test(w, agrees_with_the_slow_twin, 0, TWIN_LOOPS);
    suite_add_tcase(s, w);
    return s;
}
