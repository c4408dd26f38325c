/*
 * feed - one input file end to end: reader, normaliser, order.
 *
 * Pulled by a worker thread, a batch at a time; what it hands over is in the total order
 * (time, source bank, id, content). Rows of one moment are held back until the moment is over. A
 * feed reads ahead a budget of rows before it hands on the first; whatever is found out within it
 * (disorder, damage, too many bad rows) costs nothing. Found out later, it fails with
 * FEED_DISORDER or FEED_DAMAGED and the run starts again, with `sort` set or without the file.
 * A sorted feed keeps sorted runs in memory up to its budget and spills them to `work` beyond.
 *
 * The file is opened by the first feed_next() and closed with its last byte, so a feed that waits
 * or is read whole holds no descriptor.
 */
#ifndef INGEST_FEED_H
#define INGEST_FEED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ingest/batch.h"
#include "ingest/control.h"
#include "ingest/normalise.h"
#include "model/type.h"
#include "reader/reader.h"
#include "weir/status.h"

struct feed;

struct feed_spec {
    const char *path;
    const char *shown; /* the name in alerts and quarantine: path below the folder given */
    const struct mapping *mapping;
    const struct normalise_env *env;
    uint32_t file;   /* number of the input */
    uint32_t source; /* rank of its bank */
    uint32_t fields; /* cells a txn */
    uint32_t pick_bytes;
    bool sort;          /* known to be out of order */
    size_t ahead_bytes; /* rows read before the first is handed on; 0: default */
    size_t sort_bytes;  /* memory of a sort before it spills; 0: default */
    const char *work;   /* folder for spills */
    size_t block_bytes; /* reader's; tests */
    enum reader_inflater inflater;
    size_t hold_bytes;      /* memory of sorted rows that wait to be handed on; 0: sort_bytes */
    bool shared;            /* feed_help() will be called */
    const atomic_int *stop; /* not 0: fail with WEIR_TROUBLE_STOPPED soon; NULL: never */
};

enum { FEED_AHEAD_BYTES = 8 << 20, FEED_SORT_BYTES = 64 << 20 };

/* FEED_OPEN after a WEIR_FAIL: not the file's fault (memory, disk, stop); the run ends. */
enum feed_end { FEED_OPEN, FEED_DONE, FEED_DISORDER, FEED_DAMAGED };

enum { FEED_UNREAD_MAX = 16 };

/* Cells of an optional field that held something that is no value of it, and were left missing. */
struct feed_unread {
    const char *field; /* as the mapping calls it; lives as long as the mapping */
    uint64_t cells;
};

/* Books of one input: rows = accepted + quarantined + skipped; the merge then finds duplicates and
   conflicts among the accepted. Whole after FEED_DONE. */
struct feed_counts {
    struct reader_counts read;
    uint64_t accepted; /* normalised and handed on (duplicates found by the merge included) */
    uint64_t skipped;  /* no transactions by the mapping's word */
    uint64_t quarantined;
    uint64_t no_rate, shifted, repeated, made_ids, inferred_kinds, date_only;
    uint64_t rows;                              /* records read */
    uint64_t bad_utf8;                          /* accepted rows kept as raw bytes, W211 */
    uint32_t spilled_runs;                      /* sorted runs that went to disk */
    bool sorted;                                /* out of order, and sorted */
    enum control_verdict control;               /* the file's own totals */
    struct feed_unread unread[FEED_UNREAD_MAX]; /* whole after the feed has ended */
    uint32_t unread_count;
};

enum weir_status feed_open(const struct feed_spec *spec, struct feed **out, struct weir_err *err);
/*
 * Fill and seal `b` with the next rows. WEIR_OK, WEIR_END (b empty), WEIR_FAIL (see feed_end).
 * All batches given to one feed have the same cap and fields; their storage may be exchanged.
 */
enum weir_status feed_next(struct feed *f, struct batch *b, struct weir_err *err);
enum feed_end feed_ended(const struct feed *f);
/* The note of the failure it ended with; empty before. */
const struct weir_err *feed_why(const struct feed *f);
void feed_counts(const struct feed *f, struct feed_counts *out);
/* The quarantine lines so far (JSON Lines text), and counts by reason as "Q_AMOUNT" -> n. */
struct bytes feed_quarantine(const struct feed *f);
size_t feed_reasons(const struct feed *f, const char *const **codes, const uint64_t **counts);
/* From any thread: the feed fails with WEIR_TROUBLE_STOPPED at its next rows. */
void feed_stop(struct feed *f);
/* From another thread that has nothing to do: a piece of the feed's work, if `shared`. False: there
   was none. */
bool feed_help(struct feed *f);
const char *feed_shown(const struct feed *f);
uint32_t feed_file(const struct feed *f);
/* Types of the fields, LIMIT_FIELDS of them. */
const enum type *feed_types(const struct feed *f);
void feed_close(struct feed *f); /* NULL allowed */

#endif
