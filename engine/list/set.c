/* set - byte strings known at load, found by hash. */
#include "list/set.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"

static const struct hash_key set_key = {0x77656972, 0x6c697374};

static int
by_bytes(const void *a, const void *b)
{
    return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static uint32_t
drop_repeats(struct bytes *items, size_t count)
{
    size_t kept = count > 0;

    for (size_t i = 1; i < count; i++)
        if (!bytes_equal(items[i], items[kept - 1]))
            items[kept++] = items[i];
    return (uint32_t)kept;
}

bool
set_make(struct set *s, struct arena *a, struct bytes *items, size_t count)
{
    size_t slots = 4;

    if (count > 1)
        qsort(items, count, sizeof *items, by_bytes);
    *s = (struct set){.at = items, .count = drop_repeats(items, count)};
    while (slots < 2 * (size_t)s->count)
        slots *= 2;
    s->slot = arena_take(a, slots, sizeof *s->slot);
    if (s->slot == NULL)
        return false;
    s->mask = (uint32_t)slots - 1;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t at = (uint32_t)hash_bytes(&set_key, items[i].at, items[i].size) & s->mask;

        while (s->slot[at] != 0)
            at = (at + 1) & s->mask;
        s->slot[at] = i + 1;
    }
    return true;
}

uint32_t
set_find(const struct set *s, struct bytes key)
{
    uint32_t at;

    if (s->count == 0)
        return SET_NONE;
    at = (uint32_t)hash_bytes(&set_key, key.at, key.size) & s->mask;
    for (; s->slot[at] != 0; at = (at + 1) & s->mask)
        if (bytes_equal(s->at[s->slot[at] - 1], key))
            return s->slot[at] - 1;
    return SET_NONE;
}
