/*
 * regex_syntax - a pattern as a row of pieces, as PCRE2 would read it; no PCRE2 in here.
 *
 * For those who must know what a pattern asks for without running it. What is rare or reads
 * differently from one version of PCRE2 to the next is REGEX_STRANGE, and nothing behind it is
 * read: an honest "cannot say" is always right, a guess never.
 */
#ifndef TEXT_REGEX_SYNTAX_H
#define TEXT_REGEX_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

enum regex_kind {
    REGEX_CHAR,   /* one character: `point` */
    REGEX_CLASS,  /* [...] */
    REGEX_DIGIT,  /* \d */
    REGEX_ANY,    /* one character or a few of many: . \w \s \p{L} \R */
    REGEX_EDGE,   /* takes no character: ^ $ \b \K */
    REGEX_OPTION, /* (?i), to the end of the group */
    REGEX_OPEN,   /* a group of any name or kind */
    REGEX_LOOK,   /* a group that takes no character: (?= (?! (?<= (?<! */
    REGEX_CLOSE,
    REGEX_BAR,
    REGEX_REPEAT, /* of what stands before: `least` to `most` times */
    REGEX_STRANGE
};

enum { REGEX_FOREVER = UINT16_MAX }; /* `most` without an end */

struct regex_piece {
    enum regex_kind kind;
    size_t from, size; /* in the pattern */
    uint32_t point;
    uint32_t least, most;
    bool cased; /* REGEX_OPTION, REGEX_OPEN: asks that small and capital letters be told apart */
};

struct regex_syntax {
    struct bytes pattern;
    size_t at;
    bool quoted; /* between \Q and \E */
};

/* The next piece; false at the end. The pattern is one that PCRE2 took, so it is UTF-8. */
bool regex_next(struct regex_syntax *s, struct regex_piece *out);

/* Behind the class that opens at `at`; the pattern's end where it is never closed. */
size_t regex_class_end(struct bytes pattern, size_t at);

/*
 * The members of a class written out, such as [čć] or [0-9]; 0 where there are more than `cap`, or
 * it is negated, or holds escapes of many characters.
 */
size_t regex_class_members(struct bytes class, uint32_t *points, size_t cap);

#endif
