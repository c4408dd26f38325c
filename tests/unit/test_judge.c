/*
 * From selected rows to hits: four rules over random histories against a recount that looks at all
 * earlier rows for every row. Groups with different inputs take turns, so that nothing of one may
 * leak into another; slabs are cut anywhere.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "rule/judge.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/suites.h"

enum { HISTORIES = 400, ROWS_MOST = 120, ACCOUNTS = 6, HIT_ROOM = 4 * ROWS_MOST, SPAN_S = 3600 };

static const char rule_text[] =
    "pack: test\nlanguage: 1\ntimezone: UTC\n---\n"
    "rule: count-in-band\ntitle: t\nversion: 1\nstatus: live\n"
    "when: 100 EUR <= amount_eur < 200 EUR\n"
    "window: {per: beneficiary.account, over: 1h, measure: {n: count()}}\n"
    "alert_if: n >= 3\nalert: {severity: low, say: \"{n} to {about}\"}\n---\n"
    "rule: distinct-payers\ntitle: t\nversion: 1\nstatus: live\n"
    "window:\n  per: beneficiary.account\n  over: 1h\n"
    "  measure: {payers: distinct(originator.account), names: distinct(originator.name), "
    "total: sum(amount_eur)}\n"
    "alert_if: payers >= 3 and names = payers and total >= 300 EUR\n"
    "alert: {severity: low, say: \"{payers} to {about}\"}\n---\n"
    "rule: in-and-out\ntitle: t\nversion: 1\nstatus: live\n"
    "window:\n  per: own.account\n  over: 1h\n  measure:\n"
    "    inflow: sum(amount_eur where direction = incoming)\n"
    "    outflow: sum(amount_eur where direction = outgoing)\n"
    "    others: distinct(counterparty.account)\n"
    "alert_if: outflow >= 80% * inflow and inflow >= 200 EUR and others >= 2\n"
    "alert: {severity: low, say: \"{about}\"}\n---\n"
    "rule: large\ntitle: t\nversion: 1\nstatus: live\nwhen: amount_eur > 290 EUR\n"
    "alert: {severity: low, about: beneficiary.account, say: \"{amount}\"}\n";

/* What the recount needs of a row; -1: no account on that side. */
struct row {
    int64_t at_us, cents;
    int from, to;
};

struct seen {
    char rule[32], about[8];
    size_t row;
};

struct world {
    struct row row[ROWS_MOST];
    size_t count;
    const struct txn *txn[ROWS_MOST];
    struct seen want[HIT_ROOM], got[HIT_ROOM];
    size_t want_count, got_count;
};

static struct world *w;
static char names[ACCOUNTS][16];

static void
setup(void)
{
    folder_open();
    folder_put("all.yaml", rule_text);
    folder_load();
    w = alloc_zero(1, sizeof *w);
    for (int i = 0; i < ACCOUNTS; i++)
        (void)snprintf(names[i], sizeof names[i], "A%d", i);
}

static void
teardown(void)
{
    alloc_free(w);
    folder_close();
}

static void
make_row(uint64_t *seed, size_t n, int64_t at_s)
{
    int from = (int)rng_below(seed, ACCOUNTS + 1) - 1, to = (int)rng_below(seed, ACCOUNTS + 1) - 1;

    if (from < 0 && to < 0)
        to = 0;
    w->row[n] = (struct row){at_s * US_PER_S, (int64_t)rng_below(seed, 300) * 100 + 100, from, to};
}

static void
set_text(struct txn *t, unsigned field, int account)
{
    if (account < 0)
        return;
    t->cell[field].text.off = (uint32_t)(names[account] - names[0]);
    t->cell[field].text.size = 2;
    t->present |= UINT64_C(1) << field;
}

static void
set_num(struct txn *t, unsigned field, int64_t num)
{
    t->cell[field].num = num;
    t->present |= UINT64_C(1) << field;
}

static struct txn *
make_txn(struct arena *a, size_t n, uint32_t pick_bytes, struct select *s, struct eval_room *room)
{
    const struct row *r = &w->row[n];
    struct txn *t = arena_take(a, 1, sizeof *t + folder.rs->field_count * sizeof(union txn_cell));
    uint8_t *pick = arena_take(a, pick_bytes, 1);

    t->at_us = r->at_us;
    t->base = names[0];
    t->row = n + 1;
    set_text(t, TXN_ID, 0);
    set_num(t, TXN_TIME, r->at_us);
    set_num(t, TXN_AMOUNT, r->cents);
    set_num(t, TXN_CURRENCY, code_pack("EUR", 3));
    set_num(t, TXN_AMOUNT_EUR, r->cents);
    set_text(t, TXN_O_NAME, r->from);
    set_text(t, TXN_O_ACCOUNT, r->from);
    set_text(t, TXN_B_ACCOUNT, r->to);
    select_row(s, room, t, pick);
    t->pick = pick;
    return t;
}

static void
want(const char *rule, int about, size_t row)
{
    struct seen *s = &w->want[w->want_count++];

    ck_assert_uint_le(w->want_count, HIT_ROOM);
    (void)snprintf(s->rule, sizeof s->rule, "%s", rule);
    (void)snprintf(s->about, sizeof s->about, "%s", names[about]);
    s->row = row;
}

static bool
within(size_t older, size_t n)
{
    return w->row[n].at_us - w->row[older].at_us < SPAN_S * US_PER_S;
}

static bool
in_band(size_t n)
{
    return w->row[n].cents >= 10000 && w->row[n].cents < 20000;
}

/* The rules on payments into row n's payee. */
static void
recount_payee(size_t n)
{
    int band = 0, payers = 0;
    int64_t total = 0;
    bool met[ACCOUNTS] = {false};

    for (size_t i = 0; i <= n; i++) {
        const struct row *r = &w->row[i];

        if (r->to != w->row[n].to || !within(i, n))
            continue;
        band += in_band(i);
        total += r->cents;
        if (r->from >= 0 && !met[r->from]) {
            met[r->from] = true;
            payers++;
        }
    }
    if (in_band(n) && band >= 3)
        want("count-in-band", w->row[n].to, n);
    if (payers >= 3 && total >= 30000)
        want("distinct-payers", w->row[n].to, n);
    if (w->row[n].cents > 29000)
        want("large", w->row[n].to, n);
}

/* The account view of row n from one of its sides. */
static void
recount_own(size_t n, int own)
{
    int64_t in = 0, out = 0;
    int others = 0;
    bool met[ACCOUNTS] = {false};

    for (size_t i = 0; i <= n; i++) {
        const struct row *r = &w->row[i];
        int other;

        if (!within(i, n) || r->from == r->to || (r->from != own && r->to != own))
            continue;
        if (r->from == own)
            out += r->cents;
        else
            in += r->cents;
        other = r->from == own ? r->to : r->from;
        if (other >= 0 && !met[other]) {
            met[other] = true;
            others++;
        }
    }
    if (out * 10 >= in * 8 && in >= 20000 && others >= 2)
        want("in-and-out", own, n);
}

static void
recount(void)
{
    for (size_t n = 0; n < w->count; n++) {
        const struct row *r = &w->row[n];

        if (r->to >= 0)
            recount_payee(n);
        if (r->from == r->to)
            continue;
        if (r->from >= 0)
            recount_own(n, r->from);
        if (r->to >= 0)
            recount_own(n, r->to);
    }
}

static bool
keep_hit(void *context, struct judge *j, const struct draft *d)
{
    struct seen *s = &w->got[w->got_count++];
    const struct evidence *list;
    size_t count;

    (void)context;
    ck_assert_uint_le(w->got_count, HIT_ROOM);
    (void)snprintf(s->rule, sizeof s->rule, "%.*s", (int)d->rule->name.size, d->rule->name.at);
    (void)snprintf(s->about, sizeof s->about, "%.*s", (int)d->hit.about.size, d->hit.about.at);
    s->row = d->txn->row - 1;
    ck_assert(judge_evidence(j, d, 0, &list, &count));
    ck_assert_uint_gt(count, 0);
    ck_assert_uint_eq(list[count - 1].row, d->txn->row);
    for (size_t i = 1; i < count; i++)
        ck_assert_uint_gt(list[i].number, list[i - 1].number);
    ck_assert(d->group == NULL || w->row[s->row].at_us - list[0].at_us < SPAN_S * US_PER_S);
    return true;
}

static int
by_rule_row(const void *left, const void *right)
{
    const struct seen *a = left, *b = right;
    int order = strcmp(a->rule, b->rule);

    if (order == 0)
        order = (a->row > b->row) - (a->row < b->row);
    return order != 0 ? order : strcmp(a->about, b->about);
}

static void
judge_all(uint64_t *seed, struct judge *j)
{
    for (size_t from = 0; from < w->count;) {
        size_t left = w->count - from, take = 1 + rng_below(seed, left);
        struct weir_err err = {0};

        ck_assert_int_eq(
            judge_slab(j, &w->txn[from], (uint32_t)take, keep_hit, NULL, &err), WEIR_OK);
        from += take;
    }
}

START_TEST(hits_are_those_of_a_recount)
{
    static const bool active[] = {true, true, true, true};
    uint64_t seed = (uint64_t)_i + 1;
    struct hash_key key = {rng_next(&seed), rng_next(&seed)};
    struct select *s = select_new(folder.rs, active);
    struct eval_room *room = eval_room_new(folder.rs->zone, 0);
    struct judge *j = judge_new(folder.rs, active, s, &key);
    struct arena a;
    int64_t at_s = 1767225600;

    arena_init(&a, 0, "test");
    w->count = 1 + rng_below(&seed, ROWS_MOST);
    w->want_count = w->got_count = 0;
    for (size_t n = 0; n < w->count; n++) {
        at_s +=
            (int64_t)rng_below(&seed, 4) * (SPAN_S / 8); /* ties, and edges exactly at the span */
        make_row(&seed, n, at_s);
        w->txn[n] = make_txn(&a, n, s->pick_bytes, s, room);
    }
    recount();
    judge_all(&seed, j);
    qsort(w->want, w->want_count, sizeof *w->want, by_rule_row);
    qsort(w->got, w->got_count, sizeof *w->got, by_rule_row);
    ck_assert_uint_eq(w->got_count, w->want_count);
    for (size_t i = 0; i < w->want_count; i++)
        ck_assert_msg(by_rule_row(&w->want[i], &w->got[i]) == 0,
            "wanted %s about %s at row %zu, got %s about %s at row %zu", w->want[i].rule,
            w->want[i].about, w->want[i].row, w->got[i].rule, w->got[i].about, w->got[i].row);
    judge_free(j);
    select_free(s);
    eval_room_free(room);
    arena_fini(&a);
}
END_TEST

Suite *
suite_judge(void)
{
    Suite *s = suite_create("judge");
    TCase *t = tcase_create("hits");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, hits_are_those_of_a_recount, 0, HISTORIES);
    suite_add_tcase(s, t);
    return s;
}
