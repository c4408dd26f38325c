/*
 * fifo - chunks that are returned as soon as their last record has left.
 */
#include "state/fifo.h"

#include <assert.h>

#include "base/alloc.h"

void
fifo_init(struct fifo *f, size_t size)
{
    *f = (struct fifo){.size = size};
}

void
fifo_fini(struct fifo *f)
{
    for (uint64_t i = 0; i < f->chunks; i++)
        alloc_free(f->chunk[((f->head >> FIFO_SHIFT) + i) & (f->cap - 1)]);
    alloc_free(f->chunk);
    alloc_free(f->spare);
    fifo_init(f, f->size);
}

static bool
grow(struct fifo *f)
{
    uint32_t cap = f->cap == 0 ? 4 : f->cap * 2;
    uint64_t first = f->head >> FIFO_SHIFT;
    char **chunk = alloc_zero(cap, sizeof(char *));

    if (chunk == NULL)
        return false;
    for (uint64_t i = first; i < first + f->chunks; i++)
        chunk[i & (cap - 1)] = f->chunk[i & (f->cap - 1)];
    alloc_free(f->chunk);
    f->chunk = chunk;
    f->cap = cap;
    return true;
}

static bool
begin_chunk(struct fifo *f)
{
    if (f->chunks == f->cap && !grow(f))
        return false;
    if (f->spare == NULL && (f->spare = alloc_take(FIFO_CHUNK * f->size)) == NULL)
        return false;
    f->chunk[(f->tail >> FIFO_SHIFT) & (f->cap - 1)] = f->spare;
    f->spare = NULL;
    f->chunks++;
    return true;
}

void *
fifo_add(struct fifo *f)
{
    uint64_t in_chunks = ((f->head >> FIFO_SHIFT) + f->chunks) << FIFO_SHIFT;

    if (f->tail - f->head >= INT32_MAX || (f->tail == in_chunks && !begin_chunk(f)))
        return NULL;
    return fifo_at(f, (uint32_t)f->tail++);
}

void
fifo_drop(struct fifo *f)
{
    char **chunk = &f->chunk[(f->head >> FIFO_SHIFT) & (f->cap - 1)];

    assert(f->head < f->tail);
    f->head++;
    if ((f->head & (FIFO_CHUNK - 1)) != 0)
        return;
    if (f->spare == NULL)
        f->spare = *chunk;
    else
        alloc_free(*chunk);
    *chunk = NULL;
    f->chunks--;
}

size_t
fifo_bytes(const struct fifo *f)
{
    return (f->chunks + (f->spare != NULL)) * FIFO_CHUNK * f->size + f->cap * sizeof(char *);
}
