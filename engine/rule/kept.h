/* kept - what programs use that does not lie in their arena, in one chain a ruleset. */
#ifndef RULE_KEPT_H
#define RULE_KEPT_H

struct regex;
struct zone;

struct kept {
    struct kept *next;
    struct regex *written, *folded; /* of a pattern; any may be NULL */
    struct zone *zone;
};

#endif
