/* amount_format - amounts to minor units: one tight loop, and a slower way round currency signs. */
#include "ingest/amount_format.h"

enum { DIGITS_MAX = 18 }; /* every number of 18 digits fits 63 bits */

static const int64_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

static bool
starts(struct bytes text, struct bytes with)
{
    return with.size > 0 && text.size >= with.size && memcmp(text.at, with.at, with.size) == 0;
}

static bool
ends(struct bytes text, struct bytes with)
{
    return with.size > 0 && text.size >= with.size &&
           memcmp(text.at + text.size - with.size, with.at, with.size) == 0;
}

static void
cut_front(struct bytes *text, size_t size)
{
    text->at += size;
    text->size -= size;
}

/* Blanks, the plain one and the two that do not break. */
static size_t
blank_at(struct bytes text)
{
    if (text.size >= 1 && text.at[0] == ' ')
        return 1;
    if (text.size >= 2 && memcmp(text.at, "\xc2\xa0", 2) == 0)
        return 2;
    if (text.size >= 3 && memcmp(text.at, "\xe2\x80\xaf", 3) == 0)
        return 3;
    return 0;
}

static void
trim(struct bytes *text)
{
    size_t size;

    while ((size = blank_at(*text)) > 0)
        cut_front(text, size);
    for (;;) {
        if (text->size >= 1 && text->at[text->size - 1] == ' ')
            text->size -= 1;
        else if (text->size >= 2 && memcmp(text->at + text->size - 2, "\xc2\xa0", 2) == 0)
            text->size -= 2;
        else if (text->size >= 3 && memcmp(text->at + text->size - 3, "\xe2\x80\xaf", 3) == 0)
            text->size -= 3;
        else
            return;
    }
}

/* A minus is `-` or the sign U+2212. Returns the bytes of a sign at the front, 0: none. */
static size_t
sign_at(struct bytes text, bool *negative)
{
    if (text.size >= 1 && (text.at[0] == '-' || text.at[0] == '+')) {
        *negative = text.at[0] == '-';
        return 1;
    }
    if (text.size >= 3 && memcmp(text.at, "\xe2\x88\x92", 3) == 0) {
        *negative = true;
        return 3;
    }
    return 0;
}

/* Currency signs and marks off both ends; a sign may stand before or behind the currency's. */
static void
peel(const struct amount_format *f, struct bytes *text, struct amount *out)
{
    bool symbol = false, sign = false;

    if (ends(*text, f->credit_mark) || ends(*text, f->debit_mark)) {
        bool credit = ends(*text, f->credit_mark);

        out->mark = credit ? 1 : -1;
        text->size -= credit ? f->credit_mark.size : f->debit_mark.size;
        trim(text);
    }
    for (int round = 0; round < 3; round++) {
        size_t size = sign ? 0 : sign_at(*text, &out->negative);

        sign = sign || size > 0;
        cut_front(text, size);
        trim(text);
        for (uint32_t i = 0; i < f->symbol_count && !symbol; i++) {
            if (starts(*text, f->symbol[i]))
                cut_front(text, f->symbol[i].size);
            else if (ends(*text, f->symbol[i]))
                text->size -= f->symbol[i].size;
            else
                continue;
            symbol = true;
            trim(text);
        }
    }
}

/* The mark between thousands at the front of `text`; its bytes, 0: none. */
static size_t
thousands_at(const struct amount_format *f, struct bytes text)
{
    if (f->thousands == ' ')
        return blank_at(text);
    if (f->thousands == '\'' && text.size >= 3 && memcmp(text.at, "\xe2\x80\x99", 3) == 0)
        return 3;
    return f->thousands != 0 && text.size > 0 && text.at[0] == f->thousands ? 1 : 0;
}

/* Whole digits with their marks, in threes once there is one. Leaves `text` behind them. */
static enum amount_fault
whole(const struct amount_format *f, struct bytes *text, int64_t *n, int *digits)
{
    int group = 0;
    bool marked = false;

    for (;;) {
        size_t mark = 0;

        if (text->size > 0 && (unsigned char)(text->at[0] - '0') <= 9) {
            if (*digits < DIGITS_MAX)
                *n = *n * 10 + (text->at[0] - '0');
            if (*digits > 0 || text->at[0] != '0')
                ++*digits; /* leading noughts are no digits of the number */
            group++;
            cut_front(text, 1);
            continue;
        }
        mark = thousands_at(f, *text);
        if (mark == 0)
            break;
        if (group == 0 || group > 3 || (marked && group != 3))
            return AMOUNT_GRAMMAR;
        marked = true;
        group = 0;
        cut_front(text, mark);
    }
    if (group == 0 || (marked && group != 3))
        return AMOUNT_GRAMMAR;
    return AMOUNT_FINE;
}

/* Behind the decimal mark: `places` digits are taken, more are too many. */
static enum amount_fault
decimals(const struct amount_format *f, struct bytes text, int places, int64_t *n, int *digits,
    int *taken)
{
    bool beyond = false;

    if (text.size == 0)
        return AMOUNT_GRAMMAR;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char d = (unsigned char)(text.at[i] - '0');

        if (d > 9)
            return AMOUNT_GRAMMAR;
        if (*taken == places) {
            beyond = beyond || d != 0 || !f->zeros;
            continue;
        }
        if (*digits < DIGITS_MAX)
            *n = *n * 10 + d;
        if (*digits > 0 || d != 0)
            ++*digits;
        ++*taken;
    }
    return beyond ? AMOUNT_PLACES : AMOUNT_FINE;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight digits, the first in the lowest byte; each as its value. */
static inline int64_t
eight_digits(uint64_t x)
{
    const uint64_t low = UINT64_C(0x000000ff000000ff);

    x = x * 10 + (x >> 8); /* four times two digits, in every other byte */
    x = (x & low) * (100 + (UINT64_C(1000000) << 32)) +
        ((x >> 16) & low) * (1 + (UINT64_C(10000) << 32));
    return (int64_t)(x >> 32);
}

/*
 * Digits, the decimal mark and two more digits, 4 to 15 bytes in all: set to the right in 16 with
 * noughts before them, without the mark, they are two numbers of eight digits. False: not just
 * that.
 */
static inline bool
two_places(struct bytes text, char decimal, int64_t *out)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const char *at = text.at;
    size_t size = text.size, none;
    uint64_t high = EACH('0'), low, odd;
    uint32_t half[2];

    if (size < 4 || size > 15 || at[size - 3] != decimal)
        return false;
    if (size > 8) {
        none = 8 * (16 - size);
        memcpy(&high, at, 8);
        memcpy(&low, at + size - 8, 8);
        high = high << none | (EACH('0') & ((UINT64_C(1) << none) - 1));
    } else {
        none = 8 * (8 - size);
        memcpy(&half[0], at, 4);
        memcpy(&half[1], at + size - 4, 4);
        low = (uint64_t)half[1] << 32 | (uint64_t)half[0] << none |
              (EACH('0') & ((UINT64_C(1) << none) - 1));
    }
    low = (low & UINT64_C(0xffff) << 48) | (low & ((UINT64_C(1) << 40) - 1)) << 8 | high >> 56;
    high = high << 8 | '0';
    low ^= EACH('0');
    high ^= EACH('0');
    odd = low | (low + EACH(6)) | high | (high + EACH(6));
    if ((odd & EACH(0xf0)) != 0)
        return false;
    *out = eight_digits(high) * 100000000 + eight_digits(low);
    return true;
#else
    (void)text;
    (void)decimal;
    (void)out;
    return false;
#endif
}

/*
 * `-1234.50` and the like, nearly all there is: true where the text is just that. What is not is
 * left to the slow way, which knows what is wrong with it.
 */
static bool
quick(const struct amount_format *f, struct bytes text, int places, struct amount *out)
{
    const char *at = text.at, *end = text.at + text.size, *mark;
    int64_t n = 0;
    int behind = 0;
    unsigned d;

    if (text.size == 0 || text.size > 17 || f->minor || f->symbol_count > 0 ||
        f->credit_mark.size > 0 || f->debit_mark.size > 0)
        return false;
    out->negative = *at == '-';
    at += *at == '-' || *at == '+';
    out->mark = 0;
    if (places == 2 && two_places((struct bytes){at, (size_t)(end - at)}, f->decimal, &out->minor))
        return true;
    mark = at;
    for (; at < end && (d = (unsigned)(unsigned char)*at - '0') <= 9; at++)
        n = n * 10 + (int64_t)d;
    if (at == mark)
        return false;
    if (at < end) {
        if (*at++ != f->decimal || end - at > places || at == end)
            return false;
        for (; at < end && (d = (unsigned)(unsigned char)*at - '0') <= 9; at++, behind++)
            n = n * 10 + (int64_t)d;
        if (at < end)
            return false;
    }
    if (end - mark > 17 - places)
        return false; /* might not fit; the slow way counts its digits */
    out->minor = n * power[places - behind];
    return true;
}

enum amount_fault
amount_parse(const struct amount_format *f, struct bytes text, int places, struct amount *out)
{
    int64_t n = 0;
    int digits = 0, taken = 0;
    enum amount_fault fault;

    if (quick(f, text, places, out))
        return AMOUNT_FINE;
    *out = (struct amount){0};
    if (f->symbol_count > 0 || f->credit_mark.size > 0 || f->debit_mark.size > 0)
        peel(f, &text, out);
    else
        cut_front(&text, sign_at(text, &out->negative));
    if ((fault = whole(f, &text, &n, &digits)) != AMOUNT_FINE)
        return fault;
    if (f->minor)
        taken = places;
    if (text.size > 0) {
        if (text.at[0] != f->decimal || f->minor)
            return AMOUNT_GRAMMAR;
        cut_front(&text, 1);
        if ((fault = decimals(f, text, places, &n, &digits, &taken)) != AMOUNT_FINE)
            return fault;
    }
    if (digits + places - taken > DIGITS_MAX)
        return AMOUNT_RANGE;
    out->minor = n * power[places - taken];
    return AMOUNT_FINE;
}
