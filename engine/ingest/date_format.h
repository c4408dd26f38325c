/*
 * date_format - how a bank writes its dates, as a small picture: `DD.MM.YYYY HH:mm`.
 *
 *      YYYY YY      year, four digits or two (70 to 99: 19.., else 20..)
 *      MM M         month, two digits, or one or two
 *      MMM          month's name or its beginning (three letters or more), many languages
 *      DD D         day of the month, two digits, or one or two
 *      HH H mm ss   hour, minute, second;  SSS  a fraction of one to nine digits
 *      A            AM or PM, for hours 1 to 12
 *      Z            offset: `Z`, `+02`, `+0200`, `+02:00`
 *      ddd          name of the weekday, passed over
 *      [text]       exactly this text; a blank stands for one blank or more; all else for itself
 *
 * A text fits wholly or not at all. Nothing is guessed: which of day and month comes first is
 * what the picture says, and two pictures that would read one text in two ways clash.
 */
#ifndef INGEST_DATE_FORMAT_H
#define INGEST_DATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weir/bytes.h"

enum { DATE_TOKENS = 32 };

struct date_token {
    uint8_t kind; /* enum token_kind of date_token.h */
    char literal;
};

struct date_format {
    struct bytes text; /* as written; borrowed */
    struct date_token token[DATE_TOKENS];
    uint8_t count;
    bool has_year, has_time, has_offset;
    /* All of one width and the date before the time: read without walking the tokens. */
    bool fixed;
    uint8_t size, date_size; /* bytes of the whole, and of its date */
    struct {
        uint8_t at;
        char literal;
    } mark[8]; /* literals behind the date */
    uint8_t mark_count;
    uint8_t year_at, month_at, day_at, hour_at, minute_at, second_at; /* 255: not there */
};

struct date_parts {
    int32_t year; /* 0: the text has none */
    int32_t month, day;
    int64_t clock_us; /* since midnight; 0 without a time */
    int32_t offset_s; /* east of Greenwich, where has_offset */
};

/* False with a phrase in `fault` and the byte it is about. */
bool date_format_compile(
    struct bytes text, struct date_format *out, char *fault, size_t fault_size, size_t *fault_at);
/* True if `text` fits; the day itself is checked unless the year is missing. */
bool date_format_parse(const struct date_format *f, struct bytes text, struct date_parts *out);
/* The clock part of a fixed format whose text has been measured; -1 if it is none. */
int64_t date_format_clock(const struct date_format *f, const char *text);
/* True if some text would be a date under both, and not the same one. */
bool date_format_clash(const struct date_format *a, const struct date_format *b);

#endif
