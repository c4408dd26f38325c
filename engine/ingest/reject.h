/*
 * reject - rows set aside: their lines of quarantine.jsonl, and how many for which reason.
 *
 * One object a line: file, row, line (null for what the merge found), offset, reason, column,
 * found, right, text. `found` is the cell, or the row where no one cell is to blame; `text` the row
 * as it stands in the file, at most REJECT_TEXT_MAX bytes of it.
 */
#ifndef INGEST_REJECT_H
#define INGEST_REJECT_H

#include <stdint.h>

#include "base/buf.h"

enum { REJECT_CODES_MAX = 48, REJECT_TEXT_MAX = 4096 };

struct rejects {
    struct buf lines;
    uint64_t count;
    size_t code_count;
    char name[REJECT_CODES_MAX][16];
    const char *code[REJECT_CODES_MAX]; /* into `name`, in bytewise order */
    uint64_t number[REJECT_CODES_MAX];  /* rows of that code */
};

struct reject_row {
    const char *file;           /* as shown */
    uint64_t row, line, offset; /* line 0: not known */
    const char *code, *column;
    struct bytes found, text; /* text.at NULL: not known */
    const char *right;
};

void rejects_init(struct rejects *r);
void rejects_fini(struct rejects *r);
/* False when out of memory; the row is counted all the same. */
bool rejects_add(struct rejects *r, const struct reject_row *row);

#endif
