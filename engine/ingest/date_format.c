/* date_format - texts read by the tokens of a picture. */
#include "ingest/date_format.h"

#include <assert.h>

#include "base/civil.h"
#include "ingest/date_token.h"
#include "ingest/month.h"

enum { PIVOT = 70 }; /* years of two digits from here on are 19.. */

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
