/* Samples: the same options give the same bytes, account numbers are sound, what is planted is
 * true. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/sha256.h"
#include "model/account.h"
#include "sample/layout.h"
#include "sample/plant.h"
#include "sample/sample.h"
#include "support/suites.h"

enum { ROOM = 256, FILE_MOST = 64 << 20 };

static char folder[ROOM];

static void
setup(void)
{
    (void)snprintf(folder, sizeof folder, "build/test-sample-%d", (int)getpid());
}

static void
teardown(void)
{
    char command[ROOM + 16];

    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* One hash over all files of a sample, in order of name. */
static void
make(const struct sample_spec *spec, uint8_t digest[static 32], struct sample_result *made)
{
    struct file_list list = {0};
    struct sha256 *s = sha256_new();
    struct weir_err err = {0};

    ck_assert_msg(sample_make(spec, made, &err) == WEIR_OK, "%s", err.text);
    ck_assert_int_eq(file_list_add(&list, spec->out, &err), WEIR_OK);
    for (size_t i = 0; i < list.count; i++) {
        struct buf text = {0};

        ck_assert_int_eq(file_read(list.path[i], FILE_MOST, &text, &err), WEIR_OK);
        sha256_add_field(s, text.at, text.size);
        buf_fini(&text);
    }
    sha256_end(s, digest);
    sha256_free(s);
    file_list_fini(&list);
    teardown();
}

START_TEST(same_options_same_bytes_and_another_seed_other_bytes)
{
    struct sample_spec spec = {
        .out = folder, .rows = 5000, .seed = 3, .banks = 4, .days = 35, .level = 6};
    struct sample_result made;
    uint8_t first[32], second[32], third[32];

    make(&spec, first, &made);
    make(&spec, second, &made);
    ck_assert_mem_eq(first, second, 32);
    ck_assert_uint_eq(made.rows, 5000 + made.planted);
    ck_assert_uint_gt(made.schemes, 0);
    ck_assert_uint_eq(made.schemes, made.look_alikes);
    spec.seed = 4;
    make(&spec, third, &made);
    ck_assert_int_ne(memcmp(first, third, 32), 0);
}
END_TEST

START_TEST(account_numbers_are_sound_and_names_fit)
{
    struct world w;
    char name[48], iban[35];

    ck_assert(world_init(&w, 1, BANKS_MAX, 5000));
    for (uint32_t n = 0; n < w.count; n++) {
        struct bytes text = bytes_of(w.account[n].iban);

        ck_assert_msg(iban_valid(text), "%s", w.account[n].iban);
        ck_assert_uint_lt(world_name(&w, (int32_t)n, 0, name), sizeof name);
    }
    for (uint32_t n = 0; n < 5000; n++) {
        world_stranger_iban(n * 7919, iban);
        ck_assert_msg(iban_valid(bytes_of(iban)), "%s", iban);
        ck_assert_uint_lt(world_name(&w, ABROAD, n * 7919, name), sizeof name);
    }
    world_fini(&w);
}
END_TEST

START_TEST(planted_payments_lie_in_order_within_the_time_given)
{
    enum { FROM = 1767225600, DAYS = 60 };
    const struct plants_spec spec = {
        .each = 20, .shapes = 20, .from_s = FROM, .to_s = FROM + DAYS * 86400};
    struct world w;
    struct plants p;

    ck_assert(world_init(&w, 9, 3, 2000));
    ck_assert(plants_make(&p, &w, 9, &spec));
    ck_assert_uint_gt(p.count, 500);
    for (size_t i = 0; i < p.count; i++) {
        const struct payment *t = &p.at[i].payment;

        ck_assert_int_ge(t->at_s, i == 0 ? FROM : p.at[i - 1].payment.at_s);
        ck_assert_int_lt(t->at_s, FROM + DAYS * 86400);
        ck_assert_int_gt(t->cents, 0);
        ck_assert(t->from >= 0 || t->to >= 0);
        ck_assert_int_ne(t->from, t->to);
        ck_assert_uint_lt(p.at[i].scheme, p.scheme_count);
    }
    plants_fini(&p);
    world_fini(&w);
}
END_TEST

Suite *
suite_sample(void)
{
    Suite *s = suite_create("sample");
    TCase *t = tcase_create("sample");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, same_options_same_bytes_and_another_seed_other_bytes);
    tcase_add_test(t, account_numbers_are_sound_and_names_fit);
    tcase_add_test(t, planted_payments_lie_in_order_within_the_time_given);
    suite_add_tcase(s, t);
    return s;
}
