/*
 * refold - a pattern brought into the form of folded text, so that it finds there what its author
 * would see in the text itself (typologies.md 8.1).
 *
 * Characters and classes written out are folded; where a letter has two forms both are let in:
 * `[čć]ak` becomes `[cc]ak`, `đak` becomes `(?:dj|d)ak`. Everything else stays.
 */
#ifndef MATCH_REFOLD_H
#define MATCH_REFOLD_H

#include <stdbool.h>

#include "weir/bytes.h"

struct buf;

/*
 * Appends the folded pattern. False, appending nothing of use, where it asks by itself that small
 * and capital letters be told apart, `(?-i)`: folded text has no capitals.
 */
bool refold(struct bytes pattern, struct buf *out);

#endif
