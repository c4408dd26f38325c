/*
 * One alert and its evidence, and the hit that opens it or joins it.
 *
 * Judgement makes hits; the book (alert/book.h) makes alerts of them; sinks write alerts.
 * All texts are views: a hit's live during the call, an alert's until the book is freed.
 */
#ifndef WEIR_ALERT_H
#define WEIR_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/value.h"
#include "weir/bytes.h"

enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_COUNT
};
extern const char *const severity_names[]; /* "info", "low", ... */

enum keep { KEEP_NEWEST, KEEP_LARGEST, KEEP_FIRST };

/* A name and what stands for it: a parameter's value, a party's role, a list's hash. */
struct alert_pair {
    struct bytes name, is;
};

struct alert_measure {
    struct bytes name;
    bool percent;
};

/* What every alert of one rule has in common; fixed for the run. */
struct alert_rule {
    struct bytes name, title, about_kind;
    int64_t version;
    bool shadow;         /* written to shadow.jsonl */
    int64_t cooldown_us; /* hits closer to the first than this join its alert */
    uint32_t evidence_limit;
    enum keep evidence_keep;
    bool revisits; /* a later hit may rest on transactions older than those of an earlier one */
    const struct alert_measure *measures;
    size_t measure_count;
    const struct alert_pair *roles, *parameters, *lists;
    const struct alert_pair *overrides; /* parameters not at their default, and what changed them */
    size_t role_count, parameter_count, list_count, override_count;
    uint8_t hash[32];       /* of the rule's meaning */
    uint8_t state_hash[32]; /* of what shapes its state; part of alert numbers */
};

/* A transaction as evidence quotes it. */
struct evidence {
    int64_t at_us, amount_minor, amount_eur; /* amount_eur: cents, INT64_MIN when missing */
    int64_t currency;                        /* packed code; 0: the row has no amount */
    uint64_t row, number;                    /* number grows with the total order */
    uint32_t file, source;
    bool date_only, id_made;
    struct bytes id, originator, beneficiary; /* accounts; where there is none, names */
    struct bytes own;                         /* the statement's account, or empty */
    const char *role;                         /* "measured", "hit", "lot", a step's name, ... */
};

/* A clause of `alert_if` with both sides as they stood. */
struct alert_clause {
    struct bytes text, left, right; /* left and right empty where it is no comparison */
};

struct alert_watch {
    struct bytes list, id, note, field;
    struct bytes matched, around; /* of the field's text, as written; empty where it has none */
    uint64_t at;                  /* where `matched` begins, in characters from 1; 0: not known */
    int64_t weight;
    struct bytes name, why; /* of a list of names: the listed name, and what was taken for what */
    int32_t score;          /* its likeness in millionths; 0: not a list of names */
};

struct hit {
    uint32_t rule; /* index among the run's rules */
    struct bytes about;
    struct bytes join; /* what hits have in common that belong to one alert; empty: `about` */
    int64_t at_us;
    int64_t open_until_us; /* end of the cooldown an alert opened by this hit would have */
    enum severity severity;
    const struct value *measures;
    bool uncertain;  /* rests on a chosen order of rows that have a date only */
    bool incomplete; /* a search was cut short: there may be more behind it */
    /* The rest is asked for only where the hit opens an alert. */
    struct bytes say;
    const struct alert_clause *clauses;
    size_t clause_count;
    const struct alert_watch *watches;
    size_t watch_count;
};

struct alert {
    const struct alert_rule *rule;
    uint8_t id[16];
    enum severity severity;
    struct bytes about, say;
    int64_t opened_us, latest_us, open_until_us;
    uint64_t hits;
    bool uncertain, incomplete;   /* of any of its hits */
    struct value *first, *latest; /* measures, rule->measure_count each */
    struct alert_clause *clauses;
    size_t clause_count;
    struct alert_watch *watches;
    size_t watch_count;
    struct evidence *evidence; /* in the total order, at most rule->evidence_limit */
    uint32_t evidence_count, evidence_cap;
    uint64_t evidence_all;    /* how many there were in all */
    int128 evidence_eur;      /* cents of all that have an amount in EUR */
    uint64_t evidence_newest; /* number of the newest taken */
    uint64_t *taken;          /* where its rule revisits: numbers of all taken, rising */
    size_t taken_cap;
    uint8_t evidence_hash[32]; /* chained SHA-256 over source, account and id of all */
};

#endif
