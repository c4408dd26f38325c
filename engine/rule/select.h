/*
 * select - the stateless half of judgement: which rows each rule looks at.
 *
 * Runs on the threads of the feeds, over shared immutable programs. Rules with equal `when`, view
 * and exceptions share one filter. A filter answers with one byte a row and side; the bytes of a
 * row stand one after another in txn.pick and are counted and acted on behind the merge, so that
 * a row the merge drops leaves no trace.
 */
#ifndef RULE_SELECT_H
#define RULE_SELECT_H

#include <stdint.h>

#include "rule/leaf.h"
#include "rule/ruleset.h"

enum pick {
    PICK_NO = 0,
    PICK_YES = 1,
    PICK_SELF = 2,      /* account view: a transfer from an account to itself */
    PICK_UNDECIDED = 3, /* + 1 + the field that was missing; + 0 where none is to blame */
    PICK_LIMIT = PICK_UNDECIDED + 1 + EVAL_LIMIT, /* undecided because a pattern met its limit */
    PICK_EXCEPTED = 128,                          /* + number of the exception among the filter's */
};

struct filter {
    const struct rule *rule; /* the first rule that has it */
    uint32_t at;             /* offset of its bytes in txn.pick */
    uint32_t sides;          /* 1, or 2 in account view: originator's byte, beneficiary's byte */
    struct cell_test test[CELL_TESTS_MAX]; /* what `when` begins with */
    size_t test_count;
    bool tested; /* it has no more */
};

struct select {
    struct filter *filter;
    uint32_t filter_count;
    uint32_t pick_bytes; /* bytes a row */
    uint32_t *filter_of; /* by rule index; SELECT_NONE: it looks at hits, or does not run */
    bool own;            /* some filter has the account view */
};
#define SELECT_NONE UINT32_MAX

/* `active[i]` is false for rules that do not run. NULL: no memory. */
struct select *select_new(const struct ruleset *rs, const bool *active);
void select_free(struct select *s);
void select_row(const struct select *s, struct eval_room *room, const struct txn *t, uint8_t *pick);

/* The same of one rule that looks at hits: what it says of this one. */
uint8_t select_hit(const struct rule *rule, struct eval_room *room, const struct eval_frame *frame);

#endif
