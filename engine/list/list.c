/*
 * list - membership: a bit for each country or currency, a hash for texts, sorted bands for
 * amounts, numbers and ranges of codes.
 */
#include "list/list.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/number.h"
#include "base/sha256.h"
#include "list/band.h"
#include "list/entry.h"
#include "list/item.h"
#include "list/set.h"
#include "text/fold.h"

enum { LETTERS = 26, WORD_BITS = LETTERS * LETTERS * LETTERS, WORD_CELLS = WORD_BITS / 64 + 1 };

struct list {
    enum type type;
    size_t count;      /* different items */
    uint64_t *word;    /* country, currency: one bit each */
    struct set text;   /* the other text types; codes that are no range */
    struct band *band; /* money, number; ranges of codes */
    size_t bands;
    uint8_t hash[32];
};

/* What is gathered before it is sorted. */
struct draft {
    struct list *list;
    struct arena *a;
    struct bytes *text;
    size_t texts, text_cap;
    struct band *band;
    size_t bands, band_cap;
    bool starved;
};

static void *
grow(struct draft *d, void *old, size_t count, size_t *cap, size_t size)
{
    void *more;

    if (count < *cap)
        return old;
    more = alloc_grow(old, (*cap > 0 ? *cap * 2 : 64) * size);
    if (more == NULL) {
        d->starved = true;
        return NULL;
    }
    *cap = *cap > 0 ? *cap * 2 : 64;
    return more;
}

static void
add_text(struct draft *d, struct bytes text)
{
    struct bytes *more = grow(d, d->text, d->texts, &d->text_cap, sizeof *d->text);

    if (more == NULL)
        return;
    d->text = more;
    d->text[d->texts++] = text;
}

static void
add_band(struct draft *d, struct band band)
{
    struct band *more = grow(d, d->band, d->bands, &d->band_cap, sizeof *d->band);

    if (more == NULL)
        return;
    d->band = more;
    d->band[d->bands++] = band;
}

/* Number of a word of two or three capitals; WORD_BITS where it is none. */
static size_t
word_bit(enum type t, int128 packed)
{
    size_t bit = 0;

    for (int shift = t == TYPE_COUNTRY ? 8 : 16; shift >= 0; shift -= 8) {
        unsigned letter = (unsigned)(packed >> shift & 0xff);

        if (letter < 'A' || letter > 'Z')
            return WORD_BITS;
        bit = bit * LETTERS + (letter - 'A');
    }
    return bit;
}

static bool
has_word(const struct list *l, size_t bit)
{
    return bit < WORD_BITS && (l->word[bit / 64] >> bit % 64 & 1) != 0;
}

static bool
is_word_type(enum type t)
{
    return t == TYPE_COUNTRY || t == TYPE_CURRENCY;
}

static void
add_item(struct draft *d, const struct item *item)
{
    enum type t = d->list->type;

    if (is_word_type(t)) {
        size_t bit = word_bit(t, item->low.num);

        d->list->word[bit / 64] |= UINT64_C(1) << bit % 64;
    } else if (item->band || !type_is_text(t)) {
        add_band(d, (struct band){item->low, item->high});
    } else {
        add_text(d, item->low.text);
    }
}

static void
add_list(struct draft *d, const struct list *from)
{
    assert(from->type == d->list->type);
    for (size_t i = 0; from->word != NULL && i < WORD_CELLS; i++)
        d->list->word[i] |= from->word[i];
    for (uint32_t i = 0; i < from->text.count; i++)
        add_text(d, from->text.at[i]);
    for (size_t i = 0; i < from->bands; i++)
        add_band(d, from->band[i]);
}

/* ---- the hash of what is in it --------------------------------------------------- */

static void
hash_value(struct sha256 *sum, struct value v, struct buf *scratch)
{
    char room[4];

    scratch->size = 0;
    if (type_is_text((enum type)v.type)) {
        sha256_add_field(sum, v.text.at, v.text.size);
        return;
    }
    number_print_int(v.num, scratch);
    if (v.currency != 0)
        buf_text(scratch, word_name(TYPE_CURRENCY, v.currency, room));
    sha256_add_field(sum, scratch->at, scratch->size);
}

static bool
hash_list(struct list *l)
{
    struct sha256 *sum = sha256_new();
    struct buf scratch = {0};
    const char *name = type_name(l->type);
    bool good;

    if (sum == NULL)
        return false;
    sha256_add_field(sum, name, strlen(name));
    for (size_t bit = 0; l->word != NULL && bit < WORD_BITS; bit++)
        if (has_word(l, bit)) {
            uint32_t number = (uint32_t)bit;
            uint8_t two[2] = {(uint8_t)(number >> 8), (uint8_t)number};

            sha256_add_field(sum, two, sizeof two);
        }
    for (uint32_t i = 0; i < l->text.count; i++)
        sha256_add_field(sum, l->text.at[i].at, l->text.at[i].size);
    for (size_t i = 0; i < l->bands; i++) {
        hash_value(sum, l->band[i].low, &scratch);
        hash_value(sum, l->band[i].high, &scratch);
    }
    sha256_end(sum, l->hash);
    sha256_free(sum);
    good = !scratch.failed;
    buf_fini(&scratch);
    return good;
}

/* ---- making ------------------------------------------------------------------------ */

static size_t
count_words(const struct list *l)
{
    size_t count = 0;

    for (size_t bit = 0; l->word != NULL && bit < WORD_BITS; bit++)
        count += has_word(l, bit);
    return count;
}

/* From the heap into the arena, sorted; false when out of memory. */
static bool
settle(struct draft *d)
{
    struct list *l = d->list;
    struct bytes *text = arena_take(d->a, d->texts + 1, sizeof *text);

    l->band = arena_take(d->a, d->bands + 1, sizeof *l->band);
    if (d->starved || text == NULL || l->band == NULL)
        return false;
    if (d->texts > 0)
        memcpy(text, d->text, d->texts * sizeof *text);
    if (d->bands > 0)
        memcpy(l->band, d->band, d->bands * sizeof *l->band);
    l->bands = band_join(l->band, d->bands);
    if (!set_make(&l->text, d->a, text, d->texts))
        return false;
    l->count = count_words(l) + l->text.count + d->bands;
    return hash_list(l);
}

static void
read_items(struct draft *d, struct entries *s)
{
    struct piece p;
    struct item item;

    while (!d->starved && entry_next(s, &p))
        if (item_read(s, d->list->type, &p, &item))
            add_item(d, &item);
}

struct list *
list_new(struct arena *a, struct diags *ds, const struct list_spec *spec,
    const struct list *const *include, size_t include_count)
{
    struct draft d = {.a = a, .list = arena_take(a, 1, sizeof *d.list)};
    struct entries s;

    if (entry_open(&s, ds, spec, a)) {
        if (d.list != NULL) {
            d.list->type = spec->type;
            if (is_word_type(spec->type))
                d.list->word = arena_take(a, WORD_CELLS, sizeof *d.list->word);
        }
        if (d.list == NULL || (is_word_type(spec->type) && d.list->word == NULL)) {
            entry_starve(&s);
        } else {
            read_items(&d, &s);
            for (size_t i = 0; i < include_count; i++)
                add_list(&d, include[i]);
            if (!s.failed && !settle(&d))
                entry_starve(&s);
        }
    }
    entry_close(&s);
    alloc_free(d.text);
    alloc_free(d.band);
    return s.failed ? NULL : d.list;
}

/* ---- asking --------------------------------------------------------------------------- */

static bool
all_digits(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

/* Free text is compared folded; identifiers are canonical already. */
static bool
has_text(const struct list *l, struct bytes text, struct buf *scratch)
{
    if (l->text.count == 0)
        return false;
    if (l->type == TYPE_TEXT) {
        scratch->size = 0;
        fold_text(text, FOLD_FIRST, scratch);
        if (scratch->failed)
            return false;
        text = buf_bytes(scratch);
    }
    return set_find(&l->text, text) != SET_NONE;
}

bool
list_has(const struct list *l, struct value v, struct buf *scratch)
{
    assert(v.set && v.type == l->type);
    if (l->word != NULL)
        return has_word(l, word_bit(l->type, v.num));
    if (!type_is_text(l->type))
        return band_has(l->band, l->bands, v);
    if (has_text(l, v.text, scratch))
        return true;
    return l->bands > 0 && all_digits(v.text) && band_has(l->band, l->bands, v);
}

enum type
list_type(const struct list *l)
{
    return l->type;
}

size_t
list_count(const struct list *l)
{
    return l->count;
}

const uint8_t *
list_hash(const struct list *l)
{
    return l->hash;
}
