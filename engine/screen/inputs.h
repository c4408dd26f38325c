/*
 * inputs - the files of one run: found, named, given a mapping and a source bank's rank.
 *
 * Sorted bytewise by the name shown; that number is `file` in transactions and evidence and decides
 * nothing else. A file no mapping fits is kept in the list, set aside.
 */
#ifndef SCREEN_INPUTS_H
#define SCREEN_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ingest/feed.h"
#include "ingest/mapping.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct input {
    char *path;  /* "-": standard input */
    char *shown; /* path below the folder that was given, or the file as given */
    const struct mapping *mapping;
    uint32_t source;     /* rank of its bank */
    bool aside;          /* set aside: nothing of it counts */
    bool sort;           /* found out of order */
    struct weir_err why; /* of a file set aside */
    struct feed_counts counts;
    uint64_t duplicates, conflicts;
    struct buf quarantine; /* its lines, in order of row */
    struct buf reasons;    /* `"Q_AMOUNT":3,"Q_DATE":1` */
};

struct inputs {
    struct input *at;
    size_t count;
    struct bytes *sources; /* names of the source banks, bytewise; borrowed from the mappings */
    uint32_t source_count;
};

/* Files below the paths, each with the mapping that fits. WEIR_FAIL: a path that does not exist,
   more than LIMIT_INPUTS files, no memory. Finding no file is WEIR_END. */
enum weir_status inputs_find(struct inputs *in, const char *const *paths, size_t count,
    const struct mappings *mappings, struct weir_err *err);
void inputs_fini(struct inputs *in);
size_t inputs_usable(const struct inputs *in);
/* Why a file was set aside, without its name in front. */
const char *input_why(const struct input *input);

#endif
