/*
 * keys - a single text is its own bytes; anything else is a packed run of its parts.
 *
 * Packed: a number takes eight bytes, a text its size in four bytes and then itself, so that no two
 * keys share their bytes. The byte order is the machine's: a packed key never leaves the process.
 */
#include "state/keys.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/intern.h"

_Static_assert((int)KEYS_BATCH_MAX <= (int)INTERN_BATCH_MAX, "a batch goes to intern in one piece");

struct keys {
    struct keys_part part[KEYS_PARTS_MAX];
    size_t part_count;
    bool plain; /* one part, text */
    struct intern *intern;
    struct buf packed;
    /* Of the rows whose key is whole: */
    struct bytes key[KEYS_BATCH_MAX];
    uint32_t row[KEYS_BATCH_MAX], number[KEYS_BATCH_MAX];
};

struct keys *
keys_new(const struct keys_part *parts, size_t count, const struct hash_key *key)
{
    struct keys *k;

    assert(count > 0 && count <= KEYS_PARTS_MAX);
    if ((k = alloc_zero(1, sizeof *k)) == NULL)
        return NULL;
    memcpy(k->part, parts, count * sizeof *parts);
    k->part_count = count;
    k->plain = count == 1 && type_is_text(parts[0].type);
    if ((k->intern = intern_new(key)) == NULL) {
        alloc_free(k);
        return NULL;
    }
    return k;
}

void
keys_free(struct keys *k)
{
    if (k == NULL)
        return;
    intern_free(k->intern);
    buf_fini(&k->packed);
    alloc_free(k);
}

bool
keys_same(const struct keys *k, const struct keys_part *parts, size_t count)
{
    if (k->part_count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (k->part[i].field != parts[i].field || k->part[i].view != parts[i].view)
            return false;
    return true;
}

static bool
whole(const struct keys *k, const struct txn *t, uint8_t side)
{
    for (size_t i = 0; i < k->part_count; i++) {
        unsigned field = keys_field(k->part[i], side);

        if (!txn_has(t, field))
            return false;
        if (type_is_text(k->part[i].type) && t->cell[field].text.size == 0)
            return false;
    }
    return true;
}

static void
pack(struct keys *k, const struct txn *t, uint8_t side)
{
    for (size_t i = 0; i < k->part_count; i++) {
        unsigned field = keys_field(k->part[i], side);

        if (type_is_text(k->part[i].type)) {
            struct bytes text = txn_text(t, field);
            uint32_t size = (uint32_t)text.size;

            buf_add(&k->packed, &size, sizeof size);
            buf_add(&k->packed, text.at, text.size);
        } else {
            int64_t num = txn_num(t, field);

            buf_add(&k->packed, &num, sizeof num);
        }
    }
}

static uint32_t
gather_plain(struct keys *k, const struct txn *const *rows, const uint8_t *sides, uint32_t count)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint8_t side = sides == NULL ? 0 : sides[i];

        if (!whole(k, rows[i], side))
            continue;
        k->key[n] = txn_text(rows[i], keys_field(k->part[0], side));
        k->row[n++] = i;
    }
    return n;
}

/* Sizes first: the buffer moves while it grows. */
static uint32_t
gather_packed(struct keys *k, const struct txn *const *rows, const uint8_t *sides, uint32_t count)
{
    uint32_t n = 0;
    const char *at;

    k->packed.size = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t side = sides == NULL ? 0 : sides[i];
        size_t before = k->packed.size;

        if (!whole(k, rows[i], side))
            continue;
        pack(k, rows[i], side);
        k->key[n].size = k->packed.size - before;
        k->row[n++] = i;
    }
    at = k->packed.at;
    for (uint32_t i = 0; i < n; at += k->key[i++].size)
        k->key[i].at = at;
    return n;
}

bool
keys_batch(struct keys *k, const struct txn *const *rows, const uint8_t *sides, uint32_t count,
    uint32_t *numbers)
{
    uint32_t n;

    assert(count <= KEYS_BATCH_MAX);
    n = k->plain ? gather_plain(k, rows, sides, count) : gather_packed(k, rows, sides, count);
    if (k->packed.failed) {
        buf_fini(&k->packed);
        k->packed = (struct buf){0};
        return false;
    }
    if (!intern_batch(k->intern, k->key, n, k->number))
        return false;
    if (n < count)
        for (uint32_t i = 0; i < count; i++)
            numbers[i] = KEYS_NONE;
    for (uint32_t i = 0; i < n; i++)
        numbers[k->row[i]] = k->number[i];
    return true;
}

struct value
keys_value(const struct keys *k, uint32_t number, size_t part)
{
    struct bytes key = intern_text(k->intern, number);
    const char *at = key.at;
    uint32_t size = 0;
    int64_t num;

    assert(part < k->part_count);
    if (k->plain)
        return value_text(k->part[0].type, key);
    for (size_t i = 0;; i++) {
        bool text = type_is_text(k->part[i].type);

        if (text) {
            memcpy(&size, at, sizeof size);
            at += sizeof size;
        }
        if (i == part)
            break;
        at += text ? size : sizeof num;
    }
    if (type_is_text(k->part[part].type))
        return value_text(k->part[part].type, (struct bytes){at, size});
    memcpy(&num, at, sizeof num);
    return value_num(k->part[part].type, num);
}

uint32_t
keys_count(const struct keys *k)
{
    return intern_count(k->intern);
}
