#include "reader/stream.h"

#include <assert.h>

#include "base/alloc.h"
#include "reader/decoder.h"
#include "weir/limits.h"

enum {
    CUT_ROW_BYTES = LIMIT_LINE_BYTES + 64, /* what csv_row() may leave, and a bit */
};

enum weir_status
stream_open(
    struct stream *s, struct decoder *from, size_t block, uint64_t offset, struct weir_err *err)
{
    *s = (struct stream){.from = from, .block = block, .offset = offset};
    s->memory = alloc_take(CUT_ROW_BYTES + s->block);
    if (s->memory == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    s->at = s->end = s->memory + CUT_ROW_BYTES;
    return WEIR_OK;
}

enum weir_status
stream_more(struct stream *s, struct weir_err *err)
{
    size_t left = (size_t)(s->end - s->at), size = 0;
    char *block = s->memory + CUT_ROW_BYTES;

    assert(left <= CUT_ROW_BYTES);
    memmove(block - left, s->at, left);
    s->at = block - left;
    s->end = block;
    while (!s->at_end && size < s->block) {
        size_t got = 0;
        enum weir_status st = s->from->read(s->from, block + size, s->block - size, &got, err);

        if (st == WEIR_FAIL)
            return st;
        s->at_end = st == WEIR_END;
        size += got;
    }
    s->end = block + size;
    return WEIR_OK;
}

/* Bytes a UTF-8 text has in UTF-16. */
static uint64_t
utf16_size(const char *at, size_t size)
{
    uint64_t units = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)at[i];

        units += (uint64_t)((c & 0xc0) != 0x80) + (uint64_t)(c >= 0xf0);
    }
    return 2 * units;
}

void
stream_take(struct stream *s, size_t size)
{
    assert(size <= (size_t)(s->end - s->at));
    s->offset += s->utf16 ? utf16_size(s->at, size) : size;
    s->at += size;
}

void
stream_close(struct stream *s)
{
    if (s->from != NULL)
        s->from->close(s->from);
    alloc_free(s->memory);
    *s = (struct stream){0};
}
