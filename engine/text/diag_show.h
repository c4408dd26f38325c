/*
 * diag_show - text made safe for a terminal, with its width in columns.
 *
 * Control, bidirectional and zero-width characters are shown as \u{..}, tabs as four blanks,
 * invalid bytes as U+FFFD; wide East Asian characters count two columns, combining marks none.
 */
#ifndef TEXT_DIAG_SHOW_H
#define TEXT_DIAG_SHOW_H

#include <stddef.h>

#include "weir/bytes.h"

struct buf;

/* Append the first character of `text` to `out` (NULL: only measure); *bytes is its size. */
size_t diag_show_char(struct bytes text, size_t *bytes, struct buf *out);
/* Append all of `text`; returns its columns. */
size_t diag_show(struct bytes text, struct buf *out);

#endif
