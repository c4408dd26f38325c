/*
 * rate - dated rates to the euro, from a file laid out like the European Central Bank's CSV.
 *
 * eurofxref-hist.csv: header `Date,USD,JPY,...`, a row a day, newest or oldest first, `N/A` for
 * none; units of the currency for one euro. Also `date,currency,rate` in long form. Rates are
 * decimals kept exactly. amount_eur = half-even to the cent, at the rate of the day, else the
 * newest at most RATE_AGE_DAYS older; else missing.
 */
#ifndef MODEL_RATE_H
#define MODEL_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/status.h"

struct rates;
enum { RATE_AGE_DAYS = 10 };

enum weir_status rates_load(const char *path, struct rates **out, struct weir_err *err);
void rates_free(struct rates *r);
/* Cents; false where there is no rate or it would overflow. EUR is itself. */
bool rates_to_eur(
    const struct rates *r, int64_t currency, int64_t minor, int64_t day, int64_t *cents);
const uint8_t *rates_hash(const struct rates *r);

#endif
