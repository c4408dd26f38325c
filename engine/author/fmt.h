/*
 * fmt - a sheet in its one canonical form (rule-language.md section 17).
 *
 * Keys stand in the order of document.def, expressions as expr_print() writes them, on one line
 * where it fits and else folded; tests' tables are aligned; texts have no quotes they do not need.
 * Comments and single empty lines stay. Printing what was printed changes nothing.
 */
#ifndef AUTHOR_FMT_H
#define AUTHOR_FMT_H

#include "author/sheet.h"

struct buf;

enum { FMT_COLUMNS = 100 }; /* a line is folded beyond */

void fmt_print(const struct sheet *sheet, struct buf *out);

/* ---- parts (fmt_expr.c, fmt_scalar.c, fmt_table.c) ------------------------------- */

/* What expr_print() leaves where a line may end, in place of a blank. */
enum { BREAK_HARD = 2, BREAK_SOFT = 3 };

/*
 * The expression with canonical spacing and no bracket it does not need. With `breaks`, blanks
 * before the outermost `and` and `or` are BREAK_HARD, other good places for a line end BREAK_SOFT.
 */
void expr_print(const struct node *n, bool breaks, struct buf *out);

/* A scalar behind its key or dash at `column`; `indent` is that of the line. */
void fmt_scalar(
    const struct sheet_node *n, size_t indent, size_t column, struct bytes beside, struct buf *out);
/* A scalar within brackets. */
void fmt_flow_scalar(const struct sheet_node *n, struct buf *out);
void fmt_key(struct bytes key, struct buf *out);
/* Puts the comment where fmt_align_comments() finds it. */
void fmt_beside(struct bytes beside, struct buf *out);

/* The rows of a test table, aligned, each line behind `indent` blanks. */
void fmt_table(struct bytes text, size_t indent, struct buf *out);

void fmt_indent(size_t columns, struct buf *out);

#endif
