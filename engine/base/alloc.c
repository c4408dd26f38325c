/*
 * alloc - counts what is asked for and given back.
 *
 * Each block carries its size in front of it, in 16 bytes so that what follows
 * keeps the alignment malloc() promises. Requests are few (arenas and tables take
 * whole blocks), so the counters may be shared by all threads.
 */
#define _DEFAULT_SOURCE /* madvise() */

#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/pages.h"

enum { HEAD_BYTES = 16, HUGE_PAGE = 2 << 20 };

static atomic_size_t cap_bytes, live_bytes, peak_bytes;
static atomic_size_t requests, fail_at;
static atomic_bool fail_sticky;

/* True where a test wants this request refused. */
static bool
refused(void)
{
    size_t at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    size_t n = atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed) + 1;

    if (at == 0)
        return false;
    return n == at || (n > at && atomic_load_explicit(&fail_sticky, memory_order_relaxed));
}

static void
note_peak(size_t live)
{
    size_t peak = atomic_load_explicit(&peak_bytes, memory_order_relaxed);

    while (live > peak && !atomic_compare_exchange_weak_explicit(
                              &peak_bytes, &peak, live, memory_order_relaxed, memory_order_relaxed))
        ;
}

/* Count `more` bytes in; false, counting nothing, where they would pass the cap. */
static bool
reserve(size_t more)
{
    size_t cap = atomic_load_explicit(&cap_bytes, memory_order_relaxed);
    size_t live = atomic_fetch_add_explicit(&live_bytes, more, memory_order_relaxed) + more;

    if (cap != 0 && live > cap) {
        atomic_fetch_sub_explicit(&live_bytes, more, memory_order_relaxed);
        return false;
    }
    note_peak(live);
    return true;
}

static void
release(size_t less)
{
    atomic_fetch_sub_explicit(&live_bytes, less, memory_order_relaxed);
}

static char *
head_of(void *p)
{
    return (char *)p - HEAD_BYTES;
}

static size_t
size_of(void *p)
{
    size_t size;

    memcpy(&size, head_of(p), sizeof size);
    return size;
}

/*
 * Large tables are read at random: with pages of 4 KiB nearly every access also misses
 * the processor's table of pages. Only advice: where it is not taken nothing changes.
 */
static void
advise(char *head, size_t size)
{
#ifdef MADV_HUGEPAGE
    uintptr_t from = ((uintptr_t)head + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)head + HEAD_BYTES + size) & ~(uintptr_t)(HUGE_PAGE - 1);

    if (size >= 2 * (size_t)HUGE_PAGE && end > from)
        (void)madvise(head + (from - (uintptr_t)head), end - from, MADV_HUGEPAGE);
#else
    (void)head;
    (void)size;
#endif
}

/* Hand out what follows the head, or give the reservation back. */
static void *
finish(char *head, size_t size)
{
    if (head == NULL) {
        release(size);
        return NULL;
    }
    advise(head, size);
    pages_follow();
    memcpy(head, &size, sizeof size);
    return head + HEAD_BYTES;
}

void *
alloc_take(size_t size)
{
    if (refused() || size > SIZE_MAX / 2 || !reserve(size))
        return NULL;
    return finish(malloc(size + HEAD_BYTES), size);
}

void *
alloc_zero(size_t count, size_t size)
{
    size_t total;

    if (size != 0 && count > SIZE_MAX / 2 / size)
        return NULL;
    total = count * size;
    if (refused() || !reserve(total))
        return NULL;
    return finish(calloc(1, total + HEAD_BYTES), total);
}

void *
alloc_grow(void *old, size_t size)
{
    size_t before;
    char *head;

    if (old == NULL)
        return alloc_take(size);
    before = size_of(old);
    if (refused() || size > SIZE_MAX / 2)
        return NULL;
    if (size > before && !reserve(size - before))
        return NULL;
    head = realloc(head_of(old), size + HEAD_BYTES);
    if (head == NULL) {
        if (size > before)
            release(size - before);
        return NULL;
    }
    if (size < before)
        release(before - size);
    advise(head, size);
    pages_follow();
    memcpy(head, &size, sizeof size);
    return head + HEAD_BYTES;
}

void
alloc_free(void *p)
{
    if (p == NULL)
        return;
    release(size_of(p));
    free(head_of(p));
}

void
alloc_set_cap(size_t bytes)
{
    atomic_store(&cap_bytes, bytes);
}

size_t
alloc_live(void)
{
    return atomic_load(&live_bytes);
}

size_t
alloc_peak(void)
{
    return atomic_load(&peak_bytes);
}

void
alloc_fail_at(size_t n, int sticky)
{
    atomic_store(&fail_at, 0);
    atomic_store(&requests, 0);
    atomic_store(&fail_sticky, sticky != 0);
    atomic_store(&fail_at, n);
}

size_t
alloc_count(void)
{
    return atomic_load(&requests);
}
