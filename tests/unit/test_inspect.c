/*
 * Unknown files: what inspect says of them; that what it proposes loads and reads the rows; and
 * that day and month are never guessed.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ingest/inspect.h"
#include "support/ingest_rig.h"
#include "support/skip.h"
#include "support/suites.h"
#include "text/diag.h"

static const struct seen {
    const char *why, *name, *text, *says[8], *not_says;
} seen[] = {
    {"English, signed", "export.csv",
        "Date,Account,Amount,Currency,Description\n2026-01-31,RS1,-5.50,EUR,rent\n",
        {"dates: [\"YYYY-MM-DD\"]", "time: Date", "account: Account", "amount: Amount",
            "currency: Currency", "narrative: Description", "row 1, money out"},
        "error["},
    {"Serbian in windows-1250", "izvod-2026.csv",
        "Redni broj;Datum knji\x9e"
        "enja;Duguje;Potra\x9euje;Ra\xe8un primaoca;Svrha pla\xe6"
        "anja\n"
        "1;31.01.2026;1.200,50;;RS35265000000012345678;ra\xe8un\n2;31.01.2026;;2.000,00;"
        "RS35265000000099999999;plata\n",
        {"encoding: windows-1250", "delimiter: \";\"", "dates: [\"DD.MM.YYYY\"]", "decimal: \",\"",
            "thousands: \".\"", "debit: Duguje", "ignore: [Redni broj]"},
        "error["},
    {"day or month first cannot be known", "x.csv",
        "Date,Account,Amount,Currency\n02/01/2026,A1234567,-5.00,EUR\n03/04/"
        "2026,A1234567,5.00,EUR\n",
        {"Nothing is guessed", "# dates: [\"DD/MM/YYYY\"]", "# dates: [\"MM/DD/YYYY\"]",
            "\ndates: []\n", "would be set aside: Q_DATE"},
        "error["},
    {"one date settles it", "x.csv",
        "Date,Account,Amount,Currency\n02/01/2026,A1234567,-5.00,EUR\n03/14/"
        "2026,A1234567,5.00,EUR\n",
        {"dates: [\"MM/DD/YYYY\"]", "row 1, money out"}, "Nothing is guessed"},
    {"the value date settles the booking date", "x.csv",
        "Date,Value date,Account,Amount,Currency\n02/01/2026,31/01/2026,A1234567,-5.00,EUR\n",
        {"dates: [\"DD/MM/YYYY\"]", "value_time: Value date"}, "Nothing is guessed"},
    {"lines before the header", "statement_778812345.csv",
        "Statement of "
        "account\nPeriod;January\nDate;Amount;Currency;Details\n31.01.2026;-5,00;EUR;x\n30.01.2026;"
        "6,00;EUR;y\n",
        {"header: '^Date;Amount", "account: {file: '(\\d{9})'}", "dates: [\"DD.MM.YYYY\"]"},
        "error["},
    {"a flag everybody knows", "x.csv",
        "Date;Account;Amount;Currency;Direction\n31.01.2026;A1234567;5,00;EUR;DBIT\n31.01.2026;"
        "A1234567;6,00;EUR;CRDT\n",
        {"'DBIT': out", "'CRDT': in", "row 1, money out", "row 2, money in"}, "error["},
    {"a flag nobody can know", "x.csv",
        "Date;Account;Amount;Currency;Direction\n31.01.2026;A1234567;5,00;EUR;K\n31.01.2026;"
        "A1234567;6,00;EUR;Z\n",
        {"# CHECK, and take away the #:  'K': in or out?", "Q_DIRECTION"}, "error["},
    {"payment messages", "x.csv",
        "id,timestamp,originator.account,beneficiary.account,amount,currency\n1,2026-01-31T10:00:"
        "00Z,A1,B1,5.00,EUR\n",
        {"originator.account: originator.account", "beneficiary.account: beneficiary.account",
            "id: id", "dates: [\"YYYY-MM-DDTHH:mm:ssZ\"]"},
        "account: UNKNOWN"},
    {"JSON Lines", "x.jsonl",
        "{\"id\":\"1\",\"date\":\"2026-01-31\",\"account\":\"A1234567\",\"amount\":{\"amount\":\"-"
        "5.00\",\"currency\":\"EUR\"}}\n",
        {"format: jsonl", "time: date", "amount: amount.amount", "currency: amount.currency",
            "row 1, money out"},
        "error["},
    {"no header", "x.csv", "31.01.2026;-5,00;some text here;EUR\n30.01.2026;6,00;other text;EUR\n",
        {"header: false", "time: 1", "amount: 2", "narrative: 3", "currency: 4"}, "error["},
    {"local times", "x.csv",
        "Date,Account,Amount,Currency\n2026-01-31 10:00:00,A1234567,-5.00,EUR\n",
        {"dates: [\"YYYY-MM-DD HH:mm:ss\"]", "zone: Europe/Belgrade    # CHECK"}, "error["},
    {"pending rows", "x.csv",
        "Date,Amount,Description\nPending,5.00,a\n31-Jan-2026,6.00,b\n30-Jan-2026,6.00,b\n29-Jan-"
        "2026,6.00,b\n",
        {"regex: '^Pending$'", "invert: true", "dates: [\"DD-MMM-YYYY\"]"}, "error["},
};

static void
inspected(const char *path, const struct mappings *mappings, struct buf *out)
{
    struct weir_err err = {0};

    ck_assert_msg(inspect_run(path, mappings, 3, out, &err) == WEIR_OK, "%s", err.text);
    buf_byte(out, '\0');
}

START_TEST(says_what_a_file_is_and_proposes_a_mapping)
{
    const struct seen *s = &seen[_i];
    const char *path = rig_file(s->name, s->text, strlen(s->text));
    struct buf out = {0};
    struct rig rig;

    inspected(path, NULL, &out);
    rig_remove(path);
    for (int i = 0; i < 8 && s->says[i] != NULL; i++)
        ck_assert_msg(strstr(out.at, s->says[i]) != NULL, "%s: `%s` is not in\n%s", s->why,
            s->says[i], out.at);
    ck_assert_msg(
        strstr(out.at, s->not_says) == NULL, "%s: `%s` is in\n%s", s->why, s->not_says, out.at);
    rig_mapping(&rig, out.at); /* the whole answer is a mapping with remarks */
    rig_fini(&rig);
    buf_fini(&out);
}
END_TEST

START_TEST(every_real_file_gets_a_mapping_that_loads)
{
    static const char *const files[] = {"20171001-20171106.csv", "20180226-1000594757-umsatz.CSV",
        "2019-03-02_11-50-46_bunq-statement.csv", "MS_JANE_SMITH_01-12-2019_14-12-2019.csv",
        "MonzoDataExport_February2018_2018-02-26_174335.csv",
        "Movements_1234512345_201805271848.csv", "TransactionHistory_20180418043121.csv",
        "Umsaetze_KtoNr538917600_EUR_02-03-2018_1503.CSV",
        "dba33fceecd62c3c727893361e0ba4d3.P000000027355791.csv", "kta_ei.dat",
        "test_BOI_TransactionExport.csv", "test_delimiter_tab.csv", "test_headers.csv",
        "test_raiffeisen_01.csv", "test_row_format_CD_flag.csv", "test_row_format_default.csv",
        "test_row_format_neg_inflow.csv"};
    char below[120];
    const char *path;
    struct buf out = {0};
    struct rig rig;

    (void)snprintf(below, sizeof below, "csv/%s", files[_i]);
    path = fixture(below);
    if (path == NULL) {
        skip("the fixtures of bank files are not here");
        return;
    }
    inspected(path, NULL, &out);
    ck_assert_msg(strstr(out.at, "row 1, money") != NULL || strstr(out.at, "row 4, money") != NULL,
        "%s", out.at);
    rig_mapping(&rig, out.at);
    rig_read_path(&rig, path);
    ck_assert_msg(rig.opened == WEIR_OK, "%s", rig.err.text);
    ck_assert_uint_ge(rig.rows->count, 1);
    rig_fini(&rig);
    buf_fini(&out);
}
END_TEST

START_TEST(with_a_mapping_it_only_shows_rows)
{
    static const char yaml[] =
        "mapping: mine\nbank: B\ndates: [YYYY-MM-DD]\ncolumns: {time: d, account: a, amount: s}\n"
        "constants: {currency: EUR}\n";
    const char *path = rig_file("m.yaml", yaml, strlen(yaml));
    struct arena arena;
    struct diags *ds = diags_new();
    struct mappings *all = NULL;
    struct buf out = {0};

    arena_init(&arena, 0, "test");
    ck_assert(mappings_load(&arena, ds, path, &all));
    rig_remove(path);
    path = rig_file("x.csv", "d,a,s\n2026-01-05,A,-5\n2026-01-05,A,5x\n", 38);
    inspected(path, all, &out);
    rig_remove(path);
    ck_assert_msg(strstr(out.at, "mapping mine") != NULL, "%s", out.at);
    ck_assert_msg(strstr(out.at, "5.00 EUR") != NULL, "%s", out.at);
    ck_assert_msg(strstr(out.at, "Q_AMOUNT") != NULL, "%s", out.at);
    ck_assert_msg(strstr(out.at, "columns:") == NULL, "%s", out.at);
    mappings_free(all);
    diags_free(ds);
    arena_fini(&arena);
    buf_fini(&out);
}
END_TEST

START_TEST(strange_files_do_no_harm)
{
    static const char *const texts[] = {"\n", "\n\n\n", "a", ",,,,\n", "\"", "\"a\n\"b", "{",
        "{\"a\":1", "{}\n", "{\"a\":[1,{\"b\":2}]}\n", "1\n2\n3\n",
        ";;;;;;;;;;;;;;;;\n;;;;;;;;;;;;;;;;\n", "a;b\n'';'\n", "d,a\n'# x: y\n", "date,amount\n,\n",
        "date,date,date\n1,2,3\n", "\xff\xfe", "\xef\xbb\xbf"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *path = rig_file("x'y.csv", texts[i], strlen(texts[i]));
        struct buf out = {0};
        struct weir_err err = {0};

        if (inspect_run(path, NULL, 2, &out, &err) == WEIR_OK) {
            buf_byte(&out, '\0');
            ck_assert_msg(strstr(out.at, "error[") == NULL, "`%s`:\n%s", texts[i], out.at);
        }
        rig_remove(path);
        buf_fini(&out);
    }
}
END_TEST

Suite *
suite_inspect(void)
{
    Suite *s = suite_create("inspect");
    TCase *c = tcase_create("inspect");

    tcase_add_loop_test(
        c, says_what_a_file_is_and_proposes_a_mapping, 0, sizeof seen / sizeof *seen);
    tcase_add_loop_test(c, every_real_file_gets_a_mapping_that_loads, 0, 17);
    tcase_add_test(c, with_a_mapping_it_only_shows_rows);
    tcase_add_test(c, strange_files_do_no_harm);
    suite_add_tcase(s, c);
    return s;
}
