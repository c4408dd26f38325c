/* Keys: the same cells give the same number, other cells another, whatever lies beside them. */
#include <check.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "state/keys.h"
#include "support/rng.h"
#include "support/suites.h"

enum { ROWS = 12000, BATCHES_MAX = 64 };

static const struct hash_key hash = {1, 2};
static uint64_t seed;
static const char room[] = "\0\0\0\0AB\0A\1\0\0\0ABCABC";

/* The ways a key can be made up. */
static const struct shape {
    const char *why;
    struct keys_part part[3];
    size_t count;
} shapes[] = {
    {"one text", {{TXN_O_ACCOUNT, KEYS_FIELD, TYPE_ACCOUNT}}, 1},
    {"one text of either side", {{TXN_O_ACCOUNT, KEYS_OWN, TYPE_ACCOUNT}}, 1},
    {"the other side's", {{TXN_O_CUSTOMER, KEYS_COUNTERPARTY, TYPE_CODE}}, 1},
    {"one number", {{TXN_O_COUNTRY, KEYS_COUNTERPARTY, TYPE_COUNTRY}}, 1},
    {"two texts",
        {{TXN_O_ACCOUNT, KEYS_OWN, TYPE_ACCOUNT}, {TXN_O_ACCOUNT, KEYS_COUNTERPARTY, TYPE_ACCOUNT}},
        2},
    {"text and numbers",
        {{TXN_CURRENCY, KEYS_FIELD, TYPE_CURRENCY}, {TXN_O_CUSTOMER, KEYS_OWN, TYPE_CODE},
            {TXN_O_COUNTRY, KEYS_OWN, TYPE_COUNTRY}},
        3},
};

static void
put(struct txn *t, unsigned field, bool text)
{
    if (rng_below(&seed, 8) == 0)
        return;
    t->present |= UINT64_C(1) << field;
    if (text) {
        t->cell[field].text.off = (uint32_t)rng_below(&seed, 12);
        t->cell[field].text.size = (uint32_t)rng_below(&seed, 5);
    } else {
        t->cell[field].num = (int64_t)rng_below(&seed, 4) - 1;
    }
}

static struct txn *
any_row(void)
{
    struct txn *t = calloc(1, sizeof *t + TXN_FIELD_COUNT * sizeof(union txn_cell));

    t->base = room;
    put(t, TXN_CURRENCY, false);
    put(t, TXN_O_ACCOUNT, true);
    put(t, TXN_B_ACCOUNT, true);
    put(t, TXN_O_CUSTOMER, true);
    put(t, TXN_B_CUSTOMER, true);
    put(t, TXN_O_COUNTRY, false);
    put(t, TXN_B_COUNTRY, false);
    return t;
}

/* The cells a key is made of, written out for comparing; false where one is missing. */
static bool
spell(const struct shape *s, const struct txn *t, uint8_t side, char out[256])
{
    size_t size = 0;

    memset(out, 0, 256);
    for (size_t i = 0; i < s->count; i++) {
        unsigned field = s->part[i].field;
        bool other = (s->part[i].view == KEYS_OWN && side == 1) ||
                     (s->part[i].view == KEYS_COUNTERPARTY && side == 0);

        if (other)
            field += TXN_B_ACCOUNT - TXN_O_ACCOUNT;
        if (!txn_has(t, field))
            return false;
        if (!type_is_text(s->part[i].type)) {
            memcpy(out + size, &t->cell[field].num, 8);
            size += 8;
            continue;
        }
        if (txn_text(t, field).size == 0)
            return false;
        out[size++] = (char)txn_text(t, field).size;
        memcpy(out + size, txn_text(t, field).at, txn_text(t, field).size);
        size += 40;
    }
    return true;
}

static void
says_its_parts(
    const struct keys *k, const struct shape *s, const struct txn *t, uint8_t side, uint32_t number)
{
    for (size_t i = 0; i < s->count; i++) {
        unsigned field = keys_field(s->part[i], side);
        struct value v = keys_value(k, number, i);

        ck_assert_int_eq(v.type, s->part[i].type);
        if (type_is_text(s->part[i].type))
            ck_assert(bytes_equal(v.text, txn_text(t, field)));
        else
            ck_assert(v.num == txn_num(t, field));
    }
}

START_TEST(numbers_agree_with_the_cells)
{
    const struct shape *s = &shapes[_i];
    struct keys *k = keys_new(s->part, s->count, &hash);
    static struct txn *row[ROWS];
    static uint8_t side[ROWS];
    static uint32_t number[ROWS];
    static char spelt[ROWS][256], met[ROWS][256];
    uint32_t count = 0, size;

    seed = 11;
    for (uint32_t n = 0; n < ROWS; n++) {
        row[n] = any_row();
        side[n] = (uint8_t)rng_below(&seed, 2);
    }
    for (uint32_t n = 0; n < ROWS; n += size) {
        size = (uint32_t)rng_below(&seed, n < ROWS / 2 ? 40 : KEYS_BATCH_MAX + 1);
        size = size > ROWS - n ? ROWS - n : size;
        ck_assert(keys_batch(k, (const struct txn *const *)(row + n), side + n, size, number + n));
    }
    for (uint32_t n = 0; n < ROWS; n++) {
        if (!spell(s, row[n], side[n], spelt[n])) {
            ck_assert_msg(number[n] == KEYS_NONE, "%s", s->why);
            continue;
        }
        ck_assert_uint_le(number[n], count); /* dense, in the order of first sight */
        if (number[n] == count)
            memcpy(met[count++], spelt[n], sizeof *met);
        ck_assert_msg(memcmp(met[number[n]], spelt[n], sizeof *met) == 0, "%s", s->why);
        says_its_parts(k, s, row[n], side[n], number[n]);
    }
    for (uint32_t a = 0; a < count && count < 2000; a++)
        for (uint32_t b = 0; b < a; b++)
            ck_assert_msg(memcmp(met[a], met[b], sizeof *met) != 0, "%s", s->why);
    ck_assert_uint_eq(keys_count(k), count);
    ck_assert_uint_gt(count, 1);
    for (uint32_t n = 0; n < ROWS; n++)
        free(row[n]);
    keys_free(k);
}
END_TEST

START_TEST(same_means_the_same_fields_in_the_same_order)
{
    const struct keys_part swapped[] = {shapes[4].part[1], shapes[4].part[0]};
    struct keys *k = keys_new(shapes[4].part, 2, &hash);

    ck_assert(keys_same(k, shapes[4].part, 2));
    ck_assert(!keys_same(k, shapes[4].part, 1));
    ck_assert(!keys_same(k, swapped, 2));
    keys_free(k);
}
END_TEST

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), failures = 0;
    const struct shape *s = &shapes[_i];

    for (size_t fail = 1; fail < 40; fail++) {
        struct keys *k;

        seed = 12;
        alloc_fail_at(fail, 0);
        if ((k = keys_new(s->part, s->count, &hash)) == NULL)
            failures++;
        for (int n = 0; k != NULL && n < 200; n++) {
            struct txn *row = any_row();
            const struct txn *rows[] = {row};
            uint32_t number;

            if (!keys_batch(k, rows, NULL, 1, &number)) {
                failures++;
                ck_assert(keys_batch(k, rows, NULL, 1, &number));
            }
            free(row);
        }
        alloc_fail_at(0, 0);
        keys_free(k);
        ck_assert_uint_eq(alloc_live(), before);
    }
    ck_assert_uint_ge(failures, 4);
}
END_TEST

Suite *
suite_keys(void)
{
    Suite *s = suite_create("keys");
    TCase *tc = tcase_create("keys");

    tcase_add_loop_test(tc, numbers_agree_with_the_cells, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(tc, same_means_the_same_fields_in_the_same_order);
    tcase_add_loop_test(tc, each_refused_allocation_is_survived, 0, sizeof shapes / sizeof *shapes);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    return s;
}
