/* test_block - what the files that read the tests of a rule share; private to them. */
#ifndef RULE_TEST_BLOCK_H
#define RULE_TEST_BLOCK_H

#include "rule/loader.h"
#include "rule/test.h"

/* ---- test_table.c ---- */

/* The field, or special column, of that name; false: there is none. */
bool test_column_find(const struct ruleset *rs, struct bytes name, int *field);
void test_tell_column(struct loader *ld, struct bytes name, struct span at);
/* `signals`: the rule that hears them; NULL: the rows are transactions. False after messages. */
bool test_table_read(struct loader *ld, const struct yaml_node *given, const struct rule *signals,
    struct test_table *t);

/* ---- test_expect.c ---- */

/* Reads `expect` into the test; what is wrong with it is told. */
void test_expect_read(
    struct rule_making *rm, const struct yaml_node *expect, size_t rows, struct test *t);

/* A value as a measure may have it. False where it never has. */
bool test_figure_read(
    const struct yaml_node *n, const struct measure_name *measure, struct value *out);

/* ---- test_cell.c ---- */

/* Where a cell is read to, and how its faults are told. */
struct cell_reader {
    const struct ruleset *rs;
    struct txn *txn;
    struct buf *texts; /* texts of the row; cells hold offsets into it */
    struct diags *ds;  /* NULL: not told */
    struct span at;    /* of the cell */
    const struct yaml_node *rates;
    int64_t amount_scaled; /* an amount without a currency, in NUMBER_SCALE; see `bare` */
    bool bare;
    struct span bare_at;
    int64_t currency; /* of the column `currency`; 0: none */
};

/* Puts a text into the field. False where it is no value of it. */
bool cell_put(struct cell_reader *r, int field, struct bytes text);
/* After all cells of a row: its amount in its own currency and in EUR. */
void cell_settle(struct cell_reader *r);
/* The canonical form of an identifier, as rows hold it. */
bool cell_canonical(enum type type, struct bytes text, struct buf *out);

/* ---- test_time.c ---- */

/* A moment as a table writes it. False where it is none. */
bool time_read(
    const struct ruleset *rs, struct bytes text, int64_t *at_us, int64_t *day, bool *date_only);
/* The start of the day that begins nearest. */
void time_to_day(const struct ruleset *rs, int64_t *at_us);

#endif
