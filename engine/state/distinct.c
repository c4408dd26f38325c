/*
 * distinct - up to ROW_SLOTS values in a row, then open addressing with linear probing.
 */
#include "state/distinct.h"

#include <assert.h>
#include <string.h>

enum { ROW_CLASS = 3, ROW_SLOTS = 1 << ROW_CLASS };

struct slot {
    int64_t bits;
    uint32_t kind; /* STORED_NONE: empty */
    uint32_t count;
};
_Static_assert(sizeof(struct slot) == 16, "a slot is a unit of the pool");

static struct slot *
slots_of(const struct distinct *d, const struct store *s)
{
    return pool_at(&s->pool, d->class1 - 1, d->number);
}

static uint32_t
slot_count(const struct distinct *d)
{
    return 1u << (d->class1 - 1);
}

static uint64_t
home_of(const struct store *s, struct stored v)
{
    return hash_u64(&s->texts.key, (uint64_t)v.bits ^ (uint64_t)v.kind << 62);
}

static bool
in_row(const struct distinct *d)
{
    return d->class1 <= ROW_CLASS + 1;
}

static struct slot *
find_in_row(struct slot *slot, uint32_t used, struct stored v)
{
    for (uint32_t i = 0; i < used; i++)
        if (slot[i].bits == v.bits && slot[i].kind == v.kind)
            return &slot[i];
    return &slot[used];
}

/* The slot of the value, or the empty one where it belongs. */
static struct slot *
find_in_table(struct slot *slot, uint64_t home, uint32_t mask, struct stored v)
{
    uint64_t i = home & mask;

    while (slot[i].kind != STORED_NONE && (slot[i].bits != v.bits || slot[i].kind != v.kind))
        i = (i + 1) & mask;
    return &slot[i];
}

static struct slot *
find(const struct distinct *d, const struct store *s, struct stored v)
{
    struct slot *slot = slots_of(d, s);

    if (in_row(d))
        return find_in_row(slot, d->used, v);
    return find_in_table(slot, home_of(s, v), slot_count(d) - 1, v);
}

static void
copy_slots(struct distinct *to, const struct distinct *from, struct store *s)
{
    const struct slot *slot = slots_of(from, s);
    uint32_t count = in_row(from) ? from->used : slot_count(from);

    if (!in_row(to))
        memset(slots_of(to, s), 0, slot_count(to) * sizeof *slot);
    for (uint32_t i = 0; i < count; i++) {
        if (slot[i].kind == STORED_NONE)
            continue;
        *find(to, s, (struct stored){slot[i].bits, slot[i].kind}) = slot[i];
        to->used++;
    }
}

static bool
resize(struct distinct *d, struct store *s, uint32_t class)
{
    struct distinct to = {.number = pool_take(&s->pool, class), .class1 = class + 1};

    if (to.number == POOL_NONE)
        return false;
    if (d->class1 != 0)
        copy_slots(&to, d, s);
    else if (!in_row(&to))
        memset(slots_of(&to, s), 0, slot_count(&to) * sizeof(struct slot));
    if (d->class1 != 0)
        pool_give(&s->pool, d->class1 - 1, d->number);
    *d = to;
    return true;
}

bool
distinct_reserve(struct distinct *d, struct store *s)
{
    if (d->class1 == 0)
        return resize(d, s, 1);
    if (in_row(d) ? d->used < slot_count(d) : (uint64_t)d->used * 8 < (uint64_t)slot_count(d) * 5)
        return true;
    return resize(d, s, d->class1);
}

uint32_t
distinct_add(struct distinct *d, struct store *s, struct stored v)
{
    struct slot *slot;

    assert(d->class1 != 0 && v.kind != STORED_NONE);
    if (in_row(d)) {
        slot = find_in_row(slots_of(d, s), d->used, v);
        if (slot == slots_of(d, s) + d->used) {
            *slot = (struct slot){.bits = v.bits, .kind = v.kind};
            d->used++;
        }
        return ++slot->count;
    }
    slot = find(d, s, v);
    if (slot->kind == STORED_NONE) {
        *slot = (struct slot){.bits = v.bits, .kind = v.kind};
        d->used++;
    }
    return ++slot->count;
}

/* Knuth, The Art of Computer Programming 6.4, algorithm R. */
static void
close_gap(const struct distinct *d, const struct store *s, struct slot *slot, uint64_t gap)
{
    uint64_t mask = slot_count(d) - 1;

    for (uint64_t i = (gap + 1) & mask; slot[i].kind != STORED_NONE; i = (i + 1) & mask) {
        uint64_t home = home_of(s, (struct stored){slot[i].bits, slot[i].kind}) & mask;

        if (((i - home) & mask) < ((i - gap) & mask))
            continue;
        slot[gap] = slot[i];
        gap = i;
    }
    slot[gap] = (struct slot){0};
}

uint32_t
distinct_drop(struct distinct *d, struct store *s, struct stored v)
{
    struct slot *slot = find(d, s, v), *first = slots_of(d, s);

    assert(slot->count > 0 && d->used > 0);
    if (--slot->count > 0)
        return slot->count;
    d->used--;
    if (d->used == 0)
        distinct_fini(d, s);
    else if (in_row(d))
        *slot = first[d->used];
    else
        close_gap(d, s, first, (uint64_t)(slot - first));
    /* A failed shrink is no failure: the table only stays larger than it need be. */
    if (d->class1 > ROW_CLASS + 1 && d->used < slot_count(d) / 8)
        (void)resize(d, s, d->class1 - 3);
    return 0;
}

void
distinct_fini(struct distinct *d, struct store *s)
{
    if (d->class1 != 0)
        pool_give(&s->pool, d->class1 - 1, d->number);
    *d = (struct distinct){0};
}

void
distinct_prefetch(const struct distinct *d, const struct store *s)
{
    if (d->class1 == 0 || !in_row(d))
        return;
    for (uint32_t i = 0; i < slot_count(d); i += 4)
        __builtin_prefetch(slots_of(d, s) + i);
}

void
distinct_prefetch_value(const struct distinct *d, const struct store *s, struct stored v)
{
    if (d->class1 == 0)
        return;
    if (in_row(d))
        distinct_prefetch(d, s);
    else
        __builtin_prefetch(slots_of(d, s) + (home_of(s, v) & (slot_count(d) - 1)));
}
