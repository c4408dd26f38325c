/*
 * telling - why a test failed at a row: the clauses of the rule as they stood there, and which rows
 * gave their values.
 */
#ifndef AUTHOR_TELLING_H
#define AUTHOR_TELLING_H

#include "author/clauses.h"
#include "author/examples.h"

struct telling {
    struct bytes row;   /* "row 5  d3 12:00  E -> HUB  400 EUR" */
    struct bytes what;  /* "expected an alert about HUB, got none" */
    struct bytes where; /* "in `when`, so the row was not looked at", or empty */
    struct clause_line *line;
    size_t count;
    struct ruleset *rs; /* what texts point into */
};

/* Runs the test once more and watches it there. telling_fini() in any case. */
enum weir_status telling_of(const struct examples *x, const struct example_rule *rule,
    const struct example *e, const struct fault *fault, struct arena *a, struct telling *out,
    struct weir_err *err);
void telling_fini(struct telling *t);

#endif
