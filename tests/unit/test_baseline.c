/*
 * test_baseline - measures against a twin that goes over all entries of all keys anew each time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "operator/baseline.h"
#include "support/must.h"
#include "support/operator_rig.h"
#include "support/rng.h"
#include "support/suites.h"

enum { HISTORIES = 10000, COMPARES = 2, KEYS = 30, EUR = 'E' << 16 | 'U' << 8 | 'R' };
enum { INPUT_PEERS = COMPARES };

struct world {
    struct baseline_spec spec;
    struct baseline_compare compare[COMPARES];
    struct rig_entry e[RIG_ENTRIES];
    size_t count, at; /* entries; moments seen */
    void *baseline;
    size_t usual, peers, idle; /* how often there was something to compare */
};

/* ---- the twin --------------------------------------------------------------------------- */

/* Days since 5 January 1970, in UTC, over the length of a period; rounded down. */
static int64_t
twin_period(const struct world *w, int64_t at_us)
{
    int64_t us = at_us - 4 * RIG_DAY, length = w->spec.recent_days * RIG_DAY, p = us / length;

    return p * length > us ? p - 1 : p;
}

static int64_t
twin_amount(const struct world *w, const struct rig_entry *e, uint32_t c)
{
    const struct value *v = &e->input[w->compare[c].input];

    return !v->set ? 0 : w->compare[c].counts ? NUMBER_SCALE : (int64_t)v->num;
}

/* Where the life of the key that entry `last` belongs to begins: 400 days without an entry end it.
 */
static size_t
twin_birth(const struct world *w, size_t last)
{
    size_t birth = last, later = last;

    for (size_t i = last; i-- > 0;) {
        if (w->e[i].key != w->e[last].key)
            continue;
        if (w->e[later].at_us - w->e[i].at_us >= 400 * RIG_DAY)
            break;
        birth = later = i;
    }
    return birth;
}

/* Entries up to `last` of this key and life in the period. */
static int128
twin_total(
    const struct world *w, uint32_t key, size_t birth, size_t last, int64_t period, uint32_t c)
{
    int128 sum = 0;

    for (size_t i = birth; i <= last; i++)
        if (w->e[i].key == key && twin_period(w, w->e[i].at_us) == period)
            sum += twin_amount(w, &w->e[i], c);
    return sum;
}

static double
twin_number(const struct value *v)
{
    return (double)v->num / (double)v->den;
}

static bool
near(double a, double b)
{
    double scale = 1 + (a < 0 ? -a : a);

    return a - b < scale / 1e6 && b - a < scale / 1e6;
}

static double
twin_root(double a)
{
    double x = a > 1 ? a : 1;

    for (int i = 0; i < 200; i++)
        x = (x + a / x) / 2;
    return a <= 0 ? 0 : x;
}

static double
floored(const struct world *w, uint32_t c, double spread, double middle)
{
    double share = (middle < 0 ? -middle : middle) * (double)w->spec.spread_floor / NUMBER_SCALE;
    double unit = w->compare[c].type == TYPE_MONEY ? 100 : NUMBER_SCALE;

    spread = spread < share ? share : spread;
    return spread < unit ? unit : spread;
}

static void
check_against(const struct world *w, uint32_t c, double x, double middle, double spread,
    const struct value *z, const struct value *ratio)
{
    (void)w, (void)c;
    must(z->set && near(twin_number(z) / NUMBER_SCALE, (x - middle) / spread));
    must(z->num % 1000 == 0 && z->den == 1);
    must(ratio->set == (middle != 0));
    must(middle == 0 || near(twin_number(ratio) / NUMBER_SCALE, x / middle));
}

static void
check_usual(struct world *w, size_t last, uint32_t c, const struct value *m)
{
    const struct rig_entry *e = &w->e[last];
    size_t birth = twin_birth(w, last);
    int64_t begin_us = e->at_us - w->spec.recent_days * RIG_DAY;
    int128 total[BASELINE_DAYS_MAX + 1], now = 0, sum = 0;
    int64_t count = 0, first = twin_period(w, w->e[birth].at_us), period;
    double mean, squares = 0;

    for (size_t i = birth; i <= last; i++)
        if (w->e[i].key == e->key && w->e[i].at_us > begin_us)
            now += twin_amount(w, &w->e[i], c);
    must(m[BASELINE_VALUE].num == now && m[BASELINE_VALUE].den == 1);
    /* Back from the newest that ended when the window began, day by day. */
    for (period = twin_period(w, e->at_us);
         (period + 1) * w->spec.recent_days * RIG_DAY + 4 * RIG_DAY > begin_us;)
        period--;
    for (; period >= first && count < w->spec.periods; period--) {
        total[count] = twin_total(w, e->key, birth, last, period, c);
        sum += total[count++];
    }
    must(m[BASELINE_USUAL].set == (count >= w->spec.min_history));
    must(m[BASELINE_SPREAD].set == m[BASELINE_USUAL].set);
    if (count < w->spec.min_history) {
        must(!m[BASELINE_Z].set && !m[BASELINE_RATIO].set);
        return;
    }
    w->usual++;
    must(m[BASELINE_USUAL].num * count == sum * m[BASELINE_USUAL].den);
    mean = (double)sum / (double)count;
    for (int64_t i = 0; i < count; i++)
        squares += ((double)total[i] - mean) * ((double)total[i] - mean);
    squares = floored(w, c, twin_root(squares / (double)(count - 1)), mean);
    must(near(twin_number(&m[BASELINE_SPREAD]), squares));
    check_against(w, c, (double)now, mean, squares, &m[BASELINE_Z], &m[BASELINE_RATIO]);
}

static int
by_size(const void *left, const void *right)
{
    int128 a = *(const int128 *)left, b = *(const int128 *)right;

    return (a > b) - (a < b);
}

static double
twin_median(int128 *at, size_t count)
{
    qsort(at, count, sizeof *at, by_size);
    return count % 2 != 0 ? (double)at[count / 2]
                          : ((double)at[count / 2] + (double)at[count / 2 - 1]) / 2;
}

static void
check_peers(struct world *w, size_t last, uint32_t c, const struct value *m)
{
    const struct value *group = &w->e[last].input[INPUT_PEERS];
    int64_t period = twin_period(w, w->e[last].at_us) - 1;
    int128 total[KEYS], twice[KEYS];
    size_t count = 0;
    double middle, spread;

    for (uint32_t key = 0; key < KEYS && group->set; key++) {
        const struct value *named = NULL;
        int128 sum = 0;

        for (size_t i = 0; i < last; i++)
            if (w->e[i].key == key && twin_period(w, w->e[i].at_us) == period) {
                sum += twin_amount(w, &w->e[i], c);
                if (w->e[i].input[INPUT_PEERS].set)
                    named = &w->e[i].input[INPUT_PEERS];
            }
        if (named != NULL && named->num == group->num && key != w->e[last].key)
            total[count++] = sum;
    }
    must(m[BASELINE_PEER_Z].set == (count >= 20));
    if (count < 20) {
        must(!m[BASELINE_PEER_RATIO].set);
        return;
    }
    w->peers++;
    middle = twin_median(total, count);
    for (size_t i = 0; i < count; i++) {
        twice[i] = 2 * total[i] - (int128)(2 * middle);
        twice[i] = twice[i] < 0 ? -twice[i] : twice[i];
    }
    spread = floored(w, c, twin_median(twice, count) / 2, middle);
    check_against(w, c, (double)m[BASELINE_VALUE].num, middle, spread, &m[BASELINE_PEER_Z],
        &m[BASELINE_PEER_RATIO]);
}

static void
check_times(struct world *w, size_t last, const struct value *m)
{
    const struct rig_entry *e = &w->e[last];
    size_t birth = twin_birth(w, last), before = SIZE_MAX;

    for (size_t i = birth; i < last; i++)
        if (w->e[i].key == e->key && w->e[i].number != e->number &&
            (!e->date_only || w->e[i].at_us < e->at_us))
            before = i;
    must(m[0].set == (before != SIZE_MAX));
    must(before == SIZE_MAX || m[0].num == e->at_us - w->e[before].at_us);
    must(m[1].set && m[1].num == e->at_us - w->e[birth].at_us);
    w->idle += m[0].set && m[0].num > 0;
}

static void
check_evidence(const struct world *w, const struct operator_moment *m, size_t last)
{
    struct operator_quote quote[RIG_ENTRIES];
    uint64_t after = last % 3 == 0 && m->number > 2 ? m->number - 2 : 0, newest = after;
    size_t n = baseline_class.evidence(w->baseline, m, after, quote, RIG_ENTRIES), at = 0;

    for (size_t i = twin_birth(w, last); i <= last; i++)
        if (w->e[i].key == m->key && w->e[i].number > newest &&
            w->e[i].at_us > m->at_us - w->spec.recent_days * RIG_DAY) {
            must(at < n && quote[at].number == w->e[i].number);
            newest = quote[at++].number;
        }
    must(at == n);
}

static bool
compare(void *context, const struct operator_moment *m)
{
    struct world *w = context;
    size_t last = w->at++;
    const struct value *v = m->measures;

    must(last < w->count && m->key == w->e[last].key && m->number == w->e[last].number);
    must(m->at_us == w->e[last].at_us);
    for (uint32_t c = 0; c < w->spec.compare_count; c++) {
        check_usual(w, last, c, v);
        if (w->spec.peers != BASELINE_NONE)
            check_peers(w, last, c, v);
        v += w->spec.peers == BASELINE_NONE ? BASELINE_OWN_MEASURES : BASELINE_COMPARE_MEASURES;
    }
    check_times(w, last, v);
    check_evidence(w, m, last);
    return true;
}

/* ---- random worlds --------------------------------------------------------------------------- */

static void
make_spec(struct world *w, uint64_t *seed)
{
    w->spec = (struct baseline_spec){.recent_days = 1 + (int64_t)rng_below(seed, 3),
        .periods = 2 + (int64_t)rng_below(seed, 6),
        .min_history = 2,
        .spread_floor = (int64_t)rng_below(seed, 3) * (NUMBER_SCALE / 10),
        .compare = w->compare,
        .compare_count = 1 + (uint32_t)rng_below(seed, COMPARES),
        .peers = rng_below(seed, 2) == 0 ? INPUT_PEERS : BASELINE_NONE};
    w->spec.min_history += (int64_t)rng_below(seed, (uint64_t)w->spec.periods - 1);
    for (uint32_t c = 0; c < w->spec.compare_count; c++) {
        bool money = rng_below(seed, 2) == 0, counts = !money && rng_below(seed, 2) == 0;

        w->compare[c] = (struct baseline_compare){.type = money ? TYPE_MONEY : TYPE_NUMBER,
            .currency = money ? EUR : 0,
            .counts = counts,
            .input = c};
    }
}

static void
make_inputs(struct world *w, uint64_t *seed)
{
    bool many = w->spec.peers != BASELINE_NONE && rng_below(seed, 2) == 0; /* groups that fill */
    uint64_t missing = rng_below(seed, 4), gap = rng_below(seed, 3);
    int64_t later_us = 0;

    for (size_t i = 0; i < w->count; i++) {
        struct rig_entry *e = &w->e[i];
        bool twin = i > 0 && e->number == w->e[i - 1].number;

        if (!twin && gap == 0 && rng_below(seed, 40) == 0) /* a key is new again at 400 days */
            later_us += (399 + (int64_t)rng_below(seed, 3)) * RIG_DAY;
        e->at_us += later_us;
        e->key = many ? (uint32_t)rng_below(seed, KEYS) : (uint32_t)rng_below(seed, RIG_KEYS);
        for (uint32_t c = 0; c < w->spec.compare_count; c++) {
            int128 scale = w->compare[c].type == TYPE_MONEY ? 1 : NUMBER_SCALE / 2;

            e->input[c] = value_num(w->compare[c].type, (int128)rng_below(seed, 900) * scale);
            e->input[c].currency = (int32_t)w->compare[c].currency;
            e->input[c].set = rng_below(seed, 8) >= missing;
        }
        e->input[INPUT_PEERS] = value_num(TYPE_NUMBER, rng_below(seed, 20) == 0 ? 1 : 7);
        e->input[INPUT_PEERS].set = rng_below(seed, 20) >= missing;
    }
}

START_TEST(measures_are_those_of_every_entry_looked_at_anew)
{
    struct world *w = alloc_zero(1, sizeof *w);
    uint64_t seed = 11;
    int histories = rig_histories(HISTORIES);

    ck_assert(w != NULL);
    for (int i = 0; i < histories; i++) {
        static const unsigned hours[] = {24, 12, 6};

        make_spec(w, &seed);
        w->count = rig_history(&seed, w->e,
            w->spec.peers != BASELINE_NONE ? RIG_ENTRIES : 1 + rng_below(&seed, 40),
            4 + (unsigned)rng_below(&seed, 16), hours[rng_below(&seed, 3)], 30);
        make_inputs(w, &seed);
        w->at = 0;
        w->baseline = baseline_new(&w->spec);
        ck_assert(w->baseline != NULL);
        rig_run(&baseline_class, w->baseline, w->e, w->count, 0, INT64_MAX, &seed, compare, w);
        ck_assert_uint_eq(w->at, w->count);
        baseline_class.free(w->baseline);
    }
    ck_assert_uint_gt(w->usual, (size_t)histories);
    ck_assert_uint_gt(w->peers, (size_t)histories / 10);
    ck_assert_uint_gt(w->idle, (size_t)histories);
    alloc_free(w);
}
END_TEST

/* ---- figures by hand ------------------------------------------------------------------------- */

static const struct baseline_compare money = {TYPE_MONEY, EUR, false, 0};

struct last {
    struct value value[BASELINE_OWN_MEASURES + 2];
};

static bool
keep(void *context, const struct operator_moment *m)
{
    struct last *l = context;

    memcpy(l->value, m->measures, sizeof l->value);
    return true;
}

static void
pay(void *s, uint64_t number, int64_t day, int64_t cents, struct last *l)
{
    struct value input = value_money(EUR, cents);
    struct operator_entry e = {.number = number, .at_us = day * RIG_DAY, .inputs = &input};

    ck_assert(baseline_class.add(s, &e, keep, l));
}

START_TEST(a_spread_has_a_floor_and_history_a_least_length)
{
    struct baseline_spec spec = {.recent_days = 1,
        .periods = 3,
        .min_history = 3,
        .spread_floor = NUMBER_SCALE / 10,
        .compare = &money,
        .compare_count = 1,
        .peers = BASELINE_NONE};
    struct last l;
    void *s = baseline_new(&spec);

    ck_assert(s != NULL);
    for (uint64_t day = 10; day < 13; day++) {
        pay(s, day, (int64_t)day, 10000, &l);
        ck_assert(!l.value[BASELINE_USUAL].set && !l.value[BASELINE_Z].set);
    }
    pay(s, 13, 14, 30000, &l); /* its window began as the third period ended */
    ck_assert(l.value[BASELINE_USUAL].set && l.value[BASELINE_USUAL].num == 30000);
    ck_assert(l.value[BASELINE_USUAL].den == 3);
    ck_assert(l.value[BASELINE_SPREAD].num == 10 * 100 * l.value[BASELINE_SPREAD].den);
    ck_assert(l.value[BASELINE_Z].num == (int128)20 * NUMBER_SCALE);
    ck_assert(
        l.value[BASELINE_RATIO].num == (int128)3 * l.value[BASELINE_RATIO].den * NUMBER_SCALE);
    ck_assert(l.value[BASELINE_OWN_MEASURES].num == 2 * RIG_DAY);
    pay(s, 14, 414, 1, &l); /* 400 days later: new */
    ck_assert(!l.value[BASELINE_OWN_MEASURES].set && l.value[BASELINE_OWN_MEASURES + 1].num == 0);
    ck_assert(!l.value[BASELINE_USUAL].set);
    baseline_class.free(s);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------------
 */

static bool
nothing(void *context, const struct operator_moment *m)
{
    (void)context;
    return m->measures != NULL;
}

/* Entries of 500 keys over 30 days, a group each fifty; true when none was refused memory. */
static bool
run_many(void *s, unsigned days)
{
    bool good = true;

    for (unsigned i = 0; i < 500 * days && good; i++) {
        struct value input[] = {value_money(EUR, 100), value_num(TYPE_NUMBER, i % 10)};
        struct operator_entry e = {.key = i % 500,
            .number = i + 1,
            .at_us = (int64_t)(i / 500) * RIG_DAY + i % 500,
            .inputs = input};

        good = baseline_class.add(s, &e, nothing, NULL) &&
               baseline_class.advance(s, e.at_us, e.at_us, nothing, NULL);
    }
    return good;
}

static const struct baseline_spec peered = {.recent_days = 1,
    .periods = 4,
    .min_history = 2,
    .compare = &money,
    .compare_count = 1,
    .peers = 1};

START_TEST(memory_follows_the_history_and_not_the_stream)
{
    size_t before = alloc_live(), full;
    struct value input[] = {value_money(EUR, 100), value_num(TYPE_NUMBER, 1)};
    struct operator_entry late = {.number = 100000, .at_us = 200 * RIG_DAY, .inputs = input};
    void *s = baseline_new(&peered);

    ck_assert(s != NULL && run_many(s, 10));
    full = baseline_class.bytes(s);
    ck_assert_uint_eq(full, alloc_live() - before);
    baseline_class.free(s);
    s = baseline_new(&peered);
    ck_assert(s != NULL && run_many(s, 100));
    ck_assert_uint_le(baseline_class.bytes(s), full);
    ck_assert(baseline_class.add(s, &late, nothing, NULL)); /* the period of all others is over */
    ck_assert(baseline_class.advance(s, 550 * RIG_DAY, INT64_MIN, nothing, NULL));
    ck_assert_uint_lt(baseline_class.bytes(s), full - 500 * 64);
    baseline_class.free(s);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

static bool
run_refused(size_t fail_at)
{
    void *s;
    bool good;

    alloc_fail_at(fail_at, 0);
    s = baseline_new(&peered);
    good = s != NULL && run_many(s, 8);
    alloc_fail_at(0, 0);
    if (s != NULL)
        baseline_class.free(s);
    return good;
}

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), refused = 0;

    while (!run_refused(refused * 37 + 1)) {
        ck_assert_uint_eq(alloc_live(), before);
        refused++;
    }
    ck_assert_uint_ge(refused, 10);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

Suite *
suite_baseline(void)
{
    Suite *s = suite_create("baseline");
    TCase *t = tcase_create("histories");

    tcase_set_timeout(t, 3600);
    tcase_add_test(t, measures_are_those_of_every_entry_looked_at_anew);
    tcase_add_test(t, a_spread_has_a_floor_and_history_a_least_length);
    tcase_add_test(t, memory_follows_the_history_and_not_the_stream);
    tcase_add_test(t, each_refused_allocation_is_survived);
    suite_add_tcase(s, t);
    return s;
}
