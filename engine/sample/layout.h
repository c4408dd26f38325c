/*
 * layout - rows as each invented bank writes them, and the mapping that reads them back.
 *
 * Bank n uses layout n modulo LAYOUTS: 0 comma CSV with both parties and UTC times; 1 semicolon CSV
 * in windows-1250, own account against counterparty, signed amounts with decimal comma, local
 * times; 2 tab separated, preamble lines, paid-out and paid-in columns, dates only; 3 JSON Lines.
 */
#ifndef SAMPLE_LAYOUT_H
#define SAMPLE_LAYOUT_H

#include "base/buf.h"
#include "sample/world.h"

enum { LAYOUTS = 4 };

struct layout {
    const char *ending;                                     /* "csv", "jsonl" */
    void (*head)(const struct bank *bank, struct buf *out); /* may be NULL */
    void (*row)(
        const struct world *w, const struct bank *bank, const struct payment *p, struct buf *out);
    void (*mapping)(const struct bank *bank, struct buf *out);
};
extern const struct layout layouts[LAYOUTS];

/* The reference a payment carries in its text, up to twelve digits. */
uint64_t layout_reference(uint64_t id);
/* Units of the bank's currency for one euro on a day, times 10^4; 10000 for the euro. */
int64_t layout_rate(const char *currency, int64_t day);

#endif
