/*
 * comment - the comments of a YAML file, found between its scalars and hung on what they speak of.
 *
 * A comment on a line of its own belongs to the key below it; one that is indented deeper than
 * that key, to the end of the block above it; one beside a value, to that value.
 */
#ifndef AUTHOR_COMMENT_H
#define AUTHOR_COMMENT_H

#include <stdbool.h>

#include "author/sheet.h"

/* False when out of memory. */
bool comment_attach(struct arena *a, struct bytes text, struct sheet *sheet);

#endif
