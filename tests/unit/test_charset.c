/* Code pages: all 256 bytes of each against iconv itself; YUSCII by example. */
#include <check.h>
#include <iconv.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/suites.h"
#include "text/charset.h"

static const char *const pages[] = {"windows-1250", "windows-1251", "windows-1252", "windows-1253",
    "windows-1254", "ISO-8859-1", "ISO-8859-2", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9",
    "ISO-8859-15", "ISO-8859-16", "CP852", "KOI8-R"};
enum { PAGES = sizeof pages / sizeof *pages };

START_TEST(every_byte_is_what_iconv_says)
{
    bool no_memory;
    struct charset *cs = charset_open(pages[_i], &no_memory);
    iconv_t with = iconv_open("UTF-8", pages[_i]);

    ck_assert_ptr_nonnull(cs);
    ck_assert_str_eq(charset_name(cs), pages[_i]);
    ck_assert(charset_keeps_ascii(cs));
    for (unsigned byte = 0; byte < 256; byte++) {
        char in[1] = {(char)byte}, room[8], *from = in, *to = room;
        size_t in_size = 1, out_size = sizeof room;
        struct buf got = {0};
        struct bytes want = {"\xef\xbf\xbd", 3};

        (void)iconv(with, NULL, NULL, NULL, NULL);
        if (iconv(with, &from, &in_size, &to, &out_size) != (size_t)-1)
            want = (struct bytes){room, sizeof room - out_size};
        charset_add(cs, (struct bytes){in, 1}, &got);
        ck_assert_msg(bytes_equal(buf_bytes(&got), want), "%s: byte %02x", pages[_i], byte);
        buf_fini(&got);
    }
    (void)iconv_close(with);
    charset_close(cs);
}
END_TEST

static const struct name {
    const char *spoken, *name; /* name NULL: refused */
} spoken_names[] = {
    {"Windows-1250", "windows-1250"},
    {"CP1250", "windows-1250"},
    {"win1251", "windows-1251"},
    {"windows_1253", "windows-1253"},
    {"latin-2", "ISO-8859-2"},
    {"iso8859-2", "ISO-8859-2"},
    {"ISO-8859-2", "ISO-8859-2"},
    {"yuscii", "YUSCII"},
    {"JUS I.B1.002", "YUSCII"},
    {"no such page", NULL},
    {"", NULL},
    {"ISO-8859-2//TRANSLIT", NULL},
    {"UTF-32", NULL},
    {"UTF-16", NULL},
    {"SHIFT_JIS", NULL},
    {"IBM037", NULL},
    {"a name that is far too long to be one", NULL},
};
enum { NAMES = sizeof spoken_names / sizeof *spoken_names };

START_TEST(names_are_known_as_people_write_them)
{
    bool no_memory;
    struct charset *cs = charset_open(spoken_names[_i].spoken, &no_memory);

    ck_assert(!no_memory);
    ck_assert_msg((cs != NULL) == (spoken_names[_i].name != NULL), "%s", spoken_names[_i].spoken);
    if (cs != NULL)
        ck_assert_str_eq(charset_name(cs), spoken_names[_i].name);
    charset_close(cs);
}
END_TEST

static const struct yuscii {
    const char *why, *raw, *text;
} yuscii[] = {
    {"every letter", "A^~[{\\|]}@`A", "AČčŠšĐđĆćŽžA"},
    {"inside a word", "KOMERCIJALNA BANKA AD -RA^UN TARIFE", "KOMERCIJALNA BANKA AD -RAČUN TARIFE"},
    {"in front of a word", "[TAMPA @IVKO", "ŠTAMPA ŽIVKO"},
    {"at the end of a name", "PETROVI] MARI}", "PETROVIĆ MARIć"},
    {"around a name", "[KORI]", "ŠKORIĆ"},
    {"brackets around a word", "[AUTOPROV] x", "[AUTOPROV] x"},
    {"brackets alone", "a [ b ] c {}", "a [ b ] c {}"},
    {"beside digits", "[12] 5@ 7|8", "[12] 5@ 7|8"},
    {"two letters of the table together", "^]A", "ČĆA"},
    {"plain", "uplata 12.30", "uplata 12.30"},
    {"nothing", "", ""},
};
enum { YUSCIIS = sizeof yuscii / sizeof *yuscii };

START_TEST(yuscii_letters_stand_by_letters)
{
    bool no_memory;
    struct charset *cs = charset_open("YUSCII", &no_memory);
    struct buf got = {0};

    ck_assert(!charset_keeps_ascii(cs));
    charset_add(cs, bytes_of(yuscii[_i].raw), &got);
    ck_assert_msg(bytes_equal(buf_bytes(&got), bytes_of(yuscii[_i].text)), "%s: %.*s",
        yuscii[_i].why, (int)got.size, got.at);
    buf_fini(&got);
    charset_close(cs);
}
END_TEST

START_TEST(yuscii_leaves_other_bytes)
{
    bool no_memory;
    struct charset *cs = charset_open("YUSCII", &no_memory);

    for (unsigned byte = 0; byte < 256; byte++) {
        char in[3] = {' ', (char)byte, ' '};
        struct buf got = {0};

        charset_add(cs, (struct bytes){in, 3}, &got);
        if (byte < 128)
            ck_assert(bytes_equal(buf_bytes(&got), (struct bytes){in, 3}));
        else
            ck_assert_uint_eq(got.size, 5);
        buf_fini(&got);
    }
    charset_close(cs);
}
END_TEST

START_TEST(no_memory_is_told_apart)
{
    bool no_memory = false;

    alloc_fail_at(1, 0);
    ck_assert_ptr_null(charset_open("windows-1250", &no_memory));
    alloc_fail_at(0, 0);
    ck_assert(no_memory);
    charset_close(NULL);
}
END_TEST

Suite *
suite_charset(void)
{
    Suite *s = suite_create("charset");
    TCase *t = tcase_create("charset");

    tcase_add_loop_test(t, every_byte_is_what_iconv_says, 0, PAGES);
    tcase_add_loop_test(t, names_are_known_as_people_write_them, 0, NAMES);
    tcase_add_loop_test(t, yuscii_letters_stand_by_letters, 0, YUSCIIS);
    tcase_add_test(t, yuscii_leaves_other_bytes);
    tcase_add_test(t, no_memory_is_told_apart);
    suite_add_tcase(s, t);
    return s;
}
