/*
 * matcher - which of all patterns of a ruleset may be found in a text: one set of literals for each
 * field, over the literals of all watchlists, `matches` and `contains` that ask it; fields asked
 * the same things share one.
 *
 *      first = matcher_add(m, list, field, need, count)     while the rules are compiled
 *      matcher_build(m)                                     once
 *      matcher_scan(m, field, &subject, &found)             by any thread: ids, ascending
 *
 * Found or not, the pattern itself has the last word; without a matcher every pattern is asked,
 * and the answers are the same.
 */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/literals.h"
#include "match/need.h"
#include "match/subject.h"
#include "weir/limits.h"

struct arena;
struct matcher;

/* Fields, and one more place for texts made by expressions. */
enum { MATCHER_COMPUTED = LIMIT_FIELDS, MATCHER_SLOTS };
#define MATCHER_NONE UINT32_MAX

struct matcher *matcher_new(struct arena *a); /* NULL when out of memory */

/*
 * Lets `slot` be asked for the needs of `owner`, which get consecutive ids; returns the first, the
 * same one whenever this owner comes again. The needs must live until matcher_build(). MATCHER_NONE
 * when out of memory.
 */
uint32_t matcher_add(struct matcher *m, unsigned slot, const void *owner,
    const struct need *const *need, size_t count);
bool matcher_build(struct matcher *m); /* false when out of memory */

size_t matcher_ids(const struct matcher *m);   /* for found_init() */
size_t matcher_nodes(const struct matcher *m); /* of all trees, for the bench */
/* Ids of the needs met in any form of the subject; those without literals are not among them. */
void matcher_scan(
    const struct matcher *m, unsigned slot, const struct subject *s, struct found *found);

#endif
