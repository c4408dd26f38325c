/*
 * pattern - one pattern and the text it is found in, whatever way that is written.
 *
 * A pattern is looked for as written in the text as it is, without regard to case, and brought into
 * folded form in the folded text (match/refold, typologies.md 8.1); found in either, it is found. A
 * cased pattern sees the text as it is and nothing else. Immutable, shared by threads.
 */
#ifndef MATCH_PATTERN_H
#define MATCH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "match/need.h"
#include "match/subject.h"
#include "text/regex.h"

struct pattern {
    struct regex *written;
    struct regex *folded; /* NULL: `written` does for folded text too */
    bool cased;
    struct need need; /* of its being found in any form */
};

/* What patterns are made in; the pattern texts need not outlive the making. */
struct pattern_maker {
    struct arena *a;         /* of patterns and what they hold */
    struct regex_pool *pool; /* NULL: both regexes on the heap, for the caller to free */
    struct arena *scratch;
};

/* NULL on a bad pattern: `fault` and *fault_at as regex_compile() has them. */
struct pattern *pattern_new(const struct pattern_maker *maker, struct bytes text, bool cased,
    char *fault, size_t fault_size, size_t *fault_at);

/* Where a pattern was found: bytes of one of the subject's forms. */
struct pattern_place {
    enum subject_form form;
    struct bytes at;
};

/*
 * The first form it is found in, in the order of enum subject_form. Inconclusive where a limit was
 * met in one form and it is found in no other. All forms together cost what one may.
 */
enum regex_verdict pattern_find(const struct pattern *p, struct regex_room *room,
    const struct subject *s, struct pattern_place *place);

#endif
