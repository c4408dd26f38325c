/*
 * source - stored bytes of one input: a regular file, or standard input ("-").
 *
 *      source_open(path, block, &s, err)   E207 unless a regular file; E208 if it cannot be read
 *      source_next(s, &block, err)         next block, valid until the next call; WEIR_END
 *      source_check(s, err)                E206 if the file changed since it was opened
 *
 * Hashes what it hands out. Nothing is followed: a link is refused, as it may point anywhere.
 */
#ifndef READER_SOURCE_H
#define READER_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"
#include "weir/status.h"

struct source;

/* `block` bytes a read; 0: default. */
enum weir_status source_open(
    const char *path, size_t block, struct source **out, struct weir_err *err);
enum weir_status source_next(struct source *s, struct bytes *out, struct weir_err *err);
/* Also called when the content proves bad: a file still arriving is told apart from a damaged one.
 */
enum weir_status source_check(struct source *s, struct weir_err *err);
uint64_t source_bytes(const struct source *s); /* handed out so far */
/* Ends the hash: once, after the last block. */
void source_digest(struct source *s, uint8_t digest[static 32]);
void source_close(struct source *s);

#endif
