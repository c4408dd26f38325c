/*
 * flow_core - bipartite: several senders who pay the same several receivers.
 *
 * The payers of the trigger's payee, the payees of its payer, and who of these paid whom; members
 * with too few partners are taken away until nobody has (the core). It is unique, and every
 * complete block through the trigger lies in it.
 */
#include "operator/flow_private.h"

/* Members of both groups and the pairs between them, as places in the groups. */
struct block {
    struct search *s;
    uint64_t tail;
    struct flow_list *senders, *receivers, *pairs; /* cells; cells; sender, receiver, ... */
    struct flow_list *left;                        /* partners left: senders', then receivers' */
    uint32_t sender_mark, receiver_mark;
};

static bool
add_member(struct search *s, struct flow_list *group, uint32_t cell, uint32_t mark)
{
    struct graph_node *n = graph_node(s->g, cell);

    n->mark = mark;
    n->place = (uint32_t)group->count;
    return flow_push(s->f, group, cell);
}

/*
 * Each payer once: by its newest payment. One with too few payees at all cannot stay and is only
 * marked, so that it is no receiver. False: cut, or no memory.
 */
static bool
list_senders(struct block *b, uint32_t payee)
{
    struct search *s = b->s;
    uint64_t seq = graph_node(s->g, payee)->newest_in;
    struct graph_node *n;

    b->sender_mark = graph_fresh_mark(s->g);
    for (; seq >= b->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_in)) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (!flow_visit(s))
            return false;
        if ((e->flags & GRAPH_SUPERSEDED) != 0)
            continue;
        n = graph_node(s->g, e->payer);
        n->mark = b->sender_mark;
        if (graph_out(s->g, n, s->p->window)->distinct >= s->p->is.least.receivers &&
            !add_member(s, b->senders, e->payer, b->sender_mark))
            return false;
    }
    return true;
}

static bool
list_receivers(struct block *b, uint32_t payer)
{
    struct search *s = b->s;
    uint64_t seq = graph_node(s->g, payer)->newest_out;
    struct graph_node *n;

    b->receiver_mark = graph_fresh_mark(s->g);
    for (; seq >= b->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (!flow_visit(s))
            return false;
        if ((e->flags & GRAPH_SUPERSEDED) != 0)
            continue;
        n = graph_node(s->g, e->payee);
        if (n->mark != b->sender_mark &&
            graph_in(s->g, n, s->p->window)->distinct >= s->p->is.least.senders &&
            !add_member(s, b->receivers, e->payee, b->receiver_mark))
            return false;
    }
    return true;
}

static bool
add_pair(struct block *b, uint32_t sender, uint32_t receiver)
{
    return flow_push(b->s->f, b->pairs, sender) && flow_push(b->s->f, b->pairs, receiver);
}

/* A sender's pairs: along its payments, or by looking for each receiver, whichever is less. */
static bool
list_pairs_of(struct block *b, uint32_t sender)
{
    struct search *s = b->s;
    uint32_t cell = b->senders->at[sender];
    struct graph_node *n = graph_node(s->g, cell);

    if (graph_out(s->g, n, s->p->window)->count > b->receivers->count) {
        for (uint32_t i = 0; i < b->receivers->count; i++) {
            if (!flow_visit(s))
                return false;
            if (graph_pair(s->g, cell, b->receivers->at[i]) >= b->tail && !add_pair(b, sender, i))
                return false;
        }
        return true;
    }
    for (uint64_t seq = n->newest_out; seq >= b->tail;
         seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        const struct graph_edge *e = graph_at(s->g, seq);
        const struct graph_node *to = graph_node(s->g, e->payee);

        if (!flow_visit(s))
            return false;
        if ((e->flags & GRAPH_SUPERSEDED) == 0 && to->mark == b->receiver_mark &&
            !add_pair(b, sender, to->place))
            return false;
    }
    return true;
}

/* A sender with too few goes at once; false also where too few senders are left. */
static bool
list_pairs(struct block *b)
{
    const struct flow_pattern *p = &b->s->p->is;
    size_t left = b->senders->count;

    if (left < p->least.senders || b->receivers->count < p->least.receivers)
        return false;
    for (uint32_t i = 0; i < b->senders->count; i++) {
        size_t before = b->pairs->count;

        if (!list_pairs_of(b, i))
            return false;
        if (b->pairs->count - before >= 2 * (size_t)p->least.receivers)
            continue;
        b->pairs->count = before;
        if (--left < p->least.senders)
            return false;
    }
    return true;
}

/* ---- the core --------------------------------------------------------------- */

/* Pairs between kept members stay; counts of partners are renewed. True where one was lost. */
static bool
peel_once(struct block *b)
{
    uint32_t senders = (uint32_t)b->senders->count, *left = b->left->at;
    const struct flow_pattern *p = &b->s->p->is;
    size_t kept = 0;

    for (size_t i = 0; i < b->pairs->count; i += 2) {
        uint32_t y = b->pairs->at[i], z = b->pairs->at[i + 1];

        if (left[y] < p->least.receivers || left[senders + z] < p->least.senders)
            continue;
        b->pairs->at[kept++] = y;
        b->pairs->at[kept++] = z;
    }
    if (kept == b->pairs->count)
        return false;
    b->pairs->count = kept;
    return true;
}

static void
count_partners(struct block *b)
{
    uint32_t senders = (uint32_t)b->senders->count;

    for (size_t i = 0; i < b->left->count; i++)
        b->left->at[i] = 0;
    for (size_t i = 0; i < b->pairs->count; i += 2) {
        b->left->at[b->pairs->at[i]]++;
        b->left->at[senders + b->pairs->at[i + 1]]++;
    }
}

/* False: no memory. */
static bool
peel(struct block *b)
{
    b->left->count = 0;
    for (size_t i = 0; i < b->senders->count + b->receivers->count; i++)
        if (!flow_push(b->s->f, b->left, 0))
            return false;
    do {
        count_partners(b);
    } while (peel_once(b));
    return true;
}

/* ---- hits --------------------------------------------------------------------- */

/* The member with the smallest name that is left; there is one. */
static uint32_t
smallest(const struct block *b, const struct flow_list *group, size_t left_at, uint32_t *members)
{
    const struct flow_names *names = &b->s->g->names;
    uint32_t best = CELLS_NONE;

    *members = 0;
    for (size_t i = 0; i < group->count; i++) {
        if (b->left->at[left_at + i] == 0)
            continue;
        (*members)++;
        if (best == CELLS_NONE ||
            names->compare(names->context, graph_node(b->s->g, group->at[i])->node,
                graph_node(b->s->g, best)->node) < 0)
            best = group->at[i];
    }
    return best;
}

static bool
add_payments(struct block *b, int128 *total)
{
    struct search *s = b->s;

    for (size_t i = 0; i < b->pairs->count; i += 2) {
        uint64_t seq = graph_pair(
            s->g, b->senders->at[b->pairs->at[i]], b->receivers->at[b->pairs->at[i + 1]]);

        for (; seq >= b->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_pair)) {
            if (!flow_new_part(s->f, seq, FLOW_ROLE_PAYMENT, 0))
                return false;
            *total += graph_at(s->g, seq)->amount;
        }
    }
    return true;
}

static void
report(struct block *b)
{
    struct search *s = b->s;
    uint32_t senders, receivers;
    uint32_t origin = smallest(b, b->senders, 0, &senders);
    uint32_t end = smallest(b, b->receivers, b->senders->count, &receivers);
    struct flow_hit *hit = flow_new_hit(s, origin, end);
    size_t first = s->f->parts;
    int128 total = 0;

    if (hit == NULL || !add_payments(b, &total))
        return;
    flow_sort_parts(s->f, first);
    hit->measure[FLOW_SENDERS] = flow_number(senders);
    hit->measure[FLOW_RECEIVERS] = flow_number(receivers);
    hit->measure[FLOW_PAYMENTS] = flow_number(s->f->parts - first);
    hit->measure[FLOW_TOTAL] = flow_money(total);
}

void
core_search(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint32_t payer = e->payer, payee = e->payee;
    uint32_t into = graph_in(s->g, graph_node(s->g, payee), s->p->window)->distinct;
    uint32_t from = graph_out(s->g, graph_node(s->g, payer), s->p->window)->distinct;
    struct flow_list *l = s->f->list;
    struct block b = {.s = s,
        .tail = s->g->window[s->p->window].tail,
        .senders = &l[0],
        .receivers = &l[1],
        .pairs = &l[2],
        .left = &l[3]};

    if (into < s->p->is.least.senders || from < s->p->is.least.receivers)
        return;
    s->p->counts.searches++;
    if (flow_hub(s, payee, into) || flow_hub(s, payer, from))
        return;
    l[0].count = l[1].count = l[2].count = 0;
    if (!gate_shares_receivers(s, payer, payee, s->p->is.least.receivers, s->p->is.least.senders))
        return;
    if (!list_senders(&b, payee) || !list_receivers(&b, payer) || !list_pairs(&b) || !peel(&b))
        return;
    /* The payee is no sender: its place among the receivers is the scratch of list_receivers(). */
    if (graph_node(s->g, payee)->mark != b.receiver_mark ||
        b.left->at[graph_node(s->g, payer)->place] == 0 ||
        b.left->at[l[0].count + graph_node(s->g, payee)->place] == 0)
        return;
    report(&b);
}
