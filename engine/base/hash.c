/*
 * hash - SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012).
 *
 * One round a word, three at the end: what tables need and no more. Words are
 * little-endian whatever the machine.
 */
#include "base/hash.h"

#include <string.h>

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t
left(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static inline void
sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = left(s->v1, 13) ^ s->v0;
    s->v0 = left(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = left(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = left(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = left(s->v1, 17) ^ s->v2;
    s->v2 = left(s->v2, 32);
}

static inline void
sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static inline struct sip
sip_start(const struct hash_key *key)
{
    return (struct sip){
        .v0 = key->k0 ^ UINT64_C(0x736f6d6570736575),
        .v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d),
        .v2 = key->k0 ^ UINT64_C(0x6c7967656e657261),
        .v3 = key->k1 ^ UINT64_C(0x7465646279746573),
    };
}

static inline uint64_t
sip_end(struct sip *s)
{
    s->v2 ^= 0xff;
    sip_round(s);
    sip_round(s);
    sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

static inline uint64_t
in_order(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

static inline uint64_t
load(const unsigned char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return in_order(word);
}

static inline uint64_t
load4(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
}

/* The last 0 to 7 bytes without a loop: two overlapping halves, or three single bytes. */
static inline uint64_t
load_rest(const unsigned char *at, size_t size)
{
    if (size >= 4)
        return load4(at) | load4(at + size - 4) << (8 * (size - 4));
    if (size == 0)
        return 0;
    return (uint64_t)at[0] | (uint64_t)at[size >> 1] << (8 * (size >> 1)) |
           (uint64_t)at[size - 1] << (8 * (size - 1));
}

uint64_t
hash_bytes(const struct hash_key *key, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    struct sip s = sip_start(key);
    size_t left_bytes = size;

    for (; left_bytes >= 8; at += 8, left_bytes -= 8)
        sip_word(&s, load(at));
    sip_word(&s, load_rest(at, left_bytes) | (uint64_t)size << 56);
    return sip_end(&s);
}

uint64_t
hash_u64(const struct hash_key *key, uint64_t n)
{
    struct sip s = sip_start(key);

    sip_word(&s, n);
    sip_word(&s, UINT64_C(8) << 56);
    return sip_end(&s);
}
