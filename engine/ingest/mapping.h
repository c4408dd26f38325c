/*
 * mapping - a bank's YAML: which of its columns means what, and how it writes dates and decimals.
 *
 * Layout and keys: docs/formats.md. Loaded once, immutable, shared by threads. Messages go to
 * `ds` like those of rules (codes R2xx and so on).
 */
#ifndef INGEST_MAPPING_H
#define INGEST_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/reader.h"
#include "text/diag.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct arena;
struct field;
struct mapping;
struct mappings; /* all loaded mappings, in order of path */

/* A file, or a folder of *.yaml; may be called repeatedly. False when out of memory; errors in ds.
 */
bool mappings_load(struct arena *a, struct diags *ds, const char *path, struct mappings **all);
/*
 * Name the columns the installation adds, so that mappings may use them; before the first
 * mappings_load(), which makes `*all` where it is NULL. `extra` must outlive the mappings.
 */
bool mappings_extra(
    struct arena *a, const struct field *extra, uint32_t count, struct mappings **all);
/* What the arena does not hold: compiled expressions, zones. NULL allowed; before arena_fini(). */
void mappings_free(struct mappings *all);
size_t mappings_count(const struct mappings *all);
const struct mapping *mappings_at(const struct mappings *all, size_t i);

/*
 * The one mapping whose `match:` fits the file (name, then first lines). WEIR_FAIL (trouble
 * INPUT, code E224) when none or more than one does, naming what was looked for and `weir inspect`.
 * A single mapping without `match:` fits everything.
 */
enum weir_status mapping_choose(
    const struct mappings *all, const char *path, const struct mapping **out, struct weir_err *err);

const char *mapping_name(const struct mapping *m);
const char *mapping_bank(const struct mapping *m);
/* Fill the notation part of a reader spec; strings belong to the mapping. */
void mapping_reader(const struct mapping *m, struct reader_spec *spec);
/* Fields some row may get under this mapping, by TXN_ number; whole parties for a statement's side.
 */
uint64_t mapping_fields(const struct mapping *m);
/* The bank repeats rows: rows without an id that are alike count once (`twins: once`). */
bool mapping_twins_once(const struct mapping *m);

#endif
