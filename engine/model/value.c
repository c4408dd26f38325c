/* value - exact comparison, rounding and the printed form. */
#include "model/value.h"

#include <assert.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/number.h"
#include "base/zone.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

static int64_t
currency_of(const struct txn *t, unsigned field)
{
    if (field == TXN_AMOUNT_EUR || field == TXN_O_BALANCE_EUR || field == TXN_B_BALANCE_EUR)
        return EUR;
    return txn_has(t, TXN_CURRENCY) ? txn_num(t, TXN_CURRENCY) : 0;
}

struct value
txn_value(const struct txn *t, unsigned field, enum type type)
{
    if (!txn_has(t, field))
        return value_missing(type);
    if (type_is_text(type))
        return value_text(type, txn_text(t, field));
    if (type == TYPE_MONEY)
        return value_money(currency_of(t, field), txn_num(t, field));
    return value_num(type, txn_num(t, field));
}

/* --- order --- */

struct wide {
    uint128 high, low;
};

/* All 256 bits of a product, from four products of halves. */
static struct wide
multiply(uint128 a, uint128 b)
{
    uint128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
    uint128 low = a0 * b0, mid = a1 * b0 + (low >> 64), other = a0 * b1 + (uint64_t)mid;

    return (struct wide){
        .high = a1 * b1 + (mid >> 64) + (other >> 64),
        .low = other << 64 | (uint64_t)low,
    };
}

static int
order(uint128 a, uint128 b)
{
    return (a > b) - (a < b);
}

static uint128
magnitude(int128 n)
{
    return n < 0 ? 0 - (uint128)n : (uint128)n;
}

/* a/b against c/d for magnitudes: by the sides of a d against c b. */
static int
order_fractions(const struct value *a, const struct value *b)
{
    struct wide left = multiply(magnitude(a->num), (uint128)b->den);
    struct wide right = multiply(magnitude(b->num), (uint128)a->den);

    return left.high != right.high ? order(left.high, right.high) : order(left.low, right.low);
}

int
value_compare(struct value a, struct value b, bool *overflow)
{
    assert(a.set && b.set);
    *overflow = false; /* 256 bits hold the product of any two 128-bit numbers */
    if (type_is_text((enum type)a.type))
        return bytes_compare(a.text, b.text);
    assert(a.den > 0 && b.den > 0);
    if (a.den == b.den)
        return (a.num > b.num) - (a.num < b.num);
    if ((a.num < 0) != (b.num < 0))
        return a.num < 0 ? -1 : 1;
    return a.num < 0 ? order_fractions(&b, &a) : order_fractions(&a, &b);
}

/* --- rounding --- */

struct value
value_round(struct value v)
{
    int128 unit = v.type == TYPE_DURATION ? US_PER_S : 1;

    if (!v.set || type_is_text((enum type)v.type) || v.den == 1)
        return v;
    /* A quotient of durations is rounded to the second: rule-language.md section 7. */
    if (v.den > (int128)((~(uint128)0 >> 1) / (uint128)unit)) {
        v.num = number_divide(v.num, v.den);
        v.num = number_divide(v.num, unit) * unit;
    } else
        v.num = number_divide(v.num, v.den * unit) * unit;
    v.den = 1;
    return v;
}

/* --- print --- */

static void
print_money(const struct value *v, struct buf *out)
{
    int digits = currency_exponent(v->currency);
    char room[4];

    number_print_fixed(v->num, digits < 0 ? 2 : digits, (struct number_style){.group = ' '}, out);
    if (v->currency == 0)
        return;
    buf_byte(out, ' ');
    buf_text(out, word_name(TYPE_CURRENCY, v->currency, room));
}

/* The two largest units, what is smaller cut off: `1d 2h`. The second is left out where it is 0. */
static void
print_duration(int128 us, struct buf *out)
{
    static const struct {
        uint64_t seconds;
        char letter;
    } unit[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    uint128 rest = magnitude(us) / (uint128)US_PER_S;
    size_t i = 0;

    if (us < 0 && rest != 0)
        buf_byte(out, '-');
    while (i < 3 && rest < unit[i].seconds)
        i++;
    number_print_int((int128)(rest / unit[i].seconds), out);
    buf_byte(out, unit[i].letter);
    if (i == 3)
        return;
    rest = rest % unit[i].seconds / unit[i + 1].seconds;
    if (rest != 0)
        buf_print(out, " %d%c", (int)rest, unit[i + 1].letter);
}

static void
print_date(const struct civil *c, struct buf *out)
{
    buf_print(out, "%04d-%02d-%02d", (int)c->year, (int)c->month, (int)c->day);
}

static void
print_time(int64_t us, const struct zone *zone, struct buf *out)
{
    struct civil c;

    civil_from_us(zone == NULL ? us : zone_to_local(zone, us), &c);
    print_date(&c, out);
    buf_print(out, " %02d:%02d", (int)c.hour, (int)c.minute);
}

static void
print_number(struct value v, bool percent, struct buf *out)
{
    if (percent) {
        /* One rounding from the exact fraction: two in a row could move a tie. */
        int128 den = v.den * (NUMBER_SCALE / 100);

        if (v.den > (int128)((~(uint128)0 >> 1) / (NUMBER_SCALE / 100))) {
            v = value_round(v);
            den = NUMBER_SCALE / 100;
        }
        number_print_int(number_divide(v.num, den), out);
        buf_byte(out, '%');
        return;
    }
    v = value_round(v);
    number_print_fixed(v.num, 9, (struct number_style){.trim = true}, out);
}

void
value_print(struct value v, bool percent, const struct zone *zone, struct buf *out)
{
    struct civil c;
    char room[4];

    if (!v.set) {
        buf_text(out, "missing");
        return;
    }
    if (v.type == TYPE_NUMBER) {
        print_number(v, percent, out);
        return;
    }
    v = value_round(v);
    switch ((enum type)v.type) {
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_ACCOUNT:
    case TYPE_PHONE:
    case TYPE_BANK:
        buf_add(out, v.text.at, v.text.size);
        break;
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
        buf_text(out, word_name((enum type)v.type, (int64_t)v.num, room));
        break;
    case TYPE_MONEY:
        print_money(&v, out);
        break;
    case TYPE_TIME:
        print_time((int64_t)v.num, zone, out);
        break;
    case TYPE_DATE:
        civil_from_us((int64_t)v.num * US_PER_DAY, &c);
        print_date(&c, out);
        break;
    case TYPE_DURATION:
        print_duration(v.num, out);
        break;
    case TYPE_BOOL:
        buf_text(out, v.num != 0 ? "true" : "false");
        break;
    case TYPE_NONE:
    case TYPE_NUMBER:
    case TYPE_COUNT:
        break;
    }
}
