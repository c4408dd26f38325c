/*
 * operators - how fast each operator takes entries in, and what it keeps of them: one at a time,
 * on one thread, fed by its own door without rows, rules or hits.   operators [ENTRIES]
 *
 * Everyday life: one account to 24 entries in 60 days, one entry in twenty at one of a fiftieth of
 * the accounts. Prints seconds, entries a second, the most bytes it held, and these for each entry
 * still in the span and for each key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "operator/pass_through.h"
#include "operator/score.h"
#include "operator/sequence.h"
#include "state/window.h"
#include "support/rng.h"

#define HOUR INT64_C(3600000000)
#define DAY (24 * HOUR)
enum { ACCOUNT_ENTRIES = 24, AHEAD = 24, SPAN_DAYS = 60, LOOK_EVERY = 4096 };

struct entry {
    uint32_t key, other, amount;
};

struct figures {
    const char *name;
    uint32_t keys;
    int64_t span_us; /* how long an entry matters */
    double share;    /* of entries that are kept at all */
    double seconds;
    size_t bytes;
};

static struct entry *entries;
static uint32_t count;

static double
now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t
at_us(uint32_t i)
{
    return (int64_t)i * (SPAN_DAYS * DAY / count);
}

static bool
make(void)
{
    uint64_t rng = 1;
    uint32_t accounts = count / ACCOUNT_ENTRIES + 10;

    entries = malloc(count * sizeof *entries);
    for (uint32_t i = 0; entries != NULL && i < count; i++) {
        bool busy = rng_below(&rng, 20) == 0;

        entries[i] =
            (struct entry){.key = (uint32_t)rng_below(&rng, busy ? accounts / 50 : accounts),
                .other = (uint32_t)rng_below(&rng, accounts),
                .amount = (uint32_t)(500 + rng_below(&rng, 200000))};
    }
    return entries != NULL;
}

static void
report(const struct figures *f)
{
    double most = (double)count * f->share;
    double kept = most * (double)f->span_us / (double)(SPAN_DAYS * DAY);

    if (kept > most)
        kept = most;
    (void)printf(
        "%-14s %6.2f s  %6.2f M entries/s  %5zu MB  %5.0f bytes an entry kept  %5.0f a key\n",
        f->name, f->seconds, count / f->seconds / 1e6, f->bytes >> 20, (double)f->bytes / kept,
        (double)f->bytes / f->keys);
}

static void
stop(void)
{
    (void)fprintf(stderr, "bench-operators: out of memory\n");
    exit(1);
}

/* ---- windows ---------------------------------------------------------------------- */

static void
run_window(const char *name, int64_t span_us, const struct window_aggregate *aggregate,
    uint32_t aggregates, bool by_other)
{
    struct window_spec spec = {
        .span_us = span_us, .count = aggregates, .aggregate = aggregate, .hash = {3, 4}};
    struct figures f = {
        .name = name, .keys = count / ACCOUNT_ENTRIES + 10, .span_us = span_us, .share = 1};
    struct windows *w = windows_new(&spec);
    double from = now();

    if (w == NULL)
        stop();
    for (uint32_t i = 0; i < count; i++) {
        const struct entry *e = &entries[i];
        struct window_numbers in = {.code = WINDOW_SET(0) | WINDOW_SET(1)};

        in.num[0] = by_other ? e->key : e->other;
        in.num[1] = e->amount;
        if (i + AHEAD < count)
            windows_prefetch(w, by_other ? entries[i + AHEAD].other : entries[i + AHEAD].key);
        if (!windows_add_numbers(w, by_other ? e->other : e->key, at_us(i), i + 1, &in))
            stop();
        if (i % LOOK_EVERY == 0) {
            windows_expire(w, at_us(i));
            f.bytes = windows_bytes(w) > f.bytes ? windows_bytes(w) : f.bytes;
        }
    }
    f.seconds = now() - from;
    report(&f);
    windows_free(w);
}

/* ---- operators ---------------------------------------------------------------------- */

static bool
pass_by(void *context, const struct operator_moment *m)
{
    ++*(uint64_t *)context;
    return m->measures != NULL;
}

typedef void (*fill_fn)(uint32_t i, struct operator_entry *e, struct value *inputs);

static void
run_operator(struct figures f, const struct operator_class *class, void *state, fill_fn fill)
{
    uint64_t moments = 0;
    double from = now();

    f.keys = count / ACCOUNT_ENTRIES + 10;
    if (state == NULL)
        stop();
    for (uint32_t i = 0; i < count; i++) {
        struct value inputs[8];
        struct operator_entry e = {
            .key = entries[i].key, .number = i + 1, .at_us = at_us(i), .inputs = inputs};

        fill(i, &e, inputs);
        if (!class->add(state, &e, pass_by, &moments))
            stop();
        if (i % LOOK_EVERY == 0) {
            if (!class->advance(state, at_us(i), at_us(i) - 7 * DAY, pass_by, &moments))
                stop();
            f.bytes = class->bytes(state) > f.bytes ? class->bytes(state) : f.bytes;
        }
    }
    f.seconds = now() - from;
    report(&f);
    class->free(state);
}

static void
fill_passing(uint32_t i, struct operator_entry *e, struct value *inputs)
{
    e->side = (uint8_t)(entries[i].amount & 1);
    inputs[PASS_AMOUNT] = value_money(0, entries[i].amount);
    inputs[PASS_OTHER] = value_num(TYPE_NUMBER, entries[i].other);
}

static void
fill_hit(uint32_t i, struct operator_entry *e, struct value *inputs)
{
    static uint64_t behind[4];

    inputs[0] = value_missing(TYPE_NUMBER);
    e->line = entries[i].amount & 3;
    for (unsigned k = 0; k < 4; k++)
        behind[k] = i + 1 > 3 ? i - 2 + k : k + 1;
    e->behind = behind;
    e->behind_count = 4;
}

enum { STEP_INPUTS = 4 };

/* Half of the entries satisfy one of three steps. */
static void
fill_step(uint32_t i, struct operator_entry *e, struct value *inputs)
{
    uint32_t dice = entries[i].amount % 6;

    (void)e;
    inputs[SEQUENCE_AMOUNT] = value_money(0, entries[i].amount);
    for (uint32_t s = 0; s + 1 < STEP_INPUTS; s++)
        inputs[SEQUENCE_WHEN + s] = value_num(TYPE_BOOL, dice == s);
}

static void
run_score(void)
{
    static const char *const roles[] = {"one", "two", "three", "four"};
    struct score_line line[4];
    struct score_spec spec = {.over_us = 30 * DAY, .line = line, .line_count = 4, .rules = 4};

    for (uint32_t i = 0; i < 4; i++)
        line[i] = (struct score_line){.role = roles[i], .rule = i, .points = 10};
    run_operator((struct figures){.name = "score", .span_us = 30 * DAY, .share = 1}, &score_class,
        score_open(&spec), fill_hit);
}

static void
run_sequence(void)
{
    static const struct sequence_step step[] = {{"one", 3, 0, SEQUENCE_NONE},
        {"two", 1, 0, SEQUENCE_NONE}, {"three", 1, 3 * DAY, SEQUENCE_NONE}};
    struct sequence_spec spec = {
        .within_us = 10 * DAY, .step = step, .step_count = 3, .never = SEQUENCE_NONE};
    struct hash_key key = {3, 4};

    run_operator((struct figures){.name = "sequence", .span_us = 10 * DAY, .share = 0.5},
        &sequence_class, sequence_new(&spec, &key), fill_step);
}

int
main(int argc, char **argv)
{
    static const struct window_aggregate sums[] = {
        {WINDOW_COUNT, TYPE_NUMBER, 0}, {WINDOW_SUM, TYPE_NUMBER, 0}};
    static const struct window_aggregate members[] = {
        {WINDOW_DISTINCT, TYPE_NUMBER, 0}, {WINDOW_SUM, TYPE_NUMBER, 0}};
    struct pass_through_spec passing = {.within_us = 2 * DAY};

    count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000000;
    if (count < 1000 || !make())
        return 1;
    run_window("window", 7 * DAY, sums, 2, false);
    run_window("window, values", 7 * DAY, members, 2, false);
    run_window("shared", 30 * DAY, members, 2, true);
    run_score();
    run_operator((struct figures){.name = "pass_through", .span_us = 2 * DAY, .share = 1},
        &pass_through_class, pass_through_new(&passing), fill_passing);
    run_sequence();
    free(entries);
    return 0;
}
