/* SipHash-1-3: published values, and a twin byte by byte. Short texts: a twin, and few collisions.
 */
#include <check.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "support/rng.h"
#include "support/suites.h"

static void
twin_round(uint64_t v[4])
{
#define LEFT(x, n) ((x) << (n) | (x) >> (64 - (n)))
    v[0] += v[1], v[1] = LEFT(v[1], 13), v[1] ^= v[0], v[0] = LEFT(v[0], 32);
    v[2] += v[3], v[3] = LEFT(v[3], 16), v[3] ^= v[2];
    v[0] += v[3], v[3] = LEFT(v[3], 21), v[3] ^= v[0];
    v[2] += v[1], v[1] = LEFT(v[1], 17), v[1] ^= v[2], v[2] = LEFT(v[2], 32);
#undef LEFT
}

/* The paper's figure 2.1, with its two numbers of rounds. */
static uint64_t
twin(struct hash_key key, const unsigned char *bytes, size_t size, int c_rounds, int d_rounds)
{
    uint64_t v[4] = {key.k0 ^ UINT64_C(0x736f6d6570736575), key.k1 ^ UINT64_C(0x646f72616e646f6d),
        key.k0 ^ UINT64_C(0x6c7967656e657261), key.k1 ^ UINT64_C(0x7465646279746573)};

    for (size_t word = 0; word <= size / 8; word++) {
        uint64_t m = word == size / 8 ? (uint64_t)(size & 0xff) << 56 : 0;

        for (size_t i = 0; i < 8 && word * 8 + i < size; i++)
            m |= (uint64_t)bytes[word * 8 + i] << (8 * i);
        v[3] ^= m;
        for (int i = 0; i < c_rounds; i++)
            twin_round(v);
        v[0] ^= m;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < d_rounds; i++)
        twin_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static const struct hash_key counting = {
    UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

START_TEST(the_twin_gives_the_value_of_the_paper)
{
    unsigned char bytes[15];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    ck_assert_uint_eq(twin(counting, bytes, sizeof bytes, 2, 4), UINT64_C(0xa129ca6149be45e5));
}
END_TEST

/* Bytes 0, 1, ..., size - 1 under the key 0, 1, ..., 15. */
static const struct vector {
    size_t size;
    uint64_t hash;
} vectors[] = {
    {0, UINT64_C(0xabac0158050fc4dc)},
    {1, UINT64_C(0xc9f49bf37d57ca93)},
    {4, UINT64_C(0xcf75576088d38328)},
    {7, UINT64_C(0xd3927d989bb11140)},
    {8, UINT64_C(0x369095118d299a8e)},
    {63, UINT64_C(0x9d199062b7bbb3a8)},
};

START_TEST(known_values_come_out)
{
    unsigned char bytes[64];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    ck_assert_uint_eq(hash_bytes(&counting, bytes, vectors[_i].size), vectors[_i].hash);
}
END_TEST

START_TEST(agrees_with_the_twin_at_every_size)
{
    unsigned char bytes[300];
    uint64_t seed = 3;

    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct hash_key key = {rng_next(&seed), rng_next(&seed)};

        for (size_t i = 0; i < size; i++)
            bytes[i] = (unsigned char)rng_next(&seed);
        ck_assert_uint_eq(hash_bytes(&key, bytes, size), twin(key, bytes, size, 1, 3));
    }
}
END_TEST

START_TEST(a_number_hashes_as_its_eight_bytes)
{
    uint64_t seed = 4;

    for (int n = 0; n < 100; n++) {
        uint64_t number = rng_next(&seed);
        unsigned char bytes[8];

        for (unsigned i = 0; i < 8; i++)
            bytes[i] = (unsigned char)(number >> (8 * i));
        ck_assert_uint_eq(hash_u64(&counting, number), hash_bytes(&counting, bytes, 8));
    }
}
END_TEST

/* 64 by 64 bits in halves, added to a sum of 128. */
static void
add_product(uint64_t sum[2], uint64_t a, uint64_t b)
{
    for (unsigned i = 0; i < 2; i++)
        for (unsigned j = 0; j < 2; j++) {
            uint64_t p = (i == 0 ? a & 0xffffffff : a >> 32) * (j == 0 ? b & 0xffffffff : b >> 32);
            uint64_t low = p << (32 * (i + j) % 64), high = i + j == 0 ? 0 : p >> 32;

            if (i + j == 2) {
                low = 0;
                high = p;
            }
            sum[0] += low;
            sum[1] += high + (sum[0] < low);
        }
}

static uint64_t
word_at(const unsigned char *bytes, size_t from, size_t size)
{
    uint64_t word = 0;

    for (size_t i = 0; i < size; i++)
        word |= (uint64_t)bytes[from + i] << (8 * i);
    return word;
}

static uint64_t
text_twin(struct hash_key key, const unsigned char *bytes, size_t size)
{
    uint64_t k[HASH_WORDS], sum[2] = {0, 0}, end[2] = {0, 0};
    size_t n = 0;

    for (uint64_t i = 0; i < HASH_WORDS; i++)
        k[i] = hash_u64(&key, i);
    add_product(sum, size + k[HASH_WORDS - 4], k[HASH_WORDS - 3]);
    for (; 16 * (n + 1) < size; n++)
        add_product(sum, word_at(bytes, 16 * n, 8) + k[2 * n],
            word_at(bytes, 16 * n + 8, 8) + k[2 * n + 1]);
    if (size >= 16)
        add_product(sum, word_at(bytes, size - 16, 8) + k[2 * n],
            word_at(bytes, size - 8, 8) + k[2 * n + 1]);
    else if (size >= 4)
        add_product(sum, word_at(bytes, 0, size >= 8 ? 8 : 4) + k[0],
            word_at(bytes, size - (size >= 8 ? 8 : 4), size >= 8 ? 8 : 4) + k[1]);
    else
        add_product(sum, word_at(bytes, 0, size) + k[0], k[1]);
    add_product(end, sum[0] ^ k[HASH_WORDS - 2], sum[1] ^ k[HASH_WORDS - 1]);
    return end[0] ^ end[1];
}

START_TEST(short_texts_agree_with_their_twin)
{
    unsigned char bytes[HASH_TEXT_MAX + 40];
    uint64_t seed = 5;

    for (size_t n = 0; n < 2000; n++) {
        struct hash_key key = {rng_next(&seed), rng_next(&seed)};
        struct hash_words words;
        size_t size = n % (sizeof bytes + 1);
        uint64_t want;

        for (size_t i = 0; i < size; i++)
            bytes[i] = (unsigned char)rng_next(&seed);
        want = size > HASH_TEXT_MAX ? hash_bytes(&key, bytes, size) : text_twin(key, bytes, size);
        hash_spread(&key, &words);
        ck_assert_uint_eq(hash_text(&words, bytes, size), want);
    }
}
END_TEST

/* Numbers in a row, as account numbers are: their low bits fill a table evenly. */
START_TEST(like_texts_spread)
{
    enum { TEXTS = 4096 };
    static unsigned char filled[TEXTS];
    struct hash_words words;
    unsigned used = 0;

    hash_spread(&counting, &words);
    for (int i = 0; i < TEXTS; i++) {
        char text[32];
        int size = snprintf(text, sizeof text, "RS35260%015d", i * 7);
        uint32_t at = (uint32_t)hash_text(&words, text, (size_t)size) % TEXTS;

        used += filled[at]++ == 0;
    }
    /* 1 - 1/e of the places are met by chance; six deviations are 190 places. */
    ck_assert_uint_gt(used, TEXTS * 632 / 1000 - 190);
    ck_assert_uint_lt(used, TEXTS * 632 / 1000 + 190);
}
END_TEST

Suite *
suite_hash(void)
{
    Suite *s = suite_create("hash");
    TCase *t = tcase_create("siphash");

    tcase_add_test(t, the_twin_gives_the_value_of_the_paper);
    tcase_add_loop_test(t, known_values_come_out, 0, sizeof vectors / sizeof *vectors);
    tcase_add_test(t, agrees_with_the_twin_at_every_size);
    tcase_add_test(t, a_number_hashes_as_its_eight_bytes);
    tcase_add_test(t, short_texts_agree_with_their_twin);
    tcase_add_test(t, like_texts_spread);
    suite_add_tcase(s, t);
    return s;
}
