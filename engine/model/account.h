/*
 * account - canonical forms of identifiers and what can be read off them.
 *
 * Canonical text is appended to `out`; the functions return false, appending nothing, where the
 * text is no such identifier (`account_canonical` accepts any text that is not blank).
 */
#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

struct buf;

/* Blanks out; an IBAN (ISO 13616: two letters, two digits, 11-30 alphanumerics) in capitals. */
bool account_canonical(struct bytes text, struct buf *out);
bool iban_valid(struct bytes canonical);      /* length of its country and mod 97 = 1 (ISO 7064) */
int64_t iban_country(struct bytes canonical); /* packed code, 0 when it is no valid IBAN */
/* `+` and digits; `00` and a national number (needs `country`, packed, 0: none) are understood. */
bool phone_canonical(struct bytes text, int64_t country, struct buf *out);
int64_t phone_country(struct bytes canonical); /* by calling code; 0 when unknown */
/* BIC: 8 or 11 alphanumerics in capitals; other text: trimmed as written. */
bool bank_canonical(struct bytes text, struct buf *out);

#endif
