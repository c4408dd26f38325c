/*
 * inspect - what is this file, and how would its mapping look?
 *
 * Looks at the first rows of a file nobody has described: container, encoding, notation, dialect,
 * header, the meaning of columns, dates, decimals and signs; proposes a whole mapping that loads,
 * with what it could not know marked for a human; and shows the first rows as they are read.
 */
#ifndef INGEST_INSPECT_H
#define INGEST_INSPECT_H

#include <stdint.h>

#include "weir/status.h"

struct buf;
struct mappings;

/* With `mappings` the one that fits is used and nothing is proposed. Text is appended to `out`. */
enum weir_status inspect_run(const char *path, const struct mappings *mappings, uint32_t rows,
    struct buf *out, struct weir_err *err);

#endif
