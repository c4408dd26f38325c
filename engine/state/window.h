/*
 * window - sliding and calendar windows of one spec, for all keys; exact.
 *
 * Half-open (t - W, t]: an entry exactly W older is outside (rule-language.md section 10). Calendar
 * periods are [start, next start) in the pack zone. Keys are dense numbers from state/keys. Entries
 * come in the total order. Work is O(1) amortised an entry for all functions but median (O(log n)).
 *
 *      windows_add(w, key, at_us, ledger, inputs)   then   windows_read(w, key, i)
 *
 * windows_add lets the key's window slide to at_us first. An input whose value is missing is not
 * counted by its aggregate (its `where` did not hold, or the value is missing); the entry itself
 * counts as evidence all the same.
 *
 * All keys of one object share one queue and its clock: windows_add and windows_expire let every
 * key slide, so read and ask for evidence before the next of them. Where an aggregate over text
 * only compares for identity (distinct, mode_share, first_seen), numbers from state/keys may be
 * given instead, with a number type in the spec: that is faster, as they are found in batches.
 */
#ifndef STATE_WINDOW_H
#define STATE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/value.h"

struct zone;
struct windows;

enum window_function {
    WINDOW_COUNT,  /* inputs that are set */
    WINDOW_SUM,    /* money (EUR cents), number, duration: 128-bit */
    WINDOW_AVG,    /* fraction sum / count; missing over nothing */
    WINDOW_SHARE,  /* of true among the decided bool inputs; fraction */
    WINDOW_MEDIAN, /* of an even count: mean of the middle two, as fraction */
    WINDOW_MIN,
    WINDOW_MAX,
    WINDOW_STDDEV,     /* sample; half-even to 6 places of the unit's number; missing under 2 */
    WINDOW_DISTINCT,   /* any type */
    WINDOW_MODE_SHARE, /* share of the commonest value; fraction */
    WINDOW_FIRST,
    WINDOW_LAST,       /* value of the oldest, newest entry that has one */
    WINDOW_FIRST_SEEN, /* bool: the key has not had this value in the last 365 days before this
                          entry */
};

enum window_period { WINDOW_SPAN, WINDOW_DAY, WINDOW_WEEK, WINDOW_MONTH };

struct window_aggregate {
    enum window_function function;
    enum type type;   /* of the input */
    int64_t currency; /* packed, for money input; 0 elsewhere */
};

struct window_spec {
    enum window_period period;
    int64_t span_us;         /* WINDOW_SPAN */
    const struct zone *zone; /* calendar periods */
    int32_t week_starts;     /* 0 monday */
    uint32_t count;          /* aggregates, at most WINDOW_AGGREGATES_MAX */
    const struct window_aggregate *aggregate;
    /* By aggregate: 1 + an earlier one of the same type and currency whose value, wherever both
       have one, is the same, so that it is kept once; 0: none. NULL: none at all. */
    const uint32_t *like1;
    struct hash_key hash; /* the run's; shapes tables, never a result */
};
enum { WINDOW_AGGREGATES_MAX = 32 };

/* Inputs of one entry that are whole numbers. */
struct window_numbers {
    uint64_t code;                      /* WINDOW_SET(i) for each aggregate i whose input is set */
    int64_t num[WINDOW_AGGREGATES_MAX]; /* of those; of WINDOW_COUNT nothing */
};
#define WINDOW_SET(i) (UINT64_C(1) << 2 * (i))

struct windows *windows_new(const struct window_spec *spec); /* copies spec; NULL: no memory */
void windows_free(struct windows *w);
/* Say which key comes: once for each windows_add, in the same order, some 16 to 64 ahead of it. */
void windows_prefetch(const struct windows *w, uint32_t key);
/* Where inputs are known 8 or more rows ahead: ask for what they will touch. Never needed. */
void windows_prefetch_inputs(const struct windows *w, uint32_t key, const struct value *inputs);
void windows_prefetch_numbers(
    const struct windows *w, uint32_t key, const struct window_numbers *in);
/*
 * inputs[i] belongs to aggregate i. Fractions are rounded half-even to the type's unit first. False
 * when out of memory: the entry is not in, nothing was shortened.
 */
bool windows_add(
    struct windows *w, uint32_t key, int64_t at_us, uint64_t ledger, const struct value *inputs);
/* The same where every input that is set is a whole number of 64 bits in the type and currency of
   its aggregate, as nearly all are. Not for text and WINDOW_SHARE. */
bool windows_add_numbers(struct windows *w, uint32_t key, int64_t at_us, uint64_t ledger,
    const struct window_numbers *in);
/*
 * The value as of the last windows_add. Text points into the window's own tables and lives until
 * the next windows_add. Counts and shares are TYPE_NUMBER; sum is missing beyond 128 bits, stddev
 * while a value beyond 64 bits is in the window.
 */
struct value windows_read(const struct windows *w, uint32_t key, uint32_t aggregate);
/* The same, quicker, for counts, sums and distinct values. False: ask windows_read(). */
bool windows_read_number(const struct windows *w, uint32_t key, uint32_t aggregate, int64_t *out);
/* Ledger numbers in the window newer than `after`, newest first, at most `max`; returns how many
   there are in all (may exceed max). A row seen from both sides for one key counts once. */
size_t windows_evidence(
    const struct windows *w, uint32_t key, uint64_t after, uint64_t *out, size_t max);
/* Free what no window can see at `now_us`: called now and then with event time. */
void windows_expire(struct windows *w, int64_t now_us);
size_t windows_bytes(const struct windows *w);
/* When the window of this moment ends: the next period's start, or for spans at_us + span_us. */
int64_t window_period_end(const struct window_spec *spec, int64_t at_us);

#endif
