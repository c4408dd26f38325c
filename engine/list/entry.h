/*
 * entry - the entries of a list as written, inline in YAML or in a file, each with its place.
 *
 *      entry_open(&s, ds, spec, a); while (entry_next(&s, &p)) ...; entry_close(&s);
 *
 * A file has one entry a line, or is CSV read row by row; it lies below the rules folder, is UTF-8
 * and is not empty: what cannot be read is an error and never an empty list.
 */
#ifndef LIST_ENTRY_H
#define LIST_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "list/list.h"
#include "text/csv_read.h"
#include "text/diag.h"

/* A run of written text. `text` points into the node's text or into the file. */
struct piece {
    struct bytes text;
    const struct yaml_node *node; /* NULL: from the file */
    bool quoted;                  /* meant letter by letter */
};

struct entries {
    struct diags *ds;
    const struct list_spec *spec;
    struct arena *a;
    struct buf file;
    char *path;         /* as shown; NULL: inline */
    struct bytes text;  /* of the file without its byte order mark */
    uint32_t shown;     /* number of the file in ds, once a message needed it */
    size_t at, count;   /* read so far: bytes of the file or inline entries; entries */
    bool pattern_lines; /* ` #` belongs to the entry; only a line that begins with # is a remark */
    bool failed;        /* something was told that makes the list unusable */
    struct csv_read csv;
};

/* False where there is nothing to read, which was told. */
bool entry_open(struct entries *s, struct diags *ds, const struct list_spec *spec, struct arena *a);
void entry_close(struct entries *s);

/* Next inline node (any kind; only maps and lists have no text) or line; false at the end. */
bool entry_next(struct entries *s, struct piece *out);

enum { ENTRY_CELLS = 16 };
/* Next CSV row that is neither blank nor a remark: cells trimmed, quotes off. False at the end. */
bool entry_row(struct entries *s, struct piece *cell, size_t *count);

struct span entry_span(struct entries *s, const struct piece *p);
/* Where `part`, a part of the piece's text, stands. */
struct span entry_part(struct entries *s, const struct piece *p, struct bytes part);

/* An error about the piece. */
struct diag *entry_tell(struct entries *s, const char *code, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* E401; the list is unusable. */
void entry_starve(struct entries *s);

struct bytes entry_trim(struct bytes text);

#endif
