/* index_find - a row's words looked up among those of a list, and the entries that have them
 * scored. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "name/index.h"
#include "name/index_private.h"

/* ---- asking: words already looked up -----------------------------------------------------------
 */

struct near {
    uint32_t word;
    int32_t like;
};

/* A word of rows, and the listed words like it. */
struct known {
    const struct name_index *index; /* NULL: free */
    char text[NAME_LETTERS];
    uint8_t size, flags, weight;
    uint32_t first, count; /* of its run in `near` */
};

enum { KNOWN_SLOTS = 1 << 14, NEAR_MAX = 1 << 19, UNITS = 2 * NAME_WORDS };

/* A listed word met in this row: which of the row's units it is like, and how much. */
struct met {
    uint8_t unit;
    int32_t like;
    uint32_t word, next; /* next: 1 + that in `met`, 0: none */
};

struct name_cache {
    struct known *known; /* KNOWN_SLOTS, by hash; a new word takes the place of another */
    struct near *near;
    size_t near_count, near_cap;
    uint32_t *met_at; /* by listed word: 1 + its first in `met`; 0 between rows */
    size_t met_words;
    struct met *met;
    size_t met_count, met_cap;
    uint32_t *looked; /* by entry: the row it was scored for */
    uint32_t *tried;  /* by listed word: the look-up it was compared in */
    size_t looked_cap, tried_cap;
    uint32_t row, look;
};

void
name_cache_free(struct name_cache *c)
{
    if (c == NULL)
        return;
    alloc_free(c->known);
    alloc_free(c->near);
    alloc_free(c->met_at);
    alloc_free(c->met);
    alloc_free(c->looked);
    alloc_free(c->tried);
    alloc_free(c);
}

static bool
widen(void **at, size_t *cap, size_t need, size_t size)
{
    void *wider;

    if (need <= *cap)
        return true;
    wider = alloc_zero(need, size);
    if (wider == NULL)
        return false;
    alloc_free(*at);
    *at = wider;
    *cap = need;
    return true;
}

/* A number no cell holds yet. */
static void
next_turn(uint32_t *turn, uint32_t *cell, size_t count)
{
    if (++*turn != 0)
        return;
    memset(cell, 0, count * sizeof *cell);
    *turn = 1;
}

/* The room's cache with space for this index; NULL when out of memory. */
static struct name_cache *
cache_of(struct name_room *room, const struct name_index *x)
{
    struct name_cache **at = name_room_cache(room), *c = *at;

    if (c == NULL) {
        c = *at = alloc_zero(1, sizeof *c);
        if (c == NULL)
            return NULL;
    }
    if (c->known == NULL)
        c->known = alloc_zero(KNOWN_SLOTS, sizeof *c->known);
    if (c->known == NULL ||
        !widen((void **)&c->met_at, &c->met_words, x->words, sizeof *c->met_at) ||
        !widen((void **)&c->looked, &c->looked_cap, x->entries, sizeof *c->looked) ||
        !widen((void **)&c->tried, &c->tried_cap, x->words, sizeof *c->tried))
        return NULL;
    next_turn(&c->row, c->looked, c->looked_cap);
    return c;
}

static bool
add_near(struct name_cache *c, struct near n)
{
    if (c->near_count == c->near_cap) {
        size_t cap = c->near_cap > 0 ? c->near_cap * 2 : 4096;
        struct near *more = alloc_grow(c->near, cap * sizeof *more);

        if (more == NULL)
            return false;
        c->near = more;
        c->near_cap = cap;
    }
    c->near[c->near_count++] = n;
    return true;
}

/* Listed words like this one; several of its keys may lead to the same. */
static bool
look_up(const struct name_index *x, struct name_cache *c, const struct name_word *w)
{
    uint64_t keys[NAME_KEYS];
    size_t n = name_keys(w, SOUND_ASKING, keys);

    next_turn(&c->look, c->tried, c->tried_cap);
    for (size_t i = 0; i < n; i++) {
        const struct keyed *k = index_slot(x, keys[i]);

        for (uint32_t j = 0; j < k->count; j++) {
            uint32_t word = x->holder[k->first + j];
            int32_t like;

            if (c->tried[word] == c->look)
                continue;
            c->tried[word] = c->look;
            like = name_likeness_keyed(w, &x->word[word]);
            if (like > 0 && !add_near(c, (struct near){word, like}))
                return false;
        }
    }
    return true;
}

static const struct known *
know(const struct name_index *x, struct name_cache *c, const struct name_word *w)
{
    struct known *k =
        &c->known[(index_mix(index_hash(w->text, w->size, w->weight)) ^ index_mix((uintptr_t)x)) &
                  (KNOWN_SLOTS - 1)];

    if (k->index == x && k->size == w->size && k->flags == w->flags && k->weight == w->weight &&
        memcmp(k->text, w->text, w->size) == 0)
        return k;
    if (c->near_count > NEAR_MAX) {
        memset(c->known, 0, KNOWN_SLOTS * sizeof *c->known);
        c->near_count = 0;
    }
    k->index = NULL;
    k->first = (uint32_t)c->near_count;
    if (!look_up(x, c, w))
        return NULL;
    k->index = x;
    k->size = w->size;
    k->flags = w->flags;
    k->weight = w->weight;
    memcpy(k->text, w->text, w->size);
    k->count = (uint32_t)c->near_count - k->first;
    return k;
}

/* ---- asking: one row
 * ------------------------------------------------------------------------------ */

/* A word of the row, or two as one, with the listed words it is like. */
struct unit {
    uint8_t at, span;
    uint32_t met, met_end; /* in cache.met */
    uint64_t postings;
};

struct asking {
    const struct name_index *x;
    struct name_cache *c;
    const struct name *row;
    struct unit unit[UNITS];
    uint8_t units;
    int32_t least;
    name_found *found;
    void *to;
};

static bool
meet(struct asking *q, const struct unit *u, struct near n)
{
    struct name_cache *c = q->c;

    if (c->met_count == c->met_cap) {
        size_t cap = c->met_cap > 0 ? c->met_cap * 2 : 1024;
        struct met *more = alloc_grow(c->met, cap * sizeof *more);

        if (more == NULL)
            return false;
        c->met = more;
        c->met_cap = cap;
    }
    c->met[c->met_count] = (struct met){(uint8_t)(u - q->unit), n.like, n.word, c->met_at[n.word]};
    c->met_at[n.word] = (uint32_t)++c->met_count;
    return true;
}

static bool
add_unit(struct asking *q, const struct name_word *w, uint8_t at, uint8_t span)
{
    struct unit *u = &q->unit[q->units];
    const struct known *k;

    if (w == NULL || (w->flags & NAME_INITIAL) != 0)
        return true;
    *u = (struct unit){.at = at, .span = span, .met = (uint32_t)q->c->met_count};
    k = know(q->x, q->c, w);
    if (k == NULL)
        return false;
    for (uint32_t i = 0; i < k->count; i++) {
        struct near n = q->c->near[k->first + i];

        u->postings += q->x->post_at[n.word + 1] - q->x->post_at[n.word];
        if (!meet(q, u, n))
            return false;
    }
    u->met_end = (uint32_t)q->c->met_count;
    q->units++;
    return true;
}

/* The listed name out of its words. */
static void
recall(const struct name_index *x, const struct entry *e, struct name *out)
{
    out->count = e->count;
    out->full = e->full;
    for (size_t i = 0; i < e->count; i++) {
        uint32_t join = x->ids[e->first + e->count + i];

        out->word[i] = &x->word[x->ids[e->first + i]];
        out->join[i] = join == NO_WORD ? NULL : &x->word[join];
    }
}

/* Pairs of the row's units with the entry's; sets a bit for each word of either that has one. */
static size_t
pair_up(const struct asking *q, const struct entry *e, struct score_pair *pairs, unsigned *mine,
    unsigned *theirs)
{
    size_t count = 0;

    for (uint32_t i = 0; i < 2u * e->count; i++) {
        uint32_t word = q->x->ids[e->first + i];
        uint8_t span = i < e->count ? 1 : 2;
        uint8_t at = (uint8_t)(span == 1 ? i : i - e->count);

        if (word == NO_WORD)
            continue;
        for (uint32_t m = q->c->met_at[word]; m != 0; m = q->c->met[m - 1].next) {
            const struct met *met = &q->c->met[m - 1];
            const struct unit *u = &q->unit[met->unit];

            *mine |= (u->span == 2 ? 3u : 1u) << u->at;
            *theirs |= (span == 2 ? 3u : 1u) << at;
            if (count < SCORE_PAIRS)
                pairs[count++] = (struct score_pair){met->like, u->at, u->span, at, span};
        }
    }
    return count;
}

static void
weigh(struct asking *q, uint32_t number)
{
    const struct entry *e = &q->x->entry[number];
    struct score_pair pairs[SCORE_PAIRS];
    unsigned mine = 0, theirs = 0, most;
    size_t count;
    struct name listed;
    struct score score;

    q->c->looked[number] = q->c->row;
    count = pair_up(q, e, pairs, &mine, &theirs);
    /* A join of one side agrees with one word of the other and counts as two. */
    most = (unsigned)__builtin_popcount(mine), theirs = (unsigned)__builtin_popcount(theirs);
    most = most > theirs ? most : theirs;
    if (count == 0 || (most < 2 && q->row->full > 1 && e->full > 1))
        return;
    recall(q->x, e, &listed);
    score_pairs(q->row, &listed, pairs, count, &score);
    if (score.enough && score.value >= q->least)
        q->found(q->to, number, &listed, &score);
}

static void
scan(struct asking *q, const struct unit *u, bool must_only)
{
    for (uint32_t m = u->met; m < u->met_end; m++) {
        uint32_t word = q->c->met[m].word;

        for (uint32_t p = q->x->post_at[word]; p < q->x->post_at[word + 1]; p++) {
            if (must_only && !q->x->post[p].must)
                break;
            if (q->c->looked[q->x->post[p].entry] != q->c->row)
                weigh(q, q->x->post[p].entry);
        }
    }
}

/* The word most entries have a like of: of two words that agree one is another. */
static const struct unit *
commonest(const struct asking *q)
{
    const struct unit *most = NULL;

    for (const struct unit *u = q->unit; u < q->unit + q->units; u++)
        if (u->span == 1 && (most == NULL || u->postings > most->postings))
            most = u;
    return q->row->full >= 2 ? most : NULL;
}

static void
forget(struct asking *q)
{
    for (size_t i = 0; i < q->c->met_count; i++)
        q->c->met_at[q->c->met[i].word] = 0;
    q->c->met_count = 0;
}

bool
name_index_find(const struct name_index *x, struct name_room *room, const struct name *row,
    int32_t least, name_found *found, void *to)
{
    struct asking q = {.x = x, .row = row, .least = least, .found = found, .to = to};
    const struct unit *skip;
    bool good = true;

    q.c = cache_of(room, x);
    if (q.c == NULL)
        return false;
    for (uint8_t i = 0; i < row->count && good; i++) {
        good = add_unit(&q, row->word[i], i, 1);
        good = good && add_unit(&q, row->join[i], i, 2);
    }
    skip = commonest(&q);
    for (const struct unit *u = q.unit; good && u < q.unit + q.units; u++)
        scan(&q, u, u == skip);
    forget(&q);
    return good;
}
