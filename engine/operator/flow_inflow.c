/*
 * flow_inflow - the incoming edges of hubs in runs by amount, and the walk over them.
 */
#include "operator/flow_inflow.h"

#include <string.h>

#include "base/alloc.h"

enum { HUB_ENDS = INFLOW_HUB / 2, RUN_MIN = 16 };

/* Edges of one range of amounts, by the low bits of their numbers, ascending. */
struct hub_run {
    uint32_t *seq;
    uint32_t id;
    uint32_t first, count, cap; /* entries first .. first + count of seq[] */
};

/* Runs in the order of their ids; those in use. */
struct hub {
    uint32_t runs, cap;
    struct hub_run *run;
};

/* Four ranges for each power of two; 0 and below: the first. */
static uint32_t
run_id(int64_t amount)
{
    uint64_t a = (uint64_t)amount;
    int top;

    if (amount < 4)
        return amount <= 0 ? 0 : (uint32_t)a;
    top = 63 - __builtin_clzll(a);
    return (uint32_t)(4 * (top - 1) + (int)(a >> (top - 2) & 3));
}

static struct hub *
hub_of(const struct graph *g, const struct graph_node *n)
{
    return *(struct hub **)cells_at(&g->hubs, n->hub1 - 1);
}

static uint64_t
whole_seq(const struct graph *g, uint32_t low)
{
    return g->head - (uint32_t)((uint32_t)g->head - low);
}

/* First run of this id or above. */
static uint32_t
run_from(const struct hub *h, uint32_t id)
{
    uint32_t i = 0;

    while (i < h->runs && h->run[i].id < id)
        i++;
    return i;
}

/* ---- building and letting go ------------------------------------------------ */

static struct hub_run *
run_for(struct graph *g, struct hub *h, uint32_t id)
{
    uint32_t i = run_from(h, id);

    if (i < h->runs && h->run[i].id == id)
        return &h->run[i];
    if (h->runs == h->cap) {
        uint32_t cap = h->cap == 0 ? 8 : h->cap * 2;
        struct hub_run *more = alloc_grow(h->run, cap * sizeof *more);

        if (more == NULL)
            return NULL;
        g->hub_bytes += (cap - h->cap) * sizeof *more;
        h->run = more;
        h->cap = cap;
    }
    memmove(&h->run[i + 1], &h->run[i], (h->runs - i) * sizeof *h->run);
    h->run[i] = (struct hub_run){.id = id};
    h->runs++;
    return &h->run[i];
}

/* Room for one more at the end. */
static bool
reserve_run(struct graph *g, struct hub_run *r)
{
    uint32_t cap = r->cap == 0 ? RUN_MIN : r->cap * 2;
    uint32_t *more;

    if (r->first + r->count < r->cap)
        return true;
    if (r->first >= (r->cap + 1) / 2 && r->first > 0) {
        memmove(r->seq, r->seq + r->first, r->count * sizeof *r->seq);
        r->first = 0;
        return true;
    }
    if ((more = alloc_grow(r->seq, cap * sizeof *more)) == NULL)
        return false;
    g->hub_bytes += (cap - r->cap) * sizeof *more;
    r->seq = more;
    r->cap = cap;
    return true;
}

static bool
hub_put(struct graph *g, struct hub *h, uint64_t seq, int64_t amount)
{
    struct hub_run *r = run_for(g, h, run_id(amount));

    if (r == NULL || !reserve_run(g, r))
        return false;
    r->seq[r->first + r->count++] = (uint32_t)seq;
    return true;
}

static void
drop_run(struct graph *g, struct hub *h, uint32_t i)
{
    g->hub_bytes -= h->run[i].cap * sizeof *h->run[i].seq;
    alloc_free(h->run[i].seq);
    h->runs--;
    memmove(&h->run[i], &h->run[i + 1], (h->runs - i) * sizeof *h->run);
}

void
inflow_drop(struct graph *g, struct graph_node *n)
{
    struct hub *h = hub_of(g, n);

    while (h->runs > 0)
        drop_run(g, h, h->runs - 1);
    g->hub_bytes -= h->cap * sizeof *h->run + sizeof *h;
    alloc_free(h->run);
    alloc_free(h);
    cells_give(&g->hubs, n->hub1 - 1);
    n->hub1 = 0;
}

/* All edges into the node so far, oldest first. */
static bool
put_all(struct graph *g, struct graph_node *n, struct hub *h)
{
    uint64_t seq[INFLOW_HUB + 2];
    uint32_t count = 0;

    for (uint64_t s = n->newest_in; s >= g->tail; s = graph_back(s, graph_at(g, s)->back_in))
        seq[count++] = s;
    assert(count == n->live_in && count <= INFLOW_HUB + 1);
    while (count-- > 0)
        if (!hub_put(g, h, seq[count], graph_at(g, seq[count])->amount))
            return false;
    return true;
}

static bool
make_hub(struct graph *g, struct graph_node *n)
{
    struct hub *h = alloc_zero(1, sizeof *h);
    uint32_t cell = h == NULL ? CELLS_NONE : cells_take(&g->hubs);

    if (cell == CELLS_NONE) {
        alloc_free(h);
        return false;
    }
    *(struct hub **)cells_at(&g->hubs, cell) = h;
    g->hub_bytes += sizeof *h;
    n->hub1 = cell + 1;
    return put_all(g, n, h);
}

bool
inflow_add(struct graph *g, struct graph_node *n, uint64_t seq)
{
    if (n->hub1 != 0)
        return hub_put(g, hub_of(g, n), seq, graph_at(g, seq)->amount);
    return n->live_in <= INFLOW_HUB || make_hub(g, n);
}

/* The edge at the log's tail is the first of its run. */
void
inflow_leave(struct graph *g, struct graph_node *n, const struct graph_edge *e)
{
    struct hub *h = hub_of(g, n);
    uint32_t i = run_from(h, run_id(e->amount));
    struct hub_run *r = &h->run[i];

    assert(i < h->runs && r->id == run_id(e->amount) && r->count > 0);
    assert(whole_seq(g, r->seq[r->first]) == g->tail);
    r->first++;
    if (--r->count == 0)
        drop_run(g, h, i);
    if (n->live_in - 1 < HUB_ENDS)
        inflow_drop(g, n);
}

/* ---- walking ------------------------------------------------------------------ */

/* Entries of the run numbered below `below`. */
static uint32_t
entries_below(const struct graph *g, const struct hub_run *r, uint64_t below)
{
    uint32_t low = 0, high = r->count;

    if (r->count == 0 || whole_seq(g, r->seq[r->first + r->count - 1]) < below)
        return r->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (whole_seq(g, r->seq[r->first + middle]) < below)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void
inflow_begin(struct inflow *in, const struct graph *g, uint32_t node, uint64_t below,
    int64_t since_us, int64_t min, int64_t max)
{
    const struct graph_node *n = graph_node(g, node);
    const struct hub *h;

    in->g = g;
    in->below = below;
    in->since_us = since_us;
    in->min = min;
    in->max = max;
    in->next = n->hub1 == 0 ? n->newest_in : 0;
    in->count = 0;
    in->left = UINT32_MAX;
    in->cut = false;
    if (n->hub1 == 0)
        return;
    h = hub_of(g, n);
    for (uint32_t i = run_from(h, run_id(min)); i < h->runs && h->run[i].id <= run_id(max); i++) {
        in->run[in->count] = &h->run[i];
        in->at[in->count] = entries_below(g, &h->run[i], below);
        in->count += in->at[in->count] > 0;
    }
}

/* The newest edge still to come in any of the runs; 0: none. */
static uint64_t
newest_of_runs(struct inflow *in)
{
    uint64_t newest = 0;
    uint32_t which = 0;

    for (uint32_t i = 0; i < in->count; i++) {
        const struct hub_run *r = in->run[i];
        uint64_t seq = whole_seq(in->g, r->seq[r->first + in->at[i] - 1]);

        if (seq > newest) {
            newest = seq;
            which = i;
        }
    }
    if (newest == 0)
        return 0;
    if (--in->at[which] == 0) {
        in->count--;
        in->run[which] = in->run[in->count];
        in->at[which] = in->at[in->count];
    }
    return newest;
}

static uint64_t
end(struct inflow *in)
{
    in->count = 0;
    in->next = 0;
    return 0;
}

uint64_t
inflow_next(struct inflow *in)
{
    for (;;) {
        uint64_t seq = in->count > 0 ? newest_of_runs(in) : in->next;
        const struct graph_edge *e;

        if (seq < in->g->tail)
            return 0;
        e = graph_at(in->g, seq);
        if (e->at_us <= in->since_us)
            return end(in);
        if (in->count == 0)
            in->next = in->next == seq ? graph_back(seq, e->back_in) : 0;
        if (seq >= in->below)
            continue;
        if (in->left == 0) {
            in->cut = true;
            return end(in);
        }
        in->left -= in->left != UINT32_MAX;
        if (e->amount >= in->min && e->amount <= in->max)
            return seq;
    }
}
