/*
 * ring - chunks that are returned as soon as their last entry has left.
 */
#include "state/ring.h"

#include <assert.h>

#include "base/alloc.h"

void
ring_init(struct ring *r, uint32_t columns, bool wide)
{
    *r = (struct ring){.columns = columns,
        .wide = wide,
        .entry_bytes = (uint32_t)(sizeof(struct ring_entry) + (columns + wide) * sizeof(int64_t))};
}

static uint64_t
first_chunk(const struct ring *r)
{
    return r->head >> RING_SHIFT;
}

void
ring_fini(struct ring *r)
{
    for (uint64_t i = first_chunk(r); i < r->end; i++)
        alloc_free(r->chunk[i & (r->cap - 1)]);
    alloc_free(r->chunk);
    alloc_free(r->spare);
    ring_init(r, r->columns, r->wide);
}

static size_t
chunk_bytes(const struct ring *r)
{
    return sizeof(struct ring_chunk) + (size_t)RING_CHUNK * r->entry_bytes;
}

static bool
grow(struct ring *r)
{
    uint32_t cap = r->cap == 0 ? 4 : r->cap * 2;
    struct ring_chunk **chunk = alloc_zero(cap, sizeof(struct ring_chunk *));

    if (chunk == NULL)
        return false;
    for (uint64_t i = first_chunk(r); i < r->end; i++)
        chunk[i & (cap - 1)] = r->chunk[i & (r->cap - 1)];
    alloc_free(r->chunk);
    r->chunk = chunk;
    r->cap = cap;
    return true;
}

/* Give chunk number `end` its memory. */
static bool
begin_chunk(struct ring *r)
{
    if (r->end - first_chunk(r) >= r->cap && !grow(r))
        return false;
    if (r->spare == NULL && (r->spare = alloc_take(chunk_bytes(r))) == NULL)
        return false;
    r->chunk[r->end & (r->cap - 1)] = r->spare;
    r->spare->fill = 0;
    r->spare = NULL;
    r->end++;
    return true;
}

/* Where the next entry goes: a new chunk where the current one cannot express its ledger number. */
static uint64_t
next_place(const struct ring *r, uint64_t ledger)
{
    if (ring_index(r->tail) == 0 || ledger - ring_chunk(r, r->tail)->ledger_base <= UINT32_MAX)
        return r->tail;
    return (r->tail | (RING_CHUNK - 1)) + 1;
}

bool
ring_make_place(struct ring *r, uint64_t ledger)
{
    uint64_t seq = next_place(r, ledger);

    if (seq - r->head >= UINT32_MAX)
        return false;
    if (seq >> RING_SHIFT >= r->end && !begin_chunk(r))
        return false;
    r->tail = seq;
    return true;
}

void
ring_drop(struct ring *r)
{
    struct ring_chunk *c = ring_chunk(r, r->head);

    assert(r->head < r->tail);
    r->head++;
    if (ring_index(r->head - 1) + 1 < c->fill)
        return;
    /* Nothing left in this chunk, be it full, cut short or the last: go on with the next one. */
    r->head = ((r->head - 1) | (RING_CHUNK - 1)) + 1;
    if (r->tail < r->head)
        r->tail = r->head;
    if (r->spare == NULL)
        r->spare = c;
    else
        alloc_free(c);
}

size_t
ring_bytes(const struct ring *r)
{
    return (r->end - first_chunk(r) + (r->spare != NULL)) * chunk_bytes(r) +
           r->cap * sizeof(struct ring_chunk *);
}
