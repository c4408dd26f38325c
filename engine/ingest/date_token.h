/* date_token - the parts of a picture of a date; private to date_picture and date_format. */
#ifndef INGEST_DATE_TOKEN_H
#define INGEST_DATE_TOKEN_H

enum token_kind {
    TOKEN_LITERAL,
    TOKEN_BLANK,
    TOKEN_YEAR4,
    TOKEN_YEAR2,
    TOKEN_MONTH2,
    TOKEN_MONTH1,
    TOKEN_MONTH_NAME,
    TOKEN_DAY2,
    TOKEN_DAY1,
    TOKEN_HOUR2,
    TOKEN_HOUR1,
    TOKEN_MINUTE,
    TOKEN_SECOND,
    TOKEN_FRACTION,
    TOKEN_HALF,
    TOKEN_OFFSET,
    TOKEN_WEEKDAY,
};

enum { NOT_THERE = 255 }; /* the place of a part a fixed picture does not have */

#endif
