/* run - what one run holds from set-up to the last output; private to this room. */
#ifndef SCREEN_RUN_H
#define SCREEN_RUN_H

#include "alert/book.h"
#include "base/arena.h"
#include "ingest/merge.h"
#include "ingest/normalise.h"
#include "model/rate.h"
#include "rule/judge.h"
#include "rule/ruleset.h"
#include "rule/select.h"
#include "screen/screen.h"

struct run {
    const struct screen_spec *spec;

    /* set-up: fixed for the run */
    struct arena arena; /* mappings, descriptions of rules */
    struct ruleset *rules;
    struct mappings *mappings;
    struct rates *rates;
    struct legal_forms *forms;
    struct normalise_env env;
    bool *active;                   /* by rule */
    const char **why_not;           /* by rule, NULL where it runs */
    struct alert_rule *alert_rules; /* by rule */
    struct select *select;
    struct eval_room **rooms; /* one a worker, and one for the caller */
    uint32_t workers;
    char *work;

    /* one pass: made anew at each restart */
    struct feed **feeds;
    uint32_t *input_of; /* by feed */
    uint32_t feed_count;
    struct merge *merge;
    struct judge *judge;
    struct book *book;
    struct merge_watch *watch; /* identifiers found in conflict; outlives the pass */
    uint64_t rows;
    uint32_t restarts;
};

/* Load rules, mappings, rates and forms. WEIR_FAIL with trouble RULES when ds has errors. */
enum weir_status setup_load(struct run *run, struct diags *ds, struct weir_err *err);
/* Decide which rules run on these inputs, compile the filters, describe the rules to alerts. */
enum weir_status setup_rules(struct run *run, const struct inputs *in, struct weir_err *err);
void setup_free(struct run *run);

enum pass_end { PASS_DONE, PASS_AGAIN, PASS_FAILED };
/* Read everything once. PASS_AGAIN: `in` or the watch set knows more now; start anew. */
enum pass_end pass_run(struct run *run, struct inputs *in, struct weir_err *err);
void pass_free(struct run *run);

#endif
