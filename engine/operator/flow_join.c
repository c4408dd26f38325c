/*
 * flow_join - memories in a list, found by node and group; the list is cleared of old ones when it
 * is full.
 */
#include "operator/flow_join.h"

#include <stddef.h>

#include "base/alloc.h"

enum { ROOM_FIRST = 64 };

void
flow_join_fini(struct flow_join *j)
{
    slots_fini(&j->slots);
    alloc_free(j->memory);
    *j = (struct flow_join){0};
}

static uint32_t
hash_of(uint32_t node, uint8_t group)
{
    uint64_t x = ((uint64_t)node << 8 | group) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(x ^ x >> 32);
}

static struct flow_memory *
find(const struct flow_join *j, uint32_t node, uint8_t group)
{
    uint32_t hash = hash_of(node, group), ref;
    uint64_t at;

    for (at = slots_first(&j->slots, hash); (ref = slots_ref(&j->slots, at, hash)) != SLOTS_END;
         at = slots_after(&j->slots, at))
        if (ref != SLOTS_OTHER && j->memory[ref].node == node && j->memory[ref].group == group)
            return &j->memory[ref];
    return NULL;
}

const struct flow_memory *
flow_join_find(const struct flow_join *j, uint32_t node, uint8_t group)
{
    return find(j, node, group);
}

/* False: no memory. */
static bool
forget(struct flow_join *j, int64_t expired_us)
{
    uint32_t kept = 0;

    slots_fini(&j->slots);
    for (uint32_t i = 0; i < j->count; i++)
        if (j->memory[i].at_us > expired_us)
            j->memory[kept++] = j->memory[i];
    j->count = kept;
    if (!slots_reserve(&j->slots, kept + 1))
        return false;
    for (uint32_t i = 0; i < kept; i++)
        slots_add(&j->slots, hash_of(j->memory[i].node, j->memory[i].group), i);
    return true;
}

static bool
grow(struct flow_join *j)
{
    uint32_t cap = j->cap == 0 ? ROOM_FIRST : j->cap * 2;
    struct flow_memory *more = alloc_grow(j->memory, cap * sizeof *more);

    if (more == NULL)
        return false;
    j->memory = more;
    j->cap = cap;
    return true;
}

bool
flow_join_put(struct flow_join *j, const struct flow_memory *m, int64_t expired_us)
{
    struct flow_memory *known = find(j, m->node, m->group);

    if (known != NULL) {
        *known = *m;
        return true;
    }
    if (j->count == j->cap && j->count > 0 && !forget(j, expired_us))
        return false;
    /* Still more than half full: growing now keeps clearing rare. */
    if (j->count * 2 >= j->cap && !grow(j))
        return false;
    if (!slots_reserve(&j->slots, 1))
        return false;
    j->memory[j->count] = *m;
    slots_add(&j->slots, hash_of(m->node, m->group), j->count++);
    return true;
}
