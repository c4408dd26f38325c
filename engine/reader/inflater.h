/*
 * inflater - one raw deflate stream (RFC 1951) at a time; zlib or ISA-L. Private to the room.
 *
 * The gzip members around the streams are reader/gzip's work, so that both libraries meet the
 * same headers, trailers and limits.
 */
#ifndef READER_INFLATER_H
#define READER_INFLATER_H

#include <stdint.h>

#include "weir/bytes.h"

enum inflater_verdict {
    INFLATER_MORE, /* wants input or room */
    INFLATER_DONE, /* the stream is over */
    INFLATER_DAMAGED,
    INFLATER_NO_MEMORY,
};

struct inflater {
    /* Takes from `in`, writes to *room, moves both. At INFLATER_DONE `in` stands behind the stream;
       bytes the library had taken from an earlier block are given back by `left`. */
    enum inflater_verdict (*run)(struct inflater *i, struct bytes *in, char **room, size_t *size);
    void (*restart)(struct inflater *i);
    /* Bytes behind the stream that came from blocks before the last; at most 8. */
    size_t (*left)(struct inflater *i, unsigned char bytes[static 8]);
    uint32_t (*crc)(uint32_t crc, const void *bytes, size_t size); /* CRC-32 of gzip, 0 to begin */
    void (*free)(struct inflater *i);
};

struct inflater *inflater_zlib(void); /* NULL when out of memory */
struct inflater *inflater_isal(void); /* NULL when out of memory, or not built in */
bool inflater_has_isal(void);         /* built in */

#endif
