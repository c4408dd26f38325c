/*
 * texts - counted texts in cells of sixteen sizes; the size is part of the number.
 */
#include "state/texts.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "state/prefetch.h"

/* Number: class in the upper four bits, cell below. */
enum { CLASS_SHIFT = 28, CELL_MAX = (1 << CLASS_SHIFT) - 2 };

struct text {
    uint32_t holders;
    uint32_t size;
    char at[];
};

/* Bytes of a cell. An IBAN takes 32; a row has at most LIMIT_LINE_BYTES, transcoding may double it.
 */
static const uint32_t class_bytes[TEXTS_CLASSES] = {
    16, 24, 32, 40, 48, 64, 96, 128, 192, 256, 512, 1024, 4096, 16384, 65536, 262144};

void
texts_init(struct texts *t, const struct hash_key *key)
{
    *t = (struct texts){.key = *key};
    for (int i = 0; i < TEXTS_CLASSES; i++)
        cells_init(&t->size[i], class_bytes[i]);
}

void
texts_fini(struct texts *t)
{
    for (int i = 0; i < TEXTS_CLASSES; i++)
        cells_fini(&t->size[i]);
    slots_fini(&t->slots);
}

static struct text *
text_of(const struct texts *t, uint32_t number)
{
    return cells_at(&t->size[number >> CLASS_SHIFT], number & ((1u << CLASS_SHIFT) - 1));
}

static uint32_t
find(const struct texts *t, uint32_t hash, struct bytes text)
{
    uint32_t ref;

    for (uint64_t at = slots_first(&t->slots, hash);
         (ref = slots_ref(&t->slots, at, hash)) != SLOTS_END; at = slots_after(&t->slots, at))
        if (ref != SLOTS_OTHER && bytes_equal(texts_at(t, ref), text))
            return ref;
    return TEXTS_NONE;
}

/* The smallest class the text fits, TEXTS_CLASSES when none. */
static uint32_t
class_of(size_t size)
{
    uint32_t class = 0;

    while (class < TEXTS_CLASSES && offsetof(struct text, at) + size > class_bytes[class])
        class ++;
    return class;
}

uint32_t
texts_take(struct texts *t, struct bytes text)
{
    uint32_t hash = (uint32_t)hash_bytes(&t->key, text.at, text.size);
    uint32_t number = find(t, hash, text), class, cell;
    struct text *kept;

    if (number != TEXTS_NONE) {
        texts_hold(t, number);
        return number;
    }
    class = class_of(text.size);
    if (class == TEXTS_CLASSES || !slots_reserve(&t->slots, 1))
        return TEXTS_NONE;
    if ((cell = cells_take(&t->size[class])) == CELLS_NONE)
        return TEXTS_NONE;
    if (cell > CELL_MAX) {
        cells_give(&t->size[class], cell);
        return TEXTS_NONE;
    }
    number = class << CLASS_SHIFT | cell;
    kept = text_of(t, number);
    kept->holders = 1;
    kept->size = (uint32_t)text.size;
    if (text.size != 0)
        memcpy(kept->at, text.at, text.size);
    slots_add(&t->slots, hash, number);
    return number;
}

void
texts_hold(struct texts *t, uint32_t number)
{
    struct text *kept = text_of(t, number);

    assert(kept->holders > 0 && kept->holders < UINT32_MAX);
    kept->holders++;
}

void
texts_give(struct texts *t, uint32_t number)
{
    struct text *kept = text_of(t, number);

    assert(kept->holders > 0);
    if (--kept->holders > 0)
        return;
    slots_drop(&t->slots, (uint32_t)hash_bytes(&t->key, kept->at, kept->size), number);
    cells_give(&t->size[number >> CLASS_SHIFT], number & ((1u << CLASS_SHIFT) - 1));
}

struct bytes
texts_at(const struct texts *t, uint32_t number)
{
    const struct text *kept = text_of(t, number);

    return (struct bytes){kept->at, kept->size};
}

void
texts_prefetch_text(const struct texts *t, struct bytes text)
{
    slots_prefetch(&t->slots, (uint32_t)hash_bytes(&t->key, text.at, text.size));
}

void
texts_prefetch(const struct texts *t, uint32_t number)
{
    prefetch(text_of(t, number));
}

size_t
texts_bytes(const struct texts *t)
{
    size_t bytes = slots_bytes(&t->slots);

    for (int i = 0; i < TEXTS_CLASSES; i++)
        bytes += cells_bytes(&t->size[i]);
    return bytes;
}
