/*
 * control - the totals a file states of itself, compared with what was read (E222).
 *
 * Sums are of amounts as plain numbers, whatever their currencies, as the control sum of ISO 20022
 * (`CtrlSum`) is. The number of rows counts accepted rows and those set aside, not those the
 * mapping passes over. A row set aside may have had any amount, so beside one sums prove nothing.
 */
#ifndef INGEST_CONTROL_H
#define INGEST_CONTROL_H

#include <stdint.h>

#include "base/number.h"
#include "weir/bytes.h"
#include "weir/status.h"
#include "weir/txn.h"

struct mapping;

enum control_total {
    CONTROL_ROWS,
    CONTROL_SUM,     /* of all amounts; in an account's statement credits less debits */
    CONTROL_CREDITS, /* statements only */
    CONTROL_DEBITS,
    CONTROL_TOTALS
};

/* As mappings call them. */
extern const char *const control_names[CONTROL_TOTALS];

enum control_verdict { CONTROL_NONE, CONTROL_AGREE, CONTROL_ROWS_ONLY };

struct control {
    int128 credits,
        debits; /* ten-thousandths, or minor units where the mapping says `units: minor` */
};

/* Nothing is to be compared under this mapping. */
bool control_idle(const struct mapping *m);
/* Add an accepted row. */
void control_add(struct control *c, const struct mapping *m, const struct txn *t);
/*
 * After the last row; `rows` with the `quarantined` among them. The lines of the footer are looked
 * through first, then those of the preamble. WEIR_FAIL: E222, a total differs or is not stated;
 * E401.
 */
enum weir_status control_judge(const struct control *c, const struct mapping *m,
    struct bytes preamble, struct bytes footer, uint64_t rows, uint64_t quarantined,
    enum control_verdict *out, struct weir_err *err);

#endif
