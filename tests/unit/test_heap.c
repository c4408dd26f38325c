/* The heap gives back numbers in order, whatever is added, settled and dropped. */
#include <stdlib.h>

#include "base/heap.h"
#include "support/rng.h"
#include "support/suites.h"

enum { CAP = 64 };

static int64_t value[CAP];

static bool
before(const void *context, uint32_t a, uint32_t b)
{
    const int64_t *v = context;

    return v[a] != v[b] ? v[a] < v[b] : a < b;
}

/* The number that should be on top, by looking at all. */
static uint32_t
least(const bool *in)
{
    uint32_t best = CAP;

    for (uint32_t n = 0; n < CAP; n++)
        if (in[n] && (best == CAP || before(value, n, best)))
            best = n;
    return best;
}

START_TEST(top_is_always_the_first_of_all)
{
    uint64_t seed = (uint64_t)_i;
    bool in[CAP] = {false};
    struct heap h;

    ck_assert(heap_init(&h, CAP, before, value));
    for (int step = 0; step < 2000; step++) {
        uint32_t n = (uint32_t)rng_below(&seed, CAP), top = h.count > 0 ? heap_top(&h) : CAP;

        if (!in[n]) {
            value[n] = (int64_t)rng_below(&seed, 20);
            heap_add(&h, n);
            in[n] = true;
        } else if (rng_below(&seed, 2) == 0) {
            value[top] += (int64_t)rng_below(&seed, 10);
            heap_settle(&h);
        } else {
            heap_drop(&h);
            in[top] = false;
        }
        if (h.count > 0)
            ck_assert_uint_eq(heap_top(&h), least(in));
        else
            ck_assert_uint_eq(least(in), CAP);
    }
    heap_fini(&h);
}
END_TEST

START_TEST(heap_of_none_is_fine)
{
    struct heap h;

    ck_assert(heap_init(&h, 0, before, value));
    ck_assert_uint_eq(h.count, 0);
    heap_fini(&h);
}
END_TEST

Suite *
suite_heap(void)
{
    Suite *s = suite_create("heap");
    TCase *order = tcase_create("order");

    tcase_add_loop_test(order, top_is_always_the_first_of_all, 0, 20);
    tcase_add_test(order, heap_of_none_is_fine);
    suite_add_tcase(s, order);
    return s;
}
