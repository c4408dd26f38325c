/* columns - where in a file the columns stand that a mapping names. */
#ifndef INGEST_COLUMNS_H
#define INGEST_COLUMNS_H

#include <stdint.h>

#include "weir/status.h"

struct mapping;
struct reader;

/*
 * The cell of each column of the mapping (UINT32_MAX: an optional one that is not there), the cells
 * of the header (0: none) and the highest number used. WEIR_FAIL with E221 when one is missing.
 */
enum weir_status columns_find(const struct mapping *m, const struct reader *r, uint32_t *cell_of,
    uint32_t *header_count, uint32_t *needed, struct weir_err *err);

#endif
