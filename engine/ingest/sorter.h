/*
 * sorter - rows of one source bank into the total order, within a memory budget.
 *
 *      sorter_add(s, t, base, err)   ... as they come
 *      sorter_end(s, err)            that was all
 *      sorter_next(s, batch, err)    fills a batch; WEIR_END when nothing was left
 *
 * Rows are packed (ingest/packed.h) and sorted in memory as a run. A run that outgrows `sort_bytes`
 * is spilled; at the end the runs are merged. What is still in memory at the end stays there if it
 * fits `hold_bytes`, so that many sorted feeds can wait side by side. Equal rows keep the order
 * in which they came.
 */
#ifndef INGEST_SORTER_H
#define INGEST_SORTER_H

#include "ingest/batch.h"
#include "model/type.h"
#include "weir/status.h"

struct sorter;

struct sorter_spec {
    const enum type *types; /* borrowed */
    uint32_t file, source;  /* put into every row */
    size_t sort_bytes;      /* memory of a run */
    size_t hold_bytes;      /* memory while the rows are read back */
    const char *work;       /* folder for spills; borrowed */
};

struct sorter *sorter_new(const struct sorter_spec *spec); /* NULL: no memory */
enum weir_status sorter_add(
    struct sorter *s, const struct txn *t, const char *base, struct weir_err *err);
enum weir_status sorter_end(struct sorter *s, struct weir_err *err);
enum weir_status sorter_next(struct sorter *s, struct batch *b, struct weir_err *err);
uint32_t sorter_spilled(const struct sorter *s); /* runs on disk */
void sorter_free(struct sorter *s);              /* NULL allowed */

#endif
