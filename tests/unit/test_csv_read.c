/*
 * Delimited rows: the masks against a walk byte by byte, on texts that are mostly quotes and line
 * ends, whatever the blocks and the instructions; and the edges of the limits by hand.
 */
#include <check.h>
#include <stdlib.h>

#include "base/buf.h"
#include "support/rng.h"
#include "support/suites.h"
#include "text/csv_read.h"

static const struct csv_dialect dialects[] = {
    {',', '"', '\0'}, {';', '"', '\0'}, {'\t', '\0', '\0'}, {',', '"', '\\'}, {'|', '\'', '\0'},
    {',', '"', '"'}, {' ', '"', '\0'}, {'\n', '\0', '\0'}, /* as lines are read that are no table */
};
enum { DIALECTS = sizeof dialects / sizeof *dialects };

/* What a row came to, as text that can be compared. */
static void
note(struct buf *log, size_t off, size_t size, size_t text_size, unsigned lines, bool high,
    const char *fault)
{
    buf_print(log, "\n@%zu+%zu/%zu lines %u%s %s:", off, size, text_size, lines,
        high ? " high" : "", fault);
}

static void
note_cell(struct buf *log, bool quoted, struct bytes value)
{
    buf_print(log, " %c%zu(", quoted ? 'q' : 'p', value.size);
    buf_add(log, value.at, value.size);
    buf_byte(log, ')');
}

/* --- the twin: one byte after the other, the whole text at hand --- */

static bool
ends_line(char c)
{
    return c == '\r' || c == '\n';
}

static size_t
after_line_end(struct bytes text, size_t at)
{
    return text.at[at] == '\r' && at + 1 < text.size && text.at[at + 1] == '\n' ? at + 2 : at + 1;
}

static bool
has_high(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return true;
    return false;
}

/* Refuse the line that begins at `from`; returns where reading goes on. */
static size_t
twin_refuse(struct bytes text, size_t from, const char *fault, struct buf *log)
{
    size_t at = from;
    size_t shown, next;

    while (at < text.size && at - from <= LIMIT_LINE_BYTES && !ends_line(text.at[at]))
        at++;
    shown = at - from;
    if (shown > LIMIT_LINE_BYTES) {
        shown = LIMIT_LINE_BYTES;
        fault = "Q_LONG";
        while (at < text.size && !ends_line(text.at[at]))
            at++;
    }
    next = at < text.size ? after_line_end(text, at) : text.size;
    note(log, from, next - from, shown, 1, has_high((struct bytes){text.at + from, shown}), fault);
    return next;
}

struct twin_cell {
    bool quoted;
    struct bytes value;
};

static size_t
twin_row(struct bytes text, size_t from, struct csv_dialect d, struct buf *log)
{
    static struct twin_cell cell[LIMIT_COLUMNS + 1];
    static char room[4 * LIMIT_LINE_BYTES];
    size_t at = from, used = 0, count = 0, next, end;
    /* One byte past the limit may be looked at, to see a line end there. */
    size_t view = text.size - from > LIMIT_LINE_BYTES ? from + LIMIT_LINE_BYTES + 1 : text.size;
    bool nul = false;
    unsigned lines = 1;

    for (;;) {
        struct twin_cell c = {.value = {room + used, 0}};

        if (at < view && d.quote != '\0' && text.at[at] == d.quote) {
            c.quoted = true;
            at++;
            for (;;) {
                if (at >= view)
                    return twin_refuse(text, from, "Q_QUOTE", log);
                nul |= text.at[at] == '\0';
                if (ends_line(text.at[at]) &&
                    !(text.at[at] == '\r' && at + 1 < text.size && text.at[at + 1] == '\n'))
                    lines++;
                if (text.at[at] == d.quote && at + 1 < view && text.at[at + 1] == d.quote) {
                    at++;
                } else if (text.at[at] == d.quote) {
                    at++;
                    break;
                } else if (d.escape != '\0' && text.at[at] == d.escape) {
                    if (at + 1 < view &&
                        (text.at[at + 1] == d.quote || text.at[at + 1] == d.escape))
                        at++;
                }
                room[used++] = text.at[at++];
            }
            if (at < view && text.at[at] != d.delimiter && !ends_line(text.at[at]))
                return twin_refuse(text, from, "Q_QUOTE", log);
        } else {
            while (at < view && text.at[at] != d.delimiter && !ends_line(text.at[at])) {
                nul |= text.at[at] == '\0';
                room[used++] = text.at[at++];
            }
        }
        c.value.size = (size_t)(room + used - c.value.at);
        if (count <= LIMIT_COLUMNS)
            cell[count++] = c;
        if (at >= view || text.at[at] != d.delimiter || ends_line(text.at[at]))
            break;
        at++;
    }
    if (at >= view && view - from > LIMIT_LINE_BYTES)
        return twin_refuse(text, from, "Q_LONG", log);
    end = at - from;
    next = at < text.size ? after_line_end(text, at) : at;
    note(log, from, next - from, end, lines, has_high((struct bytes){text.at + from, end}),
        nul                     ? "Q_NUL"
        : count > LIMIT_COLUMNS ? "Q_COLUMNS"
                                : "-");
    for (size_t i = 0; !nul && end > 0 && count <= LIMIT_COLUMNS && i < count; i++)
        note_cell(log, cell[i].quoted, cell[i].value);
    return next;
}

static void
twin(struct bytes text, struct csv_dialect d, struct buf *log)
{
    if (text.size > 0 && text.at[text.size - 1] == 0x1a)
        text.size--;
    for (size_t at = 0; at < text.size;)
        at = twin_row(text, at, d, log);
}

/* --- the reader, fed in blocks --- */

/* At the end of an array, so that a read past the window is seen; large cut ones stay in place. */
static struct bytes
window_of(struct bytes text, size_t from, size_t to)
{
    static char room[4096];
    size_t size = to - from;

    if (size > sizeof room || to == text.size)
        return (struct bytes){text.at + from, size};
    memcpy(room + sizeof room - size, text.at + from, size);
    return (struct bytes){room + sizeof room - size, size};
}

/* A row refused, as its rest may come in pieces. */
struct held {
    size_t off, size, text_size;
    unsigned lines;
    bool high;
    const char *fault;
};

static void
let_go(struct held *h, struct buf *log)
{
    if (h->size > 0)
        note(log, h->off, h->size, h->text_size, h->lines, h->high, h->fault);
    *h = (struct held){0};
}

static bool
blank(char c)
{
    return c >= '\0' && c <= ' ';
}

/* Something stands at an end of the cell that might have to be trimmed off. */
static bool
edged(struct bytes c)
{
    return c.size > 0 && (blank(c.at[0]) || blank(c.at[c.size - 1]) ||
                             (c.size > 1 && (memcmp(c.at, "\xc2\xa0", 2) == 0 ||
                                                memcmp(c.at + c.size - 2, "\xc2\xa0", 2) == 0)));
}

static void
read_in_blocks(
    struct bytes text, struct csv_dialect d, size_t block, enum csv_vectors most, struct buf *log)
{
    static struct csv_row row;
    static char room[LIMIT_LINE_BYTES + 2];
    struct csv_read c;
    struct held held = {0};
    size_t at = 0, have = 0;

    csv_init(&c, d);
    if (c.vectors > most)
        c.vectors = most;
    for (;;) {
        bool at_end = have == text.size;
        struct bytes window = window_of(text, at, have);
        enum weir_status st = csv_row(&c, window, at_end, &row);

        if (st == WEIR_END && at_end)
            break;
        if (st == WEIR_END) {
            if (window.size >= LIMIT_LINE_BYTES + 2)
                ck_abort_msg("nothing found in a full window");
            have = text.size - have < block ? text.size : have + block;
            continue;
        }
        if (row.size == 0 || row.size > window.size)
            ck_abort_msg("a row of %zu bytes", row.size);
        if (st == WEIR_REJECT && row.fault == NULL) {
            held.lines += row.lines;
            held.size += row.size;
        } else {
            let_go(&held, log);
            held = (struct held){
                at, row.size, row.text_size, row.lines, row.high, st == WEIR_OK ? "-" : row.fault};
            if (row.fault == NULL)
                let_go(&held, log);
        }
        for (uint32_t i = 0; i < row.count; i++) {
            struct bytes value = row.cell[i];

            if (row.trimmed && edged(value))
                ck_abort_msg("a cell of a trimmed row begins or ends with a blank");
            if ((csv_flags(&row, i) & CSV_ESCAPED) != 0)
                value = csv_unescape(&c, &row, i, room);
            note_cell(log, (csv_flags(&row, i) & CSV_QUOTED) != 0, value);
        }
        at += row.size;
    }
    let_go(&held, log);
}

static void
agree(struct bytes text, struct csv_dialect d, const size_t *blocks, const char *what)
{
    static char room[6 * LIMIT_LINE_BYTES];
    struct bytes placed = {room + sizeof room - text.size, text.size};
    struct buf want = {0}, got = {0};

    memcpy(room + sizeof room - text.size, text.at, text.size);
    twin(text, d, &want);
    for (; *blocks != 0; blocks++)
        for (enum csv_vectors most = CSV_PORTABLE; most <= CSV_AVX512; most++) {
            got.size = 0;
            read_in_blocks(placed, d, *blocks, most, &got);
            if (!bytes_equal(buf_bytes(&want), buf_bytes(&got)))
                ck_abort_msg("%s, block %zu, vectors %d\nwant: %.*s\ngot: %.*s", what, *blocks,
                    (int)most, (int)(want.size < 1000 ? want.size : 1000), want.at,
                    (int)(got.size < 1000 ? got.size : 1000), got.at);
        }
    buf_fini(&want);
    buf_fini(&got);
}

static size_t
random_text(uint64_t *seed, struct csv_dialect d, char *text, size_t max)
{
    size_t size = rng_below(seed, max + 1), plain = rng_below(seed, 60);

    for (size_t i = 0; i < size; i++) {
        const char marks[] = {
            d.delimiter, d.delimiter, d.quote, d.quote, '\n', '\r', d.escape, '"'};
        uint64_t pick = rng_below(seed, 100);

        if (pick >= 98)
            text[i] = "\x80\xff\x00\x1a"[rng_below(seed, 4)];
        else if (pick < plain)
            text[i] = "abc,;\\ \x7f"[rng_below(seed, 8)];
        else
            text[i] = marks[rng_below(seed, sizeof marks)];
        if (text[i] == '\0' && rng_below(seed, 8) != 0)
            text[i] = 'z';
    }
    return size;
}

enum { TEXTS = 20000, PARTS = 20 };

START_TEST(agrees_with_a_walk_byte_by_byte)
{
    static const size_t blocks[] = {1, 31, 65536, 0};
    uint64_t seed = (uint64_t)_i + 1;
    char text[400];

    for (int n = 0; n < TEXTS / PARTS; n++) {
        struct csv_dialect d = dialects[rng_below(&seed, DIALECTS)];
        struct bytes t = {text, random_text(&seed, d, text, n % 4 == 0 ? 399 : 40)};

        agree(t, d, blocks, "random");
    }
}
END_TEST

/* A letter, now and then a blank, a control, or a byte of a letter beyond ASCII or of U+00A0. */
static char
ordinary_byte(uint64_t *seed, uint64_t rare)
{
    static const char others[] = " \t\x1a\x7f\xc2\xa0\xc5\xa1";

    return rng_below(seed, rare) == 0 ? others[rng_below(seed, sizeof others - 1)]
                                      : (char)('a' + rng_below(seed, 26));
}

/* Rows of plain cells, so that groups of 64 bytes have no, one or many marks; quotes seldom. */
static size_t
ordinary_text(uint64_t *seed, struct csv_dialect d, char *text, size_t max)
{
    const uint64_t quotes = rng_below(seed, 2) == 0 ? 500 : 5, rare = rng_below(seed, 2) * 500 + 10;
    const uint64_t ends = rng_below(seed, 4), columns = 1 + rng_below(seed, 14);
    size_t size = 0;

    while (size < max - 400) {
        uint64_t cell = rng_below(seed, 12) == 0 ? 200 : rng_below(seed, 20);
        bool quoted = d.quote != '\0' && rng_below(seed, quotes) == 0;

        if (quoted)
            text[size++] = d.quote;
        for (uint64_t i = 0; i < cell; i++)
            text[size++] = ordinary_byte(seed, rare);
        if (quoted)
            text[size++] = d.quote;
        if (rng_below(seed, columns) != 0) {
            text[size++] = d.delimiter;
            continue;
        }
        if (ends == 1 || ends == 2 || (ends == 3 && rng_below(seed, 2) == 0))
            text[size++] = '\r';
        if (ends != 2)
            text[size++] = '\n';
    }
    return size;
}

START_TEST(agrees_on_ordinary_rows)
{
    static const size_t blocks[] = {777, 65536, 0};
    uint64_t seed = (uint64_t)_i + 1000;
    static char text[40000];

    for (int n = 0; n < 20; n++) {
        struct csv_dialect d = dialects[rng_below(&seed, DIALECTS)];
        struct bytes t = {text, ordinary_text(&seed, d, text, sizeof text)};

        agree(t, d, blocks, "ordinary");
    }
}
END_TEST

/* Texts around the limits: `head`, then `fill` repeated up to a size, then `tail`. */
static const struct edge {
    const char *why, *head;
    char fill;
    size_t size; /* of head and filling */
    const char *tail;
} edges[] = {
    {"exactly the limit, LF", "a,", 'x', LIMIT_LINE_BYTES, "\nb,c\n"},
    {"exactly the limit, CRLF", "a,", 'x', LIMIT_LINE_BYTES, "\r\nb,c\r\n"},
    {"exactly the limit, CR", "a,", 'x', LIMIT_LINE_BYTES, "\rb,c\r"},
    {"exactly the limit, end of file", "a,", 'x', LIMIT_LINE_BYTES, ""},
    {"exactly the limit, Ctrl-Z", "a,", 'x', LIMIT_LINE_BYTES, "\x1a"},
    {"one less", "a,", 'x', LIMIT_LINE_BYTES - 1, "\nb,c\n"},
    {"one more", "a,", 'x', LIMIT_LINE_BYTES + 1, "\nb,c\n"},
    {"one more, CRLF", "a,", 'x', LIMIT_LINE_BYTES + 1, "\r\nb,c\r\n"},
    {"one more, end of file", "a,", 'x', LIMIT_LINE_BYTES + 1, ""},
    {"two more, end of file", "a,", 'x', LIMIT_LINE_BYTES + 2, ""},
    {"a very long line", "a,", 'x', 5 * LIMIT_LINE_BYTES + 17, "\nb,c\nd,e\n"},
    {"a very long line, CR", "a,", 'x', 5 * LIMIT_LINE_BYTES + 17, "\rb,c\rd,e"},
    {"a very long line, CRLF", "a,", 'x', 5 * LIMIT_LINE_BYTES + 17, "\r\nb,c"},
    {"a very long line, end of file", "a,", 'x', 5 * LIMIT_LINE_BYTES, ""},
    {"only delimiters", "a,", ',', LIMIT_LINE_BYTES + 100, "\nb,c\n"},
    {"512 cells", "", ',', LIMIT_COLUMNS - 1, "\nb,c\n"},
    {"513 cells", "", ',', LIMIT_COLUMNS, "\nb,c\n"},
    {"511 cells", "", ',', LIMIT_COLUMNS - 2, "\nb,c\n"},
    {"513 cells, end of file", "", ',', LIMIT_COLUMNS, ""},
    {"449 cells, then quotes", "", ',', 448, "\"q\",\"r\"\nb,c\n"},
    {"unclosed quote, short file", "a,\"b\nc,d\n", 'x', 20, "\ne,f\n"},
    {"unclosed quote, one line", "a,\"b", 'x', 20, ""},
    {"unclosed quote in a long file", "a,\"b\nc,d\n", '\n', 3 * LIMIT_LINE_BYTES, "e,f\n"},
    {"unclosed quote, first line too long", "a,\"b", 'x', LIMIT_LINE_BYTES + 9, "\ne,f\n"},
    {"unclosed quote, line ends at the limit", "a,\"b", 'x', LIMIT_LINE_BYTES, "\ne,f\n"},
    {"quoted cell up to the limit", "\"", 'x', LIMIT_LINE_BYTES - 1, "\"\nb,c\n"},
    {"quoted cell closed just past it", "\"", 'x', LIMIT_LINE_BYTES, "\"\nb,c\n"},
    {"quoted lines up to the limit", "\"", '\n', LIMIT_LINE_BYTES - 1, "\"\nb,c\n"},
    {"quoted lines past it", "\"", '\n', LIMIT_LINE_BYTES, "\"\nb,c\n"},
    {"a stray quote met by a good one", "a,\"b,c\nd,\"e\",f\ng,h\n", 'x', 30, "\n"},
    {"text behind a closing quote", "a,\"b\"c,d\ne,f\n", 'x', 30, "\n"},
    {"blank behind a closing quote", "a,\"b\" ,d\ne,f\n", 'x', 30, "\n"},
    {"NUL in a cell", "a,\1b\nc,d\n", 'x', 20, "\n"},
    {"NUL inside quotes over two lines", "a,\"\1\nb\"\nc,d\n", 'x', 20, "\n"},
    {"a gigabyte of NULs, in small", "", '\1', 3 * LIMIT_LINE_BYTES, "\nb,c\n"},
    {"Ctrl-Z alone on the last line", "a,b\r\n", 'x', 10, "\r\n\x1a"},
    {"Ctrl-Z alone", "", 'x', 0, "\x1a"},
    {"Ctrl-Z in the middle is text", "a\x1a,b\n", 'x', 10, "\n"},
    {"blank lines", "\n\r\n\r\r\n\n", 'x', 10, "\n\n"},
    {"CRLF at the very end", "a,b", 'x', 10, "\r\n"},
    {"CR at the very end", "a,b", 'x', 10, "\r"},
    {"empty", "", 'x', 0, ""},
};
enum { EDGES = sizeof edges / sizeof *edges };

/* \1 in the table stands for NUL, which a string cannot hold. */
static size_t
edge_text(const struct edge *e, char *text)
{
    size_t size = strlen(e->head);

    memcpy(text, e->head, size);
    while (size < e->size)
        text[size++] = e->fill;
    memcpy(text + size, e->tail, strlen(e->tail));
    size += strlen(e->tail);
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\1')
            text[i] = '\0';
    return size;
}

START_TEST(limits_and_faults_hold_for_every_block)
{
    static char text[6 * LIMIT_LINE_BYTES];
    static const size_t blocks[] = {1, 31, 4093, 65536, 1 << 20, 0};
    struct bytes t = {text, edge_text(&edges[_i], text)};

    agree(t, dialects[0], t.size > 2000 ? blocks + 2 : blocks, edges[_i].why);
}
END_TEST

static uint32_t
faults(const char *text, size_t size, const char *fault)
{
    static struct csv_row row;
    struct csv_read c;
    uint32_t found = 0;
    enum weir_status st;

    csv_init(&c, dialects[0]);
    for (size_t at = 0;; at += row.size) {
        st = csv_row(&c, (struct bytes){text + at, size - at}, true, &row);
        if (st == WEIR_END)
            return found;
        found += st == WEIR_REJECT && row.fault != NULL && strcmp(row.fault, fault) == 0;
    }
}

/* What the twin shares with the reader by design is also said in so many words. */
START_TEST(one_bad_quote_costs_one_line)
{
    static const char text[] = "a,\"b,c\nd,\"e\",f\ng,h,i\n";
    static struct csv_row row;
    struct csv_read c;

    csv_init(&c, dialects[0]);
    ck_assert_int_eq(csv_row(&c, bytes_of(text), true, &row), WEIR_REJECT);
    ck_assert_str_eq(row.fault, "Q_QUOTE");
    ck_assert_uint_eq(row.size, 7);
    ck_assert_uint_eq(row.text_size, 6);
    ck_assert_int_eq(csv_row(&c, bytes_of(text + 7), true, &row), WEIR_OK);
    ck_assert_uint_eq(row.count, 3);
    ck_assert_uint_eq(faults(text, strlen(text), "Q_QUOTE"), 1);
    ck_assert_uint_eq(faults("a\0b\nc\0d\n", 8, "Q_NUL"), 2);
}
END_TEST

START_TEST(quotes_are_undone)
{
    static const char text[] = "\"a \"\"b\"\"\",\"\",c\"d\n";
    static struct csv_row row;
    struct csv_read c;
    char room[32];

    csv_init(&c, dialects[0]);
    ck_assert_int_eq(csv_row(&c, bytes_of(text), true, &row), WEIR_OK);
    ck_assert_uint_eq(row.count, 3);
    ck_assert_int_eq((int)csv_flags(&row, 0), CSV_QUOTED | CSV_ESCAPED);
    ck_assert(bytes_equal(csv_unescape(&c, &row, 0, room), bytes_of("a \"b\"")));
    ck_assert_int_eq((int)csv_flags(&row, 1), CSV_QUOTED);
    ck_assert_uint_eq(row.cell[1].size, 0);
    ck_assert_int_eq((int)csv_flags(&row, 2), 0);
    ck_assert_uint_eq(row.cell[2].size, 3);
}
END_TEST

Suite *
suite_csv_read(void)
{
    Suite *s = suite_create("csv_read");
    TCase *t = tcase_create("rows");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, agrees_with_a_walk_byte_by_byte, 0, PARTS);
    tcase_add_loop_test(t, agrees_on_ordinary_rows, 0, 5);
    tcase_add_loop_test(t, limits_and_faults_hold_for_every_block, 0, EDGES);
    tcase_add_test(t, one_bad_quote_costs_one_line);
    tcase_add_test(t, quotes_are_undone);
    suite_add_tcase(s, t);
    return s;
}
