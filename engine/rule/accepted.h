/*
 * accepted - the lists of a ruleset against the versions a person accepted last (E511).
 *
 * A list that lost more than a fifth of its entries, or all of them, is refused until somebody
 * accepts it: a download that broke off looks just so. Whoever keeps a store keeps what
 * accepted_lists() gives, and asks accepted_check() after ruleset_load() and before anything is
 * read; an error in `ds` ends the run with E510 and exit code 4 as any other.
 */
#ifndef RULE_ACCEPTED_H
#define RULE_ACCEPTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/diag.h"
#include "weir/bytes.h"

struct arena;
struct ruleset;

struct accepted_list {
    struct bytes name;
    size_t count;     /* entries of a list or watchlist, rows of a table */
    uint8_t hash[32]; /* of the content */
};

/* Lists, tables and watchlists as they are now, sorted by name, in `a`. False when out of memory.
 */
bool accepted_lists(
    const struct ruleset *rs, struct arena *a, struct accepted_list **out, size_t *count);

/*
 * Tells each list that shrank too far against its namesake in `before` (sorted by name); how many
 * did. Lists that are new, or gone from the rules, are a matter of the rules' own approval.
 */
size_t accepted_check(const struct ruleset *rs, struct diags *ds,
    const struct accepted_list *before, size_t before_count);

#endif
