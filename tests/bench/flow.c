/*
 * flow - how fast patterns across accounts are looked for: all eight shapes at once on generated
 * payments, on one thread.   flow [ROWS [hub]]
 *
 * Everyday life: 420 000 accounts per ten million payments, a few of them busy, 60 days, round and
 * odd amounts; 1 in 40 passes on what came in lately. `hub`: every fifth payment concerns one
 * account. Prints seconds, rows a second, bytes a payment in the window, hits and cut searches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "operator/flow.h"
#include "support/rng.h"

#define HOUR INT64_C(3600000000)
#define DAY (24 * HOUR)
enum { ACCOUNT_ROWS = 24, AHEAD = 16, RECENT = 4096, SPAN_DAYS = 60 };

static int
compare(void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

static uint64_t
hash(void *context, uint32_t node)
{
    (void)context;
    return node * UINT64_C(0x9e3779b97f4a7c15) >> 40;
}

#define SHARE(percent) ((int64_t)(percent) * (NUMBER_SCALE / 100))

/* The starting values of flow-patterns.md section 5. */
static const struct flow_pattern patterns[] = {
    {.shape = FLOW_FAN_IN, .within_us = 48 * HOUR, .least.sources = 5},
    {.shape = FLOW_FAN_OUT, .within_us = 24 * HOUR, .least.targets = 10},
    {.shape = FLOW_GATHER_SCATTER,
        .within_us = 72 * HOUR,
        .split = 1,
        .least = {.sources = 5, .targets = 4},
        .budget = FLOW_BUDGET},
    {.shape = FLOW_SCATTER_GATHER,
        .within_us = 72 * HOUR,
        .hop_within_us = 72 * HOUR,
        .ratio_lo = SHARE(80),
        .ratio_hi = SHARE(100),
        .least.middlemen = 4,
        .budget = FLOW_BUDGET,
        .edge_cap = FLOW_EDGE_CAP},
    {.shape = FLOW_CHAIN,
        .within_us = 10 * DAY,
        .hop_within_us = 72 * HOUR,
        .ratio_lo = SHARE(85),
        .ratio_hi = SHARE(100),
        .max_hops = 6,
        .least.hops = 3,
        .budget = FLOW_BUDGET,
        .edge_cap = FLOW_EDGE_CAP},
    {.shape = FLOW_CYCLE,
        .within_us = 14 * DAY,
        .hop_within_us = 96 * HOUR,
        .ratio_lo = SHARE(80),
        .ratio_hi = SHARE(100),
        .max_hops = 6,
        .least.hops = 3,
        .budget = FLOW_BUDGET,
        .edge_cap = FLOW_EDGE_CAP},
    {.shape = FLOW_BIPARTITE,
        .within_us = 72 * HOUR,
        .least = {.senders = 3, .receivers = 3},
        .budget = FLOW_BUDGET,
        .hub_cap = FLOW_HUB_CAP},
    {.shape = FLOW_STACK,
        .within_us = 5 * DAY,
        .least = {.senders = 2, .middlemen = 2, .receivers = 2},
        .budget = FLOW_BUDGET,
        .hub_cap = FLOW_HUB_CAP},
};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

struct payment {
    uint32_t payer, payee, amount;
};

/* Payments evenly over the span; kept small, so that making them is not what is measured. */
static struct payment *
make(uint32_t rows, bool hub)
{
    struct payment *p = malloc(rows * sizeof *p);
    uint64_t rng = 1;
    uint32_t accounts = rows / ACCOUNT_ROWS + 10;

    for (uint32_t i = 0; p != NULL && i < rows; i++) {
        uint64_t odd = rng_below(&rng, 3);
        const struct payment *before = &p[i > RECENT ? i - 1 - rng_below(&rng, RECENT) : 0];

        p[i].payer = (uint32_t)rng_below(&rng, rng_below(&rng, 20) == 0 ? accounts / 50 : accounts);
        p[i].payee = (uint32_t)rng_below(&rng, rng_below(&rng, 5) == 0 ? accounts / 100 : accounts);
        p[i].amount = (uint32_t)(odd == 0 ? 1000 * (1 + rng_below(&rng, 100))
                                          : 500 + rng_below(&rng, odd == 1 ? 20000 : 200000));
        if (i > RECENT && rng_below(&rng, 40) == 0) {
            p[i].payer = before->payee;
            p[i].amount = (uint32_t)(before->amount * (UINT64_C(85) + rng_below(&rng, 16)) / 100);
        }
        if (hub && i % 5 == 0)
            *(rng_below(&rng, 3) == 0 ? &p[i].payer : &p[i].payee) = 7;
    }
    return p;
}

static void
report(struct flow *f, uint32_t rows, double seconds, size_t bytes, uint64_t live, uint64_t *hits)
{
    (void)printf("%u rows  %.2f s  %.2f M rows/s  %zu MB  %.0f bytes a payment in the window\n",
        rows, seconds, rows / seconds / 1e6, bytes >> 20, (double)bytes / (double)live);
    for (uint32_t i = 0; i < PATTERNS; i++) {
        struct flow_counts c;

        flow_counts(f, i, &c);
        (void)printf("  %-16s searches %9llu  hits %9llu  cut %8llu (budget %llu, hub %llu)\n",
            flow_shapes[patterns[i].shape], (unsigned long long)c.searches,
            (unsigned long long)hits[i], (unsigned long long)c.cut,
            (unsigned long long)c.cut_budget, (unsigned long long)c.cut_hub);
    }
}

static double
now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
    uint32_t rows = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000000, count;
    bool hub = argc > 2 && strcmp(argv[2], "hub") == 0;
    const char *only = argc > 3 ? argv[3] : NULL; /* one shape alone */
    struct flow_pattern p[PATTERNS];
    uint32_t chosen = 0;
    struct flow_names names = {NULL, compare, hash};
    struct hash_key key = {3, 4};
    struct payment *all = make(rows, hub);
    uint64_t hits[PATTERNS] = {0}, live = 1;
    struct flow *f;
    size_t bytes = 0;
    double from;

    for (uint32_t i = 0; i < PATTERNS; i++)
        if (only == NULL || strcmp(only, flow_shapes[patterns[i].shape]) == 0)
            p[chosen++] = patterns[i];
    f = chosen == 0 ? NULL : flow_new(p, chosen, &names, &key);
    if (f == NULL || all == NULL)
        return 1;
    from = now();
    for (uint32_t i = 0; i < rows; i++) {
        struct flow_edge e = {.at_us = (int64_t)i * (SPAN_DAYS * DAY / rows),
            .amount = all[i].amount,
            .ledger = i + 1,
            .payer = all[i].payer,
            .payee = all[i].payee};
        const struct flow_hit *hit;

        if (i + AHEAD < rows)
            flow_prefetch(f, all[i + AHEAD].payer, all[i + AHEAD].payee);
        if (!flow_add(f, &e))
            return 1;
        hit = flow_hits(f, &count);
        for (uint32_t k = 0; k < count; k++)
            hits[hit[k].pattern]++;
        if (i % 4096 == 0 && flow_live(f) > live) {
            live = flow_live(f);
            bytes = flow_bytes(f);
        }
    }
    if (only == NULL)
        report(f, rows, now() - from, bytes, live, hits);
    else
        (void)printf("%s: %.2f s  %llu hits\n", only, now() - from, (unsigned long long)hits[0]);
    flow_free(f);
    free(all);
    return 0;
}
