/* item - one entry's text as a value of its type: normalised and checked. */
#include "list/item.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/civil.h"
#include "base/number.h"
#include "model/account.h"
#include "text/fold.h"
#include "text/utf8.h"

enum {
    NUMBER_TEXT = 40, /* longest number written */
    NUMBER_PLACES = 9,
    SHOWN_MAX = 64 /* longest text repeated in a message */
};

static int
shown(struct bytes text)
{
    return (int)(text.size < SHOWN_MAX ? text.size : SHOWN_MAX);
}

/* ---- words of closed sets ------------------------------------------------------- */

static const struct word_set {
    enum type type;
    const char *code, *noun, *help;
} word_sets[] = {
    {TYPE_COUNTRY, "R431", "a country", "countries are the two capitals of ISO 3166: GR, RS, TR"},
    {TYPE_CURRENCY, "R434", "a currency",
        "currencies are the three capitals of ISO 4217: EUR, RSD"},
    {TYPE_CHANNEL, "R434", "a channel", NULL},
    {TYPE_KIND, "R434", "a kind of party", NULL},
};

static void
suggest_word(struct entries *s, struct diag *d, enum type t, struct bytes word)
{
    const char *names[512];
    size_t count = 0, best[3], found;
    char capitals[4] = {0};

    /* A country has no spelling that is near another; only capitals can be missing. */
    if (t == TYPE_COUNTRY || t == TYPE_CURRENCY) {
        if (word.size > 3)
            return;
        for (size_t i = 0; i < word.size; i++)
            capitals[i] = (char)(word.at[i] >= 'a' && word.at[i] <= 'z' ? word.at[i] - 'a' + 'A'
                                                                        : word.at[i]);
        if (word_find(t, bytes_of(capitals)) > 0)
            diag_label(s->ds, d, "did you mean `%s`?", capitals);
        return;
    }
    while (count < sizeof names / sizeof *names && (names[count] = word_next(t, count)) != NULL)
        count++;
    found = diag_nearest(word, names, count, best, 3);
    if (found == 1)
        diag_label(s->ds, d, "did you mean `%s`?", names[best[0]]);
    else if (found > 1)
        diag_label(s->ds, d, "did you mean `%s` or `%s`?", names[best[0]], names[best[1]]);
}

static bool
read_word(struct entries *s, enum type t, const struct piece *p, struct value *out)
{
    int64_t found = word_find(t, p->text);
    const struct word_set *set = word_sets;
    struct diag *d;

    if (found > 0) {
        *out = value_num(t, found);
        return true;
    }
    while (set->type != t)
        set++;
    d = entry_tell(
        s, set->code, entry_span(s, p), "`%.*s` is not %s", shown(p->text), p->text.at, set->noun);
    suggest_word(s, d, t, p->text);
    if (set->help != NULL)
        diag_note(s->ds, d, "%s", set->help);
    return false;
}

/* ---- numbers and money ------------------------------------------------------------ */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `1_900.50` to a count of 10^-places; underscores stand between digits of the whole part. */
static bool
read_fixed(struct bytes text, int places, int64_t *out)
{
    char room[NUMBER_TEXT];
    size_t size = 0;
    bool point = false;

    if (text.size == 0 || text.size > NUMBER_TEXT || text.at[0] == '+')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        point = point || c == '.';
        if (c == '_' && (point || i == 0 || !is_digit(text.at[i - 1]) || i + 1 == text.size ||
                            !is_digit(text.at[i + 1])))
            return false;
        if (c != '_')
            room[size++] = c;
    }
    if (size == 0 || !is_digit(room[size - 1]) || !is_digit(room[room[0] == '-' && size > 1]))
        return false;
    return number_read_fixed((struct bytes){room, size}, places, out);
}

static bool
read_number(struct entries *s, const struct piece *p, struct value *out)
{
    struct bytes digits = p->text;
    int places = NUMBER_PLACES;
    int64_t n;

    if (digits.size > 0 && digits.at[digits.size - 1] == '%') {
        digits.size--;
        places = NUMBER_PLACES - 2;
    }
    if (read_fixed(digits, places, &n)) {
        *out = value_num(TYPE_NUMBER, n);
        return true;
    }
    entry_tell(s, "R433", entry_span(s, p), "`%.*s` is not a number such as 12, 0.5, 1_000 or 80%%",
        shown(p->text), p->text.at);
    return false;
}

static bool
read_money(struct entries *s, const struct piece *p, struct value *out)
{
    struct bytes digits = p->text, code = {"", 0};
    int64_t currency = 0, minor;
    struct diag *d;

    if (digits.size > 3) {
        code = (struct bytes){digits.at + digits.size - 3, 3};
        currency = word_find(TYPE_CURRENCY, code);
    }
    if (currency > 0) {
        digits.size -= 3;
        digits = entry_trim(digits);
        if (read_fixed(digits, currency_exponent(currency), &minor)) {
            *out = value_money(currency, minor);
            return true;
        }
    }
    d = entry_tell(s, "R432", entry_span(s, p), "`%.*s` is not an amount of money", shown(p->text),
        p->text.at);
    if (currency == 0 && read_fixed(digits, NUMBER_PLACES, &minor))
        diag_label(s->ds, d, "write `%.*s EUR`", shown(digits), digits.at);
    else if (currency > 0 && read_fixed(digits, NUMBER_PLACES, &minor))
        diag_label(s->ds, d, "%.*s has %d decimals", 3, code.at, currency_exponent(currency));
    diag_note(s->ds, d, "money is a number and a currency: 200 EUR, 1_900.50 EUR");
    return false;
}

/* ---- identifiers and text ----------------------------------------------------------- */

static bool
keep(struct entries *s, enum type t, struct buf *text, struct value *out)
{
    char *copy = text->failed ? NULL : arena_copy(s->a, buf_bytes(text));

    if (copy == NULL)
        entry_starve(s);
    else
        *out = value_text(t, (struct bytes){copy, text->size});
    buf_fini(text);
    return copy != NULL;
}

/* An IBAN with a slip of the pen would watch an account that does not exist. */
static void
warn_iban(struct entries *s, const struct piece *p, struct bytes account)
{
    struct diag *d;

    if (account.size < 15 || account.size > 34 || iban_valid(account) || !is_digit(account.at[2]) ||
        !is_digit(account.at[3]) || !country_known(code_pack(account.at, 2)))
        return;
    d = diag_add(s->ds, DIAG_WARNING, "R439", entry_span(s, p),
        "this looks like an IBAN, but its length or check digits are wrong");
    diag_label(s->ds, d, "kept as written");
}

static const char *
national_phone(const struct entries *s)
{
    const char *c = s->spec->phone_country;

    return c != NULL && strlen(c) == 2 ? c : NULL;
}

static bool
read_phone(struct entries *s, struct bytes text, struct buf *out)
{
    const char *c = national_phone(s);

    return phone_canonical(text, c != NULL ? code_pack(c, 2) : 0, out);
}

static bool
refuse_text(struct entries *s, enum type t, const struct piece *p)
{
    struct diag *d;

    if (t == TYPE_PHONE) {
        d = entry_tell(s, "R435", entry_span(s, p), "`%.*s` is not a telephone number",
            shown(p->text), p->text.at);
        diag_note(s->ds, d, "numbers begin with + and the country's code: +30 690 000 0001");
        return false;
    }
    entry_tell(s, "R436", entry_span(s, p), "this entry is empty");
    return false;
}

static bool
read_text(struct entries *s, enum type t, const struct piece *p, struct value *out)
{
    struct buf text = {0}, nfc = {0};
    struct bytes from = entry_trim(p->text);
    bool good = from.size > 0;

    if (t != TYPE_TEXT && !utf8_ascii(from) && fold_nfc(from, &nfc))
        from = buf_bytes(&nfc);
    if (good && t == TYPE_ACCOUNT)
        good = account_canonical(from, &text);
    else if (good && t == TYPE_PHONE)
        good = read_phone(s, from, &text);
    else if (good && t == TYPE_BANK)
        good = bank_canonical(from, &text);
    else if (good && t == TYPE_TEXT)
        fold_text(from, FOLD_FIRST, &text);
    else if (good)
        buf_add(&text, from.at, from.size);
    good = good && (text.size > 0 || text.failed) && !nfc.failed;
    buf_fini(&nfc);
    if (!good) {
        buf_fini(&text);
        return refuse_text(s, t, p);
    }
    if (t == TYPE_ACCOUNT && !text.failed)
        warn_iban(s, p, buf_bytes(&text));
    return keep(s, t, &text, out);
}

bool
item_value(struct entries *s, enum type t, const struct piece *p, struct value *out)
{
    if (p->node != NULL && p->node->kind != YAML_SCALAR) {
        entry_tell(s, "R438", p->node->at, "an entry of this list is one value, not a %s",
            p->node->kind == YAML_MAP ? "map" : "list");
        return false;
    }
    switch (t) {
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
        return read_word(s, t, p, out);
    case TYPE_MONEY:
        return read_money(s, p, out);
    case TYPE_NUMBER:
        return read_number(s, p, out);
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_ACCOUNT:
    case TYPE_PHONE:
    case TYPE_BANK:
        return read_text(s, t, p, out);
    case TYPE_NONE:
    case TYPE_TIME:
    case TYPE_DATE:
    case TYPE_DURATION:
    case TYPE_BOOL:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
    case TYPE_COUNT:
        break;
    }
    entry_tell(s, "R438", entry_span(s, p), "a list cannot hold values of this type");
    return false;
}

/* ---- spans of values ------------------------------------------------------------------ */

static bool
all_digits(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_digit(text.at[i]))
            return false;
    return text.size > 0;
}

/* The two sides of the first `mark`, trimmed. */
static bool
split(const struct piece *p, const char *mark, struct piece *low, struct piece *high)
{
    size_t size = strlen(mark);

    for (size_t i = 0; i + size <= p->text.size; i++)
        if (memcmp(p->text.at + i, mark, size) == 0) {
            *low = *high = *p;
            low->text = entry_trim((struct bytes){p->text.at, i});
            high->text = entry_trim((struct bytes){p->text.at + i + size, p->text.size - i - size});
            return true;
        }
    return false;
}

static bool
tell_backward(struct entries *s, const struct piece *p, const char *what)
{
    struct diag *d = entry_tell(s, "R437", entry_span(s, p), "%s", what);

    diag_help(s->ds, d, "both ends are included; the smaller one stands first");
    return false;
}

static bool
read_codes(struct entries *s, const struct piece *p, const struct piece *low,
    const struct piece *high, struct item *out)
{
    if (low->text.size != high->text.size) {
        struct diag *d = entry_tell(s, "R437", entry_span(s, p),
            "the two ends of a range of codes need the same number of digits");

        if (p->node != NULL)
            diag_help(s->ds, d, "if this is one code and no range, put it in quotes");
        return false;
    }
    out->band = true;
    if (!item_value(s, TYPE_CODE, low, &out->low) || !item_value(s, TYPE_CODE, high, &out->high))
        return false;
    if (bytes_compare(low->text, high->text) > 0)
        return tell_backward(s, p, "this range runs backward");
    return true;
}

static bool
read_band(struct entries *s, enum type t, const struct piece *p, const struct piece *low,
    const struct piece *high, struct item *out)
{
    bool overflow = false;

    out->band = true;
    if (!item_value(s, t, low, &out->low) || !item_value(s, t, high, &out->high))
        return false;
    if (out->low.currency != out->high.currency)
        return tell_backward(s, p, "the two ends of this band are in different currencies");
    if (value_compare(out->low, out->high, &overflow) > 0)
        return tell_backward(s, p, "this band runs backward");
    return true;
}

bool
item_read(struct entries *s, enum type t, const struct piece *p, struct item *out)
{
    struct piece low, high;

    *out = (struct item){0};
    if (p->node == NULL || p->node->kind == YAML_SCALAR) {
        if (t == TYPE_CODE && !p->quoted && split(p, "-", &low, &high) && all_digits(low.text) &&
            all_digits(high.text))
            return read_codes(s, p, &low, &high, out);
        if ((t == TYPE_MONEY || t == TYPE_NUMBER) && split(p, "..", &low, &high))
            return read_band(s, t, p, &low, &high, out);
    }
    if (!item_value(s, t, p, &out->low))
        return false;
    out->high = out->low;
    return true;
}

/* ---- days, keys -------------------------------------------------------------------------- */

bool
item_day(struct entries *s, const struct piece *p, int64_t *day)
{
    struct bytes t = p->text;
    int32_t n[3] = {0, 0, 0};
    struct diag *d;
    bool good = t.size == 10 && t.at[4] == '-' && t.at[7] == '-';

    for (size_t i = 0; good && i < t.size; i++) {
        if (i == 4 || i == 7)
            continue;
        good = is_digit(t.at[i]);
        n[(i > 4) + (i > 7)] = n[(i > 4) + (i > 7)] * 10 + (t.at[i] - '0');
    }
    if (good && civil_valid_date(n[0], n[1], n[2])) {
        *day = civil_days(n[0], n[1], n[2]);
        return true;
    }
    d = entry_tell(s, "R444", entry_span(s, p), "`%.*s` is not a day", shown(t), t.at);
    diag_label(s->ds, d, "days are written 2026-03-01");
    return false;
}

static void
put_number(struct buf *out, int128 n, size_t size)
{
    char room[16];

    for (size_t i = size; i > 0; i--, n >>= 8)
        room[i - 1] = (char)(n & 0xff);
    buf_add(out, room, size);
}

bool
item_key(struct value v, bool folded, struct buf *out)
{
    size_t at = out->size, size;

    if (!type_is_text((enum type)v.type)) {
        if (v.den != 1)
            return false;
        put_number(out, v.currency, sizeof v.currency);
        put_number(out, v.num, sizeof v.num);
        return !out->failed;
    }
    put_number(out, 0, sizeof(uint32_t));
    if (v.type == TYPE_TEXT && !folded)
        fold_text(v.text, FOLD_FIRST, out);
    else
        buf_add(out, v.text.at, v.text.size);
    if (out->failed)
        return false;
    size = out->size - at - sizeof(uint32_t);
    for (size_t i = sizeof(uint32_t); i > 0; i--, size >>= 8)
        out->at[at + i - 1] = (char)(size & 0xff);
    return true;
}
