/* schema - written straight from document.def, nesting.def and choice.def. */
#include "author/schema.h"

#include <stdio.h>

#include "author/template.h"
#include "base/buf.h"
#include "rule/document.h"
#include "text/json_write.h"

#define NAME_PATTERN "^[a-z][a-z0-9]*([_-][a-z0-9]+)*$"

static void
put(struct json_write *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, bytes_of(text));
}

static void
put_list(struct json_write *w, const char *key, const char *const *text, size_t count)
{
    json_key(w, key);
    json_open(w, '[');
    for (size_t i = 0; i < count; i++)
        json_text(w, bytes_of(text[i]));
    json_close(w, ']');
}

/* What YAML of an editor may make of a text: `5`, `true`. */
static void
put_scalar_type(struct json_write *w, bool list)
{
    static const char *const types[] = {"string", "number", "boolean", "array", "object"};

    put_list(w, "type", types, list ? 4 : 3);
}

static void
put_ref(struct json_write *w, enum block block)
{
    char name[80];

    (void)snprintf(name, sizeof name, "#/definitions/%s", document_blocks[block].id);
    put(w, "$ref", name);
}

static void
open_key(struct json_write *w, const char *key)
{
    json_key(w, key);
    json_open(w, '{');
}

/* "a kind" of value as keys of the schema object that is open. */
static void
put_choice(struct json_write *w, const struct choice *choice)
{
    put_list(w, "enum", choice->word, choice->count);
}

/* `if` the value is of the type, `then` the members that follow; closed by the caller. */
static void
open_if_type(struct json_write *w, const char *type)
{
    open_key(w, "if");
    put(w, "type", type);
    json_close(w, '}');
    open_key(w, "then");
}

static void
put_scalar_shape(struct json_write *w, enum block block, const struct key *k)
{
    const struct choice *choice = document_choice(block, bytes_of(k->name));

    if (k->shape == SHAPE_NAME) {
        put(w, "type", "string");
        put(w, "pattern", NAME_PATTERN);
    } else if (k->shape == SHAPE_INT) {
        static const char *const types[] = {"integer", "string"};

        put_list(w, "type", types, 2);
        put(w, "pattern", "^[0-9]+$");
    } else if (choice != NULL && choice == &document_choices[CHOICE_TRUTH]) {
        static const char *const types[] = {"boolean", "string"};

        put_list(w, "type", types, 2);
        open_if_type(w, "string");
        put_choice(w, choice);
        json_close(w, '}');
    } else if (choice != NULL) {
        put_choice(w, choice);
    } else {
        put_scalar_type(w, false);
    }
}

/* One text or a list of them. */
static void
put_texts(struct json_write *w, const struct choice *choice)
{
    put_scalar_type(w, true);
    open_key(w, "items");
    if (choice != NULL)
        put_choice(w, choice);
    else
        put_scalar_type(w, false);
    json_close(w, '}');
    if (choice != NULL) {
        open_if_type(w, "string");
        put_choice(w, choice);
        json_close(w, '}');
    }
}

static void
put_map(struct json_write *w, enum block block, const struct key *k)
{
    struct nest nest = document_nest(block, bytes_of(k->name));
    const struct choice *choice = document_choice(block, bytes_of(k->name));

    if (nest.how == NEST_ONE) {
        put_ref(w, nest.inner);
        return;
    }
    put(w, "type", "object");
    if (nest.how != NEST_NAMED && nest.how != NEST_EXPRS && choice == NULL)
        return;
    open_key(w, "additionalProperties");
    if (nest.how == NEST_NAMED)
        put_ref(w, nest.inner);
    else if (nest.how == NEST_EXPRS)
        put_scalar_type(w, false);
    else
        put_choice(w, choice);
    json_close(w, '}');
}

static void
put_maps(struct json_write *w, enum block block, const struct key *k)
{
    struct nest nest = document_nest(block, bytes_of(k->name));

    put(w, "type", "array");
    open_key(w, "items");
    if (nest.how == NEST_EACH)
        put_ref(w, nest.inner);
    else
        put(w, "type", "object");
    json_close(w, '}');
}

/* A word, or the map that decides. */
static void
put_any(struct json_write *w, enum block block, const struct key *k)
{
    struct nest nest = document_nest(block, bytes_of(k->name));

    if (nest.how != NEST_ONE)
        return;
    open_if_type(w, "object");
    put_ref(w, nest.inner);
    json_close(w, '}');
    open_key(w, "else");
    put_scalar_shape(w, block, k);
    json_close(w, '}');
}

static void
put_shape(struct json_write *w, enum block block, const struct key *k)
{
    switch (k->shape) {
    case SHAPE_NAME:
    case SHAPE_TEXT:
    case SHAPE_INT:
    case SHAPE_EXPR:
        put_scalar_shape(w, block, k);
        break;
    case SHAPE_TEXTS:
        put_texts(w, document_choice(block, bytes_of(k->name)));
        break;
    case SHAPE_MAP:
        put_map(w, block, k);
        break;
    case SHAPE_LIST:
        put(w, "type", "array");
        break;
    case SHAPE_MAPS:
        put_maps(w, block, k);
        break;
    case SHAPE_ANY:
        put_any(w, block, k);
        break;
    }
}

/* Keys of a later version are left out, so that an editor marks them as the loader does. */
static void
put_properties(struct json_write *w, enum block block)
{
    const struct block_keys *b = &document_blocks[block];
    struct buf text = {0};

    open_key(w, "properties");
    for (size_t i = 0; i < b->count; i++) {
        const struct key *k = &b->key[i];

        if ((k->flags & KEY_LATER) != 0)
            continue;
        open_key(w, k->name);
        text.size = 0;
        buf_print(&text, "%s; for example  %s: %s", k->what, k->name, k->example);
        json_key(w, "description");
        json_text(w, text.failed ? bytes_of(k->what) : buf_bytes(&text));
        /* Beside $ref draft-07 ignores everything else, so the shape stands apart. */
        json_key(w, "allOf");
        json_open(w, '[');
        json_open(w, '{');
        put_shape(w, block, k);
        json_close(w, '}');
        json_close(w, ']');
        json_close(w, '}');
    }
    json_close(w, '}');
    buf_fini(&text);
}

static void
put_required(struct json_write *w, const char *key)
{
    json_key(w, "required");
    json_open(w, '[');
    json_text(w, bytes_of(key));
    json_close(w, ']');
}

/* Keys of which a map has one. */
static void
put_either(struct json_write *w, const struct block_keys *b)
{
    bool any = false;

    for (size_t i = 0; i < b->count; i++) {
        if ((b->key[i].flags & KEY_EITHER) == 0)
            continue;
        if (!any) {
            json_key(w, "anyOf");
            json_open(w, '[');
        }
        any = true;
        json_open(w, '{');
        put_required(w, b->key[i].name);
        json_close(w, '}');
    }
    if (any)
        json_close(w, ']');
}

static void
put_block(struct json_write *w, enum block block)
{
    const struct block_keys *b = &document_blocks[block];

    open_key(w, b->id);
    put(w, "type", "object");
    put(w, "description", b->noun);
    put_properties(w, block);
    json_key(w, "required");
    json_open(w, '[');
    for (size_t i = 0; i < b->count; i++)
        if ((b->key[i].flags & KEY_REQUIRED) != 0)
            json_text(w, bytes_of(b->key[i].name));
    json_close(w, ']');
    put_either(w, b);
    json_key(w, "additionalProperties");
    json_bool(w, false);
    json_close(w, '}');
}

/* ---- documents ------------------------------------------------------------------------- */

static bool
opens_document(size_t block)
{
    const struct key *k = &document_blocks[block].key[0];

    return k->shape == SHAPE_NAME && (k->flags & KEY_LATER) == 0;
}

static void
put_document(struct json_write *w)
{
    open_key(w, "document");
    put(w, "type", "object");
    json_key(w, "anyOf");
    json_open(w, '[');
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        if (opens_document(i)) {
            json_open(w, '{');
            put_required(w, document_blocks[i].key[0].name);
            json_close(w, '}');
        }
    json_close(w, ']');
    json_key(w, "allOf");
    json_open(w, '[');
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        if (opens_document(i)) {
            json_open(w, '{');
            open_key(w, "if");
            put_required(w, document_blocks[i].key[0].name);
            json_close(w, '}');
            open_key(w, "then");
            put_ref(w, (enum block)i);
            json_close(w, '}');
            json_close(w, '}');
        }
    json_close(w, ']');
    json_close(w, '}');
}

/* Whole rules to begin with, as editors offer them. */
static void
put_snippets(struct json_write *w)
{
    json_key(w, "defaultSnippets");
    json_open(w, '[');
    for (size_t i = 0; i < template_count; i++) {
        const struct template *t = &templates[i];

        if (!template_ready(t))
            continue;
        json_open(w, '{');
        put(w, "label", t->label);
        put(w, "description", t->what);
        put(w, "bodyText", t->text);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void
schema_print(struct buf *out)
{
    struct json_write w = {.out = out};

    json_open(&w, '{');
    put(&w, "$schema", "http://json-schema.org/draft-07/schema#");
    put(&w, "title", "weir rule files");
    put(&w, "description", "rules, lists, tables, macros, watchlists and exceptions of weir");
    put_snippets(&w);
    open_if_type(&w, "array");
    open_key(&w, "items");
    put(&w, "$ref", "#/definitions/document");
    json_close(&w, '}');
    json_close(&w, '}');
    open_key(&w, "else");
    put(&w, "$ref", "#/definitions/document");
    json_close(&w, '}');
    open_key(&w, "definitions");
    put_document(&w);
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        put_block(&w, (enum block)i);
    json_close(&w, '}');
    json_close(&w, '}');
    buf_byte(out, '\n');
}
