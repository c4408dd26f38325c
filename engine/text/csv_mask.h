/*
 * csv_mask - which of 64 bytes delimit, end a line, or need care. Private to text/csv_read.
 *
 * One way for every machine, eight bytes at a time in a word, and one for AVX2; the same bits.
 */
#ifndef TEXT_CSV_MASK_H
#define TEXT_CSV_MASK_H

#include <stdint.h>
#include <string.h>

enum { GROUP = 64 };

/* Bit i stands for byte i. */
struct masks {
    uint64_t delimiter;
    uint64_t line; /* CR, LF */
    uint64_t odd;  /* quote, escape, NUL */
    uint64_t high; /* 0x80 and above */
};

#define EVERY UINT64_C(0x0101010101010101)
#define LOW7 (EVERY * 0x7f)

/* The top bit of each byte of `word` that is zero; exact, nothing carries between bytes. */
static inline uint64_t
zero_bytes(uint64_t word)
{
    return ~(((word & LOW7) + LOW7) | word | LOW7);
}

/* The top bits of eight bytes as eight bits, byte 0 first. */
static inline uint64_t
top_bits(uint64_t word)
{
    return ((word & ~LOW7) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t
load_word(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline struct masks
masks_portable(const char *at, char delimiter, char quote, char escape)
{
    const uint64_t d = EVERY * (unsigned char)delimiter, q = EVERY * (unsigned char)quote,
                   e = EVERY * (unsigned char)escape;
    struct masks m = {0, 0, 0, 0};

    for (unsigned i = 0; i < GROUP; i += 8) {
        uint64_t word = load_word(at + i);

        m.delimiter |= top_bits(zero_bytes(word ^ d)) << i;
        m.line |= top_bits(zero_bytes(word ^ EVERY * '\n') | zero_bytes(word ^ EVERY * '\r')) << i;
        m.odd |= top_bits(zero_bytes(word ^ q) | zero_bytes(word ^ e) | zero_bytes(word)) << i;
        m.high |= top_bits(word) << i;
    }
    return m;
}

#if defined __x86_64__ && defined __GNUC__
#define CSV_MASK_AVX2
#include <immintrin.h>

/* In registers throughout: halves written to memory and read back as a whole would stall. */
static inline __attribute__((always_inline, target("avx2"))) uint64_t
both_avx2(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline __attribute__((always_inline, target("avx2"))) __m256i
either_avx2(__m256i v, __m256i a, __m256i b)
{
    return _mm256_or_si256(_mm256_cmpeq_epi8(v, a), _mm256_cmpeq_epi8(v, b));
}

static inline __attribute__((always_inline, target("avx2"))) struct masks
masks_avx2(const char *at, char delimiter, char quote, char escape)
{
    const __m256i d = _mm256_set1_epi8(delimiter), q = _mm256_set1_epi8(quote),
                  e = _mm256_set1_epi8(escape), cr = _mm256_set1_epi8('\r'),
                  lf = _mm256_set1_epi8('\n'), nul = _mm256_setzero_si256();
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(at + 32));

    return (struct masks){.delimiter = both_avx2(_mm256_cmpeq_epi8(v, d), _mm256_cmpeq_epi8(w, d)),
        .line = both_avx2(either_avx2(v, cr, lf), either_avx2(w, cr, lf)),
        .odd = both_avx2(_mm256_or_si256(either_avx2(v, q, e), _mm256_cmpeq_epi8(v, nul)),
            _mm256_or_si256(either_avx2(w, q, e), _mm256_cmpeq_epi8(w, nul))),
        .high = both_avx2(v, w)};
}
#endif

#endif
