/*
 * watch_entry - the entries of a watchlist as written: a text, a map, a line, or a row of CSV.
 */
#ifndef LIST_WATCH_ENTRY_H
#define LIST_WATCH_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "list/entry.h"
#include "list/fact.h"
#include "list/list.h"
#include "match/pattern.h"

struct watch_entry {
    struct bytes id, value, note;
    int64_t weight, until;           /* until: last day, INT64_MAX without one */
    struct bytes key;                /* exact: item_key() of the value */
    const struct pattern *pattern;   /* regex */
    uint32_t number;                 /* exact: of the key */
    uint32_t order;                  /* as written */
    uint32_t fact_first, fact_count; /* names: of the draft's facts */
};

/* What is being read. The reader owns `entry` (alloc_free). */
struct watch_draft {
    enum watch_kind kind;
    enum type type;
    struct bytes id_prefix;
    struct arena *a;
    struct entries s;
    struct pattern_maker maker; /* regex */
    struct arena scratch;       /* the maker's */
    struct regex_room *room;    /* regex: to try the patterns */
    struct watch_entry *entry;
    size_t count, cap;
    struct fact *fact; /* names; alloc_free */
    size_t fact_count, fact_cap;
    struct list_tally tally;
    size_t columns;             /* CSV: cells of the header */
    size_t column[ENTRY_CELLS]; /* CSV: field of each cell */
};

/* For importers: an entry at the end, its facts those added since `fact_first`. False: no memory.
 */
bool watch_entry_add(struct watch_draft *d, const struct watch_entry *e);
bool watch_entry_fact(struct watch_draft *d, const struct fact *f);

/* All entries; what is wrong was told in d->s. */
void watch_entry_read(struct watch_draft *d);

#endif
