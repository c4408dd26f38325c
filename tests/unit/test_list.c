/* Lists, tables and watchlists: normalised entries, edges, messages, slow twins, random cases. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/civil.h"
#include "list/list.h"
#include "match/matcher.h"
#include "support/pattern_lab.h"
#include "support/rng.h"
#include "support/suites.h"
#include "text/regex.h"

static struct arena a;
static struct diags *ds;
static struct buf out, scratch;
static char folder[] = "/tmp/weir-list-XXXXXX";
static struct regex_room *room;

static void
setup(void)
{
    strcpy(folder, "/tmp/weir-list-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    arena_init(&a, 0, "test");
    ds = diags_new();
    out = scratch = (struct buf){0};
    room = regex_room_new();
}

static void
teardown(void)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    diags_free(ds);
    arena_fini(&a);
    buf_fini(&out);
    buf_fini(&scratch);
    regex_room_free(room);
}

static const char *
printed(void)
{
    out.size = 0;
    diags_print_text(ds, false, &out);
    buf_byte(&out, '\0');
    return out.at;
}

static void
write_file(const char *name, struct bytes text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text.at, 1, text.size, f), text.size);
    ck_assert_int_eq(fclose(f), 0);
}

/* The spec of a document whose YAML is given; `items:`, `entries:` or `file:` say where from. */
static struct list_spec
spec_of(const char *yaml, enum type type)
{
    struct list_spec spec = {.name = bytes_of("x"), .type = type, .folder = folder};
    struct yaml_file file;

    ck_assert(yaml_read(&a, ds, "a.yaml", bytes_of(yaml), &file));
    ck_assert_msg(diags_errors(ds) == 0, "%s", printed());
    spec.at = file.document[0]->at;
    spec.items = yaml_get(file.document[0], "items");
    spec.file = yaml_get(file.document[0], "file");
    spec.phone_country = "GR";
    return spec;
}

static struct list *
list_of(const char *yaml, enum type type)
{
    struct list_spec spec = spec_of(yaml, type);

    return list_new(&a, ds, &spec, NULL, 0);
}

static struct value
word(enum type t, const char *text)
{
    return value_num(t, word_find(t, bytes_of(text)));
}

static struct value
text_value(enum type t, const char *text)
{
    return value_text(t, bytes_of(text));
}

static bool
has(const struct list *l, struct value v)
{
    bool found = list_has(l, v, &scratch);

    ck_assert(!scratch.failed);
    return found;
}

static struct value
eur(int64_t cents)
{
    return value_money(code_pack("EUR", 3), cents);
}

/* ---- lists ------------------------------------------------------------------- */

static const struct member {
    const char *why, *yaml;
    enum type type;
    const char *in, *out; /* one each; canonical as import leaves it */
} members[] = {
    {"Norway is a country", "items: [NO, GR]", TYPE_COUNTRY, "NO", "RS"},
    {"currencies", "items: [EUR, RSD]", TYPE_CURRENCY, "RSD", "TRY"},
    {"an IBAN with blanks and small letters", "items: [gr16 0110 1250 0000 0001 2300 695]",
        TYPE_ACCOUNT, "GR1601101250000000012300695", "GR1601101250000000012300696"},
    {"an account of a bank's own", "items: [12-34 56]", TYPE_ACCOUNT, "12-3456", "123456"},
    {"a telephone number with blanks", "items: [\"+30 690 000 0001\"]", TYPE_PHONE, "+306900000001",
        "+306900000002"},
    {"a national number takes the country", "items: [\"6900000001\"]", TYPE_PHONE, "+306900000001",
        "6900000001"},
    {"a bank in small letters", "items: [abcdgraa]", TYPE_BANK, "ABCDGRAA", "ABCDGRAB"},
    {"codes keep zeros", "items: [0411, 7011]", TYPE_CODE, "0411", "411"},
    {"ranges hold both ends, low", "items: [3000-3350]", TYPE_CODE, "3000", "2999"},
    {"ranges hold both ends, high", "items: [3000-3350]", TYPE_CODE, "3350", "3351"},
    {"ranges that touch", "items: [10-20, 20-30, 25]", TYPE_CODE, "30", "31"},
    {"a range is of one length", "items: [30-33]", TYPE_CODE, "31", "310"},
    {"a range holds digits only", "items: [3000-3350]", TYPE_CODE, "3100", "30:0"},
    {"a quoted range is one code", "items: [\"10-20\"]", TYPE_CODE, "10-20", "15"},
    {"letters with a hyphen are one code", "items: [AB-CD]", TYPE_CODE, "AB-CD", "AB"},
    {"text is folded in the list", "items: [ŽUTO]", TYPE_TEXT, "zuto", "zute"},
    {"text is folded when asked", "items: [zuto]", TYPE_TEXT, "ŽUTO", "x"},
};

START_TEST(items_are_normalised)
{
    const struct member *m = &members[_i];
    struct list *l = list_of(m->yaml, m->type);
    bool letters = m->type == TYPE_COUNTRY || m->type == TYPE_CURRENCY;

    ck_assert_msg(l != NULL, "%s:\n%s", m->why, printed());
    ck_assert_msg(
        has(l, letters ? word(m->type, m->in) : text_value(m->type, m->in)), "%s", m->why);
    ck_assert_msg(
        !has(l, letters ? word(m->type, m->out) : text_value(m->type, m->out)), "%s", m->why);
}
END_TEST

START_TEST(bands_hold_both_ends)
{
    struct list *l =
        list_of("items: [200 EUR .. 700 EUR, 800 EUR .. 1_900 EUR, 50.5 EUR]", TYPE_MONEY);
    struct value half = eur(139999);

    ck_assert_msg(l != NULL, "%s", printed());
    ck_assert(!has(l, eur(19999)));
    ck_assert(has(l, eur(20000)));
    ck_assert(has(l, eur(70000)));
    ck_assert(!has(l, eur(70001)));
    ck_assert(!has(l, eur(79999)));
    ck_assert(has(l, eur(190000)));
    ck_assert(has(l, eur(5050)));
    ck_assert(!has(l, eur(5051)));
    ck_assert(!has(l, value_money(code_pack("USD", 3), 20000)));
    half.den = 2; /* 699.995 EUR, kept exact */
    ck_assert(has(l, half));
    half.num = 140001;
    ck_assert(!has(l, half));
    ck_assert_uint_eq(list_count(l), 3);
}
END_TEST

START_TEST(numbers_and_percents)
{
    struct list *l = list_of("items: [80%, 1_000, -5 .. -2.5]", TYPE_NUMBER);

    ck_assert_msg(l != NULL, "%s", printed());
    ck_assert(has(l, value_num(TYPE_NUMBER, (int128)NUMBER_SCALE * 8 / 10)));
    ck_assert(has(l, value_num(TYPE_NUMBER, (int128)NUMBER_SCALE * 1000)));
    ck_assert(has(l, value_num(TYPE_NUMBER, (int128)NUMBER_SCALE * -3)));
    ck_assert(!has(l, value_num(TYPE_NUMBER, (int128)NUMBER_SCALE * -2)));
}
END_TEST

START_TEST(an_empty_list_in_the_rules_is_allowed)
{
    struct list *l = list_of("items: []", TYPE_ACCOUNT);

    ck_assert_msg(l != NULL, "%s", printed());
    ck_assert(!has(l, text_value(TYPE_ACCOUNT, "A")));
    ck_assert_uint_eq(list_count(l), 0);
}
END_TEST

START_TEST(included_lists_are_part_of_it)
{
    struct list_spec spec = spec_of("items: [TR, GR]", TYPE_COUNTRY);
    const struct list *inner = list_of("items: [RS, GR]", TYPE_COUNTRY);
    struct list *l = list_new(&a, ds, &spec, &inner, 1);

    ck_assert(has(l, word(TYPE_COUNTRY, "RS")) && has(l, word(TYPE_COUNTRY, "TR")));
    ck_assert_uint_eq(list_count(l), 3);
}
END_TEST

START_TEST(the_hash_is_of_the_content)
{
    struct list *one = list_of("items: [b, a, c, 3-5]", TYPE_CODE),
                *two = list_of("items: [3-5, c, a, b, b]", TYPE_CODE),
                *three = list_of("items: [a, b, 3-6]", TYPE_CODE);

    ck_assert_mem_eq(list_hash(one), list_hash(two), 32);
    ck_assert_mem_ne(list_hash(one), list_hash(three), 32);
}
END_TEST

START_TEST(a_file_has_an_entry_a_line)
{
    struct list *l;

    write_file("l.txt", bytes_of("\xEF\xBB\xBF# all\r\nGR # Greece\r\n\r\n  TR\nRS"));
    l = list_of("file: l.txt", TYPE_COUNTRY);
    ck_assert_msg(l != NULL, "%s", printed());
    ck_assert_uint_eq(list_count(l), 3);
    ck_assert(has(l, word(TYPE_COUNTRY, "TR")));
}
END_TEST

/* Items that cannot be; `want` is in the message, `label` too. */
static const struct wrong {
    const char *yaml;
    enum type type;
    const char *want, *label;
} wrongs[] = {
    {"items: [GR, XQ]", TYPE_COUNTRY, "error[R431]: `XQ` is not a country\n --> a.yaml:1:13", ""},
    {"items: [gr]", TYPE_COUNTRY, "error[R431]: `gr`", "did you mean `GR`?"},
    {"items: [Greece]", TYPE_COUNTRY, "error[R431]: `Greece`", "two capitals"},
    {"items: [EUX]", TYPE_CURRENCY, "error[R434]: `EUX` is not a currency", "three capitals"},
    {"items: [200]", TYPE_MONEY, "error[R432]: `200` is not an amount", "write `200 EUR`"},
    {"items: [200 EURO]", TYPE_MONEY, "error[R432]", "money is a number and a currency"},
    {"items: [1.234 EUR]", TYPE_MONEY, "error[R432]", "EUR has 2 decimals"},
    {"items: [\"1,5 EUR\"]", TYPE_MONEY, "error[R432]", ""},
    {"items: [2__0 EUR]", TYPE_MONEY, "error[R432]", ""},
    {"items: [_2 EUR]", TYPE_MONEY, "error[R432]", ""},
    {"items: [1e3 EUR]", TYPE_MONEY, "error[R432]", ""},
    {"items: [99999999999999999999 EUR]", TYPE_MONEY, "error[R432]", ""},
    {"items: [7 EUR .. 2 EUR]", TYPE_MONEY, "error[R437]: this band runs backward", "smaller one"},
    {"items: [7 EUR .. 8 USD]", TYPE_MONEY, "error[R437]", "different currencies"},
    {"items: [7 .. 8 EUR]", TYPE_MONEY, "error[R432]: `7`", "write `7 EUR`"},
    {"items: [0x1]", TYPE_NUMBER, "error[R433]: `0x1` is not a number", ""},
    {"items: [nan]", TYPE_NUMBER, "error[R433]", ""},
    {"items: [1.]", TYPE_NUMBER, "error[R433]", ""},
    {"items: [3350-3000]", TYPE_CODE, "error[R437]: this range runs backward", ""},
    {"items: [300-3350]", TYPE_CODE, "error[R437]", "put it in quotes"},
    {"items: [\"\"]", TYPE_CODE, "error[R436]: this entry is empty", ""},
    {"items: [\" \"]", TYPE_ACCOUNT, "error[R436]", ""},
    {"items: [call me]", TYPE_PHONE, "error[R435]: `call me` is not a telephone", "begin with +"},
    {"items: [[GR]]", TYPE_COUNTRY, "error[R438]: an entry of this list is one value, not a list",
        ""},
    {"items: [{a: b}]", TYPE_TEXT, "error[R438]", ""},
    {"file: none.txt", TYPE_TEXT, "error[R451]: the file of `x` cannot be read\n --> a.yaml:1:7",
        ""},
    {"file: .", TYPE_TEXT, "error[R451]", ""},
    {"file: empty.txt", TYPE_TEXT, "error[R452]: the file of `x` has no entries", ""},
    {"file: remarks.txt", TYPE_TEXT, "error[R452]", ""},
    {"file: latin.txt", TYPE_TEXT, "error[R453]: this file is not UTF-8", "(E9)"},
    {"file: /etc/hostname", TYPE_TEXT, "error[R503]", "without `/` in front"},
    {"file: ../x", TYPE_TEXT, "error[R503]", ""},
    {"file: a/../../x", TYPE_TEXT, "error[R503]", ""},
    {"file: a/..", TYPE_TEXT, "error[R503]", ""},
    {"file: \"\"", TYPE_TEXT, "error[R503]", ""},
    {"file: link.txt", TYPE_TEXT, "error[R503]", ""},
    {"file: bad.txt", TYPE_COUNTRY, "bad.txt:3:3\n  |\n3 |   QX # odd\n  |   ^^", ""},
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
    const struct wrong *w = &wrongs[_i];
    char link[64];

    write_file("empty.txt", bytes_of(""));
    write_file("remarks.txt", bytes_of("# nothing\n\n"));
    write_file("latin.txt", bytes_of("caf\xE9\n"));
    write_file("bad.txt", bytes_of("GR\n# é\n  QX # odd\n"));
    snprintf(link, sizeof link, "%s/link.txt", folder);
    ck_assert_int_eq(symlink("/etc/hostname", link), 0);
    ck_assert_msg(list_of(w->yaml, w->type) == NULL, "%s", w->yaml);
    printed();
    ck_assert_msg(strstr(out.at, w->want) != NULL, "%s:\n%s", w->yaml, out.at);
    ck_assert_msg(strstr(out.at, w->label) != NULL, "%s:\n%s", w->yaml, out.at);
    ck_assert_uint_eq(diags_errors(ds), 1);
}
END_TEST

START_TEST(all_wrong_items_are_told_at_once)
{
    ck_assert_ptr_null(list_of("items: [XQ, GR, QQ, xx]", TYPE_COUNTRY));
    ck_assert_uint_eq(diags_errors(ds), 3);
}
END_TEST

START_TEST(a_slip_in_an_iban_is_a_warning)
{
    ck_assert_ptr_nonnull(list_of("items: [GR1601101250000000012300696]", TYPE_ACCOUNT));
    ck_assert_uint_eq(diags_warnings(ds), 1);
    ck_assert_ptr_nonnull(strstr(printed(), "R439"));
}
END_TEST

/* Random codes and ranges of one to three digits against a table of all 1110 of them. */
START_TEST(codes_agree_with_a_table_of_all)
{
    bool in[3][1000] = {{false}};
    struct buf yaml = {0};
    uint32_t seed = (uint32_t)_i;
    struct list *l;

    buf_text(&yaml, "items: [");
    for (int n = 0; n < 12; n++) {
        int digits, low, high, top;

        seed = seed * 1664525u + 1013904223u;
        digits = 1 + (int)(seed >> 28) % 3;
        top = digits == 1 ? 10 : digits == 2 ? 100 : 1000;
        low = (int)(seed >> 8 & 0xfff) % top;
        high = low + (int)(seed >> 20 & 0xff) % 40;
        high = seed >> 31 ? low : high < top ? high : top - 1;
        buf_print(&yaml, n ? ", %0*d" : "%0*d", digits, low);
        if (high > low)
            buf_print(&yaml, "-%0*d", digits, high);
        for (int i = low; i <= high; i++)
            in[digits - 1][i] = true;
    }
    buf_text(&yaml, "]");
    buf_byte(&yaml, '\0');
    l = list_of(yaml.at, TYPE_CODE);
    ck_assert_msg(l != NULL, "%s", printed());
    for (int digits = 1, top = 10; digits <= 3; digits++, top *= 10)
        for (int i = 0; i < top; i++) {
            char text[16];

            snprintf(text, sizeof text, "%0*d", digits, i);
            ck_assert_msg(has(l, text_value(TYPE_CODE, text)) == in[digits - 1][i], "%s in %s",
                text, yaml.at);
        }
    buf_fini(&yaml);
}
END_TEST

START_TEST(bands_agree_with_a_full_search)
{
    int64_t low[20], high[20];
    struct buf yaml = {0};
    uint32_t seed = (uint32_t)_i;
    struct list *l;

    buf_text(&yaml, "items: [");
    for (int n = 0; n < 20; n++) {
        seed = seed * 1664525u + 1013904223u;
        low[n] = (int64_t)(seed >> 8 & 0x3ff) * 3;
        high[n] = low[n] + (int64_t)(seed >> 24) % 20;
        buf_print(&yaml, "%s%lld.%02lld EUR .. %lld.%02lld EUR", n ? ", " : "",
            (long long)low[n] / 100, (long long)low[n] % 100, (long long)high[n] / 100,
            (long long)high[n] % 100);
    }
    buf_text(&yaml, "]");
    buf_byte(&yaml, '\0');
    l = list_of(yaml.at, TYPE_MONEY);
    ck_assert_msg(l != NULL, "%s", printed());
    for (int64_t cents = 0; cents < 3200; cents++) {
        bool want = false;

        for (int n = 0; n < 20; n++)
            want = want || (low[n] <= cents && cents <= high[n]);
        ck_assert_msg(has(l, eur(cents)) == want, "%lld in %s", (long long)cents, yaml.at);
    }
    buf_fini(&yaml);
}
END_TEST

START_TEST(many_accounts_from_a_file)
{
    struct buf text = {0};
    struct list *l;
    char name[32];

    for (int i = 0; i < 50000; i++)
        buf_print(&text, "AC %07d\n", i * 2);
    write_file("many.txt", buf_bytes(&text));
    buf_fini(&text);
    l = list_of("file: many.txt", TYPE_ACCOUNT);
    ck_assert_uint_eq(list_count(l), 50000);
    for (int i = 0; i < 100000; i += 7) {
        snprintf(name, sizeof name, "AC%07d", i);
        ck_assert_int_eq(has(l, text_value(TYPE_ACCOUNT, name)), i % 2 == 0);
    }
}
END_TEST

START_TEST(out_of_memory_is_told)
{
    bool whole = false;

    write_file("l.txt", bytes_of("a\nb\nc\n"));
    for (size_t n = 1; n < 200 && !whole; n++) {
        struct list_spec spec;
        struct list *l;
        struct arena poor;

        diags_free(ds);
        ds = diags_new();
        spec = spec_of("file: l.txt", TYPE_TEXT);
        arena_init(&poor, 0, "poor");
        alloc_fail_at(n, 1);
        l = list_new(&poor, ds, &spec, NULL, 0);
        whole = l != NULL && alloc_count() < n;
        alloc_fail_at(0, 0);
        ck_assert(l != NULL || diags_errors(ds) > 0);
        arena_fini(&poor);
    }
    ck_assert(whole);
}
END_TEST

/* ---- tables -------------------------------------------------------------------- */

static struct value
look_up(const struct table *t, const struct value *keys, int64_t day)
{
    return table_lookup(t, keys, day, &scratch);
}

static const enum type country_key[] = {TYPE_COUNTRY};

static struct table *
table_of(const char *csv, const enum type *keys, size_t count, enum type value)
{
    struct list_spec spec = spec_of("file: t.csv", TYPE_NONE);

    write_file("t.csv", bytes_of(csv));
    return table_new(&a, ds, &spec, keys, count, value);
}

START_TEST(the_value_in_force_on_the_day)
{
    struct table *t = table_of("country,value,from,until,source\n"
                               "# reporting lines\n"
                               "GR,10000,,2025-12-31,law\n"
                               "GR,8000 EUR,2026-01-01,,\"law, new\"\n"
                               "RS,15000,2026-02-01,2026-02-01,\n",
        country_key, 1, TYPE_MONEY);
    struct value gr = word(TYPE_COUNTRY, "GR"), rs = word(TYPE_COUNTRY, "RS"),
                 tr = word(TYPE_COUNTRY, "TR"), none = value_missing(TYPE_COUNTRY);
    int64_t new_year = civil_days(2026, 1, 1), february = civil_days(2026, 2, 1);

    ck_assert_msg(t != NULL, "%s", printed());
    ck_assert(look_up(t, &gr, new_year - 1).num == 1000000);
    ck_assert(look_up(t, &gr, new_year).num == 800000);
    ck_assert(look_up(t, &gr, INT64_MIN).num == 1000000);
    ck_assert(look_up(t, &gr, INT64_MAX).num == 800000);
    ck_assert(!look_up(t, &rs, february - 1).set);
    ck_assert(look_up(t, &rs, february).num == 1500000);
    ck_assert(!look_up(t, &rs, february + 1).set);
    ck_assert(!look_up(t, &tr, new_year).set);
    ck_assert(!look_up(t, &none, new_year).set);
    ck_assert_int_eq(look_up(t, &tr, 0).type, TYPE_MONEY);
}
END_TEST

START_TEST(several_keys_have_an_order)
{
    static const enum type keys[] = {TYPE_COUNTRY, TYPE_COUNTRY};
    struct table *t =
        table_of("from_country,to_country,value\nGR,TR,corridor\n", keys, 2, TYPE_CODE);
    struct value there[2] = {word(TYPE_COUNTRY, "GR"), word(TYPE_COUNTRY, "TR")},
                 back[2] = {word(TYPE_COUNTRY, "TR"), word(TYPE_COUNTRY, "GR")};

    ck_assert_msg(t != NULL, "%s", printed());
    ck_assert(look_up(t, there, 0).set);
    ck_assert(!look_up(t, back, 0).set);
}
END_TEST

START_TEST(text_keys_cannot_run_together)
{
    static const enum type keys[] = {TYPE_CODE, TYPE_CODE};
    struct table *t = table_of("a,b,value\nxy,z,1\n", keys, 2, TYPE_NUMBER);
    struct value other[2] = {text_value(TYPE_CODE, "x"), text_value(TYPE_CODE, "yz")};

    ck_assert(!look_up(t, other, 0).set);
}
END_TEST

START_TEST(a_finer_channel_counts_as_the_one_above)
{
    static const enum type keys[] = {TYPE_CHANNEL};
    struct table *t = table_of("channel,value\ncash,1\natm,2\n", keys, 1, TYPE_NUMBER);
    struct value atm = value_num(TYPE_CHANNEL, CHANNEL_ATM),
                 counter = value_num(TYPE_CHANNEL, CHANNEL_COUNTER),
                 card = value_num(TYPE_CHANNEL, CHANNEL_CARD);

    ck_assert_msg(t != NULL, "%s", printed());
    ck_assert(look_up(t, &atm, 0).num == (int128)NUMBER_SCALE * 2);
    ck_assert(look_up(t, &counter, 0).num == NUMBER_SCALE);
    ck_assert(!look_up(t, &card, 0).set);
}
END_TEST

static const struct bad_table {
    const char *why, *csv, *want;
} bad_tables[] = {
    {"two values on one day", "c,value,from,until\nGR,1,,2026-01-01\nGR,2,2026-01-01,\n",
        "error[R441]: this key has two values on the same day"},
    {"the same row twice", "c,value\nGR,1\nGR,1\n", "error[R441]"},
    {"a short one inside a long one",
        "c,value,from,until\nGR,1,2020-01-01,2030-01-01\n"
        "GR,2,2021-01-01,2021-01-02\nGR,3,2025-01-01,2025-01-02\n",
        "error[R441]"},
    {"a misspelt column", "c,valu\nGR,1\n", "did you mean `value`?"},
    {"no column of values", "c,from\nGR,2026-01-01\n", "error[R442]: this table has no column"},
    {"a column too many", "c,value,extra\nGR,1,2\n", "error[R442]: a table has no column `extra`"},
    {"a column twice", "c,value,value\nGR,1,2\n", "error[R442]"},
    {"a cell too few", "c,value,from\nGR,1\n", "error[R443]: this row has 2 cells"},
    {"a cell too many", "c,value\nGR,1,2\n", "error[R443]: this row has 3 cells"},
    {"an open quote", "c,value\nGR,\"1\n", "error[R443]"},
    {"no such day", "c,value,from\nGR,1,2026-02-30\n", "error[R444]: `2026-02-30` is not a day"},
    {"a day written otherwise", "c,value,until\nGR,1,31.12.2026\n", "error[R444]"},
    {"it ends before it begins", "c,value,from,until\nGR,1,2026-02-02,2026-02-01\n", "error[R445]"},
    {"a key that is none", "c,value\nXQ,1\n", "error[R431]: `XQ` is not a country"},
    {"a value that is none", "c,value\nGR,much\n", "error[R432]"},
    {"money of another country", "c,value\nGR,1 USD\n", "error[R432]: money in a table is in EUR"},
    {"a key left out", "c,value\n,1\n", "error[R431]"},
    {"a header alone", "c,value\n", "error[R452]"},
    {"nothing", "", "error[R452]"},
};

START_TEST(bad_tables_are_told)
{
    const struct bad_table *b = &bad_tables[_i];

    ck_assert_msg(table_of(b->csv, country_key, 1, TYPE_MONEY) == NULL, "%s", b->why);
    ck_assert_msg(strstr(printed(), b->want) != NULL, "%s:\n%s", b->why, out.at);
}
END_TEST

START_TEST(an_overlap_shows_both_rows)
{
    ck_assert_ptr_null(table_of(
        "c,value,from,until\nGR,1,2026-01-01,\nGR,2,,2026-03-01\n", country_key, 1, TYPE_MONEY));
    ck_assert_ptr_nonnull(strstr(printed(), "2 | GR,1,2026-01-01,\n  | -- first one\n"
                                            "3 | GR,2,,2026-03-01\n  | ^^ second one\n"));
}
END_TEST

/* Random rows of ten days and three keys: same verdict and same value as a look at every row. */
START_TEST(tables_agree_with_a_full_search)
{
    static const char *const countries[] = {"GR", "RS", "TR"};
    struct {
        int key, from, until;
    } row[8];
    uint32_t seed = (uint32_t)_i * 77;
    struct buf csv = {0};
    bool clash = false;
    struct table *t;
    int rows;

    buf_text(&csv, "c,value,from,until\n");
    seed = seed * 1664525u + 1013904223u;
    rows = 1 + (int)(seed >> 29);
    for (int n = 0; n < rows; n++) {
        seed = seed * 1664525u + 1013904223u;
        row[n].key = (int)(seed >> 30) % 3;
        row[n].from = 1 + (int)(seed >> 8 & 15);
        row[n].until = row[n].from + (int)(seed >> 16 & 3);
        buf_print(&csv, "%s,%d,2026-01-%02d,2026-01-%02d\n", countries[row[n].key], n + 1,
            row[n].from, row[n].until);
        for (int i = 0; i < n; i++)
            clash = clash || (row[i].key == row[n].key && row[i].from <= row[n].until &&
                                 row[n].from <= row[i].until);
    }
    buf_byte(&csv, '\0');
    t = table_of(csv.at, country_key, 1, TYPE_MONEY);
    ck_assert_int_eq(t == NULL, clash);
    for (int day = 0; t != NULL && day < 25; day++)
        for (int k = 0; k < 3; k++) {
            struct value key = word(TYPE_COUNTRY, countries[k]),
                         got = look_up(t, &key, civil_days(2026, 1, 1) + day - 1);
            int want = 0;

            for (int n = 0; n < rows; n++)
                if (row[n].key == k && row[n].from <= day && day <= row[n].until)
                    want = n + 1;
            ck_assert_msg(want == 0 ? !got.set : got.set && got.num == want * 100, "%s", csv.at);
        }
    buf_fini(&csv);
}
END_TEST

/* ---- asking and memory ----------------------------------------------------------- */

/* Text of a list, a table and a watchlist, each asked once before. */
static void
ask_all(const struct list *l, const struct table *t, const struct watch *w, struct buf *use)
{
    struct value v = text_value(TYPE_TEXT, "ŽUTO brašno");

    (void)list_has(l, v, use);
    if (!use->failed)
        (void)table_lookup(t, &v, 0, use);
    if (!use->failed)
        (void)watch_match(w, v, 0, 1, use, NULL);
}

START_TEST(asking_takes_no_memory_of_its_own)
{
    static const enum type key[] = {TYPE_TEXT};
    struct list *l = list_of("items: [zuto brasno]", TYPE_TEXT);
    struct table *t = table_of("key,value\nzuto brasno,1\n", key, 1, TYPE_NUMBER);
    struct list_spec spec = spec_of("items: [zuto brasno]", TYPE_TEXT);
    struct watch *w = watch_new(&a, ds, &spec, WATCH_EXACT, bytes_of(""));
    struct buf poor = {0};

    ck_assert_msg(l != NULL && t != NULL && w != NULL, "%s", printed());
    ask_all(l, t, w, &scratch);
    alloc_fail_at(1, 1);
    ask_all(l, t, w, &scratch);
    ask_all(l, t, w, &poor);
    alloc_fail_at(0, 0);
    ck_assert(!scratch.failed);
    ck_assert(poor.failed); /* nobody can say, and that is said */
    buf_fini(&poor);
}
END_TEST

/* ---- watchlists ------------------------------------------------------------------ */

static struct watch *
watch_of(const char *yaml, enum watch_kind kind, enum type type, const char *prefix)
{
    struct list_spec spec = spec_of(yaml, type);

    return watch_new(&a, ds, &spec, kind, bytes_of(prefix));
}

/* Patterns are asked one by one: no matcher says which of them can be found. */
static enum watch_verdict
ask(const struct watch *w, struct value v, int64_t day, int64_t least, struct watch_hit *hit)
{
    struct subject subject;
    struct buf way = {0};
    enum watch_verdict verdict;

    if (!watch_is_pattern(w))
        return watch_match(w, v, day, least, &scratch, hit);
    ck_assert(subject_of(&a, &way, v.text, true, &subject));
    verdict = watch_find(w, room, &subject, NULL, day, least, hit);
    buf_fini(&way);
    return verdict;
}

static void
expect_hit(const struct watch *w, struct value v, int64_t day, int64_t least, const char *id)
{
    struct watch_hit hit = {.id = {"", 0}};
    enum watch_verdict verdict = ask(w, v, day, least, &hit);

    ck_assert_int_eq(verdict, id == NULL ? WATCH_NO : WATCH_YES);
    if (id != NULL)
        ck_assert_msg(
            bytes_equal(hit.id, bytes_of(id)), "%.*s, not %s", (int)hit.id.size, hit.id.at, id);
}

START_TEST(exact_values_are_normalised_and_dated)
{
    struct watch *w = watch_of("items:\n"
                               "- {value: \"+30 690 000 0001\", id: W-17, note: FIU-0417, "
                               "until: 2027-06-30}\n"
                               "- 00306900000002\n",
        WATCH_EXACT, TYPE_PHONE, "");
    struct watch_hit hit;
    int64_t last = civil_days(2027, 6, 30);

    ck_assert_msg(w != NULL, "%s", printed());
    expect_hit(w, text_value(TYPE_PHONE, "+306900000001"), last, 1, "W-17");
    expect_hit(w, text_value(TYPE_PHONE, "+306900000001"), last + 1, 1, NULL);
    expect_hit(w, text_value(TYPE_PHONE, "+306900000002"), last + 1, 1, "00306900000002");
    expect_hit(w, text_value(TYPE_PHONE, "+306900000003"), 0, 1, NULL);
    ck_assert_int_eq(ask(w, text_value(TYPE_PHONE, "+306900000001"), 0, 1, &hit), WATCH_YES);
    ck_assert(bytes_equal(hit.note, bytes_of("FIU-0417")));
    ck_assert(bytes_equal(hit.value, bytes_of("+30 690 000 0001")));
    ck_assert(bytes_equal(hit.matched, bytes_of("+306900000001")));
    ck_assert_int_eq(hit.weight, 1);
}
END_TEST

START_TEST(the_heaviest_hit_wins_then_the_first)
{
    struct watch *w = watch_of("items:\n"
                               "- {value: A, id: one, weight: 2}\n"
                               "- {value: A, id: two, weight: 5, until: 2026-01-01}\n"
                               "- {value: A, id: three, weight: 5}\n"
                               "- {value: A, id: four, weight: 5}\n",
        WATCH_EXACT, TYPE_CODE, "");
    int64_t day = civil_days(2026, 1, 1);

    expect_hit(w, text_value(TYPE_CODE, "A"), day, 1, "two");
    expect_hit(w, text_value(TYPE_CODE, "A"), day + 1, 1, "three");
    expect_hit(w, text_value(TYPE_CODE, "A"), day, 6, NULL);
}
END_TEST

START_TEST(ids_are_given_or_made)
{
    struct watch *w = watch_of("items: [A, {value: B, id: 9}]", WATCH_EXACT, TYPE_CODE, "W-");

    expect_hit(w, text_value(TYPE_CODE, "A"), 0, 1, "W-1");
    expect_hit(w, text_value(TYPE_CODE, "B"), 0, 1, "W-9");
}
END_TEST

START_TEST(patterns_are_found_in_text)
{
    struct watch *w =
        watch_of("items:\n  - \\bhawala\\b\n  - {value: \\bguest ?house\\b, weight: 3}\n"
                 "  - HOUSE\n",
            WATCH_REGEX, TYPE_TEXT, "");
    struct watch_hit hit;

    ck_assert_msg(w != NULL, "%s", printed());
    expect_hit(w, text_value(TYPE_TEXT, "paid HAWALA"), 0, 1, "\\bhawala\\b");
    expect_hit(w, text_value(TYPE_TEXT, "hawala guesthouse"), 0, 1, "\\bguest ?house\\b");
    expect_hit(w, text_value(TYPE_TEXT, "hawala"), 0, 2, NULL);
    expect_hit(w, text_value(TYPE_TEXT, "hawalas"), 0, 1, NULL);
    ask(w, text_value(TYPE_TEXT, "at Guest House 2"), 0, 1, &hit);
    ck_assert(bytes_equal(hit.matched, bytes_of("Guest House")));
}
END_TEST

START_TEST(a_pattern_over_its_limit_is_undecided)
{
    struct watch *w = watch_of("items: [^(a+)+$, b]", WATCH_REGEX, TYPE_TEXT, "");
    struct value text = text_value(TYPE_TEXT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
                 with = text_value(TYPE_TEXT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!b");

    ck_assert_int_eq(ask(w, text, 0, 1, NULL), WATCH_INCONCLUSIVE);
    ck_assert_int_eq(ask(w, with, 0, 1, NULL), WATCH_YES);
}
END_TEST

/* Who may be found, told by a matcher, against all tried in turn: the same entry. */
START_TEST(the_same_entry_is_chosen_among_those_that_may_be)
{
    struct buf yaml = {0};
    uint64_t seed = (uint64_t)_i + 1;
    const struct need *const *need;
    struct matcher *m = matcher_new(&a);
    struct found found;
    struct watch *w;
    size_t count, hits = 0;

    buf_text(&yaml, "items:\n");
    for (uint64_t i = 0; i < 250; i++) {
        buf_text(&yaml, "  - {value: '");
        if (i % 50 == 7)
            buf_text(&yaml, "\\d{2}\\D$"); /* needs no literal */
        else
            pattern_lab_pattern(i % 180, &yaml); /* some stand there twice */
        buf_print(&yaml, "', id: E%u, weight: %u%s}\n", (unsigned)i, (unsigned)rng_below(&seed, 4),
            i % 5 == 0 ? ", until: 2026-01-01" : "");
    }
    buf_byte(&yaml, '\0');
    w = watch_of(yaml.at, WATCH_REGEX, TYPE_TEXT, "");
    ck_assert_msg(w != NULL, "%s", printed());
    count = watch_needs(w, &need);
    (void)matcher_add(m, 5, &seed, need, 1); /* so that ids do not begin at 0 */
    ck_assert_uint_eq(matcher_add(m, 5, w, need, count), 1);
    ck_assert(matcher_build(m) && found_init(&found, matcher_ids(m)));
    for (int n = 0; n < 400; n++) {
        struct watch_hit one = {.id = {"", 0}}, all = {.id = {"", 0}};
        struct watch_among among = {.base = 1};
        int64_t day = civil_days(2026, 1, 1) + (int64_t)rng_below(&seed, 2),
                least = (int64_t)rng_below(&seed, 4);
        struct buf text = {0}, way = {0};
        struct subject subject;

        pattern_lab_narrative(&seed, 0, 180, 2, &text);
        if (n % 2 == 0) {
            buf_byte(&text, ' ');
            pattern_lab_narrative(&seed, 0, 180, 1, &text);
        }
        ck_assert(subject_of(&a, &way, buf_bytes(&text), true, &subject));
        matcher_scan(m, 5, &subject, &found);
        among.at = found.id;
        among.count = found.count;
        if (among.count > 0 && among.at[0] == 0) {
            among.at++;
            among.count--;
        }
        ck_assert_int_eq(watch_find(w, room, &subject, &among, day, least, &one),
            watch_find(w, room, &subject, NULL, day, least, &all));
        ck_assert_msg(bytes_equal(one.id, all.id) && one.from == all.from && one.form == all.form,
            "%.*s, not %.*s, in [%.*s]", (int)one.id.size, one.id.at, (int)all.id.size, all.id.at,
            (int)text.size, text.at);
        hits += one.id.size > 0;
        buf_fini(&text);
        buf_fini(&way);
    }
    ck_assert_uint_gt(hits, 100);
    found_fini(&found);
    buf_fini(&yaml);
}
END_TEST

START_TEST(watchlists_come_from_files)
{
    struct watch *lines, *csv;

    write_file("w.txt", bytes_of("# patterns\nsea ticket #\\d+\n"));
    write_file("w.csv", bytes_of("value,id,weight\nA,W-1,\n\"B, C\",W-2,4\n"));
    lines = watch_of("file: w.txt", WATCH_REGEX, TYPE_TEXT, "");
    csv = watch_of("file: w.csv", WATCH_EXACT, TYPE_TEXT, "");
    ck_assert_msg(lines != NULL && csv != NULL, "%s", printed());
    expect_hit(lines, text_value(TYPE_TEXT, "Sea Ticket #7"), 0, 1, "sea ticket #\\d+");
    expect_hit(csv, text_value(TYPE_TEXT, "b, c"), 0, 4, "W-2");
    ck_assert_uint_eq(watch_count(csv), 2);
}
END_TEST

static const struct bad_watch {
    const char *yaml;
    enum watch_kind kind;
    const char *want;
} bad_watches[] = {
    {"items: [\"a(b\"]", WATCH_REGEX, "error[R447]"},
    {"items: ['a(b|*)']", WATCH_REGEX, " --> a.yaml:1:14\n"},
    {"items: [(*LIMIT_MATCH=9)a]", WATCH_REGEX, "verbs such as"},
    {"items: [a*]", WATCH_REGEX, "error[R448]: this pattern is found in every text"},
    {"items: [a|]", WATCH_REGEX, "error[R448]"},
    {"items: [{value: a, untill: 2026-01-01}]", WATCH_EXACT, "did you mean `until`?"},
    {"items: [{id: 7}]", WATCH_EXACT, "error[R201]: an entry of a watchlist needs `value`"},
    {"items: [{value: a, until: soon}]", WATCH_EXACT, "error[R444]: `soon` is not a day"},
    {"items: [{value: a, weight: -1}]", WATCH_EXACT, "error[R446]"},
    {"items: [{value: a, weight: 1.5}]", WATCH_EXACT, "error[R446]"},
    {"items: [{value: [a]}]", WATCH_EXACT, "error[R438]"},
    {"items: [[a]]", WATCH_EXACT, "error[R438]"},
    {"file: none.txt", WATCH_REGEX, "error[R451]"},
};

START_TEST(bad_watchlists_are_told)
{
    const struct bad_watch *b = &bad_watches[_i];

    ck_assert_msg(watch_of(b->yaml, b->kind, TYPE_CODE, "") == NULL, "%s", b->yaml);
    ck_assert_msg(strstr(printed(), b->want) != NULL, "%s:\n%s", b->yaml, out.at);
}
END_TEST

/* Random entries against a look at each of them. */
START_TEST(watchlists_agree_with_a_full_search)
{
    struct {
        int value, weight, until;
    } e[12];
    uint32_t seed = (uint32_t)_i * 31;
    struct buf yaml = {0};
    struct watch *w;

    buf_text(&yaml, "items:\n");
    for (int n = 0; n < 12; n++) {
        seed = seed * 1664525u + 1013904223u;
        e[n].value = (int)(seed >> 30);
        e[n].weight = 1 + (int)(seed >> 24 & 3);
        e[n].until = 1 + (int)(seed >> 16 & 7);
        buf_print(&yaml, "- {value: v%d, id: i%d, weight: %d, until: 2026-01-%02d}\n", e[n].value,
            n, e[n].weight, e[n].until);
    }
    buf_byte(&yaml, '\0');
    for (int kind = WATCH_EXACT; kind <= WATCH_REGEX; kind++) {
        w = watch_of(yaml.at, (enum watch_kind)kind, TYPE_CODE, "");
        for (int c = 0; c < 4 * 10 * 5; c++) {
            int value = c % 4, day = c / 4 % 10, least = c / 40, best = -1;
            char text[16], id[16];

            for (int n = 0; n < 12; n++)
                if (e[n].value == value && e[n].until >= day && e[n].weight >= least &&
                    (best < 0 || e[n].weight > e[best].weight))
                    best = n;
            snprintf(text, sizeof text, "v%d", value);
            snprintf(id, sizeof id, "i%d", best);
            expect_hit(w, text_value(kind == WATCH_EXACT ? TYPE_CODE : TYPE_TEXT, text),
                civil_days(2026, 1, 1) + day - 1, least, best < 0 ? NULL : id);
        }
    }
    buf_fini(&yaml);
}
END_TEST

static TCase *
list_cases(void)
{
    TCase *c = tcase_create("list");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, items_are_normalised, 0, sizeof members / sizeof *members);
    tcase_add_test(c, bands_hold_both_ends);
    tcase_add_test(c, numbers_and_percents);
    tcase_add_test(c, an_empty_list_in_the_rules_is_allowed);
    tcase_add_test(c, included_lists_are_part_of_it);
    tcase_add_test(c, the_hash_is_of_the_content);
    tcase_add_test(c, a_file_has_an_entry_a_line);
    tcase_add_loop_test(c, what_is_wrong_is_told_with_its_place, 0, sizeof wrongs / sizeof *wrongs);
    tcase_add_test(c, all_wrong_items_are_told_at_once);
    tcase_add_test(c, a_slip_in_an_iban_is_a_warning);
    tcase_add_loop_test(c, codes_agree_with_a_table_of_all, 0, 30);
    tcase_add_loop_test(c, bands_agree_with_a_full_search, 0, 30);
    tcase_add_test(c, many_accounts_from_a_file);
    tcase_add_test(c, out_of_memory_is_told);
    tcase_add_test(c, asking_takes_no_memory_of_its_own);
    return c;
}

static TCase *
table_cases(void)
{
    TCase *c = tcase_create("table");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_value_in_force_on_the_day);
    tcase_add_test(c, several_keys_have_an_order);
    tcase_add_test(c, text_keys_cannot_run_together);
    tcase_add_test(c, a_finer_channel_counts_as_the_one_above);
    tcase_add_loop_test(c, bad_tables_are_told, 0, sizeof bad_tables / sizeof *bad_tables);
    tcase_add_test(c, an_overlap_shows_both_rows);
    tcase_add_loop_test(c, tables_agree_with_a_full_search, 0, 100);
    return c;
}

static TCase *
watch_cases(void)
{
    TCase *c = tcase_create("watch");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, exact_values_are_normalised_and_dated);
    tcase_add_test(c, the_heaviest_hit_wins_then_the_first);
    tcase_add_test(c, ids_are_given_or_made);
    tcase_add_test(c, patterns_are_found_in_text);
    tcase_add_test(c, a_pattern_over_its_limit_is_undecided);
    tcase_add_loop_test(c, the_same_entry_is_chosen_among_those_that_may_be, 0, 4);
    tcase_add_test(c, watchlists_come_from_files);
    tcase_add_loop_test(c, bad_watchlists_are_told, 0, sizeof bad_watches / sizeof *bad_watches);
    tcase_add_loop_test(c, watchlists_agree_with_a_full_search, 0, 30);
    return c;
}

Suite *
suite_list(void)
{
    Suite *s = suite_create("list");

    suite_add_tcase(s, list_cases());
    suite_add_tcase(s, table_cases());
    suite_add_tcase(s, watch_cases());
    return s;
}
