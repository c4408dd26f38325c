/* sha256 - alert numbers, fingerprints, files; the only file that sees libcrypto. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "weir/status.h"

struct sha256; /* opaque; one running digest */

struct sha256 *sha256_new(void); /* NULL when out of memory */
void sha256_free(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t size);
/* A field preceded by its length as 8 bytes, big-endian, so that fields cannot run together. */
void sha256_add_field(struct sha256 *s, const void *bytes, size_t size);
/* Also makes it ready for a new one. */
void sha256_end(struct sha256 *s, uint8_t digest[static 32]);
void sha256_of(const void *bytes, size_t size, uint8_t digest[static 32]);
void sha256_hex(const uint8_t *digest, size_t size, char *text); /* 2 * size + 1 bytes */

#endif
