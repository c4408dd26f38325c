/*
 * letter - a name in any script as small Latin letters, digits, blanks and dots.
 *
 * The scripts around the routes (Latin with marks, Cyrillic, Greek, Arabic, Hebrew, Armenian,
 * Georgian) go by name/letter.def, as passports and banks write them; all others by ICU
 * (name/script.h). Quotes and apostrophes go, other marks but the dot become blanks.
 */
#ifndef NAME_LETTER_H
#define NAME_LETTER_H

#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

struct script;

enum {
    LETTER_MAX = 512, /* bytes made of one name; what is longer is cut */
    LETTER_BARE = 1   /* this byte stands in a word of a script that leaves short vowels out */
};

/* Returns the bytes written to `out`. `script` is asked for letters the table does not know. */
size_t letter_write(struct bytes text, struct script *script, char out[static LETTER_MAX]);

#endif
