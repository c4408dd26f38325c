/*
 * sequence - events to partial matches, partial matches to moments.
 */
#include "operator/sequence_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/zone.h"

#define DAY_US_MOST (25 * INT64_C(3600000000)) /* when clocks go back */

static size_t
record_bytes(uint32_t units)
{
    return sizeof(struct record) + (units - 1) * sizeof(struct partial) +
           (size_t)units * (units - 1) / 2 * sizeof(uint32_t);
}

void *
sequence_new(const struct sequence_spec *spec, const struct hash_key *key)
{
    struct sequence *s = alloc_zero(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->spec = *spec;
    for (uint32_t i = 0; i < spec->step_count; i++) {
        memset(s->step_of + s->units, (int)i, spec->step[i].need);
        s->end_of[i] = s->units += spec->step[i].need;
    }
    s->measure_count = spec->step_count * SEQUENCE_STEP_MEASURES + 1 + spec->field_count;
    index_init(&s->index);
    cells_init(&s->records, record_bytes(s->units));
    fifo_init(&s->kept, sizeof(struct kept) + spec->field_count * sizeof(struct stored));
    fifo_init(&s->waiting, sizeof(struct waiting));
    pool_init(&s->store.pool);
    texts_init(&s->store.texts, key);
    return s;
}

static void
sequence_free(void *state)
{
    struct sequence *s = state;

    for (; !fifo_empty(&s->waiting); fifo_drop(&s->waiting))
        sequence_drop(s, sequence_waiting(s, fifo_first(&s->waiting))->found);
    index_fini(&s->index);
    cells_fini(&s->records);
    fifo_fini(&s->kept);
    fifo_fini(&s->waiting);
    pool_fini(&s->store.pool);
    texts_fini(&s->store.texts);
    alloc_free(s->day);
    alloc_free(s->offer);
    alloc_free(s->quote);
    alloc_free(s);
}

static size_t
sequence_bytes(const void *state)
{
    const struct sequence *s = state;

    return sizeof *s + index_bytes(&s->index) + cells_bytes(&s->records) + fifo_bytes(&s->kept) +
           fifo_bytes(&s->waiting) + pool_bytes(&s->store.pool) + texts_bytes(&s->store.texts) +
           s->day_cap * sizeof *s->day + s->offer_cap * sizeof *s->offer +
           s->quote_cap * sizeof *s->quote + s->found_bytes;
}

/* ---- what is kept of a key --------------------------------------------------- */

void
sequence_clear(struct record *r, uint32_t partials)
{
    for (uint32_t i = 0; i < partials; i++)
        r->partial[i].start_us = INT64_MIN;
}

struct record *
sequence_record(struct sequence *s, uint32_t key)
{
    uint32_t at = index_find(&s->index, key);
    struct record *r;

    if (at != INDEX_NONE)
        return cells_at(&s->records, at);
    at = cells_take(&s->records);
    if (at == CELLS_NONE)
        return NULL;
    r = cells_at(&s->records, at);
    *r = (struct record){.key = key};
    sequence_clear(r, s->units - 1);
    if (index_add(&s->index, key, at))
        return r;
    cells_give(&s->records, at);
    return NULL;
}

bool
sequence_keep(struct sequence *s, struct record *r, const struct event *e, uint32_t *name)
{
    struct kept *k;

    *name = fifo_next(&s->kept);
    k = fifo_add(&s->kept);
    if (k == NULL)
        return false;
    *k = (struct kept){.at_us = e->at_us,
        .number = e->number,
        .amount = e->amount,
        .record = index_find(&s->index, r->key),
        .back = r->newest,
        .steps = e->steps,
        .date_only = e->date_only};
    memcpy(k->field, e->field, s->spec.field_count * sizeof *k->field);
    r->newest = *name;
    r->live++;
    r->count++;
    return true;
}

static void
let_go(struct sequence *s, const struct stored *field)
{
    for (uint32_t i = 0; i < s->spec.field_count; i++)
        if (field[i].kind == STORED_KEPT)
            texts_give(&s->store.texts, (uint32_t)field[i].bits);
}

/* What no match can hold any more has left; the deadline of a waiting one is seen to before. */
static void
expire(struct sequence *s, int64_t at_us)
{
    int64_t until_us = at_us - s->spec.within_us - s->spec.for_us;

    while (!fifo_empty(&s->kept)) {
        const struct kept *k = sequence_kept(s, fifo_first(&s->kept));
        struct record *r = cells_at(&s->records, k->record);
        uint32_t at = k->record;

        if (k->at_us > until_us)
            return;
        let_go(s, k->field);
        fifo_drop(&s->kept);
        r->live--;
        if (r->count > r->live)
            r->count = r->live;
        if (r->live == 0) {
            index_drop(&s->index, r->key);
            cells_give(&s->records, at);
        }
    }
}

/* ---- partial matches ------------------------------------------------------------ */

bool
sequence_goes_on(const struct sequence *s, const struct record *r, uint32_t units, int64_t at_us)
{
    const struct partial *p = &r->partial[units - 1];
    uint32_t step;
    int64_t from_us;

    if (units == 0)
        return true;
    if (p->start_us == INT64_MIN || at_us - p->start_us >= s->spec.within_us)
        return false;
    step = s->step_of[units];
    from_us = step != s->step_of[units - 1] ? p->done_us : p->prev_us;
    return s->spec.step[step].within_us == 0 || at_us - from_us < s->spec.step[step].within_us;
}

void
sequence_install(struct sequence *s, struct record *r, uint32_t units, const struct partial *with,
    const uint32_t *chain)
{
    struct partial *old = &r->partial[units - 1];

    if (old->start_us > with->start_us ||
        (old->start_us == with->start_us && old->prev_us > with->prev_us))
        return;
    if (old->start_us != INT64_MIN && old->start_us < with->start_us &&
        with->done_us - old->start_us < s->spec.within_us &&
        units == s->end_of[s->step_of[units - 1]])
        s->lost++;
    *old = *with;
    memcpy(sequence_chain(s, r, units), chain, units * sizeof *chain);
}

static void
use_up(struct sequence *s, struct record *r)
{
    sequence_clear(r, s->units - 1);
    r->count = 0;
}

void
sequence_cancel(struct sequence *s, struct record *r)
{
    if (!r->waits)
        return;
    sequence_waiting(s, r->waiting)->cancelled = true;
    r->waits = false;
    s->waits--;
}

static bool
judge_found(struct sequence *s, const struct found *f, uint32_t key, int64_t at_us, bool uncertain,
    const struct saying *say)
{
    struct operator_moment m = {.key = key,
        .at_us = at_us,
        .number = f->number,
        .measures = f->measure,
        .uncertain = uncertain};

    s->said = f;
    return say->judge(say->context, &m);
}

static bool
wait(struct sequence *s, struct record *r, const struct partial *with, const uint32_t *chain)
{
    uint32_t name = fifo_next(&s->waiting);
    struct waiting *w = fifo_add(&s->waiting);

    if (w == NULL)
        return false;
    *w = (struct waiting){.done_us = with->done_us,
        .key = r->key,
        .record = index_find(&s->index, r->key),
        .uncertain = with->uncertain};
    memcpy(w->chain, chain, s->units * sizeof *chain);
    r->waiting = name;
    r->waits = true;
    s->waits++;
    return true;
}

bool
sequence_complete(struct sequence *s, struct record *r, const struct partial *with,
    const uint32_t *chain, const struct saying *say, bool *used)
{
    struct found f;

    *used = s->spec.for_us == 0;
    if (!*used)
        return r->waits || wait(s, r, with, chain);
    if (!sequence_find(s, r, chain, &f) ||
        !judge_found(s, &f, r->key, with->done_us, with->uncertain, say))
        return false;
    use_up(s, r);
    return true;
}

/* ---- one event -------------------------------------------------------------------- */

bool
sequence_same_day(const struct sequence *s, int64_t day_us, int64_t at_us)
{
    const struct zone *z = s->spec.zone;

    return at_us - day_us < DAY_US_MOST &&
           civil_day_of(z == NULL ? at_us : zone_to_local(z, at_us)) ==
               civil_day_of(z == NULL ? day_us : zone_to_local(z, day_us));
}

/* The partial of `units` units with this event behind it, which `chain` is given too. */
static struct partial
extend(const struct sequence *s, struct record *r, uint32_t units, const struct event *e,
    uint32_t name, uint32_t *chain)
{
    struct partial p = {.start_us = e->at_us, .prev_us = e->at_us, .done_us = e->at_us};
    const struct partial *from = &r->partial[units - 1];
    const struct kept *last;

    chain[units] = name;
    if (units == 0)
        return p;
    memcpy(chain, sequence_chain(s, r, units), units * sizeof *chain);
    last = sequence_kept(s, chain[units - 1]);
    p.start_us = from->start_us;
    p.prev_us = s->step_of[units] != s->step_of[units - 1] ? from->done_us : from->prev_us;
    p.uncertain = from->uncertain ||
                  (last->date_only && !e->date_only && sequence_same_day(s, last->at_us, e->at_us));
    return p;
}

static bool
go_on(struct sequence *s, struct record *r, const struct event *e, uint32_t name,
    const struct saying *say)
{
    uint32_t chain[SEQUENCE_UNITS_MAX];
    struct partial with;
    bool used;

    for (uint32_t units = s->units; units > 0; units--) {
        uint32_t step = s->step_of[units - 1];
        bool goes = (e->steps >> step & 1) != 0 && sequence_goes_on(s, r, units - 1, e->at_us);

        if (goes)
            with = extend(s, r, units - 1, e, name, chain);
        if (units == s->end_of[step] && (e->absent >> step & 1) != 0) {
            if (units == s->units)
                sequence_cancel(s, r);
            else
                r->partial[units - 1].start_us = INT64_MIN;
        }
        if (!goes)
            continue;
        if (units < s->units) {
            sequence_install(s, r, units, &with, chain);
            continue;
        }
        if (!sequence_complete(s, r, &with, chain, say, &used))
            return false;
        if (used)
            return true;
    }
    return true;
}

bool
sequence_apply(struct sequence *s, const struct event *e, const struct saying *say)
{
    uint32_t at = index_find(&s->index, e->key), name = 0;
    struct record *r = at == INDEX_NONE ? NULL : cells_at(&s->records, at);

    if (r == NULL && (e->never || e->steps == 0))
        return true;
    if (e->never) {
        sequence_cancel(s, r);
        use_up(s, r);
        return true;
    }
    if (e->steps != 0 &&
        ((r = sequence_record(s, e->key)) == NULL || !sequence_keep(s, r, e, &name)))
        return false;
    return go_on(s, r, e, name, say);
}

/* ---- waiting ------------------------------------------------------------------------- */

bool
sequence_fix(struct sequence *s, struct waiting *w)
{
    struct found f;

    if (w->found == NULL && sequence_find(s, cells_at(&s->records, w->record), w->chain, &f))
        w->found = sequence_copy(s, &f);
    return w->found != NULL;
}

/* Deadlines up to this time have come: what counts is fixed, and used up. */
static bool
fix_until(struct sequence *s, int64_t at_us)
{
    for (; s->fixed != fifo_next(&s->waiting); s->fixed++) {
        struct waiting *w = sequence_waiting(s, s->fixed);
        struct record *r;

        if (w->cancelled)
            continue;
        if (w->done_us > at_us - s->spec.for_us)
            return true;
        if (!sequence_fix(s, w))
            return false;
        r = cells_at(&s->records, w->record);
        r->waits = false;
        use_up(s, r);
    }
    return true;
}

static bool
say_until(struct sequence *s, int64_t conclude_us, const struct saying *say)
{
    while (s->fixed != fifo_first(&s->waiting)) {
        struct waiting *w = sequence_waiting(s, fifo_first(&s->waiting));
        bool good;

        if (!w->cancelled && w->done_us > conclude_us - s->spec.for_us)
            return true;
        good = w->cancelled ||
               judge_found(s, w->found, w->key, w->done_us + s->spec.for_us, w->uncertain, say);
        s->waits -= !w->cancelled;
        sequence_drop(s, w->found);
        fifo_drop(&s->waiting);
        if (!good)
            return false;
    }
    return true;
}

/* Event time goes on to this moment. */
static bool
go_to(struct sequence *s, int64_t at_us)
{
    if (!fix_until(s, at_us))
        return false;
    expire(s, at_us);
    return true;
}

/* ---- the door ---------------------------------------------------------------------------- */

static int
by_key(const void *left, const void *right)
{
    const struct event *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* The waiting day is over, key by key. */
static bool
end_day(struct sequence *s, const struct saying *say)
{
    bool good = s->day_count == 0 || go_to(s, s->day_us);
    size_t i = 0;

    if (s->day_count > 1)
        qsort(s->day, s->day_count, sizeof *s->day, by_key);
    while (i < s->day_count && good) {
        size_t from = i;

        while (i < s->day_count && s->day[i].key == s->day[from].key)
            i++;
        good = i - from == 1 ? sequence_apply(s, &s->day[from], say)
                             : sequence_day(s, &s->day[from], i - from, say);
    }
    s->day_count = 0;
    return good;
}

static bool
wait_for_day(struct sequence *s, const struct event *e)
{
    if (s->day_count == s->day_cap) {
        size_t cap = s->day_cap == 0 ? 64 : s->day_cap * 2;
        struct event *more = alloc_grow(s->day, cap * sizeof *more);

        if (more == NULL)
            return false;
        s->day = more;
        s->day_cap = cap;
    }
    s->day[s->day_count++] = *e;
    s->day_us = e->at_us;
    return true;
}

static bool
take(struct sequence *s, const struct event *e, const struct saying *say)
{
    if (s->day_us < e->at_us && !end_day(s, say))
        return false;
    if (e->date_only)
        return wait_for_day(s, e);
    return go_to(s, e->at_us) && sequence_apply(s, e, say);
}

static bool
release(struct sequence *s, const struct saying *say)
{
    if (!s->holds)
        return true;
    s->holds = false;
    return take(s, &s->held, say);
}

static bool
holds(const struct operator_entry *e, int input)
{
    return input != SEQUENCE_NONE && e->inputs[input].set && e->inputs[input].num != 0;
}

static bool
read_event(struct sequence *s, const struct operator_entry *e, struct event *out)
{
    const struct value *amount = &e->inputs[SEQUENCE_AMOUNT];

    *out = (struct event){.number = e->number,
        .at_us = e->at_us,
        .amount = amount->set ? (int64_t)amount->num : INT64_MIN,
        .key = e->key,
        .date_only = e->date_only,
        .never = holds(e, s->spec.never)};
    for (uint32_t i = 0; i < s->spec.step_count; i++) {
        out->steps |= (uint8_t)((unsigned)(!out->never && holds(e, SEQUENCE_WHEN + (int)i)) << i);
        out->absent |= (uint8_t)((unsigned)holds(e, s->spec.step[i].absent) << i);
    }
    for (uint32_t i = 0; i < s->spec.field_count; i++) {
        const struct sequence_field *f = &s->spec.field[i];

        if ((out->steps >> f->step & 1) == 0 || !e->inputs[f->input].set)
            continue;
        if (!stored_take(&s->store, &e->inputs[f->input], f->type, f->currency, &out->field[i]))
            return false;
    }
    return true;
}

/* The other side of the transaction that is held: one event of both. */
static void
join(struct sequence *s, const struct event *other)
{
    struct event *e = &s->held;

    for (uint32_t i = 0; i < s->spec.field_count; i++) {
        if ((e->steps >> s->spec.field[i].step & 1) == 0)
            e->field[i] = other->field[i];
        else if (other->field[i].kind == STORED_KEPT)
            texts_give(&s->store.texts, (uint32_t)other->field[i].bits);
    }
    e->steps |= other->steps;
    e->absent |= other->absent;
    e->never |= other->never;
    if (!e->never)
        return;
    let_go(s, e->field);
    e->steps = 0;
}

static bool
sequence_add(void *state, const struct operator_entry *e, operator_judge_fn judge, void *context)
{
    struct sequence *s = state;
    const struct saying say = {judge, context};
    struct event event;

    if (!read_event(s, e, &event))
        return false;
    if (s->holds && s->held.number == event.number && s->held.key == event.key) {
        join(s, &event);
        return release(s, &say);
    }
    if (!release(s, &say))
        return false;
    if (!s->spec.both_sides || e->side != 0)
        return take(s, &event, &say);
    s->held = event;
    s->holds = true;
    return true;
}

static bool
sequence_advance(
    void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge, void *context)
{
    struct sequence *s = state;
    const struct saying say = {judge, context};

    if ((s->held.at_us < passed_us && !release(s, &say)) ||
        (s->day_us < passed_us && !end_day(s, &say)))
        return false;
    if (passed_us == INT64_MAX) /* what waits on may still be disturbed */
        return fix_until(s, conclude_us) && say_until(s, conclude_us, &say);
    return go_to(s, passed_us) && say_until(s, conclude_us, &say);
}

static size_t
sequence_evidence(const void *state, const struct operator_moment *m, uint64_t after,
    struct operator_quote *out, size_t max)
{
    const struct sequence *s = state;

    (void)m, (void)after;
    if (s->said->quote_count <= max)
        memcpy(out, s->said->quote, s->said->quote_count * sizeof *out);
    return s->said->quote_count;
}

static uint64_t
sequence_waits(const void *state)
{
    return ((const struct sequence *)state)->waits;
}

static void
sequence_counts(const void *state, struct operator_counts *out)
{
    const struct sequence *s = state;

    if (s->spec.related)
        out->lost = s->lost;
}

const struct operator_class sequence_class = {
    .add = sequence_add,
    .advance = sequence_advance,
    .evidence = sequence_evidence,
    .bytes = sequence_bytes,
    .waiting = sequence_waits,
    .counts = sequence_counts,
    .free = sequence_free,
};
