/*
 * repeat - has this payment's identity been met before, with other content?
 *
 * An identity is (source bank, own account, id). Rows equal in everything are neighbours in the
 * total order and gone before they come here, so an identity met twice is a conflict. Each row
 * leaves a keyed fingerprint of eight bytes in one of many short append buffers, chosen by its
 * first bits; a full buffer joins its part's chain, in memory up to a budget and on disk beyond. At
 * the end of the stream each part is looked through on its own, in cache. So a row costs one
 * append, and memory does not grow with the number of rows.
 *
 * Fingerprints met twice are a suspicion: the run starts again with them as `suspects` (below),
 * which keeps those identities whole and knows for certain which row comes first.
 */
#ifndef INGEST_REPEAT_H
#define INGEST_REPEAT_H

#include <stdbool.h>

#include "base/hash.h"
#include "weir/status.h"
#include "weir/txn.h"

struct repeat;
struct suspects;

enum { REPEAT_BYTES = 16 << 20, REPEAT_WATCH_MAX = 1 << 18 };

/* The account whose statement the row is from; empty where the mapping names none. */
struct bytes repeat_account(const struct txn *t);
bool repeat_same(const struct txn *a, const struct txn *b);
uint64_t repeat_print(const struct hash_words *hash, const struct txn *t);

/* `bytes`: of full buffers kept in memory; `work` NULL: all of them. NULL: no memory. */
struct repeat *repeat_new(size_t bytes, const char *work);
void repeat_free(struct repeat *r); /* NULL allowed */
/* A print that will be added some rows later: asks for its place. Never needed. */
void repeat_expect(const struct repeat *r, uint64_t print);
enum weir_status repeat_add(struct repeat *r, uint64_t print, struct weir_err *err);
/* Fingerprints met more than once, ascending, at most REPEAT_WATCH_MAX + 1; *out is the caller's
   (alloc_free), NULL where there are none. The memory is empty afterwards. */
enum weir_status repeat_end(struct repeat *r, uint64_t **out, size_t *count, struct weir_err *err);

struct suspects *suspects_new(const uint64_t *prints, size_t count); /* NULL: no memory */
void suspects_free(struct suspects *w);                              /* NULL allowed */
bool suspects_has(const struct suspects *w, uint64_t print);
/* *met: its identity was given before; else it is remembered. `print` must be a suspect. */
enum weir_status suspects_meet(
    struct suspects *w, const struct txn *t, uint64_t print, bool *met, struct weir_err *err);

#endif
