/*
 * document - maps of a rule file held against the key tables of document.def.
 */
#include "rule/document.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 32, BEST_MAX = 3 };

enum {
    REQUIRED = KEY_REQUIRED,
    LATER = KEY_LATER,
    EITHER = KEY_EITHER,
};

#define BLOCK(id, noun) static const struct key keys_##id[] = {
#define KEY(name, shape, flags, example, what) {name, SHAPE_##shape, flags, example, what},
#define END                                                                                        \
    }                                                                                              \
    ;
#include "rule/document.def"
#undef BLOCK
#undef KEY
#undef END

const struct block_keys document_blocks[BLOCK_COUNT] = {
#define BLOCK(id, noun) [BLOCK_##id] = {noun, #id, keys_##id, sizeof keys_##id / sizeof *keys_##id},
#define KEY(name, shape, flags, example, what)
#define END
#include "rule/document.def"
#undef BLOCK
#undef KEY
#undef END
};

const struct yaml_entry *
document_entry_of(const struct yaml_node *map, struct bytes key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (bytes_equal(map->entry[i].key, key))
            return &map->entry[i];
    return NULL;
}

const struct yaml_entry *
document_entry(const struct yaml_node *map, const char *key)
{
    return document_entry_of(map, bytes_of(key));
}

static const struct yaml_node *
value_of_kind(const struct yaml_node *map, const char *key, enum yaml_kind kind)
{
    const struct yaml_entry *e = document_entry(map, key);

    return e != NULL && e->value->kind == kind ? e->value : NULL;
}

const struct yaml_node *
document_scalar(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = value_of_kind(map, key, YAML_SCALAR);

    return n != NULL && n->text.size > 0 ? n : NULL;
}

const struct yaml_node *
document_map(const struct yaml_node *map, const char *key)
{
    return value_of_kind(map, key, YAML_MAP);
}

const struct yaml_node *
document_list(const struct yaml_node *map, const char *key)
{
    return value_of_kind(map, key, YAML_LIST);
}

size_t
document_texts(const struct yaml_node *value)
{
    if (value == NULL || value->kind == YAML_MAP)
        return 0;
    return value->kind == YAML_SCALAR ? value->text.size > 0 : value->count;
}

const struct yaml_node *
document_text(const struct yaml_node *value, size_t index)
{
    return value->kind == YAML_SCALAR ? value : value->entry[index].value;
}

const char *
document_suggest(struct bytes word, const char *const *names, size_t count, char *room, size_t size)
{
    size_t best[BEST_MAX];
    size_t found = diag_nearest(word, names, count, best, BEST_MAX);
    size_t used = 0;

    room[0] = '\0';
    for (size_t i = 0; i < found; i++) {
        const char *joint = i == 0 ? "" : i + 1 == found ? " or " : ", ";
        int n = snprintf(room + used, size - used, "%s`%s`", joint, names[best[i]]);

        if (n < 0 || (size_t)n >= size - used)
            return room[0] == '\0' ? NULL : room;
        used += (size_t)n;
    }
    return found == 0 ? NULL : room;
}

/* ---- one key ------------------------------------------------------------- */

/* The words for a shape that was met where another belongs. */
static const char *
kind_words(const struct yaml_node *n)
{
    switch (n->kind) {
    case YAML_MAP:
        return "keys with values";
    case YAML_LIST:
        return "a list";
    case YAML_SCALAR:
        break;
    }
    return n->text.size == 0 ? "nothing" : "a text";
}

static const char *
shape_words(enum shape shape)
{
    switch (shape) {
    case SHAPE_NAME:
        return "a name";
    case SHAPE_INT:
        return "a whole number";
    case SHAPE_EXPR:
        return "an expression";
    case SHAPE_TEXTS:
        return "a text or a list of texts";
    case SHAPE_MAP:
        return "keys with values";
    case SHAPE_LIST:
        return "a list";
    case SHAPE_MAPS:
        return "a list whose items have keys";
    case SHAPE_TEXT:
    case SHAPE_ANY:
        break;
    }
    return "a text";
}

static bool
all_of_kind(const struct yaml_node *list, enum yaml_kind kind)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->entry[i].value->kind != kind)
            return false;
    return true;
}

static bool
fits(const struct yaml_node *v, enum shape shape)
{
    bool scalar = v->kind == YAML_SCALAR && v->text.size > 0;

    switch (shape) {
    case SHAPE_MAP:
        return v->kind == YAML_MAP;
    case SHAPE_LIST:
        return v->kind == YAML_LIST;
    case SHAPE_MAPS:
        return v->kind == YAML_LIST && all_of_kind(v, YAML_MAP);
    case SHAPE_TEXTS:
        return scalar || (v->kind == YAML_LIST && all_of_kind(v, YAML_SCALAR));
    case SHAPE_ANY:
        return scalar || v->kind == YAML_MAP || v->kind == YAML_LIST;
    case SHAPE_NAME:
    case SHAPE_TEXT:
    case SHAPE_INT:
    case SHAPE_EXPR:
        break;
    }
    return scalar;
}

static void
tell_shape(struct diags *ds, const struct yaml_entry *e, const struct key *k)
{
    struct diag *d = diag_add(ds, DIAG_ERROR, "R204", e->key_at, "`%s` takes %s, and here is %s",
        k->name, shape_words(k->shape), kind_words(e->value));

    diag_label(ds, d, "%s", k->what);
    diag_help(ds, d, "for example  %s: %s", k->name, k->example);
}

/* Names of the block's keys that are not in the map yet; for suggestions. */
static size_t
open_names(const struct block_keys *b, const struct yaml_node *map, const char *names[KEYS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < b->count && count < KEYS_MAX; i++)
        if (document_entry(map, b->key[i].name) == NULL)
            names[count++] = b->key[i].name;
    return count;
}

/* A key of the rule that belongs into one of its blocks. */
static void
tell_home(struct diags *ds, struct diag *d, const struct block_keys *b, struct bytes word)
{
    static const struct {
        enum block block;
        const char *under;
    } homes[] = {{BLOCK_ALERT, "alert"}, {BLOCK_WINDOW, "window"}};

    for (size_t h = 0; b == &document_blocks[BLOCK_RULE] && h < sizeof homes / sizeof *homes; h++) {
        const struct block_keys *home = &document_blocks[homes[h].block];
        const char *names[KEYS_MAX];
        size_t best;

        for (size_t i = 0; i < home->count; i++)
            names[i] = home->key[i].name;
        if (diag_nearest(word, names, home->count, &best, 1) == 1) {
            diag_label(ds, d, "`%s` stands under `%s`", names[best], homes[h].under);
            return;
        }
    }
}

/* The key before it, shown without words so that the reader sees where he is. */
static void
mark_neighbour(
    struct diags *ds, struct diag *d, const struct yaml_node *map, const struct yaml_entry *e)
{
    if (e > map->entry)
        diag_mark(ds, d, e[-1].key_at, "%s", "");
}

static void
tell_unknown(struct diags *ds, const struct block_keys *b, const struct yaml_node *map,
    const struct yaml_entry *e)
{
    const char *names[KEYS_MAX];
    char room[160];
    const char *best =
        document_suggest(e->key, names, open_names(b, map, names), room, sizeof room);
    struct diag *d = diag_add(ds, DIAG_ERROR, "R203", e->key_at, "%s has no key `%.*s`", b->noun,
        (int)(e->key.size < 60 ? e->key.size : 60), e->key.at);

    if (best != NULL)
        diag_label(ds, d, "did you mean %s?", best);
    else
        tell_home(ds, d, b, e->key);
    mark_neighbour(ds, d, map, e);
    diag_note(ds, d,
        "unknown keys are always errors; to leave a remark for colleagues use a YAML "
        "comment");
}

/* A required key that a misspelt one stands for is not told a second time. */
static bool
misspelt(const struct block_keys *b, const struct yaml_node *map, const char *name)
{
    for (size_t i = 0; i < map->count; i++) {
        size_t best;
        bool known = false;

        for (size_t k = 0; k < b->count && !known; k++)
            known = bytes_equal(map->entry[i].key, bytes_of(b->key[k].name));
        if (!known && diag_nearest(map->entry[i].key, &name, 1, &best, 1) == 1)
            return true;
    }
    return false;
}

static void
tell_missing(struct diags *ds, const struct block_keys *b, const struct key *k, struct span at)
{
    struct diag *d =
        diag_add(ds, DIAG_ERROR, "R201", at, "%s needs the key `%s`", b->noun, k->name);

    diag_label(ds, d, "`%s` is missing here: %s", k->name, k->what);
    if (k->shape != SHAPE_MAP && k->shape != SHAPE_MAPS)
        diag_help(ds, d, "for example  %s: %s", k->name, k->example);
}

static const struct key *
find_key(const struct block_keys *b, struct bytes name)
{
    for (size_t i = 0; i < b->count; i++)
        if (bytes_equal(name, bytes_of(b->key[i].name)))
            return &b->key[i];
    return NULL;
}

const struct key *
document_key(enum block block, struct bytes name)
{
    return find_key(&document_blocks[block], name);
}

/* ---- what may be chosen --------------------------------------------------------- */

#define CHOICE(id, ...) static const char *const words_##id[] = {__VA_ARGS__};
#define CHOOSES(block, key, id)
#include "rule/choice.def"
#undef CHOICE

const struct choice document_choices[CHOICE_COUNT] = {
#define CHOICE(id, ...) [CHOICE_##id] = {words_##id, sizeof words_##id / sizeof *words_##id},
#include "rule/choice.def"
#undef CHOICE
#undef CHOOSES
};

const struct choice *
document_choice(enum block block, struct bytes key)
{
    static const struct {
        enum block block;
        const char *key;
        enum choice_id id;
    } keys[] = {
#define CHOICE(id, ...)
#define CHOOSES(block, key, id) {BLOCK_##block, key, CHOICE_##id},
#include "rule/choice.def"
#undef CHOICE
#undef CHOOSES
    };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].block == block && bytes_equal(key, bytes_of(keys[i].key)))
            return &document_choices[keys[i].id];
    return NULL;
}

/* ---- what stands inside a key ---------------------------------------------------- */

static const struct {
    enum block block;
    const char *key;
    struct nest nest;
} nests[] = {
#define NEST(block, key, how, inner) {BLOCK_##block, key, {NEST_##how, BLOCK_##inner}},
#include "rule/nesting.def"
#undef NEST
};

/* `pass_through` and PASS_THROUGH. */
static bool
names_block(struct bytes key, const char *id)
{
    if (key.size != strlen(id))
        return false;
    for (size_t i = 0; i < key.size; i++)
        if (id[i] != key.at[i] && !(id[i] >= 'A' && id[i] <= 'Z' && id[i] + 32 == key.at[i]))
            return false;
    return true;
}

struct nest
document_nest(enum block block, struct bytes key)
{
    const struct key *k = document_key(block, key);

    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++)
        if (nests[i].block == block && bytes_equal(key, bytes_of(nests[i].key)))
            return nests[i].nest;
    for (size_t i = 0;
         k != NULL && (k->shape == SHAPE_MAP || k->shape == SHAPE_MAPS) && i < BLOCK_COUNT; i++)
        if (names_block(key, document_blocks[i].id))
            return (struct nest){k->shape == SHAPE_MAP ? NEST_ONE : NEST_EACH, (enum block)i};
    return (struct nest){NEST_NONE, block};
}

bool
document_check(struct diags *ds, enum block block, const struct yaml_node *map, struct span at)
{
    const struct block_keys *b = &document_blocks[block];
    bool now = true;

    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        const struct key *k = find_key(b, e->key);

        if (k == NULL) {
            tell_unknown(ds, b, map, e);
        } else if ((k->flags & KEY_LATER) != 0) {
            diag_add(ds, DIAG_ERROR, "R299", e->key_at,
                "`%s` is part of the language but not of this version yet", k->name);
            now = false;
        } else if (!fits(e->value, k->shape)) {
            tell_shape(ds, e, k);
        }
    }
    for (size_t i = 0; i < b->count && now; i++) {
        const struct key *k = &b->key[i];

        if ((k->flags & KEY_REQUIRED) != 0 && document_entry(map, k->name) == NULL &&
            !misspelt(b, map, k->name))
            tell_missing(ds, b, k, at);
    }
    return now;
}
