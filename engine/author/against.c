#include "author/against.h"

#include <string.h>

#include "rule/document.h"

static const struct rule *
find_rule(const struct ruleset *rs, struct bytes name)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (bytes_equal(rs->rule[i].name, name))
            return &rs->rule[i];
    return NULL;
}

/* The `version` of a rule among the documents of a node; NULL where it is not there. */
static const struct yaml_node *
find_version(const struct yaml_node *n, struct bytes name)
{
    const struct yaml_node *rule = document_scalar(n, "rule");
    const struct yaml_node *found = NULL;

    if (rule != NULL && bytes_equal(rule->text, name))
        return document_scalar(n, "version");
    for (size_t i = 0; n != NULL && n->kind == YAML_LIST && i < n->count && found == NULL; i++)
        found = find_version(n->entry[i].value, name);
    return found;
}

static struct span
version_place(const struct ruleset *rs, struct bytes name)
{
    const struct yaml_node *found = NULL;

    for (const struct rule_file *f = rs->files; f != NULL && found == NULL; f = f->next)
        for (size_t i = 0; i < f->yaml.count && found == NULL; i++)
            if (f->yaml.document[i] != NULL)
                found = find_version(f->yaml.document[i], name);
    return found == NULL ? (struct span){0} : found->at;
}

static void
tell(
    const struct ruleset *now, const struct rule *rule, const struct rule *before, struct diags *ds)
{
    struct diag *d = diag_add(ds, DIAG_WARNING, "L651", version_place(now, rule->name),
        "the meaning of `%.*s` changed, but its version did not", (int)rule->name.size,
        rule->name.at);

    diag_label(ds, d, "version %lld was approved with another meaning", (long long)before->version);
    diag_help(ds, d, "write  version: %lld", (long long)before->version + 1);
}

void
against_check(const struct ruleset *now, const struct ruleset *approved, struct diags *ds)
{
    for (size_t i = 0; i < now->rule_count; i++) {
        const struct rule *rule = &now->rule[i];
        const struct rule *before = find_rule(approved, rule->name);

        if (before != NULL && memcmp(rule->hash, before->hash, sizeof rule->hash) != 0 &&
            rule->version <= before->version)
            tell(now, rule, before, ds);
    }
}
