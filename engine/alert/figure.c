#include "alert/figure.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/civil.h"

enum { NUMBER_PLACES = 9, DIGITS_MAX = 40 };

void
figure_decimal(int128 n, int places, struct buf *out)
{
    char digits[DIGITS_MAX + 1];
    uint128 rest = n < 0 ? -(uint128)n : (uint128)n;
    int count = 0;

    do {
        digits[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest > 0 || count <= places);
    if (n < 0)
        buf_byte(out, '-');
    while (count > 0) {
        if (count == places)
            buf_byte(out, '.');
        buf_byte(out, digits[--count]);
    }
}

/* A decimal with up to nine places, those at the end that are zero left out. */
static void
put_number(int128 n, struct buf *out)
{
    int places = NUMBER_PLACES;

    while (places > 0 && n % 10 == 0) {
        n /= 10;
        places--;
    }
    figure_decimal(n, places, out);
}

void
figure_date(int64_t day, struct buf *out)
{
    struct civil c;

    civil_from_us(day * US_PER_DAY, &c);
    buf_print(out, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, c.year, c.month, c.day);
}

void
figure_time(int64_t at_us, struct buf *out)
{
    struct civil c;

    civil_from_us(at_us, &c);
    buf_print(out,
        "%04" PRId32 "-%02" PRId32 "-%02" PRId32 "T%02" PRId32 ":%02" PRId32 ":%02" PRId32, c.year,
        c.month, c.day, c.hour, c.minute, c.second);
    if (c.micro != 0)
        buf_print(out, ".%06" PRId32, c.micro);
    buf_byte(out, 'Z');
}

static void
put_word(struct value v, struct buf *out)
{
    char room[4];

    buf_text(out, word_name((enum type)v.type, (int64_t)v.num, room));
}

void
figure_put(struct value v, struct buf *out)
{
    if (!v.set)
        return;
    if (type_is_text((enum type)v.type)) {
        buf_add(out, v.text.at, v.text.size);
        return;
    }
    v = value_round(v);
    switch ((enum type)v.type) {
    case TYPE_MONEY: {
        int places = v.currency == 0 ? 2 : currency_exponent(v.currency);

        figure_decimal(v.num, places < 0 ? 2 : places, out);
        break;
    }
    case TYPE_NUMBER:
        put_number(v.num, out);
        break;
    case TYPE_TIME:
        figure_time((int64_t)v.num, out);
        break;
    case TYPE_DATE:
        figure_date((int64_t)v.num, out);
        break;
    case TYPE_DURATION:
        figure_decimal(v.num / US_PER_S, 0, out);
        break;
    case TYPE_BOOL:
        buf_text(out, v.num != 0 ? "true" : "false");
        break;
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
        put_word(v, out);
        break;
    case TYPE_NONE:
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_ACCOUNT:
    case TYPE_PHONE:
    case TYPE_BANK:
    case TYPE_COUNT:
        break;
    }
}
