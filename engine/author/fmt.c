/* fmt - documents, maps and lists of a sheet; the comments beside lines are aligned at the end. */
#include "author/fmt.h"

#include <string.h>

#include "base/buf.h"
#include "text/diag_show.h"

enum { STEP = 2 }; /* columns a block is indented by */

static void put_block(const struct sheet_node *n, size_t indent, struct buf *out);

/* ---- in brackets ---------------------------------------------------------------------- */

static void
put_flow(const struct sheet_node *n, struct buf *out)
{
    if (n->kind == YAML_SCALAR) {
        fmt_flow_scalar(n, out);
        return;
    }
    buf_byte(out, n->kind == YAML_MAP ? '{' : '[');
    for (size_t i = 0; i < n->count; i++) {
        const struct sheet_entry *e = &n->entry[i];

        if (i > 0)
            buf_text(out, ", ");
        if (n->kind == YAML_MAP) {
            fmt_key(e->key, out);
            buf_text(out, ": ");
        }
        if (e->value != NULL)
            put_flow(e->value, out);
    }
    buf_byte(out, n->kind == YAML_MAP ? '}' : ']');
}

static bool
has_comment(const struct sheet_node *n)
{
    if (n->tail.first != NULL)
        return true;
    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++) {
        const struct sheet_entry *e = &n->entry[i];

        if (e->before.first != NULL || e->beside.size > 0 ||
            (e->value != NULL && has_comment(e->value)))
            return true;
    }
    return false;
}

/* Brackets stay where the author wrote them on one line, or where one line has room for them. */
static bool
in_brackets(const struct sheet_node *n, size_t column)
{
    struct buf text = {0};
    bool fits;

    if (n->count == 0)
        return true;
    if (!n->flow || has_comment(n))
        return false;
    if (n->one_line)
        return true;
    put_flow(n, &text);
    fits = !text.failed && column + diag_show(buf_bytes(&text), NULL) <= FMT_COLUMNS;
    buf_fini(&text);
    return fits;
}

/* ---- line by line ------------------------------------------------------------------------ */

static void
put_remarks(const struct remarks *r, size_t indent, struct buf *out)
{
    for (const struct remark *one = r->first; one != NULL; one = one->next) {
        if (one->gap)
            buf_byte(out, '\n');
        fmt_indent(indent, out);
        buf_add(out, one->text.at, one->text.size);
        buf_byte(out, '\n');
    }
}

/* What stands behind `key:` or `-`, which end at `column`; ends its line. */
static void
put_value(const struct sheet_entry *e, size_t indent, size_t column, struct buf *out)
{
    const struct sheet_node *v = e->value;

    if (v == NULL || (v->kind == YAML_SCALAR && v->text.size == 0 && v->style == YAML_PLAIN)) {
        fmt_beside(e->beside, out);
    } else if (v->kind == YAML_SCALAR) {
        buf_byte(out, ' ');
        fmt_scalar(v, indent, column + 1, e->beside, out);
    } else if (in_brackets(v, column + 1)) {
        buf_byte(out, ' ');
        put_flow(v, out);
        fmt_beside(e->beside, out);
    } else {
        fmt_beside(e->beside, out);
        buf_byte(out, '\n');
        put_block(v, indent + STEP, out);
        return;
    }
    buf_byte(out, '\n');
}

static size_t
widest_key(const struct sheet_node *n)
{
    size_t widest = 0;

    for (size_t i = 0; i < n->count; i++) {
        size_t columns = diag_show(n->entry[i].key, NULL);

        if (n->entry[i].value == NULL || !in_brackets(n->entry[i].value, 0))
            return 0;
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void
put_map_entry(const struct sheet_entry *e, size_t indent, size_t widest, struct buf *out)
{
    size_t columns = diag_show(e->key, NULL);
    size_t from = out->size;

    fmt_key(e->key, out);
    buf_byte(out, ':');
    if (widest > columns)
        fmt_indent(widest - columns, out);
    put_value(e, indent, indent + (out->size - from), out);
}

/* A map as an item of a list begins beside the dash; `first` is told so. */
static void
put_map(const struct sheet_node *n, size_t indent, bool first, struct buf *out)
{
    size_t widest = n->aligned ? widest_key(n) : 0;

    for (size_t i = 0; i < n->count; i++) {
        const struct sheet_entry *e = &n->entry[i];

        if (e->gap && i > 0)
            buf_byte(out, '\n');
        if (i > 0 || !first) {
            put_remarks(&e->before, indent, out);
            fmt_indent(indent, out);
        }
        put_map_entry(e, indent, widest, out);
    }
}

static void
put_item(const struct sheet_entry *e, size_t indent, struct buf *out)
{
    const struct sheet_node *v = e->value;

    fmt_indent(indent, out);
    buf_byte(out, '-');
    if (v != NULL && v->kind != YAML_SCALAR && !in_brackets(v, indent + STEP) &&
        v->kind == YAML_MAP && v->count > 0 && v->entry[0].before.first == NULL) {
        buf_byte(out, ' ');
        put_map(v, indent + STEP, true, out);
        put_remarks(&v->tail, indent + STEP, out);
        return;
    }
    put_value(e, indent, indent + 1, out);
}

static void
put_block(const struct sheet_node *n, size_t indent, struct buf *out)
{
    if (n->kind == YAML_MAP) {
        put_map(n, indent, false, out);
    } else {
        for (size_t i = 0; i < n->count; i++) {
            if (n->entry[i].gap && i > 0)
                buf_byte(out, '\n');
            put_remarks(&n->entry[i].before, indent, out);
            put_item(&n->entry[i], indent, out);
        }
    }
    put_remarks(&n->tail, indent, out);
}

static void
put_document(const struct sheet_document *doc, struct buf *out)
{
    const struct sheet_node *root = doc->root;

    put_remarks(&doc->head, 0, out);
    if (root->kind == YAML_SCALAR) {
        fmt_scalar(root, 0, 0, (struct bytes){"", 0}, out);
        buf_byte(out, '\n');
    } else if (in_brackets(root, 0)) {
        put_flow(root, out);
        buf_byte(out, '\n');
        put_remarks(&root->tail, 0, out);
    } else {
        put_block(root, 0, out);
    }
}

/* ---- comments beside lines ------------------------------------------------------------------- */

static struct bytes
line_at(struct bytes text, size_t at)
{
    const char *end = memchr(text.at + at, '\n', text.size - at);

    return (struct bytes){
        text.at + at, end == NULL ? text.size - at : (size_t)(end - text.at) - at};
}

/* Columns in front of the comment's mark, or SIZE_MAX where the line has none. */
static size_t
code_columns(struct bytes line)
{
    const char *mark = line.size == 0 ? NULL : memchr(line.at, '\x01', line.size);

    return mark == NULL ? SIZE_MAX
                        : diag_show((struct bytes){line.at, (size_t)(mark - line.at)}, NULL);
}

/* Comments of neighbouring lines stand below each other, two blanks behind the longest. */
static void
align_comments(struct bytes text, struct buf *out)
{
    size_t widest = 0, run_end = 0;

    for (size_t at = 0; at < text.size;) {
        struct bytes line = line_at(text, at);
        size_t columns = code_columns(line);

        if (columns == SIZE_MAX) {
            buf_add(out, line.at, line.size);
        } else {
            size_t code = (size_t)((const char *)memchr(line.at, '\x01', line.size) - line.at);

            if (at >= run_end) {
                widest = 0;
                for (run_end = at; run_end < text.size;) {
                    struct bytes other = line_at(text, run_end);
                    size_t own = code_columns(other);

                    if (own == SIZE_MAX)
                        break;
                    widest = own > widest ? own : widest;
                    run_end += other.size + 1;
                }
            }
            buf_add(out, line.at, code);
            fmt_indent(widest - columns + 2, out);
            buf_add(out, line.at + code + 1, line.size - code - 1);
        }
        buf_byte(out, '\n');
        at += line.size + 1;
    }
}

void
fmt_print(const struct sheet *sheet, struct buf *out)
{
    struct buf text = {0};

    for (size_t i = 0; i < sheet->count; i++) {
        if (i > 0)
            buf_text(&text, "---\n");
        put_document(&sheet->document[i], &text);
    }
    out->failed = out->failed || text.failed;
    if (!text.failed && text.size > 0)
        align_comments(buf_bytes(&text), out);
    buf_fini(&text);
}
