/*
 * expr - the syntax tree of an expression; private to the expression language.
 *
 * A tree says what was written and where, and nothing of what it means: names are
 * looked up by check, so a macro's tree can be checked anew wherever it is used.
 */
#ifndef RULE_EXPR_H
#define RULE_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"
#include "text/diag.h"
#include "text/yaml_read.h"

enum node_kind {
    NODE_LITERAL,
    NODE_PARAMETER, /* name */
    NODE_PATH,      /* name, dots included */
    NODE_CALL,      /* name, arguments, where */
    NODE_NEGATE,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_COMPARE, /* operands; each but the first with its relation to the one before */
    NODE_IN,      /* subject, then items; or the name of a list */
    NODE_CONTAINS,
    NODE_STARTS,
    NODE_ENDS,
    NODE_MATCHES, /* subject; name is the pattern */
    NODE_ON,      /* subject, and the least score if one was asked; name is the watchlist */
    NODE_MISSING,
    NODE_PRESENT,
    NODE_NOT,
    NODE_AND,
    NODE_OR,
};

enum relation {
    RELATION_EQUAL,
    RELATION_UNEQUAL,
    RELATION_LESS,
    RELATION_AT_MOST,
    RELATION_MORE,
    RELATION_AT_LEAST,
};
extern const char *const relation_texts[];    /* "=", "!=", ... */
enum relation expr_mirrored(enum relation r); /* a < b is b > a */

struct node {
    enum node_kind kind;
    enum relation relation;       /* to the sibling before, in a comparison */
    bool negated;                 /* not in, not contains, ... */
    bool percent;                 /* a literal written with % */
    bool local;                   /* a timestamp without zone */
    bool cased;                   /* a pattern with the trailing c */
    uint16_t depth;               /* levels below and including this one */
    uint32_t from, size;          /* in the scalar's decoded text */
    uint32_t wide_from, wide_end; /* the same with the brackets around it */
    uint32_t name_from;           /* where `name` begins */
    uint32_t count;               /* children */
    const struct yaml_node *scalar;
    struct bytes name;
    struct value value;        /* NODE_LITERAL */
    struct node *first, *last; /* children */
    struct node *next;         /* sibling */
    const struct node *where;  /* NODE_CALL */
};

struct expr {
    const struct yaml_node *scalar;
    const struct node *root;
    bool mixed; /* R301 was said: the names are checked, but nothing is made of it */
};

enum {
    EXPR_LEVELS = 256, /* depth of one tree, long sums included; brackets have LIMIT_EXPR_DEPTH */
};

/* The text as written; line ends and runs of blanks outside quotes become one blank. */
struct buf;
void expr_text(const struct yaml_node *scalar, uint32_t from, uint32_t size, struct buf *out);
struct span expr_span(const struct node *n);

/*
 * The value of a scalar that is one literal: money, percent, duration, number, date, timestamp,
 * quoted text. False, and nothing said, when it is not just that (a bare word, say).
 */
bool expr_literal(const struct yaml_node *scalar, struct value *out, bool *percent);

#endif
