/* Batches: strides, text, sealing, reuse, and every allocation failing. */
#include <check.h>

#include "base/alloc.h"
#include "ingest/batch.h"
#include "support/suites.h"
#include "weir/limits.h"

START_TEST(slots_are_sixteen_bytes_apart_and_do_not_touch)
{
    for (uint32_t fields = TXN_FIELD_COUNT; fields <= LIMIT_FIELDS; fields++) {
        struct batch *b = batch_new(3, fields, 0);

        ck_assert_ptr_nonnull(b);
        ck_assert_uint_eq(b->stride % 16, 0);
        for (uint32_t i = 0; i < 3; i++)
            for (uint32_t f = 0; f < fields; f++)
                batch_at(b, i)->cell[f].num = (int64_t)(i * 100 + f);
        for (uint32_t i = 0; i < 3; i++)
            for (uint32_t f = 0; f < fields; f++)
                ck_assert_int_eq(batch_at(b, i)->cell[f].num, (int64_t)(i * 100 + f));
        batch_free(b);
    }
}
END_TEST

START_TEST(sealing_points_rows_at_text_and_picks)
{
    struct batch *b = batch_new(2, TXN_FIELD_COUNT, 5);

    buf_text(&b->text, "ab");
    for (b->count = 0; b->count < 2; b->count++) {
        batch_at(b, b->count)->cell[TXN_ID].text.off = b->count;
        batch_at(b, b->count)->cell[TXN_ID].text.size = 1;
    }
    for (int i = 0; i < 10000; i++)
        buf_byte(&b->text, 'x'); /* the text moves while it grows */
    batch_seal(b);
    ck_assert(bytes_equal(txn_text(batch_at(b, 0), TXN_ID), bytes_of("a")));
    ck_assert(bytes_equal(txn_text(batch_at(b, 1), TXN_ID), bytes_of("b")));
    ck_assert_ptr_eq(batch_at(b, 0)->pick, b->picks);
    ck_assert_ptr_eq(batch_at(b, 1)->pick, b->picks + 5);
    batch_clear(b);
    ck_assert_uint_eq(b->count, 0);
    ck_assert_uint_eq(b->text.size, 0);
    batch_free(b);
    batch_free(NULL);
}
END_TEST

START_TEST(no_memory_is_null_and_leaves_nothing)
{
    size_t before = alloc_live();
    int failed = 0;

    for (size_t n = 1; n < 10; n++) {
        struct batch *b;

        alloc_fail_at(n, 0);
        b = batch_new(4, TXN_FIELD_COUNT, 1);
        alloc_fail_at(0, 0);
        failed += b == NULL;
        batch_free(b);
        ck_assert_uint_eq(alloc_live(), before);
    }
    ck_assert_int_eq(failed, 3);
}
END_TEST

Suite *
suite_batch(void)
{
    Suite *s = suite_create("batch");
    TCase *c = tcase_create("batch");

    tcase_add_test(c, slots_are_sixteen_bytes_apart_and_do_not_touch);
    tcase_add_test(c, sealing_points_rows_at_text_and_picks);
    tcase_add_test(c, no_memory_is_null_and_leaves_nothing);
    suite_add_tcase(s, c);
    return s;
}
