/* report_program - what came of the tests, for programs: JSON lines, JUnit XML, TAP. */
#include "author/boundary.h"
#include "author/report.h"
#include "author/telling.h"
#include "base/buf.h"
#include "text/json_write.h"

#define SHOW(b) (int)(b).size, (b).at

/* ---- JSON --------------------------------------------------------------------------------------
 */

static void
put_text(struct json_write *w, const char *key, struct bytes text)
{
    json_key(w, key);
    json_text(w, text);
}

static void
put_line(struct json_write *w, const struct clause_line *c)
{
    json_open(w, '{');
    put_text(w, "truth", bytes_of(truth_names[c->truth]));
    put_text(w, "clause", c->text);
    put_text(w, "values", c->values);
    if (c->note.size > 0)
        put_text(w, "rows", c->note);
    json_close(w, '}');
}

static enum weir_status
put_fault(const struct examples *x, const struct example_rule *r, const struct example *e,
    const struct fault *f, struct json_write *w, struct weir_err *err)
{
    struct arena room;
    struct telling t;
    enum weir_status st;

    arena_init(&room, 0, "a test");
    st = telling_of(x, r, e, f, &room, &t, err);
    if (st == WEIR_OK) {
        json_open(w, '{');
        put_text(w, "code", bytes_of(verdict_code(f->kind)));
        json_key(w, "row");
        json_int(w, (int64_t)f->row + 1);
        put_text(w, "transaction", t.row);
        put_text(w, "message", t.what);
        json_key(w, "clauses");
        json_open(w, '[');
        for (size_t i = 0; i < t.count; i++)
            put_line(w, &t.line[i]);
        json_close(w, ']');
        json_close(w, '}');
    }
    telling_fini(&t);
    arena_fini(&room);
    return st;
}

static void
open_object(struct json_write *w, const struct example_rule *r, const char *kind)
{
    json_open(w, '{');
    put_text(w, "kind", bytes_of(kind));
    put_text(w, "file", bytes_of(r->rule->file));
    put_text(w, "rule", r->rule->name);
    json_key(w, "version");
    json_int(w, r->rule->version);
}

static enum weir_status
put_test(const struct examples *x, const struct example_rule *r, const struct example *e,
    struct json_write *w, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    open_object(w, r, "test");
    put_text(w, "test", e->test->name);
    put_text(w, "result", bytes_of(e->verdict.count == 0 ? "ok" : "failed"));
    json_key(w, "faults");
    json_open(w, '[');
    for (size_t i = 0; i < e->verdict.count && st == WEIR_OK; i++)
        st = put_fault(x, r, e, &e->verdict.fault[i], w, err);
    json_close(w, ']');
    json_close(w, '}');
    return st;
}

static void
put_value(struct json_write *w, const char *key, struct value v, bool percent)
{
    struct buf text = {0};

    boundary_print(v, percent, &text);
    put_text(w, key, buf_bytes(&text));
    buf_fini(&text);
}

static void
put_loose(const struct example_rule *r, const struct boundary *b, struct json_write *w)
{
    open_object(w, r, "loose");
    put_text(w, "parameter", b->parameter->name);
    put_value(w, "value", b->parameter->value, b->parameter->percent);
    if (b->up_loose)
        put_value(w, "up", b->up, b->parameter->percent);
    if (b->down_loose)
        put_value(w, "down", b->down, b->parameter->percent);
    json_close(w, '}');
}

static void
put_sum(const struct examples *x, struct json_write *w)
{
    const struct {
        const char *key;
        size_t count;
    } sums[] = {{"rules", x->rule_count}, {"tests", x->test_count}, {"failed", x->failed},
        {"parameters", x->parameters}, {"pinned", x->pinned}};

    json_open(w, '{');
    put_text(w, "kind", bytes_of("sum"));
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        json_key(w, sums[i].key);
        json_int(w, (int64_t)sums[i].count);
    }
    json_close(w, '}');
}

enum weir_status
report_json(const struct examples *x, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    for (size_t i = 0; i < x->rule_count; i++) {
        const struct example_rule *r = &x->rule[i];

        for (size_t k = 0; k < r->example_count && st == WEIR_OK; k++) {
            struct json_write w = {.out = out};

            st = put_test(x, r, &r->example[k], &w, err);
            buf_byte(out, '\n');
        }
        for (size_t k = 0; k < r->boundary_count && r->example_count > 0; k++) {
            struct json_write w = {.out = out};

            if (!r->boundary[k].up_loose && !r->boundary[k].down_loose)
                continue;
            put_loose(r, &r->boundary[k], &w);
            buf_byte(out, '\n');
        }
    }
    put_sum(x, &(struct json_write){.out = out});
    buf_byte(out, '\n');
    return st;
}

/* ---- JUnit
 * ---------------------------------------------------------------------------------------- */

/* Text as XML holds it; control characters, which it cannot hold, become blanks. */
static void
put_xml(struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (c == '&')
            buf_text(out, "&amp;");
        else if (c == '<')
            buf_text(out, "&lt;");
        else if (c == '>')
            buf_text(out, "&gt;");
        else if (c == '"')
            buf_text(out, "&quot;");
        else
            buf_byte(out, (unsigned char)c < 0x20 && c != '\n' ? ' ' : c);
    }
}

static void
put_attribute(const char *name, struct bytes text, struct buf *out)
{
    buf_print(out, " %s=\"", name);
    put_xml(text, out);
    buf_byte(out, '"');
}

static enum weir_status
put_case(const struct examples *x, const struct example_rule *r, const struct example *e,
    struct buf *out, struct weir_err *err)
{
    struct buf faults = {0};
    enum weir_status st = report_faults(x, r, e, 0, &faults, err);

    buf_text(out, "    <testcase");
    put_attribute("classname", r->rule->name, out);
    put_attribute("name", e->test->name, out);
    put_attribute("file", bytes_of(r->rule->file), out);
    if (e->verdict.count == 0) {
        buf_text(out, "/>\n");
    } else {
        buf_text(out, ">\n      <failure");
        put_attribute("type", bytes_of(verdict_code(e->verdict.fault[0].kind)), out);
        buf_text(out, ">");
        put_xml(buf_bytes(&faults), out);
        buf_text(out, "</failure>\n    </testcase>\n");
    }
    out->failed = out->failed || faults.failed;
    buf_fini(&faults);
    return st;
}

static size_t
failed_of(const struct example_rule *r)
{
    size_t failed = 0;

    for (size_t i = 0; i < r->example_count; i++)
        failed += r->example[i].verdict.count > 0;
    return failed;
}

/* What no test notices is no failure; it stands with the suite's output. */
static void
put_output(const struct example_rule *r, struct buf *out)
{
    struct buf text = {0};

    for (size_t i = 0; i < r->boundary_count && r->example_count > 0; i++) {
        if (!r->boundary[i].up_loose && !r->boundary[i].down_loose)
            continue;
        report_loose(&r->boundary[i], &text);
        buf_byte(&text, '\n');
    }
    if (text.size > 0) {
        buf_text(out, "    <system-out>");
        put_xml(buf_bytes(&text), out);
        buf_text(out, "</system-out>\n");
    }
    buf_fini(&text);
}

enum weir_status
report_junit(const struct examples *x, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_print(out, "<testsuites tests=\"%zu\" failures=\"%zu\">\n", x->test_count, x->failed);
    for (size_t i = 0; i < x->rule_count && st == WEIR_OK; i++) {
        const struct example_rule *r = &x->rule[i];

        buf_text(out, "  <testsuite");
        put_attribute("name", r->rule->name, out);
        buf_print(out, " tests=\"%zu\" failures=\"%zu\">\n", r->example_count, failed_of(r));
        for (size_t k = 0; k < r->example_count && st == WEIR_OK; k++)
            st = put_case(x, r, &r->example[k], out, err);
        put_output(r, out);
        buf_text(out, "  </testsuite>\n");
    }
    buf_text(out, "</testsuites>\n");
    return st;
}

/* ---- TAP
 * ------------------------------------------------------------------------------------------- */

static void
put_comment(struct bytes text, struct buf *out)
{
    for (size_t at = 0; at < text.size;) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end == NULL ? text.size - at : (size_t)(end - (text.at + at));

        buf_print(out, "# %.*s\n", (int)size, text.at + at);
        at += size + 1;
    }
}

/* A `#` would begin a directive. */
static void
put_name(struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '#' || text.at[i] == '\\')
            buf_byte(out, '\\');
        buf_byte(out, text.at[i]);
    }
}

enum weir_status
report_tap(const struct examples *x, struct buf *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    size_t n = 0;

    buf_print(out, "TAP version 14\n1..%zu\n", x->test_count);
    for (size_t i = 0; i < x->rule_count && st == WEIR_OK; i++) {
        const struct example_rule *r = &x->rule[i];

        for (size_t k = 0; k < r->example_count && st == WEIR_OK; k++) {
            const struct example *e = &r->example[k];
            struct buf faults = {0};

            buf_print(out, "%sok %zu - %.*s: ", e->verdict.count > 0 ? "not " : "", ++n,
                SHOW(r->rule->name));
            put_name(e->test->name, out);
            buf_byte(out, '\n');
            st = report_faults(x, r, e, 0, &faults, err);
            put_comment(buf_bytes(&faults), out);
            buf_fini(&faults);
        }
        for (size_t k = 0; k < r->boundary_count && r->example_count > 0; k++) {
            struct buf loose = {0};

            if (!r->boundary[k].up_loose && !r->boundary[k].down_loose)
                continue;
            report_loose(&r->boundary[k], &loose);
            buf_print(out, "# %.*s: %.*s\n", SHOW(r->rule->name), SHOW(loose));
            buf_fini(&loose);
        }
    }
    return st;
}
