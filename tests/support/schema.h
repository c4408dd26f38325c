/*
 * schema - holds a JSON value to a JSON Schema (draft-07), as far as ours go: type, enum, pattern,
 * minimum, required, properties, additionalProperties, items, allOf, anyOf, if, then, else, and
 * $ref into its definitions. A keyword it does not know is a failure, so that a schema cannot
 * promise what is not checked.
 */
#ifndef SUPPORT_SCHEMA_H
#define SUPPORT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct json_node;

/* True if `value` fits; else `why` says where it does not. */
bool schema_fits(
    const struct json_node *schema, const struct json_node *value, char *why, size_t why_size);

#endif
