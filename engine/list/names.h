/*
 * names - a watchlist of names: who of it a row's party may be. Private to watch*.c.
 *
 * One entry a name; the aliases of a person are entries of their own under one id. The best hit is
 * that of the highest score, then the first on the list. Immutable once made.
 */
#ifndef LIST_NAMES_H
#define LIST_NAMES_H

#include "list/fact.h"
#include "list/watch_entry.h"

struct names;

/* Takes over what was read; NULL when out of memory. Entries whose name has no word are told
 * (R455). */
struct names *names_new(struct watch_draft *d, const struct watch_entry *entry, size_t count);

bool names_match(const struct names *n, struct name_room *room, const struct watch_person *row,
    int64_t day, int64_t least, struct arena *texts, struct watch_hit *hit, bool *starved);

#endif
