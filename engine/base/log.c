/*
 * log - one line at a time on standard error: `weir: warning W310: ...`.
 *
 * What was read from a file may end up in a message, so every character that
 * could move the cursor, recolour or reorder the line is shown as its number.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

static enum log_level chosen = LOG_WARN;
static bool coloured;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
log_set(enum log_level level, bool colour)
{
    (void)pthread_mutex_lock(&lock);
    chosen = level;
    coloured = colour;
    (void)pthread_mutex_unlock(&lock);
}

/* One UTF-8 character; its size, and 1 with the bare byte where the bytes are none. */
static size_t
decode(const unsigned char *at, uint32_t *point, bool *valid)
{
    unsigned more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc2 ? 1 : 0;
    uint32_t c = more == 0 ? at[0] : at[0] & (0x3fu >> more);

    *point = at[0];
    *valid = at[0] < 0x80;
    if (more == 0 || at[0] > 0xf4)
        return 1;
    for (unsigned i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 1;
        c = c << 6 | (at[i] & 0x3fu);
    }
    *point = c;
    *valid = true;
    return more + 1;
}

/* Controls, line and paragraph separators, bidirectional marks, byte order marks. */
static bool
unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static void
put_safe(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != '\0') {
        uint32_t point;
        bool valid;
        size_t size = decode(at, &point, &valid);

        if (!valid)
            (void)fprintf(stderr, "\\x{%02x}", (unsigned)point);
        else if (unsafe(point))
            (void)fprintf(stderr, "\\u{%x}", (unsigned)point);
        else
            (void)fwrite(at, 1, size, stderr);
        at += size;
    }
}

__attribute__((format(printf, 5, 0))) static void
say(enum log_level from, const char *kind, const char *colour, const char *code, const char *fmt,
    va_list args)
{
    char line[LINE_BYTES];

    (void)vsnprintf(line, sizeof line, fmt, args);
    (void)pthread_mutex_lock(&lock);
    if (chosen >= from) {
        bool named = code != NULL && *code != '\0';

        (void)fprintf(stderr, "weir: %s%s%s%s%s: ", coloured ? colour : "", kind, named ? " " : "",
            named ? code : "", coloured ? "\033[0m" : "");
        put_safe(line);
        (void)fputc('\n', stderr);
    }
    (void)pthread_mutex_unlock(&lock);
}

void
log_error(const char *code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_QUIET, "error", "\033[1;31m", code, fmt, args);
    va_end(args);
}

void
log_warn(const char *code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_WARN, "warning", "\033[1;33m", code, fmt, args);
    va_end(args);
}

void
log_info(const char *code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_INFO, "note", "\033[1m", code, fmt, args);
    va_end(args);
}

const char *
log_mask(struct bytes account, char room[static 12])
{
    /* A short number is hidden wholly: four of its characters would be most of it. */
    size_t shown = account.size >= 8 ? 4 : 0;

    memcpy(room, "...", 3);
    for (size_t i = 0; i < shown; i++) {
        char c = account.at[account.size - shown + i];

        room[3 + i] =
            (char)((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
                       ? c
                       : '.');
    }
    room[3 + shown] = '\0';
    return room;
}
