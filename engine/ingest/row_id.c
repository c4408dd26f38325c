/* row_id - the bank's id of a row, or one made of its cells (formats.md section 1). */
#include "base/sha256.h"
#include "ingest/normaliser.h"

enum { ID_BYTES = 16 };

static void
add_framed(struct buf *b, struct bytes text)
{
    char size[4] = {(char)(text.size & 0xff), (char)(text.size >> 8 & 0xff),
        (char)(text.size >> 16 & 0xff), (char)(text.size >> 24 & 0xff)};

    buf_add(b, size, sizeof size);
    buf_add(b, text.at, text.size);
}

/* The account whose statement the row is from; it may stand outside the row. */
static struct bytes
own_account(const struct normaliser *n, const struct row *r)
{
    uint32_t field = r->outgoing ? TXN_O_ACCOUNT : TXN_B_ACCOUNT;

    if (!n->m->statement)
        return (struct bytes){"", 0};
    return (struct bytes){
        r->batch->text.at + r->txn->cell[field].text.off, r->txn->cell[field].text.size};
}

/*
 * All cells but those the mapping leaves out, and the account. A row of JSON Lines counts as it
 * stands, with its unmapped keys too, unless keys are left out.
 */
static void
gather(struct normaliser *n, struct row *r)
{
    const struct record *rec = r->rec;

    n->hashed.size = 0;
    add_framed(&n->hashed, own_account(n, r));
    if (n->hash_raw) {
        add_framed(&n->hashed, rec->raw);
        return;
    }
    for (uint32_t i = 0; i < rec->count; i++)
        if (!n->any_ignored || !n->ignored[i])
            add_framed(&n->hashed, rec->cell[i]);
}

static void
make_id(struct normaliser *n, struct row *r)
{
    uint8_t digest[32];
    char hex[2 * ID_BYTES + 1];

    gather(n, r);
    sha256_of(n->hashed.at, n->hashed.size, digest);
    sha256_hex(digest, ID_BYTES, hex);
    row_text(r, TXN_ID, (struct bytes){hex, 2 * ID_BYTES});
    r->txn->flags |= TXN_ID_MADE;
}

bool
row_id(struct normaliser *n, struct row *r)
{
    if (!txn_has(r->txn, TXN_ID))
        make_id(n, r);
    return !n->hashed.failed && !r->batch->text.failed;
}
