/*
 * of_block - the `of` of a rule: whose hits it looks at in place of transactions.
 */
#include <string.h>

#include "rule/operator.h"

#define LATE_STEP_US (INT64_C(3600) * 1000000) /* how much later late hits may be heard */

static struct diag *
tell(struct rule_making *rm, const struct yaml_node *n, const char *what)
{
    return diag_add(rm->ld->ds, DIAG_ERROR, "R271", n->at, "%s", what);
}

/* Its measures by name, as expressions know them after `hit.`. */
static bool
name_hits(struct rule_making *rm, const struct rule *of)
{
    struct measure_name *names = arena_take(rm->ld->a, of->measure_count + 1, sizeof *names);

    for (size_t i = 0; names != NULL && i < of->measure_count; i++)
        names[i] = of->measures[i].name;
    rm->hits = names;
    if (names == NULL)
        rm->ld->no_memory = true;
    return names != NULL;
}

/* It would never hear anything. */
static void
warn_silent(struct rule_making *rm, const struct yaml_node *n, const struct rule *of)
{
    enum rule_status mine = rm->rule->status;
    const char *why = of->status == RULE_RETIRED                       ? "retired"
                      : of->status == RULE_DRAFT && mine != RULE_DRAFT ? "a draft"
                      : of->status == RULE_SHADOW && mine == RULE_LIVE
                          ? "shadow, and nothing live rests on it"
                          : NULL;
    struct diag *d;

    if (why == NULL || mine == RULE_RETIRED)
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L604", n->at,
        "this rule never finds anything: `%.*s` is %s", QUOTE(of->name), why);
    diag_label(rm->ld->ds, d, "no hits");
}

void
of_load(struct rule_making *rm)
{
    const struct yaml_node *n = document_scalar(rm->map, "of");
    const struct rule *of;

    if (n == NULL)
        return;
    of = loader_rule(rm->ld, n, "of");
    if (of == NULL || !name_hits(rm, of)) {
        rule_break(rm, bytes_of("hit"));
        return;
    }
    warn_silent(rm, n, of);
    rm->rule->of = of;
    rm->rule->level = of->level + 1;
}

void
of_check(struct rule_making *rm, const struct operator_kind *kind)
{
    const struct yaml_node *n = document_scalar(rm->map, "of");
    const struct rule *of = rm->rule->of;
    struct diag *d;

    if (n == NULL)
        return;
    rm->blind = rm->blind || of == NULL;
    if (kind != NULL && kind->fed) {
        d = tell(rm, n, "a score looks at hits anyway, so it has no `of`");
        diag_label(rm->ld->ds, d, "put the rule into `add`");
    } else if (of != NULL && rm->rule->own && !of->own) {
        d = tell(rm, n, "hits of this rule are seen from no side, so there is no `own.`");
        diag_label(rm->ld->ds, d, "`%.*s` does not look at each account", QUOTE(of->name));
        diag_help(rm->ld->ds, d,
            "name the side:  originator.account  or  beneficiary.account  in place of own.account");
    }
}

void
of_reach(struct rule *rule)
{
    if (rule->of == NULL)
        return;
    rule->reach_us += rule->of->reach_us + LATE_STEP_US;
    rule->late |= rule->of->late;
}
