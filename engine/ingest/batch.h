/*
 * batch - a run of normalised transactions and the text they point into.
 *
 * Slots have one stride; text grows beside them and never moves once the batch is
 * sealed (offsets until then). The unit that passes from feeds to the merge.
 */
#ifndef INGEST_BATCH_H
#define INGEST_BATCH_H

#include <stdint.h>

#include "base/buf.h"
#include "weir/txn.h"

struct batch {
    uint32_t count, cap;
    uint32_t
        stride; /* bytes a slot: sizeof(struct txn) + fields * sizeof(union txn_cell), 16-aligned */
    uint32_t pick_bytes; /* selector bytes a row, 0: none */
    char *slots;
    uint8_t *picks; /* cap * pick_bytes, written by the stateless pass */
    struct buf text;
    struct batch *next; /* free list */
};

struct batch *batch_new(uint32_t cap, uint32_t fields, uint32_t pick_bytes); /* NULL: no memory */
void batch_free(struct batch *b);
void batch_clear(struct batch *b);
/* Point every row's `base` and `pick` at this batch's storage; after it the batch is read-only. */
void batch_seal(struct batch *b);

static inline struct txn *
batch_at(const struct batch *b, uint32_t i)
{
    return (struct txn *)(void *)(b->slots + (size_t)i * b->stride);
}

#endif
