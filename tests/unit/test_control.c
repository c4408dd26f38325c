/*
 * Totals a file states of itself: agreed, differing, missing; statements, reversals, other marks,
 * places of currencies, rows set aside; and random files with one digit changed.
 */
#include <stdio.h>
#include <string.h>

#include "ingest/feed.h"
#include "support/ingest_rig.h"
#include "support/rng.h"
#include "support/suites.h"

#define HEAD "mapping: m\nbank: B\nzone: UTC\ndates: [YYYY-MM-DD]\n"
#define PAYMENTS                                                                                   \
    HEAD "footer: ^Total\ncolumns: {time: d, originator.account: o, beneficiary.account: b, "      \
         "amount: a, currency: c}\n"
#define STATEMENT                                                                                  \
    HEAD "delimiter: ;\ndecimal: \",\"\nthousands: \".\"\nskip_lines: 2\nsign: reversal\n"         \
         "columns: {time: d, account: o, debit: out, credit: in}\nconstants: {currency: EUR}\n"

static struct rig rig;
static struct feed_counts counts;

/* Read the file to its end; the code it was refused with, or "". */
static const char *
verdict(const char *yaml, const char *text)
{
    const char *path = rig_file("a.csv", text, strlen(text));
    struct feed_spec spec = {.path = path,
        .shown = "a.csv",
        .mapping = &rig.mapping,
        .env = &rig.env,
        .fields = TXN_FIELD_COUNT};
    struct batch *b = batch_new(64, TXN_FIELD_COUNT, 0);
    struct feed *f;
    enum weir_status st;

    rig_mapping(&rig, yaml);
    rig.env.as_of_day = INT64_MAX;
    ck_assert_int_eq(feed_open(&spec, &f, &rig.err), WEIR_OK);
    while ((st = feed_next(f, b, &rig.err)) == WEIR_OK)
        continue;
    ck_assert_int_eq(feed_ended(f), st == WEIR_END ? FEED_DONE : FEED_DAMAGED);
    feed_counts(f, &counts);
    feed_close(f);
    batch_free(b);
    rig_remove(path);
    return rig.err.code;
}

static const struct told {
    const char *why, *yaml, *text, *code, *says;
} told[] = {
    {"rows and sum agree, whatever the currencies",
        PAYMENTS "control: {rows: 'Total (\\d+)', sum: 'Total \\d+ rows,([^,]*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\n2026-01-02,A,B,7,JPY\n2026-01-03,A,B,1.125,TND\n"
        "Total 3 rows,18.625\n",
        "", ""},
    {"a row is missing", PAYMENTS "control: {rows: 'Total (\\d+)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\nTotal 2 rows\n", "E222",
        "the file says `rows` is 2, and what was read makes 1"},
    {"a cent is missing", PAYMENTS "control: {sum: 'Total (.*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\nTotal 10.51\n", "E222",
        "the file says `sum` is 10.51, and what was read makes 10.5"},
    {"the line is cut off", PAYMENTS "control: {rows: 'Total (\\d+)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\n", "E222", "may have been cut off"},
    {"no number", PAYMENTS "control: {sum: 'Total (.*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\nTotal many\n", "E222", "no number"},
    {"credits and debits of a statement, stated before its rows",
        STATEMENT
        "control: {credits: 'In: ([\\d.,]+)', debits: 'Out: ([\\d.,]+)', sum: 'Net: (.*)'}\n",
        "Statement 7\nIn: 1.500,00 Out: 2.000,50 Net: -500,50\nd;o;out;in\n"
        "2026-01-02;A;2.000,50;\n2026-01-03;A;;1.500,00\n",
        "", ""},
    {"what is taken back is subtracted where it stood",
        STATEMENT "control: {credits: 'In: ([\\d.,]+)', debits: 'Out: ([\\d.,-]+)'}\n",
        "Statement 7\nIn: 100,00 Out: 20,00\nd;o;out;in\n"
        "2026-01-02;A;;100,00\n2026-01-03;A;50,00;\n2026-01-04;A;-30,00;\n",
        "", ""},
    {"credits and debits are two totals",
        STATEMENT "control: {credits: 'In: ([\\d.,]+)', debits: 'Out: ([\\d.,]+)'}\n",
        "Statement 7\nIn: 100,00 Out: 50,00\nd;o;out;in\n"
        "2026-01-02;A;;50,00\n2026-01-03;A;100,00;\n",
        "E222", "`credits` is 100, and what was read makes 50"},
    {"minor units", PAYMENTS "units: minor\ncontrol: {sum: 'Total (.*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,1050,EUR\n2026-01-02,A,B,7,JPY\nTotal 1057\n", "", ""},
    {"beside a row set aside the number of rows still counts",
        PAYMENTS "control: {rows: 'Total (\\d+)', sum: ', (.*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\n2026-01-02,A,B,none,EUR\nTotal 2, 99\n", "", ""},
    {"... and may be wrong", PAYMENTS "control: {rows: 'Total (\\d+)', sum: ', (.*)'}\n",
        "d,o,b,a,c\n2026-01-02,A,B,10.50,EUR\n2026-01-02,A,B,none,EUR\nTotal 3, 99\n", "E222",
        "`rows` is 3"},
};

START_TEST(a_file_is_held_to_what_it_says_of_itself)
{
    const struct told *t = &told[_i];

    ck_assert_msg(strcmp(verdict(t->yaml, t->text), t->code) == 0, "%s: %s %s", t->why,
        rig.err.code, rig.err.text);
    ck_assert_msg(strstr(rig.err.text, t->says) != NULL, "%s: %s", t->why, rig.err.text);
    if (t->code[0] == '\0')
        ck_assert_int_eq(
            counts.control, counts.quarantined > 0 ? CONTROL_ROWS_ONLY : CONTROL_AGREE);
    rig_fini(&rig);
}
END_TEST

/* Rows in cents with their true total; then one digit of one amount is another. */
START_TEST(one_digit_changed_is_found)
{
    uint64_t g = 77;

    for (int round = 0; round < 200; round++) {
        char text[4096];
        size_t n = (size_t)snprintf(text, sizeof text, "d,o,b,a,c\n"), rows = 1 + rng_below(&g, 40);
        size_t place[40];
        unsigned long long sum = 0;
        char *digit;

        for (size_t i = 0; i < rows; i++) {
            unsigned long long cents = 1000 + rng_below(&g, 900000);

            sum += cents;
            n += (size_t)snprintf(text + n, sizeof text - n, "2026-01-02,A%zu,B,", i);
            place[i] = n;
            n += (size_t)snprintf(
                text + n, sizeof text - n, "%llu.%02llu,EUR\n", cents / 100, cents % 100);
        }
        (void)snprintf(text + n, sizeof text - n, "Total %llu.%02llu\n", sum / 100, sum % 100);
        ck_assert_str_eq(verdict(PAYMENTS "control: {sum: 'Total (.*)'}\n", text), "");
        rig_fini(&rig);
        digit = &text[place[rng_below(&g, rows)]];
        *digit = *digit == '9' ? '8' : (char)(*digit + 1);
        ck_assert_str_eq(verdict(PAYMENTS "control: {sum: 'Total (.*)'}\n", text), "E222");
        rig_fini(&rig);
    }
}
END_TEST

static const struct unfit {
    const char *yaml, *code, *says;
} unfit[] = {
    {PAYMENTS "control: {row: 'Total (\\d+)'}\n", "R203", "rows"},
    {PAYMENTS "control: {rows: '(a)(b)'}\n", "R232", "which part"},
    {PAYMENTS "control: {credits: 'In (.*)'}\n", "R239", "`sum`"},
    {PAYMENTS "format: jsonl\ncontrol: {rows: 'Total (\\d+)'}\n", "R239", "JSON Lines"},
};

START_TEST(a_control_that_cannot_be_is_explained)
{
    struct buf text = {0};

    rig_complaints(unfit[_i].yaml, &text);
    buf_byte(&text, '\0');
    ck_assert_msg(strstr(text.at, unfit[_i].code) != NULL, "%s", text.at);
    ck_assert_msg(strstr(text.at, unfit[_i].says) != NULL, "%s", text.at);
    buf_fini(&text);
}
END_TEST

Suite *
suite_control(void)
{
    Suite *s = suite_create("control");
    TCase *tc = tcase_create("control");

    tcase_add_loop_test(
        tc, a_file_is_held_to_what_it_says_of_itself, 0, sizeof told / sizeof *told);
    tcase_add_test(tc, one_digit_changed_is_found);
    tcase_add_loop_test(tc, a_control_that_cannot_be_is_explained, 0, sizeof unfit / sizeof *unfit);
    suite_add_tcase(s, tc);
    return s;
}
