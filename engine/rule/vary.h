/*
 * vary - one rule of a loaded set made anew for a test, with other parameters and other lists.
 */
#ifndef RULE_VARY_H
#define RULE_VARY_H

#include <stdint.h>

#include "rule/ruleset.h"

struct yaml_node;

struct variation {
    const struct yaml_node *with;               /* parameter to value; NULL: none */
    const struct yaml_node *lists, *watchlists; /* name to entries; NULL: none */
    struct bytes parameter;                     /* this one has `value` unless `with` says more;
                                                   empty: none */
    struct value value;
    int64_t as_of_day; /* exceptions are judged by it */
};

/*
 * A set with that one rule and those it hears, compiled as the base was, each in its place; the
 * other places are empty (not `sound`). `base` must outlive it. WEIR_REJECT where the rule cannot
 * be made with these values, with the reason.
 */
enum weir_status ruleset_vary(const struct ruleset *base, uint32_t rule, const struct variation *v,
    struct ruleset **out, struct weir_err *err);

#endif
