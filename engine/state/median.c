/*
 * median - a treap without recursion: sizes are known on the way down.
 */
#include "state/median.h"

#include <assert.h>

#include "state/prefetch.h"

struct node {
    int64_t high;
    uint64_t low;         /* the value, 128 bits */
    uint32_t left, right; /* node + 1, 0: none */
    uint32_t dice;        /* no child has a greater one */
    uint32_t same;        /* entries with this value */
    uint32_t size;        /* entries in this subtree */
};

size_t
median_node_bytes(void)
{
    return sizeof(struct node);
}

static struct node *
node_at(const struct store *s, uint32_t node1)
{
    return cells_at(&s->nodes, node1 - 1);
}

static uint32_t
size_of(const struct store *s, uint32_t node1)
{
    return node1 == 0 ? 0 : node_at(s, node1)->size;
}

static int128
value_of(const struct node *n)
{
    return (int128)((uint128)(uint64_t)n->high << 64 | n->low);
}

/* xorshift64 (Marsaglia, "Xorshift RNGs", 2003). */
static uint32_t
throw_dice(struct store *s)
{
    s->dice ^= s->dice << 13;
    s->dice ^= s->dice >> 7;
    s->dice ^= s->dice << 17;
    return (uint32_t)(s->dice >> 32);
}

/* Counts the entries below `v` in the tree; true where `v` itself is there. */
static bool
look(const struct store *s, uint32_t root1, int128 v, uint32_t *below)
{
    *below = 0;
    for (uint32_t at = root1; at != 0;) {
        const struct node *n = node_at(s, at);

        if (v == value_of(n)) {
            *below += size_of(s, n->left);
            return true;
        }
        if (v > value_of(n))
            *below += size_of(s, n->left) + n->same;
        at = v < value_of(n) ? n->left : n->right;
    }
    return false;
}

/*
 * Part a subtree that lacks `v` into what lies below and above it. How many entries lie on either
 * side is known, so each node's size is right as soon as it is passed.
 */
static void
split(const struct store *s, uint32_t at, int128 v, uint32_t below, uint32_t *left, uint32_t *right)
{
    uint32_t above = size_of(s, at) - below;

    while (at != 0) {
        struct node *n = node_at(s, at);

        if (value_of(n) < v) {
            below -= size_of(s, n->left) + n->same;
            n->size -= above;
            *left = at;
            left = &n->right;
            at = n->right;
        } else {
            above -= size_of(s, n->right) + n->same;
            n->size -= below;
            *right = at;
            right = &n->left;
            at = n->left;
        }
    }
    *left = 0;
    *right = 0;
}

static uint32_t
merge(const struct store *s, uint32_t left, uint32_t right)
{
    uint32_t root = 0, *link = &root;

    while (left != 0 && right != 0) {
        struct node *l = node_at(s, left), *r = node_at(s, right);

        if (l->dice >= r->dice) {
            l->size += r->size;
            *link = left;
            link = &l->right;
            left = l->right;
        } else {
            r->size += l->size;
            *link = right;
            link = &r->left;
            right = r->left;
        }
    }
    *link = left != 0 ? left : right;
    return root;
}

/* One entry more of a value that is there. */
static void
add_same(const struct store *s, uint32_t at, int128 v)
{
    for (;;) {
        struct node *n = node_at(s, at);

        n->size++;
        if (v == value_of(n)) {
            n->same++;
            return;
        }
        at = v < value_of(n) ? n->left : n->right;
    }
}

void
median_add(struct median *m, struct store *s, struct stored v)
{
    int128 number = stored_number(s, v);
    uint32_t below, *link = &m->root1, cell;
    struct node *new;

    if (look(s, m->root1, number, &below)) {
        add_same(s, m->root1, number);
        return;
    }
    cell = cells_take(&s->nodes);
    assert(cell != CELLS_NONE);
    new = cells_at(&s->nodes, cell);
    *new = (struct node){
        .high = (int64_t)(number >> 64), .low = (uint64_t)number, .dice = throw_dice(s), .same = 1};
    while (*link != 0 && node_at(s, *link)->dice >= new->dice) {
        struct node *n = node_at(s, *link);

        n->size++;
        if (number > value_of(n))
            below -= size_of(s, n->left) + n->same;
        link = number < value_of(n) ? &n->left : &n->right;
    }
    new->size = size_of(s, *link) + 1;
    split(s, *link, number, below, &new->left, &new->right);
    *link = cell + 1;
}

void
median_drop(struct median *m, struct store *s, struct stored v)
{
    int128 number = stored_number(s, v);
    uint32_t *link = &m->root1, gone;
    struct node *n;

    for (;;) {
        assert(*link != 0);
        n = node_at(s, *link);
        n->size--;
        if (number == value_of(n))
            break;
        link = number < value_of(n) ? &n->left : &n->right;
    }
    if (--n->same > 0)
        return;
    gone = *link;
    *link = merge(s, n->left, n->right);
    cells_give(&s->nodes, gone - 1);
}

uint32_t
median_count(const struct median *m, const struct store *s)
{
    return size_of(s, m->root1);
}

/* The value with `rank` entries before it. */
static int128
nth(const struct median *m, const struct store *s, uint32_t rank)
{
    uint32_t at = m->root1;

    for (;;) {
        const struct node *n = node_at(s, at);
        uint32_t left = size_of(s, n->left);

        if (rank < left) {
            at = n->left;
        } else if (rank < left + n->same) {
            return value_of(n);
        } else {
            rank -= left + n->same;
            at = n->right;
        }
    }
}

struct value
median_value(const struct median *m, const struct store *s, enum type type, int64_t currency)
{
    uint32_t count = median_count(m, s);
    struct value out = value_num(type, 0);

    if (count == 0)
        return value_missing(type);
    out.currency = (int32_t)currency;
    out.num = nth(m, s, (count - 1) / 2);
    if (count % 2 != 0)
        return out;
    out.den = 2;
    if (__builtin_add_overflow(out.num, nth(m, s, count / 2), &out.num))
        return value_missing(type);
    return out;
}

void
median_prefetch(const struct median *m, const struct store *s)
{
    if (m->root1 != 0)
        prefetch(node_at(s, m->root1));
}
