/*
 * slots - an open-addressing table from a 32-bit hash to a 32-bit reference, eight bytes a slot.
 *
 * It knows nothing of what a reference means: the owner walks the candidates and compares.
 *
 *      for (at = slots_first(&s, hash); (ref = slots_ref(&s, at, hash)) != SLOTS_END;
 *           at = slots_after(&s, at))
 *          if (ref != SLOTS_OTHER && equal(ref)) ...
 *
 * The hash is kept whole, so growing and removing never look at what is referred to.
 */
#ifndef STATE_SLOTS_H
#define STATE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/prefetch.h"

#define SLOTS_END UINT32_MAX
#define SLOTS_OTHER (UINT32_MAX - 1)

struct slots {
    uint64_t *at;  /* hash << 32 | reference + 1; 0: empty */
    uint64_t mask; /* slots - 1; 0 before the first reservation */
    uint64_t used;
};

void slots_fini(struct slots *s);
/* After true the next `n` adds have room. */
bool slots_reserve(struct slots *s, uint32_t n);
void slots_add(struct slots *s, uint32_t hash, uint32_t ref);  /* reserved before */
void slots_drop(struct slots *s, uint32_t hash, uint32_t ref); /* must be there */
size_t slots_bytes(const struct slots *s);

/* The reference in this slot becomes another. */
static inline void
slots_renew(struct slots *s, uint64_t at, uint32_t ref)
{
    s->at[at] = s->at[at] >> 32 << 32 | (uint64_t)(ref + 1);
}

static inline uint64_t
slots_first(const struct slots *s, uint32_t hash)
{
    return hash & s->mask;
}

static inline uint64_t
slots_after(const struct slots *s, uint64_t at)
{
    return (at + 1) & s->mask;
}

/* The reference at this slot; SLOTS_OTHER: another hash, walk on; SLOTS_END: not in the table. */
static inline uint32_t
slots_ref(const struct slots *s, uint64_t at, uint32_t hash)
{
    if (s->at == NULL || s->at[at] == 0)
        return SLOTS_END;
    return s->at[at] >> 32 == hash ? (uint32_t)s->at[at] - 1 : SLOTS_OTHER;
}

static inline void
slots_prefetch(const struct slots *s, uint32_t hash)
{
    if (s->at != NULL)
        prefetch(&s->at[hash & s->mask]);
}

#endif
