/*
 * operator - the operators of the rule language: how each is loaded and how it runs.
 *
 * A rule has at most one. Each has a file here that reads its block (pass_through_block.c, ...) and
 * one in engine/operator that holds its state; operator.c lists them. A new operator is a line in
 * `operators`, its block in document.def and these two files; the judge, the loader, alerts and
 * messages need no change.
 */
#ifndef RULE_OPERATOR_H
#define RULE_OPERATOR_H

#include "operator/operator.h"
#include "rule/loader.h"

struct operator_kind {
    enum rule_operator op;
    const char *key;  /* in rules: "window" */
    const char *noun; /* in messages: "a window" */
    /* The key in its block that names fields by which entries are collected: "per"; or NULL. */
    const char *per;
    const char *span; /* the key in its block that says how far back it looks: "over" */
    enum block block;
    /* Reads the block, after `per` and `when`: measures, inputs (rule_input), spec, span_us. */
    void (*load)(struct rule_making *rm, const struct yaml_entry *e);
    /* Adds what shapes state besides key, filter, inputs and measures. NULL: nothing. */
    void (*hash)(const struct rule *rule, struct buf *out);
    /* State for the rule, an object of `class`. NULL: out of memory. What collects in windows:
       NULL, NULL. */
    void *(*open)(const struct rule *rule, const struct hash_key *key);
    const struct operator_class *class;
    bool fed;   /* its entries are hits of other rules */
    bool pairs; /* its entries go from one key to another, payer to payee */
    /* Another rule will judge the moments of this state. NULL: it need not know. */
    void (*seat)(void *state, const struct rule *rule);
};

/* The blocks, each in its file. */
void pass_through_load(struct rule_making *rm, const struct yaml_entry *e);
void pass_through_hash(const struct rule *rule, struct buf *out);
void *pass_through_state(const struct rule *rule, const struct hash_key *key);
void shared_load(struct rule_making *rm, const struct yaml_entry *e);
void shared_hash(const struct rule *rule, struct buf *out);
void score_load(struct rule_making *rm, const struct yaml_entry *e);
void score_hash(const struct rule *rule, struct buf *out);
void *score_state(const struct rule *rule, const struct hash_key *key);
void sequence_load(struct rule_making *rm, const struct yaml_entry *e);
void sequence_hash(const struct rule *rule, struct buf *out);
void *sequence_state(const struct rule *rule, const struct hash_key *key);
void baseline_load(struct rule_making *rm, const struct yaml_entry *e);
void baseline_hash(const struct rule *rule, struct buf *out);
void *baseline_state(const struct rule *rule, const struct hash_key *key);
void flow_load(struct rule_making *rm, const struct yaml_entry *e);
void flow_hash(const struct rule *rule, struct buf *out);
void *flow_state(const struct rule *rule, const struct hash_key *key);
void flow_seat(void *state, const struct rule *rule);
/* Whom the alert of a flow is about: `about` where it is given, else NULL. */
void flow_about(struct rule_making *rm, const struct yaml_node *about);
/* The party of that name in a flow of this rule's shape; false: it has none. */
bool flow_party(const struct rule *rule, struct bytes name, uint8_t *party);

extern const struct operator_kind operators[];
extern const size_t operator_count;

const struct operator_kind *operator_of(enum rule_operator op); /* NULL: none */
/* The operator block of a rule, NULL where it has none; tells where it has two (R241). */
const struct operator_kind *operator_find(struct rule_making *rm, const struct yaml_entry **entry);

#endif
