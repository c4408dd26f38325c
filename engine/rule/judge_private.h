/* judge_private - what judge.c and draft.c share. */
#ifndef RULE_JUDGE_PRIVATE_H
#define RULE_JUDGE_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "rule/judge.h"
#include "rule/leaf.h"
#include "state/keys.h"
#include "state/ledger.h"
#include "state/window.h"

enum {
    SLAB_MAX = 1024,
    MEASURES_MAX = 64,
    NO_GROUP = 0xffff,
    NUMBERED_MAX = 8, /* counted texts of a group that go by number */
    INPUTS_AHEAD = 8, /* entries between making the inputs of one and adding it */
    INPUTS_RING = 16, /* a power of two above it */
};

/* How an aggregate's input is had without running its programs, where that can be. */
struct intake {
    struct leaf where, value;
    struct keys *numbers; /* counted by value: its texts as dense numbers, in batches; or NULL */
    uint32_t column;      /* of j->number_of, where `numbers` is set */
};

/* One rule of a group, with the lines that most entries do not reach. */
struct judged {
    uint32_t rule;
    struct gate gate[GATES_MAX]; /* on aggregates, by slot */
    size_t gate_count;
    struct leaf *measure; /* by measure: an aggregate itself, or to be run */
};

/* Rules that share a key, a filter and windows. */
struct group {
    uint32_t filter;
    const struct rule *rule; /* the first; its key, aggregates and spans are those of all */
    struct keys *keys;       /* shared between groups with the same key */
    struct windows *windows;
    struct intake *intake; /* by aggregate */
    bool tables;           /* some input is looked up in a table: worth asking for early */
    bool fleeting; /* some input is text made by a program: it lasts until the next row is looked at
                    */
    struct judged *judged;
    uint32_t judged_count;
};

struct tally {
    struct judge_counts counts;
    uint64_t *exceptions; /* hits held back, by exception */
};

struct judge {
    const struct ruleset *rs;
    const struct select *select;
    struct arena arena; /* plans of groups */
    struct ledger *ledger;
    struct group *group;
    uint32_t group_count;
    struct keys **keys;
    uint32_t keys_count;
    uint32_t *group_of; /* by rule; NO_GROUP: no operator, or not active */
    const bool *active;
    struct tally *tally;     /* by rule */
    uint64_t (*picked)[256]; /* by filter: how often each pick came up */
    int64_t span_us;         /* the longest any window looks back */
    struct eval_room *room;

    /* one slab */
    uint64_t number[SLAB_MAX]; /* ledger number, LEDGER_NONE where no rule looks at the row */
    const struct txn *row[2 * SLAB_MAX];
    uint8_t side[2 * SLAB_MAX];
    uint32_t at[2 * SLAB_MAX]; /* index in the slab */
    uint32_t key[2 * SLAB_MAX];

    uint32_t number_of[NUMBERED_MAX][2 * SLAB_MAX]; /* texts of counted values, by entry */

    /* inputs of the entries about to be added, by entry modulo INPUTS_RING */
    struct value inputs[INPUTS_RING][WINDOW_AGGREGATES_MAX];

    /* one hit */
    struct value aggregates[WINDOW_AGGREGATES_MAX];
    struct value measures[MEASURES_MAX];
    struct buf about, text;
    struct alert_clause *clauses;
    struct alert_watch *watches;
    size_t clause_cap, watch_cap;
    uint64_t *numbers;
    struct evidence *evidence;
    size_t numbers_cap, evidence_cap;
};

/* The field a part means from this side: own. and counterparty. are stored as the originator's. */
static inline unsigned
judge_field(unsigned field, uint8_t view, int side)
{
    bool other = (view == KEYS_OWN && side == SIDE_BENEFICIARY) ||
                 (view == KEYS_COUNTERPARTY && side == SIDE_ORIGINATOR);

    return other ? field + TXN_PARTY_SPAN : field;
}

/* The text of what an alert is about, appended to j->about; false where a part is missing. */
bool draft_about(
    struct judge *j, const struct key_part *parts, size_t count, const struct txn *t, int side);
struct evidence draft_completing(const struct txn *t, uint64_t number);
enum severity draft_severity(const struct rule *rule, const struct value *measures);

#endif
