/*
 * stored - values in and out of their eight bytes.
 */
#include "state/stored.h"

#include <string.h>

/* A number that does not fit eight bytes, or is in a currency of its own, as kept. */
struct wide {
    uint64_t low, high;
    int64_t currency;
};

bool
stored_take_any(
    struct store *s, const struct value *v, enum type type, int64_t currency, struct stored *out)
{
    struct value n;
    struct wide wide;
    uint32_t kept;

    if (type_is_text(type)) {
        kept = texts_take(&s->texts, v->text);
        *out = (struct stored){.bits = kept, .kind = STORED_KEPT};
        return kept != TEXTS_NONE;
    }
    n = v->den == 1 ? *v : value_round(*v);
    if (n.num >= INT64_MIN && n.num <= INT64_MAX && n.currency == (int32_t)currency) {
        *out = (struct stored){.bits = (int64_t)n.num, .kind = STORED_PLAIN};
        return true;
    }
    wide = (struct wide){
        .low = (uint64_t)n.num, .high = (uint64_t)((uint128)n.num >> 64), .currency = n.currency};
    kept = texts_take(&s->texts, (struct bytes){(const char *)&wide, sizeof wide});
    *out = (struct stored){.bits = kept, .kind = STORED_KEPT};
    return kept != TEXTS_NONE;
}

static struct wide
wide_of(const struct store *s, struct stored v)
{
    struct bytes kept = texts_at(&s->texts, (uint32_t)v.bits);
    struct wide wide;

    memcpy(&wide, kept.at, sizeof wide);
    return wide;
}

int128
stored_wide(const struct store *s, struct stored v)
{
    struct wide wide = wide_of(s, v);

    return (int128)((uint128)wide.high << 64 | wide.low);
}

struct value
stored_value(const struct store *s, struct stored v, enum type type, int64_t currency)
{
    struct value out;

    if (v.kind == STORED_NONE)
        return value_missing(type);
    if (type_is_text(type))
        return value_text(type, texts_at(&s->texts, (uint32_t)v.bits));
    out = value_num(type, stored_number(s, v));
    out.currency = (int32_t)(v.kind == STORED_PLAIN ? currency : wide_of(s, v).currency);
    return out;
}

int
stored_compare(const struct store *s, struct stored a, struct stored b, enum type type)
{
    int128 left, right;

    if (type_is_text(type))
        return bytes_compare(
            texts_at(&s->texts, (uint32_t)a.bits), texts_at(&s->texts, (uint32_t)b.bits));
    if (a.kind == STORED_PLAIN && b.kind == STORED_PLAIN)
        return (a.bits > b.bits) - (a.bits < b.bits);
    left = stored_number(s, a);
    right = stored_number(s, b);
    return (left > right) - (left < right);
}
