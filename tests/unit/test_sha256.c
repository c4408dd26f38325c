/* SHA-256: the examples of FIPS 180-4 and fields that do not run together. */
#include <check.h>
#include <string.h>

#include "base/sha256.h"
#include "support/suites.h"

static const struct example {
    const char *text, *hex;
} examples[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

START_TEST(published_examples_come_out)
{
    const struct example *e = &examples[_i];
    struct sha256 *s = sha256_new();
    uint8_t digest[32];
    char hex[65];

    sha256_of(e->text, strlen(e->text), digest);
    sha256_hex(digest, 32, hex);
    ck_assert_str_eq(hex, e->hex);
    for (int round = 0; round < 2; round++) { /* byte by byte, and again after the end */
        for (const char *c = e->text; *c != '\0'; c++)
            sha256_add(s, c, 1);
        sha256_end(s, digest);
        sha256_hex(digest, 32, hex);
        ck_assert_str_eq(hex, e->hex);
    }
    sha256_free(s);
}
END_TEST

START_TEST(fields_do_not_run_together)
{
    struct sha256 *s = sha256_new();
    uint8_t one[32], other[32], whole[32];

    sha256_add_field(s, "ab", 2);
    sha256_add_field(s, "c", 1);
    sha256_end(s, one);
    sha256_add_field(s, "a", 1);
    sha256_add_field(s, "bc", 2);
    sha256_end(s, other);
    ck_assert_int_ne(memcmp(one, other, 32), 0);
    sha256_of("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c", 19, whole);
    ck_assert_int_eq(memcmp(one, whole, 32), 0);
    sha256_free(s);
}
END_TEST

Suite *
suite_sha256(void)
{
    Suite *s = suite_create("sha256");
    TCase *t = tcase_create("sha256");

    tcase_add_loop_test(t, published_examples_come_out, 0, sizeof examples / sizeof *examples);
    tcase_add_test(t, fields_do_not_run_together);
    suite_add_tcase(s, t);
    return s;
}
