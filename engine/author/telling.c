#include "author/telling.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "rule/leaf.h"
#include "weir/limits.h"

#define SHOW(b) (int)(b).size, (b).at

enum { GROUPS_MOST = 4, ROWS_MOST = 12 };

struct teller {
    const struct trial *trial;
    const struct test *test;
    const struct fault *fault;
    const struct trial_view *view;
    struct eval_room *room;
    struct arena *a;
    struct telling *out;
    bool failed;
};

static struct bytes
keep(struct teller *t, struct buf *text)
{
    struct bytes out = {text->failed ? NULL : arena_copy(t->a, buf_bytes(text)), text->size};

    if (out.at == NULL) {
        t->failed = true;
        out.size = 0;
    }
    buf_fini(text);
    return out;
}

/* ---- the row, and what was expected ---------------------------------------------------------- */

static void
put_party(const struct txn *t, unsigned account, unsigned name, struct buf *out)
{
    struct bytes text = txn_has(t, account) ? txn_text(t, account)
                        : txn_has(t, name)  ? txn_text(t, name)
                                            : bytes_of("-");

    buf_add(out, text.at, text.size);
}

static struct bytes
tell_row(struct teller *t)
{
    const struct txn *txn = t->trial->row[t->fault->row].txn;
    const struct ruleset *rs = t->trial->rs;
    struct buf text = {0};

    buf_print(&text, "row %zu  ", t->fault->row + 1);
    test_print_time(rs, txn->at_us, (txn->flags & TXN_DATE_ONLY) != 0, &text);
    buf_text(&text, "  ");
    if (t->test->signals) {
        const struct test_row *row = &t->trial->row[t->fault->row];

        buf_print(&text, "%.*s  %.*s", SHOW(t->trial->rs->rule[row->rule].name), SHOW(row->about));
        return keep(t, &text);
    }
    put_party(txn, TXN_O_ACCOUNT, TXN_O_NAME, &text);
    buf_text(&text, " -> ");
    put_party(txn, TXN_B_ACCOUNT, TXN_B_NAME, &text);
    if (txn_has(txn, TXN_AMOUNT) && txn_has(txn, TXN_CURRENCY)) {
        char room[4] = "";

        buf_text(&text, "  ");
        number_print_fixed(txn_num(txn, TXN_AMOUNT), currency_exponent(txn_num(txn, TXN_CURRENCY)),
            (struct number_style){.trim = true}, &text);
        buf_print(&text, " %s", word_name(TYPE_CURRENCY, txn_num(txn, TXN_CURRENCY), room));
    }
    return keep(t, &text);
}

static struct bytes
tell_what(struct teller *t)
{
    const struct fault *f = t->fault;
    struct buf text = {0};

    switch (f->kind) {
    case FAULT_MISSING:
        if (f->want.size > 0)
            buf_print(&text, "expected an alert about %.*s, got none", SHOW(f->want));
        else
            buf_text(&text, "expected an alert, got none");
        break;
    case FAULT_EXTRA:
        buf_print(&text, "expected no alert, got one about %.*s", SHOW(f->got));
        break;
    case FAULT_OTHER:
        buf_print(
            &text, "expected an alert about %.*s, got one about %.*s", SHOW(f->want), SHOW(f->got));
        break;
    case FAULT_FIGURE:
        buf_print(
            &text, "expected %.*s %.*s, got %.*s", SHOW(f->figure), SHOW(f->want), SHOW(f->got));
        break;
    case FAULT_VALUES:
        buf_add(&text, f->got.at, f->got.size);
        break;
    }
    return keep(t, &text);
}

/* ---- which rows gave a value ------------------------------------------------------------------
 */

/* Rows whose value prints alike. */
struct gave {
    struct bytes value;
    size_t *row;
    size_t count;
};

static const char *
number_word(size_t n, char room[static 24])
{
    static const char *const words[] = {"no", "one", "two", "three", "four", "five", "six", "seven",
        "eight", "nine", "ten", "eleven", "twelve"};

    if (n < sizeof words / sizeof *words)
        return words[n];
    (void)snprintf(room, 24, "%zu", n);
    return room;
}

/* "rows 1, 2, 4 to 7" */
static void
put_rows(const struct gave *g, struct buf *out)
{
    buf_text(out, g->count == 1 ? "row " : "rows ");
    for (size_t i = 0, told = 0; i < g->count; told++) {
        size_t last = i;

        while (last + 1 < g->count && g->row[last + 1] == g->row[last] + 1)
            last++;
        if (told == ROWS_MOST) {
            buf_text(out, ", ...");
            return;
        }
        buf_print(out, "%s%zu", i > 0 ? ", " : "", g->row[i] + 1);
        if (last > i + 1)
            buf_print(out, " to %zu", g->row[last] + 1);
        i = last > i + 1 ? last + 1 : i + 1;
    }
}

static void
put_groups(const struct gave *g, size_t count, size_t rows, struct buf *out)
{
    char room[24];

    if (count == 1 && g[0].count == rows && rows > 1) {
        buf_print(out, "all %s rows", number_word(rows, room));
        if (g[0].value.size > 0)
            buf_print(out, ": %.*s", SHOW(g[0].value));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i == GROUPS_MOST) {
            buf_text(out, "; ...");
            return;
        }
        buf_text(out, i > 0 ? "; " : "");
        put_rows(&g[i], out);
        if (g[i].value.size > 0)
            buf_print(out, ": %.*s", SHOW(g[i].value));
    }
}

/* What an aggregate took in from one row, as text; false where it did not take it in. */
static bool
input_of(struct teller *t, const struct aggregate *agg, size_t row, struct bytes *out)
{
    struct eval_frame frame = {.txn = t->trial->row[row].txn, .side = t->view->side};
    struct buf text = {0};
    struct value v;

    *out = (struct bytes){"", 0};
    eval_next_row(t->room);
    if (agg->where != NULL) {
        v = program_run(agg->where, t->room, &frame);
        if (!v.set || v.num == 0)
            return false;
    }
    if (agg->value == NULL)
        return true;
    v = program_run(agg->value, t->room, &frame);
    if (!v.set)
        return false;
    value_print(v, program_percent(agg->value), t->trial->rs->zone, &text);
    *out = keep(t, &text);
    return true;
}

static void
add_gave(struct teller *t, struct gave *groups, size_t *count, struct bytes value, size_t row)
{
    struct gave *g = groups;

    while (g < groups + *count && !bytes_equal(g->value, value))
        g++;
    if (g == groups + *count) {
        *g = (struct gave){
            .value = value, .row = arena_take(t->a, t->view->row_count + 1, sizeof *g->row)};
        if (g->row == NULL) {
            t->failed = true;
            return;
        }
        (*count)++;
    }
    g->row[g->count++] = row;
}

/* The side of a row that a view in account view saw: the one that the alert is about. */
static int
side_of(const struct teller *t, size_t row)
{
    const struct txn *txn = t->trial->row[row].txn;

    if (!t->trial->rule->own)
        return t->view->side;
    return txn_has(txn, TXN_O_ACCOUNT) && bytes_equal(txn_text(txn, TXN_O_ACCOUNT), t->view->met)
               ? SIDE_ORIGINATOR
               : SIDE_BENEFICIARY;
}

static struct bytes
tell_rows(struct teller *t, const struct aggregate *agg)
{
    struct trial_view view = *t->view;
    struct gave *groups = arena_take(t->a, view.row_count + 1, sizeof *groups);
    const struct trial_view *kept = t->view;
    struct buf text = {0};
    size_t count = 0;

    if (groups == NULL) {
        t->failed = true;
        return (struct bytes){"", 0};
    }
    for (size_t i = 0; i < view.row_count && !t->failed; i++) {
        struct bytes value;

        view.side = side_of(t, view.rows[i]);
        t->view = &view;
        if (input_of(t, agg, view.rows[i], &value))
            add_gave(t, groups, &count, value, view.rows[i]);
        t->view = kept;
    }
    put_groups(groups, count, view.row_count, &text);
    return keep(t, &text);
}

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$';
}

static bool
mentions(struct bytes text, struct bytes name)
{
    for (size_t i = 0; i + name.size <= text.size; i++)
        if (memcmp(text.at + i, name.at, name.size) == 0 && (i == 0 || !is_word(text.at[i - 1])) &&
            (i + name.size == text.size || !is_word(text.at[i + name.size])))
            return true;
    return false;
}

/* The aggregate behind the one measure a clause names; NULL where it names none, or more than one.
 */
static const struct aggregate *
aggregate_of(const struct rule *rule, struct bytes text)
{
    const struct aggregate *found = NULL;

    for (size_t i = 0; i < rule->measure_count && rule->op == OPERATOR_WINDOW; i++) {
        struct leaf leaf;

        if (!mentions(text, rule->measures[i].name.name))
            continue;
        leaf = leaf_of(rule->measures[i].program);
        if (leaf.kind != LEAF_AGGREGATE || found != NULL)
            return NULL;
        found = &rule->aggregates.at[leaf.slot];
    }
    return found;
}

static void
note_rows(struct teller *t)
{
    for (size_t i = 0; i < t->out->count && !t->failed; i++) {
        struct clause_line *line = &t->out->line[i];
        const struct aggregate *agg = aggregate_of(t->trial->rule, line->text);

        line->note = (struct bytes){"", 0};
        if (agg != NULL && line->clause->part_count == 0 &&
            (line->truth != TRUTH_TRUE || t->fault->kind == FAULT_EXTRA))
            line->note = tell_rows(t, agg);
    }
}

/* ---- the clauses ------------------------------------------------------------------------------
 */

static bool
take_clauses(struct teller *t, const struct program *p, const struct eval_frame *frame)
{
    return clauses_of(t->trial->rs, p, t->room, frame, t->a, &t->out->line, &t->out->count);
}

/* A row that the rule did not look at: what `when` says of it, from the side that was expected. */
static bool
tell_when(struct teller *t)
{
    const struct rule *rule = t->trial->rule;
    const struct txn *txn = t->trial->row[t->fault->row].txn;
    bool paid = rule->own && txn_has(txn, TXN_O_ACCOUNT) &&
                bytes_equal(txn_text(txn, TXN_O_ACCOUNT), t->fault->want);
    struct eval_frame frame = {
        .txn = txn, .side = rule->own && !paid ? SIDE_BENEFICIARY : SIDE_ORIGINATOR};
    struct value v;

    if (rule->when == NULL)
        return true;
    eval_next_row(t->room);
    v = program_run(rule->when, t->room, &frame);
    if ((v.set && v.num != 0) && rule->op != OPERATOR_NONE) {
        t->out->where = bytes_of("`when` is true of it, and the operator made nothing of it");
        return true;
    }
    if (!v.set || v.num == 0)
        t->out->where = bytes_of("the rule did not look at this row; its `when`:");
    return take_clauses(t, rule->when, &frame);
}

static bool
tell_clauses(struct teller *t)
{
    const struct trial_view *v = t->view;
    struct eval_frame frame = {.txn = v->txn, .side = v->side, .measures = v->measures};

    if (t->fault->kind == FAULT_VALUES || t->fault->kind == FAULT_FIGURE)
        return true;
    if (!v->found || t->trial->rule->alert_if == NULL)
        return tell_when(t);
    frame.about = value_text(TYPE_CODE, v->met);
    if (!take_clauses(t, t->trial->rule->alert_if, &frame))
        return false;
    note_rows(t);
    return !t->failed;
}

enum weir_status
telling_of(const struct examples *x, const struct example_rule *rule, const struct example *e,
    const struct fault *fault, struct arena *a, struct telling *out, struct weir_err *err)
{
    struct trial_view view = {
        .row = fault->row, .about = fault->kind == FAULT_EXTRA ? fault->got : fault->want};
    struct trial_spec spec = {
        .base = x->rs, .rule = rule->index, .test = e->test, .view = &view, .view_count = 1};
    struct trial trial;
    struct teller t = {.trial = &trial, .test = e->test, .fault = fault, .view = &view, .a = a};
    enum weir_status st;

    *out = (struct telling){.row = {"", 0}, .what = {"", 0}, .where = {"", 0}};
    t.out = out;
    if (fault->kind == FAULT_VALUES) {
        out->what = tell_what(&t);
        return WEIR_OK;
    }
    st = trial_run(&spec, a, &trial, err);
    if (st == WEIR_OK) {
        t.room = eval_room_new(trial.rs->zone, trial.rs->week_starts);
        out->row = tell_row(&t);
        out->what = tell_what(&t);
        if (t.room == NULL || !tell_clauses(&t) || t.failed)
            st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
        eval_room_free(t.room);
    }
    out->rs = trial.rs; /* clauses and texts point into it */
    trial.rs = NULL;
    trial_fini(&trial);
    return st;
}

void
telling_fini(struct telling *t)
{
    ruleset_free(t->rs);
    t->rs = NULL;
}
