/*
 * format - plain bytes to records, the last link of a reader's chain. Private to the room.
 *
 *      f->next(f, &rec, err)   WEIR_OK, WEIR_END, WEIR_FAIL; counts as it goes
 *
 * Opening reads what stands before the first row: preamble and header.
 */
#ifndef READER_FORMAT_H
#define READER_FORMAT_H

#include "base/buf.h"
#include "reader/encoding.h"
#include "reader/reader.h"
#include "reader/record.h"
#include "reader/stream.h"
#include "weir/status.h"

struct csv_read;
struct csv_row;

/* What a format works on; outlives it. */
struct format_input {
    const struct reader_spec *spec;
    struct stream *stream;
    struct encoding *encoding;
    struct reader_counts *counts;
};

struct format {
    enum weir_status (*next)(struct format *f, struct record *out, struct weir_err *err);
    void (*close)(struct format *f);
    struct buf preamble, footer; /* lines that are no rows, as UTF-8, at most 64 KiB of each */
    struct buf header_text;
    struct bytes *header; /* into header_text */
    uint32_t header_count;
};

enum weir_status format_csv_open(struct format_input in, struct format **out, struct weir_err *err);
enum weir_status format_jsonl_open(
    struct format_input in, struct format **out, struct weir_err *err);

/* For the formats: the next row of the stream, not taken yet; WEIR_REJECT as csv_row(). */
enum weir_status format_row(
    struct stream *s, struct csv_read *how, struct csv_row *row, struct weir_err *err);
/* A row's text as UTF-8: itself, or converted into `room`. */
struct bytes format_text(struct encoding *e, struct bytes text, bool high, struct buf *room);
/* What was found and what would be right, by fault code. */
const char *format_fault_text(const char *fault);

#endif
