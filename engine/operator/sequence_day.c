/*
 * sequence_day - a key's rows of one day that have no time, in the order that leads furthest.
 *
 * As every order of the day is allowed, a partial match can go on by some units when the day has a
 * transaction of its own for each of them. By Hall's theorem that is so when every set of steps
 * finds as many transactions that satisfy one of them as it needs; there are at most 256 sets.
 */
#include <string.h>

#include "base/alloc.h"
#include "operator/sequence_private.h"

enum { SETS = 1 << SEQUENCE_STEPS_MAX };

/* How many transactions of the day satisfy no step outside of a set. */
struct supply {
    uint32_t only[SETS];
    unsigned all; /* the set of all steps */
};

/* What the day brings one key. */
struct day {
    int64_t at_us;
    struct supply supply;
    uint8_t steps, absent; /* of any of its events */
    bool never;
    uint32_t count; /* usable: of those with equal steps as many as there are units */
    struct offer *offer;
};

static void
supply_change(struct supply *s, uint8_t steps, int by)
{
    for (unsigned set = steps; set <= s->all; set = (set + 1) | steps)
        s->only[set] += (unsigned)by;
}

/* Is there a transaction for each need? */
static bool
enough(const struct supply *s, const uint32_t *need)
{
    uint32_t total = s->only[s->all];

    for (unsigned set = 1; set <= s->all; set++) {
        uint32_t wanted = 0;

        for (unsigned rest = set; rest != 0; rest &= rest - 1)
            wanted += need[__builtin_ctz(rest)];
        if (wanted > total - s->only[s->all & ~set])
            return false;
    }
    return true;
}

static uint8_t
needs(const struct sequence *s, uint32_t from, uint32_t to, uint32_t *need)
{
    uint8_t steps = 0;

    memset(need, 0, SEQUENCE_STEPS_MAX * sizeof *need);
    for (uint32_t unit = from; unit < to; unit++) {
        need[s->step_of[unit]]++;
        steps |= (uint8_t)(1u << s->step_of[unit]);
    }
    return steps;
}

/* Transactions for the units after `from` up to `to`, each the first in the total order that
   leaves enough for the others. */
static void
assign(const struct sequence *s, const struct day *d, uint32_t from, uint32_t to, uint32_t *chain)
{
    struct supply left = d->supply;
    uint32_t need[SEQUENCE_STEPS_MAX], next[SEQUENCE_STEPS_MAX];

    (void)needs(s, from, to, need);
    for (uint32_t step = 0; step < s->spec.step_count; step++) {
        next[step] = step == 0 ? 0 : s->end_of[step - 1];
        next[step] = next[step] < from ? from : next[step];
    }
    for (uint32_t i = 0; i < d->count; i++) {
        uint8_t steps = d->offer[i].steps;

        supply_change(&left, steps, -1);
        for (uint32_t step = 0; step < s->spec.step_count; step++) {
            if ((steps >> step & 1) == 0 || need[step] == 0)
                continue;
            need[step]--;
            if (enough(&left, need)) {
                chain[next[step]++] = d->offer[i].name;
                break;
            }
            need[step]++;
        }
    }
}

/* ---- going on ------------------------------------------------------------------- */

/* What comes of the partial of `from` units when the day takes it to `to`. */
static struct partial
taken(const struct sequence *s, const struct record *r, const struct day *d, uint32_t from,
    uint32_t to)
{
    uint32_t step = s->step_of[to - 1], begin = step == 0 ? 0 : s->end_of[step - 1];
    struct partial p = {.start_us = d->at_us, .prev_us = d->at_us, .done_us = d->at_us};

    if (from == 0)
        return p;
    p.start_us = r->partial[from - 1].start_us;
    if (from == begin)
        p.prev_us = r->partial[from - 1].done_us;
    else if (from > begin)
        p.prev_us = r->partial[from - 1].prev_us;
    return p;
}

/* Did the order of the day matter: several steps, or something that another order forbids? */
static bool
order_mattered(const struct sequence *s, const struct day *d, uint32_t from, uint32_t to)
{
    uint32_t first = s->step_of[from], last = s->step_of[to - 1];

    if (first != last || d->never)
        return true;
    if (from > 0 && s->step_of[from - 1] != first && (d->absent >> s->step_of[from - 1] & 1) != 0)
        return true;
    return to == s->end_of[last] && (d->absent >> last & 1) != 0;
}

/* The partial that the day takes to `to` units and that started last; false: none. */
static bool
best(const struct sequence *s, struct record *r, const struct day *d, uint32_t to,
    struct partial *out, uint32_t *chain)
{
    uint32_t need[SEQUENCE_STEPS_MAX], best_from = UINT32_MAX;

    for (uint32_t from = to; from-- > 0;) {
        struct partial p;

        if ((needs(s, from, to, need) & ~d->steps) != 0 || !enough(&d->supply, need))
            break; /* the more units, the less */
        if (!sequence_goes_on(s, r, from, d->at_us) || (d->never && from > 0 && to < s->units))
            continue;
        p = taken(s, r, d, from, to);
        if (best_from != UINT32_MAX &&
            (p.start_us < out->start_us ||
                (p.start_us == out->start_us && p.prev_us < out->prev_us)))
            continue;
        *out = p;
        best_from = from;
    }
    if (best_from == UINT32_MAX)
        return false;
    out->uncertain = order_mattered(s, d, best_from, to);
    if (best_from > 0) {
        out->uncertain |= r->partial[best_from - 1].uncertain;
        memcpy(chain, sequence_chain(s, r, best_from), best_from * sizeof *chain);
    }
    assign(s, d, best_from, to, chain);
    return true;
}

/* ---- one day ---------------------------------------------------------------------- */

static void
forbid(struct sequence *s, struct record *r, const struct day *d, uint32_t units)
{
    uint32_t step = s->step_of[units - 1];

    if (d->never || (units == s->end_of[step] && (d->absent >> step & 1) != 0))
        r->partial[units - 1].start_us = INT64_MIN;
}

static bool
go_on(struct sequence *s, struct record *r, const struct day *d, const struct saying *say)
{
    uint32_t chain[SEQUENCE_UNITS_MAX], kept = 0;
    struct partial with;
    bool used, waited;

    if (d->never || (d->absent >> (s->spec.step_count - 1) & 1) != 0)
        sequence_cancel(s, r);
    waited = r->waits;
    if (best(s, r, d, s->units, &with, chain)) {
        if (!sequence_complete(s, r, &with, chain, say, &used))
            return false;
        if (used)
            return true;
        /* Before what is older than `never` goes. */
        if (d->never && !waited && !sequence_fix(s, sequence_waiting(s, r->waiting)))
            return false;
    }
    for (uint32_t units = s->units - 1; units > 0; units--) {
        bool more = best(s, r, d, units, &with, chain);

        forbid(s, r, d, units);
        if (more)
            sequence_install(s, r, units, &with, chain);
    }
    if (!d->never)
        return true;
    for (uint32_t name = r->newest; kept < r->count; kept++) {
        const struct kept *k = sequence_kept(s, name);

        if (!k->date_only || k->at_us != d->at_us)
            break;
        name = k->back;
    }
    r->count = kept;
    return true;
}

/* Keeps the events and gathers what they offer. */
static bool
gather(struct sequence *s, struct record *r, struct day *d, const struct event *e, size_t count)
{
    uint32_t met[SETS] = {0}, name;

    d->supply.all = (1u << s->spec.step_count) - 1;
    for (size_t i = 0; i < count; i++) {
        d->steps |= e[i].steps;
        d->absent |= e[i].absent;
        d->never |= e[i].never;
        if (e[i].steps == 0)
            continue;
        if (!sequence_keep(s, r, &e[i], &name))
            return false;
        if (met[e[i].steps]++ >= s->units)
            continue;
        d->offer[d->count++] = (struct offer){e[i].steps, name};
        supply_change(&d->supply, e[i].steps, 1);
    }
    return true;
}

/* Does any of them satisfy a step, so that the key has to be known? */
static bool
any_step(const struct event *e, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (e[i].steps != 0)
            return true;
    return false;
}

static bool
room_for(struct sequence *s, size_t count)
{
    struct offer *more;

    if (count <= s->offer_cap)
        return true;
    more = alloc_grow(s->offer, 2 * count * sizeof *more);
    if (more == NULL)
        return false;
    s->offer = more;
    s->offer_cap = 2 * count;
    return true;
}

bool
sequence_day(struct sequence *s, const struct event *e, size_t count, const struct saying *say)
{
    struct day d = {.at_us = e->at_us};
    struct record *r;

    if (index_find(&s->index, e->key) == INDEX_NONE && !any_step(e, count))
        return true;
    r = sequence_record(s, e->key);
    if (r == NULL || !room_for(s, count))
        return false;
    d.offer = s->offer;
    return gather(s, r, &d, e, count) && go_on(s, r, &d, say);
}
