/* The sorter against qsort, with budgets from one row to all; packed rows come back as they were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/merge.h"
#include "ingest/order.h"
#include "ingest/packed.h"
#include "ingest/sorter.h"
#include "support/rng.h"
#include "support/stream.h"
#include "support/suites.h"
#include "weir/limits.h"

enum { COUNT = 700 };

static enum type types[LIMIT_FIELDS];
static struct batch *made;
static struct weir_err err;

static void
add_text(struct batch *b, struct txn *t, unsigned field, const char *text, size_t size)
{
    t->cell[field].text.off = (uint32_t)b->text.size;
    t->cell[field].text.size = (uint32_t)size;
    t->present |= UINT64_C(1) << field;
    buf_add(&b->text, text, size);
}

/* A row of few or many fields, some of them empty, long or with a zero byte. */
static void
make_row(uint64_t *seed, struct batch *b)
{
    static char letters[6000];
    struct txn *t = batch_at(b, b->count++);
    char text[24];

    memset(letters, 'x', sizeof letters);
    *t = (struct txn){.at_us = (int64_t)rng_below(seed, 30) - 10,
        .row = b->count,
        .offset = b->count * 7,
        .flags = (uint32_t)rng_below(seed, 32)};
    t->present = UINT64_C(1) << TXN_TIME;
    t->cell[TXN_TIME].num = t->at_us;
    if (rng_below(seed, 10) > 0) {
        int size = snprintf(
            text, sizeof text, "%0*u", 1 + (int)rng_below(seed, 12), (unsigned)rng_below(seed, 40));

        add_text(b, t, TXN_ID, text, (size_t)size);
    }
    if (rng_below(seed, 3) > 0) {
        t->present |= UINT64_C(1) << TXN_AMOUNT;
        t->cell[TXN_AMOUNT].num = (int64_t)rng_below(seed, 3) - 1;
    }
    if (rng_below(seed, 4) == 0)
        add_text(b, t, TXN_NARRATIVE, "a\0b", rng_below(seed, 4));
    if (rng_below(seed, 50) == 0)
        add_text(b, t, TXN_B_ADDRESS, letters, sizeof letters);
}

static void
setup(void)
{
    for (uint32_t f = 0; f < TXN_FIELD_COUNT; f++)
        types[f] = txn_fields[f].type;
    err = (struct weir_err){0};
}

static void
make_rows(uint64_t seed)
{
    made = batch_new(COUNT, TXN_FIELD_COUNT, 0);
    ck_assert_ptr_nonnull(made);
    for (uint32_t i = 0; i < COUNT; i++)
        make_row(&seed, made);
    batch_seal(made);
}

static int
by_order(const void *a, const void *b)
{
    const struct txn *const *x = a, *const *y = b;
    int order = txn_order(*x, *y, types, TXN_FIELD_COUNT);

    return order != 0 ? order : ((*x)->row > (*y)->row) - ((*x)->row < (*y)->row);
}

/* Everything but the batch it lies in. */
static bool
whole(const struct txn *a, const struct txn *b)
{
    return txn_order(a, b, types, TXN_FIELD_COUNT) == 0 && a->row == b->row &&
           a->offset == b->offset && a->flags == b->flags && a->present == b->present;
}

START_TEST(comes_out_as_qsort_says_whatever_the_budget)
{
    static const size_t budgets[] = {1, 600, 20000, 1 << 20};
    static const uint32_t caps[] = {1, 7, 1000};
    static const struct txn *want[COUNT];
    struct sorter_spec spec = {.types = types,
        .file = 3,
        .source = 0,
        .sort_bytes = budgets[_i % 4],
        .hold_bytes = budgets[_i / 4 % 4],
        .work = stream_folder()};
    struct batch *b = batch_new(caps[_i % 3], TXN_FIELD_COUNT, 0);
    struct sorter *s = sorter_new(&spec);
    uint32_t n = 0;

    make_rows((uint64_t)_i);
    for (uint32_t i = 0; i < COUNT; i++) {
        want[i] = batch_at(made, i);
        ck_assert_int_eq(sorter_add(s, want[i], want[i]->base, &err), WEIR_OK);
    }
    qsort(want, COUNT, sizeof *want, by_order);
    ck_assert_int_eq(sorter_end(s, &err), WEIR_OK);
    ck_assert_uint_eq(
        sorter_spilled(s) == 0, spec.sort_bytes == 1 << 20 && spec.hold_bytes == 1 << 20);
    while (sorter_next(s, b, &err) == WEIR_OK) {
        batch_seal(b);
        for (uint32_t i = 0; i < b->count; i++, n++) {
            ck_assert_msg(whole(batch_at(b, i), want[n]), "row %u differs", (unsigned)n);
            ck_assert_uint_eq(batch_at(b, i)->file, 3);
        }
        batch_clear(b);
    }
    ck_assert_uint_eq(n, COUNT);
    sorter_free(s);
    batch_free(b);
    batch_free(made);
}
END_TEST

START_TEST(nothing_in_nothing_out)
{
    struct sorter_spec spec = {
        .types = types, .sort_bytes = 1, .hold_bytes = 1, .work = "/nowhere"};
    struct sorter *s = sorter_new(&spec);
    struct batch *b = batch_new(4, TXN_FIELD_COUNT, 0);

    ck_assert_int_eq(sorter_end(s, &err), WEIR_OK);
    ck_assert_int_eq(sorter_next(s, b, &err), WEIR_END);
    sorter_free(s);
    batch_free(b);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_an_error_of_writing)
{
    struct sorter_spec spec = {
        .types = types, .sort_bytes = 1, .hold_bytes = 1, .work = "/nonexistent-folder"};
    struct sorter *s = sorter_new(&spec);
    enum weir_status st = WEIR_OK;

    make_rows(1);
    for (uint32_t i = 0; i < 3 && st == WEIR_OK; i++)
        st = sorter_add(s, batch_at(made, i), batch_at(made, i)->base, &err);
    ck_assert_int_eq(st, WEIR_FAIL);
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_WRITE);
    sorter_free(s);
    batch_free(made);
}
END_TEST

/* Every request in turn is refused: the sort fails cleanly or does without. */
START_TEST(out_of_memory_is_said_and_leaks_nothing)
{
    size_t n = 1, live;

    make_rows(2);
    live = alloc_live();
    for (;; n++) {
        struct sorter_spec spec = {
            .types = types, .sort_bytes = 9000, .hold_bytes = 4000, .work = stream_folder()};
        enum weir_status st = WEIR_OK;
        struct sorter *s;

        err = (struct weir_err){0};
        alloc_fail_at(n, 0);
        s = sorter_new(&spec);
        for (uint32_t i = 0; s != NULL && i < 200 && st == WEIR_OK; i++)
            st = sorter_add(s, batch_at(made, i), batch_at(made, i)->base, &err);
        if (s != NULL && st == WEIR_OK)
            st = sorter_end(s, &err);
        sorter_free(s);
        ck_assert_uint_eq(alloc_live(), live);
        if (alloc_count() < n)
            break;
        ck_assert(s == NULL || st == WEIR_OK || err.trouble == WEIR_TROUBLE_LIMIT);
    }
    alloc_fail_at(0, 0);
    ck_assert_uint_gt(n, 10);
    batch_free(made);
}
END_TEST

Suite *
suite_sorter(void)
{
    Suite *s = suite_create("sorter");
    TCase *sort = tcase_create("sort");

    tcase_set_timeout(sort, 60);
    tcase_add_checked_fixture(sort, setup, stream_clean);
    tcase_add_loop_test(sort, comes_out_as_qsort_says_whatever_the_budget, 0, 48);
    tcase_add_test(sort, nothing_in_nothing_out);
    tcase_add_test(sort, a_folder_that_cannot_be_written_is_an_error_of_writing);
    tcase_add_test(sort, out_of_memory_is_said_and_leaks_nothing);
    suite_add_tcase(s, sort);
    return s;
}
