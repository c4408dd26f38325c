/* Interning: the same key has the same number, whatever the batch; and clean refusals. */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "support/rng.h"
#include "support/suites.h"

static const struct hash_key key = {1, 2};

/* Key number n; every 16th is long. */
static struct bytes
nth(uint64_t n, char room[static 256])
{
    int size = snprintf(room, 256, "RS35%0*ju", n % 16 == 0 ? 200 : 8, (uintmax_t)n);

    return (struct bytes){room, (size_t)size};
}

START_TEST(numbers_are_dense_and_lead_back)
{
    struct intern *t = intern_new(&key);
    char room[256];

    for (uint32_t n = 0; n < 20000; n++)
        ck_assert_uint_eq(intern_add(t, nth(n, room)), n);
    for (uint32_t n = 0; n < 20000; n++) {
        ck_assert_uint_eq(intern_add(t, nth(n, room)), n);
        ck_assert_uint_eq(intern_find(t, nth(n, room)), n);
        ck_assert(bytes_equal(intern_text(t, n), nth(n, room)));
    }
    ck_assert_uint_eq(intern_find(t, nth(20000, room)), INTERN_NONE);
    ck_assert_uint_eq(intern_count(t), 20000);
    intern_free(t);
}
END_TEST

START_TEST(the_empty_key_and_zero_bytes_are_keys)
{
    struct intern *t = intern_new(&key);

    ck_assert_uint_eq(intern_add(t, (struct bytes){NULL, 0}), 0);
    ck_assert_uint_eq(intern_add(t, (struct bytes){"\0", 1}), 1);
    ck_assert_uint_eq(intern_add(t, (struct bytes){"\0\0", 2}), 2);
    ck_assert_uint_eq(intern_find(t, (struct bytes){"", 0}), 0);
    ck_assert_uint_eq(intern_text(t, 0).size, 0);
    intern_free(t);
}
END_TEST

/* The twin is a list searched from the front. */
START_TEST(batches_agree_with_a_list)
{
    enum { KEYS = 700 };
    static char rooms[INTERN_BATCH_MAX][256];
    static uint64_t list[KEYS];
    static uint32_t numbers[INTERN_BATCH_MAX];
    static struct bytes keys[INTERN_BATCH_MAX];
    static uint64_t drawn[INTERN_BATCH_MAX];
    struct intern *t = intern_new(&key);
    uint64_t seed = (uint64_t)_i;
    uint32_t known = 0;

    for (int round = 0; round < 20; round++) {
        uint32_t count = (uint32_t)rng_below(&seed, round == 0 ? 4097 : 300);

        for (uint32_t i = 0; i < count; i++) {
            drawn[i] = rng_below(&seed, KEYS);
            keys[i] = nth(drawn[i], rooms[i]);
        }
        ck_assert(intern_batch(t, keys, count, numbers));
        for (uint32_t i = 0; i < count; i++) {
            uint32_t at = 0;

            while (at < known && list[at] != drawn[i])
                at++;
            if (at == known)
                list[known++] = drawn[i];
            ck_assert_uint_eq(numbers[i], at);
        }
    }
    ck_assert_uint_eq(intern_count(t), known);
    intern_free(t);
}
END_TEST

START_TEST(refused_memory_leaves_a_whole_table)
{
    char room[256];

    for (size_t fail = 1; fail < 30; fail++) {
        struct intern *t;
        uint32_t added = 0;

        alloc_fail_at(fail, 0);
        t = intern_new(&key);
        for (uint32_t n = 0; t != NULL && n < 3000; n++)
            added += intern_add(t, nth(n, room)) != INTERN_NONE;
        alloc_fail_at(0, 0);
        if (t == NULL)
            continue;
        ck_assert_uint_ge(added, 2999);
        ck_assert_uint_eq(intern_count(t), added);
        for (uint32_t n = 0; n < added; n++)
            ck_assert_uint_eq(intern_find(t, intern_text(t, n)), n);
        intern_free(t);
    }
}
END_TEST

Suite *
suite_intern(void)
{
    Suite *s = suite_create("intern");
    TCase *t = tcase_create("intern");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, numbers_are_dense_and_lead_back);
    tcase_add_test(t, the_empty_key_and_zero_bytes_are_keys);
    tcase_add_loop_test(t, batches_agree_with_a_list, 0, 10);
    tcase_add_test(t, refused_memory_leaves_a_whole_table);
    suite_add_tcase(s, t);
    return s;
}
