/* index - listed names made ready: each word once, where it stands, and by which keys it is found.
 */
#include "name/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "name/index_private.h"

/* ---- making: words, each once ------------------------------------------------------------- */

struct draft {
    struct name_index *x;
    struct name_word *word;
    size_t word_cap;
    uint32_t *ids;
    size_t ids_count, ids_cap;
    uint32_t *seen; /* number + 1 of a word, by hash */
    size_t seen_cap;
    bool starved;
};

static bool
grow(struct draft *d, void **at, size_t *cap, size_t need, size_t size)
{
    size_t more = *cap > 0 ? *cap * 2 : 1024;
    void *grown;

    if (need <= *cap)
        return true;
    grown = alloc_grow(*at, more * size);
    if (grown == NULL) {
        d->starved = true;
        return false;
    }
    *at = grown;
    *cap = more;
    return true;
}

static bool
same_word(const struct name_word *a, const struct name_word *b)
{
    return a->size == b->size && a->weight == b->weight && a->flags == b->flags &&
           memcmp(a->text, b->text, a->size) == 0;
}

static uint32_t *
seen_slot(const struct draft *d, const struct name_word *w)
{
    size_t i;

    assert(w != NULL && d->seen != NULL);
    i = index_mix(index_hash(w->text, w->size, w->flags & NAME_BARE)) & (d->seen_cap - 1);

    while (d->seen[i] != 0 && !same_word(&d->word[d->seen[i] - 1], w))
        i = (i + 1) & (d->seen_cap - 1);
    return &d->seen[i];
}

static bool
rehash(struct draft *d)
{
    size_t cap = d->seen_cap > 0 ? d->seen_cap * 2 : 4096;
    uint32_t *seen = alloc_zero(cap, sizeof *seen);

    if (seen == NULL) {
        d->starved = true;
        return false;
    }
    alloc_free(d->seen);
    d->seen = seen;
    d->seen_cap = cap;
    for (uint32_t i = 0; i < d->x->words; i++)
        *seen_slot(d, &d->word[i]) = i + 1;
    return true;
}

static uint32_t
word_number(struct draft *d, const struct name_word *w)
{
    uint32_t *slot;

    if (w == NULL)
        return NO_WORD;
    if (2 * ((size_t)d->x->words + 1) > d->seen_cap && !rehash(d))
        return NO_WORD;
    slot = seen_slot(d, w);
    if (*slot == 0) {
        if (!grow(d, (void **)&d->word, &d->word_cap, (size_t)d->x->words + 1, sizeof *d->word))
            return NO_WORD;
        d->word[d->x->words++] = *w;
        *slot = d->x->words;
    }
    return *slot - 1;
}

static void
add_name(struct draft *d, const struct name *n)
{
    struct entry *e = &d->x->entry[d->x->entries++];

    *e = (struct entry){(uint32_t)d->ids_count, n->count, n->full};
    if (!grow(
            d, (void **)&d->ids, &d->ids_cap, d->ids_count + 2 * (size_t)n->count, sizeof *d->ids))
        return;
    assert(d->ids != NULL || n->count == 0);
    for (size_t i = 0; i < n->count; i++)
        d->ids[d->ids_count++] = word_number(d, n->word[i]);
    for (size_t i = 0; i < n->count; i++)
        d->ids[d->ids_count++] = word_number(d, n->join[i]);
}

/* ---- making: postings ------------------------------------------------------------------------ */

/* Initials find nothing, so they have no postings. */
static bool
has_posting(const struct name_index *x, uint32_t word)
{
    return word != NO_WORD && (x->word[word].flags & NAME_INITIAL) == 0;
}

/* Counts (post NULL) or writes the postings of one kind: those that must be looked at, or others.
 */
static void
lay_postings(struct name_index *x, uint32_t *at, bool must, bool write)
{
    for (uint32_t e = 0; e < x->entries; e++) {
        const struct entry *n = &x->entry[e];

        for (uint32_t i = 0; i < 2u * n->count; i++) {
            uint32_t word = x->ids[n->first + i];
            bool this_must = i >= n->count || n->full == 1;

            if (!has_posting(x, word) || this_must != must)
                continue;
            if (write)
                x->post[at[word]] = (struct posting){e & 0x7fffffff, must};
            at[word]++;
        }
    }
}

static bool
make_postings(struct name_index *x, struct arena *a)
{
    uint32_t *at = alloc_zero((size_t)x->words + 1, sizeof *at);
    uint32_t total = 0;

    x->post_at = arena_take(a, (size_t)x->words + 1, sizeof *x->post_at);
    if (at == NULL || x->post_at == NULL) {
        alloc_free(at);
        return false;
    }
    lay_postings(x, at, true, false);
    lay_postings(x, at, false, false);
    for (uint32_t i = 0; i < x->words; i++) {
        x->post_at[i] = total;
        total += at[i];
        at[i] = x->post_at[i];
    }
    x->post_at[x->words] = total;
    x->post = arena_take(a, (size_t)total + 1, sizeof *x->post);
    if (x->post != NULL) {
        lay_postings(x, at, true, true);
        lay_postings(x, at, false, true);
    }
    alloc_free(at);
    return x->post != NULL;
}

/* ---- making: keys -------------------------------------------------------------------------------
 */

struct key_of {
    uint64_t key;
    uint32_t word;
};

static int
by_key(const void *x, const void *y)
{
    const struct key_of *a = x, *b = y;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->word > b->word) - (a->word < b->word);
}

static bool
lay_keys(struct name_index *x, struct arena *a, const struct key_of *all, size_t count)
{
    size_t cap = 64;

    while (cap < 2 * count)
        cap *= 2;
    x->mask = (uint32_t)cap - 1;
    x->slot = arena_take(a, cap, sizeof *x->slot);
    x->holder = arena_take(a, count + 1, sizeof *x->holder);
    if (x->slot == NULL || x->holder == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct keyed *k = index_slot(x, all[i].key);

        if (k->count++ == 0) {
            k->key = all[i].key;
            k->first = (uint32_t)i;
        }
        x->holder[i] = all[i].word;
    }
    return true;
}

static bool
make_keys(struct name_index *x, struct arena *a)
{
    struct draft d = {.x = x};
    struct key_of *all = NULL;
    size_t count = 0, cap = 0;
    bool good = true;

    for (uint32_t w = 0; good && w < x->words; w++) {
        uint64_t keys[NAME_KEYS];
        size_t n = has_posting(x, w) ? name_keys(&x->word[w], SOUND_HELD, keys) : 0;

        for (size_t i = 0; good && i < n; i++) {
            good = grow(&d, (void **)&all, &cap, count + 1, sizeof *all);
            if (good)
                all[count++] = (struct key_of){keys[i], w};
        }
    }
    if (good && count > 1)
        qsort(all, count, sizeof *all, by_key);
    good = good && lay_keys(x, a, all, count);
    alloc_free(all);
    return good;
}

/* What many entries bear says as little as a common name. */
static void
mark_common(struct name_index *x)
{
    uint32_t share = x->entries / NAME_COMMON_SHARE;

    for (uint32_t i = 0; i < x->words; i++)
        if (x->post_at[i + 1] - x->post_at[i] >
            (share > NAME_COMMON_FROM ? share : NAME_COMMON_FROM))
            x->word[i].flags |= NAME_COMMON;
}

static bool
settle(struct draft *d, struct arena *a)
{
    struct name_index *x = d->x;

    x->word = arena_take(a, (size_t)x->words + 1, sizeof *x->word);
    x->ids = arena_take(a, d->ids_count + 1, sizeof *x->ids);
    if (x->word == NULL || x->ids == NULL)
        return false;
    assert((d->word != NULL || x->words == 0) && (d->ids != NULL || d->ids_count == 0));
    if (x->words > 0)
        memcpy(x->word, d->word, x->words * sizeof *x->word);
    if (d->ids_count > 0)
        memcpy(x->ids, d->ids, d->ids_count * sizeof *x->ids);
    if (!make_postings(x, a) || !make_keys(x, a))
        return false;
    mark_common(x);
    return true;
}

struct name_index *
name_index_new(struct arena *a, struct name_room *room, const struct bytes *names, size_t count)
{
    struct draft d = {.x = arena_take(a, 1, sizeof *d.x)};

    assert(count < UINT32_C(0x7fffffff));
    if (d.x != NULL)
        d.x->entry = arena_take(a, count + 1, sizeof *d.x->entry);
    d.starved = d.x == NULL || d.x->entry == NULL;
    for (size_t i = 0; i < count && !d.starved; i++) {
        struct name n;

        name_read(room, 0, names[i], &n);
        add_name(&d, &n);
    }
    if (!d.starved && !settle(&d, a))
        d.starved = true;
    alloc_free(d.word);
    alloc_free(d.ids);
    alloc_free(d.seen);
    return d.starved ? NULL : d.x;
}

size_t
name_index_words(const struct name_index *x, uint32_t entry)
{
    return x->entry[entry].count;
}
