/*
 * must - an assertion for code that runs millions of times: ck_assert() writes a mark to a file at
 * every call, this one says something only where it fails.
 */
#ifndef SUPPORT_MUST_H
#define SUPPORT_MUST_H

#include <check.h>

#define must(what)                                                                                 \
    do {                                                                                           \
        if (!(what))                                                                               \
            ck_abort_msg("%s", #what);                                                             \
    } while (0)

#endif
