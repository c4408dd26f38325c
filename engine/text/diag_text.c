/* diag_text - messages as people read them: sentence, place, source lines with carets, remarks. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "text/diag.h"
#include "text/diag_show.h"
#include "text/diag_store.h"

enum {
    PLACES_MAX = 64,    /* marks shown of one message */
    LINE_COLUMNS = 160, /* a longer source line is cut around its first mark */
    LEAD_COLUMNS = 60   /* columns kept in front of that mark */
};

/* A caret or dashed line to be drawn. */
struct stroke {
    uint32_t file, line; /* line from 0 */
    uint32_t from, to;   /* bytes in the line */
    char pen;            /* '^', '-', or 0 for a line of context */
    const char *words;
};

struct sheet {
    const struct diags *ds;
    struct buf *out;
    bool colour;
    int gutter; /* digits of the largest line number */
    struct stroke stroke[PLACES_MAX];
    size_t count;
};

static void
paint(const struct sheet *s, const char *code)
{
    if (s->colour)
        buf_text(s->out, code);
}

static const char *
pen_colour(char pen, enum diag_level level)
{
    if (pen == '-')
        return "\033[1;34m";
    return level == DIAG_ERROR ? "\033[1;31m" : "\033[1;33m";
}

/* Primary file first, then the others by number; in a file by line and column. */
static bool
drawn_before(const struct stroke *a, const struct stroke *b, uint32_t primary)
{
    if (a->file != b->file)
        return a->file == primary || (b->file != primary && a->file < b->file);
    if (a->line != b->line)
        return a->line < b->line;
    return a->from < b->from;
}

static void
add_stroke(struct sheet *s, struct span at, char pen, const char *words, uint32_t primary)
{
    const struct diag_source *source = diag_source_of(s->ds, at.file);
    struct stroke k = {.file = at.file, .pen = pen, .words = words};
    struct bytes text;
    size_t i = s->count;

    if (source->text.size == 0 || s->count == PLACES_MAX)
        return;
    k.line = diag_line_of(source, at.from);
    text = diag_line_text(source, k.line);
    k.from = at.from - source->line[k.line];
    if (k.from > text.size)
        k.from = (uint32_t)text.size;
    k.to = at.size < text.size - k.from ? k.from + at.size : (uint32_t)text.size;
    for (; i > 0 && drawn_before(&k, &s->stroke[i - 1], primary); i--)
        s->stroke[i] = s->stroke[i - 1];
    s->stroke[i] = k;
    s->count++;
}

static void
gutter(const struct sheet *s, uint32_t line, bool blank)
{
    paint(s, "\033[1;34m");
    if (blank)
        buf_print(s->out, "%*s |", s->gutter, "");
    else
        buf_print(s->out, "%*lu |", s->gutter, (unsigned long)line + 1);
    paint(s, "\033[0m");
}

/* The part of a line that is shown; all of it unless it is very long. */
struct excerpt {
    struct bytes text;
    uint32_t from, to;
};

static struct excerpt
excerpt_of(struct bytes text, uint32_t mark)
{
    struct excerpt e = {.text = text, .to = (uint32_t)text.size};
    size_t columns = 0, size;

    if (text.size <= LINE_COLUMNS)
        return e;
    if (mark > LEAD_COLUMNS)
        e.from = mark - LEAD_COLUMNS;
    while (e.from > 0 && ((unsigned char)text.at[e.from] & 0xc0) == 0x80)
        e.from--;
    for (e.to = e.from; e.to < text.size && columns < LINE_COLUMNS; e.to += (uint32_t)size)
        columns += diag_show_char((struct bytes){text.at + e.to, text.size - e.to}, &size, NULL);
    return e;
}

static size_t
columns_between(struct excerpt e, uint32_t from, uint32_t to)
{
    from = from < e.from ? e.from : from;
    to = to > e.to ? e.to : to;
    return from < to ? diag_show((struct bytes){e.text.at + from, to - from}, NULL) : 0;
}

static void
draw_line(const struct sheet *s, const struct stroke *k, struct excerpt e)
{
    gutter(s, k->line, false);
    if (e.to > e.from)
        buf_byte(s->out, ' ');
    if (e.from > 0)
        buf_text(s->out, "...");
    diag_show((struct bytes){e.text.at + e.from, e.to - e.from}, s->out);
    if (e.to < e.text.size)
        buf_text(s->out, "...");
    buf_byte(s->out, '\n');
}

static void
draw_stroke(const struct sheet *s, const struct stroke *k, struct excerpt e, enum diag_level level)
{
    size_t lead = columns_between(e, 0, k->from) + (e.from > 0 ? 3 : 0);
    size_t size = columns_between(e, k->from, k->to);

    if (k->pen == 0)
        return;
    gutter(s, 0, true);
    for (size_t i = 0; i <= lead; i++)
        buf_byte(s->out, ' ');
    paint(s, pen_colour(k->pen, level));
    for (size_t i = 0; i < size || i == 0; i++)
        buf_byte(s->out, k->pen);
    if (k->words[0] != '\0') {
        buf_byte(s->out, ' ');
        diag_show(bytes_of(k->words), s->out);
    }
    paint(s, "\033[0m");
    buf_byte(s->out, '\n');
}

static void
draw_strokes(const struct sheet *s, enum diag_level level)
{
    struct excerpt e = {.text = {"", 0}};

    for (size_t i = 0; i < s->count; i++) {
        const struct stroke *k = &s->stroke[i], *last = i > 0 ? k - 1 : NULL;

        if (last != NULL && last->file != k->file) {
            struct bytes path = bytes_of(diag_file_path(s->ds, k->file));

            gutter(s, 0, true);
            buf_print(s->out, "\n%*s::: ", s->gutter, "");
            diag_show(path, s->out);
            buf_print(s->out, ":%lu\n", (unsigned long)k->line + 1);
            gutter(s, 0, true);
            buf_byte(s->out, '\n');
        }
        if (last == NULL || last->file != k->file || last->line != k->line) {
            e = excerpt_of(diag_line_text(diag_source_of(s->ds, k->file), k->line), k->from);
            draw_line(s, k, e);
        }
        draw_stroke(s, k, e, level);
    }
}

static int
digits_of(uint32_t n)
{
    int digits = 1;

    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

static void
draw_head(const struct sheet *s, const struct diag *d)
{
    paint(s, pen_colour('^', d->level));
    buf_print(s->out, "%s[%s]", d->level == DIAG_ERROR ? "error" : "warning", d->code);
    paint(s, "\033[0;1m");
    buf_text(s->out, ": ");
    diag_show(bytes_of(d->text), s->out);
    paint(s, "\033[0m");
    buf_byte(s->out, '\n');
}

static void
draw_place(const struct sheet *s, const struct diag *d)
{
    struct bytes path = bytes_of(diag_file_path(s->ds, d->at.file));

    if (path.size == 0)
        return;
    paint(s, "\033[1;34m");
    buf_print(s->out, "%*s--> ", s->gutter, "");
    paint(s, "\033[0m");
    diag_show(path, s->out);
    if (diag_file_text(s->ds, d->at.file).size > 0) {
        struct diag_spot spot = diag_spot_of(s->ds, d->at.file, d->at.from);

        buf_print(s->out, ":%lu:%lu", (unsigned long)spot.line, (unsigned long)spot.column);
    }
    buf_byte(s->out, '\n');
}

static void
draw_remarks(const struct sheet *s, const struct diag *d)
{
    for (const struct diag_remark *r = d->remarks; r != NULL; r = r->next) {
        buf_print(s->out, "%*s = ", s->gutter, "");
        paint(s, "\033[1m");
        buf_text(s->out, r->help ? "help" : "note");
        paint(s, "\033[0m");
        buf_text(s->out, ": ");
        diag_show(bytes_of(r->text), s->out);
        buf_byte(s->out, '\n');
    }
}

static void
draw(const struct diags *ds, const struct diag *d, bool colour, struct buf *out)
{
    struct sheet s = {.ds = ds, .out = out, .colour = colour, .gutter = 1};

    add_stroke(&s, d->at, '^', d->label, d->at.file);
    for (const struct diag_place *p = d->places; p != NULL; p = p->next)
        add_stroke(&s, p->at, p->text[0] == '\0' ? 0 : '-', p->text, d->at.file);
    for (size_t i = 0; i < s.count; i++)
        if (digits_of(s.stroke[i].line + 1) > s.gutter)
            s.gutter = digits_of(s.stroke[i].line + 1);
    draw_head(&s, d);
    draw_place(&s, d);
    if (s.count > 0) {
        gutter(&s, 0, true);
        buf_byte(out, '\n');
    }
    draw_strokes(&s, d->level);
    draw_remarks(&s, d);
}

void
diags_print_text(const struct diags *ds, bool colour, struct buf *out)
{
    const struct diag **sorted = alloc_zero(ds->count + 1, sizeof *sorted);

    if (sorted != NULL)
        diag_sort(ds, sorted);
    for (size_t i = 0; i < ds->count; i++) {
        if (i > 0)
            buf_byte(out, '\n');
        draw(ds, sorted != NULL ? sorted[i] : ds->all[i], colour, out);
    }
    if (ds->lost > 0)
        buf_print(out, "\n%lu more messages are not shown; mend those above first\n",
            (unsigned long)ds->lost);
    if (ds->failed)
        buf_text(
            out, "\nmemory ran out while these messages were written; some words are missing\n");
    alloc_free(sorted);
}
