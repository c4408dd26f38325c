/*
 * ast_read - JSON to a sheet. Expressions are written out as text and parsed again, so that a tree
 * means what its text means and nothing else gets in.
 */
#include "author/ast.h"

#include <string.h>

#include "author/fmt.h"
#include "base/arena.h"
#include "base/buf.h"
#include "text/json_tree.h"
#include "weir/limits.h"

struct reading {
    struct arena *a;
    struct diags *ds;
    uint32_t file;
    bool failed; /* said */
};

static void *
refuse(struct reading *r, const char *what, struct bytes detail)
{
    struct diag *d;

    if (r->failed)
        return NULL;
    r->failed = true;
    d = diag_add(r->ds, DIAG_ERROR, "R110", (struct span){.file = r->file},
        "this is no tree that `weir ast` prints: %s `%.*s`", what,
        (int)(detail.size < 60 ? detail.size : 60), detail.at);
    diag_help(r->ds, d, "docs/schema/ast.schema.json says what it looks like");
    return NULL;
}

static void *
take(struct reading *r, size_t count, size_t size)
{
    void *p = arena_take(r->a, count, size);

    if (p == NULL)
        r->failed = true;
    return p;
}

static struct bytes
text_of(const struct json_node *map, const char *key)
{
    const struct json_node *n = json_get(map, key);

    return n != NULL && n->event == JSON_TEXT ? n->text : (struct bytes){"", 0};
}

static bool
is_true(const struct json_node *map, const char *key)
{
    const struct json_node *n = json_get(map, key);

    return n != NULL && n->event == JSON_TRUE;
}

static bool
is_list(const struct json_node *n)
{
    return n != NULL && n->event == JSON_OPEN_LIST;
}

/* ---- expressions ------------------------------------------------------------------------ */

static struct node *read_expr(struct reading *r, const struct json_node *j, unsigned level);

/* A text that stands in the tree as if it were a literal. */
static struct node *
read_literal(struct reading *r, struct bytes text, bool bracket)
{
    struct node *n = take(r, 1, sizeof *n);
    struct yaml_node *scalar = take(r, 1, sizeof *scalar);
    struct buf room = {0};
    char *copy;

    if (n == NULL || scalar == NULL)
        return NULL;
    buf_print(&room, bracket ? "(%.*s)" : "%.*s", (int)text.size, text.at);
    copy = room.failed || room.size == 0 ? NULL : arena_copy(r->a, buf_bytes(&room));
    if (copy == NULL)
        r->failed = true;
    else
        *scalar = (struct yaml_node){.kind = YAML_SCALAR, .text = {copy, room.size}};
    *n = (struct node){.kind = NODE_LITERAL, .scalar = scalar, .size = (uint32_t)room.size};
    buf_fini(&room);
    return copy == NULL ? NULL : n;
}

static bool
read_operands(struct reading *r, const struct json_node *of, struct node *n, unsigned level)
{
    if (!is_list(of))
        return refuse(r, "an operation lacks", bytes_of("of")) != NULL;
    for (const struct json_node *c = of->first; c != NULL; c = c->next) {
        struct node *child = read_expr(r, c, level + 1);

        if (child == NULL)
            return false;
        if (n->first == NULL)
            n->first = child;
        else
            n->last->next = child;
        n->last = child;
        n->count++;
    }
    return true;
}

static bool
read_signs(struct reading *r, const struct json_node *j, struct node *n)
{
    const struct json_node *signs = json_get(j, "signs");
    const struct json_node *s = is_list(signs) ? signs->first : NULL;

    for (struct node *c = n->first == NULL ? NULL : n->first->next; c != NULL; c = c->next) {
        int found = -1;

        for (int i = 0; s != NULL && i <= RELATION_AT_LEAST; i++)
            if (bytes_equal(s->text, bytes_of(relation_texts[i])))
                found = i;
        if (found < 0)
            return refuse(r, "a comparison lacks", bytes_of("signs")) != NULL;
        c->relation = (enum relation)found;
        s = s->next;
    }
    return true;
}

/* The number of operands an operation takes. */
static bool
right_count(const struct node *n)
{
    switch ((int)n->kind) {
    case NODE_NEGATE:
    case NODE_NOT:
    case NODE_MISSING:
    case NODE_PRESENT:
    case NODE_MATCHES:
        return n->count == 1;
    case NODE_IN:
        return n->count >= 2 || (n->count == 1 && n->name.size > 0);
    case NODE_ON:
        return (n->count == 1 || n->count == 2) && n->name.size > 0;
    case NODE_COMPARE:
    case NODE_AND:
    case NODE_OR:
        return n->count >= 2;
    default:
        return n->count == 2;
    }
}

static struct node *
read_op(struct reading *r, const struct json_node *j, struct bytes op, unsigned level)
{
    struct node *n = take(r, 1, sizeof *n);
    size_t kind = 0;

    if (n == NULL)
        return NULL;
    while (kind <= NODE_OR && (ast_ops[kind] == NULL || !bytes_equal(op, bytes_of(ast_ops[kind]))))
        kind++;
    if (kind > NODE_OR)
        return refuse(r, "there is no operation", op);
    n->kind = (enum node_kind)kind;
    n->negated = is_true(j, "not");
    n->cased = is_true(j, "cased");
    n->name = text_of(j, n->kind == NODE_MATCHES ? "pattern"
                         : n->kind == NODE_ON    ? "watchlist"
                                                 : "list");
    if (!read_operands(r, json_get(j, "of"), n, level))
        return NULL;
    if (!right_count(n))
        return refuse(r, "too many or too few operands of", op);
    return n->kind == NODE_COMPARE && !read_signs(r, j, n) ? NULL : n;
}

static struct node *
read_call(struct reading *r, const struct json_node *j, struct bytes name, unsigned level)
{
    struct node *n = take(r, 1, sizeof *n);
    const struct json_node *where = json_get(j, "where");

    if (n == NULL)
        return NULL;
    n->kind = NODE_CALL;
    n->name = name;
    if (!read_operands(r, json_get(j, "of"), n, level))
        return NULL;
    if (where != NULL && (n->where = read_expr(r, where, level + 1)) == NULL)
        return NULL;
    return n;
}

static struct node *
read_named(struct reading *r, enum node_kind kind, struct bytes name)
{
    struct node *n = take(r, 1, sizeof *n);

    if (n != NULL)
        *n = (struct node){.kind = kind, .name = name};
    return n;
}

static struct node *
read_expr(struct reading *r, const struct json_node *j, unsigned level)
{
    static const char *const kinds[] = {"op", "call", "name", "parameter", "literal", "source"};
    struct bytes text = {"", 0};
    size_t k = 0;

    for (; k < sizeof kinds / sizeof *kinds && text.size == 0; k++)
        text = text_of(j, kinds[k]);
    if (text.size == 0 || level > LIMIT_EXPR_DEPTH)
        return refuse(r, "an expression is none of", bytes_of("op, call, name, ..."));
    switch (k - 1) {
    case 0:
        return read_op(r, j, text, level);
    case 1:
        return read_call(r, j, text, level);
    case 2:
        return read_named(r, NODE_PATH, text);
    case 3:
        return read_named(r, NODE_PARAMETER, text);
    default:
        return read_literal(r, text, k - 1 == 5);
    }
}

/* ---- documents ---------------------------------------------------------------------------- */

static void
read_remarks(struct reading *r, const struct json_node *map, const char *key, struct remarks *out)
{
    const struct json_node *list = json_get(map, key);

    for (const struct json_node *n = is_list(list) ? list->first : NULL; n != NULL; n = n->next) {
        struct bytes text = text_of(n, "text");

        if (text.size == 0 || text.at[0] != '#' || memchr(text.at, '\n', text.size) != NULL)
            (void)refuse(r, "no comment is", text);
        else
            remark_add(r->a, out, text, is_true(n, "gap"));
    }
}

static enum yaml_style
style_of(struct bytes name)
{
    static const char *const names[] = {"plain", "single", "double", "literal", "folded"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bytes_equal(name, bytes_of(names[i])))
            return (enum yaml_style)i;
    return YAML_PLAIN;
}

static bool
read_scalar(struct reading *r, const struct json_node *j, struct sheet_node *n)
{
    const struct json_node *tree = json_get(j, "expr");
    struct yaml_node *scalar = take(r, 1, sizeof *scalar);
    struct buf text = {0};
    struct node *root;

    n->kind = YAML_SCALAR;
    n->style = style_of(text_of(j, "style"));
    n->text = text_of(j, "text");
    if (tree != NULL) {
        root = read_expr(r, tree, 0);
        if (root == NULL)
            return false;
        expr_print(root, false, &text);
        n->text =
            (struct bytes){text.failed ? NULL : arena_copy(r->a, buf_bytes(&text)), text.size};
        buf_fini(&text);
        r->failed = r->failed || n->text.at == NULL;
    }
    if (r->failed || scalar == NULL)
        return false;
    *scalar = (struct yaml_node){
        .kind = YAML_SCALAR, .style = n->style, .at = {.file = r->file}, .text = n->text};
    n->scalar = scalar;
    return true;
}

static struct sheet_node *read_node(struct reading *r, const struct json_node *j, unsigned level);

static bool
read_entries(struct reading *r, const struct json_node *list, struct sheet_node *n, unsigned level)
{
    n->entry = take(r, json_count(list) + 1, sizeof *n->entry);
    for (const struct json_node *c = list->first; c != NULL && n->entry != NULL; c = c->next) {
        struct sheet_entry *e = &n->entry[n->count++];

        *e = (struct sheet_entry){
            .key = text_of(c, "key"), .gap = is_true(c, "gap"), .beside = text_of(c, "beside")};
        if (n->kind == YAML_MAP && e->key.size == 0)
            return refuse(r, "a member of a map lacks", bytes_of("key")) != NULL;
        read_remarks(r, c, "comments", &e->before);
        e->value = read_node(r, c, level + 1);
        if (e->value == NULL)
            return false;
    }
    return n->entry != NULL;
}

static struct sheet_node *
read_node(struct reading *r, const struct json_node *j, unsigned level)
{
    const struct json_node *map = json_get(j, "map"), *list = json_get(j, "list");
    const struct json_node *entries = map != NULL ? map : list;
    struct bytes style = text_of(j, "style");
    struct sheet_node *n = take(r, 1, sizeof *n);

    if (n == NULL)
        return NULL;
    n->at.file = r->file;
    read_remarks(r, j, "tail", &n->tail);
    if (level > LIMIT_YAML_DEPTH)
        return refuse(r, "it is nested too deeply", style);
    if (entries == NULL)
        return read_scalar(r, j, n) ? n : NULL;
    if (!is_list(entries))
        return refuse(r, "no list is", bytes_of(map != NULL ? "map" : "list"));
    n->kind = map != NULL ? YAML_MAP : YAML_LIST;
    n->one_line = bytes_equal(style, bytes_of("line"));
    n->flow = n->one_line || bytes_equal(style, bytes_of("brackets"));
    return read_entries(r, entries, n, level) ? n : NULL;
}

bool
ast_read(struct arena *a, struct diags *ds, const char *path, struct bytes text, struct sheet *out)
{
    struct reading r = {.a = a, .ds = ds, .file = diag_file(ds, path, text)};
    const struct json_node *root = json_tree(a, text);
    const struct json_node *documents = root == NULL ? NULL : json_get(root, "documents");

    *out = (struct sheet){.file = r.file};
    if (!is_list(documents))
        return refuse(&r, "it lacks", bytes_of("documents")) != NULL;
    out->document = take(&r, json_count(documents) + 1, sizeof *out->document);
    for (const struct json_node *d = documents->first; d != NULL && !r.failed; d = d->next) {
        struct sheet_document *doc = &out->document[out->count++];

        read_remarks(&r, d, "comments", &doc->head);
        doc->root = read_node(&r, d, 0);
        r.failed = r.failed || doc->root == NULL || !sheet_settle(a, ds, doc);
    }
    return !r.failed;
}
