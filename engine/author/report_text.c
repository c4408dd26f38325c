/* report_text - what came of the tests, to be read. */
#include "author/boundary.h"
#include "author/report.h"
#include "author/telling.h"
#include "base/buf.h"
#include "base/civil.h"

enum {
    FAULTS_SHOWN = 10, /* of one test */
    CODE_COLUMN = 77,
    WHAT_COLUMN = 49, /* from the indent of 10 on */
    INDENT = 10
};

#define SHOW(b) (int)(b).size, (b).at

/* ---- a failed test --------------------------------------------------------------------------- */

static void
put_telling(const struct telling *t, unsigned indent, struct buf *out)
{
    size_t from = out->size;

    buf_print(out, "%*s%.*s", (int)indent, "", SHOW(t->row));
    if (t->row.size > 0)
        clauses_pad(out, from, indent + WHAT_COLUMN - INDENT);
    buf_print(out, "%.*s\n", SHOW(t->what));
    if (t->where.size > 0)
        buf_print(out, "%*s%.*s\n", (int)indent + 2, "", SHOW(t->where));
    clauses_print(t->line, t->count, indent + 2, out);
}

enum weir_status
report_faults(const struct examples *x, const struct example_rule *r, const struct example *e,
    unsigned indent, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    for (size_t i = 0; i < e->verdict.count && i < FAULTS_SHOWN && st == WEIR_OK; i++) {
        struct arena room;
        struct telling t;

        arena_init(&room, 0, "a test");
        st = telling_of(x, r, e, &e->verdict.fault[i], &room, &t, err);
        if (st == WEIR_OK)
            put_telling(&t, indent, out);
        telling_fini(&t);
        arena_fini(&room);
    }
    if (st == WEIR_OK && e->verdict.count > FAULTS_SHOWN)
        buf_print(out, "%*sand %zu more\n", (int)indent, "", e->verdict.count - FAULTS_SHOWN);
    return st;
}

/* ---- parameters -------------------------------------------------------------------------------
 */

void
report_loose(const struct boundary *b, struct buf *out)
{
    const struct parameter *p = b->parameter;

    buf_print(out, "no test notices %.*s ", SHOW(p->name));
    boundary_print(p->value, p->percent, out);
    if (b->up_loose) {
        buf_text(out, " -> ");
        boundary_print(b->up, p->percent, out);
    }
    if (b->down_loose) {
        buf_text(out, b->up_loose ? " or -> " : " -> ");
        boundary_print(b->down, p->percent, out);
    }
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

static enum weir_status
put_test(const struct examples *x, const struct example_rule *r, const struct example *e,
    struct buf *out, struct weir_err *err)
{
    size_t from = out->size;

    if (e->verdict.count == 0) {
        buf_print(out, "    ok    %.*s\n", SHOW(e->test->name));
        return WEIR_OK;
    }
    buf_print(out, "    FAIL  %.*s", SHOW(e->test->name));
    clauses_pad(out, from, CODE_COLUMN);
    buf_print(out, "%s\n", verdict_code(e->verdict.fault[0].kind));
    return report_faults(x, r, e, INDENT, out, err);
}

static enum weir_status
put_rule(
    const struct examples *x, const struct example_rule *r, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    buf_print(out, "  %.*s v%lld\n", SHOW(r->rule->name), (long long)r->rule->version);
    for (size_t i = 0; i < r->example_count && st == WEIR_OK; i++)
        st = put_test(x, r, &r->example[i], out, err);
    if (r->example_count == 0) {
        buf_text(out, "    none  this rule has no test\n");
        return st;
    }
    for (size_t i = 0; i < r->boundary_count && st == WEIR_OK; i++) {
        if (!r->boundary[i].up_loose && !r->boundary[i].down_loose)
            continue;
        buf_text(out, "    loose ");
        report_loose(&r->boundary[i], out);
        buf_byte(out, '\n');
    }
    return st;
}

static void
put_sum(const struct examples *x, int64_t elapsed_us, struct buf *out)
{
    buf_print(out, "%zu rule%s, %zu test%s: ", x->rule_count, x->rule_count == 1 ? "" : "s",
        x->test_count, x->test_count == 1 ? "" : "s");
    if (x->failed == 0)
        buf_print(out, "%zu ok.", x->test_count);
    else
        buf_print(out, "%zu ok, %zu failed.", x->test_count - x->failed, x->failed);
    if (x->parameters > 0)
        buf_print(out, "  Parameters pinned on both sides: %zu of %zu.", x->pinned, x->parameters);
    if (elapsed_us >= 0)
        buf_print(out, "  %lld.%02lld s", (long long)(elapsed_us / US_PER_S),
            (long long)(elapsed_us % US_PER_S * 100 / US_PER_S));
    buf_byte(out, '\n');
}

enum weir_status
report_text(const struct examples *x, int64_t elapsed_us, struct buf *out, struct weir_err *err)
{
    const char *file = "";
    enum weir_status st = WEIR_OK;

    for (size_t i = 0; i < x->rule_count && st == WEIR_OK; i++) {
        const struct example_rule *r = &x->rule[i];

        if (strcmp(file, r->rule->file) != 0)
            buf_print(out, "%s\n", r->rule->file);
        file = r->rule->file;
        st = put_rule(x, r, out, err);
    }
    put_sum(x, elapsed_us, out);
    return st;
}
