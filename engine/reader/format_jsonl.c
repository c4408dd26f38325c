/*
 * format_jsonl - one JSON object a line; cells by dotted name, nested or written with the dots.
 *
 * A list of plain values is their texts joined by blanks; of a list of maps, the maps' values
 * likewise; `names.0.text` takes the first only. A wanted key that stands twice is a fault: readers
 * differ over which one counts. null is as good as absent (at == NULL).
 */
#include <stdio.h>

#include "base/alloc.h"
#include "reader/format.h"
#include "reader/path_tree.h"
#include "text/csv_read.h"
#include "text/json_read.h"
#include "text/utf8.h"
#include "weir/limits.h"

enum { ROOM_BYTES = 4 * LIMIT_LINE_BYTES, SEPARATOR = 0x1e /* RFC 7464 */ };

/* An open map or list. */
struct level {
    uint32_t node;    /* where in the tree; PATH_NONE: nothing below is wanted */
    uint32_t index;   /* list: number of the next element */
    bool map, listed; /* listed: itself or a level above is a list whose values are joined */
};

struct format_jsonl {
    struct format format;
    struct format_input in;
    struct csv_read lines;
    struct path_tree tree;
    struct bytes *cell;
    uint32_t cell_count;
    struct buf raw, room;
    struct level level[LIMIT_JSON_DEPTH + 1];
    char fault_text[200];
    struct csv_row row;
};

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a row");
}

static bool
fault(struct format_jsonl *f, struct record *rec, const char *code, const char *what, size_t at)
{
    rec->fault = code;
    (void)snprintf(f->fault_text, sizeof f->fault_text,
        "%s (byte %zu of the line); each line must be one JSON object", what, at + 1);
    rec->fault_text = f->fault_text;
    return false;
}

static struct bytes
literal(const struct json_token *t)
{
    if (t->event == JSON_TRUE)
        return bytes_of("true");
    if (t->event == JSON_FALSE)
        return bytes_of("false");
    return t->raw;
}

/* `f->room` has its final size, so views into it stay. False when it is full. */
static bool
join(struct format_jsonl *f, struct bytes *cell, struct bytes text)
{
    bool last = cell->at != NULL && cell->at + cell->size == f->room.at + f->room.size;

    if (f->room.cap - f->room.size < (last ? 0 : cell->size) + text.size + 1)
        return false;
    if (!last) {
        const char *at = f->room.at + f->room.size;

        buf_add(&f->room, cell->at, cell->size);
        cell->at = at;
    }
    buf_byte(&f->room, ' ');
    buf_add(&f->room, text.at, text.size);
    cell->size += text.size + 1;
    return true;
}

static bool
set_cell(struct format_jsonl *f, struct record *rec, const struct json_read *r, uint32_t node,
    bool listed, const struct json_token *t)
{
    uint32_t n = f->tree.node[node].cell;
    struct bytes text = literal(t);

    if (n == PATH_NONE || t->event == JSON_NULL)
        return true;
    if (t->escaped) {
        size_t from = f->room.size;

        if (f->room.cap - from < text.size || !json_unescape(text, &f->room))
            return fault(f, rec, "Q_JSON", "the texts are too long", r->at);
        text = (struct bytes){f->room.at + from, f->room.size - from};
        if (text.size > 0 && memchr(text.at, '\0', text.size) != NULL)
            return fault(f, rec, "Q_NUL", "a text holds a NUL character", r->at);
    }
    if (f->cell[n].at == NULL) {
        f->cell[n] = (struct bytes){text.at != NULL ? text.at : "", text.size};
        return true;
    }
    if (!listed)
        return fault(f, rec, "Q_JSON", "a key stands twice, or with and without dots", r->at);
    if (!join(f, &f->cell[n], text))
        return fault(f, rec, "Q_JSON", "the lists are too long", r->at);
    return true;
}

/* The node an element of a list stands for: its number if that is wanted, else the list's own. */
static uint32_t
element_node(const struct format_jsonl *f, struct level *list, bool *listed)
{
    char number[16];
    uint32_t node;

    *listed = true;
    if (list->node == PATH_NONE)
        return PATH_NONE;
    (void)snprintf(number, sizeof number, "%u", (unsigned)list->index++);
    node = path_tree_find(&f->tree, list->node, bytes_of(number));
    if (node == PATH_NONE)
        return list->node;
    *listed = list->listed;
    return node;
}

struct place {
    uint32_t node;
    bool listed;
};

static struct place
next_place(const struct format_jsonl *f, struct level *in, uint32_t key_node)
{
    struct place p = {.node = key_node, .listed = in->listed};

    if (!in->map)
        p.node = element_node(f, in, &p.listed);
    return p;
}

/* A key as the tree knows it; escapes in it are undone into the room. */
static uint32_t
key_node(struct format_jsonl *f, uint32_t from, const struct json_token *t)
{
    struct bytes key = t->raw;

    if (from == PATH_NONE)
        return PATH_NONE;
    if (t->escaped) {
        size_t begin = f->room.size;

        if (f->room.cap - begin < key.size || !json_unescape(key, &f->room))
            return PATH_NONE;
        key = (struct bytes){f->room.at + begin, f->room.size - begin};
    }
    return path_tree_find(&f->tree, from, key);
}

/* Walk the line once. False when rec->fault says why not. */
static bool
parse(struct format_jsonl *f, struct record *rec, struct bytes line)
{
    struct json_read r;
    struct json_token t;
    uint32_t depth = 0, key = PATH_ROOT;
    enum weir_status st;

    f->level[0] = (struct level){.node = PATH_ROOT, .map = true};
    json_init(&r, line);
    while ((st = json_next(&r, &t)) == WEIR_OK) {
        struct level *in = &f->level[depth];
        struct place p;

        if (depth == 0 && t.event != JSON_OPEN_MAP)
            return fault(f, rec, "Q_JSON", "the line holds no object", 0);
        switch (t.event) {
        case JSON_KEY:
            key = key_node(f, in->node, &t);
            break;
        case JSON_OPEN_MAP:
        case JSON_OPEN_LIST:
            p = next_place(f, in, key);
            f->level[++depth] =
                (struct level){.node = p.node, .map = t.event == JSON_OPEN_MAP, .listed = p.listed};
            break;
        case JSON_CLOSE_MAP:
        case JSON_CLOSE_LIST:
            depth--;
            break;
        case JSON_TEXT:
        case JSON_NUMBER:
        case JSON_TRUE:
        case JSON_FALSE:
        case JSON_NULL:
            p = next_place(f, in, key);
            if (p.node != PATH_NONE && !set_cell(f, rec, &r, p.node, p.listed, &t))
                return false;
            break;
        }
    }
    return st == WEIR_END || fault(f, rec, "Q_JSON", r.fault, r.at);
}

static enum weir_status
fill(struct format_jsonl *f, struct record *rec, struct weir_err *err)
{
    struct bytes line;

    rec->raw = format_text(
        f->in.encoding, (struct bytes){f->row.at, f->row.text_size}, f->row.high, &f->raw);
    f->room.size = 0;
    if (f->raw.failed || (f->room.at == NULL && buf_room(&f->room, ROOM_BYTES) == NULL))
        return no_memory(err);
    rec->row = ++f->in.counts->rows;
    rec->high = f->row.high;
    rec->plain = !f->row.high || utf8_plain(rec->raw);
    rec->bad_utf8 = !rec->plain && f->in.encoding->charset == NULL && !utf8_valid(rec->raw);
    f->in.counts->bad_utf8_rows += rec->bad_utf8;
    rec->fault = f->row.fault;
    rec->fault_text = rec->fault != NULL ? format_fault_text(rec->fault) : NULL;
    line = rec->raw;
    if (line.size > 0 && line.at[0] == SEPARATOR)
        line = (struct bytes){line.at + 1, line.size - 1};
    for (uint32_t n = 0; n < f->cell_count; n++)
        f->cell[n] = (struct bytes){NULL, 0};
    rec->cell = f->cell;
    rec->count = rec->fault == NULL && parse(f, rec, line) ? f->cell_count : 0;
    rec->trimmed = true;
    for (uint32_t n = 0; n < rec->count && rec->trimmed; n++)
        rec->trimmed = !csv_edged(rec->cell[n]);
    return WEIR_OK;
}

static bool
blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->text_size; i++)
        if (row->at[i] != ' ' && row->at[i] != '\t' && row->at[i] != SEPARATOR)
            return false;
    return row->fault == NULL;
}

static enum weir_status
jsonl_next(struct format *format, struct record *rec, struct weir_err *err)
{
    struct format_jsonl *f = (struct format_jsonl *)(void *)format;
    struct reader_counts *counts = f->in.counts;
    enum weir_status st;

    while (
        (st = format_row(f->in.stream, &f->lines, &f->row, err)) == WEIR_OK || st == WEIR_REJECT) {
        bool rest = st == WEIR_REJECT && f->row.fault == NULL;

        rec->line = counts->lines + 1;
        rec->offset = f->in.stream->offset;
        stream_take(f->in.stream, f->row.size);
        counts->lines += f->row.lines;
        if (!rest && !blank(&f->row))
            return fill(f, rec, err);
        if (!rest)
            counts->blank_lines += f->row.lines;
    }
    return st;
}

static void
jsonl_close(struct format *format)
{
    struct format_jsonl *f = (struct format_jsonl *)(void *)format;

    path_tree_fini(&f->tree);
    buf_fini(&f->raw);
    buf_fini(&f->room);
    alloc_free(f->cell);
    alloc_free(f);
}

enum weir_status
format_jsonl_open(struct format_input in, struct format **out, struct weir_err *err)
{
    struct format_jsonl *f = alloc_zero(1, sizeof *f);

    if (f == NULL)
        return no_memory(err);
    f->format.next = jsonl_next;
    f->format.close = jsonl_close;
    f->in = in;
    f->cell_count = in.spec->name_count;
    f->cell = alloc_zero((size_t)f->cell_count + 1, sizeof *f->cell);
    csv_init(&f->lines, (struct csv_dialect){.delimiter = '\n'});
    if (f->cell == NULL || !path_tree_init(&f->tree, in.spec->names, in.spec->name_count)) {
        jsonl_close(&f->format);
        return no_memory(err);
    }
    *out = &f->format;
    return WEIR_OK;
}
