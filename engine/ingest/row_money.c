/* row_money - how much, in which currency, and which way it went. */
#include <stdio.h>

#include "ingest/code_cell.h"
#include "ingest/normaliser.h"
#include "model/rate.h"

static const struct bytes nothing = {"", 0};

/* ---- currency ---- */

static bool
currency(struct normaliser *n, struct row *r)
{
    struct bytes text = origin_take(n, &n->currency, r->rec);

    if (text.size == sizeof n->currency_text && memcmp(text.at, n->currency_text, 3) == 0) {
        r->currency = n->currency_is;
        r->places = n->places;
        row_num(r, TXN_CURRENCY, r->currency);
        return true;
    }
    if (origin_code(n, &n->currency, TYPE_CURRENCY, &n->currency_words, text, &r->currency) != 1)
        return row_reject(
            r, "Q_CURRENCY", n->currency.name, text, "%s", code_cell_right(TYPE_CURRENCY));
    r->places = currency_exponent(r->currency);
    if (text.size == sizeof n->currency_text) {
        memcpy(n->currency_text, text.at, sizeof n->currency_text);
        n->currency_is = r->currency;
        n->places = r->places;
    }
    row_num(r, TXN_CURRENCY, r->currency);
    return true;
}

/* ---- amounts ---- */

/* `1.234,50` in the marks of the mapping, with the places of the currency. */
static void
example(const struct amount_format *f, int places, char room[static 32])
{
    char thousands[2] = {f->thousands, 0};

    if (f->minor)
        (void)snprintf(room, 32, "123450");
    else if (places == 0)
        (void)snprintf(room, 32, "1%s234", thousands);
    else
        (void)snprintf(room, 32, "1%s234%c%.*s", thousands, f->decimal, places, "500000");
}

static bool
bad_amount(const struct normaliser *n, struct row *r, const char *column, struct bytes text,
    enum amount_fault fault)
{
    const struct amount_format *f = &n->m->amount_format;
    char room[4], like[32];

    example(f, r->places, like);
    switch (fault) {
    case AMOUNT_PLACES:
        return row_reject(r, "Q_AMOUNT", column, text,
            "at most %d decimal places for %s, as in %s; the mapping says decimal: \"%c\"",
            r->places, word_name(TYPE_CURRENCY, r->currency, room), like, f->decimal);
    case AMOUNT_RANGE:
        return row_reject(r, "Q_AMOUNT", column, text, "an amount of at most 18 digits");
    case AMOUNT_FINE:
    case AMOUNT_GRAMMAR:
        break;
    }
    if (f->thousands != 0)
        return row_reject(r, "Q_AMOUNT", column, text,
            "a decimal such as %s; the mapping says decimal: \"%c\", thousands: \"%c\"", like,
            f->decimal, f->thousands);
    return row_reject(r, "Q_AMOUNT", column, text,
        "a decimal such as %s; the mapping says decimal: \"%c\" and no mark between thousands",
        like, f->decimal);
}

static bool
read_amount(struct normaliser *n, struct row *r, const struct origin *o, struct bytes text,
    struct amount *out)
{
    enum amount_fault fault = amount_parse(&n->m->amount_format, text, r->places, out);

    return fault == AMOUNT_FINE || bad_amount(n, r, o->name, text, fault);
}

/* A minus where another column already tells the direction. */
static bool
settle_sign(struct normaliser *n, struct row *r, const struct origin *o, struct bytes text,
    const struct amount *a)
{
    if (!a->negative || a->minor == 0 || n->m->sign == SIGN_IGNORE)
        return true;
    if (n->m->sign == SIGN_REFUSE)
        return row_reject(r, "Q_AMOUNT", o->name, text,
            "an amount without a minus, or `sign: ignore` or `sign: reversal` in the mapping to "
            "say "
            "what it means");
    r->outgoing = !r->outgoing;
    r->txn->flags |= TXN_REVERSAL;
    return true;
}

/* Two columns: one holds the amount, the other nothing or nought. */
static bool
two_columns(struct normaliser *n, struct row *r, struct amount *out)
{
    struct amount debit = {0}, credit = {0};
    struct bytes text = origin_take(n, &n->debit, r->rec);
    bool has_debit = text.size > 0, has_credit;
    const struct origin *o;

    if (has_debit && !read_amount(n, r, &n->debit, text, &debit))
        return false;
    text = origin_take(n, &n->credit, r->rec);
    has_credit = text.size > 0;
    if (has_credit && !read_amount(n, r, &n->credit, text, &credit))
        return false;
    if (!has_debit && !has_credit)
        return row_reject(r, "Q_AMOUNT", n->debit.name, nothing,
            "an amount in one of the columns for debit and credit");
    if (debit.minor != 0 && credit.minor != 0)
        return row_reject(r, "Q_AMOUNT", n->credit.name, text,
            "an amount in one of the columns for debit and credit, not in both");
    r->outgoing = debit.minor != 0 || !has_credit;
    o = r->outgoing ? &n->debit : &n->credit;
    *out = r->outgoing ? debit : credit;
    return settle_sign(n, r, o, origin_text(n, o, r->rec), out);
}

static bool
flagged(struct normaliser *n, struct row *r, struct bytes text, const struct amount *a)
{
    int64_t way = 0;
    struct bytes flag = origin_text(n, &n->direction, r->rec);

    if (origin_code(n, &n->direction, TYPE_DIRECTION, &n->direction_words, flag, &way) != 1)
        return row_reject(r, "Q_DIRECTION", n->direction.name, flag,
            "a word that `map:` of `direction` in the mapping turns into in or out");
    r->outgoing = way == DIRECTION_OUTGOING;
    return settle_sign(n, r, &n->amount, text, a);
}

static bool
one_column(struct normaliser *n, struct row *r, struct amount *out)
{
    struct bytes text = origin_take(n, &n->amount, r->rec);

    if (!read_amount(n, r, &n->amount, text, out))
        return false;
    if (n->direction.source->kind != SOURCE_NONE) {
        /* The flag may be made by joining columns, and so overwrite the scratch the amount is in.
         */
        char kept[64];
        struct bytes copy = {kept, text.size < sizeof kept ? text.size : sizeof kept};

        memcpy(kept, text.at, copy.size);
        return flagged(n, r, copy, out);
    }
    if (n->m->statement) {
        r->outgoing = out->mark != 0 ? out->mark < 0 : out->negative != n->m->invert;
        if (out->mark != 0)
            return settle_sign(n, r, &n->amount, text, out);
        return true;
    }
    return settle_sign(n, r, &n->amount, text, out);
}

static bool
reversal(struct normaliser *n, struct row *r)
{
    int64_t yes = 0;
    struct bytes text;

    if (n->reversal.source->kind == SOURCE_NONE)
        return true;
    text = origin_text(n, &n->reversal, r->rec);
    if (n->reversal.source->word_count > 0) {
        struct bytes word;

        if (!origin_word(n, &n->reversal, text, &word))
            return text.size == 0 ||
                   row_reject(r, "Q_REVERSAL", n->reversal.name, text,
                       "a word that `map:` of `reversal` in the mapping turns into true or false");
        text = word;
    }
    /* Any mark says yes, unless it is a word for no. */
    if (text.size > 0 && (!code_cell_read(TYPE_BOOL, text, &yes) || yes == 1))
        r->txn->flags |= TXN_REVERSAL;
    return true;
}

bool
row_money(struct normaliser *n, struct row *r)
{
    struct amount amount = {0};

    r->outgoing = true;
    if (!currency(n, r))
        return false;
    if (n->amount.source->kind != SOURCE_NONE ? !one_column(n, r, &amount)
                                              : !two_columns(n, r, &amount))
        return false;
    row_num(r, TXN_AMOUNT, amount.minor);
    if (n->m->statement)
        r->txn->flags |= r->outgoing ? TXN_OWN_ORIGINATOR : TXN_OWN_BENEFICIARY;
    return reversal(n, r);
}

/* ---- euros ---- */

static bool
to_eur(const struct normaliser *n, const struct row *r, int64_t minor, int64_t *cents)
{
    if (r->currency == code_pack("EUR", 3)) {
        *cents = minor;
        return true;
    }
    return n->env.rates != NULL && rates_to_eur(n->env.rates, r->currency, minor, r->day, cents);
}

static void
balance(struct normaliser *n, struct row *r)
{
    struct bytes text = origin_text(n, &n->balance, r->rec);
    struct amount a;
    int64_t cents;

    if (text.size == 0 || amount_parse(&n->m->amount_format, text, r->places, &a) != AMOUNT_FINE ||
        !to_eur(n, r, a.minor, &cents))
        return;
    row_num(r, r->outgoing ? TXN_O_BALANCE_EUR : TXN_B_BALANCE_EUR,
        a.negative || a.mark < 0 ? -cents : cents);
}

void
row_eur(struct normaliser *n, struct row *r)
{
    int64_t cents;

    if (to_eur(n, r, r->txn->cell[TXN_AMOUNT].num, &cents))
        row_num(r, TXN_AMOUNT_EUR, cents);
    else
        r->txn->flags |= TXN_NO_RATE;
    if (n->balance.source->kind != SOURCE_NONE)
        balance(n, r);
}
