/*
 * Input files as records: places, counts, encodings, preamble and footer, JSON Lines; the same for
 * blocks of any size, plain or packed.
 */
#include <check.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "reader/ahead.h"
#include "support/reading.h"
#include "support/rng.h"
#include "support/skip.h"
#include "support/suites.h"

/* Text in a table row that may hold NULs. */
#define T(text)                                                                                    \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }

enum { NO_HEADER = 1, JSON = 2 };

static const struct example {
    const char *why;
    struct bytes text;
    unsigned flags;
    uint32_t skip_lines;
    const char *encoding, *header_regex, *footer_regex;
    const char *header; /* NULL: not looked at */
    const char *log;
    const char *counts; /* lines header blank footer rows bad encoding */
} examples[] = {
    {"a header and two rows", T("a,b\n1,2\n3,4\n"), .header = "|a|b",
        .log = "\n1 line 2 at 4 |1|2\n2 line 3 at 8 |3|4", .counts = "3 1 0 0 2 0 UTF-8"},
    {"no line end at the end", T("a,b\n1,2"), .log = "\n1 line 2 at 4 |1|2",
        .counts = "2 1 0 0 1 0 UTF-8"},
    {"CR, LF and CRLF mixed", T("a,b\r1,2\r\n3,4\n5,6\r"),
        .log = "\n1 line 2 at 4 |1|2\n2 line 3 at 9 |3|4\n3 line 4 at 13 |5|6",
        .counts = "4 1 0 0 3 0 UTF-8"},
    {"line ends in quotes are lines too", T("a,b\n\"1\n1\r\n1\",2\n3,4\n"),
        .log = "\n1 line 2 at 4 |1\n1\r\n1|2\n2 line 5 at 15 |3|4", .counts = "5 1 0 0 2 0 UTF-8"},
    {"blank lines are counted and are no rows", T("\n\na,b\n\n1,2\r\n\r\n  \t \n3,4\n\n"),
        .header = "|a|b", .log = "\n1 line 5 at 7 |1|2\n2 line 8 at 19 |3|4",
        .counts = "9 1 6 0 2 0 UTF-8"},
    {"Ctrl-Z at the end", T("a,b\r\n1,2\r\n\x1a"), .log = "\n1 line 2 at 5 |1|2",
        .counts = "2 1 0 0 1 0 UTF-8"},
    {"fewer and more cells than the header", T("a,b\n1\n1,2,\n1,2,3\n"),
        .log = "\n1 line 2 at 4 |1\n2 line 3 at 6 |1|2|\n3 line 4 at 11 |1|2|3",
        .counts = "4 1 0 0 3 0 UTF-8"},
    {"quotes doubled and stray", T("a,b\n\"x \"\"y\"\"\",z\"z\n"),
        .log = "\n1 line 2 at 4 |x \"y\"|z\"z", .counts = "2 1 0 0 1 0 UTF-8"},
    {"a header with quotes", T("\"a \"\"1\"\"\",b\n1,2\n"), .header = "|a \"1\"|b",
        .log = "\n1 line 2 at 12 |1|2", .counts = "2 1 0 0 1 0 UTF-8"},
    {"faults keep their place", T("a,b\n1,\"2\n3,4\n5,\0006\n7,8\n"),
        .log = "\n1 line 2 at 4 Q_QUOTE\n2 line 3 at 9 |3|4\n3 line 4 at 13 Q_NUL\n4 line 5 at 18 "
               "|7|8",
        .counts = "5 1 0 0 4 0 UTF-8"},
    {"no header", T("1,2\n3,4\n"), NO_HEADER, .header = "",
        .log = "\n1 line 1 at 0 |1|2\n2 line 2 at 4 |3|4", .counts = "2 0 0 0 2 0 UTF-8"},
    {"two lines of preamble, with a quote", T("Bank \"X\nfrom,to\na,b\n1,2\n"), .skip_lines = 2,
        .header = "|a|b", .log = "\n1 line 4 at 20 |1|2", .counts = "4 3 0 0 1 0 UTF-8"},
    {"preamble without a header", T("x\ny\n1,2\n"), NO_HEADER, 2, .log = "\n1 line 3 at 4 |1|2",
        .counts = "3 2 0 0 1 0 UTF-8"},
    {"the header is found", T("Bank X\n\n1,2\nid,amount\n3,4\n"), .header_regex = "^id,",
        .header = "|id|amount", .log = "\n1 line 5 at 22 |3|4", .counts = "5 4 0 0 1 0 UTF-8"},
    {"a footer takes all behind it", T("a,b\n1,2\nTotal,3\n\n5,6\n"), .footer_regex = "^Total",
        .log = "\n1 line 2 at 4 |1|2", .counts = "5 1 0 3 1 0 UTF-8"},
    {"UTF-8", T("a,b\nčevap,2\n"), .log = "\n1 line 2 at 4 high |čevap|2",
        .counts = "2 1 0 0 1 0 UTF-8"},
    {"UTF-8 with a mark",
        T("\xef\xbb\xbf"
          "a,b\n1,2\n"),
        .header = "|a|b", .log = "\n1 line 2 at 7 |1|2", .counts = "2 1 0 0 1 0 UTF-8"},
    {"a mark outweighs the mapping",
        T("\xef\xbb\xbf"
          "a,b\nč,2\n"),
        .encoding = "windows-1250", .log = "\n1 line 2 at 7 high |č|2",
        .counts = "2 1 0 0 1 0 UTF-8"},
    {"UTF-8 said, and not kept: raw bytes", T("a,b\n\xe8,2\nč,3\n"), .encoding = "UTF-8",
        .log = "\n1 line 2 at 4 high bad |\xe8|2\n2 line 3 at 8 high |č|3",
        .counts = "3 1 0 0 2 1 UTF-8"},
    {"windows-1250 by default", T("a,b\n\xe8\x9a\x9e,2\n\"\x8a\"\"\",3\n"),
        .log = "\n1 line 2 at 4 high |čšž|2\n2 line 3 at 10 high |Š\"|3",
        .counts = "3 1 0 0 2 0 windows-1250"},
    {"windows-1250 in the header",
        T("\xe8"
          "a,b\n1,2\n"),
        .header = "|ča|b", .log = "\n1 line 2 at 5 |1|2", .counts = "2 1 0 0 1 0 windows-1250"},
    {"windows-1251", T("a,b\n\xcf\xe5\xf2\xe0\xf0,2\n"), .encoding = "windows-1251",
        .log = "\n1 line 2 at 4 high |Петар|2", .counts = "2 1 0 0 1 0 windows-1251"},
    {"windows-1253, said as cp1253", T("a,b\n\xd0\xdc,2\n"), .encoding = "CP1253",
        .log = "\n1 line 2 at 4 high |Πά|2", .counts = "2 1 0 0 1 0 windows-1253"},
    {"ISO-8859-2", T("a,b\n\xe8\xb9\xbe,2\n"), .encoding = "iso-8859-2",
        .log = "\n1 line 2 at 4 high |čšž|2", .counts = "2 1 0 0 1 0 ISO-8859-2"},
    {"YUSCII", T("a;b,c\nPETROVI],ULICA 5 [AUTOPROV]\n"), .encoding = "YUSCII",
        .log = "\n1 line 2 at 6 |PETROVIĆ|ULICA 5 [AUTOPROV]", .counts = "2 1 0 0 1 0 YUSCII"},
    {"UTF-16LE with a mark",
        T("\xff\xfe"
          "a\0,\0b\0\n\0\x0d\x01,\0"
          "2\0\n\0"
          "3\0\n\0"),
        .header = "|a|b", .log = "\n1 line 2 at 10 high |č|2\n2 line 3 at 18 |3",
        .counts = "3 1 0 0 2 0 UTF-16LE"},
    {"UTF-16BE with a mark and a pair",
        T("\xfe\xff\0a\0\n\xd8\x3d\xde\0\0,\0"
          "2\0\n\0"
          "3\0\n"),
        .log = "\n1 line 2 at 6 high |\xf0\x9f\x98\x80|2\n2 line 3 at 16 |3",
        .counts = "3 1 0 0 2 0 UTF-16BE"},
    {"UTF-16LE said",
        T("a\0\n\0"
          "1\0\n\0"),
        .encoding = "UTF-16LE", .log = "\n1 line 2 at 4 |1", .counts = "2 1 0 0 1 0 UTF-16LE"},
    {"UTF-16 with half a pair and half a unit",
        T("\xff\xfe"
          "a\0\n\0\x3d\xd8,\0\x01"),
        .log = "\n1 line 2 at 6 high |\xef\xbf\xbd|\xef\xbf\xbd", .counts = "2 1 0 0 1 0 UTF-16LE"},
    {"JSON Lines", T("{\"id\":\"1\",\"to\":{\"name\":\"A\"},\"amount\":1.50}\n\n{\"id\":2}\r\n"),
        JSON, .log = "\n1 line 1 at 0 |1|A|1.50 - -\n2 line 3 at 44 |2 - - - -",
        .counts = "3 0 1 0 2 0 UTF-8"},
    {"dotted keys, escapes, literals, null",
        T("{\"to.name\":\"\\u010d\\n\\\"\",\"id\":null,\"amount\":true,\"x\":[1]}\n"), JSON,
        .log = "\n1 line 1 at 0 - |č\n\"|true - -", .counts = "1 0 0 0 1 0 UTF-8"},
    {"lists are joined, or taken by number",
        T("{\"memo\":[\"a\",\"b\",{\"x\":1},\"c\"],\"list\":[\"x\",\"y\"]}\n"), JSON,
        .log = "\n1 line 1 at 0 - - - |a b c|y", .counts = "1 0 0 0 1 0 UTF-8"},
    {"record separators", T("\x1e{\"id\":1}\n\x1e{\"id\":2}\n"), JSON,
        .log = "\n1 line 1 at 0 |1 - - - -\n2 line 2 at 10 |2 - - - -",
        .counts = "2 0 0 0 2 0 UTF-8"},
    {"JSON faults", T("{\"id\":1\n[1]\n{\"id\":1,\"id\":2}\n{\"id\":\"\\u0000\"}\n7\n{\"id\":3}\n"),
        JSON,
        .log = "\n1 line 1 at 0 Q_JSON\n2 line 2 at 8 Q_JSON\n3 line 3 at 12 Q_JSON"
               "\n4 line 4 at 28 Q_NUL\n5 line 5 at 44 Q_JSON\n6 line 6 at 46 |3 - - - -",
        .counts = "6 0 0 0 6 0 UTF-8"},
    {"keys nobody asked for may stand twice", T("{\"q\":1,\"q\":2,\"id\":1}\n"), JSON,
        .log = "\n1 line 1 at 0 |1 - - - -", .counts = "1 0 0 0 1 0 UTF-8"},
    {"JSON in bad UTF-8 is kept", T("{\"id\":\"\xe8\"}\n"), JSON,
        .log = "\n1 line 1 at 0 high bad |\xe8 - - - -", .counts = "1 0 0 0 1 1 UTF-8"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static const char *const names[] = {"id", "to.name", "amount", "memo", "list.1"};

static struct reader_spec
example_spec(const struct example *e)
{
    struct reader_spec spec = reading_spec();

    spec.has_header = (e->flags & (NO_HEADER | JSON)) == 0;
    spec.notation = (e->flags & JSON) != 0 ? READER_JSONL : READER_CSV;
    spec.skip_lines = e->skip_lines;
    spec.encoding = e->encoding;
    spec.header_regex = e->header_regex;
    spec.footer_regex = e->footer_regex;
    spec.names = names;
    spec.name_count = sizeof names / sizeof *names;
    return spec;
}

START_TEST(examples_hold_for_every_block_plain_and_packed)
{
    static const size_t blocks[] = {1, 2, 3, 7, 31, 64, 65536, 0};
    const struct example *e = &examples[_i];
    struct reader_spec spec = example_spec(e);
    struct buf packed = {0};

    reading_gzip(e->text, 6, &packed);
    for (size_t n = 0; n < 2 * sizeof blocks / sizeof *blocks; n++) {
        struct reading r;
        char counts[100];

        spec.block_bytes = blocks[n / 2];
        reading_of(n % 2 == 0 ? e->text : buf_bytes(&packed), &spec, &r);
        ck_assert_msg(r.status == WEIR_END, "%s: %s %s", e->why, r.err.code, r.err.text);
        ck_assert_msg(bytes_equal(buf_bytes(&r.log), bytes_of(e->log)), "%s, block %zu: %.*s",
            e->why, blocks[n / 2], (int)r.log.size, r.log.at);
        if (e->header != NULL)
            ck_assert_msg(bytes_equal(buf_bytes(&r.header), bytes_of(e->header)), "%s: %.*s",
                e->why, (int)r.header.size, r.header.at);
        (void)snprintf(counts, sizeof counts, "%d %d %d %d %d %d %s", (int)r.counts.lines,
            (int)r.counts.header_lines, (int)r.counts.blank_lines, (int)r.counts.footer_lines,
            (int)r.counts.rows, (int)r.counts.bad_utf8_rows, r.counts.encoding);
        ck_assert_msg(strcmp(counts, e->counts) == 0, "%s: %s", e->why, counts);
        ck_assert_uint_eq(r.counts.plain_bytes, e->text.size);
        ck_assert_uint_eq(r.counts.stored_bytes, n % 2 == 0 ? e->text.size : packed.size);
        ck_assert_uint_eq(r.counts.members, n % 2);
        reading_free(&r);
    }
    buf_fini(&packed);
}
END_TEST

static const struct refusal {
    const char *why;
    struct bytes text;
    const char *code;
    uint32_t skip_lines;
    const char *encoding, *header_regex, *footer_regex;
} refusals[] = {
    {"UTF-16LE without a mark",
        T("a\0,\0b\0\n\0"
          "1\0,\0"
          "2\0\n\0"),
        .code = "E210"},
    {"UTF-16BE without a mark",
        T("\0a\0,\0b\0\n\0"
          "1\0,\0"
          "2\0\n"),
        .code = "E210"},
    {"UTF-16 said, no mark", T("a,b\n1,2\n"), .code = "E210", .encoding = "UTF-16"},
    {"UTF-16 where another is said",
        T("a\0,\0b\0\n\0"
          "1\0,\0"
          "2\0\n\0"),
        .code = "E210", .encoding = "windows-1250"},
    {"an encoding unknown", T("a,b\n1,2\n"), .code = "E209", .encoding = "windows-9"},
    {"an encoding of many bytes", T("a,b\n1,2\n"), .code = "E209", .encoding = "UTF-32"},
    {"a file shorter than its preamble", T("a,b\n1,2\n"), .code = "E221", .skip_lines = 5},
    {"no header behind the preamble", T("a,b\n1,2\n"), .code = "E221", .skip_lines = 2},
    {"only blank lines", T("\n\n\n"), .code = "E221"},
    {"no line is the header", T("a,b\n1,2\n"), .code = "E221", .header_regex = "^id"},
    {"a broken header", T("a,\"b\n1,2\n"), .code = "E221"},
    {"a bad header pattern", T("a,b\n1,2\n"), .code = "E225", .header_regex = "("},
    {"a bad footer pattern", T("a,b\n1,2\n"), .code = "E225", .footer_regex = "["},
};
enum { REFUSALS = sizeof refusals / sizeof *refusals };

START_TEST(what_cannot_be_read_is_refused_with_words)
{
    const struct refusal *f = &refusals[_i];
    struct reader_spec spec = reading_spec();

    spec.skip_lines = f->skip_lines;
    spec.encoding = f->encoding;
    spec.header_regex = f->header_regex;
    spec.footer_regex = f->footer_regex;
    for (spec.block_bytes = 0; spec.block_bytes < 3; spec.block_bytes++) {
        struct reading r;

        reading_of(f->text, &spec, &r);
        ck_assert_msg(r.status == WEIR_FAIL && strcmp(r.err.code, f->code) == 0, "%s: %d %s %s",
            f->why, r.status, r.err.code, r.err.text);
        reading_free(&r);
    }
}
END_TEST

START_TEST(the_preamble_is_kept_as_utf8)
{
    static const char text[] = "Ra\xe8un 123\nb\na,b\n1,2\n";
    struct reader_spec spec = reading_spec();
    struct reading r;

    spec.skip_lines = 2;
    reading_of(bytes_of(text), &spec, &r);
    ck_assert_int_eq(r.status, WEIR_END);
    ck_assert(bytes_equal(buf_bytes(&r.preamble), bytes_of("Račun 123\nb\n")));
    reading_free(&r);
}
END_TEST

/* The first row that is not ASCII decides, far behind what was looked at when opening. */
START_TEST(late_letters_decide_the_encoding)
{
    static const struct {
        const char *letter, *read, *encoding;
    } cases[] = {{"\xe8", "|č|", "windows-1250"}, {"č", "|č|", "UTF-8"}};
    struct buf text = {0};

    for (int i = 0; i < 30000; i++)
        buf_text(&text, "1,2,3\n");
    buf_text(&text, cases[_i].letter);
    buf_text(&text, ",9\n\xe8,9\n");
    for (size_t block = 1000; block < 1000000; block *= 10) {
        struct reader_spec spec = reading_spec();
        struct reading r;

        spec.block_bytes = block;
        reading_of(buf_bytes(&text), &spec, &r);
        ck_assert_int_eq(r.status, WEIR_END);
        ck_assert_str_eq(r.counts.encoding, cases[_i].encoding);
        buf_byte(&r.log, '\0');
        ck_assert_ptr_nonnull(strstr(r.log.at, cases[_i].read));
        ck_assert_uint_eq(r.counts.bad_utf8_rows, _i == 0 ? 0 : 1);
        reading_free(&r);
    }
    buf_fini(&text);
}
END_TEST

static void
random_export(uint64_t *seed, struct buf *text)
{
    uint64_t rows = rng_below(seed, 300);

    buf_text(text, "id,name,amount\n");
    for (uint64_t i = 0; i < rows; i++) {
        buf_print(text, "%d,", (int)i);
        for (uint64_t n = rng_below(seed, 100); n > 0; n--)
            buf_byte(text, "abcdefgh \"\"\xc4\x8d\xe8,"[rng_below(seed, 14)]);
        buf_text(text, rng_below(seed, 50) == 0 ? "\n" : ",7\n");
        if (rng_below(seed, 40) == 0)
            buf_text(text, "x,\"two\nlines\",1\r\n");
    }
}

START_TEST(blocks_and_packing_change_nothing)
{
    uint64_t seed = (uint64_t)_i + 99;

    for (int n = 0; n < 10; n++) {
        static const size_t blocks[] = {1, 31, 65536};
        struct buf text = {0}, packed = {0};
        struct reader_spec spec = reading_spec();
        struct reading want, r;

        random_export(&seed, &text);
        reading_gzip((struct bytes){text.at, text.size / 3}, 6, &packed);
        reading_gzip(
            (struct bytes){text.at + text.size / 3, text.size - text.size / 3}, 1, &packed);
        reading_of(buf_bytes(&text), &spec, &want);
        ck_assert_int_eq(want.status, WEIR_END);
        for (size_t b = 0; b < 9; b++) {
            spec.block_bytes = blocks[b / 3];
            spec.inflater = b % 3 == 1 ? READER_INFLATE_ZLIB : READER_INFLATE_ISAL;
            reading_of(b % 3 == 0 ? buf_bytes(&text) : buf_bytes(&packed), &spec, &r);
            ck_assert_int_eq(r.status, WEIR_END);
            ck_assert(bytes_equal(buf_bytes(&r.log), buf_bytes(&want.log)));
            ck_assert(bytes_equal(buf_bytes(&r.raw), buf_bytes(&want.raw)));
            ck_assert_uint_eq(r.counts.lines, want.counts.lines);
            ck_assert_uint_eq(r.counts.bad_utf8_rows, want.counts.bad_utf8_rows);
            ck_assert_str_eq(r.counts.encoding, want.counts.encoding);
            reading_free(&r);
        }
        reading_free(&want);
        buf_fini(&text);
        buf_fini(&packed);
    }
}
END_TEST

struct helper {
    struct ahead *ahead;
    atomic_bool stop;
    atomic_uint blocks;
};

static void
help(void *context, uint32_t number)
{
    struct helper *h = context;

    (void)number;
    while (!atomic_load(&h->stop))
        atomic_fetch_add(&h->blocks, ahead_work(h->ahead));
}

static void
stop_helping(void *context, uint32_t number)
{
    (void)number;
    atomic_store(&((struct helper *)context)->stop, true);
}

static void
same_reading(const struct reading *r, const struct reading *want)
{
    ck_assert_int_eq(r->status, want->status);
    ck_assert_str_eq(r->err.code, want->err.code);
    ck_assert_str_eq(r->err.text, want->err.text);
    ck_assert(bytes_equal(buf_bytes(&r->log), buf_bytes(&want->log)));
    ck_assert_uint_eq(r->counts.plain_bytes, want->counts.plain_bytes);
    ck_assert_uint_eq(r->counts.stored_bytes, want->counts.stored_bytes);
    ck_assert_uint_eq(r->counts.members, want->counts.members);
    ck_assert_mem_eq(r->counts.sha256, want->counts.sha256, sizeof want->counts.sha256);
}

/* Whole files and cut ones, one reader after the other with the same ahead. */
START_TEST(a_second_thread_that_unpacks_changes_nothing)
{
    uint64_t seed = (uint64_t)_i + 7;
    struct helper h = {.ahead = ahead_new()};
    struct thread_pool *pool;
    struct weir_err err;

    ck_assert_ptr_nonnull(h.ahead);
    ck_assert_int_eq(thread_pool_start(1, help, stop_helping, &h, &pool, &err), WEIR_OK);
    for (int n = 0; n < 60 || (n < 9999 && atomic_load(&h.blocks) == 0); n++) {
        static const size_t blocks[] = {31, 700, 5000, 0};
        struct buf text = {0}, packed = {0};
        struct reader_spec spec = reading_spec();
        struct reading want, r;

        random_export(&seed, &text);
        reading_gzip(buf_bytes(&text), 6, &packed);
        reading_gzip(bytes_of("5,more,7\n"), 1, &packed);
        if (rng_below(&seed, 3) == 0)
            packed.size -= rng_below(&seed, packed.size / 2);
        spec.block_bytes = blocks[rng_below(&seed, 4)];
        reading_of(buf_bytes(&packed), &spec, &want);
        spec.ahead = h.ahead;
        reading_of(buf_bytes(&packed), &spec, &r);
        same_reading(&r, &want);
        reading_free(&r);
        reading_free(&want);
        buf_fini(&text);
        buf_fini(&packed);
    }
    stop_helping(&h, 0);
    thread_pool_join(pool);
    ck_assert_uint_gt(atomic_load(&h.blocks), 0);
    ahead_free(h.ahead);
}
END_TEST

/* The counts of a file that is left in the middle. */
START_TEST(a_block_nobody_asked_for_is_not_counted)
{
    struct buf text = {0}, packed = {0};
    struct reader_counts counts[2];

    for (int i = 0; i < 90000; i++)
        buf_print(&text, "%d,name,7\n", i);
    reading_gzip(buf_bytes(&text), 6, &packed);
    (void)reading_file(buf_bytes(&packed));
    for (int ahead = 0; ahead < 2; ahead++) {
        struct reader_spec spec = reading_spec();
        const struct record *rec;
        struct weir_err err;
        struct reader *r;

        spec.block_bytes = 100000;
        spec.ahead = ahead == 0 ? NULL : ahead_new();
        ck_assert_int_eq(reader_open(&spec, &r, &err), WEIR_OK);
        for (int i = 0; i < 20000; i++) {
            ck_assert_int_eq(reader_next(r, &rec, &err), WEIR_OK);
            if (ahead == 1 && ahead_work(spec.ahead))
                ck_assert(!ahead_work(spec.ahead));
        }
        if (ahead == 1) {
            ahead_rest(spec.ahead);
            ck_assert(!ahead_work(spec.ahead));
        }
        reader_counts(r, &counts[ahead]);
        reader_close(r);
        ahead_free(spec.ahead);
    }
    ck_assert_uint_eq(counts[1].stored_bytes, counts[0].stored_bytes);
    ck_assert_uint_eq(counts[1].plain_bytes, counts[0].plain_bytes);
    ck_assert_uint_lt(counts[0].plain_bytes, text.size);
    buf_fini(&text);
    buf_fini(&packed);
}
END_TEST

START_TEST(a_line_of_many_megabytes_costs_no_memory)
{
    struct buf text = {0};
    struct reader_spec spec = reading_spec();
    struct reading r;
    size_t live, peak;

    buf_text(&text, "a,b\n1,2\n");
    for (int i = 0; i < 4000000; i++)
        buf_text(&text, "long,");
    buf_text(&text, "\n3,4\n");
    (void)reading_file(buf_bytes(&text));
    buf_fini(&text);
    live = alloc_live();
    reading_go(&spec, &r);
    peak = alloc_live() - live;
    ck_assert_int_eq(r.status, WEIR_END);
    ck_assert_uint_lt(peak, 2 << 20);
    ck_assert_uint_eq(r.counts.rows, 3);
    ck_assert_uint_eq(r.faults, 1);
    ck_assert_uint_eq(r.counts.lines, 4);
    buf_byte(&r.log, '\0');
    ck_assert_ptr_nonnull(strstr(r.log.at, "2 line 3 at 8 Q_LONG"));
    ck_assert_ptr_nonnull(strstr(r.log.at, "3 line 4 at 20000009 |3|4"));
    reading_free(&r);
}
END_TEST

static void
refuse_path(const char *path, const char *code)
{
    struct reader_spec spec = reading_spec();
    struct reading r;

    spec.path = path;
    reading_go(&spec, &r);
    ck_assert_msg(r.status == WEIR_FAIL && strcmp(r.err.code, code) == 0, "%s: %d %s %s", path,
        r.status, r.err.code, r.err.text);
    reading_free(&r);
}

START_TEST(only_regular_files_are_read)
{
    char folder[] = "/tmp/weir-kinds-XXXXXX", at[8][64];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd, sock;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 0; i < 8; i++)
        (void)snprintf(at[i], sizeof at[i], "%s/%d", folder, i);
    fd = open(at[0], O_WRONLY | O_CREAT, 0600);
    ck_assert_int_eq(write(fd, "a\n1\n", 4), 4);
    (void)close(fd);
    ck_assert_int_eq(symlink(at[0], at[1]), 0);
    ck_assert_int_eq(symlink("nowhere", at[2]), 0);
    ck_assert_int_eq(mkfifo(at[3], 0600), 0);
    ck_assert_int_eq(mkdir(at[4], 0700), 0);
    ck_assert_int_eq(symlink(at[4], at[5]), 0);
    sock = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(address.sun_path, at[6]);
    ck_assert_int_eq(bind(sock, (struct sockaddr *)&address, sizeof address), 0);
    refuse_path(at[1], "E207");
    refuse_path(at[2], "E207");
    refuse_path(at[3], "E207");
    refuse_path(at[4], "E207");
    refuse_path(at[5], "E207");
    refuse_path(at[6], "E207");
    refuse_path("/dev/null", "E207");
    refuse_path("/dev/zero", "E207");
    refuse_path(at[7], "E208");
    (void)close(sock);
    (void)rmdir(at[4]);
    for (int i = 0; i < 7; i++)
        (void)unlink(at[i]);
    (void)rmdir(folder);
}
END_TEST

/* Read the first row, let something happen to the file, read on. */
static void
changed(void (*happens)(const char *path), struct bytes content, enum weir_status want)
{
    struct reader_spec spec = reading_spec();
    const struct record *rec;
    struct reader *r = NULL;
    struct weir_err err = {0};
    enum weir_status st;

    spec.block_bytes = 4096;
    spec.path = reading_file(content);
    ck_assert_int_eq(reader_open(&spec, &r, &err), WEIR_OK);
    ck_assert_int_eq(reader_next(r, &rec, &err), WEIR_OK);
    happens(spec.path);
    while ((st = reader_next(r, &rec, &err)) == WEIR_OK)
        ;
    ck_assert_int_eq(st, want);
    if (want == WEIR_FAIL)
        ck_assert_str_eq(err.code, "E206");
    ck_assert_int_eq(reader_next(r, &rec, &err), want);
    reader_close(r);
}

static void
grow(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND);

    ck_assert_int_eq(write(fd, "9,9\n", 4), 4);
    (void)close(fd);
}

static void
cut(const char *path)
{
    ck_assert_int_eq(truncate(path, 5000), 0);
}

static void
touch(const char *path)
{
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
overwrite(const char *path)
{
    int fd = open(path, O_WRONLY);

    (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    ck_assert_int_eq(pwrite(fd, "7", 1, 6000), 1);
    (void)close(fd);
}

static void
nothing(const char *path)
{
    (void)path;
}

START_TEST(a_file_that_changes_is_refused)
{
    void (*const happens[])(const char *) = {grow, cut, touch, overwrite};
    struct buf text = {0}, packed = {0};
    uint64_t seed = 3;

    buf_text(&text, "a,b\n");
    for (int i = 0; i < 100000; i++)
        buf_print(&text, "%u,%u\n", (unsigned)rng_below(&seed, 1u << 30), (unsigned)i);
    reading_gzip(buf_bytes(&text), 6, &packed);
    for (size_t i = 0; i < sizeof happens / sizeof *happens; i++) {
        changed(happens[i], buf_bytes(&text), WEIR_FAIL);
        changed(happens[i], buf_bytes(&packed), WEIR_FAIL);
    }
    changed(nothing, buf_bytes(&text), WEIR_END);
    changed(nothing, buf_bytes(&packed), WEIR_END);
    buf_fini(&text);
    buf_fini(&packed);
}
END_TEST

START_TEST(standard_input_may_be_a_pipe)
{
    struct reader_spec spec = reading_spec();
    struct reading r;
    int ends[2], keep = dup(STDIN_FILENO);

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "a,b\n1,2\n", 8), 8);
    (void)close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    spec.path = "-";
    reading_go(&spec, &r);
    ck_assert_int_eq(r.status, WEIR_END);
    ck_assert_uint_eq(r.counts.rows, 1);
    reading_free(&r);
    (void)dup2(keep, STDIN_FILENO);
    (void)close(ends[0]);
    (void)close(keep);
}
END_TEST

START_TEST(the_hash_is_of_the_stored_bytes)
{
    /* SHA-256 of "a,b\n1,2\n". */
    static const uint8_t want[4] = {0x49, 0x2d, 0x5e, 0xa4};
    struct reader_spec spec = reading_spec();
    struct reading r;

    for (spec.block_bytes = 0; spec.block_bytes < 3; spec.block_bytes++) {
        reading_of(bytes_of("a,b\n1,2\n"), &spec, &r);
        ck_assert_int_eq(memcmp(r.counts.sha256, want, sizeof want), 0);
        reading_free(&r);
    }
}
END_TEST

START_TEST(a_peek_gives_the_first_plain_bytes)
{
    struct reader_counts counts;
    struct weir_err err = {0};
    struct buf plain = {0}, packed = {0};

    reading_gzip(bytes_of("a,b\n\xe8,2\n"), 6, &packed);
    ck_assert_int_eq(
        reader_peek(reading_file(buf_bytes(&packed)), 5, &plain, &counts, &err), WEIR_OK);
    ck_assert(bytes_equal(buf_bytes(&plain), bytes_of("a,b\n\xe8")));
    ck_assert(counts.gzip);
    ck_assert_str_eq(counts.encoding, "windows-1250");
    ck_assert_int_eq(reader_peek("-", 5, &plain, &counts, &err), WEIR_FAIL);
    buf_fini(&plain);
    buf_fini(&packed);
}
END_TEST

/* Every request for memory refused in turn, once or from then on: a clean E401, nothing left
 * behind. */
START_TEST(no_memory_is_said_and_leaves_nothing)
{
    static const char text[] = "a,b\n\xe8\"\"x,\"2\"\"\"\n";
    bool json = _i % 2 != 0;
    struct reader_spec spec = example_spec(&(struct example){.flags = json ? JSON : 0});
    bool failed = true;

    spec.footer_regex = json ? NULL : "^Total";
    (void)reading_file(json ? bytes_of("{\"id\":\"\\n\"}\n") : bytes_of(text));
    for (size_t n = 1; failed && n < 200; n++) {
        size_t before = alloc_live();
        const struct record *rec;
        struct reader *r = NULL;
        struct weir_err err = {0};
        enum weir_status st;

        alloc_fail_at(n, _i / 2);
        st = reader_open(&spec, &r, &err);
        while (st == WEIR_OK)
            st = reader_next(r, &rec, &err);
        failed = alloc_count() >= n;
        alloc_fail_at(0, 0);
        if (r != NULL)
            reader_close(r);
        ck_assert_uint_eq(alloc_live(), before);
        if (failed && st != WEIR_END)
            ck_assert_msg(strcmp(err.code, "E401") == 0 || strcmp(err.code, "E225") == 0,
                "%zu: %s %s", n, err.code, err.text);
        else
            ck_assert_int_eq(st, WEIR_END);
    }
    ck_assert(!failed);
}
END_TEST

static const struct bank {
    const char *name;
    char delimiter;
    uint32_t skip_lines;
    bool has_header;
    unsigned rows, cells; /* cells of the last row */
    const char *encoding;
} banks[] = {
    {"csv/test_BOI_TransactionExport.csv", ',', 0, true, 0, 5, "UTF-8"},
    {"csv/Movements_1234512345_201805271848.csv", ';', 0, true, 1, 19, "windows-1250"},
    {"csv/2019-03-02_11-50-46_bunq-statement.csv", ',', 0, true, 7, 6, "UTF-8"},
    {"csv/test_raiffeisen_01.csv", ';', 0, false, 74, 7, "UTF-8"},
    {"csv/TransactionHistory_20180418043121.csv", ',', 5, true, 16, 3, "UTF-8"},
};
enum { BANKS = sizeof banks / sizeof *banks };

START_TEST(real_exports_are_read)
{
    const struct bank *b = &banks[_i];
    struct reader_spec spec = reading_spec();
    struct reading r;

    spec.path = fixture(b->name);
    if (spec.path == NULL) {
        skip("no fixtures");
        return;
    }
    spec.delimiter = b->delimiter;
    spec.skip_lines = b->skip_lines;
    spec.has_header = b->has_header;
    reading_go(&spec, &r);
    ck_assert_int_eq(r.status, WEIR_END);
    ck_assert_uint_eq(r.faults, 0);
    ck_assert_str_eq(r.counts.encoding, b->encoding);
    if (b->rows > 0)
        ck_assert_uint_eq(r.counts.rows, b->rows);
    ck_assert_uint_eq(r.counts.lines,
        r.counts.header_lines + r.counts.blank_lines + r.counts.footer_lines + r.counts.rows);
    reading_free(&r);
}
END_TEST

Suite *
suite_reader(void)
{
    Suite *s = suite_create("reader");
    TCase *t = tcase_create("reader");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, examples_hold_for_every_block_plain_and_packed, 0, EXAMPLES);
    tcase_add_loop_test(t, what_cannot_be_read_is_refused_with_words, 0, REFUSALS);
    tcase_add_test(t, the_preamble_is_kept_as_utf8);
    tcase_add_loop_test(t, late_letters_decide_the_encoding, 0, 2);
    tcase_add_loop_test(t, blocks_and_packing_change_nothing, 0, 5);
    tcase_add_loop_test(t, a_second_thread_that_unpacks_changes_nothing, 0, 4);
    tcase_add_test(t, a_block_nobody_asked_for_is_not_counted);
    tcase_add_test(t, a_line_of_many_megabytes_costs_no_memory);
    tcase_add_test(t, only_regular_files_are_read);
    tcase_add_test(t, a_file_that_changes_is_refused);
    tcase_add_test(t, standard_input_may_be_a_pipe);
    tcase_add_test(t, the_hash_is_of_the_stored_bytes);
    tcase_add_test(t, a_peek_gives_the_first_plain_bytes);
    tcase_add_loop_test(t, no_memory_is_said_and_leaves_nothing, 0, 4);
    tcase_add_loop_test(t, real_exports_are_read, 0, BANKS);
    suite_add_tcase(s, t);
    return s;
}
