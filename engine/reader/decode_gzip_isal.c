/*
 * decode_gzip_isal - raw deflate with ISA-L, two and a half times as fast as zlib. Built in where
 * the library is present (HAVE_ISAL).
 *
 * At the end of a stream the library may hold whole bytes that lie behind it, from this block or
 * the ones before; they are given back.
 */
#include "reader/inflater.h"

#ifdef HAVE_ISAL
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <limits.h>

#include "base/alloc.h"

struct isal_inflater {
    struct inflater inflater;
    struct inflate_state z;
};

static struct isal_inflater *
self(struct inflater *i)
{
    return (struct isal_inflater *)(void *)i;
}

/* ISA-L's pointers lack a const it keeps to. */
static uint8_t *
writable(const char *at)
{
    union {
        const char *in;
        uint8_t *out;
    } u = {.in = at};

    return u.out;
}

static enum inflater_verdict
run(struct inflater *i, struct bytes *in, char **room, size_t *size)
{
    struct inflate_state *z = &self(i)->z;
    uint32_t in_size = in->size < INT_MAX ? (uint32_t)in->size : INT_MAX;
    uint32_t room_size = *size < INT_MAX ? (uint32_t)*size : INT_MAX;
    int verdict;

    z->next_in = writable(in->at);
    z->avail_in = in_size;
    z->next_out = (uint8_t *)*room;
    z->avail_out = room_size;
    verdict = isal_inflate(z);
    in->at += in_size - z->avail_in;
    in->size -= in_size - z->avail_in;
    *room += room_size - z->avail_out;
    *size -= room_size - z->avail_out;
    if (verdict < 0)
        return INFLATER_DAMAGED;
    return z->block_state == ISAL_BLOCK_FINISH ? INFLATER_DONE : INFLATER_MORE;
}

static void
restart(struct inflater *i)
{
    isal_inflate_reset(&self(i)->z);
}

/* The bits below a whole byte belong to the stream's last byte. */
static size_t
left(struct inflater *i, unsigned char bytes[static 8])
{
    struct inflate_state *z = &self(i)->z;
    size_t count = z->read_in_length > 0 ? (size_t)z->read_in_length / 8 : 0;
    uint64_t bits = count > 0 ? z->read_in >> (z->read_in_length % 8) : 0;

    for (size_t n = 0; n < count; n++, bits >>= 8)
        bytes[n] = (unsigned char)bits;
    return count;
}

static uint32_t
crc(uint32_t before, const void *bytes, size_t size)
{
    return crc32_gzip_refl(before, bytes, size);
}

static void
isal_free(struct inflater *i)
{
    alloc_free(i);
}

struct inflater *
inflater_isal(void)
{
    struct isal_inflater *ii = alloc_zero(1, sizeof *ii);

    if (ii == NULL)
        return NULL;
    ii->inflater = (struct inflater){run, restart, left, crc, isal_free};
    isal_inflate_init(&ii->z);
    return &ii->inflater;
}

bool
inflater_has_isal(void)
{
    return true;
}

#else

struct inflater *
inflater_isal(void)
{
    return NULL;
}

bool
inflater_has_isal(void)
{
    return false;
}
#endif
