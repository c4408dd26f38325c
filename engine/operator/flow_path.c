/*
 * flow_path - chains and cycles: from the payment just added backwards, newest first, for the best
 * path that ends there.
 *
 * Best is the longest; then the one that starts latest; then the one whose previous payment is the
 * latest, and so on backwards (flow-patterns.md 1.5). Lengths are tried from the longest that the
 * labels admit. Where the payment is date-only, others of its day may follow it: the ways on
 * from it are tried first, and from the end of each the search goes backwards over all of it.
 */
#include "operator/flow_private.h"

struct walk {
    struct search *s;
    uint32_t hops;                /* wanted */
    int64_t since_us;             /* all payments are later */
    uint32_t home;                /* cycle: the node it returns to */
    uint64_t path[FLOW_HOPS_MAX]; /* from the end backwards */
    uint64_t best[FLOW_HOPS_MAX];
    bool found;
};

static bool
is_cycle(const struct walk *w)
{
    return w->s->p->is.shape == FLOW_CYCLE;
}

/* Is this node already on the first `depth` payments? The end of a cycle is its home. */
static bool
on_path(const struct walk *w, uint32_t depth, uint32_t node)
{
    const struct graph *g = w->s->g;

    if (graph_at(g, w->path[0])->payee == node)
        return true;
    for (uint32_t i = 0; i < depth; i++)
        if (graph_at(g, w->path[i])->payer == node)
            return true;
    return false;
}

/* Both of w->hops: by the first payment, then from the end backwards. */
static bool
better(const struct walk *w)
{
    if (!w->found || w->path[w->hops - 1] != w->best[w->hops - 1])
        return !w->found || w->path[w->hops - 1] > w->best[w->hops - 1];
    for (uint32_t i = 0; i + 1 < w->hops; i++)
        if (w->path[i] != w->best[i])
            return w->path[i] > w->best[i];
    return false;
}

static void
take_path(struct walk *w)
{
    const struct graph_edge *first = graph_at(w->s->g, w->path[w->hops - 1]);

    if ((first->flags & w->s->p->first) != w->s->p->first || !better(w))
        return;
    for (uint32_t i = 0; i < w->hops; i++)
        w->best[i] = w->path[i];
    w->found = true;
}

/* Can a path of the wanted length, better than the best, begin before this payment, the depth-th
 * from the end? */
static bool
promises(struct walk *w, uint64_t seq, uint32_t depth)
{
    struct search *s = w->s;
    uint32_t left = w->hops - depth; /* payments before it */
    uint32_t payer = graph_at(s->g, seq)->payer;
    bool may;

    if (is_cycle(w) && (left == 0) != (payer == w->home))
        return false;
    if (payer != w->home && on_path(w, depth - 1, payer))
        return false;
    if (left == 0)
        return true;
    if (is_cycle(w))
        may = trace_cycle(s, seq, left, graph_node(s->g, w->home)->bit);
    else
        may = trace_chain(s, seq, left + 1, w->since_us);
    if (!may && trace_is_cut(s, seq, left + 1))
        flow_not_whole(s, payer, FLOW_CUT_BUDGET);
    return may &&
           (is_cycle(w) || !w->found ||
               trace_latest_start(s, seq, left + 1) >= graph_at(s->g, w->best[w->hops - 1])->at_us);
}

static bool
expandable(struct search *s, uint32_t cell)
{
    struct graph_node *n = graph_node(s->g, cell);

    return s->p->is.hub_cap == 0 || !flow_hub(s, cell, graph_in(s->g, n, s->p->window)->distinct);
}

/* `depth` payments stand on the path; false: the budget is used up. */
static bool
extend(struct walk *w, uint32_t depth)
{
    struct search *s = w->s;
    uint32_t payer = graph_at(s->g, w->path[depth - 1])->payer;
    struct before b;
    uint64_t seq;

    if (depth == w->hops) {
        take_path(w);
        return true;
    }
    if (!expandable(s, payer))
        return true;
    before_begin(&b, s->g, &s->p->is, w->path[depth - 1], w->since_us);
    while ((seq = before_next(&b)) != 0) {
        if (!flow_visit(s))
            return false;
        w->path[depth] = seq;
        if (promises(w, seq, depth + 1) && !extend(w, depth + 1))
            return false;
    }
    if (b.cut)
        flow_not_whole(s, payer, FLOW_CUT_BUDGET);
    return true;
}

/* ---- ways on from a date-only payment ----------------------------------------- */

/* The way forward ends here: as a path from its end backwards, then on from the trigger. */
static bool
walk_back(struct walk *w, const uint64_t *way, uint32_t length)
{
    struct search *s = w->s;
    const struct graph_edge *end = graph_at(s->g, way[length - 1]);

    if (length > w->hops || (end->flags & s->p->last) != s->p->last)
        return true;
    w->home = is_cycle(w) ? end->payee : CELLS_NONE;
    for (uint32_t i = 0; i < length; i++)
        w->path[i] = way[length - 1 - i];
    for (uint32_t i = 0; i < length; i++)
        if (!promises(w, w->path[i], i + 1))
            return true;
    return extend(w, length);
}

static bool
on_way(const struct walk *w, const uint64_t *way, uint32_t length, uint32_t node)
{
    for (uint32_t i = 0; i < length; i++)
        if (graph_at(w->s->g, way[i])->payer == node)
            return true;
    return graph_at(w->s->g, way[length - 1])->payee == node;
}

static bool
walk_on(struct walk *w, uint64_t *way, uint32_t length)
{
    struct search *s = w->s;
    const struct graph_edge *e = graph_at(s->g, way[length - 1]);
    struct range r = flow_after(&s->p->is, e->amount);
    uint64_t seq = graph_node(s->g, e->payee)->newest_out;
    uint32_t left = s->p->is.edge_cap == 0 ? UINT32_MAX : s->p->is.edge_cap;

    if (!walk_back(w, way, length))
        return false;
    if (length == w->hops)
        return true;
    for (; seq >= s->g->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        const struct graph_edge *next = graph_at(s->g, seq);

        if (next->at_us != e->at_us)
            break;
        if (!flow_fits(r, next->amount) || !graph_precedes(s->g, way[length - 1], seq))
            continue;
        if (left-- == 0) {
            flow_not_whole(s, e->payee, FLOW_CUT_BUDGET);
            break;
        }
        if (!flow_visit(s))
            return false;
        if (on_way(w, way, length, next->payee) && !(is_cycle(w) && length + 1 == w->hops))
            continue;
        way[length] = seq;
        if (!walk_on(w, way, length + 1))
            return false;
    }
    return true;
}

/* ---- hits ----------------------------------------------------------------------- */

static uint32_t
count_places(const struct walk *w, bool banks)
{
    int64_t seen[2 * FLOW_HOPS_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < 2 * w->hops; i++) {
        const struct graph_places *at = graph_extra(w->s->g, w->best[i / 2], w->s->g->places_at);
        int64_t place = banks ? at->bank[i % 2] : at->country[i % 2];
        bool known = place == 0;

        for (uint32_t k = 0; k < count; k++)
            known |= seen[k] == place;
        if (!known)
            seen[count++] = place;
    }
    return count;
}

static void
measure(const struct walk *w, struct flow_hit *hit)
{
    const struct graph *g = w->s->g;
    const struct graph_edge *first = graph_at(g, w->best[w->hops - 1]);
    const struct graph_edge *last = graph_at(g, w->best[0]);

    hit->measure[FLOW_HOPS] = flow_number(w->hops);
    hit->measure[FLOW_FIRST_AMOUNT] = flow_money(first->amount);
    hit->measure[FLOW_LAST_AMOUNT] = flow_money(last->amount);
    hit->measure[FLOW_PRESERVED] = flow_share(last->amount, first->amount);
    hit->measure[FLOW_ELAPSED] = value_num(TYPE_DURATION, last->at_us - first->at_us);
    hit->measure[FLOW_COUNTRIES] = hit->measure[FLOW_BANKS] = value_missing(TYPE_NUMBER);
    if (w->s->p->is.wants_places) {
        hit->measure[FLOW_COUNTRIES] = flow_number(count_places(w, false));
        hit->measure[FLOW_BANKS] = flow_number(count_places(w, true));
    }
}

static void
report(const struct walk *w)
{
    struct search *s = w->s;
    const struct graph *g = s->g;
    struct flow_hit *hit =
        flow_new_hit(s, graph_at(g, w->best[w->hops - 1])->payer, graph_at(g, w->best[0])->payee);

    if (hit == NULL)
        return;
    measure(w, hit);
    for (uint32_t i = w->hops; i-- > 0;) {
        if (!flow_new_part(s->f, w->best[i], FLOW_ROLE_HOP, w->hops - i))
            return;
        hit->order_uncertain |=
            i > 0 && graph_mates(graph_at(g, w->best[i]), graph_at(g, w->best[i - 1]));
    }
}

/* ---- searching ------------------------------------------------------------------ */

/* Others of its day that may follow it are already there. */
static bool
has_mates_after(const struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint64_t next = graph_node(s->g, e->payee)->newest_out;

    return (e->flags & GRAPH_DATE_ONLY) != 0 && next >= s->g->tail &&
           graph_at(s->g, next)->at_us == e->at_us;
}

/* Paths of w->hops; false: the budget is used up. */
static bool
search_hops(struct walk *w, bool on, bool *searched)
{
    uint64_t way[FLOW_HOPS_MAX] = {w->s->trigger};

    if (on) {
        *searched = true;
        return walk_on(w, way, 1);
    }
    w->path[0] = w->s->trigger;
    if (!promises(w, w->path[0], 1))
        return true;
    *searched = true;
    return extend(w, 1);
}

void
path_search(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    struct walk w = {.s = s, .since_us = e->at_us - s->p->is.within_us, .home = CELLS_NONE};
    bool on = has_mates_after(s), going = true, searched = false;
    uint32_t least = is_cycle(&w) ? FLOW_HOPS_LEAST : 1;

    if (s->p->is.least.hops > least)
        least = s->p->is.least.hops;
    if (!on && (e->flags & s->p->last) != s->p->last)
        return;
    if (is_cycle(&w))
        w.home = e->payee;
    /* Nobody returns to one who has not paid lately. */
    if (is_cycle(&w) && graph_node(s->g, e->payee)->newest_out < s->g->window[s->p->window].tail)
        return;
    for (w.hops = s->p->is.max_hops; w.hops >= least && going && !w.found; w.hops--) {
        going = search_hops(&w, on, &searched);
        if (w.found)
            break;
    }
    s->p->counts.searches += searched;
    if (w.found)
        report(&w);
}
