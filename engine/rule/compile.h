/* compile - a term to instructions; private to the expression language. */
#ifndef RULE_COMPILE_H
#define RULE_COMPILE_H

#include "rule/instr.h"

struct arena;
struct matcher;

/* A program for one term, without clauses. NULL: out of memory. `m` may be NULL. */
struct program *compile_term(struct arena *a, const struct term *t, const struct field *fields,
    struct matcher *m, struct aggregates *aggs);
/* The slot of an aggregate among those there are, appended where it is new. */
uint32_t compile_aggregate(
    struct arena *a, struct aggregates *aggs, const struct aggregate *fresh, bool *failed);

#endif
