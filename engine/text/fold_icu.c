#include "text/fold_icu.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "text/utf8.h"

/* ICU's instances are made once, by ICU, and shared by all threads. NULL without its data. */
static const UNormalizer2 *
instance(enum fold_composed form)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *n =
        form == FOLD_NFC ? unorm2_getNFCInstance(&code) : unorm2_getNFKCInstance(&code);

    return U_SUCCESS(code) ? n : NULL;
}

/* UTF-8 to UTF-16 up to the first invalid byte; returns bytes taken, sets *count. */
static size_t
widen(struct bytes text, UChar *units, int32_t *count)
{
    size_t i = 0;
    int32_t n = 0;

    while (i < text.size) {
        uint32_t point;
        size_t size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);

        if (size == 0)
            break;
        i += size;
        if (point >= 0x10000) {
            units[n++] = (UChar)(0xd7c0 + (point >> 10));
            units[n++] = (UChar)(0xdc00 | (point & 0x3ff));
        } else {
            units[n++] = (UChar)point;
        }
    }
    *count = n;
    return i;
}

/* The code point at *i, which moves past it. ICU never makes half a surrogate pair. */
static uint32_t
unit_next(const UChar *units, int32_t count, int32_t *i)
{
    uint32_t lead = units[(*i)++];

    if ((lead & 0xfc00) != 0xd800 || *i == count)
        return lead;
    return 0x10000 + ((lead & 0x3ff) << 10) + (units[(*i)++] & 0x3ffu);
}

static void
narrow(const UChar *units, int32_t count, struct buf *out)
{
    for (int32_t i = 0; i < count;) {
        char room[4];

        buf_add(out, room, utf8_put(unit_next(units, count, &i), room));
    }
}

/* One valid run; NFKC grows a code unit to at most 18. */
static bool
compose_run(const UNormalizer2 *n, const UChar *units, int32_t count, struct buf *out)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t cap = count * 3 + 32, made;
    UChar *room = alloc_take((size_t)cap * sizeof *room);

    if (room == NULL)
        return false;
    made = unorm2_normalize(n, units, count, room, cap, &code);
    if (code == U_BUFFER_OVERFLOW_ERROR) {
        alloc_free(room);
        room = alloc_take((size_t)made * sizeof *room);
        if (room == NULL)
            return false;
        code = U_ZERO_ERROR;
        made = unorm2_normalize(n, units, count, room, made, &code);
    }
    if (U_SUCCESS(code))
        narrow(room, made, out);
    alloc_free(room);
    return U_SUCCESS(code);
}

bool
fold_icu_compose(enum fold_composed form, struct bytes text, struct buf *out)
{
    const UNormalizer2 *n = instance(form);
    UChar *units;
    bool done = n != NULL && text.size < INT32_MAX / 32;

    if (!done || (units = alloc_take((text.size + 1) * sizeof *units)) == NULL)
        return false;
    for (size_t i = 0; done && i < text.size;) {
        int32_t count;

        i += widen((struct bytes){text.at + i, text.size - i}, units, &count);
        done = count == 0 || compose_run(n, units, count, out);
        if (i < text.size)
            buf_byte(out, text.at[i++]);
    }
    alloc_free(units);
    return done && !out->failed;
}

uint32_t
fold_icu_lower(uint32_t point)
{
    return (uint32_t)u_tolower((UChar32)point);
}

uint32_t
fold_icu_case(uint32_t point)
{
    return (uint32_t)u_foldCase((UChar32)point, U_FOLD_CASE_DEFAULT);
}

size_t
fold_icu_parts(uint32_t point, uint32_t parts[static 18])
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *n = unorm2_getNFKDInstance(&code);
    UChar units[40];
    int32_t count;
    size_t made = 0;

    if (U_FAILURE(code))
        return 0;
    count = unorm2_getDecomposition(n, (UChar32)point, units, 40, &code);
    if (U_FAILURE(code) || count <= 0)
        return 0;
    for (int32_t i = 0; i < count && made < 18;)
        parts[made++] = unit_next(units, count, &i);
    return made;
}

enum fold_class
fold_icu_class(uint32_t point)
{
    uint32_t mask = U_MASK(u_charType((UChar32)point));

    if (u_isUWhiteSpace((UChar32)point) || (mask & U_GC_Z_MASK) != 0)
        return FOLD_BLANK;
    if ((mask & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0)
        return FOLD_MARK;
    if ((mask & (U_GC_CF_MASK | U_GC_CC_MASK)) != 0)
        return FOLD_IGNORED;
    if ((mask & U_GC_P_MASK) != 0)
        return FOLD_PUNCTUATION;
    return FOLD_LETTER;
}

int
fold_icu_digit(uint32_t point)
{
    return u_charDigitValue((UChar32)point);
}

char
fold_icu_mark(uint32_t point)
{
    uint32_t mask = U_MASK(u_charType((UChar32)point));

    if (point == 0x2018 || point == 0x2019 || point == 0x201a || point == 0x201b)
        return '\'';
    if (point == 0x060c || point == 0x3001)
        return ',';
    if (point == 0x061b || point == 0x037e)
        return ';';
    if (point == 0x061f)
        return '?';
    if ((mask & U_GC_PD_MASK) != 0)
        return '-';
    if ((mask & U_GC_PS_MASK) != 0)
        return '(';
    if ((mask & U_GC_PE_MASK) != 0)
        return ')';
    if ((mask & (U_GC_PI_MASK | U_GC_PF_MASK)) != 0)
        return '"';
    return '.';
}
