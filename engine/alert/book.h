/*
 * book - opens, joins and numbers alerts, in event time (rule-language.md section 12).
 *
 * A hit opens an alert for (rule, about) unless one is open; an alert stays open for its rule's
 * cooldown counted from its first hit, half-open like a window, and hits meanwhile join it.
 * Severity is the highest of the hits; `say`, clauses and watch hits are those of the first.
 *
 *      alert = book_hit(b, &hit, &first)        first: opened by this hit, fill it with
 *      book_open(b, alert, &hit, &completing)   ... what only the first hit brings
 *      book_evidence(b, alert, &entry)          for each new transaction, oldest first
 *      book_close(b, &count)                    all alerts, in the order they are written
 */
#ifndef ALERT_BOOK_H
#define ALERT_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "weir/alert.h"
#include "weir/status.h"

struct book;

/* `rules` and `sources` (names of the source banks by rank) are borrowed. NULL: no memory. */
struct book *book_new(const struct alert_rule *rules, size_t rule_count,
    const struct bytes *sources, const struct hash_key *key);
void book_free(struct book *b);

/* The alert this hit belongs to, its counters raised. NULL: no memory. */
struct alert *book_hit(struct book *b, const struct hit *hit, bool *first);
/* Number the new alert after its completing transaction and keep what the first hit says. */
bool book_open(
    struct book *b, struct alert *a, const struct hit *hit, const struct evidence *completing);
bool book_evidence(struct book *b, struct alert *a, const struct evidence *entry);

/* Ordered by (time of the first hit, rule name, about, number). Valid until book_free(). */
struct alert *const *book_close(struct book *b, size_t *count);

#endif
