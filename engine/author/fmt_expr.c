/* fmt_expr - a syntax tree as text again. */
#include <assert.h>

#include "author/fmt.h"
#include "base/buf.h"

/* How tightly a node holds together; an operand that holds less tightly needs brackets. */
enum tightness { LOOSE, NOT, TEST, SUM, PRODUCT, UNARY, WHOLE };

struct printing {
    struct buf *out;
    bool breaks;
    unsigned depth; /* of `and` and `or` */
};

static void print_node(struct printing *p, const struct node *n);

static enum tightness
tightness_of(const struct node *n)
{
    switch (n->kind) {
    case NODE_AND:
    case NODE_OR:
        return LOOSE;
    case NODE_NOT:
        return NOT;
    case NODE_COMPARE:
    case NODE_IN:
    case NODE_CONTAINS:
    case NODE_STARTS:
    case NODE_ENDS:
    case NODE_MATCHES:
    case NODE_ON:
    case NODE_MISSING:
    case NODE_PRESENT:
        return TEST;
    case NODE_ADD:
    case NODE_SUBTRACT:
        return SUM;
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return PRODUCT;
    case NODE_NEGATE:
        return UNARY;
    case NODE_LITERAL:
    case NODE_PARAMETER:
    case NODE_PATH:
    case NODE_CALL:
        break;
    }
    return WHOLE;
}

static void
print_operand(struct printing *p, const struct node *n, enum tightness least)
{
    bool bracket = tightness_of(n) < least;

    if (bracket)
        buf_byte(p->out, '(');
    print_node(p, n);
    if (bracket)
        buf_byte(p->out, ')');
}

static void
put_blank(struct printing *p, bool hard)
{
    buf_byte(p->out, !p->breaks ? ' ' : hard ? BREAK_HARD : BREAK_SOFT);
}

static void
print_join(struct printing *p, const struct node *n)
{
    bool outermost = p->depth++ == 0;

    for (const struct node *c = n->first; c != NULL; c = c->next) {
        if (c != n->first) {
            put_blank(p, outermost);
            buf_text(p->out, n->kind == NODE_AND ? "and " : "or ");
        }
        print_operand(p, c, NOT);
    }
    p->depth--;
}

static void
print_arithmetic(struct printing *p, const struct node *n, const char *sign)
{
    enum tightness own = tightness_of(n);

    print_operand(p, n->first, own);
    buf_print(p->out, " %s ", sign);
    print_operand(p, n->last, own + 1);
}

static void
print_compare(struct printing *p, const struct node *n)
{
    for (const struct node *c = n->first; c != NULL; c = c->next) {
        if (c != n->first)
            buf_print(p->out, " %s ", relation_texts[c->relation]);
        print_operand(p, c, SUM);
    }
}

static void
print_list(struct printing *p, const struct node *first, enum tightness least)
{
    p->depth++;
    for (const struct node *c = first; c != NULL; c = c->next) {
        print_operand(p, c, least);
        if (c->next != NULL) {
            buf_byte(p->out, ',');
            put_blank(p, false);
        }
    }
    p->depth--;
}

static void
print_call(struct printing *p, const struct node *n)
{
    buf_add(p->out, n->name.at, n->name.size);
    buf_byte(p->out, '(');
    print_list(p, n->first, LOOSE);
    if (n->where != NULL) {
        p->depth++;
        if (n->first != NULL)
            put_blank(p, false);
        buf_text(p->out, "where ");
        print_node(p, n->where);
        p->depth--;
    }
    buf_byte(p->out, ')');
}

static void
print_pattern(struct printing *p, const struct node *n)
{
    buf_byte(p->out, '/');
    buf_add(p->out, n->name.at, n->name.size);
    buf_byte(p->out, '/');
    if (n->cased)
        buf_byte(p->out, 'c');
}

static void
print_test(struct printing *p, const struct node *n, const char *verb)
{
    print_operand(p, n->first, SUM);
    buf_print(p->out, "%s %s", n->negated ? " not" : "", verb);
    if (n->kind == NODE_MATCHES) {
        buf_byte(p->out, ' ');
        print_pattern(p, n);
    } else if (n->kind == NODE_ON || (n->kind == NODE_IN && n->first->next == NULL)) {
        buf_byte(p->out, ' ');
        buf_add(p->out, n->name.at, n->name.size);
        if (n->first->next != NULL) {
            buf_text(p->out, " at ");
            print_operand(p, n->first->next, SUM);
        }
    } else if (n->kind == NODE_IN) {
        buf_text(p->out, " (");
        print_list(p, n->first->next, SUM);
        buf_byte(p->out, ')');
    } else if (n->first->next != NULL) {
        buf_byte(p->out, ' ');
        print_operand(p, n->first->next, SUM);
    }
}

static void
print_not(struct printing *p, const struct node *n)
{
    buf_text(p->out, "not ");
    print_operand(p, n->first, tightness_of(n->first) == NOT ? NOT : SUM);
}

static void
print_node(struct printing *p, const struct node *n)
{
    switch (n->kind) {
    case NODE_LITERAL:
        expr_text(n->scalar, n->from, n->size, p->out);
        return;
    case NODE_PARAMETER:
        buf_byte(p->out, '$');
        buf_add(p->out, n->name.at, n->name.size);
        return;
    case NODE_PATH:
        buf_add(p->out, n->name.at, n->name.size);
        return;
    case NODE_CALL:
        print_call(p, n);
        return;
    case NODE_NEGATE:
        buf_byte(p->out, '-');
        print_operand(p, n->first, UNARY);
        return;
    case NODE_ADD:
        print_arithmetic(p, n, "+");
        return;
    case NODE_SUBTRACT:
        print_arithmetic(p, n, "-");
        return;
    case NODE_MULTIPLY:
        print_arithmetic(p, n, "*");
        return;
    case NODE_DIVIDE:
        print_arithmetic(p, n, "/");
        return;
    case NODE_COMPARE:
        print_compare(p, n);
        return;
    case NODE_IN:
        print_test(p, n, "in");
        return;
    case NODE_CONTAINS:
        print_test(p, n, "contains");
        return;
    case NODE_STARTS:
        print_test(p, n, "starts with");
        return;
    case NODE_ENDS:
        print_test(p, n, "ends with");
        return;
    case NODE_MATCHES:
        print_test(p, n, "matches");
        return;
    case NODE_ON:
        print_test(p, n, "on");
        return;
    case NODE_MISSING:
        print_test(p, n, "is missing");
        return;
    case NODE_PRESENT:
        print_test(p, n, "is present");
        return;
    case NODE_NOT:
        print_not(p, n);
        return;
    case NODE_AND:
    case NODE_OR:
        print_join(p, n);
        return;
    }
    assert(n->kind <= NODE_OR);
}

void
expr_print(const struct node *n, bool breaks, struct buf *out)
{
    struct printing p = {.out = out, .breaks = breaks};

    print_node(&p, n);
}
