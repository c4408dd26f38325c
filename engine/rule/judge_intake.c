/*
 * judge_intake - what an operator takes in of a row: planned once, then had as cheaply as it can
 * be.
 */
#include <assert.h>

#include "rule/judge_private.h"

/* ---- planning -------------------------------------------------------------- */

static bool
counts_values(int function)
{
    return function == WINDOW_DISTINCT || function == WINDOW_MODE_SHARE ||
           function == WINDOW_FIRST_SEEN;
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
    in->column = (*columns)++;
    return judge_keys_plan(j, &part, 1, key, &in->numbers);
}

/* True where the input, whenever it is set, is a whole number of 64 bits as the window keeps it. */
static bool
is_number(const struct aggregate *a, const struct intake *in)
{
    if (a->function == WINDOW_SHARE)
        return false;
    return a->value == NULL || in->numbers.numbering != NULL ||
           (in->value.kind == LEAF_FIELD && !type_is_text(a->type) &&
               (int32_t)in->value.currency == (int32_t)a->currency);
}

static void
plan_leaves(const struct aggregate *a, struct intake *in)
{
    *in = (struct intake){.sides = 1 << SIDE_ORIGINATOR | 1 << SIDE_BENEFICIARY};
    if (a->where != NULL)
        in->where = leaf_of(a->where);
    if (in->where.kind == LEAF_SIDE)
        in->sides = (uint8_t)(1 << in->where.side);
    in->asks = a->where != NULL && in->where.kind != LEAF_SIDE;
    if (a->value != NULL)
        in->value = leaf_of(a->value);
    for (int side = 0; side < 2; side++)
        in->field[side] = (uint16_t)judge_field(in->value.field, in->value.view, side);
}

/* What can be had of these inputs without running a program. */
bool
judge_intake_plan(struct judge *j, const struct aggregates *aggs, const struct hash_key *key,
    struct intake_plan *out)
{
    uint32_t columns = 0;

    *out = (struct intake_plan){.aggs = aggs, .numbers = true};
    out->at = arena_take(&j->arena, aggs->count + 1, sizeof *out->at);
    if (out->at == NULL)
        return false;
    for (uint32_t i = 0; i < aggs->count; i++) {
        const struct aggregate *a = &aggs->at[i];
        struct intake *in = &out->at[i];

        plan_leaves(a, in);
        out->tables |= counts_values(a->function);
        if (!number_texts(j, a, in, &columns, key))
            return false;
        out->fleeting |= in->value.kind == LEAF_NONE && type_is_text(a->type);
        out->numbers &= is_number(a, in);
        out->asks |= in->asks;
    }
    return true;
}

static bool
same_cell(const struct intake *a, const struct intake *b)
{
    return a->value.kind == LEAF_FIELD && b->value.kind == LEAF_FIELD &&
           a->value.type == b->value.type && a->value.currency == b->value.currency &&
           a->field[0] == b->field[0] && a->field[1] == b->field[1];
}

void
judge_intake_like(const struct intake_plan *plan, uint32_t *like1)
{
    for (uint32_t i = 0; i < plan->aggs->count; i++) {
        const struct aggregate *a = &plan->aggs->at[i];

        like1[i] = 0;
        for (uint32_t k = 0; k < i && like1[i] == 0; k++)
            if (same_cell(&plan->at[i], &plan->at[k]) && plan->aggs->at[k].type == a->type &&
                plan->aggs->at[k].currency == a->currency)
                like1[i] = k + 1;
    }
}

/* ---- one slab ---------------------------------------------------------------- */

bool
judge_intake_number(struct judge *j, const struct intake_plan *plan, uint32_t n)
{
    for (uint32_t a = 0; a < plan->aggs->count; a++) {
        const struct intake *in = &plan->at[a];

        if (in->numbers.numbering != NULL &&
            !judge_keys_number(j, &in->numbers, n, j->number_of[in->column]))
            return false;
    }
    return true;
}

/* True where an aggregate's `where` holds for this row and side. */
static inline bool
counts_here(struct judge *j, const struct aggregate *a, const struct intake *in,
    const struct eval_frame *frame)
{
    struct value v;

    if ((in->sides >> frame->side & 1) == 0)
        return false;
    if (!in->asks)
        return true;
    v = program_run(a->where, j->room, frame);
    return v.set && v.num != 0;
}

static void
input_of(struct judge *j, const struct aggregate *a, const struct intake *in, uint32_t n,
    const struct eval_frame *frame, struct value *out)
{
    unsigned field = in->field[frame->side];

    out->type = (uint8_t)(in->numbers.numbering != NULL ? TYPE_NUMBER : a->type);
    out->set = 0;
    out->currency = 0;
    if (!counts_here(j, a, in, frame))
        return;
    if (a->value == NULL) { /* count(): any set value will do */
        out->set = 1;
        return;
    }
    if (in->numbers.numbering != NULL) {
        out->set = j->number_of[in->column][n] != KEYS_NONE;
        out->num = j->number_of[in->column][n];
        out->den = 1;
        return;
    }
    if (in->value.kind != LEAF_FIELD && in->value.kind != LEAF_TEXT) {
        *out = program_run(a->value, j->room, frame);
        return;
    }
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

void
judge_intake_inputs(struct judge *j, const struct intake_plan *plan, uint32_t n, struct value *out)
{
    struct eval_frame frame = {
        .txn = j->row[n], .side = j->side[n], .hit = j->hits ? j->hit[n] : NULL};

    eval_next_row(j->room);
    for (uint32_t a = 0; a < plan->aggs->count; a++)
        input_of(j, &plan->aggs->at[a], &plan->at[a], n, &frame, &out[a]);
}

void
judge_intake_numbers(
    struct judge *j, const struct intake_plan *plan, uint32_t n, struct window_numbers *out)
{
    struct eval_frame frame = {
        .txn = j->row[n], .side = j->side[n], .hit = j->hits ? j->hit[n] : NULL};

    assert(plan->numbers);
    if (plan->asks)
        eval_next_row(j->room);
    out->code = 0;
    for (uint32_t i = 0; i < plan->aggs->count; i++) {
        const struct aggregate *a = &plan->aggs->at[i];
        const struct intake *in = &plan->at[i];
        unsigned field = in->field[frame.side];

        if (!counts_here(j, a, in, &frame))
            continue;
        if (in->numbers.numbering != NULL) {
            if ((out->num[i] = j->number_of[in->column][n]) == KEYS_NONE)
                continue;
        } else if (a->value != NULL) {
            if (!txn_has(frame.txn, field))
                continue;
            out->num[i] = txn_num(frame.txn, field);
        }
        out->code |= WINDOW_SET(i);
    }
}
