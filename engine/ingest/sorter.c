/* sorter - one run in memory, the others spilled, all merged at the end. */
#include "ingest/sorter.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/heap.h"
#include "ingest/packed.h"
#include "ingest/spill.h"

enum { ROOM_MIN = 4096, ROOM_MAX = 256 * 1024, KEYS_MIN = 64 };

/* A row of the run in memory, with as much of its order as decides most comparisons. */
struct sort_key {
    int64_t at_us;
    uint64_t id_head;
    struct packed *row;
};

/* A run on disk, being read. */
struct sort_run {
    uint64_t at, end; /* bytes of the spill not read yet */
    char *room;
    size_t cap, pos, have; /* room[pos, have) is read and not used yet */
};

struct sorter {
    struct sorter_spec spec;
    struct arena rows;
    struct sort_key *key, *twin; /* `twin`: room to merge into */
    uint32_t count, cap;         /* keys */
    uint32_t next;               /* key to be read next */
    struct spill spill;
    struct sort_run *run;
    uint32_t run_count, run_cap;
    struct heap heap; /* of runs; number run_count stands for the rows in memory */
    bool ended, merging;
};

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory while sorting a file; raise --memory");
}

struct sorter *
sorter_new(const struct sorter_spec *spec)
{
    struct sorter *s = alloc_zero(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->spec = *spec;
    arena_init(&s->rows, 0, "sort");
    spill_init(&s->spill, spec->work);
    return s;
}

void
sorter_free(struct sorter *s)
{
    if (s == NULL)
        return;
    arena_fini(&s->rows);
    alloc_free(s->key);
    alloc_free(s->twin);
    for (uint32_t i = 0; i < s->run_count; i++)
        alloc_free(s->run[i].room);
    alloc_free(s->run);
    heap_fini(&s->heap);
    spill_fini(&s->spill);
    alloc_free(s);
}

uint32_t
sorter_spilled(const struct sorter *s)
{
    return s->run_count;
}

/* --- the run in memory --- */

static bool
key_after(const struct sorter *s, const struct sort_key *a, const struct sort_key *b)
{
    if (a->at_us != b->at_us)
        return a->at_us > b->at_us;
    if (a->id_head != b->id_head)
        return a->id_head > b->id_head;
    return packed_order(a->row, b->row, s->spec.types) > 0;
}

/* Merge the sorted from[low, mid) and from[mid, high) into to[low, high). */
static void
merge_keys(const struct sorter *s, const struct sort_key *from, struct sort_key *to, size_t low,
    size_t mid, size_t high)
{
    size_t i = low, j = mid;

    if (mid >= high || !key_after(s, &from[mid - 1], &from[mid])) {
        memcpy(to + low, from + low, (high - low) * sizeof *to);
        return;
    }
    for (size_t k = low; k < high; k++)
        if (i < mid && (j >= high || !key_after(s, &from[i], &from[j])))
            to[k] = from[i++];
        else
            to[k] = from[j++];
}

/* Stable and without recursion; rows that come nearly in order cost little. */
static bool
sort_keys(struct sorter *s)
{
    size_t count = s->count;

    if (count < 2)
        return true;
    s->twin = alloc_take(count * sizeof *s->twin);
    if (s->twin == NULL)
        return false;
    for (size_t width = 1; width < count; width *= 2) {
        struct sort_key *swap = s->key;

        for (size_t low = 0; low < count; low += 2 * width) {
            size_t mid = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;

            merge_keys(s, s->key, s->twin, low, mid, high);
        }
        s->key = s->twin;
        s->twin = swap;
    }
    s->cap = s->cap < s->count ? s->cap : s->count; /* the smaller of the two may be `key` now */
    alloc_free(s->twin);
    s->twin = NULL;
    return true;
}

static size_t
run_bytes(const struct sorter *s)
{
    return s->rows.used_bytes + s->count * 2 * sizeof *s->key;
}

static bool
grow_keys(struct sorter *s)
{
    uint32_t cap = s->cap < KEYS_MIN ? KEYS_MIN : s->cap * 2;
    struct sort_key *key;

    if (s->cap > UINT32_MAX / 2 || (key = alloc_grow(s->key, cap * sizeof *key)) == NULL)
        return false;
    s->key = key;
    s->cap = cap;
    return true;
}

/* --- runs on disk --- */

static struct sort_run *
add_run(struct sorter *s)
{
    if (s->run_count == s->run_cap) {
        uint32_t cap = s->run_cap == 0 ? 16 : s->run_cap * 2;
        struct sort_run *run = alloc_grow(s->run, cap * sizeof *run);

        if (run == NULL)
            return NULL;
        s->run = run;
        s->run_cap = cap;
    }
    s->run[s->run_count] = (struct sort_run){.at = s->spill.size, .end = s->spill.size};
    return &s->run[s->run_count++];
}

/* Write the sorted rows through `room`, so that a run takes few calls. */
static enum weir_status
write_rows(struct sorter *s, char *room, size_t room_bytes, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    size_t used = 0;

    for (uint32_t i = 0; i < s->count && st == WEIR_OK; i++) {
        const struct packed *row = s->key[i].row;

        if (used + row->size > room_bytes) {
            st = spill_add(&s->spill, room, used, err);
            used = 0;
        }
        if (st == WEIR_OK && row->size > room_bytes) {
            st = spill_add(&s->spill, row, row->size, err);
        } else if (st == WEIR_OK) {
            memcpy(room + used, row, row->size);
            used += row->size;
        }
    }
    return st == WEIR_OK ? spill_add(&s->spill, room, used, err) : st;
}

static enum weir_status
spill_run(struct sorter *s, struct weir_err *err)
{
    enum weir_status st;
    size_t room_bytes = s->rows.used_bytes < ROOM_MAX ? s->rows.used_bytes : ROOM_MAX;
    struct sort_run *run;
    char *room;

    if (!sort_keys(s) || (run = add_run(s)) == NULL || (room = alloc_take(room_bytes)) == NULL)
        return no_memory(err);
    st = write_rows(s, room, room_bytes, err);
    alloc_free(room);
    run->end = s->spill.size;
    s->count = 0;
    arena_reset(&s->rows);
    return st;
}

enum weir_status
sorter_add(struct sorter *s, const struct txn *t, const char *base, struct weir_err *err)
{
    size_t size = packed_size(t, s->spec.types);
    struct packed *row;
    enum weir_status st;

    assert(!s->ended);
    if (s->count > 0 && run_bytes(s) + size > s->spec.sort_bytes &&
        (st = spill_run(s, err)) != WEIR_OK)
        return st;
    row = size == 0 ? NULL : arena_take(&s->rows, 1, size);
    if (row == NULL || (s->count == s->cap && !grow_keys(s)))
        return no_memory(err);
    packed_write(t, base, s->spec.types, size, row);
    s->key[s->count++] = (struct sort_key){row->at_us, packed_id_head(row), row};
    return WEIR_OK;
}

/* --- reading back --- */

static const struct packed *
run_row(const struct sort_run *r)
{
    return (const struct packed *)(const void *)(r->room + r->pos);
}

/* Whole bytes of the row at hand that are not in the room yet; 0: it is whole. */
static size_t
run_lacks(const struct sort_run *r)
{
    size_t have = r->have - r->pos, need = sizeof(struct packed);

    if (have >= need)
        need = run_row(r)->size;
    return need > have ? need : 0;
}

/* Bring the whole next row into the room. False with *st WEIR_OK: the run is used up. */
static bool
run_fill(const struct sorter *s, struct sort_run *r, enum weir_status *st, struct weir_err *err)
{
    size_t need;

    *st = WEIR_OK;
    if (r->pos == r->have && r->at == r->end)
        return false;
    while ((need = run_lacks(r)) != 0) {
        size_t more;

        if (need > r->cap) {
            char *room = alloc_grow(r->room, need);

            if (room == NULL) {
                *st = no_memory(err);
                return false;
            }
            r->room = room;
            r->cap = need;
        }
        if (r->pos > 0)
            memmove(r->room, r->room + r->pos, r->have - r->pos);
        r->have -= r->pos;
        r->pos = 0;
        more = r->cap - r->have;
        if (more > r->end - r->at)
            more = (size_t)(r->end - r->at);
        assert(more > 0);
        *st = spill_read(&s->spill, r->at, r->room + r->have, more, err);
        if (*st != WEIR_OK)
            return false;
        r->have += more;
        r->at += more;
    }
    return true;
}

static const struct packed *
front(const struct sorter *s, uint32_t n)
{
    return n == s->run_count ? s->key[s->next].row : run_row(&s->run[n]);
}

/* Equal rows: the earlier run first, the rows in memory came last. */
static bool
front_before(const void *context, uint32_t a, uint32_t b)
{
    const struct sorter *s = context;
    int order = packed_order(front(s, a), front(s, b), s->spec.types);

    return order != 0 ? order < 0 : a < b;
}

/* Let go of the memory a run took and give each run on disk its share of what may be held. */
static enum weir_status
open_runs(struct sorter *s, struct weir_err *err)
{
    size_t share = s->spec.hold_bytes / s->run_count;
    enum weir_status st;

    share = share < ROOM_MIN ? ROOM_MIN : share > ROOM_MAX ? ROOM_MAX : share & ~(size_t)7;
    if (!heap_init(&s->heap, s->run_count + 1, front_before, s))
        return no_memory(err);
    for (uint32_t i = 0; i < s->run_count; i++) {
        s->run[i].room = alloc_take(share);
        if (s->run[i].room == NULL)
            return no_memory(err);
        s->run[i].cap = share;
        if (run_fill(s, &s->run[i], &st, err))
            heap_add(&s->heap, i);
        else if (st != WEIR_OK)
            return st;
    }
    if (s->count > 0)
        heap_add(&s->heap, s->run_count);
    s->merging = true;
    return WEIR_OK;
}

enum weir_status
sorter_end(struct sorter *s, struct weir_err *err)
{
    enum weir_status st;

    assert(!s->ended);
    s->ended = true;
    if (s->count > 0 && run_bytes(s) > s->spec.hold_bytes && (st = spill_run(s, err)) != WEIR_OK)
        return st;
    if (s->count == 0) {
        arena_fini(&s->rows);
        alloc_free(s->key);
        s->key = NULL;
        s->cap = 0;
    } else if (!sort_keys(s)) {
        return no_memory(err);
    }
    return s->run_count > 0 ? open_runs(s, err) : WEIR_OK;
}

/* Step past the row at the top of the heap. */
static enum weir_status
pass(struct sorter *s, uint32_t n, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    bool more;

    if (n == s->run_count) {
        more = ++s->next < s->count;
    } else {
        s->run[n].pos += run_row(&s->run[n])->size;
        more = run_fill(s, &s->run[n], &st, err);
    }
    if (st != WEIR_OK)
        return st;
    if (more)
        heap_settle(&s->heap);
    else
        heap_drop(&s->heap);
    return WEIR_OK;
}

static bool
put(const struct sorter *s, const struct packed *row, struct batch *b)
{
    struct txn *t = batch_at(b, b->count);

    t->file = s->spec.file;
    t->source = s->spec.source;
    return packed_read(row, s->spec.types, b);
}

enum weir_status
sorter_next(struct sorter *s, struct batch *b, struct weir_err *err)
{
    enum weir_status st;
    uint32_t before = b->count;

    assert(s->ended);
    while (b->count < b->cap && !s->merging && s->next < s->count)
        if (!put(s, s->key[s->next++].row, b))
            return no_memory(err);
    while (b->count < b->cap && s->merging && s->heap.count > 0) {
        uint32_t n = heap_top(&s->heap);

        if (!put(s, front(s, n), b))
            return no_memory(err);
        if ((st = pass(s, n, err)) != WEIR_OK)
            return st;
    }
    return b->count > before ? WEIR_OK : WEIR_END;
}
