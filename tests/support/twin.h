/*
 * twin - random expressions with an answer of their own.
 *
 * The twin grows a tree, writes it as text and answers it by walking the tree with numbers of any
 * size and the three-valued tables of rule-language.md section 9, with nothing shared, folded or
 * put in another order. It shares the calendar and the folding of texts with the engine, which
 * have tests of their own.
 */
#ifndef SUPPORT_TWIN_H
#define SUPPORT_TWIN_H

#include "support/rule_lab.h"

/* A random transaction, with cells missing and figures at the ends of their range. */
void twin_row(struct lab *lab, uint64_t *seed);
/*
 * One random condition: compiled, run and compared; its canonical text compiled, run and compared
 * too, and printed again. Aborts the test on any difference. The lab fills: lab_fresh() now and
 * then.
 */
void twin_compare(struct lab *lab, uint64_t *seed);

#endif
