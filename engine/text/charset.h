/*
 * charset - single-byte code pages and YUSCII to UTF-8; the only file that sees iconv.
 *
 *      charset_open("windows-1250", &cs)      a table of 256 entries, made once
 *      charset_add(cs, text, out)             appends text as UTF-8
 *
 * All but YUSCII leave ASCII as it is, so a text without high bytes needs no conversion. YUSCII
 * (JUS I.B1.002) writes Š Đ Č Ć Ž as brackets and the like; a bracket is read as a letter
 * where it touches one, except around a whole word as in [AUTOPROV].
 */
#ifndef TEXT_CHARSET_H
#define TEXT_CHARSET_H

#include <stdbool.h>

#include "weir/bytes.h"

struct buf;
struct charset;

/* WEIR_OK's counterpart here: NULL when the name is unknown, no single-byte code page that holds
   ASCII, or memory is out (*no_memory). Case and a missing hyphen do not matter. */
struct charset *charset_open(const char *name, bool *no_memory);
void charset_close(struct charset *cs);             /* NULL allowed */
const char *charset_name(const struct charset *cs); /* as `windows-1250` */
bool charset_keeps_ascii(const struct charset *cs); /* false for YUSCII */
/* Bytes the code page does not define become U+FFFD. */
void charset_add(const struct charset *cs, struct bytes text, struct buf *out);

#endif
