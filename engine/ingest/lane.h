/*
 * lane - the way from one feed to the merge: a short queue of batches, filled by workers.
 *
 * Workers take the lane whose queue is shortest, the one the merge waits for before all. Without
 * workers a batch is made when it is asked for. What needs no state is done to a batch by the
 * worker, or, where the merge's thread has nothing else to go on with, by that one; while it waits
 * it unpacks the feed's next block: so the two are busy alike, whichever has more to do. Everything
 * shared is under one lock, held for a few instructions a batch.
 */
#ifndef INGEST_LANE_H
#define INGEST_LANE_H

#include "ingest/merge.h"

enum { LANE_DEPTH_MAX = 4 };

/* A batch on its way, with the fingerprints of its rows' identities. */
struct parcel {
    struct batch *batch;
    uint64_t *print;
    bool ready; /* all that needs no state has been done to the batch */
    struct parcel *next;
};

struct lanes;

enum weir_status lanes_open(
    const struct merge_spec *spec, struct lanes **out, struct weir_err *err);
void lanes_close(struct lanes *l); /* NULL allowed */
/* False where asking for this lane's next parcel would have to wait. */
bool lanes_ready(struct lanes *l, uint32_t lane);
/* WEIR_OK with a parcel, WEIR_END, or WEIR_FAIL: some feed failed, *bad says which. */
enum weir_status lanes_take(
    struct lanes *l, uint32_t lane, struct parcel **out, uint32_t *bad, struct weir_err *err);
/* Give a chain of parcels back once nobody looks at their rows. */
void lanes_return(struct lanes *l, struct parcel *chain);
/* After a feed failed: let the others run to their ends. WEIR_FAIL: fatal. */
enum weir_status lanes_verify(struct lanes *l, struct weir_err *err);

#endif
