/*
 * ingest_rig - a mapping from a text, a file from bytes, and the rows that come out.
 *
 *      rig_mapping(&rig, "mapping: a\n...")    fails the test when it does not load
 *      rig_read(&rig, "a.csv", bytes, size)    writes, reads and normalises a file of that name
 *      rig_text(&rig, row, TXN_NARRATIVE)      what a field holds, as a C string ("" when missing)
 *      rig_fini(&rig)
 */
#ifndef SUPPORT_INGEST_RIG_H
#define SUPPORT_INGEST_RIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "ingest/batch.h"
#include "ingest/mapping.h"
#include "ingest/normalise.h"
#include "ingest/plan.h"

enum { RIG_ROWS = 256, RIG_REJECTS = 64 };

struct rig_reject {
    char code[24], column[40], found[80], right[200];
    uint64_t row;
};

struct rig {
    struct arena arena;
    struct diags *ds;
    struct mapping mapping;
    struct normalise_env env;
    struct batch *rows;
    struct rig_reject reject[RIG_REJECTS];
    uint32_t rejects, skipped;
    uint64_t unread;         /* cells left out because they are no value of their field */
    enum weir_status opened; /* of the reader and the normaliser; WEIR_FAIL: see err */
    struct weir_err err;
};

void rig_mapping(struct rig *rig, const char *yaml);
/* Messages of a mapping that should not load, as text; free with buf_fini(). */
void rig_complaints(const char *yaml, struct buf *out);
void rig_read(struct rig *rig, const char *name, const void *bytes, size_t size);
void rig_read_path(struct rig *rig, const char *path);
const char *rig_text(const struct rig *rig, uint32_t row, unsigned field);
const struct txn *rig_row(const struct rig *rig, uint32_t row);
/* Write a file of this name below a folder of the test's own; its path. */
const char *rig_file(const char *name, const void *bytes, size_t size);
void rig_remove(const char *path); /* the file, and the folder if it was the last */
void rig_fini(struct rig *rig);
/* Sums of what went out and came in. */
void rig_sums(const struct rig *rig, int64_t *out, int64_t *in);

#endif
