/* JSON: commas, escapes, and texts that would mislead. */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "support/suites.h"
#include "text/json_read.h"
#include "text/json_write.h"

static struct buf out;
static struct json_write w;

static void
setup(void)
{
    out = (struct buf){0};
    w = (struct json_write){.out = &out};
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
    return out.at;
}

START_TEST(commas_stand_between_and_nowhere_else)
{
    json_open(&w, '{');
    json_key(&w, "a");
    json_open(&w, '[');
    json_int(&w, 1);
    json_int(&w, -9223372036854775807 - 1);
    json_open(&w, '[');
    json_close(&w, ']');
    json_open(&w, '{');
    json_close(&w, '}');
    json_close(&w, ']');
    json_key(&w, "b");
    json_bool(&w, true);
    json_key(&w, "c");
    json_bool(&w, false);
    json_key(&w, "d");
    json_null(&w);
    json_key(&w, "e");
    json_raw(&w, bytes_of("12.50"));
    json_key(&w, "f");
    json_text(&w, bytes_of("x"));
    json_close(&w, '}');
    ck_assert_str_eq(written(), "{\"a\":[1,-9223372036854775808,[],{}],\"b\":true,\"c\":false,"
                                "\"d\":null,\"e\":12.50,\"f\":\"x\"}");
}
END_TEST

static const struct row {
    const char *why, *text, *want;
} rows[] = {
    {"nothing", "", "\"\""},
    {"plain", "abc /~", "\"abc /~\""},
    {"quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\""},
    {"named controls", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
    {"other controls", "\x01\x1b\x1f\x7f", "\"\\u0001\\u001b\\u001f\\u007f\""},
    {"letters of all sizes stay", "é ш 銀 \xF0\x9F\x98\x80", "\"é ш 銀 \xF0\x9F\x98\x80\""},
    {"C1 controls", "\xC2\x85\xC2\x9B", "\"\\u0085\\u009b\""},
    {"an override of direction",
        "a\xE2\x80\xAE"
        "b",
        "\"a\\u202eb\""},
    {"an isolate", "\xE2\x81\xA6", "\"\\u2066\""},
    {"an Arabic letter mark", "\xD8\x9C", "\"\\u061c\""},
    {"separators of JavaScript", "\xE2\x80\xA8\xE2\x80\xA9", "\"\\u2028\\u2029\""},
    {"a byte that begins nothing",
        "a\xFF"
        "b",
        "\"a\xEF\xBF\xBD"
        "b\""},
    {"an overlong form", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"a surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"a cut character", "\xE9\x8A", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"a zero-width joiner belongs to words", "\xE2\x80\x8D", "\"\xE2\x80\x8D\""},
};

START_TEST(texts_are_escaped)
{
    json_text(&w, bytes_of(rows[_i].text));
    ck_assert_msg(strcmp(written(), rows[_i].want) == 0, "%s: %s", rows[_i].why, out.at);
}
END_TEST

START_TEST(nul_is_escaped)
{
    json_text(&w, (struct bytes){"a\0b", 3});
    ck_assert_str_eq(written(), "\"a\\u0000b\"");
}
END_TEST

/* Random bytes: what comes out is JSON that reads back as the text, and holds no bare control. */
START_TEST(every_text_is_valid_json)
{
    uint32_t seed = (uint32_t)_i;

    for (int n = 0; n < 200; n++) {
        struct json_token token;
        struct json_read r;
        struct buf back = {0};
        char text[40];
        size_t size;
        bool ascii = true;

        seed = seed * 1664525u + 1013904223u;
        size = seed >> 27;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = (char)(seed >> 24 & (n % 2 ? 0x7f : 0xff));
            ascii = ascii && (text[i] & 0x80) == 0;
        }
        out.size = 0;
        w.comma = false;
        json_text(&w, (struct bytes){text, size});
        for (size_t i = 0; i < out.size; i++)
            ck_assert_uint_ge((unsigned char)out.at[i], 0x20);
        json_init(&r, buf_bytes(&out));
        ck_assert_int_eq(json_next(&r, &token), WEIR_OK);
        ck_assert_int_eq(token.event, JSON_TEXT);
        ck_assert(json_unescape(token.raw, &back));
        if (ascii)
            ck_assert(bytes_equal(buf_bytes(&back), (struct bytes){text, size}));
        buf_fini(&back);
    }
}
END_TEST

Suite *
suite_json_write(void)
{
    Suite *s = suite_create("json_write");
    TCase *c = tcase_create("json_write");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, commas_stand_between_and_nowhere_else);
    tcase_add_loop_test(c, texts_are_escaped, 0, sizeof rows / sizeof *rows);
    tcase_add_test(c, nul_is_escaped);
    tcase_add_loop_test(c, every_text_is_valid_json, 0, 20);
    suite_add_tcase(s, c);
    return s;
}
