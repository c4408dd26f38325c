#include "operator/score.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"

enum { FIRST_ROOM = 4 };

struct hit {
    int64_t at_us, points;
    uint32_t line;
    uint32_t behind; /* numbers of it, in the key's list of numbers */
};

/* What one line has in the span. */
struct tally {
    int64_t newest, sum; /* points */
    uint32_t count;
};

/* One entity: its hits in the span, oldest first, and the transactions behind them. */
struct entity {
    struct hit *hit;
    uint64_t *number;
    struct tally *tally;
    size_t from, count, cap;                      /* hits */
    size_t number_from, number_count, number_cap; /* numbers */
    bool waiting;                                 /* is to be judged with this transaction */
};

struct timer {
    int64_t at_us;
    uint32_t key;
};

/* Room to put the evidence of a moment in order; always enough for any entity. */
struct quotes {
    struct operator_quote *at;
    size_t cap;
};

struct score {
    const struct score_spec *spec;
    struct entity *entity; /* by key */
    size_t entity_cap;
    struct timer *timer; /* every hit, oldest first: whose hits end when */
    size_t timer_from, timer_count, timer_cap;
    uint32_t *waiting; /* keys hit by the transaction at hand */
    size_t waiting_count, waiting_cap;
    int64_t at_us; /* of it */
    uint64_t at_number;
    struct quotes *quotes;
    struct value *measures;
};

static void
score_free(void *state)
{
    struct score *s = state;

    for (size_t i = 0; i < s->entity_cap; i++) {
        alloc_free(s->entity[i].hit);
        alloc_free(s->entity[i].number);
        alloc_free(s->entity[i].tally);
    }
    if (s->quotes != NULL)
        alloc_free(s->quotes->at);
    alloc_free(s->quotes);
    alloc_free(s->entity);
    alloc_free(s->timer);
    alloc_free(s->waiting);
    alloc_free(s->measures);
    alloc_free(s);
}

void *
score_open(const struct score_spec *spec)
{
    struct score *s = alloc_zero(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->spec = spec;
    s->measures = alloc_zero(SCORE_MEASURES + spec->named_count, sizeof *s->measures);
    s->quotes = alloc_zero(1, sizeof *s->quotes);
    if (s->measures == NULL || s->quotes == NULL) {
        score_free(s);
        return NULL;
    }
    return s;
}

/* ---- lists that lose their head ------------------------------------------------ */

/* Room for `more` behind `count` entries that start at *from; the gap in front is used first. */
static bool
room_behind(void **list, size_t *from, size_t count, size_t more, size_t *cap, size_t size)
{
    size_t want = *cap == 0 ? FIRST_ROOM : *cap;
    char *bytes = *list;

    if (*from + count + more <= *cap)
        return true;
    if (*from > 0)
        memmove(bytes, bytes + *from * size, count * size);
    *from = 0;
    while (want < count + more)
        want *= 2;
    if (want == *cap)
        return true;
    bytes = alloc_grow(*list, want * size);
    if (bytes == NULL)
        return false;
    *list = bytes;
    *cap = want;
    return true;
}

static bool
room_for_key(struct score *s, uint32_t key)
{
    size_t cap = s->entity_cap == 0 ? 64 : s->entity_cap;
    struct entity *grown;

    if (key < s->entity_cap)
        return true;
    while (cap <= key)
        cap *= 2;
    grown = alloc_grow(s->entity, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + s->entity_cap, 0, (cap - s->entity_cap) * sizeof *grown);
    s->entity = grown;
    s->entity_cap = cap;
    return true;
}

/* ---- points -------------------------------------------------------------------- */

static int64_t
points_of(const struct score_line *line, const struct value *by)
{
    bool overflow = false;

    if (line->band_count == 0)
        return line->points;
    for (size_t i = 0; by->set && i < line->band_count; i++) {
        const struct score_band *band = &line->bands[i];

        if (!band->below.set || value_compare(*by, band->below, &overflow) < 0)
            return overflow ? 0 : band->points;
    }
    return 0;
}

static int64_t
line_points(const struct score_line *line, const struct tally *t)
{
    int64_t points = t->count == 0 ? 0 : line->each ? t->sum : t->newest;

    return line->capped && points > line->at_most ? line->at_most : points;
}

static void
measure(struct score *s, const struct entity *e)
{
    const struct score_spec *spec = s->spec;
    int64_t score = 0, rules = 0;
    uint64_t seen = 0;

    for (uint32_t i = 0; i < spec->line_count; i++) {
        const struct score_line *line = &spec->line[i];

        score += line_points(line, &e->tally[i]);
        if (e->tally[i].count == 0 || (seen >> line->rule & 1) != 0)
            continue;
        seen |= UINT64_C(1) << line->rule;
        rules++;
    }
    s->measures[0] = value_num(TYPE_NUMBER, (int128)score * NUMBER_SCALE);
    s->measures[1] = value_num(TYPE_NUMBER, (int128)rules * NUMBER_SCALE);
    for (uint32_t i = 0; i < spec->named_count; i++)
        s->measures[SCORE_MEASURES + i] =
            value_num(TYPE_NUMBER, (int128)e->tally[spec->named[i]].count * NUMBER_SCALE);
}

/* ---- hits coming and going ------------------------------------------------------- */

/* Take out what is no longer in (now - over, now]. */
static void
expire(const struct score *s, struct entity *e, int64_t now_us)
{
    while (e->count > 0 && e->hit[e->from].at_us <= now_us - s->spec->over_us) {
        const struct hit *h = &e->hit[e->from++];
        struct tally *t = &e->tally[h->line];

        t->count--;
        t->sum -= h->points;
        e->number_from += h->behind;
        e->number_count -= h->behind;
        e->count--;
    }
}

/* All hits of the transaction at hand are in: judge every entity it touched, once. */
static bool
judge_waiting(struct score *s, operator_judge_fn judge, void *context)
{
    bool good = true;

    for (size_t i = 0; i < s->waiting_count; i++) {
        struct entity *e = &s->entity[s->waiting[i]];
        struct operator_moment m = {.key = s->waiting[i],
            .at_us = s->at_us,
            .number = s->at_number,
            .measures = s->measures};

        e->waiting = false;
        expire(s, e, s->at_us);
        measure(s, e);
        good = good && judge(context, &m);
    }
    s->waiting_count = 0;
    return good;
}

/* So that evidence never has to ask for memory. */
static bool
room_for_quotes(struct quotes *q, size_t count)
{
    struct operator_quote *grown;

    if (count <= q->cap)
        return true;
    grown = alloc_grow(q->at, count * 2 * sizeof *grown);
    if (grown == NULL)
        return false;
    q->at = grown;
    q->cap = count * 2;
    return true;
}

static bool
put_hit(struct score *s, struct entity *e, const struct operator_entry *in)
{
    const struct score_line *line = &s->spec->line[in->line];
    int64_t points = points_of(line, &in->inputs[0]);
    struct tally *t;

    if (e->tally == NULL)
        e->tally = alloc_zero(s->spec->line_count, sizeof *e->tally);
    if (e->tally == NULL ||
        !room_behind((void **)&e->hit, &e->from, e->count, 1, &e->cap, sizeof *e->hit) ||
        !room_behind((void **)&e->number, &e->number_from, e->number_count, in->behind_count,
            &e->number_cap, sizeof *e->number) ||
        !room_for_quotes(s->quotes, e->number_count + in->behind_count) ||
        !room_behind(
            (void **)&s->timer, &s->timer_from, s->timer_count, 1, &s->timer_cap, sizeof *s->timer))
        return false;
    e->hit[e->from + e->count++] = (struct hit){.at_us = in->at_us,
        .points = points,
        .line = in->line,
        .behind = (uint32_t)in->behind_count};
    if (in->behind_count > 0)
        memcpy(&e->number[e->number_from + e->number_count], in->behind,
            in->behind_count * sizeof *in->behind);
    e->number_count += in->behind_count;
    s->timer[s->timer_from + s->timer_count++] = (struct timer){in->at_us, in->key};
    t = &e->tally[in->line];
    t->count++;
    t->sum += points;
    t->newest = points;
    return true;
}

static bool
score_add(void *state, const struct operator_entry *in, operator_judge_fn judge, void *context)
{
    struct score *s = state;
    struct entity *e;

    assert(in->line < s->spec->line_count);
    if ((in->at_us != s->at_us || in->number != s->at_number) && !judge_waiting(s, judge, context))
        return false;
    s->at_us = in->at_us;
    s->at_number = in->number;
    if (!room_for_key(s, in->key))
        return false;
    e = &s->entity[in->key];
    expire(s, e, in->at_us);
    if (!put_hit(s, e, in))
        return false;
    if (e->waiting)
        return true;
    if (s->waiting_count == s->waiting_cap) {
        size_t cap = s->waiting_cap == 0 ? FIRST_ROOM : s->waiting_cap * 2;
        uint32_t *grown = alloc_grow(s->waiting, cap * sizeof *grown);

        if (grown == NULL)
            return false;
        s->waiting = grown;
        s->waiting_cap = cap;
    }
    s->waiting[s->waiting_count++] = in->key;
    e->waiting = true;
    return true;
}

/* Give back the memory of an entity without hits. */
static void
forget(struct entity *e)
{
    if (e->count > 0 || e->waiting)
        return;
    alloc_free(e->hit);
    alloc_free(e->number);
    alloc_free(e->tally);
    *e = (struct entity){0};
}

static bool
score_advance(
    void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge, void *context)
{
    struct score *s = state;

    (void)conclude_us;
    if (s->at_us < passed_us && !judge_waiting(s, judge, context))
        return false;
    if (passed_us == INT64_MAX) /* the end of the stream is no time: state stands as it is */
        return true;
    while (s->timer_count > 0 && s->timer[s->timer_from].at_us <= passed_us - s->spec->over_us) {
        struct entity *e = &s->entity[s->timer[s->timer_from++].key];

        s->timer_count--;
        expire(s, e, passed_us);
        forget(e);
    }
    return true;
}

/* Transactions of the hits in the span, in the total order, each once, under the role of the oldest
   hit that brought it. */
static size_t
gather_quotes(const struct score *s, const struct entity *e)
{
    struct operator_quote *quote = s->quotes->at;
    size_t n = 0, at = e->number_from;

    for (size_t i = 0; i < e->count; i++) {
        const struct hit *h = &e->hit[e->from + i];

        for (uint32_t k = 0; k < h->behind; k++) {
            uint64_t number = e->number[at++];
            size_t place = n;

            while (place > 0 && quote[place - 1].number > number)
                place--;
            if (place > 0 && quote[place - 1].number == number)
                continue;
            memmove(&quote[place + 1], &quote[place], (n - place) * sizeof *quote);
            quote[place] = (struct operator_quote){number, s->spec->line[h->line].role};
            n++;
        }
    }
    return n;
}

static size_t
score_evidence(const void *state, const struct operator_moment *m, uint64_t after,
    struct operator_quote *out, size_t max)
{
    const struct score *s = state;
    size_t count = gather_quotes(s, &s->entity[m->key]), n = 0;

    for (size_t i = 0; i < count; i++) {
        if (s->quotes->at[i].number <= after)
            continue;
        if (n < max)
            out[n] = s->quotes->at[i];
        n++;
    }
    return n;
}

static size_t
score_bytes(const void *state)
{
    const struct score *s = state;
    size_t sum = s->entity_cap * sizeof *s->entity + s->timer_cap * sizeof *s->timer;

    for (size_t i = 0; i < s->entity_cap; i++)
        sum += s->entity[i].cap * sizeof(struct hit) + s->entity[i].number_cap * sizeof(uint64_t) +
               (s->entity[i].tally != NULL ? s->spec->line_count * sizeof(struct tally) : 0);
    return sum;
}

const struct operator_class score_class = {
    .add = score_add,
    .advance = score_advance,
    .evidence = score_evidence,
    .bytes = score_bytes,
    .free = score_free,
};
