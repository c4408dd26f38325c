/*
 * fact - what besides a name tells people apart: when born, where, which document, which telephone.
 *
 * A fact both sides have and that agrees brings a score nearer to certain; a birth or a country
 * that does not agree lowers it (docs/detection.md). Facts never make a hit of names that do not
 * agree by themselves: below FACT_FROM nothing is raised.
 */
#ifndef LIST_FACT_H
#define LIST_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "list/list.h"

struct buf;

enum fact_kind { FACT_BORN, FACT_COUNTRY, FACT_DOCUMENT, FACT_PHONE, FACT_KINDS };

enum { FACT_FROM = WATCH_LEAST_SCORE }; /* least likeness of names that facts may raise */

struct fact {
    enum fact_kind kind;
    bool year;         /* FACT_BORN: only the year is known */
    int64_t num;       /* FACT_BORN: days since 1970 or the year; FACT_COUNTRY: packed letters */
    struct bytes text; /* FACT_DOCUMENT, FACT_PHONE: canonical */
};

/* 1971, 1971-05-03, 3 May 1971, 03/05/1971 (day first), May 1971 (the year). False: none of these.
 */
bool fact_born(struct bytes text, struct fact *out);
/* Two letters, or the country's name in English as lists write it. */
bool fact_country(struct bytes text, struct fact *out);
/* Letters and digits in capitals, nothing else; false where none is left. The text is `a`'s. */
bool fact_document(struct bytes text, struct arena *a, struct fact *out);
/* As the model canonicalises numbers that begin with + or 00. */
bool fact_phone(struct bytes text, struct arena *a, struct fact *out);

/* The score after the facts; appends what they did to `why` unless NULL: "; born agrees". */
int32_t fact_weigh(int32_t score, const struct fact *facts, size_t count,
    const struct watch_person *row, struct buf *why);
/* Whether the row has anything a fact could agree with. */
bool fact_any(const struct watch_person *row);

#endif
