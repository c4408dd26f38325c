#include "cli/rule_name.h"

#include <stdio.h>

#include "base/arena.h"
#include "rule/ruleset.h"
#include "text/diag.h"

static void
tell_unknown(const struct ruleset *rs, struct bytes name)
{
    struct arena a;
    const char **names;
    size_t best, found = 0;

    arena_init(&a, 0, "names of rules");
    names = arena_take(&a, rs->rule_count + 1, sizeof(const char *));
    for (size_t i = 0; names != NULL && i < rs->rule_count; i++)
        if ((names[i] = arena_copy(&a, rs->rule[i].name)) == NULL)
            names = NULL;
    if (names != NULL)
        found = diag_nearest(name, names, rs->rule_count, &best, 1);
    fprintf(stderr, "weir: there is no rule `%.*s`", (int)name.size, name.at);
    if (found > 0)
        fprintf(stderr, "; did you mean `%s`?", names[best]);
    fputc('\n', stderr);
    arena_fini(&a);
}

const struct rule *
rule_name_find(const struct ruleset *rs, struct bytes name)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (bytes_equal(rs->rule[i].name, name))
            return &rs->rule[i];
    tell_unknown(rs, name);
    return NULL;
}
