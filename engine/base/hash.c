/*
 * hash - SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), and NH over
 * short texts.
 *
 * SipHash with one round a word, three at the end: what tables need and no more. Words are
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

void
hash_spread(const struct hash_key *key, struct hash_words *out)
{
    out->key = *key;
    for (uint64_t i = 0; i < HASH_WORDS; i++)
        out->word[i] = hash_u64(key, i);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* Two words of a text under two words of the key. */
static inline wide
pair(uint64_t a, uint64_t b, const uint64_t *key)
{
    return (wide)(a + key[0]) * (b + key[1]);
}

/* Texts of 16 bytes and less: both ends, which overlap where it has no 16. */
static inline wide
hash_end(const unsigned char *at, size_t size, const uint64_t *key)
{
    if (size >= 8)
        return pair(load(at), load(at + size - 8), key);
    if (size >= 4)
        return pair(load4(at), load4(at + size - 4), key);
    return pair(load_rest(at, size), 0, key);
}

/*
 * Of texts of one size the sum tells them apart; the size is one more word of it. The last
 * multiplication spreads the sum over all bits, as tables look at the low ones.
 */
uint64_t
hash_text(const struct hash_words *w, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    const uint64_t *key = w->word, *last = w->word + HASH_WORDS - 4;
    wide sum = (wide)(size + last[0]) * last[1];
    size_t i = 0;

    if (size > HASH_TEXT_MAX)
        return hash_bytes(&w->key, bytes, size);
    for (; i + 16 < size; i += 16, key += 2)
        sum += pair(load(at + i), load(at + i + 8), key);
    sum += size < 16 ? hash_end(at, size, key) : hash_end(at + size - 16, 16, key);
    sum = (wide)((uint64_t)sum ^ last[2]) * ((uint64_t)(sum >> 64) ^ last[3]);
    return (uint64_t)sum ^ (uint64_t)(sum >> 64);
}
#else
uint64_t
hash_text(const struct hash_words *w, const void *bytes, size_t size)
{
    return hash_bytes(&w->key, bytes, size);
}
#endif
