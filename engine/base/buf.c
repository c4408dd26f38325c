/* buf - doubles when full; the first failed growth sticks. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

enum { BUF_MIN = 64 };

void
buf_fini(struct buf *b)
{
    alloc_free(b->at);
    *b = (struct buf){0};
}

char *
buf_room(struct buf *b, size_t size)
{
    size_t cap = b->cap < BUF_MIN ? BUF_MIN : b->cap;
    char *at;

    if (b->failed)
        return NULL;
    if (size <= b->cap - b->size && b->at != NULL)
        return b->at + b->size;
    if (size > SIZE_MAX / 4 - b->size) {
        b->failed = true;
        return NULL;
    }
    while (cap - b->size < size)
        cap *= 2;
    at = alloc_grow(b->at, cap);
    if (at == NULL) {
        b->failed = true;
        return NULL;
    }
    b->at = at;
    b->cap = cap;
    return at + b->size;
}

void
buf_add(struct buf *b, const void *bytes, size_t size)
{
    char *at;

    if (size == 0 || (at = buf_room(b, size)) == NULL)
        return;
    memcpy(at, bytes, size);
    b->size += size;
}

void
buf_byte(struct buf *b, char c)
{
    char *at = buf_room(b, 1);

    if (at == NULL)
        return;
    *at = c;
    b->size++;
}

void
buf_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void
buf_int(struct buf *b, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof digits - at);
}

void
buf_print(struct buf *b, const char *fmt, ...)
{
    va_list args;
    char *at;
    int size;

    va_start(args, fmt);
    size = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (size < 0) {
        b->failed = true;
        return;
    }
    at = buf_room(b, (size_t)size + 1);
    if (at == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(at, (size_t)size + 1, fmt, args);
    va_end(args);
    b->size += (size_t)size;
}
