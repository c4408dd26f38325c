/*
 * name_maker - invented people and firms from Hungary to Iran, and how else they may be written.
 */
#ifndef SUPPORT_NAME_MAKER_H
#define SUPPORT_NAME_MAKER_H

#include <stdint.h>

#include "base/buf.h"

/* Appends a name of two to four words, now and then a firm's. */
void name_maker_new(uint64_t *rng, struct buf *out);
/* Appends the name as somebody else might write it: other order, a slip, a title, initials, a word
 * less or more, capitals. */
void name_maker_vary(uint64_t *rng, struct bytes name, struct buf *out);

#endif
