/* moment - small sorts in place, and twins. */
#include "ingest/moment.h"

#include <assert.h>
#include <string.h>

#include "ingest/order.h"

enum { TWIN_TEXT_MAX = 12 }; /* a letter and ten digits */

uint32_t
moment_last(const struct batch *b)
{
    uint32_t first = b->count;

    while (first > 0 && batch_at(b, first - 1)->at_us == batch_at(b, b->count - 1)->at_us)
        first--;
    return first;
}

/* Sift down of a heap sort over slot numbers; ties go by number, so the sort is stable. */
struct moment {
    const struct batch *b;
    const enum type *types;
    uint32_t *order;
};

static bool
after(const struct moment *m, uint32_t x, uint32_t y)
{
    int order = order_unsealed(batch_at(m->b, x), batch_at(m->b, y), m->b->text.at, m->types);

    return order != 0 ? order > 0 : x > y;
}

static void
sift(const struct moment *m, uint32_t at, uint32_t count)
{
    uint32_t item = m->order[at];

    for (;;) {
        uint32_t below = 2 * at + 1;

        if (below >= count)
            break;
        if (below + 1 < count && after(m, m->order[below + 1], m->order[below]))
            below++;
        if (!after(m, m->order[below], item))
            break;
        m->order[at] = m->order[below];
        at = below;
    }
    m->order[at] = item;
}

/* Slots are wide, so their numbers are sorted: few by insertion, many by heap. */
static void
sort_numbers(const struct moment *m, uint32_t count)
{
    if (count <= 16) {
        for (uint32_t i = 1; i < count; i++) {
            uint32_t item = m->order[i], at = i;

            for (; at > 0 && after(m, m->order[at - 1], item); at--)
                m->order[at] = m->order[at - 1];
            m->order[at] = item;
        }
        return;
    }
    for (uint32_t i = count / 2; i > 0; i--)
        sift(m, i - 1, count);
    for (uint32_t left = count - 1; left > 0; left--) {
        uint32_t top = m->order[0];

        m->order[0] = m->order[left];
        m->order[left] = top;
        sift(m, 0, left);
    }
}

/* Bring slot order[i] to place first + i, cycle by cycle; each slot moves once. */
static void
place(struct batch *b, uint32_t first, uint32_t count, uint32_t *order, struct txn *slot)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = first + i, from = order[i];

        if (from == to)
            continue;
        memcpy(slot, batch_at(b, to), b->stride);
        while (from != first + i) {
            memcpy(batch_at(b, to), batch_at(b, from), b->stride);
            order[to - first] = to;
            to = from;
            from = order[to - first];
        }
        memcpy(batch_at(b, to), slot, b->stride);
        order[to - first] = to;
    }
}

static void
sort_one(struct batch *b, uint32_t first, uint32_t end, const enum type *types, uint32_t *order,
    struct txn *slot)
{
    struct moment m = {b, types, order};
    bool sorted = true;

    for (uint32_t i = first + 1; i < end && sorted; i++)
        sorted = order_unsealed(batch_at(b, i - 1), batch_at(b, i), b->text.at, types) <= 0;
    if (sorted)
        return;
    for (uint32_t i = first; i < end; i++)
        order[i - first] = i;
    sort_numbers(&m, end - first);
    place(b, first, end - first, order, slot);
}

void
moment_sort(struct batch *b, const enum type *types, uint32_t *order, struct txn *slot)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i <= b->count; i++) {
        if (i < b->count && batch_at(b, i)->at_us == batch_at(b, first)->at_us)
            continue;
        if (i - first > 1)
            sort_one(b, first, i, types, order, slot);
        first = i;
    }
}

/* Give the row the id `size` bytes at `from` of the batch's text, and `tail`. */
static bool
set_id(struct batch *b, struct txn *t, uint32_t size, const char *tail, size_t tail_size)
{
    uint32_t from = t->cell[TXN_ID].text.off;
    size_t begin = b->text.size;
    char *room = buf_room(&b->text, size + tail_size);

    if (room == NULL || begin + size + tail_size > UINT32_MAX)
        return false;
    if (size > 0)
        memcpy(room, b->text.at + from, size);
    memcpy(room + size, tail, tail_size);
    b->text.size += size + tail_size;
    t->cell[TXN_ID].text.off = (uint32_t)begin;
    t->cell[TXN_ID].text.size = size + (uint32_t)tail_size;
    return true;
}

bool
twins_mark(struct batch *b, struct txn *t)
{
    assert(txn_has(t, TXN_ID));
    t->twin = 0;
    return set_id(b, t, t->cell[TXN_ID].text.size, "-0", 2);
}

static size_t
twin_text(uint32_t number, char room[static TWIN_TEXT_MAX])
{
    char digits[10];
    size_t count = 0, size = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    if (count > 1)
        room[size++] = (char)('a' + (int)count - 2);
    while (count > 0)
        room[size++] = digits[--count];
    return size;
}

bool
twins_number(struct twins *w, struct batch *b, bool once)
{
    for (uint32_t i = 0; i < b->count; i++) {
        struct txn *t = batch_at(b, i);
        char text[TWIN_TEXT_MAX];
        struct bytes id;

        if ((t->flags & TXN_ID_MADE) == 0)
            continue;
        id = (struct bytes){b->text.at + t->cell[TXN_ID].text.off, t->cell[TXN_ID].text.size};
        if (w->next == 0 || t->at_us != w->at_us || !bytes_equal(id, buf_bytes(&w->id))) {
            w->id.size = 0;
            buf_add(&w->id, id.at, id.size);
            w->at_us = t->at_us;
            w->next = 0;
        }
        t->twin = once ? 0 : w->next;
        w->next += w->next < UINT32_MAX;
        if (t->twin > 0 && !set_id(b, t, (uint32_t)id.size - 1, text, twin_text(t->twin, text)))
            return false;
        if (w->id.failed)
            return false;
    }
    return true;
}
