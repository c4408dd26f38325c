/* sequence_private - what the files of the sequence operator share. */
#ifndef OPERATOR_SEQUENCE_PRIVATE_H
#define OPERATOR_SEQUENCE_PRIVATE_H

#include "operator/sequence.h"
#include "state/fifo.h"
#include "state/index.h"
#include "state/stored.h"

enum {
    SEQUENCE_MEASURES_MAX = SEQUENCE_STEPS_MAX * SEQUENCE_STEP_MEASURES + 1 + SEQUENCE_FIELDS_MAX
};

/* What an entry is to the rule. */
struct event {
    uint64_t number;
    int64_t at_us;
    int64_t amount; /* cents; INT64_MIN: unknown */
    uint32_t key;
    bool date_only;
    uint8_t steps;  /* bit s: it satisfies step s */
    uint8_t absent; /* bit s: forbidden between step s and the next */
    bool never;
    struct stored field[SEQUENCE_FIELDS_MAX]; /* of the steps it satisfies; held */
};

/* What a day that has no times offers a match: an event and the name it is kept by. */
struct offer {
    uint8_t steps;
    uint32_t name;
};

/* An event that satisfies some step, as kept. */
struct kept {
    int64_t at_us;
    uint64_t number;
    int64_t amount;
    uint32_t record;
    uint32_t back; /* the key's one before */
    uint8_t steps;
    bool date_only;
    struct stored field[]; /* spec.field_count */
};

/* A match of the first units. */
struct partial {
    int64_t start_us; /* INT64_MIN: there is none */
    int64_t prev_us;  /* when the step before that of its last unit was complete */
    int64_t done_us;  /* its last transaction */
    bool uncertain;
};

/* One key. Behind it the names of the partials' transactions: 1, 2, ... of them. */
struct record {
    uint32_t key;
    uint32_t live;    /* its events that are kept */
    uint32_t newest;  /* the newest of them */
    uint32_t count;   /* so many, from the newest back, are not used up */
    uint32_t waiting; /* in s->waiting, where waits */
    bool waits;
    struct partial partial[]; /* of 1, 2, ... units; all but the last */
};

/* A match that waits for its deadline, or to be said. */
struct waiting {
    int64_t done_us; /* the deadline is spec.for_us later */
    uint32_t key, record;
    bool cancelled, uncertain;
    struct found *found; /* once it is fixed */
    uint32_t chain[SEQUENCE_UNITS_MAX];
};

/* A finished match, in one piece of memory. */
struct found {
    uint64_t number; /* completing */
    size_t quote_count;
    struct operator_quote *quote;
    struct value *measure;
    size_t bytes; /* of a copy */
};

struct sequence {
    struct sequence_spec spec;
    uint32_t units;
    uint32_t measure_count;
    uint8_t step_of[SEQUENCE_UNITS_MAX]; /* by unit */
    uint32_t end_of[SEQUENCE_STEPS_MAX]; /* units up to and with this step */
    struct index index;                  /* key to record */
    struct cells records;
    struct fifo kept;
    struct store store; /* texts of fields */

    struct event held; /* the first side of a transaction that may have another */
    bool holds;
    struct event *day; /* date-only events of day_us, in the total order */
    size_t day_count, day_cap;
    int64_t day_us;
    struct offer *offer; /* of one key and day */
    size_t offer_cap;

    struct fifo waiting;
    uint32_t fixed; /* of s->waiting, from the first on */
    uint64_t waits; /* not cancelled */
    uint64_t lost;  /* older partials at the end of a step that gave way to a newer start */
    size_t found_bytes;

    /* one match */
    struct operator_quote *quote;
    size_t quote_cap;
    struct value measure[SEQUENCE_MEASURES_MAX];
    const struct found *said; /* being judged */
};

/* Where a match is taken to the judge. */
struct saying {
    operator_judge_fn judge;
    void *context;
};

static inline struct kept *
sequence_kept(const struct sequence *s, uint32_t name)
{
    return fifo_at(&s->kept, name);
}

static inline struct waiting *
sequence_waiting(const struct sequence *s, uint32_t name)
{
    return fifo_at(&s->waiting, name);
}

/* The transactions of the partial that has `units` units. */
static inline uint32_t *
sequence_chain(const struct sequence *s, struct record *r, uint32_t units)
{
    return (uint32_t *)(void *)(r->partial + s->units - 1) + (size_t)units * (units - 1) / 2;
}

/* ---- sequence.c ---------------------------------------------------------------- */

struct record *sequence_record(struct sequence *s, uint32_t key); /* NULL: no memory */
/* Keeps the event at the end of its key's, with its fields; false: no memory. */
bool sequence_keep(struct sequence *s, struct record *r, const struct event *e, uint32_t *name);
/* May the partial of `units` units (0: nothing yet) go on at this time? */
bool sequence_goes_on(
    const struct sequence *s, const struct record *r, uint32_t units, int64_t at_us);
/* The partial of `units` units gives way to this one, unless it started later itself. */
void sequence_install(struct sequence *s, struct record *r, uint32_t units,
    const struct partial *with, const uint32_t *chain);
/* Fixes what a waiting match holds, where that has not been done. False: no memory. */
bool sequence_fix(struct sequence *s, struct waiting *w);
void sequence_clear(struct record *r, uint32_t partials); /* all partials go */
/* Do both moments lie on one day of the spec's zone? */
bool sequence_same_day(const struct sequence *s, int64_t day_us, int64_t at_us);
/* All units are matched. *used: the key starts afresh. */
bool sequence_complete(struct sequence *s, struct record *r, const struct partial *with,
    const uint32_t *chain, const struct saying *say, bool *used);
void sequence_cancel(struct sequence *s, struct record *r);
/* One event that has a time, or is its key's only one of a day. */
bool sequence_apply(struct sequence *s, const struct event *e, const struct saying *say);

/* ---- sequence_day.c -------------------------------------------------------------- */

/* The events of one key and day, at least two, in the order that leads furthest. */
bool sequence_day(
    struct sequence *s, const struct event *e, size_t count, const struct saying *say);

/* ---- sequence_found.c -------------------------------------------------------------- */

/* Measures and quotes of a match, in s->measure and s->quote; false: no memory. */
bool sequence_find(
    struct sequence *s, const struct record *r, const uint32_t *chain, struct found *out);
/* In one piece of its own, with its texts; NULL: no memory. */
struct found *sequence_copy(struct sequence *s, const struct found *f);
void sequence_drop(struct sequence *s, struct found *f); /* a copy; NULL allowed */

#endif
