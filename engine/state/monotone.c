/*
 * monotone - a ring of 16-byte entries that doubles when full.
 */
#include "state/monotone.h"

#include <assert.h>

#include "state/prefetch.h"

struct entry {
    int64_t bits;
    uint32_t kind;
    uint32_t seq; /* lower half; entries in a window are fewer than 2^32 */
};
_Static_assert(sizeof(struct entry) == 16, "an entry is a unit of the pool");

static struct entry *
nth(const struct monotone *m, const struct store *s, uint32_t n)
{
    struct entry *ring;

    assert(m->class1 != 0);
    ring = pool_at(&s->pool, m->class1 - 1, m->number);
    return &ring[(m->head + n) & ((1u << (m->class1 - 1)) - 1)];
}

bool
monotone_reserve(struct monotone *m, struct store *s)
{
    struct monotone to = {.count = m->count, .class1 = m->class1 == 0 ? 2 : m->class1 + 1};

    if (m->class1 != 0 && m->count < 1u << (m->class1 - 1))
        return true;
    if ((to.number = pool_take(&s->pool, to.class1 - 1)) == POOL_NONE)
        return false;
    for (uint32_t i = 0; i < m->count; i++)
        *nth(&to, s, i) = *nth(m, s, i);
    if (m->class1 != 0)
        pool_give(&s->pool, m->class1 - 1, m->number);
    *m = to;
    return true;
}

/* True where the newer value makes the older one useless; equal values too, as the newer stays
 * longer. */
static bool
outdoes(const struct store *s, struct stored newer, const struct entry *older,
    enum monotone_order order, enum type type)
{
    int by = stored_compare(s, newer, (struct stored){older->bits, older->kind}, type);

    return order == MONOTONE_MIN ? by <= 0 : by >= 0;
}

void
monotone_add(struct monotone *m, struct store *s, struct stored v, uint64_t seq,
    enum monotone_order order, enum type type)
{
    assert(m->class1 != 0 && m->count < 1u << (m->class1 - 1));
    while (order != MONOTONE_FIRST && m->count > 0 &&
           outdoes(s, v, nth(m, s, m->count - 1), order, type))
        m->count--;
    *nth(m, s, m->count++) = (struct entry){.bits = v.bits, .kind = v.kind, .seq = (uint32_t)seq};
}

void
monotone_drop(struct monotone *m, struct store *s, uint64_t seq)
{
    if (m->count == 0 || nth(m, s, 0)->seq != (uint32_t)seq)
        return;
    m->head++;
    m->count--;
    if (m->count == 0)
        monotone_fini(m, s);
}

struct stored
monotone_front(const struct monotone *m, const struct store *s)
{
    if (m->count == 0)
        return (struct stored){0};
    return (struct stored){nth(m, s, 0)->bits, nth(m, s, 0)->kind};
}

void
monotone_prefetch(const struct monotone *m, const struct store *s)
{
    if (m->count == 0)
        return;
    prefetch(nth(m, s, 0));
    prefetch(nth(m, s, m->count - 1));
}

void
monotone_fini(struct monotone *m, struct store *s)
{
    if (m->class1 != 0)
        pool_give(&s->pool, m->class1 - 1, m->number);
    *m = (struct monotone){0};
}
