/* describe - what every alert of a rule has in common, as the book and the sinks want it. */
#ifndef SCREEN_DESCRIBE_H
#define SCREEN_DESCRIBE_H

#include <stdbool.h>

struct alert_rule;
struct arena;
struct ruleset;

/* Fills one description a rule; texts live in the arena or with the rules. False: no memory. */
bool describe_rules(struct arena *a, const struct ruleset *rs, struct alert_rule *out);

#endif
