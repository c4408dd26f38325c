/*
 * account - IBAN and BIC; telephones are in phone.c.
 *
 * An account number is the key of everything remembered, so the same account must
 * come out the same however a bank wrote it; what is not recognised is kept.
 */
#include "model/account.h"

#include <stddef.h>

#include "base/buf.h"
#include "model/type.h"

enum {
    IBAN_MIN = 15, /* two letters, two digits, at least 11 more */
    IBAN_MAX = 34, /* ... at most 30 more */
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_letter(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static char
upper(char c)
{
    return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

/* Bytes of the blank at the front of the text: ASCII white space or a no-break or thin space. */
static size_t
blank_size(const char *at, size_t size)
{
    const unsigned char *u = (const unsigned char *)at;

    if (u[0] == ' ' || (u[0] >= '\t' && u[0] <= '\r'))
        return 1;
    if (size >= 2 && u[0] == 0xc2 && u[1] == 0xa0) /* U+00A0 */
        return 2;
    if (size >= 3 && u[0] == 0xe2 && u[1] == 0x80 &&
        (u[2] == 0xaf || (u[2] >= 0x80 && u[2] <= 0x8b)))
        return 3; /* U+202F, U+2000 to U+200B */
    return 0;
}

/* Copy without blanks; the size of the copy. */
static size_t
squeeze(struct bytes text, char *to)
{
    size_t size = 0;

    for (size_t i = 0; i < text.size;) {
        unsigned char c = (unsigned char)text.at[i];
        size_t blank = c <= ' ' || c >= 0xc2 ? blank_size(text.at + i, text.size - i) : 0;

        if (blank == 0)
            to[size++] = text.at[i++];
        i += blank;
    }
    return size;
}

/* --- accounts --- */

static bool
iban_shaped(const char *at, size_t size)
{
    if (size < IBAN_MIN || size > IBAN_MAX || !is_letter(at[0]) || !is_letter(at[1]) ||
        !is_digit(at[2]) || !is_digit(at[3]))
        return false;
    for (size_t i = 4; i < size; i++)
        if (!is_digit(at[i]) && !is_letter(at[i]))
            return false;
    return true;
}

bool
account_canonical(struct bytes text, struct buf *out)
{
    char *at = buf_room(out, text.size);
    size_t size;

    if (at == NULL || (size = squeeze(text, at)) == 0)
        return false;
    if (iban_shaped(at, size))
        for (size_t i = 0; i < size; i++)
            at[i] = upper(at[i]);
    out->size += size;
    return true;
}

/* Characters an IBAN of the country has; 0: the country has none. */
static size_t
iban_length(int64_t country)
{
    static const uint8_t length[26 * 26] = {
#define IBAN(a, b, n) [((a) - 'A') * 26 + ((b) - 'A')] = (n),
#include "model/iban.def"
#undef IBAN
    };

    return length[((country >> 8) - 'A') * 26 + ((country & 0xff) - 'A')];
}

/* ISO 7064 mod 97-10 over the text with its first four characters last; letters are 10 to 35. */
static unsigned
mod97(struct bytes iban)
{
    unsigned rest = 0;

    for (size_t i = 0; i < iban.size; i++) {
        char c = iban.at[(i + 4) % iban.size];

        rest =
            is_digit(c) ? rest * 10 + (unsigned)(c - '0') : rest * 100 + (unsigned)(c - 'A' + 10);
        rest %= 97;
    }
    return rest;
}

int64_t
iban_country(struct bytes canonical)
{
    int64_t country;

    if (!iban_shaped(canonical.at, canonical.size))
        return 0;
    for (size_t i = 0; i < canonical.size; i++)
        if (is_lower(canonical.at[i]))
            return 0;
    country = code_pack(canonical.at, 2);
    return canonical.size == iban_length(country) && mod97(canonical) == 1 ? country : 0;
}

bool
iban_valid(struct bytes canonical)
{
    return iban_country(canonical) != 0;
}

/* --- banks --- */

static struct bytes
trim(struct bytes text)
{
    size_t blank;

    while (text.size > 0 && (blank = blank_size(text.at, text.size)) > 0) {
        text.at += blank;
        text.size -= blank;
    }
    for (;;) {
        size_t last = text.size;

        /* The blank at the end is one, two or three bytes long. */
        for (size_t n = 1; n <= 3 && n <= text.size && last == text.size; n++)
            if (blank_size(text.at + text.size - n, n) == n)
                last = text.size - n;
        if (last == text.size)
            return text;
        text.size = last;
    }
}

/* ISO 9362: four characters for the party, a country, two for the place, three for the branch. */
static bool
bic_shaped(struct bytes text)
{
    char country[2];

    if (text.size != 8 && text.size != 11)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!is_letter(text.at[i]) && !is_digit(text.at[i]))
            return false;
    country[0] = upper(text.at[4]);
    country[1] = upper(text.at[5]);
    return country_known(code_pack(country, 2));
}

bool
bank_canonical(struct bytes text, struct buf *out)
{
    bool bic;
    char *at;

    text = trim(text);
    if (text.size == 0 || (at = buf_room(out, text.size)) == NULL)
        return false;
    bic = bic_shaped(text);
    for (size_t i = 0; i < text.size; i++)
        at[i] = bic ? upper(text.at[i]) : text.at[i];
    out->size += text.size;
    return true;
}
