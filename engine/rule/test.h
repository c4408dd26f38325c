/*
 * test - the tests inside a rule: a table of transactions and what the rule must say of them
 * (rule-language.md section 6).
 *
 * The loader checks them cell by cell and keeps them with the rule; author/ runs them. Texts and
 * nodes live as long as the ruleset.
 */
#ifndef RULE_TEST_H
#define RULE_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/ruleset.h"
#include "text/yaml_read.h"
#include "weir/alert.h"
#include "weir/limits.h"

struct arena;

/* ---- the table as written ------------------------------------------------------ */

enum { TEST_COLUMNS_MAX = 64, TEST_ROWS_MAX = LIMIT_TEST_ROWS };
/* Columns that are no fields; the last three are of tables of signals. */
enum {
    TEST_ALERT = -2,
    TEST_NOTE = -3,
    TEST_REPEAT = -4,
    TEST_RULE = -5,
    TEST_ABOUT = -6,
    TEST_FIGURE = -7 /* a measure of a rule that is heard */
};

struct test_column {
    struct bytes name;
    int field; /* of the dictionary, or one of the above */
};

struct test_cell {
    uint32_t from, size; /* in the decoded text; blanks cut off */
};

struct test_table {
    const struct yaml_node *node;
    struct test_column column[TEST_COLUMNS_MAX];
    size_t column_count;
    struct test_cell *cell; /* row by row */
    size_t row_count;
};

static inline struct bytes
test_cell_text(const struct test_table *t, size_t row, size_t column)
{
    const struct test_cell *c = &t->cell[row * t->column_count + column];

    return (struct bytes){t->node->text.at + c->from, c->size};
}

/* Is an alert expected anywhere in it? */
bool test_fires(const struct test *test);
/* Does it hold a row that alone could alert and must not; with an operator, a whole table? */
bool test_stays_quiet(const struct test *test);

/* The column of that field or special column; SIZE_MAX: none. */
size_t test_column_of(const struct test_table *t, int field);

/* ---- expectations ----------------------------------------------------------------- */

struct test_figure {
    uint32_t slot; /* of the measure */
    struct value value;
    struct bytes text; /* as written */
};

struct test_expect {
    struct span at;
    size_t row; /* from 0, repeated ones counted */
    struct bytes about;
    bool has_severity, has_evidence;
    enum severity severity;
    uint64_t evidence;
    const struct test_figure *figure;
    size_t figure_count;
};

struct test {
    const struct rule *rule;
    bool signals; /* the rows are hits of rules that the rule hears */
    struct bytes name;
    struct span at;
    const struct yaml_node *with, *lists, *watchlists, *rates, *defaults; /* maps; NULL: none */
    struct test_table table;
    bool expect_none, has_expect; /* `expect` was given; as `none`, or as a list */
    const struct test_expect *expect;
    size_t expect_count;
};

/* ---- the rows ------------------------------------------------------------------------ */

struct test_row {
    struct txn *txn; /* source and pick are left to the caller */
    size_t line;     /* row of the table, from 0 */
    uint32_t copy;   /* of a repeated row, from 1; else 0 */
    bool last;       /* the copy its `alert` cell speaks of */
    /* Of a signal: whose hit it is, by place in the ruleset, whom it is about, and its measures. */
    uint32_t rule;
    struct bytes about;
    struct value *measures;
};

/*
 * The transactions of a table, as written. False when memory is out. With `ds`, cells that cannot
 * be read are told there (T713 to T722) and left missing.
 */
bool test_rows(const struct ruleset *rs, const struct test *test, struct arena *a, struct diags *ds,
    struct test_row **out, size_t *count);

/* A cell's text as an alert would print the value of a field: an account without blanks. */
bool test_about(const struct ruleset *rs, const struct rule *rule, struct bytes cell,
    struct arena *a, struct bytes *out);

/* `d3 12:00` of a moment in the pack zone; a full date where it is far from day 1. */
void test_print_time(const struct ruleset *rs, int64_t at_us, bool date_only, struct buf *out);

#endif
