/* order - the total order of transactions as the rest of the program calls it. */
#include "ingest/order.h"

#include <assert.h>

#include "ingest/merge.h"
#include "weir/limits.h"

static int
compare(const struct txn *a, const char *a_base, const struct txn *b, const char *b_base,
    const enum type *types)
{
    struct order_cells left = {a->present, a->cell, a_base}, right = {b->present, b->cell, b_base};
    int order;

    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    order = order_content(&left, &right, false, types);
    return order != 0 ? order : order_flags(a->flags, b->flags);
}

int
txn_order(const struct txn *a, const struct txn *b, const enum type *types, uint32_t fields)
{
    assert(fields >= 64 || ((a->present | b->present) >> fields) == 0);
    return compare(a, a->base, b, b->base, types);
}

int
order_unsealed(const struct txn *a, const struct txn *b, const char *base, const enum type *types)
{
    return compare(a, base, b, base, types);
}

void
order_types(const struct field *extra, uint32_t extra_count, enum type *types)
{
    assert(TXN_FIELD_COUNT + extra_count <= LIMIT_FIELDS);
    for (uint32_t f = 0; f < TXN_FIELD_COUNT; f++)
        types[f] = txn_fields[f].type;
    for (uint32_t f = 0; f < extra_count; f++)
        types[TXN_FIELD_COUNT + f] = extra[f].type;
}
