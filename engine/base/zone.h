/*
 * zone - an IANA time zone as a table of its offset changes, 1970 to 2100.
 *
 * Built once from ICU's zone data; after that plain arithmetic, shared by any
 * number of threads. The only file that sees ICU's calendar.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>

#include "weir/status.h"

struct zone;

/* WEIR_FAIL (trouble RULES) when no such zone is known, with the nearest names. */
enum weir_status zone_open(const char *name, struct zone **out, struct weir_err *err);
void zone_close(struct zone *z); /* NULL allowed */
const char *zone_name(const struct zone *z);

enum zone_fit {
    ZONE_EXACT,
    ZONE_SKIPPED,  /* the local time does not exist: moved forward by the gap (W310) */
    ZONE_REPEATED, /* it occurs twice: the first is taken (W311) */
};

/* Local wall-clock microseconds ("as if UTC") to UTC microseconds. */
int64_t zone_to_utc(const struct zone *z, int64_t local_us, enum zone_fit *fit);
int64_t zone_to_local(const struct zone *z, int64_t utc_us);
/* UTC moment at which the local day (days since 1970-01-01) begins. */
int64_t zone_day_start(const struct zone *z, int64_t day);

#endif
