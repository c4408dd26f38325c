/*
 * clauses - a condition taken apart: each clause, whether it is true, and the values it stood on.
 */
#ifndef AUTHOR_CLAUSES_H
#define AUTHOR_CLAUSES_H

#include <stdbool.h>
#include <stddef.h>

#include "rule/program.h"
#include "rule/ruleset.h"
#include "weir/bytes.h"

struct arena;
struct buf;

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNDECIDED };
extern const char *const truth_names[]; /* "false", "true", "undecided" */

struct clause_line {
    const struct clause *clause;
    unsigned depth; /* below a clause that joins others */
    enum truth truth;
    struct bytes text;   /* as written */
    struct bytes values; /* "1 >= 2"; of other tests what they looked at: "card" */
    struct bytes note;   /* what gave the values; left to the caller */
};

/* The clauses of a condition in a frame, in the arena. False: no memory. */
bool clauses_of(const struct ruleset *rs, const struct program *condition, struct eval_room *room,
    const struct eval_frame *frame, struct arena *a, struct clause_line **out, size_t *count);

/* A line each, in columns: "true   countries >= 2   1 >= 2   all five rows: DE". */
void clauses_print(const struct clause_line *line, size_t count, unsigned indent, struct buf *out);
/* Blanks up to a column of the line that began at `from`, at least two. Counts characters. */
void clauses_pad(struct buf *out, size_t from, size_t column);

#endif
