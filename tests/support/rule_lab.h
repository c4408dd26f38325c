/*
 * rule_lab - what tests of the expression language share: a scope with invented names, a
 * transaction to write on, and one call from text to program.
 */
#ifndef SUPPORT_RULE_LAB_H
#define SUPPORT_RULE_LAB_H

#include "base/arena.h"
#include "base/buf.h"
#include "rule/expr.h"
#include "rule/program.h"

enum { LAB_NAMES = 16, LAB_PARAMETERS = 8, LAB_MEASURES = 8, LAB_TEXT = 1 << 16 };

struct lab {
    struct arena arena;
    struct diags *ds;
    struct scope scope;
    struct kept *kept;
    struct aggregates aggs;
    struct zone *zone;
    struct eval_room *room;
    struct named name[LAB_NAMES];
    struct macro macro[LAB_NAMES];
    struct parameter parameter[LAB_PARAMETERS];
    struct measure_name measure[LAB_MEASURES];
    struct arena_mark mark; /* what lab_fresh() goes back to */
    size_t document_count;
    struct buf out; /* of the last lab_messages() or lab_print() */

    struct txn *txn;
    char text[LAB_TEXT]; /* of the transaction */
    uint32_t text_size;
    struct value measures[LAB_MEASURES], aggregates[32], about;
    int side;
};

/*
 * Parameters $min_amount 500 EUR, $share 80%, $days 7d, $count 5, $country "TR", $usd 100 USD.
 * Lists route_countries (AF, IQ, SY, TR), known_accounts, travel_mcc (3000-3350, 4511),
 * fee_bands (200 EUR .. 700 EUR, 800 EUR .. 1900 EUR), bad_names; watchlists smuggling_terms
 * (regex), hot_phones (exact); table cash_report by country: GR 500 EUR, AL 300 EUR; macros
 * to_route, just_below(limit), and in `own` scopes to_far. Measures (outside of PLACE_WHEN):
 * senders, total (EUR), part (share), seen (bool), span, land (country), name (text).
 */
void lab_open(struct lab *lab, enum place place);
void lab_close(struct lab *lab);
/* All messages, programs and macros of the test so far go. */
void lab_fresh(struct lab *lab);

/* The expression stands at `line` of `path` after `key: `. NULL after messages. */
struct program *lab_program_at(struct lab *lab, const char *path, unsigned line, const char *key,
    struct bytes text, enum type want);
struct program *lab_program(struct lab *lab, const char *text, enum type want);
const struct yaml_node *lab_scalar(
    struct lab *lab, const char *path, unsigned line, const char *key, struct bytes text);
void lab_macro(struct lab *lab, const char *name, const char *args, const char *body);

/* NUL-terminated; good until the next of the two. */
const char *lab_messages(struct lab *lab);
const char *lab_print(struct lab *lab, const struct program *p);

/* The transaction: empty, a number in a cell, a text in a cell. */
void lab_row(struct lab *lab);
void lab_num(struct lab *lab, unsigned field, int64_t n);
void lab_text(struct lab *lab, unsigned field, const char *text);
/* An ordinary payment: 2026-03-03 21:30 UTC, a Tuesday; 600 EUR by transfer, GR to TR. */
void lab_payment(struct lab *lab);
struct value lab_run(struct lab *lab, const struct program *p);
/* 'y', 'n', '?': of a condition compiled and run on the row; 'E' where it does not compile. */
char lab_is(struct lab *lab, const char *text);

#endif
