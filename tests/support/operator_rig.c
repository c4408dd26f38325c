/*
 * operator_rig - random histories, and their way through an operator's door.
 */
#include "support/operator_rig.h"

#include <stdlib.h>

#include "support/must.h"
#include "support/rng.h"

int
rig_histories(int usual)
{
    const char *wanted = getenv("WEIR_HISTORIES");

    return wanted == NULL ? usual : atoi(wanted);
}

static int
by_time(const void *left, const void *right)
{
    const struct rig_entry *a = left, *b = right;

    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number); /* dice, until numbers are given */
}

size_t
rig_history(uint64_t *seed, struct rig_entry *e, size_t most, unsigned days, unsigned hours,
    unsigned date_only)
{
    size_t count = 1 + rng_below(seed, most);

    must(most <= RIG_ENTRIES);
    for (size_t i = 0; i < count; i++) {
        e[i] = (struct rig_entry){.number = rng_next(seed),
            .key = (uint32_t)rng_below(seed, RIG_KEYS) * 300,
            .at_us = (int64_t)rng_below(seed, days * 24 / hours) * hours * RIG_HOUR,
            .side = (uint8_t)rng_below(seed, 2),
            .date_only = rng_below(seed, 100) < date_only};
        if (e[i].date_only)
            e[i].at_us -= e[i].at_us % RIG_DAY;
    }
    qsort(e, count, sizeof *e, by_time);
    for (size_t i = 0; i < count; i++) {
        e[i].number = i == 0 ? 1 : e[i - 1].number + 1;
        if (i == 0 || e[i - 1].side != 0 || rng_below(seed, 4) > 0 ||
            e[i - 1].at_us != e[i].at_us || e[i - 1].date_only != e[i].date_only ||
            e[i - 1].key == e[i].key)
            continue;
        e[i].number--; /* the other side of the one before */
        e[i].side = 1;
    }
    return count;
}

void
rig_run(const struct operator_class *class, void *state, const struct rig_entry *e, size_t count,
    int64_t lateness_us, int64_t conclude_us, uint64_t *seed, operator_judge_fn judge,
    void *context)
{
    for (size_t i = 0; i < count; i++) {
        struct operator_entry entry = {.key = e[i].key,
            .number = e[i].number,
            .at_us = e[i].at_us,
            .date_only = e[i].date_only,
            .side = e[i].side,
            .inputs = e[i].input};

        while (rng_below(seed, 3) == 0) { /* anywhere up to this entry */
            int64_t from_us = i == 0 ? 0 : e[i - 1].at_us, gap_us = e[i].at_us - from_us;
            int64_t at_us =
                from_us + (gap_us == 0 ? 0 : (int64_t)rng_below(seed, (uint64_t)gap_us + 1));

            must(class->advance(state, at_us, at_us - lateness_us, judge, context));
        }
        must(class->add(state, &entry, judge, context));
    }
    must(class->advance(state, INT64_MAX, conclude_us, judge, context));
}
