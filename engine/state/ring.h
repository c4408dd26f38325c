/*
 * ring - the entries of one window, of all keys, in the order they came.
 *
 * First in, first out for the whole shard: what enters and what leaves lie in a row in memory, and
 * nothing but the entries themselves takes room. Each entry points back to its key's previous one.
 * Columns of chunks of RING_CHUNK entries; sequence numbers count up from 0 and may skip some.
 */
#ifndef STATE_RING_H
#define STATE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_SHIFT = 11, RING_CHUNK = 1 << RING_SHIFT };

struct ring_chunk {
    uint64_t ledger_base;
    uint32_t fill; /* entries used */
    int64_t at_us[RING_CHUNK];
    uint32_t ledger[RING_CHUNK]; /* number - ledger_base */
    uint32_t cell[RING_CHUNK];   /* record of the key */
    uint32_t back[RING_CHUNK];   /* distance to the key's previous entry, 0: none */
    _Alignas(8) char rest[];     /* codes, then a column of 8-byte values each */
};

struct ring {
    uint32_t columns;
    uint32_t code_bytes;       /* of one entry: 1, 2, 4 or 8 */
    uint64_t head, tail;       /* sequence numbers: oldest entry, next entry */
    uint64_t end;              /* chunks head >> RING_SHIFT .. end - 1 have memory */
    struct ring_chunk **chunk; /* by sequence >> RING_SHIFT, modulo cap */
    uint32_t cap;
    struct ring_chunk *spare;
};

void ring_init(struct ring *r, uint32_t columns, uint32_t code_bytes);
void ring_fini(struct ring *r);
/* After true ring.tail is the place of the next entry and ring_add() cannot fail. */
bool ring_reserve(struct ring *r, uint64_t ledger);
void ring_add(struct ring *r, int64_t at_us, uint64_t ledger, uint32_t cell, uint32_t back);
void ring_drop(struct ring *r); /* the oldest entry; there must be one */
size_t ring_bytes(const struct ring *r);

static inline struct ring_chunk *
ring_chunk(const struct ring *r, uint64_t seq)
{
    return r->chunk[(seq >> RING_SHIFT) & (r->cap - 1)];
}

static inline uint32_t
ring_index(uint64_t seq)
{
    return (uint32_t)(seq & (RING_CHUNK - 1));
}

static inline int64_t *
ring_column(const struct ring *r, struct ring_chunk *c, uint32_t column)
{
    return (int64_t *)(void *)(c->rest + (size_t)RING_CHUNK * r->code_bytes) +
           (size_t)RING_CHUNK * column;
}

static inline uint64_t
ring_code(const struct ring *r, const struct ring_chunk *c, uint32_t i)
{
    switch (r->code_bytes) {
    case 1:
        return ((const uint8_t *)c->rest)[i];
    case 2:
        return ((const uint16_t *)(const void *)c->rest)[i];
    case 4:
        return ((const uint32_t *)(const void *)c->rest)[i];
    default:
        return ((const uint64_t *)(const void *)c->rest)[i];
    }
}

static inline void
ring_set_code(const struct ring *r, struct ring_chunk *c, uint32_t i, uint64_t code)
{
    switch (r->code_bytes) {
    case 1:
        ((uint8_t *)c->rest)[i] = (uint8_t)code;
        return;
    case 2:
        ((uint16_t *)(void *)c->rest)[i] = (uint16_t)code;
        return;
    case 4:
        ((uint32_t *)(void *)c->rest)[i] = (uint32_t)code;
        return;
    default:
        ((uint64_t *)(void *)c->rest)[i] = code;
        return;
    }
}

#endif
