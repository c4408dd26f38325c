/*
 * set - byte strings known at load, found by hash; sorted, so that nothing seen depends on it.
 *
 * The hash needs no secret key: strings come from reviewed lists, input only asks.
 */
#ifndef LIST_SET_H
#define LIST_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

struct arena;

#define SET_NONE UINT32_MAX

struct set {
    const struct bytes *at; /* ascending, each once */
    uint32_t count;
    uint32_t *slot; /* number + 1; 0 is free; at most half of them taken */
    uint32_t mask;
};

/* Sorts `items`, which must live as long as the set, and drops repeats. False when out of memory.
 */
bool set_make(struct set *s, struct arena *a, struct bytes *items, size_t count);
/* Position among the sorted strings, or SET_NONE. */
uint32_t set_find(const struct set *s, struct bytes key);

#endif
