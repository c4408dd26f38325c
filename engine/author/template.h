/*
 * template - whole rules to begin with: commented, with a test that fires and one that stays quiet
 * (rule-language.md section 17).
 */
#ifndef AUTHOR_TEMPLATE_H
#define AUTHOR_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

struct template
{
    const char *label;        /* "flow chain", as `weir new` takes it */
    const char *what;         /* in a line */
    const char *operator_key; /* the rule's key it needs, NULL: none */
    const char *text;
};
extern const struct template templates[];
extern const size_t template_count;

/* Is the operator part of this version? */
bool template_ready(const struct template *t);

#endif
