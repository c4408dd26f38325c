/* The ledger: what goes in comes out, in chunks that end with their newest row. */
#include <check.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "model/type.h"
#include "state/ledger.h"
#include "support/rng.h"
#include "support/suites.h"

enum { ROWS = 20000, TEXT_ROOM = 400 * 1024 };

static uint64_t seed;
static char room[TEXT_ROOM];

static struct txn *
new_row(void)
{
    return calloc(1, sizeof(struct txn) + TXN_FIELD_COUNT * sizeof(union txn_cell));
}

static int64_t
any_amount(void)
{
    static const int64_t edges[] = {INT64_MIN + 1, INT64_MAX, 0, -1, 63, 64, -64, -65};

    if (rng_below(&seed, 10) == 0)
        return edges[rng_below(&seed, 8)];
    return (int64_t)rng_below(&seed, 2000000) - 1000;
}

static void
put_text(struct txn *t, unsigned field, size_t size)
{
    if (rng_below(&seed, 5) == 0)
        return;
    t->present |= UINT64_C(1) << field;
    t->cell[field].text.off = (uint32_t)rng_below(&seed, 100);
    t->cell[field].text.size = (uint32_t)rng_below(&seed, size);
}

static void
put_num(struct txn *t, unsigned field, int64_t num)
{
    t->present |= UINT64_C(1) << field;
    t->cell[field].num = num;
}

/* Row `n` of a seed, always the same. */
static void
make_row(struct txn *t, uint64_t n)
{
    size_t longest = n % 1000 == 999 ? TEXT_ROOM - 200 : 40;

    seed = n;
    memset(t->cell, 0, TXN_FIELD_COUNT * sizeof *t->cell);
    *t = (struct txn){.at_us = (int64_t)(n / 3) * 1000000 - 500000000,
        .base = room,
        .row = n % 100 == 0 ? UINT64_MAX - n : n,
        .file = (uint32_t)rng_next(&seed),
        .source = (uint32_t)rng_below(&seed, 5),
        .flags = (uint32_t)rng_below(&seed, 2048)};
    if (rng_below(&seed, 10) > 0)
        put_num(t, TXN_AMOUNT, any_amount());
    if (rng_below(&seed, 10) > 0)
        put_num(t, TXN_CURRENCY, code_pack("RSD", 3));
    if (rng_below(&seed, 10) > 0)
        put_num(
            t, TXN_AMOUNT_EUR, rng_below(&seed, 2) == 0 ? t->cell[TXN_AMOUNT].num : any_amount());
    put_text(t, TXN_ID, 40);
    put_text(t, TXN_O_ACCOUNT, 40);
    put_text(t, TXN_O_NAME, longest);
    put_text(t, TXN_B_ACCOUNT, 40);
    put_text(t, TXN_B_NAME, 40);
}

static void
same_text(const struct txn *t, unsigned field, struct bytes got)
{
    struct bytes want = txn_has(t, field) ? txn_text(t, field) : (struct bytes){0};

    ck_assert(bytes_equal(got, want));
}

static void
same_row(const struct txn *t, const struct ledger_entry *e)
{
    ck_assert_int_eq(e->at_us, t->at_us);
    ck_assert_uint_eq(e->row, t->row);
    ck_assert_uint_eq(e->file, t->file);
    ck_assert_uint_eq(e->source, t->source);
    ck_assert_uint_eq(e->flags, t->flags);
    ck_assert_int_eq(e->has_amount, txn_has(t, TXN_AMOUNT));
    ck_assert_int_eq(e->amount_minor, txn_has(t, TXN_AMOUNT) ? txn_num(t, TXN_AMOUNT) : 0);
    ck_assert_int_eq(
        e->amount_eur, txn_has(t, TXN_AMOUNT_EUR) ? txn_num(t, TXN_AMOUNT_EUR) : INT64_MIN);
    ck_assert_int_eq(e->currency, txn_has(t, TXN_CURRENCY) ? txn_num(t, TXN_CURRENCY) : 0);
    same_text(t, TXN_ID, e->id);
    same_text(t, TXN_O_ACCOUNT, e->o_account);
    same_text(t, TXN_O_NAME, e->o_name);
    same_text(t, TXN_B_ACCOUNT, e->b_account);
    same_text(t, TXN_B_NAME, e->b_name);
}

static void
fill_room(void)
{
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = (char)('a' + i * 7919 % 53);
}

START_TEST(each_row_comes_out_as_it_went_in)
{
    struct ledger *l = ledger_new();
    struct txn *t = new_row();
    struct ledger_entry e;
    uint64_t before = LEDGER_NONE;

    for (uint64_t n = 1; n <= ROWS; n++) {
        make_row(t, n);
        ck_assert_uint_eq(ledger_add(l, t), before + 1);
        before++;
        if (n % 10 == 0) {
            seed = n;
            make_row(t, 1 + rng_below(&seed, n));
            ledger_get(l, t->row > ROWS ? UINT64_MAX - t->row : t->row, &e);
            same_row(t, &e);
        }
    }
    for (uint64_t n = 1; n <= ROWS; n++) {
        make_row(t, n);
        ledger_get(l, n, &e);
        same_row(t, &e);
    }
    ck_assert_uint_eq(ledger_live(l), ROWS);
    ledger_free(l);
    free(t);
}
END_TEST

START_TEST(what_is_old_goes_and_its_memory_with_it)
{
    size_t before = alloc_live(), most = 0;
    struct ledger *l = ledger_new();
    struct txn *t = new_row();
    struct ledger_entry e;

    for (uint64_t n = 1; n <= 10 * ROWS; n++) {
        uint64_t back = n < 3000 ? 1 : n - 2999;

        make_row(t, n - n % 1000 / 999); /* none of the longest */
        t->at_us = (int64_t)n;
        ck_assert_uint_eq(ledger_add(l, t), n);
        ledger_expire(l, (int64_t)n - 3000);
        ck_assert_uint_ge(ledger_live(l), n - back + 1);
        ledger_get(l, back, &e);
        ck_assert_int_eq(e.at_us, (int64_t)back);
        if (n == ROWS)
            most = alloc_live() - before;
        if (n > ROWS)
            ck_assert_uint_le(alloc_live() - before, most + 260 * 1024);
    }
    ledger_expire(l, 10 * ROWS - 1);
    ck_assert_uint_gt(ledger_live(l), 0);
    ledger_expire(l, 10 * ROWS);
    ck_assert_uint_eq(ledger_live(l), 0);
    ck_assert_uint_lt(alloc_live() - before, 4096);
    ck_assert_uint_eq(ledger_add(l, t), 10 * ROWS + 1);
    ledger_free(l);
    ck_assert_uint_eq(alloc_live(), before);
    free(t);
}
END_TEST

START_TEST(a_usual_row_is_small_beside_its_texts)
{
    size_t before = alloc_live(), texts = 0;
    struct ledger *l = ledger_new();
    struct txn *t = new_row();

    for (uint64_t n = 1; n <= ROWS; n++) {
        *t = (struct txn){.at_us = INT64_C(1767000000000000) + (int64_t)n * 3000001,
            .base = room,
            .row = n + 5000000,
            .file = 30,
            .source = 3};
        put_num(t, TXN_AMOUNT, 12345678);
        put_num(t, TXN_CURRENCY, code_pack("RSD", 3));
        put_num(t, TXN_AMOUNT_EUR, 105467);
        seed = n;
        put_text(t, TXN_ID, 20);
        put_text(t, TXN_B_ACCOUNT, 23);
        texts += t->cell[TXN_ID].text.size * (size_t)txn_has(t, TXN_ID) +
                 t->cell[TXN_B_ACCOUNT].text.size * (size_t)txn_has(t, TXN_B_ACCOUNT);
        ck_assert_uint_eq(ledger_add(l, t), n);
    }
    ck_assert_uint_le(alloc_live() - before - texts - 256 * 1024, ROWS * 64);
    ledger_free(l);
    free(t);
}
END_TEST

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live();
    struct txn *t = new_row();

    for (size_t fail = 1; fail < 20; fail++) {
        struct ledger *l;
        uint64_t added = 0;

        alloc_fail_at(fail, 0);
        l = ledger_new();
        for (uint64_t n = 1; l != NULL && n <= ROWS; n++) {
            make_row(t, n);
            if (ledger_add(l, t) != LEDGER_NONE)
                added++;
            ck_assert_uint_eq(ledger_live(l), added);
        }
        ck_assert(l == NULL || added == ROWS - 1);
        alloc_fail_at(0, 0);
        ledger_free(l);
        ck_assert_uint_eq(alloc_live(), before);
    }
    free(t);
}
END_TEST

Suite *
suite_ledger(void)
{
    Suite *s = suite_create("ledger");
    TCase *tc = tcase_create("ledger");

    tcase_add_checked_fixture(tc, fill_room, NULL);
    tcase_add_test(tc, each_row_comes_out_as_it_went_in);
    tcase_add_test(tc, what_is_old_goes_and_its_memory_with_it);
    tcase_add_test(tc, a_usual_row_is_small_beside_its_texts);
    tcase_add_test(tc, each_refused_allocation_is_survived);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    return s;
}
