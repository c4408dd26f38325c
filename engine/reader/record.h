/*
 * record - one raw row of an input, untyped: views of its cells and where it stands.
 *
 * Valid until the next call on the format that gave it. CSV cells come by position;
 * JSON Lines cells by (dotted) name, in the order the format was told of.
 */
#ifndef READER_RECORD_H
#define READER_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

struct record {
    struct bytes raw;         /* the whole row as UTF-8, without its line end */
    uint64_t row;             /* 1-based number among the data rows */
    uint64_t line;            /* 1-based line of the file where it begins */
    uint64_t offset;          /* byte offset in the plain file (before transcoding) */
    uint32_t count;           /* cells; may be fewer or more than the header's */
    const struct bytes *cell; /* unescaped values */
    const char
        *fault; /* set: row unusable as it stands (Q_NUL, Q_LONG, Q_QUOTE, Q_JSON); cells absent */
    const char *fault_text; /* what was found and what would be right, for quarantine */
    bool high;              /* has bytes of 0x80 or more */
    bool plain;             /* `raw` is surely valid UTF-8, and NFC wherever it is cut */
    bool trimmed;           /* surely no cell has blanks or the like at its ends */
    bool bad_utf8;          /* declared UTF-8, and this row is not: kept as raw bytes, W211 */
};

#endif
