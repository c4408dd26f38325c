/*
 * slots - linear probing at a load of at most one half; removal moves later slots back.
 */
#include "state/slots.h"

#include <assert.h>

#include "base/alloc.h"

enum { SLOTS_MIN = 64 };

void
slots_fini(struct slots *s)
{
    alloc_free(s->at);
    *s = (struct slots){0};
}

static void
put(uint64_t *at, uint64_t mask, uint64_t slot)
{
    uint64_t i = slot >> 32 & mask;

    while (at[i] != 0)
        i = (i + 1) & mask;
    at[i] = slot;
}

static bool
resize(struct slots *s, uint64_t size)
{
    uint64_t *at = alloc_zero(size, sizeof *at);

    if (at == NULL)
        return false;
    for (uint64_t i = 0; s->at != NULL && i <= s->mask; i++)
        if (s->at[i] != 0)
            put(at, size - 1, s->at[i]);
    alloc_free(s->at);
    s->at = at;
    s->mask = size - 1;
    return true;
}

bool
slots_reserve(struct slots *s, uint32_t n)
{
    uint64_t size = s->at == NULL ? SLOTS_MIN : s->mask + 1;

    if (s->at != NULL && (s->used + n) * 2 <= size)
        return true;
    while ((s->used + n) * 2 > size)
        size *= 2;
    return resize(s, size);
}

void
slots_add(struct slots *s, uint32_t hash, uint32_t ref)
{
    assert(s->at != NULL && s->used < s->mask && ref < SLOTS_OTHER);
    put(s->at, s->mask, (uint64_t)hash << 32 | (uint64_t)(ref + 1));
    s->used++;
}

/* Knuth, The Art of Computer Programming 6.4, algorithm R. */
static void
close_gap(struct slots *s, uint64_t gap)
{
    for (uint64_t i = (gap + 1) & s->mask; s->at[i] != 0; i = (i + 1) & s->mask) {
        uint64_t home = s->at[i] >> 32 & s->mask;

        if (((i - home) & s->mask) < ((i - gap) & s->mask))
            continue;
        s->at[gap] = s->at[i];
        gap = i;
    }
    s->at[gap] = 0;
}

void
slots_drop(struct slots *s, uint32_t hash, uint32_t ref)
{
    uint64_t want = (uint64_t)hash << 32 | (uint64_t)(ref + 1);
    uint64_t i = hash & s->mask;

    while (s->at[i] != want) {
        assert(s->at[i] != 0);
        i = (i + 1) & s->mask;
    }
    close_gap(s, i);
    s->used--;
    /* A failed shrink is no failure: the table only stays larger than it need be. */
    if (s->mask >= 4 * SLOTS_MIN && s->used < s->mask / 16)
        (void)resize(s, (s->mask + 1) / 4);
}

size_t
slots_bytes(const struct slots *s)
{
    return s->at == NULL ? 0 : (s->mask + 1) * sizeof *s->at;
}
