/*
 * judge_operator - rules whose operator is not a window: rows to its state, moments to hits.
 *
 * Rules whose state-shaping part is equal share one state.
 */
#include <string.h>

#include "base/intern.h"
#include "rule/judge_private.h"

enum { ENTRIES_AHEAD = 16 };

/* What a call of an operator carries along. */
struct judging {
    struct judge *j;
    struct collection *c;
    const struct txn *txn; /* the row that called, NULL when none did */
    uint64_t number;       /* its number */
    int side;
    judge_emit_fn emit;
    void *context;
};

static struct bytes
key_name(const void *keys, uint32_t key)
{
    return keys_value(keys, key, 0).text;
}

/* Whose entries are collected; of payments between keys both ends, and what these are part of. */
static bool
plan_keys(struct judge *j, struct collection *c, const struct hash_key *key)
{
    const struct rule *rule = c->rule;
    struct keys_part part[KEYS_PARTS_MAX];

    if (!judge_keys_of_rule(j, rule, key, &c->key))
        return false;
    if (!c->kind->pairs)
        return true;
    part[0] = (struct keys_part){.field = rule->per[0].field + (unsigned)TXN_PARTY_SPAN,
        .view = KEYS_FIELD,
        .type = (uint8_t)j->rs->fields[rule->per[0].field].type};
    if (!judge_keys_plan(j, part, 1, key, &c->other))
        return false;
    for (size_t i = 0; i < rule->group_count; i++)
        part[i] = (struct keys_part){.field = rule->group[i].field,
            .view = rule->group[i].view,
            .type = (uint8_t)j->rs->fields[rule->group[i].field].type};
    return rule->group_count == 0 || judge_keys_plan(j, part, rule->group_count, key, &c->groups);
}

bool
judge_operator_plan(struct judge *j, uint32_t r, const struct hash_key *key)
{
    const struct rule *rule = &j->rs->rule[r];
    struct collection *c;

    for (uint32_t i = 0; i < j->collection_count; i++) {
        c = &j->collection[i];
        if (memcmp(c->rule->state_hash, rule->state_hash, sizeof rule->state_hash) == 0) {
            c->rules[c->rule_count++] = r;
            if (c->kind->seat != NULL)
                c->kind->seat(c->state, rule);
            return true;
        }
    }
    c = &j->collection[j->collection_count++];
    *c = (struct collection){.filter = j->select->filter_of[r],
        .rule = rule,
        .kind = operator_of(rule->op),
        .rules = arena_take(&j->arena, j->rs->rule_count, sizeof *c->rules)};
    if (c->kind->fed)
        c->heard = intern_new(key);
    if (!(c->kind->fed ? c->heard != NULL : plan_keys(j, c, key)) || c->rules == NULL ||
        !judge_intake_plan(j, &rule->aggregates, key, &c->intake))
        return false;
    c->rules[c->rule_count++] = r;
    c->state = c->kind->open(rule, key);
    if (c->state == NULL)
        return false;
    if (c->kind->class->name != NULL)
        c->kind->class->name(c->state, &(struct operator_names){c->key.numbering->keys, key_name});
    if (c->kind->seat != NULL)
        c->kind->seat(c->state, rule);
    return true;
}

/* Does the moment reach the rule's line? */
static bool
reaches(struct judge *j, const struct rule *rule, const struct operator_moment *m)
{
    struct eval_frame frame = {.measures = m->measures};
    struct value v;

    eval_next_row(j->room);
    v = program_run(rule->alert_if, j->room, &frame);
    return v.set && v.num != 0;
}

static bool
judge_moment(void *context, const struct operator_moment *m)
{
    const struct judging *now = context;
    struct judge *j = now->j;

    now->c->moment = m;
    for (uint32_t i = 0; i < now->c->rule_count; i++) {
        const struct rule *rule = &j->rs->rule[now->c->rules[i]];
        struct draft d = {.rule = rule,
            .at_us = m->at_us,
            .number = m->number,
            .txn = m->number == now->number ? now->txn : NULL,
            .side = now->side,
            .collection = now->c,
            .key = m->parties != NULL ? m->parties[rule->party] : m->key,
            .seat = i};

        bool reached = reaches(j, rule, m);

        if (!reached && j->look == NULL)
            continue;
        d.hit.uncertain = m->uncertain;
        d.hit.incomplete = m->incomplete;
        memcpy(j->measures, m->measures, rule->measure_count * sizeof *m->measures);
        if (!judge_show(j, &d, reached) ||
            (reached && !judge_raise(j, &d, now->emit, now->context)))
            return false;
    }
    return true;
}

static void
entry_pair(const struct judge *j, uint32_t n, struct operator_entry *e)
{
    e->other = j->other[n];
    e->group[0] = j->part_of[0][n];
    e->group[1] = j->part_of[1][n];
}

/* Numbers of both ends of the slab's payments, and of what these are part of. */
static bool
number_pairs(struct judge *j, const struct collection *c, uint32_t n)
{
    static const uint8_t payers[SLAB_MAX];
    uint8_t payees[SLAB_MAX];
    struct keys *groups = c->groups.numbering == NULL ? NULL : c->groups.numbering->keys;

    if (!judge_keys_number(j, &c->key, n, j->key) || !judge_keys_number(j, &c->other, n, j->other))
        return false;
    if (groups == NULL) {
        for (uint32_t i = 0; i < n; i++)
            j->part_of[0][i] = j->part_of[1][i] = OPERATOR_NO_KEY;
        return true;
    }
    memset(payees, 1, sizeof payees);
    return keys_batch(groups, j->row, payers, n, j->part_of[0]) &&
           keys_batch(groups, j->row, payees, n, j->part_of[1]);
}

/* Say what is to come; the far end of the slab is not known yet. */
static void
announce(struct judge *j, const struct collection *c, uint32_t i, uint32_t n)
{
    struct operator_entry e = {.key = KEYS_NONE};

    i += ENTRIES_AHEAD;
    if (c->kind->class->ahead == NULL || i >= n || j->key[i] == KEYS_NONE ||
        j->other[i] == KEYS_NONE)
        return;
    e.key = j->key[i];
    entry_pair(j, i, &e);
    c->kind->class->ahead(c->state, &e);
}

static bool
add_entry(struct judging *now, uint32_t n)
{
    struct judge *j = now->j;
    struct value inputs[WINDOW_AGGREGATES_MAX];
    struct operator_entry e = {.key = j->key[n],
        .number = j->number[j->at[n]],
        .at_us = j->row[n]->at_us,
        .date_only = (j->row[n]->flags & TXN_DATE_ONLY) != 0,
        .side = j->side[n],
        .inputs = inputs};

    if (now->c->kind->pairs)
        entry_pair(j, n, &e);
    judge_intake_inputs(j, &now->c->intake, n, inputs);
    now->txn = j->row[n];
    now->number = e.number;
    now->side = j->side[n];
    return now->c->kind->class->add(now->c->state, &e, judge_moment, now);
}

static bool
advance(struct judging *now, int64_t passed_us, int64_t conclude_us)
{
    now->txn = NULL;
    now->number = LEDGER_NONE;
    return now->c->kind->class->advance(now->c->state, passed_us, conclude_us, judge_moment, now);
}

/* The first n entries of the slab. */
static bool
add_entries(struct judging *now, uint32_t n)
{
    struct judge *j = now->j;
    const struct collection *c = now->c;

    if (n > 0 &&
        (!(c->kind->pairs ? number_pairs(j, c, n) : judge_keys_number(j, &c->key, n, j->key)) ||
            !judge_intake_number(j, &c->intake, n)))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        announce(j, c, i, n);
        if (j->key[i] == KEYS_NONE || (c->kind->pairs && j->other[i] == KEYS_NONE)) {
            for (uint32_t r = 0; r < c->rule_count; r++)
                j->tally[c->rules[r]].counts.key_missing++;
        } else if (!add_entry(now, i)) {
            return false;
        }
    }
    return true;
}

static bool
judge_collection(struct judging *now, const struct txn **rows)
{
    struct judge *j = now->j;

    return add_entries(now, judge_collect(j, now->c->filter, rows)) &&
           advance(now, j->newest_us, j->newest_us - j->rs->lateness_us);
}

bool
judge_operator_entries(
    struct judge *j, struct collection *c, uint32_t n, judge_emit_fn emit, void *context)
{
    struct judging now = {.j = j, .c = c, .emit = emit, .context = context};

    return add_entries(&now, n);
}

bool
judge_operator_slab(struct judge *j, const struct txn **rows, judge_emit_fn emit, void *context)
{
    for (uint32_t i = 0; i < j->collection_count; i++) {
        struct judging now = {.j = j, .c = &j->collection[i], .emit = emit, .context = context};

        if (now.c->rule->level == 0 && !judge_collection(&now, rows))
            return false;
    }
    return true;
}

bool
judge_operator_hear(struct judge *j, struct collection *c, const struct operator_entry *e,
    judge_emit_fn emit, void *context)
{
    struct judging now = {.j = j, .c = c, .emit = emit, .context = context};

    return c->kind->class->add(c->state, e, judge_moment, &now);
}

bool
judge_operator_advance(struct judge *j, struct collection *c, int64_t passed_us,
    int64_t conclude_us, judge_emit_fn emit, void *context)
{
    struct judging now = {.j = j, .c = c, .emit = emit, .context = context};

    return advance(&now, passed_us, conclude_us);
}

bool
judge_operator_go_on(struct judge *j, int64_t at_us, judge_emit_fn emit, void *context)
{
    for (uint32_t i = 0; i < j->collection_count; i++)
        if (j->collection[i].rule->level == 0 &&
            !judge_operator_advance(
                j, &j->collection[i], at_us, at_us - j->rs->lateness_us, emit, context))
            return false;
    return true;
}

bool
judge_operator_end(struct judge *j, bool run_on, judge_emit_fn emit, void *context)
{
    int64_t conclude_us = run_on                      ? INT64_MAX
                          : j->newest_us == INT64_MIN ? INT64_MIN
                                                      : j->newest_us - j->rs->lateness_us;

    for (uint32_t i = 0; i < j->collection_count; i++) {
        struct collection *c = &j->collection[i];

        if (c->rule->level > 0)
            continue;
        if (!judge_operator_advance(j, c, INT64_MAX, conclude_us, emit, context))
            return false;
        for (uint32_t r = 0; c->kind->class->waiting != NULL && r < c->rule_count; r++)
            j->tally[c->rules[r]].counts.waiting = c->kind->class->waiting(c->state);
    }
    return true;
}
