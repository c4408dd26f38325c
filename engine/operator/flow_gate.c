/*
 * flow_gate - what must hold before the groups of a bipartite or stack are worth listing. Each test
 * may let through too much and never too little; most payments end here.
 */
#include "operator/flow_private.h"

bool
gate_has_partners(
    struct search *s, uint32_t cell, bool in, uint32_t least, bool of_in, uint32_t partners)
{
    const struct graph_node *n = graph_node(s->g, cell);
    uint64_t seq = in ? n->newest_in : n->newest_out, tail = s->g->window[s->p->window].tail;
    uint32_t count = 0;

    while (count < least && seq >= tail) {
        const struct graph_edge *e = graph_at(s->g, seq);
        struct graph_node *other = graph_node(s->g, in ? e->payer : e->payee);
        const struct graph_side *side =
            of_in ? graph_in(s->g, other, s->p->window) : graph_out(s->g, other, s->p->window);

        if (!flow_visit(s))
            return false;
        count += (e->flags & GRAPH_SUPERSEDED) == 0 && side->distinct >= partners;
        seq = graph_back(seq, in ? e->back_in : e->back_out);
    }
    return count >= least;
}

/* Have c and z so many payers in common besides m? Those of the one with fewer payments are walked.
 */
static bool
share_payers(struct search *s, uint32_t m, uint32_t z, uint32_t c, uint32_t least)
{
    uint64_t tail = s->g->window[s->p->window].tail, seq;
    uint32_t count = 0, few = c, many = z;

    if (graph_in(s->g, graph_node(s->g, c), s->p->window)->count >
        graph_in(s->g, graph_node(s->g, z), s->p->window)->count) {
        few = z;
        many = c;
    }
    for (seq = graph_node(s->g, few)->newest_in; count < least && seq >= tail;) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (!flow_visit(s))
            return false;
        count += (e->flags & GRAPH_SUPERSEDED) == 0 && e->payer != m && e->payer != many &&
                 graph_pair(s->g, e->payer, many) >= tail;
        seq = graph_back(seq, e->back_in);
    }
    return count >= least;
}

bool
gate_shares_receivers(struct search *s, uint32_t m, uint32_t z, uint32_t receivers, uint32_t payers)
{
    uint64_t tail = s->g->window[s->p->window].tail, seq = graph_node(s->g, m)->newest_out;
    uint32_t count = 1; /* z itself */

    while (count < receivers && seq >= tail) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (!flow_visit(s))
            return false;
        count += (e->flags & GRAPH_SUPERSEDED) == 0 && e->payee != z &&
                 graph_in(s->g, graph_node(s->g, e->payee), s->p->window)->distinct >= payers &&
                 share_payers(s, m, z, e->payee, payers == 0 ? 0 : payers - 1);
        seq = graph_back(seq, e->back_out);
    }
    return count >= receivers;
}
