/*
 * normalise - a record to a transaction, or a reject with a reason (formats.md section 1).
 *
 * One normaliser a feed (it caches the header's columns, the last date, ...). It appends to a
 * batch: a slot and its text. Nothing points into the record afterwards.
 */
#ifndef INGEST_NORMALISE_H
#define INGEST_NORMALISE_H

#include "ingest/batch.h"
#include "ingest/mapping.h"
#include "reader/record.h"
#include "weir/status.h"

struct normaliser;
struct rates;       /* model/rate.h */
struct legal_forms; /* ingest/legal_form.h: words that tell a business from a person */
struct zone;
struct field;

/* What the run decides, the same for all feeds. Borrowed. */
struct normalise_env {
    const struct rates *rates;       /* NULL: only EUR has amount_eur */
    const struct legal_forms *forms; /* NULL: kind is never inferred */
    const struct zone *pack_zone;    /* date-only rows begin their day in it */
    const struct field *extra;       /* columns the installation adds, from TXN_FIELD_COUNT on */
    uint32_t extra_count;
    int64_t as_of_day; /* rows later than this day are Q_FUTURE; INT64_MAX: none */
};

/* Why a row was set aside; one line of quarantine.jsonl. Texts live until the next call. */
struct reject {
    const char *code;   /* "Q_AMOUNT", "Q_DATE", "Q_COLUMNS", ... */
    const char *column; /* as the mapping or the header names it; "" for the whole row */
    char right[200];    /* what was expected: `a decimal such as 1.234,50; the mapping says decimal:
                           ","` */
    struct bytes found; /* the cell's text */
};

enum weir_status normaliser_new(const struct mapping *m, const struct normalise_env *env,
    const struct reader *r, const char *path, struct normaliser **out, struct weir_err *err);
void normaliser_free(struct normaliser *n);

/*
 * WEIR_OK: a slot was added to `b` (source, file are left to the feed).
 * WEIR_REJECT: *why set, nothing added. WEIR_END: the row is none by the mapping's word
 * (a pending row, a footer): counted by the caller as `skipped`. WEIR_FAIL: out of memory.
 */
enum weir_status normalise(struct normaliser *n, const struct record *rec, struct batch *b,
    struct reject *why, struct weir_err *err);

/*
 * Cells of the i-th mapped field that held something which is no value of it (a country nobody
 * knows, a word `map:` does not have): the row was kept and the field left missing. *field is
 * NULL behind the last one.
 */
uint64_t normaliser_unread(const struct normaliser *n, uint32_t i, const char **field);

#endif
