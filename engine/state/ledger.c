/*
 * ledger - rows packed one behind the other in chunks, an offset for each.
 *
 * A row is written in variable-length integers (seven bits a byte, the lowest first; signed ones
 * zigzag), a few dozen bytes and its texts. Offsets grow from a chunk's end towards its rows.
 * Numbers are consecutive, so the chunk is found by halving and the row by its offset.
 */
#include "state/ledger.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "model/type.h"

enum {
    CHUNK_BYTES = 256 * 1024,
    /* Present byte, flags, 4 + 5 integers of at most 10 bytes and their sizes, rounded up. */
    HEAD_BYTES_MAX = 2 + 16 * 10,
    TEXTS = 5,
};

enum { HAS_AMOUNT = 1 << 0, HAS_EUR = 1 << 1, EUR_IS_AMOUNT = 1 << 2, HAS_CURRENCY = 1 << 3 };

static const unsigned text_field[TEXTS] = {
    TXN_ID, TXN_O_ACCOUNT, TXN_O_NAME, TXN_B_ACCOUNT, TXN_B_NAME};

struct chunk {
    uint64_t first; /* number of its first row */
    uint32_t count;
    int64_t start_us, newest_us;
    size_t size, used;       /* bytes of room; bytes written from the front */
    _Alignas(8) char room[]; /* rows, then free room, then offsets of 4 bytes */
};

struct ledger {
    struct chunk **chunk; /* oldest first, from `head` on */
    size_t head, count, cap;
    uint64_t next; /* number of the next row */
};

struct ledger *
ledger_new(void)
{
    struct ledger *l = alloc_zero(1, sizeof *l);

    if (l != NULL)
        l->next = LEDGER_NONE + 1;
    return l;
}

void
ledger_free(struct ledger *l)
{
    if (l == NULL)
        return;
    for (size_t i = l->head; i < l->count; i++)
        alloc_free(l->chunk[i]);
    alloc_free(l->chunk);
    alloc_free(l);
}

/* ---- writing -------------------------------------------------------------- */

static char *
put_uint(char *at, uint64_t n)
{
    while (n >= 0x80) {
        *at++ = (char)(n | 0x80);
        n >>= 7;
    }
    *at++ = (char)n;
    return at;
}

static char *
put_int(char *at, int64_t n)
{
    return put_uint(at, (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0));
}

static struct bytes
text_of(const struct txn *t, unsigned field)
{
    return txn_has(t, field) ? txn_text(t, field) : (struct bytes){0};
}

static size_t
room_needed(const struct txn *t)
{
    size_t need = HEAD_BYTES_MAX;

    for (int i = 0; i < TEXTS; i++)
        need += text_of(t, text_field[i]).size;
    return need;
}

static uint8_t
what_is_there(const struct txn *t)
{
    uint8_t has = 0;

    if (txn_has(t, TXN_AMOUNT))
        has |= HAS_AMOUNT;
    if (txn_has(t, TXN_CURRENCY))
        has |= HAS_CURRENCY;
    if (txn_has(t, TXN_AMOUNT_EUR)) {
        has |= HAS_EUR;
        if (txn_has(t, TXN_AMOUNT) && txn_num(t, TXN_AMOUNT) == txn_num(t, TXN_AMOUNT_EUR))
            has |= EUR_IS_AMOUNT;
    }
    return has;
}

static char *
write_row(char *at, const struct txn *t, int64_t start_us)
{
    uint8_t has = what_is_there(t);

    *at++ = (char)has;
    at = put_uint(at, (uint64_t)t->at_us - (uint64_t)start_us);
    at = put_uint(at, t->row);
    at = put_uint(at, t->file);
    at = put_uint(at, t->source);
    at = put_uint(at, t->flags);
    if ((has & HAS_AMOUNT) != 0)
        at = put_int(at, txn_num(t, TXN_AMOUNT));
    if ((has & HAS_EUR) != 0 && (has & EUR_IS_AMOUNT) == 0)
        at = put_int(at, txn_num(t, TXN_AMOUNT_EUR));
    if ((has & HAS_CURRENCY) != 0)
        at = put_int(at, txn_num(t, TXN_CURRENCY));
    for (int i = 0; i < TEXTS; i++)
        at = put_uint(at, text_of(t, text_field[i]).size);
    for (int i = 0; i < TEXTS; i++) {
        struct bytes text = text_of(t, text_field[i]);

        if (text.size > 0)
            memcpy(at, text.at, text.size);
        at += text.size;
    }
    return at;
}

/* Where the offset of the n-th row lies. */
static char *
offset_place(const struct chunk *c, uint32_t n)
{
    return (char *)(uintptr_t)c->room + c->size - ((size_t)n + 1) * sizeof(uint32_t);
}

static bool
has_room(const struct chunk *c, size_t need)
{
    return c->used + need + ((size_t)c->count + 1) * sizeof(uint32_t) <= c->size;
}

/* Room for one more chunk pointer: move the live ones to the front, or grow. */
static bool
make_place(struct ledger *l)
{
    size_t cap = l->cap == 0 ? 16 : l->cap * 2;
    struct chunk **chunk;

    if (l->count < l->cap)
        return true;
    if (l->head > l->count / 2) {
        memmove(l->chunk, l->chunk + l->head, (l->count - l->head) * sizeof(struct chunk *));
        l->count -= l->head;
        l->head = 0;
        return true;
    }
    if ((chunk = alloc_grow(l->chunk, cap * sizeof(struct chunk *))) == NULL)
        return false;
    l->chunk = chunk;
    l->cap = cap;
    return true;
}

/* The chunk to write to, with room for `need` bytes and an offset; NULL when out of memory. */
static struct chunk *
chunk_for(struct ledger *l, size_t need, int64_t at_us)
{
    struct chunk *c = l->count > l->head ? l->chunk[l->count - 1] : NULL;
    size_t size = need + sizeof(uint32_t) > CHUNK_BYTES ? need + sizeof(uint32_t) : CHUNK_BYTES;

    if (c != NULL && has_room(c, need))
        return c;
    if (need > UINT32_MAX / 2 || !make_place(l))
        return NULL;
    if ((c = alloc_take(sizeof *c + size)) == NULL)
        return NULL;
    *c = (struct chunk){.first = l->next, .start_us = at_us, .newest_us = at_us, .size = size};
    l->chunk[l->count++] = c;
    return c;
}

uint64_t
ledger_add(struct ledger *l, const struct txn *t)
{
    struct chunk *c = chunk_for(l, room_needed(t), t->at_us);
    uint32_t offset;

    if (c == NULL)
        return LEDGER_NONE;
    assert(t->at_us >= c->newest_us);
    offset = (uint32_t)c->used;
    memcpy(offset_place(c, c->count), &offset, sizeof offset);
    c->used = (size_t)(write_row(c->room + c->used, t, c->start_us) - c->room);
    c->newest_us = t->at_us;
    c->count++;
    return l->next++;
}

void
ledger_expire(struct ledger *l, int64_t edge_us)
{
    while (l->head < l->count && l->chunk[l->head]->newest_us <= edge_us)
        alloc_free(l->chunk[l->head++]);
    if (l->head == l->count)
        l->head = l->count = 0;
}

/* ---- reading -------------------------------------------------------------- */

static const char *
get_uint(const char *at, uint64_t *n)
{
    unsigned shift = 0;

    *n = 0;
    do {
        *n |= (uint64_t)(*at & 0x7f) << shift;
        shift += 7;
    } while ((*at++ & 0x80) != 0);
    return at;
}

static const char *
get_u32(const char *at, uint32_t *n)
{
    uint64_t wide;

    at = get_uint(at, &wide);
    *n = (uint32_t)wide;
    return at;
}

static const char *
get_int(const char *at, int64_t *n)
{
    uint64_t zigzag;

    at = get_uint(at, &zigzag);
    *n = (int64_t)(zigzag >> 1 ^ (0 - (zigzag & 1)));
    return at;
}

static const struct chunk *
find_chunk(const struct ledger *l, uint64_t number)
{
    size_t low = l->head, high = l->count;

    assert(l->head < l->count && number >= l->chunk[l->head]->first && number < l->next);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (l->chunk[middle]->first <= number)
            low = middle;
        else
            high = middle;
    }
    return l->chunk[low];
}

static const char *
read_numbers(const char *at, uint8_t has, struct ledger_entry *e)
{
    if ((has & HAS_AMOUNT) != 0)
        at = get_int(at, &e->amount_minor);
    if ((has & EUR_IS_AMOUNT) != 0)
        e->amount_eur = e->amount_minor;
    else if ((has & HAS_EUR) != 0)
        at = get_int(at, &e->amount_eur);
    if ((has & HAS_CURRENCY) != 0)
        at = get_int(at, &e->currency);
    return at;
}

void
ledger_get(const struct ledger *l, uint64_t number, struct ledger_entry *out)
{
    const struct chunk *c = find_chunk(l, number);
    struct bytes *text[TEXTS] = {
        &out->id, &out->o_account, &out->o_name, &out->b_account, &out->b_name};
    uint64_t size[TEXTS], since_us;
    uint32_t offset;
    const char *at;
    uint8_t has;

    memcpy(&offset, offset_place(c, (uint32_t)(number - c->first)), sizeof offset);
    at = c->room + offset;
    has = (uint8_t)*at++;
    *out = (struct ledger_entry){.amount_eur = INT64_MIN, .has_amount = (has & HAS_AMOUNT) != 0};
    at = get_uint(at, &since_us);
    out->at_us = (int64_t)((uint64_t)c->start_us + since_us);
    at = get_uint(at, &out->row);
    at = get_u32(at, &out->file);
    at = get_u32(at, &out->source);
    at = get_u32(at, &out->flags);
    at = read_numbers(at, has, out);
    for (int i = 0; i < TEXTS; i++)
        at = get_uint(at, &size[i]);
    for (int i = 0; i < TEXTS; i++) {
        *text[i] = (struct bytes){size[i] > 0 ? at : NULL, size[i]};
        at += size[i];
    }
}

uint64_t
ledger_live(const struct ledger *l)
{
    return l->head == l->count ? 0 : l->next - l->chunk[l->head]->first;
}
