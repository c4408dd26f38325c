/* json_tree - a JSON text of ours as a tree: what `weir ast` printed, a schema, an output. */
#ifndef TEXT_JSON_TREE_H
#define TEXT_JSON_TREE_H

#include <stddef.h>

#include "text/json_read.h"
#include "weir/bytes.h"

struct arena;

struct json_node {
    enum json_event event; /* JSON_OPEN_MAP, JSON_OPEN_LIST, or what a scalar is */
    struct bytes text;     /* of a text (decoded) or a number (lexeme) */
    struct bytes key;      /* where it stands in a map */
    struct json_node *first, *next;
};

/* At most 63 levels. NULL when it is no JSON or memory is out. */
struct json_node *json_tree(struct arena *a, struct bytes text);
const struct json_node *json_get(const struct json_node *map, const char *key); /* or NULL */
size_t json_count(const struct json_node *list);

#endif
