#include "support/schema.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/json_tree.h"
#include "text/regex.h"

struct check {
    const struct json_node *root; /* for $ref */
    char *why;
    size_t why_size;
};

static bool fits(struct check *c, const struct json_node *schema, const struct json_node *value);

static bool
no(struct check *c, const struct json_node *value, const char *what, struct bytes detail)
{
    (void)snprintf(c->why, c->why_size, "\"%.*s\" (%.*s): %s %.*s", (int)value->key.size,
        value->key.size > 0 ? value->key.at : "", (int)value->text.size,
        value->text.size > 0 ? value->text.at : "", what, (int)detail.size,
        detail.size > 0 ? detail.at : "");
    return false;
}

static bool
is_whole(const struct json_node *v)
{
    return v->event == JSON_NUMBER && memchr(v->text.at, '.', v->text.size) == NULL &&
           memchr(v->text.at, 'e', v->text.size) == NULL;
}

static bool
is_type(const struct json_node *v, struct bytes type)
{
    static const struct {
        const char *name;
        enum json_event event;
    } names[] = {{"object", JSON_OPEN_MAP}, {"array", JSON_OPEN_LIST}, {"string", JSON_TEXT},
        {"number", JSON_NUMBER}, {"null", JSON_NULL}, {"boolean", JSON_TRUE},
        {"boolean", JSON_FALSE}};

    if (bytes_equal(type, bytes_of("integer")))
        return is_whole(v);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bytes_equal(type, bytes_of(names[i].name)) && v->event == names[i].event)
            return true;
    return false;
}

static bool
fits_type(struct check *c, const struct json_node *types, const struct json_node *v)
{
    if (types->event == JSON_TEXT)
        return is_type(v, types->text) || no(c, v, "is not of type", types->text);
    for (const struct json_node *t = types->first; t != NULL; t = t->next)
        if (is_type(v, t->text))
            return true;
    return no(c, v, "is of none of the types", (struct bytes){0});
}

static bool
fits_enum(struct check *c, const struct json_node *values, const struct json_node *v)
{
    for (const struct json_node *e = values->first; e != NULL; e = e->next)
        if (e->event == v->event && bytes_equal(e->text, v->text))
            return true;
    return no(c, v, "is none of the values allowed", (struct bytes){0});
}

static bool
fits_pattern(struct check *c, const struct json_node *pattern, const struct json_node *v)
{
    char fault[160];
    size_t at;
    struct regex *re;
    struct regex_room *room;
    enum regex_verdict verdict;

    if (v->event != JSON_TEXT)
        return true;
    re = regex_compile(pattern->text, false, fault, sizeof fault, &at);
    room = regex_room_new();
    verdict = re != NULL && room != NULL ? regex_match(re, room, v->text, NULL) : REGEX_NO;
    regex_free(re);
    regex_room_free(room);
    return verdict == REGEX_YES || no(c, v, "does not match", pattern->text);
}

static bool
fits_minimum(struct check *c, const struct json_node *least, const struct json_node *v)
{
    if (v->event != JSON_NUMBER || strtod(v->text.at, NULL) >= strtod(least->text.at, NULL))
        return true;
    return no(c, v, "is less than", least->text);
}

static bool
fits_required(struct check *c, const struct json_node *names, const struct json_node *v)
{
    for (const struct json_node *n = names->first; n != NULL; n = n->next) {
        const struct json_node *member = v->first;

        while (member != NULL && !bytes_equal(member->key, n->text))
            member = member->next;
        if (member == NULL)
            return no(c, v, "lacks", n->text);
    }
    return true;
}

static const struct json_node *
member_schema(const struct json_node *properties, struct bytes key)
{
    for (const struct json_node *p = properties == NULL ? NULL : properties->first; p != NULL;
         p = p->next)
        if (bytes_equal(p->key, key))
            return p;
    return NULL;
}

static bool
fits_members(struct check *c, const struct json_node *schema, const struct json_node *v)
{
    const struct json_node *properties = json_get(schema, "properties");
    const struct json_node *others = json_get(schema, "additionalProperties");

    if (v->event != JSON_OPEN_MAP)
        return true;
    for (const struct json_node *m = v->first; m != NULL; m = m->next) {
        const struct json_node *s = member_schema(properties, m->key);

        if (s == NULL)
            s = others;
        if (s != NULL && s->event == JSON_FALSE)
            return no(c, m, "is not a key of this object", (struct bytes){0});
        if (s != NULL && !fits(c, s, m))
            return false;
    }
    return true;
}

static bool
fits_items(struct check *c, const struct json_node *schema, const struct json_node *v)
{
    if (v->event != JSON_OPEN_LIST)
        return true;
    for (const struct json_node *m = v->first; m != NULL; m = m->next)
        if (!fits(c, schema, m))
            return false;
    return true;
}

/* "#/definitions/RULE" */
static bool
fits_ref(struct check *c, const struct json_node *ref, const struct json_node *v)
{
    static const char lead[] = "#/definitions/";
    const struct json_node *definitions = json_get(c->root, "definitions");
    size_t size = sizeof lead - 1;

    if (definitions == NULL || ref->text.size <= size || memcmp(ref->text.at, lead, size) != 0)
        return no(c, v, "the schema has a reference this check does not know:", ref->text);
    definitions =
        member_schema(definitions, (struct bytes){ref->text.at + size, ref->text.size - size});
    return definitions == NULL ? no(c, v, "the schema refers to nothing:", ref->text)
                               : fits(c, definitions, v);
}

static bool
fits_some(struct check *c, const struct json_node *schemas, const struct json_node *v, bool all)
{
    for (const struct json_node *s = schemas->first; s != NULL; s = s->next)
        if (fits(c, s, v) != all)
            return !all;
    return all || no(c, v, "fits none of the alternatives", (struct bytes){0});
}

/* The keyword `if`, with its `then` and `else`. */
static bool
fits_choice(struct check *c, const struct json_node *schema, const struct json_node *v)
{
    bool yes = fits(c, json_get(schema, "if"), v);
    const struct json_node *next = json_get(schema, yes ? "then" : "else");

    return next == NULL || fits(c, next, v);
}

static bool
passes_over(struct bytes keyword)
{
    static const char *const words[] = {
        "$schema", "title", "description", "definitions", "then", "else", "defaultSnippets"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_equal(keyword, bytes_of(words[i])))
            return true;
    return false;
}

static bool
fits(struct check *c, const struct json_node *schema, const struct json_node *v)
{
    for (const struct json_node *k = schema->first; k != NULL; k = k->next) {
        bool good = true;

        if (bytes_equal(k->key, bytes_of("type")))
            good = fits_type(c, k, v);
        else if (bytes_equal(k->key, bytes_of("enum")))
            good = fits_enum(c, k, v);
        else if (bytes_equal(k->key, bytes_of("pattern")))
            good = fits_pattern(c, k, v);
        else if (bytes_equal(k->key, bytes_of("minimum")))
            good = fits_minimum(c, k, v);
        else if (bytes_equal(k->key, bytes_of("required")))
            good = v->event != JSON_OPEN_MAP || fits_required(c, k, v);
        else if (bytes_equal(k->key, bytes_of("properties")) ||
                 bytes_equal(k->key, bytes_of("additionalProperties")))
            good = fits_members(c, schema, v);
        else if (bytes_equal(k->key, bytes_of("items")))
            good = fits_items(c, k, v);
        else if (bytes_equal(k->key, bytes_of("$ref")))
            good = fits_ref(c, k, v);
        else if (bytes_equal(k->key, bytes_of("allOf")) || bytes_equal(k->key, bytes_of("anyOf")))
            good = fits_some(c, k, v, k->key.at[1] == 'l');
        else if (bytes_equal(k->key, bytes_of("if")))
            good = fits_choice(c, schema, v);
        else if (!passes_over(k->key))
            good = no(c, v, "the schema has a keyword this check does not know:", k->key);
        if (!good)
            return false;
    }
    return true;
}

bool
schema_fits(
    const struct json_node *schema, const struct json_node *value, char *why, size_t why_size)
{
    struct check c = {schema, why, why_size};

    return fits(&c, schema, value);
}
