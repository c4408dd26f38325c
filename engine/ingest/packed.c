/* packed - rows squeezed for sorting and spilling. */
#include "ingest/packed.h"

#include <assert.h>
#include <string.h>

static uint32_t
cells_of(uint64_t present)
{
    return (uint32_t)__builtin_popcountll(present);
}

static const char *
text_of(const struct packed *p)
{
    return (const char *)(p->cell + cells_of(p->present));
}

size_t
packed_size(const struct txn *t, const enum type *types)
{
    uint64_t size = sizeof(struct packed) + cells_of(t->present) * sizeof(union txn_cell);

    for (uint64_t left = t->present; left != 0; left &= left - 1) {
        unsigned f = (unsigned)__builtin_ctzll(left);

        if (type_is_text(types[f]))
            size += t->cell[f].text.size;
    }
    size = (size + 7) & ~UINT64_C(7);
    return size > UINT32_MAX ? 0 : (size_t)size;
}

void
packed_write(
    const struct txn *t, const char *base, const enum type *types, size_t size, struct packed *out)
{
    char *text = (char *)(out->cell + cells_of(t->present)), *end = (char *)out + size;
    uint32_t off = 0;
    union txn_cell *cell = out->cell;

    *out = (struct packed){.at_us = t->at_us,
        .present = t->present,
        .row = t->row,
        .offset = t->offset,
        .flags = t->flags,
        .size = (uint32_t)size};
    for (uint64_t left = t->present; left != 0; left &= left - 1, cell++) {
        unsigned f = (unsigned)__builtin_ctzll(left);

        *cell = t->cell[f];
        if (!type_is_text(types[f]))
            continue;
        cell->text.off = off;
        if (cell->text.size > 0)
            memcpy(text + off, base + t->cell[f].text.off, cell->text.size);
        off += cell->text.size;
    }
    assert(text + off <= end && end - (text + off) < 8);
    memset(text + off, 0, (size_t)(end - (text + off))); /* the pad goes to disk too */
}

bool
packed_read(const struct packed *p, const enum type *types, struct batch *b)
{
    const union txn_cell *cell = p->cell;
    struct txn *t = batch_at(b, b->count);
    size_t begin = b->text.size;

    assert(b->count < b->cap);
    buf_add(&b->text, text_of(p), p->size - (size_t)(text_of(p) - (const char *)p));
    if (b->text.failed || b->text.size > UINT32_MAX)
        return false;
    t->at_us = p->at_us;
    t->present = p->present;
    t->row = p->row;
    t->offset = p->offset;
    t->flags = p->flags;
    t->twin = 0;
    for (uint64_t left = p->present; left != 0; left &= left - 1, cell++) {
        unsigned f = (unsigned)__builtin_ctzll(left);

        t->cell[f] = *cell;
        if (type_is_text(types[f]))
            t->cell[f].text.off += (uint32_t)begin;
    }
    b->count++;
    return true;
}

int
packed_order(const struct packed *a, const struct packed *b, const enum type *types)
{
    struct order_cells left = {a->present, a->cell, text_of(a)};
    struct order_cells right = {b->present, b->cell, text_of(b)};
    int order;

    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    order = order_content(&left, &right, true, types);
    return order != 0 ? order : order_flags(a->flags, b->flags);
}

uint64_t
packed_id_head(const struct packed *p)
{
    const unsigned char *id;
    uint64_t head = 0;
    uint32_t size;

    if ((p->present >> TXN_ID & 1) == 0)
        return 0;
    id = (const unsigned char *)text_of(p) + p->cell[0].text.off;
    size = p->cell[0].text.size;
    for (uint32_t i = 0; i < 8; i++)
        head = head << 8 | (i < size ? id[i] : 0);
    return head;
}
