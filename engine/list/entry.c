/* entry - the entries of a list as written, inline in YAML or in a file, each with its place. */
#define _XOPEN_SOURCE 700 /* realpath() */

#include "list/entry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "text/utf8.h"
#include "weir/limits.h"

enum { LIST_FILE_BYTES = 1 << 30 }; /* of ten million entries of a hundred bytes */

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct bytes
entry_trim(struct bytes text)
{
    while (text.size > 0 && is_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

/* ---- messages ------------------------------------------------------------------ */

struct diag *
entry_tell(struct entries *s, const char *code, struct span at, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    s->failed = true;
    return diag_add(s->ds, DIAG_ERROR, code, at, "%s", text);
}

void
entry_starve(struct entries *s)
{
    entry_tell(s, "E401", s->spec->at, "memory ran out while the list `%.*s` was read",
        (int)s->spec->name.size, s->spec->name.at);
}

struct span
entry_part(struct entries *s, const struct piece *p, struct bytes part)
{
    if (p->node != NULL && p->node->kind != YAML_SCALAR)
        return p->node->at;
    if (p->node != NULL)
        return yaml_span(p->node, (size_t)(part.at - p->node->text.at), part.size);
    /* The text of a file is kept for messages only when there is one. */
    if (s->shown == 0)
        s->shown = diag_file(s->ds, s->path, buf_bytes(&s->file));
    return (struct span){s->shown, (uint32_t)(part.at - s->file.at), (uint32_t)part.size};
}

struct span
entry_span(struct entries *s, const struct piece *p)
{
    return entry_part(s, p, p->text);
}

/* ---- opening a file -------------------------------------------------------------- */

/* A name below a folder: relative, without `..`, nothing a terminal or a C string trips over. */
static bool
is_below(struct bytes name)
{
    size_t part = 0;

    if (name.size == 0 || name.at[0] == '/')
        return false;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.at[i] != '/') {
            if ((unsigned char)name.at[i] < 0x20)
                return false;
            continue;
        }
        if (i - part == 2 && memcmp(name.at + part, "..", 2) == 0)
            return false;
        part = i + 1;
    }
    return true;
}

/* Whether a link leads out of the folder. A path that does not exist is told when it is read. */
static bool
leads_out(const char *folder, const char *path)
{
    char *root = realpath(folder, NULL), *real = realpath(path, NULL);
    bool out = false;

    if (root != NULL && real != NULL) {
        size_t size = strlen(root);

        out = strncmp(real, root, size) != 0 ||
              (real[size] != '/' && real[size] != '\0' && strcmp(root, "/") != 0);
    }
    free(root);
    free(real);
    return out;
}

static bool
set_path(struct entries *s)
{
    const struct yaml_node *file = s->spec->file;
    struct buf path = {0};
    bool below = is_below(file->text);

    buf_print(&path, "%s/%.*s", s->spec->folder, (int)file->text.size, file->text.at);
    if (!path.failed)
        s->path = arena_copy(s->a, buf_bytes(&path));
    buf_fini(&path);
    if (s->path == NULL) {
        entry_starve(s);
        return false;
    }
    if (!below || leads_out(s->spec->folder, s->path)) {
        struct diag *d = entry_tell(s, "R503", yaml_span(file, 0, file->text.size),
            "this file does not lie below the folder of the rules");

        diag_help(s->ds, d, "copy it there and name it without `/` in front and without `..`");
        return false;
    }
    return true;
}

static bool
check_text(struct entries *s)
{
    struct piece p = {.text = s->text};

    if (utf8_valid(s->text))
        return true;
    for (size_t i = 0, size; i < s->text.size; i += size) {
        struct bytes rest = {s->text.at + i, s->text.size - i};
        uint32_t point;
        struct diag *d;

        size = utf8_next(rest, &point);
        if (size > 0)
            continue;
        rest.size = 1;
        d = entry_tell(s, "R453", entry_part(s, &p, rest), "this file is not UTF-8 text");
        diag_label(s->ds, d, "this byte (%02X) begins no character", (unsigned char)rest.at[0]);
        diag_help(s->ds, d, "save the file as UTF-8");
        break;
    }
    return false;
}

bool
entry_open(struct entries *s, struct diags *ds, const struct list_spec *spec, struct arena *a)
{
    struct weir_err err = {0};

    *s = (struct entries){.ds = ds, .spec = spec, .a = a};
    csv_init(&s->csv, (struct csv_dialect){.delimiter = ',', .quote = '"'});
    if (spec->file == NULL)
        return true;
    if (!set_path(s))
        return false;
    if (file_read(s->path, LIST_FILE_BYTES, &s->file, &err) != WEIR_OK) {
        struct diag *d = entry_tell(s, err.trouble == WEIR_TROUBLE_LIMIT ? "E401" : "R451",
            yaml_span(spec->file, 0, spec->file->text.size), "the file of `%.*s` cannot be read",
            (int)spec->name.size, spec->name.at);

        diag_note(ds, d, "%s", err.text);
        diag_help(ds, d, "put the list there; without it nothing is screened");
        return false;
    }
    s->text = buf_bytes(&s->file);
    if (s->text.size >= 3 && memcmp(s->text.at, "\xEF\xBB\xBF", 3) == 0) {
        s->text.at += 3;
        s->text.size -= 3;
    }
    return check_text(s);
}

static void
tell_empty(struct entries *s)
{
    struct diag *d = entry_tell(s, "R452", yaml_span(s->spec->file, 0, s->spec->file->text.size),
        "the file of `%.*s` has no entries", (int)s->spec->name.size, s->spec->name.at);

    if (s->spec->source != NULL) {
        diag_label(s->ds, d, "no name is in it");
        diag_help(s->ds, d, "fetch the list again; an empty list would let everybody pass");
    } else {
        diag_label(s->ds, d, "nothing but blank lines and remarks in it");
        diag_help(s->ds, d, "a list that is empty on purpose says so in the rules:  items: []");
    }
}

void
entry_close(struct entries *s)
{
    if (s->spec->file != NULL && s->count == 0 && !s->failed)
        tell_empty(s);
    buf_fini(&s->file);
}

/* ---- reading ---------------------------------------------------------------------- */

static bool
count_entry(struct entries *s)
{
    if (s->count == LIMIT_LIST_ENTRIES) {
        entry_tell(s, "R454", s->spec->at, "`%.*s` has more than %d entries",
            (int)s->spec->name.size, s->spec->name.at, LIMIT_LIST_ENTRIES);
        return false;
    }
    s->count++;
    return true;
}

static bool
next_inline(struct entries *s, struct piece *out)
{
    const struct yaml_node *items = s->spec->items, *node;

    if (items == NULL || s->at == items->count || !count_entry(s))
        return false;
    node = items->entry[s->at++].value;
    *out = (struct piece){.node = node};
    if (node->kind == YAML_SCALAR) {
        out->text = node->text;
        out->quoted = node->style == YAML_SINGLE || node->style == YAML_DOUBLE;
    }
    return true;
}

/* Cut a remark off: # at the start of the line or, but for patterns, after a blank. */
static struct bytes
without_remark(const struct entries *s, struct bytes line)
{
    line = entry_trim(line);
    for (size_t i = 0; i < line.size; i++)
        if (line.at[i] == '#' && (i == 0 || (!s->pattern_lines && is_blank(line.at[i - 1]))))
            line.size = i;
    return entry_trim(line);
}

bool
entry_next(struct entries *s, struct piece *out)
{
    if (s->spec->file == NULL)
        return next_inline(s, out);
    while (s->at < s->text.size) {
        struct bytes line = {s->text.at + s->at, s->text.size - s->at};
        const char *end = memchr(line.at, '\n', line.size);

        if (end != NULL)
            line.size = (size_t)(end - line.at);
        s->at += line.size + 1;
        line = without_remark(s, line);
        if (line.size > 0) {
            *out = (struct piece){.text = line};
            return count_entry(s);
        }
    }
    return false;
}

static struct piece
cell_of(struct entries *s, const struct csv_row *row, size_t i)
{
    unsigned flags = csv_flags(row, (uint32_t)i);
    struct piece p = {.text = row->cell[i], .quoted = (flags & CSV_QUOTED) != 0};

    if (!p.quoted)
        p.text = entry_trim(p.text);
    if ((flags & CSV_ESCAPED) != 0) {
        struct diag *d =
            entry_tell(s, "R443", entry_span(s, &p), "a quote within a text is not used in tables");

        diag_label(s->ds, d, "leave the quotes out");
    }
    return p;
}

bool
entry_row(struct entries *s, struct piece *cell, size_t *count)
{
    struct csv_row row;

    while (s->at < s->text.size) {
        struct bytes rest = {s->text.at + s->at, s->text.size - s->at};
        enum weir_status st = csv_row(&s->csv, rest, true, &row);

        if (st == WEIR_END || st == WEIR_FAIL || row.size == 0)
            return false;
        s->at += row.size;
        if (st == WEIR_REJECT || row.count > ENTRY_CELLS) {
            struct piece p = {.text = {rest.at, row.text_size < 80 ? row.text_size : 80}};
            struct diag *d = entry_tell(s, "R443", entry_span(s, &p), "this row cannot be read");

            diag_label(s->ds, d, "%s",
                row.fault != NULL && strcmp(row.fault, "Q_QUOTE") == 0 ? "a quote is never closed"
                : row.fault != NULL                                    ? "not a line of text"
                                                                       : "too many cells");
            continue;
        }
        if (row.count == 0 || (row.text_size > 0 && row.at[0] == '#') ||
            entry_trim((struct bytes){row.at, row.text_size}).size == 0)
            continue;
        for (size_t i = 0; i < row.count; i++)
            cell[i] = cell_of(s, &row, i);
        *count = row.count;
        return count_entry(s);
    }
    return false;
}
