/*
 * reader - one input file as records: source, decoders and format in a chain.
 *
 *      reader_open(&spec, &r, err)    looks at the first bytes: container, encoding
 *      reader_next(r, &rec, err)      WEIR_OK with a record (rec->fault set: quarantine it);
 *                                     WEIR_END after the last byte verified (gzip trailers
 *                                     checked); WEIR_FAIL: the file is refused (E2xx)
 *      reader_close(r)
 *
 * A record may be handed out before the file is verified; whoever keeps it must be able to
 * take it back when WEIR_FAIL follows (design.md section 3, optimistic verification).
 */
#ifndef READER_READER_H
#define READER_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/record.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct ahead;
struct buf;
struct reader;

enum reader_notation { READER_CSV, READER_JSONL };
enum reader_inflater { READER_INFLATE_BEST, READER_INFLATE_ZLIB, READER_INFLATE_ISAL };

/* What a mapping says of the notation; the reader knows nothing of meanings. */
struct reader_spec {
    const char *path; /* "-": standard input */
    enum reader_notation notation;
    const char *encoding;          /* NULL: detected (BOM, strict UTF-8, UTF-16 by zero bytes), else
                                      "UTF-8", "windows-1250", "ISO-8859-2", "YUSCII", ... */
    char delimiter, quote, escape; /* CSV */
    uint32_t skip_lines;           /* preamble lines before the header (or first row) */
    const char *header_regex;      /* or: the header is the first line that matches; NULL: none */
    bool has_header;
    const char *footer_regex; /* rows from the first match on are footer; NULL: none */
    const char *const
        *names; /* JSON Lines: the keys wanted, dotted paths; record cells in this order */
    uint32_t name_count;
    size_t block_bytes; /* 0: default; tests give 1, 31, ... */
    enum reader_inflater inflater;
    struct ahead *ahead; /* reader/ahead.h; NULL: blocks are unpacked as they are needed */
};

enum weir_status reader_open(
    const struct reader_spec *spec, struct reader **out, struct weir_err *err);
enum weir_status reader_next(struct reader *r, const struct record **out, struct weir_err *err);
void reader_close(struct reader *r);

/* After open: the header's cells (CSV with a header), and the preamble as UTF-8 text. */
uint32_t reader_header(const struct reader *r, const struct bytes **cells);
struct bytes reader_preamble(const struct reader *r);
/* After WEIR_END: the lines behind the rows as UTF-8 text; at most 64 KiB, as of the preamble. */
struct bytes reader_footer(const struct reader *r);

/* Counted so far; whole after WEIR_END. lines = header + preamble + blank + footer + row lines. */
struct reader_counts {
    uint64_t stored_bytes, plain_bytes, lines, header_lines, blank_lines, footer_lines, rows;
    uint64_t bad_utf8_rows;
    uint32_t members; /* gzip members; 0: plain */
    bool gzip;
    char encoding[24];
    uint8_t sha256[32]; /* of the stored bytes, valid after WEIR_END */
};
void reader_counts(const struct reader *r, struct reader_counts *out);

/* The first plain bytes of a file (at most `max`), for `inspect` and for matching mappings. */
enum weir_status reader_peek(const char *path, size_t max, struct buf *plain,
    struct reader_counts *out, struct weir_err *err);

#endif
