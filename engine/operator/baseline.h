/*
 * baseline - the newest days of a key against its own history, and against its peers
 * (rule-language.md section 11).
 *
 * History is cut into periods of `recent_days` on a fixed grid, counted in days of the zone from
 * Monday 5 January 1970. The recent window is (t - recent, t]; the periods used are the newest
 * `periods` that end before it begins, back to the one in which the key was first seen. A period
 * without activity counts as zero; with fewer periods than `min_history` whatever speaks of usual
 * is missing. A key is new again 400 days after its last transaction.
 *
 * Inputs: what each compare names, and `peers`. An input of a sum beyond 64 bits is missing; so is
 * `spread` while a period's total is.
 */
#ifndef OPERATOR_BASELINE_H
#define OPERATOR_BASELINE_H

#include "operator/operator.h"

enum { BASELINE_COMPARES_MAX = 8, BASELINE_NONE = -1, BASELINE_DAYS_MAX = 400 };

struct baseline_compare {
    enum type type; /* TYPE_MONEY or TYPE_NUMBER */
    int64_t currency;
    bool counts; /* inputs that are set; else their sum */
    uint32_t input;
};

struct zone;

struct baseline_spec {
    int64_t recent_days;
    int64_t periods, min_history; /* min_history from 2 to `periods` */
    int64_t spread_floor;         /* share of usual, in 1 / NUMBER_SCALE */
    const struct baseline_compare *compare;
    uint32_t compare_count;
    int peers;               /* input that names the group of a key, a number; or BASELINE_NONE */
    const struct zone *zone; /* NULL: UTC */
};

/* Measures: these of each compare (the last two only with peers), then idle and known_for. */
enum baseline_measure {
    BASELINE_VALUE,
    BASELINE_USUAL,
    BASELINE_SPREAD,
    BASELINE_Z,
    BASELINE_RATIO,
    BASELINE_PEER_Z,
    BASELINE_PEER_RATIO,
    BASELINE_COMPARE_MEASURES,
    BASELINE_OWN_MEASURES = BASELINE_PEER_Z
};

/* Borrows what the spec points to. NULL: no memory. */
void *baseline_new(const struct baseline_spec *spec);
extern const struct operator_class baseline_class;

#endif
