/*
 * sha256 - libcrypto's SHA-256, with whatever instructions the processor has for it.
 *
 * The low-level calls are used on purpose although OpenSSL 3 marks them deprecated:
 * unlike EVP_Digest() they allocate nothing, look up nothing and cannot fail, which
 * is what lets a digest be a function without a result to check.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/sha256.h"

#include <openssl/sha.h>

#include "base/alloc.h"

struct sha256 {
    SHA256_CTX ctx;
};

struct sha256 *
sha256_new(void)
{
    struct sha256 *s = alloc_take(sizeof *s);

    if (s != NULL)
        (void)SHA256_Init(&s->ctx);
    return s;
}

void
sha256_free(struct sha256 *s)
{
    alloc_free(s);
}

void
sha256_add(struct sha256 *s, const void *bytes, size_t size)
{
    if (size != 0)
        (void)SHA256_Update(&s->ctx, bytes, size);
}

void
sha256_add_field(struct sha256 *s, const void *bytes, size_t size)
{
    uint8_t length[8];

    for (unsigned i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
    sha256_add(s, length, sizeof length);
    sha256_add(s, bytes, size);
}

void
sha256_end(struct sha256 *s, uint8_t digest[static 32])
{
    (void)SHA256_Final(digest, &s->ctx);
    (void)SHA256_Init(&s->ctx);
}

void
sha256_of(const void *bytes, size_t size, uint8_t digest[static 32])
{
    struct sha256 s;

    (void)SHA256_Init(&s.ctx);
    sha256_add(&s, bytes, size);
    sha256_end(&s, digest);
}

void
sha256_hex(const uint8_t *digest, size_t size, char *text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * size] = '\0';
}
