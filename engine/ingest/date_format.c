/* date_format - pictures of dates compiled to tokens, and texts read by them. */
#include "ingest/date_format.h"

#include <assert.h>
#include <stdio.h>

#include "base/civil.h"
#include "ingest/month.h"

enum token_kind {
    TOKEN_LITERAL,
    TOKEN_BLANK,
    TOKEN_YEAR4,
    TOKEN_YEAR2,
    TOKEN_MONTH2,
    TOKEN_MONTH1,
    TOKEN_MONTH_NAME,
    TOKEN_DAY2,
    TOKEN_DAY1,
    TOKEN_HOUR2,
    TOKEN_HOUR1,
    TOKEN_MINUTE,
    TOKEN_SECOND,
    TOKEN_FRACTION,
    TOKEN_HALF,
    TOKEN_OFFSET,
    TOKEN_WEEKDAY,
};

enum { NOT_THERE = 255, PIVOT = 70 };

/* Longest first: the picture is read greedily. */
static const struct picture {
    const char *text;
    enum token_kind kind;
} pictures[] = {
    {"YYYY", TOKEN_YEAR4},
    {"YY", TOKEN_YEAR2},
    {"MMM", TOKEN_MONTH_NAME},
    {"MM", TOKEN_MONTH2},
    {"M", TOKEN_MONTH1},
    {"DD", TOKEN_DAY2},
    {"D", TOKEN_DAY1},
    {"HH", TOKEN_HOUR2},
    {"H", TOKEN_HOUR1},
    {"mm", TOKEN_MINUTE},
    {"ss", TOKEN_SECOND},
    {"SSS", TOKEN_FRACTION},
    {"A", TOKEN_HALF},
    {"Z", TOKEN_OFFSET},
    {"ddd", TOKEN_WEEKDAY},
};

/* What a token gives; two tokens that give the same are once too many. */
enum role {
    ROLE_NONE,
    ROLE_YEAR,
    ROLE_MONTH,
    ROLE_DAY,
    ROLE_HOUR,
    ROLE_MINUTE,
    ROLE_SECOND,
    ROLE_FRACTION,
    ROLE_HALF,
    ROLE_OFFSET,
    ROLE_WEEKDAY,
    ROLE_COUNT
};

static const uint8_t role_of[] = {
    [TOKEN_LITERAL] = ROLE_NONE,
    [TOKEN_BLANK] = ROLE_NONE,
    [TOKEN_YEAR4] = ROLE_YEAR,
    [TOKEN_YEAR2] = ROLE_YEAR,
    [TOKEN_MONTH2] = ROLE_MONTH,
    [TOKEN_MONTH1] = ROLE_MONTH,
    [TOKEN_MONTH_NAME] = ROLE_MONTH,
    [TOKEN_DAY2] = ROLE_DAY,
    [TOKEN_DAY1] = ROLE_DAY,
    [TOKEN_HOUR2] = ROLE_HOUR,
    [TOKEN_HOUR1] = ROLE_HOUR,
    [TOKEN_MINUTE] = ROLE_MINUTE,
    [TOKEN_SECOND] = ROLE_SECOND,
    [TOKEN_FRACTION] = ROLE_FRACTION,
    [TOKEN_HALF] = ROLE_HALF,
    [TOKEN_OFFSET] = ROLE_OFFSET,
    [TOKEN_WEEKDAY] = ROLE_WEEKDAY,
};

static bool
letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- compiling ---- */

static bool
put(struct date_format *f, enum token_kind kind, char literal)
{
    if (f->count == DATE_TOKENS)
        return false;
    f->token[f->count++] = (struct date_token){(uint8_t)kind, literal};
    return true;
}

/* The picture at the front of `text`, or NULL. */
static const struct picture *
picture_at(struct bytes text)
{
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        size_t size = strlen(pictures[i].text);

        if (size <= text.size && memcmp(text.at, pictures[i].text, size) == 0)
            return &pictures[i];
    }
    return NULL;
}

/* `[text]`: everything up to the bracket for itself. Returns bytes read, 0: never closed or full.
 */
static size_t
put_quoted(struct date_format *f, struct bytes text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.at[i] == ']')
            return i + 1;
        if (!put(f, TOKEN_LITERAL, text.at[i]))
            return 0;
    }
    return 0;
}

/* One token or literal; returns the bytes read, 0 with `fault` set. */
static size_t
put_next(struct date_format *f, struct bytes text, char *fault, size_t fault_size)
{
    const struct picture *p = picture_at(text);
    size_t used = 1;

    if (text.at[0] == '[') {
        used = put_quoted(f, text);
        if (used == 0)
            (void)snprintf(fault, fault_size, "`[` is never closed");
        return used;
    }
    if (p == NULL && letter(text.at[0]) && text.at[0] != 'T') {
        (void)snprintf(fault, fault_size,
            "`%c` stands for nothing in a date; letters for themselves go in brackets: `[%c]`",
            text.at[0], text.at[0]);
        return 0;
    }
    if (p != NULL) {
        used = strlen(p->text);
        if (put(f, p->kind, 0))
            return used;
    } else if (put(f, text.at[0] == ' ' ? TOKEN_BLANK : TOKEN_LITERAL, text.at[0])) {
        return used;
    }
    (void)snprintf(fault, fault_size, "this is too long for a date");
    return 0;
}

/* The parts together must make a date, and each be there once. */
static bool
complete(struct date_format *f, char *fault, size_t fault_size)
{
    int seen[ROLE_COUNT] = {0};

    for (uint8_t i = 0; i < f->count; i++)
        seen[role_of[f->token[i].kind]]++;
    for (int r = ROLE_YEAR; r < ROLE_COUNT; r++)
        if (seen[r] > 1) {
            (void)snprintf(fault, fault_size, "a part of the date stands twice");
            return false;
        }
    f->has_year = seen[ROLE_YEAR] > 0;
    f->has_time = seen[ROLE_HOUR] > 0;
    f->has_offset = seen[ROLE_OFFSET] > 0;
    if (seen[ROLE_MONTH] == 0 || seen[ROLE_DAY] == 0) {
        (void)snprintf(fault, fault_size, "the %s is missing (%s)",
            seen[ROLE_MONTH] == 0 ? "month" : "day", seen[ROLE_MONTH] == 0 ? "MM" : "DD");
        return false;
    }
    if (!f->has_time && (seen[ROLE_MINUTE] > 0 || seen[ROLE_SECOND] > 0 || seen[ROLE_HALF] > 0 ||
                            seen[ROLE_FRACTION] > 0 || f->has_offset)) {
        (void)snprintf(fault, fault_size, "a time of day needs its hour (HH)");
        return false;
    }
    if (f->has_time && seen[ROLE_MINUTE] == 0) {
        (void)snprintf(fault, fault_size, "a time of day needs its minutes (mm)");
        return false;
    }
    return true;
}

/* Where the literals of the clock stand; those of the date are compared with the cached text. */
static bool
measure_marks(struct date_format *f)
{
    size_t at = 0;

    f->mark_count = 0;
    for (uint8_t i = 0; i < f->count; i++) {
        enum token_kind kind = (enum token_kind)f->token[i].kind;
        bool literal = kind == TOKEN_LITERAL || kind == TOKEN_BLANK;

        if (literal && at >= f->date_size) {
            if (f->mark_count == sizeof f->mark / sizeof *f->mark)
                return false;
            f->mark[f->mark_count].at = (uint8_t)at;
            f->mark[f->mark_count++].literal = f->token[i].literal;
        }
        at += literal ? 1 : kind == TOKEN_YEAR4 ? 4 : 2;
    }
    return true;
}

/* Positions of the parts when each token has one width and the date stands before the time. */
static void
measure(struct date_format *f)
{
    size_t at = 0;
    bool in_time = false;

    f->year_at = f->month_at = f->day_at = f->hour_at = f->minute_at = f->second_at = NOT_THERE;
    f->fixed = false;
    for (uint8_t i = 0; i < f->count; i++) {
        enum token_kind kind = (enum token_kind)f->token[i].kind;
        uint8_t here = (uint8_t)at;

        switch (kind) {
        case TOKEN_YEAR4:
            f->year_at = here;
            at += 2;
            break;
        case TOKEN_MONTH2:
            f->month_at = here;
            break;
        case TOKEN_DAY2:
            f->day_at = here;
            break;
        case TOKEN_HOUR2:
            f->hour_at = here;
            in_time = true;
            break;
        case TOKEN_MINUTE:
            f->minute_at = here;
            break;
        case TOKEN_SECOND:
            f->second_at = here;
            break;
        case TOKEN_LITERAL:
        case TOKEN_BLANK:
            at -= 1;
            break;
        case TOKEN_YEAR2:
        case TOKEN_MONTH1:
        case TOKEN_MONTH_NAME:
        case TOKEN_DAY1:
        case TOKEN_HOUR1:
        case TOKEN_FRACTION:
        case TOKEN_HALF:
        case TOKEN_OFFSET:
        case TOKEN_WEEKDAY:
            return;
        }
        at += 2;
        if (!in_time)
            f->date_size = (uint8_t)at;
        else if (role_of[kind] == ROLE_YEAR || role_of[kind] == ROLE_MONTH ||
                 role_of[kind] == ROLE_DAY)
            return;
    }
    f->size = (uint8_t)at;
    if (!measure_marks(f))
        return;
    f->fixed = f->has_year && (f->has_time || f->date_size == at);
}

bool
date_format_compile(
    struct bytes text, struct date_format *out, char *fault, size_t fault_size, size_t *fault_at)
{
    size_t at = 0;

    *out = (struct date_format){.text = text};
    *fault_at = 0;
    while (at < text.size) {
        struct bytes rest = {text.at + at, text.size - at};
        size_t used = put_next(out, rest, fault, fault_size);

        if (used == 0) {
            *fault_at = at;
            return false;
        }
        at += used;
    }
    if (!complete(out, fault, fault_size))
        return false;
    measure(out);
    return true;
}

/* ---- reading ---- */

struct scan {
    const char *at, *end;
    bool has_half, afternoon;
    int32_t hour, minute, second, micro;
};

/* Between `least` and `most` digits; -1 where there are fewer. */
static int32_t
number(struct scan *s, int least, int most)
{
    int32_t n = 0;
    int count = 0;

    while (count < most && s->at < s->end && digit(*s->at)) {
        n = n * 10 + (*s->at++ - '0');
        count++;
    }
    return count < least ? -1 : n;
}

static struct bytes
word(struct scan *s)
{
    const char *from = s->at;

    while (s->at < s->end && (letter(*s->at) || (unsigned char)*s->at >= 0x80))
        s->at++;
    return (struct bytes){from, (size_t)(s->at - from)};
}

static bool
fraction(struct scan *s)
{
    int32_t unit = 100000;
    const char *from = s->at;

    for (; s->at < s->end && digit(*s->at) && s->at - from < 9; s->at++) {
        s->micro += unit * (*s->at - '0');
        unit /= 10;
    }
    return s->at > from;
}

static bool
half_day(struct scan *s)
{
    if (s->end - s->at < 2 || (s->at[1] | 0x20) != 'm')
        return false;
    s->has_half = true;
    s->afternoon = (s->at[0] | 0x20) == 'p';
    s->at += 2;
    return s->afternoon || (s->at[-2] | 0x20) == 'a';
}

static bool
offset(struct scan *s, int32_t *seconds)
{
    int32_t sign, hours, minutes = 0;

    if (s->at < s->end && *s->at == 'Z') {
        s->at++;
        *seconds = 0;
        return true;
    }
    if (s->at == s->end || (*s->at != '+' && *s->at != '-'))
        return false;
    sign = *s->at++ == '-' ? -1 : 1;
    hours = number(s, 2, 2);
    if (s->at < s->end && *s->at == ':')
        s->at++;
    if (s->at < s->end && digit(*s->at))
        minutes = number(s, 2, 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59)
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

static bool
token(const struct date_token *t, struct scan *s, struct date_parts *out)
{
    switch ((enum token_kind)t->kind) {
    case TOKEN_LITERAL:
        return s->at < s->end && *s->at++ == t->literal;
    case TOKEN_BLANK:
        if (s->at == s->end || *s->at != ' ')
            return false;
        while (s->at < s->end && *s->at == ' ')
            s->at++;
        return true;
    case TOKEN_YEAR4:
        return (out->year = number(s, 4, 4)) > 0;
    case TOKEN_YEAR2:
        if ((out->year = number(s, 2, 2)) < 0)
            return false;
        out->year += out->year >= PIVOT ? 1900 : 2000;
        return true;
    case TOKEN_MONTH2:
        return (out->month = number(s, 2, 2)) > 0;
    case TOKEN_MONTH1:
        return (out->month = number(s, 1, 2)) > 0;
    case TOKEN_MONTH_NAME:
        if ((out->month = month_find(word(s))) == 0)
            return false;
        return true;
    case TOKEN_DAY2:
        return (out->day = number(s, 2, 2)) > 0;
    case TOKEN_DAY1:
        return (out->day = number(s, 1, 2)) > 0;
    case TOKEN_HOUR2:
        return (s->hour = number(s, 2, 2)) >= 0;
    case TOKEN_HOUR1:
        return (s->hour = number(s, 1, 2)) >= 0;
    case TOKEN_MINUTE:
        return (s->minute = number(s, 2, 2)) >= 0;
    case TOKEN_SECOND:
        return (s->second = number(s, 2, 2)) >= 0;
    case TOKEN_FRACTION:
        return fraction(s);
    case TOKEN_HALF:
        return half_day(s);
    case TOKEN_OFFSET:
        return offset(s, &out->offset_s);
    case TOKEN_WEEKDAY:
        return word(s).size > 0;
    }
    return false;
}

static bool
clock_of(const struct scan *s, struct date_parts *out)
{
    int32_t hour = s->hour;

    if (s->has_half) {
        if (hour < 1 || hour > 12)
            return false;
        hour = hour % 12 + (s->afternoon ? 12 : 0);
    }
    if (hour > 23 || s->minute > 59 || s->second > 59)
        return false;
    out->clock_us = ((int64_t)hour * 3600 + s->minute * 60 + s->second) * US_PER_S + s->micro;
    return true;
}

bool
date_format_parse(const struct date_format *f, struct bytes text, struct date_parts *out)
{
    struct scan s = {.at = text.at, .end = text.at + text.size};

    *out = (struct date_parts){0};
    for (uint8_t i = 0; i < f->count; i++)
        if (!token(&f->token[i], &s, out))
            return false;
    if (s.at != s.end || !clock_of(&s, out))
        return false;
    if (f->has_year)
        return civil_valid_date(out->year, out->month, out->day);
    return civil_valid_date(2000, out->month, out->day); /* a leap year: the year is still open */
}

/* Two digits at `at`, or a number too large for any clock. */
static int64_t
pair(const char *at)
{
    unsigned tens = (unsigned)(unsigned char)at[0] - '0',
             ones = (unsigned)(unsigned char)at[1] - '0';

    return tens > 9 || ones > 9 ? 99 : (int64_t)(tens * 10 + ones);
}

int64_t
date_format_clock(const struct date_format *f, const char *text)
{
    int64_t hour, minute, second;

    assert(f->fixed && f->has_time);
    for (uint8_t i = 0; i < f->mark_count; i++)
        if (text[f->mark[i].at] != f->mark[i].literal)
            return -1;
    hour = pair(text + f->hour_at);
    minute = pair(text + f->minute_at);
    second = f->second_at == NOT_THERE ? 0 : pair(text + f->second_at);
    if (hour > 23 || minute > 59 || second > 59)
        return -1;
    return (hour * 3600 + minute * 60 + second) * US_PER_S;
}

/* ---- clashes ---- */

/* What a token looks like to a reader who does not know which is which. */
static char
look(const struct date_token *t)
{
    switch ((enum token_kind)t->kind) {
    case TOKEN_LITERAL:
    case TOKEN_BLANK:
        return t->literal;
    case TOKEN_YEAR4:
        return 'Y';
    case TOKEN_YEAR2:
    case TOKEN_MONTH2:
    case TOKEN_MONTH1:
    case TOKEN_DAY2:
    case TOKEN_DAY1:
    case TOKEN_HOUR2:
    case TOKEN_HOUR1:
    case TOKEN_MINUTE:
    case TOKEN_SECOND:
        return 'n';
    case TOKEN_MONTH_NAME:
    case TOKEN_WEEKDAY:
        return 'a';
    case TOKEN_FRACTION:
        return 'f';
    case TOKEN_HALF:
        return 'h';
    case TOKEN_OFFSET:
        return 'z';
    }
    return 0;
}

bool
date_format_clash(const struct date_format *a, const struct date_format *b)
{
    bool differ = false;

    if (a->count != b->count)
        return false;
    for (uint8_t i = 0; i < a->count; i++) {
        if (look(&a->token[i]) != look(&b->token[i]))
            return false;
        if (role_of[a->token[i].kind] != role_of[b->token[i].kind])
            differ = true;
    }
    return differ;
}
