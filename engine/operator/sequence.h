/*
 * sequence - steps strictly one after another (rule-language.md sections 11 and 18).
 *
 * A step that needs n transactions is unrolled into n units. For each unit there is one partial
 * match, the one that started last: whatever time limit an older one still keeps, the newest keeps
 * too. A transaction copies partials forward, the newest unit first, so it serves one step; an
 * `absent` transaction clears the partial of the step it follows, `never` clears all.
 *
 * A finished match uses up the key's earlier transactions. Its step holds every transaction that
 * satisfies it between its neighbours: after the last of the step before, within the step's limit,
 * and before the first of the step after; the first step reaches back to what is `within` old. One
 * that fits several steps belongs to the earliest.
 *
 * With a trailing `absent` a match waits until `for` has passed since its last step; an `absent` or
 * `never` transaction meanwhile ends the waiting, and a later match does not prolong it. What
 * counts at the deadline is fixed then, and said once the stream has passed it by the lateness.
 *
 * Rows that have a date and no time: a day of a key is taken in the order that completes the
 * pattern, or leads furthest towards it; rows of one day are never held against each other as
 * absent or never. A match on that day uses up the whole day. Such moments are uncertain. Rows
 * that have a time come after those of their day that have none, save those of its first moment.
 */
#ifndef OPERATOR_SEQUENCE_H
#define OPERATOR_SEQUENCE_H

#include "operator/operator.h"

struct zone;

enum {
    SEQUENCE_STEPS_MAX = 8,
    SEQUENCE_UNITS_MAX = 64,
    SEQUENCE_FIELDS_MAX = 14,
    SEQUENCE_NONE = -1 /* no such input */
};

struct sequence_step {
    const char *name;  /* role of its evidence; outlives the operator */
    uint32_t need;     /* transactions, at least 1 */
    int64_t within_us; /* since the step before was complete; 0: no limit */
    int absent;        /* input: forbidden until the next step begins, SEQUENCE_NONE */
};

/* A field of a step's last transaction. */
struct sequence_field {
    uint32_t step;
    int input;
    enum type type;
    int64_t currency;
};

struct sequence_spec {
    int64_t within_us; /* the whole */
    int64_t for_us;    /* the last step's `absent` must hold so long; 0: it has none */
    const struct sequence_step *step;
    uint32_t step_count;
    int never; /* input or SEQUENCE_NONE */
    const struct sequence_field *field;
    uint32_t field_count;
    bool related;            /* the rule's line holds steps against each other */
    bool both_sides;         /* one key may meet a transaction from both sides: they are one */
    const struct zone *zone; /* in which date-only rows have their day; NULL: UTC */
};

/* Inputs: the amount in EUR, then a condition for each step, then what the spec names. */
enum { SEQUENCE_AMOUNT, SEQUENCE_WHEN };

/* Measures: these of each step, `elapsed`, then the fields. */
enum sequence_measure {
    SEQUENCE_COUNT,
    SEQUENCE_TOTAL,
    SEQUENCE_FIRST,
    SEQUENCE_LAST,
    SEQUENCE_STEP_MEASURES
};

struct hash_key;

/* Borrows what the spec points to. NULL: no memory. */
void *sequence_new(const struct sequence_spec *spec, const struct hash_key *key);
extern const struct operator_class sequence_class;

#endif
