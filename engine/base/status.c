/* status - writes the note a failure leaves; the first one stands. */
#include "weir/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A note cut off at the end of its room must not end within a UTF-8 character. */
static void
trim_cut(char *text, size_t room)
{
    size_t end = strlen(text);

    if (end + 1 < room)
        return;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
        end--;
    if (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0xc0)
        end--;
    text[end] = '\0';
}

enum weir_status
weir_fail(struct weir_err *err, enum weir_status status, enum weir_trouble trouble,
    const char *code, const char *fmt, ...)
{
    va_list args;

    if (err == NULL || err->status != WEIR_OK)
        return status;
    err->status = status;
    err->trouble = trouble;
    (void)snprintf(err->code, sizeof err->code, "%s", code == NULL ? "" : code);
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    trim_cut(err->text, sizeof err->text);
    return status;
}

void
weir_fail_at(struct weir_err *err, const char *fmt, ...)
{
    char said[sizeof err->text];
    va_list args;
    size_t front, room, size;

    if (err == NULL || err->status == WEIR_OK)
        return;
    memcpy(said, err->text, sizeof said);
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text - 2, fmt, args);
    va_end(args);
    front = strlen(err->text);
    memcpy(err->text + front, ": ", 3);
    front += 2;
    room = sizeof err->text - 1 - front;
    size = strlen(said) < room ? strlen(said) : room;
    memcpy(err->text + front, said, size);
    err->text[front + size] = '\0';
    trim_cut(err->text, sizeof err->text);
}
