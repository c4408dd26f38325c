#include "sample/pack.h"

#include <zlib.h>

#include "base/alloc.h"
#include "base/file.h"

enum { ROOM = 256 << 10, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

struct pack {
    struct file_writer *file;
    z_stream z;
    int level;
    int failed; /* zlib's code, 0: none */
    unsigned char room[ROOM];
};

enum weir_status
pack_open(const char *path, int level, struct pack **out, struct weir_err *err)
{
    struct pack *p = alloc_zero(1, sizeof *p);
    enum weir_status st;

    if (p == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    p->level = level;
    st = file_create(path, &p->file, err);
    if (st != WEIR_OK) {
        alloc_free(p);
        return st;
    }
    if (level > 0)
        p->failed =
            deflateInit2(&p->z, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    *out = p;
    return WEIR_OK;
}

static void
squeeze(struct pack *p, struct bytes text, int flush)
{
    int end = Z_OK;

    p->z.next_in = (z_const Bytef *)(uintptr_t)text.at;
    p->z.avail_in = (uInt)text.size;
    do {
        p->z.next_out = p->room;
        p->z.avail_out = ROOM;
        end = deflate(&p->z, flush);
        file_write(p->file, p->room, ROOM - p->z.avail_out);
    } while (end == Z_OK && (p->z.avail_out == 0 || p->z.avail_in > 0));
    if (end != Z_OK && end != Z_STREAM_END && end != Z_BUF_ERROR)
        p->failed = end;
}

void
pack_write(struct pack *p, struct buf *text)
{
    if (p->level == 0)
        file_write(p->file, text->at, text->size);
    else if (p->failed == 0 && text->size > 0)
        squeeze(p, buf_bytes(text), Z_NO_FLUSH);
    text->size = 0;
}

enum weir_status
pack_close(struct pack *p, struct weir_err *err)
{
    enum weir_status st;

    if (p->level > 0) {
        if (p->failed == 0)
            squeeze(p, (struct bytes){"", 0}, Z_FINISH);
        (void)deflateEnd(&p->z);
    }
    st = file_commit(p->file, err);
    if (st == WEIR_OK && p->failed != 0)
        st = weir_fail(
            err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "zlib could not compress (%d)", p->failed);
    alloc_free(p);
    return st;
}
