/*
 * csv_write - RFC 4180 rows that are safe in a spreadsheet: a text cell that a
 * program could take for a formula (= + - @ TAB CR LF, full-width forms, also after
 * blanks) gets a leading apostrophe; numeric cells are written by csv_number().
 */
#ifndef TEXT_CSV_WRITE_H
#define TEXT_CSV_WRITE_H

#include "weir/bytes.h"

struct buf;

struct csv_write {
    struct buf *out;
    bool begun; /* a cell stands in this row */
};

void csv_text(struct csv_write *w, struct bytes text);
void csv_number(struct csv_write *w, struct bytes digits); /* sign, digits, one dot; asserted */
void csv_end(struct csv_write *w);                         /* end of the row, LF */

#endif
