/*
 * packed - a row as the sorter keeps it, in memory and on disk: head, the cells it has, their text.
 *
 *      | at_us present row offset | flags size | cell cell ... | text ... pad |
 *
 * A typical row takes a third of its slot. Sizes are multiples of eight, so rows lie aligned one
 * behind the other. Written and read by one process; never kept.
 */
#ifndef INGEST_PACKED_H
#define INGEST_PACKED_H

#include "ingest/batch.h"
#include "ingest/order.h"

struct packed {
    int64_t at_us;
    uint64_t present, row, offset;
    uint32_t flags;
    uint32_t size; /* of the whole, in bytes */
    union txn_cell cell[];
};

/* The bytes `t`, whose text is relative to `base`, will take; 0 when more than 4 GiB. */
size_t packed_size(const struct txn *t, const enum type *types);
void packed_write(
    const struct txn *t, const char *base, const enum type *types, size_t size, struct packed *out);
/* Add the row to an unsealed batch with a free slot; `file` and `source` are left to the caller. */
bool packed_read(const struct packed *p, const enum type *types, struct batch *b);
/* Rows of one source bank in the total order. */
int packed_order(const struct packed *a, const struct packed *b, const enum type *types);
/* The first eight bytes of the id, which order like it as far as they go. */
uint64_t packed_id_head(const struct packed *p);

#endif
