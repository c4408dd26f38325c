/*
 * flow_trace - what each edge knows of the ways that lead to it, so that most searches need not
 * begin (flow-patterns.md section 3).
 *
 * For a chain an edge keeps, for each length, how long ago the latest sequence of that length that
 * ends in it began; accounts may repeat, so the label admits too much and never too little. For a
 * cycle it keeps, for each number of steps back, a set of the payers met there, one bit in 64 each.
 * Both come from the edges right before it. Where the search would not look at all of those
 * (edge_cap), neither does the label, and a bit remembers it.
 *
 * The edges of a day without times of day may come in any order, so theirs are made when the day is
 * over; until then they admit everything.
 */
#include <string.h>

#include "base/alloc.h"
#include "operator/flow_private.h"

enum { LABEL_NONE = UINT16_MAX, LABEL_UNITS = 65000 };

/* ---- edges right before ------------------------------------------------------ */

void
before_begin(struct before *b, const struct graph *g, const struct flow_pattern *p, uint64_t seq,
    int64_t since_us)
{
    const struct graph_edge *e = graph_at(g, seq);
    struct range r = flow_before(p, e->amount);
    uint64_t below = seq;

    if ((e->flags & GRAPH_DATE_ONLY) != 0)
        below = graph_after_time(g, seq);
    b->edge = e;
    b->seq = seq;
    b->cut = false;
    b->left = p->edge_cap == 0 ? UINT32_MAX : p->edge_cap;
    if (since_us < e->at_us - p->hop_within_us)
        since_us = e->at_us - p->hop_within_us;
    inflow_begin(&b->in, g, e->payer, below, since_us, r.min, r.max);
    if (p->edge_cap != 0)
        b->in.left = p->edge_cap * FLOW_LOOKED_PER_EDGE;
}

uint64_t
before_next(struct before *b)
{
    uint64_t seq;

    do {
        seq = inflow_next(&b->in);
    } while (seq >= b->seq && (seq == b->seq || !graph_mates(graph_at(b->in.g, seq), b->edge)));
    b->cut = b->in.cut || (seq != 0 && b->left == 0);
    if (seq == 0 || b->cut)
        return 0;
    b->left -= b->left != UINT32_MAX;
    return seq;
}

/* ---- making -------------------------------------------------------------------- */

void
trace_plan(struct flow *f, struct pattern *p)
{
    if (p->is.shape == FLOW_CHAIN) {
        p->unit_us = p->is.within_us / LABEL_UNITS + 1;
        p->labels_at = graph_want_extra(&f->graph, p->is.max_hops * 2, 2);
    }
    if (p->is.shape == FLOW_CYCLE)
        p->labels_at = graph_want_extra(&f->graph, 2, 2);
    f->traces |= p->is.shape == FLOW_CHAIN || p->is.shape == FLOW_CYCLE;
}

static uint16_t *
labels(const struct graph *g, const struct pattern *p, uint64_t seq)
{
    return graph_extra(g, seq, p->labels_at);
}

/* [d - 1]: d steps back. */
static uint64_t *
signatures(const struct graph *g, const struct pattern *p, uint64_t seq)
{
    return graph_extra(g, seq, p->signatures_at);
}

/* label[h - 1]: a sequence of h hops, from 2; label[0]: bit h: some of them were left out. */
static void
take_label(const struct pattern *p, uint16_t *to, const uint16_t *from, int64_t gap_us, uint32_t h)
{
    int64_t units = gap_us / p->unit_us;

    if (h > 2) {
        if (from[h - 2] == LABEL_NONE)
            return;
        units += from[h - 2];
    }
    if (units * p->unit_us < p->is.within_us && units < to[h - 1])
        to[h - 1] = (uint16_t)units;
}

/* Levels from..to (hops of a chain, from 2; for a cycle one more than steps back) of one edge. */
static void
make_levels(struct flow *f, const struct pattern *p, uint64_t seq, uint32_t from, uint32_t to)
{
    const struct graph *g = &f->graph;
    const struct graph_edge *e = graph_at(g, seq);
    bool chain = p->is.shape == FLOW_CHAIN;
    uint16_t *label = labels(g, p, seq);
    struct before b;
    uint64_t prior;

    before_begin(&b, g, &p->is, seq, INT64_MIN);
    while ((prior = before_next(&b)) != 0) {
        const struct graph_edge *pe = graph_at(g, prior);
        const uint16_t *theirs = labels(g, p, prior);

        label[0] |= (uint16_t)(theirs[0] << 1);
        for (uint32_t h = from; h <= to; h++) {
            if (chain)
                take_label(p, label, theirs, e->at_us - pe->at_us, h);
            else
                signatures(g, p, seq)[h - 2] |=
                    h == 2 ? graph_node(g, pe->payer)->bit : signatures(g, p, prior)[h - 3];
        }
    }
    if (b.cut)
        label[0] |= (uint16_t)~3u; /* sequences of two hops and more */
}

static void
clear(struct flow *f, const struct pattern *p, uint64_t seq, bool permit)
{
    struct graph *g = &f->graph;

    labels(g, p, seq)[0] = 0;
    if (p->is.shape == FLOW_CHAIN)
        memset(labels(g, p, seq) + 1, permit ? 0 : 0xff, 2 * (p->is.max_hops - 1));
    else
        memset(signatures(g, p, seq), permit ? 0xff : 0, 8 * (p->is.max_hops - 1));
}

static bool
has_trace(const struct pattern *p)
{
    return p->is.shape == FLOW_CHAIN || p->is.shape == FLOW_CYCLE;
}

void
trace_add(struct flow *f, uint64_t seq)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const struct pattern *p = &f->pattern[i];

        if (!has_trace(p))
            continue;
        clear(f, p, seq, false);
        make_levels(f, p, seq, 2, p->is.max_hops);
    }
}

void
trace_permit(struct flow *f, uint64_t seq)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (has_trace(&f->pattern[i]))
            clear(f, &f->pattern[i], seq, true);
}

/* Level by level: each rests on the one below it of all edges, those of the day too. */
void
trace_day(struct flow *f, uint64_t from, uint64_t to)
{
    from = from < f->graph.tail ? f->graph.tail : from;
    for (uint32_t i = 0; i < f->count; i++) {
        const struct pattern *p = &f->pattern[i];

        if (!has_trace(p))
            continue;
        for (uint64_t seq = from; seq < to; seq++)
            clear(f, p, seq, false);
        for (uint32_t h = 2; h <= p->is.max_hops; h++)
            for (uint64_t seq = from; seq < to; seq++)
                make_levels(f, p, seq, h, h);
    }
}

/* ---- asking ---------------------------------------------------------------------- */

bool
trace_chain(const struct search *s, uint64_t seq, uint32_t hops, int64_t since_us)
{
    return hops == 1 || (labels(s->g, s->p, seq)[hops - 1] != LABEL_NONE &&
                            trace_latest_start(s, seq, hops) > since_us);
}

int64_t
trace_latest_start(const struct search *s, uint64_t seq, uint32_t hops)
{
    int64_t at_us = graph_at(s->g, seq)->at_us;

    return hops == 1 ? at_us : at_us - labels(s->g, s->p, seq)[hops - 1] * s->p->unit_us;
}

bool
trace_cycle(const struct search *s, uint64_t seq, uint32_t steps, uint64_t bit)
{
    return (signatures(s->g, s->p, seq)[steps - 1] & bit) != 0;
}

bool
trace_is_cut(const struct search *s, uint64_t seq, uint32_t hops)
{
    return (labels(s->g, s->p, seq)[0] >> hops & 1) != 0;
}
