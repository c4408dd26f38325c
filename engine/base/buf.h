/*
 * buf - growing output with a sticky error.
 *
 * Write freely, look once: after a failed growth every write is a no-op and
 * `failed` stays set. Zero-initialise to start; buf_fini() frees.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

struct buf {
    char *at;
    size_t size, cap;
    bool failed;
};

void buf_fini(struct buf *b);
void buf_add(struct buf *b, const void *bytes, size_t size);
void buf_byte(struct buf *b, char c);
void buf_text(struct buf *b, const char *text);
void buf_int(struct buf *b, int64_t n);
void buf_print(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for `size` more bytes, to be written at b->at + b->size by the caller; NULL on failure. */
char *buf_room(struct buf *b, size_t size);

static inline struct bytes
buf_bytes(const struct buf *b)
{
    return (struct bytes){b->at, b->size};
}

#endif
