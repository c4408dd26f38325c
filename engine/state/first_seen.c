/*
 * first_seen - pairs of key and value in a table and in a list.
 */
#include "state/first_seen.h"

#include <assert.h>

struct pair {
    int64_t bits;
    int64_t last_us;
    uint32_t key;
    uint32_t kind : 8, aggregate : 24;
    uint32_t older, newer;
    uint32_t hash;
};

void
first_seen_init(struct first_seen *f)
{
    *f = (struct first_seen){.oldest = CELLS_NONE, .newest = CELLS_NONE};
    cells_init(&f->pairs, sizeof(struct pair));
}

void
first_seen_fini(struct first_seen *f)
{
    slots_fini(&f->slots);
    cells_fini(&f->pairs);
}

bool
first_seen_reserve(struct first_seen *f, uint32_t n)
{
    return slots_reserve(&f->slots, n) && cells_reserve(&f->pairs, n);
}

static struct pair *
pair_at(const struct first_seen *f, uint32_t number)
{
    return cells_at(&f->pairs, number);
}

static void
unlink_pair(struct first_seen *f, const struct pair *p)
{
    if (p->older != CELLS_NONE)
        pair_at(f, p->older)->newer = p->newer;
    else
        f->oldest = p->newer;
    if (p->newer != CELLS_NONE)
        pair_at(f, p->newer)->older = p->older;
    else
        f->newest = p->older;
}

static void
link_newest(struct first_seen *f, uint32_t number)
{
    struct pair *p = pair_at(f, number);

    p->older = f->newest;
    p->newer = CELLS_NONE;
    if (f->newest != CELLS_NONE)
        pair_at(f, f->newest)->newer = number;
    else
        f->oldest = number;
    f->newest = number;
}

static uint32_t
hash_of(const struct store *s, const struct pair *p)
{
    const uint64_t word[2] = {
        (uint64_t)p->bits, (uint64_t)p->key << 32 | (uint64_t)p->aggregate << 8 | p->kind};

    return (uint32_t)hash_bytes(&s->texts.key, word, sizeof word);
}

static struct pair
pair_of(const struct store *s, uint32_t key, uint32_t aggregate, struct stored v)
{
    struct pair p = {
        .bits = v.bits, .key = key, .kind = v.kind & 0xff, .aggregate = aggregate & 0xffffff};

    p.hash = hash_of(s, &p);
    return p;
}

static uint32_t
find(const struct first_seen *f, const struct pair *want)
{
    uint32_t ref;

    for (uint64_t at = slots_first(&f->slots, want->hash);
         (ref = slots_ref(&f->slots, at, want->hash)) != SLOTS_END;
         at = slots_after(&f->slots, at)) {
        const struct pair *p;

        if (ref == SLOTS_OTHER)
            continue;
        p = pair_at(f, ref);
        if (p->bits == want->bits && p->key == want->key && p->kind == want->kind &&
            p->aggregate == want->aggregate)
            return ref;
    }
    return CELLS_NONE;
}

bool
first_seen_record(struct first_seen *f, struct store *s, uint32_t key, uint32_t aggregate,
    struct stored v, int64_t at_us)
{
    struct pair want = pair_of(s, key, aggregate, v);
    uint32_t number;
    bool first = true;

    want.last_us = at_us;
    if ((number = find(f, &want)) != CELLS_NONE) {
        assert(at_us - pair_at(f, number)->last_us < FIRST_SEEN_US); /* else it was let go */
        first = false;
        pair_at(f, number)->last_us = at_us;
        unlink_pair(f, pair_at(f, number));
        if (v.kind == STORED_KEPT)
            texts_give(&s->texts, (uint32_t)v.bits);
    } else {
        number = cells_take(&f->pairs);
        *pair_at(f, number) = want;
        slots_add(&f->slots, want.hash, number);
    }
    link_newest(f, number);
    return first;
}

void
first_seen_prefetch(const struct first_seen *f, const struct store *s, uint32_t key,
    uint32_t aggregate, struct stored v)
{
    slots_prefetch(&f->slots, pair_of(s, key, aggregate, v).hash);
}

void
first_seen_expire(struct first_seen *f, struct store *s, int64_t now_us)
{
    while (f->oldest != CELLS_NONE) {
        uint32_t number = f->oldest;
        const struct pair *p = pair_at(f, number);

        if (now_us < p->last_us || (uint64_t)now_us - (uint64_t)p->last_us < FIRST_SEEN_US)
            return;
        if (p->kind == STORED_KEPT)
            texts_give(&s->texts, (uint32_t)p->bits);
        unlink_pair(f, p);
        slots_drop(&f->slots, p->hash, number);
        cells_give(&f->pairs, number);
    }
}

size_t
first_seen_bytes(const struct first_seen *f)
{
    return slots_bytes(&f->slots) + cells_bytes(&f->pairs);
}
