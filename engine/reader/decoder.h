/*
 * decoder - stored bytes to plain bytes, one link of a reader's chain. Private to the room.
 *
 * A decoder fills the room it is given, so that rows can be read where they were unpacked:
 *
 *      d->read(d, room, size, &got, err)
 *          WEIR_OK    got > 0 bytes written
 *          WEIR_END   nothing left, and everything verified
 *          WEIR_FAIL  the file is refused; what was handed out before must be taken back
 *
 * Each decoder closes the one below it.
 */
#ifndef READER_DECODER_H
#define READER_DECODER_H

#include <stdint.h>

#include "reader/reader.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct source;

struct decoder {
    enum weir_status (*read)(
        struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err);
    void (*close)(struct decoder *d);
};

/* Look at the first stored bytes and take what fits. The decoder owns `s`, on failure too. */
enum weir_status decoder_open(struct source *s, enum reader_inflater inflater,
    struct reader_counts *counts, struct decoder **out, struct weir_err *err);

/* Hands out `head`, which was taken from `below` to look at it, then the rest of `below`; adds
   what it hands out to *passed. */
enum weir_status decoder_replay(struct decoder *below, struct bytes head, uint64_t *passed,
    struct decoder **out, struct weir_err *err);

/* UTF-16 to UTF-8; half surrogates and an odd byte at the end become U+FFFD. */
enum weir_status decoder_utf16(
    struct decoder *below, bool big_endian, struct decoder **out, struct weir_err *err);

/* gzip, in gzip.c: members, trailers, padding. `first` is a block already taken from `s`. */
enum weir_status decoder_gzip(struct source *s, struct bytes first, enum reader_inflater inflater,
    struct reader_counts *counts, struct decoder **out, struct weir_err *err);

#endif
