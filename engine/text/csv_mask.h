/*
 * csv_mask - which of 64 bytes delimit, end a line, or need care. Private to text/csv_read and
 * text/csv_index.
 *
 * One way for every machine, eight bytes at a time in a word, one for AVX2, one for AVX-512; the
 * same bits.
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
    uint64_t cr;
    uint64_t odd;   /* quote, escape, NUL */
    uint64_t high;  /* 0x80 and above */
    uint64_t blank; /* what may be trimmed off a cell: controls, blanks, bytes of U+00A0 */
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
    struct masks m = {0};

    for (unsigned i = 0; i < GROUP; i += 8) {
        uint64_t word = load_word(at + i), cr = zero_bytes(word ^ EVERY * '\r');
        uint64_t low = ~((word & LOW7) + EVERY * (0x80 - 0x21)) & ~word & ~LOW7;

        m.delimiter |= top_bits(zero_bytes(word ^ d)) << i;
        m.line |= top_bits(zero_bytes(word ^ EVERY * '\n') | cr) << i;
        m.cr |= top_bits(cr) << i;
        m.odd |= top_bits(zero_bytes(word ^ q) | zero_bytes(word ^ e) | zero_bytes(word)) << i;
        m.high |= top_bits(word) << i;
        m.blank |= top_bits(low | zero_bytes(word ^ EVERY * 0xa0) | zero_bytes(word ^ EVERY * 0xc2))
                   << i;
    }
    return m;
}

#if defined __x86_64__ && defined __GNUC__
#define CSV_MASK_X86
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

/* Up to 0x20 as unsigned bytes, or one of the two bytes of U+00A0. */
static inline __attribute__((always_inline, target("avx2"))) __m256i
blank_avx2(__m256i v)
{
    const __m256i space = _mm256_set1_epi8(0x20);

    return _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(v, space), v),
        either_avx2(v, _mm256_set1_epi8((char)0xa0), _mm256_set1_epi8((char)0xc2)));
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
        .cr = both_avx2(_mm256_cmpeq_epi8(v, cr), _mm256_cmpeq_epi8(w, cr)),
        .odd = both_avx2(_mm256_or_si256(either_avx2(v, q, e), _mm256_cmpeq_epi8(v, nul)),
            _mm256_or_si256(either_avx2(w, q, e), _mm256_cmpeq_epi8(w, nul))),
        .high = both_avx2(v, w),
        .blank = both_avx2(blank_avx2(v), blank_avx2(w))};
}

#define AVX512 "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,popcnt"

static inline __attribute__((always_inline, target(AVX512))) struct masks
masks_avx512(const char *at, char delimiter, char quote, char escape)
{
    __m512i v = _mm512_loadu_si512(at);
    uint64_t cr = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r'));

    return (struct masks){.delimiter = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(delimiter)),
        .line = cr | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')),
        .cr = cr,
        .odd = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(quote)) |
               _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(escape)) | _mm512_testn_epi8_mask(v, v),
        .high = _mm512_movepi8_mask(v),
        .blank = _mm512_cmple_epu8_mask(v, _mm512_set1_epi8(0x20)) |
                 _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)0xa0)) |
                 _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)0xc2))};
}
#endif

#endif
