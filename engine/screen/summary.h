/*
 * summary - what a run did: summary.json for programs (docs/schema/summary.schema.json), a page for
 * people.
 *
 * Holds counts, names of files and rules, never account numbers or names of people.
 */
#ifndef SCREEN_SUMMARY_H
#define SCREEN_SUMMARY_H

#include <stdint.h>

#include "screen/screen.h"

struct buf;

/* Facts of the moment, which only the command line may know. */
struct summary_run {
    int64_t elapsed_us;
    uint64_t peak_bytes;
    uint32_t threads;
    const char *inflater;
    bool jit;
};

/* Writes summary.json below spec->out. */
enum weir_status summary_write(const struct screen_spec *spec, const struct screen_result *r,
    const struct summary_run *run, struct weir_err *err);
/* The page an analyst reads at the end. */
void summary_print(const struct screen_spec *spec, const struct screen_result *r,
    const struct summary_run *run, struct buf *out);

#endif
