/* Messages: the layout letter by letter, columns of odd characters, order, caps, suggestions. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/suites.h"
#include "text/diag.h"
#include "weir/limits.h"

static struct diags *ds;
static struct buf out;

static void
setup(void)
{
    ds = diags_new();
    ck_assert_ptr_nonnull(ds);
    out = (struct buf){0};
}

static void
teardown(void)
{
    diags_free(ds);
    buf_fini(&out);
}

static const char *
printed(void)
{
    out.size = 0;
    diags_print_text(ds, false, &out);
    buf_byte(&out, '\0');
    ck_assert(!out.failed);
    return out.at;
}

static struct span
span_at(uint32_t file, const char *needle)
{
    struct bytes text = diag_file_text(ds, file);

    for (size_t i = 0; i + strlen(needle) <= text.size; i++)
        if (memcmp(text.at + i, needle, strlen(needle)) == 0)
            return (struct span){file, (uint32_t)i, (uint32_t)strlen(needle)};
    ck_abort_msg("`%s` is not in the text", needle);
    return (struct span){0};
}

/* ---- the twelve examples --------------------------------------------------- */

static const struct example {
    const char *why;
    enum diag_level level;
    const char *code, *text, *path;
    struct {
        uint32_t line;
        const char *text;
    } source[3];
    struct {
        uint32_t line, column, size;
        char pen; /* '^' the cause, '-' a related place, ' ' a line of context */
        const char *words;
    } stroke[3];
    const char *remark[3];
    const char *want;
} examples[] = {
#include "unit/diag_examples.def"
};

enum { EXAMPLES = sizeof examples / sizeof *examples };

/* The source with its lines where the example has them, and the offset of each line. */
static uint32_t
write_source(const struct example *e, uint32_t start[static 64])
{
    struct buf text = {0};
    uint32_t file;

    for (uint32_t line = 1; line < 64; line++) {
        start[line] = (uint32_t)text.size;
        for (size_t i = 0; i < 3; i++)
            if (e->source[i].line == line)
                buf_text(&text, e->source[i].text);
        buf_byte(&text, '\n');
    }
    file = diag_file(ds, e->path, buf_bytes(&text));
    buf_fini(&text);
    return file;
}

START_TEST(examples_come_out_letter_by_letter)
{
    const struct example *e = &examples[_i];
    struct diag *d = NULL;
    uint32_t start[64], file = write_source(e, start);

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < 3 && e->stroke[i].pen != 0; i++) {
            struct span at = {
                file, start[e->stroke[i].line] + e->stroke[i].column, e->stroke[i].size};

            if (pass == 0 && e->stroke[i].pen == '^') {
                d = diag_add(ds, e->level, e->code, at, "%s", e->text);
                diag_label(ds, d, "%s", e->stroke[i].words);
            } else if (pass == 1 && e->stroke[i].pen != '^') {
                diag_mark(ds, d, at, "%s", e->stroke[i].words);
            }
        }
    for (size_t i = 0; i < 3 && e->remark[i] != NULL; i++) {
        if (strncmp(e->remark[i], "note", 4) == 0)
            diag_note(ds, d, "%s", e->remark[i] + 6);
        else
            diag_help(ds, d, "%s", e->remark[i] + 6);
    }
    ck_assert_msg(strcmp(printed(), e->want) == 0, "%s:\n%s", e->why, out.at);
}
END_TEST

/* ---- columns ------------------------------------------------------------------ */

static const struct column {
    const char *why, *line, *needle, *want;
} columns[] = {
    {"letters of two bytes are one column", "име = где", "где",
        " --> a.yaml:1:7\n  |\n1 | име = где\n  |       ^^^\n"},
    {"a wide character is two columns and one character", "銀行 = x", "x",
        " --> a.yaml:1:6\n  |\n1 | 銀行 = x\n  |        ^\n"},
    {"a wide character has two carets", "a 銀 b", "銀",
        " --> a.yaml:1:3\n  |\n1 | a 銀 b\n  |   ^^\n"},
    {"a combining accent has no column", "cafe\xCC\x81 = x", "x",
        " --> a.yaml:1:9\n  |\n1 | cafe\xCC\x81 = x\n  |        ^\n"},
    {"a tab is four blanks and one character", "\tx: y", "y",
        " --> a.yaml:1:5\n  |\n1 |     x: y\n  |        ^\n"},
    {"a character that turns text is shown",
        "a\xE2\x80\xAE"
        "b c",
        "c", " --> a.yaml:1:5\n  |\n1 | a\\u{202e}b c\n  |            ^\n"},
    {"an escape of a terminal is shown", "a\x1b[2J c", "c",
        " --> a.yaml:1:7\n  |\n1 | a\\u{1b}[2J c\n  |            ^\n"},
    {"broken UTF-8 is one replacement character", "a\xff c", "c",
        " --> a.yaml:1:4\n  |\n1 | a\xEF\xBF\xBD c\n  |    ^\n"},
    {"a byte order mark is no character", "\xEF\xBB\xBFx", "x",
        " --> a.yaml:1:1\n  |\n1 | \\u{feff}x\n  |         ^\n"},
};

START_TEST(carets_stand_below_what_they_mean)
{
    const struct column *c = &columns[_i];
    uint32_t file = diag_file(ds, "a.yaml", bytes_of(c->line));
    char want[256];

    diag_add(ds, DIAG_ERROR, "R999", span_at(file, c->needle), "x");
    snprintf(want, sizeof want, "error[R999]: x\n%s", c->want);
    ck_assert_msg(strcmp(printed(), want) == 0, "%s:\n%s", c->why, out.at);
}
END_TEST

START_TEST(a_span_over_lines_is_marked_on_its_first)
{
    uint32_t file = diag_file(ds, "a", bytes_of("one two\r\nthree\r\n"));

    diag_add(ds, DIAG_ERROR, "R1", (struct span){file, 4, 9}, "x");
    ck_assert_str_eq(printed(), "error[R1]: x\n --> a:1:5\n  |\n1 | one two\n  |     ^^^\n");
}
END_TEST

START_TEST(a_place_behind_the_end_is_the_end)
{
    uint32_t file = diag_file(ds, "a", bytes_of("ab"));

    diag_add(ds, DIAG_ERROR, "R1", (struct span){file, 999, 9}, "x");
    ck_assert_str_eq(printed(), "error[R1]: x\n --> a:1:3\n  |\n1 | ab\n  |   ^\n");
}
END_TEST

START_TEST(a_file_without_text_has_only_its_name)
{
    diag_add(ds, DIAG_ERROR, "R451",
        (struct span){.file = diag_file(ds, "lists/none.txt", (struct bytes){"", 0})}, "gone");
    ck_assert_str_eq(printed(), "error[R451]: gone\n --> lists/none.txt\n");
}
END_TEST

START_TEST(a_place_in_another_file_is_shown_with_its_file)
{
    uint32_t a = diag_file(ds, "a.yaml", bytes_of("list: x")),
             b = diag_file(ds, "b.yaml", bytes_of("\nlist: x"));
    struct diag *d = diag_add(ds, DIAG_ERROR, "R406", span_at(b, "x"), "`x` is given twice");

    diag_label(ds, d, "second one");
    diag_mark(ds, d, span_at(a, "x"), "first one");
    ck_assert_str_eq(printed(), "error[R406]: `x` is given twice\n --> b.yaml:2:7\n  |\n"
                                "2 | list: x\n  |       ^ second one\n  |\n ::: a.yaml:1\n  |\n"
                                "1 | list: x\n  |       - first one\n");
}
END_TEST

START_TEST(a_very_long_line_is_cut_around_the_mark)
{
    struct buf text = {0};
    uint32_t file;

    for (int i = 0; i < 5000; i++)
        buf_text(&text, i == 2500 ? "HERE" : "x ");
    file = diag_file(ds, "a", buf_bytes(&text));
    diag_add(ds, DIAG_ERROR, "R1", span_at(file, "HERE"), "x");
    printed();
    ck_assert_uint_lt(out.size, 600);
    ck_assert_ptr_nonnull(strstr(out.at, "\n1 | ...x x"));
    ck_assert_ptr_nonnull(strstr(out.at, "HEREx"));
    {
        const char *line = strstr(out.at, "1 | "), *caret = strstr(line, "\n") + 1;

        ck_assert_int_eq(strstr(line, "HERE") - line, strchr(caret, '^') - caret);
    }
    buf_fini(&text);
}
END_TEST

START_TEST(words_from_a_file_cannot_steer_a_terminal)
{
    uint32_t file = diag_file(ds, "a\x1b.yaml", bytes_of("x"));
    struct diag *d = diag_add(ds, DIAG_ERROR, "R1", (struct span){file, 0, 1}, "no \x1b[0m\n");

    diag_label(ds, d, "\x07");
    diag_help(ds, d, "\xE2\x80\xAE");
    ck_assert_str_eq(printed(), "error[R1]: no \\u{1b}[0m\\u{a}\n --> a\\u{1b}.yaml:1:1\n  |\n"
                                "1 | x\n  | ^ \\u{7}\n  = help: \\u{202e}\n");
}
END_TEST

/* ---- order, caps, other forms ---------------------------------------------------- */

START_TEST(messages_stand_by_path_and_place_whatever_the_order_of_telling)
{
    uint32_t b = diag_file(ds, "b", bytes_of("123")), a = diag_file(ds, "a", bytes_of("123"));

    diag_add(ds, DIAG_ERROR, "R3", (struct span){b, 0, 1}, "third");
    diag_add(ds, DIAG_WARNING, "R2", (struct span){a, 2, 1}, "second");
    diag_add(ds, DIAG_ERROR, "R4", (struct span){b, 0, 1}, "fourth");
    diag_add(ds, DIAG_ERROR, "R1", (struct span){a, 0, 1}, "first");
    printed();
    ck_assert(strstr(out.at, "first") < strstr(out.at, "second"));
    ck_assert(strstr(out.at, "second") < strstr(out.at, "third"));
    ck_assert(strstr(out.at, "third") < strstr(out.at, "fourth"));
    ck_assert_uint_eq(diags_errors(ds), 3);
    ck_assert_uint_eq(diags_warnings(ds), 1);
}
END_TEST

START_TEST(messages_beyond_the_cap_are_counted)
{
    uint32_t file = diag_file(ds, "a", bytes_of("x"));

    for (int i = 0; i < LIMIT_DIAGS + 7; i++) {
        struct diag *d = diag_add(ds, DIAG_ERROR, "R1", (struct span){file, 0, 1}, "x");

        diag_label(ds, d, "l");
        diag_mark(ds, d, (struct span){file, 0, 1}, "m");
        diag_note(ds, d, "n");
        diag_help(ds, d, "h");
    }
    ck_assert_uint_eq(diags_errors(ds), LIMIT_DIAGS + 7);
    ck_assert_ptr_nonnull(strstr(printed(), "\n7 more messages are not shown"));
}
END_TEST

START_TEST(json_holds_all_of_a_message)
{
    uint32_t file = diag_file(ds, "a.yaml", bytes_of("при x\ny"));
    struct diag *d = diag_add(ds, DIAG_WARNING, "L601", span_at(file, "x\n"), "a \"word\"");

    diag_label(ds, d, "here");
    diag_mark(ds, d, span_at(file, "y"), "there");
    diag_mark(ds, d, span_at(file, "y"), "%s", "");
    diag_note(ds, d, "n");
    diag_help(ds, d, "h");
    diags_print_json(ds, &out);
    buf_byte(&out, '\0');
    ck_assert_str_eq(out.at,
        "{\"level\":\"warning\",\"code\":\"L601\",\"message\":\"a \\\"word\\\"\","
        "\"path\":\"a.yaml\",\"line\":1,\"column\":5,\"end_line\":2,\"end_column\":1,"
        "\"label\":\"here\",\"related\":[{\"path\":\"a.yaml\",\"line\":2,\"column\":1,"
        "\"end_line\":2,\"end_column\":2,\"label\":\"there\"}],\"notes\":[\"n\"],"
        "\"helps\":[\"h\"]}\n");
}
END_TEST

START_TEST(out_of_memory_loses_words_and_not_the_count)
{
    for (size_t n = 1; n < 40; n++) {
        struct diags *poor;
        uint32_t file;
        struct diag *d;

        alloc_fail_at(n, 1);
        poor = diags_new();
        if (poor != NULL) {
            char big[5000];

            memset(big, 'x', sizeof big);
            file = diag_file(poor, "a", (struct bytes){big, sizeof big});
            for (int i = 0; i < 50; i++) {
                d = diag_add(poor, DIAG_ERROR, "R1", (struct span){file, 0, 1}, "%.*s", 4000, big);
                diag_label(poor, d, "%.*s", 4000, big);
                diag_mark(poor, d, (struct span){file, 1, 1}, "m");
                diag_help(poor, d, "h");
            }
            ck_assert_uint_eq(diags_errors(poor), 50);
            diags_print_text(poor, true, &out);
        }
        alloc_fail_at(0, 0);
        diags_free(poor);
        buf_fini(&out);
        out = (struct buf){0};
    }
}
END_TEST

/* ---- suggestions --------------------------------------------------------------------- */

static const char *const names[] = {
    "amount", "amount_eur", "beneficiary.country", "cash", "card", "until", "transfer", "TR", "GR"};

static const struct near {
    const char *why, *word, *want; /* want: names nearest first */
} nears[] = {
    {"a letter left out", "beneficary.country", "beneficiary.country"},
    {"a letter moved", "chas", "cash"},
    {"two letters swapped count one", "csah", "cash"},
    {"a letter doubled", "untill", "until"},
    {"other case", "TRANSFER", "transfer"},
    {"the beginning", "benef", "beneficiary.country"},
    {"several, nearest first", "amount_eu", "amount_eur amount"},
    {"a word itself is no suggestion", "cash", "card"},
    {"too far away", "xyz", ""},
    {"one letter of two is too much", "TX", ""},
    {"nothing", "", ""},
};

START_TEST(nearest_names_are_found)
{
    const struct near *n = &nears[_i];
    size_t best[3], count;
    char got[128] = "";

    count = diag_nearest(
        bytes_of(n->word), names, sizeof names / sizeof *names, best, sizeof best / sizeof *best);
    for (size_t i = 0; i < count; i++) {
        strcat(got, i > 0 ? " " : "");
        strcat(got, names[best[i]]);
    }
    ck_assert_msg(strcmp(got, n->want) == 0, "%s: got `%s`", n->why, got);
}
END_TEST

static size_t
slow_distance(struct bytes a, struct bytes b)
{
    size_t best, next;

    if (a.size == 0 || b.size == 0)
        return a.size + b.size;
    best =
        slow_distance((struct bytes){a.at + 1, a.size - 1}, (struct bytes){b.at + 1, b.size - 1}) +
        (a.at[0] != b.at[0]);
    next = slow_distance((struct bytes){a.at + 1, a.size - 1}, b) + 1;
    best = next < best ? next : best;
    next = slow_distance(a, (struct bytes){b.at + 1, b.size - 1}) + 1;
    best = next < best ? next : best;
    if (a.size > 1 && b.size > 1 && a.at[0] == b.at[1] && a.at[1] == b.at[0]) {
        next = slow_distance(
                   (struct bytes){a.at + 2, a.size - 2}, (struct bytes){b.at + 2, b.size - 2}) +
               1;
        best = next < best ? next : best;
    }
    return best;
}

/* With words of six letters a name is near exactly when the slow distance is at most two. */
START_TEST(distance_agrees_with_a_full_search)
{
    uint32_t seed = (uint32_t)_i;

    for (int n = 0; n < 100; n++) {
        char word[7] = {0}, name[7] = {0};
        const char *one[] = {name};
        size_t best, far;

        for (int i = 0; i < 6; i++) {
            seed = seed * 1664525u + 1013904223u;
            word[i] = (char)('a' + (seed >> 30));
            name[i] = (char)('a' + (seed >> 20 & 3));
        }
        far = slow_distance(bytes_of(word), bytes_of(name));
        ck_assert_uint_eq(
            diag_nearest(bytes_of(word), one, 1, &best, 1), strcmp(word, name) != 0 && far <= 2);
    }
}
END_TEST

Suite *
suite_diag(void)
{
    Suite *s = suite_create("diag");
    TCase *c = tcase_create("diag");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, examples_come_out_letter_by_letter, 0, EXAMPLES);
    tcase_add_loop_test(c, carets_stand_below_what_they_mean, 0, sizeof columns / sizeof *columns);
    tcase_add_test(c, a_span_over_lines_is_marked_on_its_first);
    tcase_add_test(c, a_place_behind_the_end_is_the_end);
    tcase_add_test(c, a_file_without_text_has_only_its_name);
    tcase_add_test(c, a_place_in_another_file_is_shown_with_its_file);
    tcase_add_test(c, a_very_long_line_is_cut_around_the_mark);
    tcase_add_test(c, words_from_a_file_cannot_steer_a_terminal);
    tcase_add_test(c, messages_stand_by_path_and_place_whatever_the_order_of_telling);
    tcase_add_test(c, messages_beyond_the_cap_are_counted);
    tcase_add_test(c, json_holds_all_of_a_message);
    tcase_add_test(c, out_of_memory_loses_words_and_not_the_count);
    tcase_add_loop_test(c, nearest_names_are_found, 0, sizeof nears / sizeof *nears);
    tcase_add_loop_test(c, distance_agrees_with_a_full_search, 0, 20);
    suite_add_tcase(s, c);
    return s;
}
