/*
 * pool - one set of cells for each size.
 */
#include "state/pool.h"

void
pool_init(struct pool *p)
{
    for (uint32_t k = 0; k < POOL_CLASSES; k++)
        cells_init(&p->size[k], (size_t)16 << k);
}

void
pool_fini(struct pool *p)
{
    for (uint32_t k = 0; k < POOL_CLASSES; k++)
        cells_fini(&p->size[k]);
}

uint32_t
pool_take(struct pool *p, uint32_t class)
{
    return class < POOL_CLASSES ? cells_take(&p->size[class]) : POOL_NONE;
}

void
pool_give(struct pool *p, uint32_t class, uint32_t number)
{
    cells_give(&p->size[class], number);
}

size_t
pool_bytes(const struct pool *p)
{
    size_t bytes = 0;

    for (uint32_t k = 0; k < POOL_CLASSES; k++)
        bytes += cells_bytes(&p->size[k]);
    return bytes;
}
