/*
 * look - what inspect found out about a file: its lines, its dialect, what its columns may mean.
 *
 * Filled by look.c (lines, dialect, header) and look_column.c (meanings, dates, decimals), written
 * out as a mapping by propose.c. Private to inspect.
 */
#ifndef INGEST_LOOK_H
#define INGEST_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "ingest/date_format.h"
#include "reader/reader.h"
#include "weir/bytes.h"

struct buf;

enum meaning {
    MEANING_NONE,
    MEANING_BOOKED,
    MEANING_VALUE,
    MEANING_AMOUNT,
    MEANING_DEBIT,
    MEANING_CREDIT,
    MEANING_DIRECTION,
    MEANING_CURRENCY,
    MEANING_BALANCE,
    MEANING_ACCOUNT,
    MEANING_OTHER_ACCOUNT,
    MEANING_OTHER_NAME,
    MEANING_OTHER_BANK,
    MEANING_OTHER_COUNTRY,
    MEANING_OTHER_CITY,
    MEANING_O_ACCOUNT,
    MEANING_B_ACCOUNT,
    MEANING_O_NAME,
    MEANING_B_NAME,
    MEANING_O_COUNTRY,
    MEANING_B_COUNTRY,
    MEANING_O_BANK,
    MEANING_B_BANK,
    MEANING_NARRATIVE,
    MEANING_CHANNEL,
    MEANING_ID,
    MEANING_REFERENCE,
    MEANING_PURPOSE,
    MEANING_MCC,
    MEANING_BRANCH,
    MEANING_TERMINAL,
    MEANING_RUNNING,
    MEANING_COUNT
};

enum { LOOK_LINES = 300, LOOK_COLUMNS = 128, LOOK_DATES = 4, LOOK_PICTURE = 40 };

struct look_column {
    struct bytes name; /* of the header, or the key; empty: none */
    enum meaning meaning;
    int score;                                     /* how well the name fits */
    uint32_t filled;                               /* rows in which it holds something */
    uint32_t dates, numbers, currencies, accounts; /* rows in which it looks like one */
    bool one_value;                                /* all its values are the same */
};

struct look {
    struct arena arena;
    const char *path;
    struct reader_counts counts;
    char encoding[24]; /* the best fit; empty: as detected */
    bool encoding_guessed;
    bool json;
    char delimiter;
    uint32_t preamble; /* lines before the header or the first row */
    bool has_header;
    uint32_t footer; /* lines at the end that are no rows, where the end was seen */
    bool whole;      /* the sample is the whole file */
    struct bytes line[LOOK_LINES];
    uint32_t line_count;
    struct look_column column[LOOK_COLUMNS];
    uint32_t column_count;
    struct bytes *cell; /* row_count * column_count */
    uint32_t row_count;
    bool short_rows;   /* rows with fewer cells stand among the others */
    bool unsure_sides; /* debit and credit were told apart by their place only */
    /* dates */
    struct bytes *word;       /* the known names of columns, folded */
    struct date_format *date; /* every picture inspect knows */
    uint32_t date_count;
    char picture[LOOK_DATES][LOOK_PICTURE];
    uint32_t picture_count;
    char rival[LOOK_PICTURE]; /* the other reading where day and month cannot be told apart */
    char undated[48];   /* what stands in the column of dates where no date does; empty: nothing */
    bool blank_dates;   /* some rows have nothing there */
    bool clock, offset; /* the pictures have a time of day, and its offset */
    /* amounts */
    char decimal, thousands;
    bool decimal_sure, any_minus;
    struct bytes symbol;
};

enum weir_status look_open(struct look *l, const char *path, struct weir_err *err);
void look_close(struct look *l);
/* Compile the pictures; false when out of memory. */
bool look_pictures(struct look *l);
/* How the columns of dates are written, and what else stands in them. */
void look_dates(struct look *l);
/* A cell that is a date, or a number, and no name. */
bool look_like_date(const struct look *l, struct bytes t);
bool look_like_number(struct bytes t);
/* Fold the known names of columns; false when out of memory. */
bool look_words(struct look *l);
/* How well a text names a column: 0 not at all. */
int look_name(const struct look *l, struct bytes name, enum meaning *meaning);
/* Letters of known names in the first lines: the right code page makes more of them. */
size_t look_words_in(const struct look *l);
/* Meanings of the columns, dates and amounts. */
void look_columns(struct look *l);
/* The first column with this meaning, or column_count. */
uint32_t look_find(const struct look *l, enum meaning m);
const char *look_field(enum meaning m); /* its name in a mapping, "" for none */

static inline struct bytes
look_cell(const struct look *l, uint32_t row, uint32_t column)
{
    return l->cell[(size_t)row * l->column_count + column];
}

/* A whole mapping with remarks; propose.c. */
void propose(const struct look *l, struct buf *out);

#endif
