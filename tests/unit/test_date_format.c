/* Dates: pictures that compile and that do not, texts that fit and that do not, clashes, the fast
 * way. */
#include <check.h>
#include <stdio.h>

#include "base/civil.h"
#include "ingest/date_format.h"
#include "ingest/month.h"
#include "support/suites.h"

static struct date_format
compiled(const char *picture)
{
    struct date_format f;
    char fault[160] = "";
    size_t at;

    ck_assert_msg(date_format_compile(bytes_of(picture), &f, fault, sizeof fault, &at), "%s: %s",
        picture, fault);
    return f;
}

static const struct fitting {
    const char *picture, *text;
    int year, month, day;
    int64_t clock_s;
    int offset_s;
} fitting[] = {
    {"YYYY-MM-DD", "2026-01-31", 2026, 1, 31, 0, 0},
    {"DD.MM.YYYY", "31.01.2026", 2026, 1, 31, 0, 0},
    {"D.M.YYYY", "1.2.2026", 2026, 2, 1, 0, 0},
    {"D.M.YYYY", "31.12.2026", 2026, 12, 31, 0, 0},
    {"YYYY.MM.DD.", "2019.04.19.", 2019, 4, 19, 0, 0},
    {"MM/DD/YYYY", "02/01/2024", 2024, 2, 1, 0, 0},
    {"DD/MM/YYYY", "02/01/2024", 2024, 1, 2, 0, 0},
    {"YYYYMMDD", "20190311", 2019, 3, 11, 0, 0},
    {"DDMMYY", "110319", 2019, 3, 11, 0, 0},
    {"DD.MM.YY", "22.02.18", 2018, 2, 22, 0, 0},
    {"DD.MM.YY", "22.02.69", 2069, 2, 22, 0, 0},
    {"DD.MM.YY", "22.02.70", 1970, 2, 22, 0, 0},
    {"DD-MMM-YYYY", "12-Dec-2019", 2019, 12, 12, 0, 0},
    {"DD MMM YYYY", "27 Feb 2018", 2018, 2, 27, 0, 0},
    {"D MMM YYYY", "5 März 2024", 2024, 3, 5, 0, 0},
    {"D. MMM YYYY", "5. ožujak 2024", 2024, 3, 5, 0, 0},
    {"D MMM YYYY", "5 Ağu 2024", 2024, 8, 5, 0, 0},
    {"D MMM YYYY", "5 маја 2024", 2024, 5, 5, 0, 0},
    {"D MMM YYYY", "5 Ιουνίου 2024", 2024, 6, 5, 0, 0},
    {"MMM D, YYYY", "September 9, 2024", 2024, 9, 9, 0, 0},
    {"ddd D MMM YYYY", "Mon 9 Sep 2024", 2024, 9, 9, 0, 0},
    {"YYYY-MM-DD HH:mm:ss", "2024-09-09 13:14:15", 2024, 9, 9, 47655, 0},
    {"YYYY-MM-DDTHH:mm:ssZ", "2024-09-09T13:14:15Z", 2024, 9, 9, 47655, 0},
    {"YYYY-MM-DDTHH:mm:ssZ", "2024-09-09T13:14:15+02:00", 2024, 9, 9, 47655, 7200},
    {"YYYY-MM-DD HH:mm:ss Z", "2018-02-25 12:34:56 +0000", 2018, 2, 25, 45296, 0},
    {"YYYY-MM-DDTHH:mm:ss.SSSZ", "2024-09-09T13:14:15.250-0530", 2024, 9, 9, 47655, -19800},
    {"DD-MM-YYYY / HH:mm", "09-09-2024 / 07:05", 2024, 9, 9, 25500, 0},
    {"DD/MM/YYYY H:mm A", "09/09/2024 7:05 PM", 2024, 9, 9, 68700, 0},
    {"DD/MM/YYYY HH:mm A", "09/09/2024 12:05 am", 2024, 9, 9, 300, 0},
    {"YYYY-MM-DD [00:00:00]", "2024-09-09 00:00:00", 2024, 9, 9, 0, 0},
    {"[am] DD.MM.YYYY", "am 09.09.2024", 2024, 9, 9, 0, 0},
    {"DD.MM.YYYY HH:mm", "09.09.2024   13:14", 2024, 9, 9, 47640, 0},
    {"DD.MM", "09.09", 0, 9, 9, 0, 0},
    {"DD.MM", "29.02", 0, 2, 29, 0, 0},
    {"YYYY-MM-DD", "2024-02-29", 2024, 2, 29, 0, 0},
};

START_TEST(a_text_that_fits_is_read)
{
    const struct fitting *t = &fitting[_i];
    struct date_format f = compiled(t->picture);
    struct date_parts p;

    ck_assert_msg(date_format_parse(&f, bytes_of(t->text), &p), "%s by %s", t->text, t->picture);
    ck_assert_int_eq(p.year, t->year);
    ck_assert_int_eq(p.month, t->month);
    ck_assert_int_eq(p.day, t->day);
    ck_assert_int_eq(p.clock_us / US_PER_S, t->clock_s);
    ck_assert_int_eq(p.offset_s, t->offset_s);
}
END_TEST

static const struct {
    const char *picture, *text;
} unfit[] = {
    {"YYYY-MM-DD", ""},
    {"YYYY-MM-DD", "2024-02-30"},
    {"YYYY-MM-DD", "2023-02-29"},
    {"YYYY-MM-DD", "2024-13-01"},
    {"YYYY-MM-DD", "2024-00-01"},
    {"YYYY-MM-DD", "2024-01-00"},
    {"YYYY-MM-DD", "2024-1-1"},
    {"YYYY-MM-DD", "24-01-01"},
    {"YYYY-MM-DD", "2024-01-01 "},
    {"YYYY-MM-DD", " 2024-01-01"},
    {"YYYY-MM-DD", "2024/01/01"},
    {"YYYY-MM-DD", "2024-01-01T"},
    {"YYYY-MM-DD", "2024-01-0a"},
    {"YYYY-MM-DD", "0000-01-01"},
    {"YYYY-MM-DD", "Pending"},
    {"DD.MM.YYYY", "31.04.2024"},
    {"DD.MM.YYYY", "31.1.2024"},
    {"D.M.YYYY", "123.1.2024"},
    {"DD MMM YYYY", "27 Foo 2018"},
    {"DD MMM YYYY", "27 Ju 2018"},
    {"DD MMM YYYY", "27  2018"},
    {"YYYY-MM-DD HH:mm:ss", "2024-01-01 24:00:00"},
    {"YYYY-MM-DD HH:mm:ss", "2024-01-01 23:60:00"},
    {"YYYY-MM-DD HH:mm:ss", "2024-01-01 23:59:60"},
    {"YYYY-MM-DD HH:mm:ss", "2024-01-01"},
    {"YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T00:00:00"},
    {"YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T00:00:00+2"},
    {"YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T00:00:00+19:00"},
    {"DD.MM", "31.02"},
    {"DD/MM/YYYY H:mm A", "09/09/2024 13:05 PM"},
    {"DD/MM/YYYY H:mm A", "09/09/2024 0:05 AM"},
    {"DD/MM/YYYY H:mm A", "09/09/2024 7:05 XM"},
};

START_TEST(a_text_that_does_not_is_refused)
{
    struct date_format f = compiled(unfit[_i].picture);
    struct date_parts p;

    ck_assert_msg(!date_format_parse(&f, bytes_of(unfit[_i].text), &p), "`%s` by %s",
        unfit[_i].text, unfit[_i].picture);
}
END_TEST

static const char *const faulty[] = {"", "YYYY", "MM-DD-MM", "DD.DD.YYYY", "YYYY-DD", "YYYY-MM",
    "yyyy-mm-dd", "%d.%m.%Y", "DD.MM.YYYY mm", "DD.MM.YYYY ss", "DD.MM.YYYY HH", "DD.MM.YYYY Z",
    "DD.MM.YYYY A", "[DD.MM.YYYY", "DD.MM.YYYY hh:mm", "day DD.MM.YYYY",
    "DD.MM.YYYY [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]"};

START_TEST(a_picture_that_is_none_is_refused_with_a_reason)
{
    struct date_format f;
    char fault[160] = "";
    size_t at;

    ck_assert_msg(
        !date_format_compile(bytes_of(faulty[_i]), &f, fault, sizeof fault, &at), "%s", faulty[_i]);
    ck_assert_str_ne(fault, "");
}
END_TEST

START_TEST(pictures_clash_when_one_text_could_be_two_dates)
{
    static const struct {
        const char *a, *b;
        bool clash;
    } pairs[] = {
        {"DD/MM/YYYY", "MM/DD/YYYY", true},
        {"D/M/YYYY", "MM/DD/YYYY", true},
        {"DD/MM/YY", "YY/MM/DD", true},
        {"DDMMYY", "YYMMDD", true},
        {"DD/MM/YYYY HH:mm", "MM/DD/YYYY HH:mm", true},
        {"DD/MM/YYYY", "DD.MM.YYYY", false},
        {"DD/MM/YYYY", "D/M/YYYY", false},
        {"DD/MM/YYYY", "DD/MM/YYYY HH:mm", false},
        {"YYYY-MM-DD", "DD-MM-YYYY", false},
        {"DD MMM YYYY", "D MMM YYYY", false},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct date_format a = compiled(pairs[i].a), b = compiled(pairs[i].b);

        ck_assert_msg(date_format_clash(&a, &b) == pairs[i].clash, "%s %s", pairs[i].a, pairs[i].b);
        ck_assert_msg(date_format_clash(&b, &a) == pairs[i].clash, "%s %s", pairs[i].b, pairs[i].a);
    }
}
END_TEST

/* The clock read by position must be what the tokens say, and refuse what they refuse. */
START_TEST(the_fast_clock_agrees_with_the_tokens)
{
    static const char *const pictures[] = {
        "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DDTHH:mm", "DD.MM.YYYY HH.mm.ss"};
    static const char digits[] = "0123456789: .T-";
    struct date_format f = compiled(pictures[_i % 3]);
    uint32_t seed = (uint32_t)_i + 7;
    char text[32];

    ck_assert(f.fixed);
    for (int n = 0; n < 4000; n++) {
        struct date_parts p;
        bool fits;

        (void)snprintf(text, sizeof text, "%s",
            _i % 3 == 0   ? "2024-02-03 04:05:06"
            : _i % 3 == 1 ? "2024-02-03T04:05"
                          : "03.02.2024 04.05.06");
        for (int k = 0; k < 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            text[f.date_size + (seed >> 24) % (uint32_t)(f.size - f.date_size)] =
                digits[(seed >> 12) % (sizeof digits - 1)];
        }
        fits = date_format_parse(&f, bytes_of(text), &p);
        ck_assert_msg((date_format_clock(&f, text) >= 0) == fits, "%s", text);
        if (fits)
            ck_assert_int_eq(date_format_clock(&f, text), p.clock_us);
    }
}
END_TEST

START_TEST(every_day_of_four_centuries_comes_back)
{
    struct date_format f = compiled("D.M.YYYY");

    for (int64_t day = civil_days(1900, 1, 1); day < civil_days(2300, 1, 1); day++) {
        struct civil c;
        struct date_parts p;
        char text[24];

        civil_from_us(day * US_PER_DAY, &c);
        (void)snprintf(text, sizeof text, "%d.%d.%d", (int)c.day, (int)c.month, (int)c.year);
        ck_assert(date_format_parse(&f, bytes_of(text), &p));
        ck_assert_int_eq(civil_days(p.year, p.month, p.day), day);
    }
}
END_TEST

START_TEST(words_that_begin_two_months_are_none)
{
    ck_assert_int_eq(month_find(bytes_of("jun")), 6);
    ck_assert_int_eq(month_find(bytes_of("Jul.")), 7);
    ck_assert_int_eq(month_find(bytes_of("ju")), 0);
    ck_assert_int_eq(month_find(bytes_of("Ιου")), 0);
    ck_assert_int_eq(month_find(bytes_of("Ιουλ")), 7);
    ck_assert_int_eq(month_find(bytes_of("May")), 5);
    ck_assert_int_eq(month_find(bytes_of("")), 0);
    ck_assert_int_eq(month_find(bytes_of("Augustusaurus")), 0);
}
END_TEST

Suite *
suite_date_format(void)
{
    Suite *s = suite_create("date_format");
    TCase *c = tcase_create("dates");

    tcase_add_loop_test(c, a_text_that_fits_is_read, 0, sizeof fitting / sizeof *fitting);
    tcase_add_loop_test(c, a_text_that_does_not_is_refused, 0, sizeof unfit / sizeof *unfit);
    tcase_add_loop_test(
        c, a_picture_that_is_none_is_refused_with_a_reason, 0, sizeof faulty / sizeof *faulty);
    tcase_add_test(c, pictures_clash_when_one_text_could_be_two_dates);
    tcase_add_loop_test(c, the_fast_clock_agrees_with_the_tokens, 0, 6);
    tcase_add_test(c, every_day_of_four_centuries_comes_back);
    tcase_add_test(c, words_that_begin_two_months_are_none);
    suite_add_tcase(s, c);
    return s;
}
