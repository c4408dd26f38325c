/*
 * boundary - each parameter moved one step up and down, and the rule's tests run again: where none
 * fails, no test knows where the line is (rule-language.md section 16).
 */
#ifndef AUTHOR_BOUNDARY_H
#define AUTHOR_BOUNDARY_H

#include "author/examples.h"

/* Fills rule->boundary. A test whose outcome changes has noticed. */
enum weir_status boundary_check(
    const struct ruleset *rs, struct example_rule *rule, struct arena *a, struct weir_err *err);

/* The parameter one step up (`direction` 1) or down (-1); unset where there is no such value. */
struct value boundary_step(const struct parameter *p, int direction);

struct buf;
/* As an author writes it: 1650 EUR, 80%, 7d, 1d 4h. */
void boundary_print(struct value v, bool percent, struct buf *out);

#endif
