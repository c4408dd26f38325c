/*
 * plan - what a mapping says once loaded: the inside of `struct mapping`.
 *
 * Written by mapping_load, read by mapping, columns, value_source and normalise; nobody else
 * includes it. Everything lives in the loader's arena but what mappings_free() frees.
 */
#ifndef INGEST_PLAN_H
#define INGEST_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "ingest/amount_format.h"
#include "ingest/control.h"
#include "ingest/date_format.h"
#include "ingest/mapping.h"
#include "model/type.h"
#include "weir/bytes.h"

struct regex;
struct zone;

struct regex_link {
    struct regex *re;
    struct regex_link *next;
};

/* A column as the mapping names it; each is listed once, whoever refers to it. */
struct column_ref {
    struct bytes name; /* empty: by number */
    uint32_t number;   /* 1-based; 0: by name */
    bool optional;     /* every reference says the export may lack it */
};

/* `map:` and `match:`, tried in the order written. */
struct code_word {
    struct bytes from;      /* the cell's whole text, compared folded */
    const struct regex *re; /* or: an expression it must contain */
    struct bytes to;
};

enum source_kind { SOURCE_NONE, SOURCE_COLUMNS, SOURCE_CONSTANT, SOURCE_FILE, SOURCE_PREAMBLE };

/* Where a value comes from and what is done to it before it is read as its type. */
struct source {
    enum source_kind kind;
    const uint32_t *column; /* indices into mapping.column */
    uint32_t column_count;
    struct bytes join; /* between the columns of a list */
    struct bytes constant;
    const struct regex *pick; /* the part that counts: first match, or its group */
    const struct code_word *word;
    uint32_t word_count;
    bool has_else;
    struct bytes otherwise; /* for cells no word fits */
};

enum side { SIDE_NONE, SIDE_OWN, SIDE_COUNTERPARTY };

/* One field to fill. For a side, `field` is that of the originator. */
struct step {
    uint32_t field;
    enum type type;
    enum side side;
    struct source source;
    const char *name; /* as the mapping calls it */
};

/* A row that is none: its cell fits. */
struct skip_rule {
    uint32_t column;
    const struct regex *re;
};

/* Totals a file states of itself: what finds them in a line of its preamble or footer. */
struct control_plan {
    const struct regex *total[CONTROL_TOTALS]; /* NULL: not stated */
    bool any;
};

enum sign_rule { SIGN_REFUSE, SIGN_IGNORE, SIGN_REVERSAL };

enum { MAPPING_DATES = 16, MAPPING_SKIPS = 16 };

struct mapping {
    const char *name, *path;
    uint32_t file; /* its text's number in the messages */
    const char *bank;
    /* match */
    const struct regex *match_file, *match_header;
    const struct bytes *match_name; /* columns the header must have */
    uint32_t match_name_count;
    /* notation */
    enum reader_notation notation;
    const char *encoding, *header_regex, *footer_regex;
    struct control_plan control;
    char delimiter, quote, escape;
    uint32_t skip_lines;
    bool has_header, short_rows;
    /* values */
    struct zone *zone;
    struct date_format date[MAPPING_DATES];
    uint32_t date_count;
    struct amount_format amount_format;
    struct bytes strip_before, strip_after;
    int64_t country;  /* of national phone numbers; 0: none */
    bool value_first; /* `time: value`: the value date is the event's time */
    bool twins_once, infer_country, invert;
    enum sign_rule sign;
    struct skip_rule skip[MAPPING_SKIPS];
    uint32_t skip_count;
    /* columns */
    struct column_ref *column;
    uint32_t column_count;
    const char **column_name; /* the same as a table of texts, for JSON Lines */
    const uint32_t *ignore;
    uint32_t ignore_count;
    bool statement; /* rows tell one account's view */
    struct source booked, value_time, year, amount, debit, credit, direction, currency, reversal,
        balance;
    struct step *step;
    uint32_t step_count;
    struct regex_link *regexes; /* all of them, to be freed */
};

/* Load one file's text into `m`. False when out of memory; messages go to `ds`. */
bool mapping_parse(struct arena *a, struct diags *ds, const char *path, struct bytes text,
    const struct field *extra, uint32_t extra_count, struct mapping *m);
/* Free what `m` holds outside its arena. */
void mapping_drop(struct mapping *m);

#endif
