/*
 * rarity - how common a run of bytes is in what people write on payments; private to match.
 *
 * By the letters alone, of Latin text without accents as folding leaves it; other scripts weigh
 * alike. A guess that costs speed where it is wrong, never a hit.
 */
#ifndef MATCH_RARITY_H
#define MATCH_RARITY_H

#include <stdint.h>

#include "weir/bytes.h"

/* Of the rarest part of `text` (at most NEED_BYTES), which is told too; smaller is rarer. */
uint64_t rarity_commonness(struct bytes text, struct bytes *rarest);

#endif
