/* Allocation: what is counted, the cap, and requests a test makes fail. */
#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "support/suites.h"

static void
off(void)
{
    alloc_set_cap(0);
    alloc_fail_at(0, 0);
}

START_TEST(live_bytes_follow_take_grow_and_free)
{
    size_t before = alloc_live();
    char *p = alloc_take(100), *q;

    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(alloc_live(), before + 100);
    memset(p, 7, 100);
    q = alloc_grow(p, 1000);
    ck_assert_ptr_nonnull(q);
    ck_assert_int_eq(q[99], 7);
    ck_assert_uint_eq(alloc_live(), before + 1000);
    q = alloc_grow(q, 10);
    ck_assert_uint_eq(alloc_live(), before + 10);
    ck_assert_uint_ge(alloc_peak(), before + 1000);
    alloc_free(q);
    alloc_free(NULL);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

START_TEST(the_cap_refuses_and_counts_nothing)
{
    size_t before = alloc_live();
    char *p;

    alloc_set_cap(before + 1000);
    p = alloc_take(1000);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_null(alloc_take(1));
    ck_assert_ptr_null(alloc_zero(1, 1));
    ck_assert_ptr_null(alloc_grow(p, 1001));
    ck_assert_uint_eq(alloc_live(), before + 1000);
    p[999] = 1; /* the refused growth left it valid */
    alloc_free(p);
    off();
}
END_TEST

START_TEST(zeroed_memory_is_zero_and_its_product_is_checked)
{
    unsigned char *p = alloc_zero(10, 10);

    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(p[i], 0);
    alloc_free(p);
    ck_assert_ptr_null(alloc_zero(SIZE_MAX / 2, 3));
    ck_assert_ptr_null(alloc_take(SIZE_MAX));
}
END_TEST

START_TEST(the_nth_request_fails_once_or_from_then_on)
{
    void *p[4];

    for (int sticky = 0; sticky <= 1; sticky++) {
        alloc_fail_at(2, sticky);
        for (int i = 0; i < 4; i++)
            p[i] = alloc_take(8);
        ck_assert_uint_eq(alloc_count(), 4);
        off();
        ck_assert_ptr_nonnull(p[0]);
        ck_assert_ptr_null(p[1]);
        ck_assert_int_eq(p[2] == NULL, sticky);
        ck_assert_int_eq(p[3] == NULL, sticky);
        for (int i = 0; i < 4; i++)
            alloc_free(p[i]);
    }
}
END_TEST

static void *
take_and_free(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < 20000; i++) {
        char *p = alloc_take(i % 500);

        if (p != NULL && (p = alloc_grow(p, i % 700)) != NULL)
            alloc_free(p);
    }
    return NULL;
}

START_TEST(threads_leave_the_count_as_it_was)
{
    size_t before = alloc_live();
    pthread_t thread[4];

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, take_and_free, NULL), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

Suite *
suite_alloc(void)
{
    Suite *s = suite_create("alloc");
    TCase *t = tcase_create("alloc");

    tcase_add_unchecked_fixture(t, NULL, off);
    tcase_add_test(t, live_bytes_follow_take_grow_and_free);
    tcase_add_test(t, the_cap_refuses_and_counts_nothing);
    tcase_add_test(t, zeroed_memory_is_zero_and_its_product_is_checked);
    tcase_add_test(t, the_nth_request_fails_once_or_from_then_on);
    tcase_add_test(t, threads_leave_the_count_as_it_was);
    suite_add_tcase(s, t);
    return s;
}
