/* merge - a heap over the lanes' next rows, and the judgement of repeats. */
#include "ingest/merge.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/heap.h"
#include "ingest/lane.h"
#include "ingest/reject.h"
#include "ingest/repeat.h"
#include "weir/limits.h"

/* Descriptors beside those of the inputs: outputs, spills of the merge, libraries. */
enum { FILES_ASIDE = 64, CONFLICT_ROWS_MAX = 1000000, EXPECT_AHEAD = 8 };

struct merge_watch {
    uint64_t *print;
    size_t count;
};

/* Where the merge stands in a lane. */
struct cursor {
    const struct txn *row; /* the next row; NULL: none at hand */
    int64_t at_us;         /* of it, so that most comparisons touch nothing else */
    struct parcel *parcel;
    uint32_t at;
};

struct merge {
    struct merge_spec spec;
    enum type types[LIMIT_FIELDS];
    struct lanes *lanes;
    struct cursor *cursor; /* one a lane */
    struct heap heap;      /* lanes by their next row */
    uint32_t hungry; /* lanes [hungry, feed_count) at the start, then the one to be fetched for */
    bool started;
    enum merge_end end;
    struct parcel *spent;   /* used up; rows of the slab handed out may lie in them */
    const struct txn *last; /* the row considered last, for duplicates; in last_parcel */
    struct parcel *last_parcel;
    struct repeat *repeat;
    struct suspects *watch; /* NULL: none */
    uint64_t *found;        /* prints met twice, for the next attempt */
    size_t found_count;
    uint64_t *duplicates, *conflicts;
    struct rejects rejects;
    const struct txn *slab[MERGE_SLAB_ROWS];
};

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory while merging the files; raise --memory");
}

/* A strict order: equal rows of two lanes go by the lane, which nobody can see (one is dropped). */
static bool
lane_before(const void *context, uint32_t a, uint32_t b)
{
    const struct merge *m = context;
    const struct cursor *x = &m->cursor[a], *y = &m->cursor[b];
    int order;

    if (x->at_us != y->at_us)
        return x->at_us < y->at_us;
    order = txn_order(x->row, y->row, m->types, m->spec.fields);
    return order != 0 ? order < 0 : a < b;
}

/* --- opening and closing --- */

static void
raise_files(uint32_t feeds)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 2 * (rlim_t)feeds + FILES_ASIDE)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* refused: opening a file says so, naming it */
}

static bool
set_watch(struct merge *m)
{
    const struct merge_watch *w = m->spec.watch;

    if (w == NULL || w->count == 0)
        return true;
    m->watch = suspects_new(w->print, w->count);
    return m->watch != NULL;
}

static bool
take_rooms(struct merge *m)
{
    uint32_t count = m->spec.feed_count, least = count > 0 ? count : 1;
    size_t bytes = m->spec.repeat_bytes == 0 ? (size_t)REPEAT_BYTES : m->spec.repeat_bytes;

    m->cursor = alloc_zero(least, sizeof *m->cursor);
    m->duplicates = alloc_zero(least, sizeof *m->duplicates);
    m->conflicts = alloc_zero(least, sizeof *m->conflicts);
    m->repeat = repeat_new(bytes, m->spec.work);
    return m->cursor != NULL && m->duplicates != NULL && m->conflicts != NULL &&
           m->repeat != NULL && heap_init(&m->heap, count, lane_before, m) && set_watch(m);
}

enum weir_status
merge_open(const struct merge_spec *spec, struct merge **out, struct weir_err *err)
{
    struct merge *m;
    enum weir_status st;

    if (spec->feed_count > LIMIT_INPUTS)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E226",
            "%" PRIu32 " input files are more than one run takes (%d): put some together, or "
            "screen them in several runs into one store",
            spec->feed_count, LIMIT_INPUTS);
    m = alloc_zero(1, sizeof *m);
    if (m == NULL)
        return no_memory(err);
    m->spec = *spec;
    if (spec->batch_rows == 0)
        m->spec.batch_rows = merge_share_of(spec->feed_count, spec->threads, 0).batch_rows;
    rejects_init(&m->rejects);
    if (spec->feed_count > 0)
        memcpy(m->types, feed_types(spec->feed[0]), sizeof m->types);
    raise_files(spec->feed_count);
    if (!take_rooms(m)) {
        merge_close(m);
        return no_memory(err);
    }
    st = lanes_open(&m->spec, &m->lanes, err);
    if (st != WEIR_OK) {
        m->lanes = NULL;
        merge_close(m);
        return st;
    }
    *out = m;
    return WEIR_OK;
}

/* Give back all that is used up, but the parcel of the last row, which the next is compared with.
 */
static void
recycle(struct merge *m)
{
    struct parcel *chain = NULL, *kept = NULL, *next;

    for (struct parcel *p = m->spent; p != NULL; p = next) {
        struct parcel **to = p == m->last_parcel ? &kept : &chain;

        next = p->next;
        p->next = *to;
        *to = p;
    }
    m->spent = kept;
    lanes_return(m->lanes, chain);
}

void
merge_close(struct merge *m)
{
    if (m == NULL)
        return;
    if (m->lanes != NULL) {
        m->last_parcel = NULL;
        recycle(m);
        for (uint32_t n = 0; n < m->spec.feed_count; n++)
            lanes_return(m->lanes, m->cursor[n].parcel);
    }
    lanes_close(m->lanes);
    repeat_free(m->repeat);
    suspects_free(m->watch);
    heap_fini(&m->heap);
    rejects_fini(&m->rejects);
    alloc_free(m->cursor);
    alloc_free(m->found);
    alloc_free(m->duplicates);
    alloc_free(m->conflicts);
    alloc_free(m);
}

/* --- the judgement of one row --- */

static enum weir_status
set_aside(struct merge *m, uint32_t lane, const struct txn *t, struct weir_err *err)
{
    struct reject_row row = {.file = feed_shown(m->spec.feed[lane]),
        .row = t->row,
        .offset = t->offset,
        .code = "Q_DUPCONFLICT",
        .column = "id",
        .found = txn_text(t, TXN_ID),
        .right =
            "one payment for each id within a source bank and account; an earlier row has this "
            "id with other content and stands"};

    m->conflicts[lane]++;
    if (m->rejects.count >= CONFLICT_ROWS_MAX)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E227",
            "more than %d rows have the id of another payment, the last in %s: the column mapped "
            "to "
            "id does not tell payments apart; map one that does, or none",
            CONFLICT_ROWS_MAX, feed_shown(m->spec.feed[lane]));
    return rejects_add(&m->rejects, &row) ? WEIR_OK : no_memory(err);
}

/* WEIR_OK: the row stands; WEIR_REJECT: it was counted where it belongs. */
static enum weir_status
judge(struct merge *m, uint32_t lane, const struct txn *t, uint64_t print, struct weir_err *err)
{
    const struct txn *last = m->last;
    enum weir_status st;
    bool met = false;

    m->last = t;
    m->last_parcel = m->cursor[lane].parcel;
    if (last != NULL && t->at_us == last->at_us && t->source == last->source) {
        if (txn_order(last, t, m->types, m->spec.fields) == 0) {
            m->duplicates[lane]++;
            return WEIR_REJECT;
        }
        met = repeat_same(last, t);
    }
    if (!met) {
        if (m->watch == NULL || !suspects_has(m->watch, print))
            return repeat_add(m->repeat, print, err);
        if ((st = suspects_meet(m->watch, t, print, &met, err)) != WEIR_OK || !met)
            return st;
    }
    st = set_aside(m, lane, t, err);
    return st == WEIR_OK ? WEIR_REJECT : st;
}

/* --- the stream --- */

static enum weir_status
fail(struct merge *m, uint32_t bad)
{
    m->end = bad < m->spec.feed_count ? MERGE_BAD_FEED : MERGE_FATAL;
    return WEIR_FAIL;
}

/* The lane's next parcel. WEIR_END: there is none. */
static enum weir_status
fetch(struct merge *m, uint32_t lane, uint32_t *bad, struct weir_err *err)
{
    struct cursor *c = &m->cursor[lane];
    struct parcel *p;
    enum weir_status st = lanes_take(m->lanes, lane, &p, bad, err);

    if (st != WEIR_OK)
        return st == WEIR_END ? st : fail(m, *bad);
    assert(p->batch->count > 0);
    *c = (struct cursor){.parcel = p, .row = batch_at(p->batch, 0)};
    c->at_us = c->row->at_us;
    return WEIR_OK;
}

/* Before the first row every lane must show its own. */
static enum weir_status
start(struct merge *m, uint32_t *bad, struct weir_err *err)
{
    for (uint32_t n = 0; n < m->spec.feed_count; n++) {
        enum weir_status st = fetch(m, n, bad, err);

        if (st == WEIR_FAIL)
            return st;
        if (st == WEIR_OK)
            heap_add(&m->heap, n);
    }
    m->hungry = m->spec.feed_count;
    m->started = true;
    return WEIR_OK;
}

/* The lane at the top has used up its parcel: it must have the next before any row may leave. */
static enum weir_status
feed_top(struct merge *m, uint32_t *bad, struct weir_err *err)
{
    enum weir_status st = fetch(m, m->hungry, bad, err);

    if (st == WEIR_FAIL)
        return st;
    if (st == WEIR_OK)
        heap_settle(&m->heap);
    else
        heap_drop(&m->heap);
    m->hungry = m->spec.feed_count;
    return WEIR_OK;
}

/* Step past the lane's row. False: its parcel is used up. */
static inline bool
pass(struct merge *m, struct cursor *c)
{
    if (++c->at < c->parcel->batch->count) {
        c->row = batch_at(c->parcel->batch, c->at);
        c->at_us = c->row->at_us;
        return true;
    }
    c->parcel->next = m->spent;
    m->spent = c->parcel;
    c->parcel = NULL;
    c->row = NULL;
    return false;
}

/* Rows of the lane at the top, for as long as it stays there and the slab has room. */
static enum weir_status
drain_top(struct merge *m, uint32_t *count, struct weir_err *err)
{
    uint32_t lane = heap_top(&m->heap);
    struct cursor *c = &m->cursor[lane];

    while (*count < MERGE_SLAB_ROWS) {
        const struct txn *t = c->row;
        enum weir_status st;

        assert(c->parcel != NULL); /* a lane in the heap has a row at hand */
        if (c->at + EXPECT_AHEAD < c->parcel->batch->count)
            repeat_expect(m->repeat, c->parcel->print[c->at + EXPECT_AHEAD]);
        st = judge(m, lane, t, c->parcel->print[c->at], err);
        if (st == WEIR_FAIL)
            return st;
        if (st == WEIR_OK)
            m->slab[(*count)++] = t;
        if (!pass(m, c)) {
            m->hungry = lane;
            return WEIR_OK;
        }
        if (m->heap.count > 1) {
            heap_settle(&m->heap);
            if (heap_top(&m->heap) != lane)
                return WEIR_OK;
        }
    }
    return WEIR_OK;
}

/* All rows are out: was any identity met twice? */
static enum weir_status
finish(struct merge *m, struct weir_err *err)
{
    size_t watched = m->spec.watch == NULL ? 0 : m->spec.watch->count;

    if (repeat_end(m->repeat, &m->found, &m->found_count, err) != WEIR_OK)
        return fail(m, m->spec.feed_count);
    if (m->found_count == 0) {
        m->end = MERGE_DONE;
        return WEIR_END;
    }
    if (watched + m->found_count > REPEAT_WATCH_MAX) {
        (void)weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E227",
            "more than %d ids stand for several payments each: a column mapped to id does not "
            "tell payments apart; map one that does, or none",
            REPEAT_WATCH_MAX);
        return fail(m, m->spec.feed_count);
    }
    m->end = MERGE_CONFLICTS;
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E231",
        "%zu ids seem to stand for several payments each; the run starts again and looks at them "
        "closely",
        m->found_count);
}

static enum weir_status
next_slab(struct merge *m, uint32_t *count, uint32_t *bad, struct weir_err *err)
{
    enum weir_status st = m->started ? WEIR_OK : start(m, bad, err);

    while (st == WEIR_OK && *count < MERGE_SLAB_ROWS && m->heap.count > 0) {
        if (m->hungry < m->spec.feed_count) {
            if (*count > 0 && !lanes_ready(m->lanes, m->hungry))
                break; /* rather a short slab now than a full one later */
            st = feed_top(m, bad, err);
        } else if ((st = drain_top(m, count, err)) == WEIR_FAIL) {
            *bad = m->spec.feed_count;
            st = fail(m, *bad);
        }
    }
    return st;
}

enum weir_status
merge_next(struct merge *m, struct slab *out, uint32_t *bad_feed, struct weir_err *err)
{
    uint32_t count = 0;

    *bad_feed = m->spec.feed_count;
    if (m->end == MERGE_DONE)
        return WEIR_END;
    assert(m->end == MERGE_OPEN);
    recycle(m);
    if (next_slab(m, &count, bad_feed, err) != WEIR_OK)
        return WEIR_FAIL;
    if (count == 0)
        return finish(m, err);
    *out = (struct slab){m->slab, count};
    return WEIR_OK;
}

enum weir_status
merge_verify(struct merge *m, struct weir_err *err)
{
    enum weir_status st;

    assert(m->end == MERGE_BAD_FEED);
    st = lanes_verify(m->lanes, err);
    if (st != WEIR_OK)
        m->end = MERGE_FATAL;
    return st;
}

/* --- what is asked of a merge --- */

enum merge_end
merge_ended(const struct merge *m)
{
    return m->end;
}

bool
merge_conflicted(const struct merge *m)
{
    return m->end == MERGE_CONFLICTS;
}

/* What is watched already is not found again, so the two do not overlap. */
bool
merge_take_watch(const struct merge *m, struct merge_watch **watch)
{
    struct merge_watch *w = *watch == NULL ? alloc_zero(1, sizeof *w) : *watch;
    uint64_t *print;

    assert(m->end == MERGE_CONFLICTS);
    if (w == NULL)
        return false;
    *watch = w;
    print = alloc_grow(w->print, (w->count + m->found_count) * sizeof *print);
    if (print == NULL)
        return false;
    memcpy(print + w->count, m->found, m->found_count * sizeof *print);
    w->print = print;
    w->count += m->found_count;
    return true;
}

void
merge_watch_free(struct merge_watch *w)
{
    if (w == NULL)
        return;
    alloc_free(w->print);
    alloc_free(w);
}

const uint64_t *
merge_duplicates(const struct merge *m)
{
    return m->duplicates;
}

const uint64_t *
merge_conflicts(const struct merge *m)
{
    return m->conflicts;
}

struct bytes
merge_quarantine(const struct merge *m)
{
    return buf_bytes(&m->rejects.lines);
}
