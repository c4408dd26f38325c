/*
 * script - other scripts in Latin letters, by ICU: Hangul, Han, Kana, Devanagari, Thai and the
 * rest.
 *
 * The rules are opened when the first such letter is met; one object a thread. The only file that
 * sees ICU's transliterators.
 */
#ifndef NAME_SCRIPT_H
#define NAME_SCRIPT_H

#include <stddef.h>

#include "weir/bytes.h"

struct script;

struct script *script_new(void); /* NULL when out of memory */
void script_free(struct script *s);
/* Small Latin letters, digits and blanks for `text`, at most `cap` bytes; what ICU cannot write
 * becomes a blank. */
size_t script_write(struct script *s, struct bytes text, char *out, size_t cap);

#endif
