/*
 * trial - rows of a test through the filters, the judgement and the alert book of a run.
 *
 * What a night does with a transaction is done here with a test's rows, by the same functions;
 * only files, threads and sinks are left out.
 */
#ifndef AUTHOR_TRIAL_H
#define AUTHOR_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/test.h"
#include "rule/vary.h"
#include "weir/alert.h"
#include "weir/status.h"

struct arena;

/* An alert as it stood when a hit opened it. */
struct trial_alert {
    size_t row; /* of the completing transaction, from 0 */
    struct bytes about;
    enum severity severity;
    struct value *measures;
    uint64_t evidence;
};

/*
 * A moment wished for: what the rule measured at a row. An entry about `about` is preferred, else
 * the row's last is taken.
 */
struct trial_view {
    size_t row;         /* wished for, from 0 */
    struct bytes about; /* wished for; empty: any */
    bool found, exact;
    struct bytes met; /* whom it is about */
    int side;
    const struct txn *txn; /* of the row */
    struct value *measures;
    size_t *rows; /* that are behind it, oldest first */
    size_t row_count;
};

struct trial_spec {
    const struct ruleset *base;
    uint32_t rule;
    const struct test *test;
    const struct parameter *moved; /* at another value than its own; NULL: none */
    struct trial_view *view;
    size_t view_count;
};

struct trial {
    struct ruleset *rs; /* the test's own: one rule, made for it */
    const struct rule *rule;
    struct test_row *row;
    size_t row_count;
    struct trial_alert *alert; /* in the total order of their rows */
    size_t alert_count, alert_cap;
    struct arena *a;
};

/*
 * Make the rule as the test wants it and run it over the rows. WEIR_REJECT: the rule cannot be
 * made with these values. trial_fini() in any case; texts live in the arena or with the base.
 */
enum weir_status trial_run(
    const struct trial_spec *spec, struct arena *a, struct trial *out, struct weir_err *err);
void trial_fini(struct trial *t);

#endif
