/*
 * pool - runs of memory in sizes of 16 bytes times a power of two, for tables that grow and shrink.
 *
 * The owner remembers class and number of what it took; pool_at() gives the place.
 */
#ifndef STATE_POOL_H
#define STATE_POOL_H

#include "state/cells.h"

#define POOL_NONE CELLS_NONE
enum { POOL_CLASSES = 27 };

struct pool {
    struct cells size[POOL_CLASSES]; /* class k: 16 << k bytes */
};

void pool_init(struct pool *p);
void pool_fini(struct pool *p);
uint32_t pool_take(struct pool *p, uint32_t class); /* POOL_NONE when out of memory or too large */
void pool_give(struct pool *p, uint32_t class, uint32_t number);
size_t pool_bytes(const struct pool *p);

static inline void *
pool_at(const struct pool *p, uint32_t class, uint32_t number)
{
    return cells_at(&p->size[class], number);
}

#endif
