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
/* A value of the YAML: `$span`, `7d`, `own.account`, a list of those. */
void describe_value(struct describing *d, const struct sheet_node *n);
/* "the beneficiary's country"; `bare`: "beneficiary country", as in "for each ...". */
void describe_field(struct describing *d, struct bytes name, bool bare);

#endif
