/* row_cell - the plain fields of a row, each read as its type and laid into the batch. */
#include <assert.h>
#include <string.h>

#include "ingest/code_cell.h"
#include "ingest/legal_form.h"
#include "ingest/normaliser.h"
#include "model/account.h"
#include "text/fold.h"

/* ---- text into the batch ---- */

static inline __attribute__((always_inline)) void
lay(struct row *r, uint32_t field, size_t off, size_t size)
{
    r->txn->cell[field].text.off = (uint32_t)off;
    r->txn->cell[field].text.size = (uint32_t)size;
    r->txn->present |= UINT64_C(1) << field;
}

void
row_text(struct row *r, uint32_t field, struct bytes text)
{
    struct buf *b = &r->batch->text;
    uintptr_t at = (uintptr_t)text.at;
    size_t off;

    if (at >= r->raw && at + text.size <= r->raw + r->rec->raw.size) {
        lay(r, field, r->raw_off + (at - r->raw), text.size);
        return;
    }
    off = b->size;
    buf_add(b, text.at, text.size);
    lay(r, field, off, text.size);
}

/* Text in NFC; a row of plain ASCII has nothing to compose. */
static void
composed(struct row *r, uint32_t field, struct bytes text)
{
    size_t off = r->batch->text.size;

    if (r->rec->high && !r->rec->bad_utf8 && fold_nfc(text, &r->batch->text))
        lay(r, field, off, r->batch->text.size - off);
    else
        row_text(r, field, text);
}

/* ---- canonical forms ---- */

/* Through the model's canonical form, which appends to the batch; false where it is none. */
static bool
canonical(
    struct row *r, uint32_t field, struct bytes text, bool (*form)(struct bytes, struct buf *))
{
    size_t off = r->batch->text.size;

    if (!form(text, &r->batch->text))
        return false;
    lay(r, field, off, r->batch->text.size - off);
    return true;
}

static bool
account(struct row *r, uint32_t field, struct bytes text)
{
    if (text.size > ACCOUNT_MAX)
        return false;
    if (row_canonical(text)) {
        row_text(r, field, text);
        return true;
    }
    return canonical(r, field, text, account_canonical);
}

static bool
phone(const struct normaliser *n, struct row *r, uint32_t field, struct bytes text)
{
    size_t off = r->batch->text.size;

    if (!phone_canonical(text, n->m->country, &r->batch->text))
        return false;
    lay(r, field, off, r->batch->text.size - off);
    return true;
}

static bool
bank(struct row *r, uint32_t field, struct bytes text)
{
    if ((text.size == 8 || text.size == 11) && row_canonical(text)) {
        row_text(r, field, text);
        return true;
    }
    return canonical(r, field, text, bank_canonical);
}

static bool
date(struct normaliser *n, struct row *r, uint32_t field, struct bytes text)
{
    const struct date_format *format;
    struct date_parts parts;
    int64_t day;

    if (!row_date(n, text, &parts, &day, &format))
        return false;
    row_num(r, field, day);
    return true;
}

/* `_eur` fields are in cents, added columns of money in the row's own currency. */
static bool
money(struct normaliser *n, struct row *r, uint32_t field, struct bytes text)
{
    struct amount a;
    int places = field < TXN_FIELD_COUNT ? 2 : r->places;

    if (amount_parse(&n->m->amount_format, text, places, &a) != AMOUNT_FINE)
        return false;
    row_num(r, field, a.negative || a.mark < 0 ? -a.minor : a.minor);
    return true;
}

/* ---- one field ---- */

static bool
coded(struct normaliser *n, struct row *r, struct filler *f, uint32_t field, struct bytes text)
{
    int64_t value;
    int known = origin_code(n, &f->origin, f->step->type, f->words, text, &value);

    if (known == 1)
        row_num(r, field, value);
    return known >= 0;
}

/* False where the cell holds something that is no value of the field. */
static bool
read_cell(struct normaliser *n, struct row *r, struct filler *f, uint32_t field, struct bytes text)
{
    switch (f->step->type) {
    case TYPE_TEXT:
    case TYPE_CODE:
        composed(r, field, text);
        return true;
    case TYPE_ACCOUNT:
        return account(r, field, text);
    case TYPE_PHONE:
        return phone(n, r, field, text);
    case TYPE_BANK:
        return bank(r, field, text);
    case TYPE_MONEY:
        return money(n, r, field, text);
    case TYPE_DATE:
    case TYPE_TIME:
        return date(n, r, field, text);
    case TYPE_NONE:
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
    case TYPE_NUMBER:
    case TYPE_DURATION:
    case TYPE_BOOL:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
    case TYPE_COUNT:
        break;
    }
    return false;
}

void
row_fill(struct normaliser *n, struct row *r, struct filler *f)
{
    uint32_t field = f->field[r->outgoing];
    struct bytes text;

    if (f->constant) {
        lay(r, field, f->constant_off, f->origin.constant.size);
        return;
    }
    text = origin_text(n, &f->origin, r->rec);
    if (f->words != NULL) {
        f->unread += !coded(n, r, f, field, text);
        return;
    }
    if (text.size == 0 || row_says_nothing(text))
        return;
    if (f->origin.source->word_count > 0 && !origin_word(n, &f->origin, text, &text)) {
        f->unread++;
        return;
    }
    if (text.size == 0)
        return;
    f->unread += !read_cell(n, r, f, field, text);
}

/* Every field. Constants have been laid out with the batch. */
static void
fill_all(struct normaliser *n, struct row *r)
{
    if (row_is_plain(n, r->rec)) {
        row_plain(n, r);
        return;
    }
    for (struct filler *f = n->filler, *end = f + n->filler_count; f < end; f++)
        row_fill(n, r, f);
}

/* ---- what the fields together say ---- */

/* At the counter and the machine money has no account on the other side. */
static void
cash(const struct normaliser *n, struct row *r)
{
    struct txn *t = r->txn;
    uint32_t other = r->outgoing ? TXN_B_ACCOUNT : TXN_O_ACCOUNT;

    if (n->m->statement && txn_has(t, TXN_CHANNEL) &&
        channel_parent((enum channel)txn_num(t, TXN_CHANNEL)) == CHANNEL_CASH)
        t->present &= ~(UINT64_C(1) << other);
}

static struct bytes
text_of(const struct row *r, uint32_t field)
{
    return (struct bytes){
        r->batch->text.at + r->txn->cell[field].text.off, r->txn->cell[field].text.size};
}

static void
infer_kind(const struct normaliser *n, struct row *r, uint32_t party, uint32_t flag)
{
    uint32_t kind = TXN_O_KIND + party, name = TXN_O_NAME + party;
    enum kind found;

    if (txn_has(r->txn, kind) || !txn_has(r->txn, name))
        return;
    found = legal_forms_find(n->env.forms, text_of(r, name));
    if (found == 0)
        return;
    row_num(r, kind, found);
    r->txn->flags |= flag;
}

static void
infer_country(struct row *r, uint32_t party)
{
    uint32_t country = TXN_O_COUNTRY + party, account_field = TXN_O_ACCOUNT + party;
    int64_t code;

    if (txn_has(r->txn, country) || !txn_has(r->txn, account_field))
        return;
    code = iban_country(text_of(r, account_field));
    if (code != 0)
        row_num(r, country, code);
}

static bool
has_accounts(struct normaliser *n, struct row *r)
{
    uint32_t own = r->outgoing ? TXN_O_ACCOUNT : TXN_B_ACCOUNT;
    bool found = n->m->statement ? txn_has(r->txn, own)
                                 : txn_has(r->txn, TXN_O_ACCOUNT) || txn_has(r->txn, TXN_B_ACCOUNT);
    struct bytes text = {"", 0};

    if (found)
        return true;
    if (n->own_account >= 0)
        text = origin_text(n, &n->filler[n->own_account].origin, r->rec);
    return row_reject(r, "Q_ACCOUNT", n->m->statement ? "account" : "", text,
        n->m->statement ? "the account the row belongs to, at most %d characters"
                        : "an account of originator or beneficiary, at most %d characters",
        ACCOUNT_MAX);
}

bool
row_cells(struct normaliser *n, struct row *r)
{
    fill_all(n, r);
    if (!has_accounts(n, r))
        return false;
    cash(n, r);
    if (r->batch->text.failed)
        return true; /* the caller says so; there may be no text to look at */
    if (n->m->infer_country) {
        infer_country(r, 0);
        infer_country(r, TXN_PARTY_SPAN);
    }
    if (n->env.forms != NULL) {
        infer_kind(n, r, 0, TXN_KIND_O_INFERRED);
        infer_kind(n, r, TXN_PARTY_SPAN, TXN_KIND_B_INFERRED);
    }
    return true;
}

void
row_constants(struct normaliser *n, struct batch *b)
{
    n->bank_off = (uint32_t)b->text.size;
    buf_add(&b->text, n->bank.at, n->bank.size);
    for (uint32_t i = 0; i < n->filler_count; i++) {
        struct filler *f = &n->filler[i];

        if (!f->origin.is_constant || !type_is_text(f->step->type))
            continue;
        f->constant_off = (uint32_t)b->text.size;
        buf_add(&b->text, f->origin.constant.at, f->origin.constant.size);
    }
    n->batch = b;
}
