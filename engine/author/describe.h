/*
 * describe - a rule in sentences, for the examiner's file (rule-language.md section 16).
 *
 * Made from the tree as written, macros expanded and parameters with their values and allowed
 * ranges. Operators it has no sentence for are told key by key in the words of document.def.
 */
#ifndef AUTHOR_DESCRIBE_H
#define AUTHOR_DESCRIBE_H

#include "author/sheet.h"
#include "rule/ruleset.h"

struct buf;

/* `rule` is a document of kind BLOCK_RULE out of a ruleset without errors. */
void describe_print(const struct ruleset *rs, const struct sheet_node *rule, struct buf *out);

/* ---- parts (describe_expr.c) ------------------------------------------------------ */

struct describing {
    const struct ruleset *rs;
    const struct sheet_node *rule;
    struct buf *out;
    const struct macro_call *call; /* what the names of a macro's arguments mean */
    unsigned depth;                /* of macros */
};

/* "the beneficiary is a person and the amount is below 3 000 EUR" */
void describe_expr(struct describing *d, const struct node *n);
/* The same as the end of a sentence: its clauses, where there are several, an item each. */
void describe_condition(struct describing *d, const struct node *n);

/* ---- parts (describe_name.c) ------------------------------------------------------ */

enum { PARTY_WORDS = 4 };
/* What stands before a party's fields, "originator.", and its words. */
extern const struct party_words {
    const char *name, *whose, *bare, *who;
} party_words[PARTY_WORDS];

/* "3 000 EUR", "7 days" */
void describe_literal(struct describing *d, struct bytes text);
/* "5 (min_senders, allowed 3 to 20)", as overrides have it. */
void describe_parameter(struct describing *d, struct bytes name);
bool describe_is_share(const struct describing *d, struct bytes parameter); /* a percentage */
bool describe_is_field(const struct describing *d, struct bytes name);
/* A value of the YAML: `$span`, `7d`, `own.account`, a list of those. */
void describe_value(struct describing *d, const struct sheet_node *n);
/* "the beneficiary's country"; `bare`: "beneficiary country", as in "for each ...". */
void describe_field(struct describing *d, struct bytes name, bool bare);
/* "accounts", "counterparty cities" */
void describe_plural(struct describing *d, struct bytes name);
/* A field or a list of them, bare. */
void describe_fields(struct describing *d, const struct sheet_node *n);

/* ---- parts (describe.c) ------------------------------------------------------------- */

#define DESCRIBE_ITEM "\n" /* in a paragraph: what follows is an item on a line of its own */

/* The value of a key of a map, and its text; NULL and empty where it is absent. */
const struct sheet_node *describe_get(const struct sheet_node *map, const char *key);
struct bytes describe_text(const struct sheet_node *map, const char *key);

/* How the rule collects; false where it has no operator. describe_operator.c */
bool describe_operator(struct describing *d);

#endif
