/*
 * ring - the entries of one window, of all keys, in the order they came.
 *
 * First in, first out for the whole shard: what enters and what leaves lie in a row in memory, and
 * nothing but the entries themselves takes room. Each entry points back to its key's previous one.
 * Chunks of RING_CHUNK entries; sequence numbers count up from 0 and may skip some.
 */
#ifndef STATE_RING_H
#define STATE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_SHIFT = 11, RING_CHUNK = 1 << RING_SHIFT };

/* All that is kept of an entry lies together: it is read once more, when it leaves. */
struct ring_entry {
    int64_t at_us;
    uint32_t ledger; /* number - ledger_base of the chunk */
    uint32_t cell;   /* record of the key */
    uint32_t back;   /* distance to the key's previous entry, 0: none */
    uint32_t code;   /* lower half */
    int64_t value[]; /* columns; behind them the upper half of a wide code */
};

struct ring_chunk {
    uint64_t ledger_base;
    uint32_t fill;           /* entries used */
    _Alignas(8) char rest[]; /* entries */
};

struct ring {
    uint32_t columns;
    bool wide; /* codes have more than 32 bits */
    uint32_t entry_bytes;
    uint32_t cap;
    uint64_t head, tail;       /* sequence numbers: oldest entry, next entry */
    uint64_t end;              /* chunks head >> RING_SHIFT .. end - 1 have memory */
    struct ring_chunk **chunk; /* by sequence >> RING_SHIFT, modulo cap */
    struct ring_chunk *spare;
};

void ring_init(struct ring *r, uint32_t columns, bool wide);
void ring_fini(struct ring *r);
/* Memory for the next entry and its place, ring.tail; the quick way is ring_reserve(). */
bool ring_make_place(struct ring *r, uint64_t ledger);
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

static inline struct ring_entry *
ring_entry(const struct ring *r, const struct ring_chunk *c, uint32_t i)
{
    return (struct ring_entry *)(void *)((char *)(uintptr_t)c->rest + (size_t)i * r->entry_bytes);
}

static inline struct ring_entry *
ring_at(const struct ring *r, uint64_t seq)
{
    return ring_entry(r, ring_chunk(r, seq), ring_index(seq));
}

static inline uint64_t
ring_code(const struct ring *r, const struct ring_entry *e)
{
    return r->wide ? (uint64_t)e->value[r->columns] << 32 | e->code : e->code;
}

static inline void
ring_set_code(const struct ring *r, struct ring_entry *e, uint64_t code)
{
    e->code = (uint32_t)code;
    if (r->wide)
        e->value[r->columns] = (int64_t)(code >> 32);
}

/* After true ring.tail is the place of the next entry and ring_add() can be called. */
static inline bool
ring_reserve(struct ring *r, uint64_t ledger)
{
    if (ring_index(r->tail) != 0 && r->tail - r->head < UINT32_MAX &&
        ledger - ring_chunk(r, r->tail)->ledger_base <= UINT32_MAX)
        return true;
    return ring_make_place(r, ledger);
}

/* The next entry: code and values are the caller's to write. */
static inline struct ring_entry *
ring_add(struct ring *r, int64_t at_us, uint64_t ledger, uint32_t cell, uint32_t back)
{
    struct ring_chunk *c = ring_chunk(r, r->tail);
    uint32_t i = ring_index(r->tail++);
    struct ring_entry *e = ring_entry(r, c, i);

    if (i == 0)
        c->ledger_base = ledger;
    c->fill = i + 1;
    e->at_us = at_us;
    e->ledger = (uint32_t)(ledger - c->ledger_base);
    e->cell = cell;
    e->back = back;
    return e;
}

#endif
