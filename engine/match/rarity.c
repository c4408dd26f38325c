#include "match/rarity.h"

#include "match/need.h"

enum {
    SCALE = 48, /* bits: of a text as common as can be */
    DIGIT = 5,  /* years, amounts and numbers are everywhere */
    SIGN = 8,   /* punctuation and ASCII control */
    BLANK = 4,
    OTHER_LEAD = 1, /* first byte of a letter beyond ASCII: the script, no more */
    OTHER_TAIL = 9
};

/*
 * Half bits of surprise of a to z: minus twice the binary logarithm of its share, over words of the
 * languages of typologies.md section 8 without their accents.
 */
static const uint8_t letters[26] = {
    6, 13, 11, 10, 6, 15, 12, 11, 6, 10, 9, 9, 10, 7, 7, 10, 19, 8, 8, 8, 9, 11, 17, 18, 13, 11};

static unsigned
surprise(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        return letters[c - 'a'];
    if (c >= '0' && c <= '9')
        return DIGIT;
    if (c == ' ')
        return BLANK;
    if (c < 0x80)
        return SIGN;
    return c >= 0xc0 ? OTHER_LEAD : OTHER_TAIL;
}

/* Half bits of the bytes, those by which it is recognised in full and the next ones a third. */
static unsigned
surprise_of(struct bytes text)
{
    unsigned sum = 0, rest = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (i < NEED_WINDOW)
            sum += surprise((unsigned char)text.at[i]);
        else
            rest += surprise((unsigned char)text.at[i]);
    }
    return sum + rest / 3;
}

uint64_t
rarity_commonness(struct bytes text, struct bytes *rarest)
{
    unsigned most = 0, bits;
    size_t last = text.size > NEED_WINDOW ? text.size - NEED_WINDOW : 0;

    *rarest = text;
    for (size_t i = 0; i <= last; i++) {
        struct bytes part = {text.at + i, text.size - i};
        unsigned found;

        part.size = part.size > NEED_BYTES ? NEED_BYTES : part.size;
        found = surprise_of(part);
        if (i == 0 || found > most) {
            most = found;
            *rarest = part;
        }
    }
    bits = most / 2;
    return UINT64_C(1) << (bits < SCALE ? SCALE - bits : 0);
}
