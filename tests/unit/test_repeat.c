/* Fingerprints met twice are found wherever they are kept; a watch knows identities for certain. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/repeat.h"
#include "support/rng.h"
#include "support/stream.h"
#include "support/suites.h"

enum { PRINTS = 60000 };

static struct weir_err err;
static uint64_t print[PRINTS], sorted[PRINTS];

static int
by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The prints that stand twice or more, by sorting all. */
static size_t
expect(size_t count, uint64_t *twice)
{
    size_t found = 0;

    memcpy(sorted, print, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 1; i < count; i++)
        if (sorted[i] == sorted[i - 1] && (found == 0 || twice[found - 1] != sorted[i]))
            twice[found++] = sorted[i];
    return found;
}

/* Rows: how prints are drawn, and where full buffers go. */
static const struct drawn {
    const char *why;
    uint64_t values; /* 0: any 64-bit number */
    uint64_t times;  /* values are spread by this factor */
    size_t bytes;
    bool spills;
} draws[] = {
    {"no print twice, all in memory", 0, 1, 1 << 20, true},
    {"many twice, all in memory", 40000, UINT64_C(0x9e3779b97f4a7c15), 0, false},
    {"many twice, first blocks in memory", 40000, UINT64_C(0x9e3779b97f4a7c15), 3 * 4096, true},
    {"many twice, all blocks spilled", 40000, UINT64_C(0x9e3779b97f4a7c15), 0, true},
    {"all in one part, small numbers", 50000, 1, 0, true},
    {"zero and all ones", 2, UINT64_MAX, 0, true},
    {"one print only", 1, 1, 8192, true},
};

START_TEST(finds_every_print_met_twice)
{
    const struct drawn *d = &draws[_i];
    static uint64_t want[PRINTS];
    uint64_t seed = (uint64_t)_i, *got = NULL;
    struct repeat *r = repeat_new(d->bytes, d->spills ? stream_folder() : NULL);
    size_t count, n;

    for (int turn = 0; turn < 2; turn++) { /* twice, as it is empty afterwards */
        for (size_t i = 0; i < PRINTS; i++) {
            print[i] = d->values == 0 ? rng_next(&seed) : rng_below(&seed, d->values) * d->times;
            if (repeat_add(r, print[i], &err) != WEIR_OK)
                ck_abort_msg("%s", err.text);
        }
        n = expect(PRINTS, want);
        ck_assert_int_eq(repeat_end(r, &got, &count, &err), WEIR_OK);
        ck_assert_msg(count == n, "%s: %zu, not %zu", d->why, count, n);
        ck_assert_msg(n == 0 || memcmp(got, want, n * sizeof *want) == 0, "%s", d->why);
        ck_assert(n > 0 || got == NULL);
        alloc_free(got);
        got = NULL;
    }
    repeat_free(r);
}
END_TEST

START_TEST(memory_does_not_grow_with_rows)
{
    struct repeat *r = repeat_new(64 << 10, stream_folder());
    uint64_t seed = 1, *got;
    size_t count, at_half = 0;

    for (size_t i = 0; i < 4000000; i++) {
        if (i == 2000000)
            at_half = alloc_live();
        if (repeat_add(r, rng_next(&seed), &err) != WEIR_OK)
            ck_abort_msg("%s", err.text);
    }
    ck_assert_uint_eq(alloc_live(), at_half);
    ck_assert_int_eq(repeat_end(r, &got, &count, &err), WEIR_OK);
    ck_assert_uint_eq(count, 0);
    repeat_free(r);
}
END_TEST

/* --- identities --- */

static struct txn *
make_txn(void *room, const char *id, const char *from, const char *to, uint32_t flags)
{
    struct txn *t = room;
    static char text[64];

    (void)strcpy(text, id);
    (void)strcpy(text + 20, from);
    (void)strcpy(text + 40, to);
    *t = (struct txn){.base = text,
        .flags = flags,
        .present =
            UINT64_C(1) << TXN_ID | UINT64_C(1) << TXN_O_ACCOUNT | UINT64_C(1) << TXN_B_ACCOUNT};
    t->cell[TXN_ID].text.off = 0;
    t->cell[TXN_ID].text.size = (uint32_t)strlen(id);
    t->cell[TXN_O_ACCOUNT].text.off = 20;
    t->cell[TXN_O_ACCOUNT].text.size = (uint32_t)strlen(from);
    t->cell[TXN_B_ACCOUNT].text.off = 40;
    t->cell[TXN_B_ACCOUNT].text.size = (uint32_t)strlen(to);
    return t;
}

START_TEST(identity_is_bank_own_account_and_id)
{
    _Alignas(16) char room[1024];
    struct hash_key key = {5, 6};
    struct hash_words hash;
    struct txn *t = make_txn(room, "I1", "A", "B", 0);
    uint64_t plain, own, other;

    hash_spread(&key, &hash);
    plain = repeat_print(&hash, t);
    t->cell[TXN_O_ACCOUNT].text.off++;
    ck_assert_msg(repeat_print(&hash, t) == plain, "without an own account, accounts do not count");
    own = repeat_print(&hash, make_txn(room, "I1", "A", "B", TXN_OWN_ORIGINATOR));
    other = repeat_print(&hash, make_txn(room, "I1", "A", "B", TXN_OWN_BENEFICIARY));
    ck_assert(own != plain && own != other && other != plain);
    ck_assert(repeat_print(&hash, make_txn(room, "I1", "A", "C", TXN_OWN_ORIGINATOR)) == own);
    ck_assert(repeat_print(&hash, make_txn(room, "I1A", "", "C", TXN_OWN_ORIGINATOR)) != own);
    t = make_txn(room, "I1", "A", "B", TXN_OWN_ORIGINATOR);
    t->source = 1;
    ck_assert(repeat_print(&hash, t) != own);
}
END_TEST

START_TEST(watch_tells_identities_with_one_print_apart)
{
    _Alignas(16) char room[1024];
    uint64_t watched[2] = {0, 77};
    struct suspects *w = suspects_new(watched, 2);
    struct txn *t;
    bool met = true;

    ck_assert(suspects_has(w, 0));
    ck_assert(suspects_has(w, 77));
    ck_assert(!suspects_has(w, 78));
    ck_assert_int_eq(suspects_meet(w, make_txn(room, "I1", "", "", 0), 77, &met, &err), WEIR_OK);
    ck_assert(!met);
    ck_assert_int_eq(suspects_meet(w, make_txn(room, "I2", "", "", 0), 77, &met, &err), WEIR_OK);
    ck_assert(!met);
    ck_assert_int_eq(suspects_meet(w, make_txn(room, "I1", "", "", 0), 0, &met, &err), WEIR_OK);
    ck_assert(!met);
    ck_assert_int_eq(suspects_meet(w, make_txn(room, "I1", "", "", 0), 77, &met, &err), WEIR_OK);
    ck_assert(met);
    t = make_txn(room, "I1", "", "", 0);
    t->source = 1;
    ck_assert_int_eq(suspects_meet(w, t, 77, &met, &err), WEIR_OK);
    ck_assert_msg(!met, "another bank's id is another identity");
    suspects_free(w);
}
END_TEST

Suite *
suite_repeat(void)
{
    Suite *s = suite_create("repeat");
    TCase *memory = tcase_create("memory");

    tcase_set_timeout(memory, 60);
    tcase_add_checked_fixture(memory, NULL, stream_clean);
    tcase_add_loop_test(memory, finds_every_print_met_twice, 0, sizeof draws / sizeof *draws);
    tcase_add_test(memory, memory_does_not_grow_with_rows);
    tcase_add_test(memory, identity_is_bank_own_account_and_id);
    tcase_add_test(memory, watch_tells_identities_with_one_print_apart);
    suite_add_tcase(s, memory);
    return s;
}
