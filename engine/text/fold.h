/*
 * fold - text to its matching form (typologies.md 8.1); the only file that sees ICU's text
 * services.
 *
 * NFKC, lower case, accents stripped, `đ` to `dj` (second form: `d`), Serbian, Macedonian and
 * Bulgarian Cyrillic to Latin, Greek without tonos and with one sigma, Arabic and Persian without
 * tatweel and vowel marks and with alef, ya, kaf and ta marbuta unified, digits for letters inside
 * a word read as letters, confusable Greek/Cyrillic capitals inside Latin words unified, runs of
 * punctuation and blanks collapsed to one. Locale never matters. ASCII has a fast way.
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>

#include "weir/bytes.h"

struct buf;

enum fold_form { FOLD_FIRST, FOLD_SECOND }; /* they differ only where 8.1 gives two forms */

/* Append the folded form. Invalid UTF-8 bytes pass through as they are. */
void fold_text(struct bytes text, enum fold_form form, struct buf *out);

/* True if the two texts have the same first form. */
bool fold_equal(struct bytes a, struct bytes b);

/* NFC; appends to `out`. Returns false, appending nothing, if `text` already is NFC. */
bool fold_nfc(struct bytes text, struct buf *out);
/* True where a look at the bytes alone shows that `text` is NFC, as for most texts it does. */
bool fold_nfc_plainly(struct bytes text);

#endif
