/* type - names of types and the closed sets of code words. */
#include "model/type.h"

#include <assert.h>
#include <stdint.h>

const char *
type_name(enum type t)
{
    switch (t) {
    case TYPE_NONE:
        return "nothing";
    case TYPE_TEXT:
        return "text";
    case TYPE_CODE:
        return "an identifier";
    case TYPE_ACCOUNT:
        return "an account";
    case TYPE_PHONE:
        return "a phone number";
    case TYPE_BANK:
        return "a bank";
    case TYPE_COUNTRY:
        return "a country";
    case TYPE_CURRENCY:
        return "a currency";
    case TYPE_CHANNEL:
        return "a channel";
    case TYPE_KIND:
        return "a kind of party";
    case TYPE_MONEY:
        return "money";
    case TYPE_TIME:
        return "a time";
    case TYPE_DATE:
        return "a date";
    case TYPE_NUMBER:
        return "a number";
    case TYPE_DURATION:
        return "a duration";
    case TYPE_BOOL:
        return "a condition";
    case TYPE_DIRECTION:
        return "a direction";
    case TYPE_WEEKDAY:
        return "a weekday";
    case TYPE_COUNT:
        break;
    }
    assert(t < TYPE_COUNT);
    return "";
}

const struct field txn_fields[] = {
#define FIELD(id, name, type) [TXN_##id] = {name, type},
#include "model/txn_field.def"
#undef FIELD
};

_Static_assert(sizeof txn_fields / sizeof *txn_fields == TXN_FIELD_COUNT, "one row a field");

/* --- small closed sets --- */

struct word {
    const char *text;
    int value;
};

/* The words an author may write first, then the finer ones below them. */
static const struct word channels[] = {
    {"card", CHANNEL_CARD},
    {"cash", CHANNEL_CASH},
    {"cheque", CHANNEL_CHEQUE},
    {"crypto", CHANNEL_CRYPTO},
    {"mobile", CHANNEL_MOBILE},
    {"other", CHANNEL_OTHER},
    {"remittance", CHANNEL_REMITTANCE},
    {"transfer", CHANNEL_TRANSFER},
    {"counter", CHANNEL_COUNTER},
    {"atm", CHANNEL_ATM},
    {"prepaid", CHANNEL_PREPAID},
    {"exchange", CHANNEL_EXCHANGE},
};
static const struct word kinds[] = {
    {"bank", KIND_BANK},
    {"business", KIND_BUSINESS},
    {"merchant", KIND_MERCHANT},
    {"person", KIND_PERSON},
    {"unknown", KIND_UNKNOWN},
};
static const struct word directions[] = {
    {"incoming", DIRECTION_INCOMING},
    {"outgoing", DIRECTION_OUTGOING},
};
static const struct word weekdays[] = {
    {"mon", 0},
    {"tue", 1},
    {"wed", 2},
    {"thu", 3},
    {"fri", 4},
    {"sat", 5},
    {"sun", 6},
};

enum { COARSE_CHANNELS = CHANNEL_TRANSFER };

_Static_assert(sizeof channels / sizeof *channels == CHANNEL_COUNT - 1, "a word a channel");
_Static_assert(sizeof kinds / sizeof *kinds == KIND_COUNT - 1, "a word a kind");

struct words {
    const struct word *word;
    size_t count, offered; /* `offered` of them are named to authors */
};

#define WORDS(table)                                                                               \
    ((struct words){(table), sizeof(table) / sizeof *(table), sizeof(table) / sizeof *(table)})

/* The words of a type; none where it has no small closed set. */
static struct words
words_of(enum type t)
{
    if (t == TYPE_CHANNEL)
        return (struct words){channels, sizeof channels / sizeof *channels, COARSE_CHANNELS};
    if (t == TYPE_KIND)
        return WORDS(kinds);
    if (t == TYPE_DIRECTION)
        return WORDS(directions);
    if (t == TYPE_WEEKDAY)
        return WORDS(weekdays);
    return (struct words){0};
}

enum channel
channel_parent(enum channel c)
{
    switch (c) {
    case CHANNEL_COUNTER:
    case CHANNEL_ATM:
        return CHANNEL_CASH;
    case CHANNEL_PREPAID:
        return CHANNEL_CARD;
    case CHANNEL_EXCHANGE:
        return CHANNEL_OTHER;
    case CHANNEL_CARD:
    case CHANNEL_CASH:
    case CHANNEL_CHEQUE:
    case CHANNEL_CRYPTO:
    case CHANNEL_MOBILE:
    case CHANNEL_OTHER:
    case CHANNEL_REMITTANCE:
    case CHANNEL_TRANSFER:
    case CHANNEL_COUNT:
        break;
    }
    return c;
}

/* --- countries and currencies: tables indexed by their letters --- */

enum { LETTERS = 26 };
#define AT2(a, b) (((a) - 'A') * LETTERS + ((b) - 'A'))
#define AT3(a, b, c) (AT2(a, b) * LETTERS + ((c) - 'A'))

static const uint8_t country_is[LETTERS * LETTERS] = {
#define COUNTRY(a, b) [AT2(a, b)] = 1,
#include "model/country.def"
#undef COUNTRY
};

static const char country_names[][3] = {
#define COUNTRY(a, b) {a, b, '\0'},
#include "model/country.def"
#undef COUNTRY
};

/* Digits of the minor unit plus one; 0: no such currency. */
static const uint8_t currency_digits1[LETTERS * LETTERS * LETTERS] = {
#define CURRENCY(a, b, c, digits) [AT3(a, b, c)] = (digits) + 1,
#include "model/currency.def"
#undef CURRENCY
};

static const char currency_names[][4] = {
#define CURRENCY(a, b, c, digits) {a, b, c, '\0'},
#include "model/currency.def"
#undef CURRENCY
};

/* The place of a capital in the alphabet; at least LETTERS where it is none. */
static inline unsigned
letter(int64_t code, unsigned shift)
{
    return (unsigned)(code >> shift & 0xff) - 'A';
}

bool
country_known(int64_t country)
{
    unsigned a = letter(country, 8), b = letter(country, 0);

    return (uint64_t)country <= 0xffff && a < LETTERS && b < LETTERS && country_is[a * LETTERS + b];
}

int
currency_exponent(int64_t currency)
{
    unsigned a = letter(currency, 16), b = letter(currency, 8), c = letter(currency, 0);

    if ((uint64_t)currency > 0xffffff || a >= LETTERS || b >= LETTERS || c >= LETTERS)
        return -1;
    return (int)currency_digits1[(a * LETTERS + b) * LETTERS + c] - 1;
}

int64_t
word_find(enum type t, struct bytes word)
{
    struct words set = words_of(t);
    int64_t code;

    if (t == TYPE_COUNTRY || t == TYPE_CURRENCY) {
        if (word.size != (t == TYPE_COUNTRY ? 2u : 3u))
            return 0;
        code = code_pack(word.at, word.size);
        return (t == TYPE_COUNTRY ? country_known(code) : currency_exponent(code) >= 0) ? code : 0;
    }
    for (size_t i = 0; i < set.count; i++)
        if (bytes_equal(bytes_of(set.word[i].text), word))
            return set.word[i].value;
    return t == TYPE_WEEKDAY ? -1 : 0;
}

const char *
word_name(enum type t, int64_t value, char room[static 4])
{
    struct words set = words_of(t);

    if (t == TYPE_COUNTRY || t == TYPE_CURRENCY) {
        unsigned size = t == TYPE_COUNTRY ? 2 : 3;

        for (unsigned i = 0; i < size; i++)
            room[i] = (char)(value >> (8 * (size - 1 - i)) & 0x7f);
        room[size] = '\0';
        return room;
    }
    for (size_t i = 0; i < set.count; i++)
        if (set.word[i].value == value)
            return set.word[i].text;
    room[0] = '?';
    room[1] = '\0';
    return room;
}

const char *
word_next(enum type t, size_t index)
{
    struct words set = words_of(t);

    if (t == TYPE_COUNTRY)
        return index < sizeof country_names / sizeof *country_names ? country_names[index] : NULL;
    if (t == TYPE_CURRENCY)
        return index < sizeof currency_names / sizeof *currency_names ? currency_names[index]
                                                                      : NULL;
    return index < set.offered ? set.word[index].text : NULL;
}
