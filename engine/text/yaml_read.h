/*
 * yaml_read - a YAML file as a small tree that knows where every byte came from.
 *
 * The profile of rule-language.md section 5: scalars are text; duplicate keys,
 * anchors, aliases, tags, merge keys, directives other than %YAML, bidirectional
 * controls and broken UTF-8 are errors (R1xx) put into `ds`; depth and size have
 * caps (R5xx). The only file that sees libyaml.
 *
 * A file that cannot be parsed at all still yields the documents before the
 * fault. Text is NFC. Everything lives in the arena.
 */
#ifndef TEXT_YAML_READ_H
#define TEXT_YAML_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/diag.h"
#include "weir/bytes.h"

struct arena;

enum yaml_kind { YAML_SCALAR, YAML_MAP, YAML_LIST };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

struct yaml_node {
    enum yaml_kind kind;
    enum yaml_style style;  /* scalars */
    struct span at;         /* raw text of a scalar; a map's or list's first to last byte */
    struct bytes text;      /* scalar: decoded value */
    const uint32_t *origin; /* scalar: byte offset in the file of each byte of `text`, and one past
                               the end; NULL where the re-read text differed (use at.from) */
    size_t count;           /* entries */
    struct yaml_entry *entry;
};

struct yaml_entry {
    struct span key_at;      /* maps */
    struct bytes key;        /* maps: the key's text */
    struct yaml_node *value; /* never NULL */
};

struct yaml_file {
    size_t count;
    struct yaml_node **document;
    uint32_t file; /* index in ds */
};

/* Parse `text` registered under `path`. False when out of memory only. */
bool yaml_read(
    struct arena *a, struct diags *ds, const char *path, struct bytes text, struct yaml_file *out);

/* The value of a key of a map, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* The place in the file of bytes [from, from + size) of a scalar's decoded text. */
struct span yaml_span(const struct yaml_node *scalar, size_t from, size_t size);

#endif
