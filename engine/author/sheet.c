/* sheet - YAML nodes to a sheet, and what the key tables know of it. */
#include "author/sheet.h"

#include <string.h>

#include "author/comment.h"
#include "base/arena.h"
#include "rule/program.h"

struct reading {
    struct arena *a;
    struct diags *ds;
    struct bytes text; /* of the file */
    bool failed;
};

void
remark_add(struct arena *a, struct remarks *to, struct bytes text, bool gap)
{
    struct remark *r = arena_take(a, 1, sizeof *r);

    if (r == NULL)
        return;
    *r = (struct remark){.text = text, .gap = gap};
    if (to->last == NULL)
        to->first = r;
    else
        to->last->next = r;
    to->last = r;
}

/* ---- from YAML -------------------------------------------------------------------- */

static struct sheet_node *
copy_node(struct reading *r, const struct yaml_node *n)
{
    struct sheet_node *out = arena_take(r->a, 1, sizeof *out);
    char first = n->at.from < r->text.size ? r->text.at[n->at.from] : 0;

    if (out == NULL) {
        r->failed = true;
        return NULL;
    }
    *out = (struct sheet_node){.kind = n->kind,
        .style = n->style,
        .at = n->at,
        .text = n->text,
        .scalar = n,
        .count = n->count};
    if (n->kind == YAML_SCALAR)
        return out;
    out->flow = first == '{' || first == '[';
    out->one_line = out->flow && memchr(r->text.at + n->at.from, '\n', n->at.size) == NULL;
    out->entry = arena_take(r->a, n->count + 1, sizeof *out->entry);
    if (out->entry == NULL) {
        r->failed = true;
        out->count = 0;
    }
    for (size_t i = 0; i < out->count; i++) {
        const struct yaml_entry *e = &n->entry[i];

        out->entry[i] = (struct sheet_entry){.key_at = e->key_at, .key = e->key};
        out->entry[i].value = copy_node(r, e->value);
        if (n->kind == YAML_LIST)
            out->entry[i].key_at = (struct span){e->value->at.file, e->value->at.from, 0};
    }
    return out;
}

const struct sheet_entry *
sheet_entry(const struct sheet_node *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++)
        if (bytes_equal(map->entry[i].key, bytes_of(key)))
            return &map->entry[i];
    return NULL;
}

enum block
sheet_kind(const struct sheet_node *root)
{
    for (size_t b = 0; b < BLOCK_COUNT; b++) {
        const struct key *first = &document_blocks[b].key[0];

        if (first->shape == SHAPE_NAME && sheet_entry(root, first->name) != NULL)
            return (enum block)b;
    }
    return BLOCK_COUNT;
}

/* ---- what the key tables know ------------------------------------------------------- */

static void settle_map(struct reading *r, enum block block, struct sheet_node *map);

static void
settle_expr(struct reading *r, struct sheet_node *n)
{
    if (n->kind != YAML_SCALAR || n->text.size == 0 || n->expr != NULL)
        return;
    n->expr = expr_parse(r->a, r->ds, n->scalar);
    r->failed = r->failed || n->expr == NULL;
}

static void
settle_value(struct reading *r, enum block block, const struct key *k, struct sheet_node *n)
{
    struct nest nest = document_nest(block, bytes_of(k->name));

    if (k->shape == SHAPE_EXPR)
        settle_expr(r, n);
    n->quoted = strcmp(k->name, "say") == 0;
    n->table = nest.how == NEST_TABLE && n->kind == YAML_SCALAR;
    n->aligned = nest.how == NEST_NAMED;
    if (nest.how == NEST_ONE)
        settle_map(r, nest.inner, n);
    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++) {
        if (nest.how == NEST_EACH || nest.how == NEST_NAMED)
            settle_map(r, nest.inner, n->entry[i].value);
        else if (nest.how == NEST_EXPRS && n->kind == YAML_MAP)
            settle_expr(r, n->entry[i].value);
    }
}

static size_t
rank(enum block block, struct bytes name)
{
    const struct key *k = document_key(block, name);

    return k == NULL ? SIZE_MAX : (size_t)(k - document_blocks[block].key);
}

/* Keys into the order of document.def, unknown ones behind; a map is small. */
static void
sort_keys(enum block block, struct sheet_node *map)
{
    for (size_t i = 1; i < map->count; i++) {
        struct sheet_entry e = map->entry[i];
        size_t at = i, own = rank(block, e.key);

        while (at > 0 && rank(block, map->entry[at - 1].key) > own) {
            map->entry[at] = map->entry[at - 1];
            at--;
        }
        map->entry[at] = e;
    }
}

static void
settle_map(struct reading *r, enum block block, struct sheet_node *map)
{
    if (map == NULL || map->kind != YAML_MAP)
        return;
    for (size_t i = 0; i < map->count; i++) {
        const struct key *k = document_key(block, map->entry[i].key);

        if (k != NULL)
            settle_value(r, block, k, map->entry[i].value);
    }
    sort_keys(block, map);
}

static void
settle_root(struct reading *r, struct sheet_node *root)
{
    enum block kind = sheet_kind(root);

    if (kind != BLOCK_COUNT)
        settle_map(r, kind, root);
    for (size_t i = 0; root->kind == YAML_LIST && i < root->count; i++)
        if (root->entry[i].value->kind == YAML_MAP)
            settle_root(r, root->entry[i].value);
}

bool
sheet_settle(struct arena *a, struct diags *ds, struct sheet_document *doc)
{
    struct reading r = {.a = a, .ds = ds};

    doc->kind = sheet_kind(doc->root);
    settle_root(&r, doc->root);
    return !r.failed;
}

bool
sheet_read(
    struct arena *a, struct diags *ds, const char *path, struct bytes text, struct sheet *out)
{
    size_t errors = diags_errors(ds);
    struct yaml_file file = {0};
    struct reading r = {.a = a, .ds = ds};

    *out = (struct sheet){0};
    if (!yaml_read(a, ds, path, text, &file) || diags_errors(ds) > errors)
        return false;
    r.text = diag_file_text(ds, file.file);
    out->file = file.file;
    out->document = arena_take(a, file.count + 1, sizeof *out->document);
    if (out->document == NULL)
        return false;
    for (size_t i = 0; i < file.count; i++)
        if (file.document[i] != NULL) {
            out->document[out->count].root = copy_node(&r, file.document[i]);
            if (out->document[out->count++].root == NULL)
                return false;
        }
    if (r.failed || !comment_attach(a, r.text, out))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (!sheet_settle(a, ds, &out->document[i]))
            r.failed = true;
    return !r.failed && diags_errors(ds) == errors;
}
