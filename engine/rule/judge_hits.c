/*
 * judge_hits - hits on their way to the rules that hear them.
 *
 * A hit is kept until event time has passed it, so that all hits of one transaction are heard
 * together and in the total order of (time, transaction, rule), whatever slab brought them. Rules
 * are served by level: one that hears others comes after them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "rule/judge_private.h"

enum { BEHIND_MAX = 200 /* transactions kept of one hit, the newest */ };
#define LATE_STEP_US (INT64_C(3600) * 1000000) /* late ones are served in steps of event time */

struct waiting {
    int64_t at_us;
    uint64_t number;
    uint32_t rule, line, key;
    uint32_t behind;    /* how many */
    size_t behind_from; /* in hearing.behind */
    struct value by;    /* text is never handed over */
};

struct hearing {
    const struct rule *rule; /* the first of those that hear */
    struct looking *looking; /* it looks at hits in place of transactions; else NULL, and: */
    struct collection *c;
    uint32_t level;
    bool late;         /* some hit may come `lateness` behind event time */
    int64_t served_us; /* where late: how far the last serving went */
    struct waiting *wait;
    size_t count, cap;
    uint64_t *behind;
    size_t behind_count, behind_cap;
    uint64_t *newest; /* by key and line: the newest transaction handed over */
    size_t newest_cap;
};

/* ---- planning ------------------------------------------------------------------------ */

/* Shadow rules are on trial: nothing live rests on them. */
static bool
hears(const struct judge *j, const struct rule *rule, const struct rule *from)
{
    return j->active[from - j->rs->rule] &&
           (from->status != RULE_SHADOW || rule->status != RULE_LIVE);
}

static int
by_level(const void *left, const void *right)
{
    const struct hearing *a = left, *b = right;

    return (a->level > b->level) - (a->level < b->level);
}

static bool
listen_to(struct judge *j, uint32_t hearing, const struct feed *feed)
{
    size_t from = (size_t)(feed->rule - j->rs->rule);
    struct heard *grown;

    if (!hears(j, j->hearing[hearing].rule, feed->rule))
        return true;
    grown = alloc_grow(j->heard[from], (j->heard_count[from] + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    j->heard[from] = grown;
    grown[j->heard_count[from]++] = (struct heard){hearing, feed->line, feed->by};
    return true;
}

static bool
listen(struct judge *j, uint32_t hearing)
{
    const struct rule *rule = j->hearing[hearing].rule;
    const struct feed of = {.rule = rule->of, .by = FEED_COUNT};

    for (size_t i = 0; i < rule->feed_count; i++)
        if (!listen_to(j, hearing, &rule->feeds[i]))
            return false;
    return rule->of == NULL || listen_to(j, hearing, &of);
}

/* What collects in `group` or `c`, or in neither, hears other rules. */
static bool
add_hearing(struct judge *j, const struct rule *rule, struct group *group, struct collection *c)
{
    struct hearing *h = &j->hearing[j->hearing_count];

    *h = (struct hearing){.rule = rule,
        .c = c,
        .level = rule->level,
        .late = rule->of != NULL ? rule->of->late : rule->late,
        .served_us = INT64_MIN / 2};
    if (rule->of != NULL && (h->looking = judge_of_open(j, rule, group, c)) == NULL)
        return false;
    j->hearing_count++;
    return true;
}

static bool
add_hearings(struct judge *j)
{
    for (uint32_t i = 0; i < j->collection_count; i++)
        if (j->collection[i].rule->level > 0 &&
            !add_hearing(j, j->collection[i].rule, NULL, &j->collection[i]))
            return false;
    for (uint32_t i = 0; i < j->group_count; i++)
        if (j->group[i].rule->level > 0 && !add_hearing(j, j->group[i].rule, &j->group[i], NULL))
            return false;
    for (size_t r = 0; r < j->rs->rule_count; r++)
        if (j->active[r] && j->rs->rule[r].of != NULL && j->rs->rule[r].op == OPERATOR_NONE &&
            !add_hearing(j, &j->rs->rule[r], NULL, NULL))
            return false;
    return true;
}

bool
judge_hits_plan(struct judge *j)
{
    j->hearing = alloc_zero(j->rs->rule_count + 1, sizeof *j->hearing);
    j->heard = alloc_zero(j->rs->rule_count + 1, sizeof *j->heard);
    j->heard_count = alloc_zero(j->rs->rule_count + 1, sizeof *j->heard_count);
    if (j->hearing == NULL || j->heard == NULL || j->heard_count == NULL)
        return false;
    if (!add_hearings(j))
        return false;
    qsort(j->hearing, j->hearing_count, sizeof *j->hearing, by_level);
    for (uint32_t i = 0; i < j->hearing_count; i++)
        if (!listen(j, i))
            return false;
    return true;
}

void
judge_hits_free(struct judge *j)
{
    for (uint32_t i = 0; i < j->hearing_count; i++) {
        judge_of_close(j->hearing[i].looking);
        alloc_free(j->hearing[i].wait);
        alloc_free(j->hearing[i].behind);
        alloc_free(j->hearing[i].newest);
    }
    for (size_t r = 0; j->heard != NULL && r < j->rs->rule_count; r++)
        alloc_free(j->heard[r]);
    alloc_free(j->heard);
    alloc_free(j->heard_count);
    alloc_free(j->hearing);
}

/* ---- taking -------------------------------------------------------------------------- */

static bool
room(void **list, size_t *cap, size_t need, size_t size)
{
    size_t want = *cap == 0 ? 64 : *cap;
    char *grown;

    if (need <= *cap)
        return true;
    while (want < need)
        want *= 2;
    grown = alloc_grow(*list, want * size);
    if (grown == NULL)
        return false;
    memset(grown + *cap * size, 0, (want - *cap) * size);
    *list = grown;
    *cap = want;
    return true;
}

bool
judge_entity(const struct rule *rule, const struct draft *d, struct bytes *out)
{
    *out = d->hit.about;
    if (bytes_equal(rule->about_kind, d->rule->about_kind))
        return true;
    for (unsigned side = 0; d->txn != NULL && side < 2; side++) {
        unsigned span = side * TXN_PARTY_SPAN;

        if (!txn_has(d->txn, TXN_O_ACCOUNT + span) || !txn_has(d->txn, TXN_O_CUSTOMER + span) ||
            !bytes_equal(txn_text(d->txn, TXN_O_ACCOUNT + span), d->hit.about))
            continue;
        *out = txn_text(d->txn, TXN_O_CUSTOMER + span);
        return true;
    }
    return false;
}

/* Behind one line and entity only what is new is kept; operators may come back to older ones. */
static bool
take_behind(struct judge *j, struct hearing *h, const struct draft *d, struct waiting *w)
{
    size_t lines = h->c->rule->feed_count, count, skip;
    size_t at = (size_t)w->key * lines + w->line;

    if (!room((void **)&h->newest, &h->newest_cap, at + 1, sizeof *h->newest) ||
        !draft_quotes(j, d, h->newest[at], &count))
        return false;
    skip = count > BEHIND_MAX ? count - BEHIND_MAX : 0;
    if (!room(
            (void **)&h->behind, &h->behind_cap, h->behind_count + count - skip, sizeof *h->behind))
        return false;
    w->behind_from = h->behind_count;
    w->behind = (uint32_t)(count - skip);
    for (size_t i = skip; i < count; i++)
        h->behind[h->behind_count++] = j->quotes[i].number;
    if (count > 0 && j->quotes[count - 1].number > h->newest[at])
        h->newest[at] = j->quotes[count - 1].number;
    return true;
}

static bool
take_one(struct judge *j, const struct heard *heard, const struct draft *d)
{
    struct hearing *h = &j->hearing[heard->hearing];
    struct bytes about;
    struct waiting w = {.at_us = d->at_us,
        .number = d->number,
        .rule = d->hit.rule,
        .line = heard->line,
        .by = value_missing(TYPE_NUMBER)};

    if (!judge_entity(h->c->rule, d, &about)) {
        for (uint32_t r = 0; r < h->c->rule_count; r++)
            j->tally[h->c->rules[r]].counts.key_missing++;
        return true;
    }
    if (heard->by != FEED_COUNT)
        w.by = j->measures[heard->by];
    w.key = intern_add(h->c->heard, about);
    if (w.key == INTERN_NONE || !take_behind(j, h, d, &w) ||
        !room((void **)&h->wait, &h->cap, h->count + 1, sizeof *h->wait))
        return false;
    h->wait[h->count++] = w;
    return true;
}

bool
judge_hits_take(struct judge *j, const struct draft *d)
{
    for (uint32_t i = 0; i < j->heard_count[d->hit.rule]; i++) {
        const struct heard *heard = &j->heard[d->hit.rule][i];
        struct looking *looking = j->hearing[heard->hearing].looking;

        if (!(looking != NULL ? judge_of_take(j, looking, d) : take_one(j, heard, d)))
            return false;
    }
    return true;
}

/* ---- serving --------------------------------------------------------------------------- */

static int
by_order(const void *left, const void *right)
{
    const struct waiting *a = left, *b = right;

    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->behind_from < b->behind_from ? -1 : a->behind_from > b->behind_from;
}

/* Keep what has not been served; numbers of what has make room once they are most of them. */
static bool
compact(struct hearing *h, size_t served)
{
    size_t live = 0;
    uint64_t *kept;

    h->count -= served;
    memmove(h->wait, h->wait + served, h->count * sizeof *h->wait);
    for (size_t i = 0; i < h->count; i++)
        live += h->wait[i].behind;
    if (h->behind_count <= 2 * live)
        return true;
    kept = alloc_take((live + 1) * sizeof *kept);
    if (kept == NULL)
        return false;
    live = 0;
    for (size_t i = 0; i < h->count; i++) {
        struct waiting *w = &h->wait[i];

        memcpy(kept + live, h->behind + w->behind_from, w->behind * sizeof *kept);
        w->behind_from = live;
        live += w->behind;
    }
    alloc_free(h->behind);
    h->behind = kept;
    h->behind_count = h->behind_cap = live;
    return true;
}

/* Time up to which all hits are known; INT64_MIN: not worth asking yet. */
static int64_t
edge_of(const struct judge *j, struct hearing *h, bool ended)
{
    int64_t edge = j->newest_us;

    if (ended)
        return INT64_MAX;
    if (!h->late)
        return edge;
    edge -= j->rs->lateness_us;
    if (edge - h->served_us < LATE_STEP_US)
        return INT64_MIN;
    h->served_us = edge;
    return edge;
}

static bool
serve(
    struct judge *j, struct hearing *h, bool ended, bool run_on, judge_emit_fn emit, void *context)
{
    int64_t edge = edge_of(j, h, ended);
    size_t i = 0;

    if (edge == INT64_MIN)
        return true;
    if (h->looking != NULL)
        return judge_of_serve(j, h->looking, edge, ended, run_on, emit, context);
    if (h->count > 1)
        qsort(h->wait, h->count, sizeof *h->wait, by_order);
    for (; i < h->count && (ended || h->wait[i].at_us < edge); i++) {
        const struct waiting *w = &h->wait[i];
        struct operator_entry e = {.key = w->key,
            .number = w->number,
            .at_us = w->at_us,
            .inputs = &w->by,
            .line = w->line,
            .behind = h->behind + w->behind_from,
            .behind_count = w->behind};

        for (uint32_t r = 0; r < h->c->rule_count; r++)
            j->tally[h->c->rules[r]].counts.selected++;
        if (!judge_operator_hear(j, h->c, &e, emit, context))
            return false;
    }
    return compact(h, i) && judge_operator_advance(j, h->c, edge, edge, emit, context);
}

bool
judge_hits_slab(struct judge *j, bool ended, bool run_on, judge_emit_fn emit, void *context)
{
    for (uint32_t i = 0; i < j->hearing_count; i++)
        if (!serve(j, &j->hearing[i], ended, run_on, emit, context))
            return false;
    return true;
}
