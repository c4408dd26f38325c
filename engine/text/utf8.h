/* utf8 - validate and step through UTF-8 (RFC 3629: no surrogates, no overlong forms). */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

bool utf8_valid(struct bytes text);
/*
 * True where one look shows that `text` is valid and NFC whatever stands around it: nothing but
 * ASCII, U+0080 to U+02FF and U+03C0 to U+047F, as most rows of the languages here are. False says
 * nothing.
 */
bool utf8_plain(struct bytes text);
bool utf8_ascii(struct bytes text); /* no byte of 0x80 or more */
/* One code point at text.at; returns its size in bytes, or 0 (and U+FFFD) where it is not valid. */
size_t utf8_next(struct bytes text, uint32_t *point);
size_t utf8_characters(struct bytes text); /* code points, where the text is valid */
size_t utf8_put(uint32_t point, char room[static 4]);

#endif
