/*
 * Near misses and rows kept out, against a twin that counts all earlier rows again for every row
 * and reckons what each clause lacks by itself.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "author/explain_private.h"
#include "base/alloc.h"
#include "base/civil.h"
#include "base/file.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/schema.h"
#include "support/suites.h"
#include "text/json_tree.h"

enum { HISTORIES = 300, ROWS_MOST = 80, ACCOUNTS = 4, SPAN_S = 3600 };
#define WHOLE INT64_C(1000000000000)

static const char rule_text[] =
    "pack: test\nlanguage: 1\ntimezone: UTC\n---\n"
    "rule: near\ntitle: t\nversion: 1\nstatus: draft\n"
    "when: amount_eur >= 20 EUR and channel = cash\n"
    "window:\n  per: beneficiary.account\n  over: 1h\n"
    "  measure: {n: count(), total: sum(amount_eur), payers: distinct(originator.account)}\n"
    "alert_if: n >= 8 and total <= 500 EUR and (payers >= 3 or total >= 300 EUR)\n"
    "alert: {severity: low, say: \"{n} to {about}\"}\n";

struct row {
    int64_t at_us, cents;
    int from, to;
    bool cash;
};

struct twin {
    size_t failing, row;
    int64_t lack;
    bool any;
};

static struct row row[ROWS_MOST];
static size_t row_count;
static char names[ACCOUNTS][16];

/* ---- the twin -------------------------------------------------------------------------------- */

static bool
looked_at(const struct row *r)
{
    return r->cents >= 2000 && r->cash;
}

/* Of the line, to the nearest. */
static int64_t
share(int64_t lack, int64_t line)
{
    return lack <= 0 ? 0 : (2 * lack * WHOLE + line) / (2 * line);
}

static struct twin
twin_row(size_t n)
{
    struct twin c = {.row = n, .any = true};
    int64_t count = 0, total = 0, payers = 0, lacks[3], other;
    bool met[ACCOUNTS] = {false};

    for (size_t i = 0; i <= n; i++) {
        if (row[i].to != row[n].to || !looked_at(&row[i]) ||
            row[n].at_us - row[i].at_us >= SPAN_S * US_PER_S)
            continue;
        count++;
        total += row[i].cents;
        payers += !met[row[i].from];
        met[row[i].from] = true;
    }
    lacks[0] = share(8 - count, 8);
    lacks[1] = share(total - 50000, 50000);
    lacks[2] = share(3 - payers, 3);
    other = share(30000 - total, 30000);
    if (other < lacks[2])
        lacks[2] = other;
    for (int i = 0; i < 3; i++) {
        c.failing += lacks[i] > 0;
        c.lack = lacks[i] > c.lack ? lacks[i] : c.lack;
    }
    return c;
}

static bool
nearer(struct twin a, struct twin b)
{
    if (!b.any || a.failing != b.failing)
        return !b.any || a.failing < b.failing;
    return a.lack < b.lack;
}

static struct twin
twin_of(int account)
{
    struct twin best = {0};

    for (size_t i = 0; i < row_count; i++) {
        struct twin c;

        if (row[i].to != account || !looked_at(&row[i]))
            continue;
        c = twin_row(i);
        if (nearer(c, best))
            best = c;
    }
    return best;
}

/* ---- a history ----------------------------------------------------------------------------------
 */

static void
set_num(struct txn *t, unsigned field, int64_t num)
{
    t->cell[field].num = num;
    t->present |= UINT64_C(1) << field;
}

static void
set_text(struct txn *t, unsigned field, int account)
{
    t->cell[field].text.off = (uint32_t)(names[account] - names[0]);
    t->cell[field].text.size = 2;
    t->present |= UINT64_C(1) << field;
}

static struct txn *
make_txn(struct arena *a, size_t n, struct select *s, struct eval_room *room)
{
    const struct row *r = &row[n];
    struct txn *t = arena_take(a, 1, sizeof *t + folder.rs->field_count * sizeof(union txn_cell));
    uint8_t *pick = arena_take(a, s->pick_bytes + 1, 1);

    t->at_us = r->at_us;
    t->base = names[0];
    t->row = n + 1;
    set_num(t, TXN_TIME, r->at_us);
    set_num(t, TXN_AMOUNT_EUR, r->cents);
    set_num(t, TXN_CHANNEL, r->cash ? CHANNEL_CASH : CHANNEL_CARD);
    set_text(t, TXN_O_ACCOUNT, r->from);
    set_text(t, TXN_B_ACCOUNT, r->to);
    select_row(s, room, t, pick);
    t->pick = pick;
    return t;
}

static void
make_history(uint64_t *seed)
{
    int64_t at_s = 1767600000;

    row_count = 1 + rng_below(seed, ROWS_MOST);
    for (size_t i = 0; i < row_count; i++) {
        at_s += (int64_t)rng_below(seed, 600);
        row[i] = (struct row){at_s * US_PER_S, (int64_t)rng_below(seed, 12000),
            (int)rng_below(seed, ACCOUNTS), (int)rng_below(seed, ACCOUNTS), rng_below(seed, 6) > 0};
    }
}

static bool
ignore(void *context, struct judge *j, const struct draft *draft)
{
    (void)context;
    (void)j;
    (void)draft;
    return true;
}

static void
replay(struct explain *e, struct arena *a)
{
    static const struct hash_key key = {1, 2};
    const struct screen_watch *watch = explain_watch(e);
    bool active[1] = {true};
    struct select *s = select_new(folder.rs, active);
    struct judge *j = judge_new(folder.rs, active, s, &key);
    struct eval_room *room = eval_room_new(folder.rs->zone, 0);
    struct weir_err err = {0};

    ck_assert(watch->begin(watch->context, folder.rs, s));
    judge_watch(j, watch->every, watch->look, watch->context);
    for (size_t i = 0; i < row_count; i++) {
        const struct txn *t = make_txn(a, i, s, room);

        ck_assert(watch->row(watch->context, t));
        ck_assert_int_eq(judge_slab(j, &t, 1, ignore, NULL, &err), WEIR_OK);
    }
    judge_free(j);
    select_free(s);
    eval_room_free(room);
}

static void
compare(struct explain *e, int account)
{
    const struct seen *s = explain_seen(e, folder_rule("near"), bytes_of(names[account]));
    struct twin want = twin_of(account);
    uint64_t rows = 0, selected = 0, small = 0, other = 0, both = 0;

    for (size_t i = 0; i < row_count; i++) {
        if (row[i].to != account)
            continue;
        rows++;
        selected += looked_at(&row[i]);
        small += row[i].cents < 2000;
        other += !row[i].cash;
        both += row[i].cents < 2000 && !row[i].cash;
    }
    ck_assert_uint_eq(s->rows, rows);
    ck_assert_uint_eq(s->selected, selected);
    ck_assert_uint_eq(s->looks, selected);
    if (s->kept != NULL) {
        ck_assert_uint_eq(s->kept[0].no, small);
        ck_assert_uint_eq(s->kept[1].no, other);
        ck_assert_uint_eq(s->kept[0].alone, small - both);
        ck_assert_uint_eq(s->kept[1].alone, other - both);
    }
    ck_assert_int_eq(s->closest.any, want.any);
    if (!want.any)
        return;
    ck_assert_uint_eq(s->closest.near.failing, want.failing);
    ck_assert_uint_eq(s->closest.near.lack, (uint64_t)want.lack);
    ck_assert_uint_eq(s->closest.completing.row, want.row + 1);
}

static void
setup(void)
{
    folder_open();
    folder_put("all.yaml", rule_text);
    folder_load();
    for (int i = 0; i < ACCOUNTS; i++)
        (void)snprintf(names[i], sizeof names[i], "A%d", i);
}

START_TEST(near_misses_are_those_of_a_recount)
{
    uint64_t seed = 20260105;

    for (int h = 0; h < HISTORIES; h++) {
        struct explain_subject subject[ACCOUNTS];
        struct explain *e;
        struct arena a;

        for (int i = 0; i < ACCOUNTS; i++)
            subject[i] = (struct explain_subject){
                .rule = bytes_of("near"), .about = bytes_of(names[i]), .id = {"", 0}};
        make_history(&seed);
        arena_init(&a, 0, "test");
        e = explain_new(subject, ACCOUNTS);
        ck_assert_ptr_nonnull(e);
        replay(e, &a);
        for (int i = 0; i < ACCOUNTS; i++)
            compare(e, i);
        explain_free(e);
        arena_fini(&a);
    }
}
END_TEST

/* ---- what programs read ---------------------------------------------------------------------- */

/* The objects among the lines of a golden output fit the published form; how many there are. */
static size_t
lines_fit(const struct json_node *form, const char *path)
{
    struct buf text = {0};
    struct weir_err err = {0};
    size_t found = 0;

    ck_assert_int_eq(file_read(path, 1 << 24, &text, &err), WEIR_OK);
    for (size_t at = 0; at < text.size;) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        struct bytes line = {
            text.at + at, end == NULL ? text.size - at : (size_t)(end - text.at) - at};
        struct arena a;
        char why[256] = "";

        at += line.size + 1;
        if (line.size == 0 || line.at[0] != '{')
            continue;
        arena_init(&a, 0, "test");
        ck_assert_msg(schema_fits(form, json_tree(&a, line), why, sizeof why), "%s: %s", path, why);
        arena_fini(&a);
        found++;
    }
    buf_fini(&text);
    return found;
}

START_TEST(explanations_fit_their_schema)
{
    struct buf text = {0};
    struct weir_err err = {0};
    struct arena a;
    const struct json_node *form;

    arena_init(&a, 0, "test");
    ck_assert_int_eq(
        file_read("docs/schema/explanation.schema.json", 1 << 20, &text, &err), WEIR_OK);
    form = json_tree(&a, buf_bytes(&text));
    ck_assert_ptr_nonnull(form);
    ck_assert_uint_gt(lines_fit(form, "tests/golden/explain_small/out"), 1);
    ck_assert_uint_gt(lines_fit(form, "tests/golden/explain_operators/out"), 3);
    arena_fini(&a);
    buf_fini(&text);
}
END_TEST

Suite *
suite_explain(void)
{
    Suite *s = suite_create("explain");
    TCase *t = tcase_create("explain");

    tcase_add_checked_fixture(t, setup, folder_close);
    tcase_add_test(t, near_misses_are_those_of_a_recount);
    tcase_add_test(t, explanations_fit_their_schema);
    suite_add_tcase(s, t);
    return s;
}
