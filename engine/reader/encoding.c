#include "reader/encoding.h"

#include <stdio.h>

#include "base/buf.h"
#include "text/charset.h"
#include "text/utf8.h"

/* Shares of the head, as it is bytes of unknown meaning that are counted. */
enum {
    CONTROLS_FREE = 2,     /* a stray control byte or NUL makes no binary file ... */
    CONTROLS_PER = 32,     /* ... one in 32 bytes does */
    VALID_TO_INVALID = 10, /* UTF-8 with some damage is still UTF-8 */
};

struct survey {
    size_t controls, zeros[2]; /* at even and odd places */
    size_t valid, invalid;     /* multi-byte characters; bytes that belong to none */
};

/* No text has these; Ctrl-Z, escape and the separator of RFC 7464 it may have. */
static bool
control(char byte)
{
    unsigned char c = (unsigned char)byte;

    return c < 9 || (c > 13 && c < 32 && c != 0x1a && c != 0x1b && c != 0x1e) || c == 127;
}

/* The head may be cut inside its last character. */
static struct survey
look(struct bytes head)
{
    struct survey s = {0};

    for (size_t i = 0; i < head.size; i++) {
        s.zeros[i % 2] += head.at[i] == 0;
        s.controls += control(head.at[i]);
    }
    for (size_t i = 0; i < head.size;) {
        uint32_t point;
        size_t size = utf8_next((struct bytes){head.at + i, head.size - i}, &point);

        s.valid += size > 1;
        s.invalid += size == 0 && (head.size - i >= 4 || head.size < ENCODING_HEAD_BYTES);
        i += size == 0 ? 1 : size;
    }
    return s;
}

static bool
looks_utf16(const struct survey *s, size_t size)
{
    size_t more = s->zeros[0] > s->zeros[1] ? s->zeros[0] : s->zeros[1];
    size_t less = s->zeros[0] > s->zeros[1] ? s->zeros[1] : s->zeros[0];

    return size >= 4 && more > size / 8 && less < more / 8 + 1;
}

static bool
begins(struct bytes head, const char *mark, size_t size)
{
    return head.size >= size && memcmp(head.at, mark, size) == 0;
}

static void
set_name(struct encoding *e, const char *name)
{
    (void)snprintf(e->name, sizeof e->name, "%s", name);
}

static enum weir_status
set_charset(struct charset **to, const char *name, struct weir_err *err)
{
    bool no_memory;

    *to = charset_open(name, &no_memory);
    if (*to != NULL)
        return WEIR_OK;
    if (no_memory)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a code page");
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E209",
        "the mapping says the encoding is \"%.20s\", which is not known here; known are UTF-8, "
        "UTF-16LE, UTF-16BE, windows-1250 and its kin, ISO-8859-2 and its kin, YUSCII",
        name);
}

/* Same but for capitals, hyphens and underscores. */
static bool
is_named(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == '-' || *a == '_')
            a++;
        while (*b == '-' || *b == '_')
            b++;
        if ((*a | 32) != (*b | 32))
            return false;
        if (*a == '\0')
            return true;
    }
}

static bool
read_mark(struct encoding *e, struct bytes head)
{
    if (begins(head, "\xef\xbb\xbf", 3)) {
        e->mark_bytes = 3;
        set_name(e, "UTF-8");
    } else if (begins(head, "\xff\xfe", 2)) {
        e->mark_bytes = 2;
        e->units = ENCODING_UTF16_LE;
        set_name(e, "UTF-16LE");
    } else if (begins(head, "\xfe\xff", 2)) {
        e->mark_bytes = 2;
        e->units = ENCODING_UTF16_BE;
        set_name(e, "UTF-16BE");
    }
    return e->mark_bytes > 0;
}

static enum weir_status
declare(struct encoding *e, const char *declared, struct weir_err *err)
{
    enum weir_status st;

    if (is_named(declared, "UTF-8") || is_named(declared, "ASCII") ||
        is_named(declared, "US-ASCII")) {
        set_name(e, "UTF-8");
        return WEIR_OK;
    }
    if (is_named(declared, "UTF-16LE") || is_named(declared, "UTF-16BE")) {
        bool little = is_named(declared, "UTF-16LE");

        e->units = little ? ENCODING_UTF16_LE : ENCODING_UTF16_BE;
        set_name(e, little ? "UTF-16LE" : "UTF-16BE");
        return WEIR_OK;
    }
    st = set_charset(&e->charset, declared, err);
    if (st == WEIR_OK)
        set_name(e, charset_name(e->charset));
    return st;
}

static enum weir_status
refuse_utf16(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E210",
        "this looks like UTF-16 without a byte order mark; ask for UTF-8, or say "
        "`encoding: UTF-16LE` (or UTF-16BE) in the mapping");
}

static enum weir_status
detect(
    struct encoding *e, const struct survey *s, enum reader_notation notation, struct weir_err *err)
{
    bool damaged_utf8 = s->valid > VALID_TO_INVALID * s->invalid;
    enum weir_status st;

    set_name(e, "UTF-8");
    if (notation == READER_JSONL || (damaged_utf8 && s->valid > 0))
        return WEIR_OK;
    st = set_charset(&e->fallback, "windows-1250", err);
    if (st == WEIR_OK && s->invalid > 0) {
        e->charset = e->fallback;
        e->fallback = NULL;
        set_name(e, charset_name(e->charset));
    }
    return st;
}

enum weir_status
encoding_open(struct encoding *e, const char *declared, struct bytes head,
    enum reader_notation notation, struct weir_err *err)
{
    struct survey s = look(head);
    enum weir_status st;

    *e = (struct encoding){0};
    if (read_mark(e, head))
        return WEIR_OK;
    if (declared != NULL && !is_named(declared, "UTF-16")) {
        if ((st = declare(e, declared, err)) != WEIR_OK || e->units != ENCODING_BYTES)
            return st;
    } else if (declared != NULL) {
        return refuse_utf16(err);
    }
    if (looks_utf16(&s, head.size))
        return refuse_utf16(err);
    if (s.controls > CONTROLS_FREE + head.size / CONTROLS_PER || control(head.at[0]))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E204",
            "this is no text but a binary file; a gzip file or plain text is wanted");
    return declared != NULL ? WEIR_OK : detect(e, &s, notation, err);
}

bool
encoding_converts(struct encoding *e, struct bytes row, bool high)
{
    if (high && e->fallback != NULL) {
        bool valid = utf8_valid(row);

        e->charset = valid ? NULL : e->fallback;
        if (valid)
            charset_close(e->fallback);
        else
            set_name(e, charset_name(e->charset));
        e->fallback = NULL;
    }
    return e->charset != NULL && (high || !charset_keeps_ascii(e->charset));
}

void
encoding_add(const struct encoding *e, struct bytes text, struct buf *out)
{
    charset_add(e->charset, text, out);
}

void
encoding_close(struct encoding *e)
{
    charset_close(e->charset);
    charset_close(e->fallback);
    *e = (struct encoding){0};
}
