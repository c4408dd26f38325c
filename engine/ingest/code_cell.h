/*
 * code_cell - a cell that must be one of a closed set of words: currency, country, channel, kind,
 * direction, yes or no.
 *
 * Shared by the loader, which checks what a mapping's `map:` gives, and the normaliser.
 */
#ifndef INGEST_CODE_CELL_H
#define INGEST_CODE_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "model/type.h"
#include "weir/bytes.h"

/*
 * TYPE_CURRENCY, TYPE_COUNTRY: packed codes, capitals or small letters; DIN, CSD and YUM are RSD.
 * TYPE_CHANNEL, TYPE_KIND, TYPE_DIRECTION: enum values; TYPE_BOOL: 0 or 1. False: no such word.
 */
bool code_cell_read(enum type t, struct bytes text, int64_t *out);
/* True for the types above. */
bool code_cell_is(enum type t);
/* What would be right, for a message: "one of card, cash, ..." */
const char *code_cell_right(enum type t);

#endif
