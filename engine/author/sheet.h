/*
 * sheet - a rule file as its author laid it out: documents, keys and values in the order written,
 * with every comment, and expressions as trees.
 *
 * Made from YAML by sheet_read() or from the JSON of `weir ast` by ast_read(); printed by
 * fmt_print() and ast_print(). Everything lives in the arena.
 */
#ifndef AUTHOR_SHEET_H
#define AUTHOR_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "rule/document.h"
#include "rule/expr.h"
#include "text/diag.h"
#include "text/yaml_read.h"

struct arena;

/* Lines of comment, each from `#` to its end. */
struct remark {
    struct remark *next;
    struct bytes text;
    bool gap; /* an empty line stands before it */
};
struct remarks {
    struct remark *first, *last;
};

struct sheet_node {
    enum yaml_kind kind;
    enum yaml_style style; /* scalars: as written */
    bool flow;             /* maps and lists: written in brackets */
    bool one_line;         /* and all on one line */
    struct span at;
    struct bytes text;              /* scalars */
    const struct yaml_node *scalar; /* the same, with the origin of its bytes */
    const struct expr *expr;        /* scalars that are expressions */
    bool table;                     /* scalars that are a test's table */
    bool aligned;                   /* maps whose values stand below each other */
    bool quoted;                    /* scalars that are always written in quotes: sentences */
    size_t count;
    struct sheet_entry *entry;
    struct remarks tail; /* behind the last entry */
};

struct sheet_entry {
    struct span key_at; /* maps */
    struct bytes key;
    struct sheet_node *value;
    struct remarks before;
    bool gap;            /* an empty line stands before it */
    struct bytes beside; /* comment on its line, or empty */
};

struct sheet_document {
    enum block kind; /* BLOCK_COUNT: not known */
    struct remarks head;
    struct sheet_node *root;
};

struct sheet {
    size_t count;
    struct sheet_document *document;
    uint32_t file; /* index in ds */
};

/* False when out of memory, or after messages about notation or expressions. */
bool sheet_read(
    struct arena *a, struct diags *ds, const char *path, struct bytes text, struct sheet *out);

/*
 * Marks what the key tables know of a document: expressions (parsed, messages to ds), tables,
 * the order of keys. Part of sheet_read(). False as above.
 */
bool sheet_settle(struct arena *a, struct diags *ds, struct sheet_document *doc);

/* The block a document is, by its kind key; BLOCK_COUNT if there is none. */
enum block sheet_kind(const struct sheet_node *root);

const struct sheet_entry *sheet_entry(const struct sheet_node *map, const char *key);

void remark_add(struct arena *a, struct remarks *to, struct bytes text, bool gap);

#endif
