/*
 * index - thousands of listed names, and those of them a row's name may be.
 *
 * An entry is looked at only where two words agree (or all there are of a one-word name,
 * score.enough), and words agree only where they share a key; so the words of a row are looked up
 * by their keys, and the entries of all but the commonest of them are scored. This finds what
 * scoring every entry would find. Immutable once made and shared by threads; what a thread keeps
 * of it (words already looked up) is in its name_room.
 */
#ifndef NAME_INDEX_H
#define NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "name/score.h"

/* A word stands on a list more often than this, and than once in so many entries: it is common
 * there. */
enum { NAME_COMMON_FROM = 20, NAME_COMMON_SHARE = 500 };

struct arena;
struct name_cache;
struct name_index;

/* NULL when out of memory. Names are numbered as given; the texts are not kept. */
struct name_index *name_index_new(
    struct arena *a, struct name_room *room, const struct bytes *names, size_t count);

/* Words of the listed name that are compared; 0: nothing in it can be found. */
size_t name_index_words(const struct name_index *x, uint32_t entry);

/* Told of every listed name whose score is enough and at least `least`, in no particular order. */
typedef void name_found(
    void *to, uint32_t entry, const struct name *listed, const struct score *score);
/* False when out of memory. `row` is of `room`. */
bool name_index_find(const struct name_index *x, struct name_room *room, const struct name *row,
    int32_t least, name_found *found, void *to);

void name_cache_free(struct name_cache *c); /* NULL allowed */

#endif
