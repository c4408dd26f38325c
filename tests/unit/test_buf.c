/* Growing output: what is written is there, and the first failure sticks. */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/suites.h"

START_TEST(everything_written_is_there_in_order)
{
    struct buf b = {0};

    buf_add(&b, NULL, 0);
    buf_text(&b, "a");
    buf_byte(&b, 'b');
    buf_int(&b, -12);
    buf_print(&b, "<%s>", "c");
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of("ab-12<c>")));
    for (int i = 0; i < 5000; i++)
        buf_byte(&b, 'x');
    ck_assert_uint_eq(b.size, 5008);
    ck_assert(!b.failed);
    buf_fini(&b);
    ck_assert_ptr_null(b.at);
}
END_TEST

static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, 1234567890, INT64_MAX, INT64_MIN};

START_TEST(integers_are_written_as_printf_does)
{
    struct buf b = {0};
    char want[32];

    (void)snprintf(want, sizeof want, "%jd", (intmax_t)numbers[_i]);
    buf_int(&b, numbers[_i]);
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of(want)));
    buf_fini(&b);
}
END_TEST

START_TEST(after_a_failed_growth_every_write_is_nothing)
{
    struct buf b = {0};

    buf_text(&b, "kept");
    alloc_fail_at(1, 0);
    for (int i = 0; i < 100; i++)
        buf_byte(&b, 'x');
    alloc_fail_at(0, 0);
    ck_assert(b.failed);
    ck_assert_uint_le(b.size, 64);
    buf_text(&b, "lost");
    buf_print(&b, "%d", 1);
    ck_assert_ptr_null(buf_room(&b, 1));
    ck_assert_uint_eq(b.size, 64);
    buf_fini(&b);
}
END_TEST

START_TEST(an_impossible_size_is_a_failure)
{
    struct buf b = {0};

    ck_assert_ptr_null(buf_room(&b, SIZE_MAX - 1));
    ck_assert(b.failed);
    buf_fini(&b);
}
END_TEST

Suite *
suite_buf(void)
{
    Suite *s = suite_create("buf");
    TCase *t = tcase_create("buf");

    tcase_add_test(t, everything_written_is_there_in_order);
    tcase_add_loop_test(
        t, integers_are_written_as_printf_does, 0, sizeof numbers / sizeof *numbers);
    tcase_add_test(t, after_a_failed_growth_every_write_is_nothing);
    tcase_add_test(t, an_impossible_size_is_a_failure);
    suite_add_tcase(s, t);
    return s;
}
