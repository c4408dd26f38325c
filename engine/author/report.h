/*
 * report - what came of the tests, for people and for programs.
 */
#ifndef AUTHOR_REPORT_H
#define AUTHOR_REPORT_H

#include <stdint.h>

#include "author/examples.h"

struct buf;
struct telling;

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_JUNIT, REPORT_TAP };

/* Text as in rule-language.md section 16. `elapsed_us`: shown at its end; -1: not. */
enum weir_status report_text(
    const struct examples *x, int64_t elapsed_us, struct buf *out, struct weir_err *err);
/* One JSON object a test and a loose parameter, a line each, and one for the sums. */
enum weir_status report_json(const struct examples *x, struct buf *out, struct weir_err *err);
/* JUnit XML, a suite a rule; TAP 14. */
enum weir_status report_junit(const struct examples *x, struct buf *out, struct weir_err *err);
enum weir_status report_tap(const struct examples *x, struct buf *out, struct weir_err *err);

/* The lines below a failed test, each indented by `indent`. */
enum weir_status report_faults(const struct examples *x, const struct example_rule *r,
    const struct example *e, unsigned indent, struct buf *out, struct weir_err *err);
/* "no test notices min_total 1500 EUR -> 1650 EUR or -> 1350 EUR" */
void report_loose(const struct boundary *b, struct buf *out);

/* The tables of failed tests with the alerts as they are. */
enum weir_status report_accept(const struct examples *x, struct buf *out, struct weir_err *err);

#endif
