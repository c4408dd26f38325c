/*
 * scope - what the names in an expression mean, as the loader knows them.
 *
 * The expression checker asks; the loader answers. Core and added fields are in `fields`.
 */
#ifndef RULE_SCOPE_H
#define RULE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "list/list.h"
#include "model/type.h"
#include "text/diag.h"

struct expr;
struct yaml_node;
struct matcher;

enum name_kind { NAME_NONE, NAME_LIST, NAME_TABLE, NAME_WATCHLIST, NAME_MACRO, NAME_RULE };

/* A document of that name, over all files. */
struct named {
    struct bytes name;
    enum name_kind kind;
    struct span at;
    int64_t day; /* of its content; WATCH_NO_DAY: not said */
    union {
        const struct list *list; /* NULL: it exists but could not be read; stay quiet */
        const struct table *table;
        const struct watch *watch;
        struct macro *macro;
    };
};

struct macro {
    const struct expr *body; /* parsed, not yet checked; NULL: it did not parse, stay quiet */
    const struct bytes *args;
    size_t arg_count;
    bool open;   /* being expanded: meeting it again is a circle (R418) */
    bool said;   /* set by the checker: faults in the body were told once */
    bool linted; /* set by the checker: likewise findings */
};

struct parameter {
    struct bytes name;
    struct span at, range_at;            /* range_at: of `[3, 20]`, where there is one */
    struct value value, low, high, step; /* low/high unset: no range */
    const struct value *choices;
    size_t choice_count;
    bool percent;        /* written with %: prints so */
    bool used;           /* set by the checker */
    struct bytes origin; /* the overrides document that gave the value; empty: the default */
};

/* A measure already checked: its index is its slot. */
struct measure_name {
    struct bytes name;
    struct span at;
    enum type type;
    bool percent; /* a share: prints as percent */
    int64_t currency;
    bool counted;           /* a number of things: never below 0 */
    bool portion;           /* a share of a whole: from 0 to 1 */
    const char *at_most_of; /* what adds up to `at_most`; NULL: no limit is known */
    int64_t at_most;
};

/* Where an expression stands decides what it may use. */
enum place {
    PLACE_WHEN,         /* when, in, out, where, exceptions on transactions */
    PLACE_MEASURE,      /* aggregates allowed, earlier measures too */
    PLACE_ALERT_IF,     /* measures and parameters, no fields, no aggregates (R421) */
    PLACE_EXCEPT_ALERT, /* `about` and measures */
};

/* What programs use outside the arena: patterns and time zones; one chain a ruleset. */
struct kept;
void kept_free(struct kept *first); /* after the last use of the programs; NULL allowed */

struct scope {
    const struct field *fields; /* TXN_FIELD_COUNT core ones first */
    size_t field_count;
    const struct named *names;
    size_t name_count;
    struct parameter *parameters;
    size_t parameter_count;
    const struct measure_name *measures;
    size_t measure_count;
    const struct measure_name *hits; /* `of` a rule: its measures, as `hit.` and the name */
    size_t hit_count;
    struct bytes hit_rule;                 /* that rule; empty: transactions are looked at */
    const struct yaml_node *measure_block; /* all of them as written, also those further down */
    enum type about_type;                  /* PLACE_EXCEPT_ALERT: type of `about` */
    bool fixed; /* the operator yields its measures by itself: a rule cannot add one */
    bool own;   /* the operator's key begins with `own.`: own, counterparty, direction exist */
    enum place place;
    const char *place_name;  /* "alert_if", as messages say */
    struct matcher *matcher; /* told what programs ask of fields; NULL: nothing is kept of it */
    struct kept **kept;      /* head of the chain programs add to; NULL: never freed */
};

#endif
