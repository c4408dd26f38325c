/*
 * pass_through_block - the `pass_through` of a rule: whose money, how long it may rest, which
 * amounts count as coming in and as going out.
 */
#include <string.h>

#include "operator/pass_through.h"
#include "rule/operator.h"

/* What goes through something is seen from its own side: one field, and one of `own.`. */
static void
check_per(struct rule_making *rm, const struct yaml_node *per)
{
    struct diag *d;

    if (per == NULL || rm->rule->per_count == 0 || rm->rule->per[0].view != 0)
        return;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R226", per->at, "money passes through an `own.` field");
    diag_label(rm->ld->ds, d, "this names one side of each payment only");
    diag_help(rm->ld->ds, d, "for example  per: own.account");
}

/* Payments between two accounts of one customer pass nothing on; within one account none are seen.
 */
static bool
internal_input(struct rule_making *rm)
{
    const char *name;
    struct buf text = {0};
    const char *copy;

    if (rm->rule->per_count == 0 || rm->rule->per[0].field == TXN_O_ACCOUNT)
        return false;
    name = strchr(rm->ld->rs->fields[rm->rule->per[0].field].name, '.');
    buf_print(&text, "own%s = counterparty%s", name, name);
    copy = text.failed ? NULL : arena_copy(rm->ld->a, buf_bytes(&text));
    buf_fini(&text);
    if (copy == NULL) {
        rm->ld->no_memory = true;
        return false;
    }
    return rule_input_text(rm, copy, false) >= 0;
}

static void
load_side(struct rule_making *rm, const struct yaml_node *map, const char *key, int side)
{
    const struct program *p =
        rule_program(rm, document_scalar(map, key), PLACE_WHEN, key, TYPE_BOOL);

    rm->part = key;
    if (p != NULL || document_entry(map, key) == NULL)
        (void)rule_touch(rm, p, side);
}

static void
add_measures(struct rule_making *rm)
{
    static const struct {
        const char *name;
        enum type type;
        bool percent;
    } measures[PASS_MEASURES] = {
        [PASS_INFLOW] = {"inflow", TYPE_MONEY, false},
        [PASS_OUTFLOW] = {"outflow", TYPE_MONEY, false},
        [PASS_PASSED] = {"passed", TYPE_MONEY, false},
        [PASS_PASSED_SHARE] = {"passed_share", TYPE_NUMBER, true},
        [PASS_HELD] = {"held", TYPE_DURATION, false},
        [PASS_CREDITS] = {"credits", TYPE_NUMBER, false},
        [PASS_DEBITS] = {"debits", TYPE_NUMBER, false},
        [PASS_SOURCES] = {"sources", TYPE_NUMBER, false},
        [PASS_TARGETS] = {"targets", TYPE_NUMBER, false},
    };

    for (unsigned i = 0; i < PASS_MEASURES; i++)
        (void)rule_measure(rm, bytes_of(measures[i].name), measures[i].type, measures[i].percent);
}

void
pass_through_load(struct rule_making *rm, const struct yaml_entry *e)
{
    struct pass_through_spec *spec = arena_take(rm->ld->a, 1, sizeof *spec);

    if (spec == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    check_per(rm, document_scalar(e->value, "per"));
    if (rule_within(rm, document_scalar(e->value, "within"), "a pass_through"))
        spec->within_us = rm->rule->span_us;
    load_side(rm, e->value, "in", SIDE_BENEFICIARY);
    load_side(rm, e->value, "out", SIDE_ORIGINATOR);
    if (rm->rule
            ->own) { /* also where `own.` names no field: `in` and `out` are read all the same */
        (void)rule_input_text(rm, "amount_eur", false);
        (void)rule_input_text(rm, "counterparty.account", true);
        spec->internal = internal_input(rm);
    }
    spec->zone = rm->ld->rs->zone;
    rm->rule->spec = spec;
    add_measures(rm);
}

void
pass_through_hash(const struct rule *rule, struct buf *out)
{
    buf_print(out, "within %lld\n", (long long)rule->span_us);
}

void *
pass_through_state(const struct rule *rule, const struct hash_key *key)
{
    (void)key;
    return pass_through_new(rule->spec);
}
