/*
 * value - what an expression, an aggregate or a measure yields.
 *
 * Exact: integers and fractions of integers, never binary floating point. A
 * quotient keeps its denominator until it is printed or reckoned with further.
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdint.h>

#include "base/number.h"
#include "model/type.h"
#include "weir/bytes.h"

enum { NUMBER_SCALE = 1000000000 }; /* TYPE_NUMBER: 1 is NUMBER_SCALE */

struct value {
    uint8_t type;     /* enum type */
    uint8_t set;      /* 0: missing; for TYPE_BOOL undecided */
    int32_t currency; /* TYPE_MONEY: packed code; 0 elsewhere */
    union {
        struct {
            int128
                num; /* in the type's unit: minor units, microseconds, days, 1e-9, 0 or 1, enum */
            int128 den; /* 1, or the denominator of an exact fraction; always > 0 */
        };
        struct bytes text; /* types that type_is_text() names */
    };
};

static inline struct value
value_missing(enum type t)
{
    return (struct value){.type = (uint8_t)t};
}

static inline struct value
value_num(enum type t, int128 num)
{
    return (struct value){.type = (uint8_t)t, .set = 1, .num = num, .den = 1};
}

static inline struct value
value_money(int64_t currency, int128 minor)
{
    return (struct value){
        .type = TYPE_MONEY, .set = 1, .currency = (int32_t)currency, .num = minor, .den = 1};
}

static inline struct value
value_text(enum type t, struct bytes text)
{
    return (struct value){.type = (uint8_t)t, .set = 1, .text = text};
}

/* The value of a field of a transaction; missing where it is not present. */
struct value txn_value(const struct txn *t, unsigned field, enum type type);

/*
 * Order of two set values of one type (and currency): -1, 0, 1, fractions by
 * multiplying out. Sets *overflow, and returns 0, where 256 bits would be needed
 * and cannot be had; the caller treats that as undecided (E330).
 */
int value_compare(struct value a, struct value b, bool *overflow);

/* Half-even to the type's own unit; den becomes 1. */
struct value value_round(struct value v);

struct buf;
struct zone;
/*
 * As messages and `say` print it (rule-language.md 12): money `2 000.00 EUR`, shares
 * and percent `96%`, durations `1d 2h`, times `2026-01-07 12:00` in `zone`, counts plain.
 * `percent` chooses between `0.96` and `96%` for numbers. Missing prints as `missing`.
 */
void value_print(struct value v, bool percent, const struct zone *zone, struct buf *out);

#endif
