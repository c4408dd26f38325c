/*
 * moment - the rows of one moment (equal `at_us`): their order among themselves, and the numbers
 * of rows without ids.
 */
#ifndef INGEST_MOMENT_H
#define INGEST_MOMENT_H

#include "ingest/batch.h"
#include "model/type.h"

/* The first row of the last moment of `b`, whose rows are in order of time. */
uint32_t moment_last(const struct batch *b);

/* Put the rows [0, count) of an unsealed batch, in order of time, into the total order; `order` is
   room for `b->cap` numbers, `slot` for one slot. */
void moment_sort(struct batch *b, const enum type *types, uint32_t *order, struct txn *slot);

/*
 * Rows whose id was made stand as HASH-0 until they are numbered in the total order. Those of one
 * feed with equal time and hash become HASH-0, -1, ... -9, -a10, ... -a99, -b100, ...: the letter
 * lets the texts sort like the numbers, so numbering does not disturb the order.
 */
struct twins {
    struct buf id; /* the last made id, as HASH-0 */
    int64_t at_us;
    uint32_t next;
};

bool twins_mark(struct batch *b, struct txn *t); /* HASH -> HASH-0; false: no memory */
bool twins_number(struct twins *w, struct batch *b, bool once);

#endif
