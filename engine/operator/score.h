/*
 * score - points of several rules' hits, added up for one entity over a span.
 *
 * An entry is a hit: `line` says which line of the block it answers, inputs[0] the measure whose
 * bands decide its points, `behind` the transactions it rests on. Hits of one transaction are
 * judged together, once (rule-language.md section 11).
 *
 * Measures: score, rules_hit, then the hits of each line that has a name.
 */
#ifndef OPERATOR_SCORE_H
#define OPERATOR_SCORE_H

#include "operator/operator.h"

struct score_band { /* half-open; the last has no `below` */
    struct value below;
    int64_t points;
};

struct score_line {
    const char *role; /* of evidence: the rule's name */
    uint32_t rule;    /* lines of one rule share a number below `rules` */
    bool each;        /* every hit counts; else the newest alone */
    bool capped;
    int64_t at_most; /* where capped: most points of the line */
    int64_t points;  /* without bands */
    const struct score_band *bands;
    size_t band_count;
};

struct score_spec {
    int64_t over_us;
    const struct score_line *line;
    uint32_t line_count, rules;
    const uint32_t *named; /* lines whose hits are measures, in their order */
    uint32_t named_count;
};

enum { SCORE_LINES_MAX = 64, SCORE_MEASURES = 2 };

/* Borrows the spec. NULL: no memory. */
void *score_open(const struct score_spec *spec);
extern const struct operator_class score_class;

#endif
