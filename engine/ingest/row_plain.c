/*
 * row_plain - the fields of rows whose cells can be taken as they stand, which nearly all are.
 *
 * A cell that stands in the row's raw text needs no more than to be pointed at in the copy the
 * batch has. The fields go way by way, so that there is nothing to choose within a loop; what a
 * loop cannot settle (a cell unescaped elsewhere, a word not met before) goes the long way,
 * row_fill().
 */
#include <string.h>

#include "ingest/normaliser.h"
#include "text/fold.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

bool
row_is_plain(const struct normaliser *n, const struct record *rec)
{
    return rec->trimmed && rec->count >= n->plain_cells &&
           (rec->plain || rec->bad_utf8 || fold_nfc_plainly(rec->raw));
}

bool
row_says_nothing(struct bytes t)
{
    return bytes_equal(t, bytes_of("NOTPROVIDED")) || bytes_equal(t, bytes_of("NOT PROVIDED")) ||
           bytes_equal(t, bytes_of("NONREF"));
}

/*
 * The high bit of each byte that is a blank, a control, a small letter or beyond ASCII. Sums of
 * bytes below 0x80 stay within their bytes (Warren, "Hacker's Delight", 6-1); others count anyway.
 */
static inline uint64_t
odd_bytes(uint64_t x)
{
    uint64_t small = (x + EACH(0x80 - 'a')) ^ (x + EACH(0x80 - 'z' - 1));

    return (small | ((x - EACH(' ' + 1)) & ~x) | x) & EACH(0x80);
}

/*
 * Capitals, digits and signs are canonical already. Eight bytes at a time, the last eight once more
 * where they are no whole step.
 */
static inline __attribute__((always_inline)) bool
canonical(struct bytes t)
{
    uint64_t x, odd = 0;
    size_t i = 0;

    if (t.size >= 8) {
        for (; i + 8 < t.size; i += 8) {
            memcpy(&x, t.at + i, 8);
            odd |= odd_bytes(x);
        }
        memcpy(&x, t.at + t.size - 8, 8);
        return (odd | odd_bytes(x)) == 0;
    }
    for (; i < t.size; i++)
        odd |= odd_bytes(EACH('0') - '0' + (unsigned char)t.at[i]);
    return odd == 0;
}

bool
row_canonical(struct bytes text)
{
    return canonical(text);
}

/*
 * What the loops need of a row, passed by value: a store to a cell might change the row's own. They
 * return the bits of the fields they filled, and add to `late` those of the steps they did not.
 */
struct view {
    const struct plain_step *first; /* of all steps */
    const struct bytes *cell;
    const char *raw, *copy; /* the row's text, and its copy in the batch */
    size_t size;            /* of both */
    uint32_t off;           /* of the copy in the batch */
    uint32_t side;
    union txn_cell *to;
};

/* Where the cell stands in the raw text; beyond its size: somewhere else. */
static inline __attribute__((always_inline)) size_t
place_of(struct view v, struct bytes t)
{
    return (uintptr_t)t.at - (uintptr_t)v.raw;
}

static inline __attribute__((always_inline)) uint64_t
point(struct view v, uint32_t field, size_t off, size_t size)
{
    v.to[field].text.off = (uint32_t)off;
    v.to[field].text.size = (uint32_t)size;
    return (uint64_t)(size != 0) << field;
}

static inline __attribute__((always_inline)) uint64_t
bit_of(struct view v, const struct plain_step *s)
{
    return UINT64_C(1) << (s - v.first);
}

static inline __attribute__((always_inline)) uint64_t
constants(struct view v, const struct plain_step *s, const struct plain_step *end)
{
    uint64_t present = 0;

    for (; s < end; s++)
        present |=
            point(v, s->field[v.side], s->filler->constant_off, s->filler->origin.constant.size);
    return present;
}

static inline __attribute__((always_inline)) uint64_t
texts(struct view v, const struct plain_step *s, const struct plain_step *end, uint64_t *late)
{
    uint64_t present = 0;

    for (; s < end; s++) {
        struct bytes t = v.cell[s->cell];
        size_t place = place_of(v, t);

        if (place > v.size)
            *late |= bit_of(v, s);
        else if (v.copy[place] != 'N' || v.copy[place + 1] != 'O' || !row_says_nothing(t))
            present |= point(v, s->field[v.side], v.off + place, t.size);
    }
    return present;
}

static inline __attribute__((always_inline)) uint64_t
accounts(struct view v, const struct plain_step *s, const struct plain_step *end, uint64_t *late)
{
    uint64_t present = 0;

    for (; s < end; s++) {
        struct bytes t = v.cell[s->cell];
        size_t place = place_of(v, t);

        if (t.size == 0)
            continue;
        if (place > v.size || t.size > ACCOUNT_MAX || !canonical(t))
            *late |= bit_of(v, s);
        else if (t.at[0] != 'N' || !row_says_nothing(t))
            present |= point(v, s->field[v.side], v.off + place, t.size);
    }
    return present;
}

/* The first `size` of 16 bytes are kept. */
static inline __attribute__((always_inline)) void
key_at(const char *at, size_t size, uint64_t key[static 2])
{
    static const uint8_t ones[2 * WORD_BYTES] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    uint64_t mask[2];

    memcpy(key, at, 16);
    memcpy(mask, ones + WORD_BYTES - size, 16);
    key[0] &= mask[0];
    key[1] &= mask[1];
}
_Static_assert(TEXT_SLACK >= WORD_BYTES, "a word at the end of the raw text is read whole");

static inline __attribute__((always_inline)) uint64_t
words(struct view v, const struct plain_step *s, const struct plain_step *end, uint64_t *late)
{
    uint64_t present = 0;

    for (; s < end; s++) {
        struct bytes t = v.cell[s->cell];
        size_t place = place_of(v, t);
        uint32_t field = s->field[v.side];
        uint64_t key[2];

        if (place > v.size || t.size - 1 >= WORD_BYTES) {
            *late |= bit_of(v, s);
            continue;
        }
        key_at(v.copy + place, t.size, key);
        if (word_met(s->filler->words, key, t.size, &v.to[field].num))
            present |= UINT64_C(1) << field;
        else
            *late |= bit_of(v, s);
    }
    return present;
}

void
row_plain(struct normaliser *n, struct row *r)
{
    const struct plain_step *at[FILL_WAYS + 1] = {n->plain};
    const struct view v = {n->plain, r->rec->cell, r->rec->raw.at, r->batch->text.at + r->raw_off,
        r->rec->raw.size, r->raw_off, r->outgoing, r->txn->cell};
    uint64_t present, late = n->plain_late;

    for (uint32_t way = 0; way < FILL_WAYS; way++)
        at[way + 1] = at[way] + n->plain_count[way];
    present = constants(v, at[FILL_CONSTANT], at[FILL_CONSTANT + 1]);
    present |= texts(v, at[FILL_TEXT], at[FILL_TEXT + 1], &late);
    present |= accounts(v, at[FILL_ACCOUNT], at[FILL_ACCOUNT + 1], &late);
    present |= words(v, at[FILL_WORD], at[FILL_WORD + 1], &late);
    r->txn->present |= present;
    for (; late != 0; late &= late - 1)
        row_fill(n, r, n->plain[__builtin_ctzll(late)].filler);
}
