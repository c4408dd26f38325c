/*
 * sequence against a twin that tries every choice of transactions for every step at every turn,
 * and picks the newest; and what it holds in memory.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "operator/sequence.h"
#include "support/must.h"
#include "support/operator_rig.h"
#include "support/rng.h"
#include "support/suites.h"

enum { HISTORIES = 12000, ENTRIES = 26, UNITS = 6, STEPS = 4, FIELDS = 2, FOUND = ENTRIES + 1 };
enum { NOBODY = 99 };

/* A transaction as one key sees it, both sides together. */
struct happening {
    uint64_t number;
    int64_t at_us, amount;
    bool date_only, known, never;
    bool step[STEPS], absent[STEPS];
    int64_t field[FIELDS]; /* 0: missing */
    size_t turn;           /* rows of one day that have no time share theirs */
};

struct found {
    uint32_t key;
    int64_t at_us;
    uint64_t number;
    bool uncertain;
    size_t chain[UNITS];
    unsigned role[ENTRIES]; /* by happening; NOBODY: no evidence */
    struct happening *of;
};

struct world {
    struct sequence_spec spec;
    struct sequence_step step[STEPS];
    struct sequence_field field[FIELDS];
    unsigned units, step_of[UNITS];
    struct rig_entry e[RIG_ENTRIES];
    size_t count;
    struct happening happening[RIG_KEYS][ENTRIES];
    size_t happenings[RIG_KEYS];
    struct found want[RIG_KEYS][FOUND];
    size_t wanted[RIG_KEYS], got[RIG_KEYS];
    uint64_t still_wait;
    int64_t newest_us; /* of the moments */
    void *sequence;
};

static struct world *w;

/* ---- what a key sees ------------------------------------------------------------------ */

static bool
holds(const struct rig_entry *e, int input)
{
    return input != SEQUENCE_NONE && e->input[input].set && e->input[input].num != 0;
}

static void
add_side(struct happening *h, const struct rig_entry *e)
{
    bool never = holds(e, w->spec.never);

    h->never |= never;
    for (unsigned s = 0; s < w->spec.step_count; s++) {
        bool fits = !never && holds(e, SEQUENCE_WHEN + (int)s);

        for (unsigned f = 0; fits && f < w->spec.field_count; f++)
            if (w->field[f].step == s && !h->step[s])
                h->field[f] =
                    e->input[w->field[f].input].set ? (int64_t)e->input[w->field[f].input].num : 0;
        h->step[s] |= fits;
        h->absent[s] |= holds(e, w->step[s].absent);
    }
}

static int
by_turn(const void *left, const void *right)
{
    const struct happening *a = left, *b = right;

    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    if (a->date_only != b->date_only)
        return a->date_only ? 1 : -1;
    return (a->number > b->number) - (a->number < b->number);
}

static void
see(uint32_t k)
{
    struct happening *h = w->happening[k];
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++) {
        const struct rig_entry *e = &w->e[i];
        const struct value *amount = &e->input[SEQUENCE_AMOUNT];

        if (e->key != k * 300)
            continue;
        if (n == 0 || h[n - 1].number != e->number)
            h[n++] = (struct happening){.number = e->number,
                .at_us = e->at_us,
                .date_only = e->date_only,
                .known = amount->set,
                .amount = amount->set ? (int64_t)amount->num : 0};
        add_side(&h[n - 1], e);
    }
    for (size_t i = 0; i < n; i++)
        for (unsigned s = 0; s < w->spec.step_count; s++)
            h[i].step[s] &= !h[i].never;
    qsort(h, n, sizeof *h, by_turn);
    for (size_t i = 0; i < n; i++)
        h[i].turn = i == 0 ? 0
                           : h[i - 1].turn + !(h[i].date_only && h[i - 1].date_only &&
                                                 h[i].at_us == h[i - 1].at_us);
    w->happenings[k] = n;
}

/* ---- every choice ------------------------------------------------------------------------- */

struct choosing {
    const struct happening *h;
    size_t count, from, turn; /* may use those from `from` on; the last in this turn */
    size_t chain[UNITS], best[UNITS];
    size_t most[UNITS]; /* turns: the newest of any chain, unit by unit */
    bool any;
};

static bool
forbidden(const struct choosing *c, size_t after, size_t before, unsigned step)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->h[i].turn > c->h[after].turn && c->h[i].turn < c->h[before].turn &&
            c->h[i].absent[step])
            return true;
    return false;
}

static bool
never_between(const struct choosing *c, size_t after, size_t before)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->h[i].turn > c->h[after].turn && c->h[i].turn < c->h[before].turn && c->h[i].never)
            return true;
    return false;
}

/* The last unit of the step before that of a unit; -1: it is of the first. */
static int
step_before(unsigned unit)
{
    int at = (int)unit;

    while (at >= 0 && w->step_of[at] == w->step_of[unit])
        at--;
    return at;
}

static bool
may_follow(const struct choosing *c, unsigned unit, size_t i)
{
    int before = step_before(unit);
    size_t last;
    int64_t within_us = w->step[w->step_of[unit]].within_us;

    if (!c->h[i].step[w->step_of[unit]])
        return false;
    if (unit == 0)
        return true;
    last = c->chain[unit - 1];
    for (unsigned u = 0; u < unit; u++)
        if (c->chain[u] == i)
            return false;
    if (c->h[i].turn < c->h[last].turn || (c->h[i].turn == c->h[last].turn && !c->h[i].date_only) ||
        c->h[i].at_us - c->h[c->chain[0]].at_us >= w->spec.within_us ||
        never_between(c, c->chain[0], i))
        return false;
    if (before >= 0 && within_us > 0 && c->h[i].at_us - c->h[c->chain[before]].at_us >= within_us)
        return false;
    return before != (int)unit - 1 || !forbidden(c, last, i, w->step_of[before]);
}

static unsigned
chosen_for(const size_t *chain, size_t i)
{
    for (unsigned u = 0; u < w->units; u++)
        if (chain[u] == i)
            return w->step_of[u];
    return NOBODY;
}

/* Newer turns win; in equal turns the first transactions get the first steps. */
static bool
better(const struct choosing *c)
{
    for (unsigned u = 0; u < w->units; u++)
        if (c->h[c->chain[u]].turn != c->h[c->best[u]].turn)
            return c->h[c->chain[u]].turn > c->h[c->best[u]].turn;
    for (size_t i = 0; i < c->count; i++)
        if (chosen_for(c->chain, i) != chosen_for(c->best, i))
            return chosen_for(c->chain, i) < chosen_for(c->best, i);
    return false;
}

static void
choose(struct choosing *c, unsigned unit)
{
    if (unit == w->units) {
        if (c->h[c->chain[unit - 1]].turn != c->turn)
            return;
        for (unsigned u = 0; u < w->units; u++)
            if (!c->any || c->h[c->chain[u]].turn > c->most[u])
                c->most[u] = c->h[c->chain[u]].turn;
        if (!c->any || better(c))
            memcpy(c->best, c->chain, sizeof c->best);
        c->any = true;
        return;
    }
    for (size_t i = c->from; i < c->count && c->h[i].turn <= c->turn; i++)
        if (may_follow(c, unit, i)) {
            c->chain[unit] = i;
            choose(c, unit + 1);
        }
}

/* ---- what a match holds ------------------------------------------------------------------------
 */

static bool
beside(const struct happening *a, const struct happening *b) /* a before b, or the same day */
{
    return a->turn <= b->turn;
}

static unsigned
role_of(const struct choosing *c, size_t i)
{
    const struct happening *h = c->h, *last = &h[c->best[w->units - 1]];
    unsigned role = chosen_for(c->best, i);

    if (role != NOBODY || i < c->from || h[i].turn > last->turn)
        return role;
    for (unsigned s = 0, first = 0; s < w->spec.step_count; first += w->step[s++].need) {
        const struct happening *low = first == 0 ? NULL : &h[c->best[first - 1]];
        unsigned next = first + w->step[s].need;
        int64_t within_us = w->step[s].within_us;

        if (!h[i].step[s] || (next < w->units && !beside(&h[i], &h[c->best[next]])) ||
            (next < w->units && h[i].turn == h[c->best[next]].turn && !h[i].date_only))
            continue;
        if (low == NULL
                ? last->at_us - h[i].at_us < w->spec.within_us
                : beside(low, &h[i]) && (within_us == 0 || h[i].at_us - low->at_us < within_us))
            return s;
    }
    return NOBODY;
}

static bool
alone(const struct choosing *c, size_t i)
{
    return (i == 0 || c->h[i - 1].turn != c->h[i].turn) &&
           (i + 1 == c->count || c->h[i + 1].turn != c->h[i].turn);
}

static bool
in_turn(const struct choosing *c, size_t turn, int step) /* -1: never */
{
    for (size_t i = 0; i < c->count; i++)
        if (c->h[i].turn == turn && (step < 0 ? c->h[i].never : c->h[i].absent[step]))
            return true;
    return false;
}

/* Did an order have to be chosen? */
static bool
uncertain(const struct choosing *c)
{
    bool doubt = false;

    for (unsigned u = 0; u < w->units; u++) {
        const struct happening *x = &c->h[c->best[u]];
        const struct happening *y = u + 1 < w->units ? &c->h[c->best[u + 1]] : NULL;
        bool ends = y == NULL || w->step_of[u] != w->step_of[u + 1];
        bool begins = u > 0 && w->step_of[u] != w->step_of[u - 1];

        if (y != NULL && x->date_only && !y->date_only && x->at_us / RIG_DAY == y->at_us / RIG_DAY)
            doubt = true;
        if (!x->date_only || alone(c, c->best[u]))
            continue;
        doubt |= in_turn(c, x->turn, -1);
        doubt |=
            ends && (in_turn(c, x->turn, (int)w->step_of[u]) || (y != NULL && y->turn == x->turn));
        doubt |= begins && in_turn(c, x->turn, (int)w->step_of[u] - 1);
    }
    return doubt;
}

static void
keep(uint32_t k, const struct choosing *c, struct found *out)
{
    const struct happening *last = &c->h[c->best[w->units - 1]];

    for (unsigned u = 0; u < w->units; u++) /* one match is the newest in every step */
        must(c->h[c->best[u]].turn == c->most[u]);
    *out = (struct found){.key = k * 300,
        .at_us = last->at_us + w->spec.for_us,
        .number = last->number,
        .uncertain = uncertain(c),
        .of = w->happening[k]};
    memcpy(out->chain, c->best, sizeof out->chain);
    for (size_t i = 0; i < c->count; i++)
        out->role[i] = role_of(c, i);
}

/* ---- turn by turn
 * ---------------------------------------------------------------------------------- */

static void
recount(uint32_t k, int64_t conclude_us)
{
    struct choosing c = {.h = w->happening[k], .count = w->happenings[k]};
    struct found waiting;
    bool waits = false;
    size_t end;

    for (size_t i = 0; i < c.count; i = end) {
        bool never, absent;

        for (end = i + 1; end < c.count && c.h[end].turn == c.h[i].turn; end++)
            ;
        if (waits && waiting.at_us <= c.h[i].at_us) {
            w->want[k][w->wanted[k]++] = waiting;
            waits = false;
            c.from = i;
        }
        c.turn = c.h[i].turn;
        never = in_turn(&c, c.turn, -1);
        absent = in_turn(&c, c.turn, (int)w->spec.step_count - 1);
        waits &= !never && !absent;
        c.any = false;
        choose(&c, 0);
        if (c.any && w->spec.for_us == 0) {
            keep(k, &c, &w->want[k][w->wanted[k]++]);
            c.from = end;
        } else if (c.any && !waits) {
            keep(k, &c, &waiting);
            waits = true;
        }
        if (never && c.from < end) /* nothing reaches back over it */
            c.from = end - i == 1 ? end : i > c.from ? i : c.from;
    }
    if (waits)
        w->want[k][w->wanted[k]++] = waiting;
    for (size_t i = 0; w->spec.for_us > 0 && i < w->wanted[k]; i++)
        if (w->want[k][i].at_us > conclude_us) {
            w->still_wait += w->wanted[k] - i;
            w->wanted[k] = i;
        }
}

/* ---- comparing
 * ------------------------------------------------------------------------------------------ */

static void
compare_step(const struct operator_moment *m, const struct found *f, unsigned step)
{
    const struct value *v = m->measures + (size_t)step * SEQUENCE_STEP_MEASURES;
    const struct happening *first = NULL, *last = NULL;
    int64_t count = 0, total = 0;

    for (size_t i = 0; i < w->happenings[f->key / 300]; i++) {
        const struct happening *h = &f->of[i];

        if (f->role[i] != step)
            continue;
        count++;
        total += h->amount;
        if (first == NULL)
            first = h;
        if (last == NULL || h->at_us > last->at_us ||
            (h->at_us == last->at_us && h->number > last->number))
            last = h;
    }
    must(first != NULL);
    must(v[SEQUENCE_COUNT].num == (int128)count * NUMBER_SCALE);
    must(v[SEQUENCE_TOTAL].num == total);
    must(v[SEQUENCE_FIRST].num == first->at_us);
    must(v[SEQUENCE_LAST].num == last->at_us);
    for (unsigned i = 0; i < w->spec.field_count; i++) {
        const struct value *is =
            &m->measures[(size_t)w->spec.step_count * SEQUENCE_STEP_MEASURES + 1 + i];

        if (w->field[i].step != step)
            continue;
        must(is->set == (last->field[i] != 0));
        must(!is->set || is->num == last->field[i]);
    }
}

static void
compare_quotes(const struct operator_moment *m, const struct found *f)
{
    struct operator_quote out[ENTRIES];
    size_t n = sequence_class.evidence(w->sequence, m, 0, out, ENTRIES), wanted = 0;

    must(n <= ENTRIES);
    for (size_t i = 0; i < w->happenings[f->key / 300]; i++)
        wanted += f->role[i] != NOBODY;
    must(n == wanted);
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;

        must(i == 0 || out[i].number > out[i - 1].number);
        while (f->of[at].number != out[i].number)
            at++;
        must(f->role[at] != NOBODY && strcmp(out[i].role, w->step[f->role[at]].name) == 0);
    }
}

static bool
compare(void *context, const struct operator_moment *m)
{
    uint32_t k = m->key / 300;
    const struct found *f = &w->want[k][w->got[k]];

    (void)context;
    must(w->got[k]++ < w->wanted[k]);
    must(m->at_us >= w->newest_us);
    w->newest_us = m->at_us;
    must(m->at_us == f->at_us && m->number == f->number);
    must(!m->incomplete && m->uncertain == f->uncertain);
    for (unsigned s = 0; s < w->spec.step_count; s++)
        compare_step(m, f, s);
    compare_quotes(m, f);
    return true;
}

/* ---- random sequences
 * -------------------------------------------------------------------------------------- */

static int64_t
span(uint64_t *seed, bool none)
{
    static const unsigned hours[] = {6, 12, 24, 48, 72};

    return none ? 0 : hours[rng_below(seed, 5)] * RIG_HOUR;
}

static void
make_spec(uint64_t *seed)
{
    static const char *const names[STEPS] = {"one", "two", "three", "four"};
    int input = SEQUENCE_WHEN;

    w->spec = (struct sequence_spec){.within_us = span(seed, false) + span(seed, false),
        .step = w->step,
        .step_count = 1 + (uint32_t)rng_below(seed, STEPS),
        .never = SEQUENCE_NONE,
        .field = w->field,
        .field_count = (uint32_t)rng_below(seed, FIELDS + 1),
        .both_sides = rng_below(seed, 2) == 0};
    input += (int)w->spec.step_count;
    w->units = 0;
    for (unsigned s = 0; s < w->spec.step_count; s++) {
        unsigned room = UNITS - w->units - (w->spec.step_count - s) + 1;
        unsigned need = rng_below(seed, 2) == 0 ? 1 : 1 + (unsigned)rng_below(seed, 3);

        need = need > room ? room : need;
        w->step[s] = (struct sequence_step){.name = names[s],
            .need = need,
            .within_us = span(seed, s == 0 || rng_below(seed, 2) == 0),
            .absent = SEQUENCE_NONE};
        if (rng_below(seed, 3) == 0 && s + 1 < w->spec.step_count)
            w->step[s].absent = input++;
        while (need-- > 0)
            w->step_of[w->units++] = s;
    }
    if (rng_below(seed, 3) == 0) {
        w->spec.for_us = span(seed, false);
        w->step[w->spec.step_count - 1].absent = input++;
    }
    if (rng_below(seed, 3) == 0)
        w->spec.never = input++;
    for (unsigned f = 0; f < w->spec.field_count; f++)
        w->field[f] = (struct sequence_field){.step = (uint32_t)rng_below(seed, w->spec.step_count),
            .input = input++,
            .type = TYPE_NUMBER};
    must(input <= RIG_INPUTS);
}

static void
make_inputs(struct rig_entry *e, uint64_t *seed, unsigned share)
{
    memset(e->input, 0, sizeof e->input);
    if (rng_below(seed, 8) > 0)
        e->input[SEQUENCE_AMOUNT] = value_money(0, (int128)rng_below(seed, 1000));
    for (unsigned i = SEQUENCE_WHEN; i < RIG_INPUTS; i++)
        if (rng_below(seed, 10) > 0)
            e->input[i] = value_num(TYPE_BOOL, rng_below(seed, 100) < share);
    for (unsigned s = 0; s < w->spec.step_count; s++)
        if (w->step[s].absent != SEQUENCE_NONE && rng_below(seed, 3) > 0)
            e->input[w->step[s].absent].num = 0;
    if (w->spec.never != SEQUENCE_NONE && rng_below(seed, 3) > 0)
        e->input[w->spec.never].num = 0;
    for (unsigned f = 0; f < w->spec.field_count; f++)
        e->input[w->field[f].input] = rng_below(seed, 4) == 0
                                          ? value_missing(TYPE_NUMBER)
                                          : value_num(TYPE_NUMBER, 1 + (int128)rng_below(seed, 9));
}

/* Where one key may meet both sides, some do. */
static void
meet_itself(uint64_t *seed)
{
    for (size_t i = 1; w->spec.both_sides && i < w->count; i++)
        if (w->e[i].number == w->e[i - 1].number && rng_below(seed, 2) == 0) {
            w->e[i].key = w->e[i - 1].key;
            w->e[i].input[SEQUENCE_AMOUNT] = w->e[i - 1].input[SEQUENCE_AMOUNT];
        }
}

static void
one_history(uint64_t seed)
{
    static const unsigned grid[] = {1, 3, 6, 12}, shares[] = {0, 0, 30, 70, 100};
    int64_t lateness_us = (int64_t)rng_below(&seed, 3) * 12 * RIG_HOUR, conclude_us = INT64_MAX;
    unsigned share = 30 + (unsigned)rng_below(&seed, 40);

    memset(w, 0, sizeof *w);
    make_spec(&seed);
    w->count = rig_history(&seed, w->e, ENTRIES, 1 + (unsigned)rng_below(&seed, 5),
        grid[rng_below(&seed, 4)], shares[rng_below(&seed, 5)]);
    for (size_t i = 0; i < w->count; i++)
        make_inputs(&w->e[i], &seed, share);
    meet_itself(&seed);
    if (rng_below(&seed, 2) == 0)
        conclude_us = w->e[w->count - 1].at_us - lateness_us;
    for (uint32_t k = 0; k < RIG_KEYS; k++) {
        see(k);
        recount(k, conclude_us);
    }
    w->newest_us = INT64_MIN;
    w->sequence = sequence_new(&w->spec, &(struct hash_key){1, 2});
    must(w->sequence != NULL);
    rig_run(&sequence_class, w->sequence, w->e, w->count, lateness_us, conclude_us, &seed, compare,
        NULL);
    for (uint32_t k = 0; k < RIG_KEYS; k++)
        must(w->got[k] == w->wanted[k]);
    must(sequence_class.waiting(w->sequence) == w->still_wait);
    sequence_class.free(w->sequence);
}

START_TEST(matches_are_those_of_every_choice)
{
    size_t live, found = 0, doubts = 0;

    w = alloc_zero(1, sizeof *w);
    live = alloc_live();
    for (int i = 0; i < rig_histories(HISTORIES); i++) {
        one_history((uint64_t)i + 1);
        for (uint32_t k = 0; k < RIG_KEYS; k++)
            for (size_t n = 0; n < w->wanted[k]; n++, found++)
                doubts += w->want[k][n].uncertain;
    }
    ck_assert_uint_eq(alloc_live(), live);
    ck_assert_uint_gt(found, (size_t)rig_histories(HISTORIES) / 2); /* the dice are worth it */
    ck_assert_uint_gt(doubts, (size_t)rig_histories(HISTORIES) / 20);
    alloc_free(w);
}
END_TEST

/* ---- the count of what gave way ------------------------------------------------------------ */

static bool
nothing(void *context, const struct operator_moment *m)
{
    (void)context;
    return m->measures != NULL;
}

enum { TWO_INPUTS = 3 };

/* A transaction of the first step or the second, `hour` hours after the start. */
static bool
add_one(void *s, uint32_t key, uint64_t number, int64_t at_us, unsigned step, bool date_only)
{
    struct value input[TWO_INPUTS] = {
        value_money(0, 500), value_num(TYPE_BOOL, step == 0), value_num(TYPE_BOOL, step == 1)};
    struct operator_entry e = {
        .key = key, .number = number, .at_us = at_us, .date_only = date_only, .inputs = input};

    return sequence_class.add(s, &e, nothing, NULL);
}

static const struct sequence_step pair[] = {
    {"one", 1, 0, SEQUENCE_NONE}, {"two", 2, 0, SEQUENCE_NONE}};

static void *
open_pair(int64_t within_us)
{
    struct sequence_spec spec = {.within_us = within_us,
        .step = pair,
        .step_count = 2,
        .never = SEQUENCE_NONE,
        .related = true};

    return sequence_new(&spec, &(struct hash_key){1, 2});
}

START_TEST(older_partial_matches_are_counted_when_they_give_way)
{
    void *s = open_pair(10 * RIG_HOUR);
    struct operator_counts counts = {0};

    ck_assert(s != NULL);
    ck_assert(add_one(s, 1, 1, 0, 0, false));
    ck_assert(add_one(s, 1, 2, RIG_HOUR, 0, false));      /* the one an hour old gives way */
    ck_assert(add_one(s, 1, 3, 12 * RIG_HOUR, 0, false)); /* this one had run out */
    ck_assert(add_one(s, 1, 4, 13 * RIG_HOUR, 1, false)); /* half a step is none */
    sequence_class.counts(s, &counts);
    ck_assert_uint_eq(counts.lost, 1);
    sequence_class.free(s);
}
END_TEST

/* ---- memory ---------------------------------------------------------------------------------- */

START_TEST(memory_follows_the_span_and_not_the_stream)
{
    size_t before = alloc_live(), full = 0, begun;
    void *s = open_pair(RIG_DAY);
    uint64_t seed = 5, number = 0;

    ck_assert(s != NULL);
    begun = sequence_class.bytes(s);
    for (int64_t day = 0; day < 8; day++) {
        for (uint32_t i = 0; i < 20000; i++)
            ck_assert(add_one(s, (uint32_t)rng_below(&seed, 8000), ++number,
                day * RIG_DAY + (int64_t)i * 4000000, (unsigned)rng_below(&seed, 3), false));
        ck_assert_uint_eq(sequence_class.bytes(s), alloc_live() - before);
        if (day == 1)
            full = sequence_class.bytes(s);
    }
    ck_assert_uint_lt(sequence_class.bytes(s), full + full / 4);
    ck_assert(sequence_class.advance(s, 20 * RIG_DAY, INT64_MIN, nothing, NULL));
    ck_assert_uint_lt(sequence_class.bytes(s), begun + full / 4);
    sequence_class.free(s);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

/* Some entries while request number `fail_at` is refused; true when none was. */
static bool
run_refused(size_t fail_at)
{
    struct sequence_step step[] = {{"one", 1, 0, SEQUENCE_NONE}, {"two", 2, 0, 3}};
    struct sequence_field field = {1, 4, TYPE_TEXT, 0};
    struct sequence_spec spec = {.within_us = RIG_HOUR,
        .for_us = RIG_HOUR,
        .step = step,
        .step_count = 2,
        .never = SEQUENCE_NONE,
        .field = &field,
        .field_count = 1};
    void *s;
    bool good;

    alloc_fail_at(fail_at, 0);
    s = sequence_new(&spec, &(struct hash_key){1, 2});
    good = s != NULL;
    for (uint32_t n = 1; n < 3000 && good; n++) {
        struct value input[] = {value_money(0, 500), value_num(TYPE_BOOL, n % 3 == 0),
            value_num(TYPE_BOOL, n % 3 != 0), value_num(TYPE_BOOL, n % 100 == 0),
            value_text(TYPE_TEXT, bytes_of(n % 2 == 0 ? "some text" : "another"))};
        struct operator_entry e = {.key = n / 3 % 40,
            .number = n,
            .at_us = n < 300 ? 0 : (int64_t)n * 5000000,
            .date_only = n < 300,
            .inputs = input};

        good = sequence_class.add(s, &e, nothing, NULL);
    }
    good = good && sequence_class.advance(s, INT64_MAX, INT64_MAX, nothing, NULL);
    alloc_fail_at(0, 0);
    if (s != NULL)
        sequence_class.free(s);
    return good;
}

START_TEST(each_refused_allocation_is_survived)
{
    size_t before = alloc_live(), refused = 0;

    while (!run_refused(refused + 1)) {
        ck_assert_uint_eq(alloc_live(), before);
        refused++;
    }
    ck_assert_uint_ge(refused, 10);
    ck_assert_uint_eq(alloc_live(), before);
}
END_TEST

Suite *
suite_sequence(void)
{
    Suite *s = suite_create("sequence");
    TCase *t = tcase_create("histories");

    tcase_set_timeout(t, 3600);
    tcase_add_test(t, matches_are_those_of_every_choice);
    tcase_add_test(t, older_partial_matches_are_counted_when_they_give_way);
    tcase_add_test(t, memory_follows_the_span_and_not_the_stream);
    tcase_add_test(t, each_refused_allocation_is_survived);
    suite_add_tcase(s, t);
    return s;
}
