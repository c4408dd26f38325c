#include "author/explain_private.h"

#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "rule/operator.h"

static const struct hash_key plain_key = {0, 0}; /* no result depends on it */

static bool wants(void *context, const struct rule *rule);
static bool begin(void *context, const struct ruleset *rs, const struct select *select);
static bool look(void *context, struct judge *j, const struct draft *d, bool reached);

/* ---- who is meant --------------------------------------------------------------------------- */

static uint32_t
number_of(struct explain *e, struct bytes rule, struct bytes about, bool add)
{
    struct bytes key;

    e->text.size = 0;
    buf_add(&e->text, rule.at, rule.size);
    buf_byte(&e->text, '\0');
    buf_add(&e->text, about.at, about.size);
    key = buf_bytes(&e->text);
    return add ? intern_add(e->names, key) : intern_find(e->names, key);
}

/* Several alerts of one rule may be about one: they share what was seen. */
struct seen *
explain_seen(struct explain *e, const struct rule *rule, struct bytes about)
{
    uint32_t n = number_of(e, rule->name, about, false);

    return n == INTERN_NONE ? NULL : &e->seen[n];
}

static bool
take_subjects(struct explain *e)
{
    e->alone = true;
    for (size_t i = 0; i < e->count; i++) {
        e->alone = e->alone && e->subject[i].id.size == 0;
        if (number_of(e, e->subject[i].rule, e->subject[i].about, true) == INTERN_NONE)
            return false;
    }
    return !e->text.failed;
}

struct explain *
explain_new(const struct explain_subject *subject, size_t count)
{
    struct explain *e = alloc_zero(1, sizeof *e);

    if (e == NULL)
        return NULL;
    e->subject = subject;
    e->count = count;
    e->names = intern_new(&plain_key);
    e->seen = alloc_zero(count + 1, sizeof *e->seen);
    if (e->names == NULL || e->seen == NULL || !take_subjects(e)) {
        explain_free(e);
        return NULL;
    }
    e->watch = (struct screen_watch){.context = e,
        .every = e->alone,
        .wants = wants,
        .begin = begin,
        .row = explain_row,
        .look = look};
    return e;
}

static void
clear(struct explain *e)
{
    for (size_t i = 0; e->seen != NULL && i < e->count; i++) {
        alloc_free(e->seen[i].parts);
        alloc_free(e->seen[i].excepted);
        alloc_free(e->seen[i].kept);
        alloc_free(e->seen[i].heard);
        arena_fini(&e->seen[i].closest.arena);
        arena_fini(&e->seen[i].turned.arena);
        e->seen[i] = (struct seen){0};
    }
    arena_fini(&e->arena);
    eval_room_free(e->room);
    e->room = NULL;
}

void
explain_free(struct explain *e)
{
    if (e == NULL)
        return;
    clear(e);
    intern_free(e->names);
    alloc_free(e->seen);
    buf_fini(&e->text);
    buf_fini(&e->about);
    alloc_free(e);
}

const struct screen_watch *
explain_watch(struct explain *e)
{
    return &e->watch;
}

/* ---- looking on ------------------------------------------------------------------------------ */

static bool
wants(void *context, const struct rule *rule)
{
    const struct explain *e = context;

    for (size_t i = 0; i < e->count; i++)
        if (bytes_equal(e->subject[i].rule, rule->name))
            return true;
    return false;
}

static bool
begin(void *context, const struct ruleset *rs, const struct select *select)
{
    struct explain *e = context;

    clear(e);
    arena_init(&e->arena, 0, "explanations");
    e->rs = rs;
    e->select = select;
    e->room = eval_room_new(rs->zone, rs->week_starts);
    e->wanted = arena_take(&e->arena, rs->rule_count + 1, sizeof *e->wanted);
    for (size_t i = 0; e->wanted != NULL && i < rs->rule_count; i++)
        e->wanted[i] = wants(e, &rs->rule[i]);
    return e->room != NULL && e->wanted != NULL;
}

/* ---- the closest moment ---------------------------------------------------------------------- */

static bool
keep_measures(struct closest *c, const struct draft *d)
{
    size_t count = d->rule->measure_count;

    c->measures = arena_take(&c->arena, count + 1, sizeof *c->measures);
    for (size_t i = 0; c->measures != NULL && i < count; i++) {
        struct value v = d->hit.measures[i];

        if (v.set && type_is_text((enum type)v.type) &&
            (v.text.at = arena_copy(&c->arena, v.text)) == NULL)
            return false;
        c->measures[i] = v;
    }
    return c->measures != NULL;
}

static bool
keep_text(struct closest *c, struct bytes *text)
{
    if (text->size > 0)
        text->at = arena_copy(&c->arena, *text);
    return text->size == 0 || text->at != NULL;
}

static bool
keep_row(struct closest *c, const struct evidence *from, struct evidence *to)
{
    *to = *from;
    return keep_text(c, &to->id) && keep_text(c, &to->originator) &&
           keep_text(c, &to->beneficiary) && keep_text(c, &to->own);
}

/* The transactions behind it, as far as a reader looks. */
static bool
keep_evidence(struct closest *c, struct judge *j, const struct draft *d)
{
    const struct evidence *list;
    size_t count;

    if (!judge_evidence(j, d, 0, &list, &count))
        return false;
    c->row_all = count;
    c->row_count = count < EXPLAIN_ROWS ? count : EXPLAIN_ROWS;
    c->row = arena_take(&c->arena, c->row_count + 1, sizeof *c->row);
    for (size_t i = 0; c->row != NULL && i < c->row_count; i++)
        if (!keep_row(c, &list[count - c->row_count + i], &c->row[i]))
            return false;
    return c->row != NULL && keep_row(c, &d->completing, &c->completing);
}

static bool
held_back(struct explain *e, const struct draft *d)
{
    for (size_t i = 0; i < d->rule->exception_count; i++)
        if (explain_excepts(e, d->rule, &d->rule->exceptions[i], d->hit.measures, d->hit.about))
            return true;
    return false;
}

/* A hit of a rule that others look at: who of them is asked about, and is it about him? */
static bool
hear(struct explain *e, const struct draft *d)
{
    for (size_t r = 0; r < e->rs->rule_count; r++) {
        const struct rule *rule = &e->rs->rule[r];
        struct bytes entity;
        struct seen *s;

        for (size_t i = 0; e->wanted[r] && i < explain_feeds(rule); i++) {
            if (explain_feed(rule, i) != d->rule || !judge_entity(rule, d, &entity) ||
                (s = explain_seen(e, rule, entity)) == NULL)
                continue;
            if (s->heard == NULL)
                s->heard = alloc_zero(explain_feeds(rule), sizeof *s->heard);
            if (s->heard == NULL)
                return false;
            s->heard[i]++;
        }
    }
    return true;
}

static bool
look(void *context, struct judge *j, const struct draft *d, bool reached)
{
    struct explain *e = context;
    struct seen *s = explain_seen(e, d->rule, d->hit.about);
    struct eval_frame f = {.txn = d->txn,
        .side = d->side,
        .measures = d->hit.measures,
        .about = value_text(TYPE_CODE, d->hit.about)};
    struct nearness n = {0, 0};

    if (reached && !held_back(e, d) && !hear(e, d))
        return false;
    if (s == NULL)
        return true;
    s->looks++;
    s->reached += reached;
    if (d->rule->alert_if != NULL)
        n = nearness_of(d->rule->alert_if, e->room, &f);
    if (s->closest.any && !nearness_less(n, s->closest.near))
        return true;
    arena_fini(&s->closest.arena);
    s->closest = (struct closest){.any = true, .near = n, .at_us = d->at_us};
    arena_init(&s->closest.arena, 0, "the closest moment");
    return keep_measures(&s->closest, d) && keep_evidence(&s->closest, j, d);
}
