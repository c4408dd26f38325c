/*
 * item - one entry's text as a value of its type: normalised and checked (rule-language.md 6, 7).
 *
 * What is wrong is told in the entries' messages with its place and what would be right.
 */
#ifndef LIST_ITEM_H
#define LIST_ITEM_H

#include <stdbool.h>

#include "list/entry.h"
#include "model/type.h"
#include "model/value.h"

struct buf;

/* A value, or where `band` a span of them, both ends included. */
struct item {
    struct value low, high; /* texts live in the arena of the entries */
    bool band;
};

/* One value. */
bool item_value(struct entries *s, enum type t, const struct piece *p, struct value *out);
/* One value or a span: `3000-3350` (code), `200 EUR .. 700 EUR` (money, number). */
bool item_read(struct entries *s, enum type t, const struct piece *p, struct item *out);
/* `2026-03-01` as days since 1970-01-01. */
bool item_day(struct entries *s, const struct piece *p, int64_t *day);

/*
 * Bytes that are equal where two set values of one type are, with their length in front so that
 * several can stand in a row. Texts of TYPE_TEXT are folded unless `folded` says they are. False
 * where the value is none that a list can hold (a fraction).
 */
bool item_key(struct value v, bool folded, struct buf *out);

#endif
