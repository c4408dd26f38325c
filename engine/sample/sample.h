/*
 * sample - seeded synthetic exports of invented banks, with planted schemes and look-alikes.
 *
 * The same options give the same bytes. Each payment is written once, by the bank of the payer, or
 * of the payee where the payer is abroad or at a counter. Below `out`: data/ (the exports),
 * mappings/, rates.csv, truth.csv (one line a planted payment).
 */
#ifndef SAMPLE_SAMPLE_H
#define SAMPLE_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/status.h"

struct sample_spec {
    const char *out;
    uint64_t rows; /* everyday payments; planted ones come on top */
    uint64_t seed;
    uint32_t banks;    /* 1 to BANKS_MAX */
    uint32_t days;     /* from 2026-01-01 */
    uint32_t accounts; /* 0: a tenth of the rows, at least 1000 */
    uint32_t shapes;   /* schemes and look-alikes of each pattern of money across accounts */
    int level;         /* gzip level, 0: plain */
    bool whole;        /* one file a bank instead of one a month */
};

struct sample_result {
    uint64_t rows, planted;
    uint32_t files, schemes, look_alikes;
};

enum weir_status sample_make(
    const struct sample_spec *spec, struct sample_result *out, struct weir_err *err);

#endif
