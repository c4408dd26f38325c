/*
 * pass_through - money that came in and went out again, first in, first out (rule-language.md 11).
 *
 * Each incoming amount is a lot. An outgoing amount uses up the oldest lots that are younger than
 * the span, each unit of money once; what it finds no lot for came from elsewhere. Measures look
 * at the span (t - within, t] that ends at an outgoing transaction, where moments come up.
 *
 * What has no known amount counts as a credit or debit and moves nothing. Counterparties without
 * an account, such as whoever stands at a counter, are missing and so not among `sources` and
 * `targets` (section 9: aggregates skip what is missing).
 *
 * Rows that have a date and no time wait until their day's moment is over: all that come in count
 * as earlier than all that go out. A moment is uncertain when that choice showed in its measures.
 */
#ifndef OPERATOR_PASS_THROUGH_H
#define OPERATOR_PASS_THROUGH_H

#include "operator/operator.h"

struct zone;

/* Inputs of an entry. Side 1, the beneficiary's, brings a lot; side 0 a payment. */
enum {
    PASS_AMOUNT,   /* money in EUR, never negative */
    PASS_OTHER,    /* the counterparty's account as a dense number */
    PASS_INTERNAL, /* bool: from the key to itself, which passes nothing; with spec.internal */
};

enum pass_through_measure {
    PASS_INFLOW,
    PASS_OUTFLOW,
    PASS_PASSED,       /* the part of inflow that was used up */
    PASS_PASSED_SHARE, /* of inflow; missing without inflow */
    PASS_HELD,         /* mean time from lot to payment, weighted by amount; missing over nothing */
    PASS_CREDITS,
    PASS_DEBITS,
    PASS_SOURCES, /* distinct counterparties of lots, of payments */
    PASS_TARGETS,
    PASS_MEASURES
};

struct pass_through_spec {
    int64_t within_us;
    bool internal;           /* entries bring PASS_INTERNAL */
    const struct zone *zone; /* in which date-only rows have their day; NULL: UTC */
};

struct pass_through;

struct pass_through *pass_through_new(const struct pass_through_spec *spec); /* NULL: no memory */
extern const struct operator_class pass_through_class;

#endif
