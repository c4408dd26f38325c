/*
 * window_twin - windows counted from scratch at every question: slow and plainly right.
 */
#ifndef SUPPORT_WINDOW_TWIN_H
#define SUPPORT_WINDOW_TWIN_H

#include "state/window.h"

enum { TWIN_ENTRIES = 2000, TWIN_INPUTS = WINDOW_AGGREGATES_MAX };

struct twin_entry {
    uint32_t key;
    int64_t at_us;
    uint64_t ledger;
    struct value input[TWIN_INPUTS]; /* texts must outlive the twin */
};

struct twin {
    const struct window_spec *spec;
    size_t count;
    struct twin_entry entry[TWIN_ENTRIES];
};

void twin_add(
    struct twin *t, uint32_t key, int64_t at_us, uint64_t ledger, const struct value *inputs);
struct value twin_read(const struct twin *t, uint32_t key, uint32_t aggregate);
size_t twin_evidence(const struct twin *t, uint32_t key, uint64_t after, uint64_t *out);
/* Same type, same currency, same exact value. */
bool twin_same(struct value a, struct value b);

#endif
