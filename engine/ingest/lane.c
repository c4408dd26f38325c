/* lane - queues, workers, and who is served first. */
#include "ingest/lane.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "ingest/repeat.h"

struct lane {
    struct feed *feed;
    struct parcel *first, *last; /* the queue */
    uint32_t depth;
    uint32_t before, after; /* neighbours among those that wait for a worker at the same depth */
    bool listed, busy, ended;
};

struct lanes {
    const struct merge_spec *spec; /* borrowed from the merge */
    struct hash_words hash;        /* of fingerprints */
    struct lane *lane;
    uint32_t depth_max;
    uint32_t head[LANE_DEPTH_MAX], tail[LANE_DEPTH_MAX]; /* of the lists of waiting lanes */
    struct thread_pool *pool;
    struct thread_lock lock;
    struct thread_signal work, ready;
    struct parcel *free;
    uint32_t wanted; /* the lane the merge waits for; NONE */
    uint32_t open;   /* lanes that have not ended */
    uint32_t bad;    /* the first lane that failed; NONE */
    struct weir_err err;
    bool stop, verify, locks;
};

static const uint32_t NONE = UINT32_MAX;

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory for the rows on their way; raise --memory");
}

/* --- which lane next: lists by depth, all under the lock --- */

static void
unlist(struct lanes *l, uint32_t n)
{
    struct lane *a = &l->lane[n];

    if (!a->listed)
        return;
    if (a->before != NONE)
        l->lane[a->before].after = a->after;
    else
        l->head[a->depth] = a->after;
    if (a->after != NONE)
        l->lane[a->after].before = a->before;
    else
        l->tail[a->depth] = a->before;
    a->listed = false;
}

/* Put a lane that could use a worker at the end of its list. */
static void
list(struct lanes *l, uint32_t n)
{
    struct lane *a = &l->lane[n];

    assert(!a->listed);
    if (a->busy || a->ended || a->depth >= l->depth_max)
        return;
    a->after = NONE;
    a->before = l->tail[a->depth];
    if (a->before != NONE)
        l->lane[a->before].after = n;
    else
        l->head[a->depth] = n;
    l->tail[a->depth] = n;
    a->listed = true;
}

static uint32_t
pick(const struct lanes *l)
{
    if (l->wanted != NONE && l->lane[l->wanted].listed)
        return l->wanted;
    for (uint32_t depth = 0; depth < l->depth_max; depth++)
        if (l->head[depth] != NONE)
            return l->head[depth];
    return NONE;
}

/* --- filling --- */

static void
parcel_free(struct parcel *p)
{
    if (p == NULL)
        return;
    batch_free(p->batch);
    alloc_free(p->print);
    alloc_free(p);
}

static struct parcel *
parcel_new(const struct merge_spec *spec)
{
    struct parcel *p = alloc_zero(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->batch = batch_new(spec->batch_rows, spec->fields, spec->pick_bytes);
    p->print = alloc_take(spec->batch_rows * sizeof *p->print);
    if (p->batch != NULL && p->print != NULL)
        return p;
    parcel_free(p);
    return NULL;
}

/* One batch of a feed. Without the lock. */
static enum weir_status
fill(const struct lanes *l, struct feed *feed, struct parcel **parcel, struct weir_err *err)
{
    if (*parcel == NULL && (*parcel = parcel_new(l->spec)) == NULL)
        return no_memory(err);
    (*parcel)->ready = false;
    return feed_next(feed, (*parcel)->batch, err);
}

/* Everything that is done to a batch and needs no state. Without the lock. */
static void
make_ready(const struct lanes *l, uint32_t worker, struct parcel *p)
{
    const struct merge_spec *spec = l->spec;

    if (p->ready)
        return;
    if (spec->prepare != NULL)
        spec->prepare(spec->context, worker, p->batch);
    for (uint32_t i = 0; i < p->batch->count; i++)
        p->print[i] = repeat_print(&l->hash, batch_at(p->batch, i));
    p->ready = true;
}

/* The merge has more of this lane at hand than it will have gone through when a batch is ready. */
static bool
merge_is_busy(struct lanes *l, uint32_t n)
{
    bool busy;

    thread_lock_enter(&l->lock);
    busy = l->lane[n].depth > 0;
    thread_lock_leave(&l->lock);
    return busy;
}

static void
give_back(struct lanes *l, struct parcel *p)
{
    if (p == NULL)
        return;
    p->next = l->free;
    l->free = p;
}

static struct parcel *
take_free(struct lanes *l)
{
    struct parcel *p = l->free;

    if (p != NULL) {
        l->free = p->next;
        p->next = NULL;
    }
    return p;
}

static void
enqueue(struct lane *a, struct parcel *p)
{
    p->next = NULL;
    if (a->last != NULL)
        a->last->next = p;
    else
        a->first = p;
    a->last = p;
    a->depth++;
}

static struct parcel *
dequeue(struct lane *a)
{
    struct parcel *p = a->first;

    a->first = p->next;
    if (a->first == NULL)
        a->last = NULL;
    p->next = NULL;
    a->depth--;
    return p;
}

/* Memory, disk or a stop end the run; anything else is the file's own trouble. */
static bool
fatal(const struct lane *a)
{
    return feed_ended(a->feed) == FEED_OPEN;
}

/* Take note of how a call of feed_next() came out. */
static void
settle(
    struct lanes *l, uint32_t n, struct parcel *p, enum weir_status st, const struct weir_err *err)
{
    struct lane *a = &l->lane[n];

    a->busy = false;
    if (st == WEIR_OK && !l->verify) {
        enqueue(a, p);
    } else {
        give_back(l, p);
        a->ended = st != WEIR_OK;
        l->open -= st != WEIR_OK;
    }
    if (st == WEIR_FAIL && (l->bad == NONE || (fatal(a) && !fatal(&l->lane[l->bad])))) {
        l->bad = n;
        l->err = *err;
    }
    list(l, n);
    if (l->wanted == n || l->bad != NONE)
        thread_signal_one(&l->ready);
}

static void
work(void *context, uint32_t number)
{
    struct lanes *l = context;

    thread_lock_enter(&l->lock);
    while (!l->stop) {
        struct weir_err err = {0};
        uint32_t n = pick(l);
        struct parcel *p;
        enum weir_status st;
        bool bare;

        if (n == NONE) {
            thread_signal_wait(&l->work, &l->lock);
            continue;
        }
        unlist(l, n);
        l->lane[n].busy = true;
        p = take_free(l);
        bare = l->verify;
        thread_lock_leave(&l->lock);
        st = fill(l, l->lane[n].feed, &p, &err);
        if (st == WEIR_OK && !bare && merge_is_busy(l, n))
            make_ready(l, number, p);
        thread_lock_enter(&l->lock);
        settle(l, n, p, st, &err);
    }
    thread_lock_leave(&l->lock);
}

/* --- opening and closing --- */

static void
stop_all(void *context, uint32_t number)
{
    struct lanes *l = context;

    (void)number;
    thread_lock_enter(&l->lock);
    l->stop = true;
    thread_signal_all(&l->work);
    thread_lock_leave(&l->lock);
    for (uint32_t n = 0; n < l->spec->feed_count; n++)
        feed_stop(l->lane[n].feed);
}

static bool
init_locks(struct lanes *l)
{
    if (!thread_lock_init(&l->lock))
        return false;
    if (!thread_signal_init(&l->work)) {
        thread_lock_fini(&l->lock);
        return false;
    }
    if (!thread_signal_init(&l->ready)) {
        thread_signal_fini(&l->work);
        thread_lock_fini(&l->lock);
        return false;
    }
    l->locks = true;
    return true;
}

enum weir_status
lanes_open(const struct merge_spec *spec, struct lanes **out, struct weir_err *err)
{
    struct lanes *l = alloc_zero(1, sizeof *l);
    uint32_t threads = spec->threads < spec->feed_count ? spec->threads : spec->feed_count;
    enum weir_status st = WEIR_OK;

    if (l == NULL)
        return no_memory(err);
    l->spec = spec;
    hash_spread(spec->key, &l->hash);
    l->wanted = l->bad = NONE;
    l->open = spec->feed_count;
    l->depth_max = spec->feed_count > 16 ? 2 : LANE_DEPTH_MAX;
    for (uint32_t depth = 0; depth < LANE_DEPTH_MAX; depth++)
        l->head[depth] = l->tail[depth] = NONE;
    l->lane = alloc_zero(spec->feed_count > 0 ? spec->feed_count : 1, sizeof *l->lane);
    if (l->lane == NULL || !init_locks(l)) {
        lanes_close(l);
        return no_memory(err);
    }
    for (uint32_t n = 0; n < spec->feed_count; n++) {
        l->lane[n].feed = spec->feed[n];
        list(l, n);
    }
    if (threads > 0)
        st = thread_pool_start(threads, work, stop_all, l, &l->pool, err);
    if (st != WEIR_OK) {
        lanes_close(l);
        return st;
    }
    *out = l;
    return WEIR_OK;
}

static void
free_chain(struct parcel *p)
{
    while (p != NULL) {
        struct parcel *next = p->next;

        parcel_free(p);
        p = next;
    }
}

void
lanes_close(struct lanes *l)
{
    if (l == NULL)
        return;
    if (l->pool != NULL) {
        stop_all(l, 0);
        thread_pool_join(l->pool);
    }
    for (uint32_t n = 0; l->lane != NULL && n < l->spec->feed_count; n++)
        free_chain(l->lane[n].first);
    free_chain(l->free);
    alloc_free(l->lane);
    if (l->locks) {
        thread_signal_fini(&l->ready);
        thread_signal_fini(&l->work);
        thread_lock_fini(&l->lock);
    }
    alloc_free(l);
}

/* --- the merge's side --- */

bool
lanes_ready(struct lanes *l, uint32_t lane)
{
    bool ready;

    if (l->pool == NULL)
        return true;
    thread_lock_enter(&l->lock);
    ready = l->lane[lane].depth > 0 || l->lane[lane].ended || l->bad != NONE;
    thread_lock_leave(&l->lock);
    return ready;
}

static enum weir_status
report_bad(const struct lanes *l, uint32_t *bad, struct weir_err *err)
{
    *bad = fatal(&l->lane[l->bad]) ? l->spec->feed_count : l->bad;
    *err = l->err;
    return WEIR_FAIL;
}

/* Without workers: the batch is made here and now, past the lists. */
static enum weir_status
take_inline(
    struct lanes *l, uint32_t lane, struct parcel **out, uint32_t *bad, struct weir_err *err)
{
    struct lane *a = &l->lane[lane];
    struct weir_err own = {0};
    struct parcel *p = take_free(l);
    enum weir_status st;

    unlist(l, lane);
    a->busy = true;
    st = fill(l, a->feed, &p, &own);
    settle(l, lane, p, st, &own);
    if (st == WEIR_FAIL)
        return report_bad(l, bad, err);
    if (st == WEIR_OK) {
        unlist(l, lane);
        *out = dequeue(a);
        list(l, lane);
        make_ready(l, 0, *out);
    }
    return st;
}

static bool
must_wait(const struct lanes *l, const struct lane *a)
{
    return l->bad == NONE && a->depth == 0 && !a->ended;
}

enum weir_status
lanes_take(struct lanes *l, uint32_t lane, struct parcel **out, uint32_t *bad, struct weir_err *err)
{
    struct lane *a = &l->lane[lane];
    enum weir_status st = WEIR_END;

    if (l->pool == NULL)
        return take_inline(l, lane, out, bad, err);
    thread_lock_enter(&l->lock);
    l->wanted = lane;
    while (must_wait(l, a)) {
        bool helped;

        thread_lock_leave(&l->lock);
        helped = feed_help(a->feed);
        thread_lock_enter(&l->lock);
        if (!helped && must_wait(l, a))
            thread_signal_wait(&l->ready, &l->lock);
    }
    l->wanted = NONE;
    if (l->bad != NONE) {
        st = report_bad(l, bad, err);
    } else if (a->depth > 0) {
        unlist(l, lane);
        *out = dequeue(a);
        list(l, lane);
        if (a->listed)
            thread_signal_one(&l->work);
        st = WEIR_OK;
    }
    thread_lock_leave(&l->lock);
    if (st == WEIR_OK)
        make_ready(l, l->spec->threads, *out);
    return st;
}

void
lanes_return(struct lanes *l, struct parcel *chain)
{
    if (chain == NULL)
        return;
    if (l->pool != NULL)
        thread_lock_enter(&l->lock);
    while (chain != NULL) {
        struct parcel *next = chain->next;

        give_back(l, chain);
        chain = next;
    }
    if (l->pool != NULL)
        thread_lock_leave(&l->lock);
}

/* Throw away what is queued, so that every lane may be filled again. */
static void
empty_queues(struct lanes *l)
{
    for (uint32_t n = 0; n < l->spec->feed_count; n++) {
        unlist(l, n);
        while (l->lane[n].depth > 0)
            give_back(l, dequeue(&l->lane[n]));
        list(l, n);
    }
}

static void
verify_inline(struct lanes *l)
{
    for (uint32_t n = 0; n < l->spec->feed_count; n++)
        while (!l->lane[n].ended && !fatal(&l->lane[l->bad])) {
            struct weir_err err = {0};
            struct parcel *p = take_free(l);
            enum weir_status st;

            unlist(l, n);
            st = fill(l, l->lane[n].feed, &p, &err);
            settle(l, n, p, st, &err);
        }
}

enum weir_status
lanes_verify(struct lanes *l, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    assert(l->bad != NONE);
    if (l->pool != NULL)
        thread_lock_enter(&l->lock);
    l->verify = true;
    empty_queues(l);
    if (l->pool == NULL) {
        verify_inline(l);
    } else {
        thread_signal_all(&l->work);
        while (l->open > 0 && !fatal(&l->lane[l->bad]))
            thread_signal_wait(&l->ready, &l->lock);
    }
    if (fatal(&l->lane[l->bad])) {
        *err = l->err;
        st = WEIR_FAIL;
    }
    if (l->pool != NULL)
        thread_lock_leave(&l->lock);
    return st;
}
