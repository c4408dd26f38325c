/*
 * against - rules held against those that were approved: a changed meaning needs a higher version
 * (L651, rule-language.md section 19).
 */
#ifndef AUTHOR_AGAINST_H
#define AUTHOR_AGAINST_H

#include "rule/ruleset.h"

/* Both without errors; what is found goes to `ds`, which holds the files of `now`. */
void against_check(const struct ruleset *now, const struct ruleset *approved, struct diags *ds);

#endif
