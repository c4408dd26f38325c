/*
 * sink - the ways to write alerts, each a row of sink.def.
 *
 * A sink writes aside and appears whole: sink_close() renames, sink_abandon() leaves nothing.
 * Writers keep the first failure and report it at the close.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/alert.h"
#include "weir/status.h"

struct buf;
struct zone;

/* What a sink needs to know of the run to print an alert. Borrowed. */
struct sink_run {
    const char *const *files;    /* name of each input, by file number */
    const struct bytes *sources; /* name of each source bank, by rank */
    const uint8_t *rules_hash;   /* 32 bytes */
    const struct zone *zone;     /* of the pack, for times people read */
};

/* How one notation renders one alert; `head` (may be NULL) comes first in the file. */
struct sink_format {
    const char *name; /* file name in the output folder */
    bool shadow;      /* takes the alerts of shadow rules, else those of live ones */
    void (*head)(struct buf *out);
    void (*write)(const struct sink_run *run, const struct alert *a, struct buf *out);
};

extern const struct sink_format sink_formats[];
extern const uint32_t sink_format_count;

/* Write all alerts to every format below `folder`. Nothing appears unless all succeed. */
enum weir_status sink_write(const char *folder, const struct sink_run *run,
    struct alert *const *alerts, size_t count, struct weir_err *err);

#endif
