/*
 * ast - a sheet as JSON for form-based editors, and back (docs/schema/ast.schema.json).
 *
 * {"weir_ast": 1, "file": "fan.yaml", "documents": [NODE, ...]}. A NODE holds one of "text",
 * "expr", "map", "list"; members of "map" are nodes with "key". "at" is [line, column, end line,
 * end column], from 1. An expression is a tree of {"op", "of"}, {"call", "of", "where"}, {"name"},
 * {"parameter"}, {"literal"}; deeper than AST_LEVELS it is {"source"}, a piece of text.
 */
#ifndef AUTHOR_AST_H
#define AUTHOR_AST_H

#include <stdbool.h>

#include "author/sheet.h"

struct buf;

enum { AST_LEVELS = 20 };

/* Only the documents named `rule`, of any kind, where it is not NULL; returns how many. */
size_t ast_print(
    const struct diags *ds, const struct sheet *sheet, const char *rule, struct buf *out);

/* JSON to a sheet. False when out of memory or after messages (R110 for what is no such tree). */
bool ast_read(
    struct arena *a, struct diags *ds, const char *path, struct bytes text, struct sheet *out);

/* The operators of {"op"} by enum node_kind, NULL for the kinds that are something else. */
extern const char *const ast_ops[NODE_OR + 1];

#endif
