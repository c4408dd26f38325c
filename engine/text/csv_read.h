/*
 * csv_read - rows of delimited text as views, from blocks of any size.
 *
 * Quoted fields, doubled or escaped quotes, CR, LF and CRLF mixed, newlines inside
 * quotes, stray quotes in unquoted fields kept as they are. Works 64 bytes at a
 * time on masks of delimiter, newline and quote; the result does not depend on
 * where blocks end. The caller owns the window of bytes:
 *
 *      csv_row(&c, window, at_end, &row)
 *          WEIR_OK      row set; row.size bytes of the window are done with
 *          WEIR_END     not a whole row in the window (or nothing left, if at_end):
 *                       come back with more bytes, starting at the same place
 *          WEIR_REJECT  the row is unusable: row.fault names Q_NUL, Q_LONG, Q_QUOTE or
 *                       Q_COLUMNS; row.size bytes are to be skipped. Fault NULL: more
 *                       of the long line just refused, likewise to be skipped
 *
 * Until the answer is WEIR_END the bytes of the window stay as they are. A window of
 * LIMIT_LINE_BYTES + 2 bytes always gets an answer other than WEIR_END. A row
 * with a broken quote, or too long, ends with its first line, so that one bad quote costs
 * one line and not the rest of the file; a byte after a closing quote that is neither
 * delimiter nor line end is such a fault. A blank line is a row of no cells. A Ctrl-Z that
 * ends the file belongs to no cell.
 */
#ifndef TEXT_CSV_READ_H
#define TEXT_CSV_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "text/csv_index.h"
#include "weir/bytes.h"
#include "weir/limits.h"
#include "weir/status.h"

enum {
    CSV_QUOTED = 1,
    CSV_ESCAPED = 2
}; /* CSV_ESCAPED: holds doubled quotes, use csv_unescape() */

struct csv_row {
    const char *at;   /* first byte of the row in the window */
    size_t size;      /* bytes up to and with the line end */
    size_t text_size; /* without the line end; of a long line the first LIMIT_LINE_BYTES */
    uint32_t lines;   /* lines it covers, at least 1; 0 for the rest of a long line */
    uint32_t count;
    bool high;    /* has a byte of 0x80 or more */
    bool trimmed; /* surely no cell is csv_edged() */
    bool quoted;  /* some cell has flags; else they are not written: see csv_flags() */
    const char *fault;
    struct bytes cell[LIMIT_COLUMNS + 4]; /* in the window; quotes left out */
    uint8_t flags[LIMIT_COLUMNS];
};

struct csv_dialect {
    char delimiter;
    char quote;  /* 0: none */
    char escape; /* 0: doubled quotes only; else it also keeps a quote or itself, inside quotes */
};

struct csv_read {
    struct csv_dialect dialect;
    enum csv_vectors vectors; /* the best there are; tests set less after csv_init() */
    /* private */
    bool skipping;  /* inside a line longer than the limit */
    uint32_t walks; /* rows to be walked before an index is tried again */
    struct csv_index index;
};

void csv_init(struct csv_read *c, struct csv_dialect dialect);
enum weir_status csv_row(struct csv_read *c, struct bytes window, bool at_end, struct csv_row *row);
/* The value of a cell of a quoted row with doubled quotes made single; `room` holds its bytes. */
struct bytes csv_unescape(
    const struct csv_read *c, const struct csv_row *row, uint32_t cell, char *room);

/* True where the cell begins or ends with a blank, a control or a byte of U+00A0. */
static inline bool
csv_edged(struct bytes cell)
{
    unsigned char first, last;

    if (cell.size == 0)
        return false;
    first = (unsigned char)cell.at[0];
    last = (unsigned char)cell.at[cell.size - 1];
    return first <= ' ' || last <= ' ' || first == 0xc2 || last == 0xa0;
}

static inline unsigned
csv_flags(const struct csv_row *row, uint32_t cell)
{
    return row->quoted ? row->flags[cell] : 0;
}

#endif
