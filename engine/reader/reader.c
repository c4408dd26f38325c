#include "reader/reader.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "reader/ahead.h"
#include "reader/decoder.h"
#include "reader/encoding.h"
#include "reader/format.h"
#include "reader/source.h"
#include "reader/stream.h"

struct reader {
    struct reader_spec spec;
    struct source *source; /* owned by the chain below the stream */
    struct stream stream;
    struct encoding encoding;
    struct format *format;
    struct reader_counts counts;
    struct record record;
    bool over, refused;
};

/* The first plain bytes, as many as decide what the file is, however small blocks are. */
static enum weir_status
read_head(struct decoder *d, size_t max, struct buf *head, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    char *room = buf_room(head, max);

    if (room == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    while (st == WEIR_OK && head->size < max) {
        size_t got = 0;

        st = d->read(d, head->at + head->size, max - head->size, &got, err);
        head->size += got;
    }
    if (st == WEIR_FAIL)
        return st;
    if (head->size == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E204",
            "the file holds nothing; an export holds at least a header");
    return WEIR_OK;
}

/* Chain what the head asks for onto `d`, which is taken. */
static enum weir_status
open_stream(struct reader *r, struct decoder *d, struct bytes head, struct weir_err *err)
{
    const struct encoding *e = &r->encoding;
    size_t mark = e->mark_bytes;
    size_t block = r->spec.block_bytes != 0 ? r->spec.block_bytes : STREAM_BLOCK_BYTES;
    enum weir_status st;

    r->counts.plain_bytes = mark;
    st = decoder_replay(
        d, (struct bytes){head.at + mark, head.size - mark}, &r->counts.plain_bytes, &d, err);
    if (st == WEIR_OK && e->units != ENCODING_BYTES)
        st = decoder_utf16(d, e->units == ENCODING_UTF16_BE, &d, err);
    if (st == WEIR_OK && r->spec.ahead != NULL)
        d = ahead_link(r->spec.ahead, d, r->source, &r->counts, block);
    if (st == WEIR_OK)
        st = stream_open(&r->stream, d, block, mark, err);
    r->stream.utf16 = e->units != ENCODING_BYTES;
    return st;
}

static enum weir_status
open_chain(struct reader *r, struct weir_err *err)
{
    struct buf head = {0};
    struct decoder *d;
    enum weir_status st = source_open(r->spec.path, r->spec.block_bytes, &r->source, err);

    if (st == WEIR_OK)
        st = decoder_open(r->source, r->spec.inflater, &r->counts, &d, err);
    if (st != WEIR_OK)
        return st;
    st = read_head(d, ENCODING_HEAD_BYTES, &head, err);
    if (st == WEIR_OK)
        st = encoding_open(&r->encoding, r->spec.encoding, buf_bytes(&head), r->spec.notation, err);
    if (st == WEIR_OK)
        st = open_stream(r, d, buf_bytes(&head), err);
    else
        d->close(d);
    buf_fini(&head);
    return st;
}

static enum weir_status
open_format(struct reader *r, struct weir_err *err)
{
    struct format_input in = {
        .spec = &r->spec, .stream = &r->stream, .encoding = &r->encoding, .counts = &r->counts};

    switch (r->spec.notation) {
    case READER_CSV:
        return format_csv_open(in, &r->format, err);
    case READER_JSONL:
        return format_jsonl_open(in, &r->format, err);
    }
    return WEIR_FAIL;
}

enum weir_status
reader_open(const struct reader_spec *spec, struct reader **out, struct weir_err *err)
{
    struct reader *r = alloc_zero(1, sizeof *r);
    enum weir_status st;

    if (r == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    r->spec = *spec;
    st = open_chain(r, err);
    if (st == WEIR_OK)
        st = open_format(r, err);
    if (st != WEIR_OK) {
        reader_close(r);
        return st;
    }
    *out = r;
    return WEIR_OK;
}

static enum weir_status
finish(struct reader *r, struct weir_err *err)
{
    enum weir_status st = source_check(r->source, err);

    r->over = true;
    if (st != WEIR_OK) {
        r->refused = true;
        return st;
    }
    source_digest(r->source, r->counts.sha256);
    return WEIR_END;
}

enum weir_status
reader_next(struct reader *r, const struct record **out, struct weir_err *err)
{
    enum weir_status st;

    if (r->over)
        return r->refused ? weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E202",
                                "the file has been refused already")
                          : WEIR_END;
    st = r->format->next(r->format, &r->record, err);
    if (st == WEIR_OK) {
        *out = &r->record;
        return st;
    }
    if (st == WEIR_END)
        return finish(r, err);
    r->over = r->refused = true;
    return st;
}

void
reader_close(struct reader *r)
{
    if (r == NULL)
        return;
    if (r->format != NULL)
        r->format->close(r->format);
    stream_close(&r->stream);
    encoding_close(&r->encoding);
    alloc_free(r);
}

uint32_t
reader_header(const struct reader *r, const struct bytes **cells)
{
    *cells = r->format->header;
    return r->format->header_count;
}

struct bytes
reader_preamble(const struct reader *r)
{
    return buf_bytes(&r->format->preamble);
}

struct bytes
reader_footer(const struct reader *r)
{
    return buf_bytes(&r->format->footer);
}

void
reader_counts(const struct reader *r, struct reader_counts *out)
{
    *out = r->counts;
    out->stored_bytes = source_bytes(r->source);
    if (r->spec.ahead != NULL)
        ahead_uncount(r->spec.ahead, out);
    memcpy(out->encoding, r->encoding.name, sizeof out->encoding);
}

enum weir_status
reader_peek(const char *path, size_t max, struct buf *plain, struct reader_counts *out,
    struct weir_err *err)
{
    struct encoding e = {0};
    struct source *s;
    struct decoder *d;
    size_t from = plain->size;
    enum weir_status st;

    *out = (struct reader_counts){0};
    if (strcmp(path, "-") == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_USAGE, "E207",
            "standard input cannot be looked at before it is read; name a file");
    if ((st = source_open(path, 0, &s, err)) != WEIR_OK ||
        (st = decoder_open(s, READER_INFLATE_BEST, out, &d, err)) != WEIR_OK)
        return st;
    st = read_head(d, from + max, plain, err);
    if (st == WEIR_OK)
        st = encoding_open(
            &e, NULL, (struct bytes){plain->at + from, plain->size - from}, READER_CSV, err);
    out->stored_bytes = source_bytes(s);
    out->plain_bytes = plain->size - from;
    memcpy(out->encoding, e.name, sizeof out->encoding);
    encoding_close(&e);
    d->close(d);
    return st;
}
