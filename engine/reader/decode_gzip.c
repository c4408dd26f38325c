/* decode_gzip - raw deflate with zlib: the reference, and the only file that inflates with it. */
#define ZLIB_CONST
#include <limits.h>
#include <zlib.h>

#include "base/alloc.h"
#include "reader/inflater.h"

struct zlib_inflater {
    struct inflater inflater;
    z_stream z;
};

static struct zlib_inflater *
self(struct inflater *i)
{
    return (struct zlib_inflater *)(void *)i;
}

static voidpf
take(voidpf opaque, uInt count, uInt size)
{
    (void)opaque;
    return alloc_zero(count, size);
}

static void
give(voidpf opaque, voidpf p)
{
    (void)opaque;
    alloc_free(p);
}

static enum inflater_verdict
run(struct inflater *i, struct bytes *in, char **room, size_t *size)
{
    z_stream *z = &self(i)->z;
    uInt in_size = in->size < UINT_MAX ? (uInt)in->size : UINT_MAX;
    uInt room_size = *size < UINT_MAX ? (uInt)*size : UINT_MAX;
    int verdict;

    z->next_in = (const Bytef *)in->at;
    z->avail_in = in_size;
    z->next_out = (Bytef *)*room;
    z->avail_out = room_size;
    verdict = inflate(z, Z_NO_FLUSH);
    in->at += in_size - z->avail_in;
    in->size -= in_size - z->avail_in;
    *room += room_size - z->avail_out;
    *size -= room_size - z->avail_out;
    if (verdict == Z_OK || verdict == Z_BUF_ERROR)
        return INFLATER_MORE;
    if (verdict == Z_STREAM_END)
        return INFLATER_DONE;
    return verdict == Z_MEM_ERROR ? INFLATER_NO_MEMORY : INFLATER_DAMAGED;
}

static void
restart(struct inflater *i)
{
    (void)inflateReset(&self(i)->z);
}

/* zlib gives back all it did not use. */
static size_t
left(struct inflater *i, unsigned char bytes[static 8])
{
    (void)i;
    (void)bytes;
    return 0;
}

static uint32_t
crc(uint32_t before, const void *bytes, size_t size)
{
    return (uint32_t)crc32_z(before, bytes, size);
}

static void
zlib_free(struct inflater *i)
{
    (void)inflateEnd(&self(i)->z);
    alloc_free(i);
}

struct inflater *
inflater_zlib(void)
{
    struct zlib_inflater *zi = alloc_zero(1, sizeof *zi);

    if (zi == NULL)
        return NULL;
    zi->inflater = (struct inflater){run, restart, left, crc, zlib_free};
    zi->z.zalloc = take;
    zi->z.zfree = give;
    if (inflateInit2(&zi->z, -MAX_WBITS) != Z_OK) {
        alloc_free(zi);
        return NULL;
    }
    return &zi->inflater;
}
