/*
 * fifo - equal records of all keys in the order they came: first in, first out, in chunks.
 *
 * For state that expires by time: the oldest record is always the next to leave, and nothing but
 * the records takes room. A record is named by the low 32 bits of its place in the whole stream and
 * keeps its place in memory until it leaves.
 */
#ifndef STATE_FIFO_H
#define STATE_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIFO_SHIFT = 10, FIFO_CHUNK = 1 << FIFO_SHIFT };

struct fifo {
    size_t size;         /* bytes of a record */
    uint64_t head, tail; /* places of the oldest and of the next */
    char **chunk;        /* by place >> FIFO_SHIFT, modulo cap */
    uint32_t cap;        /* a power of two */
    uint32_t chunks;     /* with memory, from head's on */
    char *spare;
};

void fifo_init(struct fifo *f, size_t size); /* takes no memory */
void fifo_fini(struct fifo *f);
/* Room for one more at the end, not zeroed; its name is fifo_next() before. NULL: no memory. */
void *fifo_add(struct fifo *f);
void fifo_drop(struct fifo *f); /* the oldest; there must be one */
size_t fifo_bytes(const struct fifo *f);

static inline bool
fifo_empty(const struct fifo *f)
{
    return f->head == f->tail;
}

/* The name the next record will have, and that of the oldest. */
static inline uint32_t
fifo_next(const struct fifo *f)
{
    return (uint32_t)f->tail;
}

static inline uint32_t
fifo_first(const struct fifo *f)
{
    return (uint32_t)f->head;
}

static inline void *
fifo_at(const struct fifo *f, uint32_t name)
{
    return f->chunk[(name >> FIFO_SHIFT) & (f->cap - 1)] +
           (size_t)(name & (FIFO_CHUNK - 1)) * f->size;
}

#endif
