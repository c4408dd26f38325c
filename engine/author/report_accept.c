/* report_accept - the tables of failed tests with the alerts as they are, to be adopted after
 * review.
 */
#include "author/boundary.h"
#include "author/report.h"
#include "base/buf.h"
#include "text/utf8.h"

#define SHOW(b) (int)(b).size, (b).at

struct accepting {
    const struct trial *trial;
    const struct test *test;
    struct bytes *alert;                /* by line of the table */
    size_t width[TEST_COLUMNS_MAX + 1]; /* characters */
    struct arena *a;
    struct buf *out;
};

/* Whom the rule alerts at the row, one after another. */
static void
put_abouts(const struct trial *t, size_t row, struct buf *out)
{
    bool any = false;

    for (size_t i = 0; i < t->alert_count; i++) {
        if (t->alert[i].row != row)
            continue;
        buf_print(out, "%s%.*s", any ? ", " : "", SHOW(t->alert[i].about));
        any = true;
    }
}

static bool
take_alerts(struct accepting *x)
{
    const struct trial *t = x->trial;

    x->alert = arena_take(x->a, x->test->table.row_count + 1, sizeof *x->alert);
    for (size_t i = 0; x->alert != NULL && i < t->row_count; i++) {
        struct buf text = {0};
        struct bytes *cell = &x->alert[t->row[i].line];

        if (!t->row[i].last)
            continue;
        put_abouts(t, i, &text);
        *cell = (struct bytes){arena_copy(x->a, buf_bytes(&text)), text.size};
        buf_fini(&text);
        if (cell->at == NULL)
            return false;
    }
    return x->alert != NULL;
}

/* A cell of the table as it is to be; `line` SIZE_MAX: of its header. */
static struct bytes
cell_of(const struct accepting *x, size_t line, size_t column)
{
    const struct test_table *t = &x->test->table;

    if (column < t->column_count && t->column[column].field != TEST_ALERT)
        return line == SIZE_MAX ? t->column[column].name : test_cell_text(t, line, column);
    return line == SIZE_MAX ? bytes_of("alert") : x->alert[line];
}

static size_t
columns_of(const struct accepting *x)
{
    const struct test_table *t = &x->test->table;

    return t->column_count + (test_column_of(t, TEST_ALERT) == SIZE_MAX);
}

static void
measure(struct accepting *x, size_t line)
{
    for (size_t i = 0; i < columns_of(x); i++) {
        size_t width = utf8_characters(cell_of(x, line, i));

        if (width > x->width[i])
            x->width[i] = width;
    }
}

static void
put_row(const struct accepting *x, size_t line)
{
    size_t columns = columns_of(x);

    buf_text(x->out, "      ");
    for (size_t i = 0; i < columns; i++) {
        struct bytes text = cell_of(x, line, i);

        buf_text(x->out, i > 0 ? " | " : "");
        buf_add(x->out, text.at, text.size);
        for (size_t n = utf8_characters(text); n < x->width[i] && i + 1 < columns; n++)
            buf_byte(x->out, ' ');
    }
    while (x->out->size > 0 && x->out->at[x->out->size - 1] == ' ')
        x->out->size--;
    buf_byte(x->out, '\n');
}

/* A cell speaks of the last of repeated rows only. */
static void
put_unsaid(const struct accepting *x)
{
    const struct trial *t = x->trial;

    for (size_t i = 0; i < t->row_count; i++) {
        struct buf text = {0};

        if (!t->row[i].last)
            put_abouts(t, i, &text);
        if (text.size > 0)
            buf_print(x->out,
                "    # row %zu, a repeated one, alerts about %.*s: write it out to say so\n", i + 1,
                SHOW(text));
        buf_fini(&text);
    }
}

static void
put_figures(const struct accepting *x, const struct test_expect *e, const struct trial_alert *alert)
{
    buf_print(x->out, "      - {row: %zu, about: %.*s", e->row + 1, SHOW(e->about));
    for (size_t i = 0; i < e->figure_count; i++) {
        const struct measure_name *name = &x->trial->rule->measures[e->figure[i].slot].name;
        struct value v = alert->measures[e->figure[i].slot];

        buf_print(x->out, ", %.*s: ", SHOW(name->name));
        if (name->percent || !v.set)
            value_print(v, true, x->trial->rs->zone, x->out);
        else
            boundary_print(type_is_text((enum type)v.type) ? v : value_round(v), false, x->out);
    }
    if (e->has_severity)
        buf_print(x->out, ", severity: %s", severity_names[alert->severity]);
    if (e->has_evidence)
        buf_print(x->out, ", evidence: %llu", (unsigned long long)alert->evidence);
    buf_text(x->out, "}\n");
}

static void
put_expect(const struct accepting *x)
{
    const struct trial *t = x->trial;
    bool any = false;

    for (size_t i = 0; i < x->test->expect_count; i++) {
        const struct test_expect *e = &x->test->expect[i];

        for (size_t k = 0; k < t->alert_count; k++) {
            if (t->alert[k].row != e->row || !bytes_equal(t->alert[k].about, e->about))
                continue;
            buf_text(x->out, any ? "" : "    expect:\n");
            put_figures(x, e, &t->alert[k]);
            any = true;
        }
    }
}

static enum weir_status
put_test(const struct examples *all, const struct example_rule *r, const struct test *test,
    struct buf *out, struct weir_err *err)
{
    struct trial_spec spec = {.base = all->rs, .rule = r->index, .test = test};
    struct accepting x = {.test = test, .out = out};
    struct arena room;
    struct trial trial;
    enum weir_status st;

    arena_init(&room, 0, "a test");
    x.a = &room;
    x.trial = &trial;
    st = trial_run(&spec, &room, &trial, err);
    if (st == WEIR_OK && !take_alerts(&x))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
    if (st == WEIR_OK) {
        buf_print(out, "  - name: %.*s\n    given: |\n", SHOW(test->name));
        measure(&x, SIZE_MAX);
        for (size_t i = 0; i < test->table.row_count; i++)
            measure(&x, i);
        put_row(&x, SIZE_MAX);
        for (size_t i = 0; i < test->table.row_count; i++)
            put_row(&x, i);
        put_unsaid(&x);
        put_expect(&x);
    }
    trial_fini(&trial);
    arena_fini(&room);
    return st;
}

enum weir_status
report_accept(const struct examples *x, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    for (size_t i = 0; i < x->rule_count; i++) {
        const struct example_rule *r = &x->rule[i];
        bool any = false;

        for (size_t k = 0; k < r->example_count && st == WEIR_OK; k++) {
            const struct verdict *v = &r->example[k].verdict;

            if (v->count == 0 || v->fault[0].kind == FAULT_VALUES)
                continue;
            if (!any)
                buf_print(out, "# %s, %.*s, as it is now:\n", r->rule->file, SHOW(r->rule->name));
            any = true;
            st = put_test(x, r, r->example[k].test, out, err);
        }
    }
    return st;
}
