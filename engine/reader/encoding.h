/*
 * encoding - what a file's bytes mean, and rows of it as UTF-8. Private to the room.
 *
 * A byte order mark decides, then what the mapping says, then the bytes: strict UTF-8, UTF-16 by
 * its zero bytes (refused without a mark, E210), else windows-1250, the region's most common. A
 * file that begins in plain ASCII is decided by its first row that is not. Nothing depends
 * on where blocks end.
 */
#ifndef READER_ENCODING_H
#define READER_ENCODING_H

#include <stdbool.h>

#include "reader/reader.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct charset;

enum {
    ENCODING_HEAD_BYTES = 64 * 1024
}; /* what is looked at, or the whole file if it is shorter */

enum encoding_units { ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE };

struct encoding {
    struct charset *charset;  /* NULL: UTF-8 */
    struct charset *fallback; /* set while the file may still turn out to be a code page */
    enum encoding_units units;
    size_t mark_bytes; /* of the byte order mark */
    char name[24];
};

/* Also refuses what is no text (E204). `declared` NULL: detect. */
enum weir_status encoding_open(struct encoding *e, const char *declared, struct bytes head,
    enum reader_notation notation, struct weir_err *err);
/* True if a text of these bytes must go through encoding_add(). */
bool encoding_converts(struct encoding *e, struct bytes row, bool high);
void encoding_add(const struct encoding *e, struct bytes text, struct buf *out);
void encoding_close(struct encoding *e);

#endif
