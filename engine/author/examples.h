/*
 * examples - all tests inside a set of rules, run; and whether they know where each rule's lines
 * are (rule-language.md section 16).
 */
#ifndef AUTHOR_EXAMPLES_H
#define AUTHOR_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "author/verdict.h"
#include "base/arena.h"
#include "weir/status.h"

struct example {
    const struct test *test;
    struct verdict verdict; /* no faults: it passed */
};

/* One parameter moved a step each way, and whether some test noticed. */
struct boundary {
    const struct parameter *parameter;
    struct value up, down;     /* unset: there is no such value */
    bool up_loose, down_loose; /* no test noticed */
};

struct example_rule {
    const struct rule *rule;
    uint32_t index; /* in the ruleset */
    struct example *example;
    size_t example_count;
    struct boundary *boundary;
    size_t boundary_count;
};

struct examples {
    const struct ruleset *rs;
    struct example_rule *rule; /* by file, then as written */
    size_t rule_count, test_count, failed, parameters, pinned;
    struct arena arena;
};

/*
 * Run the tests of all rules, or of the one called `only` (NULL: all), and the boundary check of
 * each. examples_fini() in any case; `rs` must outlive it.
 */
enum weir_status examples_run(
    const struct ruleset *rs, const char *only, struct examples *out, struct weir_err *err);
void examples_fini(struct examples *x);

#endif
