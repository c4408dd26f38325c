/*
 * keys - the key of a rule, one cell or several, as a dense number.
 *
 * `per: own.account` or `per: [source.bank, beneficiary.phone]`: the cells of a row become bytes,
 * the bytes a number of base/intern (0, 1, 2, ...), in batches. Numbers name keys inside the run
 * only; no output may depend on them. Windows with the same parts share one object. Text is taken
 * as it stands in the cell: where a rule compares text folded, give folded cells.
 */
#ifndef STATE_KEYS_H
#define STATE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/value.h"
#include "weir/txn.h"

struct keys;

#define KEYS_NONE UINT32_MAX /* a part of the key is missing */
enum { KEYS_PARTS_MAX = 8, KEYS_BATCH_MAX = 4096 };

/* As in struct say and struct key_part of rule/ruleset.h. */
enum keys_view { KEYS_FIELD, KEYS_OWN, KEYS_COUNTERPARTY };

struct keys_part {
    unsigned field; /* enum txn_field or added column; own and counterparty: the originator's */
    uint8_t view;   /* enum keys_view */
    uint8_t type;   /* enum type of the field: text or number in the cell */
};

/* Copies the parts. NULL when out of memory. */
struct keys *keys_new(const struct keys_part *parts, size_t count, const struct hash_key *key);
void keys_free(struct keys *k);
bool keys_same(const struct keys *k, const struct keys_part *parts, size_t count);

/*
 * Numbers of the keys of `count` (<= KEYS_BATCH_MAX) rows. sides[i] is the side whose view `own.`
 * is, 0 the originator's, 1 the beneficiary's; NULL: 0 for all. The same row may come twice. False
 * when out of memory.
 */
bool keys_batch(struct keys *k, const struct txn *const *rows, const uint8_t *sides, uint32_t count,
    uint32_t *numbers);

/* Part `part` of a key, for what an alert is about; text until the object is freed. */
struct value keys_value(const struct keys *k, uint32_t number, size_t part);
uint32_t keys_count(const struct keys *k); /* numbers given out */

/* The field that a part means from this side. */
static inline unsigned
keys_field(struct keys_part p, uint8_t side)
{
    unsigned other = p.view == KEYS_OWN ? side : p.view == KEYS_COUNTERPARTY ? !side : 0;

    return p.field + other * (unsigned)TXN_PARTY_SPAN;
}

#endif
