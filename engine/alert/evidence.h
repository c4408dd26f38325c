/*
 * evidence - the transactions behind one alert, oldest first, up to the rule's limit.
 *
 * Every transaction is counted, added to the total and chained into the hash, also those that the
 * limit keeps out, so that a reader can tell whether what is printed is the whole.
 */
#ifndef ALERT_EVIDENCE_H
#define ALERT_EVIDENCE_H

#include <stdbool.h>

#include "weir/alert.h"

struct arena;
struct sha256;

/* Numbers must rise, except where the alert's rule revisits: there a transaction that the alert has
   already is left out, and others find their place in the total order. Texts of `entry` must
   outlive the alert; room comes from `a`, `digest` is borrowed for the call. False: no memory. */
bool evidence_add(struct alert *alert, const struct evidence *entry, struct bytes source,
    struct sha256 *digest, struct arena *a);

#endif
