/*
 * spill - what does not fit into memory, in one unlinked temporary file, appended and read at
 * places.
 *
 * Opened on the first write, so that who never spills needs no folder and no descriptor.
 */
#ifndef INGEST_SPILL_H
#define INGEST_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "weir/status.h"

struct spill {
    const char *work; /* folder; borrowed */
    int fd;           /* -1: not open yet */
    uint64_t size;    /* bytes written */
};

void spill_init(struct spill *s, const char *work);
void spill_fini(struct spill *s);
enum weir_status spill_add(struct spill *s, const void *bytes, size_t size, struct weir_err *err);
enum weir_status spill_read(
    const struct spill *s, uint64_t at, void *bytes, size_t size, struct weir_err *err);

#endif
