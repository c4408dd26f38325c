/*
 * check - what the files of the checker share; private to them.
 *
 * Every function that makes a term returns NULL once it, or one below it, has been said to be
 * wrong; callers look at all operands before they pass NULL on, so that one run says it all.
 */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

#include "rule/program.h"
#include "rule/term.h"

/* Where a tree stands while macros are expanded: what their argument names mean. */
struct env {
    const struct macro *macro; /* NULL: the expression itself */
    const struct node *args;   /* the call's arguments, siblings */
    const struct env *outer;   /* what the arguments' own names mean */
};

struct checker {
    struct arena *arena;
    struct diags *ds;
    struct scope *scope;
    const struct expr *expr;
    struct aggregates *aggs; /* NULL: the place allows none */
    const struct env *env;
    const char *inside;  /* name of the aggregate whose operand is looked at, or NULL */
    bool aggregate_said; /* R421 was said of this expression */
    unsigned quiet;      /* above 0: faults of this macro were told before */
    unsigned depth;
    uint32_t looked; /* parts looked at, each macro anew */
    size_t errors;
};

/* ---- saying (check_say.c) -------------------------------------------------- */

struct diag *check_say(struct checker *c, const char *code, struct span at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* All three do nothing where the message was withheld (d is NULL). */
void check_label(struct checker *c, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void check_mark(struct checker *c, struct diag *d, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void check_help(struct checker *c, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void check_note(struct checker *c, struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void check_no_memory(struct checker *c);
/* "money in EUR", "a country": what a term is, in words. */
struct phrase {
    char text[80];
};
struct phrase check_what(const struct term *t);
/* The source text of a node, for messages; at most 60 bytes. */
struct phrase check_source(const struct node *n);
struct phrase check_quote(struct bytes text);

/* ---- near names (check_near.c) ------------------------------------------------- */

/* "did you mean ...?" at the carets, where a name is near. */
void check_suggest(
    struct checker *c, struct diag *d, struct bytes word, const char *const *names, size_t count);

/* Chains in what lies outside the arena and takes charge of it; false when out of memory. */
bool check_keep(struct checker *c, const struct pattern *pattern, struct zone *zone);

/* ---- terms (check.c) --------------------------------------------------------- */

struct term *check_term_new(
    struct checker *c, enum op op, enum type type, const struct node *n, uint32_t count);
/* Takes what rests on operands up from them: reading the row's time, asking watchlists. */
const struct term *check_sealed(struct term *t);
/* Any value or condition; loose words are unknown fields. */
const struct term *check_node(struct checker *c, const struct node *n);
const struct term *check_bool(struct checker *c, const struct node *n);
/* Like check_node, but a bare word or a quoted text is read as a value of `like`'s type. */
const struct term *check_like(struct checker *c, const struct node *n, const struct term *like);
bool check_is_loose(struct checker *c, const struct node *n);
/* A sum or product of two terms. NULL after a message. */
const struct term *check_arithmetic(struct checker *c, const struct node *n);
const struct term *check_test(struct checker *c, const struct node *n);

/* ---- agreement (check_pair.c) -------------------------------------------------- */

/* May these stand on two sides of a relation? False after a message. */
bool check_pair(
    struct checker *c, enum relation r, const struct term *left, const struct term *right);
/* The same without asking for an order; `sign` is NULL where no relation is to be spelled out. */
bool check_agree(struct checker *c, const char *verb, const char *sign, const struct term *left,
    const struct term *right);
/* A constant of `type` from a word or text. NULL after a message. */
const struct term *check_word(struct checker *c, const struct node *n, struct bytes word,
    bool quoted, const struct term *like);

/* ---- names (check_name.c) -------------------------------------------------------- */

/* Does the path name anything but a code word here? */
bool check_known(struct checker *c, struct bytes name);
const struct term *check_path(struct checker *c, const struct node *n);
/* The measure of that name, for what stands at `n`; NULL: there is none, or it was told. */
const struct term *check_measure(struct checker *c, const struct node *n, struct bytes name);
const struct term *check_parameter(
    struct checker *c, const struct node *n, const struct term *like);
const struct named *check_named(struct checker *c, const struct node *n, struct bytes name,
    uint32_t name_from, enum name_kind kind);
const struct named *check_find(const struct scope *scope, struct bytes name);
/* `text`: a text would be right here too. */
void check_unknown(struct checker *c, const struct node *n, bool text);
/* "the measures of this rule are: ..." */
void check_help_measures(struct checker *c, struct diag *d);
/* The argument of the macro being expanded that bears this name, or NULL. */
const struct node *check_macro_arg(const struct env *env, struct bytes name);
const struct term *check_macro(
    struct checker *c, const struct node *n, const struct named *m, const struct term *like);

/* ---- calls (check_call.c) -------------------------------------------------------- */

struct function {
    const char *name;
    int op; /* enum op, or the window function */
    uint8_t least, most;
    const char *form;
    const char *measure; /* aggregates */
};

const struct term *check_call(struct checker *c, const struct node *n);
const struct function *check_function_find(
    const struct function *table, size_t count, struct bytes name);
bool check_right_count(struct checker *c, const struct node *n, const struct function *f);
const struct term *check_wrong_type(
    struct checker *c, const char *name, const struct term *arg, const char *wants);
/* default(x, y), which may take its type from what stands beside it; `like` NULL: it has its own.
 */
bool check_is_default(const struct node *n);
const struct term *check_default(struct checker *c, const struct node *n, const struct term *like);

/* ---- functions of a baseline (check_usual.c) ---------------------------------------- */

bool check_is_usual(struct bytes name);
const char *check_usual_next(size_t index); /* by number, NULL past the last */
const struct term *check_usual(struct checker *c, const struct node *n);

/* ---- aggregates (check_aggregate.c) --------------------------------------------------- */

const struct function *check_aggregate_find(struct bytes name);
/* The name of an aggregate by number, NULL past the last. */
const char *check_aggregate_next(size_t index);
const struct term *check_aggregate(
    struct checker *c, const struct node *n, const struct function *f);

/* ---- lint (check_lint.c) ---------------------------------------------------------- */

void check_lint(struct checker *c, const struct term *root);
void check_ranges(struct checker *c, const struct term *root); /* check_range.c */

#endif
