/*
 * Watchlists of names: facts beside the name, published layouts whole or refused, the pairs of
 * tests/data, and the lists of the fixtures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "list/fact.h"
#include "list/list.h"
#include "model/type.h"
#include "name/score.h"
#include "support/must.h"
#include "support/name_maker.h"
#include "support/rng.h"
#include "support/skip.h"
#include "support/suites.h"
#include "text/yaml_read.h"

static struct arena a;
static struct diags *ds;
static struct buf out;
static char folder[32];
static struct name_room *room;
static size_t fail_at; /* of the allocations of the next list; 0: none */

static void
setup(void)
{
    snprintf(folder, sizeof folder, "%s", "/tmp/weir-names-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    arena_init(&a, 0, "test");
    ds = diags_new();
    out = (struct buf){0};
    room = name_room_new();
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
    name_room_free(room);
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
write_file(const char *name, const char *text, size_t size)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

/* A list out of YAML: `entries:`, or `file:` with what belongs to its layout. */
static struct watch *
names_of(const char *yaml, int format)
{
    struct list_source source = {.format = (enum list_format)format, .delimiter = ','};
    struct list_spec spec = {
        .name = bytes_of("x"), .type = TYPE_TEXT, .folder = folder, .min_score = 900000};
    struct yaml_file file;
    struct watch *w;

    ck_assert(yaml_read(&a, ds, "a.yaml", bytes_of(yaml), &file));
    spec.at = file.document[0]->at;
    spec.items = yaml_get(file.document[0], "entries");
    spec.file = yaml_get(file.document[0], "file");
    source.aliases = yaml_get(file.document[0], "aliases");
    source.addresses = yaml_get(file.document[0], "addresses");
    source.columns = yaml_get(file.document[0], "columns");
    if (yaml_get(file.document[0], "delimiter") != NULL)
        source.delimiter = '\t';
    spec.source = format < 0 ? NULL : &source;
    alloc_fail_at(fail_at, 0);
    w = watch_new(&a, ds, &spec, WATCH_NAMES, bytes_of(""));
    alloc_fail_at(0, 0);
    return w;
}

static struct watch_person
person(const char *name)
{
    return (struct watch_person){
        .name = bytes_of(name), .phone = {"", 0}, .document = {"", 0}, .born_day = WATCH_NO_DAY};
}

static enum watch_verdict
ask(const struct watch *w, struct watch_person p, int64_t day, int64_t least, struct watch_hit *hit)
{
    return watch_match_name(w, room, &p, day, least, &a, hit);
}

static void
expect_hit(const struct watch *w, const char *name, const char *id)
{
    struct watch_hit hit;
    enum watch_verdict v = ask(w, person(name), 20000, 0, &hit);

    ck_assert_msg(v == (id == NULL ? WATCH_NO : WATCH_YES), "%s", name);
    if (id != NULL)
        ck_assert_msg(
            bytes_equal(hit.id, bytes_of(id)), "%s is %.*s", name, (int)hit.id.size, hit.id.at);
}

/* ---- entries ------------------------------------------------------------------------------ */

START_TEST(entries_answer_with_their_best)
{
    const struct watch *w = names_of("entries:\n"
                                     "  - Zdravko Bjelogrlić\n"
                                     "  - {value: Bjelogrlić Zdravka, id: B}\n"
                                     "  - {value: Zdravko Bjelogrlic, id: C, until: 2024-10-03}\n",
        -1);
    struct watch_hit hit;

    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_count(w), 3);
    expect_hit(w, "BJELOGRLIC ZDRAVKO", "Zdravko Bjelogrlić"); /* both are 100 %: the first */
    expect_hit(w, "Zdravka Bjelogrlic", "B");
    expect_hit(w, "Zdravko Marić", NULL);
    ck_assert_int_eq(ask(w, person("Zdravko Bjelogrlic"), 30000, 0, &hit), WATCH_YES);
    ck_assert_int_eq(ask(w, person("Bjelogrlic Z."), 0, 940000, &hit), WATCH_NO);
    ck_assert_int_eq(ask(w, person("Bjelogrlic Z."), 0, 0, &hit), WATCH_YES);
    ck_assert_int_eq(ask(w, person(""), 0, 0, &hit), WATCH_NO);
}
END_TEST

START_TEST(an_expired_entry_does_not_count)
{
    const struct watch *w =
        names_of("entries: [{value: Zdravko Bjelogrlić, until: 2026-01-31}]", -1);
    struct watch_hit hit;
    int64_t last = civil_days(2026, 1, 31);

    ck_assert_int_eq(ask(w, person("Zdravko Bjelogrlic"), last, 0, &hit), WATCH_YES);
    ck_assert_int_eq(ask(w, person("Zdravko Bjelogrlic"), last + 1, 0, &hit), WATCH_NO);
}
END_TEST

/* ---- facts ---------------------------------------------------------------------------------- */

static const struct born_case {
    const char *text;
    int year, month, day; /* month 0: only the year; year 0: not read */
} born_cases[] = {{"1971", 1971, 0, 0}, {"1971-05-03", 1971, 5, 3}, {"03 May 1971", 1971, 5, 3},
    {"28 Jul 1963", 1963, 7, 28}, {"03/05/1971", 1971, 5, 3}, {"1971-05-03T00:00:00", 1971, 5, 3},
    {"3.5.1971", 1971, 5, 3}, {"circa 1950", 0, 0, 0}, {"1950 to 1955", 0, 0, 0}, {"", 0, 0, 0},
    {"31/02/1971", 0, 0, 0}, {"0071", 0, 0, 0}, {"12", 0, 0, 0}, {"2/8/88", 0, 0, 0}};

START_TEST(births_are_read)
{
    const struct born_case *c = &born_cases[_i];
    struct fact f;
    bool read = fact_born(bytes_of(c->text), &f);

    ck_assert_msg(read == (c->year != 0), "%s", c->text);
    if (!read)
        return;
    ck_assert_int_eq(f.year, c->month == 0);
    ck_assert_int_eq(f.num, c->month == 0 ? c->year : civil_days(c->year, c->month, c->day));
}
END_TEST

START_TEST(countries_are_read)
{
    struct fact f;

    ck_assert(fact_country(bytes_of("sy"), &f) && f.num == code_pack("SY", 2));
    ck_assert(fact_country(bytes_of("Syrian Arab Republic"), &f) && f.num == code_pack("SY", 2));
    ck_assert(
        fact_country(bytes_of("IRAN (ISLAMIC REPUBLIC OF)"), &f) && f.num == code_pack("IR", 2));
    ck_assert(!fact_country(bytes_of("QQ"), &f));
    ck_assert(!fact_country(bytes_of("Atlantis"), &f));
    ck_assert(!fact_country(bytes_of(""), &f));
}
END_TEST

/* One fact at a time against a score of 90 %, in the words of fact.h and docs/detection.md. */
START_TEST(facts_move_the_score)
{
    const struct fact born = {.kind = FACT_BORN, .num = civil_days(1971, 5, 3)};
    const struct fact year = {.kind = FACT_BORN, .year = true, .num = 1971};
    const struct fact both[2] = {{.kind = FACT_COUNTRY, .num = code_pack("SY", 2)},
        {.kind = FACT_COUNTRY, .num = code_pack("TR", 2)}};
    const struct fact passport = {.kind = FACT_DOCUMENT, .text = bytes_of("P123")};
    struct watch_person p = person("x");

    ck_assert(!fact_any(&p));
    ck_assert_int_eq(fact_weigh(900000, &born, 1, &p, NULL), 900000);
    p.born_day = born.num;
    ck_assert(fact_any(&p));
    ck_assert_int_eq(fact_weigh(900000, &born, 1, &p, NULL), 950000);
    ck_assert_int_eq(fact_weigh(900000, &year, 1, &p, NULL), 925000);
    ck_assert_int_eq(fact_weigh(759999, &born, 1, &p, NULL), 759999);
    p.born_day = civil_days(1971, 5, 4);
    ck_assert_int_eq(fact_weigh(900000, &born, 1, &p, NULL), 855000);
    p.born_day = civil_days(1985, 5, 3);
    ck_assert_int_eq(fact_weigh(900000, &born, 1, &p, NULL), 720000);
    ck_assert_int_eq(fact_weigh(900000, &year, 1, &p, NULL), 720000);
    p = person("x");
    p.country = code_pack("TR", 2);
    ck_assert_int_eq(fact_weigh(900000, both, 2, &p, NULL), 910000);
    p.country = code_pack("GR", 2);
    ck_assert_int_eq(fact_weigh(900000, both, 2, &p, NULL), 873000);
    p = person("x");
    p.document = bytes_of("P123");
    ck_assert_int_eq(fact_weigh(900000, &passport, 1, &p, NULL), 980000);
    p.document = bytes_of("P124");
    ck_assert_int_eq(fact_weigh(900000, &passport, 1, &p, NULL), 900000);
}
END_TEST

/* A document lifts a name over the line that alone would stay below, and is found all the same. */
START_TEST(facts_lift_and_lower_hits)
{
    const struct watch *w = names_of(
        "entries: [{value: Zdravko Bjelogrlić, document: 'p 12-3', born: 1971-05-03}]", -1);
    struct watch_person p = person("Zdravko Bjelogrlov");
    struct watch_hit hit;

    ck_assert_int_eq(ask(w, p, 0, 0, &hit), WATCH_NO);
    p = person("Zdravka Bjelogrlac");
    ck_assert_int_eq(ask(w, p, 0, 0, &hit), WATCH_NO);
    p.document = bytes_of("P123");
    ck_assert_int_eq(ask(w, p, 0, 0, &hit), WATCH_YES); /* 79.7 % by name, 80 % of the rest */
    ck_assert(memcmp(hit.why.at + hit.why.size - 15, "document agrees", 15) == 0);
    p = person("Zdravko Bjelogrlić");
    p.born_day = civil_days(1999, 1, 1);
    ck_assert_int_eq(ask(w, p, 0, 0, &hit), WATCH_NO);
}
END_TEST

/* ---- published lists: whole or refused ---------------------------------------------------------
 */

static const char un_list[] =
    "<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST "
    "dateGenerated=\"2026-02-20T00:00:09Z\"><INDIVIDUALS>"
    "<INDIVIDUAL><FIRST_NAME>TARIQ</FIRST_NAME><SECOND_NAME>BARZANJI</SECOND_NAME>"
    "<REFERENCE_NUMBER>QDi.901</REFERENCE_NUMBER><INDIVIDUAL_ALIAS><ALIAS_NAME>Abu &amp; Nasir "
    "Barzanjawi</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>";
static const char ofac_list[] =
    "9001,\"KASSAR, Omar\",\"individual\",\"TCO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 03 May "
    "1971; Passport P123 (Syria); a.k.a. 'THE TAILOR'.\"\r\n9002,\"AEGEAN \"\"BOAT\"\" HIRE\",-0- "
    ",\"TCO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a";
static const char eu_list[] =
    "fileGenerationDate;Entity_LogicalId;NameAlias_WholeName;Address_CountryIso2Code\r\n"
    "27/02/2026;13;Omar \"the Boat\" Kassar;\r\n27/02/2026;13;;TR\r\n27/02/2026;14;Mirza "
    "Delić;\r\n";
static const char targets_list[] =
    "\"id\",\"name\",\"aliases\",\"birth_date\"\n\"NK-1\",\"Omar Kassar\",\"Umar Qassar;عمر "
    "قصار\",\"1971-05-03\"\n\"NK-2\",\"Mirza Delić\",\"\",\"\"\n";

static const struct published {
    const char *text;
    size_t size, entries;
    enum list_format format;
    bool lines; /* what is cut between two lines is a shorter list like any other */
} published[] = {{un_list, sizeof un_list - 1, 2, FORMAT_UN, false},
    {ofac_list, sizeof ofac_list - 1, 3, FORMAT_OFAC, false},
    {eu_list, sizeof eu_list - 1, 2, FORMAT_EU, true},
    {targets_list, sizeof targets_list - 1, 4, FORMAT_OPENSANCTIONS, true}};

START_TEST(a_list_cut_anywhere_is_refused)
{
    const struct published *p = &published[_i];
    struct watch *w;

    write_file("list", p->text, p->size);
    w = names_of("file: list", (int)p->format);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_count(w), p->entries);
    for (size_t size = 0; size < p->size; size++) {
        bool line = p->lines && size > 0 && p->text[size - 1] == '\n';

        diags_free(ds);
        ds = diags_new();
        write_file("list", p->text, size);
        w = names_of("file: list", (int)p->format);
        ck_assert_msg(w == NULL || (line && watch_count(w) < p->entries) ||
                          /* white space behind the last element is no part of the list */
                          (p->format == FORMAT_UN && size + 1 >= p->size),
            "the first %zu bytes are taken", size);
        must(w != NULL || diags_errors(ds) > 0);
    }
}
END_TEST

/* Any byte changed: a list, or a message; never neither. */
START_TEST(a_damaged_list_is_read_or_refused)
{
    const struct published *p = &published[_i];
    uint64_t rng = (uint64_t)_i + 5;

    for (int i = 0; i < 1500; i++) {
        char text[2048];
        struct watch *w;

        memcpy(text, p->text, p->size);
        for (size_t n = 1 + rng_below(&rng, 3); n > 0; n--)
            text[rng_below(&rng, p->size)] =
                (char)(rng_below(&rng, 2) == 0 ? rng_below(&rng, 256)
                                               : (uint64_t) "\"\n;,<>&\0- "[rng_below(&rng, 10)]);
        diags_free(ds);
        ds = diags_new();
        write_file("list", text, p->size);
        w = names_of("file: list", (int)p->format);
        must((w == NULL) == (diags_errors(ds) > 0));
        arena_reset(&a);
    }
}
END_TEST

START_TEST(short_memory_is_told)
{
    const struct published *p = &published[_i];

    write_file("list", p->text, p->size);
    for (size_t n = 1; n < 60; n++) {
        struct watch *w;

        diags_free(ds);
        ds = diags_new();
        fail_at = n;
        w = names_of("file: list", (int)p->format);
        fail_at = 0;
        must(w != NULL || diags_errors(ds) > 0);
    }
}
END_TEST

static const char alt_list[] = "9001,1,\"aka\",\"QASSAR, Umar\",-0- \r\n"
                               "9009,1,\"aka\",\"LOST, Soul\",-0- \r\n\x1a";
static const char add_list[] = "9001,1,-0- ,\"Mersin\",\"Turkey\",-0- \r\n\x1a";

START_TEST(layouts_carry_what_tells_people_apart)
{
    struct watch *w;
    struct watch_hit hit;
    struct watch_person p = person("Omar Qassar");

    write_file("sdn", ofac_list, sizeof ofac_list - 1);
    write_file("alt", alt_list, sizeof alt_list - 1);
    write_file("add", add_list, sizeof add_list - 1);
    w = names_of("{file: sdn, aliases: alt, addresses: add}", FORMAT_OFAC);
    ck_assert_msg(w != NULL, "%s", printed());
    expect_hit(w, "Umar Qassar", "9001");
    expect_hit(w, "Lost Soul", "9009");
    expect_hit(w, "Aegean Boat Hire", "9002");
    p.country = code_pack("TR", 2);
    p.document = bytes_of("P123");
    p.born_day = civil_days(1971, 5, 3);
    ck_assert_int_eq(ask(w, p, 0, 0, &hit), WATCH_YES);
    ck_assert(memcmp(hit.note.at, "TCO", 3) == 0 && hit.score > 980000);
    write_file("un", un_list, sizeof un_list - 1);
    w = names_of("file: un", FORMAT_UN);
    ck_assert_int_eq(watch_tally(w).day, civil_days(2026, 2, 20));
    expect_hit(w, "Tariq Barzanji", "QDi.901");
    expect_hit(w, "Abu Nasir Barzanjawi", "QDi.901");
    write_file("eu", eu_list, sizeof eu_list - 1);
    w = names_of("file: eu", FORMAT_EU);
    ck_assert_int_eq(watch_tally(w).day, civil_days(2026, 2, 27));
    expect_hit(w, "Mirza Delic", "14");
}
END_TEST

START_TEST(a_shrunk_list_is_told)
{
    ck_assert(!list_shrunk(0, 0) && !list_shrunk(0, 10) && !list_shrunk(10, 10));
    ck_assert(!list_shrunk(10, 8) && list_shrunk(10, 7) && !list_shrunk(1000, 800));
    ck_assert(
        list_shrunk(1000, 799) && list_shrunk(1, 0) && list_shrunk(4, 3) && !list_shrunk(5, 4));
}
END_TEST

/* ---- pairs
 * ---------------------------------------------------------------------------------------- */

static bool
cells_of(struct bytes line, struct bytes cell[4])
{
    size_t count = 0, from = 0;

    for (size_t i = 0; i <= line.size; i++)
        if (i == line.size || line.at[i] == ';') {
            if (count == 4)
                return false;
            cell[count++] = (struct bytes){line.at + from, i - from};
            from = i + 1;
        }
    return count == 4;
}

/* docs/detection.md: at least 95 % of the same found, at least 95 % of the found the same. */
START_TEST(pairs_are_told_apart)
{
    struct buf text = {0};
    struct weir_err err = {0};
    unsigned same = 0, found = 0, wrong = 0, all = 0;

    ck_assert_msg(
        file_read("tests/data/name_pairs.csv", 1 << 20, &text, &err) == WEIR_OK, "%s", err.text);
    for (size_t i = 0; i < text.size;) {
        struct bytes line = {text.at + i, text.size - i}, cell[4];
        const char *end = memchr(line.at, '\n', line.size);
        struct name left, right;
        struct score s;
        bool hit, is_same;

        line.size = end == NULL ? line.size : (size_t)(end - line.at);
        i += line.size + 1;
        if (line.at[0] == '#' || !cells_of(line, cell) || bytes_equal(cell[1], bytes_of("who")))
            continue;
        name_read(room, 0, cell[2], &left);
        name_read(room, 1, cell[3], &right);
        score_names(&left, &right, &s);
        hit = s.enough && s.value >= 900000;
        is_same = bytes_equal(cell[1], bytes_of("same"));
        all++;
        same += is_same;
        found += is_same && hit;
        wrong += !is_same && hit;
    }
    buf_fini(&text);
    ck_assert_uint_ge(all, 500);
    ck_assert_msg(found * 100 >= same * 95, "%u of %u found", found, same);
    ck_assert_msg(
        found * 100 >= (found + wrong) * 95, "%u of %u hits are wrong", wrong, found + wrong);
}
END_TEST

/* ---- lists as long as published ones ----------------------------------------------------------
 */

static const struct layout {
    enum list_format format;
    const char *yaml, *head, *row, *foot; /* the row takes the id and the name */
} layouts[] = {
    {FORMAT_OFAC, "file: list", "",
        "%zu,\"%.*s\",\"individual\",\"TCO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n", "\x1a"},
    {FORMAT_UN, "file: list", "<CONSOLIDATED_LIST dateGenerated=\"2026-02-20\"><INDIVIDUALS>",
        "<INDIVIDUAL><REFERENCE_NUMBER>%zu</REFERENCE_NUMBER><FIRST_NAME>%.*s</FIRST_NAME>"
        "</INDIVIDUAL>\n",
        "</INDIVIDUALS></CONSOLIDATED_LIST>"},
    {FORMAT_EU, "file: list", "fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\r\n",
        "27/02/2026;%zu;\"%.*s\"\r\n", ""},
    {FORMAT_OPENSANCTIONS, "file: list", "\"id\",\"name\"\n", "\"%zu\",\"%.*s\"\n", ""},
    {FORMAT_CSV, "{file: list, columns: {id: Reference, value: Name}}", "Reference,Name\n",
        "%zu,\"%.*s\"\n", ""},
};

/* 2,000 invented entries in each layout; WEIR_LONG=10 for 20,000. */
START_TEST(layouts_hold_long_lists)
{
    const struct layout *l = &layouts[_i];
    const char *more = getenv("WEIR_LONG");
    size_t count = 2000 * (more == NULL ? 1 : (size_t)atoi(more));
    struct bytes *name = calloc(count, sizeof *name);
    struct buf text = {0}, one = {0};
    uint64_t rng = 5;
    size_t asked = 0, found = 0;
    struct watch *w;

    ck_assert_ptr_nonnull(name);
    buf_text(&text, l->head);
    for (size_t i = 0; i < count; i++) {
        one.size = 0;
        name_maker_new(&rng, &one);
        name[i] = (struct bytes){arena_copy(&a, buf_bytes(&one)), one.size};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        buf_print(&text, l->row, i, (int)one.size, one.at);
#pragma GCC diagnostic pop
    }
    buf_text(&text, l->foot);
    write_file("list", text.at, text.size);
    w = names_of(l->yaml, (int)l->format);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_count(w), count);
    ck_assert_uint_eq(watch_tally(w).rows, count);
    ck_assert_uint_eq(watch_tally(w).unreadable, 0);
    for (size_t i = 0; i < count; i += 53) {
        struct watch_person p = person("");
        struct watch_hit hit;

        p.name = name[i];
        asked++;
        found += ask(w, p, 0, 0, &hit) == WATCH_YES && hit.score == 1000000;
    }
    /* A common word alone, as in `Georgios` or `Les Logistics SRL`, is never a hit. */
    ck_assert_msg(found * 100 >= asked * 98, "%zu of %zu", found, asked);
    buf_fini(&text);
    buf_fini(&one);
    free(name);
}
END_TEST

/* ---- the lists of the fixtures
 * ---------------------------------------------------------------------- */

/* Copies a fixture into the folder, unpacked, with `end` behind it; false where there is none. */
static bool
copy_fixture(const char *name, const char *to, const char *end)
{
    const char *path = fixture(name);
    char command[512];

    if (path == NULL) {
        skip("no fixtures");
        return false;
    }
    snprintf(command, sizeof command, "{ gzip -dcf < %s && printf '%s'; } > %s/%s", path, end,
        folder, to);
    ck_assert_int_eq(system(command), 0);
    return true;
}

START_TEST(lists_as_published_are_read)
{
    struct watch *w;

    if (!copy_fixture("sanctions/un_consolidated_2026-02-27.xml.gz", "un.xml", "") ||
        !copy_fixture("sanctions/ofac_cons_prim.csv.gz", "cons.csv", "") ||
        !copy_fixture("sanctions/ofac_cons_alt.csv", "alt.csv", "") ||
        !copy_fixture("sanctions/ofac_cons_add.csv", "add.csv", "") ||
        !copy_fixture("sanctions/us_dpl.txt.gz", "dpl.txt", "") ||
        !copy_fixture("sanctions/ofac_small_sdn.csv", "sdn.csv", "\\032") ||
        !copy_fixture("sanctions/ofac_small_alt.csv", "small_alt.csv", "\\032") ||
        !copy_fixture("sanctions/ofac_small_add.csv", "small_add.csv", "\\032") ||
        !copy_fixture("sanctions/fincen_314a_person.csv", "people.csv", "") ||
        !copy_fixture("sanctions/fincen_314a_business.csv", "firms.csv", ""))
        return;
    w = names_of("file: un.xml", FORMAT_UN);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_tally(w).rows, 730 + 273);
    ck_assert_uint_eq(watch_tally(w).unreadable, 0);
    ck_assert_int_eq(watch_tally(w).day, civil_days(2026, 2, 27));
    expect_hit(w, "BADEGE ERIC", "CDi.001");
    w = names_of("{file: cons.csv, aliases: alt.csv, addresses: add.csv}", FORMAT_OFAC);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_tally(w).unreadable, 0);
    expect_hit(w, "HANIYYA Ismaeel", "9639");
    expect_hit(w, "Ismail Abdulsalah Haniya", "9639");
    w = names_of("{file: sdn.csv, aliases: small_alt.csv, addresses: small_add.csv}", FORMAT_OFAC);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_ge(watch_tally(w).rows, 17);
    ck_assert_uint_gt(watch_count(w), 17);
    ck_assert_uint_eq(watch_tally(w).unreadable, 0);
    w = names_of("{file: people.csv, columns: {value: [first_name, middle_name, last_name], "
                 "alias: [alias_first_name, alias_last_name], id: tracking_number}}",
        FORMAT_CSV);
    ck_assert_msg(w != NULL, "%s", printed());
    expect_hit(w, "Doe1 Johnathon", "123456");
    w = names_of("{file: firms.csv, columns: {value: business_name, alias: dba_name, "
                 "id: tracking_number, country: country}}",
        FORMAT_CSV);
    ck_assert_msg(w != NULL, "%s", printed());
    expect_hit(w, "ANVIL INVESTMENTS", "654321");
    w = names_of(
        "{file: dpl.txt, delimiter: t, columns: {value: Name, country: Country}}", FORMAT_CSV);
    ck_assert_msg(w != NULL, "%s", printed());
    ck_assert_uint_eq(watch_tally(w).unreadable, 0);
    ck_assert_uint_gt(watch_count(w), 500);
}
END_TEST

Suite *
suite_names(void)
{
    Suite *s = suite_create("names");
    TCase *c = tcase_create("lists"), *facts = tcase_create("facts"), *big = tcase_create("files");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, entries_answer_with_their_best);
    tcase_add_test(c, an_expired_entry_does_not_count);
    tcase_add_test(c, facts_lift_and_lower_hits);
    tcase_add_test(c, layouts_carry_what_tells_people_apart);
    tcase_add_test(c, a_shrunk_list_is_told);
    tcase_add_test(c, pairs_are_told_apart);
    suite_add_tcase(s, c);
    tcase_add_checked_fixture(facts, setup, teardown);
    tcase_add_loop_test(facts, births_are_read, 0, sizeof born_cases / sizeof *born_cases);
    tcase_add_test(facts, countries_are_read);
    tcase_add_test(facts, facts_move_the_score);
    suite_add_tcase(s, facts);
    tcase_add_checked_fixture(big, setup, teardown);
    tcase_set_timeout(big, 60);
    tcase_add_loop_test(big, a_list_cut_anywhere_is_refused, 0, 4);
    tcase_add_loop_test(big, a_damaged_list_is_read_or_refused, 0, 4);
    tcase_add_loop_test(big, short_memory_is_told, 0, 4);
    tcase_add_loop_test(big, layouts_hold_long_lists, 0, sizeof layouts / sizeof *layouts);
    tcase_add_test(big, lists_as_published_are_read);
    suite_add_tcase(s, big);
    return s;
}
