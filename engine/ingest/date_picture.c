/* date_picture - pictures of dates compiled to tokens, and those that clash. */
#include <stdio.h>

#include "ingest/date_format.h"
#include "ingest/date_token.h"

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

/*
 * Where the literals of the clock stand; those of the date are compared with the cached text. An
 * offset at the end counts as the literal `Z`: all others are wider, and so are read the slow way.
 */
static bool
measure_marks(struct date_format *f)
{
    size_t at = 0;

    f->mark_count = 0;
    for (uint8_t i = 0; i < f->count; i++) {
        enum token_kind kind = (enum token_kind)f->token[i].kind;
        bool offset = kind == TOKEN_OFFSET;
        bool literal = kind == TOKEN_LITERAL || kind == TOKEN_BLANK || offset;

        if (literal && at >= f->date_size) {
            if (f->mark_count == sizeof f->mark / sizeof *f->mark)
                return false;
            f->mark[f->mark_count].at = (uint8_t)at;
            f->mark[f->mark_count++].literal = offset ? 'Z' : f->token[i].literal;
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
        case TOKEN_OFFSET:
            if (!in_time || i + 1 < f->count)
                return;
            at -= 1;
            break;
        case TOKEN_YEAR2:
        case TOKEN_MONTH1:
        case TOKEN_MONTH_NAME:
        case TOKEN_DAY1:
        case TOKEN_HOUR1:
        case TOKEN_FRACTION:
        case TOKEN_HALF:
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
