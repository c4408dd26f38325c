/*
 * term - an expression with every name resolved and every type known; private to the language.
 *
 * Made by check from syntax trees, with macros expanded and parameters by value; read by print
 * (canonical text), by the compiler and by lint. Never changed once made.
 */
#ifndef RULE_TERM_H
#define RULE_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"
#include "rule/expr.h"
#include "rule/scope.h"

struct arena;
struct aggregates;
struct pattern;
struct zone;

enum op {
    /* values */
    OP_CONST,
    OP_LOCAL_TIME, /* a timestamp written without zone */
    OP_FIELD,
    OP_DIRECTION,
    OP_MEASURE,
    OP_AGGREGATE, /* arg 0: the value, arg 1: where; either may be NULL */
    OP_ABOUT,
    OP_NEGATE,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
#define FUNCTION(id, name, least, most, form) OP_##id,
#define AGGREGATE(id, name, least, most, measure, form)
#define USUAL(name)
#include "rule/function.def"
#undef FUNCTION
#undef AGGREGATE
#undef USUAL
    /* tests */
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_COMPARE,
    OP_IN,      /* arg 0 the subject, then the items */
    OP_IN_LIST, /* named */
    OP_CONTAINS,
    OP_STARTS,
    OP_ENDS,
    OP_MATCHES, /* regex; name is the pattern */
    OP_ON,      /* named, weight */
    OP_MISSING,
    OP_PRESENT,
    /* made by the compiler alone */
    OP_CELL_RANGE, /* a number in a cell between two constants */
    OP_CELL_WORDS, /* a small code in a cell among those of a mask */
    OP_CELL_LANDS, /* a country in a cell among those of a map */
    OP_CELL_TEXT,  /* the folded or plain text of a cell equals a constant */
    OP_COUNT
};

enum view { VIEW_FIELD, VIEW_OWN, VIEW_COUNTERPARTY };

struct term {
    enum op op;
    enum type type;
    enum relation relation; /* OP_COMPARE */
    bool negated;           /* the result of a test is turned round */
    bool percent;           /* prints as 96% */
    bool own_money;         /* in the currency of the row; `currency` is 0 */
    bool row_time;          /* rests on the row's `time`, which may be a day only */
    bool watches;           /* has an OP_ON below */
    bool cased;             /* OP_MATCHES */
    bool chain;             /* OP_AND of one chain of relations: a <= b < c */
    uint8_t view;           /* OP_FIELD */
    uint16_t depth;
    uint32_t index;     /* OP_FIELD: field; OP_MEASURE: slot; OP_AGGREGATE: enum window_function */
    int64_t currency;   /* TYPE_MONEY with a fixed one */
    int64_t weight;     /* OP_ON */
    struct value value; /* OP_CONST, OP_LOCAL_TIME */
    struct bytes name;  /* measure, pattern, list, table, watchlist, zone, function */
    const struct named *named;
    const struct pattern *pattern; /* OP_MATCHES */
    const struct zone *zone;       /* of a time function; NULL: the pack's */
    const struct node *node;       /* what was written */
    uint32_t count;
    const struct term **arg;
};

/*
 * The typed tree of an expression, or NULL after messages. `want` as for program_new().
 * The check also runs the lint that needs no data (L611).
 */
const struct term *check_expr(struct arena *a, struct diags *ds, struct scope *scope,
    const struct expr *e, enum type want, struct aggregates *aggs);

/* "sum", "distinct", ... of an enum window_function. */
const char *check_aggregate_name(int function);

/* Canonical text; parses back to an equal term in the same scope. */
struct buf;
void print_term(const struct term *t, const struct field *fields, struct buf *out);

#endif
