/*
 * feed_row - the part of a feed that makes rows of a file: reader, normaliser, quarantine, books.
 *
 * Knows nothing of order. After the file's last byte it judges the file as a whole (E220, E211,
 * E222).
 */
#ifndef INGEST_FEED_ROW_H
#define INGEST_FEED_ROW_H

#include "ingest/control.h"
#include "ingest/feed.h"
#include "ingest/reject.h"

struct feed_row {
    const struct feed_spec *spec; /* borrowed from the feed */
    struct ahead *ahead;          /* borrowed from the feed; NULL: none */
    struct reader *reader;        /* NULL before the file is opened and after its end */
    struct normaliser *normaliser;
    struct rejects rejects;
    struct feed_counts counts;
    struct control control;
    bool controlled;     /* the file is to state totals */
    char first_bad[160]; /* `row 7, column "Datum": Q_DATE` */
};

enum weir_status feed_row_open(struct feed_row *r, struct weir_err *err);
/* Add the next good row to `b`, which has a free slot. WEIR_OK, WEIR_END, or WEIR_FAIL. */
enum weir_status feed_row_next(struct feed_row *r, struct batch *b, struct weir_err *err);
/* Close reader and normaliser, keeping the counts. */
void feed_row_release(struct feed_row *r);
void feed_row_fini(struct feed_row *r);

#endif
