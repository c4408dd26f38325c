#include "text/json_read.h"

#include "base/buf.h"
#include "text/utf8.h"

enum expect {
    VALUE,          /* at the start, and behind a colon */
    VALUE_OR_CLOSE, /* behind [ */
    KEY_OR_CLOSE,   /* behind { */
    COMMA_OR_CLOSE, /* behind a value */
    NOTHING,        /* behind the whole value */
};

void
json_init(struct json_read *r, struct bytes text)
{
    *r = (struct json_read){.text = text, .most = LIMIT_JSON_DEPTH, .expect = VALUE};
}

static enum weir_status
fault(struct json_read *r, const char *what)
{
    r->fault = what;
    return WEIR_REJECT;
}

/* The byte at `at + n`, or -1 behind the end. */
static int
peek(const struct json_read *r, size_t n)
{
    return r->text.size - r->at > n ? (unsigned char)r->text.at[r->at + n] : -1;
}

static bool
in_map(const struct json_read *r)
{
    return (r->kinds >> r->depth & 1) != 0;
}

static void
value_done(struct json_read *r)
{
    r->expect = r->depth == 0 ? NOTHING : COMMA_OR_CLOSE;
}

static enum weir_status
open_level(struct json_read *r, bool map, struct json_token *out)
{
    if (r->depth == r->most)
        return fault(r, "maps and lists are nested more than 32 deep");
    r->depth++;
    r->kinds &= ~(UINT64_C(1) << r->depth);
    r->kinds |= (uint64_t)map << r->depth;
    r->expect = map ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
    r->at++;
    out->event = map ? JSON_OPEN_MAP : JSON_OPEN_LIST;
    return WEIR_OK;
}

static enum weir_status
close_level(struct json_read *r, struct json_token *out)
{
    out->event = in_map(r) ? JSON_CLOSE_MAP : JSON_CLOSE_LIST;
    r->depth--;
    r->at++;
    value_done(r);
    return WEIR_OK;
}

static int
hex_value(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return -1;
}

/* The size of the escape at text[at], a backslash; 0 if it is none. */
static size_t
escape_size(struct bytes text, size_t at)
{
    if (text.size - at < 2)
        return 0;
    if (text.at[at + 1] != '\0' && strchr("\"\\/bfnrt", text.at[at + 1]) != NULL)
        return 2;
    if (text.at[at + 1] != 'u' || text.size - at < 6)
        return 0;
    for (size_t i = 2; i < 6; i++)
        if (hex_value((unsigned char)text.at[at + i]) < 0)
            return 0;
    return 6;
}

static enum weir_status
read_text(struct json_read *r, struct json_token *out)
{
    size_t at = r->at + 1;

    out->escaped = false;
    while (at < r->text.size && r->text.at[at] != '"') {
        unsigned char c = (unsigned char)r->text.at[at];
        size_t size = 1;

        if (c < 0x20) {
            r->at = at;
            return fault(r, "a control character stands in a text; it must be escaped");
        }
        if (c == '\\') {
            out->escaped = true;
            size = escape_size(r->text, at);
        }
        if (size == 0) {
            r->at = at;
            return fault(r, "a backslash begins no escape of JSON");
        }
        at += size;
    }
    if (at >= r->text.size)
        return fault(r, "a text is not closed, its \" is missing");
    out->raw = (struct bytes){r->text.at + r->at + 1, at - r->at - 1};
    r->at = at + 1;
    return WEIR_OK;
}

static void
skip_blanks(struct json_read *r)
{
    while (r->at < r->text.size && (r->text.at[r->at] == ' ' || r->text.at[r->at] == '\t' ||
                                       r->text.at[r->at] == '\r' || r->text.at[r->at] == '\n'))
        r->at++;
}

static enum weir_status
read_key(struct json_read *r, struct json_token *out)
{
    enum weir_status st;

    if (peek(r, 0) != '"')
        return fault(r, "a key in double quotes is missing");
    out->event = JSON_KEY;
    if ((st = read_text(r, out)) != WEIR_OK)
        return st;
    skip_blanks(r);
    if (peek(r, 0) != ':')
        return fault(r, "a colon is missing behind a key");
    r->at++;
    r->expect = VALUE;
    return WEIR_OK;
}

static size_t
digits(const struct json_read *r, size_t n)
{
    while (peek(r, n) >= '0' && peek(r, n) <= '9')
        n++;
    return n;
}

/* RFC 8259 section 6. */
static enum weir_status
read_number(struct json_read *r, struct json_token *out)
{
    size_t begin = peek(r, 0) == '-' ? 1 : 0, n = digits(r, begin), from;

    if (n == begin)
        return fault(r, "a value is missing, or is none of JSON");
    if (peek(r, begin) == '0' && n > begin + 1)
        return fault(r, "a number begins with 0");
    if (peek(r, n) == '.') {
        from = n + 1;
        if ((n = digits(r, from)) == from)
            return fault(r, "digits are missing behind a decimal point");
    }
    if (peek(r, n) == 'e' || peek(r, n) == 'E') {
        from = n + 1;
        from += peek(r, from) == '+' || peek(r, from) == '-';
        if ((n = digits(r, from)) == from)
            return fault(r, "digits are missing in an exponent");
    }
    out->event = JSON_NUMBER;
    out->raw = (struct bytes){r->text.at + r->at, n};
    r->at += n;
    value_done(r);
    return WEIR_OK;
}

static enum weir_status
read_word(struct json_read *r, const char *word, enum json_event event, struct json_token *out)
{
    size_t size = strlen(word);

    if (r->text.size - r->at < size || memcmp(r->text.at + r->at, word, size) != 0)
        return fault(r, "a value is missing, or is none of JSON");
    r->at += size;
    out->event = event;
    value_done(r);
    return WEIR_OK;
}

static enum weir_status
read_value(struct json_read *r, struct json_token *out)
{
    enum weir_status st;

    switch (peek(r, 0)) {
    case '{':
        return open_level(r, true, out);
    case '[':
        return open_level(r, false, out);
    case '"':
        out->event = JSON_TEXT;
        if ((st = read_text(r, out)) == WEIR_OK)
            value_done(r);
        return st;
    case 't':
        return read_word(r, "true", JSON_TRUE, out);
    case 'f':
        return read_word(r, "false", JSON_FALSE, out);
    case 'n':
        return read_word(r, "null", JSON_NULL, out);
    default:
        return read_number(r, out);
    }
}

/* Behind a comma. */
static enum weir_status
read_next(struct json_read *r, struct json_token *out)
{
    r->at++;
    skip_blanks(r);
    if (!in_map(r))
        return read_value(r, out);
    return read_key(r, out);
}

enum weir_status
json_next(struct json_read *r, struct json_token *out)
{
    bool closes;

    *out = (struct json_token){0};
    skip_blanks(r);
    if (r->expect == NOTHING)
        return r->at == r->text.size ? WEIR_END : fault(r, "more text follows the value");
    if (r->at == r->text.size)
        return fault(r, "the text ends too early");
    closes = r->depth > 0 && peek(r, 0) == (in_map(r) ? '}' : ']');
    switch ((enum expect)r->expect) {
    case COMMA_OR_CLOSE:
        if (peek(r, 0) == ',')
            return read_next(r, out);
        if (!closes)
            return fault(r, in_map(r) ? "a comma or } is missing" : "a comma or ] is missing");
        return close_level(r, out);
    case KEY_OR_CLOSE:
        return closes ? close_level(r, out) : read_key(r, out);
    case VALUE_OR_CLOSE:
        return closes ? close_level(r, out) : read_value(r, out);
    case VALUE:
    case NOTHING:
        break;
    }
    return read_value(r, out);
}

static uint32_t
hex4(const char *at)
{
    uint32_t n = 0;

    for (size_t i = 0; i < 4; i++)
        n = n << 4 | (uint32_t)hex_value((unsigned char)at[i]);
    return n;
}

/* A pair of surrogates is one code point; half of one is U+FFFD, as some systems cut texts there.
 */
static size_t
put_unicode(struct bytes raw, size_t at, struct buf *out)
{
    uint32_t point = hex4(raw.at + at + 2), low;
    size_t size = 6;
    char room[4];

    if (point >= 0xd800 && point < 0xdc00 && raw.size - at >= 12 && raw.at[at + 6] == '\\' &&
        raw.at[at + 7] == 'u' && escape_size(raw, at + 6) == 6) {
        low = hex4(raw.at + at + 8);
        if (low >= 0xdc00 && low < 0xe000) {
            point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
            size = 12;
        }
    }
    buf_add(out, room, utf8_put(point, room));
    return size;
}

static char
short_escape(char c)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *at = strchr(from, c);

    return at != NULL ? to[at - from] : c;
}

bool
json_unescape(struct bytes raw, struct buf *out)
{
    size_t i = 0;

    while (i < raw.size) {
        size_t from = i, size;

        while (i < raw.size && raw.at[i] != '\\')
            i++;
        buf_add(out, raw.at + from, i - from);
        if (i == raw.size)
            break;
        size = escape_size(raw, i);
        if (size == 0)
            return false;
        if (size == 6)
            size = put_unicode(raw, i, out);
        else
            buf_byte(out, short_escape(raw.at[i + 1]));
        i += size;
    }
    return true;
}
