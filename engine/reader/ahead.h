/*
 * ahead - lets a second thread unpack the next block of a reader while the first takes rows apart.
 *
 *      ahead_new(&a)                    outlives the reader it is given to (reader_spec.ahead)
 *      ahead_work(a)                    any thread with nothing else to do, at any time
 *      ahead_rest(a)                    the reader's thread, before it asks for counts
 *      ahead_free(a)
 *
 * Blocks are the same whoever unpacks them, and so are the rows and the reader's counts.
 */
#ifndef READER_AHEAD_H
#define READER_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

struct ahead;
struct decoder;
struct reader_counts;
struct source;

struct ahead *ahead_new(void); /* NULL: no memory */
void ahead_free(struct ahead *a);
/* Unpack one block, unless there is one or somebody is at it. False: there was nothing to do. */
bool ahead_work(struct ahead *a);
/* Wait until nobody unpacks; from here on nobody begins. */
void ahead_rest(struct ahead *a);

/* ---- for the reader ---- */

/* Put `a` on top of `below`, which reads `source` and counts in `counts`; the link is always asked
   for whole blocks of this size. Closing it closes what is below, and leaves `a` for ahead_free. */
struct decoder *ahead_link(struct ahead *a, struct decoder *below, const struct source *source,
    struct reader_counts *counts, size_t block);
/* Take what the block that nobody has asked for yet added out of the counts. After ahead_rest(). */
void ahead_uncount(const struct ahead *a, struct reader_counts *counts);

#endif
