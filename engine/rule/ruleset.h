/*
 * ruleset - all rules of a run, loaded, checked and compiled; immutable and shared.
 */
#ifndef RULE_RULESET_H
#define RULE_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/program.h"
#include "state/window.h"
#include "text/diag.h"
#include "text/yaml_read.h"
#include "weir/alert.h"
#include "weir/status.h"

struct zone;

enum rule_status { RULE_DRAFT, RULE_SHADOW, RULE_LIVE, RULE_RETIRED };
enum rule_operator {
    OPERATOR_NONE,
    OPERATOR_WINDOW,
    OPERATOR_PASS_THROUGH,
    OPERATOR_SHARED,
    OPERATOR_SCORE,
    OPERATOR_FLOW,
    OPERATOR_SEQUENCE,
    OPERATOR_BASELINE
};
enum { RULE_MEASURES_MAX = 64 };

/* One piece of a `say` template: text, or a value to be printed. */
enum say_kind { SAY_TEXT, SAY_MEASURE, SAY_ABOUT, SAY_FIELD, SAY_WATCH, SAY_PARTY, SAY_HIT };
struct say {
    enum say_kind kind;
    struct bytes text; /* SAY_TEXT */
    uint32_t index;    /* measure slot (SAY_HIT: of the rule whose hit it is), field number
                          (own./counterparty. resolved by side), name    index of the watchlist, or
                          enum    operator_party */
    uint8_t
        view; /* SAY_FIELD: 0 the field itself, 1 own (index is the originator's), 2 counterparty */
};

struct band { /* half-open: the first band whose `below` exceeds the measure; the last has none */
    struct value below; /* unset in the last */
    enum severity is;
};

struct key_part {
    unsigned field; /* enum txn_field or added column; for own./counterparty. the originator's */
    uint8_t view;   /* as in struct say */
};

struct exception {
    struct bytes name, reason;
    const struct program *when;
    bool drop_alerts;  /* else transactions */
    int64_t until_day; /* last day it applies */
};

struct role {
    struct bytes party;
    struct bytes is;
}; /* "about" -> "suspected-collector" */

/* Rows of one side, or of both, that make a condition true. */
enum { TOUCH_BOTH = -1 };
struct touch {
    const struct program *when; /* NULL: all */
    int side;                   /* SIDE_ORIGINATOR, SIDE_BENEFICIARY or TOUCH_BOTH */
    const char *name;           /* of that part of the operator, as authors call it; NULL: none */
};

struct measure {
    struct measure_name name;
    const struct program *program; /* over aggregates and earlier measures; NULL: the operator
                                      yields it */
};

/* A rule whose hits another hears of. */
struct feed {
    const struct rule *rule;
    uint32_t line; /* of the hearing rule's block */
    uint32_t by;   /* measure of `rule` that is handed over; FEED_COUNT: none */
};
#define FEED_COUNT UINT32_MAX

struct rule {
    struct bytes name, title;
    int64_t version;
    enum rule_status status;
    bool signal;              /* its hits feed other rules and become no alerts */
    bool sound;               /* no errors in it */
    uint32_t level;           /* 0: looks at transactions; n: hears rules of levels below n */
    const struct rule *of;    /* looks at the hits of that rule; NULL: at transactions */
    const struct feed *feeds; /* rules it hears */
    size_t feed_count;
    const char *file;           /* as shown in messages */
    struct span at;             /* of its name there */
    const struct program *when; /* NULL: all */
    bool own;                   /* account view: seen once from each side that has an account */
    enum rule_operator op;

    /* with an operator */
    int64_t span_us;           /* its span; the default cooldown */
    int64_t reach_us;          /* how far back its evidence may lie, at least span_us */
    bool late;                 /* its hits may come `lateness` behind event time */
    const void *spec;          /* of operators other than windows: struct pass_through_spec, ... */
    const struct touch *touch; /* rows that none of these concerns leave no trace; none: all do */
    size_t touch_count;
    const struct key_part *per;
    size_t per_count;
    const struct key_part *group; /* of a flow: what several keys may be part of; NULL: nothing */
    size_t group_count;
    uint8_t party;                /* of a flow: enum operator_party its alerts are about */
    struct window_spec window;    /* OPERATOR_WINDOW, OPERATOR_SHARED; aggregates filled in */
    int64_t ignore_above;         /* OPERATOR_SHARED: more members are a placeholder; else 0 */
    struct aggregates aggregates; /* of a window; of other operators their inputs */
    const struct measure *measures;
    size_t measure_count;
    const struct program *alert_if;

    /* alert */
    enum severity severity;    /* without bands */
    uint32_t severity_measure; /* with bands: slot */
    const struct band *bands;
    size_t band_count;
    const struct key_part *about; /* what the alert is about; for windows the key */
    size_t about_count;           /* 0: of a score, whose key is a text of about_kind */
    struct bytes about_kind;      /* "account", "customer", ... the last part of the field's name */
    int64_t cooldown_us;          /* -1: rest of the calendar period */
    const struct say *say;
    size_t say_count;
    uint32_t evidence_limit;
    enum keep evidence_keep;
    const struct role *roles;
    size_t role_count;
    const struct exception *exceptions; /* the rule's own, then documents that apply to it */
    size_t exception_count;
    const struct parameter *parameters;
    size_t parameter_count;
    const struct bytes *tags;
    size_t tag_count;
    const struct test *tests; /* rule/test.h */
    size_t test_count;
    bool needs_merged;
    uint64_t needs_fields; /* bit f: the mapping must supply field f */

    uint8_t hash[32];       /* canonical rule: everything but documentation and tests */
    uint8_t meaning[32];    /* the same without its name */
    uint8_t state_hash[32]; /* the part that shapes state: key, filter, measures, spans, exceptions
                               on transactions */
};

/* A file as it was read, for what is found out later. */
struct rule_file {
    struct rule_file *next;
    struct yaml_file yaml;
};

struct ruleset {
    struct rule_file *files;
    struct rule *rule; /* sorted by name */
    size_t rule_count;
    const struct named *names; /* lists, tables, watchlists, macros */
    size_t name_count;
    const struct field *fields; /* core and added */
    size_t field_count;
    struct zone *zone; /* pack time zone */
    int32_t week_starts;
    int64_t lateness_us;
    struct bytes pack_name;
    uint8_t hash[32];
    struct arena *arena;              /* owns everything above */
    struct kept *kept;                /* patterns and zones of the programs */
    struct matcher *matcher;          /* what the programs ask of texts */
    const struct document *documents; /* what it was made of, for ruleset_vary() */
    size_t document_count;
    bool varied; /* made by ruleset_vary(): the zone is another's */
};

struct rules_env {
    int64_t as_of_day; /* exceptions and list ages are judged by it; INT64_MAX: not judged */
    bool as_written;   /* parameters have their defaults: overrides are left out */
    bool lint;         /* look for all doubts of section 15, as `weir check` does */
    /* A text in place of the file of that path, as an editor holds it unsaved. NULL: none. */
    const char *unsaved_path;
    struct bytes unsaved;
};

/*
 * Load every *.yaml below the paths. All errors of all files go to `ds`; on errors *out is
 * still freed by ruleset_free(). WEIR_FAIL only for trouble outside the files (memory, unreadable
 * folder).
 */
enum weir_status ruleset_load(const char *const *paths, size_t path_count,
    const struct rules_env *env, struct diags *ds, struct ruleset **out, struct weir_err *err);
void ruleset_free(struct ruleset *rs);

/*
 * Takes findings out of ds that comments `# weir: allow` silence, and tells silences that are
 * unused or give no reason. ruleset_load() has done so; the others are for findings that came after
 * it: against approved rules (L651), from a sample (L614, L621, L622).
 */
enum allow_pass { ALLOW_LOAD, ALLOW_AGAINST, ALLOW_COST };
void ruleset_allow(const struct ruleset *rs, struct diags *ds, enum allow_pass pass);

#endif
