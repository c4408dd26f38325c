/*
 * literals - many literals looked for at once.
 *
 * Three sieves, over the first 6, 4 or 3 bytes of the literals, let few places of a text through;
 * there a table leads into a tree of the literals, which is walked as long as the text follows it.
 * A literal has at most NEED_BYTES bytes, so time is linear in the text whatever text and literals
 * are. Nodes of the tree are numbered by depth: the children of one stand together.
 *
 * Immutable and shared by threads; each brings its own `struct found`.
 */
#ifndef MATCH_LITERALS_H
#define MATCH_LITERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

struct arena;
struct literals;

/* A literal of NEED_LEAST to NEED_BYTES bytes and whom it speaks for. */
struct literal {
    struct bytes text;
    uint32_t id;
};

/* NULL when out of memory. `list` is put in order; its texts need not outlive the call. */
struct literals *literals_new(struct arena *a, struct literal *list, size_t count);
size_t literals_nodes(const struct literals *l);

/* Ids met, each once. */
struct found {
    uint32_t *turn_of; /* by id: the turn it was last met in */
    uint32_t turn;
    uint32_t *id;
    size_t count;
};

bool found_init(struct found *f, size_t ids); /* for ids below `ids`; false: out of memory */
void found_fini(struct found *f);
void found_clear(struct found *f);
void found_sort(struct found *f); /* ascending */

enum { LITERALS_BEHIND = 8 }; /* bytes that must be readable behind a text */
/* Adds to `f` the ids of all literals in `text`. */
void literals_scan(const struct literals *l, struct bytes text, struct found *f);

#endif
