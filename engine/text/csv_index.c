#include "text/csv_index.h"

#include "text/csv_mask.h"
#include "text/csv_read.h"

_Static_assert((int)CSV_GROUP == (int)GROUP, "rows may end in each byte of a group");
_Static_assert(CSV_INDEX_BYTES <= UINT16_MAX, "places are kept in 16 bits");

#define LAST (UINT64_C(1) << (GROUP - 1))

/*
 * The places of the bits of `mask`, from `base` on; eight at a time, whether there are so many or
 * not, as a wrong guess at how many there are costs more than the writes.
 */
static inline void
put_portable(uint64_t mask, uint32_t count, uint32_t base, uint16_t *to)
{
    for (uint32_t n = 0; n < count; n += 8)
#pragma GCC unroll 8
        for (uint32_t i = 0; i < 8; i++, mask &= mask - 1)
            *to++ = (uint16_t)(base + (uint32_t)__builtin_ctzll(mask | LAST));
}

#define LIST_NAME list_portable
#define LIST_MASKS masks_portable
#define LIST_PUT put_portable
#define LIST_TARGET
#include "text/csv_index.def"

/* Cells of a row that begins at `at`; `end` are places from `from`. */
static void
cells_portable(
    const char *from, const char *at, const uint16_t *end, uint32_t count, struct bytes *cell)
{
    for (uint32_t i = 0; i < count; i++) {
        cell[i] = (struct bytes){at, (size_t)(from + end[i] - at)};
        at = from + end[i] + 1;
    }
}

#ifdef CSV_MASK_X86
static inline __attribute__((always_inline, target("avx2,bmi,popcnt"))) void
put_avx2(uint64_t mask, uint32_t count, uint32_t base, uint16_t *to)
{
    for (uint32_t n = 0; n < count; n += 8)
#pragma GCC unroll 8
        for (uint32_t i = 0; i < 8; i++, mask &= mask - 1)
            *to++ = (uint16_t)(base + (uint32_t)_tzcnt_u64(mask));
}

#define LIST_NAME list_avx2
#define LIST_MASKS masks_avx2
#define LIST_PUT put_avx2
#define LIST_TARGET __attribute__((target("avx2,bmi,popcnt")))
#include "text/csv_index.def"

/* The places of 64 bytes, pressed together to those whose bits are set. */
static inline __attribute__((always_inline, target(AVX512))) void
put_avx512(uint64_t mask, uint32_t count, uint32_t base, uint16_t *to)
{
    static const uint8_t places[GROUP] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
        40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
        63};
    const __m512i from = _mm512_set1_epi16((short)base);
    __m512i at = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(places));

    _mm512_storeu_si512(
        to, _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(at)), from));
    if (count > GROUP / 2)
        _mm512_storeu_si512(to + GROUP / 2,
            _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(at, 1)), from));
}

#define LIST_NAME list_avx512
#define LIST_MASKS masks_avx512
#define LIST_PUT put_avx512
#define LIST_TARGET __attribute__((target(AVX512)))
#include "text/csv_index.def"

/* Four at a time; the up to three written behind the last are room the row has. */
static __attribute__((target("avx2"))) void
cells_avx2(
    const char *from, const char *at, const uint16_t *end, uint32_t count, struct bytes *cell)
{
    const __m256i base = _mm256_set1_epi64x((long long)(uintptr_t)from),
                  one = _mm256_set1_epi64x(1);

    cell[0] = (struct bytes){at, (size_t)(from + end[0] - at)};
    for (uint32_t i = 1; i < count; i += 4) {
        __m256i last =
            _mm256_cvtepu16_epi64(_mm_loadl_epi64((const __m128i *)(const void *)(end + i)));
        __m256i before =
            _mm256_cvtepu16_epi64(_mm_loadl_epi64((const __m128i *)(const void *)(end + i - 1)));
        __m256i start = _mm256_add_epi64(before, one);
        __m256i size = _mm256_sub_epi64(last, start);
        __m256i place = _mm256_add_epi64(start, base);
        __m256i odd = _mm256_unpackhi_epi64(place, size), even = _mm256_unpacklo_epi64(place, size);

        _mm256_storeu_si256(
            (__m256i *)(void *)(cell + i), _mm256_permute2x128_si256(even, odd, 0x20));
        _mm256_storeu_si256(
            (__m256i *)(void *)(cell + i + 2), _mm256_permute2x128_si256(even, odd, 0x31));
    }
}
_Static_assert(sizeof(struct bytes) == 16 && offsetof(struct bytes, at) == 0 &&
                   sizeof((struct bytes){0}.size) == 8,
    "a cell is its address and its size");
#endif

void
csv_index_drop(struct csv_index *x)
{
    x->row = x->rows = 0;
}

void
csv_index_make(
    struct csv_index *x, const struct csv_dialect *d, enum csv_vectors vectors, struct bytes text)
{
    size_t size = text.size < CSV_INDEX_BYTES ? text.size : CSV_INDEX_BYTES;

    x->from = x->next = text.at;
    x->stop = text.at + text.size;
    x->row = x->first = x->high = x->edge = 0;
#ifdef CSV_MASK_X86
    if (vectors == CSV_AVX512)
        list_avx512(x, d, size);
    else if (vectors == CSV_AVX2)
        list_avx2(x, d, size);
    else
#endif
        list_portable(x, d, size);
    (void)vectors;
}

static void
put_cells(const struct csv_index *x, enum csv_vectors vectors, struct csv_row *row)
{
    const uint16_t *end = x->end + x->first;

#ifdef CSV_MASK_X86
    if (vectors != CSV_PORTABLE)
        cells_avx2(x->from, row->at, end, row->count, row->cell);
    else
#endif
        cells_portable(x->from, row->at, end, row->count, row->cell);
    (void)vectors;
}

bool
csv_index_row(struct csv_index *x, enum csv_vectors vectors, struct bytes text, struct csv_row *row)
{
    const struct csv_index_row *of = &x->of[x->row];
    const char *end;

    if (x->row == x->rows || x->next != text.at || x->stop != text.at + text.size)
        return false;
    end = x->from + x->end[of->last];
    row->text_size = (size_t)(end - text.at);
    row->count = of->last - x->first + 1;
    if (row->text_size > LIMIT_LINE_BYTES || row->count > LIMIT_COLUMNS)
        return false;
    row->size = row->text_size + 1 + (end[0] == '\r' && end[1] == '\n');
    row->lines = 1;
    row->high = of->high != x->high;
    row->trimmed = of->edge == x->edge;
    put_cells(x, vectors, row);
    if (row->text_size == 0)
        row->count = 0;
    x->next = text.at + row->size;
    x->first = of->last + 1u;
    x->high = of->high;
    x->edge = of->edge;
    x->row++;
    return true;
}
