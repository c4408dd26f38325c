/* code_cell - words of closed sets as banks and mappings write them. */
#include "ingest/code_cell.h"

static const struct direction_word {
    const char *word;
    enum direction is;
} direction_words[] = {
    {"in", DIRECTION_INCOMING},
    {"out", DIRECTION_OUTGOING},
    {"incoming", DIRECTION_INCOMING},
    {"outgoing", DIRECTION_OUTGOING},
    {"credit", DIRECTION_INCOMING},
    {"debit", DIRECTION_OUTGOING},
    {"crdt", DIRECTION_INCOMING},
    {"dbit", DIRECTION_OUTGOING},
};

/* Small letters of an ASCII text; false when it does not fit. */
static bool
lower(struct bytes text, char *room, size_t size)
{
    if (text.size > size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        room[i] = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] | 0x20) : text.at[i];
    return true;
}

static bool
upper(struct bytes text, char *room, size_t size)
{
    if (text.size != size)
        return false;
    for (size_t i = 0; i < size; i++)
        room[i] = text.at[i] >= 'a' && text.at[i] <= 'z' ? (char)(text.at[i] & ~0x20) : text.at[i];
    return true;
}

/* Names the dinar has had and banks still write. */
static int64_t
today(int64_t currency)
{
    if (currency == code_pack("DIN", 3) || currency == code_pack("CSD", 3) ||
        currency == code_pack("YUM", 3))
        return code_pack("RSD", 3);
    return currency;
}

static bool
direction(struct bytes word, int64_t *out)
{
    for (size_t i = 0; i < sizeof direction_words / sizeof *direction_words; i++)
        if (bytes_equal(word, bytes_of(direction_words[i].word))) {
            *out = direction_words[i].is;
            return true;
        }
    return false;
}

bool
code_cell_is(enum type t)
{
    return t == TYPE_CURRENCY || t == TYPE_COUNTRY || t == TYPE_CHANNEL || t == TYPE_KIND ||
           t == TYPE_DIRECTION || t == TYPE_BOOL;
}

bool
code_cell_read(enum type t, struct bytes text, int64_t *out)
{
    char room[16];
    struct bytes word = {room, text.size};

    if (t == TYPE_CURRENCY) {
        if (!upper(text, room, 3))
            return false;
        *out = today(code_pack(room, 3));
        return currency_exponent(*out) >= 0;
    }
    if (t == TYPE_COUNTRY) {
        if (!upper(text, room, 2))
            return false;
        *out = code_pack(room, 2);
        return country_known(*out);
    }
    if (!lower(text, room, sizeof room))
        return false;
    if (t == TYPE_DIRECTION)
        return direction(word, out);
    if (t == TYPE_BOOL) {
        *out = bytes_equal(word, bytes_of("true")) || bytes_equal(word, bytes_of("yes"));
        return *out == 1 || bytes_equal(word, bytes_of("false")) ||
               bytes_equal(word, bytes_of("no"));
    }
    *out = word_find(t, word);
    return *out != 0;
}

const char *
code_cell_right(enum type t)
{
    if (t == TYPE_CURRENCY)
        return "a currency code of ISO 4217, such as EUR or RSD";
    if (t == TYPE_COUNTRY)
        return "a country code of ISO 3166-1, such as RS or TR";
    if (t == TYPE_CHANNEL)
        return "card, cash, cheque, crypto, mobile, other, remittance or transfer (finer: counter, "
               "atm, prepaid, exchange)";
    if (t == TYPE_KIND)
        return "person, business, merchant, bank or unknown";
    if (t == TYPE_DIRECTION)
        return "in or out";
    return "true or false";
}
