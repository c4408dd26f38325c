/* UTF-8: every code point there and back, and every way to be wrong in up to four bytes. */
#include <check.h>
#include <string.h>

#include "support/rng.h"
#include "support/suites.h"
#include "text/utf8.h"

/* Decode by the definition: bits by lead byte, then refuse what RFC 3629 refuses. */
static size_t
twin(const unsigned char *at, size_t size, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = at[0] < 0x80             ? 1
               : (at[0] & 0xe0) == 0xc0 ? 2
               : (at[0] & 0xf0) == 0xe0 ? 3
               : (at[0] & 0xf8) == 0xf0 ? 4
                                        : 0;

    if (n == 0 || n > size)
        return 0;
    *point = n == 1 ? at[0] : at[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (at[i] & 0x3f);
    }
    if (*point < least[n] || *point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000))
        return 0;
    return n;
}

START_TEST(every_code_point_there_and_back)
{
    for (uint32_t point = 0; point <= 0x110000; point++) {
        bool real = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
        uint32_t back;
        char room[4];
        size_t size = utf8_put(point, room);

        if (utf8_next((struct bytes){room, size}, &back) != size || back != (real ? point : 0xfffd))
            ck_abort_msg("U+%04X", (unsigned)point);
    }
}
END_TEST

/* All pairs of first bytes, then the bytes at the edges of each range. */
START_TEST(agrees_with_the_definition)
{
    static const unsigned char edge[] = {
        0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};

    for (unsigned n = 0; n < 65536u * 100u; n++) {
        unsigned char at[4] = {(unsigned char)(n / 25600), (unsigned char)(n / 100 % 256),
            edge[n / 10 % 10], edge[n % 10]};
        uint32_t got = 0, want = 0xfffd;

        for (size_t size = n % 100 == 0 ? 1 : 4; size <= 4; size++) {
            size_t want_size = twin(at, size, &want);

            if (want_size == 0)
                want = 0xfffd;
            if (utf8_next((struct bytes){(char *)at, size}, &got) != want_size || got != want)
                ck_abort_msg("%02x %02x %02x %02x, %zu bytes", at[0], at[1], at[2], at[3], size);
        }
    }
}
END_TEST

START_TEST(long_texts_are_judged_whole)
{
    uint64_t seed = (uint64_t)_i;

    for (int n = 0; n < 2000; n++) {
        char text[64];
        size_t size = rng_below(&seed, sizeof text);
        bool valid = true, ascii = true;
        uint32_t point;

        for (size_t i = 0; i < size; i++)
            text[i] = (char)(rng_below(&seed, 12) != 0 ? 'a' : rng_below(&seed, 256));
        if (size > 10 && n % 2 == 0)
            memcpy(text + rng_below(&seed, size - 3), "\xe2\x82\xac", 3);
        for (size_t i = 0; i < size;) {
            size_t step = twin((unsigned char *)text + i, size - i, &point);

            ascii &= (unsigned char)text[i] < 0x80;
            valid &= step != 0;
            i += step == 0 ? 1 : step;
        }
        if (utf8_valid((struct bytes){text, size}) != valid ||
            utf8_ascii((struct bytes){text, size}) != ascii)
            ck_abort_msg("text %d of seed %d", n, _i);
    }
}
END_TEST

START_TEST(nothing_is_valid_ascii_and_no_character)
{
    struct bytes none = {NULL, 0};
    uint32_t point;

    ck_assert(utf8_valid(none) && utf8_ascii(none));
    ck_assert_uint_eq(utf8_next(none, &point), 0);
    ck_assert_uint_eq(point, 0xfffd);
}
END_TEST

/* Pairs of all kinds at all places: what is called plain is. */
START_TEST(what_looks_plain_is_plain)
{
    static const unsigned char bytes[] = {0x80, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc5, 0xcb, 0xcc,
        0xce, 0xcf, 0xd1, 0xd2, 0xe2, 0xf0, 0xff};
    uint64_t seed = (uint64_t)_i + 1;
    unsigned found = 0;

    for (int n = 0; n < 20000; n++) {
        char text[80];
        size_t size = rng_below(&seed, sizeof text), put = rng_below(&seed, 4);
        struct bytes t = {text, size};
        bool plain = true;

        memset(text, 'x', size);
        for (size_t i = 0; i < put && size >= 2; i++) {
            size_t at = rng_below(&seed, size - 1);

            text[at] = (char)bytes[rng_below(&seed, sizeof bytes)];
            if (rng_below(&seed, 4) != 0)
                text[at + 1] = (char)bytes[rng_below(&seed, 3)];
        }
        for (size_t i = 0; i < size;) {
            uint32_t point = 0;
            size_t step = twin((const unsigned char *)text + i, size - i, &point);

            plain = plain && step > 0 && (point < 0x300 || (point >= 0x3c0 && point < 0x480));
            i += step > 0 ? step : 1;
        }
        if (utf8_plain(t) && !plain)
            ck_abort_msg("text %d of seed %d", n, _i);
        if (!utf8_plain(t) && plain && size > 16 && (unsigned char)text[0] < 0x80)
            ck_abort_msg("text %d of seed %d is plain", n, _i);
        found += plain && !utf8_ascii(t);
    }
    ck_assert_uint_gt(found, 1000);
}
END_TEST

Suite *
suite_utf8(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("utf8");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_code_point_there_and_back);
    tcase_add_test(t, agrees_with_the_definition);
    tcase_add_loop_test(t, long_texts_are_judged_whole, 0, 5);
    tcase_add_loop_test(t, what_looks_plain_is_plain, 0, 5);
    tcase_add_test(t, nothing_is_valid_ascii_and_no_character);
    suite_add_tcase(s, t);
    return s;
}
