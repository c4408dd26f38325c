/*
 * flow_graph - a log in chunks, a directory of them, and what is known of its nodes.
 */
#include "operator/flow_graph.h"

#include <string.h>

#include "base/alloc.h"
#include "operator/flow_inflow.h"
#include "state/prefetch.h"

enum { CHUNKS_MIN = 16, PAIR_BITS = 31, LEAVING_AHEAD = 12 };
#define PAIR_MASK ((UINT64_C(1) << PAIR_BITS) - 1)

/* ---- beginning and end ---------------------------------------------------- */

uint32_t
graph_want_window(struct graph *g, int64_t span_us, bool counts)
{
    uint32_t w = 0;

    while (w < g->windows && g->window[w].span_us != span_us)
        w++;
    if (w == g->windows)
        g->window[g->windows++] = (struct graph_window){.span_us = span_us, .tail = 1};
    if (counts && !g->window[w].counts) {
        g->window[w].counts = true;
        g->window[w].at = g->sides;
        g->sides += 2;
    }
    return w;
}

void
graph_want_sums(struct graph *g, uint32_t window)
{
    struct graph_window *w = &g->window[window];

    assert(w->counts);
    if (w->sums)
        return;
    w->sums = true;
    w->largest_at = g->largests;
    g->largests += 2;
    w->sums_at = graph_want_extra(g, sizeof(int128), 8);
}

uint32_t
graph_want_extra(struct graph *g, uint32_t bytes, uint32_t align)
{
    uint32_t at = (g->extra_bytes + align - 1) / align * align;

    g->extra_bytes = at + bytes;
    return at;
}

static size_t
node_bytes(const struct graph *g)
{
    return sizeof(struct graph_node) + g->sides * sizeof(struct graph_side) +
           g->largests * sizeof(struct graph_largest);
}

void
graph_init(struct graph *g, const struct flow_names *names, const struct hash_key *key)
{
    g->head = g->tail = 1;
    g->newest_us = INT64_MIN;
    g->extra_bytes = (g->extra_bytes + 7) / 8 * 8;
    g->names = *names;
    g->salt = key->k0 ^ key->k1;
    cells_init(&g->nodes, node_bytes(g));
    cells_init(&g->hubs, sizeof(void *));
    index_init(&g->index);
}

static void
drop_chunk(struct graph *g, uint64_t number)
{
    char **chunk = &g->chunk[number & g->chunk_mask];

    alloc_free(*chunk);
    *chunk = NULL;
    g->chunks--;
}

static void
drop_hubs(struct graph *g)
{
    for (uint64_t seq = g->tail; seq < g->head; seq++) {
        struct graph_node *n = graph_node(g, graph_at(g, seq)->payee);

        if (n->hub1 != 0)
            inflow_drop(g, n);
    }
}

void
graph_fini(struct graph *g)
{
    if (g->hub_bytes > 0)
        drop_hubs(g);
    for (uint64_t i = 0; g->chunk != NULL && i <= g->chunk_mask; i++)
        alloc_free(g->chunk[i]);
    alloc_free(g->chunk);
    cells_fini(&g->nodes);
    cells_fini(&g->hubs);
    index_fini(&g->index);
    slots_fini(&g->pairs);
}

size_t
graph_bytes(const struct graph *g)
{
    size_t chunk = GRAPH_CHUNK * (sizeof(struct graph_edge) + g->extra_bytes);

    return g->chunks * chunk + (g->chunk == NULL ? 0 : (g->chunk_mask + 1) * sizeof *g->chunk) +
           cells_bytes(&g->nodes) + cells_bytes(&g->hubs) + g->hub_bytes + index_bytes(&g->index) +
           slots_bytes(&g->pairs);
}

uint32_t
graph_fresh_mark(struct graph *g)
{
    if (++g->mark == 0) /* once in 2^32 searches; marks left by older ones are then taken away */
        for (uint64_t seq = g->tail; seq < g->head; seq++) {
            graph_node(g, graph_at(g, seq)->payer)->mark = 0;
            graph_node(g, graph_at(g, seq)->payee)->mark = 0;
        }
    return g->mark == 0 ? ++g->mark : g->mark;
}

/* ---- pairs ---------------------------------------------------------------- */

/* Numbers stand in slots by their low bits: fewer than 2^31 edges are alive at once. */
static uint32_t
pair_ref(uint64_t seq)
{
    return (uint32_t)(seq & PAIR_MASK);
}

static uint64_t
pair_seq(const struct graph *g, uint32_t ref)
{
    return g->head - ((g->head - ref) & PAIR_MASK);
}

static uint32_t
pair_hash(const struct graph *g, uint32_t payer, uint32_t payee)
{
    uint64_t x = ((uint64_t)payer << 32 | payee) ^ g->salt;

    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(x ^ x >> 33);
}

/* Where the pair's slot is; false: it has none. */
static bool
find_pair(const struct graph *g, uint32_t hash, uint32_t payer, uint32_t payee, uint64_t *at)
{
    uint32_t ref;

    for (*at = slots_first(&g->pairs, hash); (ref = slots_ref(&g->pairs, *at, hash)) != SLOTS_END;
         *at = slots_after(&g->pairs, *at)) {
        const struct graph_edge *e;

        if (ref == SLOTS_OTHER)
            continue;
        e = graph_at(g, pair_seq(g, ref));
        if (e->payer == payer && e->payee == payee)
            return true;
    }
    return false;
}

uint64_t
graph_pair(const struct graph *g, uint32_t payer, uint32_t payee)
{
    uint32_t hash = pair_hash(g, payer, payee);
    uint64_t at;

    if (!find_pair(g, hash, payer, payee, &at))
        return 0;
    return pair_seq(g, slots_ref(&g->pairs, at, hash));
}

/* ---- counts --------------------------------------------------------------- */

static void
side_add(struct graph_side *s, int64_t amount, bool new_pair, uint64_t seq)
{
    uint64_t low = s->sum_low + (uint64_t)amount;

    s->sum_high += low < s->sum_low;
    s->sum_low = low;
    if (s->count++ == 0)
        s->oldest = seq;
    s->distinct += new_pair;
}

static void
side_drop(struct graph_side *s, int64_t amount, bool last_of_pair)
{
    assert(s->count > 0);
    s->sum_high -= s->sum_low < (uint64_t)amount;
    s->sum_low -= (uint64_t)amount;
    s->count--;
    s->distinct -= last_of_pair;
}

/* ---- the largest counterparty ---------------------------------------------- */

static int128
get_sum(const struct graph *g, uint32_t w, uint64_t seq)
{
    int128 sum;

    memcpy(&sum, graph_extra(g, seq, g->window[w].sums_at), sizeof sum);
    return sum;
}

static void
set_sum(const struct graph *g, uint32_t w, uint64_t seq, int128 sum)
{
    memcpy(graph_extra(g, seq, g->window[w].sums_at), &sum, sizeof sum);
}

static struct graph_largest *
largest_of(const struct graph *g, struct graph_node *n, uint32_t w, int side)
{
    struct graph_largest *all = (struct graph_largest *)(void *)&n->side[g->sides];

    return &all[g->window[w].largest_at + (uint32_t)side];
}

static void
largest_set(struct graph_largest *l, int128 sum, uint32_t other)
{
    *l = (struct graph_largest){(uint64_t)sum, (int64_t)(sum >> 64), other, true};
}

static int128
largest_sum(const struct graph_largest *l)
{
    return (int128)((uint128)(uint64_t)l->sum_high << 64 | l->sum_low);
}

/* The node's pair with `other` now has this sum; it has grown. */
static void
largest_grow(struct graph *g, uint32_t w, uint32_t cell, int side, uint32_t other, int128 sum)
{
    struct graph_node *n = graph_node(g, cell);
    struct graph_largest *l = largest_of(g, n, w, side);

    if (n->side[g->window[w].at + (uint32_t)side].count == 1 || (l->known && sum >= largest_sum(l)))
        largest_set(l, sum, other);
}

static void
largest_shrink(struct graph *g, uint32_t w, uint32_t cell, int side, uint32_t other)
{
    struct graph_largest *l = largest_of(g, graph_node(g, cell), w, side);

    if (l->other == other)
        l->known = false;
}

static void
enter_sums(struct graph *g, uint32_t w, uint64_t seq, uint64_t before)
{
    const struct graph_edge *e = graph_at(g, seq);
    int128 sum = e->amount;

    if (before >= g->window[w].tail)
        sum += get_sum(g, w, before);
    set_sum(g, w, seq, sum);
    largest_grow(g, w, e->payee, 0, e->payer, sum);
    largest_grow(g, w, e->payer, 1, e->payee, sum);
}

static void
leave_sums(struct graph *g, uint32_t w, const struct graph_edge *e)
{
    if ((e->flags & GRAPH_SUPERSEDED) != 0) {
        uint64_t newest = graph_pair(g, e->payer, e->payee);

        set_sum(g, w, newest, get_sum(g, w, newest) - e->amount);
    }
    largest_shrink(g, w, e->payee, 0, e->payer);
    largest_shrink(g, w, e->payer, 1, e->payee);
}

int128
graph_largest_sum(const struct graph *g, struct graph_node *node, uint32_t window, int side)
{
    struct graph_largest *l = largest_of(g, node, window, side);
    uint64_t seq = side == 0 ? node->newest_in : node->newest_out;

    if (l->known)
        return largest_sum(l);
    largest_set(l, 0, CELLS_NONE);
    while (seq >= g->window[window].tail) {
        const struct graph_edge *e = graph_at(g, seq);

        if ((e->flags & GRAPH_SUPERSEDED) == 0 && get_sum(g, window, seq) > largest_sum(l))
            largest_set(l, get_sum(g, window, seq), side == 0 ? e->payer : e->payee);
        seq = graph_back(seq, side == 0 ? e->back_in : e->back_out);
    }
    return largest_sum(l);
}

/* ---- windows --------------------------------------------------------------- */

static void
leave_window(struct graph *g, uint32_t w, uint64_t seq)
{
    struct graph_edge *e = graph_at(g, seq);
    bool last = (e->flags & GRAPH_SUPERSEDED) == 0;
    struct graph_side *out = graph_out(g, graph_node(g, e->payer), w);
    struct graph_side *in = graph_in(g, graph_node(g, e->payee), w);

    side_drop(out, e->amount, last);
    side_drop(in, e->amount, last);
    if (g->window[w].sums)
        leave_sums(g, w, e);
    if (g->has_next) {
        const uint32_t *next = graph_next(g, seq);

        out->oldest = seq + next[0];
        in->oldest = seq + next[1];
    }
}

static void
enter_window(struct graph *g, uint32_t w, uint64_t seq, uint64_t before)
{
    const struct graph_edge *e = graph_at(g, seq);
    bool new_pair = before < g->window[w].tail;

    side_add(graph_out(g, graph_node(g, e->payer), w), e->amount, new_pair, seq);
    side_add(graph_in(g, graph_node(g, e->payee), w), e->amount, new_pair, seq);
    if (g->window[w].sums)
        enter_sums(g, w, seq, before);
}

/* ---- leaving -------------------------------------------------------------- */

static void
drop_node_if_idle(struct graph *g, uint32_t cell)
{
    struct graph_node *n = graph_node(g, cell);

    if (n->live_in > 0 || n->live_out > 0)
        return;
    assert(n->hub1 == 0);
    index_drop(&g->index, n->node);
    cells_give(&g->nodes, cell);
}

static void
leave_log(struct graph *g)
{
    uint64_t seq = g->tail;
    struct graph_edge *e = graph_at(g, seq);
    struct graph_node *payer = graph_node(g, e->payer), *payee = graph_node(g, e->payee);

    if ((e->flags & GRAPH_SUPERSEDED) == 0)
        slots_drop(&g->pairs, pair_hash(g, e->payer, e->payee), pair_ref(seq));
    if (payer->newest_out == seq)
        payer->newest_out = 0;
    if (payee->newest_in == seq)
        payee->newest_in = 0;
    if (payee->hub1 != 0)
        inflow_leave(g, payee, e);
    payer->live_out--;
    payee->live_in--;
    drop_node_if_idle(g, e->payer);
    drop_node_if_idle(g, e->payee);
    g->tail++;
    if ((g->tail & (GRAPH_CHUNK - 1)) == 0)
        drop_chunk(g, seq >> GRAPH_CHUNK_SHIFT);
}

/* An edge about to leave a window: ask for what it changes. */
static void
prefetch_leaving(const struct graph *g, uint32_t w, uint64_t seq)
{
    const struct graph_edge *e;

    if (seq + LEAVING_AHEAD >= g->head)
        return;
    e = graph_at(g, seq + LEAVING_AHEAD);
    prefetch(graph_out(g, graph_node(g, e->payer), w));
    prefetch(graph_in(g, graph_node(g, e->payee), w));
}

/* The same for the log: its nodes, and the pair's slot. */
static void
prefetch_ending(const struct graph *g)
{
    const struct graph_edge *e;

    if (g->tail + LEAVING_AHEAD >= g->head)
        return;
    e = graph_at(g, g->tail + LEAVING_AHEAD);
    prefetch(graph_node(g, e->payer));
    prefetch(graph_node(g, e->payee));
    slots_prefetch(&g->pairs, pair_hash(g, e->payer, e->payee));
}

void
graph_slide(struct graph *g, int64_t now_us)
{
    uint64_t tail = g->head;

    g->newest_us = now_us;
    for (uint32_t i = 0; i < g->windows; i++) {
        struct graph_window *w = &g->window[i];

        while (w->tail < g->head &&
               (uint64_t)now_us - (uint64_t)graph_at(g, w->tail)->at_us >= (uint64_t)w->span_us) {
            if (w->counts) {
                prefetch_leaving(g, i, w->tail);
                leave_window(g, i, w->tail);
            }
            w->tail++;
        }
        if (w->tail < tail)
            tail = w->tail;
    }
    while (g->tail < tail) {
        prefetch_ending(g);
        leave_log(g);
    }
}

/* ---- coming --------------------------------------------------------------- */

static bool
grow_directory(struct graph *g)
{
    uint64_t size = g->chunk == NULL ? CHUNKS_MIN : (g->chunk_mask + 1) * 2;
    char **chunk = alloc_zero(size, sizeof *chunk);

    if (chunk == NULL)
        return false;
    for (uint64_t c = g->tail >> GRAPH_CHUNK_SHIFT;
         g->chunk != NULL && c << GRAPH_CHUNK_SHIFT < g->head; c++)
        chunk[c & (size - 1)] = g->chunk[c & g->chunk_mask];
    alloc_free(g->chunk);
    g->chunk = chunk;
    g->chunk_mask = size - 1;
    return true;
}

/* Room for edge number g->head. */
static bool
reserve_edge(struct graph *g)
{
    uint64_t c = g->head >> GRAPH_CHUNK_SHIFT, first = g->tail >> GRAPH_CHUNK_SHIFT;
    size_t bytes = GRAPH_CHUNK * (sizeof(struct graph_edge) + g->extra_bytes);

    if (g->head - g->tail >= PAIR_MASK - 1)
        return false;
    if ((g->chunk == NULL || c - first > g->chunk_mask) && !grow_directory(g))
        return false;
    if (g->chunk[c & g->chunk_mask] != NULL)
        return true;
    if ((g->chunk[c & g->chunk_mask] = alloc_take(bytes)) == NULL)
        return false;
    g->chunks++;
    return true;
}

static uint32_t
node_of(struct graph *g, uint32_t number)
{
    uint32_t cell = index_find(&g->index, number);
    struct graph_node *n;

    if (cell != INDEX_NONE)
        return cell;
    if ((cell = cells_take(&g->nodes)) == CELLS_NONE)
        return CELLS_NONE;
    if (!index_add(&g->index, number, cell)) {
        cells_give(&g->nodes, cell);
        return CELLS_NONE;
    }
    n = graph_node(g, cell);
    memset(n, 0, node_bytes(g));
    n->node = number;
    n->bit = UINT64_C(1) << (g->names.hash(g->names.context, number) & 63);
    return cell;
}

/* The pair's newest edge becomes `seq`; what it was before, 0: none. */
static uint64_t
renew_pair(struct graph *g, const struct graph_edge *e, uint64_t seq)
{
    uint32_t hash = pair_hash(g, e->payer, e->payee);
    uint64_t at, before;

    if (!find_pair(g, hash, e->payer, e->payee, &at)) {
        slots_add(&g->pairs, hash, pair_ref(seq));
        return 0;
    }
    before = pair_seq(g, slots_ref(&g->pairs, at, hash));
    slots_renew(&g->pairs, at, pair_ref(seq));
    graph_at(g, before)->flags |= GRAPH_SUPERSEDED;
    return before;
}

static uint32_t
steps(uint64_t seq, uint64_t before)
{
    return before == 0 ? 0 : (uint32_t)(seq - before);
}

static void
link_next(struct graph *g, uint64_t seq, uint64_t out_before, uint64_t in_before)
{
    memset(graph_next(g, seq), 0, 2 * sizeof(uint32_t));
    if (out_before != 0)
        graph_next(g, out_before)[0] = (uint32_t)(seq - out_before);
    if (in_before != 0)
        graph_next(g, in_before)[1] = (uint32_t)(seq - in_before);
}

static void
link_edge(struct graph *g, uint64_t seq)
{
    struct graph_edge *e = graph_at(g, seq);
    struct graph_node *payer = graph_node(g, e->payer), *payee = graph_node(g, e->payee);
    uint64_t before;

    e->back_out = steps(seq, payer->newest_out);
    e->back_in = steps(seq, payee->newest_in);
    if (g->has_next)
        link_next(g, seq, payer->newest_out, payee->newest_in);
    payer->newest_out = payee->newest_in = seq;
    payer->live_out++;
    payee->live_in++;
    before = renew_pair(g, e, seq);
    e->back_pair = steps(seq, before);
    g->head++;
    for (uint32_t w = 0; w < g->windows; w++)
        if (g->window[w].counts)
            enter_window(g, w, seq, before);
}

bool
graph_add(struct graph *g, const struct flow_edge *in, uint32_t flags)
{
    uint64_t seq = g->head;
    struct graph_edge *e;
    uint32_t payer, payee;

    assert(in->payer != in->payee && in->at_us == g->newest_us);
    if (!reserve_edge(g) || !slots_reserve(&g->pairs, 1))
        return false;
    if ((payer = node_of(g, in->payer)) == CELLS_NONE ||
        (payee = node_of(g, in->payee)) == CELLS_NONE)
        return false;
    e = graph_at(g, seq);
    *e = (struct graph_edge){.at_us = in->at_us,
        .amount = in->amount,
        .ledger = in->ledger,
        .payer = payer,
        .payee = payee,
        .flags = flags};
    if (g->extra_bytes > 0)
        memset(graph_extra(g, seq, 0), 0, g->extra_bytes);
    if (g->has_places)
        *(struct graph_places *)graph_extra(g, seq, g->places_at) =
            (struct graph_places){{in->country[0], in->country[1]}, {in->bank[0], in->bank[1]}};
    link_edge(g, seq);
    return inflow_add(g, graph_node(g, payee), seq);
}

/* ---- asking --------------------------------------------------------------- */

uint64_t
graph_after_time(const struct graph *g, uint64_t from)
{
    int64_t at_us = graph_at(g, from)->at_us;
    uint64_t step = 1, low = from, high;

    while (low + step < g->head && graph_at(g, low + step)->at_us == at_us) {
        low += step;
        step *= 2;
    }
    high = low + step < g->head ? low + step : g->head;
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;

        if (graph_at(g, middle)->at_us == at_us)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void
graph_prefetch_numbers(const struct graph *g, uint32_t payer, uint32_t payee)
{
    index_prefetch(&g->index, payer);
    index_prefetch(&g->index, payee);
}

static void
prefetch_node(const struct graph *g, uint32_t cell)
{
    const char *n = cells_at(&g->nodes, cell);

    for (size_t at = 0; at < g->nodes.size; at += 64)
        prefetch(n + at);
}

void
graph_prefetch_nodes(const struct graph *g, uint32_t payer, uint32_t payee)
{
    uint32_t from = index_find(&g->index, payer), to = index_find(&g->index, payee);

    if (from != INDEX_NONE)
        prefetch_node(g, from);
    if (to != INDEX_NONE)
        prefetch_node(g, to);
    if (from != INDEX_NONE && to != INDEX_NONE)
        slots_prefetch(&g->pairs, pair_hash(g, from, to));
}

static void
prefetch_edge(const struct graph *g, uint64_t seq)
{
    if (seq >= g->tail)
        prefetch(graph_at(g, seq));
}

void
graph_prefetch_edges(const struct graph *g, uint32_t payer, uint32_t payee)
{
    uint32_t from = index_find(&g->index, payer), to = index_find(&g->index, payee);

    if (from != INDEX_NONE)
        prefetch_edge(g, graph_node(g, from)->newest_in);
    if (to != INDEX_NONE)
        prefetch_edge(g, graph_node(g, to)->newest_out);
}
