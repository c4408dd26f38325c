/*
 * pages - huge pages under the memory malloc() keeps in one growing piece.
 *
 * State is many small blocks read at random: with pages of 4 KiB nearly every access also misses
 * the processor's table of pages. A C library could ask for huge pages itself, but only where the
 * environment says so.
 */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

/* To be called after an allocation, by any thread: advises what the heap grew by. Programs that
   stay small, and C libraries other than glibc, are left as they are. */
void pages_follow(void);

#endif
