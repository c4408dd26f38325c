/*
 * fuzz_mapping - hostile mappings and hostile files. Up to a line `====` the input is a mapping,
 * behind it a file; without one the file is read by a mapping of our own and put before inspect.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ingest/inspect.h"
#include "ingest/normalise.h"
#include "ingest/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char usual[] =
    "mapping: a\nbank: B\nzone: Europe/Belgrade\ndates: [YYYY-MM-DD, D.M.YY, \"DD MMM YYYY "
    "HH:mm\"]\nheader: false\n"
    "short_rows: allow\nthousands: blank\nsymbols: [£]\ncredit_mark: CR\nstrip: '=\"…\"'\ninfer: "
    "country\n"
    "columns: {time: 1, amount: 2, currency: 3, account: 4, counterparty.account: 5, "
    "counterparty.name: 6, "
    "counterparty.phone: 7, counterparty.bank: 8, narrative: [9, 10], channel: {column: 11, map: "
    "{A: atm}, else: other}, "
    "own.opened: 12, balance: 13, reference: {column: 9, regex: 'R(\\d+)'}}\n";

static void
read_rows(const struct mapping *m, const char *path)
{
    struct reader_spec spec = {.path = path};
    struct normalise_env env = {.as_of_day = INT64_MAX};
    struct weir_err err = {0};
    struct batch *b = batch_new(16, TXN_FIELD_COUNT, 0);
    const struct record *rec;
    struct normaliser *n;
    struct reject why;
    struct reader *r;

    mapping_reader(m, &spec);
    if (b != NULL && reader_open(&spec, &r, &err) == WEIR_OK) {
        if (normaliser_new(m, &env, r, path, &n, &err) == WEIR_OK) {
            while (reader_next(r, &rec, &err) == WEIR_OK) {
                if (normalise(n, rec, b, &why, &err) == WEIR_FAIL)
                    break;
                for (uint32_t i = 0; i < b->count; i++)
                    assert(txn_num(batch_at(b, i), TXN_AMOUNT) >= 0);
                if (b->count == b->cap)
                    batch_clear(b);
            }
            normaliser_free(n);
        }
        reader_close(r);
    }
    batch_free(b);
}

/* A file of the process's own; the reader wants a path. */
static const char *
write_file(struct bytes text)
{
    static char path[64];
    FILE *f;

    (void)snprintf(path, sizeof path, "/tmp/weir-fuzz-mapping-%ld", (long)getpid());
    f = fopen(path, "wb");
    if (f == NULL)
        abort();
    (void)fwrite(text.at, 1, text.size, f);
    (void)fclose(f);
    return path;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bytes yaml = bytes_of(usual), text = {(const char *)bytes, size};
    struct arena arena;
    struct diags *ds = diags_new();
    struct mapping m;
    const char *path;
    bool own = true;

    for (size_t i = 0; i + 6 <= size && own; i++)
        if (memcmp(bytes + i, "\n====\n", 6) == 0) {
            yaml = (struct bytes){(const char *)bytes, i + 1};
            text = (struct bytes){(const char *)bytes + i + 6, size - i - 6};
            own = false;
        }
    arena_init(&arena, 64 << 20, "fuzz");
    path = write_file(text);
    if (ds != NULL && mapping_parse(&arena, ds, "fuzz.yaml", yaml, NULL, 0, &m)) {
        if (diags_errors(ds) == 0)
            read_rows(&m, path);
        mapping_drop(&m);
    }
    if (own && size % 8 == 0) { /* far slower than reading rows, so not each time */
        struct buf out = {0};
        struct weir_err err = {0};

        (void)inspect_run(path, NULL, 3, &out, &err);
        buf_fini(&out);
    }
    diags_free(ds);
    arena_fini(&arena);
    (void)remove(path);
    return 0;
}
