#include "operator/flow_door.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "operator/flow_join.h"

enum { CUTS_KEPT = 10000, CUTS_PER_KEY = 3, PATH_MAX_NODES = FLOW_HOPS_MAX + 1 };

/* Nodes where accounts are grouped: numbers + 1 by account, by group; 0: none yet. */
struct grouping {
    uint32_t *node_of_key, *node_of_group, *group_of_key; /* group + 1 */
    size_t key_cap, group_cap, belongs_cap;
    uint32_t *name; /* by node: its smallest account */
    size_t name_cap;
    uint32_t nodes;
};

struct door {
    const struct flow_spec *spec;
    struct flow *flow;
    struct operator_names names;
    struct grouping grouping;
    struct flow_least least;
    bool expects;           /* `least` has been set */
    struct flow_join *join; /* by seat: of bipartite and stack */
    size_t seats;
    struct buf key;             /* what a cycle's hits have in common */
    const struct flow_hit *hit; /* being judged */
    uint32_t payer, payee;      /* nodes of the payment that completes it */
    uint64_t number;
    int64_t at_us;
    struct value measures[FLOW_MEASURES];
    uint64_t left_out, inside, search_cut;
    struct operator_cut *cut;
    size_t cut_count, cut_cap;
    uint8_t *told; /* by key: cuts kept */
    size_t told_cap;
};

/* ---- names ------------------------------------------------------------------ */

static uint32_t
key_of(const struct door *d, uint32_t node)
{
    return d->spec->groups ? d->grouping.name[node] : node;
}

static struct bytes
name_of(const struct door *d, uint32_t node)
{
    return d->names.of(d->names.context, key_of(d, node));
}

static int
compare_nodes(void *context, uint32_t a, uint32_t b)
{
    return bytes_compare(name_of(context, a), name_of(context, b));
}

/* FNV-1a; the same in every run, as it decides which bit of a signature a node has. */
static uint64_t
hash_node(void *context, uint32_t node)
{
    struct bytes name = name_of(context, node);
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < name.size; i++)
        h = (h ^ (unsigned char)name.at[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static void
name(void *state, const struct operator_names *names)
{
    ((struct door *)state)->names = *names;
}

/* ---- beginning and end ---------------------------------------------------------- */

static void
close_door(void *state)
{
    struct door *d = state;

    flow_free(d->flow);
    for (size_t i = 0; i < d->seats; i++)
        flow_join_fini(&d->join[i]);
    alloc_free(d->join);
    alloc_free(d->grouping.node_of_key);
    alloc_free(d->grouping.node_of_group);
    alloc_free(d->grouping.group_of_key);
    alloc_free(d->grouping.name);
    buf_fini(&d->key);
    alloc_free(d->cut);
    alloc_free(d->told);
    alloc_free(d);
}

void *
flow_door_open(const struct flow_spec *spec, const struct hash_key *key)
{
    struct door *d = alloc_zero(1, sizeof *d);
    struct flow_names names = {d, compare_nodes, hash_node};

    if (d == NULL)
        return NULL;
    d->spec = spec;
    d->flow = flow_new(&spec->pattern, 1, &names, key);
    if (d->flow == NULL) {
        close_door(d);
        return NULL;
    }
    return d;
}

static uint32_t
lower(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void
flow_door_expect(void *state, const struct flow_least *least)
{
    struct door *d = state;
    struct flow_least *l = &d->least;

    if (d->spec->pattern.shape >= FLOW_BIPARTITE)
        return;
    if (!d->expects)
        *l = *least;
    d->expects = true;
    l->sources = lower(l->sources, least->sources);
    l->targets = lower(l->targets, least->targets);
    l->middlemen = lower(l->middlemen, least->middlemen);
    l->hops = lower(l->hops, least->hops);
    flow_expect(d->flow, 0, l);
}

static void
every(void *state)
{
    flow_door_expect(state, &(struct flow_least){0});
}

/* ---- nodes ------------------------------------------------------------------------ */

/* Room for entry `at`, new ones zero; false: no memory. */
static bool
room_at(void **list, size_t *cap, size_t at, size_t size)
{
    size_t want = *cap == 0 ? 64 : *cap;
    char *more;

    while (want <= at)
        want *= 2;
    if (want == *cap)
        return true;
    if ((more = alloc_grow(*list, want * size)) == NULL)
        return false;
    memset(more + *cap * size, 0, (want - *cap) * size);
    *list = more;
    *cap = want;
    return true;
}

/* The node of an account by itself, or of a group; OPERATOR_NO_KEY: no memory. */
static uint32_t
node_in(struct grouping *g, uint32_t **nodes, size_t *cap, uint32_t at, uint32_t key)
{
    if (!room_at((void **)nodes, cap, at, sizeof **nodes))
        return OPERATOR_NO_KEY;
    if ((*nodes)[at] == 0) {
        if (!room_at((void **)&g->name, &g->name_cap, g->nodes, sizeof *g->name))
            return OPERATOR_NO_KEY;
        g->name[g->nodes++] = key;
        (*nodes)[at] = g->nodes;
    }
    return (*nodes)[at] - 1;
}

static uint32_t
node_of(struct door *d, uint32_t key, uint32_t group)
{
    struct grouping *g = &d->grouping;
    uint32_t node;

    if (!d->spec->groups)
        return key;
    if (!room_at((void **)&g->group_of_key, &g->belongs_cap, key, sizeof *g->group_of_key))
        return OPERATOR_NO_KEY;
    if (group != OPERATOR_NO_KEY)
        g->group_of_key[key] = group + 1;
    node = g->group_of_key[key] == 0
               ? node_in(g, &g->node_of_key, &g->key_cap, key, key)
               : node_in(g, &g->node_of_group, &g->group_cap, g->group_of_key[key] - 1, key);
    if (node != OPERATOR_NO_KEY && g->name[node] != key &&
        bytes_compare(d->names.of(d->names.context, key), name_of(d, node)) < 0)
        g->name[node] = key;
    return node;
}

/* ---- moments ------------------------------------------------------------------------ */

static bool
judge_hit(struct door *d, const struct flow_hit *hit, operator_judge_fn judge, void *context)
{
    uint32_t parties[OPERATOR_PARTIES] = {[OPERATOR_ORIGIN] = key_of(d, hit->origin),
        [OPERATOR_END] = key_of(d, hit->end),
        [OPERATOR_MIDDLE] = key_of(d, hit->middle)};
    struct operator_moment m = {.key = parties[OPERATOR_ORIGIN],
        .at_us = d->at_us,
        .number = d->number,
        .measures = d->measures,
        .uncertain = hit->order_uncertain,
        .incomplete = hit->cut != 0,
        .parties = parties};
    uint32_t count = 0;

    for (uint32_t i = 0; i < FLOW_MEASURES; i++)
        if ((flow_measures[i].shapes >> d->spec->pattern.shape & 1) != 0)
            d->measures[count++] = hit->measure[i];
    d->hit = hit;
    return judge(context, &m);
}

static bool
keep_cut(struct door *d, const struct flow_cut *cut)
{
    uint32_t key = key_of(d, cut->node);

    d->search_cut++;
    if (cut->hit || d->cut_count == CUTS_KEPT)
        return true;
    if (!room_at((void **)&d->told, &d->told_cap, key, sizeof *d->told) ||
        !room_at((void **)&d->cut, &d->cut_cap, d->cut_count, sizeof *d->cut))
        return false;
    if (d->told[key] == CUTS_PER_KEY)
        return true;
    d->told[key]++;
    d->cut[d->cut_count++] = (struct operator_cut){.at_us = d->at_us,
        .key = key,
        .visits = cut->visits,
        .cause = (cut->cause & FLOW_CUT_HUB) != 0 ? "hub" : "budget"};
    return true;
}

static bool
tell(struct door *d, operator_judge_fn judge, void *context)
{
    uint32_t hits, cuts;
    const struct flow_hit *hit = flow_hits(d->flow, &hits);
    const struct flow_cut *cut = flow_cuts(d->flow, &cuts);

    for (uint32_t i = 0; i < cuts; i++)
        if (!keep_cut(d, &cut[i]))
            return false;
    for (uint32_t i = 0; i < hits; i++)
        if (!judge_hit(d, &hit[i], judge, context))
            return false;
    return true;
}

/* ---- entries --------------------------------------------------------------------------- */

static const struct value *
input(const struct operator_entry *e, int slot)
{
    return slot < 0 || !e->inputs[slot].set ? NULL : &e->inputs[slot];
}

static uint32_t
condition(const struct operator_entry *e, int slot)
{
    const struct value *v = input(e, slot);

    return v != NULL && v->num != 0;
}

static void
add_places(const struct door *d, const struct operator_entry *e, struct flow_edge *edge)
{
    for (int side = 0; side < 2; side++) {
        const struct value *country = input(e, d->spec->country[side]);
        const struct value *bank = input(e, d->spec->bank[side]);

        edge->country[side] = country == NULL ? 0 : (int64_t)country->num;
        edge->bank[side] = bank == NULL ? 0 : (uint32_t)bank->num + 1;
    }
}

static bool
add(void *state, const struct operator_entry *e, operator_judge_fn judge, void *context)
{
    struct door *d = state;
    const struct value *amount = input(e, d->spec->amount);
    struct flow_edge edge = {.at_us = e->at_us,
        .ledger = e->number,
        .date_only = e->date_only,
        .first = condition(e, d->spec->first),
        .last = condition(e, d->spec->last)};

    if (amount == NULL || amount->num < 0 || amount->num > INT64_MAX) {
        d->left_out++;
        return true;
    }
    edge.amount = (int64_t)amount->num;
    edge.payer = node_of(d, e->key, e->group[0]);
    edge.payee = node_of(d, e->other, e->group[1]);
    if (edge.payer == OPERATOR_NO_KEY || edge.payee == OPERATOR_NO_KEY)
        return false;
    add_places(d, e, &edge);
    d->payer = edge.payer;
    d->payee = edge.payee;
    d->number = e->number;
    d->at_us = e->at_us;
    d->inside += edge.payer == edge.payee;
    return flow_add(d->flow, &edge) && tell(d, judge, context);
}

static bool
advance(void *state, int64_t passed_us, int64_t conclude_us, operator_judge_fn judge, void *context)
{
    (void)conclude_us;
    (void)judge;
    (void)context;
    if (passed_us != INT64_MAX)
        flow_expire(((struct door *)state)->flow, passed_us);
    return true;
}

/* Where nodes are groups, only accounts met before are known; asking early is never needed. */
static void
ahead(const void *state, const struct operator_entry *e)
{
    const struct door *d = state;
    const struct grouping *g = &d->grouping;
    uint32_t node[2] = {e->key, e->other};

    for (int i = 0; d->spec->groups && i < 2; i++) {
        if (node[i] >= g->belongs_cap || node[i] >= g->key_cap)
            return;
        if (g->group_of_key[node[i]] != 0)
            node[i] = g->node_of_group[g->group_of_key[node[i]] - 1];
        else
            node[i] = g->node_of_key[node[i]];
        if (node[i]-- == 0)
            return;
    }
    flow_prefetch(d->flow, node[0], node[1]);
}

/* ---- evidence ----------------------------------------------------------------------------- */

static const char *
role_of(const struct flow_leg *leg)
{
    static const char *const hops[FLOW_HOPS_MAX + 1] = {
        "hop", "hop_1", "hop_2", "hop_3", "hop_4", "hop_5", "hop_6", "hop_7", "hop_8"};

    switch ((enum flow_role)leg->role) {
    case FLOW_ROLE_INCOMING:
        return "incoming";
    case FLOW_ROLE_OUTGOING:
        return "outgoing";
    case FLOW_ROLE_HOP:
        return hops[leg->hop <= FLOW_HOPS_MAX ? leg->hop : 0];
    case FLOW_ROLE_FIRST_LEG:
        return "first_leg";
    case FLOW_ROLE_LAST_LEG:
        return "last_leg";
    case FLOW_ROLE_PAYMENT:
        return "payment";
    }
    return "payment";
}

static int
by_number(const void *left, const void *right)
{
    const struct operator_quote *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

static size_t
evidence(const void *state, const struct operator_moment *m, uint64_t after,
    struct operator_quote *out, size_t max)
{
    const struct door *d = state;
    /* A star only goes on; elsewhere a later match may rest on older payments. */
    bool star = d->spec->pattern.shape <= FLOW_GATHER_SCATTER;
    size_t count;
    const struct flow_leg *leg = flow_evidence(d->flow, d->hit, star ? after : 0, &count);

    (void)m;
    if (leg == NULL)
        return SIZE_MAX / (4 * sizeof *out); /* the caller finds that there is no memory */
    for (size_t i = 0; i < count && i < max; i++)
        out[i] = (struct operator_quote){leg[i].ledger, role_of(&leg[i])};
    /* Hops stand along the path: without times of day that may not be the total order. */
    if (count > 1 && count <= max && leg[0].role == FLOW_ROLE_HOP)
        qsort(out, count, sizeof *out, by_number);
    return count;
}

/* ---- which alert a hit joins ----------------------------------------------------------------- */

/* The names of a cycle's accounts, in their order, each with its length. */
static bool
join_cycle(struct door *d, struct bytes *out)
{
    uint32_t node[PATH_MAX_NODES], count = flow_path(d->flow, d->hit, node) - 1;

    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0 && compare_nodes(d, node[k - 1], node[k]) > 0; k--) {
            uint32_t other = node[k];

            node[k] = node[k - 1];
            node[k - 1] = other;
        }
    d->key.size = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct bytes text = name_of(d, node[i]);

        buf_print(&d->key, "%zu:", text.size);
        buf_add(&d->key, text.at, text.size);
    }
    *out = buf_bytes(&d->key);
    return !d->key.failed;
}

static bool
remember_group(
    struct door *d, struct flow_join *join, enum flow_role group, uint64_t core, int64_t expired_us)
{
    size_t count;
    const uint32_t *member = flow_group(d->flow, d->hit, group, &count);

    if (member == NULL)
        return count == 0;
    for (size_t i = 0; i < count; i++) {
        struct flow_memory m = {core, d->at_us, member[i], (uint8_t)group};

        if (!flow_join_put(join, &m, expired_us))
            return false;
    }
    return true;
}

/* The payment's two ends are in neighbouring groups: which, its hit does not say. */
static uint64_t
core_of_ends(const struct door *d, const struct flow_join *join, int64_t expired_us)
{
    static const enum flow_role groups[][2] = {{FLOW_ROLE_HOP, FLOW_ROLE_LAST_LEG},
        {FLOW_ROLE_FIRST_LEG, FLOW_ROLE_HOP}, {FLOW_ROLE_FIRST_LEG, FLOW_ROLE_LAST_LEG}};

    for (size_t i = 0; i < 3; i++) {
        const struct flow_memory *from = flow_join_find(join, d->payer, (uint8_t)groups[i][0]);
        const struct flow_memory *to = flow_join_find(join, d->payee, (uint8_t)groups[i][1]);

        if (from != NULL && to != NULL && from->core == to->core && from->at_us > expired_us)
            return from->core;
    }
    return 0;
}

static bool
join_core(struct door *d, uint32_t seat, int64_t cooldown_us, struct bytes *out)
{
    struct flow_join *join;
    int64_t expired_us = d->at_us - cooldown_us;
    uint64_t core;

    if (!room_at((void **)&d->join, &d->seats, seat, sizeof *d->join))
        return false;
    join = &d->join[seat];
    core = core_of_ends(d, join, expired_us);

    if (core == 0) {
        core = d->number;
        if (!remember_group(d, join, FLOW_ROLE_FIRST_LEG, core, expired_us) ||
            !remember_group(d, join, FLOW_ROLE_HOP, core, expired_us) ||
            !remember_group(d, join, FLOW_ROLE_LAST_LEG, core, expired_us))
            return false;
    }
    d->key.size = 0;
    buf_print(&d->key, "%llu", (unsigned long long)core);
    *out = buf_bytes(&d->key);
    return !d->key.failed;
}

static bool
join(void *state, const struct operator_moment *m, uint32_t seat, int64_t cooldown_us,
    struct bytes *out)
{
    struct door *d = state;

    (void)m;
    *out = (struct bytes){"", 0};
    if (d->spec->pattern.shape == FLOW_CYCLE)
        return join_cycle(d, out);
    if (d->spec->pattern.shape >= FLOW_BIPARTITE)
        return join_core(d, seat, cooldown_us, out);
    return true;
}

/* ---- counters ----------------------------------------------------------------------------------
 */

static void
counts(const void *state, struct operator_counts *out)
{
    const struct door *d = state;
    struct flow_counts c;

    flow_counts(d->flow, 0, &c);
    *out = (struct operator_counts){.left_out = d->left_out,
        .inside = d->inside,
        .examined = c.triggers,
        .searches = c.searches,
        .cut_budget = c.cut_budget,
        .cut_hub = c.cut_hub,
        .search_cut = d->search_cut,
        .cut = d->cut,
        .cut_count = d->cut_count};
}

static size_t
bytes(const void *state)
{
    const struct door *d = state;
    const struct grouping *g = &d->grouping;

    return sizeof *d + flow_bytes(d->flow) +
           (g->key_cap + g->group_cap + g->belongs_cap + g->name_cap) * sizeof(uint32_t) +
           d->cut_cap * sizeof *d->cut + d->told_cap;
}

const struct operator_class flow_class = {.add = add,
    .advance = advance,
    .evidence = evidence,
    .bytes = bytes,
    .free = close_door,
    .name = name,
    .every = every,
    .ahead = ahead,
    .join = join,
    .counts = counts,
    .resumes = true};
