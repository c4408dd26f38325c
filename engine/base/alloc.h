/*
 * alloc - the one table of allocations, so that memory has a cap and a test can
 * fail the n-th request.
 *
 * Thread-safe. Counts live bytes; beyond the cap a request fails like one the
 * system refuses. NULL always means "say E401 and unwind", never abort.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

void *alloc_take(size_t size);               /* not zeroed */
void *alloc_zero(size_t count, size_t size); /* zeroed, overflow checked */
void *alloc_grow(void *old, size_t size);    /* as realloc; old stays valid on NULL */
void alloc_free(void *p);                    /* NULL allowed */

void alloc_set_cap(size_t bytes); /* 0: none */
size_t alloc_live(void);
size_t alloc_peak(void);

/* For tests: request number `n` from now fails (from 1; 0: none); `sticky`: all later ones too. */
void alloc_fail_at(size_t n, int sticky);
size_t alloc_count(void); /* requests since alloc_fail_at() */

#endif
