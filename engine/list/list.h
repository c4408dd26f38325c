/*
 * list - what comes as a dated, sourced list: exact lists, tables by date, watchlists.
 *
 * The rule loader reads the documents and hands over plain specs; this room reads the
 * entries (inline nodes or files), normalises them as their type, and answers. Messages about
 * entries go to `ds` with their place (files of entries are registered there). Immutable
 * after load and shared by threads. Entries live in `a`.
 */
#ifndef LIST_LIST_H
#define LIST_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "model/type.h"
#include "model/value.h"
#include "text/diag.h"
#include "text/yaml_read.h"

struct arena;
struct buf;
struct name_room;
struct need;
struct regex_room;
struct subject;
struct hash_key;

#define WATCH_NO_DAY INT64_MIN

/* Layouts of published lists of names (formats.md section 12), in the order rules name them. */
enum list_format { FORMAT_CSV, FORMAT_OFAC, FORMAT_UN, FORMAT_EU, FORMAT_OPENSANCTIONS };

/* A list of names as its publisher writes it. */
struct list_source {
    enum list_format format;
    const struct yaml_node *aliases, *addresses; /* ofac: files of the same list; NULL: none */
    const struct yaml_node *columns;             /* csv: map of use to the file's column */
    char delimiter;                              /* csv */
};

/* What was read, for people who look after lists. */
struct list_tally {
    size_t entries, duplicates; /* duplicates: said twice with the same id */
    size_t rows, unreadable;    /* of a published list */
    int64_t day; /* of the content, as the file itself says; WATCH_NO_DAY: it does not */
};

/*
 * Questions about lists, tables and exact watchlists bring a `scratch` of the thread's own: what
 * was in it is gone afterwards. Where `scratch->failed` is set then, memory was short and nobody
 * can say.
 */

/* Common to all three kinds. */
struct list_spec {
    struct bytes name;
    struct span at;                   /* the document's key, for messages about the whole */
    enum type type;                   /* list, exact watchlist: type of the items */
    const struct yaml_node *items;    /* inline items or entries; NULL: from file */
    const struct yaml_node *file;     /* scalar naming a file below `folder`; NULL: inline */
    const char *folder;               /* rules folder; a path that leaves it is R503 */
    const char *phone_country;        /* country of national phone numbers, may be NULL */
    int32_t min_score;                /* names: least likeness in millionths */
    const struct list_source *source; /* names: a published list; NULL: entries of our own */
};

/* ---- lists: membership ------------------------------------------------- */
struct list;
/* NULL on errors (told in ds). `include` are lists of the same type already made. */
struct list *list_new(struct arena *a, struct diags *ds, const struct list_spec *spec,
    const struct list *const *include, size_t include_count);
/* v is set and of the list's type. Accepts ranges (code) and bands (money, number), ends included.
 */
bool list_has(const struct list *l, struct value v, struct buf *scratch);
enum type list_type(const struct list *l);
size_t list_count(const struct list *l);
const uint8_t *list_hash(const struct list *l); /* 32 bytes; over the sorted normalised items */

/* ---- tables: the value in force on a day -------------------------------- */
enum { TABLE_KEYS_MAX = 4 };
struct table;
struct table *table_new(struct arena *a, struct diags *ds, const struct list_spec *spec,
    const enum type *keys, size_t key_count, enum type value_type);
/* Missing where no row is in force on `day` (days since 1970) or a key is missing. */
struct value table_lookup(
    const struct table *t, const struct value *keys, int64_t day, struct buf *scratch);
size_t table_keys(const struct table *t, const enum type **types);
enum type table_type(const struct table *t);
size_t table_count(const struct table *t); /* rows */
const uint8_t *table_hash(const struct table *t);

/* ---- watchlists --------------------------------------------------------- */
enum watch_kind { WATCH_EXACT, WATCH_REGEX, WATCH_NAMES };
struct watch;
struct watch *watch_new(struct arena *a, struct diags *ds, const struct list_spec *spec,
    enum watch_kind kind, struct bytes id_prefix);

struct watch_hit {
    struct bytes id, value,
        note; /* of the heaviest entry that matched; then the first in the list */
    int64_t weight;
    struct bytes matched; /* the bytes of the subject that matched, in one of its forms */
    int form;             /* enum subject_form; SUBJECT_RAW for exact entries */
    size_t from;          /* where they begin in that form */
    int32_t score;        /* names: likeness in millionths; 0 elsewhere */
    struct bytes why;     /* names: which word was taken for which */
};
/* As three-valued: YES, NO, or INCONCLUSIVE where a regex met its limit (counts as undecided). */
enum watch_verdict { WATCH_NO, WATCH_YES, WATCH_INCONCLUSIVE };
/* Entries whose `until` day is before `day` do not count; only entries of at least `least_weight`.
 */
enum watch_verdict watch_match(const struct watch *w, struct value subject, int64_t day,
    int64_t least_weight, struct buf *scratch, struct watch_hit *hit);
/*
 * The same of patterns. `among` are numbers of entries, less `base` and ascending, outside of which
 * only those entries can be found that need no literal; NULL: any entry can.
 */
struct watch_among {
    const uint32_t *at;
    size_t count;
    uint32_t base;
};
enum watch_verdict watch_find(const struct watch *w, struct regex_room *room,
    const struct subject *subject, const struct watch_among *among, int64_t day,
    int64_t least_weight, struct watch_hit *hit);
/*
 * The same of names. `least` is a likeness in millionths, 0: the list's own `min_score`. What the
 * row says of the party besides its name raises or lowers the score. The explanation is in `texts`.
 */
struct watch_person {
    struct bytes name;
    int64_t country;       /* packed letters; 0: not known */
    struct bytes phone;    /* canonical; empty: not known */
    struct bytes document; /* letters and digits in capitals; likewise */
    int64_t born_day;      /* days since 1970 */
};
enum {
    WATCH_LEAST_SCORE = 760000, /* below, names of different people would be hits */
    WATCH_LOW_SCORE = 850000    /* below, most hits are of different people (L623) */
};
enum watch_verdict watch_match_name(const struct watch *w, struct name_room *room,
    const struct watch_person *row, int64_t day, int64_t least, struct arena *texts,
    struct watch_hit *hit);
bool watch_is_names(const struct watch *w);
bool watch_is_pattern(const struct watch *w); /* kind: regex */
/* What each entry needs (match/need.h), in the order of their numbers; 0 entries: no patterns. */
size_t watch_needs(const struct watch *w, const struct need *const **out);
enum type watch_type(
    const struct watch *w); /* of the field it may be asked about; TEXT for regex */
/* Patterns without a literal to look for (0 for exact entries), and the first of them. */
size_t watch_unguided(const struct watch *w, struct bytes *first);
size_t watch_count(const struct watch *w);
struct list_tally watch_tally(const struct watch *w);
/*
 * Whether a list that had `before` entries when it was last accepted has lost so many that it is
 * refused (E511): more than a fifth.
 */
bool list_shrunk(size_t before, size_t now);
const uint8_t *watch_hash(const struct watch *w);

#endif
