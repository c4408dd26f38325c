#include "rule/judge.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "rule/judge_private.h"

enum { PREFETCH_AHEAD = 24 };

/* ---- building ------------------------------------------------------------ */

/* The numbering of a key, made once and shared by all that have the same parts. */
static struct keys *
keys_for(struct judge *j, const struct keys_part *part, size_t count, const struct hash_key *key)
{
    for (uint32_t i = 0; i < j->keys_count; i++)
        if (keys_same(j->keys[i], part, count))
            return j->keys[i];
    j->keys[j->keys_count] = keys_new(part, count, key);
    return j->keys[j->keys_count] == NULL ? NULL : j->keys[j->keys_count++];
}

static struct keys *
keys_of_rule(struct judge *j, const struct rule *rule, const struct hash_key *key)
{
    struct keys_part part[KEYS_PARTS_MAX];

    assert(rule->per_count <= KEYS_PARTS_MAX);
    for (size_t i = 0; i < rule->per_count; i++)
        part[i] = (struct keys_part){.field = rule->per[i].field,
            .view = rule->per[i].view,
            .type = (uint8_t)j->rs->fields[rule->per[i].field].type};
    return keys_for(j, part, rule->per_count, key);
}

static bool
counts_values(int function)
{
    return function == WINDOW_DISTINCT || function == WINDOW_MODE_SHARE ||
           function == WINDOW_FIRST_SEEN;
}

static int64_t
span_of(const struct window_spec *w)
{
    switch (w->period) {
    case WINDOW_SPAN:
        return w->span_us;
    case WINDOW_DAY:
        return 2 * US_PER_DAY;
    case WINDOW_WEEK:
        return 8 * US_PER_DAY;
    case WINDOW_MONTH:
        return 32 * US_PER_DAY;
    }
    return 0;
}

/* Values that are counted and stand as text in a cell go by number: cheaper to keep and to compare.
 */
static bool
number_texts(struct judge *j, const struct aggregate *a, struct intake *in, uint32_t *columns,
    const struct hash_key *key)
{
    struct keys_part part;

    if (!counts_values(a->function) || in->value.kind != LEAF_TEXT || *columns == NUMBERED_MAX)
        return true;
    part = (struct keys_part){
        .field = in->value.field, .view = in->value.view, .type = (uint8_t)in->value.type};
    in->numbers = keys_for(j, &part, 1, key);
    in->column = (*columns)++;
    return in->numbers != NULL;
}

/* What can be had of the group's inputs without running a program. */
static bool
plan_intake(
    struct judge *j, struct group *g, struct window_aggregate *types, const struct hash_key *key)
{
    const struct aggregates *aggs = &g->rule->aggregates;
    uint32_t columns = 0;

    g->intake = arena_take(&j->arena, aggs->count, sizeof *g->intake);
    g->judged = arena_take(&j->arena, j->rs->rule_count, sizeof *g->judged);
    if (g->intake == NULL || g->judged == NULL)
        return false;
    for (uint32_t i = 0; i < aggs->count; i++) {
        if (aggs->at[i].where != NULL)
            g->intake[i].where = leaf_of(aggs->at[i].where);
        if (aggs->at[i].value != NULL)
            g->intake[i].value = leaf_of(aggs->at[i].value);
        g->tables |= counts_values(aggs->at[i].function);
        if (!number_texts(j, &aggs->at[i], &g->intake[i], &columns, key))
            return false;
        if (g->intake[i].numbers != NULL)
            types[i].type = TYPE_NUMBER;
        g->fleeting |= g->intake[i].value.kind == LEAF_NONE && type_is_text(aggs->at[i].type);
    }
    return true;
}

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

static bool
add_group(struct judge *j, uint32_t r, const struct hash_key *key)
{
    const struct rule *rule = &j->rs->rule[r];
    struct group *g = &j->group[j->group_count];
    struct window_aggregate types[WINDOW_AGGREGATES_MAX];
    struct window_spec spec = rule->window;

    for (uint32_t i = 0; i < j->group_count; i++) {
        if (memcmp(j->group[i].rule->state_hash, rule->state_hash, sizeof rule->state_hash) == 0) {
            j->group_of[r] = i;
            return plan_rule(j, &j->group[i], r);
        }
    }
    *g = (struct group){.filter = j->select->filter_of[r], .rule = rule};
    g->keys = keys_of_rule(j, rule, key);
    memcpy(types, rule->window.aggregate, rule->window.count * sizeof *types);
    spec.aggregate = types;
    spec.hash = *key;
    if (g->keys == NULL || !plan_intake(j, g, types, key) || !plan_rule(j, g, r))
        return false;
    g->windows = windows_new(&spec);
    if (g->windows == NULL)
        return false;
    if (span_of(&rule->window) > j->span_us)
        j->span_us = span_of(&rule->window);
    j->group_of[r] = j->group_count++;
    return true;
}

static bool
build(struct judge *j, const struct hash_key *key)
{
    size_t rules = j->rs->rule_count;

    arena_init(&j->arena, 0, "judge");
    j->ledger = ledger_new();
    j->room = eval_room_new(j->rs->zone, j->rs->week_starts);
    j->group = alloc_zero(rules + 1, sizeof *j->group);
    j->keys = alloc_zero(rules * (1 + NUMBERED_MAX) + 1, sizeof *j->keys);
    j->group_of = alloc_zero(rules + 1, sizeof *j->group_of);
    j->tally = alloc_zero(rules + 1, sizeof *j->tally);
    j->picked = alloc_zero(j->select->filter_count + 1, sizeof *j->picked);
    if (j->ledger == NULL || j->room == NULL || j->group == NULL || j->keys == NULL ||
        j->group_of == NULL || j->tally == NULL || j->picked == NULL)
        return false;
    for (uint32_t r = 0; r < rules; r++) {
        const struct rule *rule = &j->rs->rule[r];

        j->group_of[r] = NO_GROUP;
        j->tally[r].exceptions = alloc_zero(rule->exception_count + 1, sizeof(uint64_t));
        if (j->tally[r].exceptions == NULL)
            return false;
        assert(rule->measure_count <= MEASURES_MAX);
        if (j->active[r] && rule->op == OPERATOR_WINDOW && !add_group(j, r, key))
            return false;
    }
    return true;
}

struct judge *
judge_new(const struct ruleset *rs, const bool *active, const struct select *select,
    const struct hash_key *key)
{
    struct judge *j = alloc_zero(1, sizeof *j);

    if (j == NULL)
        return NULL;
    j->rs = rs;
    j->active = active;
    j->select = select;
    if (!build(j, key)) {
        judge_free(j);
        return NULL;
    }
    return j;
}

void
judge_free(struct judge *j)
{
    if (j == NULL)
        return;
    for (uint32_t i = 0; i < j->group_count; i++)
        windows_free(j->group[i].windows);
    for (uint32_t i = 0; i < j->keys_count; i++)
        keys_free(j->keys[i]);
    for (size_t r = 0; j->tally != NULL && r < j->rs->rule_count; r++)
        alloc_free(j->tally[r].exceptions);
    ledger_free(j->ledger);
    eval_room_free(j->room);
    alloc_free(j->group);
    alloc_free(j->keys);
    alloc_free(j->group_of);
    alloc_free(j->tally);
    alloc_free(j->picked);
    buf_fini(&j->about);
    buf_fini(&j->text);
    alloc_free(j->clauses);
    alloc_free(j->watches);
    alloc_free(j->numbers);
    alloc_free(j->evidence);
    arena_fini(&j->arena);
    alloc_free(j);
}

/* ---- one slab ------------------------------------------------------------- */

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory for the state of the rules; raise --memory or screen fewer days at a time");
}

/* Count what the filters said, and write each row that any rule looks at into the ledger, in order.
 */
static bool
enter_rows(struct judge *j, const struct txn **rows, uint32_t count)
{
    const struct select *s = j->select;

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *pick = rows[i]->pick;
        bool wanted = false;

        for (uint32_t f = 0; f < s->filter_count; f++) {
            for (uint32_t side = 0; side < s->filter[f].sides; side++, pick++) {
                j->picked[f][*pick]++;
                wanted |= *pick == PICK_YES;
            }
        }
        j->number[i] = LEDGER_NONE;
        if (wanted && (j->number[i] = ledger_add(j->ledger, rows[i])) == LEDGER_NONE)
            return false;
    }
    return true;
}

/* The rows and sides a filter selected, into j->row, side, at. */
static uint32_t
collect(struct judge *j, uint32_t filter, const struct txn **rows, uint32_t count)
{
    const struct filter *f = &j->select->filter[filter];
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t side = 0; side < f->sides; side++) {
            if (rows[i]->pick[f->at + side] != PICK_YES)
                continue;
            j->row[n] = rows[i];
            j->side[n] = (uint8_t)side;
            j->at[n++] = i;
        }
    }
    return n;
}

/* True where an aggregate's `where` holds for this row and side. */
static bool
counts_here(struct judge *j, const struct aggregate *a, const struct intake *in,
    const struct eval_frame *frame)
{
    struct value v;

    if (a->where == NULL)
        return true;
    if (in->where.kind == LEAF_SIDE)
        return in->where.side == frame->side;
    v = program_run(a->where, j->room, frame);
    return v.set && v.num != 0;
}

static void
input_of(struct judge *j, const struct aggregate *a, const struct intake *in, uint32_t n,
    const struct eval_frame *frame, struct value *out)
{
    unsigned field;

    out->type = (uint8_t)(in->numbers != NULL ? TYPE_NUMBER : a->type);
    out->set = 0;
    out->currency = 0;
    if (!counts_here(j, a, in, frame))
        return;
    if (a->value == NULL) { /* count(): any set value will do */
        out->set = 1;
        return;
    }
    if (in->numbers != NULL) {
        out->set = j->number_of[in->column][n] != KEYS_NONE;
        out->num = j->number_of[in->column][n];
        out->den = 1;
        return;
    }
    if (in->value.kind != LEAF_FIELD && in->value.kind != LEAF_TEXT) {
        *out = program_run(a->value, j->room, frame);
        return;
    }
    field = judge_field(in->value.field, in->value.view, frame->side);
    if (!txn_has(frame->txn, field))
        return;
    out->set = 1;
    if (in->value.kind == LEAF_TEXT) {
        out->text = txn_text(frame->txn, field);
        return;
    }
    out->currency = (int32_t)in->value.currency;
    out->num = txn_num(frame->txn, field);
    out->den = 1;
}

/* A condition over measures: true, and not merely undecided. */
static bool
holds(struct judge *j, const struct program *p, const struct draft *d)
{
    struct eval_frame frame = {.txn = d->txn, .side = d->side, .measures = j->measures};
    struct value v;

    frame.about = value_text(TYPE_CODE, d->hit.about);
    v = program_run(p, j->room, &frame);
    return v.set && v.num != 0;
}

/* `drop: alerts`: state runs on, the hit is held back and counted. */
static bool
prevented(struct judge *j, uint32_t r, const struct draft *d)
{
    const struct rule *rule = d->rule;

    for (size_t i = 0; i < rule->exception_count; i++) {
        if (rule->exceptions[i].drop_alerts && holds(j, rule->exceptions[i].when, d)) {
            j->tally[r].counts.prevented++;
            j->tally[r].exceptions[i]++;
            return true;
        }
    }
    return false;
}

/* A hit of rule r: say it, unless what it would be about is missing or an exception holds it back.
 */
static bool
raise(struct judge *j, uint32_t r, struct draft *d, uint64_t number, judge_emit_fn emit,
    void *context)
{
    const struct rule *rule = d->rule;

    j->about.size = 0;
    if (!draft_about(j, rule->about, rule->about_count, d->txn, d->side)) {
        j->tally[r].counts.about_missing++;
        return !j->about.failed;
    }
    d->hit.rule = r;
    d->hit.about = buf_bytes(&j->about);
    d->hit.at_us = d->txn->at_us;
    d->hit.measures = j->measures;
    if (prevented(j, r, d))
        return true;
    d->hit.severity = draft_severity(rule, j->measures);
    d->hit.open_until_us = rule->cooldown_us >= 0 ? d->txn->at_us + rule->cooldown_us
                                                  : window_period_end(&rule->window, d->txn->at_us);
    d->completing = draft_completing(d->txn, number);
    j->tally[r].counts.hits++;
    return emit(context, j, d);
}

/* False where some line of the rule is certainly not reached by the entry just added. */
static bool
gates_open(const struct group *g, const struct judged *rule, uint32_t key)
{
    for (size_t i = 0; i < rule->gate_count; i++) {
        struct value v = windows_read(g->windows, key, rule->gate[i].slot);

        if (!leaf_open(&rule->gate[i], &v))
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

/* Let every rule of the group look at the window this entry just changed. */
static bool
judge_entry(struct judge *j, uint32_t g, uint32_t n, judge_emit_fn emit, void *context)
{
    const struct group *group = &j->group[g];
    struct eval_frame frame = {
        .txn = j->row[n], .side = j->side[n], .measures = j->measures, .aggregates = j->aggregates};

    for (uint32_t i = 0; i < group->judged_count; i++) {
        const struct judged *judged = &group->judged[i];
        struct draft d;

        if (!gates_open(group, judged, j->key[n]) || !alerts(j, group, judged, j->key[n], &frame))
            continue;
        d = (struct draft){.rule = &j->rs->rule[judged->rule],
            .txn = j->row[n],
            .side = j->side[n],
            .group = g,
            .key = j->key[n]};
        if (!raise(j, judged->rule, &d, j->number[j->at[n]], emit, context))
            return false;
    }
    return true;
}

static void
count_missing_keys(struct judge *j, uint32_t g, uint32_t n)
{
    for (uint32_t i = 0; i < j->group[g].judged_count; i++)
        j->tally[j->group[g].judged[i].rule].counts.key_missing += n;
}

/* Make the inputs of entry n, and ask for the memory its window will touch. */
static void
make_inputs(struct judge *j, const struct group *g, uint32_t n)
{
    const struct aggregates *aggs = &g->rule->aggregates;
    struct eval_frame frame = {.txn = j->row[n], .side = j->side[n]};
    struct value *inputs = j->inputs[n % INPUTS_RING];

    if (j->key[n] == KEYS_NONE)
        return;
    eval_next_row(j->room);
    for (uint32_t a = 0; a < aggs->count; a++)
        input_of(j, &aggs->at[a], &g->intake[a], n, &frame, &inputs[a]);
    if (g->tables)
        windows_prefetch_inputs(g->windows, j->key[n], inputs);
}

/* Memory is asked for in stages: the key's record far ahead, what the inputs touch nearer. */
static void
look_ahead(struct judge *j, const struct group *g, uint32_t n, uint32_t count)
{
    if (n + PREFETCH_AHEAD < count && j->key[n + PREFETCH_AHEAD] != KEYS_NONE)
        windows_prefetch(g->windows, j->key[n + PREFETCH_AHEAD]);
    if (g->fleeting)
        make_inputs(j, g, n);
    else if (n + INPUTS_AHEAD < count)
        make_inputs(j, g, n + INPUTS_AHEAD);
}

/* The numbers of counted texts, for all entries of the slab at once. */
static bool
number_inputs(struct judge *j, const struct group *g, uint32_t n)
{
    for (uint32_t a = 0; a < g->rule->aggregates.count; a++) {
        const struct intake *in = &g->intake[a];

        if (in->numbers != NULL &&
            !keys_batch(in->numbers, j->row, j->side, n, j->number_of[in->column]))
            return false;
    }
    return true;
}

static bool
judge_group(struct judge *j, uint32_t g, const struct txn **rows, uint32_t count,
    judge_emit_fn emit, void *context)
{
    const struct group *group = &j->group[g];
    uint32_t n = collect(j, group->filter, rows, count), missing = 0;

    if (n == 0)
        return true;
    if (!keys_batch(group->keys, j->row, j->side, n, j->key) || !number_inputs(j, group, n))
        return false;
    for (uint32_t i = 0; !group->fleeting && i < INPUTS_AHEAD && i < n; i++)
        make_inputs(j, group, i);
    for (uint32_t i = 0; i < n; i++) {
        look_ahead(j, group, i, n);
        if (j->key[i] == KEYS_NONE) {
            missing++;
            continue;
        }
        if (!windows_add(group->windows, j->key[i], j->row[i]->at_us, j->number[j->at[i]],
                j->inputs[i % INPUTS_RING]) ||
            !judge_entry(j, g, i, emit, context))
            return false;
    }
    count_missing_keys(j, g, missing);
    return true;
}

/* Rules without an operator: every selected row is a hit. */
static bool
judge_plain(struct judge *j, uint32_t r, const struct txn **rows, uint32_t count,
    judge_emit_fn emit, void *context)
{
    uint32_t n = collect(j, j->select->filter_of[r], rows, count);

    for (uint32_t i = 0; i < n; i++) {
        struct draft d = {
            .rule = &j->rs->rule[r], .txn = j->row[i], .side = j->side[i], .group = NO_GROUP};

        eval_next_row(j->room);
        if (!raise(j, r, &d, j->number[j->at[i]], emit, context))
            return false;
    }
    return true;
}

enum weir_status
judge_slab(struct judge *j, const struct txn **rows, uint32_t count, judge_emit_fn emit,
    void *context, struct weir_err *err)
{
    assert(count <= SLAB_MAX);
    if (count == 0)
        return WEIR_OK;
    ledger_expire(j->ledger, rows[0]->at_us - j->span_us);
    if (!enter_rows(j, rows, count))
        return out_of_memory(err);
    for (uint32_t g = 0; g < j->group_count; g++) {
        if (!judge_group(j, g, rows, count, emit, context))
            return out_of_memory(err);
        windows_expire(j->group[g].windows, rows[count - 1]->at_us);
    }
    for (uint32_t r = 0; r < j->rs->rule_count; r++)
        if (j->active[r] && j->rs->rule[r].op == OPERATOR_NONE &&
            !judge_plain(j, r, rows, count, emit, context))
            return out_of_memory(err);
    return WEIR_OK;
}

/* ---- counters --------------------------------------------------------------- */

void
judge_counts(const struct judge *j, uint32_t rule, struct judge_counts *out)
{
    const uint64_t *picked;

    *out = j->tally[rule].counts;
    if (!j->active[rule])
        return;
    picked = j->picked[j->select->filter_of[rule]];
    out->selected = picked[PICK_YES];
    out->self = picked[PICK_SELF] / 2;
    for (uint32_t f = 0; f < LIMIT_FIELDS; f++) {
        out->undecided_by[f] = picked[PICK_UNDECIDED + 1 + f];
        out->undecided += picked[PICK_UNDECIDED + 1 + f];
    }
    out->undecided += picked[PICK_UNDECIDED];
    for (unsigned p = PICK_EXCEPTED; p < 256; p++)
        out->excepted += picked[p];
}

uint64_t
judge_exception(const struct judge *j, uint32_t rule, uint32_t exception)
{
    if (j->rs->rule[rule].exceptions[exception].drop_alerts)
        return j->tally[rule].exceptions[exception];
    return j->picked[j->select->filter_of[rule]][PICK_EXCEPTED + exception];
}

size_t
judge_bytes(const struct judge *j)
{
    size_t sum = 0;

    for (uint32_t g = 0; g < j->group_count; g++)
        sum += windows_bytes(j->group[g].windows);
    return sum;
}
