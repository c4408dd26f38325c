/*
 * A whole run over a small sample: every line of output fits its JSON Schema, the books balance, a
 * bad file counts wholly or not at all, planted schemes are found.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "sample/sample.h"
#include "screen/screen.h"
#include "screen/summary.h"
#include "support/schema.h"
#include "support/suites.h"
#include "text/diag.h"
#include "text/json_tree.h"

enum { ROOM = 512, FILE_MOST = 256 << 20 };

static char folder[64], in[ROOM], out[ROOM], mappings[ROOM], rates[ROOM];
static const char *const rule_folder = "rules";

static void
join(char *to, const char *name)
{
    (void)snprintf(to, ROOM, "%s/%s", folder, name);
}

/* A small sample of its own for each test. */
static void
setup(void)
{
    struct sample_spec spec = {
        .out = folder, .rows = 20000, .seed = 5, .banks = 4, .days = 40, .level = 1};
    struct sample_result made;
    struct weir_err err = {0};

    (void)snprintf(folder, sizeof folder, "build/test-screen-%d", (int)getpid());
    join(in, "data");
    join(out, "out");
    join(mappings, "mappings");
    join(rates, "rates.csv");
    ck_assert_msg(sample_make(&spec, &made, &err) == WEIR_OK, "%s", err.text);
}

static void
teardown(void)
{
    char command[ROOM + 16];

    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static struct screen_spec
spec_of(const char *const *inputs, size_t count)
{
    static const char *mapping_list[1], *rule_paths[1];

    mapping_list[0] = mappings;
    rule_paths[0] = rule_folder;
    return (struct screen_spec){.rules = rule_paths,
        .rule_count = 1,
        .mappings = mapping_list,
        .mapping_count = 1,
        .inputs = inputs,
        .input_count = count,
        .rates = rates,
        .out = out,
        .as_of_day = INT64_MAX,
        .threads = 2};
}

static void
run(const struct screen_spec *spec, struct screen_result *r)
{
    struct diags *ds = diags_new();
    struct weir_err err = {0};
    struct summary_run facts = {.elapsed_us = 1500000, .threads = 2, .inflater = "zlib"};
    enum weir_status st = screen_run(spec, ds, r, &err);

    ck_assert_msg(st == WEIR_OK, "%s %s", err.code, err.text);
    ck_assert_msg(summary_write(spec, r, &facts, &err) == WEIR_OK, "%s", err.text);
    diags_free(ds);
}

/* Hold every line of a file (or the whole, for one object) to a schema; returns how many. */
static size_t
hold_to(const char *name, const char *schema_path)
{
    struct arena a;
    struct buf text = {0}, schema_text = {0};
    struct weir_err err = {0};
    char path[ROOM + 64], why[512];
    const struct json_node *schema;
    size_t lines = 0;

    arena_init(&a, 0, "test");
    (void)snprintf(path, sizeof path, "%s/%s", out, name);
    ck_assert_msg(file_read(path, FILE_MOST, &text, &err) == WEIR_OK, "%s", err.text);
    ck_assert_int_eq(file_read(schema_path, FILE_MOST, &schema_text, &err), WEIR_OK);
    schema = json_tree(&a, buf_bytes(&schema_text));
    ck_assert_ptr_nonnull(schema);
    for (size_t from = 0, end; from < text.size; from = end + 1, lines++) {
        const char *newline = memchr(text.at + from, '\n', text.size - from);
        struct json_node *line;

        ck_assert_msg(newline != NULL, "%s does not end with a newline", name);
        end = (size_t)(newline - text.at);
        line = json_tree(&a, (struct bytes){text.at + from, end - from});
        ck_assert_msg(line != NULL, "%s line %zu is no JSON", name, lines + 1);
        ck_assert_msg(
            schema_fits(schema, line, why, sizeof why), "%s line %zu: %s", name, lines + 1, why);
    }
    buf_fini(&text);
    buf_fini(&schema_text);
    arena_fini(&a);
    return lines;
}

static void
check_books(const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        const struct input *input = &inputs->at[i];
        const struct feed_counts *c = &input->counts;

        if (input->aside)
            continue;
        ck_assert_uint_eq(c->read.rows, c->accepted + c->quarantined + c->skipped);
        ck_assert_uint_le(input->duplicates + input->conflicts, c->accepted);
    }
}

START_TEST(outputs_fit_their_schemas_and_the_books_balance)
{
    const char *inputs[] = {in};
    struct screen_spec spec = spec_of(inputs, 1);
    struct screen_result r;

    run(&spec, &r);
    check_books(&r.inputs);
    ck_assert_uint_gt(r.alert_count, 0);
    ck_assert_uint_eq(hold_to("alerts.jsonl", "docs/schema/alert.schema.json") +
                          hold_to("shadow.jsonl", "docs/schema/alert.schema.json"),
        r.alert_count);
    ck_assert_uint_eq(hold_to("summary.json", "docs/schema/summary.schema.json"), 1);
    ck_assert_uint_eq(hold_to("quarantine.jsonl", "docs/schema/quarantine.schema.json"), 0);
    screen_free(&r);
}
END_TEST

static void
write_text(const char *name, const char *text)
{
    char path[ROOM + 64];
    struct file_writer *w;
    struct weir_err err = {0};

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_int_eq(file_create(path, &w, &err), WEIR_OK);
    file_write(w, text, strlen(text));
    ck_assert_int_eq(file_commit(w, &err), WEIR_OK);
}

static const char good_rows[] =
    "id,booked,amount,currency,channel,payer_account,payer_name,payer_country,payer_city,payer_"
    "kind,"
    "payee_account,payee_name,payee_country,payee_kind,branch,mcc,text\n"
    "A1,2026-01-01T10:00:00Z,10.00,EUR,transfer,P1,Ann,DE,Berlin,person,Q1,Bea,RS,person,1,,x\n"
    "A2,2026-01-02T10:00:00Z,10.00,EUR,transfer,P1,Ann,DE,Berlin,person,Q1,Bea,RS,person,1,,x\n";

START_TEST(a_bad_row_is_quarantined_and_a_repeat_is_counted_once)
{
    char text[2048], path[ROOM + 64];
    const char *inputs[] = {path};
    struct screen_spec spec = spec_of(inputs, 1);
    struct screen_result r;

    (void)snprintf(text, sizeof text, "%s%s%s", good_rows,
        "A1,2026-01-01T10:00:00Z,10.00,EUR,transfer,P1,Ann,DE,Berlin,person,Q1,Bea,RS,person,1,,"
        "x\n",
        "A3,2026-01-03T10:00:00Z,ten,EUR,transfer,P1,Ann,DE,Berlin,person,Q1,Bea,RS,person,1,,x\n");
    write_text("vrelo-x.csv", text);
    (void)snprintf(path, sizeof path, "%s/vrelo-x.csv", folder);
    run(&spec, &r);
    check_books(&r.inputs);
    ck_assert_uint_eq(r.inputs.at[0].counts.read.rows, 4);
    ck_assert_uint_eq(r.inputs.at[0].duplicates, 1);
    ck_assert_uint_eq(r.inputs.at[0].counts.quarantined, 1);
    ck_assert_uint_eq(r.rows, 2);
    ck_assert(r.attention);
    ck_assert_uint_eq(hold_to("quarantine.jsonl", "docs/schema/quarantine.schema.json"), 1);
    screen_free(&r);
}
END_TEST

START_TEST(one_id_with_two_contents_keeps_the_least)
{
    char text[2048], path[ROOM + 64];
    const char *inputs[] = {path};
    struct screen_spec spec = spec_of(inputs, 1);
    struct screen_result r;

    (void)snprintf(text, sizeof text, "%s%s", good_rows,
        "A1,2026-01-05T10:00:00Z,99.00,EUR,transfer,P1,Ann,DE,Berlin,person,Q1,Bea,RS,person,1,,"
        "x\n");
    write_text("vrelo-x.csv", text);
    (void)snprintf(path, sizeof path, "%s/vrelo-x.csv", folder);
    run(&spec, &r);
    ck_assert_uint_eq(r.inputs.at[0].conflicts, 1);
    ck_assert_uint_eq(r.rows, 2);
    ck_assert_uint_eq(hold_to("quarantine.jsonl", "docs/schema/quarantine.schema.json"), 1);
    screen_free(&r);
}
END_TEST

START_TEST(a_file_cut_short_counts_for_nothing_and_the_others_count)
{
    char whole[ROOM + 64], path[ROOM + 64], command[3 * ROOM];
    const char *inputs[] = {in, path};
    struct screen_spec spec = spec_of(inputs, 1);
    struct screen_result with, without;
    uint64_t rows;

    run(&spec, &without);
    rows = without.rows;
    screen_free(&without);
    (void)snprintf(whole, sizeof whole, "%s/vrelo/vrelo-2026-01.csv.gz", in);
    (void)snprintf(path, sizeof path, "%s/vrelo-cut.csv.gz", folder);
    (void)snprintf(command, sizeof command, "head -c 60000 %s > %s", whole, path);
    ck_assert_int_eq(system(command), 0);
    spec = spec_of(inputs, 2);
    run(&spec, &with);
    ck_assert_uint_eq(with.rows, rows);
    ck_assert(with.attention);
    ck_assert_uint_eq(inputs_usable(&with.inputs), with.inputs.count - 1);
    hold_to("summary.json", "docs/schema/summary.schema.json");
    screen_free(&with);
}
END_TEST

Suite *
suite_screen(void)
{
    Suite *s = suite_create("screen");
    TCase *t = tcase_create("runs");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, outputs_fit_their_schemas_and_the_books_balance);
    tcase_add_test(t, a_bad_row_is_quarantined_and_a_repeat_is_counted_once);
    tcase_add_test(t, one_id_with_two_contents_keeps_the_least);
    tcase_add_test(t, a_file_cut_short_counts_for_nothing_and_the_others_count);
    suite_add_tcase(s, t);
    return s;
}
