/*
 * capture - an expression in which one pair of parentheses marks the part that is wanted.
 *
 * `KtoNr(\d+)_` becomes one whose match is what the group would have held, as text/regex knows
 * whole matches only. Without a group the whole match counts.
 */
#ifndef INGEST_CAPTURE_H
#define INGEST_CAPTURE_H

#include <stdbool.h>

#include "weir/bytes.h"

struct buf;

/* Appends the rewritten expression; false where the wanted part is not clear. */
bool capture_rewrite(struct bytes pattern, struct buf *out);

#endif
