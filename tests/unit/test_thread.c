/* A pool runs its function once a thread; lock and signals carry what they should. */
#include "base/thread.h"
#include "support/suites.h"

enum { THREADS = 4, TURNS = 2000 };

struct shared {
    struct thread_lock lock;
    struct thread_signal changed;
    uint64_t sum;
    uint32_t seen; /* bit n: thread n was here */
    uint32_t turn; /* whose turn it is */
    bool stop;
};

static struct shared shared;
static struct weir_err err;

static void
setup(void)
{
    shared = (struct shared){.sum = 0};
    err = (struct weir_err){0};
    ck_assert(thread_lock_init(&shared.lock));
    ck_assert(thread_signal_init(&shared.changed));
}

static void
teardown(void)
{
    thread_signal_fini(&shared.changed);
    thread_lock_fini(&shared.lock);
}

static void
count_up(void *context, uint32_t number)
{
    struct shared *s = context;

    for (int i = 0; i < TURNS; i++) {
        thread_lock_enter(&s->lock);
        s->sum++;
        s->seen |= UINT32_C(1) << number;
        thread_lock_leave(&s->lock);
    }
}

static void
take_turns(void *context, uint32_t number)
{
    struct shared *s = context;

    thread_lock_enter(&s->lock);
    for (int i = 0; i < TURNS / 10; i++) {
        while (s->turn % THREADS != number)
            thread_signal_wait(&s->changed, &s->lock);
        s->turn++;
        thread_signal_all(&s->changed);
    }
    thread_lock_leave(&s->lock);
}

static void
wait_for_stop(void *context, uint32_t number)
{
    struct shared *s = context;

    (void)number;
    thread_lock_enter(&s->lock);
    while (!s->stop)
        thread_signal_wait(&s->changed, &s->lock);
    thread_lock_leave(&s->lock);
}

static void
nothing(void *context, uint32_t number)
{
    (void)context;
    (void)number;
}

START_TEST(every_thread_runs_and_the_lock_holds)
{
    struct thread_pool *pool;

    ck_assert_int_eq(thread_pool_start(THREADS, count_up, nothing, &shared, &pool, &err), WEIR_OK);
    thread_pool_join(pool);
    ck_assert_uint_eq(shared.sum, THREADS * TURNS);
    ck_assert_uint_eq(shared.seen, (1u << THREADS) - 1);
}
END_TEST

START_TEST(signals_pass_a_turn_around)
{
    struct thread_pool *pool;

    ck_assert_int_eq(
        thread_pool_start(THREADS, take_turns, nothing, &shared, &pool, &err), WEIR_OK);
    thread_pool_join(pool);
    ck_assert_uint_eq(shared.turn, THREADS * TURNS / 10);
}
END_TEST

START_TEST(waiting_threads_can_be_stopped)
{
    struct thread_pool *pool;

    ck_assert_int_eq(
        thread_pool_start(THREADS, wait_for_stop, nothing, &shared, &pool, &err), WEIR_OK);
    thread_lock_enter(&shared.lock);
    shared.stop = true;
    thread_signal_all(&shared.changed);
    thread_lock_leave(&shared.lock);
    thread_pool_join(pool);
}
END_TEST

Suite *
suite_thread(void)
{
    Suite *s = suite_create("thread");
    TCase *pool = tcase_create("pool");

    tcase_add_checked_fixture(pool, setup, teardown);
    tcase_add_test(pool, every_thread_runs_and_the_lock_holds);
    tcase_add_test(pool, signals_pass_a_turn_around);
    tcase_add_test(pool, waiting_threads_can_be_stopped);
    suite_add_tcase(s, pool);
    return s;
}
