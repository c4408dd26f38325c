/* pages - follows the end of the heap, which moves in large steps once the program is not small. */
#define _DEFAULT_SOURCE /* madvise(), sbrk() */

#include "base/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

enum {
    SMALL_BYTES = 16 << 20, /* heaps up to here stay as they are */
    STEP_BYTES = 16 << 20,  /* a step that ends within a huge page leaves that one in small ones */
    ALONE_BYTES = 4 << 20,  /* blocks from here on are mapped one by one (base/alloc.c) */
    HUGE_PAGE = 2 << 20,
};

static atomic_uintptr_t begin, known;

/* Setting one of these ends glibc's own adjusting of all of them. */
static void
grow_in_steps(void)
{
    (void)mallopt(M_TOP_PAD, STEP_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * STEP_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, ALONE_BYTES);
}

static void
advise(char *top, uintptr_t from, uintptr_t end)
{
    uintptr_t first = from & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t last = end & ~(uintptr_t)(HUGE_PAGE - 1);

    if (last > first)
        (void)madvise(top - (end - first), last - first, MADV_HUGEPAGE);
}

void
pages_follow(void)
{
    char *top = sbrk(0);
    uintptr_t end = (uintptr_t)top, old = atomic_load_explicit(&known, memory_order_relaxed);
    uintptr_t first = atomic_load_explicit(&begin, memory_order_relaxed);

    if (end == old)
        return;
    if (first == 0)
        atomic_store_explicit(&begin, first = end, memory_order_relaxed);
    if (!atomic_compare_exchange_strong(&known, &old, end))
        return; /* another thread is at it */
    if (end < first + SMALL_BYTES)
        return;
    if (old < first + SMALL_BYTES) {
        grow_in_steps();
        old = first + HUGE_PAGE;
    }
    advise(top, old, end);
}

#else

void
pages_follow(void)
{
}

#endif
