/*
 * merge - many feeds to one stream in the total order, each payment once.
 *
 * Feeds run on a pool of worker threads (none: inline), each with a short queue of batches.
 * The merge hands out slabs of row pointers, valid until the next call. A row equal to the one
 * before it in all but file and row is a duplicate and dropped; a row whose (source bank, account,
 * id) was met with other content is a conflict and quarantined (Q_DUPCONFLICT): the least content,
 * which is the first in the total order, stands.
 *
 * Nothing handed out counts before WEIR_END: what is found late ends the attempt, and the caller
 * begins again with what it has learnt (design.md section 3, optimistic verification):
 *
 *      for (;;) {
 *          open the feeds that are not bad, sort set where known; merge_open(&spec, &m, err)
 *          while ((st = merge_next(m, &slab, &bad, err)) == WEIR_OK) ...
 *          if (st == WEIR_END) break                       the night is whole
 *          switch (merge_ended(m)) {
 *          case MERGE_BAD_FEED:   merge_verify(m, err)     optional: learn of all bad files at once
 *                                 for each feed: FEED_DAMAGED -> bad, FEED_DISORDER -> sort
 *          case MERGE_CONFLICTS:  merge_take_watch(m, &watch); give it to the next merge_open()
 *          case MERGE_FATAL:      the run fails with `err`
 *          }
 *          merge_close(m), feed_close each, forget all state, clear `err`
 *      }
 *
 * Every turn of that loop has one bad file less, one feed to be sorted more, or a longer watch.
 */
#ifndef INGEST_MERGE_H
#define INGEST_MERGE_H

#include <stdint.h>

#include "base/hash.h"
#include "ingest/feed.h"
#include "model/type.h"

struct merge;
struct merge_watch; /* fingerprints of ids met with different content */

struct merge_spec {
    struct feed **feed; /* borrowed; in order of input; at most LIMIT_INPUTS */
    uint32_t feed_count;
    uint32_t threads; /* workers; 0: feeds run on the caller's thread */
    uint32_t fields, pick_bytes;
    uint32_t batch_rows;        /* 0: as merge_share_of() says */
    const struct hash_key *key; /* the same in every attempt of a run */
    /* The stateless pass over a sealed batch: fills its picks. On a worker, or, as number
       `threads`, on the caller's thread. May be NULL. */
    void (*prepare)(void *context, uint32_t worker, struct batch *b);
    void *context;
    const char *work;    /* folder for spills; NULL: fingerprints of ids stay in memory */
    size_t repeat_bytes; /* memory of fingerprints before they spill; 0: default */
    const struct merge_watch *watch; /* from earlier attempts of the run; borrowed; NULL: none */
};

struct slab {
    const struct txn **row;
    uint32_t count;
};

enum { MERGE_SLAB_ROWS = 1024 };

/* E226 when there are more than LIMIT_INPUTS feeds. Raises the soft limit of open files as far as
   the system lets it: each feed that is being read holds one, a spilled sort another. */
enum weir_status merge_open(
    const struct merge_spec *spec, struct merge **out, struct weir_err *err);
/* The next rows (at most MERGE_SLAB_ROWS). WEIR_FAIL: *bad_feed is the feed that ended badly, or
   feed_count; merge_ended() says what to do. */
enum weir_status merge_next(
    struct merge *m, struct slab *out, uint32_t *bad_feed, struct weir_err *err);
/* NULL allowed. At any moment: workers are told to stop and waited for. The feeds stay the
 * caller's. */
void merge_close(struct merge *m);

enum merge_end { MERGE_OPEN, MERGE_DONE, MERGE_BAD_FEED, MERGE_CONFLICTS, MERGE_FATAL };
enum merge_end merge_ended(const struct merge *m);
/* After MERGE_BAD_FEED: read all other feeds to their ends, throwing rows away, so that
   feed_ended() knows every bad file. WEIR_FAIL: fatal. */
enum weir_status merge_verify(struct merge *m, struct weir_err *err);
/* merge_ended() is MERGE_CONFLICTS. */
bool merge_conflicted(const struct merge *m);
/* Then: put what the next attempt has to watch into *watch (NULL: a new one), which it may be using
   now. False when out of memory. */
bool merge_take_watch(const struct merge *m, struct merge_watch **watch);
void merge_watch_free(struct merge_watch *w); /* NULL allowed; after merge_close() */

/* Duplicates and conflicts by feed (arrays of feed_count); quarantine lines of conflicts. */
const uint64_t *merge_duplicates(const struct merge *m);
const uint64_t *merge_conflicts(const struct merge *m);
struct bytes merge_quarantine(const struct merge *m);

/*
 * What each of `feeds` feeds may take of `total` bytes (0: 128 MiB), so that a thousand files fit
 * where one does: for feed_spec and merge_spec. Sorts run one on each thread.
 */
struct merge_share {
    size_t ahead_bytes, sort_bytes, hold_bytes, block_bytes;
    uint32_t batch_rows;
};
struct merge_share merge_share_of(uint32_t feeds, uint32_t threads, size_t total);

/* The total order itself, for tests and sorting: <0, 0, >0; 0 means equal content. */
int txn_order(const struct txn *a, const struct txn *b, const enum type *types, uint32_t fields);

#endif
