/*
 * bench_window - processor nanoseconds an entry for adding to windows and reading them again.
 *
 *      bench_window [entries [keys [line]]]     default 10000000 1000000, all lines
 *
 * Keys have a heavy tail (rank of a random power), values and counterparties likewise, 60 days in
 * all, windows of 7 days. Each line is one window on its own, keys announced 32 rows ahead; with +
 * the inputs too, 12 ahead.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "state/window.h"
#include "support/rng.h"

enum { AHEAD = 32, INPUTS_AHEAD = 12, TEXT_SIZE = 22, MEASURES_MAX = 8 };

static uint32_t entries = 10000000, keys = 1000000;
static uint32_t *key, *other;
static int32_t *cents;
static char (*text)[TEXT_SIZE + 2];

static double
now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Half of all draws fall on a few hundred of the keys, in no order in memory. */
static uint32_t
any_key(uint64_t *seed)
{
    uint64_t rank = UINT64_C(1) << rng_below(seed, 21);

    rank += rng_below(seed, rank);
    return (uint32_t)((rank % keys * 2654435761u) % keys);
}

static void
make_entries(void)
{
    uint64_t seed = 1;

    key = malloc(entries * sizeof *key);
    other = malloc(entries * sizeof *other);
    cents = malloc(entries * sizeof *cents);
    text = malloc(keys * sizeof *text);
    if (key == NULL || other == NULL || cents == NULL || text == NULL)
        exit(1);
    for (uint32_t i = 0; i < entries; i++) {
        key[i] = any_key(&seed);
        other[i] = any_key(&seed);
        cents[i] = (int32_t)rng_below(&seed, 1000000);
    }
    for (uint32_t i = 0; i < keys; i++)
        (void)snprintf(text[i], sizeof text[i], "XX%020u", i);
}

struct bench {
    const char *name;
    uint32_t count;
    struct window_aggregate aggregate[MEASURES_MAX];
};

static const struct bench benches[] = {
    {"count", 1, {{WINDOW_COUNT, TYPE_NUMBER, 0}}},
    {"two sums with where", 2, {{WINDOW_SUM, TYPE_MONEY, 0}, {WINDOW_SUM, TYPE_MONEY, 0}}},
    {"distinct, numbers of texts", 1, {{WINDOW_DISTINCT, TYPE_NUMBER, 0}}},
    {"distinct, texts", 1, {{WINDOW_DISTINCT, TYPE_ACCOUNT, 0}}},
    {"mode_share", 1, {{WINDOW_MODE_SHARE, TYPE_NUMBER, 0}}},
    {"minimum", 1, {{WINDOW_MIN, TYPE_MONEY, 0}}},
    {"stddev", 1, {{WINDOW_STDDEV, TYPE_MONEY, 0}}},
    {"median", 1, {{WINDOW_MEDIAN, TYPE_MONEY, 0}}},
    {"first_seen", 1, {{WINDOW_FIRST_SEEN, TYPE_NUMBER, 0}}},
};

static struct value
input(const struct window_aggregate *a, uint32_t n, uint32_t i)
{
    if (a->function == WINDOW_SUM && cents[n] % 2 == (int32_t)i)
        return value_missing(a->type); /* incoming and outgoing */
    if (a->type == TYPE_ACCOUNT)
        return value_text(a->type, (struct bytes){text[other[n]], TEXT_SIZE});
    return value_num(a->type, a->type == TYPE_MONEY ? cents[n] : (int128)other[n]);
}

static void
run(const struct bench *b, bool inputs_ahead)
{
    const int64_t day_us = INT64_C(86400) * 1000000;
    const struct window_spec spec = {.period = WINDOW_SPAN,
        .span_us = 7 * day_us,
        .count = b->count,
        .aggregate = b->aggregate,
        .hash = {3, 4}};
    struct windows *w = windows_new(&spec);
    double from = now_ns(), took;
    int128 proof = 0;
    size_t most;

    for (uint32_t n = 0; n < entries; n++) {
        struct value in[MEASURES_MAX];

        if (n + AHEAD < entries)
            windows_prefetch(w, key[n + AHEAD]);
        for (uint32_t i = 0; inputs_ahead && n + INPUTS_AHEAD < entries && i < b->count; i++)
            in[i] = input(&b->aggregate[i], n + INPUTS_AHEAD, i);
        if (inputs_ahead && n + INPUTS_AHEAD < entries)
            windows_prefetch_inputs(w, key[n + INPUTS_AHEAD], in);
        for (uint32_t i = 0; i < b->count; i++)
            in[i] = input(&b->aggregate[i], n, i);
        if (!windows_add(w, key[n], n * (60 * day_us / entries), n + 1, in))
            exit(1);
        for (uint32_t i = 0; i < b->count; i++) {
            struct value v = windows_read(w, key[n], i);

            proof += v.num;
        }
    }
    took = now_ns() - from;
    most = windows_bytes(w);
    printf("%-28s%s %6.1f ns  %5zu MB  (%016llx)\n", b->name, inputs_ahead ? " +" : "  ",
        took / entries, most >> 20, (unsigned long long)proof);
    windows_free(w);
}

int
main(int argc, char **argv)
{
    if (argc > 1)
        entries = (uint32_t)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        keys = (uint32_t)strtoul(argv[2], NULL, 10);
    make_entries();
    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++) {
        if (argc > 3 && strtoul(argv[3], NULL, 10) != i)
            continue;
        run(&benches[i], false);
        run(&benches[i], true);
    }
    printf("peak %zu MB\n", alloc_peak() >> 20);
    return 0;
}
