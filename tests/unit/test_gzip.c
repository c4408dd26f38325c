/*
 * gzip as it arrives from outside: cut, flipped, joined, padded, faked, and bombs; each with zlib
 * and with ISA-L. What is not whole must be refused, however far reading had come.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/reading.h"
#include "support/rng.h"
#include "support/suites.h"

static const enum reader_inflater inflaters[] = {READER_INFLATE_ZLIB, READER_INFLATE_ISAL};
enum { INFLATERS = 2 };

static struct buf plain, packed;
static struct reading right;

/* Rows nobody can pack well, so that a small file has many bytes to cut and flip. */
static void
make_rows(size_t rows)
{
    uint64_t seed = 7;

    buf_text(&plain, "id,amount,name\n");
    for (size_t i = 0; i < rows; i++)
        buf_print(&plain, "%llx,%u.%02u,%llx\n", (unsigned long long)rng_next(&seed),
            (unsigned)rng_below(&seed, 100000), (unsigned)rng_below(&seed, 100),
            (unsigned long long)rng_next(&seed));
    reading_gzip(buf_bytes(&plain), 6, &packed);
}

static void
setup_rows(size_t rows)
{
    struct reader_spec spec = reading_spec();

    make_rows(rows);
    spec.encoding = "UTF-8";
    reading_of(buf_bytes(&packed), &spec, &right);
    ck_assert_int_eq(right.status, WEIR_END);
    ck_assert_uint_eq(right.counts.rows, rows);
}

static void
setup_small(void)
{
    setup_rows(60);
}

static void
setup_middle(void)
{
    setup_rows(130);
}

static void
teardown(void)
{
    buf_fini(&plain);
    buf_fini(&packed);
    reading_free(&right);
}

static void
read_with(struct bytes content, enum reader_inflater inflater, size_t block, struct reading *out)
{
    struct reader_spec spec = reading_spec();

    spec.inflater = inflater;
    spec.block_bytes = block;
    spec.encoding = "UTF-8";
    reading_of(content, &spec, out);
}

/* Refused with one of the codes, which are given as "E201 E202". */
static bool
refused(const struct reading *r, const char *codes)
{
    return r->status == WEIR_FAIL && r->err.code[0] != '\0' && strstr(codes, r->err.code) != NULL &&
           r->err.text[0] != '\0';
}

START_TEST(no_prefix_is_accepted)
{
    size_t accepted = 0, tried = 0;

    for (size_t size = 0; size < packed.size; size++) {
        struct reading r;

        read_with((struct bytes){packed.at, size}, inflaters[_i], 1000, &r);
        tried++;
        accepted += !refused(&r, size < 2 ? "E204" : "E201");
        reading_free(&r);
    }
    ck_assert_uint_ge(tried, 3000);
    ck_assert_uint_eq(accepted, 0);
}
END_TEST

START_TEST(a_cut_inside_any_member_is_seen)
{
    size_t whole = packed.size;

    buf_add(&packed, packed.at, whole / 4);
    for (size_t size = whole + 1; size < packed.size; size += 3) {
        struct reading r;

        read_with((struct bytes){packed.at, size}, inflaters[_i], 64, &r);
        ck_assert_msg(refused(&r, "E201"), "%zu bytes: %s", size, r.err.text);
        reading_free(&r);
    }
}
END_TEST

/*
 * Some bits mean nothing: time, system and text flag of the header, the last byte's bits behind the
 * stream, a spare code. Such a flip may pass, with the same rows; there are few of them.
 */
START_TEST(no_flipped_bit_changes_a_row)
{
    size_t wrong = 0, passed = 0, flips = packed.size * 8;

    ck_assert_uint_ge(flips, 11000);
    for (size_t bit = 0; bit < flips; bit++) {
        struct reading r;

        packed.at[bit / 8] = (char)(packed.at[bit / 8] ^ (1 << bit % 8));
        read_with(buf_bytes(&packed), inflaters[_i], 5000, &r);
        packed.at[bit / 8] = (char)(packed.at[bit / 8] ^ (1 << bit % 8));
        passed += r.status == WEIR_END;
        if (r.status == WEIR_END)
            wrong += !bytes_equal(buf_bytes(&r.log), buf_bytes(&right.log));
        else
            wrong += !refused(&r, "E201 E202 E203 E204");
        reading_free(&r);
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_le(passed, 6 * 8 + 1 + 7 + 8);
}
END_TEST

START_TEST(members_are_one_stream)
{
    static const uint32_t counts[] = {1, 2, 10, 1000};
    uint32_t count = counts[_i % 4];
    enum reader_inflater inflater = inflaters[_i / 4 % INFLATERS];

    packed.size = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t from = plain.size * i / count, to = plain.size * (i + 1) / count;

        reading_gzip((struct bytes){plain.at + from, to - from}, (int)(i % 10), &packed);
    }
    for (size_t block = 1; block <= 64; block += count == 1000 ? 9 : 1) {
        struct reading r;

        read_with(buf_bytes(&packed), inflater, block, &r);
        if (r.status != WEIR_END || r.counts.members != count || !r.counts.gzip ||
            !bytes_equal(buf_bytes(&r.log), buf_bytes(&right.log)))
            ck_abort_msg("%u members, blocks of %zu: %s", count, block, r.err.text);
        reading_free(&r);
    }
}
END_TEST

START_TEST(empty_members_add_nothing)
{
    struct buf file = {0};
    struct reading r;

    for (int i = 0; i < 50; i++)
        reading_gzip((struct bytes){"", 0}, i % 10, &file);
    buf_add(&file, packed.at, packed.size);
    reading_gzip((struct bytes){"", 0}, 6, &file);
    read_with(buf_bytes(&file), inflaters[_i], 0, &r);
    ck_assert_int_eq(r.status, WEIR_END);
    ck_assert_uint_eq(r.counts.members, 52);
    ck_assert(bytes_equal(buf_bytes(&r.log), buf_bytes(&right.log)));
    reading_free(&r);
    buf_fini(&file);
}
END_TEST

static const struct trailing {
    const char *why;
    const char *bytes;
    size_t size, zeros; /* zeros: in front of the bytes */
    const char *codes;  /* NULL: accepted */
} trailings[] = {
    {"a line end", "\n", 1, 0, "E203"},
    {"text", "id,amount\n", 10, 0, "E203"},
    {"one byte", "x", 1, 0, "E203"},
    {"a byte of 255", "\xff", 1, 0, "E203"},
    {"half a magic", "\x1f", 1, 0, "E201"},
    {"a magic alone", "\x1f\x8b", 2, 0, "E201"},
    {"a wrong magic", "\x1f\x8c\x08", 3, 0, "E203"},
    {"an old compress file", "\x1f\x9d\x90", 3, 0, "E203"},
    {"a header without content", "\x1f\x8b\x08\0\0\0\0\0\0\3", 10, 0, "E201"},
    {"a damaged header", "\x1f\x8b\x07\0\0\0\0\0\0\3", 10, 0, "E202"},
    {"zeros, then a byte", "x", 1, 512, "E203"},
    {"zeros, then a member's magic", "\x1f\x8b\x08", 3, 1, "E203"},
    {"a zip archive", "PK\3\4", 4, 0, "E203"},
    {"one zero", "", 0, 1, NULL},
    {"a tape block of zeros", "", 0, 511, NULL},
    {"many zeros", "", 0, 300000, NULL},
};
enum { TRAILINGS = sizeof trailings / sizeof *trailings };

START_TEST(what_follows_the_end_is_zeros_or_refused)
{
    const struct trailing *t = &trailings[_i / INFLATERS];
    struct reading r;

    for (size_t i = 0; i < t->zeros; i++)
        buf_byte(&packed, '\0');
    buf_add(&packed, t->bytes, t->size);
    for (size_t block = 0; block < 3; block++) {
        read_with(buf_bytes(&packed), inflaters[_i % INFLATERS], block, &r);
        if (t->codes != NULL)
            ck_assert_msg(refused(&r, t->codes), "%s: %s %s", t->why, r.err.code, r.err.text);
        else
            ck_assert_msg(
                r.status == WEIR_END && bytes_equal(buf_bytes(&r.log), buf_bytes(&right.log)),
                "%s: %s", t->why, r.err.text);
        reading_free(&r);
    }
}
END_TEST

static const struct fake {
    const char *why, *bytes;
    size_t size;
} fakes[] = {
    {"an empty file", "", 0},
    {"a ZIP archive", "PK\3\4\x14\0\0\0\x08\0id,amount\n1,2\n", 23},
    {"bzip2", "BZh91AY&SY id,amount\n1,2\n", 25},
    {"xz",
        "\xfd"
        "7zXZ\0 id,amount\n1,2\n",
        21},
    {"Zstandard", "\x28\xb5\x2f\xfd id,amount\n1,2\n", 19},
    {"7-Zip", "7z\xbc\xaf\x27\x1c id,amount\n1,2\n", 21},
    {"RAR", "Rar!\x1a\x07 id,amount\n1,2\n", 21},
    {"PDF", "%PDF-1.4\nid,amount\n1,2\n", 23},
    {"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 id,amount\n", 19},
    {"zlib",
        "\x78\x9c\xcb\x4c\xd1\x49\xcc\xcd\x2f\xcd\x2b\xe1\x32\xd4\x31\xe2\x02\0\x14\x8f\x02\xf0"
        "\1\2\3\4\5\6\7\x0e\x0f",
        31},
    {"a program",
        "\x7f"
        "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0",
        24},
    {"one byte", "\x1f", 1},
    {"zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16},
};
enum { FAKES = sizeof fakes / sizeof *fakes };

START_TEST(other_content_is_refused_whatever_its_name)
{
    struct reading r;

    for (size_t block = 0; block < 2; block++) {
        struct reader_spec spec = reading_spec();

        spec.block_bytes = block;
        reading_of((struct bytes){fakes[_i].bytes, fakes[_i].size}, &spec, &r);
        ck_assert_msg(
            refused(&r, "E204"), "%s: %d %s %s", fakes[_i].why, r.status, r.err.code, r.err.text);
        reading_free(&r);
    }
}
END_TEST

START_TEST(a_packed_nothing_and_packed_binary_are_refused)
{
    static const char binary[] = "\1\2\3\4\5\6\7\x0e\x0f\x10\x11\x12\0\0\0\0\1\2\3\4";
    struct reading r;

    packed.size = 0;
    reading_gzip((struct bytes){"", 0}, 6, &packed);
    read_with(buf_bytes(&packed), inflaters[_i], 0, &r);
    ck_assert(refused(&r, "E204"));
    reading_free(&r);
    packed.size = 0;
    reading_gzip((struct bytes){binary, sizeof binary}, 6, &packed);
    read_with(buf_bytes(&packed), inflaters[_i], 0, &r);
    ck_assert(refused(&r, "E204"));
    reading_free(&r);
}
END_TEST

/* --- headers and streams made by hand: a header, a raw stream, the right trailer of "a\n" --- */

static const struct made {
    const char *why, *header;
    size_t header_size;
    const char *stream;
    size_t stream_size;
    const char *codes; /* NULL: accepted */
} mades[] = {
#define PLAIN "\x1f\x8b\x08\0\0\0\0\0\0\3", 10
#define FIXED "\x4b\xe4\x02\0", 4
    {"plain", PLAIN, FIXED, NULL},
    {"stored block", PLAIN,
        "\1\2\0\xfd\xff"
        "a\n",
        7, NULL},
    {"empty stored blocks in front", PLAIN, "\0\0\0\xff\xff\0\0\0\xff\xff\x4b\xe4\x02\0", 14, NULL},
    {"a name", "\x1f\x8b\x08\x08\0\0\0\0\0\3a.csv", 16, FIXED, NULL},
    {"a comment", "\x1f\x8b\x08\x10\0\0\0\0\0\3hello", 16, FIXED, NULL},
    {"an extra field", "\x1f\x8b\x08\x04\0\0\0\0\0\3\3\0abc", 15, FIXED, NULL},
    {"an empty extra field", "\x1f\x8b\x08\x04\0\0\0\0\0\3\0\0", 12, FIXED, NULL},
    {"extra, name, comment", "\x1f\x8b\x08\x1c\0\0\0\0\0\3\1\0xn\0c", 17, FIXED, NULL},
    {"text flag", "\x1f\x8b\x08\1\0\0\0\0\0\3", 10, FIXED, NULL},
    {"header checksum", "\x1f\x8b\x08\2\0\0\0\0\0\3\xa7\x77", 12, FIXED, NULL},
    {"wrong header checksum", "\x1f\x8b\x08\2\0\0\0\0\0\3\0\0", 12, FIXED, "E202"},
    {"a reserved flag", "\x1f\x8b\x08\x20\0\0\0\0\0\3", 10, FIXED, "E202"},
    {"another method", "\x1f\x8b\x07\0\0\0\0\0\0\3", 10, FIXED, "E202"},
    {"block type 3", PLAIN, "\7\0", 2, "E201 E202"},
    {"stored length not mirrored", PLAIN,
        "\1\2\0\xfd\xfe"
        "a\n",
        7, "E202"},
    {"distance before the beginning", PLAIN, "\x4b\x04\x02\0\0", 5, "E201 E202"},
    {"no end of block", PLAIN, "\x4b\xe4", 2, "E201 E202"},
};
enum { MADES = sizeof mades / sizeof *mades };

START_TEST(headers_and_streams_by_hand)
{
    const struct made *m = &mades[_i / INFLATERS];
    struct reader_spec spec = reading_spec();

    spec.has_header = false;
    spec.inflater = inflaters[_i % INFLATERS];
    packed.size = 0;
    buf_add(&packed, m->header, m->header_size);
    buf_add(&packed, m->stream, m->stream_size);
    buf_add(&packed, "\x07\xa1\xea\xdd\2\0\0\0", 8); /* CRC-32 and length of "a\n" */
    for (size_t block = 0; block < 20; block++) {
        struct reading r;

        spec.block_bytes = block;
        reading_of(buf_bytes(&packed), &spec, &r);
        if (m->codes != NULL)
            ck_assert_msg(refused(&r, m->codes), "%s: %d %s", m->why, r.status, r.err.text);
        else
            ck_assert_msg(r.status == WEIR_END && r.counts.rows == 1, "%s: %s", m->why, r.err.text);
        reading_free(&r);
    }
}
END_TEST

START_TEST(a_header_without_end_is_refused)
{
    struct reading r;

    packed.size = 0;
    buf_add(&packed, "\x1f\x8b\x08\x08\0\0\0\0\0\3", 10);
    for (int i = 0; i < 300000; i++)
        buf_byte(&packed, 'n');
    read_with(buf_bytes(&packed), inflaters[_i], 0, &r);
    ck_assert(refused(&r, "E202"));
    reading_free(&r);
}
END_TEST

/* --- bombs --- */

enum { MIB = 1 << 20 };

/* `size` bytes of the row, as members of at most `member` bytes. */
static void
make_bomb(const char *row, size_t size, size_t member, int level)
{
    struct buf one = {0}, text = {0};

    packed.size = 0;
    while (text.size < member)
        buf_text(&text, row);
    reading_gzip(buf_bytes(&text), level, &one);
    for (size_t made = 0; made < size; made += text.size)
        buf_add(&packed, one.at, one.size);
    buf_fini(&one);
    buf_fini(&text);
}

static const struct bomb {
    const char *why, *row;
    size_t size, member;
    int level;
    bool refused;
} bombs[] = {
    {"one row over and over, 1 GiB", "1,2\n", 1024u * MIB, 16 * MIB, 6, true},
    {"empty lines, 1 GiB", "\n", 1024u * MIB, 16 * MIB, 6, true},
    {"blanks without a line end", " ", 64 * MIB, 8 * MIB, 6, true},
    {"digits without a line end", "0", 64 * MIB, 8 * MIB, 9, true},
    {"small members", "1,2\n", 64 * MIB, MIB, 6, true},
    {"quotes", "\"\"\"\",\n", 64 * MIB, 8 * MIB, 6, true},
    {"delimiters", ",", 64 * MIB, 8 * MIB, 6, true},
    {"one long member", "1,2\n", 40 * MIB, 40 * MIB, 6, true},
    {"just over the free part", "1,2\n", 17 * MIB, 17 * MIB, 6, true},
    {"packed quickly, still a bomb", "1,2\n", 64 * MIB, 8 * MIB, 2, true},
    {"carriage returns", "\r", 64 * MIB, 8 * MIB, 6, true},
    {"a quote never closed", "\"a\n", 64 * MIB, 8 * MIB, 6, true},
    {"below the free part", "1,2\n", 15 * MIB, 15 * MIB, 6, false},
    {"exactly the free part", "1,2\n", 16 * MIB, 16 * MIB, 6, false},
    {"large but not packed", "1,2\n", 40 * MIB, 8 * MIB, 0, false},
};
enum { BOMBS = sizeof bombs / sizeof *bombs };

START_TEST(bombs_are_stopped_with_flat_memory)
{
    const struct bomb *b = &bombs[_i / INFLATERS];
    struct reader_spec spec = reading_spec();
    const struct record *rec;
    struct reader *r = NULL;
    struct weir_err err = {0};
    struct reader_counts counts = {0};
    enum weir_status st;
    size_t before;

    make_bomb(b->row, b->size, b->member, b->level);
    spec.has_header = false;
    spec.inflater = inflaters[_i % INFLATERS];
    (void)reading_file(buf_bytes(&packed));
    buf_fini(&packed);
    packed = (struct buf){0};
    before = alloc_live();
    alloc_fail_at(0, 0);
    st = reader_open(&spec, &r, &err);
    ck_assert_int_eq(st, WEIR_OK);
    ck_assert_uint_lt(alloc_live() - before, 4 * MIB);
    while ((st = reader_next(r, &rec, &err)) == WEIR_OK)
        ;
    ck_assert_uint_lt(alloc_live() - before, 4 * MIB);
    reader_counts(r, &counts);
    reader_close(r);
    ck_assert_uint_eq(alloc_live(), before);
    if (b->refused) {
        ck_assert_int_eq(st, WEIR_FAIL);
        ck_assert_str_eq(err.code, "E205");
        ck_assert_uint_lt(counts.plain_bytes, 40 * MIB);
    } else {
        ck_assert_msg(st == WEIR_END, "%s: %s", b->why, err.text);
    }
}
END_TEST

Suite *
suite_gzip(void)
{
    Suite *s = suite_create("gzip");
    TCase *cut = tcase_create("cut"), *small = tcase_create("hostile"),
          *bomb = tcase_create("bomb");

    tcase_set_timeout(cut, 60);
    tcase_add_checked_fixture(cut, setup_middle, teardown);
    tcase_add_loop_test(cut, no_prefix_is_accepted, 0, INFLATERS);
    tcase_add_loop_test(cut, a_cut_inside_any_member_is_seen, 0, INFLATERS);
    tcase_set_timeout(small, 60);
    tcase_add_checked_fixture(small, setup_small, teardown);
    tcase_add_loop_test(small, no_flipped_bit_changes_a_row, 0, INFLATERS);
    tcase_add_loop_test(small, members_are_one_stream, 0, 4 * INFLATERS);
    tcase_add_loop_test(small, empty_members_add_nothing, 0, INFLATERS);
    tcase_add_loop_test(small, what_follows_the_end_is_zeros_or_refused, 0, TRAILINGS * INFLATERS);
    tcase_add_loop_test(small, other_content_is_refused_whatever_its_name, 0, FAKES);
    tcase_add_loop_test(small, a_packed_nothing_and_packed_binary_are_refused, 0, INFLATERS);
    tcase_add_loop_test(small, headers_and_streams_by_hand, 0, MADES * INFLATERS);
    tcase_add_loop_test(small, a_header_without_end_is_refused, 0, INFLATERS);
    tcase_set_timeout(bomb, 120);
    tcase_add_checked_fixture(bomb, NULL, teardown);
    tcase_add_loop_test(bomb, bombs_are_stopped_with_flat_memory, 0, BOMBS * INFLATERS);
    suite_add_tcase(s, cut);
    suite_add_tcase(s, small);
    suite_add_tcase(s, bomb);
    return s;
}
