/*
 * intern - bytes to a small dense number (0, 1, 2, ...) and back, in batches.
 *
 * Open addressing, load at most one half, keyed hash: chosen keys cannot make
 * it slow and no output may depend on a number. Lookups come in batches so that
 * cache misses overlap (performance.md 2.4): hash, prefetch, resolve.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "weir/bytes.h"

struct intern;
#define INTERN_NONE UINT32_MAX
enum { INTERN_BATCH_MAX = 4096 };

struct intern *intern_new(const struct hash_key *key); /* NULL when out of memory */
void intern_free(struct intern *t);

/* Numbers of `count` (<= INTERN_BATCH_MAX) keys, adding the new ones. False when out of memory. */
bool intern_batch(struct intern *t, const struct bytes *keys, uint32_t count, uint32_t *numbers);
uint32_t intern_add(struct intern *t, struct bytes key);        /* INTERN_NONE when out of memory */
uint32_t intern_find(const struct intern *t, struct bytes key); /* INTERN_NONE when absent */
struct bytes intern_text(const struct intern *t, uint32_t number);
uint32_t intern_count(const struct intern *t);

#endif
