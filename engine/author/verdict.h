/*
 * verdict - what a test expected held against what its trial brought.
 */
#ifndef AUTHOR_VERDICT_H
#define AUTHOR_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "author/trial.h"

enum fault_kind {
    FAULT_MISSING = 1, /* T701: expected an alert, got none */
    FAULT_EXTRA,       /* T702: expected none, got one */
    FAULT_OTHER,       /* T703: expected one about another */
    FAULT_FIGURE,      /* T704: a measure, the severity or the evidence differs */
    FAULT_VALUES       /* T705: the rule cannot be made with the test's values */
};

struct fault {
    enum fault_kind kind;
    size_t row;             /* from 0, repeated ones counted */
    struct bytes want, got; /* FAULT_FIGURE: as written and as it is; FAULT_VALUES: got is why; else
                               abouts, `want` empty for `yes` */
    struct bytes figure;    /* FAULT_FIGURE: what it is of */
};

struct verdict {
    struct fault *fault; /* by row; in the arena */
    size_t count;
};

/* Texts go to the arena, which may outlive the trial. False: no memory. */
bool verdict_of(
    const struct trial *t, const struct test *test, struct arena *a, struct verdict *out);

const char *verdict_code(enum fault_kind kind); /* "T701" */

#endif
