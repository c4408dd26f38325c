/*
 * prefetch - ask for a cache line early.
 *
 * A function that does nothing but __builtin_prefetch() is to gcc one without effect, and calls of
 * it are left out; the empty statement keeps them.
 */
#ifndef STATE_PREFETCH_H
#define STATE_PREFETCH_H

static inline void
prefetch(const void *p)
{
    __builtin_prefetch(p);
    __asm__ volatile("" : : "r"(p));
}

#endif
