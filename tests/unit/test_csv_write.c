/* CSV: no cell is a formula in a spreadsheet, and every cell reads back. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/suites.h"
#include "text/csv_read.h"
#include "text/csv_write.h"

static struct buf out;
static struct csv_write w;

static void
setup(void)
{
    out = (struct buf){0};
    w = (struct csv_write){.out = &out};
}

static void
teardown(void)
{
    buf_fini(&out);
}

static const char *
written(void)
{
    buf_byte(&out, '\0');
    out.size--;
    return out.at;
}

static const struct row {
    const char *why, *text, *want;
} rows[] = {
    {"nothing", "", ""},
    {"plain", "abc", "abc"},
    {"a comma", "a,b", "\"a,b\""},
    {"a semicolon, which some spreadsheets split at", "a;b", "\"a;b\""},
    {"a quote", "a\"b", "\"a\"\"b\""},
    {"a line end", "a\nb", "\"a\nb\""},
    {"blanks at the ends", " a ", "\" a \""},
    {"a sign inside is none", "a=b+c-d@e", "a=b+c-d@e"},
    {"a formula", "=1+1", "\"'=1+1\""},
    {"a command", "=cmd|'/C calc'!A0", "\"'=cmd|'/C calc'!A0\""},
    {"a telephone number", "+30 690", "\"'+30 690\""},
    {"an apostrophe alone is text", "'a", "'a"},
    {"a negative amount as text", "-1.50", "\"'-1.50\""},
};

START_TEST(cells_are_quoted_where_needed)
{
    csv_text(&w, bytes_of(rows[_i].text));
    ck_assert_msg(strcmp(written(), rows[_i].want) == 0, "%s: %s", rows[_i].why, out.at);
}
END_TEST

/* Every lead behind every kind of blank in front of every tail: 20 x 8 x 4, over the 200 wanted. */
static const char *const leads[] = {"=", "+", "-", "@", "\t", "\r", "\n", "\x01", "\xEF\xBC\x9D",
    "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0", "\xEF\xB9\xA2", "\xEF\xB9\xA3", "\xEF\xB9\xA6",
    "\xEF\xB9\xAB", "\xE2\x88\x92", "=-", "\t=", "@@"};
static const char *const fronts[] = {
    "", " ", "   ", "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x83 ", "\xE2\x80\x8B", "\xEF\xBB\xBF"};
static const char *const tails[] = {
    "1+1", "SUM(A1:A9)*cmd|' /C calc'!A0", "HYPERLINK(\"x\",\"y\")", ""};

enum {
    LEADS = sizeof leads / sizeof *leads,
    FRONTS = sizeof fronts / sizeof *fronts,
    TAILS = sizeof tails / sizeof *tails
};

/* The one cell of a row as a reader sees it. */
static struct bytes
read_back(char room[static 256])
{
    static struct csv_row row;
    struct csv_read c;

    csv_init(&c, (struct csv_dialect){.delimiter = ',', .quote = '"'});
    ck_assert_int_eq(csv_row(&c, buf_bytes(&out), true, &row), WEIR_OK);
    ck_assert_uint_eq(row.count, 1);
    if ((csv_flags(&row, 0) & CSV_ESCAPED) != 0)
        return csv_unescape(&c, &row, 0, room);
    return row.cell[0];
}

START_TEST(no_cell_is_a_formula)
{
    for (int f = 0; f < FRONTS; f++)
        for (int t = 0; t < TAILS; t++) {
            char text[128], room[256];
            struct bytes cell;

            snprintf(text, sizeof text, "%s%s%s", fronts[f], leads[_i], tails[t]);
            out.size = 0;
            csv_text(&w, bytes_of(text));
            csv_end(&w);
            cell = read_back(room);
            ck_assert_uint_eq(cell.size, strlen(text) + 1);
            ck_assert_int_eq(cell.at[0], '\'');
            ck_assert_mem_eq(cell.at + 1, text, strlen(text));
        }
}
END_TEST

START_TEST(negative_amounts_are_untouched)
{
    for (int i = 1; i <= 20; i++) {
        char text[32], want[64];

        snprintf(text, sizeof text, "-%d.%02d", i * i * 997, i);
        snprintf(want, sizeof want, "%s,%d\n", text, i);
        out.size = 0;
        csv_number(&w, bytes_of(text));
        snprintf(text, sizeof text, "%d", i);
        csv_number(&w, bytes_of(text));
        csv_end(&w);
        ck_assert_str_eq(written(), want);
    }
}
END_TEST

START_TEST(random_rows_read_back)
{
    static const char letters[] = "ab,;\"\n\r\t =+-@'é";
    uint32_t seed = (uint32_t)_i;

    for (int n = 0; n < 200; n++) {
        char text[64], room[256];
        struct bytes cell;
        size_t size;

        seed = seed * 1664525u + 1013904223u;
        size = 1 + (seed >> 27);
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        out.size = 0;
        csv_text(&w, (struct bytes){text, size});
        csv_end(&w);
        cell = read_back(room);
        if (cell.size == size + 1) {
            ck_assert_int_eq(cell.at[0], '\'');
            cell.at++;
            cell.size--;
        }
        ck_assert(bytes_equal(cell, (struct bytes){text, size}));
        ck_assert(strchr("=+-@\t\r\n", text[0]) == NULL || cell.at[-1] == '\'');
    }
}
END_TEST

Suite *
suite_csv_write(void)
{
    Suite *s = suite_create("csv_write");
    TCase *c = tcase_create("csv_write");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, cells_are_quoted_where_needed, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(c, no_cell_is_a_formula, 0, LEADS);
    tcase_add_test(c, negative_amounts_are_untouched);
    tcase_add_loop_test(c, random_rows_read_back, 0, 20);
    suite_add_tcase(s, c);
    return s;
}
