/*
 * order - the total order (rule-language.md section 10) over rows wherever their cells lie.
 *
 * Time, source bank, then the cells in the order of the fields, of which the id is the first;
 * missing comes before present, text compares bytewise and numbers by value. Last come the flags
 * that are part of what a row says. Neither file nor row nor arrival decides.
 */
#ifndef INGEST_ORDER_H
#define INGEST_ORDER_H

#include "model/type.h"

/* The flags that make two rows with equal cells differ; the others only say how a cell was read. */
enum {
    ORDER_FLAGS = TXN_DATE_ONLY | TXN_OWN_ORIGINATOR | TXN_OWN_BENEFICIARY | TXN_KIND_O_INFERRED |
                  TXN_KIND_B_INFERRED | TXN_REVERSAL
};

/* A row's cells: one for each field, or, packed, one for each that is present. */
struct order_cells {
    uint64_t present;
    const union txn_cell *cell;
    const char *base;
};

static inline int
order_cell(union txn_cell a, const char *a_base, union txn_cell b, const char *b_base, enum type t)
{
    if (type_is_text(t))
        return bytes_compare((struct bytes){a_base + a.text.off, a.text.size},
            (struct bytes){b_base + b.text.off, b.text.size});
    return (a.num > b.num) - (a.num < b.num);
}

/*
 * Below the first field that only one of them has, both have the same fields; so the places in
 * packed rows agree as well.
 */
static inline int
order_content(
    const struct order_cells *a, const struct order_cells *b, bool packed, const enum type *types)
{
    uint64_t differ = a->present ^ b->present;
    uint64_t both = a->present & (differ == 0 ? ~UINT64_C(0) : (differ & (0 - differ)) - 1);

    for (unsigned i = 0; both != 0; both &= both - 1, i++) {
        unsigned field = (unsigned)__builtin_ctzll(both), at = packed ? i : field;
        int order = order_cell(a->cell[at], a->base, b->cell[at], b->base, types[field]);

        if (order != 0)
            return order;
    }
    if (differ == 0)
        return 0;
    return (a->present & differ & (0 - differ)) != 0 ? 1 : -1;
}

/* The rest of the order, where time, source bank and cells are equal. */
static inline int
order_flags(uint32_t a, uint32_t b)
{
    a &= ORDER_FLAGS;
    b &= ORDER_FLAGS;
    return (a > b) - (a < b);
}

/* Two rows of one unsealed batch: text is relative to `base`. */
int order_unsealed(
    const struct txn *a, const struct txn *b, const char *base, const enum type *types);

/* Types of the core fields and, behind them, of the installation's columns. */
void order_types(const struct field *extra, uint32_t extra_count, enum type *types);

#endif
