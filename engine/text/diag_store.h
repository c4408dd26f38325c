/*
 * diag_store - what text/diag.c keeps and text/diag_text.c and text/diag_json.c print.
 *
 * Nobody outside these three files includes this.
 */
#ifndef TEXT_DIAG_STORE_H
#define TEXT_DIAG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "text/diag.h"
#include "weir/bytes.h"
#include "weir/limits.h"

/* A dashed place, with its words; empty words show the line as context only. */
struct diag_place {
    struct diag_place *next;
    struct span at;
    const char *text;
};

/* A `= note:` or `= help:` line. */
struct diag_remark {
    struct diag_remark *next;
    bool help;
    const char *text;
};

struct diag {
    enum diag_level level;
    char code[8];
    struct span at;
    size_t order; /* in which it was added; settles ties */
    const char *text;
    const char *label; /* "" without one */
    struct diag_place *places;
    struct diag_remark *remarks;
};

struct diag_source {
    const char *path;
    struct bytes text;
    uint32_t *line; /* byte offset of each line's start */
    uint32_t lines;
};

struct diags {
    struct arena arena;
    struct diag_source *source; /* number 0 is nobody's: an empty text without a path */
    uint32_t source_count, source_cap;
    struct diag *all[LIMIT_DIAGS];
    size_t count;
    size_t errors, warnings; /* told, kept or not */
    size_t lost;
    bool failed; /* memory ran out; some words are missing */
    struct diag spare;
};

/* The source of a span; number 0 for one out of range. */
const struct diag_source *diag_source_of(const struct diags *ds, uint32_t file);
/* Line (from 0) that holds the byte; the last line for bytes beyond the end. */
uint32_t diag_line_of(const struct diag_source *s, uint32_t at);
/* The text of a line (from 0) without its line end. */
struct bytes diag_line_text(const struct diag_source *s, uint32_t line);
/* Messages by path, position and order into `room` of ds->count pointers. */
void diag_sort(const struct diags *ds, const struct diag **room);

#endif
