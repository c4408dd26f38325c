/*
 * A borrowed run of bytes: pointer and length, never owned, not NUL-terminated.
 */
#ifndef WEIR_BYTES_H
#define WEIR_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct bytes {
    const char *at;
    size_t size;
};

/* A string literal or other NUL-terminated text as a run of bytes. */
static inline struct bytes
bytes_of(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/* Without the blanks and tabs at both ends. */
static inline struct bytes
bytes_trim(struct bytes t)
{
    while (t.size > 0 && (t.at[0] == ' ' || t.at[0] == '\t')) {
        t.at++;
        t.size--;
    }
    while (t.size > 0 && (t.at[t.size - 1] == ' ' || t.at[t.size - 1] == '\t'))
        t.size--;
    return t;
}

/* Bytewise order, a prefix before what it begins. */
static inline int
bytes_compare(struct bytes a, struct bytes b)
{
    size_t least = a.size < b.size ? a.size : b.size;
    int order = least == 0 ? 0 : memcmp(a.at, b.at, least);

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

#endif
