/* literals - many literals looked for at once. */
#include "match/literals.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "match/need.h"

enum {
    WINDOWS = 3,
    SIEVE_LEAST = 13, /* binary logarithm of the bits of a sieve: 1 KiB ... */
    SIEVE_MOST = 21,  /* ... to 256 KiB */
    SIEVE_ROOM = 64,  /* bits a window */
    STRETCH = 256     /* places sieved at a time */
};
#define NO_NODE UINT32_MAX
#define MIX UINT64_C(0x9e3779b97f4a7c15)

/* Bytes by which literals are recognised: the most that a literal has. */
static const size_t window_size[WINDOWS] = {6, 4, 3};

/* One window: which values of it occur, and to which node each leads. */
struct window {
    bool used;
    unsigned sieve_shift, table_shift; /* of a 64-bit hash */
    uint8_t *sieve;                    /* one bit a hash */
    uint32_t mask;
    uint64_t *key;  /* open addressing, half full */
    uint32_t *node; /* 0: empty */
};

struct literals {
    struct window window[WINDOWS];
    uint32_t *child; /* by node: its children are child[n] to child[n + 1], by byte */
    uint8_t *byte;   /* by node: on the way in */
    uint8_t *depth;  /* by node */
    uint32_t *ids;   /* by node: its ids are id[ids[n]] to id[ids[n + 1]] */
    uint32_t *id;
    uint32_t count;
};

/* ---- windows ---------------------------------------------------------------------- */

/* The value of a window depends on the machine; which values are equal does not. */
static inline uint64_t
value_of(int w, const char *at)
{
    uint32_t four;
    uint16_t two;

    if (w == 2)
        return (uint64_t)(unsigned char)at[0] | (uint64_t)(unsigned char)at[1] << 8 |
               (uint64_t)(unsigned char)at[2] << 16;
    memcpy(&four, at, sizeof four);
    if (w == 1)
        return four;
    memcpy(&two, at + 4, sizeof two);
    return (uint64_t)two << 32 | four;
}

static int
window_of(size_t size)
{
    int w = 0;

    while (w + 1 < WINDOWS && window_size[w] > size)
        w++;
    return w;
}

static inline bool
passes(const struct window *w, uint64_t value)
{
    uint64_t at = value * MIX >> w->sieve_shift;

    return (w->sieve[at >> 3] >> (at & 7) & 1) != 0;
}

static bool
window_init(struct window *w, struct arena *a, size_t count)
{
    unsigned sieve = SIEVE_LEAST, table = 3;

    w->used = count > 0;
    if (!w->used)
        return true;
    while (sieve < SIEVE_MOST && (size_t)1 << sieve < count * SIEVE_ROOM)
        sieve++;
    while ((size_t)1 << table < 2 * count)
        table++;
    w->sieve_shift = 64 - sieve;
    w->table_shift = 64 - table;
    w->mask = (UINT32_C(1) << table) - 1;
    w->sieve = arena_take(a, (size_t)1 << (sieve - 3), 1);
    w->key = arena_take(a, (size_t)1 << table, sizeof *w->key);
    w->node = arena_take(a, (size_t)1 << table, sizeof *w->node);
    return w->sieve != NULL && w->key != NULL && w->node != NULL;
}

/* The slot of the value, or the empty one it would have. */
static inline uint32_t
slot_of(const struct window *w, uint64_t value)
{
    uint32_t at = (uint32_t)(value * MIX >> w->table_shift);

    while (w->node[at] != 0 && w->key[at] != value)
        at = (at + 1) & w->mask;
    return at;
}

static void
window_add(struct window *w, uint64_t value, uint32_t node)
{
    uint64_t bit = value * MIX >> w->sieve_shift;
    uint32_t at = slot_of(w, value);

    w->sieve[bit >> 3] |= (uint8_t)(1u << (bit & 7));
    w->key[at] = value;
    w->node[at] = node;
}

/* ---- the tree --------------------------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
    const struct literal *x = a, *y = b;
    int order = bytes_compare(x->text, y->text);

    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/* Bytes two neighbours begin with. */
static size_t
shared(const struct literal *list, size_t i)
{
    size_t same = 0;

    while (i > 0 && same < list[i].text.size && same < list[i - 1].text.size &&
           list[i].text.at[same] == list[i - 1].text.at[same])
        same++;
    return same;
}

static bool
take_nodes(struct literals *l, struct arena *a, const struct literal *list, size_t count)
{
    size_t nodes = 1;

    for (size_t i = 0; i < count; i++)
        nodes += list[i].text.size - shared(list, i);
    if (nodes >= UINT32_MAX || count >= UINT32_MAX)
        return false;
    l->child = arena_take(a, nodes + 1, sizeof *l->child);
    l->byte = arena_take(a, nodes, 1);
    l->depth = arena_take(a, nodes, 1);
    l->ids = arena_take(a, nodes + 1, sizeof *l->ids);
    l->id = arena_take(a, count + 1, sizeof *l->id);
    l->count = (uint32_t)nodes;
    return l->child != NULL && l->byte != NULL && l->depth != NULL && l->ids != NULL &&
           l->id != NULL;
}

/* The literals that begin with a node's text: list[from] to list[to]. */
struct range {
    uint32_t from, to;
};

/* Node `n`: those that end here are its ids, the rest go on to its children, numbered from *made.
 */
static void
open_node(struct literals *l, uint32_t n, struct range *range, const struct literal *list,
    uint32_t *ids, uint32_t *made)
{
    uint32_t i = range[n].from, depth = l->depth[n];

    l->ids[n] = *ids;
    for (; i < range[n].to && list[i].text.size == depth; i++)
        if (*ids == l->ids[n] || l->id[*ids - 1] != list[i].id)
            l->id[(*ids)++] = list[i].id;
    l->child[n] = *made;
    while (i < range[n].to) {
        char byte = list[i].text.at[depth];
        uint32_t from = i;

        while (i < range[n].to && list[i].text.at[depth] == byte)
            i++;
        l->byte[*made] = (uint8_t)byte;
        l->depth[*made] = (uint8_t)(depth + 1);
        range[(*made)++] = (struct range){from, i};
    }
}

static inline uint32_t
child_of(const struct literals *l, uint32_t n, uint8_t byte)
{
    uint32_t low = l->child[n], high = l->child[n + 1];

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (l->byte[mid] == byte)
            return mid;
        if (l->byte[mid] < byte)
            low = mid + 1;
        else
            high = mid;
    }
    return NO_NODE;
}

static bool
grow_tree(struct literals *l, struct arena *a, const struct literal *list, size_t count)
{
    struct range *range;
    uint32_t ids = 0, made = 1;

    if (!take_nodes(l, a, list, count))
        return false;
    range = alloc_take(l->count * sizeof *range);
    if (range == NULL)
        return false;
    range[0] = (struct range){0, (uint32_t)count};
    for (uint32_t n = 0; n < l->count; n++)
        open_node(l, n, range, list, &ids, &made);
    l->child[l->count] = made;
    l->ids[l->count] = ids;
    alloc_free(range);
    return true;
}

static bool
fill_windows(struct literals *l, struct arena *a, const struct literal *list, size_t count)
{
    size_t values[WINDOWS] = {0};
    const char *last[WINDOWS] = {NULL}; /* of the window's own: equal values follow each other */

    for (size_t i = 0; i < count; i++) {
        int w = window_of(list[i].text.size);

        values[w] += last[w] == NULL || memcmp(last[w], list[i].text.at, window_size[w]) != 0;
        last[w] = list[i].text.at;
    }
    for (int w = 0; w < WINDOWS; w++)
        if (!window_init(&l->window[w], a, values[w]))
            return false;
    for (size_t i = 0; i < count; i++) {
        int w = window_of(list[i].text.size);
        uint32_t n = 0;

        for (size_t k = 0; k < window_size[w]; k++)
            n = child_of(l, n, (uint8_t)list[i].text.at[k]);
        window_add(&l->window[w], value_of(w, list[i].text.at), n);
    }
    return true;
}

struct literals *
literals_new(struct arena *a, struct literal *list, size_t count)
{
    struct literals *l = arena_take(a, 1, sizeof *l);

    if (count > 1)
        qsort(list, count, sizeof *list, by_text);
    if (l == NULL || !grow_tree(l, a, list, count) || !fill_windows(l, a, list, count))
        return NULL;
    return l;
}

size_t
literals_nodes(const struct literals *l)
{
    return l->count;
}

/* ---- what was found --------------------------------------------------------------- */

bool
found_init(struct found *f, size_t ids)
{
    *f = (struct found){.turn_of = alloc_zero(ids + 1, sizeof *f->turn_of),
        .turn = 1,
        .id = alloc_take((ids + 1) * sizeof *f->id)};
    if (f->turn_of != NULL && f->id != NULL)
        return true;
    found_fini(f);
    return false;
}

void
found_fini(struct found *f)
{
    alloc_free(f->turn_of);
    alloc_free(f->id);
    *f = (struct found){0};
}

void
found_clear(struct found *f)
{
    for (; f->turn == UINT32_MAX && f->count > 0; f->count--)
        f->turn_of[f->id[f->count - 1]] = 0;
    f->turn += f->turn < UINT32_MAX;
    f->count = 0;
}

static int
by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

void
found_sort(struct found *f)
{
    if (f->count > 1)
        qsort(f->id, f->count, sizeof *f->id, by_number);
}

/* ---- looking ------------------------------------------------------------------------ */

/* Node `n` and those the text from `at` to `end` leads to from there. */
static void
walk(const struct literals *l, uint32_t n, const char *at, const char *end, struct found *f)
{
    for (;;) {
        for (uint32_t i = l->ids[n]; i < l->ids[n + 1]; i++)
            if (f->turn_of[l->id[i]] != f->turn) {
                f->turn_of[l->id[i]] = f->turn;
                f->id[f->count++] = l->id[i];
            }
        if (at == end || l->child[n] == l->child[n + 1])
            return;
        n = child_of(l, n, (uint8_t)*at++);
        if (n == NO_NODE)
            return;
    }
}

/*
 * Places of a stretch where a window's sieve lets a value through, without a branch that nobody
 * could foretell.
 */
static inline size_t
sieve(const struct window *win, int w, const char *at, size_t count, uint8_t *place)
{
    size_t made = 0;

    for (size_t i = 0; i < count; i++) {
        place[made] = (uint8_t)i;
        made += passes(win, value_of(w, at + i));
    }
    return made;
}

static inline void
scan_window(const struct literals *l, int w, struct bytes text, struct found *f)
{
    const struct window *win = &l->window[w];
    size_t last = text.size < window_size[w] ? 0 : text.size - window_size[w] + 1;
    uint8_t place[STRETCH];

    for (size_t from = 0; from < last; from += STRETCH) {
        size_t size = last - from < STRETCH ? last - from : STRETCH;
        size_t count = sieve(win, w, text.at + from, size, place);

        for (size_t i = 0; i < count; i++) {
            /* sieve() wrote the first `count`: NOLINTNEXTLINE(clang-analyzer-core.*) */
            const char *at = text.at + from + place[i];
            uint32_t n = win->node[slot_of(win, value_of(w, at))];

            if (n != 0)
                walk(l, n, at + window_size[w], text.at + text.size, f);
        }
    }
}

void
literals_scan(const struct literals *l, struct bytes text, struct found *f)
{
    if (l->window[0].used)
        scan_window(l, 0, text, f);
    if (l->window[1].used)
        scan_window(l, 1, text, f);
    if (l->window[2].used)
        scan_window(l, 2, text, f);
}
