/*
 * record - a hit put into the book: the alert it opens or joins, with the transactions that alert
 * does not have yet. The one way from judgement to alerts, in runs and in tests.
 */
#ifndef SCREEN_RECORD_H
#define SCREEN_RECORD_H

#include <stdbool.h>

struct alert;
struct book;
struct draft;
struct judge;

/* *first: the hit opened the alert. NULL: no memory. */
struct alert *record_hit(
    struct book *book, struct judge *j, const struct draft *draft, bool *first);

#endif
