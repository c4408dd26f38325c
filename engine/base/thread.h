/*
 * thread - a pool of worker threads, a lock, and signals to wait for under it.
 *
 *      thread_pool_start(count, fn, context, &pool, err)    runs fn(context, 0 .. count - 1)
 *      thread_pool_join(pool)                               waits until every fn has returned
 *
 * Workers take no signals: those go to the thread that started them. Between threads only what is
 * read and written under a lock may change.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "weir/status.h"

struct thread_pool;
typedef void (*thread_fn)(void *context, uint32_t number);

/* All of them or, with WEIR_FAIL, none: those already running must then return by `give_up`. */
enum weir_status thread_pool_start(uint32_t count, thread_fn run, thread_fn give_up, void *context,
    struct thread_pool **out, struct weir_err *err);
void thread_pool_join(struct thread_pool *pool); /* NULL allowed; frees it */

struct thread_lock {
    pthread_mutex_t mutex;
};

struct thread_signal {
    pthread_cond_t cond;
};

bool thread_lock_init(struct thread_lock *l);
void thread_lock_fini(struct thread_lock *l);
void thread_lock_enter(struct thread_lock *l);
void thread_lock_leave(struct thread_lock *l);

bool thread_signal_init(struct thread_signal *s);
void thread_signal_fini(struct thread_signal *s);
/* Let go of the lock, wait, hold it again. May wake without cause: ask again in a loop. */
void thread_signal_wait(struct thread_signal *s, struct thread_lock *l);
void thread_signal_one(struct thread_signal *s);
void thread_signal_all(struct thread_signal *s);

#endif
