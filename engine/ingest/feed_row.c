/* feed_row - records to rows, bad rows set aside and counted. */
#include "ingest/feed_row.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "ingest/moment.h"
#include "reader/ahead.h"
#include "weir/limits.h"

static enum weir_status
no_memory(const struct feed_row *r, struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "%s: out of memory while reading; raise --memory", r->spec->shown);
}

/* Put the file's name in front of a note the reader or the normaliser left. */
static enum weir_status
name_file(const struct feed_row *r, struct weir_err *err)
{
    weir_fail_at(err, "%s", r->spec->shown);
    return WEIR_FAIL;
}

enum weir_status
feed_row_open(struct feed_row *r, struct weir_err *err)
{
    const struct feed_spec *spec = r->spec;
    struct reader_spec reader = {.notation = READER_CSV};

    rejects_init(&r->rejects);
    mapping_reader(spec->mapping, &reader);
    reader.path = spec->path;
    reader.block_bytes = spec->block_bytes;
    reader.inflater = spec->inflater;
    reader.ahead = r->ahead;
    if (reader_open(&reader, &r->reader, err) != WEIR_OK) {
        r->reader = NULL;
        return name_file(r, err);
    }
    if (normaliser_new(spec->mapping, spec->env, r->reader, spec->path, &r->normaliser, err) !=
        WEIR_OK) {
        r->normaliser = NULL;
        return name_file(r, err);
    }
    r->controlled = !control_idle(spec->mapping);
    return WEIR_OK;
}

/* Keep, before the normaliser goes, which optional fields had cells that could not be read. */
static void
keep_unread(struct feed_row *r)
{
    const char *field;

    r->counts.unread_count = 0;
    for (uint32_t i = 0; r->counts.unread_count < FEED_UNREAD_MAX; i++) {
        uint64_t cells = normaliser_unread(r->normaliser, i, &field);

        if (field == NULL)
            return;
        if (cells > 0)
            r->counts.unread[r->counts.unread_count++] = (struct feed_unread){field, cells};
    }
}

void
feed_row_release(struct feed_row *r)
{
    if (r->normaliser != NULL) {
        keep_unread(r);
        normaliser_free(r->normaliser);
    }
    r->normaliser = NULL;
    if (r->ahead != NULL)
        ahead_rest(r->ahead);
    if (r->reader != NULL) {
        reader_counts(r->reader, &r->counts.read);
        reader_close(r->reader);
    }
    r->reader = NULL;
}

void
feed_row_fini(struct feed_row *r)
{
    feed_row_release(r);
    rejects_fini(&r->rejects);
}

/* True where `bad` of `rows` is more than a file may have: reliability.md section 3, E220. */
static bool
too_many(uint64_t bad, uint64_t rows)
{
    if (bad > LIMIT_BAD_ROWS)
        return true;
    if (rows < LIMIT_BAD_RATE_FROM)
        return bad > LIMIT_BAD_SMALL;
    return bad * 100 > rows * LIMIT_BAD_PERCENT;
}

/*
 * The share is judged over the whole file, once its last row is read: judged on the way it would
 * depend on where in the file the bad rows stand. Only the absolute limit can be met earlier.
 */
static enum weir_status
judge(const struct feed_row *r, bool ended, struct weir_err *err)
{
    uint64_t bad = r->rejects.count, rows = r->counts.rows;

    if (ended ? too_many(bad, rows) : bad > LIMIT_BAD_ROWS)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E220",
            "%s: %" PRIu64 " of %s%" PRIu64 " rows cannot be used, the first being %s; at most "
            "%d %% may be bad (%d in a file below %d rows, %d in any): correct the mapping, or the "
            "file; `weir inspect` shows how its rows are read",
            r->spec->shown, bad, ended ? "" : "the first ", rows, r->first_bad, LIMIT_BAD_PERCENT,
            LIMIT_BAD_SMALL, LIMIT_BAD_RATE_FROM, LIMIT_BAD_ROWS);
    if (ended && too_many(r->counts.bad_utf8, rows))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E211",
            "%s: %" PRIu64 " of %" PRIu64
            " rows are not valid UTF-8; at most %d %% may be: name the "
            "file's code page in the mapping, such as encoding: windows-1250",
            r->spec->shown, r->counts.bad_utf8, rows, LIMIT_BAD_PERCENT);
    return WEIR_OK;
}

/* The last row is read: the shares of bad rows, and the file's own totals. */
static enum weir_status
judge_whole(struct feed_row *r, struct weir_err *err)
{
    struct feed_counts *c = &r->counts;
    enum weir_status st = judge(r, true, err);

    if (st != WEIR_OK || !r->controlled)
        return st;
    st = control_judge(&r->control, r->spec->mapping, reader_preamble(r->reader),
        reader_footer(r->reader), c->accepted + c->quarantined, c->quarantined, &c->control, err);
    return st == WEIR_OK ? st : name_file(r, err);
}

static enum weir_status
set_aside(
    struct feed_row *r, const struct record *rec, const struct reject *why, struct weir_err *err)
{
    bool whole = why->column == NULL || why->column[0] == '\0';
    struct reject_row row = {.file = r->spec->shown,
        .row = rec->row,
        .line = rec->line,
        .offset = rec->offset,
        .code = why->code,
        .column = why->column,
        .right = why->right,
        .found = whole ? rec->raw : why->found,
        .text = rec->raw};

    if (row.text.at == NULL)
        row.text = bytes_of("");
    if (r->rejects.count == 0)
        (void)snprintf(r->first_bad, sizeof r->first_bad, "row %" PRIu64 "%s%.80s%s: %s", rec->row,
            whole ? "" : ", column \"", whole ? "" : why->column, whole ? "" : "\"", why->code);
    r->counts.quarantined++;
    if (!rejects_add(&r->rejects, &row))
        return no_memory(r, err);
    return judge(r, false, err);
}

/* A row the reader could not take apart. */
static enum weir_status
set_aside_whole(struct feed_row *r, const struct record *rec, struct weir_err *err)
{
    struct reject why = {.code = rec->fault, .column = ""};

    (void)snprintf(
        why.right, sizeof why.right, "%s", rec->fault_text != NULL ? rec->fault_text : "");
    return set_aside(r, rec, &why, err);
}

static void
count_flags(struct feed_counts *c, uint32_t flags)
{
    c->accepted++;
    if (flags == 0)
        return;
    c->no_rate += (flags & TXN_NO_RATE) != 0;
    c->shifted += (flags & TXN_TIME_SHIFTED) != 0;
    c->repeated += (flags & TXN_TIME_REPEATED) != 0;
    c->made_ids += (flags & TXN_ID_MADE) != 0;
    c->inferred_kinds += (flags & (TXN_KIND_O_INFERRED | TXN_KIND_B_INFERRED)) != 0;
    c->date_only += (flags & TXN_DATE_ONLY) != 0;
    c->bad_utf8 += (flags & TXN_BAD_UTF8) != 0;
}

/* What the normaliser leaves to the feed. */
static bool
dress(struct feed_row *r, const struct record *rec, struct batch *b)
{
    struct txn *t = batch_at(b, b->count - 1);

    assert(txn_has(t, TXN_ID));
    t->row = rec->row;
    t->offset = rec->offset;
    t->file = r->spec->file;
    t->source = r->spec->source;
    t->twin = 0;
    if (rec->bad_utf8)
        t->flags |= TXN_BAD_UTF8;
    count_flags(&r->counts, t->flags);
    if (r->controlled)
        control_add(&r->control, r->spec->mapping, t);
    if (b->text.failed || b->text.size > UINT32_MAX)
        return false;
    return (t->flags & TXN_ID_MADE) == 0 || twins_mark(b, t);
}

static bool
stopped(const struct feed_row *r)
{
    return r->spec->stop != NULL && atomic_load_explicit(r->spec->stop, memory_order_relaxed) != 0;
}

enum weir_status
feed_row_next(struct feed_row *r, struct batch *b, struct weir_err *err)
{
    for (;;) {
        const struct record *rec;
        struct reject why;
        enum weir_status st = reader_next(r->reader, &rec, err);

        if (st == WEIR_FAIL)
            return name_file(r, err);
        if (st == WEIR_END) {
            st = judge_whole(r, err);
            feed_row_release(r);
            return st == WEIR_OK ? WEIR_END : st;
        }
        if (r->counts.rows++ % 256 == 0 && stopped(r))
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_STOPPED, "", "stopped while reading");
        if (rec->fault != NULL) {
            if ((st = set_aside_whole(r, rec, err)) != WEIR_OK)
                return st;
            continue;
        }
        why.code = ""; /* the rest is set where a row is refused */
        st = normalise(r->normaliser, rec, b, &why, err);
        if (st == WEIR_OK)
            return dress(r, rec, b) ? WEIR_OK : no_memory(r, err);
        if (st == WEIR_FAIL)
            return name_file(r, err);
        if (st == WEIR_END)
            r->counts.skipped++;
        else if ((st = set_aside(r, rec, &why, err)) != WEIR_OK)
            return st;
    }
}
