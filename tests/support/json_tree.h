/* json_tree - a JSON text as a tree, for tests that look into outputs. */
#ifndef SUPPORT_JSON_TREE_H
#define SUPPORT_JSON_TREE_H

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

/* NULL when it is no JSON. */
struct json_node *json_tree(struct arena *a, struct bytes text);
const struct json_node *json_get(const struct json_node *map, const char *key); /* or NULL */
size_t json_count(const struct json_node *list);

#endif
