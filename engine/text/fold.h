/*
 * fold - text to its matching form (typologies.md 8.1); the only file that sees ICU's text
 * services.
 *
 * NFKC, lower case, accents stripped, `đ` to `dj` (second form: `d`), Serbian, Macedonian and
 * Bulgarian Cyrillic to Latin, Greek without tonos and with one sigma, Arabic and Persian without
 * tatweel and vowel marks and with alef, ya, kaf and ta marbuta unified, digits for letters inside
 * a word read as letters (1 as i, second form: l), a word of Latin letters and Greek or Cyrillic
 * ones that look like them unified (second form: to the other script, where both explain it), runs
 * of punctuation and blanks collapsed to one. Locale never matters. ASCII has a fast way.
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>

#include "weir/bytes.h"

struct buf;

enum fold_form { FOLD_FIRST, FOLD_SECOND }; /* they differ only where 8.1 gives two forms */

/*
 * Append the folded form. Invalid UTF-8 bytes pass through as they are. True where the other form
 * is not the same.
 */
bool fold_text(struct bytes text, enum fold_form form, struct buf *out);

/*
 * Append the text with small letters for capitals and ASCII digits for those of other scripts, and
 * nothing else changed: what two texts have in common that differ by case alone.
 */
void fold_case(struct bytes text, struct buf *out);
/* The same for ASCII, into room of the text's size. */
void fold_case_ascii(struct bytes text, char *room);
/* True of ASCII text in small letters that is its own folded form, as most texts of banks are. */
bool fold_is_plain(struct bytes small);

/*
 * Where in `text` the bytes from *from to *to of its folded form come from, widened to whole
 * characters; both are moved there.
 */
void fold_origin(struct bytes text, enum fold_form form, size_t *from, size_t *to);

/* True if the two texts have the same first form. */
bool fold_equal(struct bytes a, struct bytes b);

/* NFC; appends to `out`. Returns false, appending nothing, if `text` already is NFC. */
bool fold_nfc(struct bytes text, struct buf *out);
/* True where a look at the bytes alone shows that `text` is NFC, as for most texts it does. */
bool fold_nfc_plainly(struct bytes text);

#endif
