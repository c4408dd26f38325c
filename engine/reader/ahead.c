/* ahead - a decoder link with room for one block, filled by whoever comes first. */
#include "reader/ahead.h"

#include "base/alloc.h"
#include "base/thread.h"
#include "reader/decoder.h"
#include "reader/source.h"

struct ahead {
    struct decoder decoder;
    struct thread_lock lock;
    struct thread_signal free;
    struct decoder *below; /* NULL: no reader */
    const struct source *source;
    struct reader_counts *counts;
    char *room;           /* NULL until a block is unpacked ahead */
    size_t block;         /* bytes of room */
    size_t size, at;      /* unpacked; handed on of these */
    enum weir_status end; /* what follows them, WEIR_OK: more blocks */
    struct weir_err err;
    uint64_t stored_bytes, plain_bytes; /* counted before these */
    uint32_t members;
    bool busy;    /* somebody unpacks */
    bool resting; /* nobody is to begin */
};

struct ahead *
ahead_new(void)
{
    struct ahead *a = alloc_zero(1, sizeof *a);

    if (a == NULL)
        return NULL;
    if (!thread_lock_init(&a->lock)) {
        alloc_free(a);
        return NULL;
    }
    if (!thread_signal_init(&a->free)) {
        thread_lock_fini(&a->lock);
        alloc_free(a);
        return NULL;
    }
    return a;
}

void
ahead_free(struct ahead *a)
{
    if (a == NULL)
        return;
    thread_signal_fini(&a->free);
    thread_lock_fini(&a->lock);
    alloc_free(a->room);
    alloc_free(a);
}

/* Under the lock: nobody else touches what is below until leave(). */
static void
enter(struct ahead *a)
{
    a->busy = true;
    thread_lock_leave(&a->lock);
}

static void
leave(struct ahead *a)
{
    thread_lock_enter(&a->lock);
    a->busy = false;
    thread_signal_one(&a->free);
}

static void
wait_free(struct ahead *a)
{
    while (a->busy)
        thread_signal_wait(&a->free, &a->lock);
}

/* Under the lock. A block without room is unpacked by the reader itself. */
static bool
may_begin(struct ahead *a)
{
    if (a->busy || a->resting || a->below == NULL || a->at < a->size || a->end != WEIR_OK)
        return false;
    if (a->room == NULL)
        a->room = alloc_take(a->block);
    return a->room != NULL;
}

/* Between enter() and leave(). The whole room, unless something else follows. */
static size_t
unpack(struct ahead *a, char *room, size_t size)
{
    size_t done = 0;

    while (a->end == WEIR_OK && done < size) {
        size_t got = 0;

        a->end = a->below->read(a->below, room + done, size - done, &got, &a->err);
        done += got;
    }
    return done;
}

static void
unpack_ahead(struct ahead *a)
{
    a->stored_bytes = source_bytes(a->source);
    a->plain_bytes = a->counts->plain_bytes;
    a->members = a->counts->members;
    a->at = 0;
    a->size = unpack(a, a->room, a->block);
}

bool
ahead_work(struct ahead *a)
{
    bool mine;

    thread_lock_enter(&a->lock);
    mine = may_begin(a);
    if (mine) {
        enter(a);
        unpack_ahead(a);
        leave(a);
    }
    thread_lock_leave(&a->lock);
    return mine;
}

void
ahead_rest(struct ahead *a)
{
    thread_lock_enter(&a->lock);
    a->resting = true;
    wait_free(a);
    thread_lock_leave(&a->lock);
}

void
ahead_uncount(const struct ahead *a, struct reader_counts *counts)
{
    if (a->at > 0 || a->size == 0)
        return;
    counts->stored_bytes = a->stored_bytes;
    counts->plain_bytes = a->plain_bytes;
    counts->members = a->members;
}

static enum weir_status
ahead_read(struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err)
{
    struct ahead *a = (struct ahead *)(void *)d;
    enum weir_status st = WEIR_OK;

    thread_lock_enter(&a->lock);
    wait_free(a);
    if (a->at < a->size) {
        *got = a->size - a->at < size ? a->size - a->at : size;
        memcpy(room, a->room + a->at, *got);
        a->at += *got;
    } else {
        enter(a);
        *got = unpack(a, room, size);
        leave(a);
    }
    if (*got == 0) {
        st = a->end;
        *err = a->err;
    }
    thread_lock_leave(&a->lock);
    return st;
}

static void
ahead_close(struct decoder *d)
{
    struct ahead *a = (struct ahead *)(void *)d;

    ahead_rest(a);
    a->below->close(a->below);
    a->below = NULL;
    alloc_free(a->room);
    a->room = NULL;
}

struct decoder *
ahead_link(struct ahead *a, struct decoder *below, const struct source *source,
    struct reader_counts *counts, size_t block)
{
    thread_lock_enter(&a->lock);
    a->decoder = (struct decoder){ahead_read, ahead_close};
    a->below = below;
    a->source = source;
    a->counts = counts;
    a->block = block;
    a->size = a->at = 0;
    a->end = WEIR_OK;
    a->resting = false;
    thread_lock_leave(&a->lock);
    return &a->decoder;
}
