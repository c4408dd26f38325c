/* number - digit by digit, with a check before each step that could overflow. */
#include "base/number.h"

#include <assert.h>
#include <stddef.h>

#include "base/buf.h"

int64_t
number_power10(int places)
{
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
        1000000000, INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000),
        INT64_C(10000000000000), INT64_C(100000000000000), INT64_C(1000000000000000),
        INT64_C(10000000000000000), INT64_C(100000000000000000), INT64_C(1000000000000000000)};

    assert(places >= 0 && places <= NUMBER_PLACES_MAX);
    return powers[places];
}

/* Reckons below zero, where one more number fits; false where -10 n - digit does not. */
static bool
push_digit(int64_t *n, char c)
{
    return !__builtin_mul_overflow(*n, 10, n) && !__builtin_sub_overflow(*n, c - '0', n);
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
number_read_fixed(struct bytes text, int places, int64_t *out)
{
    bool minus = text.size > 0 && text.at[0] == '-', any = false;
    size_t i = text.size > 0 && (text.at[0] == '-' || text.at[0] == '+');
    int64_t n = 0;

    assert(places >= 0 && places <= NUMBER_PLACES_MAX);
    for (; i < text.size && is_digit(text.at[i]); i++, any = true)
        if (!push_digit(&n, text.at[i]))
            return false;
    if (i < text.size && text.at[i] == '.') {
        if (++i == text.size)
            return false;
        for (; i < text.size && is_digit(text.at[i]); i++, any = true) {
            if (places == 0 && text.at[i] != '0')
                return false;
            if (places > 0 && (places--, !push_digit(&n, text.at[i])))
                return false;
        }
    }
    if (!any || i != text.size)
        return false;
    while (places-- > 0)
        if (!push_digit(&n, '0'))
            return false;
    if (!minus && n == INT64_MIN)
        return false;
    *out = minus ? n : -n;
    return true;
}

bool
number_read_int(struct bytes text, int64_t *out)
{
    if (text.size != 0 && memchr(text.at, '.', text.size) != NULL)
        return false;
    return number_read_fixed(text, 0, out);
}

int128
number_divide(int128 num, int128 den)
{
    uint128 all = num < 0 ? 0 - (uint128)num : (uint128)num;
    uint128 part = (uint128)den;
    uint128 whole, rest;

    assert(den > 0);
    if (all <= UINT64_MAX && part <= UINT64_MAX) { /* one machine division, the usual case */
        whole = (uint64_t)all / (uint64_t)part;
        rest = (uint64_t)all % (uint64_t)part;
    } else {
        whole = all / part;
        rest = all % part;
    }
    /* rest > part - rest is 2 rest > part without its overflow. */
    if (rest > part - rest || (rest == part - rest && (whole & 1) != 0))
        whole++;
    return (int128)(num < 0 ? 0 - whole : whole);
}

/* The digits of a magnitude, at least `least` of them, at the end of `room`; where they begin. */
static size_t
write_digits(uint128 n, size_t least, char room[static 40])
{
    size_t at = 40;

    while (n != 0) {
        room[--at] = (char)('0' + (int)(n % 10));
        n /= 10;
    }
    while (40 - at < least)
        room[--at] = '0';
    return at;
}

void
number_print_fixed(int128 n, int places, struct number_style style, struct buf *out)
{
    char room[40];
    size_t end = sizeof room, point = sizeof room - (size_t)places;
    size_t at = write_digits(n < 0 ? 0 - (uint128)n : (uint128)n, (size_t)places + 1, room);

    assert(places >= 0 && places <= NUMBER_PLACES_MAX);
    if (n < 0)
        buf_byte(out, '-');
    for (; at < point; at++) {
        buf_byte(out, room[at]);
        if (style.group != 0 && at + 1 < point && (point - at - 1) % 3 == 0)
            buf_byte(out, style.group);
    }
    while (style.trim && end > point && room[end - 1] == '0')
        end--;
    if (end > point) {
        buf_byte(out, '.');
        buf_add(out, room + point, end - point);
    }
}

void
number_print_int(int128 n, struct buf *out)
{
    number_print_fixed(n, 0, (struct number_style){0}, out);
}
