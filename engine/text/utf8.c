#include "text/utf8.h"

/* Bytes from `i` on that are ASCII, eight at a time. */
static size_t
skip_ascii(struct bytes text, size_t i)
{
    uint64_t word, next;

    while (text.size - i >= 2 * sizeof word) {
        memcpy(&word, text.at + i, sizeof word);
        memcpy(&next, text.at + i + sizeof word, sizeof next);
        if (((word | next) & UINT64_C(0x8080808080808080)) != 0)
            break;
        i += 2 * sizeof word;
    }
    while (text.size - i >= sizeof word) {
        memcpy(&word, text.at + i, sizeof word);
        word &= UINT64_C(0x8080808080808080);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (word != 0)
            return i + (size_t)__builtin_ctzll(word) / 8;
#else
        if (word != 0)
            break;
#endif
        i += sizeof word;
    }
    while (i < text.size && (unsigned char)text.at[i] < 0x80)
        i++;
    return i;
}

bool
utf8_ascii(struct bytes text)
{
    return skip_ascii(text, 0) == text.size;
}

/* The n-th byte's six bits if it is a continuation within [low, high], else false. */
static bool
follow(struct bytes text, size_t n, unsigned low, unsigned high, uint32_t *point)
{
    unsigned byte;

    if (n >= text.size)
        return false;
    byte = (unsigned char)text.at[n];
    if (byte < low || byte > high)
        return false;
    *point = *point << 6 | (byte & 0x3f);
    return true;
}

/* The second byte's range says it all: no overlong form, no surrogate, nothing past U+10FFFF. */
static size_t
decode(struct bytes text, uint32_t *point)
{
    unsigned lead = (unsigned char)text.at[0];
    uint32_t p;

    if (lead >= 0xc2 && lead <= 0xdf) {
        p = lead & 0x1f;
        if (!follow(text, 1, 0x80, 0xbf, &p))
            return 0;
        *point = p;
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        p = lead & 0x0f;
        if (!follow(text, 1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf, &p) ||
            !follow(text, 2, 0x80, 0xbf, &p))
            return 0;
        *point = p;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        p = lead & 0x07;
        if (!follow(text, 1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf, &p) ||
            !follow(text, 2, 0x80, 0xbf, &p) || !follow(text, 3, 0x80, 0xbf, &p))
            return 0;
        *point = p;
        return 4;
    }
    return 0;
}

size_t
utf8_next(struct bytes text, uint32_t *point)
{
    size_t size;

    *point = 0xfffd;
    if (text.size == 0)
        return 0;
    if ((unsigned char)text.at[0] < 0x80) {
        *point = (unsigned char)text.at[0];
        return 1;
    }
    size = decode(text, point);
    return size;
}

bool
utf8_valid(struct bytes text)
{
    size_t i = 0;

    while ((i = skip_ascii(text, i)) < text.size) {
        uint32_t point;
        size_t size = decode((struct bytes){text.at + i, text.size - i}, &point);

        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

/* Bytes side by side, less 0x80; compilers make of them what the machine has. */
typedef signed char lanes __attribute__((vector_size(16)));

static inline lanes
each(int byte)
{
    const signed char c = (signed char)(byte - 0x80);

    return (lanes){c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c};
}

static inline lanes
lanes_at(const char *at)
{
    lanes v;

    memcpy(&v, at, sizeof v);
    return v ^ each(0);
}

/*
 * Not nought where a byte begins what is not plain (0xc0 and 0xc1, 0xcc to 0xce, from 0xd2 on), or
 * follows without a byte that begins before it, or does not and should.
 */
static inline lanes
not_plain(lanes v, lanes before)
{
    lanes odd = (lanes)((v > each(0xbf)) & (v < each(0xc2))) |
                (lanes)((v > each(0xcb)) & (v < each(0xcf))) | (lanes)(v > each(0xd1));
    lanes follows = (lanes)((v > each(0x7f)) & (v < each(0xc0)));

    return odd | (follows ^ (lanes)(before > each(0xbf)));
}

bool
utf8_plain(struct bytes text)
{
    const char *at = text.at;
    lanes bad = each(0x80);
    uint64_t any[2];

    if (text.size <= sizeof bad)
        return utf8_ascii(text);
    /* The first byte has none before it, the last none behind it. */
    if ((unsigned char)at[0] >= 0x80 || (unsigned char)at[text.size - 1] >= 0xc0)
        return false;
    for (size_t i = 1; i + sizeof bad < text.size; i += sizeof bad)
        bad |= not_plain(lanes_at(at + i), lanes_at(at + i - 1));
    at += text.size - sizeof bad;
    bad |= not_plain(lanes_at(at), lanes_at(at - 1));
    memcpy(any, &bad, sizeof any);
    return (any[0] | any[1]) == 0;
}

size_t
utf8_put(uint32_t point, char room[static 4])
{
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        point = 0xfffd;
    if (point < 0x80) {
        room[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        room[0] = (char)(0xc0 | point >> 6);
        room[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        room[0] = (char)(0xe0 | point >> 12);
        room[1] = (char)(0x80 | (point >> 6 & 0x3f));
        room[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    room[0] = (char)(0xf0 | point >> 18);
    room[1] = (char)(0x80 | (point >> 12 & 0x3f));
    room[2] = (char)(0x80 | (point >> 6 & 0x3f));
    room[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

size_t
utf8_characters(struct bytes text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}
