/* YAML: the profile, the messages, and where each byte of a scalar came from. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "support/slow.h"
#include "support/suites.h"
#include "text/yaml_read.h"
#include "weir/limits.h"

static struct arena arena;
static struct diags *ds;
static struct yaml_file file;
static struct buf out;

static void
setup(void)
{
    arena_init(&arena, 0, "test");
    ds = diags_new();
    out = (struct buf){0};
}

static void
teardown(void)
{
    diags_free(ds);
    arena_fini(&arena);
    buf_fini(&out);
}

static void
again(void)
{
    teardown();
    setup();
}

static void
read_text(const char *text)
{
    ck_assert(yaml_read(&arena, ds, "a.yaml", bytes_of(text), &file));
}

static const char *
printed(void)
{
    out.size = 0;
    diags_print_text(ds, false, &out);
    buf_byte(&out, '\0');
    return out.at;
}

/* The tree on one line: {k: v, ...}, [v, ...], texts in <> where they are not plain words. */
static void
show(const struct yaml_node *n, struct buf *to)
{
    if (n->kind == YAML_SCALAR) {
        buf_byte(to, '<');
        buf_add(to, n->text.at, n->text.size);
        buf_byte(to, '>');
        return;
    }
    buf_byte(to, n->kind == YAML_MAP ? '{' : '[');
    for (size_t i = 0; i < n->count; i++) {
        if (i > 0)
            buf_byte(to, ' ');
        if (n->kind == YAML_MAP) {
            buf_add(to, n->entry[i].key.at, n->entry[i].key.size);
            buf_byte(to, ':');
        }
        show(n->entry[i].value, to);
    }
    buf_byte(to, n->kind == YAML_MAP ? '}' : ']');
}

/* ---- what is text stays text --------------------------------------------------- */

static const struct tree {
    const char *why, *text, *want;
} trees[] = {
    {"Norway is no boolean", "country: NO", "{country:<NO>}"},
    {"yes is text", "a: yes", "{a:<yes>}"},
    {"null is text", "a: null\nb: ~\nc:", "{a:<null> b:<~> c:<>}"},
    {"octal is text", "a: 012\nb: 0o14\nc: 0x1f", "{a:<012> b:<0o14> c:<0x1f>}"},
    {"a time is text", "a: 1:30\nb: 12:30:45", "{a:<1:30> b:<12:30:45>}"},
    {"an exponent is text", "a: 1e3\nb: .inf\nc: .nan", "{a:<1e3> b:<.inf> c:<.nan>}"},
    {"a date is text", "a: 2026-03-01", "{a:<2026-03-01>}"},
    {"zeros in front stay", "a: 00123", "{a:<00123>}"},
    {"underscores stay", "a: 10_000", "{a:<10_000>}"},
    {"keys are text too", "NO: 1\n012: 2", "{NO:<1> 012:<2>}"},
    {"a folded block is one line", "when: >\n  a\n  and b\n", "{when:<a and b\n>}"},
    {"a hash in a folded block is text", "when: >\n  a \"#7\" b\n", "{when:<a \"#7\" b\n>}"},
    {"a table keeps its lines", "given: |\n  a | b\n  1 | 2\n", "{given:<a | b\n1 | 2\n>}"},
    {"flow forms nest", "a: {b: [1, {c: d}], e: \"f, g\"}", "{a:{b:[<1> {c:<d>}] e:<f, g>}}"},
    {"a stream of documents", "a: 1\n---\nb: 2\n...\n---\n- c: 3\n- d\n",
        "{a:<1>}{b:<2>}[{c:<3>} <d>]"},
    {"nothing is no document", "", ""},
    {"remarks alone are no document", "# only this\n", ""},
    {"empty documents are left out", "---\n---\na: 1\n---\n", "{a:<1>}"},
    {"a byte order mark is skipped",
        "\xEF\xBB\xBF"
        "a: é",
        "{a:<é>}"},
    {"CRLF", "a: 1\r\nb: |\r\n  x\r\n  y\r\n", "{a:<1> b:<x\ny\n>}"},
    {"text is made NFC", "a: cafe\xCC\x81", "{a:<caf\xC3\xA9>}"},
    {"keys are made NFC", "cafe\xCC\x81: 1", "{caf\xC3\xA9:<1>}"},
    {"the directive %YAML is allowed", "%YAML 1.1\n---\na: 1", "{a:<1>}"},
};

START_TEST(scalars_are_text)
{
    const struct tree *t = &trees[_i];
    struct buf got = {0};

    read_text(t->text);
    for (size_t i = 0; i < file.count; i++)
        show(file.document[i], &got);
    buf_byte(&got, '\0');
    ck_assert_msg(strcmp(got.at, t->want) == 0, "%s: got %s", t->why, got.at);
    ck_assert_msg(diags_errors(ds) == 0, "%s: %s", t->why, printed());
    buf_fini(&got);
}
END_TEST

/* ---- what is refused -------------------------------------------------------------- */

/* `want` begins the message; `at` is line:column. */
static const struct fault {
    const char *why, *text, *want, *at;
} faults[] = {
    {"an alias", "a: 1\nwhen: *x", "error[R103]", ":2:7"},
    {"an anchor", "a: &x 1", "error[R103]", ":1:4"},
    {"an anchor on a map", "a: &x\n  b: 1", "error[R103]", ":1:4"},
    {"an anchor on a list", "a: &x [1]", "error[R103]", ":1:4"},
    {"an alias to itself", "a: &x [*x]", "error[R103]", ":1:4"},
    {"an alias as a key", "*x : 1", "error[R103]", ":1:1"},
    {"a star alone", "a: *", "error[R103]", ":1:5"},
    {"a tag", "when: !x and y", "error[R104]", ":1:7"},
    {"a tag of YAML itself", "a: !!str 1", "error[R104]", ":1:4"},
    {"a tag after an anchor", "a: &b !!str 1", "error[R103]", ":1:4"},
    {"a tag on a map", "a: !!map {b: 1}", "error[R104]", ":1:4"},
    {"a tag without a handle", "a: !b!c d", "error[R104]", ":1:4"},
    {"a tag alone", "a: ! b", "error[R104]", ":1:4"},
    {"a directive for tags", "%TAG ! tag:x,2000:\n---\na: 1", "error[R106]", ":1:1"},
    {"an unknown directive", "%FOO x\n---\na: 1", "error[R106]", ":1:1"},
    {"YAML of another world", "%YAML 2.0\n---\na: 1", "error[R106]", ":1:1"},
    {"a merge key", "a:\n  <<: {b: 1}\n", "error[R109]", ":2:3"},
    {"a key twice", "a: 1\nb: 2\na: 3", "error[R105]: `a` is given twice", ":3:1"},
    {"a key twice in a flow map", "x: {a: 1, a: 2}", "error[R105]", ":1:11"},
    {"a key twice, quoted once", "x: 1\n\"\\x78\": 2", "error[R105]", ":2:1"},
    {"a key twice, composed once", "\xC3\xA9: 1\ne\xCC\x81: 2", "error[R105]", ":2:1"},
    {"a list as a key", "? [a]\n: 1", "error[R101]", ":1:3"},
    {"braces behind a key", "say: {a} b",
        "error[R101]: this line is not valid YAML: text that starts with `{`", ":1:6"},
    {"brackets behind a key", "say: [a] b",
        "error[R101]: this line is not valid YAML: text that starts with `[`", ":1:6"},
    {"braces in a list", "- {a} b",
        "error[R101]: this line is not valid YAML: text that starts with `{`", ":1:3"},
    {"text behind a quote", "when: \"a\" in narrative",
        "error[R101]: this line is not valid YAML: text goes on", ":1:10"},
    {"an open brace", "a: {b: 1\nc: 2\n", "error[R101]", ""},
    {"an open bracket", "a: [1, 2\n", "error[R101]", ""},
    {"an open double quote", "a: \"b\nc: d\n", "error[R101]: this text is never closed", ":1:4"},
    {"an open single quote", "a: 'b\nc: d\n", "error[R101]: this text is never closed", ":1:4"},
    {"an at sign", "a: @b", "error[R101]: this line is not valid YAML: text that starts with `@`",
        ":1:4"},
    {"a back quote", "a: `b`", "error[R101]: this line is not valid YAML: text that starts with ``",
        ":1:4"},
    {"a percent sign", "a: %b",
        "error[R101]: this line is not valid YAML: text that starts with `%`", ":1:4"},
    {"a colon inside a text", "a: b: c",
        "error[R101]: this line is not valid YAML: a text that holds `: `", ":1:5"},
    {"a tab", "a:\n\tb: 1", "error[R101]: this line is not valid YAML: it is indented with a tab",
        ":2:1"},
    {"a key too deep", "a: 1\n  b: 2", "error[R101]", ":2:"},
    {"a key not deep enough", "a:\n   b: 1\n  c: 2", "error[R101]", ":3:3"},
    {"no key", "a: 1\nwords\nb: 2",
        "error[R101]: this line is not valid YAML: it has no `key: value`", ""},
    {"a bad escape", "a: \"\\q\"", "error[R101]: this text is not valid YAML: `\\` has", ""},
    {"a short escape", "a: \"\\x1\"", "error[R101]: this text is not valid YAML: `\\x`", ""},
    {"half a character", "a: \"\\ud800\"", "error[R101]", ""},
    {"text behind a block sign", "a: > b\n",
        "error[R101]: this line is not valid YAML: nothing may follow", ""},
    {"a comment that ate the closing quote", "when: x contains \"a #7\"\n", "error[R102]", ":1:18"},
    {"... with single quotes", "when: x contains 'a #7'\n", "error[R102]", ":1:18"},
    {"... in a list", "- x contains \"a #7\"\n", "error[R102]", ":1:14"},
    {"... and the text goes on", "when: x = \"a #7\"\n  and y\n", "error[R102]", ":1:11"},
    {"NUL as an escape", "a: \"b\\0\"", "error[R107]", ":1:4"},
    {"a turned text as an escape", "a: \"b\\u202ec\"", "error[R107]", ":1:4"},
    {"an override of direction", "a: b\xE2\x80\xAE c", "error[R107]", ":1:5"},
    {"an isolate in a remark", "a: b # \xE2\x81\xA6", "error[R107]", ":1:8"},
    {"an Arabic letter mark", "a: \xD8\x9C", "error[R107]", ":1:4"},
    {"a left-to-right mark", "a: \xE2\x80\x8E", "error[R107]", ":1:4"},
    {"a byte that begins nothing", "a: 1\nb: \xFF", "error[R108]", ":2:4"},
    {"an overlong form", "a: \xC0\xAF", "error[R108]", ":1:4"},
    {"a surrogate", "a: \xED\xA0\x80", "error[R108]", ":1:4"},
    {"a cut character", "a: \xE2\x82", "error[R108]", ":1:4"},
    {"UTF-16",
        "\xFF\xFE"
        "a",
        "error[R108]", ":1:1"},
    {"a control character", "a: \x01", "error[R101]: this file holds the control character U+0001",
        ":1:4"},
    {"an escape character", "a: \x1b[0m",
        "error[R101]: this file holds the control character U+001B", ":1:4"},
    {"a control character of Latin-1", "a: \xC2\x9B", "error[R101]: this file holds the control",
        ":1:4"},
    {"a delete character", "a: \x7f", "error[R101]: this file holds the control", ":1:4"},
};

START_TEST(faults_are_told_with_their_place)
{
    const struct fault *f = &faults[_i];
    char place[32];

    read_text(f->text);
    printed();
    ck_assert_msg(strncmp(out.at, f->want, strlen(f->want)) == 0, "%s:\n%s", f->why, out.at);
    snprintf(place, sizeof place, "a.yaml%s", f->at);
    ck_assert_msg(strstr(out.at, place) != NULL, "%s: not at %s\n%s", f->why, place, out.at);
}
END_TEST

/* Looks like R102 and is none. */
static const char *const innocent[] = {
    "title: analysts' notes # don't\n",
    "title: a 5\" line # of 6\"\n",
    "title: it's # it's\n",
    "when: a = \"b\" # a remark with \"quotes\"\n",
    "when: a # b\n",
    "items: [a, b] # it's\n",
};

START_TEST(remarks_with_quotes_are_no_fault)
{
    read_text(innocent[_i]);
    ck_assert_msg(diags_errors(ds) == 0, "%s", printed());
}
END_TEST

static const struct exact {
    const char *text, *want;
} exacts[] = {
    {"rule: tickets\nwhen: narrative contains \"ticket #7\" and amount_eur > 100 EUR\n",
        "error[R102]: this text is never closed: YAML took the rest of the line as a comment\n"
        " --> a.yaml:2:26\n  |\n"
        "2 | when: narrative contains \"ticket #7\" and amount_eur > 100 EUR\n"
        "  |                          ^^^^^^^ the text starts here\n"
        "  |                                  ---------------------------- everything from ` #` on "
        "is a YAML comment\n"
        "  = help: put the expression on its own line after `when: >`, where `#` has no special "
        "meaning\n"},
    {"alert:\n  say: {senders} people paid {about}\n",
        "error[R101]: this line is not valid YAML: text that starts with `{` must be in quotes\n"
        " --> a.yaml:2:8\n  |\n"
        "2 |   say: {senders} people paid {about}\n"
        "  |        ^^^^^^^^^ YAML reads this as the start of a map\n"
        "  = help: write  say: \"{senders} people paid {about}\"\n"},
    {"rule: cash-funnel\nalert_if: inflow >= $min_in\nalert_if: passed_share >= 80%\n",
        "error[R105]: `alert_if` is given twice in rule `cash-funnel`\n"
        " --> a.yaml:3:1\n  |\n"
        "2 | alert_if: inflow >= $min_in\n"
        "  | -------- first one; neither is used until one is removed\n"
        "3 | alert_if: passed_share >= 80%\n"
        "  | ^^^^^^^^ second one\n"
        "  = help: join them: inflow >= $min_in and passed_share >= 80%\n"},
    {"- list: a\n- rule: b\n  window: {per: x, per: y}\n",
        "error[R105]: `per` is given twice in rule `b`\n"
        " --> a.yaml:3:20\n  |\n"
        "3 |   window: {per: x, per: y}\n"
        "  |            --- first one; neither is used until one is removed\n"
        "3 |"},
    {"rule: a\nrule: b\n",
        "error[R105]: `rule` is given twice\n --> a.yaml:2:1\n  |\n1 | rule: a\n"
        "  | ---- first one; neither is used until one is removed\n2 | rule: b\n"
        "  | ^^^^ second one\n"
        "  = help: to begin another document write a line `---` in front of it\n"},
};

START_TEST(well_known_faults_are_told_letter_by_letter)
{
    const struct exact *e = &exacts[_i];
    size_t size = strlen(e->want);

    if (_i == 3)
        size -= 3; /* both marks stand on one line */
    read_text(e->text);
    printed();
    ck_assert_msg(strncmp(out.at, e->want, size) == 0, "%s", out.at);
}
END_TEST

START_TEST(documents_before_a_fault_are_kept)
{
    read_text("a: 1\n---\nb: 2\n---\nc: [\n");
    ck_assert_uint_eq(file.count, 2);
    ck_assert_uint_eq(diags_errors(ds), 1);
}
END_TEST

START_TEST(one_pass_tells_all_faults)
{
    read_text("a: *x\nb: !t c\na: 2\nd: &y e\n<<: f\n");
    ck_assert_uint_eq(diags_errors(ds), 5);
}
END_TEST

/* ---- limits ------------------------------------------------------------------------- */

static char *
repeated(const char *piece, size_t count, const char *tail)
{
    size_t size = strlen(piece);
    char *text = malloc(size * count + strlen(tail) + 1);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, piece, size);
    strcpy(text + size * count, tail);
    return text;
}

START_TEST(depth_is_capped)
{
    char *text = repeated("[", (size_t)_i, "");
    bool deep = _i > LIMIT_YAML_DEPTH;
    char *closed = repeated("]", (size_t)_i, "");
    char *whole = malloc(strlen(text) * 2 + 1);

    strcpy(whole, text);
    strcat(whole, closed);
    read_text(whole);
    ck_assert_uint_eq(diags_errors(ds), deep);
    ck_assert_int_eq(strstr(printed(), "R502") != NULL, deep);
    free(text);
    free(closed);
    free(whole);
}
END_TEST

START_TEST(size_is_capped)
{
    for (int more = -1; more <= 1; more++) {
        char *text = repeated("#", (size_t)(LIMIT_YAML_BYTES + more), "");

        again();
        read_text(text);
        ck_assert_uint_eq(diags_errors(ds), more > 0);
        ck_assert_int_eq(strstr(printed(), "R501") != NULL, more > 0);
        free(text);
    }
}
END_TEST

START_TEST(a_scalar_is_capped)
{
    for (int more = -1; more <= 1; more++) {
        char *text = repeated("x", (size_t)(LIMIT_YAML_SCALAR + more), "");

        again();
        read_text(text);
        ck_assert_uint_eq(diags_errors(ds), more > 0);
        free(text);
    }
}
END_TEST

START_TEST(keys_and_values_are_capped)
{
    char *most = repeated("- a\n", 99999, ""), *more = repeated("- a\n", 100001, "");

    read_text(most);
    ck_assert_uint_eq(diags_errors(ds), 0);
    read_text(more);
    ck_assert_uint_eq(diags_errors(ds), 1);
    ck_assert_ptr_nonnull(strstr(printed(), "R501"));
    free(most);
    free(more);
}
END_TEST

/* Pieces repeated to a megabyte; each must be done within the time of reliability.md section 3. */
static const char *const floods[] = {
    "[",
    "{",
    "[\n",
    "{a: ",
    "- ",
    "? ",
    "- - ",
    "a: ",
    "\"",
    "'",
    "[]",
    "[],",
    "a\n",
    "&a ",
    "*a ",
    "!a ",
    "---\n",
    "a: 1\n",
    "#",
    "# \n",
    " ",
    "\n",
    "|\n",
    ">\n ",
    "{a: b}\n",
    "- a\n",
    "-\n",
    "? a\n: b\n",
    "a: b: ",
    "%YAML 1.1\n---\n",
    "'' ",
    "\"\\x41\" ",
    "é",
    "- {a: [b, c]}\n",
    ",",
    "a: \"b #c\n",
    "x \"# ",
    "]",
    "}",
    "\t",
    "\r",
    "[a, ",
    "a:\n",
    "!<tag:x> ",
    "\xE2\x80\xAE",
};

START_TEST(hostile_files_are_answered_at_once)
{
    const char *piece = floods[_i];
    size_t count = ((size_t)LIMIT_YAML_BYTES - 1) / strlen(piece);
    char *text = repeated(piece, count, "");
    clock_t start = clock();
    double seconds;

    read_text(text);
    seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    ck_assert_msg(seconds < 0.1 * SLOW, "`%s` took %.3f s", piece, seconds);
    free(text);
}
END_TEST

START_TEST(many_keys_are_told_apart_quickly)
{
    struct buf text = {0};
    clock_t start;

    for (int i = 0; i < 40000; i++)
        buf_print(&text, "k%d: v\n", i * 7919 % 40000);
    buf_text(&text, "k17: w\n");
    buf_byte(&text, '\0');
    start = clock();
    read_text(text.at);
    ck_assert_uint_eq(diags_errors(ds), 1);
    ck_assert_double_lt((double)(clock() - start) / CLOCKS_PER_SEC, 0.2 * SLOW);
    buf_fini(&text);
}
END_TEST

/* ---- where bytes come from -------------------------------------------------------------- */

/* A scalar under construction: what is written, what it means, and from where. */
struct made {
    struct buf file;
    char text[4096];
    uint32_t origin[4097];
    size_t size;
    const char *eol;
    uint32_t seed;
};

static uint32_t
draw(struct made *m, uint32_t below)
{
    m->seed = m->seed * 1664525u + 1013904223u;
    return (m->seed >> 8) % below;
}

static void
mean(struct made *m, const char *bytes, size_t at)
{
    for (; *bytes != '\0'; bytes++) {
        m->origin[m->size] = (uint32_t)at;
        m->text[m->size++] = *bytes;
    }
}

/* Write and mean the same. */
static void
both(struct made *m, const char *bytes)
{
    for (size_t i = 0; bytes[i] != '\0'; i++) {
        m->origin[m->size] = (uint32_t)m->file.size;
        m->text[m->size++] = bytes[i];
        buf_byte(&m->file, bytes[i]);
    }
}

static void
word(struct made *m)
{
    static const char *const letters[] = {"a", "b", "z", "0", "7", "é", "ш", "銀", "_", ".", "$"};

    for (uint32_t n = 1 + draw(m, 6); n > 0; n--)
        both(m, letters[draw(m, sizeof letters / sizeof *letters)]);
}

static void
blanks(struct made *m, uint32_t count)
{
    while (count-- > 0)
        buf_byte(&m->file, ' ');
}

/* Between two words: blanks, or a break with empty lines behind it, folded. */
static void
gap(struct made *m, uint32_t indent, bool lines)
{
    size_t start = m->file.size;
    uint32_t empty;

    if (!lines || draw(m, 3) > 0) {
        for (uint32_t n = 1 + draw(m, 3); n > 0; n--)
            both(m, " ");
        return;
    }
    blanks(m, draw(m, 3));
    buf_text(&m->file, m->eol);
    empty = draw(m, 3);
    if (empty == 0)
        mean(m, " ", start);
    for (; empty > 0; empty--) {
        blanks(m, draw(m, 3));
        mean(m, "\n", m->file.size);
        buf_text(&m->file, m->eol);
    }
    blanks(m, indent + draw(m, 3));
}

static void
make_plain(struct made *m, uint32_t indent)
{
    word(m);
    for (uint32_t n = draw(m, 12); n > 0; n--) {
        gap(m, indent, true);
        word(m);
    }
    m->origin[m->size] = (uint32_t)m->file.size;
}

static void
make_single(struct made *m, uint32_t indent)
{
    buf_byte(&m->file, '\'');
    for (uint32_t n = draw(m, 12); n > 0; n--) {
        if (draw(m, 3) == 0) {
            mean(m, "'", m->file.size);
            buf_text(&m->file, "''");
        }
        word(m);
        if (draw(m, 3) > 0)
            gap(m, indent, n > 1);
    }
    m->origin[m->size] = (uint32_t)m->file.size;
    buf_byte(&m->file, '\'');
}

static void
escape(struct made *m, uint32_t indent)
{
    static const struct {
        const char *raw, *means;
    } escapes[] = {
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\n", "\n"},
        {"\\t", "\t"},
        {"\\x41", "A"},
        {"\\u00e9", "é"},
        {"\\U0001F600", "\xF0\x9F\x98\x80"},
        {"\\/", "/"},
        {"\\ ", " "},
        {"\\e", "\x1b"},
        {"\\N", "\xC2\x85"},
        {"\\_", "\xC2\xA0"},
        {"\\L", "\xE2\x80\xA8"},
    };
    uint32_t which = draw(m, sizeof escapes / sizeof *escapes + 1);

    if (which < sizeof escapes / sizeof *escapes) {
        mean(m, escapes[which].means, m->file.size);
        buf_text(&m->file, escapes[which].raw);
        return;
    }
    buf_byte(&m->file, '\\'); /* a break that is nothing, and the blanks behind it */
    buf_text(&m->file, m->eol);
    blanks(m, indent + draw(m, 3));
}

static void
make_double(struct made *m, uint32_t indent)
{
    buf_byte(&m->file, '"');
    for (uint32_t n = draw(m, 12); n > 0; n--) {
        if (draw(m, 2) == 0)
            escape(m, indent);
        word(m);
        if (draw(m, 3) > 0)
            gap(m, indent, n > 1);
    }
    m->origin[m->size] = (uint32_t)m->file.size;
    buf_byte(&m->file, '"');
}

enum { LINES = 12 };

/* Lines of a block first, then what they mean by the rules of YAML 1.1 section 9.3. */
static void
make_block(struct made *m, uint32_t parent, uint32_t indent, bool folded)
{
    static const char *const chomps[] = {"-", "", "+"};
    struct {
        size_t from, to; /* of the text; equal: an empty line */
    } line[LINES];
    uint32_t lines = draw(m, LINES), chomp = draw(m, 3), last = 0;
    bool hint = draw(m, 3) == 0, final = draw(m, 4) > 0;
    char text[2] = {folded ? '>' : '|', '\0'};

    buf_text(&m->file, text);
    if (hint)
        buf_print(&m->file, "%u", indent - parent);
    buf_text(&m->file, chomps[chomp]);
    buf_text(&m->file, draw(m, 2) ? "  # a remark é" : "");
    buf_text(&m->file, m->eol);
    for (uint32_t i = 0; i < lines; i++) {
        bool first = last == 0;

        if (draw(m, 4) == 0 && i + 1 < lines) {
            blanks(m, draw(m, 2) * indent);
            line[i].from = line[i].to = m->file.size;
        } else {
            blanks(m, indent);
            line[i].from = m->file.size;
            if (draw(m, 4) == 0 && (hint || !first))
                blanks(m, 1 + draw(m, 2));
            for (uint32_t n = 1 + draw(m, 3); n > 0; n--) {
                size_t kept = m->size;

                word(m);
                m->size = kept;
                buf_text(&m->file, draw(m, 3) == 0 && n > 1 ? " # " : n > 1 ? " " : "");
            }
            line[i].to = m->file.size;
            last = i + 1;
        }
        if (i + 1 < lines || final)
            buf_text(&m->file, m->eol);
    }
    for (uint32_t i = 0, before = LINES, empty = 0; i < last; i++) {
        const char *at = m->file.at + line[i].from;

        if (line[i].from == line[i].to) {
            empty++;
            continue;
        }
        if (before < LINES) {
            bool fold = folded && *at != ' ' && m->file.at[line[before].from] != ' ';

            if (!fold)
                mean(m, "\n", line[before].to);
            else if (empty == 0)
                mean(m, " ", line[before].to);
        }
        for (uint32_t n = i - empty; n < i; n++)
            mean(m, "\n", line[n].to);
        for (size_t b = line[i].from; b < line[i].to; b++) {
            m->origin[m->size] = (uint32_t)b;
            m->text[m->size++] = m->file.at[b];
        }
        before = i;
        empty = 0;
    }
    m->origin[m->size] = UINT32_MAX; /* behind the last line, wherever that is */
    if (last > 0 && chomp > 0 && final)
        mean(m, "\n", line[last - 1].to);
    m->origin[m->size] = UINT32_MAX;
}

static const struct yaml_node *
first_scalar(const struct yaml_node *n)
{
    while (n->kind != YAML_SCALAR)
        n = n->entry[n->count - 1].value;
    return n;
}

/* Where the scalar stands: what is in front of it and how deep its lines must be. */
static const struct place {
    const char *front;
    uint32_t parent, indent;
} places[] = {
    {"k: ", 0, 1},
    {"# зрно é\nfirst: é\nk: ", 0, 2},
    {"a:\n  b:\n    - k: ", 6, 7},
    {"- - é: 銀\n    k: ", 4, 6},
    {"a:\n- x\n- ", 0, 1},
    {"\xEF\xBB\xBFk: ", 0, 3},
};

static void
check_made(const struct made *m, enum yaml_style style)
{
    const struct yaml_node *n;
    struct bytes raw = buf_bytes(&m->file);

    ck_assert(yaml_read(&arena, ds, "a.yaml", raw, &file));
    ck_assert_msg(diags_errors(ds) == 0, "%s\n%.*s", printed(), (int)raw.size, raw.at);
    n = first_scalar(file.document[0]);
    ck_assert_int_eq(n->style, style);
    ck_assert_msg(bytes_equal(n->text, (struct bytes){m->text, m->size}),
        "made <%.*s> got <%.*s> of\n%.*s", (int)m->size, m->text, (int)n->text.size, n->text.at,
        (int)raw.size, raw.at);
    ck_assert_msg(n->origin != NULL, "re-read otherwise:\n%.*s", (int)raw.size, raw.at);
    for (size_t i = 0; i <= m->size; i++)
        ck_assert_msg(n->origin[i] == m->origin[i] || m->origin[i] == UINT32_MAX,
            "byte %zu of <%.*s> is from %u, not %u, of\n%.*s", i, (int)m->size, m->text,
            (unsigned)n->origin[i], (unsigned)m->origin[i], (int)raw.size, raw.at);
    for (size_t i = 0; i < m->size; i++) {
        struct span at = yaml_span(n, i, 1);

        ck_assert_uint_eq(at.from, m->origin[i]);
        ck_assert_uint_le((size_t)at.from + at.size, raw.size);
    }
}

START_TEST(origins_are_those_of_the_writer)
{
    for (uint32_t n = 0; n < 120; n++) {
        struct made m = {.eol = n % 3 == 2 ? "\r\n" : "\n", .seed = (uint32_t)_i * 1000 + n};
        const struct place *p = &places[draw(&m, sizeof places / sizeof *places)];
        uint32_t indent = p->indent;

        buf_text(&m.file, p->front);
        switch ((enum yaml_style)_i) {
        case YAML_PLAIN:
            make_plain(&m, indent);
            break;
        case YAML_SINGLE:
            make_single(&m, indent);
            break;
        case YAML_DOUBLE:
            make_double(&m, indent);
            break;
        case YAML_LITERAL:
        case YAML_FOLDED:
            make_block(&m, p->parent, indent, _i == YAML_FOLDED);
            break;
        }
        again();
        check_made(&m, (enum yaml_style)_i);
        buf_fini(&m.file);
    }
}
END_TEST

START_TEST(a_span_is_the_word_as_written)
{
    const struct yaml_node *n;
    struct span at;

    read_text("é: 1\nwhen: >\n  channel = cash\n  and amount > 5\n");
    n = yaml_get(file.document[0], "when");
    at = yaml_span(n, 19, 6);
    ck_assert_mem_eq(diag_file_text(ds, file.file).at + at.from, "amount", 6);
    ck_assert_uint_eq(at.size, 6);
    at = yaml_span(n, 10, 4);
    ck_assert_mem_eq(diag_file_text(ds, file.file).at + at.from, "cash", 4);
    at = yaml_span(n, 9999, 4);
    ck_assert_uint_eq(at.size, 0);
}
END_TEST

START_TEST(a_span_in_composed_text_stays_near)
{
    const struct yaml_node *n;
    struct span at;

    read_text("a: one cafe\xCC\x81 two");
    n = yaml_get(file.document[0], "a");
    at = yaml_span(n, 10, 3); /* caf\u00e9 is five bytes now */
    ck_assert_mem_eq(diag_file_text(ds, file.file).at + at.from, "two", 3);
    at = yaml_span(n, 0, 3);
    ck_assert_mem_eq(diag_file_text(ds, file.file).at + at.from, "one", 3);
}
END_TEST

START_TEST(line_ends_that_a_block_keeps_have_an_origin)
{
    const struct yaml_node *n;

    read_text("a: >+\n \nb: 1\n");
    n = yaml_get(file.document[0], "a");
    ck_assert_uint_eq(n->text.size, 1);
    ck_assert_ptr_nonnull(n->origin);
    ck_assert_uint_gt(n->origin[1], n->origin[0]);
}
END_TEST

START_TEST(spans_of_maps_end_with_their_last_value)
{
    const char *text = "a:\n  b: 1\n  c: [2, 3]  # x\n\n# y\nd: 4\n";
    const struct yaml_node *n;

    read_text(text);
    n = yaml_get(file.document[0], "a");
    ck_assert_uint_eq(n->at.from, 5);
    ck_assert_uint_eq(n->at.size, strlen("b: 1\n  c: [2, 3]"));
    ck_assert_uint_eq(file.document[0]->at.size, strlen(text) - 1);
}
END_TEST

START_TEST(out_of_memory_is_said_and_nothing_leaks)
{
    bool whole = false;

    for (size_t n = 1; n < 200 && !whole; n++)
        for (int sticky = 0; sticky < 2; sticky++) {
            struct arena poor;

            again();
            arena_init(&poor, 0, "poor");
            alloc_fail_at(n, sticky);
            whole = yaml_read(&poor, ds, "a.yaml",
                bytes_of("é: {b: [1, 2]}\ncafe\xCC\x81: &x d\na: 1\na: 2\n"), &file);
            whole = whole && alloc_count() < n;
            alloc_fail_at(0, 0);
            arena_fini(&poor);
        }
    ck_assert(whole);
}
END_TEST

Suite *
suite_yaml_read(void)
{
    Suite *s = suite_create("yaml_read");
    TCase *profile = tcase_create("profile"), *limits = tcase_create("limits"),
          *origin = tcase_create("origin");

    tcase_add_checked_fixture(profile, setup, teardown);
    tcase_add_loop_test(profile, scalars_are_text, 0, sizeof trees / sizeof *trees);
    tcase_add_loop_test(
        profile, faults_are_told_with_their_place, 0, sizeof faults / sizeof *faults);
    tcase_add_loop_test(
        profile, remarks_with_quotes_are_no_fault, 0, sizeof innocent / sizeof *innocent);
    tcase_add_loop_test(
        profile, well_known_faults_are_told_letter_by_letter, 0, sizeof exacts / sizeof *exacts);
    tcase_add_test(profile, documents_before_a_fault_are_kept);
    tcase_add_test(profile, one_pass_tells_all_faults);
    tcase_add_checked_fixture(limits, setup, teardown);
    tcase_set_timeout(limits, 60);
    tcase_add_loop_test(limits, depth_is_capped, 1, LIMIT_YAML_DEPTH + 3);
    tcase_add_test(limits, size_is_capped);
    tcase_add_test(limits, a_scalar_is_capped);
    tcase_add_test(limits, keys_and_values_are_capped);
    tcase_add_loop_test(
        limits, hostile_files_are_answered_at_once, 0, sizeof floods / sizeof *floods);
    tcase_add_test(limits, many_keys_are_told_apart_quickly);
    tcase_add_checked_fixture(origin, setup, teardown);
    tcase_add_loop_test(origin, origins_are_those_of_the_writer, YAML_PLAIN, YAML_FOLDED + 1);
    tcase_add_test(origin, a_span_is_the_word_as_written);
    tcase_add_test(origin, a_span_in_composed_text_stays_near);
    tcase_add_test(origin, line_ends_that_a_block_keeps_have_an_origin);
    tcase_add_test(origin, spans_of_maps_end_with_their_last_value);
    tcase_add_test(origin, out_of_memory_is_said_and_nothing_leaks);
    suite_add_tcase(s, profile);
    suite_add_tcase(s, limits);
    suite_add_tcase(s, origin);
    return s;
}
