/*
 * fmt_scalar - one value: plain where YAML reads it back as it stands, else in quotes; folded or
 * literal where it takes several lines.
 */
#include <string.h>

#include "author/fmt.h"
#include "base/buf.h"
#include "text/diag_show.h"

void
fmt_indent(size_t columns, struct buf *out)
{
    while (columns-- > 0)
        buf_byte(out, ' ');
}

static size_t
width(struct bytes text)
{
    return diag_show(text, NULL);
}

/* ---- plain or quoted --------------------------------------------------------------- */

/* May the text stand without quotes? `flow`: within brackets. */
static bool
plain_safe(struct bytes t, bool flow)
{
    if (t.size == 0 || strchr(">|@%&*!{}[]\"'#`, ", t.at[0]) != NULL || t.at[t.size - 1] == ' ' ||
        t.at[t.size - 1] == ':' || bytes_equal(t, bytes_of("---")) ||
        bytes_equal(t, bytes_of("...")))
        return false;
    if (strchr("-?:", t.at[0]) != NULL && (t.size == 1 || t.at[1] == ' ' || flow))
        return false;
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];

        if (c < ' ' || c == 0x7f || (flow && strchr(",[]{}", c) != NULL) ||
            (c == ':' && i + 1 < t.size && t.at[i + 1] == ' ') ||
            (flow && c == ':' && i + 1 < t.size && strchr(",[]{}", t.at[i + 1]) != NULL) ||
            (c == '#' && t.at[i - 1] == ' '))
            return false;
    }
    return true;
}

/* Would an editor's YAML take the plain text for something else than text? */
static bool
looks_typed(struct bytes t)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no", "on", "off", "~"};
    bool digits = false;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_equal(t, bytes_of(words[i])))
            return true;
    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] >= '0' && t.at[i] <= '9')
            digits = true;
        else if (strchr("+-._:eExXoO", t.at[i]) == NULL)
            return false;
    }
    return digits;
}

static void
put_quoted(struct bytes t, struct buf *out)
{
    bool plain = true; /* no character that only "..." can hold */

    for (size_t i = 0; i < t.size; i++)
        plain = plain && (unsigned char)t.at[i] >= ' ' && t.at[i] != 0x7f;
    if (plain && (memchr(t.at, '"', t.size) != NULL || memchr(t.at, '\\', t.size) != NULL)) {
        buf_byte(out, '\'');
        for (size_t i = 0; i < t.size; i++) {
            if (t.at[i] == '\'')
                buf_byte(out, '\'');
            buf_byte(out, t.at[i]);
        }
        buf_byte(out, '\'');
        return;
    }
    buf_byte(out, '"');
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];

        if (c == '\n')
            buf_text(out, "\\n");
        else if (c == '\t')
            buf_text(out, "\\t");
        else if (c < ' ' || c == 0x7f)
            buf_print(out, "\\x%02x", c);
        else if (c == '"' || c == '\\')
            buf_print(out, "\\%c", c);
        else
            buf_byte(out, (char)c);
    }
    buf_byte(out, '"');
}

static void
put_inline(const struct sheet_node *n, bool flow, struct buf *out)
{
    bool was_quoted = n->style == YAML_SINGLE || n->style == YAML_DOUBLE;
    struct buf expr = {0};
    struct bytes t = n->text;

    if (n->expr != NULL) {
        expr_print(n->expr->root, false, &expr);
        t = buf_bytes(&expr);
        out->failed = out->failed || expr.failed;
    }
    if (t.size == 0 && n->style == YAML_PLAIN)
        ;
    else if (n->quoted || !plain_safe(t, flow) || (was_quoted && looks_typed(t)))
        put_quoted(t, out);
    else
        buf_add(out, t.at, t.size);
    buf_fini(&expr);
}

void
fmt_flow_scalar(const struct sheet_node *n, struct buf *out)
{
    put_inline(n, true, out);
}

void
fmt_key(struct bytes key, struct buf *out)
{
    if (plain_safe(key, true) && memchr(key.at, ':', key.size) == NULL)
        buf_add(out, key.at, key.size);
    else
        put_quoted(key, out);
}

void
fmt_beside(struct bytes beside, struct buf *out)
{
    if (beside.size == 0)
        return;
    buf_byte(out, '\x01');
    buf_add(out, beside.at, beside.size);
}

/* ---- several lines -------------------------------------------------------------------- */

/* Words up to the next place where a line may end; `at` moves behind it. */
static struct bytes
next_piece(struct bytes t, size_t *at, const char *ends)
{
    size_t from = *at;

    while (*at < t.size && strchr(ends, t.at[*at]) == NULL)
        ++*at;
    return (struct bytes){t.at + from, *at - from};
}

/* Pieces onto lines as long as they fit, each line behind the indent. */
static void
fill(struct bytes t, const char *ends, size_t indent, struct buf *out)
{
    size_t at = 0, column = 0;
    bool hard = true;

    while (at < t.size) {
        struct bytes piece = next_piece(t, &at, ends);
        size_t size = width(piece);

        if (hard || column + 1 + size > FMT_COLUMNS) {
            buf_byte(out, '\n');
            fmt_indent(indent, out);
            column = indent;
        } else {
            buf_byte(out, ' ');
            column++;
        }
        buf_add(out, piece.at, piece.size);
        column += size;
        hard = at < t.size && t.at[at] == BREAK_HARD;
        at++;
    }
}

static void
put_folded_expr(const struct sheet_node *n, size_t indent, struct bytes beside, struct buf *out)
{
    static const char ends[] = {BREAK_HARD, BREAK_SOFT, 0};
    struct buf text = {0};

    expr_print(n->expr->root, true, &text);
    out->failed = out->failed || text.failed;
    buf_byte(out, '>');
    fmt_beside(beside, out);
    if (text.size > 0)
        fill(buf_bytes(&text), ends, indent + 2, out);
    buf_fini(&text);
}

/* Can the text be written as a paragraph that is folded back into itself? */
static bool
foldable(struct bytes t)
{
    if (t.size > 0 && t.at[t.size - 1] == '\n')
        t.size--;
    if (t.size == 0 || t.at[0] == ' ' || t.at[t.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < t.size; i++)
        if ((unsigned char)t.at[i] < ' ' || (t.at[i] == ' ' && t.at[i - 1] == ' '))
            return false;
    return true;
}

static void
put_folded(struct bytes t, size_t indent, struct bytes beside, struct buf *out)
{
    bool end = t.at[t.size - 1] == '\n';

    buf_text(out, end ? ">" : ">-");
    fmt_beside(beside, out);
    t.size -= end;
    fill(t, " ", indent + 2, out);
}

/* Can the text stand line by line? */
static bool
literal_safe(struct bytes t)
{
    if (t.at[0] == ' ' || t.at[0] == '\n')
        return false;
    for (size_t i = 0; i < t.size; i++)
        if ((unsigned char)t.at[i] < ' ' && t.at[i] != '\n' && t.at[i] != '\t')
            return false;
    return t.size < 2 || t.at[t.size - 1] != '\n' || t.at[t.size - 2] != '\n';
}

static void
put_literal(struct bytes t, size_t indent, struct bytes beside, struct buf *out)
{
    bool end = t.at[t.size - 1] == '\n';

    buf_text(out, end ? "|" : "|-");
    fmt_beside(beside, out);
    t.size -= end;
    for (size_t at = 0; at <= t.size; at++) {
        struct bytes line = next_piece(t, &at, "\n");

        buf_byte(out, '\n');
        if (line.size > 0)
            fmt_indent(indent + 2, out);
        buf_add(out, line.at, line.size);
    }
}

/* An expression on one line, if it fits there. */
static bool
put_short_expr(const struct sheet_node *n, size_t column, struct bytes beside, struct buf *out)
{
    struct buf text = {0};
    bool fits;

    expr_print(n->expr->root, false, &text);
    out->failed = out->failed || text.failed;
    fits = !text.failed && plain_safe(buf_bytes(&text), false) &&
           column + width(buf_bytes(&text)) <= FMT_COLUMNS;
    if (!fits && memchr(text.at, '\n', text.size) != NULL) {
        put_quoted(buf_bytes(&text), out); /* a line end within quotes or a pattern */
        fmt_beside(beside, out);
        fits = true;
    } else if (fits) {
        buf_add(out, text.at, text.size);
        fmt_beside(beside, out);
    }
    buf_fini(&text);
    return fits;
}

void
fmt_scalar(
    const struct sheet_node *n, size_t indent, size_t column, struct bytes beside, struct buf *out)
{
    struct bytes t = n->text;
    bool lines = t.size > 0 && memchr(t.at, '\n', t.size) != NULL;
    bool block = n->style == YAML_LITERAL || n->style == YAML_FOLDED;

    if (n->expr != NULL) {
        if (!put_short_expr(n, column, beside, out))
            put_folded_expr(n, indent, beside, out);
    } else if (n->table && lines && literal_safe(t)) {
        buf_byte(out, '|');
        fmt_beside(beside, out);
        fmt_table(t, indent + 2, out);
    } else if (foldable(t) && (lines || (!n->quoted && column + width(t) > FMT_COLUMNS &&
                                            memchr(t.at, ' ', t.size) != NULL))) {
        put_folded(t, indent, beside, out);
    } else if (lines && block && literal_safe(t)) {
        put_literal(t, indent, beside, out);
    } else {
        put_inline(n, false, out);
        fmt_beside(beside, out);
    }
}
