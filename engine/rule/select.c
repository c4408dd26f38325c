#include "rule/select.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "weir/limits.h"

_Static_assert(PICK_LIMIT < PICK_EXCEPTED, "picks do not run into each other");
enum { EXCEPTIONS_MAX = 256 - PICK_EXCEPTED };

/* What two rules must have in common to share a filter, as text. */
static void
describe(const struct rule *rule, struct buf *out)
{
    out->size = 0;
    buf_byte(out, rule->own ? '2' : '1');
    if (rule->when != NULL)
        program_print(rule->when, out);
    for (size_t i = 0; i < rule->touch_count; i++) {
        buf_print(out, "\nt %d ", rule->touch[i].side);
        if (rule->touch[i].when != NULL)
            program_print(rule->touch[i].when, out);
    }
    for (size_t i = 0; i < rule->exception_count; i++) {
        buf_byte(out, '\n');
        buf_byte(out, rule->exceptions[i].drop_alerts ? 'a' : 't');
        if (!rule->exceptions[i].drop_alerts)
            program_print(rule->exceptions[i].when, out);
    }
}

static uint32_t
find_filter(const struct select *s, const struct rule *rule, struct buf *mine, struct buf *other)
{
    describe(rule, mine);
    for (uint32_t i = 0; i < s->filter_count; i++) {
        describe(s->filter[i].rule, other);
        if (bytes_equal(buf_bytes(mine), buf_bytes(other)))
            return i;
    }
    return s->filter_count;
}

static void
add_filter(struct select *s, const struct rule *rule)
{
    struct filter *f = &s->filter[s->filter_count++];

    *f = (struct filter){.rule = rule, .at = s->pick_bytes, .sides = rule->own ? 2 : 1};
    if (rule->when != NULL)
        f->test_count = leaf_cell_tests(rule->when, f->test, &f->tested);
    s->pick_bytes += f->sides;
    s->own |= rule->own;
}

static void
fill(struct select *s, const struct ruleset *rs, const bool *active, struct buf *a, struct buf *b)
{
    for (size_t i = 0; i < rs->rule_count; i++) {
        const struct rule *rule = &rs->rule[i];
        uint32_t f;

        s->filter_of[i] = SELECT_NONE;
        if (!active[i] || rule->level > 0)
            continue;
        f = find_filter(s, rule, a, b);
        if (f == s->filter_count)
            add_filter(s, rule);
        s->filter_of[i] = f;
    }
}

struct select *
select_new(const struct ruleset *rs, const bool *active)
{
    struct select *s = alloc_zero(1, sizeof *s);
    struct buf a = {0}, b = {0};

    if (s == NULL)
        return NULL;
    s->filter = alloc_zero(rs->rule_count + 1, sizeof *s->filter);
    s->filter_of = alloc_zero(rs->rule_count + 1, sizeof *s->filter_of);
    if (s->filter != NULL && s->filter_of != NULL)
        fill(s, rs, active, &a, &b);
    if (s->filter == NULL || s->filter_of == NULL || a.failed || b.failed) {
        select_free(s);
        s = NULL;
    }
    buf_fini(&a);
    buf_fini(&b);
    return s;
}

void
select_free(struct select *s)
{
    if (s == NULL)
        return;
    alloc_free(s->filter);
    alloc_free(s->filter_of);
    alloc_free(s);
}

/* Account view: the side must have an account; the same account on both sides moves nothing. */
static void
look_at_accounts(const struct txn *t, uint8_t view[2])
{
    bool originator = txn_has(t, TXN_O_ACCOUNT), beneficiary = txn_has(t, TXN_B_ACCOUNT);
    bool self = originator && beneficiary &&
                bytes_equal(txn_text(t, TXN_O_ACCOUNT), txn_text(t, TXN_B_ACCOUNT));

    view[SIDE_ORIGINATOR] = !originator ? PICK_NO : self ? PICK_SELF : PICK_YES;
    view[SIDE_BENEFICIARY] = !beneficiary ? PICK_NO : self ? PICK_SELF : PICK_YES;
}

/* True where one of the rule's conditions holds, else why not. */
static uint8_t
touched(const struct rule *rule, struct eval_room *room, const struct eval_frame *frame)
{
    uint8_t pick = PICK_NO;

    for (size_t i = 0; i < rule->touch_count; i++) {
        const struct touch *touch = &rule->touch[i];
        struct value v;

        if (touch->side != TOUCH_BOTH && touch->side != frame->side)
            continue;
        if (touch->when == NULL)
            return PICK_YES;
        v = program_run(touch->when, room, frame);
        if (v.set && v.num != 0)
            return PICK_YES;
        if (!v.set && pick == PICK_NO)
            pick = (uint8_t)(PICK_UNDECIDED + 1 + eval_undecided_field(room));
    }
    return rule->touch_count == 0 ? PICK_YES : pick;
}

static uint8_t
run_when(const struct rule *rule, struct eval_room *room, const struct eval_frame *frame)
{
    struct value v = program_run(rule->when, room, frame);

    if (!v.set)
        return (uint8_t)(PICK_UNDECIDED + 1 + eval_undecided_field(room));
    return v.num == 0 ? PICK_NO : PICK_YES;
}

/* What `when` says: PICK_YES, or why not. */
static uint8_t
ask_when(const struct filter *f, struct eval_room *room, const struct eval_frame *frame)
{
    enum leaf_answer answer = leaf_test_cells(f->test, f->test_count, frame->txn, frame->side);

    if (answer == LEAF_NO)
        return PICK_NO;
    if (f->rule->when == NULL || (answer == LEAF_YES && f->tested))
        return PICK_YES;
    return run_when(f->rule, room, frame);
}

/* What else has a say where `when` selects. */
static uint8_t
ask_on(const struct rule *rule, struct eval_room *room, const struct eval_frame *frame)
{
    uint8_t pick = touched(rule, room, frame);

    if (pick != PICK_YES)
        return pick;
    for (size_t i = 0; i < rule->exception_count; i++) {
        struct value v;

        if (rule->exceptions[i].drop_alerts)
            continue;
        assert(i < EXCEPTIONS_MAX);
        v = program_run(rule->exceptions[i].when, room, frame);
        if (v.set && v.num != 0)
            return (uint8_t)(PICK_EXCEPTED + i);
    }
    return PICK_YES;
}

static uint8_t
pick_of(const struct filter *f, struct eval_room *room, const struct txn *t, int side)
{
    struct eval_frame frame = {.txn = t, .side = side};
    uint8_t pick = ask_when(f, room, &frame);

    return pick == PICK_YES ? ask_on(f->rule, room, &frame) : pick;
}

uint8_t
select_hit(const struct rule *rule, struct eval_room *room, const struct eval_frame *frame)
{
    uint8_t pick;

    eval_next_row(room);
    pick = rule->when == NULL ? PICK_YES : run_when(rule, room, frame);
    return pick == PICK_YES ? ask_on(rule, room, frame) : pick;
}

void
select_row(const struct select *s, struct eval_room *room, const struct txn *t, uint8_t *pick)
{
    uint8_t view[2] = {PICK_YES, PICK_YES};

    eval_next_row(room);
    if (s->own)
        look_at_accounts(t, view);
    for (uint32_t i = 0; i < s->filter_count; i++) {
        const struct filter *f = &s->filter[i];

        if (f->sides == 1) {
            *pick++ = pick_of(f, room, t, SIDE_ORIGINATOR);
            continue;
        }
        for (int side = 0; side < 2; side++)
            *pick++ = view[side] == PICK_YES ? pick_of(f, room, t, side) : view[side];
    }
}
