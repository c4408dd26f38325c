/* Arenas: alignment, caps, marks, and what reset keeps. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "support/rng.h"
#include "support/suites.h"

START_TEST(cells_are_zeroed_aligned_and_apart)
{
    enum { CELLS = 2000 };
    static unsigned char *cell[CELLS];
    static size_t size[CELLS];
    struct arena a;
    uint64_t seed = 1;

    arena_init(&a, 0, "test");
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < CELLS; i++) {
            size[i] = rng_below(&seed, i % 100 == 0 ? 5000 : 60);
            cell[i] = arena_take(&a, size[i], 1);
            ck_assert_ptr_nonnull(cell[i]);
            ck_assert_uint_eq((uintptr_t)cell[i] % 16, 0);
            for (size_t j = 0; j < size[i]; j++)
                if (cell[i][j] != 0)
                    ck_abort_msg("byte %zu of cell %zu is not zero", j, i);
            memset(cell[i], (int)(i % 251) + 1, size[i]);
        }
        for (size_t i = 0; i < CELLS; i++)
            for (size_t j = 0; j < size[i]; j++)
                if (cell[i][j] != i % 251 + 1)
                    ck_abort_msg("byte %zu of cell %zu was overwritten", j, i);
        arena_reset(&a);
        ck_assert_uint_eq(a.used_bytes, 0);
    }
    arena_fini(&a);
}
END_TEST

START_TEST(at_the_cap_it_says_null_and_stays_whole)
{
    struct arena a;
    int taken = 0;

    arena_init(&a, 1024, "test");
    ck_assert_ptr_null(arena_take(&a, 1, 2000));
    ck_assert_ptr_null(arena_take(&a, SIZE_MAX / 2, 16));
    while (arena_take(&a, 1, 16) != NULL)
        taken++;
    ck_assert_int_gt(taken, 10);
    ck_assert_int_le(taken, 64);
    ck_assert_uint_le(a.used_bytes, 1024);
    arena_reset(&a);
    ck_assert_ptr_nonnull(arena_take(&a, 1, 16));
    arena_fini(&a);
}
END_TEST

START_TEST(a_rewind_gives_back_what_came_after_the_mark)
{
    struct arena a;
    struct arena_mark empty, mark;
    char *kept;

    arena_init(&a, 0, "test");
    empty = arena_mark(&a);
    kept = arena_copy(&a, bytes_of("kept"));
    mark = arena_mark(&a);
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(arena_take(&a, 1, 100));
    arena_rewind(&a, mark);
    ck_assert_uint_eq(a.used_bytes, mark.used_bytes);
    ck_assert_str_eq(kept, "kept");
    arena_rewind(&a, empty);
    ck_assert_uint_eq(a.used_bytes, 0);
    arena_fini(&a);
}
END_TEST

START_TEST(a_warm_arena_asks_for_no_more_memory)
{
    struct arena a;

    arena_init(&a, 0, "test");
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(arena_take(&a, 1, 100));
    alloc_fail_at(1, 1);
    for (int round = 0; round < 5; round++) {
        arena_reset(&a);
        for (int i = 0; i < 500; i++)
            ck_assert_ptr_nonnull(arena_take(&a, 1, 100));
    }
    ck_assert_uint_eq(alloc_count(), 0);
    alloc_fail_at(0, 0);
    arena_fini(&a);
}
END_TEST

START_TEST(refused_memory_is_null_and_the_rest_stays)
{
    struct arena a;
    char *kept;

    arena_init(&a, 0, "test");
    kept = arena_copy(&a, bytes_of("kept"));
    alloc_fail_at(1, 1);
    ck_assert_ptr_null(arena_take(&a, 1, 1 << 20));
    alloc_fail_at(0, 0);
    ck_assert_str_eq(kept, "kept");
    ck_assert_str_eq(arena_copy(&a, (struct bytes){NULL, 0}), "");
    arena_fini(&a);
}
END_TEST

Suite *
suite_arena(void)
{
    Suite *s = suite_create("arena");
    TCase *t = tcase_create("arena");

    tcase_add_test(t, cells_are_zeroed_aligned_and_apart);
    tcase_add_test(t, at_the_cap_it_says_null_and_stays_whole);
    tcase_add_test(t, a_rewind_gives_back_what_came_after_the_mark);
    tcase_add_test(t, a_warm_arena_asks_for_no_more_memory);
    tcase_add_test(t, refused_memory_is_null_and_the_rest_stays);
    suite_add_tcase(s, t);
    return s;
}
