/*
 * sequence_found - what a finished match holds: which transaction belongs to which step, and what
 * is measured of them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "operator/sequence_private.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', NO_STEP = SEQUENCE_STEPS_MAX };

/* Certainly earlier: rows of one day that have no time come after all that have the same moment,
   and none of them before another. */
static bool
before(const struct kept *a, const struct kept *b)
{
    if (a->at_us != b->at_us)
        return a->at_us < b->at_us;
    return !a->date_only && (b->date_only || a->number < b->number);
}

static bool
same_day(const struct kept *a, const struct kept *b)
{
    return a->date_only && b->date_only && a->at_us == b->at_us;
}

/* The step whose unit the match took the transaction for. */
static uint32_t
chosen_for(const struct sequence *s, const uint32_t *chain, uint32_t name)
{
    for (uint32_t i = s->units; i-- > 0;)
        if (chain[i] == name)
            return s->step_of[i];
    return NO_STEP;
}

/* Does it lie between the step's neighbours? */
static bool
fits(const struct sequence *s, const uint32_t *chain, const struct kept *k, uint32_t step)
{
    const struct kept *last = sequence_kept(s, chain[s->units - 1]), *low, *high;
    int64_t within_us = s->spec.step[step].within_us;

    if ((k->steps >> step & 1) == 0)
        return false;
    if (step + 1 < s->spec.step_count) {
        high = sequence_kept(s, chain[s->end_of[step]]);
        if (!before(k, high) && !same_day(k, high))
            return false;
    }
    if (step == 0)
        return last->at_us - k->at_us < s->spec.within_us;
    low = sequence_kept(s, chain[s->end_of[step - 1] - 1]);
    return (before(low, k) || same_day(low, k)) &&
           (within_us == 0 || k->at_us - low->at_us < within_us);
}

static uint32_t
step_for(const struct sequence *s, const uint32_t *chain, uint32_t name)
{
    const struct kept *k = sequence_kept(s, name), *last = sequence_kept(s, chain[s->units - 1]);
    uint32_t step = chosen_for(s, chain, name);

    if (step != NO_STEP)
        return step;
    if (before(last, k))
        return NO_STEP;
    for (step = 0; step < s->spec.step_count; step++)
        if (fits(s, chain, k, step))
            return step;
    return NO_STEP;
}

/* ---- measures ----------------------------------------------------------------- */

struct tally {
    uint64_t count;
    int128 total;
    const struct kept *first, *last;
};

static void
count_in(struct tally *t, const struct kept *k)
{
    t->count++;
    if (k->amount != INT64_MIN)
        t->total += k->amount;
    if (t->first == NULL || k->at_us < t->first->at_us)
        t->first = k;
    if (t->last == NULL || k->at_us > t->last->at_us ||
        (k->at_us == t->last->at_us && k->number > t->last->number))
        t->last = k;
}

static void
measure(struct sequence *s, const struct tally *tally)
{
    struct value *out = s->measure;
    uint32_t steps = s->spec.step_count;

    for (uint32_t i = 0; i < steps; i++, out += SEQUENCE_STEP_MEASURES) {
        assert(tally[i].first != NULL && tally[i].last != NULL); /* a match has all its steps */
        out[SEQUENCE_COUNT] = value_num(TYPE_NUMBER, (int128)tally[i].count * NUMBER_SCALE);
        out[SEQUENCE_TOTAL] = value_money(EUR, tally[i].total);
        out[SEQUENCE_FIRST] = value_num(TYPE_TIME, tally[i].first->at_us);
        out[SEQUENCE_LAST] = value_num(TYPE_TIME, tally[i].last->at_us);
    }
    assert(steps > 0 && tally[steps - 1].last != NULL && tally[0].first != NULL);
    *out++ = value_num(TYPE_DURATION, tally[steps - 1].last->at_us - tally[0].first->at_us);
    for (uint32_t i = 0; i < s->spec.field_count; i++) {
        const struct sequence_field *f = &s->spec.field[i];

        assert(tally[f->step].last != NULL);
        *out++ = stored_value(&s->store, tally[f->step].last->field[i], f->type, f->currency);
    }
}

/* ---- the match ------------------------------------------------------------------ */

static int
by_number(const void *left, const void *right)
{
    const struct operator_quote *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

bool
sequence_find(struct sequence *s, const struct record *r, const uint32_t *chain, struct found *out)
{
    struct tally tally[SEQUENCE_STEPS_MAX] = {{0}};
    uint32_t name = r->newest;

    if (r->count > s->quote_cap) {
        struct operator_quote *more = alloc_grow(s->quote, 2 * (size_t)r->count * sizeof *more);

        if (more == NULL)
            return false;
        s->quote = more;
        s->quote_cap = 2 * (size_t)r->count;
    }
    *out = (struct found){.number = sequence_kept(s, chain[s->units - 1])->number,
        .quote = s->quote,
        .measure = s->measure};
    for (uint32_t i = 0; i < r->count; i++, name = sequence_kept(s, name)->back) {
        const struct kept *k = sequence_kept(s, name);
        uint32_t step = step_for(s, chain, name);

        if (step == NO_STEP)
            continue;
        count_in(&tally[step], k);
        s->quote[out->quote_count++] = (struct operator_quote){k->number, s->spec.step[step].name};
    }
    qsort(s->quote, out->quote_count, sizeof *s->quote, by_number);
    measure(s, tally);
    return true;
}

struct found *
sequence_copy(struct sequence *s, const struct found *f)
{
    size_t quotes = f->quote_count * sizeof *f->quote, bytes = sizeof *f + quotes, texts = 0;
    struct found *copy;
    char *text;

    for (uint32_t i = 0; i < s->measure_count; i++)
        if (f->measure[i].set && type_is_text(f->measure[i].type))
            texts += f->measure[i].text.size;
    bytes = (bytes + 15) / 16 * 16 + s->measure_count * sizeof *f->measure + texts;
    copy = alloc_take(bytes);
    if (copy == NULL)
        return NULL;
    *copy = *f;
    copy->bytes = bytes;
    copy->quote = (struct operator_quote *)(copy + 1);
    copy->measure = (struct value *)(void *)((char *)copy + (sizeof *f + quotes + 15) / 16 * 16);
    memcpy(copy->quote, f->quote, quotes);
    memcpy(copy->measure, f->measure, s->measure_count * sizeof *f->measure);
    text = (char *)(copy->measure + s->measure_count);
    for (uint32_t i = 0; i < s->measure_count; i++) {
        struct value *v = &copy->measure[i];

        if (!v->set || !type_is_text(v->type))
            continue;
        memcpy(text, v->text.at, v->text.size);
        v->text.at = text;
        text += v->text.size;
    }
    s->found_bytes += bytes;
    return copy;
}

void
sequence_drop(struct sequence *s, struct found *f)
{
    if (f == NULL)
        return;
    s->found_bytes -= f->bytes;
    alloc_free(f);
}
