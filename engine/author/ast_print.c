/* ast_print - a sheet as JSON. */
#include "author/ast.h"
#include "author/fmt.h"
#include "base/buf.h"
#include "text/json_write.h"

const char *const ast_ops[NODE_OR + 1] = {
    [NODE_NEGATE] = "negate",
    [NODE_ADD] = "+",
    [NODE_SUBTRACT] = "-",
    [NODE_MULTIPLY] = "*",
    [NODE_DIVIDE] = "/",
    [NODE_COMPARE] = "compare",
    [NODE_IN] = "in",
    [NODE_CONTAINS] = "contains",
    [NODE_STARTS] = "starts with",
    [NODE_ENDS] = "ends with",
    [NODE_MATCHES] = "matches",
    [NODE_ON] = "on",
    [NODE_MISSING] = "is missing",
    [NODE_PRESENT] = "is present",
    [NODE_NOT] = "not",
    [NODE_AND] = "and",
    [NODE_OR] = "or",
};

struct printing {
    const struct diags *ds;
    struct json_write w;
};

static void
put_text(struct printing *p, const char *key, struct bytes text)
{
    json_key(&p->w, key);
    json_text(&p->w, text);
}

static void
put_true(struct printing *p, const char *key)
{
    json_key(&p->w, key);
    json_bool(&p->w, true);
}

static void
put_at(struct printing *p, struct span at)
{
    struct diag_spot from = diag_spot_of(p->ds, at.file, at.from);
    struct diag_spot to = diag_spot_of(p->ds, at.file, at.from + at.size);

    json_key(&p->w, "at");
    json_open(&p->w, '[');
    json_int(&p->w, from.line);
    json_int(&p->w, from.column);
    json_int(&p->w, to.line);
    json_int(&p->w, to.column);
    json_close(&p->w, ']');
}

/* ---- expressions --------------------------------------------------------------------- */

static void put_expr(struct printing *p, const struct node *n, unsigned level);

static void
put_source(struct printing *p, const struct node *n, const char *key)
{
    struct buf text = {0};

    expr_print(n, false, &text);
    p->w.out->failed = p->w.out->failed || text.failed;
    put_text(p, key, buf_bytes(&text));
    buf_fini(&text);
}

static void
put_operands(struct printing *p, const struct node *n, unsigned level)
{
    json_key(&p->w, "of");
    json_open(&p->w, '[');
    for (const struct node *c = n->first; c != NULL; c = c->next)
        put_expr(p, c, level);
    json_close(&p->w, ']');
}

static void
put_details(struct printing *p, const struct node *n)
{
    if (n->negated)
        put_true(p, "not");
    if (n->kind == NODE_COMPARE) {
        json_key(&p->w, "signs");
        json_open(&p->w, '[');
        for (const struct node *c = n->first->next; c != NULL; c = c->next)
            json_text(&p->w, bytes_of(relation_texts[c->relation]));
        json_close(&p->w, ']');
    } else if (n->kind == NODE_MATCHES) {
        put_text(p, "pattern", n->name);
        if (n->cased)
            put_true(p, "cased");
    } else if (n->kind == NODE_ON) {
        put_text(p, "watchlist", n->name);
    } else if (n->kind == NODE_IN && n->first->next == NULL) {
        put_text(p, "list", n->name);
    }
}

static void
put_expr(struct printing *p, const struct node *n, unsigned level)
{
    json_open(&p->w, '{');
    if (level == AST_LEVELS) {
        put_source(p, n, "source");
    } else if (n->kind == NODE_LITERAL) {
        put_source(p, n, "literal");
    } else if (n->kind == NODE_PARAMETER) {
        put_text(p, "parameter", n->name);
    } else if (n->kind == NODE_PATH) {
        put_text(p, "name", n->name);
    } else {
        if (n->kind == NODE_CALL)
            put_text(p, "call", n->name);
        else
            put_text(p, "op", bytes_of(ast_ops[n->kind]));
        put_details(p, n);
        put_operands(p, n, level + 1);
        if (n->kind == NODE_CALL && n->where != NULL) {
            json_key(&p->w, "where");
            put_expr(p, n->where, level + 1);
        }
    }
    put_at(p, expr_span(n));
    json_close(&p->w, '}');
}

/* ---- documents ------------------------------------------------------------------------ */

static void
put_remarks(struct printing *p, const char *key, const struct remarks *r)
{
    if (r->first == NULL)
        return;
    json_key(&p->w, key);
    json_open(&p->w, '[');
    for (const struct remark *one = r->first; one != NULL; one = one->next) {
        json_open(&p->w, '{');
        put_text(p, "text", one->text);
        if (one->gap)
            put_true(p, "gap");
        json_close(&p->w, '}');
    }
    json_close(&p->w, ']');
}

static void put_members(struct printing *p, const struct sheet_node *n);

static void
put_entry(struct printing *p, const struct sheet_entry *e, bool map)
{
    json_open(&p->w, '{');
    if (map)
        put_text(p, "key", e->key);
    put_remarks(p, "comments", &e->before);
    if (e->gap)
        put_true(p, "gap");
    if (e->beside.size > 0)
        put_text(p, "beside", e->beside);
    if (e->value != NULL)
        put_members(p, e->value);
    json_close(&p->w, '}');
}

static void
put_members(struct printing *p, const struct sheet_node *n)
{
    static const char *const styles[] = {[YAML_SINGLE] = "single",
        [YAML_DOUBLE] = "double",
        [YAML_LITERAL] = "literal",
        [YAML_FOLDED] = "folded"};

    if (n->kind == YAML_SCALAR) {
        if (n->expr != NULL) {
            json_key(&p->w, "expr");
            put_expr(p, n->expr->root, 0);
        } else {
            put_text(p, "text", n->text);
        }
        if (n->style != YAML_PLAIN)
            put_text(p, "style", bytes_of(styles[n->style]));
    } else {
        json_key(&p->w, n->kind == YAML_MAP ? "map" : "list");
        json_open(&p->w, '[');
        for (size_t i = 0; i < n->count; i++)
            put_entry(p, &n->entry[i], n->kind == YAML_MAP);
        json_close(&p->w, ']');
        if (n->flow)
            put_text(p, "style", bytes_of(n->one_line ? "line" : "brackets"));
    }
    put_remarks(p, "tail", &n->tail);
    put_at(p, n->at);
}

static bool
is_named(const struct sheet_document *doc, const char *rule)
{
    const struct sheet_entry *e;

    if (rule == NULL)
        return true;
    e = doc->kind == BLOCK_COUNT ? NULL
                                 : sheet_entry(doc->root, document_blocks[doc->kind].key[0].name);
    return e != NULL && e->value != NULL && bytes_equal(e->value->text, bytes_of(rule));
}

size_t
ast_print(const struct diags *ds, const struct sheet *sheet, const char *rule, struct buf *out)
{
    struct printing p = {.ds = ds, .w = {.out = out}};
    size_t count = 0;

    json_open(&p.w, '{');
    json_key(&p.w, "weir_ast");
    json_int(&p.w, 1);
    put_text(&p, "file", bytes_of(diag_file_path(ds, sheet->file)));
    json_key(&p.w, "documents");
    json_open(&p.w, '[');
    for (size_t i = 0; i < sheet->count; i++) {
        const struct sheet_document *doc = &sheet->document[i];

        if (!is_named(doc, rule))
            continue;
        count++;
        json_open(&p.w, '{');
        put_remarks(&p, "comments", &doc->head);
        put_members(&p, doc->root);
        json_close(&p.w, '}');
    }
    json_close(&p.w, ']');
    json_close(&p.w, '}');
    buf_byte(out, '\n');
    return count;
}
