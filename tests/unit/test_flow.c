/*
 * test_flow - patterns across accounts: the worked cases of the design, and random graphs against
 * the twin that scans everything.
 */
#include "operator/flow.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/flow_twin.h"
#include "support/must.h"
#include "support/rng.h"
#include "support/suites.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define PERMILLE INT64_C(1000000) /* of NUMBER_SCALE */

/* ---- names ------------------------------------------------------------------- */

/* Node n is called name[n]; numbers are names here, and how nodes are numbered is up to the test.
 */
static uint32_t name_of[FLOW_TWIN_NODES];

static int
compare_names(void *context, uint32_t a, uint32_t b)
{
    const uint32_t *name = context;

    return (name[a] > name[b]) - (name[a] < name[b]);
}

static uint64_t
hash_name(void *context, uint32_t node)
{
    const uint32_t *name = context;

    return name[node] * UINT64_C(0x9e3779b97f4a7c15) >> 40;
}

static int
compare_numbers(void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

static uint64_t
hash_number(void *context, uint32_t node)
{
    (void)context;
    return node * UINT64_C(0x9e3779b97f4a7c15) >> 40;
}

static const struct flow_names names = {name_of, compare_names, hash_name};
static const struct hash_key hash_key = {1, 2};

static struct flow *
new_flow(const struct flow_pattern *p, uint32_t count)
{
    struct flow *f = flow_new(p, count, &names, &hash_key);

    ck_assert_ptr_nonnull(f);
    return f;
}

/* ---- the worked cases of flow-patterns.md section 6 ------------------------------ */

static const struct flow_pattern worked[FLOW_SHAPES] = {
    [FLOW_FAN_IN] = {.shape = FLOW_FAN_IN, .within_us = 172800 * SECOND, .least.sources = 5},
    [FLOW_FAN_OUT] = {.shape = FLOW_FAN_OUT, .within_us = 172800 * SECOND, .least.targets = 5},
    [FLOW_GATHER_SCATTER] = {.shape = FLOW_GATHER_SCATTER,
        .within_us = 259200 * SECOND,
        .split = 3,
        .least = {.sources = 3, .targets = 3}},
    [FLOW_SCATTER_GATHER] = {.shape = FLOW_SCATTER_GATHER,
        .within_us = 259200 * SECOND,
        .hop_within_us = 259200 * SECOND,
        .ratio_lo = 700 * PERMILLE,
        .ratio_hi = 1050 * PERMILLE,
        .least.middlemen = 3},
    [FLOW_CHAIN] = {.shape = FLOW_CHAIN,
        .within_us = 604800 * SECOND,
        .hop_within_us = 172800 * SECOND,
        .ratio_lo = 850 * PERMILLE,
        .ratio_hi = 1000 * PERMILLE,
        .max_hops = 6,
        .least.hops = 3},
    [FLOW_CYCLE] = {.shape = FLOW_CYCLE,
        .within_us = 604800 * SECOND,
        .hop_within_us = 604800 * SECOND,
        .ratio_lo = 700 * PERMILLE,
        .ratio_hi = 1050 * PERMILLE,
        .max_hops = 6,
        .least.hops = 3},
    [FLOW_BIPARTITE] = {.shape = FLOW_BIPARTITE,
        .within_us = 259200 * SECOND,
        .least = {.senders = 2, .receivers = 2}},
    [FLOW_STACK] = {.shape = FLOW_STACK,
        .within_us = 432000 * SECOND,
        .least = {.senders = 2, .middlemen = 2, .receivers = 2}},
};

/* One payment of a table; `found` says what it completes: evidence by number of row, from 1. */
struct row {
    int64_t at_s;
    const char *from, *to;
    int64_t amount;
    const char *found;
    bool date_only;
};

/* Names of up to two letters become nodes by their letters; the order of names is kept. */
static uint32_t
node_named(const char *name)
{
    uint32_t n = (uint32_t)(name[0] - 'A');

    return name[1] == '\0' ? n : 26 + (uint32_t)(name[1] - '0') + (name[0] == 'M' ? 10 : 0);
}

static void
name_as_numbered(void)
{
    for (uint32_t i = 0; i < FLOW_TWIN_NODES; i++)
        name_of[i] = i;
}

/* "1 2 3" or "1 2 3?" where the order is uncertain, of the hit; several hits with " / ". */
static void
print_hits(struct flow *f, char *out, size_t size)
{
    uint32_t count;
    const struct flow_hit *hit = flow_hits(f, &count);
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        size_t legs;
        const struct flow_leg *leg = flow_evidence(f, &hit[i], 0, &legs);

        ck_assert_int_eq(hit[i].cut, 0);
        used += (size_t)snprintf(out + used, size - used, "%s", i == 0 ? "" : " / ");
        for (size_t k = 0; k < legs; k++)
            used += (size_t)snprintf(out + used, size - used, "%s%llu", k == 0 ? "" : " ",
                (unsigned long long)leg[k].ledger);
        used += (size_t)snprintf(out + used, size - used, "%s", hit[i].order_uncertain ? "?" : "");
    }
}

static void
play(const struct flow_pattern *p, const struct row *row, size_t count)
{
    struct flow *f;
    char found[512];

    name_as_numbered();
    f = new_flow(p, 1);
    for (size_t i = 0; i < count; i++) {
        struct flow_edge e = {.at_us = row[i].at_s * SECOND,
            .amount = row[i].amount,
            .ledger = i + 1,
            .payer = node_named(row[i].from),
            .payee = node_named(row[i].to),
            .date_only = row[i].date_only};

        ck_assert(flow_add(f, &e));
        print_hits(f, found, sizeof found);
        ck_assert_msg(strcmp(found, row[i].found == NULL ? "" : row[i].found) == 0,
            "row %zu: found `%s`, expected `%s`", i + 1, found, row[i].found);
    }
    flow_free(f);
}
#define PLAY(shape, rows) play(&worked[shape], rows, sizeof(rows) / sizeof *(rows))

START_TEST(case_1_a_chain_of_three_then_four)
{
    static const struct row rows[] = {{0, "A", "B", 1000000, NULL, 0},
        {3600, "B", "C", 930000, NULL, 0}, {7200, "C", "D", 870000, "1 2 3", 0},
        {10800, "D", "E", 810000, "1 2 3 4", 0}};

    PLAY(FLOW_CHAIN, rows);
}
END_TEST

START_TEST(case_2_the_gap_is_half_open)
{
    static const struct row outside[] = {{0, "A", "B", 1000000, NULL, 0},
        {172799, "B", "C", 930000, NULL, 0}, {345599, "C", "D", 870000, NULL, 0}};
    static const struct row inside[] = {{0, "A", "B", 1000000, NULL, 0},
        {172799, "B", "C", 930000, NULL, 0}, {345598, "C", "Y", 900000, "1 2 3", 0}};

    PLAY(FLOW_CHAIN, outside);
    PLAY(FLOW_CHAIN, inside);
}
END_TEST

START_TEST(case_3_order_within_a_moment_and_within_a_day)
{
    static const struct row timed[] = {{5, "B", "C", 1000000, NULL, 0},
        {5, "A", "B", 1000000, NULL, 0}, {9, "C", "D", 1000000, NULL, 0}};
    static const struct row days[] = {{5, "B", "C", 1000000, NULL, 1},
        {5, "A", "B", 1000000, NULL, 1}, {9, "C", "D", 1000000, "2 1 3?", 0}};

    PLAY(FLOW_CHAIN, timed);
    PLAY(FLOW_CHAIN, days);
}
END_TEST

START_TEST(case_4_a_ring_closes_at_every_member)
{
    static const struct row rows[] = {{0, "A", "B", 1000000, NULL, 0},
        {3600, "B", "C", 950000, NULL, 0}, {7200, "C", "A", 900000, "1 2 3", 0},
        {10800, "A", "B", 900000, "2 3 4", 0}, {14400, "B", "C", 860000, "3 4 5", 0},
        {18000, "C", "A", 820000, "4 5 6", 0}};

    PLAY(FLOW_CYCLE, rows);
}
END_TEST

START_TEST(case_5_money_split_over_helpers_rejoins)
{
    static const struct row rows[] = {{0, "U", "M1", 100000, NULL, 0},
        {10, "U", "M2", 110000, NULL, 0}, {20, "U", "M3", 120000, NULL, 0},
        {30, "U", "M4", 90000, NULL, 0}, {3600, "M1", "W", 95000, NULL, 0},
        {7200, "M2", "W", 100000, NULL, 0}, {10800, "M3", "W", 60000, NULL, 0},
        {14400, "M3", "W", 110000, "1 2 3 5 6 8", 0},
        {18000, "M4", "W", 88000, "1 2 3 4 5 6 8 9", 0}};

    PLAY(FLOW_SCATTER_GATHER, rows);
}
END_TEST

START_TEST(case_6_five_payers_then_a_second_batch)
{
    struct row rows[15] = {{0}};
    static const char *const payer[] = {"S0", "S1", "S2", "S3", "S4", "S5", "S6"};
    static const char *const found[] = {
        "1 2 3 4 5", "1 2 3 4 5 6", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7 8", "1 2 3 4 5 6 7 8 9"};

    for (int i = 1; i <= 9; i++)
        rows[i - 1] = (struct row){
            i * 3600, payer[i % 7], "Z", 10000 + i, i < 5 ? NULL : found[i - 5], false};
    for (int i = 1; i <= 6; i++)
        rows[8 + i] = (struct row){259200 + i * 3600, payer[i], "Z", 10000,
            i < 5    ? NULL
            : i == 5 ? "10 11 12 13 14"
                     : "10 11 12 13 14 15",
            false};
    PLAY(FLOW_FAN_IN, rows);
}
END_TEST

START_TEST(case_8_the_core_of_a_block)
{
    static const struct row rows[] = {{0, "A", "X", 1, NULL, 0}, {1, "A", "Y", 1, NULL, 0},
        {2, "B", "X", 1, NULL, 0}, {3, "B", "Y", 1, "1 2 3 4", 0}, {4, "C", "Y", 1, NULL, 0},
        {5, "C", "X", 1, "1 2 3 4 5 6", 0}};

    PLAY(FLOW_BIPARTITE, rows);
}
END_TEST

START_TEST(case_9_scattering_counts_from_the_split_on)
{
    struct flow_pattern from_first = worked[FLOW_GATHER_SCATTER];
    struct row rows[] = {{0, "A", "V", 100, NULL, 0}, {1, "V", "P", 10, NULL, 0},
        {2, "B", "V", 100, NULL, 0}, {3, "C", "V", 100, NULL, 0}, {4, "V", "P", 60, NULL, 0},
        {5, "V", "Q", 50, NULL, 0}, {6, "V", "R", 50, "1 3 4 5 6 7", 0}};

    PLAY(FLOW_GATHER_SCATTER, rows);
    from_first.split = 1;
    rows[6].found = "1 2 3 4 5 6 7";
    play(&from_first, rows, 7);
}
END_TEST

START_TEST(case_10_a_stack_of_two_blocks)
{
    static const struct row rows[] = {{0, "A", "M", 100, NULL, 0}, {1, "A", "N", 100, NULL, 0},
        {2, "B", "M", 100, NULL, 0}, {3, "B", "N", 100, NULL, 0}, {4, "M", "X", 90, NULL, 0},
        {5, "M", "Y", 90, NULL, 0}, {6, "N", "X", 90, NULL, 0},
        {7, "N", "Y", 90, "1 2 3 4 5 6 7 8", 0}};
    static const struct row turned[] = {{0, "M", "X", 90, NULL, 0}, {1, "M", "Y", 90, NULL, 0},
        {2, "N", "X", 90, NULL, 0}, {3, "N", "Y", 90, NULL, 0}, {4, "A", "M", 100, NULL, 0},
        {5, "A", "N", 100, NULL, 0}, {6, "B", "M", 100, NULL, 0}, {7, "B", "N", 100, NULL, 0}};

    PLAY(FLOW_STACK, rows);
    PLAY(FLOW_STACK, turned);
}
END_TEST

/* ---- random graphs ------------------------------------------------------------------- */

enum { LOOPS = 60, TWIN_CAP = 6000, ROWS_MAX = 300 };

static struct flow_twin_hit twin_hit[TWIN_CAP];
static struct flow_edge payment[ROWS_MAX];

static int64_t
one_of(uint64_t *rng, const int64_t *from, size_t count)
{
    return from[rng_below(rng, count)];
}
#define ONE_OF(rng, list) one_of(rng, list, sizeof(list) / sizeof *(list))

/* Times in seconds, whole hours or whole days; days have times of day or not, or some. */
static void
random_payments(uint64_t *rng, uint32_t count, uint32_t accounts)
{
    static const int64_t amounts[] = {100, 95, 90, 81, 105, 101, 80, 200, 190, 1000, 7, 0};
    uint64_t kind = rng_below(rng, 5), busy = rng_below(rng, 3);
    int64_t unit = kind == 0 ? 600 * SECOND : kind == 1 ? HOUR : DAY, at_us = DAY * 20000;
    uint64_t moves = 1 + rng_below(rng, 6);
    bool hub = rng_below(rng, 3) == 0; /* so many into one that it keeps them by amount */

    for (uint32_t i = 0; i < count; i++) {
        uint64_t who = busy > 0 && rng_below(rng, 3) == 0 ? 1 + busy : accounts;

        if (rng_below(rng, kind > 1 ? 3 + 4 * moves : moves) == 0)
            at_us += unit * (int64_t)(1 + rng_below(rng, 3));
        payment[i] = (struct flow_edge){.at_us = at_us,
            .amount = ONE_OF(rng, amounts),
            .ledger = i + 1,
            .payer = (uint32_t)rng_below(rng, who),
            .payee = (uint32_t)rng_below(rng, rng_below(rng, 2) == 0 ? who : accounts),
            .date_only = kind == 2 || kind == 3 ? true : kind == 4 && rng_below(rng, 3) > 0,
            .first = (uint32_t)rng_next(rng),
            .last = (uint32_t)rng_next(rng),
            .country = {(int64_t)rng_below(rng, 4), (int64_t)rng_below(rng, 4)},
            .bank = {(uint32_t)rng_below(rng, 3), (uint32_t)rng_below(rng, 3)}};
        if (hub && rng_below(rng, 2) == 0)
            payment[i].payee = 0;
        else if (hub && rng_below(rng, 2) == 0)
            payment[i].payer = 0;
    }
}

static struct flow_pattern
random_pattern(uint64_t *rng, enum flow_shape shape)
{
    static const int64_t spans[] = {HOUR, 5 * HOUR, 24 * HOUR, 3 * DAY, 7 * DAY, 20 * DAY};
    static const int64_t low[] = {800, 850, 900, 1000, 500};
    static const int64_t high[] = {1000, 1010, 1050, 1000, 2000};
    struct flow_pattern p = {.shape = shape, .within_us = ONE_OF(rng, spans)};
    size_t ratio = rng_below(rng, 5);

    p.hop_within_us = ONE_OF(rng, spans);
    if (p.hop_within_us > p.within_us)
        p.hop_within_us = p.within_us;
    p.ratio_lo = low[ratio] * PERMILLE;
    p.ratio_hi = high[ratio] * PERMILLE;
    p.max_hops = 2 + (uint32_t)rng_below(rng, 5);
    p.split = 1 + (uint32_t)rng_below(rng, 3);
    p.first = rng_below(rng, 4) == 0;
    p.last = rng_below(rng, 4) == 0;
    p.wants_largest_share = rng_below(rng, 2) == 0;
    p.wants_places = rng_below(rng, 2) == 0;
    p.least.sources = (uint32_t)rng_below(rng, 4);
    p.least.targets = (uint32_t)rng_below(rng, 4);
    p.least.middlemen = 1 + (uint32_t)rng_below(rng, 3);
    p.least.senders = 1 + (uint32_t)rng_below(rng, 3);
    p.least.receivers = 1 + (uint32_t)rng_below(rng, 3);
    p.least.hops = (uint32_t)rng_below(rng, 4);
    return p;
}

static bool
same_value(struct value a, struct value b)
{
    return a.type == b.type && a.set == b.set &&
           (!a.set || (a.currency == b.currency && a.num == b.num && a.den == b.den));
}

/* "" or what differs. */
static const char *
difference(struct flow *f, const struct flow_hit *h, const struct flow_twin_hit *t)
{
    size_t legs;
    const struct flow_leg *leg;

    if (name_of[h->origin] != t->origin || name_of[h->end] != t->end ||
        name_of[h->middle] != t->middle)
        return "key";
    if (h->order_uncertain != t->order_uncertain)
        return "order_uncertain";
    if (h->cut != 0)
        return "cut";
    leg = flow_evidence(f, h, 0, &legs);
    if (leg == NULL || legs != t->count)
        return "number of payments";
    for (size_t i = 0; i < legs; i++)
        if (leg[i].ledger != t->leg[i].ledger || leg[i].role != t->leg[i].role ||
            leg[i].hop != t->leg[i].hop)
            return "payments";
    return "";
}

static const char *
measure_difference(enum flow_shape shape, const struct flow_hit *h, const struct flow_twin_hit *t)
{
    for (int m = 0; m < FLOW_MEASURES; m++)
        if ((flow_measures[m].shapes >> shape & 1) != 0 &&
            !same_value(h->measure[m], t->measure[m]))
            return flow_measures[m].name;
    return "";
}

static void
compare_hits(struct flow *f, const struct flow_pattern *p, uint32_t trigger, uint64_t seed,
    const uint32_t *from, uint32_t number)
{
    uint32_t all, count = 0, expected = from[trigger + 1] - from[trigger];
    const struct flow_hit *hit = flow_hits(f, &all);

    for (uint32_t i = 0; i < all; i++) {
        const struct flow_twin_hit *t = &twin_hit[from[trigger] + count];
        const char *what;

        if (hit[i].pattern != number)
            continue;
        if (count++ >= expected)
            break;
        what = difference(f, &hit[i], t);
        if (*what == '\0')
            what = measure_difference(p->shape, &hit[i], t);
        if (*what != '\0')
            ck_abort_msg("%s, seed %llu: payment %u: %s differs", flow_shapes[p->shape],
                (unsigned long long)seed, trigger + 1, what);
    }
    if (count != expected)
        ck_abort_msg("%s, seed %llu: payment %u: %u hits, expected %u", flow_shapes[p->shape],
            (unsigned long long)seed, trigger + 1, count, expected);
}

/* Nodes get other numbers than names. */
static void
number_nodes(uint64_t *rng, uint32_t *node_of)
{
    for (uint32_t i = 0; i < FLOW_TWIN_NODES; i++)
        node_of[i] = i;
    for (uint32_t i = FLOW_TWIN_NODES; i-- > 1;) {
        uint32_t k = (uint32_t)rng_below(rng, i + 1), other = node_of[k];

        node_of[k] = node_of[i];
        node_of[i] = other;
    }
    for (uint32_t i = 0; i < FLOW_TWIN_NODES; i++)
        name_of[node_of[i]] = i;
}

/* One graph through several patterns at once; each is then compared with its twin. */
static uint32_t
compare_graph(uint64_t seed)
{
    static uint32_t from[FLOW_SHAPES + 2][ROWS_MAX + 1];
    static struct flow *f;
    uint64_t rng = seed * 7919 + 1;
    uint32_t accounts = 6 + (uint32_t)rng_below(&rng, 35), node_of[FLOW_TWIN_NODES];
    uint32_t rows = 20 + (uint32_t)rng_below(&rng, ROWS_MAX - 20), hits = 0;
    enum flow_shape shape = (enum flow_shape)(seed % FLOW_SHAPES);
    struct flow_pattern p[3] = {random_pattern(&rng, shape),
        random_pattern(&rng, (enum flow_shape)rng_below(&rng, FLOW_SHAPES)),
        random_pattern(&rng, (enum flow_shape)rng_below(&rng, FLOW_SHAPES))};

    number_nodes(&rng, node_of);
    random_payments(&rng, rows, accounts);
    for (uint32_t i = 0; i < 3; i++) {
        if (!flow_twin_find(&p[i], i, payment, rows, twin_hit, TWIN_CAP, from[i]))
            continue;
        hits += from[i][rows];
        f = new_flow(p, 3);
        for (uint32_t r = 0; r < rows; r++) {
            struct flow_edge e = payment[r];

            e.payer = node_of[e.payer];
            e.payee = node_of[e.payee];
            must(flow_add(f, &e));
            compare_hits(f, &p[i], r, seed, from[i], i);
        }
        flow_free(f);
    }
    return hits;
}

START_TEST(every_shape_agrees_with_a_search_of_everything)
{
    const char *more = getenv("WEIR_FLOW_GRAPHS");
    uint64_t count = more == NULL ? 2 : strtoull(more, NULL, 10) / LOOPS + 1;
    uint32_t hits = 0;

    for (uint64_t i = 0; i < count; i++)
        hits += compare_graph(i * LOOPS + (uint64_t)_i);
    ck_assert_uint_gt(hits, 0);
}
END_TEST

/* ---- limits ------------------------------------------------------------------------------- */

/* Where nothing was cut the answer is that of the whole search; where something was, it says so. */
static void
compare_limited(struct flow *f, const struct flow_pattern *p, uint32_t trigger, uint64_t seed,
    const uint32_t *from)
{
    uint32_t count, cuts, expected = from[trigger + 1] - from[trigger];
    const struct flow_hit *hit = flow_hits(f, &count);

    (void)flow_cuts(f, &cuts);
    if (cuts == 0) {
        compare_hits(f, p, trigger, seed, from, 0);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t legs;
        const struct flow_leg *leg = flow_evidence(f, &hit[i], 0, &legs);

        must(hit[i].cut != 0 && leg != NULL && legs > 0);
        must(count <= expected);
        if (p->shape == FLOW_CHAIN || p->shape == FLOW_CYCLE)
            must(hit[i].measure[FLOW_HOPS].num <= twin_hit[from[trigger]].measure[FLOW_HOPS].num);
    }
}

START_TEST(a_search_cut_short_says_so_and_tells_no_lies)
{
    static uint32_t from[ROWS_MAX + 1];
    uint64_t rng = (uint64_t)_i * 104729 + 3;
    struct flow_pattern p = random_pattern(&rng, (enum flow_shape)(_i % FLOW_SHAPES));
    uint32_t rows = 100 + (uint32_t)rng_below(&rng, ROWS_MAX - 100), node_of[FLOW_TWIN_NODES];
    struct flow_counts counts;
    struct flow *f;

    p.edge_cap = (uint32_t)rng_below(&rng, 4);
    p.budget = rng_below(&rng, 2) == 0 ? 0 : 4 + (uint32_t)rng_below(&rng, 60);
    p.hub_cap = rng_below(&rng, 2) == 0 ? 0 : 1 + (uint32_t)rng_below(&rng, 8);
    number_nodes(&rng, node_of);
    random_payments(&rng, rows, 6 + (uint32_t)rng_below(&rng, 20));
    if (!flow_twin_find(&p, 0, payment, rows, twin_hit, TWIN_CAP, from))
        return;
    f = new_flow(&p, 1);
    for (uint32_t r = 0; r < rows; r++) {
        struct flow_edge e = payment[r];

        e.payer = node_of[e.payer];
        e.payee = node_of[e.payee];
        must(flow_add(f, &e));
        compare_limited(f, &p, r, (uint64_t)_i, from);
    }
    flow_counts(f, 0, &counts);
    if ((p.edge_cap | p.budget | p.hub_cap) == 0)
        ck_assert_uint_eq(counts.cut, 0);
    flow_free(f);
}
END_TEST

/* A hub of 5 000 neighbours on either side, no limits: the one relay through it is found. */
START_TEST(without_limits_a_hub_hides_nothing)
{
    static const enum flow_shape shapes[] = {FLOW_CHAIN, FLOW_SCATTER_GATHER};

    for (int k = 0; k < 2; k++) {
        struct flow_pattern p = worked[shapes[k]];
        uint32_t count = 0;
        struct flow *f;

        name_as_numbered();
        p.least.middlemen = 1;
        f = flow_new(&p, 1, &(struct flow_names){NULL, compare_numbers, hash_number}, &hash_key);
        for (uint32_t i = 0; i < 5000; i++) {
            struct flow_edge in = {.at_us = i * SECOND,
                .amount = i == 77 ? 50000 : 1000 + i % 7,
                .ledger = i + 1,
                .payer = i + 10,
                .payee = 1};

            ck_assert(flow_add(f, &in));
        }
        for (uint32_t i = 0; i < 5001; i++) {
            struct flow_edge out = {.at_us = (5000 + i) * SECOND,
                .amount = i == 5000 ? 49000 : 7,
                .ledger = 5001 + i,
                .payer = 1,
                .payee = i + 10000};
            const struct flow_hit *hit;

            ck_assert(flow_add(f, &out));
            hit = flow_hits(f, &count);
            if (count > 0 && shapes[k] == FLOW_SCATTER_GATHER)
                ck_assert_uint_eq(hit[0].origin, 87);
        }
        ck_assert_uint_eq(count, shapes[k] == FLOW_SCATTER_GATHER);
        (void)flow_cuts(f, &count);
        ck_assert_uint_eq(count, 0);
        flow_free(f);
    }
}
END_TEST

/* ---- memory ---------------------------------------------------------------------------------- */

static struct flow *
all_shapes(void)
{
    struct flow_pattern p[FLOW_SHAPES];

    memcpy(p, worked, sizeof p);
    p[FLOW_FAN_OUT].wants_largest_share = true;
    p[FLOW_CHAIN].wants_places = true;
    return flow_new(p, FLOW_SHAPES, &names, &hash_key);
}

/* False: memory was refused on the way. */
static bool
play_under_failure(size_t n, uint32_t rows)
{
    struct flow *f;
    bool ok = true;

    alloc_fail_at(n, 1);
    f = all_shapes();
    for (uint32_t r = 0; f != NULL && ok && r < rows; r++) {
        const struct flow_hit *hit;
        uint32_t count;
        size_t legs;

        ok = flow_add(f, &payment[r]);
        hit = flow_hits(f, &count);
        for (uint32_t i = 0; ok && i < count; i++)
            ok = flow_evidence(f, &hit[i], 0, &legs) != NULL;
    }
    alloc_fail_at(0, 0);
    ok = ok && f != NULL;
    flow_free(f);
    return ok;
}

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), n = 1;
    uint64_t rng = 5;

    name_as_numbered();
    random_payments(&rng, ROWS_MAX, 8);
    while (!play_under_failure(n, ROWS_MAX)) {
        ck_assert_uint_eq(alloc_live(), before);
        n++;
    }
    ck_assert_uint_gt(n, 20);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

START_TEST(memory_follows_the_window_and_not_the_stream)
{
    size_t before = alloc_live(), first = 0;
    struct flow *f = all_shapes();
    uint64_t rng = 9;

    name_as_numbered();
    for (uint32_t i = 0; i < 60000; i++) {
        struct flow_edge e = {.at_us = i * HOUR / 4,
            .amount = (int64_t)rng_below(&rng, 100000),
            .ledger = i + 1,
            .payer = (uint32_t)rng_below(&rng, 20),
            .payee = (uint32_t)rng_below(&rng, 20)};

        must(flow_add(f, &e));
        must(flow_bytes(f) <= alloc_live() - before + sizeof(struct flow_edge) * 64);
        if (i == 20000)
            first = flow_bytes(f);
    }
    ck_assert_uint_le(flow_bytes(f), first + first / 2);
    flow_expire(f, INT64_C(60000) * HOUR);
    ck_assert_uint_eq(flow_live(f), 0);
    flow_free(f);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

Suite *
suite_flow(void)
{
    Suite *s = suite_create("flow");
    TCase *worked_cases = tcase_create("worked"), *random = tcase_create("random");
    TCase *limits = tcase_create("limits"), *memory = tcase_create("memory");

    tcase_add_test(worked_cases, case_1_a_chain_of_three_then_four);
    tcase_add_test(worked_cases, case_2_the_gap_is_half_open);
    tcase_add_test(worked_cases, case_3_order_within_a_moment_and_within_a_day);
    tcase_add_test(worked_cases, case_4_a_ring_closes_at_every_member);
    tcase_add_test(worked_cases, case_5_money_split_over_helpers_rejoins);
    tcase_add_test(worked_cases, case_6_five_payers_then_a_second_batch);
    tcase_add_test(worked_cases, case_8_the_core_of_a_block);
    tcase_add_test(worked_cases, case_9_scattering_counts_from_the_split_on);
    tcase_add_test(worked_cases, case_10_a_stack_of_two_blocks);
    suite_add_tcase(s, worked_cases);
    tcase_add_loop_test(random, every_shape_agrees_with_a_search_of_everything, 0, LOOPS);
    tcase_set_timeout(random, 1200);
    suite_add_tcase(s, random);
    tcase_add_loop_test(limits, a_search_cut_short_says_so_and_tells_no_lies, 0, 160);
    tcase_add_test(limits, without_limits_a_hub_hides_nothing);
    tcase_set_timeout(limits, 120);
    suite_add_tcase(s, limits);
    tcase_add_test(memory, each_refused_allocation_is_survived);
    tcase_add_test(memory, memory_follows_the_window_and_not_the_stream);
    tcase_set_timeout(memory, 120);
    suite_add_tcase(s, memory);
    return s;
}
