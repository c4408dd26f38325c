/* JSON: against a parser that calls itself, on grown and damaged texts; and what RFC 8259 says. */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "support/rng.h"
#include "support/suites.h"
#include "text/json_read.h"

/* Events as letters, texts and numbers behind them; "!" at a fault. */
static void
events(struct bytes text, struct buf *log)
{
    static const char letters[] = "{}[]ktn+-0";
    struct json_read r;
    struct json_token t;
    enum weir_status st;

    json_init(&r, text);
    while ((st = json_next(&r, &t)) == WEIR_OK) {
        buf_byte(log, letters[t.event]);
        buf_add(log, t.raw.at, t.raw.size);
        buf_byte(log, t.escaped ? '\\' : ' ');
    }
    if (st == WEIR_REJECT && (r.fault == NULL || r.at > text.size))
        ck_abort_msg("a fault without words, or outside the text");
    buf_byte(log, st == WEIR_END ? '.' : '!');
}

/* --- the twin --- */

struct twin {
    const char *at, *end;
    struct buf *log;
    int depth;
};

static bool twin_value(struct twin *t);

static void
twin_blanks(struct twin *t)
{
    while (t->at < t->end && *t->at != '\0' && strchr(" \t\r\n", *t->at) != NULL)
        t->at++;
}

static bool
twin_is(struct twin *t, char c)
{
    twin_blanks(t);
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

static bool
twin_text(struct twin *t, char event)
{
    const char *from;
    bool escaped = false;

    if (!twin_is(t, '"'))
        return false;
    for (from = t->at; t->at < t->end && *t->at != '"'; t->at++) {
        if ((unsigned char)*t->at < 0x20)
            return false;
        if (*t->at != '\\')
            continue;
        escaped = true;
        if (++t->at == t->end || *t->at == '\0' || strchr("\"\\/bfnrtu", *t->at) == NULL)
            return false;
        for (int i = 0; *t->at == 'u' && i < 4; i++)
            if (t->end - t->at <= i + 1 || t->at[i + 1] == '\0' ||
                strchr("0123456789abcdefABCDEF", t->at[i + 1]) == NULL)
                return false;
    }
    if (t->at == t->end)
        return false;
    buf_byte(t->log, event);
    buf_add(t->log, from, (size_t)(t->at - from));
    buf_byte(t->log, escaped ? '\\' : ' ');
    t->at++;
    return true;
}

static size_t
twin_digits(struct twin *t)
{
    const char *from = t->at;

    while (t->at < t->end && *t->at >= '0' && *t->at <= '9')
        t->at++;
    return (size_t)(t->at - from);
}

static bool
twin_number(struct twin *t)
{
    const char *from = t->at, *first;

    if (*t->at == '-')
        t->at++;
    first = t->at;
    if (twin_digits(t) == 0 || (*first == '0' && t->at - first > 1))
        return false;
    if (t->at < t->end && *t->at == '.') {
        t->at++;
        if (twin_digits(t) == 0)
            return false;
    }
    if (t->at < t->end && (*t->at == 'e' || *t->at == 'E')) {
        t->at++;
        if (t->at < t->end && (*t->at == '+' || *t->at == '-'))
            t->at++;
        if (twin_digits(t) == 0)
            return false;
    }
    buf_byte(t->log, 'n');
    buf_add(t->log, from, (size_t)(t->at - from));
    buf_byte(t->log, ' ');
    return true;
}

static bool
twin_level(struct twin *t, char open, char close)
{
    if (t->depth == LIMIT_JSON_DEPTH)
        return false;
    t->depth++;
    t->at++;
    buf_print(t->log, "%c ", open);
    if (!twin_is(t, close)) {
        do {
            if (open == '{' && (!twin_text(t, 'k') || !twin_is(t, ':')))
                return false;
            if (!twin_value(t))
                return false;
        } while (twin_is(t, ','));
        if (!twin_is(t, close))
            return false;
    }
    t->depth--;
    buf_print(t->log, "%c ", close);
    return true;
}

static bool
twin_value(struct twin *t)
{
    static const struct {
        const char *word;
        char event;
    } words[] = {{"true", '+'}, {"false", '-'}, {"null", '0'}};

    twin_blanks(t);
    if (t->at == t->end)
        return false;
    if (*t->at == '{')
        return twin_level(t, '{', '}');
    if (*t->at == '[')
        return twin_level(t, '[', ']');
    if (*t->at == '"')
        return twin_text(t, 't');
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(words[i].word);

        if ((size_t)(t->end - t->at) >= size && memcmp(t->at, words[i].word, size) == 0) {
            t->at += size;
            buf_print(t->log, "%c ", words[i].event);
            return true;
        }
    }
    return twin_number(t);
}

static void
twin(struct bytes text, struct buf *log)
{
    struct twin t = {.at = text.at, .end = text.at + text.size, .log = log};
    bool good = twin_value(&t);

    twin_blanks(&t);
    buf_byte(log, good && t.at == t.end ? '.' : '!');
}

static void
grow_value(uint64_t *seed, int depth, struct buf *out)
{
    static const char *const plain[] = {"1", "-0", "0.50", "12e3", "1E-7", "true", "false", "null",
        "\"\"", "\"a\"", "\"\\u010d\\n\"", "\"\xc4\x8d\"", "\"{}[],:\"", " 7 ", "\t\"x\"\r\n"};
    uint64_t kind = rng_below(seed, depth > 4 ? 1 : 3), count = rng_below(seed, 4);

    if (kind == 0) {
        buf_text(out, plain[rng_below(seed, sizeof plain / sizeof *plain)]);
        return;
    }
    buf_byte(out, kind == 1 ? '{' : '[');
    for (uint64_t i = 0; i < count; i++) {
        if (i > 0)
            buf_byte(out, ',');
        if (kind == 1)
            buf_print(out, "\"k%d\":", (int)i);
        grow_value(seed, depth + 1, out);
    }
    buf_byte(out, kind == 1 ? '}' : ']');
}

enum { TEXTS = 20000, PARTS = 10 };

START_TEST(agrees_with_a_parser_that_calls_itself)
{
    static const char marks[] = "{}[],:\"\\ 01-.eEtfnu\x01\x7f";
    uint64_t seed = (uint64_t)_i + 5;

    for (int n = 0; n < TEXTS / PARTS; n++) {
        struct buf text = {0}, want = {0}, got = {0};

        grow_value(&seed, 0, &text);
        for (uint64_t damage = rng_below(&seed, 4); damage > 0 && n % 3 != 0; damage--)
            text.at[rng_below(&seed, text.size)] = marks[rng_below(&seed, sizeof marks)];
        if (n % 7 == 0)
            text.size = rng_below(&seed, text.size + 1);
        twin(buf_bytes(&text), &want);
        events(buf_bytes(&text), &got);
        /* What stands before a fault may be noticed later by one than by the other. */
        if (want.at[want.size - 1] != got.at[got.size - 1] ||
            (want.at[want.size - 1] == '.' && !bytes_equal(buf_bytes(&want), buf_bytes(&got))))
            ck_abort_msg("text %.*s\nwant %.*s\ngot %.*s", (int)text.size, text.at, (int)want.size,
                want.at, (int)got.size, got.at);
        buf_fini(&text);
        buf_fini(&want);
        buf_fini(&got);
    }
}
END_TEST

static const struct fault {
    const char *text;
    size_t at;
    const char *words;
} faults[] = {
    {"", 0, "the text ends too early"},
    {"{", 1, "the text ends too early"},
    {"{\"a\":1 \"b\":2}", 7, "a comma or } is missing"},
    {"[1 2]", 3, "a comma or ] is missing"},
    {"{a:1}", 1, "a key in double quotes is missing"},
    {"{\"a\":1,}", 7, "a key in double quotes is missing"},
    {"[1,]", 3, "a value is missing, or is none of JSON"},
    {"{\"a\" 1}", 5, "a colon is missing behind a key"},
    {"{\"a\":}", 5, "a value is missing, or is none of JSON"},
    {"[tru]", 1, "a value is missing, or is none of JSON"},
    {"[NaN]", 1, "a value is missing, or is none of JSON"},
    {"['a']", 1, "a value is missing, or is none of JSON"},
    {"[01]", 1, "a number begins with 0"},
    {"[1.]", 1, "digits are missing behind a decimal point"},
    {"[1e]", 1, "digits are missing in an exponent"},
    {"[+1]", 1, "a value is missing, or is none of JSON"},
    {"[-]", 1, "a value is missing, or is none of JSON"},
    {"[\"a]", 1, "a text is not closed, its \" is missing"},
    {"[\"\\x\"]", 2, "a backslash begins no escape of JSON"},
    {"[\"\\u12g4\"]", 2, "a backslash begins no escape of JSON"},
    {"[\"\t\"]", 2, "a control character stands in a text; it must be escaped"},
    {"{}{}", 2, "more text follows the value"},
    {"[}", 1, "a value is missing, or is none of JSON"},
    {"{]", 1, "a key in double quotes is missing"},
};
enum { FAULTS = sizeof faults / sizeof *faults };

START_TEST(faults_say_what_and_where)
{
    struct json_read r;
    struct json_token t;
    enum weir_status st;

    json_init(&r, bytes_of(faults[_i].text));
    while ((st = json_next(&r, &t)) == WEIR_OK)
        ;
    ck_assert_int_eq(st, WEIR_REJECT);
    ck_assert_str_eq(r.fault, faults[_i].words);
    ck_assert_uint_eq(r.at, faults[_i].at);
}
END_TEST

START_TEST(depth_has_a_limit)
{
    for (int depth = LIMIT_JSON_DEPTH - 1; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
        struct buf text = {0}, log = {0};

        for (int i = 0; i < depth; i++)
            buf_text(&text, i % 2 == 0 ? "[" : "{\"a\":");
        buf_text(&text, "1");
        for (int i = depth; i > 0; i--)
            buf_byte(&text, i % 2 == 1 ? ']' : '}');
        events(buf_bytes(&text), &log);
        ck_assert_int_eq(log.at[log.size - 1], depth <= LIMIT_JSON_DEPTH ? '.' : '!');
        buf_fini(&text);
        buf_fini(&log);
    }
}
END_TEST

static const struct escape {
    const char *raw, *text; /* text NULL: a bad escape */
} escapes[] = {
    {"", ""},
    {"plain", "plain"},
    {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
    {"\\u0041\\u010D\\u20ac", "Ač€"},
    {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
    {"a\\ud83d", "a\xef\xbf\xbd"},
    {"\\ude00b", "\xef\xbf\xbd"
                 "b"},
    {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
    {"\\ud83d\\n", "\xef\xbf\xbd\n"},
    {"\\", NULL},
    {"\\x", NULL},
    {"\\u12", NULL},
    {"\\u12g4", NULL},
};
enum { ESCAPES = sizeof escapes / sizeof *escapes };

START_TEST(escapes_are_undone)
{
    const struct escape *e = &escapes[_i];
    struct buf out = {0};

    ck_assert_int_eq(json_unescape(bytes_of(e->raw), &out), e->text != NULL);
    if (e->text != NULL)
        ck_assert(bytes_equal(buf_bytes(&out), bytes_of(e->text)));
    buf_fini(&out);
}
END_TEST

START_TEST(number_lexemes_stay_as_written)
{
    struct buf log = {0};

    events(bytes_of("[1.10,-0,1e5,123456789012345678901234567890.5]"), &log);
    ck_assert(bytes_equal(
        buf_bytes(&log), bytes_of("[ n1.10 n-0 n1e5 n123456789012345678901234567890.5 ] .")));
    buf_fini(&log);
}
END_TEST

Suite *
suite_json_read(void)
{
    Suite *s = suite_create("json_read");
    TCase *t = tcase_create("json");

    tcase_add_loop_test(t, agrees_with_a_parser_that_calls_itself, 0, PARTS);
    tcase_add_loop_test(t, faults_say_what_and_where, 0, FAULTS);
    tcase_add_test(t, depth_has_a_limit);
    tcase_add_loop_test(t, escapes_are_undone, 0, ESCAPES);
    tcase_add_test(t, number_lexemes_stay_as_written);
    suite_add_tcase(s, t);
    return s;
}
