/*
 * hash - keyed hashes for every table that input feeds. The key is drawn once a run; no result
 * depends on it.
 *
 * hash_bytes() is SipHash-1-3 (Aumasson and Bernstein 2012). hash_text() is for what every row
 * has, such as account numbers: texts of up to 64 bytes in two or three multiplications. It is the
 * NH of UMAC (Black and others 1999; RFC 4418) in words of 64 bits, under key words that SipHash
 * draws from the key: whoever does not know the key finds two texts that collide with a chance of
 * about one in 2^60 a pair.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t k0, k1;
};

/* A key spread out for hash_text(). */
enum { HASH_TEXT_MAX = 64, HASH_WORDS = HASH_TEXT_MAX / 8 + 4 };
struct hash_words {
    struct hash_key key;
    uint64_t word[HASH_WORDS];
};

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);
uint64_t hash_u64(const struct hash_key *key, uint64_t n);

void hash_spread(const struct hash_key *key, struct hash_words *out);
/* Texts longer than HASH_TEXT_MAX take the way of hash_bytes(). */
uint64_t hash_text(const struct hash_words *w, const void *bytes, size_t size);

#endif
