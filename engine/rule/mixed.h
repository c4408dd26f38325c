/*
 * mixed - what is said of `and` beside `or` without brackets (R301); private to the parser.
 */
#ifndef RULE_MIXED_H
#define RULE_MIXED_H

#include "rule/lex.h"

/* Where the operators of one level stand, for the two ways to put the brackets. */
struct join {
    enum token_kind kind;
    uint32_t from;
};

enum { JOINS_SHOWN = 64 }; /* a longer mixed level gets no correction spelled out */

struct level {
    struct join join[JOINS_SHOWN];
    size_t count;
    struct join first, other; /* the first operator, and the first that differs from it */
    bool mixed;
    uint32_t from, end;
};

void mixed_say(const struct lexer *lx, const struct level *l);

#endif
