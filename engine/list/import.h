/*
 * import - lists of names as their publishers write them (formats.md section 12). Private to list.
 *
 * A published list is whole or it is refused: one that is cut off, has no entries, lacks a column
 * or has more than one row in a hundred that cannot be read is an error; the rest is counted
 * (R460).
 */
#ifndef LIST_IMPORT_H
#define LIST_IMPORT_H

#include "list/names.h"
#include "text/csv_read.h"

enum { IMPORT_PARTS = 8 };

/* One file being read. */
struct import {
    struct watch_draft *d;
    struct entries *file;
    struct csv_row *row;
    size_t rows, unreadable;
    struct bytes first_unreadable;
    bool starved;
};

/* Names with facts in common. */
struct import_person {
    struct bytes id, note, alias_note; /* the draft's arena */
    uint32_t fact_first, fact_count;
};

/* Everything the document names. What is wrong is told; the draft's file is open. */
void import_read(struct watch_draft *d);

/* ---- for the layouts: import_<layout>.c --------------------------------------------------- */

void import_ofac(struct import *in);
void import_un(struct import *in);
void import_eu(struct import *in);
void import_opensanctions(struct import *in);
void import_mapped(struct import *in);

void import_delimit(struct import *in, char delimiter); /* before the first row; else `,` */
/* Next row of delimited text, rows that are none counted; false at the end. */
bool import_row(struct import *in);
/* A cell: quotes undone, blanks at both ends and OFAC's `-0-` taken for empty. */
struct bytes import_cell(struct import *in, size_t column);
/* This row's columns have names: number of the one called so, or SIZE_MAX. */
size_t import_column(struct import *in, const char *name);
void import_bad_row(struct import *in);
/* Of a file that was read to its end: too many bad rows, or the mark of its end missing. */
void import_finish(struct import *in, char end_mark);
/* A column a layout cannot do without. False after a message. */
bool import_need(struct import *in, size_t column, const char *name);

struct bytes import_keep(struct import *in, struct bytes text); /* a copy in the arena */
/* `a`, and where it is not empty `joint` and `b`. */
struct bytes import_join(struct import *in, struct bytes a, const char *joint, struct bytes b);
void import_begin(struct import *in, struct import_person *p); /* facts from here on are its own */
void import_fact(
    struct import *in, struct import_person *p, enum fact_kind kind, struct bytes text);
void import_name(struct import *in, const struct import_person *p, struct bytes name, bool alias);
/* Calls import_fact() or import_name() for each part between `;`. */
void import_facts(
    struct import *in, struct import_person *p, enum fact_kind kind, struct bytes text);
/* The day of the list's content, as the file itself says. */
void import_dated(struct import *in, int64_t day);

#endif
