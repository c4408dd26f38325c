/*
 * fuzz_csv - delimited text in any blocks: all instruction sets and two block sizes must agree,
 * and every byte must belong to exactly one row. The first byte chooses the dialect.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/csv_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct csv_dialect dialects[] = {
    {',', '"', '\0'}, {';', '"', '\\'}, {'\t', '\0', '\0'}, {'|', '\'', '"'}, {'\n', '\0', '\0'}};

/* A checksum of all that is said of the rows. */
static uint64_t
sum(uint64_t so_far, uint64_t n)
{
    return (so_far ^ n) * UINT64_C(0x9e3779b97f4a7c15) + (so_far >> 29);
}

static uint64_t
sum_row(const struct csv_read *c, const struct csv_row *row, uint64_t so_far)
{
    static char room[LIMIT_LINE_BYTES];

    so_far = sum(so_far, row->text_size);
    so_far = sum(so_far, row->count * 4 + row->high * 2 + (row->fault != NULL));
    for (uint32_t i = 0; i < row->count; i++) {
        size_t off = (size_t)(row->cell[i].at - row->at);

        if ((csv_flags(row, i) & CSV_ESCAPED) != 0 &&
            csv_unescape(c, row, i, room).size > row->cell[i].size)
            abort();
        if (off + row->cell[i].size > row->text_size)
            abort();
        so_far = sum(so_far, (uint64_t)off << 32 | row->cell[i].size);
    }
    return so_far;
}

static uint64_t
read_all(const char *text, size_t size, struct csv_dialect d, size_t block, enum csv_vectors most)
{
    static struct csv_row row;
    struct csv_read c;
    size_t at = 0, have = 0;
    uint64_t so_far = 0;

    csv_init(&c, d);
    if (c.vectors > most)
        c.vectors = most;
    for (;;) {
        struct bytes window = {text + at, have - at};
        enum weir_status st = csv_row(&c, window, have == size, &row);

        if (st == WEIR_END && have == size)
            return so_far;
        if (st == WEIR_END) {
            if (window.size >= LIMIT_LINE_BYTES + 2)
                abort();
            have = size - have < block ? size : have + block;
            continue;
        }
        if (row.size == 0 || row.size > window.size)
            abort();
        if (st == WEIR_OK || row.fault != NULL)
            so_far = sum_row(&c, &row, so_far);
        at += row.size;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes + 1;
    struct csv_dialect d;
    uint64_t want;

    if (size < 2)
        return 0;
    d = dialects[bytes[0] % (sizeof dialects / sizeof *dialects)];
    want = read_all(text, size - 1, d, size, CSV_PORTABLE);
    if (read_all(text, size - 1, d, size, CSV_AVX2) != want ||
        read_all(text, size - 1, d, size, CSV_AVX512) != want ||
        read_all(text, size - 1, d, 31, CSV_AVX512) != want ||
        (size < 4000 && read_all(text, size - 1, d, 1, CSV_PORTABLE) != want))
        abort();
    return 0;
}
