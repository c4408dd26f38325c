/* json_write - commas and escapes; compact, keys in the order written, UTF-8. */
#include "text/json_write.h"

#include <assert.h>

#include "base/buf.h"
#include "text/utf8.h"

static void
put_comma(struct json_write *w)
{
    if (w->comma)
        buf_byte(w->out, ',');
    w->comma = true;
}

void
json_open(struct json_write *w, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    put_comma(w);
    buf_byte(w->out, bracket);
    w->comma = false;
}

void
json_close(struct json_write *w, char bracket)
{
    assert(bracket == '}' || bracket == ']');
    buf_byte(w->out, bracket);
    w->comma = true;
}

static void
put_unit(struct buf *out, uint32_t unit)
{
    static const char hex[] = "0123456789abcdef";
    char room[6] = {
        '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};

    buf_add(out, room, sizeof room);
}

static void
put_ascii(struct buf *out, char c)
{
    static const char named[] = "\bb\ff\nn\rr\tt\"\"\\\\";

    for (size_t i = 0; i + 1 < sizeof named; i += 2)
        if (named[i] == c) {
            buf_byte(out, '\\');
            buf_byte(out, named[i + 1]);
            return;
        }
    put_unit(out, (unsigned char)c);
}

/* C1 controls, bidirectional controls, and the separators that JavaScript takes for line ends. */
static bool
is_hidden(uint32_t c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool
is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void
put_text(struct buf *out, struct bytes text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.size;) {
        struct bytes rest = {text.at + i, 0};
        uint32_t point;
        size_t size;

        while (i < text.size && is_plain((unsigned char)text.at[i])) {
            rest.size++;
            i++;
        }
        buf_add(out, rest.at, rest.size);
        if (i == text.size)
            break;
        if ((unsigned char)text.at[i] < 0x80) {
            put_ascii(out, text.at[i++]);
            continue;
        }
        rest = (struct bytes){text.at + i, text.size - i};
        size = utf8_next(rest, &point);
        if (size == 0)
            buf_text(out, "\xEF\xBF\xBD");
        else if (is_hidden(point))
            put_unit(out, point);
        else
            buf_add(out, rest.at, size);
        i += size > 0 ? size : 1;
    }
    buf_byte(out, '"');
}

void
json_key(struct json_write *w, const char *key)
{
    put_comma(w);
    put_text(w->out, bytes_of(key));
    buf_byte(w->out, ':');
    w->comma = false;
}

void
json_text(struct json_write *w, struct bytes text)
{
    put_comma(w);
    put_text(w->out, text);
}

void
json_int(struct json_write *w, int64_t n)
{
    put_comma(w);
    buf_int(w->out, n);
}

void
json_raw(struct json_write *w, struct bytes lexeme)
{
    assert(lexeme.size > 0);
    put_comma(w);
    buf_add(w->out, lexeme.at, lexeme.size);
}

void
json_bool(struct json_write *w, bool yes)
{
    put_comma(w);
    buf_text(w->out, yes ? "true" : "false");
}

void
json_null(struct json_write *w)
{
    put_comma(w);
    buf_text(w->out, "null");
}
