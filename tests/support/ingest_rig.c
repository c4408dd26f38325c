/* ingest_rig - the short way from a text to normalised rows. */
#include "support/ingest_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/reader.h"
#include "text/diag.h"

void
rig_mapping(struct rig *rig, const char *yaml)
{
    struct buf out = {0};

    *rig = (struct rig){.env = {.as_of_day = INT64_MAX}};
    arena_init(&rig->arena, 0, "rig");
    rig->ds = diags_new();
    ck_assert(
        mapping_parse(&rig->arena, rig->ds, "test.yaml", bytes_of(yaml), NULL, 0, &rig->mapping));
    diags_print_text(rig->ds, false, &out);
    ck_assert_msg(diags_errors(rig->ds) == 0, "%.*s", (int)out.size, out.at);
    buf_fini(&out);
    rig->rows = batch_new(RIG_ROWS, TXN_FIELD_COUNT, 0);
    ck_assert_ptr_nonnull(rig->rows);
}

void
rig_complaints(const char *yaml, struct buf *out)
{
    struct arena arena;
    struct mapping m;
    struct diags *ds = diags_new();

    arena_init(&arena, 0, "rig");
    ck_assert(mapping_parse(&arena, ds, "test.yaml", bytes_of(yaml), NULL, 0, &m));
    diags_print_text(ds, false, out);
    buf_byte(out, '\0');
    mapping_drop(&m);
    diags_free(ds);
    arena_fini(&arena);
}

const char *
rig_file(const char *name, const void *bytes, size_t size)
{
    static char path[4096];
    const char *folder = getenv("TMPDIR");
    char dir[1024];
    FILE *f;

    (void)snprintf(
        dir, sizeof dir, "%s/weir-rig-%ld", folder == NULL ? "/tmp" : folder, (long)getpid());
    (void)mkdir(dir, 0700);
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

void
rig_remove(const char *path)
{
    char dir[4096];
    char *slash;

    (void)remove(path);
    (void)snprintf(dir, sizeof dir, "%s", path);
    slash = strrchr(dir, '/');
    if (slash != NULL)
        *slash = '\0';
    (void)rmdir(dir);
}

static void
keep_reject(struct rig *rig, const struct record *rec, const struct reject *why)
{
    struct rig_reject *r = &rig->reject[rig->rejects++ % RIG_REJECTS];

    (void)snprintf(r->code, sizeof r->code, "%s", why->code);
    (void)snprintf(r->column, sizeof r->column, "%s", why->column);
    (void)snprintf(r->right, sizeof r->right, "%s", why->right);
    (void)snprintf(r->found, sizeof r->found, "%.*s",
        (int)(why->found.size > 79 ? 79 : why->found.size), why->found.at);
    r->row = rec->row;
}

static void
read_rows(struct rig *rig, struct reader *r, struct normaliser *n)
{
    const struct record *rec;
    const char *field;
    enum weir_status st;

    while ((st = reader_next(r, &rec, &rig->err)) == WEIR_OK) {
        struct reject why = {.column = ""};

        ck_assert_uint_lt(rig->rows->count, RIG_ROWS);
        st = normalise(n, rec, rig->rows, &why, &rig->err);
        ck_assert_int_ne(st, WEIR_FAIL);
        if (st == WEIR_REJECT)
            keep_reject(rig, rec, &why);
        rig->skipped += st == WEIR_END;
    }
    if (st == WEIR_FAIL)
        rig->opened = WEIR_FAIL;
    for (uint32_t i = 0; (void)normaliser_unread(n, i, &field), field != NULL; i++)
        rig->unread += normaliser_unread(n, i, &field);
}

void
rig_read_path(struct rig *rig, const char *path)
{
    struct reader_spec spec = {.path = path};
    struct reader *r;
    struct normaliser *n;

    rig->rejects = rig->skipped = 0;
    rig->unread = 0;
    rig->err = (struct weir_err){0};
    batch_clear(rig->rows);
    mapping_reader(&rig->mapping, &spec);
    rig->opened = reader_open(&spec, &r, &rig->err);
    if (rig->opened != WEIR_OK)
        return;
    rig->opened = normaliser_new(&rig->mapping, &rig->env, r, path, &n, &rig->err);
    if (rig->opened == WEIR_OK) {
        read_rows(rig, r, n);
        normaliser_free(n);
    }
    reader_close(r);
    batch_seal(rig->rows);
}

void
rig_read(struct rig *rig, const char *name, const void *bytes, size_t size)
{
    const char *path = rig_file(name, bytes, size);

    rig_read_path(rig, path);
    rig_remove(path);
}

const struct txn *
rig_row(const struct rig *rig, uint32_t row)
{
    ck_assert_msg(
        row < rig->rows->count, "row %u of %u", (unsigned)row, (unsigned)rig->rows->count);
    return batch_at(rig->rows, row);
}

const char *
rig_text(const struct rig *rig, uint32_t row, unsigned field)
{
    static char room[8][512];
    static unsigned turn;
    const struct txn *t = rig_row(rig, row);
    char *text = room[turn++ % 8];

    text[0] = '\0';
    if (txn_has(t, field))
        (void)snprintf(
            text, sizeof room[0], "%.*s", (int)txn_text(t, field).size, txn_text(t, field).at);
    return text;
}

void
rig_sums(const struct rig *rig, int64_t *out, int64_t *in)
{
    *out = *in = 0;
    for (uint32_t i = 0; i < rig->rows->count; i++) {
        const struct txn *t = batch_at(rig->rows, i);

        if ((t->flags & TXN_OWN_ORIGINATOR) != 0)
            *out += txn_num(t, TXN_AMOUNT);
        else
            *in += txn_num(t, TXN_AMOUNT);
    }
}

void
rig_fini(struct rig *rig)
{
    batch_free(rig->rows);
    mapping_drop(&rig->mapping);
    diags_free(rig->ds);
    arena_fini(&rig->arena);
}
