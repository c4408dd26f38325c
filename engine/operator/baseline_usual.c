#include "operator/baseline_usual.h"

enum { PLACES_6 = 1000000 };

/* Stored units in one unit's number: cents, or billionths. */
static int64_t
per_unit(const struct baseline_compare *c)
{
    int64_t units = 1;

    if (c->type != TYPE_MONEY)
        return NUMBER_SCALE;
    for (int places = currency_exponent(c->currency); places > 0; places--)
        units *= 10;
    return units;
}

struct value
baseline_six(const struct baseline_compare *c, int128 num, int128 den)
{
    int64_t unit = per_unit(c);
    struct value out = value_missing(c->type);
    bool wide;

    out.currency = (int32_t)c->currency;
    out.den = 1;
    if (unit <= PLACES_6) {
        out.den = PLACES_6 / unit;
        wide = __builtin_mul_overflow(num, out.den, &num);
        out.num = number_divide(num, den);
    } else {
        int128 coarser = unit / PLACES_6;

        wide = __builtin_mul_overflow(den, coarser, &den);
        out.num = number_divide(num, den) * coarser;
    }
    out.set = !wide;
    return out;
}

static void
raise_to(struct value *spread, struct value least)
{
    bool overflow;

    if (spread->set && !least.set)
        spread->set = 0;
    if (spread->set && value_compare(*spread, least, &overflow) < 0)
        *spread = least;
}

void
baseline_floor(struct baseline_middle *m, const struct baseline_compare *c, int64_t share)
{
    int128 num = m->num < 0 ? -m->num : m->num, den;

    if (__builtin_mul_overflow(num, (int128)share, &num) ||
        __builtin_mul_overflow(m->den, (int128)NUMBER_SCALE, &den)) {
        m->spread.set = 0;
        return;
    }
    raise_to(&m->spread, baseline_six(c, num, den));
    raise_to(&m->spread, baseline_six(c, per_unit(c), 1));
}

struct value
baseline_z(int128 x, const struct baseline_middle *m)
{
    int128 num, den;

    if (!m->spread.set || __builtin_mul_overflow(x, m->den, &num) ||
        __builtin_sub_overflow(num, m->num, &num) ||
        __builtin_mul_overflow(num, m->spread.den * PLACES_6, &num) ||
        __builtin_mul_overflow(m->den, m->spread.num, &den))
        return value_missing(TYPE_NUMBER);
    return value_num(TYPE_NUMBER, number_divide(num, den) * (NUMBER_SCALE / PLACES_6));
}

struct value
baseline_ratio(int128 x, const struct baseline_middle *m)
{
    struct value out = value_num(TYPE_NUMBER, 0);

    if (m->num == 0 || __builtin_mul_overflow(x, m->den, &out.num) ||
        __builtin_mul_overflow(out.num, (int128)NUMBER_SCALE, &out.num))
        return value_missing(TYPE_NUMBER);
    out.num = m->num < 0 ? -out.num : out.num;
    out.den = m->num < 0 ? -m->num : m->num;
    return out;
}
