/*
 * test_cell - one cell of a test's table as the value of its field.
 *
 * Identifiers take the forms that ingest gives them; words of closed sets must be known.
 */
#include <string.h>

#include "base/civil.h"
#include "base/number.h"
#include "model/account.h"
#include "rule/test_block.h"
#include "text/fold.h"
#include "text/utf8.h"

enum { RATE_PLACES = 12, EUR_PLACES = 2 };

static bool
tell(struct cell_reader *r, const char *code, struct bytes text, const char *what, const char *help)
{
    struct diag *d;

    if (r->ds == NULL)
        return false;
    d = diag_add(r->ds, DIAG_ERROR, code, r->at, "`%.*s` is not %s", QUOTE(text), what);
    if (help != NULL)
        diag_help(r->ds, d, "%s", help);
    return false;
}

static void
set_num(struct cell_reader *r, int field, int64_t num)
{
    r->txn->cell[field].num = num;
    r->txn->present |= UINT64_C(1) << field;
}

/* The text just appended to `texts`, from `from` on, becomes the field's. */
static void
set_text(struct cell_reader *r, int field, size_t from)
{
    r->txn->cell[field].text.off = (uint32_t)from;
    r->txn->cell[field].text.size = (uint32_t)(r->texts->size - from);
    r->txn->present |= UINT64_C(1) << field;
}

/* ---- texts ------------------------------------------------------------------------ */

bool
cell_canonical(enum type type, struct bytes text, struct buf *out)
{
    struct buf nfc = {0};
    bool good = true;

    if (!utf8_ascii(text) && fold_nfc(text, &nfc))
        text = buf_bytes(&nfc);
    if (type == TYPE_ACCOUNT)
        good = account_canonical(text, out);
    else if (type == TYPE_PHONE)
        good = phone_canonical(text, 0, out);
    else if (type == TYPE_BANK)
        good = bank_canonical(text, out);
    else
        buf_add(out, text.at, text.size);
    buf_fini(&nfc);
    return good;
}

static bool
put_text(struct cell_reader *r, int field, enum type type, struct bytes text)
{
    size_t from = r->texts->size;

    if (!cell_canonical(type, text, r->texts))
        return tell(r, "T713", text, type == TYPE_PHONE ? "a telephone number" : type_name(type),
            type == TYPE_PHONE ? "numbers begin with + and the country's code: +306900000001"
                               : NULL);
    set_text(r, field, from);
    return true;
}

/* ---- words -------------------------------------------------------------------------- */

static bool
tell_word(struct cell_reader *r, enum type type, struct bytes text)
{
    const char *names[512];
    size_t count = 0;
    char room[160];
    const char *best, *what = type == TYPE_CHANNEL ? "a channel" : type_name(type);
    struct diag *d;

    if (r->ds == NULL)
        return false;
    d = diag_add(r->ds, DIAG_ERROR, "T713", r->at, "`%.*s` is not %s", QUOTE(text), what);
    while (count < sizeof names / sizeof *names && (names[count] = word_next(type, count)) != NULL)
        count++;
    best = document_suggest(text, names, count, room, sizeof room);
    if (best != NULL && type != TYPE_COUNTRY && type != TYPE_CURRENCY)
        diag_label(r->ds, d, "did you mean %s?", best);
    return false;
}

static bool
put_word(struct cell_reader *r, int field, enum type type, struct bytes text)
{
    int64_t found = word_find(type, text);

    if (found <= 0)
        return tell_word(r, type, text);
    set_num(r, field, found);
    if (field == TXN_CURRENCY)
        r->currency = found;
    return true;
}

static bool
put_day(struct cell_reader *r, int field, struct bytes text)
{
    int64_t at_us, day;
    bool date_only;

    if (!time_read(r->rs, text, &at_us, &day, &date_only) ||
        (r->rs->fields[field].type == TYPE_DATE && !date_only))
        return tell(r, "T714", text, r->rs->fields[field].type == TYPE_DATE ? "a day" : "a time",
            r->rs->fields[field].type == TYPE_DATE
                ? "days are written  d3  or  2026-01-07"
                : "times are written  d3 12:00  or  2026-01-07 12:00; day 1 is Monday 5 January "
                  "2026");
    set_num(r, field, r->rs->fields[field].type == TYPE_DATE ? day : at_us);
    if (field == TXN_TIME) {
        r->txn->at_us = at_us;
        r->txn->flags |= date_only ? TXN_DATE_ONLY : 0;
    }
    return true;
}

/* ---- money ---------------------------------------------------------------------------- */

/* `1 900.50 EUR`: digits, with `_` or blanks between groups, and the currency. */
static bool
split_money(struct bytes text, char digits[static 40], size_t *size, int64_t *currency)
{
    *size = 0;
    *currency = 0;
    if (text.size > 3) {
        *currency = word_find(TYPE_CURRENCY, (struct bytes){text.at + text.size - 3, 3});
        if (*currency > 0)
            text.size -= 3;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == ' ' || text.at[i] == '_')
            continue;
        if (*size == 40)
            return false;
        digits[(*size)++] = text.at[i];
    }
    return *size > 0;
}

static bool
put_money(struct cell_reader *r, int field, struct bytes text)
{
    static const char *const help = "money is a number and a currency: 200 EUR, 1900.50 EUR";
    int64_t currency, minor;
    char digits[40];
    size_t size;

    if (!split_money(text, digits, &size, &currency))
        return tell(r, "T715", text, "an amount of money", help);
    if (field == TXN_AMOUNT && currency == 0) {
        r->bare_at = r->at;
        r->bare = number_read_fixed((struct bytes){digits, size}, 9, &r->amount_scaled);
        return r->bare || tell(r, "T715", text, "an amount of money", help);
    }
    if (currency == 0 || (field != TXN_AMOUNT && currency != code_pack("EUR", 3)) ||
        !number_read_fixed((struct bytes){digits, size}, currency_exponent(currency), &minor))
        return tell(
            r, "T715", text, field == TXN_AMOUNT ? "an amount of money" : "an amount in EUR", help);
    set_num(r, field, minor);
    if (field == TXN_AMOUNT)
        set_num(r, TXN_CURRENCY, currency);
    return true;
}

static bool
rate_of(const struct yaml_node *rates, int64_t currency, int64_t *rate)
{
    for (size_t i = 0; rates != NULL && i < rates->count; i++)
        if (word_find(TYPE_CURRENCY, rates->entry[i].key) == currency)
            return rates->entry[i].value->kind == YAML_SCALAR &&
                   number_read_fixed(rates->entry[i].value->text, RATE_PLACES, rate) && *rate > 0;
    return false;
}

/* Half-even to the cent, as on import. */
static void
convert(struct cell_reader *r)
{
    int64_t currency = txn_num(r->txn, TXN_CURRENCY), rate;
    int128 minor = txn_num(r->txn, TXN_AMOUNT), cents;

    if (currency == code_pack("EUR", 3)) {
        set_num(r, TXN_AMOUNT_EUR, (int64_t)minor);
        return;
    }
    if (!rate_of(r->rates, currency, &rate))
        return;
    cents = number_divide(minor * rate * number_power10(EUR_PLACES),
        (int128)number_power10(RATE_PLACES) * number_power10(currency_exponent(currency)));
    if (cents >= INT64_MIN && cents <= INT64_MAX)
        set_num(r, TXN_AMOUNT_EUR, (int64_t)cents);
}

/* An amount without a currency takes that of the row's `currency`. */
static bool
settle_bare(struct cell_reader *r)
{
    int64_t unit, scale = number_power10(9);

    if (r->currency == 0)
        return false;
    unit = scale / number_power10(currency_exponent(r->currency));
    if (r->amount_scaled % unit != 0)
        return false;
    set_num(r, TXN_AMOUNT, r->amount_scaled / unit);
    return true;
}

void
cell_settle(struct cell_reader *r)
{
    if (r->bare && !settle_bare(r) && r->ds != NULL) {
        struct diag *d =
            diag_add(r->ds, DIAG_ERROR, "T715", r->bare_at, "this amount has no currency");

        diag_help(r->ds, d, "money is a number and a currency: 200 EUR, 1900.50 EUR");
    }
    if (txn_has(r->txn, TXN_AMOUNT) && txn_has(r->txn, TXN_CURRENCY) &&
        !txn_has(r->txn, TXN_AMOUNT_EUR))
        convert(r);
}

/* ---- the door ------------------------------------------------------------------------- */

bool
cell_put(struct cell_reader *r, int field, struct bytes text)
{
    enum type type = r->rs->fields[field].type;

    switch (type) {
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_ACCOUNT:
    case TYPE_PHONE:
    case TYPE_BANK:
        return put_text(r, field, type, text);
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
        return put_word(r, field, type, text);
    case TYPE_MONEY:
        return put_money(r, field, text);
    case TYPE_TIME:
    case TYPE_DATE:
        return put_day(r, field, text);
    case TYPE_NONE:
    case TYPE_NUMBER:
    case TYPE_DURATION:
    case TYPE_BOOL:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
    case TYPE_COUNT:
        break;
    }
    return tell(r, "T713", text, "something a table can hold", NULL);
}
