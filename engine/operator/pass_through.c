/*
 * pass_through - two queues for all keys, and in each key's record the totals over its part.
 *
 * Lots and payments lie in the order they came; each knows its key's neighbours. A lot enters, is
 * used up and leaves once, so an entry costs a constant number of steps on average.
 */
#include "operator/pass_through.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/zone.h"
#include "state/distinct.h"
#include "state/fifo.h"
#include "state/index.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };
#define DAY_US_MOST (25 * INT64_C(3600000000)) /* when clocks go back */
#define NOBODY UINT32_MAX

/* Wide sums in two words, so that records need no alignment of 16. */
struct wide {
    uint64_t low, high;
};

struct lot {
    int64_t at_us;
    uint64_t number : 62;
    uint64_t date_only : 1;
    uint64_t chosen : 1;  /* how much is used rests on a chosen order of date-only rows */
    int64_t amount, used; /* cents */
    struct wide held;     /* sum of used cents times microseconds they rested */
    uint32_t record;
    uint32_t other;      /* counterparty, NOBODY */
    uint32_t next, back; /* the key's neighbours, where it has any */
};

struct payment {
    int64_t at_us;
    uint64_t number;
    int64_t amount;
    uint32_t record, other, back;
};

/* Totals of one key over what its span holds. */
struct record {
    struct wide inflow, outflow, passed, held;
    struct distinct sources, targets;
    uint32_t key;
    uint32_t credits, debits;            /* lots, payments */
    uint32_t newest_lot, newest_payment; /* where there are any */
    uint32_t open;                       /* the oldest lot with something left, if open_count */
    uint32_t open_count;                 /* lots from there on */
    uint32_t chosen;                     /* lots so marked */
    int64_t day_us;                      /* the newest day that brought lots without a time */
    uint32_t day_lots;                   /* how many of them */
};

/* A date-only entry whose moment is not over. */
struct waiting {
    uint64_t number;
    int64_t amount;
    uint32_t key, other;
    uint8_t side;
};

struct pass_through {
    struct pass_through_spec spec;
    struct index index; /* key to record */
    struct cells records;
    struct fifo lots, payments;
    struct store store;  /* of the distinct counterparties */
    struct waiting *day; /* of day_us, in the total order */
    size_t day_count, day_cap;
    int64_t day_us;
};

static struct lot *
lot_at(const struct pass_through *p, uint32_t name)
{
    return fifo_at(&p->lots, name);
}

static struct payment *
payment_at(const struct pass_through *p, uint32_t name)
{
    return fifo_at(&p->payments, name);
}

struct pass_through *
pass_through_new(const struct pass_through_spec *spec)
{
    struct pass_through *p = alloc_zero(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->spec = *spec;
    index_init(&p->index);
    cells_init(&p->records, sizeof(struct record));
    fifo_init(&p->lots, sizeof(struct lot));
    fifo_init(&p->payments, sizeof(struct payment));
    pool_init(&p->store.pool);
    return p;
}

static void
pass_through_free(void *state)
{
    struct pass_through *p = state;

    index_fini(&p->index);
    cells_fini(&p->records);
    fifo_fini(&p->lots);
    fifo_fini(&p->payments);
    pool_fini(&p->store.pool);
    alloc_free(p->day);
    alloc_free(p);
}

static size_t
pass_through_bytes(const void *state)
{
    const struct pass_through *p = state;

    return sizeof *p + index_bytes(&p->index) + cells_bytes(&p->records) + fifo_bytes(&p->lots) +
           fifo_bytes(&p->payments) + pool_bytes(&p->store.pool) + p->day_cap * sizeof *p->day;
}

/* ---- sums ------------------------------------------------------------------ */

static uint128
wide_number(struct wide w)
{
    return (uint128)w.high << 64 | w.low;
}

static void
wide_add(struct wide *w, uint128 n)
{
    n += wide_number(*w);
    *w = (struct wide){(uint64_t)n, (uint64_t)(n >> 64)};
}

static void
wide_take(struct wide *w, uint128 n)
{
    wide_add(w, -n);
}

/* ---- keys ------------------------------------------------------------------ */

static struct record *
record_of(struct pass_through *p, uint32_t key)
{
    uint32_t at = index_find(&p->index, key);
    struct record *r;

    if (at != INDEX_NONE)
        return cells_at(&p->records, at);
    at = cells_take(&p->records);
    if (at == CELLS_NONE)
        return NULL;
    r = cells_at(&p->records, at);
    *r = (struct record){.key = key, .day_us = INT64_MIN};
    if (index_add(&p->index, key, at))
        return r;
    cells_give(&p->records, at);
    return NULL;
}

static struct stored
party(uint32_t other)
{
    return (struct stored){.bits = other, .kind = STORED_PLAIN};
}

static bool
meet(struct pass_through *p, struct distinct *d, uint32_t other)
{
    if (other == NOBODY)
        return true;
    if (!distinct_reserve(d, &p->store))
        return false;
    (void)distinct_add(d, &p->store, party(other));
    return true;
}

static void
forget(struct pass_through *p, struct distinct *d, uint32_t other)
{
    if (other != NOBODY)
        (void)distinct_drop(d, &p->store, party(other));
}

static void
drop_if_empty(struct pass_through *p, struct record *r, uint32_t at)
{
    if (r->credits > 0 || r->debits > 0)
        return;
    distinct_fini(&r->sources, &p->store);
    distinct_fini(&r->targets, &p->store);
    index_drop(&p->index, r->key);
    cells_give(&p->records, at);
}

/* ---- what leaves ------------------------------------------------------------- */

static void
drop_lot(struct pass_through *p)
{
    const struct lot *lot = lot_at(p, fifo_first(&p->lots));
    struct record *r = cells_at(&p->records, lot->record);
    uint32_t at = lot->record;

    wide_take(&r->inflow, (uint128)lot->amount);
    wide_take(&r->passed, (uint128)lot->used);
    wide_take(&r->held, wide_number(lot->held));
    forget(p, &r->sources, lot->other);
    if (r->open_count == r->credits) {
        r->open_count--;
        r->open = lot->next;
    }
    r->credits--;
    r->chosen -= lot->chosen;
    r->day_lots -= lot->date_only && lot->at_us == r->day_us;
    fifo_drop(&p->lots);
    drop_if_empty(p, r, at);
}

static void
drop_payment(struct pass_through *p)
{
    const struct payment *pay = payment_at(p, fifo_first(&p->payments));
    struct record *r = cells_at(&p->records, pay->record);
    uint32_t at = pay->record;

    wide_take(&r->outflow, (uint128)pay->amount);
    forget(p, &r->targets, pay->other);
    r->debits--;
    fifo_drop(&p->payments);
    drop_if_empty(p, r, at);
}

/* What is `within` old at this time, or older, has left. */
static void
expire(struct pass_through *p, int64_t at_us)
{
    int64_t until_us = at_us - p->spec.within_us;

    while (!fifo_empty(&p->lots) && lot_at(p, fifo_first(&p->lots))->at_us <= until_us)
        drop_lot(p);
    while (!fifo_empty(&p->payments) && payment_at(p, fifo_first(&p->payments))->at_us <= until_us)
        drop_payment(p);
}

/* ---- what comes in and goes out ------------------------------------------------ */

static bool
add_lot(struct pass_through *p, const struct waiting *w, int64_t at_us, bool date_only)
{
    struct record *r = record_of(p, w->key);
    uint32_t name = fifo_next(&p->lots);
    struct lot *lot;

    if (r == NULL || !meet(p, &r->sources, w->other) || (lot = fifo_add(&p->lots)) == NULL)
        return false;
    *lot = (struct lot){.at_us = at_us,
        .number = w->number & (UINT64_MAX >> 2),
        .date_only = date_only,
        .amount = w->amount,
        .record = index_find(&p->index, w->key),
        .other = w->other,
        .back = r->newest_lot};
    if (r->credits > 0)
        lot_at(p, r->newest_lot)->next = name;
    if (r->open_count == 0)
        r->open = name;
    r->newest_lot = name;
    r->credits++;
    r->open_count++;
    wide_add(&r->inflow, (uint128)lot->amount);
    if (date_only) {
        r->day_lots = at_us == r->day_us ? r->day_lots + 1 : 1;
        r->day_us = at_us;
    }
    return true;
}

static int64_t
local_day(const struct pass_through *p, int64_t at_us)
{
    return civil_day_of(p->spec.zone == NULL ? at_us : zone_to_local(p->spec.zone, at_us));
}

/* Did the key's newest lots without a time come on the day of this moment? */
static bool
on_lots_day(const struct pass_through *p, const struct record *r, int64_t at_us)
{
    return r->day_lots > 0 && at_us - r->day_us < DAY_US_MOST &&
           local_day(p, at_us) == local_day(p, r->day_us);
}

/*
 * The oldest lots pay until the amount is met or nothing is left. A lot without a time that pays on
 * its own day does so by a choice of order; so does what pays while such a lot is in the span, as
 * the other order would have left more of that.
 */
static void
use_up(struct pass_through *p, struct record *r, int64_t amount, int64_t at_us, bool lots_day)
{
    bool chosen = r->chosen > 0;

    while (amount > 0 && r->open_count > 0) {
        struct lot *lot = lot_at(p, r->open);
        int64_t left = lot->amount - lot->used, part = amount < left ? amount : left;
        uint128 rested = (uint128)part * (uint128)(at_us - lot->at_us);

        amount -= part;
        lot->used += part;
        wide_add(&lot->held, rested);
        wide_add(&r->held, rested);
        wide_add(&r->passed, (uint128)part);
        chosen |= part > 0 && lots_day && lot->date_only && lot->at_us == r->day_us;
        if (part > 0 && chosen && !lot->chosen) {
            lot->chosen = 1;
            r->chosen++;
        }
        if (lot->used < lot->amount)
            return;
        r->open = lot->next;
        r->open_count--;
    }
}

static void
measure(const struct record *r, struct value *out)
{
    uint128 inflow = wide_number(r->inflow), passed = wide_number(r->passed);
    const uint32_t counts[] = {r->credits, r->debits, r->sources.used, r->targets.used};

    out[PASS_INFLOW] = value_money(EUR, (int128)inflow);
    out[PASS_OUTFLOW] = value_money(EUR, (int128)wide_number(r->outflow));
    out[PASS_PASSED] = value_money(EUR, (int128)passed);
    out[PASS_PASSED_SHARE] = value_missing(TYPE_NUMBER);
    out[PASS_HELD] = value_missing(TYPE_DURATION);
    if (inflow > 0) {
        out[PASS_PASSED_SHARE] = value_num(TYPE_NUMBER, (int128)passed * NUMBER_SCALE);
        out[PASS_PASSED_SHARE].den = (int128)inflow;
    }
    if (passed > 0) {
        out[PASS_HELD] = value_num(TYPE_DURATION, (int128)wide_number(r->held));
        out[PASS_HELD].den = (int128)passed;
    }
    for (unsigned i = 0; i < 4; i++)
        out[PASS_CREDITS + i] = value_num(TYPE_NUMBER, (int128)counts[i] * NUMBER_SCALE);
}

static bool
add_payment(struct pass_through *p, const struct waiting *w, int64_t at_us, operator_judge_fn judge,
    void *context)
{
    struct record *r = record_of(p, w->key);
    uint32_t name = fifo_next(&p->payments);
    struct value measures[PASS_MEASURES];
    struct operator_moment moment = {
        .key = w->key, .at_us = at_us, .number = w->number, .measures = measures};
    struct payment *pay;

    if (r == NULL || !meet(p, &r->targets, w->other) || (pay = fifo_add(&p->payments)) == NULL)
        return false;
    *pay = (struct payment){.at_us = at_us,
        .number = w->number,
        .amount = w->amount,
        .record = index_find(&p->index, w->key),
        .other = w->other,
        .back = r->newest_payment};
    r->newest_payment = name;
    r->debits++;
    wide_add(&r->outflow, (uint128)pay->amount);
    moment.uncertain = on_lots_day(p, r, at_us);
    use_up(p, r, pay->amount, at_us, moment.uncertain);
    moment.uncertain |= r->chosen > 0;
    measure(r, measures);
    return judge(context, &moment);
}

/* ---- the door --------------------------------------------------------------------- */

/* The waiting day is over: what came in, then what went out. */
static bool
end_day(struct pass_through *p, operator_judge_fn judge, void *context)
{
    bool good = true;

    if (p->day_count == 0)
        return true;
    expire(p, p->day_us);
    for (size_t i = 0; i < p->day_count && good; i++)
        good = p->day[i].side == 0 || add_lot(p, &p->day[i], p->day_us, true);
    for (size_t i = 0; i < p->day_count && good; i++)
        good = p->day[i].side != 0 || add_payment(p, &p->day[i], p->day_us, judge, context);
    p->day_count = 0;
    return good;
}

static bool
wait_for_day(struct pass_through *p, const struct waiting *w, int64_t at_us)
{
    if (p->day_count == p->day_cap) {
        size_t cap = p->day_cap == 0 ? 64 : p->day_cap * 2;
        struct waiting *more = alloc_grow(p->day, cap * sizeof *more);

        if (more == NULL)
            return false;
        p->day = more;
        p->day_cap = cap;
    }
    p->day[p->day_count++] = *w;
    p->day_us = at_us;
    return true;
}

static bool
pass_through_add(
    void *state, const struct operator_entry *e, operator_judge_fn judge, void *context)
{
    struct pass_through *p = state;
    const struct value *amount = &e->inputs[PASS_AMOUNT], *other = &e->inputs[PASS_OTHER];
    struct waiting w = {.number = e->number,
        .amount = amount->set && amount->num > 0 ? (int64_t)amount->num : 0,
        .key = e->key,
        .other = other->set ? (uint32_t)other->num : NOBODY,
        .side = e->side};

    if (p->spec.internal && e->inputs[PASS_INTERNAL].set && e->inputs[PASS_INTERNAL].num != 0)
        return true;
    if (p->day_us < e->at_us && !end_day(p, judge, context))
        return false;
    if (e->date_only)
        return wait_for_day(p, &w, e->at_us);
    expire(p, e->at_us);
    return e->side != 0 ? add_lot(p, &w, e->at_us, false)
                        : add_payment(p, &w, e->at_us, judge, context);
}

static bool
pass_through_advance(
    void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge, void *context)
{
    struct pass_through *p = state;

    (void)conclude_us;
    if (p->day_us < passed_us && !end_day(p, judge, context))
        return false;
    if (passed_us > INT64_MIN + p->spec.within_us)
        expire(p, passed_us);
    return true;
}

/*
 * Was all of this time and before quoted when `after` was the newest? Within one moment entries
 * need not be in the total order, so the moment of the first older one is quoted whole.
 */
static bool
quoted(uint64_t number, int64_t at_us, uint64_t after, int64_t *edge_us)
{
    if (number > after)
        return false;
    if (*edge_us == INT64_MIN)
        *edge_us = at_us;
    return at_us < *edge_us;
}

static int
by_number(const void *left, const void *right)
{
    const struct operator_quote *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

static size_t
pass_through_evidence(const void *state, const struct operator_moment *m, uint64_t after,
    struct operator_quote *out, size_t max)
{
    const struct pass_through *p = state;
    const struct record *r = cells_at(&p->records, index_find(&p->index, m->key));
    int64_t edge_us = INT64_MIN;
    uint32_t at = r->newest_lot;
    size_t n = 0;

    for (uint32_t i = 0; i < r->credits; i++, n++) {
        const struct lot *lot = lot_at(p, at);

        if (quoted(lot->number, lot->at_us, after, &edge_us))
            break;
        if (n < max)
            out[n] = (struct operator_quote){lot->number, "lot"};
        at = lot->back;
    }
    at = r->newest_payment;
    edge_us = INT64_MIN;
    for (uint32_t i = 0; i < r->debits; i++, n++) {
        const struct payment *pay = payment_at(p, at);

        if (quoted(pay->number, pay->at_us, after, &edge_us))
            break;
        if (n < max)
            out[n] = (struct operator_quote){pay->number, "payment"};
        at = pay->back;
    }
    if (n > 0 && n <= max)
        qsort(out, n, sizeof *out, by_number);
    return n;
}

const struct operator_class pass_through_class = {
    .add = pass_through_add,
    .advance = pass_through_advance,
    .evidence = pass_through_evidence,
    .bytes = pass_through_bytes,
    .free = pass_through_free,
    .resumes = true,
};
