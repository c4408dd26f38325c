/*
 * pass_through against a recount that replays the whole history at every payment, and properties
 * of its own: nothing passes on more than came in, and a choice of order that shows is admitted.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "operator/pass_through.h"
#include "support/must.h"
#include "support/operator_rig.h"
#include "support/rng.h"
#include "support/suites.h"

enum { HISTORIES = 1500, ENTRIES = 60 };
#define NONE INT64_MIN

/* One measure as the recount has it: a fraction, or missing. */
struct answer {
    int64_t num, den; /* den 0: missing */
};

struct seen {
    size_t entry;
    bool uncertain;
    struct answer measure[PASS_MEASURES];
};

struct world {
    struct rig_entry e[RIG_ENTRIES];
    size_t count;
    int64_t within_us;
    struct pass_through *p;
    struct seen want[RIG_ENTRIES];
    size_t want_count, got_count;
    uint64_t newest[RIG_KEYS]; /* quoted so far, by key */
    bool quoted[RIG_KEYS][RIG_ENTRIES + 1], owed[RIG_KEYS][RIG_ENTRIES + 1];
};

static struct world *w;

/* ---- the recount ------------------------------------------------------------- */

static int64_t
cents(const struct rig_entry *e)
{
    return e->input[PASS_AMOUNT].set ? (int64_t)e->input[PASS_AMOUNT].num : 0;
}

static bool
internal(const struct rig_entry *e)
{
    return e->input[PASS_INTERNAL].set && e->input[PASS_INTERNAL].num != 0;
}

/* Where an entry stands in the order they are looked at: timed ones of a moment first, then what
   came in that day without a time, then what went out; or the other way round. */
static int
turn(const struct rig_entry *e, bool out_first)
{
    if (!e->date_only)
        return 0;
    return (e->side == 1) != out_first ? 1 : 2;
}

static bool
before(size_t a, size_t b, bool out_first)
{
    const struct rig_entry *x = &w->e[a], *y = &w->e[b];

    if (x->at_us != y->at_us)
        return x->at_us < y->at_us;
    if (turn(x, out_first) != turn(y, out_first))
        return turn(x, out_first) < turn(y, out_first);
    return a < b;
}

static bool
in_span(size_t entry, size_t payment)
{
    return w->e[payment].at_us - w->e[entry].at_us < w->within_us;
}

static bool
same_day(size_t a, size_t b)
{
    return w->e[a].at_us / RIG_DAY == w->e[b].at_us / RIG_DAY;
}

/* All that concerns the key of entry n, in the order it is looked at, up to n itself. */
static size_t
line_up(size_t n, bool out_first, size_t *line)
{
    size_t count = 0;

    for (size_t i = 0; i < w->count; i++)
        if (w->e[i].key == w->e[n].key && !internal(&w->e[i]) &&
            (i == n || before(i, n, out_first)))
            line[count++] = i;
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && before(line[k], line[k - 1], out_first); k--) {
            size_t swap = line[k];

            line[k] = line[k - 1];
            line[k - 1] = swap;
        }
    return count;
}

static int64_t
distinct(const size_t *line, size_t count, size_t n, int side)
{
    bool met[8] = {false};
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        const struct rig_entry *e = &w->e[line[i]];
        const struct value *other = &e->input[PASS_OTHER];

        if (e->side != side || !in_span(line[i], n) || !other->set || met[other->num])
            continue;
        met[other->num] = true;
        sum++;
    }
    return sum;
}

static struct answer
whole(int64_t n)
{
    return (struct answer){n, 1};
}

static void
recount(size_t n, bool out_first, struct seen *out)
{
    size_t line[RIG_ENTRIES], count = line_up(n, out_first, line);
    int64_t left[RIG_ENTRIES] = {0}, used[RIG_ENTRIES] = {0}, held[RIG_ENTRIES] = {0};
    int64_t inflow = 0, outflow = 0, passed = 0, rested = 0, credits = 0, debits = 0;
    bool doubtful[RIG_ENTRIES] = {false}; /* lots whose use depends on the order */

    *out = (struct seen){.entry = n};
    for (size_t i = 0; i < count; i++) {
        int64_t want = cents(&w->e[line[i]]);
        bool doubt = false;

        for (size_t k = 0; k < i; k++)
            doubt |= doubtful[line[k]] && in_span(line[k], line[i]);
        left[line[i]] = want;
        for (size_t k = 0; k < i && w->e[line[i]].side == 0; k++) {
            size_t lot = line[k];
            int64_t part = left[lot] < want ? left[lot] : want;

            if (w->e[lot].side == 0 || !in_span(lot, line[i]) || part == 0)
                continue;
            left[lot] -= part;
            want -= part;
            used[lot] += part;
            held[lot] += part * (w->e[line[i]].at_us - w->e[lot].at_us);
            doubt |= w->e[lot].date_only && same_day(lot, line[i]);
            doubtful[lot] |= doubt;
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct rig_entry *e = &w->e[line[i]];

        if (!in_span(line[i], n))
            continue;
        inflow += e->side == 1 ? cents(e) : 0;
        outflow += e->side == 0 ? cents(e) : 0;
        credits += e->side == 1;
        debits += e->side == 0;
        passed += used[line[i]];
        rested += held[line[i]];
        out->uncertain |= doubtful[line[i]];
        out->uncertain |= e->side == 1 && e->date_only && same_day(line[i], n);
    }
    out->measure[PASS_INFLOW] = whole(inflow);
    out->measure[PASS_OUTFLOW] = whole(outflow);
    out->measure[PASS_PASSED] = whole(passed);
    out->measure[PASS_PASSED_SHARE] = (struct answer){passed, inflow};
    out->measure[PASS_HELD] = (struct answer){rested, passed};
    out->measure[PASS_CREDITS] = whole(credits);
    out->measure[PASS_DEBITS] = whole(debits);
    out->measure[PASS_SOURCES] = whole(distinct(line, count, n, 1));
    out->measure[PASS_TARGETS] = whole(distinct(line, count, n, 0));
}

static int
by_turn(const void *left, const void *right)
{
    const struct seen *a = left, *b = right;

    if (a->entry == b->entry)
        return 0;
    return before(a->entry, b->entry, false) ? -1 : 1;
}

static bool
same_answer(struct answer a, struct answer b)
{
    return a.den == 0 || b.den == 0 ? a.den == b.den
                                    : (int128)a.num * b.den == (int128)b.num * a.den;
}

static void
recount_all(void)
{
    w->want_count = 0;
    for (size_t n = 0; n < w->count; n++) {
        struct seen *s = &w->want[w->want_count], other;

        if (w->e[n].side != 0 || internal(&w->e[n]))
            continue;
        recount(n, false, s);
        recount(n, true, &other);
        for (unsigned m = 0; m < PASS_MEASURES && w->e[n].date_only; m++)
            must(same_answer(s->measure[m], other.measure[m]) || s->uncertain);
        w->want_count++;
    }
    qsort(w->want, w->want_count, sizeof *w->want, by_turn);
}

/* ---- the run ------------------------------------------------------------------ */

static void
compare(const struct operator_moment *m, const struct seen *s)
{
    static const int64_t unit[PASS_MEASURES] = {
        1, 1, 1, NUMBER_SCALE, 1, NUMBER_SCALE, NUMBER_SCALE, NUMBER_SCALE, NUMBER_SCALE};

    for (unsigned i = 0; i < PASS_MEASURES; i++) {
        struct value v = m->measures[i];
        struct answer a = s->measure[i];

        if (v.set != (a.den != 0) || (v.set && v.num * a.den != (int128)a.num * unit[i] * v.den))
            ck_abort_msg("measure %u of entry %zu: %lld / %lld, wanted %lld / %lld", i, s->entry,
                (long long)v.num, (long long)v.den, (long long)a.num, (long long)a.den);
    }
    must(m->measures[PASS_PASSED].num <= m->measures[PASS_INFLOW].num);
    must(m->measures[PASS_PASSED].num <= m->measures[PASS_OUTFLOW].num);
}

/* Quoting on from what was quoted at earlier moments of the key misses nothing. */
static void
quote(const struct operator_moment *m, size_t n)
{
    struct operator_quote out[RIG_ENTRIES];
    uint32_t key = m->key / 300;
    size_t line[RIG_ENTRIES], count = line_up(n, false, line), got;

    for (size_t i = 0; i < count; i++)
        if (in_span(line[i], n))
            w->owed[key][w->e[line[i]].number] = true;
    must(pass_through_class.evidence(w->p, m, 0, out, 0) > 0);
    got = pass_through_class.evidence(w->p, m, w->newest[key], out, RIG_ENTRIES);
    for (size_t i = 0; i < got; i++) {
        must(i == 0 || out[i].number > out[i - 1].number);
        w->quoted[key][out[i].number] = true;
        if (out[i].number > w->newest[key])
            w->newest[key] = out[i].number;
        for (size_t k = 0; k < count; k++)
            if (w->e[line[k]].number == out[i].number)
                must(strcmp(out[i].role, w->e[line[k]].side == 1 ? "lot" : "payment") == 0);
    }
    must(memcmp(w->quoted[key], w->owed[key], sizeof w->owed[key]) == 0);
}

static bool
keep_moment(void *context, const struct operator_moment *m)
{
    const struct seen *s = &w->want[w->got_count++];

    (void)context;
    must(w->got_count <= w->want_count);
    must(m->key == w->e[s->entry].key);
    must(m->number == w->e[s->entry].number);
    must(m->at_us == w->e[s->entry].at_us);
    must(!m->incomplete);
    if (m->uncertain != s->uncertain)
        ck_abort_msg("entry %zu: uncertain %d, wanted %d", s->entry, m->uncertain, s->uncertain);
    compare(m, s);
    if (s->entry % 3 != 0) /* not every moment is a hit */
        quote(m, s->entry);
    return true;
}

static void
make_inputs(struct rig_entry *e, uint64_t *seed)
{
    memset(e->input, 0, sizeof e->input);
    if (rng_below(seed, 10) > 0)
        e->input[PASS_AMOUNT] = value_money(0, (int128)rng_below(seed, 8));
    if (rng_below(seed, 5) > 0)
        e->input[PASS_OTHER] = value_num(TYPE_NUMBER, (int128)rng_below(seed, 4));
    e->input[PASS_INTERNAL] = value_num(TYPE_BOOL, rng_below(seed, 12) == 0);
    if (rng_below(seed, 4) == 0)
        e->input[PASS_INTERNAL].set = 0;
}

static void
one_history(uint64_t seed)
{
    static const unsigned grid[] = {1, 2, 3, 6}, spans[] = {6, 12, 24, 30, 48};
    struct pass_through_spec spec = {
        .within_us = spans[rng_below(&seed, 5)] * RIG_HOUR, .internal = true};
    unsigned shares[] = {0, 20, 60, 100};

    memset(w, 0, sizeof *w);
    w->within_us = spec.within_us;
    w->count = rig_history(&seed, w->e, ENTRIES, 1 + (unsigned)rng_below(&seed, 5),
        grid[rng_below(&seed, 4)], shares[rng_below(&seed, 4)]);
    for (size_t i = 0; i < w->count; i++)
        make_inputs(&w->e[i], &seed);
    recount_all();
    w->p = pass_through_new(&spec);
    must(w->p != NULL);
    rig_run(&pass_through_class, w->p, w->e, w->count, 0, INT64_MIN, &seed, keep_moment, NULL);
    must(w->got_count == w->want_count);
    pass_through_class.free(w->p);
}

START_TEST(moments_are_those_of_a_recount)
{
    size_t live;

    w = alloc_zero(1, sizeof *w);
    live = alloc_live();
    for (int i = 0; i < rig_histories(HISTORIES); i++)
        one_history((uint64_t)i + 1);
    ck_assert_uint_eq(alloc_live(), live);
    alloc_free(w);
}
END_TEST

/* ---- memory --------------------------------------------------------------------- */

static bool
nothing(void *context, const struct operator_moment *m)
{
    (void)context;
    return m->measures != NULL;
}

static bool
add_one(struct pass_through *p, uint32_t key, int64_t at_us, uint64_t number, uint8_t side)
{
    struct value input[] = {value_money(0, 500), value_num(TYPE_NUMBER, (int128)(number % 7))};
    struct operator_entry e = {
        .key = key, .number = number, .at_us = at_us, .side = side, .inputs = input};

    return pass_through_class.add(p, &e, nothing, NULL);
}

START_TEST(memory_follows_the_span_and_not_the_stream)
{
    struct pass_through_spec spec = {.within_us = RIG_DAY};
    size_t before = alloc_live(), full = 0, begun;
    struct pass_through *p = pass_through_new(&spec);
    uint64_t seed = 5, number = 0;

    begun = pass_through_class.bytes(p);
    for (int64_t day = 0; day < 8; day++) {
        for (uint32_t i = 0; i < 20000; i++)
            ck_assert(add_one(p, (uint32_t)rng_below(&seed, 8000), day * RIG_DAY + i * 1000000,
                ++number, (uint8_t)(i & 1)));
        ck_assert_uint_eq(pass_through_class.bytes(p), alloc_live() - before);
        if (day == 1)
            full = pass_through_class.bytes(p);
    }
    ck_assert_uint_lt(pass_through_class.bytes(p), full + full / 4);
    ck_assert(pass_through_class.advance(p, 20 * RIG_DAY, INT64_MIN, nothing, NULL));
    ck_assert_uint_lt(pass_through_class.bytes(p), begun + full / 4);
    pass_through_class.free(p);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

/* An hour's worth of entries while request number `fail_at` is refused; true when none was. */
static bool
run_refused(size_t fail_at)
{
    struct pass_through_spec spec = {.within_us = RIG_HOUR};
    struct pass_through *p;
    bool good;

    alloc_fail_at(fail_at, 0);
    p = pass_through_new(&spec);
    good = p != NULL;
    for (uint32_t n = 1; n < 3000 && good; n++)
        good = add_one(p, n % 40, n * 1000000, n, (uint8_t)(n & 1));
    alloc_fail_at(0, 0);
    if (p != NULL)
        pass_through_class.free(p);
    return good;
}

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), refused = 0;

    while (!run_refused(refused + 1)) {
        ck_assert_uint_eq(alloc_live(), before);
        refused++;
    }
    ck_assert_uint_ge(refused, 8);
}
END_TEST

Suite *
suite_pass_through(void)
{
    Suite *s = suite_create("pass_through");
    TCase *t = tcase_create("histories");

    tcase_set_timeout(t, 3600);
    tcase_add_test(t, moments_are_those_of_a_recount);
    tcase_add_test(t, memory_follows_the_span_and_not_the_stream);
    tcase_add_test(t, each_refused_allocation_is_survived);
    suite_add_tcase(s, t);
    return s;
}
