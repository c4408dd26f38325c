/* yaml_origin - the raw text of a YAML scalar read again, keeping where each byte came from. */
#include "text/yaml_origin.h"

#include <string.h>

#include "text/utf8.h"

struct walk {
    struct bytes file;
    size_t at, to;
    char *text;
    uint32_t *origin;
    size_t size, cap;
    bool full;
};

static void
put(struct walk *w, char c, size_t from)
{
    if (w->size == w->cap) {
        w->full = true;
        return;
    }
    w->text[w->size] = c;
    w->origin[w->size++] = (uint32_t)from;
}

static unsigned char
byte_at(const struct walk *w, size_t at)
{
    return at < w->to ? (unsigned char)w->file.at[at] : 0;
}

/* Bytes of the line break at `at`, 0 where there is none: CR, LF, CRLF, NEL, LS, PS. */
static size_t
break_size(const struct walk *w, size_t at)
{
    unsigned char c = byte_at(w, at);

    if (c == '\n')
        return 1;
    if (c == '\r')
        return byte_at(w, at + 1) == '\n' ? 2 : 1;
    if (c == 0xc2 && byte_at(w, at + 1) == 0x85)
        return 2;
    if (c == 0xe2 && byte_at(w, at + 1) == 0x80 && (byte_at(w, at + 2) & 0xfe) == 0xa8)
        return 3;
    return 0;
}

static bool
is_blank(const struct walk *w, size_t at)
{
    return byte_at(w, at) == ' ' || byte_at(w, at) == '\t';
}

/* A break as it stands in the text: LS and PS keep themselves, the others become LF. */
static void
put_break(struct walk *w, size_t at)
{
    size_t size = break_size(w, at);

    if (size < 3) {
        put(w, '\n', at);
        return;
    }
    for (size_t i = 0; i < size; i++)
        put(w, w->file.at[at + i], at);
}

/* All breaks of [from, to), blanks between them left out. */
static void
put_breaks(struct walk *w, size_t from, size_t to)
{
    while (from < to) {
        size_t size = break_size(w, from);

        if (size > 0)
            put_break(w, from);
        from += size > 0 ? size : 1;
    }
}

/*
 * Blanks and breaks inside a plain or quoted scalar: blanks alone stay, one break becomes a
 * blank, n breaks become n - 1. `joined`: an escaped break stood in front, which itself is nothing.
 */
static void
fold_run(struct walk *w, bool joined)
{
    size_t from = w->at, first = SIZE_MAX, rest = SIZE_MAX;

    while (w->at < w->to) {
        size_t size = break_size(w, w->at);

        if (size == 0 && !is_blank(w, w->at))
            break;
        if (size > 0 && first == SIZE_MAX && !joined)
            first = w->at;
        else if (size > 0 && rest == SIZE_MAX)
            rest = w->at;
        w->at += size > 0 ? size : 1;
    }
    if (joined) {
        if (rest != SIZE_MAX)
            put_breaks(w, rest, w->at);
    } else if (first == SIZE_MAX) {
        for (size_t i = from; i < w->at; i++)
            put(w, w->file.at[i], i);
    } else {
        if (break_size(w, first) == 3)
            put_break(w, first);
        else if (rest == SIZE_MAX)
            put(w, ' ', from);
        if (rest != SIZE_MAX)
            put_breaks(w, rest, w->at);
    }
}

static void
read_plain(struct walk *w)
{
    while (w->at < w->to && !w->full) {
        if (is_blank(w, w->at) || break_size(w, w->at) > 0) {
            fold_run(w, false);
        } else {
            put(w, w->file.at[w->at], w->at);
            w->at++;
        }
    }
}

static bool
read_single(struct walk *w)
{
    for (w->at++; w->at < w->to && !w->full;) {
        if (is_blank(w, w->at) || break_size(w, w->at) > 0) {
            fold_run(w, false);
            continue;
        }
        if (byte_at(w, w->at) != '\'') {
            put(w, w->file.at[w->at], w->at);
            w->at++;
            continue;
        }
        if (byte_at(w, w->at + 1) != '\'')
            return true; /* w->at is the closing quote */
        put(w, '\'', w->at);
        w->at += 2;
    }
    return false;
}

static int
hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
put_point(struct walk *w, uint32_t point, size_t from)
{
    char room[4];
    size_t size;

    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        return false;
    size = utf8_put(point, room);
    for (size_t i = 0; i < size; i++)
        put(w, room[i], from);
    return true;
}

static bool
read_hex(struct walk *w, size_t digits)
{
    size_t from = w->at;
    uint32_t point = 0;

    w->at += 2;
    for (size_t i = 0; i < digits; i++, w->at++) {
        int digit = hex_digit(byte_at(w, w->at));

        if (digit < 0)
            return false;
        point = point << 4 | (uint32_t)digit;
    }
    return put_point(w, point, from);
}

/* The character after a backslash and what it stands for. */
static const struct {
    char name;
    uint32_t point;
} escapes[] = {
    {'0', 0},
    {'a', 7},
    {'b', 8},
    {'t', 9},
    {'\t', 9},
    {'n', 10},
    {'v', 11},
    {'f', 12},
    {'r', 13},
    {'e', 27},
    {' ', ' '},
    {'"', '"'},
    {'/', '/'},
    {'\\', '\\'},
    {'N', 0x85},
    {'_', 0xa0},
    {'L', 0x2028},
    {'P', 0x2029},
};

static bool
read_escape(struct walk *w)
{
    unsigned char c = byte_at(w, w->at + 1);
    size_t size = break_size(w, w->at + 1);

    if (size > 0) {
        w->at += 1 + size;
        fold_run(w, true);
        return true;
    }
    if (c == 'x')
        return read_hex(w, 2);
    if (c == 'u')
        return read_hex(w, 4);
    if (c == 'U')
        return read_hex(w, 8);
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if ((unsigned char)escapes[i].name == c) {
            put_point(w, escapes[i].point, w->at);
            w->at += 2;
            return true;
        }
    return false;
}

static bool
read_double(struct walk *w)
{
    for (w->at++; w->at < w->to && !w->full;) {
        unsigned char c = byte_at(w, w->at);

        if (is_blank(w, w->at) || break_size(w, w->at) > 0) {
            fold_run(w, false);
        } else if (c == '"') {
            return true;
        } else if (c == '\\') {
            if (!read_escape(w))
                return false;
        } else {
            put(w, (char)c, w->at);
            w->at++;
        }
    }
    return false;
}

/* ---- literal and folded blocks ------------------------------------------ */

struct block {
    bool folded;
    int chomp;     /* -1 strip, 0 clip, 1 keep */
    size_t indent; /* 0: not known yet */
    size_t least;  /* the enclosing indentation + 1, at least 1 */
    size_t column; /* of w->at, as far as indentation goes */
};

static void
read_header(struct walk *w, const struct yaml_raw *raw, struct block *b)
{
    size_t parent = raw->parent_indent > 0 ? (size_t)raw->parent_indent : 0;

    b->least = raw->parent_indent >= 0 ? parent + 1 : 1;
    for (w->at++; w->at < w->to && break_size(w, w->at) == 0; w->at++) {
        unsigned char c = byte_at(w, w->at);

        if (c == '#')
            break;
        if (c == '+' || c == '-')
            b->chomp = c == '+' ? 1 : -1;
        if (c >= '1' && c <= '9')
            b->indent = (size_t)(c - '0') + parent;
    }
    while (w->at < w->to && break_size(w, w->at) == 0)
        w->at++;
    w->at += break_size(w, w->at);
}

/* Eat indentation and empty lines; the empty lines' breaks lie in [from, returned). */
static size_t
skip_empty(struct walk *w, struct block *b)
{
    size_t widest = 0, end = w->at;

    for (;;) {
        size_t size;

        b->column = 0;
        while ((b->indent == 0 || b->column < b->indent) && byte_at(w, w->at) == ' ') {
            w->at++;
            b->column++;
        }
        widest = b->column > widest ? b->column : widest;
        size = break_size(w, w->at);
        if (size == 0)
            break;
        w->at += size;
        end = w->at;
    }
    if (b->indent == 0)
        b->indent = widest > b->least ? widest : b->least;
    return end;
}

/* The break behind the last line of text, and the run of empty lines after it. */
struct tail {
    size_t line;             /* offset of the break, SIZE_MAX: none */
    size_t empty, empty_end; /* breaks lie in between */
};

static void
join_lines(
    struct walk *w, const struct block *b, const struct tail *t, bool blank_before, bool blank_here)
{
    bool foldable = b->folded && t->line != SIZE_MAX && break_size(w, t->line) != 3;

    if (foldable && !blank_before && !blank_here) {
        bool none = true;

        for (size_t i = t->empty; i < t->empty_end && none; i++)
            none = break_size(w, i) == 0;
        if (none)
            put(w, ' ', t->line);
    } else if (t->line != SIZE_MAX) {
        put_break(w, t->line);
    }
    put_breaks(w, t->empty, t->empty_end);
}

static void
read_block(struct walk *w, const struct yaml_raw *raw, size_t *end)
{
    struct block b = {.folded = raw->style == YAML_FOLDED};
    struct tail t = {.line = SIZE_MAX};
    bool blank = false;

    read_header(w, raw, &b);
    *end = w->at;
    t.empty = w->at;
    t.empty_end = skip_empty(w, &b);
    while (b.column == b.indent && w->at < w->to && !w->full) {
        bool blank_here = is_blank(w, w->at);

        join_lines(w, &b, &t, blank, blank_here);
        blank = blank_here;
        while (w->at < w->to && break_size(w, w->at) == 0) {
            put(w, w->file.at[w->at], w->at);
            w->at++;
        }
        *end = w->at;
        t.line = break_size(w, w->at) > 0 ? w->at : SIZE_MAX;
        w->at += break_size(w, w->at);
        t.empty = w->at;
        t.empty_end = skip_empty(w, &b);
    }
    if (b.chomp >= 0 && t.line != SIZE_MAX)
        put_break(w, t.line);
    if (b.chomp > 0)
        put_breaks(w, t.empty, t.empty_end);
}

size_t
yaml_origin(const struct yaml_raw *raw, char *text, uint32_t *origin, size_t cap, size_t *end)
{
    struct walk w = {.file = raw->file,
        .at = raw->from,
        .to = raw->to,
        .text = text,
        .origin = origin,
        .cap = cap};
    bool whole = true;

    *end = raw->to;
    switch (raw->style) {
    case YAML_PLAIN:
        read_plain(&w);
        break;
    case YAML_SINGLE:
        whole = read_single(&w);
        break;
    case YAML_DOUBLE:
        whole = read_double(&w);
        break;
    case YAML_LITERAL:
    case YAML_FOLDED:
        w.to = raw->file.size;
        read_block(&w, raw, end);
        w.at = *end;
        break;
    }
    if (!whole || w.full)
        return SIZE_MAX;
    /* Line ends that a block keeps stand behind its last line. */
    if (w.size > 0 && origin[w.size - 1] >= w.at)
        w.at = (size_t)origin[w.size - 1] + 1;
    origin[w.size] = (uint32_t)w.at;
    return w.size;
}
