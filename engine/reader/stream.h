/*
 * stream - the plain bytes of an input as a window that formats read rows from. Private to the
 * room.
 *
 *      while (csv_row(&csv, stream_window(s), s->at_end, &row) == WEIR_END && !s->at_end)
 *          stream_more(s, err)
 *      stream_take(s, row.size)
 *
 * Blocks are unpacked straight into place; only a row that a block's end cuts is moved, to
 * the space in front of the next block. Views stay good until the next stream_more().
 */
#ifndef READER_STREAM_H
#define READER_STREAM_H

#include <stdint.h>

#include "weir/bytes.h"
#include "weir/status.h"

struct decoder;

enum { STREAM_BLOCK_BYTES = 512 * 1024 };

struct stream {
    struct decoder *from;
    char *memory; /* room for a cut row, then a block */
    size_t block;
    const char *at, *end;
    uint64_t offset; /* of `at` in the plain file */
    bool at_end;     /* nothing comes behind the window */
    bool utf16;      /* the plain file counts units of two bytes */
};

/* Takes `from`, on failure too; `offset`: plain bytes already passed. */
enum weir_status stream_open(
    struct stream *s, struct decoder *from, size_t block, uint64_t offset, struct weir_err *err);
/* Lengthen the window by a block; at_end when there is none. At most 64 KiB may be left in it. */
enum weir_status stream_more(struct stream *s, struct weir_err *err);
void stream_take(struct stream *s, size_t size);
void stream_close(struct stream *s);

static inline struct bytes
stream_window(const struct stream *s)
{
    return (struct bytes){s->at, (size_t)(s->end - s->at)};
}

#endif
