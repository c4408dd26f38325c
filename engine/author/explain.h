/*
 * explain - why a rule alerts about somebody, or why not: what it measured at the closest moment,
 * and which clause of `when` kept transactions out.
 *
 * Looks on while a run judges, so that nothing is reckoned in another way than on a night; any
 * operator whose moments reach the judge is explained.
 *
 *      e = explain_new(subjects, count); spec.watch = explain_watch(e); screen_run(&spec, ...)
 *      explain_report(e, &result, form, &out, &sums)
 */
#ifndef AUTHOR_EXPLAIN_H
#define AUTHOR_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "weir/bytes.h"

struct buf;
struct screen_result;
struct screen_watch;

/* Whom to explain. An alert written before is compared with what comes of the same inputs now. */
struct explain_subject {
    struct bytes rule, about;
    struct bytes id;   /* of the alert, in hexadecimal; empty: whatever there is about him */
    struct bytes line; /* of alerts.jsonl, as it was written; empty where `id` is */
};

struct explain;
/* Borrows the subjects. NULL: no memory. */
struct explain *explain_new(const struct explain_subject *subject, size_t count);
void explain_free(struct explain *e);
const struct screen_watch *explain_watch(struct explain *e);

/* EXPLAIN_BRIEF: only what does not agree, and a sum. EXPLAIN_JSON: an object a subject and line.
 */
enum explain_form { EXPLAIN_TEXT, EXPLAIN_BRIEF, EXPLAIN_JSON };

/* Alerts that come again as they were written, and those that do not. */
struct explain_sums {
    size_t agree, differ;
};

/* False: no memory. */
bool explain_report(struct explain *e, const struct screen_result *r, enum explain_form form,
    struct buf *out, struct explain_sums *sums);

#endif
