/*
 * watch - watchlists: exact values found by hash, or patterns tried from the heaviest down.
 *
 * Entries that can match the same thing stand in order of weight, then as written, so the first
 * that applies is the answer. Patterns that need no literal stand in `always` besides.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/sha256.h"
#include "list/import.h"
#include "list/item.h"
#include "list/list.h"
#include "list/names.h"
#include "list/set.h"
#include "list/watch_entry.h"
#include "match/pattern.h"
#include "text/regex.h"

struct watch {
    enum watch_kind kind;
    enum type type;
    struct watch_entry
        *entry; /* exact: by key, then weight and order; regex: by weight and order */
    size_t count;
    struct set key;           /* exact */
    uint32_t *first;          /* exact: of each key, its first entry; one more at the end */
    const struct need **need; /* regex: by entry */
    uint32_t *always;         /* regex: entries without literals */
    size_t always_count;
    const struct names *names;
    int32_t min_score; /* names */
    struct list_tally tally;
    uint8_t hash[32];
};

/* ---- making ------------------------------------------------------------------------------- */

static int
by_key_and_weight(const void *a, const void *b)
{
    const struct watch_entry *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void
add_fact(struct sha256 *sum, const struct fact *f)
{
    uint8_t head[10] = {(uint8_t)f->kind, f->year};

    for (size_t i = 0; i < 8; i++)
        head[2 + i] = (uint8_t)((uint64_t)f->num >> 8 * i);
    sha256_add_field(sum, head, sizeof head);
    sha256_add_field(sum, f->text.at, f->text.size);
}

static bool
hash_watch(struct watch *w, const struct fact *fact, size_t facts)
{
    static const char *const kinds[] = {"exact", "regex", "names"};
    struct sha256 *sum = sha256_new();
    struct buf number = {0};
    bool good;

    if (sum == NULL)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        const struct watch_entry *e = &w->entry[i];
        const struct bytes value = w->kind == WATCH_EXACT ? e->key : e->value;

        number.size = 0;
        buf_int(&number, e->weight);
        buf_byte(&number, ' ');
        buf_int(&number, e->until);
        sha256_add_field(sum, value.at, value.size);
        sha256_add_field(sum, e->id.at, e->id.size);
        sha256_add_field(sum, e->note.at, e->note.size);
        sha256_add_field(sum, number.at, number.size);
    }
    for (size_t i = 0; i < facts; i++)
        add_fact(sum, &fact[i]);
    sha256_add_field(sum, type_name(w->type), strlen(type_name(w->type)));
    sha256_add_field(sum, kinds[w->kind], 5);
    sha256_end(sum, w->hash);
    sha256_free(sum);
    good = !number.failed;
    buf_fini(&number);
    return good;
}

/* By what they look for, then by id. */
static int
by_content(const void *a, const void *b)
{
    const struct watch_entry *x = *(const struct watch_entry *const *)a;
    const struct watch_entry *y = *(const struct watch_entry *const *)b;
    int order = bytes_compare(x->key, y->key);

    order = order != 0 ? order
                       : bytes_compare(x->key.size > 0 ? x->key : x->value,
                             y->key.size > 0 ? y->key : y->value);
    return order != 0 ? order : bytes_compare(x->id, y->id);
}

/* Entries said before. */
static bool
count_repeats(struct watch *w, size_t *out)
{
    const struct watch_entry **at = alloc_zero(w->count + 1, sizeof *at);

    *out = 0;
    if (at == NULL)
        return false;
    for (size_t i = 0; i < w->count; i++)
        at[i] = &w->entry[i];
    if (w->count > 1)
        qsort(at, w->count, sizeof *at, by_content);
    for (size_t i = 1; i < w->count; i++)
        *out += by_content(&at[i - 1], &at[i]) == 0;
    alloc_free(at);
    return true;
}

static bool
index_keys(struct watch *w, struct watch_draft *d)
{
    struct bytes *key = arena_take(d->a, d->count + 1, sizeof *key);

    if (key == NULL)
        return false;
    for (size_t i = 0; i < d->count; i++)
        key[i] = d->entry[i].key;
    if (!set_make(&w->key, d->a, key, d->count))
        return false;
    w->first = arena_take(d->a, (size_t)w->key.count + 1, sizeof *w->first);
    if (w->first == NULL)
        return false;
    for (size_t i = 0; i < d->count; i++)
        d->entry[i].number = set_find(&w->key, d->entry[i].key);
    return true;
}

static bool
index_needs(struct watch *w, struct arena *a)
{
    w->need = arena_take(a, w->count + 1, sizeof *w->need);
    w->always = arena_take(a, w->count + 1, sizeof *w->always);
    if (w->need == NULL || w->always == NULL)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        w->need[i] = &w->entry[i].pattern->need;
        if (w->need[i]->count == 0)
            w->always[w->always_count++] = (uint32_t)i;
    }
    return true;
}

static bool
settle(struct watch *w, struct watch_draft *d)
{
    w->count = d->count;
    w->entry = arena_take(d->a, d->count + 1, sizeof *w->entry);
    if (w->entry == NULL || (w->kind == WATCH_EXACT && !index_keys(w, d)))
        return false;
    if (d->count > 0)
        memcpy(w->entry, d->entry, d->count * sizeof *w->entry);
    if (d->count > 1 && w->kind != WATCH_NAMES)
        qsort(w->entry, w->count, sizeof *w->entry, by_key_and_weight);
    for (size_t i = 0; i < w->count && w->kind == WATCH_EXACT; i++)
        w->first[w->entry[i].number + 1] = (uint32_t)i + 1;
    d->tally.entries = w->count;
    if (!count_repeats(w, &d->tally.duplicates))
        return false;
    if (w->kind == WATCH_NAMES && (w->names = names_new(d, w->entry, w->count)) == NULL)
        return false;
    return (w->kind != WATCH_REGEX || index_needs(w, d->a)) &&
           hash_watch(w, d->fact, d->fact_count);
}

static void
make(struct watch *w, struct watch_draft *d)
{
    if (w->kind == WATCH_REGEX) {
        d->maker =
            (struct pattern_maker){.a = d->a, .pool = regex_pool_new(d->a), .scratch = &d->scratch};
        d->room = regex_room_new();
        if (d->maker.pool == NULL || d->room == NULL) {
            entry_starve(&d->s);
            return;
        }
    }
    if (d->s.spec->source != NULL)
        import_read(d);
    else
        watch_entry_read(d);
    if (!d->s.failed && !settle(w, d))
        entry_starve(&d->s);
}

struct watch *
watch_new(struct arena *a, struct diags *ds, const struct list_spec *spec, enum watch_kind kind,
    struct bytes id_prefix)
{
    struct watch_draft d = {.kind = kind,
        .type = kind == WATCH_EXACT ? spec->type : TYPE_TEXT,
        .id_prefix = id_prefix,
        .a = a,
        .tally = {.day = WATCH_NO_DAY}};
    struct watch *w = arena_take(a, 1, sizeof *w);

    arena_init(&d.scratch, 0, "patterns");
    if (entry_open(&d.s, ds, spec, a)) {
        if (w == NULL) {
            entry_starve(&d.s);
        } else {
            w->kind = kind;
            w->type = d.type;
            w->min_score = spec->min_score;
            make(w, &d);
            w->tally = d.tally;
        }
    }
    entry_close(&d.s);
    regex_room_free(d.room);
    arena_fini(&d.scratch);
    alloc_free(d.entry);
    alloc_free(d.fact);
    return d.s.failed ? NULL : w;
}

/* ---- asking --------------------------------------------------------------------------------- */

static bool
applies(const struct watch_entry *e, int64_t day, int64_t least_weight)
{
    return e->until >= day && e->weight >= least_weight;
}

static void
fill_hit(struct watch_hit *hit, const struct watch_entry *e, struct bytes matched)
{
    if (hit != NULL)
        *hit = (struct watch_hit){.id = e->id,
            .value = e->value,
            .note = e->note,
            .weight = e->weight,
            .matched = matched};
}

static enum watch_verdict
match_exact(const struct watch *w, struct value subject, int64_t day, int64_t least_weight,
    struct buf *scratch, struct watch_hit *hit)
{
    uint32_t number = SET_NONE;

    scratch->size = 0;
    if (item_key(subject, false, scratch))
        number = set_find(&w->key, buf_bytes(scratch));
    if (number == SET_NONE)
        return scratch->failed ? WATCH_INCONCLUSIVE : WATCH_NO;
    for (uint32_t i = w->first[number]; i < w->first[number + 1]; i++) {
        const struct watch_entry *e = &w->entry[i];

        if (applies(e, day, least_weight)) {
            fill_hit(hit, e, type_is_text(w->type) ? subject.text : e->value);
            return WATCH_YES;
        }
    }
    return WATCH_NO;
}

enum watch_verdict
watch_match(const struct watch *w, struct value subject, int64_t day, int64_t least_weight,
    struct buf *scratch, struct watch_hit *hit)
{
    assert(subject.set && w->kind == WATCH_EXACT && subject.type == w->type);
    return match_exact(w, subject, day, least_weight, scratch, hit);
}

/* The next entry that may be found: of `among` or `always`, whichever comes first. */
struct turn {
    size_t among, always, all;
};

static bool
next_entry(const struct watch *w, const struct watch_among *among, struct turn *turn,
    const struct watch_entry **out)
{
    size_t next;

    if (among == NULL) {
        next = turn->all++;
    } else {
        bool listed = turn->among < among->count, always = turn->always < w->always_count;
        size_t x = listed ? among->at[turn->among] - among->base : w->count;
        size_t y = always ? w->always[turn->always] : w->count;

        next = x < y ? x : y;
        turn->among += listed && x <= y;
        turn->always += always && y <= x;
    }
    *out = next < w->count ? &w->entry[next] : NULL;
    return *out != NULL;
}

/* Of a text too long to be looked through nobody can say that it holds none. */
static bool
any_applies(const struct watch *w, int64_t day, int64_t least_weight)
{
    for (size_t i = 0; i < w->count; i++)
        if (applies(&w->entry[i], day, least_weight))
            return true;
    return false;
}

enum watch_verdict
watch_find(const struct watch *w, struct regex_room *room, const struct subject *subject,
    const struct watch_among *among, int64_t day, int64_t least_weight, struct watch_hit *hit)
{
    enum watch_verdict verdict = WATCH_NO;
    const struct watch_entry *e;
    struct turn turn = {0};

    assert(w->kind == WATCH_REGEX && room != NULL);
    while (next_entry(w, among, &turn, &e)) {
        struct pattern_place place;

        if (!applies(e, day, least_weight))
            continue;
        switch (pattern_find(e->pattern, room, subject, &place)) {
        case REGEX_YES:
            fill_hit(hit, e, place.at);
            if (hit != NULL) {
                hit->form = (int)place.form;
                hit->from = (size_t)(place.at.at - subject->form[place.form].at);
            }
            return WATCH_YES;
        case REGEX_INCONCLUSIVE:
            verdict = WATCH_INCONCLUSIVE;
            break;
        case REGEX_NO:
            break;
        }
    }
    if (verdict == WATCH_NO && among != NULL && subject_is_long(subject))
        verdict = any_applies(w, day, least_weight) ? WATCH_INCONCLUSIVE : WATCH_NO;
    return verdict;
}

enum watch_verdict
watch_match_name(const struct watch *w, struct name_room *room, const struct watch_person *row,
    int64_t day, int64_t least, struct arena *texts, struct watch_hit *hit)
{
    bool starved = false;

    assert(w->kind == WATCH_NAMES);
    if (names_match(
            w->names, room, row, day, least > 0 ? least : w->min_score, texts, hit, &starved))
        return WATCH_YES;
    return starved ? WATCH_INCONCLUSIVE : WATCH_NO;
}

bool
watch_is_names(const struct watch *w)
{
    return w->kind == WATCH_NAMES;
}

bool
watch_is_pattern(const struct watch *w)
{
    return w->kind == WATCH_REGEX;
}

size_t
watch_needs(const struct watch *w, const struct need *const **out)
{
    *out = w->need;
    return w->kind == WATCH_REGEX ? w->count : 0;
}

enum type
watch_type(const struct watch *w)
{
    return w->type;
}

size_t
watch_unguided(const struct watch *w, struct bytes *first)
{
    if (w->always_count > 0)
        *first = w->entry[w->always[0]].value;
    return w->always_count;
}

size_t
watch_count(const struct watch *w)
{
    return w->count;
}

struct list_tally
watch_tally(const struct watch *w)
{
    return w->tally;
}

bool
list_shrunk(size_t before, size_t now)
{
    return now < before && (before - now) > before / 5;
}

const uint8_t *
watch_hash(const struct watch *w)
{
    return w->hash;
}
