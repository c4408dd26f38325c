/*
 * flow_star - patterns around one node: fan_in, fan_out, gather_scatter.
 *
 * Counts stand ready; payments are walked only for evidence, and in gather_scatter to find where
 * the scattering begins.
 */
#include "operator/flow_private.h"

/* ---- fans ----------------------------------------------------------------- */

static void
measure_in(struct flow_hit *hit, const struct graph_side *side)
{
    hit->measure[FLOW_SOURCES] = flow_number(side->distinct);
    hit->measure[FLOW_INFLOW] = flow_money(graph_sum(side));
    hit->measure[FLOW_CREDITS] = flow_number(side->count);
}

static void
measure_out(struct flow_hit *hit, uint32_t targets, int128 outflow, uint32_t debits)
{
    hit->measure[FLOW_TARGETS] = flow_number(targets);
    hit->measure[FLOW_OUTFLOW] = flow_money(outflow);
    hit->measure[FLOW_DEBITS] = flow_number(debits);
}

void
star_search(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    bool in = s->p->is.shape == FLOW_FAN_IN;
    uint32_t cell = in ? e->payee : e->payer;
    struct graph_node *n = graph_node(s->g, cell);
    const struct graph_side *side =
        in ? graph_in(s->g, n, s->p->window) : graph_out(s->g, n, s->p->window);
    struct flow_hit *hit;

    if (side->distinct < (in ? s->p->is.least.sources : s->p->is.least.targets))
        return;
    s->p->counts.searches++;
    if ((hit = flow_new_hit(s, cell, cell)) == NULL)
        return;
    if (in)
        measure_in(hit, side);
    else
        measure_out(hit, side->distinct, graph_sum(side), side->count);
    hit->measure[FLOW_LARGEST_SHARE] = value_missing(TYPE_NUMBER);
    if (s->p->is.wants_largest_share)
        hit->measure[FLOW_LARGEST_SHARE] =
            flow_share(graph_largest_sum(s->g, n, s->p->window, in ? 0 : 1), graph_sum(side));
}

/* ---- gather, then scatter --------------------------------------------------- */

/* What left a node after the split. */
struct scattered {
    int128 sum;
    uint32_t count, distinct;
};

/* The incoming payment with which `split` different payers have been seen; 0: none, or cut. */
static uint64_t
find_split(struct search *s, const struct graph_side *in)
{
    uint64_t seq = in->oldest, tail = s->g->window[s->p->window].tail;
    uint32_t missing = s->p->is.split == 0 ? 1 : s->p->is.split;

    if (in->distinct < missing)
        return 0;
    for (;;) {
        if (!flow_visit(s))
            return 0;
        if (graph_back(seq, graph_at(s->g, seq)->back_pair) < tail && --missing == 0)
            return seq;
        seq += graph_next(s->g, seq)[1];
    }
}

/* Does an outgoing payment count, in time where all of one moment are alike in having one? */
static bool
past(const struct search *s, uint64_t split, uint64_t seq)
{
    const struct graph_edge *at = graph_at(s->g, split);

    if ((at->flags & GRAPH_DATE_ONLY) != 0)
        return graph_at(s->g, seq)->at_us >= at->at_us;
    return seq > split;
}

static void
take(struct scattered *o, const struct graph_edge *e, int sign)
{
    o->sum += sign * (int128)e->amount;
    o->count += (uint32_t)sign;
    if ((e->flags & GRAPH_SUPERSEDED) == 0)
        o->distinct += (uint32_t)sign;
}

/*
 * From both ends at once, so that the shorter part decides: what comes before the split is taken
 * off the whole, or what comes after it is added up. A pair counts where its newest payment is.
 */
static bool
add_scattered(struct search *s, struct graph_node *n, uint64_t split, struct scattered *out)
{
    const struct graph_side *side = graph_out(s->g, n, s->p->window);
    struct scattered less = {graph_sum(side), side->count, side->distinct}, more = {0};
    uint64_t old = side->oldest, new = n->newest_out, tail = s->g->window[s->p->window].tail;

    for (;;) {
        if (past(s, split, old)) {
            *out = less;
            return true;
        }
        if (new < tail || !past(s, split, new)) {
            *out = more;
            return true;
        }
        if (!flow_visit(s))
            return false;
        take(&less, graph_at(s->g, old), -1);
        take(&more, graph_at(s->g, new), 1);
        if (graph_next(s->g, old)[0] == 0) { /* nothing came after the split */
            *out = (struct scattered){0};
            return true;
        }
        old += graph_next(s->g, old)[0];
        new = graph_back(new, graph_at(s->g, new)->back_out);
    }
}

/* The same one by one, where a day's payments come in any order and others have their time. */
static bool
add_mixed(struct search *s, const struct graph_node *n, uint64_t split, struct scattered *out)
{
    uint32_t mark = graph_fresh_mark(s->g);

    *out = (struct scattered){0};
    for (uint64_t seq = n->newest_out; seq >= s->g->window[s->p->window].tail;
         seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (e->at_us < graph_at(s->g, split)->at_us)
            return true;
        if (!flow_visit(s))
            return false;
        if (!graph_precedes(s->g, split, seq))
            continue;
        out->sum += e->amount;
        out->count++;
        out->distinct += graph_node(s->g, e->payee)->mark != mark;
        graph_node(s->g, e->payee)->mark = mark;
    }
    return true;
}

/* Payments out of the node of this payment's day, without times of day. */
static bool
has_mate_out(const struct search *s, const struct graph_node *n)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);

    if ((e->flags & GRAPH_DATE_ONLY) == 0)
        return false;
    for (uint64_t seq = n->newest_out; seq >= s->g->tail;
         seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        if (graph_at(s->g, seq)->at_us != e->at_us)
            return false;
        if (graph_mates(graph_at(s->g, seq), e))
            return true;
    }
    return false;
}

static bool
is_uncertain(const struct search *s, const struct graph_node *n, uint64_t split)
{
    const struct graph_edge *at = graph_at(s->g, split);

    if ((at->flags & GRAPH_DATE_ONLY) == 0)
        return false;
    for (uint64_t seq = n->newest_out; seq >= s->g->tail;
         seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        if (graph_at(s->g, seq)->at_us < at->at_us)
            return false;
        if (graph_mates(graph_at(s->g, seq), at))
            return true;
    }
    return false;
}

static void
gather_at(struct search *s, uint32_t cell)
{
    struct graph_node *n = graph_node(s->g, cell);
    const struct graph_side *in = graph_in(s->g, n, s->p->window);
    const struct graph_side *out = graph_out(s->g, n, s->p->window);
    struct scattered o = {0};
    struct flow_hit *hit;
    uint64_t split;

    if (in->distinct < s->p->is.least.sources || in->distinct == 0 ||
        out->distinct < s->p->is.least.targets || out->distinct == 0)
        return;
    s->p->counts.searches++;
    if (flow_hub(s, cell, in->distinct) || flow_hub(s, cell, out->distinct))
        return;
    if ((split = find_split(s, in)) == 0)
        return;
    if (!(s->f->mixed && (graph_at(s->g, split)->flags & GRAPH_DATE_ONLY) != 0
                ? add_mixed(s, n, split, &o)
                : add_scattered(s, n, split, &o)))
        return;
    if (o.count == 0 || o.distinct < s->p->is.least.targets)
        return;
    if ((hit = flow_new_hit(s, cell, cell)) == NULL)
        return;
    measure_in(hit, in);
    measure_out(hit, o.distinct, o.sum, o.count);
    hit->measure[FLOW_PASSED_SHARE] = flow_share(o.sum, graph_sum(in));
    hit->order_uncertain = is_uncertain(s, n, split);
    hit->split = split;
}

/* Outgoing payments complete it; without times of day one that comes in may be the last of all. */
void
gather_search(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint32_t payer = e->payer, payee = e->payee;

    gather_at(s, payer);
    if (has_mate_out(s, graph_node(s->g, payee)))
        gather_at(s, payee);
}

/* ---- evidence ---------------------------------------------------------------- */

static bool
add_leg(struct flow *f, size_t *count, uint64_t ledger, enum flow_role role)
{
    struct flow_leg *leg = flow_room(f, f->leg, &f->leg_cap, *count + 1, sizeof *leg);

    if (leg == NULL)
        return false;
    f->leg = leg;
    f->leg[(*count)++] = (struct flow_leg){ledger, (uint8_t)role, 0};
    return true;
}

/* Both ways newest first, the newer of the two at each step; then turned round. */
bool
star_evidence(struct flow *f, const struct flow_hit *hit, uint64_t after, size_t *count)
{
    const struct graph *g = &f->graph;
    const struct pattern *p = &f->pattern[hit->pattern];
    const struct graph_node *n = graph_node(g, hit->edge);
    uint64_t in = p->is.shape == FLOW_FAN_OUT ? 0 : n->newest_in;
    uint64_t out = p->is.shape == FLOW_FAN_IN ? 0 : n->newest_out;
    uint64_t tail = g->window[p->window].tail;

    *count = 0;
    while (in >= tail || out >= tail) {
        bool incoming = in > out;
        uint64_t seq = incoming ? in : out;
        const struct graph_edge *e = graph_at(g, seq);

        if (e->ledger <= after)
            break;
        in = incoming ? graph_back(in, e->back_in) : in;
        out = incoming ? out : graph_back(out, e->back_out);
        if (!incoming && hit->split != 0 && !graph_precedes(g, hit->split, seq))
            continue;
        if (!add_leg(f, count, e->ledger, incoming ? FLOW_ROLE_INCOMING : FLOW_ROLE_OUTGOING))
            return false;
    }
    for (size_t i = 0; i < *count / 2; i++) {
        struct flow_leg last = f->leg[*count - 1 - i];

        f->leg[*count - 1 - i] = f->leg[i];
        f->leg[i] = last;
    }
    return true;
}
