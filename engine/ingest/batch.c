/* batch - slots and text of a run of transactions, allocated once and reused. */
#include "ingest/batch.h"

#include <assert.h>

#include "base/alloc.h"
#include "weir/limits.h"

_Static_assert(sizeof(struct txn) % 16 == 0, "the cells begin on a boundary of 16 bytes");

static uint32_t
stride_of(uint32_t fields)
{
    size_t plain = sizeof(struct txn) + fields * sizeof(union txn_cell);

    return (uint32_t)((plain + 15) & ~(size_t)15);
}

struct batch *
batch_new(uint32_t cap, uint32_t fields, uint32_t pick_bytes)
{
    struct batch *b = alloc_zero(1, sizeof *b);

    assert(cap > 0);
    assert(fields >= TXN_FIELD_COUNT && fields <= LIMIT_FIELDS);
    if (b == NULL)
        return NULL;
    b->cap = cap;
    b->stride = stride_of(fields);
    b->pick_bytes = pick_bytes;
    b->slots = alloc_zero(cap, b->stride);
    if (pick_bytes > 0)
        b->picks = alloc_zero(cap, pick_bytes);
    if (b->slots == NULL || (pick_bytes > 0 && b->picks == NULL)) {
        batch_free(b);
        return NULL;
    }
    return b;
}

void
batch_free(struct batch *b)
{
    if (b == NULL)
        return;
    alloc_free(b->slots);
    alloc_free(b->picks);
    buf_fini(&b->text);
    alloc_free(b);
}

void
batch_clear(struct batch *b)
{
    b->count = 0;
    b->text.size = 0;
    b->text.failed = false;
}

void
batch_seal(struct batch *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        struct txn *t = batch_at(b, i);

        t->base = b->text.at;
        t->pick = b->pick_bytes == 0 ? NULL : b->picks + (size_t)i * b->pick_bytes;
    }
}
