/* heap - sift up, sift down. */
#include "base/heap.h"

#include "base/alloc.h"

bool
heap_init(struct heap *h, uint32_t cap, heap_before_fn before, const void *context)
{
    *h = (struct heap){.cap = cap, .before = before, .context = context};
    h->item = alloc_zero(cap > 0 ? cap : 1, sizeof *h->item);
    return h->item != NULL;
}

void
heap_fini(struct heap *h)
{
    alloc_free(h->item);
    *h = (struct heap){0};
}

void
heap_add(struct heap *h, uint32_t item)
{
    uint32_t at = h->count;

    assert(h->count < h->cap);
    h->count++;
    while (at > 0) {
        uint32_t above = (at - 1) / 2;

        if (!h->before(h->context, item, h->item[above]))
            break;
        h->item[at] = h->item[above];
        at = above;
    }
    h->item[at] = item;
}

void
heap_settle(struct heap *h)
{
    uint32_t at = 0, item;

    assert(h->count > 0);
    item = h->item[0];
    for (;;) {
        uint32_t below = 2 * at + 1;

        if (below >= h->count)
            break;
        if (below + 1 < h->count && h->before(h->context, h->item[below + 1], h->item[below]))
            below++;
        if (!h->before(h->context, h->item[below], item))
            break;
        h->item[at] = h->item[below];
        at = below;
    }
    h->item[at] = item;
}

void
heap_drop(struct heap *h)
{
    assert(h->count > 0);
    h->item[0] = h->item[--h->count];
    if (h->count > 0)
        heap_settle(h);
}
