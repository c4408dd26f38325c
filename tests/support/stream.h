/*
 * stream - small exports of invented banks, and a run over them as the screen does it: feeds,
 * merge, and a fresh start with what was learnt, until the night is whole.
 */
#ifndef SUPPORT_STREAM_H
#define SUPPORT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingest/merge.h"

enum { STREAM_BANKS = 3, STREAM_FILES_MAX = 1024 };

/* One row as written. All of it is content; an empty text is a missing field. */
struct stream_row {
    int64_t at_s;   /* seconds since 2024-01-01 00:00:00 UTC */
    uint32_t bank;  /* 0 .. STREAM_BANKS - 1; also its rank */
    char id[24];    /* empty: none */
    int32_t amount; /* cents; negative: written as `none`, which is no amount */
    char text[24], from[12], to[12];
};

/* What stood of a row, in the order it came out. */
struct stream_out {
    int64_t at_us;
    uint32_t source, file, flags;
    uint64_t row;
    char id[80];
    int64_t amount;
    char text[24], from[12], to[12];
};

struct stream_file {
    const char *path;
    uint32_t bank;
    bool sort, bad; /* learnt on the way */
};

struct stream_run {
    /* in */
    struct stream_file *file;
    uint32_t file_count;
    uint32_t threads, batch_rows;
    size_t ahead_bytes, sort_bytes, hold_bytes, block_bytes, repeat_bytes;
    uint64_t key;
    bool once;   /* the mapping says `twins: once` */
    bool verify; /* learn of all bad files at once */
    /* out; stream_free() */
    struct stream_out *out;
    size_t count, cap;
    uint32_t attempts;
    uint64_t rows, accepted, quarantined, duplicates, conflicts, spilled;
    char why[256];    /* what the last failed attempt said */
    char *quarantine; /* lines of all good files and of the merge */
};

/* The folder of this test run, made on first use; removed by stream_clean(). */
const char *stream_folder(void);
void stream_clean(void);
/* Write rows as a CSV below the folder; dates without a time when `days`. */
const char *stream_write(uint32_t number, const struct stream_row *rows, size_t count, bool days);
/* Open the mappings once: bank `n` writes what stream_write() writes. */
const struct mapping *stream_mapping(uint32_t bank, bool once);
struct feed_spec stream_feed(const struct stream_run *run, uint32_t n);
/* WEIR_END when the night is whole. Gives up after 100 attempts. */
enum weir_status stream_go(struct stream_run *run, struct weir_err *err);
void stream_free(struct stream_run *run);

#endif
