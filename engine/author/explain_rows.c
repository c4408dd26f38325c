/*
 * explain_rows - what the filter said of the transactions of somebody, and which clause of `when`
 * it was that kept some out. The answer is the one the run acts on; only clauses are asked again.
 */
#include "author/explain_private.h"

#include <string.h>

#include "base/alloc.h"
#include "rule/operator.h"

static bool
of_party(unsigned field)
{
    return field >= TXN_O_ACCOUNT && field < TXN_O_ACCOUNT + 2 * (unsigned)TXN_PARTY_SPAN;
}

/* The field a part of `about` means from a side of the account view. */
static unsigned
field_of(const struct key_part *part, int side)
{
    bool other = (part->view == 1 && side == SIDE_BENEFICIARY) ||
                 (part->view == 2 && side == SIDE_ORIGINATOR);

    return other ? part->field + (unsigned)TXN_PARTY_SPAN : part->field;
}

/* Whom a row is about from one side, as an alert would print it; false where a part is missing. */
static bool
about_of(struct explain *e, const struct rule *rule, const struct txn *t, int side)
{
    e->about.size = 0;
    for (size_t i = 0; i < rule->about_count; i++) {
        unsigned field = field_of(&rule->about[i], side);

        if (!txn_has(t, field))
            return false;
        buf_text(&e->about, i > 0 ? " / " : "");
        value_print(txn_value(t, field, e->rs->fields[field].type), false, e->rs->zone, &e->about);
    }
    return rule->about_count > 0 && !e->about.failed;
}

/* The same from the other party, where `about` is one field of a party. */
static bool
other_of(struct explain *e, const struct rule *rule, const struct txn *t)
{
    unsigned field = rule->about[0].field;

    if (rule->own || rule->about_count != 1 || !of_party(field))
        return false;
    field =
        field < TXN_B_ACCOUNT ? field + (unsigned)TXN_PARTY_SPAN : field - (unsigned)TXN_PARTY_SPAN;
    if (!txn_has(t, field))
        return false;
    e->about.size = 0;
    value_print(txn_value(t, field, e->rs->fields[field].type), false, e->rs->zone, &e->about);
    return !e->about.failed;
}

/* Keep the row if none came nearer to being looked at. */
static bool
turn_away(struct explain *e, struct seen *s, const struct rule *rule, const struct eval_frame *f)
{
    struct turned_away *t = &s->turned;
    struct nearness n = nearness_of(rule->when, e->room, f);

    if (t->any && !nearness_less(n, t->near))
        return true;
    arena_fini(&t->arena);
    *t = (struct turned_away){
        .any = true, .near = n, .at_us = f->txn->at_us, .file = f->txn->file, .row = f->txn->row};
    arena_init(&t->arena, 0, "a transaction kept out");
    return clauses_of(e->rs, rule->when, e->room, f, &t->arena, &t->line, &t->count) &&
           explain_note_lacks(e, f, t->line, t->count, &t->arena);
}

/* Count each outermost clause of `when` that is not true of the row; none: the operator has no part
   that it concerns. */
static bool
keep_out(struct explain *e, struct seen *s, const struct rule *rule, const struct eval_frame *f)
{
    const struct clause *c;
    size_t count = rule->when == NULL ? 0 : program_clauses(rule->when, &c);
    size_t failing = 0, last = 0;
    int field;

    if (s->kept == NULL)
        s->kept = alloc_zero(count + 1, sizeof *s->kept);
    if (s->kept == NULL)
        return false;
    s->kept_count = count;
    eval_next_row(e->room);
    for (size_t i = 0; i < count; i++) {
        struct value v = program_run(c[i].whole, e->room, f);

        if (v.set && v.num != 0)
            continue;
        s->kept[i].no += v.set;
        s->kept[i].undecided += !v.set;
        field = v.set ? -1 : eval_undecided_field(e->room);
        if (field >= 0 && field < LIMIT_FIELDS)
            s->kept[i].wanting |= UINT64_C(1) << field;
        failing++;
        last = i;
    }
    if (failing == 1)
        s->kept[last].alone++;
    s->untouched += failing == 0;
    return failing == 0 || s->selected > 0 || turn_away(e, s, rule, f);
}

/* Which parts of the operator a row that it looks at concerns. */
static bool
count_parts(struct explain *e, struct seen *s, const struct rule *rule, const struct eval_frame *f)
{
    if (s->parts == NULL)
        s->parts = alloc_zero(rule->touch_count + 1, sizeof *s->parts);
    if (s->parts == NULL)
        return false;
    eval_next_row(e->room);
    for (size_t i = 0; i < rule->touch_count; i++) {
        const struct touch *t = &rule->touch[i];
        struct value v = value_num(TYPE_BOOL, 1);

        if (t->side != TOUCH_BOTH && t->side != f->side)
            continue;
        if (t->when != NULL)
            v = program_run(t->when, e->room, f);
        s->parts[i] += v.set && v.num != 0;
    }
    return true;
}

static bool
see(struct explain *e, struct seen *s, const struct rule *rule, const struct txn *row, int side)
{
    const struct filter *filter =
        &e->select->filter[e->select->filter_of[(size_t)(rule - e->rs->rule)]];
    struct eval_frame f = {.txn = row, .side = side};
    uint8_t pick = row->pick[filter->at + (filter->sides > 1 ? (uint32_t)side : 0)];

    s->rows++;
    if (pick >= PICK_EXCEPTED) {
        if (s->excepted == NULL)
            s->excepted = alloc_zero(rule->exception_count, sizeof *s->excepted);
        if (s->excepted == NULL)
            return false;
        s->excepted[pick - PICK_EXCEPTED]++;
        return true;
    }
    if (pick == PICK_YES) {
        s->selected++;
        return count_parts(e, s, rule, &f);
    }
    s->itself += pick == PICK_SELF;
    return pick == PICK_SELF || keep_out(e, s, rule, &f);
}

/* Payments between accounts concern both ends; in account view each side is looked at by itself. */
static bool
see_rule(struct explain *e, const struct rule *rule, const struct txn *row)
{
    const struct operator_kind *kind = operator_of(rule->op);
    struct seen *met = NULL, *s;

    for (int side = 0; side < (rule->own ? 2 : 1); side++) {
        s = about_of(e, rule, row, side) ? explain_seen(e, rule, buf_bytes(&e->about)) : NULL;
        if (s != NULL && !see(e, s, rule, row, side))
            return false;
        met = s != NULL ? s : met;
    }
    s = other_of(e, rule, row) ? explain_seen(e, rule, buf_bytes(&e->about)) : NULL;
    if (s == NULL || s == met)
        return true;
    if (kind != NULL && kind->pairs)
        return see(e, s, rule, row, 0);
    s->elsewhere++;
    return true;
}

bool
explain_row(void *context, const struct txn *row)
{
    struct explain *e = context;

    for (size_t r = 0; r < e->rs->rule_count; r++)
        if (e->wanted[r] && e->rs->rule[r].level == 0 && e->rs->rule[r].about_count > 0 &&
            !see_rule(e, &e->rs->rule[r], row))
            return false;
    return true;
}
