/* rule_name - a rule asked for by name. */
#ifndef CLI_RULE_NAME_H
#define CLI_RULE_NAME_H

#include "weir/bytes.h"

struct rule;
struct ruleset;

/* NULL: there is none; said on standard error, with the nearest name. */
const struct rule *rule_name_find(const struct ruleset *rs, struct bytes name);

#endif
