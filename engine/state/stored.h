/*
 * stored - a value as windows keep it: eight bytes, and what they mean.
 *
 * Plain is a number of 64 bits in the aggregate's own type and currency; nearly all are. Anything
 * else (text, wider numbers, money of another currency) is kept as a counted text. Equal values are
 * stored equally, so comparing bits and kind decides identity.
 */
#ifndef STATE_STORED_H
#define STATE_STORED_H

#include "model/value.h"
#include "state/pool.h"
#include "state/texts.h"

/* The two low bits of an entry for each aggregate; a bool is PLAIN for false, KEPT for true. */
enum stored_kind { STORED_NONE, STORED_PLAIN, STORED_KEPT };

struct stored {
    int64_t bits; /* PLAIN: the number; KEPT: number in texts */
    uint32_t kind;
};

/* What all tables of one window share. */
struct store {
    struct pool pool;
    struct texts texts;
    struct cells nodes; /* of medians */
    uint64_t dice;      /* shapes trees, never a result */
};

/*
 * The value as an aggregate of this type and currency stores it. KEPT holds its text once; false
 * when out of memory. Fractions are rounded half-even to the type's unit first.
 */
bool stored_take_any(
    struct store *s, const struct value *v, enum type type, int64_t currency, struct stored *out);
static inline bool
stored_take(
    struct store *s, const struct value *v, enum type type, int64_t currency, struct stored *out)
{
    if (type_is_text(type) || v->den != 1 || v->num != (int64_t)v->num ||
        v->currency != (int32_t)currency)
        return stored_take_any(s, v, type, currency, out);
    *out = (struct stored){.bits = (int64_t)v->num, .kind = STORED_PLAIN};
    return true;
}
/* Back again; texts point into the store and live as long as they are held. */
struct value stored_value(const struct store *s, struct stored v, enum type type, int64_t currency);
int128 stored_wide(const struct store *s, struct stored v); /* a KEPT number */
static inline int128
stored_number(const struct store *s, struct stored v)
{
    return v.kind == STORED_PLAIN ? v.bits : stored_wide(s, v);
}
/* Order of two values of one type: numbers by size, texts bytewise. */
int stored_compare(const struct store *s, struct stored a, struct stored b, enum type type);

static inline bool
stored_equal(struct stored a, struct stored b)
{
    return a.bits == b.bits && a.kind == b.kind;
}

#endif
