/*
 * distinct - up to eight values in a row, then open addressing with linear probing.
 */
#include "state/distinct.h"

#include <assert.h>
#include <string.h>

#include "state/prefetch.h"

enum { FIRST_CLASS = 2, ROW_CLASS = 3 };

_Static_assert(sizeof(struct distinct_slot) == 16, "a slot is a unit of the pool");
_Static_assert(POOL_CLASSES <= 30, "the tag reaches every slot of the largest table");

static struct distinct_slot *
slots_of(struct distinct *d, const struct store *s)
{
    return d->class1 == 0 ? &d->only : pool_at(&s->pool, d->class1 - 1, d->number);
}

static uint32_t
slot_count(const struct distinct *d)
{
    return d->class1 == 0 ? 1 : 1u << (d->class1 - 1);
}

/* Multiplied twice by secrets: enough against values chosen to collide, and quicker than SipHash.
 */
static uint32_t
tag_of(const struct store *s, struct stored v)
{
    uint64_t h = ((uint64_t)v.bits ^ s->texts.key.k0) * UINT64_C(0x9e3779b97f4a7c15);

    h = (h ^ h >> 32) * (s->texts.key.k1 | 1);
    return (uint32_t)(h >> 32) << 2 | v.kind;
}

static bool
in_row(const struct distinct *d)
{
    return d->class1 <= ROW_CLASS + 1;
}

static struct distinct_slot *
find_in_row(struct distinct_slot *slot, uint32_t used, int64_t bits, uint32_t tag)
{
    for (uint32_t i = 0; i < used; i++)
        if (slot[i].bits == bits && slot[i].tag == tag)
            return &slot[i];
    return &slot[used];
}

/* The slot of the value, or the empty one where it belongs. */
static struct distinct_slot *
find_in_table(struct distinct_slot *slot, uint32_t mask, int64_t bits, uint32_t tag)
{
    uint32_t i = tag >> 2 & mask;

    while (slot[i].tag != 0 && (slot[i].bits != bits || slot[i].tag != tag))
        i = (i + 1) & mask;
    return &slot[i];
}

static struct distinct_slot *
find(struct distinct *d, const struct store *s, int64_t bits, uint32_t tag)
{
    struct distinct_slot *slot = slots_of(d, s);

    if (in_row(d))
        return find_in_row(slot, d->used, bits, tag);
    return find_in_table(slot, slot_count(d) - 1, bits, tag);
}

static void
copy_slots(struct distinct *to, struct distinct *from, struct store *s)
{
    const struct distinct_slot *slot = slots_of(from, s);
    uint32_t count = in_row(from) ? from->used : slot_count(from);

    if (!in_row(to))
        memset(slots_of(to, s), 0, slot_count(to) * sizeof *slot);
    for (uint32_t i = 0; i < count; i++) {
        if (slot[i].tag == 0)
            continue;
        *find(to, s, slot[i].bits, slot[i].tag) = slot[i];
        to->used++;
    }
}

/* Into a table of this class + 1; 0: back into the record. */
static bool
resize(struct distinct *d, struct store *s, uint32_t class1)
{
    struct distinct to = {.class1 = class1};

    if (class1 != 0 && (to.number = pool_take(&s->pool, class1 - 1)) == POOL_NONE)
        return false;
    copy_slots(&to, d, s);
    if (d->class1 != 0)
        pool_give(&s->pool, d->class1 - 1, d->number);
    *d = to;
    return true;
}

bool
distinct_reserve(struct distinct *d, struct store *s)
{
    if (in_row(d) ? d->used < slot_count(d) : (uint64_t)d->used * 8 < (uint64_t)slot_count(d) * 5)
        return true;
    return resize(d, s, d->class1 == 0 ? FIRST_CLASS + 1 : d->class1 + 1);
}

uint32_t
distinct_add(struct distinct *d, struct store *s, struct stored v)
{
    uint32_t tag = tag_of(s, v);
    struct distinct_slot *slot;

    assert(v.kind != STORED_NONE);
    slot = find(d, s, v.bits, tag);
    if (in_row(d) ? slot == slots_of(d, s) + d->used : slot->tag == 0) {
        *slot = (struct distinct_slot){.bits = v.bits, .tag = tag};
        d->used++;
    }
    return ++slot->count;
}

/* Knuth, The Art of Computer Programming 6.4, algorithm R. */
static void
close_gap(const struct distinct *d, struct distinct_slot *slot, uint32_t gap)
{
    uint32_t mask = slot_count(d) - 1;

    for (uint32_t i = (gap + 1) & mask; slot[i].tag != 0; i = (i + 1) & mask) {
        uint32_t home = slot[i].tag >> 2 & mask;

        if (((i - home) & mask) < ((i - gap) & mask))
            continue;
        slot[gap] = slot[i];
        gap = i;
    }
    slot[gap] = (struct distinct_slot){0};
}

uint32_t
distinct_drop(struct distinct *d, struct store *s, struct stored v)
{
    struct distinct_slot *slot = find(d, s, v.bits, tag_of(s, v)), *first = slots_of(d, s);

    assert(slot->count > 0 && d->used > 0);
    if (--slot->count > 0)
        return slot->count;
    d->used--;
    if (in_row(d))
        *slot = first[d->used];
    else
        close_gap(d, first, (uint32_t)(slot - first));
    if (d->used == 0)
        distinct_fini(d, s);
    else if (d->used == 1 && d->class1 != 0)
        (void)resize(d, s, 0);
    else if (!in_row(d) && d->used < slot_count(d) / 8)
        (void)resize(d, s, d->class1 - 2); /* where that fails the table only stays too large */
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
    const struct distinct_slot *slot;

    if (d->class1 == 0 || !in_row(d))
        return;
    slot = pool_at(&s->pool, d->class1 - 1, d->number);
    for (uint32_t i = 0; i < slot_count(d); i += 4)
        prefetch(slot + i);
}

void
distinct_prefetch_value(const struct distinct *d, const struct store *s, struct stored v)
{
    const struct distinct_slot *slot;

    if (in_row(d)) {
        distinct_prefetch(d, s);
        return;
    }
    slot = pool_at(&s->pool, d->class1 - 1, d->number);
    prefetch(slot + (tag_of(s, v) >> 2 & (slot_count(d) - 1)));
}
