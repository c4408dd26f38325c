/* inspect - the report: container, dialect, a mapping that loads, and rows read by it. */
#include "ingest/inspect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ingest/batch.h"
#include "ingest/look.h"
#include "ingest/normalise.h"
#include "ingest/plan.h"
#include "ingest/propose.h"
#include "model/value.h"

/*
 * Every line that is not the mapping itself begins with `#`, so that the whole answer can be saved
 * as the mapping's first draft.
 */

/* ---- what was found ---- */

static void
put_container(const struct look *l, struct buf *out)
{
    const struct reader_counts *c = &l->counts;

    buf_print(out, "# %s\n", l->path);
    if (c->gzip)
        buf_print(out, "# container: gzip, %" PRIu64 " bytes stored\n", c->stored_bytes);
    else
        buf_text(out, "# container: none, plain text\n");
    buf_print(out, "# encoding:  %s%s\n", l->encoding_guessed ? l->encoding : c->encoding,
        l->encoding_guessed ? " (guessed)" : "");
    if (l->json) {
        buf_print(out, "# notation:  JSON Lines, %u keys\n", (unsigned)l->column_count);
        return;
    }
    buf_print(out, "# notation:  CSV, delimiter %s%c%s, %u columns, %s\n",
        l->delimiter == '\t' ? "" : "`", l->delimiter == '\t' ? ' ' : l->delimiter,
        l->delimiter == '\t' ? "tab" : "`", (unsigned)l->column_count,
        l->has_header ? "with a header" : "no header");
    if (l->preamble > 0)
        buf_print(out, "# before it: %u lines\n", (unsigned)l->preamble);
}

/* ---- rows ---- */

static void
put_bytes(struct buf *out, struct bytes t)
{
    for (size_t i = 0; i < t.size; i++)
        buf_byte(out, (unsigned char)t.at[i] < ' ' || t.at[i] == 0x7f ? ' ' : t.at[i]);
}

static void
put_row(const struct txn *t, const struct zone *zone, struct buf *out)
{
    buf_print(out, "# row %" PRIu64 "%s%s%s%s\n", t->row,
        (t->flags & TXN_OWN_ORIGINATOR) != 0    ? ", money out"
        : (t->flags & TXN_OWN_BENEFICIARY) != 0 ? ", money in"
                                                : "",
        (t->flags & TXN_DATE_ONLY) != 0 ? ", date only" : "",
        (t->flags & TXN_ID_MADE) != 0 ? ", id made" : "",
        (t->flags & TXN_REVERSAL) != 0 ? ", reversal" : "");
    for (unsigned f = 0; f < TXN_FIELD_COUNT; f++) {
        if (!txn_has(t, f))
            continue;
        buf_print(out, "#   %-22s ", txn_fields[f].name);
        if (type_is_text(txn_fields[f].type))
            put_bytes(out, txn_text(t, f));
        else
            value_print(txn_value(t, f, txn_fields[f].type), false, zone, out);
        buf_byte(out, '\n');
    }
}

static void
put_reject(const struct record *rec, const struct reject *why, struct buf *out)
{
    buf_print(out, "# row %" PRIu64 " would be set aside: %s", rec->row, why->code);
    if (why->column != NULL && why->column[0] != '\0')
        buf_print(out, ", %s", why->column);
    buf_text(out, "\n#   found:     ");
    put_bytes(out, (struct bytes){why->found.at, why->found.size > 120 ? 120 : why->found.size});
    buf_text(out, "\n#   right is:  ");
    put_bytes(out, bytes_of(why->right));
    buf_byte(out, '\n');
}

struct tally {
    uint32_t shown, read, aside, skipped;
};

static enum weir_status
show(struct normaliser *n, struct reader *r, const struct zone *zone, struct batch *b,
    uint32_t rows, struct buf *out, struct weir_err *err)
{
    struct tally t = {0};
    const struct record *rec;
    enum weir_status st = WEIR_OK;

    while (t.shown < rows && (st = reader_next(r, &rec, err)) == WEIR_OK) {
        struct reject why = {.column = ""};

        batch_clear(b);
        st = normalise(n, rec, b, &why, err);
        if (st == WEIR_FAIL)
            return st;
        t.read++;
        t.skipped += st == WEIR_END;
        t.aside += st == WEIR_REJECT;
        if (st == WEIR_END)
            continue;
        t.shown++;
        if (st == WEIR_REJECT) {
            put_reject(rec, &why, out);
            continue;
        }
        batch_seal(b);
        put_row(batch_at(b, 0), zone, out);
    }
    if (st == WEIR_FAIL)
        return st;
    buf_print(out, "# rows looked at: %u; read %u, set aside %u, no transactions %u\n",
        (unsigned)t.read, (unsigned)(t.read - t.aside - t.skipped), (unsigned)t.aside,
        (unsigned)t.skipped);
    return WEIR_OK;
}

static enum weir_status
show_rows(
    const struct mapping *m, const char *path, uint32_t rows, struct buf *out, struct weir_err *err)
{
    struct reader_spec spec = {.path = path};
    struct normalise_env env = {.pack_zone = m->zone, .as_of_day = INT64_MAX};
    struct normaliser *n = NULL;
    struct reader *r = NULL;
    struct batch *b = batch_new(1, TXN_FIELD_COUNT, 0);
    enum weir_status st;

    mapping_reader(m, &spec);
    if (b == NULL)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    else if ((st = reader_open(&spec, &r, err)) == WEIR_OK &&
             (st = normaliser_new(m, &env, r, path, &n, err)) == WEIR_OK)
        st = show(n, r, m->zone, b, rows, out, err);
    normaliser_free(n);
    if (r != NULL)
        reader_close(r);
    batch_free(b);
    return st;
}

/* ---- the two ways ---- */

static enum weir_status
with_mapping(const struct mappings *mappings, const char *path, uint32_t rows, struct buf *out,
    struct weir_err *err)
{
    const struct mapping *m;
    enum weir_status st = mapping_choose(mappings, path, &m, err);

    if (st != WEIR_OK)
        return st;
    buf_print(out, "# %s\n# mapping %s, %s\n", path, m->name, m->path);
    return show_rows(m, path, rows, out, err);
}

/* Load what was proposed; it is our fault if that cannot be done. */
static enum weir_status
try_proposal(
    struct look *l, struct bytes text, uint32_t rows, struct buf *out, struct weir_err *err)
{
    struct diags *ds = diags_new();
    struct mapping *m = arena_take(&l->arena, 1, sizeof *m);
    enum weir_status st = WEIR_OK;

    if (ds == NULL || m == NULL ||
        !mapping_parse(&l->arena, ds, "the proposed mapping", text, NULL, 0, m)) {
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    } else if (diags_errors(ds) > 0) {
        struct buf why = {0};

        diags_print_text(ds, false, &why);
        for (size_t i = 0, from = 0; i <= why.size && why.size > 0; i++)
            if (i == why.size || why.at[i] == '\n') {
                buf_print(out, "# %.*s\n", (int)(i - from), why.at + from);
                from = i + 1;
            }
        buf_fini(&why);
    } else {
        buf_text(out, "\n# The first rows under this mapping:\n");
        st = show_rows(m, l->path, rows, out, err);
    }
    if (m != NULL)
        mapping_drop(m);
    diags_free(ds);
    return st;
}

static enum weir_status
without_mapping(const char *path, uint32_t rows, struct buf *out, struct weir_err *err)
{
    struct look *l;
    struct buf text = {0};
    struct arena arena;
    enum weir_status st;

    arena_init(&arena, 0, "inspect");
    l = arena_take(&arena, 1, sizeof *l);
    if (l == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    st = look_open(l, path, err);
    if (st == WEIR_OK) {
        put_container(l, out);
        if (propose_blind(l))
            buf_text(out,
                "#\n# Neither dates nor amounts were recognised: this may be no export of "
                "transactions.\n");
        buf_text(out, "#\n# A proposal; look at each line marked CHECK before you use it.\n\n");
        propose(l, &text);
        buf_add(out, text.at, text.size);
        st = try_proposal(l, buf_bytes(&text), rows, out, err);
    }
    buf_fini(&text);
    look_close(l);
    arena_fini(&arena);
    return st;
}

enum weir_status
inspect_run(const char *path, const struct mappings *mappings, uint32_t rows, struct buf *out,
    struct weir_err *err)
{
    enum weir_status st = mappings != NULL ? with_mapping(mappings, path, rows, out, err)
                                           : without_mapping(path, rows, out, err);

    if (st == WEIR_OK && out->failed)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    return st;
}
