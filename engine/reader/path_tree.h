/*
 * path_tree - the dotted names wanted of a JSON object, as a tree of keys. Private to the room.
 */
#ifndef READER_PATH_TREE_H
#define READER_PATH_TREE_H

#include <stdint.h>

#include "weir/bytes.h"

#define PATH_NONE UINT32_MAX
enum { PATH_ROOT = 0 };

struct path_node {
    struct bytes key;
    uint32_t child, sibling; /* PATH_NONE: none */
    uint32_t cell;           /* number of the name that ends here; PATH_NONE: it goes on */
};

struct path_tree {
    struct path_node *node;
    uint32_t count;
};

/* False when out of memory. The names must outlive the tree. */
bool path_tree_init(struct path_tree *t, const char *const *names, uint32_t count);
void path_tree_fini(struct path_tree *t);
/* Where `key` leads from `from`; a dotted key goes down several levels. PATH_NONE: nowhere. */
uint32_t path_tree_find(const struct path_tree *t, uint32_t from, struct bytes key);

#endif
