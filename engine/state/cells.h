/*
 * cells - equal cells named by 32-bit numbers, in blocks, for state that comes and goes.
 *
 * A cell keeps its place until it is given back. Blocks with room are linked, so taking and giving
 * touch the allocator only when a block begins or ends; a block that falls empty is returned as
 * long as another one has room.
 *
 *      number = cells_take(&c); p = cells_at(&c, number); cells_give(&c, number);
 */
#ifndef STATE_CELLS_H
#define STATE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELLS_NONE UINT32_MAX
enum { CELLS_BLOCK_BYTES = 64 * 1024 };

struct cells_block;

struct cells {
    uint32_t size;       /* bytes of a cell, a multiple of 8 */
    uint32_t shift;      /* a block holds 1 << shift cells */
    uint32_t open;       /* first block with room, CELLS_NONE */
    uint32_t vacant;     /* first block number that has no memory, CELLS_NONE */
    uint32_t count, cap; /* block numbers in use, room in the two arrays */
    uint64_t room;       /* cells that can be taken without asking for memory */
    char **base;         /* where each block's cells lie */
    struct cells_block *block;
};

/* Takes no memory. `size` is rounded up to a multiple of 8. */
void cells_init(struct cells *c, size_t size);
void cells_fini(struct cells *c);
uint32_t cells_take(struct cells *c); /* not zeroed; CELLS_NONE when out of memory */
void cells_give(struct cells *c, uint32_t cell);
/* After true the next `n` takes cannot fail, if nothing is given back in between. */
bool cells_reserve(struct cells *c, uint32_t n);
size_t cells_bytes(const struct cells *c);

static inline void *
cells_at(const struct cells *c, uint32_t cell)
{
    return c->base[cell >> c->shift] + (size_t)(cell & ((1u << c->shift) - 1)) * c->size;
}

#endif
