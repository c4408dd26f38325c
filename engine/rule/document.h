/*
 * document - the keys a block of a rule file may have, and the check of one map against them.
 */
#ifndef RULE_DOCUMENT_H
#define RULE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "text/diag.h"
#include "text/yaml_read.h"

enum block {
#define BLOCK(id, noun) BLOCK_##id,
#define KEY(name, shape, flags, example, what)
#define END
#include "rule/document.def"
#undef BLOCK
#undef KEY
#undef END
    BLOCK_COUNT
};

enum shape {
    SHAPE_NAME,
    SHAPE_TEXT,
    SHAPE_TEXTS, /* one text or a list of texts */
    SHAPE_INT,
    SHAPE_EXPR,
    SHAPE_MAP,
    SHAPE_LIST,
    SHAPE_MAPS, /* a list of maps */
    SHAPE_ANY,
};

enum { KEY_REQUIRED = 1, KEY_LATER = 2, KEY_EITHER = 4 /* one of those that bear it */ };

struct key {
    const char *name;
    enum shape shape;
    unsigned flags;
    const char *example, *what;
};

struct block_keys {
    const char *noun; /* "an exception" */
    const char *id;   /* "EXCEPTION" */
    const struct key *key;
    size_t count;
};
extern const struct block_keys document_blocks[BLOCK_COUNT];

/* Words a key may take (choice.def). */
enum choice_id {
#define CHOICE(id, ...) CHOICE_##id,
#define CHOOSES(block, key, id)
#include "rule/choice.def"
#undef CHOICE
#undef CHOOSES
    CHOICE_COUNT
};
struct choice {
    const char *const *word;
    size_t count;
};
extern const struct choice document_choices[CHOICE_COUNT];
/* The words of a key, NULL where any text may stand. */
const struct choice *document_choice(enum block block, struct bytes key);

/* What a key's value holds (nesting.def). */
enum nest_how { NEST_NONE, NEST_ONE, NEST_EACH, NEST_NAMED, NEST_EXPRS, NEST_TABLE, NEST_FREE };
struct nest {
    enum nest_how how;
    enum block inner; /* NEST_ONE, NEST_EACH, NEST_NAMED */
};

/* The key of that name in the block, or NULL. */
const struct key *document_key(enum block block, struct bytes name);
/* NEST_NONE where nothing is known to stand inside. */
struct nest document_nest(enum block block, struct bytes key);

/*
 * Tell every unknown, missing and misshapen key of `map`, and those not of this version (R299).
 * `at` is where a missing key is told. False after R299: what follows from it is not to be told.
 */
bool document_check(
    struct diags *ds, enum block block, const struct yaml_node *map, struct span at);

/* The value of a key where it is there and has the kind wanted; else NULL. */
const struct yaml_node *document_scalar(const struct yaml_node *map, const char *key);
const struct yaml_node *document_map(const struct yaml_node *map, const char *key);
const struct yaml_node *document_list(const struct yaml_node *map, const char *key);

/* The entry of a key, or NULL; for its place. */
const struct yaml_entry *document_entry(const struct yaml_node *map, const char *key);
const struct yaml_entry *document_entry_of(const struct yaml_node *map, struct bytes key);

/* Items of a SHAPE_TEXTS value: the scalar itself or the scalars of the list. */
size_t document_texts(const struct yaml_node *value);
const struct yaml_node *document_text(const struct yaml_node *value, size_t index);

/* One text of names as messages print them: "`a`, `b` or `c`", in `room`. */
const char *document_suggest(
    struct bytes word, const char *const *names, size_t count, char *room, size_t size);

#endif
