/*
 * Mappings: what must be refused, and with which words; what may be left out; which one a file is
 * for; folders; memory that runs out.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "support/ingest_rig.h"
#include "support/suites.h"
#include "text/diag.h"

#define HEAD "mapping: a\nbank: B\n"
#define DATES "dates: [DD.MM.YYYY]\n"
#define COLUMNS "columns: {time: 1, account: 2, amount: 3, currency: 4}\nheader: false\n"
#define GOOD HEAD DATES COLUMNS

static const struct refused {
    const char *why, *yaml, *code, *says;
} refused[] = {
    {"nothing at all", "", "R2", ""},
    {"a list", "- a\n", "R202", "keys with values"},
    {"a misspelt key", GOOD "delimeter: \";\"\n", "R203", "did you mean `delimiter`?"},
    {"a key of no mapping", GOOD "colour: red\n", "R203", "a mapping has no key `colour`"},
    {"the same key twice", GOOD "decimal: \",\"\ndecimal: \".\"\n", "R105", "decimal"},
    {"a misspelt field",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, currency: 4, "
                   "narative: 5}\n",
        "R203", "did you mean `narrative`?"},
    {"a misspelt field of a side",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, counterparty.nam: 5}\n",
        "R203", "did you mean `counterparty.name`?"},
    {"a field that is reckoned",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, amount_eur: 5}\n",
        "R238", "day's rate"},
    {"the bank as a column",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, source.bank: 5}\n",
        "R238", "`bank:`"},
    {"no name", "bank: B\n" DATES COLUMNS, "R201", "the key `mapping`"},
    {"no bank", "mapping: a\n" DATES COLUMNS, "R201", "the key `bank`"},
    {"no columns", HEAD DATES, "R201", "the key `columns`"},
    {"no dates", HEAD COLUMNS, "R201", "the key `dates`"},
    {"no time", HEAD DATES "header: false\ncolumns: {account: 2, amount: 3, currency: 4}\n", "R201",
        "`time` under `columns`"},
    {"no amount", HEAD DATES "header: false\ncolumns: {time: 1, account: 2, currency: 4}\n", "R201",
        "`amount` under `columns`"},
    {"no currency", HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3}\n", "R201",
        "`currency`"},
    {"no account of a statement",
        HEAD DATES "header: false\ncolumns: {time: 1, debit: 2, credit: 3, "
                   "currency: 4}\n",
        "R201", "`account`"},
    {"no account of a message",
        HEAD DATES "header: false\ncolumns: {time: 1, amount: 3, currency: 4}\n", "R201",
        "an account under `columns`"},
    {"one half of two columns",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, debit: 3, "
                   "currency: 4}\n",
        "R201", "`credit` beside `debit`"},
    {"an amount in two places",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "debit: 5, credit: 6, currency: 4}\n",
        "R234", "an amount stands in one place"},
    {"two ways to tell the direction",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, debit: 5, "
                   "credit: 6, direction: 7, currency: 4}\n",
        "R234", "already tell it"},
    {"a side and its originator",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, own.name: 5, originator.name: 6}\n",
        "R234", "both given"},
    {"a field twice", GOOD "constants: {currency: EUR}\n", "R234", "a second time"},
    {"a time by two names",
        HEAD DATES "header: false\ncolumns: {time: 1, booked: 5, account: 2, "
                   "amount: 3, currency: 4}\n",
        "R234", "a second time"},
    {"a picture of strftime", HEAD COLUMNS "dates: [\"%d.%m.%Y\"]\n", "R230",
        "for example DD.MM.YYYY"},
    {"a picture in small letters", HEAD COLUMNS "dates: [dd.mm.yyyy]\n", "R230",
        "no picture of a date"},
    {"day first and month first", HEAD COLUMNS "dates: [DD/MM/YYYY, MM/DD/YYYY]\n", "R231",
        "never guessed"},
    {"a local time without a zone", HEAD COLUMNS "dates: [\"DD.MM.YYYY HH:mm\"]\n", "R201",
        "`zone`"},
    {"a date without a year", HEAD COLUMNS "dates: [DD.MM]\n", "R201", "`year`"},
    {"a zone nobody knows", GOOD "zone: Europe/Belgrad\n", "R233", "Europe/Belgrad"},
    {"two bytes as delimiter", GOOD "delimiter: \";;\"\n", "R204", "one ASCII character"},
    {"no delimiter", GOOD "delimiter: none\n", "R204", "one ASCII character"},
    {"a letter beyond ASCII as delimiter", GOOD "delimiter: \"§\"\n", "R204",
        "one ASCII character"},
    {"delimiter and quote alike", GOOD "delimiter: '\"'\n", "R239", "the same character"},
    {"a format nobody knows", GOOD "format: xml\n", "R204", "csv or jsonl"},
    {"lines that are no number", GOOD "skip_lines: five\n", "R208", "whole number"},
    {"lines below nought", GOOD "skip_lines: -1\n", "R208", "whole number"},
    {"a bad decimal mark", GOOD "decimal: \"'\"\n", "R204", "`decimal`"},
    {"a bad mark of thousands", GOOD "thousands: x\n", "R204", "`thousands`"},
    {"both marks alike", GOOD "decimal: \",\"\nthousands: \",\"\n", "R239", "the same mark"},
    {"a broken expression", GOOD "footer: \"(\"\n", "R232", "cannot be read"},
    {"an expression that lifts limits", GOOD "footer: \"(*LIMIT_MATCH=9)a\"\n", "R232",
        "cannot be read"},
    {"two wanted parts",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {file: '(a)(b)'}, amount: 3, "
                   "currency: 4}\n",
        "R232", "which part"},
    {"a value from nowhere",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {map: {a: b}}, amount: 3, "
                   "currency: 4}\n",
        "R234", "where its value comes from"},
    {"a value from two places",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {column: 1, constant: "
                   "b}, amount: 3, currency: 4}\n",
        "R234", "more than one origin"},
    {"an unknown key of an origin",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {colum: 1}, "
                   "amount: 3, currency: 4}\n",
        "R203", "did you mean `column`?"},
    {"a channel that is none", GOOD "constants: {channel: chas}\n", "R212", "`chas`"},
    {"a channel a map makes up",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, channel: {column: 5, map: {A: plane}}}\n",
        "R212", "`plane`"},
    {"a direction that is none",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, direction: {column: 5, map: {D: left}}}\n",
        "R212", "in or out"},
    {"a currency that is none",
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3}\n"
                   "constants: {currency: EURO}\n",
        "R212", "`EURO`"},
    {"a country that is none", GOOD "country: Serbia\n", "R212", "`Serbia`"},
    {"else without words",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {column: 2, else: x}, "
                   "amount: 3, currency: 4}\n",
        "R204", "`else`"},
    {"a match that is no list",
        HEAD DATES "header: false\ncolumns: {time: 1, account: {column: 2, match: x}, "
                   "amount: 3, currency: 4}\n",
        "R204", "tried in order"},
    {"a column by name without header",
        HEAD DATES "header: false\ncolumns: {time: Date, account: 2, "
                   "amount: 3, currency: 4}\n",
        "R237", "no header"},
    {"column nought",
        HEAD DATES "header: false\ncolumns: {time: 0, account: 2, amount: 3, currency: 4}\n",
        "R209", "from 1 to"},
    {"no column in a list",
        HEAD DATES "header: false\ncolumns: {time: [], account: 2, amount: 3, "
                   "currency: 4}\n",
        "R204", "one column or more"},
    {"an unknown condition of match", GOOD "match: {fil: a}\n", "R203", "did you mean `file`?"},
    {"an empty match", GOOD "match: {}\n", "R204", "`match`"},
    {"half a condition", GOOD "skip_when: {column: 1}\n", "R204", "skip_when"},
    {"invert beside a flag",
        HEAD DATES "header: false\ninvert: true\ncolumns: {time: 1, account: 2, amount: 3, "
                   "currency: 4, direction: {column: 5, map: {D: out}}}\n",
        "R239", "`invert`"},
    {"a word that is no choice", GOOD "twins: twice\n", "R204", "count or once"},
    {"dots missing in strip", GOOD "strip: '=\"'\n", "R204", "in place of the value"},
    {"lines before JSON",
        HEAD DATES "format: jsonl\nskip_lines: 2\ncolumns: {time: a, account: b, amount: c, "
                   "currency: d}\n",
        "R239", "JSON Lines"},
    {"a name with a blank", "mapping: a b\nbank: B\n" DATES COLUMNS, "R235", "letters, digits"},
    {"two mappings in a file", GOOD "---\n" GOOD, "R236", "one mapping"},
    {"an alias", "mapping: &a a\nbank: *a\n" DATES COLUMNS, "R1", ""},
};

START_TEST(a_bad_mapping_is_refused_and_told_why)
{
    const struct refused *t = &refused[_i];
    struct buf out = {0};
    char code[16];

    rig_complaints(t->yaml, &out);
    (void)snprintf(code, sizeof code, "error[%s", t->code);
    ck_assert_msg(strstr(out.at, code) != NULL, "%s: %s is not in:\n%s", t->why, t->code, out.at);
    ck_assert_msg(
        strstr(out.at, t->says) != NULL, "%s: `%s` is not in:\n%s", t->why, t->says, out.at);
    buf_fini(&out);
}
END_TEST

static const char *const accepted[] = {
    GOOD,
    HEAD "dates: []\n" COLUMNS,
    GOOD "delimiter: tab\nquote: none\nescape: \"\\\\\"\nencoding: windows-1250\nskip_lines: 3\n",
    GOOD
    "match: {file: '^a', header: [x, y]}\nfooter: ^Sum\nshort_rows: allow\nzone: Europe/Belgrade\n",
    GOOD "decimal: \",\"\nthousands: blank\nsymbols: [€, EUR]\ncredit_mark: CR\ndebit_mark: DR\n",
    GOOD "units: minor\nzeros: allow\nsign: ignore\ninvert: true\nstrip: '=\"…\"'\ncountry: RS\n",
    GOOD
    "infer: country\ntwins: once\nignore: [7]\nskip_when: [{column: 1, regex: ^P}, {column: 2, "
    "regex: ^Q}]\n",
    HEAD "dates: [DD.MM]\nheader: false\ncolumns: {time: 1, year: {file: '(20\\d\\d)'}, account: "
         "2, amount: 3, "
         "currency: 4}\n",
    HEAD DATES
    "header: false\ncolumns: {time: 1, originator.account: 2, beneficiary.account: 3, amount: 4, "
    "currency: 5}\n",
    HEAD
    "format: jsonl\ndates: [\"YYYY-MM-DDTHH:mm:ssZ\"]\ncolumns: {time: a.b, originator.account: c, "
    "amount: d, currency: e.f.g}\n",
    HEAD DATES
    "header: '^Datum'\ncolumns: {time: Datum, account: {preamble: '(RS\\d+)'}, amount: Iznos, "
    "narrative: {columns: [a, b], join: ' / '}}\nconstants: {currency: RSD, channel: counter}\n",
};

START_TEST(a_good_mapping_loads)
{
    struct rig rig;

    rig_mapping(&rig, accepted[_i]);
    ck_assert_str_eq(mapping_name(&rig.mapping), "a");
    ck_assert_str_eq(mapping_bank(&rig.mapping), "B");
    rig_fini(&rig);
}
END_TEST

/* ---- which mapping a file is for ---- */

struct chooser {
    struct arena arena;
    struct diags *ds;
    struct mappings *all;
};

static void
add(struct chooser *c, const char *name, const char *yaml)
{
    const char *path = rig_file(name, yaml, strlen(yaml));
    struct buf out = {0};

    ck_assert(mappings_load(&c->arena, c->ds, path, &c->all));
    diags_print_text(c->ds, false, &out);
    ck_assert_msg(diags_errors(c->ds) == 0, "%.*s", (int)out.size, out.at);
    buf_fini(&out);
    rig_remove(path);
}

static void
open_chooser(struct chooser *c)
{
    *c = (struct chooser){.ds = diags_new()};
    arena_init(&c->arena, 0, "test");
}

static void
close_chooser(struct chooser *c)
{
    mappings_free(c->all);
    diags_free(c->ds);
    arena_fini(&c->arena);
}

/* The name of the mapping chosen for a file, or the start of the message. */
static const char *
chosen(struct chooser *c, const char *name, const char *text)
{
    static char room[sizeof(struct weir_err)];
    const char *path = rig_file(name, text, strlen(text));
    const struct mapping *m = NULL;
    struct weir_err err = {0};
    enum weir_status st = mapping_choose(c->all, path, &m, &err);

    if (st == WEIR_OK)
        (void)snprintf(room, sizeof room, "%s", mapping_name(m));
    else
        (void)snprintf(room, sizeof room, "%s %s", err.code, err.text);
    rig_remove(path);
    return room;
}

#define NAMED(name, match)                                                                         \
    "mapping: " name "\nbank: B\n" DATES                                                           \
    "columns: {time: Date, account: Acc, amount: Sum, currency: Ccy}\n" match

START_TEST(name_and_header_choose_the_mapping)
{
    static const char rows[] = "Date,Acc,Sum,Ccy,Extra\n01.02.2026,A,1,EUR,x\n";
    struct chooser c;

    open_chooser(&c);
    add(&c, "1.yaml", NAMED("file", "match: {file: '^umsatz'}\n"));
    add(&c, "2.yaml", NAMED("names", "match: {header: [ccy, EXTRA]}\n"));
    add(&c, "3.yaml", NAMED("line", "match: {header: '^Date;Acc'}\ndelimiter: \";\"\n"));
    ck_assert_str_eq(chosen(&c, "umsatz-1.csv", "Date,Acc,Sum,Ccy\n"), "file");
    ck_assert_str_eq(chosen(&c, "other.csv", rows), "names");
    ck_assert_str_eq(chosen(&c, "other.csv", "Date;Acc;Sum;Ccy\n"), "line");
    ck_assert(
        strstr(chosen(&c, "umsatz.csv", rows), "E224 mappings file and names both fit") != NULL);
    ck_assert(
        strstr(chosen(&c, "other.csv", "a,b\n"), "E224 none of 3 mappings fits other.csv") != NULL);
    ck_assert(strstr(chosen(&c, "other.csv", "a,b\n"), "weir inspect") != NULL);
    close_chooser(&c);
}
END_TEST

START_TEST(one_without_match_takes_what_no_other_does)
{
    struct chooser c;

    open_chooser(&c);
    add(&c, "1.yaml", NAMED("any", ""));
    ck_assert_str_eq(chosen(&c, "x.csv", "a\n"), "any");
    add(&c, "2.yaml", NAMED("special", "match: {file: special}\n"));
    ck_assert_str_eq(chosen(&c, "x.csv", "a\n"), "any");
    ck_assert_str_eq(chosen(&c, "special.csv", "a\n"), "special");
    add(&c, "3.yaml", NAMED("all", ""));
    ck_assert(strstr(chosen(&c, "x.csv", "a\n"), "both fit") != NULL);
    ck_assert_str_eq(chosen(&c, "special.csv", "a\n"), "special");
    close_chooser(&c);
}
END_TEST

START_TEST(two_mappings_of_one_name_are_an_error)
{
    struct chooser c;
    const char *path;
    struct buf out = {0};

    open_chooser(&c);
    add(&c, "1.yaml", NAMED("same", ""));
    path = rig_file("2.yaml", NAMED("same", ""), strlen(NAMED("same", "")));
    ck_assert(mappings_load(&c.arena, c.ds, path, &c.all));
    rig_remove(path);
    diags_print_text(c.ds, false, &out);
    buf_byte(&out, '\0');
    ck_assert_msg(strstr(out.at, "error[R240]") != NULL, "%s", out.at);
    buf_fini(&out);
    close_chooser(&c);
}
END_TEST

START_TEST(what_cannot_be_read_is_a_message)
{
    struct chooser c;

    open_chooser(&c);
    ck_assert(mappings_load(&c.arena, c.ds, "no/such/mapping.yaml", &c.all));
    ck_assert_uint_eq(diags_errors(c.ds), 1);
    ck_assert(mappings_load(&c.arena, c.ds, "tests/support", &c.all));
    ck_assert_uint_eq(diags_errors(c.ds), 2);
    ck_assert_uint_eq(mappings_count(c.all), 0);
    close_chooser(&c);
}
END_TEST

START_TEST(columns_an_installation_adds_can_be_mapped)
{
    static const struct field extra[] = {{"own.occupation", TYPE_TEXT}, {"risk_class", TYPE_CODE}};
    struct chooser c;
    static const char yaml[] =
        HEAD DATES "header: false\ncolumns: {time: 1, account: 2, amount: 3, currency: 4, "
                   "risk_class: 5}\n";
    const char *path;

    open_chooser(&c);
    ck_assert(mappings_extra(&c.arena, extra, 2, &c.all));
    add(&c, "1.yaml", yaml);
    ck_assert((mapping_fields(mappings_at(c.all, 0)) >> (TXN_FIELD_COUNT + 1) & 1) == 1);
    ck_assert((mapping_fields(mappings_at(c.all, 0)) >> TXN_FIELD_COUNT & 1) == 0);
    close_chooser(&c);
    open_chooser(&c);
    path = rig_file("1.yaml", yaml, strlen(yaml));
    ck_assert(mappings_load(&c.arena, c.ds, path, &c.all));
    rig_remove(path);
    ck_assert_uint_eq(diags_errors(c.ds), 1);
    close_chooser(&c);
}
END_TEST

START_TEST(memory_that_runs_out_while_loading_is_said)
{
    static const char yaml[] =
        GOOD "match: {file: '^a'}\nzone: Europe/Belgrade\nskip_when: {column: 1, regex: ^P}\n";
    size_t before = alloc_live();
    bool done = false;

    for (size_t n = 1; !done && n < 2000; n++) {
        struct arena arena;
        struct mapping m = {0};
        struct diags *ds = diags_new();

        ck_assert_ptr_nonnull(ds);
        arena_init(&arena, 0, "test");
        alloc_fail_at(n, 1);
        done = mapping_parse(&arena, ds, "a.yaml", bytes_of(yaml), NULL, 0, &m) &&
               diags_errors(ds) == 0 && alloc_count() < n;
        alloc_fail_at(0, 0);
        mapping_drop(&m);
        diags_free(ds);
        arena_fini(&arena);
        ck_assert_uint_eq(alloc_live(), before);
    }
    ck_assert(done);
}
END_TEST

Suite *
suite_mapping(void)
{
    Suite *s = suite_create("mapping");
    TCase *c = tcase_create("mapping");

    tcase_add_loop_test(
        c, a_bad_mapping_is_refused_and_told_why, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(c, a_good_mapping_loads, 0, sizeof accepted / sizeof *accepted);
    tcase_add_test(c, name_and_header_choose_the_mapping);
    tcase_add_test(c, one_without_match_takes_what_no_other_does);
    tcase_add_test(c, two_mappings_of_one_name_are_an_error);
    tcase_add_test(c, what_cannot_be_read_is_a_message);
    tcase_add_test(c, columns_an_installation_adds_can_be_mapped);
    tcase_add_test(c, memory_that_runs_out_while_loading_is_said);
    suite_add_tcase(s, c);
    return s;
}
