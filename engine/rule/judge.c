#include "rule/judge.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "rule/judge_private.h"
#include "weir/limits.h"

/* ---- building ------------------------------------------------------------ */

/* Whose the bytes of txn.pick are. */
static bool
plan_picks(struct judge *j)
{
    const struct select *s = j->select;

    j->filter_at = alloc_zero(s->pick_bytes + 1, sizeof *j->filter_at);
    j->selection = alloc_zero(s->filter_count + 1, sizeof *j->selection);
    if (j->filter_at == NULL || j->selection == NULL)
        return false;
    for (uint32_t f = 0; f < s->filter_count; f++)
        for (uint32_t side = 0; side < s->filter[f].sides; side++)
            j->filter_at[s->filter[f].at + side] = f * 2 + side;
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
    j->newest_us = INT64_MIN;
    j->numbering = alloc_zero(rules * (3 + NUMBERED_MAX) + 1, sizeof(struct numbering *));
    j->collection = alloc_zero(rules + 1, sizeof *j->collection);
    j->tally = alloc_zero(rules + 1, sizeof *j->tally);
    j->picked = alloc_zero(j->select->filter_count + 1, sizeof *j->picked);
    if (j->ledger == NULL || j->room == NULL || j->group == NULL || j->numbering == NULL ||
        j->collection == NULL || j->tally == NULL || j->picked == NULL || !plan_picks(j))
        return false;
    for (uint32_t r = 0; r < rules; r++) {
        const struct rule *rule = &j->rs->rule[r];

        j->tally[r].exceptions = alloc_zero(rule->exception_count + 1, sizeof(uint64_t));
        if (j->tally[r].exceptions == NULL)
            return false;
        assert(rule->measure_count <= RULE_MEASURES_MAX);
        if (!j->active[r])
            continue;
        if (rule->reach_us > j->span_us)
            j->span_us = rule->reach_us;
        if (rule->op == OPERATOR_NONE)
            continue;
        if (!(operator_of(rule->op)->class == NULL ? judge_window_plan(j, r, key)
                                                   : judge_operator_plan(j, r, key)))
            return false;
    }
    return judge_hits_plan(j);
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
    for (uint32_t i = 0; i < j->collection_count; i++)
        if (j->collection[i].state != NULL)
            j->collection[i].kind->class->free(j->collection[i].state);
    for (uint32_t i = 0; i < j->collection_count; i++)
        intern_free(j->collection[i].heard);
    judge_hits_free(j);
    judge_of_free(j);
    judge_keys_free(j);
    for (size_t r = 0; j->tally != NULL && r < j->rs->rule_count; r++)
        alloc_free(j->tally[r].exceptions);
    ledger_free(j->ledger);
    eval_room_free(j->room);
    alloc_free(j->group);
    alloc_free(j->collection);
    alloc_free(j->tally);
    alloc_free(j->picked);
    alloc_free(j->filter_at);
    alloc_free(j->selection);
    buf_fini(&j->about);
    buf_fini(&j->text);
    alloc_free(j->clauses);
    alloc_free(j->watches);
    alloc_free(j->numbers);
    alloc_free(j->quotes);
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

/* Take note of what one filter said of row i from one side; true where it selects it. */
static inline bool
note_pick(struct judge *j, uint32_t at, uint8_t pick, uint32_t i)
{
    uint32_t filter = j->filter_at[at] / 2, side = j->filter_at[at] % 2;
    struct selection *s = &j->selection[filter];

    j->picked[filter][pick]++;
    if (pick == PICK_YES)
        s->entry[s->count++] = (uint16_t)(i * 2 + side);
    return pick == PICK_YES;
}

/* The same of all filters. Most say no, so eight bytes are looked at together. */
static bool
note_picks(struct judge *j, const uint8_t *pick, uint32_t i)
{
    uint32_t bytes = j->select->pick_bytes, at = 0;
    bool wanted = false;
    uint64_t eight;

    for (; at + sizeof eight <= bytes; at += sizeof eight) {
        memcpy(&eight, pick + at, sizeof eight);
        for (uint32_t k = at; eight != 0 && k < at + sizeof eight; k++)
            if (pick[k] != PICK_NO)
                wanted |= note_pick(j, k, pick[k], i);
    }
    for (; at < bytes; at++)
        if (pick[at] != PICK_NO)
            wanted |= note_pick(j, at, pick[at], i);
    return wanted;
}

/* Sort out what the filters said, and write each row that any rule looks at into the ledger, in
   order. */
static bool
enter_rows(struct judge *j, const struct txn **rows, uint32_t count)
{
    for (uint32_t f = 0; f < j->select->filter_count; f++)
        j->selection[f].count = 0;
    for (uint32_t i = 0; i < count; i++) {
        j->number[i] = LEDGER_NONE;
        if (note_picks(j, rows[i]->pick, i) &&
            (j->number[i] = ledger_add(j->ledger, rows[i])) == LEDGER_NONE)
            return false;
    }
    return true;
}

uint32_t
judge_collect(struct judge *j, uint32_t filter, const struct txn **rows)
{
    const struct selection *s = &j->selection[filter];

    for (uint32_t n = 0; n < s->count; n++) {
        j->at[n] = s->entry[n] / 2;
        j->side[n] = s->entry[n] % 2;
        j->row[n] = rows[j->at[n]];
    }
    return s->count;
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

bool
judge_show(struct judge *j, struct draft *d, bool reached)
{
    if (j->look == NULL)
        return true;
    j->about.size = 0;
    if (!draft_about(j, d))
        return !j->about.failed;
    d->hit.about = buf_bytes(&j->about);
    d->hit.at_us = d->at_us;
    d->hit.measures = j->measures;
    d->completing = draft_completing(j, d);
    return j->look(j->look_context, j, d, reached);
}

void
judge_watch(struct judge *j, bool every, judge_look_fn look, void *context)
{
    j->look = look;
    j->look_context = context;
    for (uint32_t i = 0; every && i < j->collection_count; i++)
        if (j->collection[i].kind->class->every != NULL)
            j->collection[i].kind->class->every(j->collection[i].state);
}

bool
judge_raise(struct judge *j, struct draft *d, judge_emit_fn emit, void *context)
{
    const struct rule *rule = d->rule;
    uint32_t r = (uint32_t)(rule - j->rs->rule);

    j->about.size = 0;
    if (!draft_about(j, d)) {
        j->tally[r].counts.about_missing++;
        return !j->about.failed;
    }
    d->hit.rule = r;
    d->hit.about = buf_bytes(&j->about);
    d->hit.at_us = d->at_us;
    d->hit.measures = j->measures;
    if (prevented(j, r, d))
        return true;
    if (d->collection != NULL && d->collection->kind->class->join != NULL &&
        !d->collection->kind->class->join(
            d->collection->state, d->collection->moment, d->seat, rule->cooldown_us, &d->hit.join))
        return false;
    d->hit.severity = draft_severity(rule, j->measures);
    d->hit.open_until_us = rule->cooldown_us >= 0 ? d->at_us + rule->cooldown_us
                                                  : window_period_end(&rule->window, d->at_us);
    d->completing = draft_completing(j, d);
    j->tally[r].counts.hits++;
    return judge_hits_take(j, d) && (rule->signal || emit(context, j, d));
}

/* Rules without an operator: every selected row is a hit. */
static bool
judge_plain(struct judge *j, uint32_t r, const struct txn **rows, judge_emit_fn emit, void *context)
{
    uint32_t n = judge_collect(j, j->select->filter_of[r], rows);

    for (uint32_t i = 0; i < n; i++) {
        struct draft d = {.rule = &j->rs->rule[r],
            .at_us = j->row[i]->at_us,
            .number = j->number[j->at[i]],
            .txn = j->row[i],
            .side = j->side[i]};

        eval_next_row(j->room);
        if (!judge_show(j, &d, true) || !judge_raise(j, &d, emit, context))
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
    /* What waits rests on rows that are about to go. */
    j->newest_us = rows[0]->at_us;
    if (!judge_operator_go_on(j, rows[0]->at_us, emit, context) ||
        !judge_hits_slab(j, false, false, emit, context))
        return out_of_memory(err);
    ledger_expire(j->ledger, rows[0]->at_us - j->span_us);
    if (!enter_rows(j, rows, count) || !judge_of_enter(j, rows, count))
        return out_of_memory(err);
    judge_keys_begin(j, count);
    j->newest_us = rows[count - 1]->at_us;
    if (!judge_window_slab(j, rows, count, emit, context) ||
        !judge_operator_slab(j, rows, emit, context))
        return out_of_memory(err);
    for (uint32_t r = 0; r < j->rs->rule_count; r++)
        if (j->active[r] && j->rs->rule[r].op == OPERATOR_NONE && j->rs->rule[r].level == 0 &&
            !judge_plain(j, r, rows, emit, context))
            return out_of_memory(err);
    if (!judge_hits_slab(j, false, false, emit, context))
        return out_of_memory(err);
    judge_of_leave(j);
    return WEIR_OK;
}

enum weir_status
judge_signal(struct judge *j, const struct rule *rule, const struct txn *row, struct bytes about,
    const struct value *measures, struct weir_err *err)
{
    struct draft d = {.rule = rule,
        .at_us = row->at_us,
        .number = ledger_add(j->ledger, row),
        .txn = row,
        .hit = {.rule = (uint32_t)(rule - j->rs->rule), .about = about, .at_us = row->at_us}};

    j->newest_us = row->at_us;
    memcpy(j->measures, measures, rule->measure_count * sizeof *measures);
    d.hit.measures = j->measures;
    if (d.number == LEDGER_NONE)
        return out_of_memory(err);
    d.completing = draft_completing(j, &d);
    return judge_hits_take(j, &d) ? WEIR_OK : out_of_memory(err);
}

enum weir_status
judge_end(struct judge *j, bool run_on, judge_emit_fn emit, void *context, struct weir_err *err)
{
    if (!judge_operator_end(j, run_on, emit, context) ||
        !judge_hits_slab(j, true, run_on, emit, context))
        return out_of_memory(err);
    return WEIR_OK;
}

/* ---- counters --------------------------------------------------------------- */

/* What the operator of a rule counts; all zero where it counts nothing. */
static const struct collection *
operator_counts(const struct judge *j, uint32_t rule, struct operator_counts *out)
{
    *out = (struct operator_counts){0};
    for (uint32_t i = 0; i < j->collection_count; i++) {
        const struct collection *c = &j->collection[i];

        for (uint32_t r = 0; c->kind->class->counts != NULL && r < c->rule_count; r++)
            if (c->rules[r] == rule) {
                c->kind->class->counts(c->state, out);
                return c;
            }
    }
    return NULL;
}

size_t
judge_cut_count(const struct judge *j, uint32_t rule)
{
    struct operator_counts counts;

    (void)operator_counts(j, rule, &counts);
    return counts.cut_count;
}

void
judge_cut(const struct judge *j, uint32_t rule, size_t index, struct judge_cut *out)
{
    struct operator_counts counts;
    const struct collection *c = operator_counts(j, rule, &counts);
    const struct operator_cut *cut = &counts.cut[index];

    assert(index < counts.cut_count);
    *out = (struct judge_cut){
        cut->at_us, cut->visits, cut->cause, keys_value(c->key.numbering->keys, cut->key, 0).text};
}

void
judge_counts(const struct judge *j, uint32_t rule, struct judge_counts *out)
{
    const uint64_t *picked;
    struct operator_counts counts;

    *out = j->tally[rule].counts;
    out->views = j->rs->rule[rule].own ? 2 : 1;
    (void)operator_counts(j, rule, &counts);
    out->key_missing += counts.left_out;
    out->examined = counts.examined;
    out->searches = counts.searches;
    out->cut_budget = counts.cut_budget;
    out->cut_hub = counts.cut_hub;
    out->search_cut = counts.search_cut;
    out->lost = counts.lost;
    if (!j->active[rule] || j->select->filter_of[rule] == SELECT_NONE)
        return;
    picked = j->picked[j->select->filter_of[rule]];
    out->selected = picked[PICK_YES];
    out->self = picked[PICK_SELF] / 2 + counts.inside;
    for (uint32_t f = 0; f < LIMIT_FIELDS; f++) {
        out->undecided_by[f] = picked[PICK_UNDECIDED + 1 + f];
        out->undecided += picked[PICK_UNDECIDED + 1 + f];
    }
    out->inconclusive = picked[PICK_LIMIT];
    out->undecided += picked[PICK_UNDECIDED] + picked[PICK_LIMIT];
    for (unsigned p = PICK_EXCEPTED; p < 256; p++)
        out->excepted += picked[p];
}

bool
judge_undecided(const struct judge_counts *c, uint64_t rows, uint64_t *percent)
{
    uint64_t looks = rows * c->views;

    *percent = looks == 0 ? 0 : c->undecided * 100 / looks;
    return c->undecided * 100 > looks * LIMIT_UNDECIDED;
}

uint64_t
judge_exception(const struct judge *j, uint32_t rule, uint32_t exception)
{
    if (j->rs->rule[rule].exceptions[exception].drop_alerts ||
        j->select->filter_of[rule] == SELECT_NONE)
        return j->tally[rule].exceptions[exception];
    return j->picked[j->select->filter_of[rule]][PICK_EXCEPTED + exception];
}

const struct eval_room *
judge_room(const struct judge *j)
{
    return j->room;
}

size_t
judge_bytes(const struct judge *j)
{
    size_t sum = 0;

    for (uint32_t g = 0; g < j->group_count; g++)
        sum += windows_bytes(j->group[g].windows);
    for (uint32_t c = 0; c < j->collection_count; c++)
        sum += j->collection[c].kind->class->bytes(j->collection[c].state);
    return sum;
}
