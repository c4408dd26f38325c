/*
 * heap - a binary min-heap of small numbers; what they stand for, and which comes first, the
 * caller knows.
 *
 *      heap_init(&h, cap, before, context)    false when out of memory
 *      heap_add(&h, n)                        at most `cap` numbers
 *      n = heap_top(&h)                       the first of all
 *      heap_settle(&h)                        the top stands for something later now
 *      heap_drop(&h)                          the top is gone
 *
 * `before` must be a strict order without ties, so that the top never depends on the history.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

typedef bool (*heap_before_fn)(const void *context, uint32_t a, uint32_t b);

struct heap {
    uint32_t *item;
    uint32_t count, cap;
    heap_before_fn before;
    const void *context;
};

bool heap_init(struct heap *h, uint32_t cap, heap_before_fn before, const void *context);
void heap_fini(struct heap *h);
void heap_add(struct heap *h, uint32_t item);
void heap_settle(struct heap *h);
void heap_drop(struct heap *h);

static inline uint32_t
heap_top(const struct heap *h)
{
    assert(h->count > 0);
    return h->item[0];
}

#endif
