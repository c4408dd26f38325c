/*
 * test_row - the transactions of a test's table, repeated rows written out.
 */
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "rule/expr.h"
#include "rule/test_block.h"

enum { CELL_MAX = 4096, MINUTE_S = 60, FIRST_HOUR = 8 };

struct maker {
    const struct ruleset *rs;
    const struct test *test;
    struct arena *a;
    struct diags *ds; /* NULL: nothing is told */
    struct test_row *row;
    size_t count;
    struct buf texts;
    bool failed; /* memory */
};

/* `5 every 10h` */
struct repeat {
    int64_t times, every_us;
};

static bool
read_repeat(struct bytes text, struct repeat *out)
{
    struct yaml_node span = {.kind = YAML_SCALAR};
    struct value v;
    size_t digits = 0, at;
    bool percent;

    while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    if (digits == 0 || !number_read_int((struct bytes){text.at, digits}, &out->times))
        return false;
    for (at = digits; at < text.size && text.at[at] == ' '; at++)
        ;
    if (text.size - at < 6 || at == digits || memcmp(text.at + at, "every ", 6) != 0)
        return false;
    for (at += 6; at < text.size && text.at[at] == ' '; at++)
        ;
    span.text = (struct bytes){text.at + at, text.size - at};
    if (!expr_literal(&span, &v, &percent) || v.type != TYPE_DURATION || v.num < 0 ||
        v.num > 400 * US_PER_DAY)
        return false;
    out->every_us = (int64_t)v.num;
    return out->times >= 1 && out->times <= TEST_ROWS_MAX;
}

static struct repeat
repeat_of(struct maker *m, size_t line)
{
    const struct test_table *t = &m->test->table;
    size_t column = test_column_of(t, TEST_REPEAT);
    struct repeat r = {0, 0};
    struct bytes text;
    const struct test_cell *c;
    struct diag *d;

    if (column == SIZE_MAX)
        return r;
    text = test_cell_text(t, line, column);
    if (text.size == 0 || read_repeat(text, &r))
        return r;
    if (m->ds != NULL) {
        c = &t->cell[line * t->column_count + column];
        d = diag_add(m->ds, DIAG_ERROR, "T716", yaml_span(t->node, c->from, c->size),
            "`%.*s` does not say how often a row is repeated", QUOTE(text));
        diag_help(m->ds, d, "write how many rows there are in all and how far apart: 5 every 10h");
    }
    return (struct repeat){0, 0};
}

/* The text with the running number for each `#`, in `room`. */
static struct bytes
numbered(struct bytes text, uint32_t copy, char room[static CELL_MAX])
{
    size_t size = 0;
    char digits[16];
    int width = snprintf(digits, sizeof digits, "%u", (unsigned)copy);

    if (copy == 0 || memchr(text.at, '#', text.size) == NULL)
        return text;
    for (size_t i = 0; i < text.size && size + 16 < CELL_MAX; i++) {
        if (text.at[i] != '#') {
            room[size++] = text.at[i];
            continue;
        }
        memcpy(room + size, digits, (size_t)width);
        size += (size_t)width;
    }
    return (struct bytes){room, size};
}

static void
put_cells(struct maker *m, struct cell_reader *r, size_t line, uint32_t copy)
{
    const struct test_table *t = &m->test->table;
    char room[CELL_MAX];

    for (size_t i = 0; i < t->column_count; i++) {
        const struct test_cell *c = &t->cell[line * t->column_count + i];
        struct bytes text = test_cell_text(t, line, i);

        if (t->column[i].field < 0 || text.size == 0)
            continue;
        r->at = yaml_span(t->node, c->from, c->size);
        (void)cell_put(r, t->column[i].field, numbered(text, copy, room));
    }
}

/* A default stands wherever the table says nothing. */
static void
put_defaults(struct maker *m, struct cell_reader *r, size_t line, uint32_t copy)
{
    const struct test_table *t = &m->test->table;
    const struct yaml_node *map = m->test->defaults;
    char room[CELL_MAX];

    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_node *n = map->entry[i].value;
        size_t column;
        int field;

        if (n == NULL || n->kind != YAML_SCALAR || n->text.size == 0 ||
            !test_column_find(m->rs, map->entry[i].key, &field) || field < 0)
            continue;
        column = test_column_of(t, field);
        if (column != SIZE_MAX && test_cell_text(t, line, column).size > 0)
            continue;
        r->at = n->at;
        (void)cell_put(r, field, numbered(n->text, copy, room));
    }
}

/* ---- signals ------------------------------------------------------------------------- */

static bool
tell_signal(struct maker *m, struct span at, const char *code, struct bytes text, const char *what)
{
    if (m->ds != NULL)
        diag_add(m->ds, DIAG_ERROR, code, at, "`%.*s` %s", QUOTE(text), what);
    return false;
}

static const struct rule *
heard_rule(struct maker *m, const struct test_table *t, size_t line, size_t column)
{
    const struct rule *rule = m->test->rule;
    const struct test_cell *c = &t->cell[line * t->column_count + column];
    struct bytes name = test_cell_text(t, line, column);

    for (size_t i = 0; i < rule->feed_count; i++)
        if (rule->feeds[i].rule != NULL && bytes_equal(rule->feeds[i].rule->name, name))
            return rule->feeds[i].rule;
    (void)tell_signal(
        m, yaml_span(t->node, c->from, c->size), "T721", name, "is no rule that this one hears");
    return NULL;
}

/* The cells of measures, for those of the rule whose hit it is. */
static bool
put_figures(struct maker *m, const struct rule *heard, size_t line, struct value *out)
{
    const struct test_table *t = &m->test->table;

    for (size_t i = 0; i < t->column_count; i++) {
        struct yaml_node n = {.kind = YAML_SCALAR, .text = test_cell_text(t, line, i)};
        const struct test_cell *c = &t->cell[line * t->column_count + i];
        size_t k = 0;

        if (t->column[i].field != TEST_FIGURE || n.text.size == 0)
            continue;
        while (k < heard->measure_count &&
               !bytes_equal(heard->measures[k].name.name, t->column[i].name))
            k++;
        if (k == heard->measure_count)
            return tell_signal(m, yaml_span(t->node, c->from, c->size), "T722", t->column[i].name,
                "is no measure of the rule of this row");
        if (!test_figure_read(&n, &heard->measures[k].name, &out[k]))
            return tell_signal(m, yaml_span(t->node, c->from, c->size), "T718", n.text,
                "is never a value of this measure");
    }
    return true;
}

/* Whom it is about. Were it about an account, that would be the customer's only one. */
static bool
put_about(struct maker *m, size_t line, uint32_t copy, struct test_row *row)
{
    const struct test_table *t = &m->test->table;
    size_t column = test_column_of(t, TEST_ABOUT);
    union txn_cell cell;
    char room[CELL_MAX];

    if (column == SIZE_MAX)
        return tell_signal(m, t->node->at, "T721", bytes_of("about"),
                   "is a column that a table of signals needs") ||
               true;
    if (!test_about(m->rs, m->test->rule, numbered(test_cell_text(t, line, column), copy, room),
            m->a, &row->about))
        return false;
    cell.text.off = (uint32_t)m->texts.size;
    cell.text.size = (uint32_t)row->about.size;
    buf_add(&m->texts, row->about.at, row->about.size);
    row->txn->cell[TXN_O_ACCOUNT] = row->txn->cell[TXN_O_CUSTOMER] = cell;
    row->txn->present |= UINT64_C(1) << TXN_O_ACCOUNT | UINT64_C(1) << TXN_O_CUSTOMER;
    return true;
}

static bool
put_signal(struct maker *m, size_t line, uint32_t copy, struct test_row *row)
{
    const struct test_table *t = &m->test->table;
    size_t column = test_column_of(t, TEST_RULE);
    const struct rule *heard = column == SIZE_MAX ? NULL : heard_rule(m, t, line, column);

    if (column == SIZE_MAX && line == 0)
        (void)tell_signal(
            m, t->node->at, "T721", bytes_of("rule"), "is a column that a table of signals needs");
    row->measures = arena_take(m->a, RULE_MEASURES_MAX, sizeof *row->measures);
    if (row->measures == NULL || !put_about(m, line, copy, row))
        return false;
    if (heard == NULL)
        return true;
    for (size_t i = 0; i < heard->measure_count; i++)
        row->measures[i] = value_missing(heard->measures[i].name.type);
    row->rule = (uint32_t)(heard - m->rs->rule);
    (void)put_figures(m, heard, line, row->measures);
    return true;
}

/* ---- rows ------------------------------------------------------------------------------ */

/* Rows without a time stand one minute apart, from eight o'clock of day 1. */
static void
set_time(struct maker *m, struct txn *t, const struct repeat *repeat, uint32_t copy)
{
    if (!txn_has(t, TXN_TIME)) {
        int64_t day;
        bool date_only;

        (void)time_read(m->rs, bytes_of("d1 08:00"), &t->at_us, &day, &date_only);
        t->at_us += (int64_t)m->count * MINUTE_S * US_PER_S;
    } else if (copy > 1) {
        t->at_us += (copy - 1) * repeat->every_us;
        /* days stay days, however long the one between them is */
        if ((t->flags & TXN_DATE_ONLY) != 0)
            time_to_day(m->rs, &t->at_us);
    }
    t->cell[TXN_TIME].num = t->at_us;
    t->present |= UINT64_C(1) << TXN_TIME;
}

/* Numbers of one width, so that their order as text is that of the rows. */
static void
set_id(struct maker *m, struct txn *t)
{
    size_t from = m->texts.size;

    if (txn_has(t, TXN_ID))
        return;
    buf_print(&m->texts, "%05zu", m->count + 1);
    t->cell[TXN_ID].text.off = (uint32_t)from;
    t->cell[TXN_ID].text.size = (uint32_t)(m->texts.size - from);
    t->present |= UINT64_C(1) << TXN_ID;
}

static void
add_row(struct maker *m, size_t line, const struct repeat *repeat, uint32_t copy)
{
    struct txn *t = arena_take(m->a, 1, sizeof *t + m->rs->field_count * sizeof(union txn_cell));
    struct cell_reader r = {.rs = m->rs,
        .txn = t,
        .texts = &m->texts,
        .ds = copy > 1 ? NULL : m->ds, /* what is wrong is wrong in all copies */
        .rates = m->test->rates};
    struct test_row *row;

    if (t == NULL) {
        m->failed = true;
        return;
    }
    m->texts.size = 0;
    put_cells(m, &r, line, copy);
    put_defaults(m, &r, line, copy);
    cell_settle(&r);
    set_time(m, t, repeat, copy);
    set_id(m, t);
    t->row = m->count + 1;
    row = &m->row[m->count++];
    *row = (struct test_row){
        .txn = t, .line = line, .copy = copy, .last = copy == 0 || copy == (uint32_t)repeat->times};
    if (m->test->signals && !put_signal(m, line, copy, row))
        m->failed = true;
    t->base = arena_copy(m->a, buf_bytes(&m->texts));
    m->failed = m->failed || m->texts.failed || t->base == NULL;
}

static size_t
count_rows(struct maker *m)
{
    struct diags *ds = m->ds;
    size_t count = 0;

    m->ds = NULL;
    for (size_t line = 0; line < m->test->table.row_count; line++) {
        struct repeat r = repeat_of(m, line);

        count += r.times > 0 ? (size_t)r.times : 1;
    }
    m->ds = ds;
    return count;
}

bool
test_rows(const struct ruleset *rs, const struct test *test, struct arena *a, struct diags *ds,
    struct test_row **out, size_t *count)
{
    struct maker m = {.rs = rs, .test = test, .a = a, .ds = ds};
    size_t rows = count_rows(&m);

    *count = 0;
    if (rows > TEST_ROWS_MAX) {
        if (ds != NULL)
            diag_add(ds, DIAG_ERROR, "R512", test->table.node->at,
                "a table has at most %d rows, repeated ones counted", TEST_ROWS_MAX);
        return true;
    }
    m.row = arena_take(a, rows + 1, sizeof *m.row);
    for (size_t line = 0; m.row != NULL && line < test->table.row_count && !m.failed; line++) {
        struct repeat r = repeat_of(&m, line);

        for (uint32_t copy = r.times > 0; copy <= (uint32_t)r.times && !m.failed; copy++)
            add_row(&m, line, &r, copy);
    }
    buf_fini(&m.texts);
    *out = m.row;
    *count = m.count;
    return m.row != NULL && !m.failed;
}

/* What the alerts of a rule are about, as cells hold it. */
static enum type
type_of_about(const struct ruleset *rs, const struct rule *rule)
{
    if (rule->about_count == 1)
        return rs->fields[rule->about[0].field].type;
    if (rule->about_count == 0 && bytes_equal(rule->about_kind, bytes_of("account")))
        return TYPE_ACCOUNT;
    if (rule->about_count == 0 && bytes_equal(rule->about_kind, bytes_of("phone")))
        return TYPE_PHONE;
    return TYPE_TEXT;
}

bool
test_about(const struct ruleset *rs, const struct rule *rule, struct bytes cell, struct arena *a,
    struct bytes *out)
{
    struct buf text = {0};
    const char *copy;
    size_t size;

    if (!cell_canonical(type_of_about(rs, rule), cell, &text)) {
        text.size = 0;
        buf_add(&text, cell.at, cell.size);
    }
    size = text.size;
    copy = text.failed ? NULL : arena_copy(a, buf_bytes(&text));
    buf_fini(&text);
    *out = (struct bytes){copy, size};
    return copy != NULL;
}
