#include "author/verdict.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/value.h"

struct court {
    const struct trial *trial;
    const struct test *test;
    struct arena *a;
    struct verdict *out;
    size_t cap;
    bool failed;
};

static const char *const codes[] = {"", "T701", "T702", "T703", "T704", "T705"};

const char *
verdict_code(enum fault_kind kind)
{
    return codes[kind];
}

static void
add(struct court *c, struct fault f)
{
    if (c->out->count == c->cap) {
        size_t cap = c->cap == 0 ? 8 : c->cap * 2;
        struct fault *more = arena_take(c->a, cap, sizeof *more);

        if (more == NULL) {
            c->failed = true;
            return;
        }
        if (c->out->count > 0)
            memcpy(more, c->out->fault, c->out->count * sizeof *more);
        c->out->fault = more;
        c->cap = cap;
    }
    c->out->fault[c->out->count++] = f;
}

/* ---- who alerts where ---------------------------------------------------------------------- */

/* What the table says of one row. */
struct claim {
    bool any;                             /* `yes` */
    struct bytes about[TEST_COLUMNS_MAX]; /* whom its cell names, commas between them */
    size_t count;
};

static bool
has_alert(const struct trial *t, size_t row, struct bytes about)
{
    for (size_t i = 0; i < t->alert_count; i++)
        if (t->alert[i].row == row && bytes_equal(t->alert[i].about, about))
            return true;
    return false;
}

static bool
claims(const struct claim *claim, struct bytes about)
{
    for (size_t i = 0; i < claim->count; i++)
        if (bytes_equal(claim->about[i], about))
            return true;
    return claim->any;
}

static struct bytes
next_name(struct bytes cell, size_t *at)
{
    size_t from = *at, end;

    while (from < cell.size && (cell.at[from] == ' ' || cell.at[from] == ','))
        from++;
    for (end = from; end < cell.size && cell.at[end] != ','; end++)
        ;
    *at = end;
    while (end > from && cell.at[end - 1] == ' ')
        end--;
    return (struct bytes){cell.at + from, end - from};
}

static void
add_claim(struct court *c, struct claim *claim, struct bytes name)
{
    if (claim->count == TEST_COLUMNS_MAX)
        return;
    if (!test_about(c->trial->rs, c->trial->rule, name, c->a, &claim->about[claim->count]))
        c->failed = true;
    else
        claim->count++;
}

/* A name that holds a comma is taken whole where it alerts. */
static void
claim_of_cell(struct court *c, size_t row, struct bytes cell, struct claim *claim)
{
    if (bytes_equal(cell, bytes_of("yes"))) {
        claim->any = true;
        return;
    }
    if (has_alert(c->trial, row, cell)) {
        add_claim(c, claim, cell);
        return;
    }
    for (size_t at = 0; at < cell.size;) {
        struct bytes name = next_name(cell, &at);

        if (name.size > 0)
            add_claim(c, claim, name);
    }
}

/* The cell of the row, or, in a table without the column, what `expect` says of it. */
static void
claim_of(struct court *c, size_t row, struct claim *claim)
{
    size_t column = test_column_of(&c->test->table, TEST_ALERT);
    const struct test_row *r = &c->trial->row[row];

    *claim = (struct claim){0};
    if (column != SIZE_MAX) {
        if (r->last)
            claim_of_cell(c, row, test_cell_text(&c->test->table, r->line, column), claim);
        return;
    }
    for (size_t i = 0; i < c->test->expect_count; i++)
        if (c->test->expect[i].row == row)
            add_claim(c, claim, c->test->expect[i].about);
}

/* A text of the trial, which ends before the verdict is read. */
static struct bytes
outliving(struct court *c, struct bytes text)
{
    struct bytes copy = {arena_copy(c->a, text), text.size};

    c->failed = c->failed || copy.at == NULL;
    return copy.at == NULL ? bytes_of("") : copy;
}

/* Alerts of the row that nobody claims, and claims that no alert meets, told in pairs. */
static void
judge_row(struct court *c, size_t row)
{
    const struct trial *t = c->trial;
    struct claim claim;
    size_t k = 0, alerts = 0;

    claim_of(c, row, &claim);
    for (size_t i = 0; i < t->alert_count; i++) {
        if (t->alert[i].row != row)
            continue;
        alerts++;
        if (claims(&claim, t->alert[i].about))
            continue;
        while (k < claim.count && has_alert(t, row, claim.about[k]))
            k++;
        if (k < claim.count)
            add(c, (struct fault){.kind = FAULT_OTHER,
                       .row = row,
                       .want = claim.about[k++],
                       .got = outliving(c, t->alert[i].about)});
        else
            add(c, (struct fault){
                       .kind = FAULT_EXTRA, .row = row, .got = outliving(c, t->alert[i].about)});
    }
    if (claim.any && alerts == 0)
        add(c, (struct fault){.kind = FAULT_MISSING, .row = row});
    for (; k < claim.count; k++)
        if (!has_alert(t, row, claim.about[k]))
            add(c, (struct fault){.kind = FAULT_MISSING, .row = row, .want = claim.about[k]});
}

/* ---- what the alerts hold -------------------------------------------------------------------- */

static struct bytes
kept(struct court *c, struct buf *text)
{
    struct bytes out = {text->failed ? NULL : arena_copy(c->a, buf_bytes(text)), text->size};

    if (out.at == NULL) {
        c->failed = true;
        out.size = 0;
    }
    buf_fini(text);
    return out;
}

static struct bytes
shown(struct court *c, struct value v, bool percent)
{
    struct buf text = {0};

    value_print(v, percent, c->trial->rs->zone, &text);
    return kept(c, &text);
}

static struct bytes
counted(struct court *c, uint64_t n)
{
    struct buf text = {0};

    buf_print(&text, "%llu", (unsigned long long)n);
    return kept(c, &text);
}

/* Equal, or equal to the places an alert prints: 95.83 % is `96%`. */
static bool
agrees(struct court *c, struct value want, struct value got, bool percent)
{
    bool overflow = false;

    if (!got.set)
        return false;
    if (type_is_text((enum type)got.type))
        return bytes_equal(want.text, got.text);
    return (value_compare(want, got, &overflow) == 0 && !overflow) ||
           bytes_equal(shown(c, want, percent), shown(c, got, percent));
}

static void
judge_figures(struct court *c, const struct test_expect *x, const struct trial_alert *alert)
{
    struct fault f = {.kind = FAULT_FIGURE, .row = x->row};

    for (size_t i = 0; i < x->figure_count; i++) {
        const struct test_figure *want = &x->figure[i];
        const struct measure_name *name = &c->trial->rule->measures[want->slot].name;
        struct value got = alert->measures[want->slot];

        if (agrees(c, want->value, got, name->percent))
            continue;
        f.figure = name->name;
        f.want = shown(c, want->value, name->percent);
        f.got = shown(c, got, name->percent);
        add(c, f);
    }
    if (x->has_evidence && x->evidence != alert->evidence) {
        f.figure = bytes_of("evidence");
        f.want = counted(c, x->evidence);
        f.got = counted(c, alert->evidence);
        add(c, f);
    }
    if (x->has_severity && x->severity != alert->severity) {
        f.figure = bytes_of("severity");
        f.want = bytes_of(severity_names[x->severity]);
        f.got = bytes_of(severity_names[alert->severity]);
        add(c, f);
    }
}

static bool
told_missing(const struct verdict *v, size_t row)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->fault[i].row == row &&
            (v->fault[i].kind == FAULT_MISSING || v->fault[i].kind == FAULT_OTHER))
            return true;
    return false;
}

static void
judge_expected(struct court *c, const struct test_expect *x)
{
    struct bytes about;

    if (!test_about(c->trial->rs, c->trial->rule, x->about, c->a, &about)) {
        c->failed = true;
        return;
    }
    for (size_t i = 0; i < c->trial->alert_count; i++) {
        const struct trial_alert *alert = &c->trial->alert[i];

        if (alert->row == x->row && bytes_equal(alert->about, about)) {
            judge_figures(c, x, alert);
            return;
        }
    }
    if (!told_missing(c->out, x->row))
        add(c, (struct fault){.kind = FAULT_MISSING, .row = x->row, .want = about});
}

/* By row; those of one row as they were told. Nearly sorted to begin with. */
static void
sort_faults(struct verdict *v)
{
    for (size_t i = 1; i < v->count; i++) {
        struct fault f = v->fault[i];
        size_t at = i;

        for (; at > 0 && v->fault[at - 1].row > f.row; at--)
            v->fault[at] = v->fault[at - 1];
        v->fault[at] = f;
    }
}

bool
verdict_of(const struct trial *t, const struct test *test, struct arena *a, struct verdict *out)
{
    struct court c = {.trial = t, .test = test, .a = a, .out = out};

    *out = (struct verdict){0};
    for (size_t row = 0; row < t->row_count; row++)
        judge_row(&c, row);
    for (size_t i = 0; i < test->expect_count; i++)
        judge_expected(&c, &test->expect[i]);
    sort_faults(out);
    return !c.failed;
}
