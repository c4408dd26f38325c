#include "rule/operator.h"

#include <assert.h>
#include <string.h>

#include "model/type.h"
#include "operator/baseline.h"
#include "operator/flow_door.h"
#include "operator/pass_through.h"
#include "operator/score.h"
#include "operator/sequence.h"

const struct operator_kind operators[] = {
    {OPERATOR_WINDOW, "window", "a window", "per", "over", BLOCK_WINDOW, window_load, window_hash,
        NULL, NULL, false, false, NULL},
    {OPERATOR_PASS_THROUGH, "pass_through", "a pass_through", "per", "within", BLOCK_PASS_THROUGH,
        pass_through_load, pass_through_hash, pass_through_state, &pass_through_class, false, false,
        NULL},
    {OPERATOR_SHARED, "shared", "a `shared` rule", "attribute", "within", BLOCK_SHARED, shared_load,
        shared_hash, NULL, NULL, false, false, NULL},
    {OPERATOR_SCORE, "score", "a score", NULL, "over", BLOCK_SCORE, score_load, score_hash,
        score_state, &score_class, true, false, NULL},
    {OPERATOR_FLOW, "flow", "a flow", NULL, "within", BLOCK_FLOW, flow_load, flow_hash, flow_state,
        &flow_class, false, true, flow_seat},
    {OPERATOR_SEQUENCE, "sequence", "a sequence", "per", "within", BLOCK_SEQUENCE, sequence_load,
        sequence_hash, sequence_state, &sequence_class, false, false, NULL},
    {OPERATOR_BASELINE, "baseline", "a baseline", "per", "recent", BLOCK_BASELINE, baseline_load,
        baseline_hash, baseline_state, &baseline_class, false, false, NULL},
};
const size_t operator_count = sizeof operators / sizeof *operators;

const struct operator_kind *
operator_of(enum rule_operator op)
{
    for (size_t i = 0; i < operator_count; i++)
        if (operators[i].op == op)
            return &operators[i];
    return NULL;
}

const struct operator_kind *
operator_find(struct rule_making *rm, const struct yaml_entry **entry)
{
    const struct operator_kind *found = NULL;

    *entry = NULL;
    for (size_t i = 0; i < operator_count; i++) {
        const struct yaml_entry *e = document_entry(rm->map, operators[i].key);
        struct diag *d;

        if (e == NULL)
            continue;
        if (found == NULL) {
            found = &operators[i];
            *entry = e;
            continue;
        }
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R241", e->key_at,
            "a rule has one operator, and this one has `%s` and `%s`", found->key,
            operators[i].key);
        diag_label(rm->ld->ds, d, "second one");
        diag_mark(rm->ld->ds, d, (*entry)->key_at, "first one");
        diag_help(rm->ld->ds, d,
            "make two rules of them; a `score` or `of: <rule>` brings their hits together");
        rm->blind = true;
    }
    return found;
}

/* ---- what blocks build from ---------------------------------------------------- */

static bool
no_memory(struct rule_making *rm)
{
    rm->ld->no_memory = true;
    return false;
}

int
rule_input(struct rule_making *rm, const struct program *p, bool by_number)
{
    struct aggregates *in = &rm->rule->aggregates;

    if (p == NULL)
        return -1;
    assert(in->count < WINDOW_AGGREGATES_MAX);
    if (in->count == in->cap) {
        struct aggregate *more = arena_take(rm->ld->a, WINDOW_AGGREGATES_MAX, sizeof *more);

        if (more == NULL)
            return (void)no_memory(rm), -1;
        in->at = more;
        in->cap = WINDOW_AGGREGATES_MAX;
    }
    in->at[in->count] = (struct aggregate){.function = by_number ? WINDOW_DISTINCT : WINDOW_LAST,
        .type = program_type(p),
        .currency = program_currency(p),
        .value = p};
    return (int)in->count++;
}

int
rule_input_text(struct rule_making *rm, const char *text, bool by_number)
{
    struct yaml_node *n = arena_take(rm->ld->a, 1, sizeof *n);

    if (n == NULL)
        return (void)no_memory(rm), -1;
    *n =
        (struct yaml_node){.kind = YAML_SCALAR, .at = rm->doc->name_at->at, .text = bytes_of(text)};
    return rule_input(rm, rule_program(rm, n, PLACE_WHEN, "when", TYPE_NONE), by_number);
}

bool
rule_within(struct rule_making *rm, const struct yaml_node *n, const char *noun)
{
    if (!rule_span(rm, n, "`within`", &rm->rule->span_us))
        return false;
    if (rm->rule->span_us <= 400 * DAY_US)
        return true;
    diag_add(rm->ld->ds, DIAG_ERROR, "R513", n->at, "%s spans at most 400 days", noun);
    return false;
}

bool
rule_measure(struct rule_making *rm, struct bytes name, enum type type, bool percent)
{
    struct measure *m;

    if (rm->measure_count == 0) {
        rm->measures = arena_take(rm->ld->a, RULE_MEASURES_MAX, sizeof *rm->measures);
        rm->measure_names = arena_take(rm->ld->a, RULE_MEASURES_MAX, sizeof *rm->measure_names);
    }
    if (rm->measures == NULL || rm->measure_names == NULL)
        return no_memory(rm);
    assert(rm->measure_count < RULE_MEASURES_MAX);
    m = &rm->measures[rm->measure_count];
    *m = (struct measure){.name = {.name = name,
                              .at = rm->doc->name_at->at,
                              .type = type,
                              .percent = percent,
                              .currency = type == TYPE_MONEY ? code_pack("EUR", 3) : 0}};
    rm->measure_names[rm->measure_count++] = m->name;
    rm->rule->measures = rm->measures;
    rm->rule->measure_count = rm->measure_count;
    return true;
}

bool
rule_touch(struct rule_making *rm, const struct program *when, int side)
{
    struct touch *list;

    list = arena_take(rm->ld->a, rm->rule->touch_count + 1, sizeof *list);
    if (list == NULL)
        return no_memory(rm);
    for (size_t i = 0; i < rm->rule->touch_count; i++)
        list[i] = rm->rule->touch[i];
    list[rm->rule->touch_count++] = (struct touch){when, side, rm->part};
    rm->rule->touch = list;
    return true;
}
