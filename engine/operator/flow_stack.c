/*
 * flow_stack - senders to middlemen to receivers: two blocks, one on the other, in time.
 *
 * Around the trigger (m pays z): the payers of z are the middlemen, the payees of m the receivers,
 * the payers of m the senders. Payments that do not lead on or were not led to, and members with
 * too few partners, are taken away until nothing changes (flow-patterns.md 1.4).
 *
 * The payments lie in f->part, those from senders (F) before those from middlemen (G), the ones of
 * a pair side by side.
 */
#include "operator/flow_private.h"

#define NO_PLACE UINT32_MAX /* belongs to a group it could not stay in */
enum group { SENDER, MIDDLEMAN, RECEIVER, GROUPS };

/* What is noted of a middleman: parts + 1 (0: none), and how many different partners. */
enum note { FIRST_IN, FIRST_IN_DAY, LAST_OUT, LAST_OUT_DAY, PAYERS, PAYEES, NOTES };

struct stack {
    struct search *s;
    uint64_t tail;
    size_t first, middle; /* where F and G begin in f->part */
    size_t middlemen;     /* places given out to them */
    struct flow_list *group[GROUPS];
    uint32_t mark[GROUPS];
    struct flow_list *note;     /* NOTES for each middleman */
    struct flow_list *partners; /* of senders, then receivers */
};

/* ---- the groups --------------------------------------------------------------- */

static bool
in_group(const struct stack *k, uint32_t cell, enum group group)
{
    return graph_node(k->s->g, cell)->mark == k->mark[group];
}

static bool
is_member(const struct stack *k, uint32_t cell, enum group group)
{
    return in_group(k, cell, group) && graph_node(k->s->g, cell)->place != NO_PLACE;
}

/* In a group made earlier; marks of groups still to be made are on no node. */
static bool
taken(const struct stack *k, uint32_t cell, enum group group)
{
    return group != MIDDLEMAN &&
           (in_group(k, cell, MIDDLEMAN) || (group == SENDER && in_group(k, cell, RECEIVER)));
}

/* Has it enough partners at all? Otherwise it is marked, and belongs to no other group. */
static bool
could_stay(const struct stack *k, struct graph_node *n, enum group group)
{
    const struct flow_pattern *p = &k->s->p->is;
    uint32_t into = graph_in(k->s->g, n, k->s->p->window)->distinct;
    uint32_t from = graph_out(k->s->g, n, k->s->p->window)->distinct;

    if (group == MIDDLEMAN)
        return into >= p->least.senders && from >= p->least.receivers;
    return group == SENDER ? from >= p->least.middlemen : into >= p->least.middlemen;
}

/* The payers (in) or payees of a node that are in no earlier group; groups are made in the order
 * middlemen, receivers, senders. False: cut, or no memory. */
static bool
list_group(struct stack *k, enum group group, uint32_t around, bool in)
{
    struct search *s = k->s;
    const struct graph_node *n = graph_node(s->g, around);
    uint64_t seq = in ? n->newest_in : n->newest_out;

    k->group[group]->count = 0;
    k->mark[group] = graph_fresh_mark(s->g);
    for (; seq >= k->tail;) {
        const struct graph_edge *e = graph_at(s->g, seq);
        uint32_t cell = in ? e->payer : e->payee;
        struct graph_node *other = graph_node(s->g, cell);

        if (!flow_visit(s))
            return false;
        seq = graph_back(seq, in ? e->back_in : e->back_out);
        if ((e->flags & GRAPH_SUPERSEDED) != 0 || taken(k, cell, group))
            continue;
        other->mark = k->mark[group];
        other->place = NO_PLACE;
        if (!could_stay(k, other, group))
            continue;
        other->place = (uint32_t)k->group[group]->count;
        if (!flow_push(s->f, k->group[group], cell))
            return false;
    }
    return true;
}

/* ---- their payments --------------------------------------------------------------- */

/* All payments of a pair, given its newest. */
static bool
add_pair(struct stack *k, uint64_t seq, enum flow_role role)
{
    struct search *s = k->s;

    for (; seq >= k->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_pair))
        if (!flow_visit(s) || !flow_new_part(s->f, seq, role, 0))
            return false;
    return true;
}

/* Between a middleman and a group, along its payments or by looking for each member. */
static bool
add_links(struct stack *k, uint32_t cell, enum group group)
{
    struct search *s = k->s;
    struct graph_node *n = graph_node(s->g, cell);
    bool in = group == SENDER;
    enum flow_role role = in ? FLOW_ROLE_FIRST_LEG : FLOW_ROLE_LAST_LEG;
    const struct graph_side *side =
        in ? graph_in(s->g, n, s->p->window) : graph_out(s->g, n, s->p->window);
    uint64_t seq = in ? n->newest_in : n->newest_out;

    for (size_t i = 0; side->count > k->group[group]->count && i < k->group[group]->count; i++) {
        uint32_t other = k->group[group]->at[i];

        if (!flow_visit(s) ||
            !add_pair(k, in ? graph_pair(s->g, other, cell) : graph_pair(s->g, cell, other), role))
            return false;
    }
    for (; side->count <= k->group[group]->count && seq >= k->tail;) {
        const struct graph_edge *e = graph_at(s->g, seq);

        if (!flow_visit(s))
            return false;
        if ((e->flags & GRAPH_SUPERSEDED) == 0 && is_member(k, in ? e->payer : e->payee, group) &&
            !add_pair(k, seq, role))
            return false;
        seq = graph_back(seq, in ? e->back_in : e->back_out);
    }
    return true;
}

/* Where the parts of a middleman begin; how many different partners they are with. */
static uint32_t
partners_since(const struct stack *k, size_t from)
{
    const struct flow_part *part = k->s->f->part;
    uint32_t count = 0;

    for (size_t i = from; i < k->s->f->parts; i++) {
        const struct graph_edge *e = graph_at(k->s->g, part[i].seq);

        /* The first of a pair's parts is its newest. */
        count += (e->flags & GRAPH_SUPERSEDED) == 0;
    }
    return count;
}

/* One side of all middlemen; those with too few partners go. False: cut, or too few are left. */
static bool
list_side(struct stack *k, enum group group, uint32_t least)
{
    struct flow_list *middlemen = k->group[MIDDLEMAN];
    size_t left = 0;

    for (size_t i = 0; i < middlemen->count; i++) {
        size_t from = k->s->f->parts;

        if (left + (middlemen->count - i) < k->s->p->is.least.middlemen ||
            !add_links(k, middlemen->at[i], group))
            return false;
        if (partners_since(k, from) < least) {
            k->s->f->parts = from;
            continue;
        }
        middlemen->at[left++] = middlemen->at[i];
    }
    middlemen->count = left;
    return left >= k->s->p->is.least.middlemen;
}

static void
reverse(struct flow_part *part, size_t from, size_t to)
{
    for (; from + 1 < to; from++, to--) {
        struct flow_part p = part[from];

        part[from] = part[to - 1];
        part[to - 1] = p;
    }
}

/*
 * The receiving side first: it fails most often. Payments out of a middleman who then turns out to
 * have no senders lead nowhere and go with the first peeling.
 */
static bool
list_links(struct stack *k)
{
    const struct flow_pattern *p = &k->s->p->is;
    struct flow *f = k->s->f;
    size_t middle;

    k->first = f->parts;
    k->middlemen = k->group[MIDDLEMAN]->count;
    if (k->group[SENDER]->count < p->least.senders ||
        k->group[RECEIVER]->count < p->least.receivers ||
        !list_side(k, RECEIVER, p->least.receivers))
        return false;
    middle = f->parts;
    if (!list_side(k, SENDER, p->least.senders))
        return false;
    k->middle = k->first + (f->parts - middle);
    reverse(f->part, k->first, middle);
    reverse(f->part, middle, f->parts);
    reverse(f->part, k->first, f->parts);
    return true;
}

/* ---- taking away ------------------------------------------------------------------- */

static const struct graph_edge *
edge_of(const struct stack *k, size_t part)
{
    return graph_at(k->s->g, k->s->f->part[part].seq);
}

static uint32_t
place(const struct stack *k, uint32_t cell)
{
    return graph_node(k->s->g, cell)->place;
}

static uint32_t *
note_of(const struct stack *k, size_t part)
{
    const struct graph_edge *e = edge_of(k, part);

    return k->note->at + (size_t)NOTES * place(k, part < k->middle ? e->payee : e->payer);
}

/* Entries of partners[] that count for this payment's sender or receiver. */
static uint32_t *
partners_of(const struct stack *k, size_t part)
{
    const struct graph_edge *e = edge_of(k, part);

    if (part < k->middle)
        return k->partners->at + place(k, e->payer);
    return k->partners->at + k->group[SENDER]->count + place(k, e->payee);
}

static void
keep_least(const struct stack *k, uint32_t *best, size_t part, bool least)
{
    const struct flow_part *p = k->s->f->part;

    if (*best == 0 || (p[part].seq < p[*best - 1].seq) == least)
        *best = (uint32_t)part + 1;
}

static bool
new_pair(const struct stack *k, size_t part)
{
    const struct graph_edge *a, *b;

    if (part == k->first || part == k->middle)
        return true;
    a = edge_of(k, part - 1);
    b = edge_of(k, part);
    return a->payer != b->payer || a->payee != b->payee;
}

/* What is left: the outermost payments of each middleman, and everybody's partners. */
static void
take_notes(struct stack *k)
{
    for (size_t i = 0; i < k->note->count; i++)
        k->note->at[i] = 0;
    for (size_t i = 0; i < k->partners->count; i++)
        k->partners->at[i] = 0;
    for (size_t i = k->first; i < k->s->f->parts; i++) {
        uint32_t *note = note_of(k, i);
        bool in = i < k->middle, day = (edge_of(k, i)->flags & GRAPH_DATE_ONLY) != 0;

        keep_least(k, &note[in ? FIRST_IN : LAST_OUT], i, in);
        if (day)
            keep_least(k, &note[in ? FIRST_IN_DAY : LAST_OUT_DAY], i, in);
        if (!new_pair(k, i))
            continue;
        note[in ? PAYERS : PAYEES]++;
        (*partners_of(k, i))++;
    }
}

/* Is there a kept payment on the other side of the middleman, after f, before g? */
static bool
is_linked(const struct stack *k, size_t part)
{
    const struct graph_edge *e = edge_of(k, part);
    const uint32_t *note = note_of(k, part);
    bool in = part < k->middle, day = (e->flags & GRAPH_DATE_ONLY) != 0;
    uint32_t other = note[in ? LAST_OUT : FIRST_IN];
    uint32_t other_day = note[in ? LAST_OUT_DAY : FIRST_IN_DAY];
    uint64_t seq = k->s->f->part[part].seq;

    if (other != 0 && (k->s->f->part[other - 1].seq > seq) == in)
        return true;
    if (!day || other_day == 0)
        return false;
    return in ? edge_of(k, other_day - 1)->at_us >= e->at_us
              : edge_of(k, other_day - 1)->at_us <= e->at_us;
}

static bool
has_partners(const struct stack *k, size_t part)
{
    const struct flow_pattern *p = &k->s->p->is;
    const uint32_t *note = note_of(k, part);

    return *partners_of(k, part) >= p->least.middlemen && note[PAYERS] >= p->least.senders &&
           note[PAYEES] >= p->least.receivers;
}

/* True where something was taken away. */
static bool
peel_once(struct stack *k, bool (*stays)(const struct stack *k, size_t part))
{
    struct flow_part *part = k->s->f->part;
    size_t kept = k->first, middle = k->first, end = k->s->f->parts;

    take_notes(k);
    /* All are judged by the same notes, which name parts by where they lie now. */
    for (size_t i = k->first; i < end; i++)
        part[i].hop = stays(k, i);
    for (size_t i = k->first; i < end; i++) {
        if (part[i].hop == 0)
            continue;
        middle += i < k->middle;
        part[kept] = part[i];
        part[kept++].hop = 0;
    }
    k->middle = middle;
    k->s->f->parts = kept;
    return kept < end;
}

/* False: no memory. */
static bool
peel(struct stack *k)
{
    struct flow *f = k->s->f;
    bool changed;

    k->note->count = k->partners->count = 0;
    for (size_t i = 0; i < NOTES * k->middlemen; i++)
        if (!flow_push(f, k->note, 0))
            return false;
    for (size_t i = 0; i < k->group[SENDER]->count + k->group[RECEIVER]->count; i++)
        if (!flow_push(f, k->partners, 0))
            return false;
    do {
        changed = peel_once(k, is_linked);
        changed |= peel_once(k, has_partners);
    } while (changed && f->parts > k->first);
    return true;
}

/* ---- hits ----------------------------------------------------------------------------- */

static bool
is_kept(const struct stack *k, uint64_t seq)
{
    for (size_t i = k->first; i < k->s->f->parts; i++)
        if (k->s->f->part[i].seq == seq)
            return true;
    return false;
}

/* Does a day's order, which is not known, matter to any payment that is left? */
static bool
is_uncertain(const struct stack *k)
{
    for (size_t i = k->first; i < k->middle; i++) {
        const struct graph_edge *f = edge_of(k, i);

        if ((f->flags & GRAPH_DATE_ONLY) == 0)
            continue;
        for (size_t n = k->middle; n < k->s->f->parts; n++)
            if (edge_of(k, n)->payer == f->payee && graph_mates(f, edge_of(k, n)))
                return true;
    }
    return false;
}

/* The smallest name among the payers (or payees) of some parts, and how many there are. */
static uint32_t
smallest(const struct stack *k, size_t from, size_t to, bool payers, uint32_t *members)
{
    const struct flow_names *names = &k->s->g->names;
    uint32_t mark = graph_fresh_mark(k->s->g), best = CELLS_NONE;

    *members = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t cell = payers ? edge_of(k, i)->payer : edge_of(k, i)->payee;
        struct graph_node *n = graph_node(k->s->g, cell);

        if (n->mark == mark)
            continue;
        n->mark = mark;
        (*members)++;
        if (best == CELLS_NONE ||
            names->compare(names->context, n->node, graph_node(k->s->g, best)->node) < 0)
            best = cell;
    }
    return best;
}

static void
report(struct stack *k)
{
    struct search *s = k->s;
    uint32_t senders, middlemen, receivers;
    size_t end = s->f->parts;
    uint32_t origin = smallest(k, k->first, k->middle, true, &senders);
    uint32_t middle = smallest(k, k->first, k->middle, false, &middlemen);
    uint32_t last = smallest(k, k->middle, end, false, &receivers);
    bool uncertain = is_uncertain(k);
    struct flow_hit *hit = flow_new_hit(s, origin, last);
    int128 total = 0;

    if (hit == NULL)
        return;
    hit->first = (uint32_t)k->first;
    hit->middle = graph_node(s->g, middle)->node;
    hit->order_uncertain = uncertain;
    for (size_t i = k->first; i < end; i++)
        total += edge_of(k, i)->amount;
    flow_sort_parts(s->f, k->first);
    hit->measure[FLOW_SENDERS] = flow_number(senders);
    hit->measure[FLOW_MIDDLEMEN] = flow_number(middlemen);
    hit->measure[FLOW_RECEIVERS] = flow_number(receivers);
    hit->measure[FLOW_PAYMENTS] = flow_number(end - k->first);
    hit->measure[FLOW_TOTAL] = flow_money(total);
}

/* ---- searching --------------------------------------------------------------------------- */

/* Are there enough to look at? Counts a search where there are. */
static bool
gate(struct search *s, uint32_t m, uint32_t z)
{
    const struct flow_pattern *p = &s->p->is;
    uint32_t into_z = graph_in(s->g, graph_node(s->g, z), s->p->window)->distinct;
    uint32_t from_m = graph_out(s->g, graph_node(s->g, m), s->p->window)->distinct;
    uint32_t into_m = graph_in(s->g, graph_node(s->g, m), s->p->window)->distinct;

    if (into_z < p->least.middlemen || from_m < p->least.receivers || into_m < p->least.senders)
        return false;
    s->p->counts.searches++;
    return !flow_hub(s, z, into_z) && !flow_hub(s, m, from_m) && !flow_hub(s, m, into_m) &&
           gate_has_partners(s, m, true, p->least.senders, false, p->least.middlemen) &&
           gate_shares_receivers(s, m, z, p->least.receivers, p->least.middlemen);
}

/* Around a payment m to z, which must be left like the trigger; false: no such match. */
static bool
search_around(struct search *s, uint64_t at)
{
    uint32_t m = graph_at(s->g, at)->payer, z = graph_at(s->g, at)->payee;
    struct flow_list *l = s->f->list;
    struct stack k = {.s = s,
        .tail = s->g->window[s->p->window].tail,
        .group = {&l[0], &l[1], &l[2]},
        .note = &l[3],
        .partners = &l[4]};
    size_t first = s->f->parts;

    if (gate(s, m, z) && list_group(&k, MIDDLEMAN, z, true) && list_group(&k, RECEIVER, m, false) &&
        list_group(&k, SENDER, m, true) && list_links(&k) && peel(&k) && is_kept(&k, s->trigger) &&
        is_kept(&k, at)) {
        report(&k);
        return true;
    }
    s->f->parts = first;
    return false;
}

/* Without times of day a payment into a middleman may be the last to come of all. */
static void
search_before(struct search *s)
{
    const struct graph_edge *e = graph_at(s->g, s->trigger);
    uint64_t seq = graph_node(s->g, e->payee)->newest_out;

    for (; seq >= s->g->tail; seq = graph_back(seq, graph_at(s->g, seq)->back_out)) {
        if (graph_at(s->g, seq)->at_us != e->at_us)
            return;
        if (graph_mates(graph_at(s->g, seq), e) &&
            (s->cut != 0 || s->f->failed || search_around(s, seq)))
            return;
    }
}

void
stack_search(struct search *s)
{
    if (!search_around(s, s->trigger) && (graph_at(s->g, s->trigger)->flags & GRAPH_DATE_ONLY) != 0)
        search_before(s);
}
