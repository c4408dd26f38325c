/* thread - POSIX threads, with every result looked at. */
#include "base/thread.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

#include "base/alloc.h"

struct thread_place {
    struct thread_pool *pool;
    uint32_t number;
    pthread_t id;
};

struct thread_pool {
    thread_fn run;
    void *context;
    uint32_t count; /* running */
    struct thread_place place[];
};

static void *
begin(void *arg)
{
    struct thread_place *place = arg;

    place->pool->run(place->pool->context, place->number);
    return NULL;
}

/* Start the threads with all signals blocked, which they inherit; returns what went wrong, or 0. */
static int
start_all(struct thread_pool *pool, uint32_t count)
{
    sigset_t all, before;
    int wrong;

    (void)sigfillset(&all);
    wrong = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (wrong != 0)
        return wrong;
    while (pool->count < count && wrong == 0) {
        struct thread_place *place = &pool->place[pool->count];

        *place = (struct thread_place){.pool = pool, .number = pool->count};
        wrong = pthread_create(&place->id, NULL, begin, place);
        if (wrong == 0)
            pool->count++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return wrong;
}

enum weir_status
thread_pool_start(uint32_t count, thread_fn run, thread_fn give_up, void *context,
    struct thread_pool **out, struct weir_err *err)
{
    struct thread_pool *pool = alloc_take(sizeof *pool + count * sizeof pool->place[0]);
    int wrong;

    if (pool == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
            "out of memory for %u threads; raise --memory", (unsigned)count);
    *pool = (struct thread_pool){.run = run, .context = context};
    wrong = start_all(pool, count);
    if (wrong != 0) {
        uint32_t running = pool->count;

        for (uint32_t i = 0; i < running; i++)
            give_up(context, i);
        thread_pool_join(pool);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E402",
            "only %u of %u threads could be started (%s); ask for fewer with --threads",
            (unsigned)running, (unsigned)count, strerror(wrong));
    }
    *out = pool;
    return WEIR_OK;
}

void
thread_pool_join(struct thread_pool *pool)
{
    if (pool == NULL)
        return;
    for (uint32_t i = 0; i < pool->count; i++) {
        int wrong = pthread_join(pool->place[i].id, NULL);

        assert(wrong == 0);
        (void)wrong;
    }
    alloc_free(pool);
}

bool
thread_lock_init(struct thread_lock *l)
{
    return pthread_mutex_init(&l->mutex, NULL) == 0;
}

void
thread_lock_fini(struct thread_lock *l)
{
    (void)pthread_mutex_destroy(&l->mutex);
}

void
thread_lock_enter(struct thread_lock *l)
{
    int wrong = pthread_mutex_lock(&l->mutex);

    assert(wrong == 0);
    (void)wrong;
}

void
thread_lock_leave(struct thread_lock *l)
{
    int wrong = pthread_mutex_unlock(&l->mutex);

    assert(wrong == 0);
    (void)wrong;
}

bool
thread_signal_init(struct thread_signal *s)
{
    return pthread_cond_init(&s->cond, NULL) == 0;
}

void
thread_signal_fini(struct thread_signal *s)
{
    (void)pthread_cond_destroy(&s->cond);
}

void
thread_signal_wait(struct thread_signal *s, struct thread_lock *l)
{
    int wrong = pthread_cond_wait(&s->cond, &l->mutex);

    assert(wrong == 0);
    (void)wrong;
}

void
thread_signal_one(struct thread_signal *s)
{
    (void)pthread_cond_signal(&s->cond);
}

void
thread_signal_all(struct thread_signal *s)
{
    (void)pthread_cond_broadcast(&s->cond);
}
