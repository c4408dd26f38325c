/*
 * fuzz_gzip - a stored file as it comes from outside, read with zlib and with ISA-L, in large
 * blocks and small: each must end, and those that accept it must have read the same rows. The first
 * byte chooses the notation.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "reader/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static uint64_t
sum(uint64_t so_far, const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        so_far = (so_far ^ (unsigned char)at[i]) * UINT64_C(0x100000001b3);
    return so_far * 31 + size;
}

/* 0 where the file is refused. */
static uint64_t
read_all(const char *path, unsigned notation, enum reader_inflater inflater, size_t block)
{
    static const char *const names[] = {"id", "a.b", "list.0"};
    struct reader_spec spec = {.path = path,
        .notation = notation % 2 != 0 ? READER_JSONL : READER_CSV,
        .delimiter = ',',
        .quote = '"',
        .has_header = notation % 4 == 2,
        .names = names,
        .name_count = 3,
        .block_bytes = block,
        .inflater = inflater};
    const struct record *rec;
    struct weir_err err = {0};
    struct reader_counts counts;
    struct reader *r = NULL;
    uint64_t so_far = 1;
    enum weir_status st = reader_open(&spec, &r, &err);

    if (st != WEIR_OK)
        return 0;
    while ((st = reader_next(r, &rec, &err)) == WEIR_OK) {
        so_far = sum(so_far, rec->raw.at, rec->raw.size) + rec->offset + 7 * rec->line;
        for (uint32_t i = 0; i < rec->count; i++)
            so_far = sum(so_far, rec->cell[i].at, rec->cell[i].size);
    }
    reader_counts(r, &counts);
    reader_close(r);
    if (st == WEIR_FAIL && err.code[0] == '\0')
        abort();
    return st == WEIR_END ? so_far | 1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char path[] = "/tmp/weir-fuzz-XXXXXX";
    static int fd = -1;
    uint64_t zlib;

    if (size < 1)
        return 0;
    if (fd < 0)
        fd = mkstemp(path);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes + 1, size - 1, 0) != (ssize_t)size - 1)
        return 0;
    zlib = read_all(path, bytes[0], READER_INFLATE_ZLIB, 0);
    if (read_all(path, bytes[0], READER_INFLATE_ISAL, 0) != zlib ||
        read_all(path, bytes[0], READER_INFLATE_ISAL, 3) != zlib ||
        read_all(path, bytes[0], READER_INFLATE_ZLIB, 1) != zlib)
        abort();
    return 0;
}
