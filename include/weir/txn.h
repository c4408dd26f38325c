/*
 * One normalised transaction: what every stage after ingest sees of a row.
 *
 * A transaction is a head and one eight-byte cell a field, in the order of
 * model/txn_field.def (which is the order of rule-language.md section 7 and so
 * the order of "content" in the total order). A cell means nothing unless its
 * bit in `present` is set. Text cells are views relative to `base`, the text of
 * the batch that holds the row; nothing points into an input block.
 */
#ifndef WEIR_TXN_H
#define WEIR_TXN_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

enum txn_field {
#define FIELD(id, name, type) TXN_##id,
#include "model/txn_field.def"
#undef FIELD
    TXN_FIELD_COUNT /* columns an installation adds follow from here, up to LIMIT_FIELDS */
};

union txn_cell {
    int64_t num; /* money: minor units; time: microseconds UTC; date: days since 1970-01-01;
                    country, currency: letters packed by code_pack(); channel, kind: enum value */
    struct {
        uint32_t off, size; /* text: bytes from txn.base */
    } text;
};

enum txn_flag {
    TXN_DATE_ONLY = 1 << 0,       /* `time` is a day, not a moment; hour() is missing */
    TXN_OWN_ORIGINATOR = 1 << 1,  /* the row is from the originator's account statement */
    TXN_OWN_BENEFICIARY = 1 << 2, /* ... or from the beneficiary's */
    TXN_KIND_O_INFERRED = 1 << 3, /* originator.kind was read from a legal-form word */
    TXN_KIND_B_INFERRED = 1 << 4, /* beneficiary.kind likewise */
    TXN_REVERSAL = 1 << 5,        /* takes an earlier payment back; is none itself */
    TXN_ID_MADE = 1 << 6,         /* the row had no id; `id` is a hash of its cells and a number */
    TXN_TIME_SHIFTED = 1 << 7,    /* W310: local time did not exist, moved forward by the gap */
    TXN_TIME_REPEATED = 1 << 8,   /* W311: local time occurred twice, the first was taken */
    TXN_BAD_UTF8 = 1 << 9,        /* W211: text kept and screened as raw bytes */
    TXN_NO_RATE = 1 << 10,        /* amount_eur is missing for want of a rate */
};

struct txn {
    int64_t at_us;       /* event time, microseconds since the epoch, UTC; equals cell TXN_TIME */
    const char *base;    /* what text cells are relative to */
    const uint8_t *pick; /* what the rules' selectors said of it (rule/select.h), or NULL */
    uint64_t present;    /* bit f: cell f holds a value */
    uint64_t row;    /* 1-based row of the file, header and preamble lines not counted as rows */
    uint64_t offset; /* byte offset of the row in the plain (unpacked) file */
    uint32_t file;   /* number of the input in the run; never decides an order */
    uint32_t source; /* rank of the source bank among the run's source banks, bytewise by name */
    uint32_t flags;  /* enum txn_flag */
    uint32_t twin;   /* TXN_ID_MADE: number among the identical rows of its file, from 0 */
    union txn_cell cell[];
};

static inline bool
txn_has(const struct txn *t, unsigned field)
{
    return (t->present >> field & 1) != 0;
}

/* The text of a present text field. */
static inline struct bytes
txn_text(const struct txn *t, unsigned field)
{
    return (struct bytes){t->base + t->cell[field].text.off, t->cell[field].text.size};
}

static inline int64_t
txn_num(const struct txn *t, unsigned field)
{
    return t->cell[field].num;
}

#endif
