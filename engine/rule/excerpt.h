/*
 * excerpt - where a watchlist's entry was found, as the analyst will read it: the words as they
 * stand in the field, and what stands around them.
 */
#ifndef RULE_EXCERPT_H
#define RULE_EXCERPT_H

#include "list/list.h"
#include "weir/alert.h"

enum { EXCERPT_AROUND = 40 /* characters on each side */ };

/* Fills in matched, around and at; `text` is what the field holds. Views into `text`. */
void excerpt_fill(struct bytes text, const struct watch_hit *hit, struct alert_watch *out);

#endif
