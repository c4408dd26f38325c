#include "author/trial.h"

#include <stdlib.h>
#include <string.h>

#include "alert/book.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "base/zone.h"
#include "ingest/order.h"
#include "rule/judge.h"
#include "rule/select.h"
#include "screen/describe.h"
#include "screen/record.h"

enum { SLAB_ROWS = 1024, SOURCES_MAX = 64 };

/* ---- the total order -------------------------------------------------------------------- */

struct sortable {
    const struct txn *txn;
    const enum type *types;
};

static int
by_order(const void *left, const void *right)
{
    const struct sortable *a = left, *b = right;
    struct order_cells x = {a->txn->present, a->txn->cell, a->txn->base};
    struct order_cells y = {b->txn->present, b->txn->cell, b->txn->base};
    int order = (a->txn->at_us > b->txn->at_us) - (a->txn->at_us < b->txn->at_us);

    if (order == 0)
        order = (a->txn->source > b->txn->source) - (a->txn->source < b->txn->source);
    if (order == 0)
        order = order_content(&x, &y, false, a->types);
    if (order == 0)
        order = (a->txn->row > b->txn->row) - (a->txn->row < b->txn->row);
    return order;
}

static bool
sort_rows(const struct trial *t, const struct txn **out)
{
    struct sortable *all = alloc_zero(t->row_count + 1, sizeof *all);
    enum type types[LIMIT_FIELDS];

    if (all == NULL)
        return false;
    for (size_t i = 0; i < t->rs->field_count; i++)
        types[i] = t->rs->fields[i].type;
    for (size_t i = 0; i < t->row_count; i++)
        all[i] = (struct sortable){t->row[i].txn, types};
    qsort(all, t->row_count, sizeof *all, by_order);
    for (size_t i = 0; i < t->row_count; i++)
        out[i] = all[i].txn;
    alloc_free(all);
    return true;
}

/* ---- source banks -------------------------------------------------------------------------- */

static struct bytes
bank_of(const struct txn *t)
{
    return txn_has(t, TXN_SOURCE_BANK) ? txn_text(t, TXN_SOURCE_BANK) : bytes_of("test");
}

static int
by_bytes(const void *a, const void *b)
{
    return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* The banks of the rows in bytewise order, and each row's rank among them. */
static bool
rank_sources(struct trial *t, struct bytes **out)
{
    struct bytes *bank = arena_take(t->a, t->row_count + 1, sizeof *bank);
    size_t kept = 0;

    if (bank == NULL)
        return false;
    for (size_t i = 0; i < t->row_count; i++)
        bank[i] = bank_of(t->row[i].txn);
    qsort(bank, t->row_count, sizeof *bank, by_bytes);
    for (size_t i = 0; i < t->row_count; i++)
        if (kept == 0 || !bytes_equal(bank[kept - 1], bank[i]))
            bank[kept++] = bank[i];
    for (size_t i = 0; i < t->row_count; i++) {
        struct bytes mine = bank_of(t->row[i].txn);
        const struct bytes *found = bsearch(&mine, bank, kept, sizeof *bank, by_bytes);

        t->row[i].txn->source = (uint32_t)(found - bank);
    }
    *out = bank;
    return true;
}

/* ---- the run ------------------------------------------------------------------------------ */

struct machine {
    const struct trial_spec *spec;
    struct trial *trial;
    bool *active;
    struct alert_rule *alert_rules;
    struct select *select;
    struct eval_room *room;
    struct judge *judge;
    struct book *book;
    struct bytes *sources;
};

/* Texts of measures point into state; the view outlives it. */
static bool
keep_measures(struct arena *a, const struct value *from, size_t count, struct value **out)
{
    struct value *kept = arena_take(a, count + 1, sizeof *kept);

    for (size_t i = 0; kept != NULL && i < count; i++) {
        kept[i] = from[i];
        if (!from[i].set || !type_is_text((enum type)from[i].type))
            continue;
        kept[i].text.at = arena_copy(a, from[i].text);
        if (kept[i].text.at == NULL)
            return false;
    }
    *out = kept;
    return kept != NULL;
}

static bool
keep_alert(struct trial *t, const struct draft *d, const struct alert *alert)
{
    struct trial_alert *x;
    const char *about = arena_copy(t->a, d->hit.about);

    if (t->alert_count == t->alert_cap) {
        size_t cap = t->alert_cap == 0 ? 16 : t->alert_cap * 2;

        x = alloc_grow(t->alert, cap * sizeof *x);
        if (x == NULL)
            return false;
        t->alert = x;
        t->alert_cap = cap;
    }
    x = &t->alert[t->alert_count++];
    *x = (struct trial_alert){.row = d->completing.row - 1,
        .about = {about, d->hit.about.size},
        .severity = alert->severity,
        .evidence = alert->evidence_all};
    return about != NULL && keep_measures(t->a, alert->first, t->rule->measure_count, &x->measures);
}

static bool
take_hit(void *context, struct judge *j, const struct draft *draft)
{
    struct machine *m = context;
    bool first;
    const struct alert *alert = record_hit(m->book, j, draft, &first);

    return alert != NULL &&
           (!first || draft->rule != m->trial->rule || keep_alert(m->trial, draft, alert));
}

static bool
keep_rows(struct machine *m, struct judge *j, const struct draft *d, struct trial_view *v)
{
    const struct evidence *list;
    size_t count;

    if (!judge_evidence(j, d, 0, &list, &count))
        return false;
    v->rows = arena_take(m->trial->a, count + 1, sizeof *v->rows);
    v->row_count = count;
    for (size_t i = 0; v->rows != NULL && i < count; i++)
        v->rows[i] = list[i].row - 1;
    return v->rows != NULL;
}

static bool
look(void *context, struct judge *j, const struct draft *d, bool reached)
{
    struct machine *m = context;
    struct trial *t = m->trial;
    size_t row = d->completing.row - 1;

    (void)reached;
    for (size_t i = 0; i < m->spec->view_count && d->rule == t->rule; i++) {
        struct trial_view *v = &m->spec->view[i];
        bool exact = bytes_equal(v->about, d->hit.about);

        if (v->row != row || (v->exact && !exact))
            continue;
        v->found = true;
        v->exact = exact;
        v->met = (struct bytes){arena_copy(t->a, d->hit.about), d->hit.about.size};
        v->side = d->side;
        v->txn = t->row[row].txn;
        if (v->met.at == NULL || !keep_rows(m, j, d, v) ||
            !keep_measures(t->a, d->hit.measures, t->rule->measure_count, &v->measures))
            return false;
    }
    return true;
}

static bool
build(struct machine *m)
{
    static const struct hash_key key = {0, 0}; /* no result depends on it */
    const struct ruleset *rs = m->trial->rs;
    struct arena *a = m->trial->a;

    m->active = arena_take(a, rs->rule_count + 1, sizeof *m->active);
    m->alert_rules = arena_take(a, rs->rule_count + 1, sizeof *m->alert_rules);
    if (m->active == NULL || m->alert_rules == NULL || !rank_sources(m->trial, &m->sources) ||
        !describe_rules(a, rs, m->alert_rules))
        return false;
    for (size_t i = 0; i < rs->rule_count; i++)
        m->active[i] = rs->rule[i].sound;
    m->select = select_new(rs, m->active);
    m->room = eval_room_new(rs->zone, rs->week_starts);
    if (m->select == NULL || m->room == NULL)
        return false;
    m->judge = judge_new(rs, m->active, m->select, &key);
    if (m->judge != NULL && m->spec->view_count > 0)
        judge_watch(m->judge, true, look, m);
    m->book = book_new(m->alert_rules, rs->rule_count, m->sources, &key);
    return m->judge != NULL && m->book != NULL;
}

static bool
select_rows(struct machine *m)
{
    struct trial *t = m->trial;

    for (size_t i = 0; i < t->row_count; i++) {
        uint8_t *pick = arena_take(t->a, m->select->pick_bytes + 1, 1);

        if (pick == NULL)
            return false;
        select_row(m->select, m->room, t->row[i].txn, pick);
        t->row[i].txn->pick = pick;
    }
    return true;
}

static enum weir_status
flow(struct machine *m, struct weir_err *err)
{
    struct trial *t = m->trial;
    const struct txn **rows = arena_take(t->a, t->row_count + 1, sizeof *rows);
    enum weir_status st = WEIR_OK;

    if (rows == NULL || !select_rows(m) || !sort_rows(t, rows))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
    for (size_t i = 0; m->spec->test->signals && i < t->row_count && st == WEIR_OK; i++) {
        const struct test_row *row = &t->row[rows[i]->row - 1];

        st = judge_signal(
            m->judge, &t->rs->rule[row->rule], rows[i], row->about, row->measures, err);
    }
    if (st != WEIR_OK || m->spec->test->signals)
        return st != WEIR_OK ? st : judge_end(m->judge, true, take_hit, m, err);
    for (size_t at = 0; at < t->row_count && st == WEIR_OK; at += SLAB_ROWS) {
        size_t count = t->row_count - at < SLAB_ROWS ? t->row_count - at : SLAB_ROWS;

        st = judge_slab(m->judge, rows + at, (uint32_t)count, take_hit, m, err);
    }
    return st == WEIR_OK ? judge_end(m->judge, true, take_hit, m, err) : st;
}

static void
machine_fini(struct machine *m)
{
    book_free(m->book);
    judge_free(m->judge);
    eval_room_free(m->room);
    select_free(m->select);
}

/* A night right after the newest row judges which exceptions still apply. */
static int64_t
as_of(const struct ruleset *rs, const struct test_row *row, size_t count)
{
    int64_t newest = INT64_MIN;

    for (size_t i = 0; i < count; i++)
        if (row[i].txn->at_us > newest)
            newest = row[i].txn->at_us;
    return count == 0 ? INT64_MAX : civil_day_of(zone_to_local(rs->zone, newest));
}

enum weir_status
trial_run(const struct trial_spec *spec, struct arena *a, struct trial *out, struct weir_err *err)
{
    const struct test *test = spec->test;
    struct variation v = {.with = test->with, .lists = test->lists, .watchlists = test->watchlists};
    struct machine m = {.trial = out, .spec = spec};
    enum weir_status st;

    *out = (struct trial){.a = a};
    if (!test_rows(spec->base, test, a, NULL, &out->row, &out->row_count))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
    v.as_of_day = as_of(spec->base, out->row, out->row_count);
    if (spec->moved != NULL) {
        v.parameter = spec->moved->name;
        v.value = spec->moved->value;
    }
    if ((st = ruleset_vary(spec->base, spec->rule, &v, &out->rs, err)) != WEIR_OK)
        return st;
    out->rs->rule[spec->rule].signal = false; /* a test sees its hits as alerts */
    out->rule = &out->rs->rule[spec->rule];
    st = build(&m) ? flow(&m, err)
                   : weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
    machine_fini(&m);
    return st;
}

void
trial_fini(struct trial *t)
{
    alloc_free(t->alert);
    ruleset_free(t->rs);
    *t = (struct trial){0};
}
