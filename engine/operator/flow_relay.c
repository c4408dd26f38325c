/*
 * flow_relay - scatter_gather: one origin pays several helpers, they pay one end.
 *
 * A leg pair is a payment to a helper and one of the helper's that may follow it (gap, `preserve`).
 * The amount test comes first: few of what a helper received fit what it pays on, and only their
 * payers can be the origin. For each, all leg pairs between the two ends are put together from the
 * end that has fewer payments.
 */
#include "operator/flow_private.h"

/* The payments of one side of the pairs, walked one by one; the other side is looked up. */
struct legs {
    struct search *s;
    uint32_t origin, end;
    uint64_t tail;
    bool uncertain;
};

static bool
may_begin(const struct search *s, const struct graph_edge *e)
{
    return (e->flags & s->p->first) == s->p->first;
}

static bool
may_end(const struct search *s, const struct graph_edge *e)
{
    return (e->flags & s->p->last) == s->p->last;
}

static bool
is_pair(const struct search *s, uint64_t f, uint64_t g)
{
    const struct graph_edge *a = graph_at(s->g, f), *b = graph_at(s->g, g);

    return graph_precedes(s->g, f, g) && b->at_us - a->at_us < s->p->is.hop_within_us &&
           flow_fits(flow_after(&s->p->is, a->amount), b->amount) && may_begin(s, a) &&
           may_end(s, b);
}

/* All partners of one leg: it and they are parts of the match. False: the search ends. */
static bool
add_partners(struct legs *l, uint64_t leg, uint64_t other, bool first)
{
    struct search *s = l->s;
    bool any = false;

    for (; other >= l->tail; other = graph_back(other, graph_at(s->g, other)->back_pair)) {
        uint64_t f = first ? leg : other, g = first ? other : leg;

        if (!flow_visit(s))
            return false;
        if (!is_pair(s, f, g))
            continue;
        any = true;
        l->uncertain |= graph_mates(graph_at(s->g, f), graph_at(s->g, g));
        if (!flow_new_part(s->f, other, first ? FLOW_ROLE_LAST_LEG : FLOW_ROLE_FIRST_LEG, 0))
            return false;
    }
    return !any || flow_new_part(s->f, leg, first ? FLOW_ROLE_FIRST_LEG : FLOW_ROLE_LAST_LEG, 0);
}

static bool
add_from_origin(struct legs *l)
{
    struct search *s = l->s;
    uint64_t f = graph_node(s->g, l->origin)->newest_out;

    for (; f >= l->tail; f = graph_back(f, graph_at(s->g, f)->back_out)) {
        uint32_t helper = graph_at(s->g, f)->payee;

        if (!flow_visit(s))
            return false;
        if (helper != l->end && may_begin(s, graph_at(s->g, f)) &&
            !add_partners(l, f, graph_pair(s->g, helper, l->end), true))
            return false;
    }
    return true;
}

static bool
add_from_end(struct legs *l)
{
    struct search *s = l->s;
    uint64_t g = graph_node(s->g, l->end)->newest_in;

    for (; g >= l->tail; g = graph_back(g, graph_at(s->g, g)->back_in)) {
        uint32_t helper = graph_at(s->g, g)->payer;

        if (!flow_visit(s))
            return false;
        if (helper != l->origin && may_end(s, graph_at(s->g, g)) &&
            !add_partners(l, g, graph_pair(s->g, l->origin, helper), false))
            return false;
    }
    return true;
}

struct sums {
    int128 sent, received;
    uint32_t middlemen;
};

static struct sums
sum_up(struct search *s, size_t first)
{
    struct sums sums = {0};
    uint32_t mark = graph_fresh_mark(s->g);

    for (size_t i = first; i < s->f->parts; i++) {
        const struct graph_edge *e = graph_at(s->g, s->f->part[i].seq);

        if (s->f->part[i].role == FLOW_ROLE_LAST_LEG) {
            sums.received += e->amount;
            continue;
        }
        sums.sent += e->amount;
        sums.middlemen += graph_node(s->g, e->payee)->mark != mark;
        graph_node(s->g, e->payee)->mark = mark;
    }
    return sums;
}

/* Everything between these two ends; false: the search ends. */
static bool
search_ends(struct search *s, uint32_t origin, uint32_t end)
{
    const struct graph_side *out = graph_out(s->g, graph_node(s->g, origin), s->p->window);
    const struct graph_side *in = graph_in(s->g, graph_node(s->g, end), s->p->window);
    struct legs l = {s, origin, end, s->g->window[s->p->window].tail, false};
    size_t first = s->f->parts;
    struct flow_hit *hit;
    struct sums sums;
    bool going;

    if (out->distinct < s->p->is.least.middlemen || in->distinct < s->p->is.least.middlemen)
        return true;
    if (flow_hub(s, origin, out->distinct))
        return true;
    going = out->count <= in->count ? add_from_origin(&l) : add_from_end(&l);
    flow_sort_parts(s->f, first);
    sums = sum_up(s, first);
    if (sums.middlemen == 0 || sums.middlemen < s->p->is.least.middlemen) {
        s->f->parts = first;
        return going;
    }
    if ((hit = flow_new_hit(s, origin, end)) == NULL)
        return false;
    hit->first = (uint32_t)first;
    hit->order_uncertain = l.uncertain;
    hit->measure[FLOW_MIDDLEMEN] = flow_number(sums.middlemen);
    hit->measure[FLOW_SENT] = flow_money(sums.sent);
    hit->measure[FLOW_RECEIVED] = flow_money(sums.received);
    hit->measure[FLOW_PRESERVED] = flow_share(sums.received, sums.sent);
    return going;
}

/* ---- the trigger as a last leg: whose money was it? -------------------------- */

static bool
list_origins(struct search *s, struct flow_list *origins)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint32_t mark = graph_fresh_mark(s->g);
    struct before b;
    uint64_t seq;

    before_begin(&b, s->g, &s->p->is, s->trigger, e->at_us - s->p->is.within_us);
    while ((seq = before_next(&b)) != 0) {
        const struct graph_edge *f = graph_at(s->g, seq);

        if (!flow_visit(s))
            return true;
        if (f->payer == e->payee || graph_node(s->g, f->payer)->mark == mark || !may_begin(s, f))
            continue;
        graph_node(s->g, f->payer)->mark = mark;
        if (!flow_push(s->f, origins, f->payer))
            return false;
    }
    if (b.cut)
        flow_not_whole(s, e->payer, FLOW_CUT_BUDGET);
    return true;
}

static void
search_last_leg(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint32_t payer = e->payer, payee = e->payee, w = s->p->window;
    uint32_t into_end = graph_in(s->g, graph_node(s->g, payee), w)->distinct;
    struct flow_list *origins = &s->f->list[0];

    if (!may_end(s, e) || into_end < s->p->is.least.middlemen)
        return;
    if (flow_hub(s, payee, into_end) ||
        flow_hub(s, payer, graph_in(s->g, graph_node(s->g, payer), w)->distinct))
        return;
    origins->count = 0;
    if (!list_origins(s, origins))
        return;
    s->p->counts.searches += origins->count > 0;
    for (size_t i = 0; i < origins->count; i++)
        if (!search_ends(s, origins->at[i], payee))
            return;
}

/* ---- the trigger as a first leg, where the day's payments have no order -------- */

static bool
list_ends(struct search *s, struct flow_list *ends)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint64_t seq = graph_node(s->g, e->payee)->newest_out;
    uint32_t mark = graph_fresh_mark(s->g);

    for (; seq >= s->g->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        const struct graph_edge *g = graph_at(s->g, seq);

        if (g->at_us != e->at_us)
            break;
        if (g->payee == e->payer || graph_node(s->g, g->payee)->mark == mark ||
            !is_pair(s, s->trigger, seq))
            continue;
        if (!flow_visit(s))
            return true;
        graph_node(s->g, g->payee)->mark = mark;
        if (!flow_push(s->f, ends, g->payee))
            return false;
    }
    return true;
}

static void
search_first_leg(struct search *s)
{
    uint32_t payer = graph_at(s->g, s->trigger)->payer;
    struct flow_list *ends = &s->f->list[0];

    ends->count = 0;
    if (!list_ends(s, ends))
        return;
    s->p->counts.searches += ends->count > 0;
    for (size_t i = 0; i < ends->count; i++) {
        uint32_t distinct = graph_in(s->g, graph_node(s->g, ends->at[i]), s->p->window)->distinct;

        if (!flow_hub(s, ends->at[i], distinct) && !search_ends(s, payer, ends->at[i]))
            return;
    }
}

void
relay_search(struct search *s)
{
    search_last_leg(s);
    if ((graph_at(s->g, s->trigger)->flags & GRAPH_DATE_ONLY) != 0 && s->cut == 0)
        search_first_leg(s);
}
