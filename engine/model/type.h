/*
 * type - the types of fields, expressions and measures (rule-language.md 7).
 *
 * Stored fields use those up to TYPE_DATE; expressions use all.
 */
#ifndef MODEL_TYPE_H
#define MODEL_TYPE_H

#include "weir/bytes.h"
#include "weir/txn.h"

enum type {
    TYPE_NONE = 0,
    /* text in the cell */
    TYPE_TEXT, /* free text; compares folded (text/fold.h) */
    TYPE_CODE, /* identifier kept as written but for blanks at the ends: id, mcc, purpose, device */
    TYPE_ACCOUNT, /* canonical: IBAN without blanks in capitals, else as written without blanks */
    TYPE_PHONE,   /* canonical: `+` and digits */
    TYPE_BANK,    /* BIC in capitals, or the bank's name as written */
    /* number in the cell */
    TYPE_COUNTRY,  /* ISO 3166-1 alpha-2, packed by code_pack() */
    TYPE_CURRENCY, /* ISO 4217, packed by code_pack() */
    TYPE_CHANNEL,  /* enum channel */
    TYPE_KIND,     /* enum kind */
    TYPE_MONEY,    /* minor units of the row's currency, or cents for the `_eur` fields */
    TYPE_TIME,     /* microseconds since the epoch, UTC */
    TYPE_DATE,     /* days since 1970-01-01 */
    /* in expressions only */
    TYPE_NUMBER,    /* decimal with 9 places, also percent; or an exact fraction */
    TYPE_DURATION,  /* microseconds */
    TYPE_BOOL,      /* three-valued: missing is undecided */
    TYPE_DIRECTION, /* enum direction */
    TYPE_WEEKDAY,   /* 0 monday .. 6 sunday */
    TYPE_COUNT
};

enum channel {
    CHANNEL_CARD = 1,
    CHANNEL_CASH,
    CHANNEL_CHEQUE,
    CHANNEL_CRYPTO,
    CHANNEL_MOBILE,
    CHANNEL_OTHER,
    CHANNEL_REMITTANCE,
    CHANNEL_TRANSFER,
    /* finer words; channel_parent() names the word above */
    CHANNEL_COUNTER,
    CHANNEL_ATM,      /* cash */
    CHANNEL_PREPAID,  /* card */
    CHANNEL_EXCHANGE, /* other */
    CHANNEL_COUNT
};

enum kind { KIND_PERSON = 1, KIND_BUSINESS, KIND_MERCHANT, KIND_BANK, KIND_UNKNOWN, KIND_COUNT };
enum direction { DIRECTION_INCOMING = 1, DIRECTION_OUTGOING };

enum { TXN_PARTY_SPAN = TXN_B_ACCOUNT - TXN_O_ACCOUNT };

/* True where the cell of a field of this type is text. */
static inline int
type_is_text(enum type t)
{
    return t >= TYPE_TEXT && t <= TYPE_BANK;
}

/* "money", "country", ... as messages write it, with its article: "a country". */
const char *type_name(enum type t);

/* One field of the dictionary: core fields first, then the installation's (rule pack `fields`). */
struct field {
    const char *name; /* "beneficiary.country" */
    enum type type;
};

/* The core fields, TXN_FIELD_COUNT of them, indexed by enum txn_field. */
extern const struct field txn_fields[];

/*
 * Code words. `word_find` gives the value of a bare word of a type with a closed set
 * (country, currency, channel, kind, direction, weekday), or 0 and for weekday -1; `word_name`
 * the reverse (countries and currencies need a 4-byte `room`).
 * `word_next` walks the words an author may write (the words above only for channels), for
 * messages.
 */
int64_t word_find(enum type t, struct bytes word);
const char *word_name(enum type t, int64_t value, char room[static 4]);
const char *word_next(enum type t, size_t index);

enum channel channel_parent(enum channel c); /* itself for a word above */

/* Two or three capitals packed into a number that orders like the text; "AF" -> 0x4146. */
static inline int64_t
code_pack(const char *letters, size_t size)
{
    int64_t code = 0;

    for (size_t i = 0; i < size; i++)
        code = code << 8 | (unsigned char)letters[i];
    return code;
}

/* Minor-unit digits of a currency (0, 2, 3, 4), or -1 for a code ISO 4217 does not have. */
int currency_exponent(int64_t currency);
bool country_known(int64_t country);

#endif
