/*
 * flow_twin - each definition as it is written, one after the other.
 */
#include "support/flow_twin.h"

#include <stdlib.h>
#include <string.h>

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', STEPS_MAX = 3000000 };

struct twin {
    const struct flow_pattern *p;
    uint32_t number;
    const struct flow_edge *e;
    uint32_t count;
    struct flow_twin_hit *hit;
    uint32_t hits, cap;
    uint32_t *from;
    bool over;
};

/* ---- 1.1: order, windows, ratios ------------------------------------------------ */

/* Of the proper payments at hand. */
static bool
proper(const struct twin *t, uint32_t f)
{
    return t->e[f].payer != t->e[f].payee;
}

static bool
mates(const struct twin *t, uint32_t f, uint32_t g)
{
    return f != g && t->e[f].date_only && t->e[g].date_only && t->e[f].at_us == t->e[g].at_us;
}

static bool
before(const struct twin *t, uint32_t f, uint32_t g)
{
    return f < g || mates(t, f, g);
}

static bool
in_window(const struct twin *t, uint32_t f, uint32_t e)
{
    return f <= e && t->e[e].at_us - t->e[f].at_us < t->p->within_us && proper(t, f);
}

/* g may follow f, nodes apart. */
static bool
fits(const struct twin *t, uint32_t f, uint32_t g)
{
    int128 in = t->e[f].amount, out = (int128)t->e[g].amount * NUMBER_SCALE;

    return before(t, f, g) && t->e[g].at_us - t->e[f].at_us < t->p->hop_within_us &&
           in * t->p->ratio_lo <= out && out <= in * t->p->ratio_hi;
}

static bool
may_begin(const struct twin *t, uint32_t f)
{
    return !t->p->first || (t->e[f].first >> t->number & 1) != 0;
}

static bool
may_end(const struct twin *t, uint32_t g)
{
    return !t->p->last || (t->e[g].last >> t->number & 1) != 0;
}

/* ---- hits -------------------------------------------------------------------------- */

static struct flow_twin_hit *
new_hit(struct twin *t, uint32_t origin, uint32_t middle, uint32_t end)
{
    static struct flow_twin_hit spare;
    struct flow_twin_hit *hit = &spare;

    if (t->hits < t->cap)
        hit = &t->hit[t->hits++];
    else
        t->over = true;
    *hit = (struct flow_twin_hit){.origin = origin, .middle = middle, .end = end};
    return hit;
}

static void
put(struct flow_twin_hit *hit, const struct twin *t, uint32_t f, enum flow_role role, uint32_t hop)
{
    hit->leg[hit->count++] = (struct flow_leg){t->e[f].ledger, (uint8_t)role, (uint8_t)hop};
}

static void
set_number(struct flow_twin_hit *hit, enum flow_measure m, uint64_t n)
{
    hit->measure[m] = value_num(TYPE_NUMBER, (int128)n * NUMBER_SCALE);
}

static void
set_money(struct flow_twin_hit *hit, enum flow_measure m, int128 cents)
{
    hit->measure[m] = value_money(EUR, cents);
}

static void
set_share(struct flow_twin_hit *hit, enum flow_measure m, int128 part, int128 whole)
{
    hit->measure[m] = value_missing(TYPE_NUMBER);
    if (whole == 0)
        return;
    hit->measure[m] = value_num(TYPE_NUMBER, part * NUMBER_SCALE);
    hit->measure[m].den = whole;
}

static uint32_t
at_least(uint32_t n)
{
    return n == 0 ? 1 : n;
}

/* ---- 1.3: one account ------------------------------------------------------------- */

static void
fan(struct twin *t, uint32_t e, bool in)
{
    uint32_t v = in ? t->e[e].payee : t->e[e].payer, others = 0;
    int128 by[FLOW_TWIN_NODES] = {0}, total = 0, largest = 0;
    bool seen[FLOW_TWIN_NODES] = {0};
    struct flow_twin_hit *hit = new_hit(t, v, v, v);

    for (uint32_t f = 0; f <= e; f++) {
        uint32_t other = in ? t->e[f].payer : t->e[f].payee;

        if (!in_window(t, f, e) || (in ? t->e[f].payee : t->e[f].payer) != v)
            continue;
        others += !seen[other];
        seen[other] = true;
        total += t->e[f].amount;
        by[other] += t->e[f].amount;
        largest = by[other] > largest ? by[other] : largest;
        put(hit, t, f, in ? FLOW_ROLE_INCOMING : FLOW_ROLE_OUTGOING, 0);
    }
    if (others < (in ? t->p->least.sources : t->p->least.targets)) {
        t->hits--;
        return;
    }
    set_number(hit, in ? FLOW_SOURCES : FLOW_TARGETS, others);
    set_money(hit, in ? FLOW_INFLOW : FLOW_OUTFLOW, total);
    set_number(hit, in ? FLOW_CREDITS : FLOW_DEBITS, hit->count);
    hit->measure[FLOW_LARGEST_SHARE] = value_missing(TYPE_NUMBER);
    if (t->p->wants_largest_share)
        set_share(hit, FLOW_LARGEST_SHARE, largest, total);
}

static void
gather_scatter_at(struct twin *t, uint32_t e, uint32_t v)
{
    bool payer[FLOW_TWIN_NODES] = {0}, payee[FLOW_TWIN_NODES] = {0};
    uint32_t sources = 0, targets = 0, credits = 0, debits = 0, split = UINT32_MAX;
    int128 inflow = 0, outflow = 0;
    struct flow_twin_hit *hit;

    for (uint32_t f = 0; f <= e; f++) {
        if (!in_window(t, f, e) || t->e[f].payee != v)
            continue;
        sources += !payer[t->e[f].payer];
        payer[t->e[f].payer] = true;
        inflow += t->e[f].amount;
        credits++;
        if (split == UINT32_MAX && sources == at_least(t->p->split))
            split = f;
    }
    for (uint32_t f = 0; split != UINT32_MAX && f <= e; f++) {
        if (!in_window(t, f, e) || t->e[f].payer != v || !before(t, split, f))
            continue;
        targets += !payee[t->e[f].payee];
        payee[t->e[f].payee] = true;
        outflow += t->e[f].amount;
        debits++;
    }
    if (debits == 0 || sources < t->p->least.sources || targets < t->p->least.targets)
        return;
    hit = new_hit(t, v, v, v);
    for (uint32_t f = 0; f <= e; f++) {
        if (in_window(t, f, e) && t->e[f].payee == v)
            put(hit, t, f, FLOW_ROLE_INCOMING, 0);
        if (!in_window(t, f, e) || t->e[f].payer != v || !before(t, split, f))
            continue;
        put(hit, t, f, FLOW_ROLE_OUTGOING, 0);
        hit->order_uncertain |= mates(t, split, f);
    }
    set_number(hit, FLOW_SOURCES, sources);
    set_money(hit, FLOW_INFLOW, inflow);
    set_number(hit, FLOW_CREDITS, credits);
    set_number(hit, FLOW_TARGETS, targets);
    set_money(hit, FLOW_OUTFLOW, outflow);
    set_number(hit, FLOW_DEBITS, debits);
    set_share(hit, FLOW_PASSED_SHARE, outflow, inflow);
}

/* An incoming payment completes it where a payment out of the same day may come after it. */
static void
gather_scatter(struct twin *t, uint32_t e)
{
    bool out = false;

    gather_scatter_at(t, e, t->e[e].payer);
    for (uint32_t f = 0; f < e; f++)
        out |= mates(t, f, e) && proper(t, f) && t->e[f].payer == t->e[e].payee;
    if (out)
        gather_scatter_at(t, e, t->e[e].payee);
}

/* ---- 1.4: groups ---------------------------------------------------------------------- */

static void
scatter_gather_between(struct twin *t, uint32_t e, uint32_t u, uint32_t w)
{
    static uint8_t role[FLOW_TWIN_PAYMENTS];
    bool helper[FLOW_TWIN_NODES] = {0}, trigger = false, uncertain = false;
    uint32_t middlemen = 0;
    int128 sent = 0, received = 0;
    struct flow_twin_hit *hit;

    memset(role, 0, sizeof role);
    for (uint32_t f = 0; f <= e; f++) {
        if (!in_window(t, f, e) || t->e[f].payer != u || t->e[f].payee == w || !may_begin(t, f))
            continue;
        for (uint32_t g = 0; g <= e; g++) {
            if (!in_window(t, g, e) || t->e[g].payee != w || t->e[g].payer != t->e[f].payee ||
                !may_end(t, g) || !fits(t, f, g))
                continue;
            role[f] = FLOW_ROLE_FIRST_LEG;
            role[g] = FLOW_ROLE_LAST_LEG;
            trigger |= f == e || g == e;
            uncertain |= mates(t, f, g);
        }
    }
    for (uint32_t f = 0; f <= e; f++) {
        if (role[f] == FLOW_ROLE_FIRST_LEG) {
            middlemen += !helper[t->e[f].payee];
            helper[t->e[f].payee] = true;
            sent += t->e[f].amount;
        }
        if (role[f] == FLOW_ROLE_LAST_LEG)
            received += t->e[f].amount;
    }
    if (!trigger || middlemen < t->p->least.middlemen)
        return;
    hit = new_hit(t, u, u, w);
    for (uint32_t f = 0; f <= e; f++)
        if (role[f] != 0)
            put(hit, t, f, role[f], 0);
    hit->order_uncertain = uncertain;
    set_number(hit, FLOW_MIDDLEMEN, middlemen);
    set_money(hit, FLOW_SENT, sent);
    set_money(hit, FLOW_RECEIVED, received);
    set_share(hit, FLOW_PRESERVED, received, sent);
}

static void
scatter_gather(struct twin *t, uint32_t e)
{
    for (uint32_t u = 0; u < FLOW_TWIN_NODES; u++)
        for (uint32_t w = 0; w < FLOW_TWIN_NODES; w++)
            if (u != w && (w == t->e[e].payee || u == t->e[e].payer))
                scatter_gather_between(t, e, u, w);
}

/* Does y pay z in the window of e? */
static bool
pays(const struct twin *t, uint32_t e, uint32_t y, uint32_t z)
{
    for (uint32_t f = 0; f <= e; f++)
        if (in_window(t, f, e) && t->e[f].payer == y && t->e[f].payee == z)
            return true;
    return false;
}

static uint32_t
first_of(const bool *group)
{
    uint32_t n = 0;

    while (!group[n])
        n++;
    return n;
}

static uint32_t
size_of(const bool *group)
{
    uint32_t count = 0;

    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        count += group[n];
    return count;
}

static void
report_block(struct twin *t, uint32_t e, const bool *senders, const bool *receivers)
{
    struct flow_twin_hit *hit =
        new_hit(t, first_of(senders), first_of(senders), first_of(receivers));
    int128 total = 0;

    for (uint32_t f = 0; f <= e; f++) {
        if (!in_window(t, f, e) || !senders[t->e[f].payer] || !receivers[t->e[f].payee])
            continue;
        put(hit, t, f, FLOW_ROLE_PAYMENT, 0);
        total += t->e[f].amount;
    }
    set_number(hit, FLOW_SENDERS, size_of(senders));
    set_number(hit, FLOW_RECEIVERS, size_of(receivers));
    set_number(hit, FLOW_PAYMENTS, hit->count);
    set_money(hit, FLOW_TOTAL, total);
}

static void
bipartite(struct twin *t, uint32_t e)
{
    static bool h[FLOW_TWIN_NODES][FLOW_TWIN_NODES];
    bool senders[FLOW_TWIN_NODES] = {0}, receivers[FLOW_TWIN_NODES] = {0}, changed = true;

    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        senders[n] = n != t->e[e].payee && pays(t, e, n, t->e[e].payee);
    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        receivers[n] = n != t->e[e].payer && !senders[n] && pays(t, e, t->e[e].payer, n);
    for (uint32_t y = 0; y < FLOW_TWIN_NODES; y++)
        for (uint32_t z = 0; z < FLOW_TWIN_NODES; z++)
            h[y][z] = senders[y] && receivers[z] && pays(t, e, y, z);
    while (changed) {
        changed = false;
        for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++) {
            uint32_t out = 0, in = 0;

            for (uint32_t m = 0; m < FLOW_TWIN_NODES; m++) {
                out += senders[n] && receivers[m] && h[n][m];
                in += senders[m] && receivers[n] && h[m][n];
            }
            if (senders[n] && out < at_least(t->p->least.receivers)) {
                senders[n] = false;
                changed = true;
            }
            if (receivers[n] && in < at_least(t->p->least.senders)) {
                receivers[n] = false;
                changed = true;
            }
        }
    }
    if (senders[t->e[e].payer] && receivers[t->e[e].payee])
        report_block(t, e, senders, receivers);
}

/* The stack around the payment m to z at the time of e; true where e and it are kept. */
static bool
stack_around(struct twin *t, uint32_t e, uint32_t at)
{
    static bool keep_f[FLOW_TWIN_PAYMENTS], keep_g[FLOW_TWIN_PAYMENTS];
    bool a[FLOW_TWIN_NODES], b[FLOW_TWIN_NODES], c[FLOW_TWIN_NODES], changed = true;
    uint32_t m = t->e[at].payer, z = t->e[at].payee;
    struct flow_twin_hit *hit;
    int128 total = 0;

    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        b[n] = n != z && pays(t, e, n, z);
    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        c[n] = n != m && !b[n] && pays(t, e, m, n);
    for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++)
        a[n] = n != m && !b[n] && !c[n] && pays(t, e, n, m);
    for (uint32_t f = 0; f <= e; f++) {
        keep_f[f] = in_window(t, f, e) && a[t->e[f].payer] && b[t->e[f].payee];
        keep_g[f] = in_window(t, f, e) && b[t->e[f].payer] && c[t->e[f].payee];
    }
    while (changed) {
        changed = false;
        for (uint32_t f = 0; f <= e; f++) {
            bool on = false;

            for (uint32_t g = 0; g <= e; g++)
                on |= keep_g[g] && t->e[g].payer == t->e[f].payee && before(t, f, g);
            changed |= keep_f[f] && !on;
            keep_f[f] = keep_f[f] && on;
        }
        for (uint32_t g = 0; g <= e; g++) {
            bool led = false;

            for (uint32_t f = 0; f <= e; f++)
                led |= keep_f[f] && t->e[g].payer == t->e[f].payee && before(t, f, g);
            changed |= keep_g[g] && !led;
            keep_g[g] = keep_g[g] && led;
        }
        for (uint32_t n = 0; n < FLOW_TWIN_NODES; n++) {
            bool to[FLOW_TWIN_NODES] = {0}, by[FLOW_TWIN_NODES] = {0};
            bool in[FLOW_TWIN_NODES] = {0}, out[FLOW_TWIN_NODES] = {0}, drop;

            for (uint32_t f = 0; f <= e; f++) {
                to[t->e[f].payee] |= keep_f[f] && t->e[f].payer == n;
                by[t->e[f].payer] |= keep_g[f] && t->e[f].payee == n;
                in[t->e[f].payer] |= keep_f[f] && t->e[f].payee == n;
                out[t->e[f].payee] |= keep_g[f] && t->e[f].payer == n;
            }
            drop = (a[n] && size_of(to) < at_least(t->p->least.middlemen)) ||
                   (c[n] && size_of(by) < at_least(t->p->least.middlemen)) ||
                   (b[n] && (size_of(in) < at_least(t->p->least.senders) ||
                                size_of(out) < at_least(t->p->least.receivers)));
            for (uint32_t f = 0; drop && f <= e; f++) {
                bool touches = t->e[f].payer == n || t->e[f].payee == n;

                changed |= touches && (keep_f[f] || keep_g[f]);
                keep_f[f] = keep_f[f] && !touches;
                keep_g[f] = keep_g[f] && !touches;
            }
        }
    }
    if (!keep_g[at] || !(keep_g[e] || keep_f[e]))
        return false;
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    memset(c, 0, sizeof c);
    for (uint32_t f = 0; f <= e; f++) {
        a[t->e[f].payer] |= keep_f[f];
        b[t->e[f].payee] |= keep_f[f];
        c[t->e[f].payee] |= keep_g[f];
    }
    hit = new_hit(t, first_of(a), first_of(b), first_of(c));
    for (uint32_t f = 0; f <= e; f++) {
        if (keep_f[f] || keep_g[f]) {
            put(hit, t, f, keep_f[f] ? FLOW_ROLE_FIRST_LEG : FLOW_ROLE_LAST_LEG, 0);
            total += t->e[f].amount;
        }
        for (uint32_t g = 0; keep_f[f] && g <= e; g++)
            hit->order_uncertain |= keep_g[g] && t->e[g].payer == t->e[f].payee && mates(t, f, g);
    }
    set_number(hit, FLOW_SENDERS, size_of(a));
    set_number(hit, FLOW_MIDDLEMEN, size_of(b));
    set_number(hit, FLOW_RECEIVERS, size_of(c));
    set_number(hit, FLOW_PAYMENTS, hit->count);
    set_money(hit, FLOW_TOTAL, total);
    return true;
}

/* Without times of day the last of all may be a payment to a middleman: around the newest of his.
 */
static void
stack(struct twin *t, uint32_t e)
{
    if (stack_around(t, e, e))
        return;
    for (uint32_t g = e; g-- > 0;)
        if (mates(t, e, g) && proper(t, g) && t->e[g].payer == t->e[e].payee &&
            stack_around(t, e, g))
            return;
}

/* ---- 1.5: paths --------------------------------------------------------------------------- */

/* All paths, each under the payment of highest rank in it. */
struct paths {
    struct twin *t;
    uint32_t path[FLOW_HOPS_MAX];
    struct best {
        uint32_t hops;
        uint32_t path[FLOW_HOPS_MAX];
    } * best; /* by trigger */
    uint32_t steps;
};

/* Longest; then the later first payment; then from the end backwards. */
static bool
better(const struct best *than, const uint32_t *path, uint32_t hops)
{
    if (hops != than->hops)
        return hops > than->hops;
    if (path[0] != than->path[0])
        return path[0] > than->path[0];
    for (uint32_t i = hops; i-- > 0;)
        if (path[i] != than->path[i])
            return path[i] > than->path[i];
    return false;
}

static void
consider(struct paths *ps, uint32_t hops)
{
    uint32_t trigger = 0, least = ps->t->p->least.hops;

    for (uint32_t i = 0; i < hops; i++)
        trigger = ps->path[i] > trigger ? ps->path[i] : trigger;
    if (hops < least || !may_end(ps->t, ps->path[hops - 1]) ||
        !better(&ps->best[trigger], ps->path, hops))
        return;
    ps->best[trigger].hops = hops;
    memcpy(ps->best[trigger].path, ps->path, sizeof ps->path);
}

/* `hops` payments stand; all accounts so far are different. */
static void
go_on(struct paths *ps, uint32_t hops)
{
    const struct twin *t = ps->t;
    bool cycle = t->p->shape == FLOW_CYCLE;
    const struct flow_edge *last = &t->e[ps->path[hops - 1]];

    if (++ps->steps > STEPS_MAX) {
        ps->t->over = true;
        return;
    }
    if (!cycle)
        consider(ps, hops);
    for (uint32_t g = 0; hops < t->p->max_hops && g < t->count; g++) {
        bool met = false;

        if (!proper(t, g) || t->e[g].payer != last->payee || !fits(t, ps->path[hops - 1], g) ||
            t->e[g].at_us - t->e[ps->path[0]].at_us >= t->p->within_us)
            continue;
        for (uint32_t i = 0; i < hops; i++)
            met |= t->e[ps->path[i]].payer == t->e[g].payee;
        ps->path[hops] = g;
        if (cycle && t->e[g].payee == t->e[ps->path[0]].payer)
            consider(ps, hops + 1);
        if (!met)
            go_on(ps, hops + 1);
    }
}

static uint32_t
places(const struct twin *t, const struct best *b, bool banks)
{
    int64_t seen[2 * FLOW_HOPS_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < 2 * b->hops; i++) {
        const struct flow_edge *e = &t->e[b->path[i / 2]];
        int64_t place = banks ? e->bank[i % 2] : e->country[i % 2];
        uint32_t k = 0;

        while (k < count && seen[k] != place)
            k++;
        if (place != 0 && k == count)
            seen[count++] = place;
    }
    return count;
}

static void
report_path(struct twin *t, const struct best *b)
{
    const struct flow_edge *first = &t->e[b->path[0]], *last = &t->e[b->path[b->hops - 1]];
    struct flow_twin_hit *hit = new_hit(t, first->payer, first->payer, last->payee);

    for (uint32_t i = 0; i < b->hops; i++) {
        put(hit, t, b->path[i], FLOW_ROLE_HOP, i + 1);
        hit->order_uncertain |= i > 0 && mates(t, b->path[i - 1], b->path[i]);
    }
    set_number(hit, FLOW_HOPS, b->hops);
    set_money(hit, FLOW_FIRST_AMOUNT, first->amount);
    set_money(hit, FLOW_LAST_AMOUNT, last->amount);
    set_share(hit, FLOW_PRESERVED, last->amount, first->amount);
    hit->measure[FLOW_ELAPSED] = value_num(TYPE_DURATION, last->at_us - first->at_us);
    hit->measure[FLOW_COUNTRIES] = hit->measure[FLOW_BANKS] = value_missing(TYPE_NUMBER);
    if (!t->p->wants_places)
        return;
    set_number(hit, FLOW_COUNTRIES, places(t, b, false));
    set_number(hit, FLOW_BANKS, places(t, b, true));
}

static void
all_paths(struct twin *t)
{
    static struct best best[FLOW_TWIN_PAYMENTS];
    struct paths ps = {.t = t, .best = best};

    memset(best, 0, sizeof best);
    for (uint32_t f = 0; f < t->count; f++) {
        ps.path[0] = f;
        if (proper(t, f) && may_begin(t, f))
            go_on(&ps, 1);
    }
    for (uint32_t e = 0; e < t->count; e++) {
        t->from[e] = t->hits;
        if (best[e].hops > 0)
            report_path(t, &best[e]);
    }
    t->from[t->count] = t->hits;
}

/* ---- all ---------------------------------------------------------------------------------- */

static int
by_key(const void *left, const void *right)
{
    const struct flow_twin_hit *a = left, *b = right;

    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static void
look(struct twin *t, uint32_t e)
{
    switch (t->p->shape) {
    case FLOW_FAN_IN:
        fan(t, e, true);
        return;
    case FLOW_FAN_OUT:
        fan(t, e, false);
        return;
    case FLOW_GATHER_SCATTER:
        gather_scatter(t, e);
        return;
    case FLOW_SCATTER_GATHER:
        scatter_gather(t, e);
        return;
    case FLOW_BIPARTITE:
        bipartite(t, e);
        return;
    case FLOW_STACK:
        stack(t, e);
        return;
    case FLOW_CHAIN:
    case FLOW_CYCLE:
    case FLOW_SHAPES:
        return;
    }
}

bool
flow_twin_find(const struct flow_pattern *p, uint32_t number, const struct flow_edge *payment,
    uint32_t count, struct flow_twin_hit *hit, uint32_t cap, uint32_t *from)
{
    struct twin t = {.p = p,
        .number = number,
        .e = payment,
        .count = count,
        .hit = hit,
        .cap = cap,
        .from = from};

    if (count > FLOW_TWIN_PAYMENTS)
        abort();
    if (p->shape == FLOW_CHAIN || p->shape == FLOW_CYCLE) {
        all_paths(&t);
        return !t.over;
    }
    for (uint32_t e = 0; e < count; e++) {
        from[e] = t.hits;
        if (proper(&t, e))
            look(&t, e);
        qsort(hit + from[e], t.hits - from[e], sizeof *hit, by_key);
    }
    from[count] = t.hits;
    return !t.over;
}
