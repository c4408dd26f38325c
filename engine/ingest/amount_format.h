/*
 * amount_format - how a bank writes its amounts; text to integer minor units, exactly.
 *
 * A number is digits, with the mark between thousands where one is declared (then in threes), and
 * a decimal mark with at least one digit on both sides. Nothing else is one: no exponent, no
 * missing digit, no second mark, no more places than the currency has.
 */
#ifndef INGEST_AMOUNT_FORMAT_H
#define INGEST_AMOUNT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

enum { AMOUNT_SYMBOLS = 8 };

struct amount_format {
    char decimal;   /* '.' or ',' */
    char thousands; /* '.', ',', '\'', ' ' (also no-break blanks), or 0: none */
    bool zeros;     /* noughts beyond the places of the currency are passed over */
    bool minor;     /* whole numbers of minor units */
    struct bytes symbol[AMOUNT_SYMBOLS]; /* currency signs beside the number, passed over */
    uint32_t symbol_count;
    struct bytes credit_mark, debit_mark; /* behind the number: `CR`, `DR`, `-` */
};

enum amount_fault { AMOUNT_FINE, AMOUNT_GRAMMAR, AMOUNT_PLACES, AMOUNT_RANGE };

struct amount {
    int64_t minor; /* >= 0 */
    bool negative; /* a minus stood there */
    int mark;      /* 1: the credit mark, -1: the debit mark, 0: none */
};

enum amount_fault amount_parse(
    const struct amount_format *f, struct bytes text, int places, struct amount *out);

#endif
