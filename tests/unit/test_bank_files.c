/*
 * Real files of seventeen banks, each with a mapping of tests/mappings and no code of its own. The
 * figures were counted from the files by other means (csv module and decimals of Python).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/ingest_rig.h"
#include "support/skip.h"
#include "support/suites.h"

static const struct bank_file {
    const char *file, *mapping;
    uint32_t rows, skipped;
    int64_t out, in; /* minor units */
} files[] = {
    {"20171001-20171106.csv", "n26", 1, 0, 5999, 0},
    {"20180226-1000594757-umsatz.CSV", "ostseesparkasse", 1, 0, 3699, 0},
    {"2019-03-02_11-50-46_bunq-statement.csv", "bunq", 7, 0, 3968, 1586},
    {"MS_JANE_SMITH_01-12-2019_14-12-2019.csv", "partnership-card", 10, 3, 138580, 110000},
    {"MonzoDataExport_February2018_2018-02-26_174335.csv", "monzo", 1, 0, 1000, 0},
    {"Movements_1234512345_201805271848.csv", "airbank", 1, 0, 100, 0},
    {"TransactionHistory_20180418043121.csv", "ocbc", 8, 8, 17328, 0},
    {"Umsaetze_KtoNr538917600_EUR_02-03-2018_1503.CSV", "commerzbank", 1, 0, 1722, 0},
    {"dba33fceecd62c3c727893361e0ba4d3.P000000027355791.csv", "posb", 1, 0, 780, 0},
    {"kta_ei.dat", "raiffeisen-kta", 11, 0, 615222, 0},
    {"test_BOI_TransactionExport.csv", "bank-of-ireland", 27, 0, 426083, 384122},
    {"test_delimiter_tab.csv", "volksbank-tab", 73, 1, 645890, 187820},
    {"test_headers.csv", "raiffeisen-header", 73, 1, 645890, 187820},
    {"test_raiffeisen_01.csv", "raiffeisen-plain", 73, 1, 645890, 187820},
    {"test_row_format_CD_flag.csv", "flag-column", 73, 1, 645890, 187820},
    {"test_row_format_default.csv", "volksbank-plain", 73, 1, 645890, 187820},
    {"test_row_format_neg_inflow.csv", "negative-outflow", 73, 1, 645890, 187820},
};

static struct rig rig;
static struct mappings *all;
static struct arena arena;
static struct diags *ds;

static void
setup(void)
{
    struct buf out = {0};

    arena_init(&arena, 0, "test");
    ds = diags_new();
    all = NULL;
    ck_assert(mappings_load(&arena, ds, "tests/mappings", &all));
    diags_print_text(ds, false, &out);
    ck_assert_msg(diags_errors(ds) == 0, "%.*s", (int)out.size, out.at);
    buf_fini(&out);
}

static void
teardown(void)
{
    mappings_free(all);
    diags_free(ds);
    arena_fini(&arena);
}

/* The chosen mapping is borrowed into the rig, which must not free it. */
static bool
read_file(const char *name)
{
    char below[200];
    const char *path;
    const struct mapping *m = NULL;

    (void)snprintf(below, sizeof below, "csv/%s", name);
    path = fixture(below);
    if (path == NULL) {
        skip("the fixtures of bank files are not here");
        return false;
    }
    rig = (struct rig){.env = {.as_of_day = INT64_MAX}};
    rig.rows = batch_new(RIG_ROWS, TXN_FIELD_COUNT, 0);
    ck_assert_msg(mapping_choose(all, path, &m, &rig.err) == WEIR_OK, "%s", rig.err.text);
    rig.mapping = *m;
    rig_read_path(&rig, path);
    ck_assert_msg(rig.opened == WEIR_OK, "%s", rig.err.text);
    return true;
}

START_TEST(each_is_read_by_the_mapping_that_fits_it)
{
    const struct bank_file *f = &files[_i];
    int64_t out, in;

    if (!read_file(f->file))
        return;
    ck_assert_str_eq(rig.mapping.name, f->mapping);
    ck_assert_msg(rig.rejects == 0, "%s row %d: %s %s", f->file, (int)rig.reject[0].row,
        rig.reject[0].code, rig.reject[0].right);
    ck_assert_uint_eq(rig.rows->count, f->rows);
    ck_assert_uint_eq(rig.skipped, f->skipped);
    rig_sums(&rig, &out, &in);
    ck_assert_int_eq(out, f->out);
    ck_assert_int_eq(in, f->in);
    batch_free(rig.rows);
}
END_TEST

START_TEST(fields_land_where_they_belong)
{
    if (!read_file("MS_JANE_SMITH_01-12-2019_14-12-2019.csv"))
        return;
    ck_assert_str_eq(rig_text(&rig, 0, TXN_O_ACCOUNT), "MS_JANE_SMITH");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_AMOUNT), 118323);
    ck_assert((rig_row(&rig, 9)->flags & TXN_OWN_BENEFICIARY) != 0);
    ck_assert_str_eq(rig_text(&rig, 9, TXN_B_ACCOUNT), "MS_JANE_SMITH");
    batch_free(rig.rows);
    (void)read_file("kta_ei.dat");
    ck_assert_str_eq(rig_text(&rig, 5, TXN_O_ACCOUNT), "244081");
    ck_assert_str_eq(rig_text(&rig, 5, TXN_B_NAME), "S.C.D.");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_NAME), "FORSTINGER");
    batch_free(rig.rows);
    (void)read_file("Movements_1234512345_201805271848.csv");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_ID), "3228446118");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_SOURCE_BANK), "AIRACZPP");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_CHANNEL), CHANNEL_TRANSFER);
    batch_free(rig.rows);
    (void)read_file("20180226-1000594757-umsatz.CSV");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_REFERENCE), "RECHNR. 100532580591");
    batch_free(rig.rows);
}
END_TEST

Suite *
suite_bank_files(void)
{
    Suite *s = suite_create("bank_files");
    TCase *c = tcase_create("files");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(
        c, each_is_read_by_the_mapping_that_fits_it, 0, sizeof files / sizeof *files);
    tcase_add_test(c, fields_land_where_they_belong);
    suite_add_tcase(s, c);
    return s;
}
