/*
 * operator_rig - random histories for operators, and a run of one over its door.
 *
 * Times fall on few hours of few days, so that ties and spans met to the microsecond are common;
 * rows may have a day and no time; a transaction may be seen from both sides.
 */
#ifndef SUPPORT_OPERATOR_RIG_H
#define SUPPORT_OPERATOR_RIG_H

#include "operator/operator.h"

enum { RIG_INPUTS = 24, RIG_ENTRIES = 128, RIG_KEYS = 3 };
#define RIG_HOUR INT64_C(3600000000)
#define RIG_DAY (24 * RIG_HOUR)

struct rig_entry {
    uint32_t key;
    uint64_t number; /* from 1 */
    int64_t at_us;
    bool date_only;
    uint8_t side;
    struct value input[RIG_INPUTS];
};

/*
 * Everything but the inputs, in the total order; how many (at most `most` <= RIG_ENTRIES).
 * `days` is how far the history reaches, `hours` the grid, `date_only` the share of rows without a
 * time in percent.
 */
size_t rig_history(uint64_t *seed, struct rig_entry *e, size_t most, unsigned days, unsigned hours,
    unsigned date_only);
/* All entries, with calls of advance anywhere between them; conclusions are drawn up to
   `lateness_us` behind the newest entry, at the end up to conclude_us. */
void rig_run(const struct operator_class *class, void *state, const struct rig_entry *e,
    size_t count, int64_t lateness_us, int64_t conclude_us, uint64_t *seed, operator_judge_fn judge,
    void *context);
/* How many histories a test looks at: `usual`, or what WEIR_HISTORIES says. */
int rig_histories(int usual);

#endif
