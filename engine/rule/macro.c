/*
 * macro - an expression under a name, expanded as a tree where it is used.
 */
#include "rule/loader.h"

enum { ARGS_MAX = 8 };

static bool
read_args(struct loader *ld, const struct yaml_node *n, struct macro *m)
{
    size_t count = document_texts(n);
    struct bytes *args;

    if (count > ARGS_MAX) {
        diag_add(ld->ds, DIAG_ERROR, "R511", n->at, "a macro takes at most %d args", ARGS_MAX);
        return false;
    }
    args = arena_take(ld->a, count + 1, sizeof *args);
    if (args == NULL) {
        ld->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *arg = document_text(n, i);

        if (arg->kind != YAML_SCALAR || !scalar_snake(arg->text)) {
            struct diag *d =
                diag_add(ld->ds, DIAG_ERROR, "R206", arg->at, "this cannot name an argument");

            diag_label(ld->ds, d, "use small letters, digits and single `_` between them");
            return false;
        }
        args[i] = arg->text;
    }
    m->args = args;
    m->arg_count = count;
    return true;
}

void
macro_load(struct loader *ld, struct document *doc)
{
    const struct yaml_node *expr;
    const struct yaml_entry *args;
    struct macro *m = arena_take(ld->a, 1, sizeof *m);

    if (m == NULL) {
        ld->no_memory = true;
        return;
    }
    doc->named->macro = m;
    if (doc->quiet || !document_check(ld->ds, BLOCK_MACRO, doc->map, doc->name_at->at))
        return;
    args = document_entry(doc->map, "args");
    expr = document_scalar(doc->map, "expr");
    if ((args == NULL || read_args(ld, args->value, m)) && expr != NULL)
        m->body = expr_parse(ld->a, ld->ds, expr);
}
