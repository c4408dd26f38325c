/* regex_syntax - a pattern as a row of pieces. */
#include "text/regex_syntax.h"

#include <string.h>

#include "text/utf8.h"

enum { DIGITS_MAX = 4 /* of a repeat count */ };

static bool
starts(struct bytes p, size_t at, const char *head)
{
    size_t size = strlen(head);

    return at <= p.size && size <= p.size - at && memcmp(p.at + at, head, size) == 0;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte at `at`, 0 behind the end. */
static char
byte(struct bytes p, size_t at)
{
    return at < p.size ? p.at[at] : '\0';
}

/* ---- classes ------------------------------------------------------------------ */

size_t
regex_class_end(struct bytes p, size_t at)
{
    size_t i = at + 1;

    if (byte(p, i) == '^')
        i++;
    if (byte(p, i) == ']')
        i++; /* first in the class: an ordinary character */
    while (i < p.size && p.at[i] != ']') {
        if (p.at[i] == '\\') {
            if (starts(p, i, "\\Q")) {
                for (i += 2; i < p.size && !starts(p, i, "\\E");)
                    i++;
            }
            i += 2;
        } else if (starts(p, i, "[:")) {
            size_t end = i + 2;

            while (end < p.size && ((p.at[end] >= 'a' && p.at[end] <= 'z') || p.at[end] == '^'))
                end++;
            i = starts(p, end, ":]") ? end + 2 : i + 1;
        } else {
            i++;
        }
    }
    return i < p.size ? i + 1 : p.size;
}

/* One member as a character; 0 where it stands for many or cannot be read for certain. */
static size_t
member_point(struct bytes rest, uint32_t *point)
{
    size_t escape = rest.at[0] == '\\', size;

    if (rest.at[0] == '[' || rest.size <= escape)
        return 0;
    if (escape > 0 && (is_letter(rest.at[1]) || is_digit(rest.at[1])))
        return 0;
    size = utf8_next((struct bytes){rest.at + escape, rest.size - escape}, point);
    return size == 0 ? 0 : size + escape;
}

size_t
regex_class_members(struct bytes class, uint32_t *points, size_t cap)
{
    size_t count = 0, end = class.size - 1, i = 1;

    if (class.size < 3 || class.at[1] == '^' || class.at[1] == ']')
        return 0;
    while (i < end) {
        uint32_t low, high;
        size_t size = member_point((struct bytes){class.at + i, end - i}, &low);

        if (size == 0)
            return 0;
        i += size;
        high = low;
        if (class.at[i] == '-' && i + 1 < end) {
            size = member_point((struct bytes){class.at + i + 1, end - i - 1}, &high);
            if (size == 0 || high < low)
                return 0;
            i += size + 1;
        }
        if (high - low >= cap - count)
            return 0;
        for (uint32_t point = low; point <= high; point++)
            points[count++] = point;
    }
    return count;
}

/* ---- escapes ------------------------------------------------------------------ */

/* The property behind \p or \P; 0 where it is not closed. */
static size_t
property_size(struct bytes p, size_t at)
{
    const char *end;

    if (is_letter(byte(p, at)))
        return 1;
    end = byte(p, at) == '{' ? memchr(p.at + at, '}', p.size - at) : NULL;
    return end == NULL ? 0 : (size_t)(end + 1 - (p.at + at));
}

/* A backslash and what follows; \Q and \E are not met here. */
static void
take_escape(struct bytes p, struct regex_piece *out)
{
    size_t at = out->from + 1, size;
    char c = byte(p, at);

    out->size = 2;
    out->kind = REGEX_STRANGE;
    if (c == '\0') {
        return;
    }
    if (c == 'p' || c == 'P') {
        size = property_size(p, at + 1);
        out->size += size;
        out->kind = size > 0 ? REGEX_ANY : REGEX_STRANGE;
    } else if (c == 'd') {
        out->kind = REGEX_DIGIT;
    } else if (strchr("wWsSDhHvVRX", c) != NULL || (c == 'N' && byte(p, at + 1) != '{')) {
        out->kind = REGEX_ANY;
    } else if (strchr("ntrfea", c) != NULL) {
        out->kind = REGEX_ANY; /* no letter of any word */
    } else if (strchr("bBAzZGK", c) != NULL) {
        out->kind = REGEX_EDGE;
    } else if (!is_letter(c) && !is_digit(c)) {
        size = utf8_next((struct bytes){p.at + at, p.size - at}, &out->point);
        out->kind = size > 0 ? REGEX_CHAR : REGEX_STRANGE;
        out->size = 1 + size;
    }
}

/* ---- groups ------------------------------------------------------------------- */

/* Behind (? : letters that switch something, to `)` or `:`. */
static void
take_options(struct bytes p, size_t at, struct regex_piece *out)
{
    bool off = false;

    for (;; at++) {
        char c = byte(p, at);

        if (c == '^') {
            out->cased = true;
        } else if (c == '-') {
            off = true;
        } else if (c == ')' || c == ':') {
            out->kind = c == ')' ? REGEX_OPTION : REGEX_OPEN;
            out->size = at + 1 - out->from;
            return;
        } else if (c == 'i') {
            out->cased = out->cased || off;
        } else if (c == '\0' || strchr("msnJU", c) == NULL) {
            out->kind = REGEX_STRANGE; /* `x` among them: blanks would mean nothing */
            return;
        }
    }
}

/* A group's name and the sign that ends it. */
static void
take_name(struct bytes p, size_t at, char end, struct regex_piece *out)
{
    const char *stop = at < p.size ? memchr(p.at + at, end, p.size - at) : NULL;

    out->kind = stop == NULL ? REGEX_STRANGE : REGEX_OPEN;
    out->size = stop == NULL ? 2 : (size_t)(stop + 1 - p.at) - out->from;
}

static void
take_group(struct bytes p, struct regex_piece *out)
{
    static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"};
    static const char *const plain[] = {"(?:", "(?|", "(?>"};
    size_t from = out->from;

    out->kind = REGEX_OPEN;
    out->size = 1;
    if (byte(p, from + 1) == '*')
        out->kind = REGEX_STRANGE;
    if (byte(p, from + 1) != '?')
        return;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (starts(p, from, looks[i])) {
            out->kind = REGEX_LOOK;
            out->size = strlen(looks[i]);
            return;
        }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (starts(p, from, plain[i])) {
            out->size = 3;
            return;
        }
    if (starts(p, from, "(?P<"))
        take_name(p, from + 4, '>', out);
    else if (starts(p, from, "(?<"))
        take_name(p, from + 3, '>', out);
    else if (starts(p, from, "(?'"))
        take_name(p, from + 3, '\'', out);
    else
        take_options(p, from + 2, out);
}

/* ---- repeats ------------------------------------------------------------------ */

static bool
take_count(struct bytes p, size_t *at, uint32_t *out)
{
    size_t digits = 0;

    for (*out = 0; is_digit(byte(p, *at)) && digits < DIGITS_MAX; digits++)
        *out = *out * 10 + (uint32_t)(p.at[(*at)++] - '0');
    return digits > 0 && !is_digit(byte(p, *at));
}

/* A brace: a repeat, or itself where no digit, comma or blank follows. */
static void
take_brace(struct bytes p, struct regex_piece *out)
{
    size_t at = out->from + 1;
    char next = byte(p, at);

    if (!is_digit(next)) {
        /* `{,3}` and `{ 3}` are texts to older versions of PCRE2 and repeats to newer ones. */
        out->kind = next == ',' || next == ' ' || next == '\t' ? REGEX_STRANGE : REGEX_CHAR;
        out->point = '{';
        return;
    }
    out->kind = REGEX_STRANGE;
    if (!take_count(p, &at, &out->least))
        return;
    out->most = out->least;
    if (byte(p, at) == ',') {
        out->most = REGEX_FOREVER;
        at++;
        if (byte(p, at) != '}' && !take_count(p, &at, &out->most))
            return;
    }
    if (byte(p, at) != '}')
        return;
    out->kind = REGEX_REPEAT;
    out->size = at + 1 - out->from;
}

static void
take_repeat(struct bytes p, struct regex_piece *out)
{
    char c = p.at[out->from], next;

    if (c == '{') {
        take_brace(p, out);
    } else {
        out->kind = REGEX_REPEAT;
        out->least = c == '+';
        out->most = c == '?' ? 1 : REGEX_FOREVER;
    }
    next = byte(p, out->from + out->size);
    if (out->kind == REGEX_REPEAT && (next == '+' || next == '?'))
        out->size++; /* how greedy it is changes which text is found, not whether */
}

/* ---- one piece ---------------------------------------------------------------- */

/* \Q, \E and remarks are no pieces: a repeat behind them is of what stood before. */
static void
pass_silent(struct regex_syntax *s)
{
    for (;;) {
        const char *end;

        if (starts(s->pattern, s->at, s->quoted ? "\\E" : "\\Q")) {
            s->quoted = !s->quoted;
            s->at += 2;
        } else if (!s->quoted && starts(s->pattern, s->at, "\\E")) {
            s->at += 2;
        } else if (!s->quoted && starts(s->pattern, s->at, "(?#")) {
            end = memchr(s->pattern.at + s->at, ')', s->pattern.size - s->at);
            s->at = end == NULL ? s->pattern.size : (size_t)(end + 1 - s->pattern.at);
        } else {
            return;
        }
    }
}

static void
take_plain(struct bytes p, struct regex_piece *out)
{
    out->size = utf8_next((struct bytes){p.at + out->from, p.size - out->from}, &out->point);
    out->kind = out->size > 0 ? REGEX_CHAR : REGEX_STRANGE;
}

bool
regex_next(struct regex_syntax *s, struct regex_piece *out)
{
    pass_silent(s);
    *out = (struct regex_piece){.from = s->at, .size = 1};
    if (s->at >= s->pattern.size)
        return false;
    switch (s->quoted ? 'a' : s->pattern.at[s->at]) {
    case '\\':
        take_escape(s->pattern, out);
        break;
    case '[':
        out->kind = REGEX_CLASS;
        out->size = regex_class_end(s->pattern, s->at) - s->at;
        break;
    case '(':
        take_group(s->pattern, out);
        break;
    case ')':
        out->kind = REGEX_CLOSE;
        break;
    case '|':
        out->kind = REGEX_BAR;
        break;
    case '^':
    case '$':
        out->kind = REGEX_EDGE;
        break;
    case '.':
        out->kind = REGEX_ANY;
        break;
    case '?':
    case '*':
    case '+':
    case '{':
        take_repeat(s->pattern, out);
        break;
    default:
        take_plain(s->pattern, out);
    }
    if (out->kind == REGEX_STRANGE)
        out->size = s->pattern.size - out->from;
    s->at = out->from + out->size;
    return true;
}
