/* compile - a term to instructions; private to the expression language. */
#ifndef RULE_COMPILE_H
#define RULE_COMPILE_H

#include "rule/instr.h"

struct arena;

/* A program for one term, without clauses. NULL: out of memory. */
struct program *compile_term(
    struct arena *a, const struct term *t, const struct field *fields, struct aggregates *aggs);
/* The slot of an aggregate among those there are, appended where it is new. */
uint32_t compile_aggregate(
    struct arena *a, struct aggregates *aggs, const struct aggregate *fresh, bool *failed);

#endif
