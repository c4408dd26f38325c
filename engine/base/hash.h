/*
 * hash - keyed hash for every table that input feeds (SipHash-1-3, Aumasson and
 * Bernstein 2012). The key is drawn once a run; no result depends on it.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t k0, k1;
};

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);
uint64_t hash_u64(const struct hash_key *key, uint64_t n);

#endif
