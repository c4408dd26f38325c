/*
 * lex - the text of an expression cut into tokens.
 *
 * The longest literal wins, so a date is not a subtraction; a currency code belongs to
 * the number before it (rule-language.md section 8).
 */
#include "rule/lex.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/civil.h"
#include "text/utf8.h"

enum {
    DIGITS_MAX = 27, /* of a number, so that the value in 1e-9 stays far inside 128 bits */
    PLACES_MAX = 9,  /* decimals of a number (rule-language.md section 7) */
    CURRENCY_LETTERS = 3,
    SHOWN_MAX = 60, /* bytes of a word that are repeated in a message */
};

static const char *const texts[TOKEN_COUNT] = {
#define WORD(id, text) [TOKEN_##id] = text,
#define SIGN(id, text) [TOKEN_##id] = text,
#include "rule/token.def"
#undef WORD
#undef SIGN
};

const char *
token_text(enum token_kind kind)
{
    assert(kind < TOKEN_COUNT);
    return texts[kind];
}

struct span
lex_span(const struct lexer *lx, uint32_t from, uint32_t size)
{
    return yaml_span(lx->scalar, from, size);
}

/* The byte `ahead` of the current one, or 0 past the end. */
static char
peek(const struct lexer *lx, size_t ahead)
{
    size_t i = lx->at + ahead;

    return i < lx->scalar->text.size ? lx->scalar->text.at[i] : '\0';
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || is_capital(c);
}

static bool
is_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Says what is wrong with these bytes and what would be right. Quiet where nobody listens. */
static void say(struct lexer *lx, const char *code, struct token at, const char *label,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void
say(struct lexer *lx, const char *code, struct token at, const char *label, const char *fmt, ...)
{
    char text[200];
    va_list args;
    struct diag *d;

    if (lx->ds == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    d = diag_add(lx->ds, DIAG_ERROR, code, lex_span(lx, at.from, at.size), "%s", text);
    if (label != NULL)
        diag_label(lx->ds, d, "%s", label);
}

/* The size of what is quoted of a long word: whole characters. */
static int
shown(const struct lexer *lx, struct token at)
{
    const char *text = lx->scalar->text.at + at.from;
    uint32_t size = at.size < SHOWN_MAX ? at.size : SHOWN_MAX;

    while (size > 0 && size < at.size && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--;
    return (int)size;
}

/* Ends the lexing; the caller has said why. */
static struct token
fault(struct lexer *lx, uint32_t from)
{
    lx->fault = true;
    lx->at = (uint32_t)lx->scalar->text.size;
    return (struct token){.kind = TOKEN_FAULT, .from = from, .size = lx->at - from};
}

static struct token
done(struct lexer *lx, enum token_kind kind, uint32_t from)
{
    return (struct token){.kind = kind, .from = from, .size = lx->at - from};
}

/* The bytes from `from` to the next blank or bracket: what the author saw as one word. */
static uint32_t
word_size(const struct lexer *lx, uint32_t from)
{
    struct bytes t = lx->scalar->text;
    uint32_t end = from;

    while (end < t.size && !is_blank(t.at[end]) && t.at[end] != ')' && t.at[end] != '(' &&
           (t.at[end] != ',' || (end + 1 < t.size && is_digit(t.at[end + 1]))))
        end++;
    return end > from ? end - from : 1;
}

static struct token
bad_number(struct lexer *lx, uint32_t from, const char *right)
{
    struct token at = {.from = from, .size = word_size(lx, from)};

    say(lx, "R305", at, right, "`%.*s` is not a number", shown(lx, at), lx->scalar->text.at + from);
    return fault(lx, from);
}

static bool
two(const struct lexer *lx, size_t ahead, int32_t *out)
{
    if (!is_digit(peek(lx, ahead)) || !is_digit(peek(lx, ahead + 1)))
        return false;
    *out = (peek(lx, ahead) - '0') * 10 + peek(lx, ahead + 1) - '0';
    return true;
}

/* Looks like 2026-03-01, whatever the figures. */
static bool
date_shape(const struct lexer *lx)
{
    static const char shape[] = "dddd-dd-dd";

    for (size_t i = 0; shape[i] != '\0'; i++)
        if (shape[i] == 'd' ? !is_digit(peek(lx, i)) : peek(lx, i) != shape[i])
            return false;
    return !is_digit(peek(lx, sizeof shape - 1));
}

static struct token
bad_time(struct lexer *lx, uint32_t from, const char *right)
{
    struct token at = {.from = from, .size = word_size(lx, from)};

    say(lx, "R306", at, right, "`%.*s` is not a date or time that exists", shown(lx, at),
        lx->scalar->text.at + from);
    return fault(lx, from);
}

/* After hh:mm[:ss]: Z, +hh:mm, -hh:mm or nothing. False when it is something else. */
static bool
time_zone(struct lexer *lx, int64_t *offset_us, bool *local)
{
    int32_t hour, minute;
    char sign = peek(lx, 0);

    *offset_us = 0;
    *local = false;
    if (sign == 'Z') {
        lx->at++;
    } else if ((sign == '+' || sign == '-') && two(lx, 1, &hour) && peek(lx, 3) == ':' &&
               two(lx, 4, &minute)) {
        if (hour > 14 || minute > 59)
            return false;
        *offset_us = (hour * 3600 + minute * 60) * US_PER_S * (sign == '-' ? -1 : 1);
        lx->at += 6;
    } else {
        *local = true;
    }
    return !is_name(peek(lx, 0));
}

static struct token
date_or_time(struct lexer *lx)
{
    uint32_t from = lx->at;
    struct civil c = {0};
    int32_t high = 0, low = 0;
    int64_t offset_us;
    struct token t;

    (void)two(lx, 0, &high);
    (void)two(lx, 2, &low);
    (void)two(lx, 5, &c.month);
    (void)two(lx, 8, &c.day);
    c.year = high * 100 + low;
    if (!civil_valid_date(c.year, c.month, c.day))
        return bad_time(lx, from, "write year-month-day, as 2026-03-01");
    lx->at += 10;
    if (peek(lx, 0) != 'T') {
        if (is_name(peek(lx, 0)))
            return bad_time(lx, from, "write 2026-03-01, or 2026-03-01T08:00Z with a time");
        t = done(lx, TOKEN_LITERAL, from);
        t.value = value_num(TYPE_DATE, civil_days(c.year, c.month, c.day));
        return t;
    }
    if (!two(lx, 1, &c.hour) || peek(lx, 3) != ':' || !two(lx, 4, &c.minute))
        return bad_time(lx, from, "write the time as 2026-03-01T08:00Z");
    lx->at += 6;
    if (peek(lx, 0) == ':' && two(lx, 1, &c.second))
        lx->at += 3;
    t.local = false;
    if (c.hour > 23 || c.minute > 59 || c.second > 59 || !time_zone(lx, &offset_us, &t.local))
        return bad_time(lx, from, "write the time as 2026-03-01T08:00Z or 2026-03-01T08:00+02:00");
    bool local = t.local;
    t = done(lx, TOKEN_LITERAL, from);
    t.value = value_num(TYPE_TIME, civil_to_us(&c) - offset_us);
    t.local = local;
    return t;
}

/* 3 * 10^to of digits read with `places` decimals: the figure in the wanted unit. */
static int128
scaled(int128 digits, int places, int to)
{
    for (; places < to; places++)
        digits *= 10;
    return digits;
}

/* Blanks, then three capitals that end there: 900 EUR. */
static bool
currency_follows(const struct lexer *lx, size_t *blanks)
{
    size_t skip = 0;

    while (is_blank(peek(lx, skip)))
        skip++;
    for (size_t i = 0; i < CURRENCY_LETTERS; i++)
        if (!is_capital(peek(lx, skip + i)))
            return false;
    *blanks = skip;
    return !is_name(peek(lx, skip + CURRENCY_LETTERS));
}

static struct token
money(struct lexer *lx, uint32_t from, int128 digits, int places)
{
    const char *letters = lx->scalar->text.at + lx->at;
    int64_t code = code_pack(letters, CURRENCY_LETTERS);
    int exponent = currency_exponent(code);
    char label[40];
    struct token t;

    if (exponent < 0) {
        say(lx, "R402", (struct token){.from = lx->at, .size = CURRENCY_LETTERS},
            memcmp(letters, "AND", CURRENCY_LETTERS) == 0
                ? "write `and` in small letters"
                : "a code of ISO 4217 is wanted, such as EUR, USD or TRY",
            "`%.3s` is not a currency", letters);
        return fault(lx, from);
    }
    lx->at += CURRENCY_LETTERS;
    if (places > exponent) {
        (void)snprintf(label, sizeof label, "this has %d", places);
        say(lx, "R417", done(lx, TOKEN_LITERAL, from), label, "amounts in %.3s have %d decimals",
            letters, exponent);
        return fault(lx, from);
    }
    t = done(lx, TOKEN_LITERAL, from);
    t.value = value_money(code, scaled(digits, places, exponent));
    return t;
}

/* Microseconds of s, m, h, d, w; 0 for another letter. */
static int64_t
duration_unit(char c)
{
    switch (c) {
    case 's':
        return US_PER_S;
    case 'm':
        return 60 * US_PER_S;
    case 'h':
        return 3600 * US_PER_S;
    case 'd':
        return US_PER_DAY;
    case 'w':
        return 7 * US_PER_DAY;
    default:
        return 0;
    }
}

/* The digits of a number; *places counts those after the point. False: too many, or ill formed. */
static bool
digits(struct lexer *lx, int128 *out, int *places, const char **right)
{
    int count = 0;

    *out = 0;
    *places = 0;
    for (; is_digit(peek(lx, 0)) || peek(lx, 0) == '_'; lx->at++) {
        if (peek(lx, 0) == '_')
            continue;
        if (++count > DIGITS_MAX) {
            *right = "this is too large";
            return false;
        }
        *out = *out * 10 + (peek(lx, 0) - '0');
    }
    if (peek(lx, 0) == '.' && is_digit(peek(lx, 1))) {
        for (lx->at++; is_digit(peek(lx, 0)); lx->at++) {
            if (++*places > PLACES_MAX || ++count > DIGITS_MAX) {
                *right = "at most 9 decimals are kept";
                return false;
            }
            *out = *out * 10 + (peek(lx, 0) - '0');
        }
    }
    return true;
}

/* What a number followed by a letter may be: a duration, or a mistake. */
static struct token
duration(struct lexer *lx, uint32_t from, int128 count, int places)
{
    int64_t unit = duration_unit(peek(lx, 0));
    struct token t;

    if (unit == 0 || is_name(peek(lx, 1)))
        return bad_number(lx, from,
            "write a number as 1500 or 0.5, a time span as 30s, 15m, 48h, "
            "7d or 2w, money as 1500 EUR");
    if (places > 0)
        return bad_number(lx, from, "time spans are whole: write 90m instead of 1.5h");
    if (count > INT64_MAX / unit)
        return bad_number(lx, from, "this is too large");
    lx->at++;
    t = done(lx, TOKEN_LITERAL, from);
    t.value = value_num(TYPE_DURATION, count * unit);
    return t;
}

static struct token
number(struct lexer *lx)
{
    uint32_t from = lx->at;
    int128 n;
    int places;
    size_t blanks;
    const char *right;
    struct token t;

    if (date_shape(lx))
        return date_or_time(lx);
    if (!digits(lx, &n, &places, &right))
        return bad_number(lx, from, right);
    if (currency_follows(lx, &blanks)) {
        lx->at += (uint32_t)blanks;
        return money(lx, from, n, places);
    }
    if (is_letter(peek(lx, 0)))
        return duration(lx, from, n, places);
    if (peek(lx, 0) == '.')
        return bad_number(lx, from, "write digits after the point, as 0.5");
    blanks = 0;
    while (peek(lx, blanks) == ' ')
        blanks++;
    if (peek(lx, blanks) == '%') {
        lx->at += (uint32_t)blanks + 1;
        if (places > PLACES_MAX - 2)
            return bad_number(lx, from, "at most 7 decimals of a percent are kept");
        t = done(lx, TOKEN_LITERAL, from);
        t.value = value_num(TYPE_NUMBER, scaled(n, places, PLACES_MAX - 2));
        t.percent = true;
        return t;
    }
    t = done(lx, TOKEN_LITERAL, from);
    t.value = value_num(TYPE_NUMBER, scaled(n, places, PLACES_MAX));
    return t;
}

static struct token
quoted(struct lexer *lx, char quote)
{
    uint32_t from = lx->at;
    struct bytes text = lx->scalar->text;
    struct token t;

    for (lx->at++; lx->at < text.size && text.at[lx->at] != quote; lx->at++)
        continue;
    if (lx->at >= text.size) {
        say(lx, "R303", done(lx, TOKEN_LITERAL, from),
            quote == '"' ? "a second \" is missing" : "a second ' is missing",
            "this text is never closed");
        return fault(lx, from);
    }
    lx->at++;
    t = done(lx, TOKEN_LITERAL, from);
    t.value = value_text(TYPE_TEXT, (struct bytes){text.at + from + 1, t.size - 2});
    return t;
}

static struct bytes
name_bytes(struct lexer *lx)
{
    const char *at = lx->scalar->text.at + lx->at;
    size_t size = 0;

    while (is_name(peek(lx, size)))
        size++;
    lx->at += (uint32_t)size;
    return (struct bytes){at, size};
}

static struct token
word(struct lexer *lx)
{
    uint32_t from = lx->at;
    struct bytes name = name_bytes(lx);
    struct token t;

    for (int k = TOKEN_AND; k <= TOKEN_WHERE; k++)
        if (bytes_equal(name, bytes_of(texts[k])))
            return done(lx, (enum token_kind)k, from);
    t = done(lx, TOKEN_NAME, from);
    t.name = name;
    return t;
}

static struct token
parameter(struct lexer *lx)
{
    uint32_t from = lx->at;
    struct token t;

    lx->at++;
    if (!is_letter(peek(lx, 0))) {
        say(lx, "R308", done(lx, TOKEN_PARAMETER, from), "write it as $min_amount",
            "`$` must be followed by the name of a parameter");
        return fault(lx, from);
    }
    struct bytes name = name_bytes(lx);
    t = done(lx, TOKEN_PARAMETER, from);
    t.name = name;
    return t;
}

/* What people of other notations write; NULL where there is nothing to advise. */
static const char *
advice(const struct lexer *lx, uint32_t *size)
{
    char c = peek(lx, 0), next = peek(lx, 1);

    *size = 1;
    if (c == '&')
        return *size += next == '&', "write `and`";
    if (c == '|')
        return *size += next == '|', "write `or`";
    if (c == '!')
        return "write `not`, or `!=` for unequal";
    if (c == '%')
        return "a percent sign belongs right behind a number";
    if (c == '[' || c == '{')
        return "write lists in round brackets, as (TR, SY)";
    if (c == ']' || c == '}')
        return "write lists in round brackets, as (TR, SY)";
    if (c == '#')
        return "remarks are YAML comments and stand outside the expression";
    return NULL;
}

static struct token
sign(struct lexer *lx)
{
    uint32_t from = lx->at, size, point;
    struct bytes rest = {lx->scalar->text.at + from, lx->scalar->text.size - from};
    const char *right;

    for (int k = TOKEN_EQUAL_TWICE; k < TOKEN_COUNT; k++) {
        size_t length = strlen(texts[k]);

        if (rest.size >= length && memcmp(rest.at, texts[k], length) == 0) {
            lx->at += (uint32_t)length;
            return done(lx, (enum token_kind)k, from);
        }
    }
    right = advice(lx, &size);
    if (right == NULL && (size = (uint32_t)utf8_next(rest, &point)) == 0)
        size = 1;
    if (right == NULL && (unsigned char)rest.at[0] >= 0x80)
        right = "text must be in quotes";
    say(lx, "R308", (struct token){.from = from, .size = size}, right,
        "`%.*s` means nothing in an expression", (int)size, rest.at);
    return fault(lx, from);
}

struct token
lex_next(struct lexer *lx)
{
    char c;

    if (lx->fault)
        return done(lx, TOKEN_FAULT, lx->at);
    while (is_blank(peek(lx, 0)))
        lx->at++;
    if (lx->at >= lx->scalar->text.size)
        return done(lx, TOKEN_END, lx->at);
    c = peek(lx, 0);
    if (is_digit(c))
        return number(lx);
    if (c == '"' || c == '\'')
        return quoted(lx, c);
    if (c == '$')
        return parameter(lx);
    if (is_letter(c))
        return word(lx);
    return sign(lx);
}

bool
lex_pattern(
    struct lexer *lx, const struct token *slash, struct bytes *pattern, bool *cased, uint32_t *size)
{
    struct bytes text = lx->scalar->text;
    uint32_t from = slash->from, at = slash->from + 1;

    while (at < text.size && text.at[at] != '/')
        at += text.at[at] == '\\' && at + 1 < text.size ? 2 : 1;
    if (at >= text.size) {
        say(lx, "R307", (struct token){.from = from, .size = (uint32_t)text.size - from},
            "a second / is missing; inside a pattern write it as \\/",
            "this pattern is never closed");
        (void)fault(lx, from);
        return false;
    }
    *pattern = (struct bytes){text.at + from + 1, at - from - 1};
    at++;
    *cased =
        at < text.size && text.at[at] == 'c' && (at + 1 >= text.size || !is_name(text.at[at + 1]));
    at += *cased;
    lx->at = at;
    *size = at - from;
    return true;
}
