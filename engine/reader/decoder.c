#include "reader/decoder.h"

#include "base/alloc.h"
#include "reader/source.h"

struct plain {
    struct decoder decoder;
    struct source *source;
    struct bytes in;
};

static enum weir_status
plain_read(struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err)
{
    struct plain *p = (struct plain *)(void *)d;
    enum weir_status st;

    if (p->in.size == 0 && (st = source_next(p->source, &p->in, err)) != WEIR_OK)
        return st;
    *got = p->in.size < size ? p->in.size : size;
    memcpy(room, p->in.at, *got);
    p->in.at += *got;
    p->in.size -= *got;
    return WEIR_OK;
}

static void
plain_close(struct decoder *d)
{
    struct plain *p = (struct plain *)(void *)d;

    source_close(p->source);
    alloc_free(p);
}

/* What people send in place of gzip, by its first bytes. */
static const struct other {
    const char *magic, *name;
    unsigned size;
} others[] = {
    {"PK\003\004", "a ZIP archive", 4},
    {"PK\005\006", "an empty ZIP archive", 4},
    {"BZh", "a bzip2 file", 3},
    {"\xfd"
     "7zXZ",
        "an xz file", 5},
    {"\x28\xb5\x2f\xfd", "a Zstandard file", 4},
    {"7z\xbc\xaf", "a 7-Zip archive", 4},
    {"Rar!", "a RAR archive", 4},
    {"%PDF", "a PDF document", 4},
    {"\xd0\xcf\x11\xe0", "an old Excel or Word document", 4},
};

static enum weir_status
refuse_other(struct bytes first, struct weir_err *err)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (first.size >= others[i].size && memcmp(first.at, others[i].magic, others[i].size) == 0)
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E204",
                "this is %s; a gzip file or plain text is wanted", others[i].name);
    return WEIR_OK;
}

static enum weir_status
open_plain(struct source *s, struct bytes first, struct decoder **out, struct weir_err *err)
{
    struct plain *p;

    if (refuse_other(first, err) != WEIR_OK) {
        source_close(s);
        return WEIR_FAIL;
    }
    p = alloc_zero(1, sizeof *p);
    if (p == NULL) {
        source_close(s);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    }
    *p = (struct plain){.decoder = {plain_read, plain_close}, .source = s, .in = first};
    *out = &p->decoder;
    return WEIR_OK;
}

enum weir_status
decoder_open(struct source *s, enum reader_inflater inflater, struct reader_counts *counts,
    struct decoder **out, struct weir_err *err)
{
    struct bytes first;
    enum weir_status st = source_next(s, &first, err);

    if (st == WEIR_END)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E204",
            "the file is empty; an export holds at least a header");
    if (st != WEIR_OK) {
        source_close(s);
        return st;
    }
    if (first.size >= 2 && memcmp(first.at, "\x1f\x8b", 2) == 0)
        return decoder_gzip(s, first, inflater, counts, out, err);
    return open_plain(s, first, out, err);
}

struct replay {
    struct decoder decoder;
    struct decoder *below;
    uint64_t *passed;
    size_t size, at;
    char head[];
};

static enum weir_status
replay_read(struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err)
{
    struct replay *r = (struct replay *)(void *)d;
    size_t left = r->size - r->at;
    enum weir_status st = WEIR_OK;

    if (left > 0) {
        *got = left < size ? left : size;
        memcpy(room, r->head + r->at, *got);
        r->at += *got;
    } else {
        st = r->below->read(r->below, room, size, got, err);
    }
    if (st == WEIR_OK)
        *r->passed += *got;
    return st;
}

static void
replay_close(struct decoder *d)
{
    struct replay *r = (struct replay *)(void *)d;

    r->below->close(r->below);
    alloc_free(r);
}

enum weir_status
decoder_replay(struct decoder *below, struct bytes head, uint64_t *passed, struct decoder **out,
    struct weir_err *err)
{
    struct replay *r = alloc_take(sizeof *r + head.size);

    if (r == NULL) {
        below->close(below);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    }
    *r = (struct replay){.decoder = {replay_read, replay_close},
        .below = below,
        .passed = passed,
        .size = head.size};
    if (head.size > 0)
        memcpy(r->head, head.at, head.size);
    *out = &r->decoder;
    return WEIR_OK;
}
