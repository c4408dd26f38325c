#include "list/names.h"

#include <string.h>

#include "base/alloc.h"
#include "name/index.h"

struct names {
    const struct name_index *index;
    const struct watch_entry *entry; /* numbered like the names of the index */
    const struct fact *fact;
};

/* A name without a letter or digit would silently never be found. */
static void
refuse_wordless(struct watch_draft *d, const struct names *n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name_index_words(n->index, (uint32_t)i) == 0) {
            struct diag *g = entry_tell(&d->s, "R455", d->s.spec->at,
                "an entry of `%.*s` has no letter that can be compared", (int)d->s.spec->name.size,
                d->s.spec->name.at);

            diag_label(d->s.ds, g, "its number is %zu", (size_t)n->entry[i].order + 1);
        }
}

struct names *
names_new(struct watch_draft *d, const struct watch_entry *entry, size_t count)
{
    struct names *n = arena_take(d->a, 1, sizeof *n);
    struct name_room *room = name_room_new();
    struct bytes *text = alloc_zero(count + 1, sizeof *text);
    struct fact *fact = arena_take(d->a, d->fact_count + 1, sizeof *fact);

    if (n != NULL && room != NULL && text != NULL && fact != NULL) {
        for (size_t i = 0; i < count; i++)
            text[i] = entry[i].value;
        if (d->fact_count > 0)
            memcpy(fact, d->fact, d->fact_count * sizeof *fact);
        *n = (struct names){
            .index = name_index_new(d->a, room, text, count), .entry = entry, .fact = fact};
    }
    if (n != NULL && n->index != NULL)
        refuse_wordless(d, n, count);
    else
        n = NULL;
    name_room_free(room);
    alloc_free(text);
    return n;
}

/* ---- asking --------------------------------------------------------------------------- */

struct best {
    const struct names *n;
    const struct watch_person *row;
    int64_t day, least;
    const struct watch_entry *entry; /* NULL: none yet */
    struct name listed;
    struct score score;
    int32_t value; /* after the facts */
};

static void
consider(void *to, uint32_t number, const struct name *listed, const struct score *score)
{
    struct best *b = to;
    const struct watch_entry *e = &b->n->entry[number];
    int32_t value =
        fact_weigh(score->value, b->n->fact + e->fact_first, e->fact_count, b->row, NULL);

    if (value < b->least || e->until < b->day ||
        (b->entry != NULL && (value < b->value || (value == b->value && e > b->entry))))
        return;
    b->entry = e;
    b->listed = *listed;
    b->score = *score;
    b->value = value;
}

/* The explanation, in the arena; empty when out of memory. */
static struct bytes
explain(const struct best *b, const struct name *row, struct arena *texts)
{
    struct buf why = {0};
    struct bytes kept;
    char *copy;

    score_explain(row, &b->listed, &b->score, &why);
    (void)fact_weigh(
        b->score.value, b->n->fact + b->entry->fact_first, b->entry->fact_count, b->row, &why);
    copy = why.failed ? NULL : arena_copy(texts, buf_bytes(&why));
    kept = (struct bytes){copy == NULL ? "" : copy, copy == NULL ? 0 : why.size};
    buf_fini(&why);
    return kept;
}

bool
names_match(const struct names *n, struct name_room *room, const struct watch_person *row,
    int64_t day, int64_t least, struct arena *texts, struct watch_hit *hit, bool *starved)
{
    struct best b = {.n = n, .row = row, .day = day, .least = least};
    int64_t from = fact_any(row) && least > FACT_FROM ? FACT_FROM : least;
    struct name name;

    name_read(room, 0, row->name, &name);
    if (!name_index_find(n->index, room, &name, (int32_t)from, consider, &b))
        *starved = true;
    if (b.entry == NULL)
        return false;
    *hit = (struct watch_hit){.id = b.entry->id,
        .value = b.entry->value,
        .note = b.entry->note,
        .weight = b.entry->weight,
        .score = b.value,
        .why = explain(&b, &name, texts),
        .matched = row->name};
    return true;
}
