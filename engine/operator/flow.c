/*
 * flow - the door: plans what the patterns need, adds payments, lets each pattern look.
 */
#include "operator/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "operator/flow_private.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

const struct flow_measure_name flow_measures[FLOW_MEASURES] = {
#define MEASURE(ID, name, type, percent, shapes) {name, type, percent, shapes},
#include "operator/flow_measure.def"
#undef MEASURE
};

const char *const flow_shapes[FLOW_SHAPES] = {
#define SHAPE(ID, name) name,
#include "operator/flow_shape.def"
#undef SHAPE
};

/* ---- beginning and end ---------------------------------------------------- */

static bool
on_path_shape(enum flow_shape shape)
{
    return shape == FLOW_CHAIN || shape == FLOW_CYCLE;
}

static void
plan_pattern(struct flow *f, uint32_t i, const struct flow_pattern *is)
{
    struct pattern *p = &f->pattern[i];
    bool counts = !on_path_shape(is->shape) || is->hub_cap != 0;

    assert(is->within_us > 0 && is->hop_within_us <= is->within_us);
    assert(!on_path_shape(is->shape) ||
           (is->max_hops >= FLOW_HOPS_LEAST && is->max_hops <= FLOW_HOPS_MAX));
    *p = (struct pattern){.is = *is, .number = i};
    p->window = graph_want_window(&f->graph, is->within_us, counts);
    if (is->first)
        p->first = (uint32_t)GRAPH_FIRST << 2 * i;
    if (is->last)
        p->last = (uint32_t)GRAPH_LAST << 2 * i;
    if (is->wants_largest_share && (is->shape == FLOW_FAN_IN || is->shape == FLOW_FAN_OUT))
        graph_want_sums(&f->graph, p->window);
    f->graph.has_next |= is->shape == FLOW_GATHER_SCATTER;
    f->graph.has_places |= is->wants_places && on_path_shape(is->shape);
}

/* Wide things first, so that nothing is lost to alignment. */
static void
plan_extra(struct flow *f)
{
    struct graph *g = &f->graph;

    for (uint32_t i = 0; i < f->count; i++)
        if (f->pattern[i].is.shape == FLOW_CYCLE)
            f->pattern[i].signatures_at =
                graph_want_extra(g, 8 * (f->pattern[i].is.max_hops - 1), 8);
    if (g->has_places)
        g->places_at = graph_want_extra(g, sizeof(struct graph_places), 8);
    if (g->has_next)
        g->next_at = graph_want_extra(g, 2 * sizeof(uint32_t), 4);
    for (uint32_t i = 0; i < f->count; i++)
        trace_plan(f, &f->pattern[i]);
}

struct flow *
flow_new(const struct flow_pattern *patterns, uint32_t count, const struct flow_names *names,
    const struct hash_key *key)
{
    struct flow *f = alloc_zero(1, sizeof *f);

    assert(count >= 1 && count <= FLOW_PATTERNS_MAX);
    if (f == NULL)
        return NULL;
    f->count = count;
    for (uint32_t i = 0; i < count; i++)
        plan_pattern(f, i, &patterns[i]);
    plan_extra(f);
    graph_init(&f->graph, names, key);
    if ((f->ahead = alloc_zero(1, sizeof *f->ahead)) == NULL) {
        flow_free(f);
        return NULL;
    }
    return f;
}

void
flow_free(struct flow *f)
{
    if (f == NULL)
        return;
    graph_fini(&f->graph);
    alloc_free(f->ahead);
    alloc_free(f->hit);
    alloc_free(f->cut);
    alloc_free(f->part);
    alloc_free(f->leg);
    alloc_free(f->member);
    for (size_t i = 0; i < sizeof f->list / sizeof *f->list; i++)
        alloc_free(f->list[i].at);
    alloc_free(f);
}

void
flow_expect(struct flow *f, uint32_t pattern, const struct flow_least *least)
{
    assert(f->pattern[pattern].is.shape < FLOW_BIPARTITE);
    f->pattern[pattern].is.least = *least;
}

size_t
flow_bytes(const struct flow *f)
{
    return sizeof *f + graph_bytes(&f->graph);
}

uint64_t
flow_live(const struct flow *f)
{
    return f->graph.head - f->graph.tail;
}

void
flow_counts(const struct flow *f, uint32_t pattern, struct flow_counts *out)
{
    *out = f->pattern[pattern].counts;
}

/* ---- growing lists ---------------------------------------------------------- */

void *
flow_room(struct flow *f, void *old, size_t *cap, size_t count, size_t size)
{
    size_t want = *cap == 0 ? 16 : *cap;
    void *more;

    while (want < count)
        want *= 2;
    if (want == *cap)
        return old;
    if ((more = alloc_grow(old, want * size)) == NULL) {
        f->failed = true;
        return NULL;
    }
    *cap = want;
    return more;
}

bool
flow_push(struct flow *f, struct flow_list *l, uint32_t n)
{
    uint32_t *at = flow_room(f, l->at, &l->cap, l->count + 1, sizeof *at);

    if (at == NULL)
        return false;
    l->at = at;
    l->at[l->count++] = n;
    return true;
}

bool
flow_new_part(struct flow *f, uint64_t seq, enum flow_role role, uint32_t hop)
{
    struct flow_part *part = flow_room(f, f->part, &f->part_cap, f->parts + 1, sizeof *part);

    if (part == NULL)
        return false;
    f->part = part;
    f->part[f->parts++] = (struct flow_part){seq, (uint8_t)role, (uint8_t)hop};
    return true;
}

static int
by_seq(const void *left, const void *right)
{
    const struct flow_part *a = left, *b = right;

    return (a->seq > b->seq) - (a->seq < b->seq);
}

void
flow_sort_parts(struct flow *f, size_t first)
{
    size_t kept = first;

    if (f->parts - first < 2)
        return;
    qsort(f->part + first, f->parts - first, sizeof *f->part, by_seq);
    for (size_t i = first + 1; i < f->parts; i++)
        if (f->part[i].seq != f->part[kept].seq)
            f->part[++kept] = f->part[i];
    f->parts = kept + 1;
}

/* ---- hits ------------------------------------------------------------------- */

struct value
flow_money(int128 cents)
{
    return value_money(EUR, cents);
}

struct value
flow_share(int128 part, int128 whole)
{
    struct value v = value_missing(TYPE_NUMBER);

    if (whole == 0)
        return v;
    v = value_num(TYPE_NUMBER, part * NUMBER_SCALE);
    v.den = whole;
    return v;
}

struct flow_hit *
flow_new_hit(struct search *s, uint32_t origin, uint32_t end)
{
    struct flow *f = s->f;
    size_t cap = f->hit_cap;
    struct flow_hit *hit = flow_room(f, f->hit, &cap, f->hits + 1, sizeof *hit);

    if (hit == NULL)
        return NULL;
    f->hit = hit;
    f->hit_cap = (uint32_t)cap;
    hit = &f->hit[f->hits++];
    hit->pattern = s->p->number;
    hit->origin = hit->middle = graph_node(s->g, origin)->node;
    hit->end = graph_node(s->g, end)->node;
    hit->order_uncertain = false;
    hit->cut = 0;
    hit->first = (uint32_t)f->parts;
    hit->payments = 0;
    hit->edge = origin;
    hit->split = 0;
    return hit;
}

/* The parts added since a hit began are its. */
static void
close_hits(struct search *s, uint32_t first)
{
    struct flow *f = s->f;

    for (uint32_t i = first; i < f->hits; i++) {
        size_t end = i + 1 < f->hits ? f->hit[i + 1].first : f->parts;

        f->hit[i].payments = (uint32_t)(end - f->hit[i].first);
        f->hit[i].cut = s->cut;
    }
}

static int
by_names(const struct flow_names *names, const struct flow_hit *a, const struct flow_hit *b)
{
    int order = names->compare(names->context, a->origin, b->origin);

    return order != 0 ? order : names->compare(names->context, a->end, b->end);
}

/* Hits of one trigger are few. */
static void
sort_hits(struct flow *f, uint32_t first)
{
    for (uint32_t i = first + 1; i < f->hits; i++) {
        struct flow_hit hit = f->hit[i];
        uint32_t to = i;

        for (; to > first && by_names(&f->graph.names, &f->hit[to - 1], &hit) > 0; to--)
            f->hit[to] = f->hit[to - 1];
        f->hit[to] = hit;
    }
}

static void
note_cut(struct search *s, bool hit)
{
    struct flow *f = s->f;
    size_t cap = f->cut_cap;
    struct flow_cut *cut = flow_room(f, f->cut, &cap, f->cuts + 1, sizeof *cut);
    uint32_t node = s->node == CELLS_NONE ? graph_at(s->g, s->trigger)->payer : s->node;

    if (cut == NULL)
        return;
    f->cut = cut;
    f->cut_cap = (uint32_t)cap;
    f->cut[f->cuts++] = (struct flow_cut){
        .pattern = s->p->number,
        .node = graph_node(s->g, node)->node,
        .cause = s->cut,
        .hit = hit,
        .visits = s->visits,
    };
    s->p->counts.cut++;
    s->p->counts.cut_budget += (s->cut & FLOW_CUT_BUDGET) != 0;
    s->p->counts.cut_hub += (s->cut & FLOW_CUT_HUB) != 0;
}

static void
look(struct search *s)
{
    switch (s->p->is.shape) {
    case FLOW_FAN_IN:
    case FLOW_FAN_OUT:
        star_search(s);
        return;
    case FLOW_GATHER_SCATTER:
        gather_search(s);
        return;
    case FLOW_SCATTER_GATHER:
        relay_search(s);
        return;
    case FLOW_CHAIN:
    case FLOW_CYCLE:
        path_search(s);
        return;
    case FLOW_BIPARTITE:
        core_search(s);
        return;
    case FLOW_STACK:
        stack_search(s);
        return;
    case FLOW_SHAPES:
        return;
    }
}

static void
search_pattern(struct flow *f, struct pattern *p, uint64_t trigger)
{
    struct search s = {.f = f, .g = &f->graph, .p = p, .trigger = trigger, .node = CELLS_NONE};
    uint32_t first = f->hits;

    p->counts.triggers++;
    look(&s);
    close_hits(&s, first);
    if (s.cut != 0)
        note_cut(&s, f->hits > first);
    if (f->hits > first + 1)
        sort_hits(f, first);
}

/* ---- payments ---------------------------------------------------------------- */

static uint32_t
flags_of(const struct flow *f, const struct flow_edge *e)
{
    uint32_t flags = e->date_only ? GRAPH_DATE_ONLY : 0;

    for (uint32_t i = 0; i < f->count; i++) {
        if ((e->first >> i & 1) != 0)
            flags |= f->pattern[i].first;
        if ((e->last >> i & 1) != 0)
            flags |= f->pattern[i].last;
    }
    return flags;
}

/* What the ways that lead to the new edge are like. */
static void
trace(struct flow *f, uint64_t seq)
{
    const struct graph_edge *e = graph_at(&f->graph, seq);
    bool date_only = (e->flags & GRAPH_DATE_ONLY) != 0;

    if (seq > f->graph.tail && !f->mixed) {
        const struct graph_edge *before = graph_at(&f->graph, seq - 1);

        f->mixed = before->at_us == e->at_us && ((before->flags ^ e->flags) & GRAPH_DATE_ONLY) != 0;
    }
    if (date_only && f->day == 0)
        f->day = seq;
    if (!f->traces)
        return;
    if (f->day != 0)
        trace_permit(f, seq);
    else
        trace_add(f, seq);
}

static void
end_day(struct flow *f, int64_t now_us)
{
    if (f->day == 0 || now_us <= f->graph.newest_us)
        return;
    if (f->traces)
        trace_day(f, f->day, f->graph.head);
    f->day = 0;
}

/* What was announced leads on, step by step, to what it will touch. */
void
flow_prefetch(const struct flow *f, uint32_t payer, uint32_t payee)
{
    struct flow_ahead *a = f->ahead;
    uint32_t nodes = (a->next - FLOW_AHEAD_NODES) % FLOW_AHEAD;
    uint32_t edges = (a->next - FLOW_AHEAD_EDGES) % FLOW_AHEAD;

    graph_prefetch_numbers(&f->graph, payer, payee);
    graph_prefetch_nodes(&f->graph, a->payer[nodes], a->payee[nodes]);
    graph_prefetch_edges(&f->graph, a->payer[edges], a->payee[edges]);
    a->payer[a->next % FLOW_AHEAD] = payer;
    a->payee[a->next % FLOW_AHEAD] = payee;
    a->next++;
}

bool
flow_add(struct flow *f, const struct flow_edge *e)
{
    uint64_t seq;

    assert(e->at_us >= f->graph.newest_us);
    assert(e->amount >= 0);
    f->hits = f->cuts = 0;
    f->parts = 0;
    if (e->payer == e->payee)
        return true;
    end_day(f, e->at_us);
    graph_slide(&f->graph, e->at_us);
    seq = f->graph.head;
    if (!graph_add(&f->graph, e, flags_of(f, e)))
        return false;
    trace(f, seq);
    for (uint32_t i = 0; i < f->count; i++)
        search_pattern(f, &f->pattern[i], seq);
    return !f->failed;
}

void
flow_expire(struct flow *f, int64_t now_us)
{
    if (now_us <= f->graph.newest_us)
        return;
    end_day(f, now_us);
    graph_slide(&f->graph, now_us);
}

/* ---- answers ------------------------------------------------------------------- */

const struct flow_hit *
flow_hits(const struct flow *f, uint32_t *count)
{
    *count = f->hits;
    return f->hit;
}

const struct flow_cut *
flow_cuts(const struct flow *f, uint32_t *count)
{
    *count = f->cuts;
    return f->cut;
}

const struct flow_leg *
flow_evidence(struct flow *f, const struct flow_hit *hit, uint64_t after, size_t *count)
{
    static const struct flow_leg none;
    size_t n = 0;

    if (hit->payments == 0) {
        if (!star_evidence(f, hit, after, count))
            return NULL;
        return *count == 0 ? &none : f->leg;
    }
    for (uint32_t i = 0; i < hit->payments; i++) {
        const struct flow_part *p = &f->part[hit->first + i];
        uint64_t ledger = graph_at(&f->graph, p->seq)->ledger;
        struct flow_leg *leg;

        if (ledger <= after)
            continue;
        if ((leg = flow_room(f, f->leg, &f->leg_cap, n + 1, sizeof *leg)) == NULL)
            return NULL;
        f->leg = leg;
        f->leg[n++] = (struct flow_leg){ledger, p->role, p->hop};
    }
    *count = n;
    return n == 0 ? &none : f->leg;
}

uint32_t
flow_path(const struct flow *f, const struct flow_hit *hit, uint32_t node[static 9])
{
    const struct graph *g = &f->graph;

    assert(on_path_shape(f->pattern[hit->pattern].is.shape));
    for (uint32_t i = 0; i < hit->payments; i++) {
        const struct graph_edge *e = graph_at(g, f->part[hit->first + i].seq);

        node[i] = graph_node(g, e->payer)->node;
        node[i + 1] = graph_node(g, e->payee)->node;
    }
    return hit->payments + 1;
}

/* The node of a payment that belongs to the group; CELLS_NONE: none does. */
static uint32_t
member_of(const struct graph *g, const struct flow_part *p, enum flow_role group)
{
    const struct graph_edge *e = graph_at(g, p->seq);

    if (p->role == FLOW_ROLE_PAYMENT)
        return group == FLOW_ROLE_FIRST_LEG  ? e->payer
               : group == FLOW_ROLE_LAST_LEG ? e->payee
                                             : CELLS_NONE;
    if (group == FLOW_ROLE_HOP)
        return p->role == FLOW_ROLE_FIRST_LEG ? e->payee : e->payer;
    if (p->role != group)
        return CELLS_NONE;
    return group == FLOW_ROLE_FIRST_LEG ? e->payer : e->payee;
}

const uint32_t *
flow_group(struct flow *f, const struct flow_hit *hit, enum flow_role group, size_t *count)
{
    struct graph *g = &f->graph;
    uint32_t mark = graph_fresh_mark(g);

    *count = 0;
    for (uint32_t i = 0; i < hit->payments; i++) {
        uint32_t cell = member_of(g, &f->part[hit->first + i], group);
        uint32_t *member;

        if (cell == CELLS_NONE || graph_node(g, cell)->mark == mark)
            continue;
        graph_node(g, cell)->mark = mark;
        if ((member = flow_room(f, f->member, &f->member_cap, *count + 1, sizeof *member)) == NULL)
            return NULL;
        f->member = member;
        f->member[(*count)++] = graph_node(g, cell)->node;
    }
    return f->member;
}

/* ---- amounts ------------------------------------------------------------------- */

static int64_t
clamp(int128 n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/* part / whole rounded up, for amounts that are not negative. */
static int64_t
divide_up(int128 part, int64_t whole)
{
    return clamp((part + whole - 1) / whole);
}

/* lo * before <= SCALE * amount <= hi * before */
struct range
flow_before(const struct flow_pattern *p, int64_t amount)
{
    int128 scaled = (int128)amount * NUMBER_SCALE;
    struct range r = {.min = 0, .max = INT64_MAX};

    if (p->ratio_hi > 0)
        r.min = divide_up(scaled, p->ratio_hi);
    else if (amount > 0)
        r = (struct range){1, 0};
    if (p->ratio_lo > 0)
        r.max = clamp(scaled / p->ratio_lo);
    return r;
}

struct range
flow_after(const struct flow_pattern *p, int64_t amount)
{
    return (struct range){.min = divide_up((int128)amount * p->ratio_lo, NUMBER_SCALE),
        .max = clamp((int128)amount * p->ratio_hi / NUMBER_SCALE)};
}
