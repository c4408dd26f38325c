/* look - the first lines of a file, and which dialect makes rows of them. */
#include "ingest/look.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "text/json_read.h"

/* ---- lines ---- */

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
}

/* Lines of the file as text, whatever they are made of: one cell each. */
static enum weir_status
read_lines(struct look *l, const char *encoding, struct weir_err *err)
{
    struct reader_spec spec = {.path = l->path, .delimiter = '\x01', .encoding = encoding};
    const struct record *rec;
    struct reader *r;
    enum weir_status st = reader_open(&spec, &r, err);

    if (st != WEIR_OK)
        return st;
    l->line_count = 0;
    while (l->line_count < LOOK_LINES && (st = reader_next(r, &rec, err)) == WEIR_OK) {
        char *copy = rec->fault != NULL ? NULL : arena_copy(&l->arena, rec->raw);

        if (rec->fault == NULL && copy == NULL)
            st = no_memory(err);
        if (copy != NULL)
            l->line[l->line_count++] = (struct bytes){copy, rec->raw.size};
        if (st == WEIR_FAIL)
            break;
    }
    l->whole = st == WEIR_END;
    reader_close(r);
    return st == WEIR_FAIL ? st : WEIR_OK;
}

/* Bytes that are no UTF-8: take the code page under which the most names of columns appear. */
static enum weir_status
guess_encoding(struct look *l, struct weir_err *err)
{
    static const char *const pages[] = {
        "windows-1250", "windows-1252", "windows-1251", "windows-1253", "windows-1254", "YUSCII"};
    size_t best = 0;
    enum weir_status st;

    if (strcmp(l->counts.encoding, "UTF-8") == 0 || strncmp(l->counts.encoding, "UTF-16", 6) == 0)
        return WEIR_OK;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        size_t found;

        if ((st = read_lines(l, pages[i], err)) != WEIR_OK)
            return st;
        found = look_words_in(l) + (i == 0); /* the region's own page where nothing tells */
        if (found <= best)
            continue;
        best = found;
        (void)snprintf(l->encoding, sizeof l->encoding, "%s", pages[i]);
    }
    l->encoding_guessed = true;
    return read_lines(l, l->encoding, err);
}

/* ---- cells ---- */

/* Cells of a line, quotes taken off; at most LOOK_COLUMNS are stored. */
static uint32_t
split(struct bytes line, char delimiter, struct bytes *cell)
{
    uint32_t count = 0;
    size_t i = 0;

    for (;;) {
        size_t from = i, to;
        bool quoted = i < line.size && line.at[i] == '"';

        if (quoted) {
            from = ++i;
            while (i < line.size && line.at[i] != '"')
                i += line.at[i] == '"' && i + 1 < line.size && line.at[i + 1] == '"' ? 2 : 1;
            to = i;
        }
        while (i < line.size && line.at[i] != delimiter)
            i++;
        if (!quoted)
            to = i;
        if (count < LOOK_COLUMNS && cell != NULL)
            cell[count] = (struct bytes){line.at + from, to - from};
        count++;
        if (i >= line.size)
            return count;
        i++;
    }
}

/* The count of cells most lines have under a delimiter, and how many have it. */
static uint32_t
usual(const struct look *l, char delimiter, uint32_t *lines)
{
    uint32_t tally[LOOK_COLUMNS + 1] = {0}, best = 1;

    for (uint32_t i = 0; i < l->line_count; i++) {
        uint32_t count = split(l->line[i], delimiter, NULL);

        if (count <= LOOK_COLUMNS)
            tally[count]++;
    }
    for (uint32_t c = 2; c <= LOOK_COLUMNS; c++)
        if (tally[c] > 0 && (best == 1 || tally[c] > tally[best]))
            best = c;
    *lines = best == 1 ? 0 : tally[best];
    return best;
}

static void
find_delimiter(struct look *l)
{
    static const char marks[] = {';', ',', '\t', '|', '#'};
    uint64_t best = 0;

    l->delimiter = ',';
    l->column_count = 1;
    for (size_t i = 0; i < sizeof marks; i++) {
        uint32_t lines, count = usual(l, marks[i], &lines);
        /* Lines that agree count most; among equals, more columns. */
        uint64_t score = (uint64_t)lines * 1000 + (lines > 0 ? count : 0);

        if (score > best) {
            best = score;
            l->delimiter = marks[i];
            l->column_count = count;
        }
    }
}

/* A header names things: none of its cells is a figure or a date, and two at least hold letters. */
static bool
may_be_header(const struct look *l, struct bytes line, uint32_t *known)
{
    struct bytes cell[LOOK_COLUMNS];
    uint32_t count = split(line, l->delimiter, cell), named = 0;
    enum meaning meaning;

    *known = 0;
    for (uint32_t i = 0; i < count && i < LOOK_COLUMNS; i++) {
        struct bytes t = bytes_trim(cell[i]);

        if (t.size == 0)
            continue;
        if (look_like_number(t) || look_like_date(l, t))
            return false;
        named++;
        *known += look_name(l, t, &meaning) > 0;
    }
    return named >= 2;
}

/* Among the first lines the one with the most known names; else the first line like all others. */
static void
find_header(struct look *l)
{
    uint32_t best = 0, known, i = 0;

    for (uint32_t k = 0; k < l->line_count && k < 30; k++) {
        if (!may_be_header(l, l->line[k], &known) || known <= best || known < 2)
            continue;
        best = known;
        l->preamble = k;
    }
    l->has_header = best > 0;
    if (l->has_header) {
        uint32_t count = split(l->line[l->preamble], l->delimiter, NULL);

        if (count <= LOOK_COLUMNS && count >= l->column_count)
            l->column_count = count;
        return;
    }
    while (i < l->line_count && split(l->line[i], l->delimiter, NULL) != l->column_count)
        i++;
    l->preamble = i == l->line_count ? 0 : i;
    l->has_header = i + 1 < l->line_count && may_be_header(l, l->line[i], &known);
}

/* Lines at the end with another count of cells than all before them are no rows. */
static void
find_footer(struct look *l, uint32_t first)
{
    uint32_t odd = 0, tail = 0;

    for (uint32_t i = first; i < l->line_count; i++) {
        bool usual_count = split(l->line[i], l->delimiter, NULL) == l->column_count;

        odd += !usual_count;
        tail = usual_count ? 0 : tail + 1;
    }
    if (odd > tail)
        l->short_rows = true;
    else if (l->whole && tail > 0 && tail < 8 && l->row_count > tail)
        l->footer = tail;
}

static bool
take_rows(struct look *l)
{
    uint32_t first = l->preamble + (l->has_header ? 1 : 0);
    struct bytes cell[LOOK_COLUMNS];

    l->cell = arena_take(&l->arena, (size_t)LOOK_LINES * l->column_count + 1, sizeof *l->cell);
    if (l->cell == NULL)
        return false;
    if (l->has_header) {
        (void)split(l->line[l->preamble], l->delimiter, cell);
        for (uint32_t c = 0; c < l->column_count; c++)
            l->column[c].name = bytes_trim(cell[c]);
    }
    for (uint32_t i = first; i < l->line_count; i++) {
        if (split(l->line[i], l->delimiter, cell) != l->column_count)
            continue;
        for (uint32_t c = 0; c < l->column_count; c++)
            l->cell[(size_t)l->row_count * l->column_count + c] = bytes_trim(cell[c]);
        l->row_count++;
    }
    find_footer(l, first);
    return true;
}

/* ---- JSON Lines ---- */

struct path {
    char text[200];
    size_t mark[LIMIT_JSON_DEPTH + 1]; /* size of the text at each depth */
    uint32_t depth;
    uint32_t lists; /* open lists; what is in them has no path */
};

static uint32_t
key_column(struct look *l, const char *path)
{
    uint32_t c = 0;
    char *copy;

    while (c < l->column_count && !bytes_equal(l->column[c].name, bytes_of(path)))
        c++;
    if (c < l->column_count || c == LOOK_COLUMNS)
        return c;
    copy = arena_copy(&l->arena, bytes_of(path));
    if (copy == NULL)
        return LOOK_COLUMNS;
    l->column[c].name = bytes_of(copy);
    l->column_count++;
    return c;
}

/* Values of one line under their dotted paths; `store` once all columns are known. */
static void
walk(struct look *l, struct bytes line, uint32_t row, bool store)
{
    struct path p = {.depth = 0};
    struct json_read r;
    struct json_token t;

    json_init(&r, line);
    while (json_next(&r, &t) == WEIR_OK) {
        if (t.event == JSON_OPEN_LIST)
            p.lists++;
        else if (t.event == JSON_CLOSE_LIST)
            p.lists--;
        if (p.lists > 0)
            continue;
        if (t.event == JSON_OPEN_MAP) {
            if (p.depth < LIMIT_JSON_DEPTH)
                p.mark[p.depth++] = strlen(p.text);
        } else if (t.event == JSON_CLOSE_MAP) {
            if (p.depth > 0)
                p.text[p.mark[--p.depth]] = '\0';
        } else if (t.event == JSON_KEY) {
            size_t base = p.depth == 0 ? 0 : p.mark[p.depth - 1];

            (void)snprintf(p.text + base, sizeof p.text - base, "%s%.*s", base == 0 ? "" : ".",
                (int)(t.raw.size > 80 ? 80 : t.raw.size), t.raw.at);
        } else if (t.event == JSON_TEXT || t.event == JSON_NUMBER) {
            uint32_t c = key_column(l, p.text);

            if (store && c < l->column_count)
                l->cell[(size_t)row * l->column_count + c] = t.raw;
        }
    }
}

static bool
take_objects(struct look *l)
{
    for (uint32_t i = 0; i < l->line_count; i++)
        walk(l, l->line[i], i, false);
    l->cell = arena_take(&l->arena, (size_t)l->line_count * l->column_count + 1, sizeof *l->cell);
    if (l->cell == NULL)
        return false;
    for (uint32_t i = 0; i < l->line_count; i++)
        walk(l, l->line[i], i, true);
    l->row_count = l->line_count;
    return true;
}

/* ---- the whole ---- */

enum weir_status
look_open(struct look *l, const char *path, struct weir_err *err)
{
    struct buf head = {0};
    enum weir_status st;
    bool fine;

    *l = (struct look){.path = path, .decimal = '.'};
    arena_init(&l->arena, 0, "inspect");
    st = reader_peek(path, 64 * 1024, &head, &l->counts, err);
    buf_fini(&head);
    if (st != WEIR_OK || (st = read_lines(l, NULL, err)) != WEIR_OK)
        return st;
    if (!look_pictures(l) || !look_words(l))
        return no_memory(err);
    if ((st = guess_encoding(l, err)) != WEIR_OK)
        return st;
    l->json = l->line_count > 0 && l->line[0].size > 0 && bytes_trim(l->line[0]).size > 0 &&
              bytes_trim(l->line[0]).at[0] == '{';
    if (l->json) {
        fine = take_objects(l);
    } else {
        find_delimiter(l);
        find_header(l);
        fine = take_rows(l);
    }
    if (!fine)
        return no_memory(err);
    look_columns(l);
    return WEIR_OK;
}

void
look_close(struct look *l)
{
    arena_fini(&l->arena);
}
