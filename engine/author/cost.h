/*
 * cost - what rules do with a sample of rows, and findings that only data can show
 * (rule-language.md section 15: L614, L621, L622, and L613 and L631 as far as data decides).
 */
#ifndef AUTHOR_COST_H
#define AUTHOR_COST_H

#include <stdbool.h>

#include "screen/screen.h"

struct buf;
struct cost;

struct cost *cost_new(void); /* NULL: no memory */
void cost_free(struct cost *c);
/* For screen_spec.watch of one run over the sample; every rule but retired ones is run. */
const struct screen_watch *cost_watch(struct cost *c);
/* After the run: a line a rule. False: no memory. */
bool cost_table(const struct cost *c, const struct screen_result *r, struct buf *out);
/* Findings, told at the names of the rules in `rs`, which was loaded from the same files. */
void cost_check(const struct cost *c, const struct screen_result *r, const struct ruleset *rs,
    struct diags *ds);

#endif
