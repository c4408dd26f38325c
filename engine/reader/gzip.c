/*
 * gzip - the members of a gzip file (RFC 1952) around raw deflate streams.
 *
 * Headers, trailers, padding and the limit on expansion are read here, byte by byte, so that
 * zlib and ISA-L accept and refuse the same files. A member's rows are handed out before its
 * trailer is seen; WEIR_END says that all trailers were right.
 */
#include <inttypes.h>

#include "base/alloc.h"
#include "reader/decoder.h"
#include "reader/inflater.h"
#include "reader/source.h"
#include "weir/limits.h"

enum {
    MAGIC_1 = 0x1f,
    MAGIC_2 = 0x8b,
    DEFLATE = 8,
    FLAG_HCRC = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_RESERVED = 0xe0,
    HEADER_MAX_BYTES = 256 * 1024, /* a name is a few bytes; this is a cap, not a size */
};

struct gzip {
    struct decoder decoder;
    struct source *source;
    struct inflater *inflater;
    struct reader_counts *counts;
    struct bytes in;       /* stored bytes not taken yet */
    unsigned char left[8]; /* ... and those in front of them */
    size_t left_size, left_at;
    bool open; /* inside a member's stream */
    bool source_end;
    uint64_t plain_bytes;  /* of all members */
    uint64_t member_bytes; /* of this one */
    uint32_t crc;          /* of this one */
    uint32_t header_crc;
    size_t header_bytes;
};

/* A file that is still arriving looks cut or damaged; say which it is. */
static enum weir_status
refuse(struct gzip *g, const char *code, const char *what, struct weir_err *err)
{
    if (source_check(g->source, err) != WEIR_OK)
        return WEIR_FAIL;
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, code, "%s (gzip member %" PRIu32 ")", what,
        g->counts->members);
}

static enum weir_status
truncated(struct gzip *g, struct weir_err *err)
{
    return refuse(g, "E201", "the gzip file ends too early; it was cut short, fetch it again", err);
}

static enum weir_status
damaged(struct gzip *g, const char *what, struct weir_err *err)
{
    return refuse(g, "E202", what, err);
}

static enum weir_status
refill(struct gzip *g, struct weir_err *err)
{
    enum weir_status st;

    if (g->source_end)
        return WEIR_END;
    st = source_next(g->source, &g->in, err);
    g->source_end = st == WEIR_END;
    return st;
}

/* WEIR_END at the end of the file. */
static enum weir_status
next_byte(struct gzip *g, unsigned *byte, struct weir_err *err)
{
    enum weir_status st;

    if (g->left_at < g->left_size) {
        *byte = g->left[g->left_at++];
        return WEIR_OK;
    }
    if (g->in.size == 0 && (st = refill(g, err)) != WEIR_OK)
        return st;
    *byte = (unsigned char)g->in.at[0];
    g->in.at++;
    g->in.size--;
    return WEIR_OK;
}

static enum weir_status
next_bytes(struct gzip *g, unsigned char *to, size_t size, struct weir_err *err)
{
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        enum weir_status st = next_byte(g, &byte, err);

        if (st != WEIR_OK)
            return st == WEIR_END ? truncated(g, err) : st;
        to[i] = (unsigned char)byte;
    }
    return WEIR_OK;
}

static enum weir_status
header_bytes(struct gzip *g, unsigned char *to, size_t size, struct weir_err *err)
{
    enum weir_status st = next_bytes(g, to, size, err);

    if (st != WEIR_OK)
        return st;
    g->header_crc = g->inflater->crc(g->header_crc, to, size);
    g->header_bytes += size;
    if (g->header_bytes > HEADER_MAX_BYTES)
        return damaged(g, "a gzip header of more than 256 KiB; fetch the file again", err);
    return WEIR_OK;
}

static enum weir_status
skip_text(struct gzip *g, struct weir_err *err)
{
    unsigned char byte;
    enum weir_status st;

    do {
        if ((st = header_bytes(g, &byte, 1, err)) != WEIR_OK)
            return st;
    } while (byte != 0);
    return WEIR_OK;
}

static enum weir_status
skip_extra(struct gzip *g, struct weir_err *err)
{
    unsigned char byte[2] = {0};
    enum weir_status st = header_bytes(g, byte, 2, err);

    for (unsigned n = st == WEIR_OK ? byte[0] + 256u * byte[1] : 0; n > 0; n--)
        if ((st = header_bytes(g, byte, 1, err)) != WEIR_OK)
            return st;
    return st;
}

static enum weir_status
check_header_crc(struct gzip *g, struct weir_err *err)
{
    uint32_t want = g->header_crc & 0xffff;
    unsigned char byte[2] = {0};
    enum weir_status st = next_bytes(g, byte, 2, err);

    if (st != WEIR_OK)
        return st;
    if (want != (byte[0] | (uint32_t)byte[1] << 8))
        return damaged(g, "the checksum of the gzip header is wrong; fetch the file again", err);
    return WEIR_OK;
}

/* The header behind its two magic bytes: RFC 1952 section 2.3. */
static enum weir_status
read_header(struct gzip *g, struct weir_err *err)
{
    static const unsigned char magic[2] = {MAGIC_1, MAGIC_2};
    unsigned char fixed[8] = {0};
    unsigned flags;
    enum weir_status st;

    g->counts->members++;
    g->header_crc = g->inflater->crc(0, magic, sizeof magic);
    g->header_bytes = 0;
    if ((st = header_bytes(g, fixed, sizeof fixed, err)) != WEIR_OK)
        return st;
    flags = fixed[1];
    if (fixed[0] != DEFLATE || (flags & FLAGS_RESERVED) != 0)
        return damaged(g, "the gzip header is damaged; fetch the file again", err);
    if ((flags & FLAG_EXTRA) != 0 && (st = skip_extra(g, err)) != WEIR_OK)
        return st;
    if ((flags & FLAG_NAME) != 0 && (st = skip_text(g, err)) != WEIR_OK)
        return st;
    if ((flags & FLAG_COMMENT) != 0 && (st = skip_text(g, err)) != WEIR_OK)
        return st;
    if ((flags & FLAG_HCRC) != 0 && (st = check_header_crc(g, err)) != WEIR_OK)
        return st;
    g->inflater->restart(g->inflater);
    g->open = true;
    g->member_bytes = 0;
    g->crc = 0;
    return WEIR_OK;
}

static uint32_t
word(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static enum weir_status
read_trailer(struct gzip *g, struct weir_err *err)
{
    unsigned char trailer[8] = {0};
    enum weir_status st;

    g->open = false;
    g->left_at = 0;
    g->left_size = g->inflater->left(g->inflater, g->left);
    if ((st = next_bytes(g, trailer, sizeof trailer, err)) != WEIR_OK)
        return st;
    if (word(trailer) != g->crc)
        return damaged(g, "the checksum of the content is wrong; fetch the file again", err);
    if (word(trailer + 4) != (uint32_t)g->member_bytes)
        return damaged(g, "the length of the content is wrong; fetch the file again", err);
    return WEIR_OK;
}

/* Zeros up to the end of the file are padding, as tapes and block stores leave it. */
static enum weir_status
read_padding(struct gzip *g, struct weir_err *err)
{
    unsigned byte;
    enum weir_status st;

    do
        st = next_byte(g, &byte, err);
    while (st == WEIR_OK && byte == 0);
    if (st == WEIR_OK)
        return refuse(g, "E203",
            "bytes that are no gzip follow the end of the gzip data; "
            "the file was joined with another, or is damaged",
            err);
    return st;
}

/* WEIR_OK: a member begins. WEIR_END: the file is over and right. */
static enum weir_status
read_next_member(struct gzip *g, struct weir_err *err)
{
    unsigned byte;
    enum weir_status st = next_byte(g, &byte, err);

    if (st != WEIR_OK)
        return st;
    if (byte == 0)
        return read_padding(g, err);
    if (byte == MAGIC_1) {
        if ((st = next_byte(g, &byte, err)) != WEIR_OK)
            return st == WEIR_END ? truncated(g, err) : st;
        if (byte == MAGIC_2)
            return read_header(g, err);
    }
    return refuse(g, "E203",
        "bytes that are no gzip follow the end of the gzip data; "
        "the file was joined with another, or is damaged",
        err);
}

static enum weir_status
check_expansion(struct gzip *g, struct weir_err *err)
{
    uint64_t stored = source_bytes(g->source) - g->in.size;

    if (g->plain_bytes <= LIMIT_BOMB_FREE_BYTES || g->plain_bytes / LIMIT_BOMB_RATIO < stored)
        return WEIR_OK;
    return refuse(g, "E205",
        "the file unpacks to more than 200 times its size, as no bank's export "
        "does; ask its sender what it is",
        err);
}

/* One step of the stream: some bytes out, or its end. */
static enum weir_status
inflate_some(struct gzip *g, char *room, size_t size, size_t *got, struct weir_err *err)
{
    char *to = room;
    size_t left = size;
    enum inflater_verdict verdict;

    if (g->in.size == 0 && refill(g, err) == WEIR_FAIL)
        return WEIR_FAIL;
    verdict = g->inflater->run(g->inflater, &g->in, &to, &left);
    *got = size - left;
    g->crc = g->inflater->crc(g->crc, room, *got);
    g->member_bytes += *got;
    g->plain_bytes += *got;
    if (verdict == INFLATER_NO_MEMORY)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to unpack gzip");
    if (verdict == INFLATER_DAMAGED)
        return damaged(g, "the packed content is damaged; fetch the file again", err);
    if (verdict == INFLATER_DONE)
        return read_trailer(g, err);
    if (*got == 0 && g->source_end && g->in.size == 0)
        return truncated(g, err);
    return WEIR_OK;
}

static enum weir_status
gzip_read(struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err)
{
    struct gzip *g = (struct gzip *)(void *)d;
    enum weir_status st;

    *got = 0;
    do {
        if (!g->open && (st = read_next_member(g, err)) != WEIR_OK)
            return st;
        if ((st = inflate_some(g, room, size, got, err)) != WEIR_OK)
            return st;
        if ((st = check_expansion(g, err)) != WEIR_OK)
            return st;
    } while (*got == 0);
    return WEIR_OK;
}

static void
gzip_close(struct decoder *d)
{
    struct gzip *g = (struct gzip *)(void *)d;

    if (g->inflater != NULL)
        g->inflater->free(g->inflater);
    source_close(g->source);
    alloc_free(g);
}

enum weir_status
decoder_gzip(struct source *s, struct bytes first, enum reader_inflater inflater,
    struct reader_counts *counts, struct decoder **out, struct weir_err *err)
{
    struct gzip *g = alloc_zero(1, sizeof *g);
    bool isal = inflater != READER_INFLATE_ZLIB && inflater_has_isal();

    if (g != NULL) {
        g->decoder = (struct decoder){gzip_read, gzip_close};
        g->source = s;
        g->counts = counts;
        g->in = first;
        g->inflater = isal ? inflater_isal() : inflater_zlib();
        if (g->inflater != NULL) {
            counts->gzip = true;
            *out = &g->decoder;
            return WEIR_OK;
        }
        alloc_free(g);
    }
    source_close(s);
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to unpack gzip");
}
