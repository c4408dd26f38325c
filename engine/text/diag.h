/*
 * diag - messages about a source text, with their place in it (rule-language.md 14).
 *
 * Every loader (rules, mappings, lists) collects all its messages in one
 * `struct diags` and goes on; nothing stops at the first. They are printed once,
 * ordered by file and position, as text (carets, notes, helps), JSON or SARIF.
 *
 *      struct diag *d = diag_add(ds, DIAG_ERROR, "R401", span, "there is no field called `%s`",
 * name); diag_label(d, "did you mean `%s`?", best);         words at the carets diag_mark(ds, d,
 * other_span, "only EUR here");      a dashed related place diag_note(d, "channels are: ...");
 * diag_help(d, "`weir fields` lists ...");
 *
 * Positions are bytes of the file's text; columns shown count characters and the
 * caret line honours wide characters and tabs.
 */
#ifndef TEXT_DIAG_H
#define TEXT_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

struct arena;
struct buf;

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct span {
    uint32_t file; /* index given by diag_file() */
    uint32_t from; /* byte offset of the first byte */
    uint32_t size; /* bytes, may be 0 */
};

struct diags; /* owns copies of the file texts and all messages; one arena */
struct diag;

struct diags *diags_new(void); /* NULL when out of memory */
void diags_free(struct diags *ds);

/* Register a text; `path` is shown as given. The text is copied. Returns its index. */
uint32_t diag_file(struct diags *ds, const char *path, struct bytes text);
struct bytes diag_file_text(const struct diags *ds, uint32_t file);
const char *diag_file_path(const struct diags *ds, uint32_t file);

/* Where a byte stands, from 1; columns count characters. */
struct diag_spot {
    uint32_t line, column;
};
struct diag_spot diag_spot_of(const struct diags *ds, uint32_t file, uint32_t at);

/* Never NULL: when memory or LIMIT_DIAGS is out a spare is returned and the loss is counted. */
struct diag *diag_add(struct diags *ds, enum diag_level level, const char *code, struct span at,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void diag_label(struct diags *ds, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_mark(struct diags *ds, struct diag *d, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_note(struct diags *ds, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_help(struct diags *ds, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the first warning of that code which begins within the span out; false: there is none. */
bool diag_silence(struct diags *ds, struct bytes code, struct span within);

size_t diags_errors(const struct diags *ds);
size_t diags_warnings(const struct diags *ds);
/* The sentence of the first error told, "" without one. */
const char *diags_first(const struct diags *ds);

/* All messages, ordered by file path and position. `colour` only for text on a terminal. */
void diags_print_text(const struct diags *ds, bool colour, struct buf *out);
void diags_print_json(const struct diags *ds, struct buf *out); /* one object a line */
void diags_print_sarif(const struct diags *ds, const char *version, struct buf *out); /* 2.1.0 */

/*
 * Nearest of `count` names to `word`: edit distance (Damerau, at most a third of the length,
 * rounded up), then same when folded to lower case, then prefix. At most `max` indices into `best`,
 * nearest first. Returns how many.
 */
size_t diag_nearest(
    struct bytes word, const char *const *names, size_t count, size_t *best, size_t max);

#endif
