#include "operator/baseline.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/zone.h"
#include "operator/baseline_peers.h"
#include "state/deviation.h"

enum { FIRST_ROOM = 4, FORGET_DAYS = 400, FIRST_DAY = 4 /* Monday 5 January 1970 */ };
#define NEVER INT64_MIN

struct recent {
    int64_t at_us;
    uint64_t number;
};

/* One key. Arrays hold compare_count numbers for each entry and each period. */
struct history {
    struct recent *recent;
    int64_t *amount;
    size_t from, count, cap;
    int64_t *period; /* those with entries, rising */
    int128 *total;
    size_t period_count, period_cap;
    int128 now[BASELINE_COMPARES_MAX]; /* sums of the recent window */
    int64_t first_us, last_us;
    int64_t earlier_us;  /* newest time before last_us; or NEVER */
    int64_t previous_us; /* of the newest other transaction than last_number; or NEVER */
    uint64_t last_number;
    int64_t group, group_period; /* the group it is in, as of that period; or NEVER */
    int64_t past_group, past_period;
    bool live;
};

struct baseline {
    struct baseline_spec spec;
    uint32_t measures; /* of one compare */
    struct history *history;
    size_t history_cap;
    struct peers *peers; /* NULL: none asked for */
    uint32_t *member;    /* keys with a group in the open period */
    size_t member_count, member_cap;
    int64_t open;     /* period whose members are gathered; peers know those of the one before */
    int64_t swept_us; /* what is over was let go then */
    struct value value[BASELINE_COMPARES_MAX * BASELINE_COMPARE_MEASURES + 2];
};

/* ---- memory ------------------------------------------------------------------------ */

static void
history_free(struct history *h)
{
    alloc_free(h->recent);
    alloc_free(h->amount);
    alloc_free(h->period);
    alloc_free(h->total);
}

static void
baseline_free(void *state)
{
    struct baseline *b = state;

    for (size_t i = 0; i < b->history_cap; i++)
        history_free(&b->history[i]);
    alloc_free(b->history);
    alloc_free(b->member);
    peers_free(b->peers);
    alloc_free(b);
}

void *
baseline_new(const struct baseline_spec *spec)
{
    struct baseline *b = alloc_zero(1, sizeof *b);

    assert(spec->compare_count <= BASELINE_COMPARES_MAX && spec->min_history >= 2);
    if (b == NULL)
        return NULL;
    b->spec = *spec;
    b->open = b->swept_us = NEVER;
    b->measures = spec->peers == BASELINE_NONE ? BASELINE_OWN_MEASURES : BASELINE_COMPARE_MEASURES;
    if (spec->peers != BASELINE_NONE && (b->peers = peers_new(spec->compare_count)) == NULL) {
        baseline_free(b);
        return NULL;
    }
    return b;
}

static bool
room_for_key(struct baseline *b, uint32_t key)
{
    size_t cap = b->history_cap == 0 ? 64 : b->history_cap;
    struct history *grown;

    if (key < b->history_cap)
        return true;
    while (cap <= key)
        cap *= 2;
    grown = alloc_grow(b->history, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + b->history_cap, 0, (cap - b->history_cap) * sizeof *grown);
    b->history = grown;
    b->history_cap = cap;
    return true;
}

/* Another cell behind two arrays that grow together. */
static bool
grow_both(void **a, size_t a_size, void **b, size_t b_size, size_t *cap)
{
    size_t want = *cap == 0 ? FIRST_ROOM : *cap * 2;
    void *grown = alloc_grow(*a, want * a_size);

    if (grown == NULL)
        return false;
    *a = grown;
    grown = alloc_grow(*b, want * b_size);
    if (grown == NULL)
        return false;
    *b = grown;
    *cap = want;
    return true;
}

static bool
room_for_recent(const struct baseline *b, struct history *h)
{
    size_t width = b->spec.compare_count;

    if (h->from + h->count < h->cap)
        return true;
    if (h->from > h->cap / 2) {
        memmove(h->recent, h->recent + h->from, h->count * sizeof *h->recent);
        memmove(h->amount, h->amount + h->from * width, h->count * width * sizeof *h->amount);
        h->from = 0;
        return true;
    }
    return grow_both((void **)&h->recent, sizeof *h->recent, (void **)&h->amount,
        width * sizeof *h->amount, &h->cap);
}

/* ---- periods ------------------------------------------------------------------------- */

static int64_t
period_of(const struct baseline *b, int64_t at_us)
{
    int64_t local_us = b->spec.zone == NULL ? at_us : zone_to_local(b->spec.zone, at_us);
    int64_t day = local_us / US_PER_DAY - (local_us % US_PER_DAY < 0) - FIRST_DAY;

    return day / b->spec.recent_days - (day % b->spec.recent_days < 0);
}

/* The newest period that was over when the recent window of this moment began. */
static int64_t
newest_used(const struct baseline *b, int64_t at_us)
{
    return period_of(b, at_us - b->spec.recent_days * US_PER_DAY) - 1;
}

/* Totals of the period, added if it is not there yet; no older ones than can be used are kept. */
static int128 *
open_period(const struct baseline *b, struct history *h, int64_t period, int64_t newest)
{
    size_t width = b->spec.compare_count, old = 0;
    int128 *total;

    if (h->period_count > 0 && h->period[h->period_count - 1] == period)
        return &h->total[(h->period_count - 1) * width];
    while (old < h->period_count && h->period[old] <= newest - b->spec.periods)
        old++;
    if (old > 0) {
        h->period_count -= old;
        memmove(h->period, h->period + old, h->period_count * sizeof *h->period);
        memmove(h->total, h->total + old * width, h->period_count * width * sizeof *h->total);
    }
    if (h->period_count == h->period_cap &&
        !grow_both((void **)&h->period, sizeof *h->period, (void **)&h->total,
            width * sizeof *h->total, &h->period_cap))
        return NULL;
    h->period[h->period_count] = period;
    total = &h->total[h->period_count++ * width];
    memset(total, 0, width * sizeof *total);
    return total;
}

/* ---- entries ---------------------------------------------------------------------------- */

static int64_t
amount_of(const struct baseline_compare *c, const struct operator_entry *e)
{
    struct value v = e->inputs[c->input];

    if (!v.set)
        return 0;
    if (c->counts)
        return NUMBER_SCALE;
    v = value_round(v);
    return v.num < INT64_MIN || v.num > INT64_MAX ? 0 : (int64_t)v.num;
}

static void
expire(const struct baseline *b, struct history *h, int64_t now_us)
{
    size_t width = b->spec.compare_count;

    while (h->count > 0 && h->recent[h->from].at_us <= now_us - b->spec.recent_days * US_PER_DAY) {
        for (size_t c = 0; c < width; c++)
            h->now[c] -= h->amount[h->from * width + c];
        h->from++;
        h->count--;
    }
    if (h->count == 0)
        h->from = 0;
}

/* Is the key's last transaction so long ago that it counts as new? */
static bool
is_over(const struct history *h, int64_t now_us)
{
    return h->live && now_us - h->last_us >= FORGET_DAYS * US_PER_DAY;
}

static void
forget(struct history *h)
{
    history_free(h);
    *h = (struct history){0};
}

/* When the key was last seen before this entry; rows of a day without times are of one moment. */
static void
note_time(struct history *h, const struct operator_entry *e, int64_t *before_us)
{
    if (!h->live) {
        *h = (struct history){.live = true,
            .first_us = e->at_us,
            .last_us = e->at_us,
            .earlier_us = NEVER,
            .previous_us = NEVER,
            .last_number = e->number,
            .group_period = NEVER,
            .past_period = NEVER};
        *before_us = NEVER;
        return;
    }
    if (e->at_us > h->last_us)
        h->earlier_us = h->last_us;
    if (e->number != h->last_number)
        h->previous_us = h->last_us;
    h->last_us = e->at_us;
    h->last_number = e->number;
    *before_us = e->date_only ? h->earlier_us : h->previous_us;
}

static bool
put_entry(struct baseline *b, struct history *h, const struct operator_entry *e)
{
    size_t width = b->spec.compare_count, at;
    int128 *total = open_period(b, h, period_of(b, e->at_us), newest_used(b, e->at_us));

    if (total == NULL || !room_for_recent(b, h))
        return false;
    at = h->from + h->count++;
    h->recent[at] = (struct recent){e->at_us, e->number};
    for (size_t c = 0; c < width; c++) {
        int64_t amount = amount_of(&b->spec.compare[c], e);

        h->amount[at * width + c] = amount;
        h->now[c] += amount;
        total[c] += amount;
    }
    return true;
}

/* ---- peers --------------------------------------------------------------------------------- */

/* The members gathered become those of the last complete period. */
static bool
close_period(struct baseline *b, int64_t next)
{
    bool good = peers_begin(b->peers, b->open == next - 1 ? b->member_count : 0);

    for (size_t i = 0; good && b->open == next - 1 && i < b->member_count; i++) {
        struct history *h = &b->history[b->member[i]];

        assert(h->period[h->period_count - 1] == b->open);
        h->past_group = h->group;
        h->past_period = b->open;
        peers_put(b->peers, h->group, b->member[i],
            &h->total[(h->period_count - 1) * b->spec.compare_count]);
    }
    if (good)
        peers_end(b->peers);
    b->member_count = 0;
    b->open = next;
    return good;
}

static bool
join_group(struct baseline *b, uint32_t key, int64_t group)
{
    struct history *h = &b->history[key];

    if (h->group_period != b->open) {
        if (b->member_count == b->member_cap) {
            size_t cap = b->member_cap == 0 ? 64 : b->member_cap * 2;
            uint32_t *grown = alloc_grow(b->member, cap * sizeof *grown);

            if (grown == NULL)
                return false;
            b->member = grown;
            b->member_cap = cap;
        }
        b->member[b->member_count++] = key;
        h->group_period = b->open;
    }
    h->group = group;
    return true;
}

static void
measure_peers(const struct baseline *b, uint32_t key, const struct value *group, uint32_t c,
    struct value *out)
{
    const struct history *h = &b->history[key];
    struct baseline_middle middle;
    struct peer own = {.key = key};
    bool inside = group->set && h->past_period == b->open - 1 && h->past_group == group->num;

    out[BASELINE_PEER_Z] = out[BASELINE_PEER_RATIO] = value_missing(TYPE_NUMBER);
    for (size_t i = h->period_count; inside && i-- > 0;)
        if (h->period[i] == h->past_period) {
            own.group = h->past_group;
            own.total = h->total[i * b->spec.compare_count + c];
        }
    if (!group->set || !peers_middle(b->peers, c, (int64_t)group->num, inside ? &own : NULL,
                           &b->spec.compare[c], &middle))
        return;
    baseline_floor(&middle, &b->spec.compare[c], b->spec.spread_floor);
    out[BASELINE_PEER_Z] = baseline_z(h->now[c], &middle);
    out[BASELINE_PEER_RATIO] = baseline_ratio(h->now[c], &middle);
}

/* ---- measures -------------------------------------------------------------------------------- */

static struct value
stored(const struct baseline_compare *c, int128 num)
{
    struct value v = value_num(c->type, num);

    v.currency = (int32_t)c->currency;
    return v;
}

/* What the key had in the `count` periods up to `newest`. */
static struct baseline_middle
usual_of(
    const struct baseline *b, const struct history *h, uint32_t c, int64_t newest, int64_t count)
{
    struct baseline_middle m = {.den = count};
    struct deviation d = {.set = (uint32_t)count};

    for (size_t i = 0; i < h->period_count; i++) {
        int128 total = h->total[i * b->spec.compare_count + c];

        if (h->period[i] > newest || h->period[i] <= newest - count)
            continue;
        m.num += total;
        d.set--;
        if (total < INT64_MIN || total > INT64_MAX)
            d.wide++;
        else
            deviation_add(&d, (int64_t)total);
    }
    m.spread = deviation_value(&d, b->spec.compare[c].type, b->spec.compare[c].currency);
    return m;
}

static void
measure_compare(
    const struct baseline *b, const struct history *h, uint32_t c, int64_t at_us, struct value *out)
{
    const struct baseline_compare *compare = &b->spec.compare[c];
    int64_t newest = newest_used(b, at_us), count = newest - period_of(b, h->first_us) + 1;
    struct baseline_middle middle;

    out[BASELINE_VALUE] = stored(compare, h->now[c]);
    out[BASELINE_USUAL] = out[BASELINE_SPREAD] = value_missing(compare->type);
    out[BASELINE_Z] = out[BASELINE_RATIO] = value_missing(TYPE_NUMBER);
    if (count > b->spec.periods)
        count = b->spec.periods;
    if (count < b->spec.min_history)
        return;
    middle = usual_of(b, h, c, newest, count);
    baseline_floor(&middle, compare, b->spec.spread_floor);
    out[BASELINE_USUAL] = stored(compare, middle.num);
    out[BASELINE_USUAL].den = count;
    out[BASELINE_SPREAD] = middle.spread;
    out[BASELINE_Z] = baseline_z(h->now[c], &middle);
    out[BASELINE_RATIO] = baseline_ratio(h->now[c], &middle);
}

static void
measure(struct baseline *b, const struct operator_entry *e, int64_t before_us)
{
    const struct history *h = &b->history[e->key];
    struct value *out = b->value;

    for (uint32_t c = 0; c < b->spec.compare_count; c++, out += b->measures) {
        measure_compare(b, h, c, e->at_us, out);
        if (b->peers != NULL)
            measure_peers(b, e->key, &e->inputs[b->spec.peers], c, out);
    }
    out[0] = before_us == NEVER ? value_missing(TYPE_DURATION)
                                : value_num(TYPE_DURATION, e->at_us - before_us);
    out[1] = value_num(TYPE_DURATION, e->at_us - h->first_us);
}

/* ---- the door ----------------------------------------------------------------------------------
 */

static bool
baseline_add(void *state, const struct operator_entry *e, operator_judge_fn judge, void *context)
{
    struct baseline *b = state;
    struct history *h;
    int64_t before_us, period = period_of(b, e->at_us);

    if (!room_for_key(b, e->key) ||
        (b->peers != NULL && period != b->open && !close_period(b, period)))
        return false;
    h = &b->history[e->key];
    if (is_over(h, e->at_us))
        forget(h);
    note_time(h, e, &before_us);
    expire(b, h, e->at_us);
    if (!put_entry(b, h, e) || (b->peers != NULL && e->inputs[b->spec.peers].set &&
                                   !join_group(b, e->key, (int64_t)e->inputs[b->spec.peers].num)))
        return false;
    measure(b, e, before_us);
    return judge(
        context, &(struct operator_moment){
                     .key = e->key, .at_us = e->at_us, .number = e->number, .measures = b->value});
}

/* Once in a recent window all keys are looked at: what is over goes. */
static bool
baseline_advance(
    void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge, void *context)
{
    struct baseline *b = state;

    (void)conclude_us, (void)judge, (void)context;
    if (passed_us == INT64_MAX || passed_us == INT64_MIN ||
        (b->swept_us != NEVER && passed_us - b->swept_us < b->spec.recent_days * US_PER_DAY))
        return true;
    b->swept_us = passed_us;
    for (size_t i = 0; i < b->history_cap; i++) {
        struct history *h = &b->history[i];

        expire(b, h, passed_us);
        if (is_over(h, passed_us) && (b->peers == NULL || h->group_period != b->open))
            forget(h);
    }
    return true;
}

static size_t
baseline_evidence(const void *state, const struct operator_moment *m, uint64_t after,
    struct operator_quote *out, size_t max)
{
    const struct baseline *b = state;
    const struct history *h = &b->history[m->key];
    uint64_t last = after;
    size_t n = 0;

    for (size_t i = 0; i < h->count; i++) {
        uint64_t number = h->recent[h->from + i].number;

        if (number <= last)
            continue;
        last = number;
        if (n < max)
            out[n] = (struct operator_quote){number, "measured"};
        n++;
    }
    return n;
}

static size_t
baseline_bytes(const void *state)
{
    const struct baseline *b = state;
    size_t width = b->spec.compare_count;
    size_t sum = sizeof *b + b->history_cap * sizeof *b->history +
                 b->member_cap * sizeof *b->member + (b->peers == NULL ? 0 : peers_bytes(b->peers));

    for (size_t i = 0; i < b->history_cap; i++) {
        const struct history *h = &b->history[i];

        sum += h->cap * (sizeof *h->recent + width * sizeof *h->amount) +
               h->period_cap * (sizeof *h->period + width * sizeof *h->total);
    }
    return sum;
}

const struct operator_class baseline_class = {
    .add = baseline_add,
    .advance = baseline_advance,
    .evidence = baseline_evidence,
    .bytes = baseline_bytes,
    .free = baseline_free,
    .resumes = true,
};
