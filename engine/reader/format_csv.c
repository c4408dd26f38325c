/* format_csv - delimited exports: preamble, header, rows, footer. */
#include "base/alloc.h"
#include "reader/format.h"
#include "text/csv_read.h"
#include "text/regex.h"
#include "text/utf8.h"
#include "weir/limits.h"

enum {
    HEADER_SEARCH_LINES = 1000,
    KEPT_MAX_BYTES = 64 * 1024, /* of the preamble, and of the footer */
};

struct format_csv {
    struct format format;
    struct format_input in;
    struct csv_read csv;
    struct csv_read lines; /* without quotes: the preamble is no table */
    struct regex *footer_regex;
    struct regex_room *regex_room;
    bool footer; /* reached */
    struct buf raw, room;
    const struct bytes *cell;         /* of the row: those of `row`, or `made` */
    struct bytes made[LIMIT_COLUMNS]; /* unescaped or converted */
    bool trimmed;
    struct csv_row row;
};

/* The next row, not taken yet: WEIR_OK, WEIR_REJECT, WEIR_END, WEIR_FAIL. */
static enum weir_status
look_row(struct format_csv *f, struct csv_read *how, struct weir_err *err)
{
    return format_row(f->in.stream, how, &f->row, err);
}

static void
take_row(struct format_csv *f, uint64_t *lines)
{
    stream_take(f->in.stream, f->row.size);
    f->in.counts->lines += f->row.lines;
    *lines += f->row.lines;
}

/* The row's text as UTF-8, good until the next one. */
static inline struct bytes
row_text(struct format_csv *f)
{
    struct bytes text = {f->row.at, f->row.text_size};

    if (f->in.encoding->charset == NULL && f->in.encoding->fallback == NULL)
        return text;
    return format_text(f->in.encoding, text, f->row.high, &f->raw);
}

/* One cell's value: a view into the block, or into f->room, which is large enough not to move. */
static struct bytes
cell_text(struct format_csv *f, uint32_t n, bool converts)
{
    struct bytes text = f->row.cell[n];

    if ((csv_flags(&f->row, n) & CSV_ESCAPED) != 0) {
        text = csv_unescape(&f->csv, &f->row, n, f->room.at + f->room.size);
        f->room.size += text.size;
    }
    if (converts) {
        size_t from = f->room.size;

        encoding_add(f->in.encoding, text, &f->room);
        text = (struct bytes){f->room.at + from, f->room.size - from};
    }
    return text;
}

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a row");
}

/* Room for every cell unescaped, and converted to at most three bytes a byte. */
static enum weir_status
fill_cells(struct format_csv *f, bool converts, struct weir_err *err)
{
    bool escaped = false;

    for (uint32_t n = 0; f->row.quoted && n < f->row.count; n++)
        escaped |= (csv_flags(&f->row, n) & CSV_ESCAPED) != 0;
    f->cell = f->row.cell;
    f->trimmed = f->row.trimmed;
    if (!escaped && !converts)
        return WEIR_OK;
    f->room.size = 0;
    if (buf_room(&f->room, 4 * f->row.text_size + 1) == NULL)
        return no_memory(err);
    f->trimmed = true;
    for (uint32_t n = 0; n < f->row.count; n++) {
        f->made[n] = cell_text(f, n, converts);
        f->trimmed &= !csv_edged(f->made[n]);
    }
    f->cell = f->made;
    return WEIR_OK;
}

static enum weir_status
fill(struct format_csv *f, struct record *rec, struct weir_err *err)
{
    struct encoding *e = f->in.encoding;
    bool converts;

    rec->raw = row_text(f);
    if (f->raw.failed)
        return no_memory(err);
    rec->row = ++f->in.counts->rows;
    rec->high = f->row.high;
    converts = e->charset != NULL && rec->raw.at != f->row.at;
    rec->plain = !f->row.high || utf8_plain(rec->raw);
    rec->bad_utf8 = !rec->plain && e->charset == NULL && !utf8_valid(rec->raw);
    f->in.counts->bad_utf8_rows += rec->bad_utf8;
    rec->fault = f->row.fault;
    rec->fault_text = NULL;
    rec->count = f->row.count;
    if (rec->fault != NULL) {
        rec->fault_text = format_fault_text(rec->fault);
        rec->count = 0;
        return WEIR_OK;
    }
    if (fill_cells(f, converts, err) != WEIR_OK)
        return WEIR_FAIL;
    rec->cell = f->cell;
    rec->trimmed = f->trimmed;
    return WEIR_OK;
}

static bool
blank(const struct format_csv *f)
{
    if (f->row.fault != NULL)
        return false;
    for (size_t i = 0; i < f->row.text_size; i++)
        if (f->row.at[i] != ' ' && (f->row.at[i] != '\t' || f->csv.dialect.delimiter == '\t'))
            return false;
    return true;
}

/* True for the lines at the end that are no rows; from the first match on, all. */
static bool
footer(struct format_csv *f)
{
    if (f->footer_regex == NULL || f->footer)
        return f->footer;
    f->footer = regex_match(f->footer_regex, f->regex_room, row_text(f), NULL) == REGEX_YES;
    return f->footer;
}

static void
keep_line(struct format_csv *f, struct buf *kept)
{
    struct bytes text = row_text(f);

    if (kept->size + text.size < KEPT_MAX_BYTES) {
        buf_add(kept, text.at, text.size);
        buf_byte(kept, '\n');
    }
}

static enum weir_status
csv_next(struct format *format, struct record *rec, struct weir_err *err)
{
    struct format_csv *f = (struct format_csv *)(void *)format;
    struct reader_counts *counts = f->in.counts;
    enum weir_status st;

    while ((st = look_row(f, &f->csv, err)) == WEIR_OK || st == WEIR_REJECT) {
        uint64_t none = 0;

        rec->line = counts->lines + 1;
        rec->offset = f->in.stream->offset;
        if (st == WEIR_REJECT && f->row.fault == NULL) {
            take_row(f, &none);
        } else if (f->footer || (st == WEIR_OK && f->row.count > 0 && footer(f))) {
            keep_line(f, &f->format.footer);
            take_row(f, &counts->footer_lines);
        } else if (blank(f)) {
            take_row(f, &counts->blank_lines);
        } else {
            take_row(f, &none);
            return fill(f, rec, err);
        }
    }
    return st;
}

static enum weir_status
refuse_header(const char *what, struct weir_err *err)
{
    return weir_fail(
        err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E221", "%s; is this the right mapping?", what);
}

static enum weir_status
skip_preamble(struct format_csv *f, struct weir_err *err)
{
    uint64_t begin = f->in.counts->lines;
    enum weir_status st;

    while (f->in.counts->lines - begin < f->in.spec->skip_lines || f->lines.skipping) {
        if ((st = look_row(f, &f->lines, err)) == WEIR_FAIL)
            return st;
        if (st == WEIR_END)
            return refuse_header("the file ends before its first row", err);
        if (st == WEIR_OK)
            keep_line(f, &f->format.preamble);
        take_row(f, &f->in.counts->header_lines);
    }
    return WEIR_OK;
}

/* Stops in front of the first line that matches. */
static enum weir_status
find_header(struct format_csv *f, const struct regex *regex, struct weir_err *err)
{
    uint64_t begin = f->in.counts->lines;
    enum weir_status st;

    while ((st = look_row(f, &f->lines, err)) == WEIR_OK || st == WEIR_REJECT) {
        if (st == WEIR_OK && regex_match(regex, f->regex_room, row_text(f), NULL) == REGEX_YES)
            return WEIR_OK;
        if (f->in.counts->lines - begin >= HEADER_SEARCH_LINES)
            return refuse_header(
                "none of the first 1000 lines is the header the mapping describes", err);
        if (st == WEIR_OK)
            keep_line(f, &f->format.preamble);
        take_row(f, &f->in.counts->header_lines);
    }
    if (st == WEIR_END)
        return refuse_header("no line of the file is the header the mapping describes", err);
    return st;
}

static enum weir_status
keep_header(struct format_csv *f, struct weir_err *err)
{
    struct format *format = &f->format;
    struct bytes text = row_text(f);
    enum weir_status st =
        fill_cells(f, f->in.encoding->charset != NULL && text.at != f->row.at, err);

    if (st != WEIR_OK)
        return st;
    for (uint32_t n = 0; n < f->row.count; n++)
        buf_add(&format->header_text, f->cell[n].at, f->cell[n].size);
    format->header = alloc_zero(f->row.count, sizeof *format->header);
    if (format->header_text.failed || format->header == NULL)
        return no_memory(err);
    for (size_t n = 0, at = 0; n < f->row.count; at += f->cell[n++].size)
        format->header[n] = (struct bytes){format->header_text.at + at, f->cell[n].size};
    format->header_count = f->row.count;
    return WEIR_OK;
}

static enum weir_status
read_header(struct format_csv *f, struct weir_err *err)
{
    struct reader_counts *counts = f->in.counts;
    enum weir_status st;

    while ((st = look_row(f, &f->csv, err)) == WEIR_OK && blank(f))
        take_row(f, &counts->blank_lines);
    if (st == WEIR_END)
        return refuse_header("the file ends before its header", err);
    if (st == WEIR_REJECT)
        return refuse_header(format_fault_text(f->row.fault), err);
    if (st != WEIR_OK)
        return st;
    st = keep_header(f, err);
    if (st == WEIR_OK)
        take_row(f, &counts->header_lines);
    return st;
}

static enum weir_status
compile(const char *pattern, const char *what, struct regex **out, struct weir_err *err)
{
    char fault[160];
    size_t at = 0;

    *out = regex_compile(bytes_of(pattern), false, fault, sizeof fault, &at);
    if (*out != NULL)
        return WEIR_OK;
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "E225",
        "the mapping's %s is no valid pattern: %.160s", what, fault);
}

static enum weir_status
begin(struct format_csv *f, struct weir_err *err)
{
    const struct reader_spec *spec = f->in.spec;
    struct regex *header = NULL;
    enum weir_status st = WEIR_OK;

    if (spec->footer_regex != NULL || spec->header_regex != NULL) {
        f->regex_room = regex_room_new();
        if (f->regex_room == NULL)
            return no_memory(err);
    }
    if (spec->footer_regex != NULL &&
        (st = compile(spec->footer_regex, "footer", &f->footer_regex, err)) != WEIR_OK)
        return st;
    if ((st = skip_preamble(f, err)) != WEIR_OK)
        return st;
    if (spec->header_regex != NULL) {
        if ((st = compile(spec->header_regex, "header", &header, err)) == WEIR_OK)
            st = find_header(f, header, err);
        regex_free(header);
    }
    if (st == WEIR_OK && (spec->has_header || spec->header_regex != NULL))
        st = read_header(f, err);
    return st;
}

static void
csv_close(struct format *format)
{
    struct format_csv *f = (struct format_csv *)(void *)format;

    if (f->footer_regex != NULL)
        regex_free(f->footer_regex);
    if (f->regex_room != NULL)
        regex_room_free(f->regex_room);
    buf_fini(&f->raw);
    buf_fini(&f->room);
    buf_fini(&format->preamble);
    buf_fini(&format->footer);
    buf_fini(&format->header_text);
    alloc_free(format->header);
    alloc_free(f);
}

enum weir_status
format_csv_open(struct format_input in, struct format **out, struct weir_err *err)
{
    struct format_csv *f = alloc_zero(1, sizeof *f);
    enum weir_status st;

    if (f == NULL)
        return no_memory(err);
    f->format.next = csv_next;
    f->format.close = csv_close;
    f->in = in;
    csv_init(&f->csv,
        (struct csv_dialect){.delimiter = in.spec->delimiter != 0 ? in.spec->delimiter : ',',
            .quote = in.spec->quote,
            .escape = in.spec->escape});
    csv_init(&f->lines, (struct csv_dialect){.delimiter = '\n'});
    if ((st = begin(f, err)) != WEIR_OK) {
        csv_close(&f->format);
        return st;
    }
    *out = &f->format;
    return WEIR_OK;
}
