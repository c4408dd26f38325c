/*
 * ledger - what an alert prints of a transaction, kept while a window may refer to it.
 *
 * A row is written once, compactly, and named by a 64-bit number that grows with the total order.
 * ledger_expire() lets go of what is older than the longest span. Alerts copy what they quote.
 */
#ifndef STATE_LEDGER_H
#define STATE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"
#include "weir/txn.h"

struct ledger;
enum { LEDGER_NONE = 0 }; /* numbers start at 1 */

struct ledger *ledger_new(void); /* NULL: no memory */
void ledger_free(struct ledger *l);
/* The number of this transaction; LEDGER_NONE when out of memory. Not twice for one row. */
uint64_t ledger_add(struct ledger *l, const struct txn *t);
/* Drop everything with at_us <= edge_us. */
void ledger_expire(struct ledger *l, int64_t edge_us);

struct ledger_entry {
    int64_t at_us, amount_minor, amount_eur; /* amount_eur: cents, INT64_MIN when missing */
    int64_t currency;                        /* packed */
    uint64_t row;
    uint32_t file, source, flags;
    bool has_amount;
    struct bytes id, o_account, o_name, b_account, b_name; /* empty where missing */
};
/* Views valid until the next add or expire. The number must be live. */
void ledger_get(const struct ledger *l, uint64_t number, struct ledger_entry *out);
uint64_t ledger_live(const struct ledger *l);

#endif
