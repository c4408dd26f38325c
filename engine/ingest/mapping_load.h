/* mapping_load - what the parts of the mapping's loader share. */
#ifndef INGEST_MAPPING_LOAD_H
#define INGEST_MAPPING_LOAD_H

#include <stdbool.h>

#include "ingest/plan.h"
#include "text/yaml_read.h"

struct loader {
    struct arena *arena;
    struct diags *ds;
    struct mapping *m;
    const struct field *extra;
    uint32_t extra_count;
    struct span whole; /* the mapping, for what is missing in it */
    struct yaml_node *root;
    bool no_memory;
};

/* The keys of a mapping, in the order they are read; mapping_keys.c. */
struct load_key {
    const char *name;
    void (*read)(struct loader *, const struct yaml_entry *);
};
extern const struct load_key load_keys[];
extern const size_t load_key_count;

/* The text of a scalar that is not empty; else a message and an empty text. */
struct bytes load_text(struct loader *l, const struct yaml_entry *e, const char *wants);
/* A NUL-terminated copy; NULL when memory is out. */
const char *load_copy(struct loader *l, struct bytes text);
/* The expression of a scalar; `part`: one pair of parentheses marks what is wanted. NULL: message.
 */
const struct regex *load_regex(struct loader *l, const struct yaml_node *n, bool part);
/* `noun` has no key like this; the nearest of `names` are offered. */
void load_unknown(struct loader *l, const struct yaml_entry *e, const char *noun,
    const char *const *names, size_t count);
/* R204: `key` takes `wants`. */
void load_wants(struct loader *l, struct span at, const char *key, const char *wants);
void *load_take(struct loader *l, size_t count, size_t size);
bool load_is_map(struct loader *l, const struct yaml_entry *e);

/* `columns:`, `constants:`, `ignore:`, `skip_when:`; mapping_columns.c. */
void load_columns(struct loader *l, const struct yaml_entry *e);
void load_constants(struct loader *l, const struct yaml_entry *e);
void load_ignore(struct loader *l, const struct yaml_entry *e);
void load_skips(struct loader *l, const struct yaml_entry *e);
/* One value's origin; `type` says which words its `map:` may give. mapping_source.c. */
bool load_source(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out);
bool load_constant(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out);
/* Index of a column by name or number in mapping.column, adding it. */
bool load_column_ref(struct loader *l, const struct yaml_node *n, bool optional, uint32_t *out);
/* What must hold of the whole; mapping_rules.c. */
void load_finish(struct loader *l);

#endif
