/* Sliding windows: the edge of the span, every function against a recount, memory that comes back.
 */
#include <check.h>
#include <stdio.h>

#include "base/alloc.h"
#include "state/deviation.h"
#include "state/window.h"
#include "support/rng.h"
#include "support/suites.h"
#include "support/window_twin.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define YEAR_US (365 * DAY_US)
#define EUR (code_pack("EUR", 3))
#define USD (code_pack("USD", 3))
#define WIDEST ((int128)(~(uint128)0 >> 1))

static const struct window_aggregate functions[] = {
    {WINDOW_COUNT, TYPE_NUMBER, 0},
    {WINDOW_SUM, TYPE_MONEY, 0x455552},
    {WINDOW_SUM, TYPE_NUMBER, 0},
    {WINDOW_AVG, TYPE_MONEY, 0x455552},
    {WINDOW_AVG, TYPE_NUMBER, 0},
    {WINDOW_SHARE, TYPE_BOOL, 0},
    {WINDOW_MEDIAN, TYPE_MONEY, 0x455552},
    {WINDOW_MEDIAN, TYPE_NUMBER, 0},
    {WINDOW_MIN, TYPE_MONEY, 0x455552},
    {WINDOW_MIN, TYPE_NUMBER, 0},
    {WINDOW_MIN, TYPE_TEXT, 0},
    {WINDOW_MAX, TYPE_MONEY, 0x455552},
    {WINDOW_MAX, TYPE_NUMBER, 0},
    {WINDOW_STDDEV, TYPE_MONEY, 0x455552},
    {WINDOW_STDDEV, TYPE_DURATION, 0},
    {WINDOW_STDDEV, TYPE_NUMBER, 0},
    {WINDOW_DISTINCT, TYPE_TEXT, 0},
    {WINDOW_DISTINCT, TYPE_TIME, 0},
    {WINDOW_DISTINCT, TYPE_NUMBER, 0},
    {WINDOW_DISTINCT, TYPE_MONEY, 0}, /* currencies mixed */
    {WINDOW_MODE_SHARE, TYPE_TEXT, 0},
    {WINDOW_MODE_SHARE, TYPE_MONEY, 0x455552},
    {WINDOW_FIRST, TYPE_TEXT, 0},
    {WINDOW_FIRST, TYPE_NUMBER, 0},
    {WINDOW_LAST, TYPE_TEXT, 0},
    {WINDOW_LAST, TYPE_MONEY, 0}, /* currencies mixed */
    {WINDOW_FIRST_SEEN, TYPE_TEXT, 0},
    {WINDOW_FIRST_SEEN, TYPE_COUNTRY, 0},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions, HISTORIES = 500, LOOPS = 20 };

static struct twin twin;
static uint64_t seed;

static struct bytes
any_text(void)
{
    static const char long_text[300] = "a text longer than most";
    static const struct bytes texts[] = {{"", 0}, {"a", 1}, {"ab", 2}, {"b", 1},
        {"XX00 1234 5678 9012 3456", 24}, {long_text, sizeof long_text}, {long_text, 200}};

    return texts[rng_below(&seed, sizeof texts / sizeof *texts)];
}

/* Small and often equal; numbers now and then wide, to the edges, or fractions. */
static struct value
any_value(const struct window_aggregate *a)
{
    struct value v = value_missing(a->type);

    if (rng_below(&seed, 5) == 0)
        return v;
    if (type_is_text(a->type))
        return value_text(a->type, any_text());
    v = value_num(a->type, (int128)rng_below(&seed, 20) - 8);
    v.currency = (int32_t)a->currency;
    if (a->type == TYPE_MONEY && a->currency == 0)
        v.currency = (int32_t)(rng_below(&seed, 2) == 0 ? EUR : USD);
    if (a->type == TYPE_BOOL)
        v.num = v.num > 0;
    if (a->type == TYPE_TIME)
        v.num = (int128)rng_below(&seed, 1000000);
    if (a->type == TYPE_MONEY && rng_below(&seed, 4) == 0)
        v.num = (int128)rng_below(&seed, 900000);
    if (a->type != TYPE_NUMBER)
        return v;
    switch (rng_below(&seed, 24)) {
    case 0:
        v.num = WIDEST - (int128)rng_below(&seed, 2);
        break;
    case 1:
        v.num = -WIDEST - 1 + (int128)rng_below(&seed, 2);
        break;
    case 2:
        v.num = ((int128)1 << 70) + (int128)rng_below(&seed, 3);
        break;
    case 3:
    case 4:
        v.den = 2 + (int128)rng_below(&seed, 3);
        break;
    default:
        break;
    }
    return v;
}

/* Times on a grid of the span's quarter, so that the edge is met often; seldom a jump. */
static int64_t
any_step(int64_t span_us)
{
    switch (rng_below(&seed, 40)) {
    case 0:
        return span_us;
    case 1:
        return 5 * span_us + 1;
    case 2:
        return YEAR_US - 1;
    case 3:
        return YEAR_US;
    default:
        return span_us / 4 * (int64_t)rng_below(&seed, 3) + (rng_below(&seed, 9) == 0);
    }
}

/* Let aggregates share the value of an earlier one, here and there. */
static void
any_likeness(const struct window_spec *spec, uint32_t *like1)
{
    for (uint32_t i = 0; i < spec->count; i++) {
        uint32_t k = (uint32_t)rng_below(&seed, i + 1);

        like1[i] = 0;
        if (k < i && like1[k] == 0 && spec->aggregate[k].type == spec->aggregate[i].type &&
            spec->aggregate[k].currency == spec->aggregate[i].currency)
            like1[i] = k + 1;
    }
}

/* One value for all that share it; each has it or is missing. */
static void
any_inputs(const struct window_spec *spec, struct value *input)
{
    struct value whole[WINDOW_AGGREGATES_MAX];

    for (uint32_t i = 0; i < spec->count; i++) {
        uint32_t like1 = spec->like1[i];

        input[i] = any_value(&spec->aggregate[i]);
        whole[i] = input[i];
        if (like1 > 0 && input[i].set)
            input[i] = whole[like1 - 1];
    }
}

/* By the quick way where the inputs allow it. */
static bool
add_somehow(struct windows *w, const struct window_spec *spec, uint32_t key, int64_t at_us,
    uint64_t ledger, const struct value *input)
{
    struct window_numbers numbers = {0};

    for (uint32_t i = 0; i < spec->count; i++) {
        const struct window_aggregate *a = &spec->aggregate[i];

        if (!input[i].set)
            continue;
        if (type_is_text(a->type) || a->function == WINDOW_SHARE || input[i].den != 1 ||
            input[i].num != (int64_t)input[i].num || input[i].currency != (int32_t)a->currency)
            return windows_add(w, key, at_us, ledger, input);
        numbers.code |= WINDOW_SET(i);
        numbers.num[i] = (int64_t)input[i].num;
    }
    windows_prefetch_numbers(w, key, &numbers);
    return windows_add_numbers(w, key, at_us, ledger, &numbers);
}

static void
compare_number(const struct windows *w, uint32_t key, uint32_t a)
{
    struct value v = windows_read(w, key, a);
    int64_t number;

    if (windows_read_number(w, key, a, &number))
        ck_assert(v.set && v.den == 1 && v.num == number);
}

static void
compare_all(const struct windows *w, uint32_t key)
{
    uint64_t got[TWIN_ENTRIES], want[TWIN_ENTRIES];
    uint64_t after = rng_below(&seed, 3) == 0 ? rng_below(&seed, twin.count + 1) : 0;
    size_t n = twin_evidence(&twin, key, after, want), some = rng_below(&seed, n + 1);

    for (uint32_t a = 0; a < twin.spec->count; a++) {
        compare_number(w, key, a);
        ck_assert_msg(twin_same(windows_read(w, key, a), twin_read(&twin, key, a)),
            "aggregate %u, function %d, after entry %zu", a, (int)twin.spec->aggregate[a].function,
            twin.count);
    }
    ck_assert_uint_eq(windows_evidence(w, key, after, got, some), n);
    ck_assert(some == 0 || memcmp(got, want, some * sizeof *got) == 0);
}

static void
live_one_history(uint32_t entries, uint32_t keys)
{
    struct window_aggregate aggregate[WINDOW_AGGREGATES_MAX];
    uint32_t like1[WINDOW_AGGREGATES_MAX];
    struct window_spec spec = {.period = WINDOW_SPAN, .aggregate = aggregate, .like1 = like1};
    struct value input[WINDOW_AGGREGATES_MAX];
    uint32_t from = (uint32_t)rng_below(&seed, FUNCTIONS);
    int64_t now_us = -(int64_t)rng_below(&seed, 3) * DAY_US;
    uint64_t ledger = 1;
    struct windows *w;

    spec.count = rng_below(&seed, 4) == 0 ? 1 + (uint32_t)rng_below(&seed, FUNCTIONS) : FUNCTIONS;
    for (uint32_t i = 0; i < spec.count; i++)
        aggregate[i] = functions[(from + i) % FUNCTIONS];
    any_likeness(&spec, like1);
    spec.span_us = 4 + (int64_t)rng_below(&seed, 2) * DAY_US;
    spec.hash.k0 = rng_next(&seed);
    twin.spec = &spec;
    twin.count = 0;
    w = windows_new(&spec);
    for (uint32_t n = 0; n < entries; n++) {
        /* Half of the entries go to one key; key numbers lie on several pages of the index. */
        uint32_t key = rng_below(&seed, 2) == 0 ? 0 : 100 * (uint32_t)rng_below(&seed, keys);

        now_us += any_step(spec.span_us);
        ledger += rng_below(&seed, 8) == 0 ? 0 : 1;
        if (rng_below(&seed, 500) == 0)
            ledger += UINT64_C(1) << 33;
        any_inputs(&spec, input);
        windows_prefetch(w, key);
        ck_assert(add_somehow(w, &spec, key, now_us, ledger, input));
        twin_add(&twin, key, now_us, ledger, input);
        compare_all(w, key);
        if (rng_below(&seed, 10) == 0)
            windows_expire(w, now_us);
    }
    windows_free(w);
}

START_TEST(every_function_agrees_with_a_full_recount)
{
    size_t before = alloc_live();

    seed = (uint64_t)_i;
    for (int i = 0; i < HISTORIES; i++)
        live_one_history(1 + (uint32_t)rng_below(&seed, 30), 6);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

START_TEST(long_histories_agree_too)
{
    seed = 1000 + (uint64_t)_i;
    live_one_history(500, 1 + 3 * (uint32_t)_i);
}
END_TEST

/* ---- the edge, step by step ------------------------------------------------ */

static const struct step {
    const char *why;
    int64_t at_us;
    int64_t cents, sum, count;
} steps[] = {
    {"first amount", 0, 500, 500, 1},
    {"the same moment counts twice", 0, 500, 1000, 2},
    {"a microsecond before the edge", 3599, 100, 1100, 3},
    {"exactly the span later the first two have left", 3600, 7, 107, 2},
    {"a refund takes off", 3600, -50, 57, 3},
    {"a long silence empties it", 9999, 1, 1, 1},
};

START_TEST(follows_the_edge)
{
    const struct window_aggregate aggregate[] = {
        {WINDOW_SUM, TYPE_MONEY, EUR}, {WINDOW_COUNT, TYPE_NUMBER, 0}};
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = 3600, .count = 2, .aggregate = aggregate};
    struct windows *w = windows_new(&spec);

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct value input[] = {value_money(EUR, steps[i].cents), value_num(TYPE_NUMBER, 0)};

        ck_assert(windows_add(w, 7, steps[i].at_us, i + 1, input));
        ck_assert_msg(
            twin_same(windows_read(w, 7, 0), value_money(EUR, steps[i].sum)), "%s", steps[i].why);
        ck_assert_msg(twin_same(windows_read(w, 7, 1),
                          value_num(TYPE_NUMBER, (int128)steps[i].count * NUMBER_SCALE)),
            "%s", steps[i].why);
    }
    ck_assert_int_eq(window_period_end(&spec, 100), 3700);
    windows_free(w);
}
END_TEST

START_TEST(a_key_without_entries_has_empty_answers)
{
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = DAY_US, .count = FUNCTIONS, .aggregate = functions};
    struct windows *w = windows_new(&spec);

    twin.spec = &spec;
    twin.count = 0;
    for (uint32_t a = 0; a < FUNCTIONS; a++) {
        struct value v = windows_read(w, 4000000, a);
        bool zero = functions[a].function == WINDOW_COUNT || functions[a].function == WINDOW_SUM ||
                    functions[a].function == WINDOW_DISTINCT;

        ck_assert_int_eq(v.set, zero);
        ck_assert(!zero || v.num == 0);
    }
    ck_assert_uint_eq(windows_evidence(w, 0, 0, NULL, 0), 0);
    windows_prefetch(w, 4000000);
    windows_free(w);
}
END_TEST

/* ---- overflow ---------------------------------------------------------------- */

START_TEST(sums_beyond_128_bits_are_missing_until_they_fit_again)
{
    const struct window_aggregate aggregate[] = {{WINDOW_SUM, TYPE_NUMBER, 0}};
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = 10, .count = 1, .aggregate = aggregate};
    const int128 in[] = {WIDEST, 1, WIDEST, -WIDEST - 1, -WIDEST, 5};
    const bool fits[] = {true, false, false, true, true, true};
    struct windows *w = windows_new(&spec);

    for (int i = 0; i < 6; i++) {
        struct value v = value_num(TYPE_NUMBER, in[i]);

        ck_assert(windows_add(w, 0, i, (uint64_t)i + 1, &v));
        ck_assert_int_eq(windows_read(w, 0, 0).set, fits[i]);
    }
    ck_assert(windows_read(w, 0, 0).num == 5);
    for (int i = 0; i < 3; i++) {
        struct value v = value_missing(TYPE_NUMBER);

        ck_assert(windows_add(w, 0, 10 + i, (uint64_t)i + 7, &v));
    }
    ck_assert(!windows_read(w, 0, 0).set);
    windows_free(w);
}
END_TEST

static const struct far {
    enum type type;
    int64_t currency;
    uint64_t high, low; /* of the numerator; reckoned with 80 decimal places elsewhere */
    int64_t den;
} far[] = {
    {TYPE_DURATION, 0, 0, UINT64_C(13043817825332782212), 1},
    {TYPE_NUMBER, 0, 0, UINT64_C(13043817825332782000), 1},
    {TYPE_MONEY, 0x455552, 7071, UINT64_C(1254539786104489), 10000},
};

START_TEST(deviation_of_the_farthest_values_is_exact)
{
    const struct window_aggregate aggregate[] = {{WINDOW_STDDEV, far[_i].type, far[_i].currency}};
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = 10, .count = 1, .aggregate = aggregate};
    struct windows *w = windows_new(&spec);
    struct value v = value_num(far[_i].type, INT64_MIN);

    v.currency = (int32_t)far[_i].currency;
    ck_assert(windows_add(w, 0, 0, 1, &v));
    ck_assert(!windows_read(w, 0, 0).set);
    v.num = INT64_MAX;
    ck_assert(windows_add(w, 0, 0, 2, &v));
    v = windows_read(w, 0, 0);
    ck_assert(v.set && v.den == far[_i].den);
    if (far[_i].type == TYPE_MONEY) /* (2^64 - 1) / sqrt 2 in cents of four places more */
        ck_assert(v.num == (int128)UINT64_C(130438178253327822) * 1000000 + 116425);
    else
        ck_assert(v.num == ((int128)far[_i].high << 64 | far[_i].low));
    windows_free(w);
}
END_TEST

/* a * b in pieces of 32 bits, 16 of them: nothing shared with what is tested. */
static void
multiply(const uint32_t *a, const uint32_t *b, uint32_t *out)
{
    memset(out, 0, 16 * sizeof *out);
    for (int i = 0; i < 8; i++) {
        uint64_t carry = 0;

        for (int k = 0; k < 8; k++) {
            carry += (uint64_t)a[i] * b[k] + out[i + k];
            out[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        out[i + 8] = (uint32_t)carry;
    }
}

static void
pieces(uint128 n, uint32_t *out)
{
    memset(out, 0, 8 * sizeof *out);
    for (int i = 0; i < 4; i++)
        out[i] = (uint32_t)(n >> 32 * i);
}

/* Sign of den * (2 root + odd)^2 - 4 num. */
static int
side_of(const uint64_t *num, uint128 den, uint128 root, int odd)
{
    uint32_t a[8], d[8], square[16], all[16], four[16] = {0};

    pieces(odd > 0 ? 2 * root + 1 : 2 * root - 1, a);
    pieces(den, d);
    multiply(a, a, square);
    multiply(square, d, all);
    for (int i = 0; i < 8; i++) {
        uint64_t word = (num[i / 2] << 2) | (i > 1 ? num[i / 2 - 1] >> 62 : 0);

        four[i] = (uint32_t)(word >> 32 * (i % 2));
    }
    for (int i = 15; i >= 0; i--)
        if (all[i] != four[i])
            return all[i] < four[i] ? -1 : 1;
    return 0;
}

START_TEST(roots_of_256_bits_are_rounded_half_even)
{
    seed = 5;
    for (int n = 0; n < 20000; n++) {
        uint64_t num[4] = {0};
        unsigned bits = 1 + (unsigned)rng_below(&seed, 248);
        uint128 den = (uint128)(rng_next(&seed) >> rng_below(&seed, 64)) *
                          (1 + (rng_next(&seed) >> (40 + rng_below(&seed, 24)))) +
                      1;
        uint128 root;
        int above, below;

        for (unsigned i = 0; i < bits; i++)
            num[i / 64] |= (rng_next(&seed) & 1) << i % 64;
        root = deviation_root(num, den);
        above = side_of(num, den, root, 1);
        below = root == 0 ? -1 : side_of(num, den, root, -1);
        ck_assert(above > 0 || (above == 0 && root % 2 == 0));
        ck_assert(below < 0 || (below == 0 && root % 2 == 0));
    }
    for (uint64_t half = 0; half < 1000; half++) { /* (half + 1/2)^2: to the even side */
        const uint64_t num[4] = {(2 * half + 1) * (2 * half + 1), 0, 0, 0};

        ck_assert(deviation_root(num, 4) == half + half % 2);
    }
}
END_TEST

/* ---- memory ------------------------------------------------------------------ */

static void
fill(struct windows *w, uint32_t keys, int64_t at_us, uint64_t *ledger)
{
    struct value input[FUNCTIONS];

    for (uint32_t n = 0; n < keys; n++) {
        for (uint32_t i = 0; i < FUNCTIONS; i++)
            input[i] = any_value(&functions[i]);
        ck_assert(windows_add(w, n, at_us + n, ++*ledger, input));
    }
}

START_TEST(memory_follows_the_window_and_not_the_stream)
{
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = DAY_US, .count = FUNCTIONS, .aggregate = functions};
    struct windows *w = windows_new(&spec);
    size_t begun, full = 0;
    uint64_t ledger = 0;
    int64_t day = 0;

    seed = 77;
    fill(w, 1, day * DAY_US, &ledger);
    windows_expire(w, 400 * DAY_US);
    begun = windows_bytes(w);
    for (day = 1000; day < 1010; day++) {
        seed = 77; /* the same values again: what first_seen remembers stays as it is */
        fill(w, 5000, day * DAY_US, &ledger);
        full = day == 1003 ? windows_bytes(w) : full;
    }
    ck_assert_msg(
        windows_bytes(w) <= full + full / 8, "grew from %zu to %zu", full, windows_bytes(w));
    windows_expire(w, (day + 400) * DAY_US);
    /* Blocks of each size may stay once; what 5000 keys needed may not. */
    ck_assert_msg(windows_bytes(w) < begun + full / 4, "%zu of %zu, empty %zu", windows_bytes(w),
        full, begun);
    windows_free(w);
}
END_TEST

START_TEST(what_it_says_it_holds_is_what_it_holds)
{
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = DAY_US, .count = FUNCTIONS, .aggregate = functions};
    size_t before = alloc_live();
    struct windows *w = windows_new(&spec);
    uint64_t ledger = 0;

    seed = 78;
    for (int64_t i = 0; i < 4; i++) {
        fill(w, 3000, i * DAY_US / 3, &ledger);
        ck_assert_uint_eq(windows_bytes(w), alloc_live() - before);
    }
    windows_free(w);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

/* A failed add changes nothing: the same add succeeds afterwards and all answers are right. */
static size_t
add_under_failure(size_t fail_at, int sticky)
{
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = 40, .count = FUNCTIONS, .aggregate = functions};
    struct value input[FUNCTIONS];
    struct windows *w;
    size_t failed = 0;

    seed = 79;
    twin.spec = &spec;
    twin.count = 0;
    alloc_fail_at(fail_at, sticky);
    w = windows_new(&spec);
    if (w == NULL) {
        alloc_fail_at(0, 0);
        return 1;
    }
    for (uint32_t n = 0; n < 60; n++) {
        for (uint32_t i = 0; i < FUNCTIONS; i++)
            input[i] = any_value(&functions[i]);
        if (!windows_add(w, n % 3 * 1000, n, n + 1, input)) {
            failed++;
            alloc_fail_at(0, 0);
            ck_assert(windows_add(w, n % 3 * 1000, n, n + 1, input));
        }
        twin_add(&twin, n % 3 * 1000, n, n + 1, input);
        compare_all(w, n % 3 * 1000);
    }
    alloc_fail_at(0, 0);
    windows_free(w);
    return failed;
}

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), failures = 0, n = 1;

    while (add_under_failure(n, (int)(n % 2)) > 0 && n < 2000) {
        ck_assert_uint_eq(alloc_live(), before);
        failures++;
        n++;
    }
    ck_assert_uint_ge(failures, 40);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

/* One more entry; its text is one of a hundred, from 5000 on one of its own. */
static bool
add_text(struct windows *w, uint64_t n)
{
    char text[16];
    struct value v;

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)(n < 5000 ? n % 100 : n));
    v = value_text(TYPE_TEXT, bytes_of(text));
    return windows_add(w, 1, 0, n, &v);
}

START_TEST(a_refused_entry_leaves_nothing_behind)
{
    const struct window_aggregate aggregate[] = {{WINDOW_LAST, TYPE_TEXT, 0}};
    const struct window_spec spec = {
        .period = WINDOW_SPAN, .span_us = 10, .count = 1, .aggregate = aggregate};
    struct windows *refused = windows_new(&spec), *smooth = windows_new(&spec);

    for (uint64_t n = 1; n <= 2048; n++) /* a chunk of the ring: the next entry needs memory */
        ck_assert(add_text(refused, n) && add_text(smooth, n));
    for (uint64_t n = 1; n <= 5000; n++) {
        alloc_fail_at(1, 0);
        ck_assert(!add_text(refused, 5000 + n));
    }
    alloc_fail_at(0, 0);
    for (uint64_t n = 20001; n <= 20020; n++)
        ck_assert(add_text(refused, n) && add_text(smooth, n));
    ck_assert_uint_eq(windows_bytes(refused), windows_bytes(smooth));
    windows_free(refused);
    windows_free(smooth);
}
END_TEST

Suite *
suite_window(void)
{
    Suite *s = suite_create("window");
    TCase *edge = tcase_create("edge"), *recount = tcase_create("recount");
    TCase *memory = tcase_create("memory");

    tcase_add_test(edge, follows_the_edge);
    tcase_add_test(edge, a_key_without_entries_has_empty_answers);
    tcase_add_test(edge, sums_beyond_128_bits_are_missing_until_they_fit_again);
    tcase_add_loop_test(edge, deviation_of_the_farthest_values_is_exact, 0, 3);
    tcase_add_test(edge, roots_of_256_bits_are_rounded_half_even);
    tcase_set_timeout(edge, 60);
    suite_add_tcase(s, edge);
    tcase_add_loop_test(recount, every_function_agrees_with_a_full_recount, 0, LOOPS);
    tcase_add_loop_test(recount, long_histories_agree_too, 0, 4);
    tcase_set_timeout(recount, 120);
    suite_add_tcase(s, recount);
    tcase_add_test(memory, memory_follows_the_window_and_not_the_stream);
    tcase_add_test(memory, what_it_says_it_holds_is_what_it_holds);
    tcase_add_test(memory, a_refused_entry_leaves_nothing_behind);
    tcase_add_test(memory, each_refused_allocation_is_survived);
    tcase_set_timeout(memory, 120);
    suite_add_tcase(s, memory);
    return s;
}
