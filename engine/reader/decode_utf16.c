/* decode_utf16 - UTF-16 to UTF-8 on the way to the format, a unit at a time. */
#include "base/alloc.h"
#include "reader/decoder.h"
#include "text/utf8.h"

enum { IN_BYTES = 64 * 1024 };

struct utf16 {
    struct decoder decoder;
    struct decoder *below;
    bool big_endian, end;
    size_t at, size;
    char spill[4]; /* a code point that did not fit into the caller's room */
    size_t spill_at, spill_size;
    char in[IN_BYTES];
};

static uint32_t
unit(const struct utf16 *u, size_t at)
{
    unsigned a = (unsigned char)u->in[at], b = (unsigned char)u->in[at + 1];

    return u->big_endian ? a << 8 | b : b << 8 | a;
}

/* The next code point. False when more bytes are needed first. */
static bool
next_point(struct utf16 *u, uint32_t *point)
{
    size_t left = u->size - u->at;
    uint32_t lead;

    if (left < 2) {
        u->at += u->end ? left : 0;
        *point = 0xfffd;
        return u->end && left == 1;
    }
    lead = unit(u, u->at);
    *point = lead;
    if (lead >= 0xd800 && lead < 0xdc00) {
        if (left < 4 && !u->end)
            return false;
        *point = 0xfffd;
        if (left >= 4 && (unit(u, u->at + 2) & 0xfc00) == 0xdc00) {
            *point = 0x10000 + ((lead & 0x3ff) << 10) + (unit(u, u->at + 2) & 0x3ff);
            u->at += 2;
        }
    } else if (lead >= 0xdc00 && lead < 0xe000) {
        *point = 0xfffd;
    }
    u->at += 2;
    return true;
}

static enum weir_status
refill(struct utf16 *u, struct weir_err *err)
{
    size_t got = 0;
    enum weir_status st;

    memmove(u->in, u->in + u->at, u->size - u->at);
    u->size -= u->at;
    u->at = 0;
    st = u->below->read(u->below, u->in + u->size, IN_BYTES - u->size, &got, err);
    u->end = st == WEIR_END;
    if (st == WEIR_OK)
        u->size += got;
    return st == WEIR_END ? WEIR_OK : st;
}

static enum weir_status
utf16_read(struct decoder *d, char *room, size_t size, size_t *got, struct weir_err *err)
{
    struct utf16 *u = (struct utf16 *)(void *)d;
    size_t made = 0;
    uint32_t point;
    enum weir_status st;

    for (;;) {
        while (made < size && u->spill_at < u->spill_size)
            room[made++] = u->spill[u->spill_at++];
        if (made == size || (u->end && u->at == u->size))
            break;
        if (next_point(u, &point)) {
            u->spill_size = utf8_put(point, u->spill);
            u->spill_at = 0;
        } else if (made > 0) {
            break;
        } else if (!u->end && (st = refill(u, err)) != WEIR_OK) {
            return st;
        }
    }
    *got = made;
    return made == 0 ? WEIR_END : WEIR_OK;
}

static void
utf16_close(struct decoder *d)
{
    struct utf16 *u = (struct utf16 *)(void *)d;

    u->below->close(u->below);
    alloc_free(u);
}

enum weir_status
decoder_utf16(struct decoder *below, bool big_endian, struct decoder **out, struct weir_err *err)
{
    struct utf16 *u = alloc_zero(1, sizeof *u);

    if (u == NULL) {
        below->close(below);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    }
    u->decoder = (struct decoder){utf16_read, utf16_close};
    u->below = below;
    u->big_endian = big_endian;
    *out = &u->decoder;
    return WEIR_OK;
}
