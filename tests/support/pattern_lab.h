/*
 * pattern_lab - seeded patterns and narratives of invented words, as watchlists and banks have
 * them.
 */
#ifndef SUPPORT_PATTERN_LAB_H
#define SUPPORT_PATTERN_LAB_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Appends one pattern of a watchlist: a stem, two words, a case number, a phone, a name with
 * alternatives; every number has its own. Words are Latin, with accents, Cyrillic, Greek or Arabic.
 */
void pattern_lab_pattern(uint64_t number, struct buf *out);
/*
 * Appends a narrative: everyday words, names, numbers, dates. One in `rare` holds what one of the
 * `count` patterns from number `first` on looks for, written in some way: plain, in capitals,
 * without accents, with digits for letters.
 */
void pattern_lab_narrative(
    uint64_t *seed, uint64_t first, uint64_t count, unsigned rare, struct buf *out);

#endif
