/*
 * fold_icu - what text/fold asks of ICU, in bytes and code points. Private to fold*.c.
 *
 * ICU composes UTF-16 only, so text goes there and back; bytes that are no UTF-8 are kept in
 * their place.
 */
#ifndef TEXT_FOLD_ICU_H
#define TEXT_FOLD_ICU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

struct buf;

enum fold_composed { FOLD_NFC, FOLD_NFKC };
enum fold_class { FOLD_LETTER, FOLD_MARK, FOLD_BLANK, FOLD_PUNCTUATION, FOLD_IGNORED };

/* Append the composed form of `text`; invalid bytes unchanged. False when out of memory. */
bool fold_icu_compose(enum fold_composed form, struct bytes text, struct buf *out);
/* Lower case, simple mapping, no locale. */
uint32_t fold_icu_lower(uint32_t point);
/* One letter for all that differ by case alone (simple case folding), no locale. */
uint32_t fold_icu_case(uint32_t point);
/* The compatibility decomposition of one code point into `parts` (at most 18); 0 if it has none. */
size_t fold_icu_parts(uint32_t point, uint32_t parts[static 18]);
enum fold_class fold_icu_class(uint32_t point);
int fold_icu_digit(uint32_t point); /* value of a decimal digit of any script, else -1 */
/* The ASCII mark that stands for a punctuation mark of any script. */
char fold_icu_mark(uint32_t point);

#endif
