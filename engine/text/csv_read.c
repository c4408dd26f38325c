#include "text/csv_read.h"

#include <assert.h>

#include "text/csv_mask.h"
#include "text/utf8.h"

enum {
    CTRL_Z = 0x1a,
    ROWS_LIKELY = 4, /* an index of fewer rows was not worth making: the text is full of quotes */
    ROWS_WALKED = 32,
};

/* Inside no quotes; inside quotes; right behind a quote that closed a cell. */
enum state { PLAIN, QUOTED, CLOSED };

/* Where the scan of one row stands; offsets count from the row's first byte. */
struct walk {
    const struct csv_dialect *dialect;
    const char *at;
    size_t size;    /* bytes that may be read */
    size_t limit;   /* bytes to be looked at */
    size_t start;   /* first byte of the cell */
    size_t close;   /* CLOSED: place of the closing quote */
    size_t escaped; /* place of the byte an escape stands before */
    size_t end;     /* found: place of the line end */
    uint32_t lines; /* line ends inside quotes */
    uint8_t flags;  /* of the cell */
    enum state state;
    bool nul, broken, wide; /* wide: more cells than fit */
};

#define LAST (UINT64_C(1) << (GROUP - 1))

static inline uint64_t
bit(size_t n)
{
    return n < GROUP ? UINT64_C(1) << n : 0;
}

static inline uint32_t
first(uint64_t mask)
{
    return (uint32_t)__builtin_ctzll(mask);
}

static inline void
masks_cut(struct masks *m, size_t size)
{
    uint64_t keep = bit(size) - 1;

    m->delimiter &= keep;
    m->line &= keep;
    m->odd &= keep;
    m->high &= keep;
}

/* 64 bytes that may be read, copied where the window has fewer. */
static inline const char *
group_at(const struct walk *w, size_t base, char copy[static GROUP])
{
    if (w->size - base >= GROUP)
        return w->at + base;
    memset(copy, 0, GROUP);
    memcpy(copy, w->at + base, w->size - base);
    return copy;
}

static void
put(struct walk *w, struct csv_row *row, size_t end)
{
    bool closed = w->state == CLOSED;
    size_t from = closed ? w->start + 1 : w->start;

    if (row->count < LIMIT_COLUMNS) {
        row->cell[row->count] = (struct bytes){w->at + from, (closed ? w->close : end) - from};
        row->flags[row->count++] = closed ? w->flags : 0;
        row->quoted |= closed;
    } else {
        w->wide = true;
    }
    w->start = end + 1;
    w->state = PLAIN;
}

static bool
line_end(char c)
{
    return c == '\n' || c == '\r';
}

static void
walk_quoted(struct walk *w, size_t at)
{
    const struct csv_dialect *d = w->dialect;
    char c = w->at[at];

    if (c == '\n' || (c == '\r' && (at + 1 >= w->size || w->at[at + 1] != '\n')))
        w->lines++;
    if (at == w->escaped || c == d->delimiter)
        return;
    if (c == d->quote) {
        w->state = CLOSED;
        w->close = at;
    } else if (c != '\0' && c == d->escape) {
        w->escaped = at + 1;
        w->flags |= CSV_ESCAPED;
    }
}

/* Visit one byte that means something. True when the row ends there, or is broken there. */
static bool
walk_byte(struct walk *w, struct csv_row *row, size_t at)
{
    const struct csv_dialect *d = w->dialect;
    char c = w->at[at];

    w->nul |= c == '\0';
    if (w->state == QUOTED) {
        walk_quoted(w, at);
        return false;
    }
    if (w->state == CLOSED && at == w->close + 1 && c == d->quote) {
        w->state = QUOTED;
        w->flags |= CSV_ESCAPED;
        return false;
    }
    if (w->state == CLOSED && (at != w->close + 1 || (c != d->delimiter && !line_end(c)))) {
        w->broken = true;
        w->end = at;
        return true;
    }
    if (line_end(c)) {
        w->end = at;
        put(w, row, at);
        return true;
    }
    if (c == d->delimiter) {
        put(w, row, at);
    } else if (c != '\0' && c == d->quote && at == w->start) {
        w->state = QUOTED;
        w->flags = CSV_QUOTED;
    }
    return false;
}

static bool
walk_group(struct walk *w, struct csv_row *row, size_t base, uint64_t marks)
{
    for (; marks != 0; marks &= marks - 1)
        if (walk_byte(w, row, base + first(marks)))
            return true;
    return false;
}

#define SCAN_NAME scan_portable
#define SCAN_MASKS masks_portable
#define SCAN_FIRST(mask) first((mask) | LAST)
#define SCAN_TARGET
#include "text/csv_scan.def"

#ifdef CSV_MASK_X86
#define SCAN_NAME scan_avx2
#define SCAN_MASKS masks_avx2
#define SCAN_FIRST(mask) (uint32_t) _tzcnt_u64(mask)
#define SCAN_TARGET __attribute__((target("avx2,bmi,popcnt")))
#include "text/csv_scan.def"
#endif

static bool
scan(const struct csv_read *c, struct walk *w, struct csv_row *row)
{
#ifdef CSV_MASK_X86
    if (c->vectors != CSV_PORTABLE)
        return scan_avx2(w, row);
#endif
    (void)c;
    return scan_portable(w, row);
}

void
csv_init(struct csv_read *c, struct csv_dialect dialect)
{
    *c = (struct csv_read){.dialect = dialect};
#ifdef CSV_MASK_X86
    /* Every processor with AVX2 has the other two; asked for all the same. */
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
        !__builtin_cpu_supports("popcnt"))
        return;
    c->vectors = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2")
                     ? CSV_AVX512
                     : CSV_AVX2;
#endif
}

/* Bytes of the line end at `at`, or 0 if the byte after a CR is still to come. */
static size_t
line_end_size(struct bytes text, size_t at, bool at_end)
{
    if (text.at[at] == '\n')
        return 1;
    if (at + 1 < text.size)
        return text.at[at + 1] == '\n' ? 2 : 1;
    return at_end ? 1 : 0;
}

static size_t
find_line_end(struct bytes text, size_t from)
{
    while (from < text.size && !line_end(text.at[from]))
        from++;
    return from;
}

/* Skip to behind the next line end; if the window has none, go on at the next call. */
static size_t
skip_size(struct csv_read *c, struct bytes text, size_t from, bool at_end)
{
    size_t at = find_line_end(text, from);
    size_t end = at < text.size ? line_end_size(text, at, at_end) : 0;

    c->skipping = end == 0;
    return at + end;
}

static enum weir_status
refused(struct csv_row *row, const char *fault, size_t text_size)
{
    row->fault = fault;
    row->text_size = text_size;
    row->count = 0;
    row->high = !utf8_ascii((struct bytes){row->at, text_size});
    return WEIR_REJECT;
}

/* Give up the row's first line. `text` is the window without a Ctrl-Z at its end. */
static enum weir_status
refuse(struct csv_read *c, struct csv_row *row, struct bytes text, bool at_end, const char *fault)
{
    size_t limit = text.size > LIMIT_LINE_BYTES ? LIMIT_LINE_BYTES + 1 : text.size;
    size_t at = find_line_end((struct bytes){text.at, limit}, 0);
    size_t end;

    row->lines = 1;
    if (at < limit) {
        end = line_end_size(text, at, at_end);
        row->size = at + end;
        return end == 0 ? WEIR_END : refused(row, fault, at);
    }
    if (limit > LIMIT_LINE_BYTES) {
        row->size = skip_size(c, text, limit, at_end);
        return refused(row, "Q_LONG", LIMIT_LINE_BYTES);
    }
    if (!at_end)
        return WEIR_END;
    row->size = text.size;
    return refused(row, fault, text.size);
}

static enum weir_status
finish(const struct walk *w, struct csv_row *row, size_t size)
{
    row->size = size;
    row->text_size = w->end;
    row->lines = w->lines + 1;
    if (w->nul)
        return refused(row, "Q_NUL", w->end);
    if (w->wide)
        return refused(row, "Q_COLUMNS", w->end);
    if (w->end == 0)
        row->count = 0;
    row->trimmed = true;
    for (uint32_t n = 0; n < row->count && row->trimmed; n++)
        row->trimmed = !csv_edged(row->cell[n]);
    return WEIR_OK;
}

/* The row that ends with the file, without a line end. */
static enum weir_status
finish_last(struct csv_read *c, struct walk *w, struct csv_row *row, struct bytes text)
{
    if (w->state == QUOTED || (w->state == CLOSED && w->close + 1 != text.size))
        return refuse(c, row, text, true, "Q_QUOTE");
    w->end = text.size;
    put(w, row, text.size);
    return finish(w, row, text.size);
}

/* A row that can be had without a walk. */
static bool
take_indexed(struct csv_read *c, struct bytes text, struct csv_row *row)
{
    if (csv_index_row(&c->index, c->vectors, text, row))
        return true;
    if (c->walks > 0) {
        c->walks--;
        return false;
    }
    csv_index_make(&c->index, &c->dialect, c->vectors, text);
    c->walks = c->index.rows < ROWS_LIKELY ? ROWS_WALKED : 0;
    return csv_index_row(&c->index, c->vectors, text, row);
}

static enum weir_status
skip_on(struct csv_read *c, struct bytes text, bool at_end, struct csv_row *row)
{
    row->size = skip_size(c, text, 0, at_end);
    if (row->size == 0)
        return WEIR_END;
    return WEIR_REJECT;
}

static enum weir_status
walk_row(struct csv_read *c, struct bytes text, bool at_end, struct csv_row *row)
{
    struct walk w = {.dialect = &c->dialect, .at = text.at, .escaped = SIZE_MAX};
    size_t end;

    row->size = row->text_size = 0;
    row->lines = row->count = 0;
    row->high = row->trimmed = false;
    if (text.size == 0)
        return WEIR_END;
    if (c->skipping)
        return skip_on(c, text, at_end, row);
    w.size = text.size;
    w.limit = text.size > LIMIT_LINE_BYTES ? LIMIT_LINE_BYTES + 1 : text.size;
    if (!scan(c, &w, row)) {
        if (w.limit > LIMIT_LINE_BYTES)
            return refuse(c, row, text, at_end, w.state == QUOTED ? "Q_QUOTE" : "Q_LONG");
        return at_end ? finish_last(c, &w, row, text) : WEIR_END;
    }
    if (w.broken)
        return refuse(c, row, text, at_end, "Q_QUOTE");
    end = line_end_size(text, w.end, at_end);
    return end == 0 ? WEIR_END : finish(&w, row, w.end + end);
}

enum weir_status
csv_row(struct csv_read *c, struct bytes window, bool at_end, struct csv_row *row)
{
    struct bytes text = window;
    enum weir_status st;

    row->at = window.at;
    row->fault = NULL;
    row->quoted = false;
    if (at_end && text.size > 0 && text.at[text.size - 1] == CTRL_Z)
        text.size--;
    if (!c->skipping && take_indexed(c, text, row))
        return WEIR_OK;
    st = walk_row(c, text, at_end, row);
    if (st == WEIR_END)
        csv_index_drop(&c->index);
    return st;
}

struct bytes
csv_unescape(const struct csv_read *c, const struct csv_row *row, uint32_t cell, char *room)
{
    const struct csv_dialect *d = &c->dialect;
    struct bytes from = row->cell[cell];
    const char *at = from.at;
    size_t size = 0;

    assert(cell < row->count && row->quoted);
    for (size_t i = 0; i < from.size; i++) {
        bool kept = d->escape != '\0' && at[i] == d->escape && i + 1 < from.size &&
                    (at[i + 1] == d->quote || at[i + 1] == d->escape);

        if (kept || (at[i] == d->quote && i + 1 < from.size && at[i + 1] == d->quote))
            i++;
        room[size++] = at[i];
    }
    return (struct bytes){room, size};
}
