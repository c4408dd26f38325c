/*
 * loader - what the files of the rule loader share while it works; private to them.
 *
 * Messages go to `ds`; a function that told one returns false or NULL and the loader goes on.
 * Out of memory is remembered in `no_memory` and told once at the end.
 */
#ifndef RULE_LOADER_H
#define RULE_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/document.h"
#include "rule/ruleset.h"
#include "weir/limits.h"
#include "weir/status.h"

enum {
    LOADER_NAME_MAX = 60, /* bytes of a name */
    BROKEN_MAX = 64,      /* names a rule's messages are withheld for */
    KEY_PARTS_MAX = 4     /* fields of one key */
};
#define DAY_US INT64_C(86400000000)

/* One document of the rule files. */
struct document {
    enum block kind;
    const struct yaml_node *map;
    const struct yaml_node *name_at; /* the scalar after the kind key; NULL: it is no text */
    struct bytes name;
    const char *folder; /* rules folder the file lies in */
    const char *path;
    bool quiet;   /* known by name only: its file has faults, or it is not of this version */
    size_t order; /* as read: by path and place */
    bool opened;  /* a list or rule being made, so that circles of `include` or of rules are seen */
    bool done;
    struct rule *rule; /* of a rule document: where it is made */
    struct named *named;
    const struct expr *when; /* exception: parsed once, compiled for each rule it applies to */
    bool failed;             /* exception: its errors are told */
};

struct loader {
    struct arena *a;
    struct diags *ds;
    const struct rules_env *env;
    struct ruleset *rs;
    struct document *doc;
    size_t doc_count, doc_cap;
    struct named *named;          /* rs->names, still changeable */
    const struct variation *vary; /* one rule is made anew: */
    struct document *varied;      /* this one; NULL: all are loaded */
    bool no_memory;
};

/* ---- scalars (scalar.c) ---------------------------------------------------- */

#define QUOTE(b) (int)((b).size < LOADER_NAME_MAX ? (b).size : LOADER_NAME_MAX), (b).at

bool scalar_int(struct loader *ld, const struct yaml_node *n, const char *what, int64_t low,
    int64_t high, int64_t *out);
bool scalar_date(struct loader *ld, const struct yaml_node *n, const char *what, int64_t *day);
bool scalar_span(struct loader *ld, const struct yaml_node *n, const char *what, int64_t *us);
bool scalar_bool(struct loader *ld, const struct yaml_node *n, const char *what, bool *out);
/* One of the words; its index. `what` as in "`x` is no severity". */
bool scalar_word(struct loader *ld, const struct yaml_node *n, const char *what,
    const char *const *words, size_t count, size_t *out);
/* The same of words that choice.def lists, where the JSON Schema finds them too. */
bool scalar_choice(struct loader *ld, const struct yaml_node *n, const char *what,
    enum choice_id choice, size_t *out);
/* Reads days since 1970 from YYYY-MM-DD; nothing told. */
bool scalar_day(struct bytes text, int64_t *day);
/* snake_case names, kebab-case names. */
bool scalar_snake(struct bytes text);
bool scalar_kebab(struct bytes text);
/* True where `word` stands in `text` as a whole word. */
bool scalar_mentions(struct bytes text, struct bytes word);

/* The kinds of documents: the key that opens them, and how their names look. */
struct opening {
    const char *key;
    enum block kind;
    enum name_kind names; /* NAME_NONE: not used in expressions */
    bool kebab;
};
const struct opening *gather_opening(enum block kind); /* gather.c */
/* Adds the documents of every file below the path to ld->doc. */
enum weir_status gather_path(struct loader *ld, const char *path, struct weir_err *err);

/* ---- documents ------------------------------------------------------------- */

bool pack_load(struct loader *ld);                      /* pack.c */
void dated_load(struct loader *ld, struct document *d); /* dated.c: list, table, watchlist */
void watch_load(struct loader *ld, struct document *d); /* watch_block.c: watchlist */
/* Where the entries stand; `inline_key` NULL: only in a file. False after a message. */
bool dated_spec(
    struct loader *ld, const struct document *doc, const char *inline_key, struct list_spec *spec);
void dated_tell_source(
    struct loader *ld, const struct document *doc, const char *inline_key, bool both);
bool dated_type(struct loader *ld, const struct document *doc, enum type *out);
/* The day of the content against `max_age`; `file_day` as the file itself says, WATCH_NO_DAY: it
   does not. */
void dated_judge(struct loader *ld, const struct document *doc, int64_t file_day);
void dated_check(struct loader *ld, const struct document *doc);
void macro_load(struct loader *ld, struct document *d);                        /* macro.c */
void rule_load(struct loader *ld, const struct document *d, struct rule *out); /* rule.c */
/* Told as it would be told when a test runs with these entries in the document's place. */
void stand_in_check(
    struct loader *ld, const struct document *doc, const struct yaml_entry *entries); /* vary.c */
struct ruleset *ruleset_new(void); /* load.c; NULL: no memory */
/* load.c: give every rule its place in rs->rule; false: no memory. */
bool loader_places(struct loader *ld);
void loader_make(struct loader *ld, struct document *doc); /* load.c: one rule, once */
/* What a snake_case name would be confused with ("a field", "a code word"), or NULL. */
const char *loader_taken(const struct ruleset *rs, struct bytes name);
struct document *loader_find(struct loader *ld, struct bytes name);
void unused_tell(struct loader *ld); /* unused.c: L606 for documents */

/* The field of that name, or -1; `own.` and `counterparty.` give the originator's and the view. */
int loader_field(const struct ruleset *rs, struct bytes name, uint8_t *view);

/* ---- one rule in the making -------------------------------------------------- */

struct rule_making {
    struct loader *ld;
    const struct document *doc;
    const struct yaml_node *map;
    struct rule *rule;
    struct parameter *parameters;
    size_t parameter_count;
    struct measure *measures;
    struct measure_name *measure_names;
    size_t measure_count;
    const struct yaml_node *measure_block;
    struct bytes broken[BROKEN_MAX]; /* parameters and measures that could not be read */
    size_t broken_count;
    const char *part;      /* of the operator, being read: its name, NULL where it has none */
    bool blind;            /* the operator could not be read: what it yields is not known */
    struct buf state_text; /* canonical text that shapes state */
    struct buf other_text; /* the rest */
};

/* Compile one expression for the rule; NULL after errors or where a broken name stands in it. */
const struct program *rule_program(struct rule_making *rm, const struct yaml_node *scalar,
    enum place place, const char *place_name, enum type want);
void rule_break(struct rule_making *rm, struct bytes name);
/* A parameter or measure may not bear a document's or field's name; false after a message. */
bool rule_own_name(struct rule_making *rm, const struct yaml_entry *e, const char *noun);
void rule_scope(
    struct rule_making *rm, enum place place, const char *place_name, struct scope *out);

/* The same for a parsed one; `text` is what it was parsed from. */
const struct program *rule_compile(struct rule_making *rm, const struct expr *e, struct bytes text,
    enum place place, const char *place_name, enum type want);

/*
 * What operators other than windows build from, in operator.c. An input is a value they are handed
 * for each entry, in the order of these calls; `by_number`: a text cell that they only compare for
 * identity comes as a dense number. Its slot, or -1 after a message.
 */
int rule_input(struct rule_making *rm, const struct program *p, bool by_number);
/* The same for an expression as in rules ("amount_eur", "counterparty.account"); kept. */
int rule_input_text(struct rule_making *rm, const char *text, bool by_number);
/* A measure the operator yields, in the order of its moments' measures; false after a message. */
bool rule_measure(struct rule_making *rm, struct bytes name, enum type type, bool percent);
/*
 * Rows that none of these concerns leave no trace in the operator and are not `selected`. `when`
 * NULL: all of the side; side TOUCH_BOTH outside of the account view. False: no memory. It bears
 * the name rm->part.
 */
bool rule_touch(struct rule_making *rm, const struct program *when, int side);

/* A literal or $parameter. False where it is neither; *told if that was said (no such parameter).
 */
bool rule_value(struct rule_making *rm, const struct yaml_node *n, struct value *out, bool *told);
/* A span or count where a $parameter may stand too; false after a message. */
bool rule_span(struct rule_making *rm, const struct yaml_node *n, const char *what, int64_t *us);
/* `within` of an operator (`noun` as in messages): the rule's span_us, at most 400 days. */
bool rule_within(struct rule_making *rm, const struct yaml_node *n, const char *noun);
bool rule_count(struct rule_making *rm, const struct yaml_node *n, const char *what, int64_t low,
    int64_t high, int64_t *out);

void parameter_load(struct rule_making *rm); /* parameter.c */
/* A further value for a parameter, of its type and among those allowed; false after a message. */
bool parameter_read(struct rule_making *rm, const struct parameter *p, const struct yaml_node *n,
    struct value *out);
void override_check(struct loader *ld);      /* override.c: documents, before any rule */
void override_apply(struct rule_making *rm); /* values in force, to a rule's parameters */
void test_load(struct rule_making *rm);      /* test_block.c */
/* `per` of an operator, before anything else: it decides on the account view. window_block.c */
void operator_key(struct rule_making *rm, const struct yaml_entry *per);
void window_load(struct rule_making *rm, const struct yaml_entry *e); /* the rest of a window */
void window_hash(const struct rule *rule, struct buf *out);
/* What other blocks over windows take from it: a span, room for measures, then the measures of a
   map behind those already there. */
void window_span(struct rule_making *rm, const struct yaml_node *n, const char *what);
bool window_room(struct rule_making *rm);
void window_measures(struct rule_making *rm, const struct yaml_node *map);
bool measure_named(struct rule_making *rm, const struct yaml_entry *e); /* false after a message */
void alert_load(struct rule_making *rm);                                /* alert_block.c */
void say_load(struct rule_making *rm, const struct yaml_node *n);       /* say.c */
void except_load(struct rule_making *rm);                               /* except.c */
/* Exception documents speak of rules that must be there; once, after all names are known. */
void except_check(struct loader *ld); /* except.c */
/*
 * Where band i of a list ends, `before` where the one before it does; the last has no end and
 * leaves *out as it is. `yields` is the key a band gives: "is", "points". False after a message.
 * band.c
 */
bool band_below(struct rule_making *rm, const struct yaml_node *list, size_t i, const char *yields,
    const struct measure_name *by, const struct value *before, struct value *out);
/* The document of a rule, or NULL after a message; `key` is where the name stands. load.c */
const struct document *loader_rule_document(
    struct loader *ld, struct bytes name, struct span at, const char *key);
/*
 * Another rule this one hears from, named by a scalar under `key`; loaded first where it has not
 * been. NULL: after a message (no such rule; rules that hear from each other in a circle), or where
 * its own faults are told already. load.c
 */
const struct rule *loader_rule(struct loader *ld, const struct yaml_node *n, const char *key);
/* Fields that make up a key, `what` as in "`per`"; false after a message. */
bool key_load(struct rule_making *rm, const struct yaml_node *n, const char *what,
    struct key_part *parts, size_t *count); /* window_block.c */

#endif
