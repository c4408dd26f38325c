/*
 * judge_window - rules that collect in windows, group by group.
 *
 * Rules whose state-shaping part is equal share one group and so one set of windows.
 */
#include <assert.h>
#include <string.h>

#include "rule/judge_private.h"

enum { PREFETCH_AHEAD = 24 };

/* ---- building ------------------------------------------------------------ */

/* Add a rule to its group: gates on measures that are aggregates become gates on these. */
static bool
plan_rule(struct judge *j, struct group *g, uint32_t r)
{
    const struct rule *rule = &j->rs->rule[r];
    struct judged *d = &g->judged[g->judged_count];
    struct gate gates[GATES_MAX];
    size_t count = leaf_gates(rule->alert_if, gates);

    d->rule = r;
    d->measure = arena_take(&j->arena, rule->measure_count, sizeof *d->measure);
    if (d->measure == NULL)
        return false;
    for (size_t i = 0; i < rule->measure_count; i++)
        d->measure[i] = leaf_of(rule->measures[i].program);
    for (size_t i = 0; i < count; i++) {
        const struct leaf *measure = &d->measure[gates[i].slot];

        if (measure->kind != LEAF_AGGREGATE)
            continue;
        d->gate[d->gate_count] = gates[i];
        d->gate[d->gate_count++].slot = measure->slot;
    }
    g->judged_count++;
    return true;
}

bool
judge_window_plan(struct judge *j, uint32_t r, const struct hash_key *key)
{
    const struct rule *rule = &j->rs->rule[r];
    struct group *g = &j->group[j->group_count];
    struct window_aggregate types[WINDOW_AGGREGATES_MAX];
    uint32_t like1[WINDOW_AGGREGATES_MAX];
    struct window_spec spec = rule->window;

    for (uint32_t i = 0; i < j->group_count; i++) {
        if (memcmp(j->group[i].rule->state_hash, rule->state_hash, sizeof rule->state_hash) == 0) {
            return plan_rule(j, &j->group[i], r);
        }
    }
    *g = (struct group){.filter = j->select->filter_of[r], .rule = rule};
    g->judged = arena_take(&j->arena, j->rs->rule_count, sizeof *g->judged);
    if (g->judged == NULL || !judge_keys_of_rule(j, rule, key, &g->key) ||
        !judge_intake_plan(j, &rule->aggregates, key, &g->intake) || !plan_rule(j, g, r))
        return false;
    memcpy(types, rule->window.aggregate, rule->window.count * sizeof *types);
    for (uint32_t i = 0; i < rule->window.count; i++)
        if (g->intake.at[i].numbers.numbering != NULL)
            types[i].type = TYPE_NUMBER;
    judge_intake_like(&g->intake, like1);
    spec.aggregate = types;
    spec.like1 = like1;
    spec.hash = *key;
    g->windows = windows_new(&spec);
    if (g->windows == NULL)
        return false;
    j->group_count++;
    return true;
}

/* ---- one slab ------------------------------------------------------------- */

/* False where some line of the rule is certainly not reached by the entry just added. */
static bool
gates_open(const struct group *g, const struct judged *rule, uint32_t key)
{
    for (size_t i = 0; i < rule->gate_count; i++) {
        const struct gate *gate = &rule->gate[i];
        struct value v;
        int64_t number;

        if (windows_read_number(g->windows, key, gate->slot, &number)) {
            if (!leaf_reaches(gate, number))
                return false;
            continue;
        }
        v = windows_read(g->windows, key, gate->slot);
        if (!leaf_open(gate, &v))
            return false;
    }
    return true;
}

static bool
alerts(struct judge *j, const struct group *g, const struct judged *judged, uint32_t key,
    const struct eval_frame *frame)
{
    const struct rule *rule = &j->rs->rule[judged->rule];
    struct value v;

    eval_next_row(j->room);
    for (uint32_t i = 0; i < rule->aggregates.count; i++)
        j->aggregates[i] = windows_read(g->windows, key, i);
    for (size_t i = 0; i < rule->measure_count; i++)
        j->measures[i] = judged->measure[i].kind == LEAF_AGGREGATE
                             ? j->aggregates[judged->measure[i].slot]
                             : program_run(rule->measures[i].program, j->room, frame);
    v = program_run(rule->alert_if, j->room, frame);
    return v.set && v.num != 0;
}

/* A value shared by very many is an agency's number or a row of zeros, and says nothing. */
static bool
placeholder(struct judge *j, const struct judged *judged)
{
    const struct rule *rule = &j->rs->rule[judged->rule];

    if (rule->ignore_above == 0 || j->measures[0].num <= (int128)rule->ignore_above * NUMBER_SCALE)
        return false;
    j->tally[judged->rule].counts.placeholder++;
    return true;
}

/* Let a rule look at the window this entry just changed. */
static bool
judge_entry(struct judge *j, struct group *group, const struct judged *judged, uint32_t n,
    judge_emit_fn emit, void *context)
{
    struct eval_frame frame = {
        .txn = j->row[n], .side = j->side[n], .measures = j->measures, .aggregates = j->aggregates};
    struct draft d;
    bool reached;

    reached = alerts(j, group, judged, j->key[n], &frame) && !placeholder(j, judged);
    if (!reached && j->look == NULL)
        return true;
    d = (struct draft){.rule = &j->rs->rule[judged->rule],
        .txn = j->row[n],
        .side = j->side[n],
        .at_us = j->row[n]->at_us,
        .number = j->number[j->at[n]],
        .group = group,
        .key = j->key[n]};
    return judge_show(j, &d, reached) && (!reached || judge_raise(j, &d, emit, context));
}

static void
count_missing_keys(struct judge *j, const struct group *g, uint32_t n)
{
    for (uint32_t i = 0; i < g->judged_count; i++)
        j->tally[g->judged[i].rule].counts.key_missing += n;
}

/* Make the inputs of entry n, and ask for the memory its window will touch. */
static void
make_inputs(struct judge *j, const struct group *g, uint32_t n)
{
    struct window_numbers *numbers = &j->numbers_in[n % INPUTS_RING];
    struct value *inputs = j->inputs[n % INPUTS_RING];

    if (j->key[n] == KEYS_NONE)
        return;
    if (g->intake.numbers) {
        judge_intake_numbers(j, &g->intake, n, numbers);
        if (g->intake.tables)
            windows_prefetch_numbers(g->windows, j->key[n], numbers);
        return;
    }
    judge_intake_inputs(j, &g->intake, n, inputs);
    if (g->intake.tables)
        windows_prefetch_inputs(g->windows, j->key[n], inputs);
}

/* Add entry n, and let every rule of the group look. */
static bool
add_entry(struct judge *j, struct group *g, uint32_t n, judge_emit_fn emit, void *context)
{
    int64_t at_us = j->row[n]->at_us;
    uint64_t number = j->number[j->at[n]];
    uint32_t key = j->key[n];

    if (!(g->intake.numbers
                ? windows_add_numbers(
                      g->windows, key, at_us, number, &j->numbers_in[n % INPUTS_RING])
                : windows_add(g->windows, key, at_us, number, j->inputs[n % INPUTS_RING])))
        return false;
    for (uint32_t i = 0; i < g->judged_count; i++)
        if ((j->look != NULL || gates_open(g, &g->judged[i], key)) &&
            !judge_entry(j, g, &g->judged[i], n, emit, context))
            return false;
    return true;
}

/* Memory is asked for in stages: the key's record far ahead, what the inputs touch nearer. */
static void
look_ahead(struct judge *j, const struct group *g, uint32_t n, uint32_t count)
{
    if (n + PREFETCH_AHEAD < count && j->key[n + PREFETCH_AHEAD] != KEYS_NONE)
        windows_prefetch(g->windows, j->key[n + PREFETCH_AHEAD]);
    if (g->intake.fleeting)
        make_inputs(j, g, n);
    else if (n + INPUTS_AHEAD < count)
        make_inputs(j, g, n + INPUTS_AHEAD);
}

bool
judge_window_entries(
    struct judge *j, struct group *group, uint32_t n, judge_emit_fn emit, void *context)
{
    uint32_t missing = 0;

    if (n == 0)
        return true;
    if (!judge_keys_number(j, &group->key, n, j->key) || !judge_intake_number(j, &group->intake, n))
        return false;
    for (uint32_t i = 0; !group->intake.fleeting && i < INPUTS_AHEAD && i < n; i++)
        make_inputs(j, group, i);
    for (uint32_t i = 0; i < n; i++) {
        look_ahead(j, group, i, n);
        if (j->key[i] == KEYS_NONE) {
            missing++;
            continue;
        }
        if (!add_entry(j, group, i, emit, context))
            return false;
    }
    count_missing_keys(j, group, missing);
    return true;
}

bool
judge_window_slab(
    struct judge *j, const struct txn **rows, uint32_t count, judge_emit_fn emit, void *context)
{
    for (uint32_t g = 0; g < j->group_count; g++) {
        struct group *group = &j->group[g];

        if (group->rule->level > 0)
            continue;
        if (!judge_window_entries(j, group, judge_collect(j, group->filter, rows), emit, context))
            return false;
        windows_expire(group->windows, rows[count - 1]->at_us);
    }
    return true;
}
