/*
 * arena - bump allocation with a cap; everything in it ends together.
 *
 *      arena_init(&a, cap, "rules")          cap in bytes, 0: only the run's memory cap counts
 *      p = arena_take(&a, count, size)       zeroed, aligned to 16; NULL at the cap
 *      mark = arena_mark(&a); ... arena_rewind(&a, mark)
 *      arena_reset(&a)                       empty, blocks kept
 *      arena_fini(&a)
 *
 * Grows by blocks from base/alloc, so what was handed out never moves.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "weir/bytes.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* block being filled; older ones behind it */
    size_t used_bytes;        /* handed out, of all blocks */
    size_t cap_bytes;
    const char *name;          /* for the message at the cap */
    struct arena_block *spare; /* emptied by reset or rewind, to be filled again */
};

struct arena_mark {
    struct arena_block *block;
    size_t used, used_bytes;
};

void arena_init(struct arena *a, size_t cap_bytes, const char *name);
void arena_fini(struct arena *a);
void *arena_take(struct arena *a, size_t count, size_t size);
char *arena_copy(struct arena *a, struct bytes text); /* NUL-terminated copy; NULL at the cap */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
void arena_reset(struct arena *a);

#endif
