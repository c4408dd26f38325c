/*
 * exact - numbers of expressions: integers of the type's unit, quotients as fractions.
 *
 * What needs more than 128 bits is missing (E330), which `overflow` tells. A fraction is kept
 * for the comparison that follows; a further reckoning rounds it first, half-even
 * (rule-language.md section 7).
 */
#ifndef RULE_EXACT_H
#define RULE_EXACT_H

#include <stdbool.h>

#include "model/value.h"

struct exact {
    int128 num, den; /* den > 0 */
    bool set;
};

struct exact exact_of(int128 num);
struct exact exact_missing(void);

enum exact_op { EXACT_ADD, EXACT_SUBTRACT, EXACT_MULTIPLY, EXACT_DIVIDE };
/* Operands and their types as the checker let them through. */
struct exact exact_reckon(
    enum exact_op op, struct exact a, enum type ta, struct exact b, enum type tb, bool *overflow);
struct exact exact_round(struct exact a, enum type t);
int exact_compare(struct exact a, struct exact b);
/* Is a minor-unit amount a whole multiple of `step` (in 1e-9 of the main unit)? False: step <= 0.
 */
bool exact_is_round(int128 minor, int128 step, int digits, bool *round, bool *overflow);
/* The nearest multiple, a tie to the even one. */
struct exact exact_round_to(int128 minor, int128 step, int digits, bool *overflow);

#endif
