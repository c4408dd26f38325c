/*
 * phone - telephone numbers: one form for all the ways of writing them.
 *
 * `+381 (0)64 123-45-67`, `00381641234567` and in Serbia `064/1234567` are one number.
 */
#include <stddef.h>

#include "base/buf.h"
#include "model/account.h"
#include "model/type.h"

enum {
    DIGITS_MIN = 7, /* of an international number; E.164 has at most 15 */
    DIGITS_MAX = 15,
    ROOM = 24, /* more digits than this are no telephone number */
};

/* How a number written without its country is read. */
struct national {
    char country[3];
    const char *code;  /* calling code */
    const char *trunk; /* dialled in front at home; may be empty */
};

static const struct national nationals[] = {
#define NATIONAL(a, b, code, trunk) {{a, b, '\0'}, code, trunk},
#include "model/phone.def"
#undef NATIONAL
};

static const struct prefix {
    const char *digits;
    char country[3];
} prefixes[] = {
#define PHONE(digits, a, b) {digits, {a, b, '\0'}},
#include "model/phone.def"
#undef PHONE
};

struct digits {
    char at[ROOM];
    size_t size;
    bool plus;
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What people put between the digits; a no-break space is two bytes. */
static bool
is_between(unsigned char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\t' ||
           c == 0xc2 || c == 0xa0;
}

/* "(0)" after a calling code is for those who dial from home: `+44 (0)20`. */
static bool
is_home_zero(struct bytes text, size_t i)
{
    return text.size - i >= 3 && memcmp(text.at + i, "(0)", 3) == 0;
}

static bool
read_digits(struct bytes text, struct digits *d)
{
    *d = (struct digits){0};
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (is_digit(c)) {
            if (d->size == ROOM)
                return false;
            d->at[d->size++] = c;
        } else if (c == '+' && d->size == 0 && !d->plus)
            d->plus = true;
        else if (d->plus && is_home_zero(text, i))
            i += 2;
        else if (!is_between((unsigned char)c))
            return false;
    }
    if (!d->plus && d->size > 2 && d->at[0] == '0' && d->at[1] == '0') {
        d->plus = true;
        d->size -= 2;
        memmove(d->at, d->at + 2, d->size);
    }
    return true;
}

static const struct national *
national_of(int64_t country)
{
    for (size_t i = 0; i < sizeof nationals / sizeof *nationals; i++)
        if (code_pack(nationals[i].country, 2) == country)
            return &nationals[i];
    return NULL;
}

/*
 * Bytes of the trunk digits in front. `1` and `8` may also begin a number proper,
 * so they count only in front of a whole one: ten digits (eight in Turkmenistan).
 */
static size_t
trunk_size(const struct national *n, const struct digits *d)
{
    size_t size = strlen(n->trunk);
    bool begins = size > 0 && d->size > size && memcmp(d->at, n->trunk, size) == 0;

    if (begins && size == 1 && n->trunk[0] != '0')
        begins = d->size == (strcmp(n->code, "993") == 0 ? 9 : 11);
    return begins ? size : 0;
}

bool
phone_canonical(struct bytes text, int64_t country, struct buf *out)
{
    const struct national *n = NULL;
    size_t skip = 0, front = 0;
    struct digits d;

    if (!read_digits(text, &d))
        return false;
    if (!d.plus) {
        if ((n = national_of(country)) == NULL)
            return false;
        skip = trunk_size(n, &d);
        front = strlen(n->code);
    }
    if (front + d.size - skip < DIGITS_MIN || front + d.size - skip > DIGITS_MAX ||
        (front == 0 && d.at[0] == '0') || buf_room(out, 1 + DIGITS_MAX) == NULL)
        return false;
    buf_byte(out, '+');
    if (n != NULL)
        buf_add(out, n->code, front);
    buf_add(out, d.at + skip, d.size - skip);
    return true;
}

int64_t
phone_country(struct bytes canonical)
{
    int64_t country = 0;
    size_t longest = 0;

    if (canonical.size < 2 || canonical.at[0] != '+')
        return 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct prefix *p = &prefixes[i];
        size_t size = strlen(p->digits);

        if (size > longest && size < canonical.size &&
            memcmp(canonical.at + 1, p->digits, size) == 0) {
            longest = size;
            country = code_pack(p->country, 2);
        }
    }
    return country;
}
