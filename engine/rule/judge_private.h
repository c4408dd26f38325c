/* judge_private - what the files of the judge share. */
#ifndef RULE_JUDGE_PRIVATE_H
#define RULE_JUDGE_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "rule/judge.h"
#include "rule/leaf.h"
#include "rule/operator.h"
#include "state/keys.h"
#include "state/ledger.h"
#include "state/window.h"

enum {
    SLAB_MAX = 1024,
    NUMBERED_MAX = 8, /* counted texts of a group that go by number */
    INPUTS_AHEAD = 8, /* entries between making the inputs of one and adding it */
    INPUTS_RING = 16, /* a power of two above it */
};

/* Numbers of the keys that have the same parts. */
struct numbering {
    struct keys *keys;
    uint32_t number[2][SLAB_MAX]; /* of a cell, by side and row of the slab, as far as asked for */
};

/* A key as one rule states it, in the numbering it shares with others. */
struct key_use {
    struct numbering *numbering; /* NULL: none */
    bool cell;                   /* one text */
    uint8_t view;                /* of a cell: enum keys_view */
    uint8_t side;                /* of a cell that is a field: whose */
};

/* How an aggregate's input is had without running its programs, where that can be. */
struct intake {
    struct leaf where, value;
    uint8_t sides;          /* bit: the side `where` lets in, or may */
    bool asks;              /* `where` is a program */
    uint16_t field[2];      /* LEAF_FIELD, LEAF_TEXT: the cell, by side */
    struct key_use numbers; /* counted by value: its texts as dense numbers, in batches; or none */
    uint32_t column;        /* of j->number_of, where `numbers` is set */
};

/* All inputs of one operator. */
struct intake_plan {
    const struct aggregates *aggs;
    struct intake *at; /* by aggregate */
    bool tables;       /* some input is looked up in a table: worth asking for early */
    /* Some input is text made by a program: it lasts until the next row is looked at. */
    bool fleeting;
    bool numbers; /* every input is a whole number: judge_intake_numbers() has them */
    bool asks;    /* some `where` is a program */
};

/* One rule of a group, with the lines that most entries do not reach. */
struct judged {
    uint32_t rule;
    struct gate gate[GATES_MAX]; /* on aggregates, by slot */
    size_t gate_count;
    struct leaf *measure; /* by measure: an aggregate itself, or to be run */
};

/* Rules that share a key, a filter and windows. */
struct group {
    uint32_t filter;
    const struct rule *rule; /* the first; its key, aggregates and spans are those of all */
    struct key_use key;
    struct windows *windows;
    struct intake_plan intake;
    struct judged *judged;
    uint32_t judged_count;
};

/* Rules that share a key, a filter and the state of another operator. */
struct collection {
    uint32_t filter;
    const struct rule *rule; /* the first */
    struct key_use key;
    struct key_use other;  /* of payments between keys: the payee, in the numbering of `key` */
    struct key_use groups; /* what keys may be part of; no numbering: nothing */
    const struct operator_kind *kind;
    void *state; /* of kind->class */
    struct intake_plan intake;
    uint32_t *rules;
    uint32_t rule_count;
    const struct operator_moment *moment; /* being judged */
    struct intern *heard; /* where entries are hits: what they are about, by key; else NULL */
};

struct looking; /* a rule of hits, and those that wait for it: judge_of.c */
struct passed;
struct hearing; /* a collection whose entries are hits, and those that wait for it: judge_hits.c */
/* Who hears a rule. */
struct heard {
    uint32_t hearing, line, by;
};

/* What a filter selected of the slab. */
struct selection {
    bool kept; /* a hit may come up about its rows after they have passed by */
    uint32_t count;
    uint16_t entry[2 * SLAB_MAX]; /* index in the slab * 2 + side */
};

struct tally {
    struct judge_counts counts;
    uint64_t *exceptions; /* hits held back, by exception */
};

/* Cells to be numbered in one go. */
struct asking {
    const struct txn *row[2 * SLAB_MAX];
    uint8_t side[2 * SLAB_MAX];
    uint32_t *place[2 * SLAB_MAX];
    uint32_t number[2 * SLAB_MAX];
};

struct judge {
    const struct ruleset *rs;
    const struct select *select;
    struct arena arena; /* plans of groups */
    struct ledger *ledger;
    struct group *group;
    uint32_t group_count;
    struct collection *collection;
    uint32_t collection_count;
    struct hearing *hearing; /* by rising level */
    uint32_t hearing_count;
    struct heard **heard; /* by rule: who hears it */
    uint32_t *heard_count;
    struct numbering **numbering;
    uint32_t numbering_count;
    struct passed *passed; /* rows that a hit may still come up about */
    size_t passed_count, passed_cap;
    int64_t passed_us; /* how far behind event time it may */
    bool keeps;        /* some row is kept */
    const bool *active;
    struct tally *tally;         /* by rule */
    uint64_t (*picked)[256];     /* by filter: how often each pick but PICK_NO came up */
    uint32_t *filter_at;         /* by byte of txn.pick: filter * 2 + side */
    struct selection *selection; /* by filter, of the slab */
    int64_t span_us;             /* the longest any operator looks back */
    int64_t newest_us;           /* of all rows */
    struct eval_room *room;
    judge_look_fn look; /* NULL: nobody watches */
    void *look_context;

    /* one slab */
    uint64_t number[SLAB_MAX]; /* ledger number, LEDGER_NONE where no rule looks at the row */
    const struct txn *row[2 * SLAB_MAX];
    uint8_t side[2 * SLAB_MAX];
    uint32_t at[2 * SLAB_MAX];         /* index in the slab */
    const struct value *hit[SLAB_MAX]; /* where entries are hits: their measures */
    bool hits;                         /* they are */
    uint32_t key[2 * SLAB_MAX];
    uint32_t other[SLAB_MAX], part_of[2][SLAB_MAX]; /* of payments between keys */

    struct asking asking;
    uint32_t number_of[NUMBERED_MAX][2 * SLAB_MAX]; /* texts of counted values, by entry */

    /* inputs of the entries about to be added, by entry modulo INPUTS_RING */
    struct value inputs[INPUTS_RING][WINDOW_AGGREGATES_MAX];
    struct window_numbers numbers_in[INPUTS_RING];

    /* one hit */
    struct value aggregates[WINDOW_AGGREGATES_MAX];
    struct value measures[RULE_MEASURES_MAX];
    struct buf about, text;
    struct alert_clause *clauses;
    struct alert_watch *watches;
    size_t clause_cap, watch_cap;
    uint64_t *numbers;
    struct operator_quote *quotes;
    struct evidence *evidence;
    size_t numbers_cap, quotes_cap, evidence_cap;
};

/* ---- judge.c ----------------------------------------------------------------- */

/* The rows and sides a filter selected, into j->row, side, at; how many. */
uint32_t judge_collect(struct judge *j, uint32_t filter, const struct txn **rows);
/* A hit of d->rule with j->measures: say it, unless what it would be about is missing or an
   exception holds it back. False: stop. */
bool judge_raise(struct judge *j, struct draft *d, judge_emit_fn emit, void *context);

/* Let the watcher see d->rule with j->measures. False: stop. */
bool judge_show(struct judge *j, struct draft *d, bool reached);

/* ---- judge_keys.c -------------------------------------------------------------- */

/* Find or make the numbering of a key; false: no memory. */
bool judge_keys_plan(struct judge *j, const struct keys_part *parts, size_t count,
    const struct hash_key *key, struct key_use *use);
bool judge_keys_of_rule(
    struct judge *j, const struct rule *rule, const struct hash_key *key, struct key_use *use);
void judge_keys_free(struct judge *j);
/* A slab of `count` rows begins: nothing of it has a number yet. */
void judge_keys_begin(struct judge *j, uint32_t count);
/* The numbers of the first n entries that judge_collect() found, KEYS_NONE where a part is missing.
   False: no memory. */
bool judge_keys_number(struct judge *j, const struct key_use *use, uint32_t n, uint32_t *out);

/* ---- judge_intake.c ------------------------------------------------------------ */

bool judge_intake_plan(struct judge *j, const struct aggregates *aggs, const struct hash_key *key,
    struct intake_plan *out);
/* The numbers of counted texts, for the first n entries of the slab at once. */
bool judge_intake_number(struct judge *j, const struct intake_plan *plan, uint32_t n);
/* The inputs of entry n. */
void judge_intake_inputs(
    struct judge *j, const struct intake_plan *plan, uint32_t n, struct value *out);
void judge_intake_numbers(
    struct judge *j, const struct intake_plan *plan, uint32_t n, struct window_numbers *out);
/* Inputs that are the same cell, for window_spec.like1. */
void judge_intake_like(const struct intake_plan *plan, uint32_t *like1);

/* ---- judge_window.c, judge_operator.c -------------------------------------------- */

/* Give the active rule r its place; false: no memory. */
bool judge_window_plan(struct judge *j, uint32_t r, const struct hash_key *key);
bool judge_window_slab(
    struct judge *j, const struct txn **rows, uint32_t count, judge_emit_fn emit, void *context);
/* The first n entries of the slab. */
bool judge_window_entries(
    struct judge *j, struct group *group, uint32_t n, judge_emit_fn emit, void *context);
bool judge_operator_entries(
    struct judge *j, struct collection *c, uint32_t n, judge_emit_fn emit, void *context);
bool judge_operator_plan(struct judge *j, uint32_t r, const struct hash_key *key);
bool judge_operator_slab(
    struct judge *j, const struct txn **rows, judge_emit_fn emit, void *context);
/* The stream goes on at this time: what waited for it is judged while the ledger still knows. */
bool judge_operator_go_on(struct judge *j, int64_t at_us, judge_emit_fn emit, void *context);
bool judge_operator_end(struct judge *j, bool run_on, judge_emit_fn emit, void *context);
/* One entry of a collection whose entries are hits, and its time moving on. */
bool judge_operator_hear(struct judge *j, struct collection *c, const struct operator_entry *e,
    judge_emit_fn emit, void *context);
bool judge_operator_advance(struct judge *j, struct collection *c, int64_t passed_us,
    int64_t conclude_us, judge_emit_fn emit, void *context);

/* ---- judge_hits.c ------------------------------------------------------------------ */

/* After all rules have their places: who hears whom. */
bool judge_hits_plan(struct judge *j);
void judge_hits_free(struct judge *j);
/* Keep a hit for those that hear its rule; false: no memory. */
bool judge_hits_take(struct judge *j, const struct draft *d);
/* Let every hit be heard whose time has passed; at the end of the stream all (judge_end()). */
bool judge_hits_slab(struct judge *j, bool ended, bool run_on, judge_emit_fn emit, void *context);

/* ---- judge_of.c -------------------------------------------------------------------- */

/* `group` or `collection` is what it collects in; both NULL: nothing. NULL: no memory. */
struct looking *judge_of_open(
    struct judge *j, const struct rule *rule, struct group *group, struct collection *collection);
void judge_of_close(struct looking *l);
void judge_of_free(struct judge *j);
/* Rows of a slab that a hit may still come up about; those it no longer may. */
bool judge_of_enter(struct judge *j, const struct txn **rows, uint32_t count);
void judge_of_leave(struct judge *j);
bool judge_of_take(struct judge *j, struct looking *l, const struct draft *d);
/* Look at the hits before edge_us, all of which are known. */
bool judge_of_serve(struct judge *j, struct looking *l, int64_t edge_us, bool ended, bool run_on,
    judge_emit_fn emit, void *context);

/* The field a part means from this side: own. and counterparty. are stored as the originator's. */
static inline unsigned
judge_field(unsigned field, uint8_t view, int side)
{
    bool other = (view == KEYS_OWN && side == SIDE_BENEFICIARY) ||
                 (view == KEYS_COUNTERPARTY && side == SIDE_ORIGINATOR);

    return other ? field + TXN_PARTY_SPAN : field;
}

/* ---- draft.c ---------------------------------------------------------------------- */

/* The text of what the draft's alert is about, appended to j->about; false where a part is missing.
 */
bool draft_about(struct judge *j, const struct draft *d);
struct evidence draft_completing(const struct judge *j, const struct draft *d);
/* Numbers and roles of the transactions behind a draft newer than `after`, oldest first, into
   j->quotes; false: no memory. */
bool draft_quotes(struct judge *j, const struct draft *d, uint64_t after, size_t *count);
enum severity draft_severity(const struct rule *rule, const struct value *measures);

#endif
