/*
 * csv_index - where cells and rows end in a stretch of text, found ahead of the rows. Private to
 * text/csv_read.
 *
 * Most exports hold no quotes, or few. In a stretch without quotes, escapes and NULs every
 * delimiter ends a cell and every line end a row, so their places can be listed for many rows in
 * one run, with nothing to be guessed at each row's end. What the list does not cover is left to
 * the walk row by row in csv_read.c: rows with such bytes, the last bytes of a window, lines and
 * rows beyond the limits. The answers are the same.
 */
#ifndef TEXT_CSV_INDEX_H
#define TEXT_CSV_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

struct csv_dialect;
struct csv_row;

/* Vector instructions to be used; the results are the same. */
enum csv_vectors { CSV_PORTABLE, CSV_AVX2, CSV_AVX512 };

enum {
    CSV_INDEX_BYTES = 16 * 1024, /* stays in the first cache, and fits 16 bits */
    CSV_INDEX_ENDS = 3 * 1024,
    CSV_INDEX_ROWS = 512,
    CSV_GROUP = 64,
};

struct csv_index_row {
    uint16_t last; /* the place in `end` of its line end */
    uint16_t high; /* bytes of 0x80 or more before its line end, counted from the start */
    uint16_t edge; /* likewise, cells' ends that might have to be trimmed */
};

struct csv_index {
    const char *from, *stop; /* the window; places count from `from` */
    const char *next;        /* where the next row begins */
    uint32_t row, rows;      /* given out, found */
    uint32_t first;          /* place in `end` of the next row's first cell */
    uint16_t high, edge;     /* as in the row given out last */
    struct csv_index_row of[CSV_INDEX_ROWS + CSV_GROUP];
    uint16_t end[CSV_INDEX_ENDS + 2 * CSV_GROUP];
};

/* List what can be listed from the beginning of `text`, which begins a row. */
void csv_index_make(
    struct csv_index *x, const struct csv_dialect *d, enum csv_vectors vectors, struct bytes text);
/* The next row, if it begins where `text` does and there is one. */
bool csv_index_row(
    struct csv_index *x, enum csv_vectors vectors, struct bytes text, struct csv_row *row);
/* Forget the list. */
void csv_index_drop(struct csv_index *x);

#endif
