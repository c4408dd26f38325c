/* reading - files made of bytes, read with reader/, and what came of it as one text. */
#ifndef SUPPORT_READING_H
#define SUPPORT_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "reader/reader.h"

struct reading {
    struct buf log; /* every record with place, fault and cells; "-" for an absent one */
    struct buf raw; /* every record's row, an LF after each */
    struct reader_counts counts;
    enum weir_status status; /* WEIR_END or WEIR_FAIL */
    struct weir_err err;
    struct buf header, preamble; /* header cells between bars */
    uint64_t faults;
};

/* A file of this test run, removed at exit. Static room; the next call overwrites the file. */
const char *reading_file(struct bytes content);
/* Where reading_file() puts it. */
const char *reading_path(void);
/* Comma, double quote, header, best inflater, path as above. */
struct reader_spec reading_spec(void);
void reading_go(const struct reader_spec *spec, struct reading *out);
void reading_free(struct reading *r);
/* Write `content` and read it so. */
void reading_of(struct bytes content, const struct reader_spec *spec, struct reading *out);

/* Append one gzip member; level 0 to 9. */
void reading_gzip(struct bytes plain, int level, struct buf *out);

#endif
