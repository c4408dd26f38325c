/*
 * check - names, types and units of a whole expression: a syntax tree to a typed one.
 *
 * All operands are looked at before an error passes up, so that one run tells everything; what
 * follows from an unknown name is not told.
 */
#include "rule/check.h"

#include "base/arena.h"
#include "base/civil.h"

enum {
    LEVELS_MAX = 400,    /* nesting after macros are expanded; the stack bears it easily */
    LOOKED_MAX = 100000, /* parts of one expression after macros are expanded */
};

struct term *
check_term_new(struct checker *c, enum op op, enum type type, const struct node *n, uint32_t count)
{
    struct term *t = arena_take(c->arena, 1, sizeof *t);
    const struct term **arg = count == 0 ? NULL : arena_take(c->arena, count, sizeof *arg);

    if (t == NULL || (count > 0 && arg == NULL)) {
        check_no_memory(c);
        return NULL;
    }
    t->op = op;
    t->type = type;
    t->node = n;
    t->count = count;
    t->arg = arg;
    return t;
}

/* Takes what rests on operands up: reading the row's time, asking watchlists. */
const struct term *
check_sealed(struct term *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        t->row_time = t->row_time || (t->arg[i] != NULL && t->arg[i]->row_time);
        t->watches = t->watches || (t->arg[i] != NULL && t->arg[i]->watches);
    }
    return t;
}

/* --- values --- */

static const struct term *
literal(struct checker *c, const struct node *n)
{
    struct term *t =
        check_term_new(c, n->local ? OP_LOCAL_TIME : OP_CONST, (enum type)n->value.type, n, 0);

    if (t == NULL)
        return NULL;
    t->value = n->value;
    t->percent = n->percent;
    t->currency = n->value.currency;
    return t;
}

static const struct term *
dispatch(struct checker *c, const struct node *n)
{
    switch (n->kind) {
    case NODE_LITERAL:
        return literal(c, n);
    case NODE_PARAMETER:
        return check_parameter(c, n, NULL);
    case NODE_PATH:
        return check_path(c, n);
    case NODE_CALL:
        return check_call(c, n);
    case NODE_NEGATE:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return check_arithmetic(c, n);
    case NODE_COMPARE:
    case NODE_IN:
    case NODE_CONTAINS:
    case NODE_STARTS:
    case NODE_ENDS:
    case NODE_MATCHES:
    case NODE_ON:
    case NODE_MISSING:
    case NODE_PRESENT:
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
        break;
    }
    return check_test(c, n);
}

/* Macros can make much of little: false, said once, when it gets out of hand. */
static bool
within_limits(struct checker *c)
{
    struct diag *d;

    if (c->looked >= LOOKED_MAX)
        return false;
    if (++c->looked == LOOKED_MAX) {
        d = check_say(c, "R531", expr_span(c->expr->root),
            "this expression grows too large once its macros are put in");
        check_help(c, d, "split it into several rules, or use lists instead of long alternatives");
        return false;
    }
    if (c->depth < LEVELS_MAX)
        return true;
    d = check_say(c, "R530", expr_span(c->expr->root),
        "this expression is nested too deeply once its macros are put in");
    check_help(c, d, "let macros use fewer other macros");
    c->looked = LOOKED_MAX; /* once is enough */
    return false;
}

const struct term *
check_node(struct checker *c, const struct node *n)
{
    const struct term *t;

    if (!within_limits(c))
        return NULL;
    c->depth++;
    t = dispatch(c, n);
    c->depth--;
    return t;
}

/* --- words and texts that take the type of the other side --- */

enum { ALIAS_STEPS = 32 };

static bool
loose(struct checker *c, const struct env *env, const struct node *n, unsigned steps)
{
    const struct node *arg;
    const struct named *m;
    struct env inner;

    if (steps == 0)
        return false;
    if (n->kind == NODE_LITERAL)
        return n->value.type == TYPE_TEXT;
    if (n->kind == NODE_PARAMETER) {
        for (size_t i = 0; i < c->scope->parameter_count; i++)
            if (bytes_equal(c->scope->parameters[i].name, n->name))
                return c->scope->parameters[i].value.type == TYPE_TEXT;
        return false;
    }
    if (n->kind != NODE_PATH && n->kind != NODE_CALL)
        return false;
    if (n->kind == NODE_PATH && (arg = check_macro_arg(env, n->name)) != NULL)
        return loose(c, env->outer, arg, steps - 1);
    if (check_is_default(n))
        return loose(c, env, n->first, steps - 1) && loose(c, env, n->last, steps - 1);
    m = check_find(c->scope, n->name);
    if (m != NULL && m->kind == NAME_MACRO && m->macro != NULL && m->macro->body != NULL) {
        inner = (struct env){.macro = m->macro, .args = n->first, .outer = env};
        return loose(c, &inner, m->macro->body->root, steps - 1);
    }
    return n->kind == NODE_PATH && memchr(n->name.at, '.', n->name.size) == NULL &&
           !check_known(c, n->name);
}

bool
check_is_loose(struct checker *c, const struct node *n)
{
    return loose(c, c->env, n, ALIAS_STEPS);
}

const struct term *
check_like(struct checker *c, const struct node *n, const struct term *like)
{
    const struct env *env = c->env;
    const struct node *arg;
    const struct term *t;
    const struct named *m;

    if (!check_is_loose(c, n))
        return check_node(c, n);
    if (n->kind == NODE_LITERAL)
        return check_word(c, n, n->value.text, true, like);
    if (n->kind == NODE_PARAMETER)
        return check_parameter(c, n, like);
    if (n->kind == NODE_PATH && (arg = check_macro_arg(env, n->name)) != NULL) {
        c->env = env->outer;
        t = check_like(c, arg, like);
        c->env = env;
        return t;
    }
    if (check_is_default(n))
        return check_default(c, n, like);
    m = check_find(c->scope, n->name);
    if (m != NULL && m->kind == NAME_MACRO)
        return check_macro(c, n, m, like);
    return check_word(c, n, n->name, false, like);
}

/* --- arithmetic --- */

static const char *
sign_of(enum node_kind kind)
{
    return kind == NODE_ADD ? "+" : kind == NODE_SUBTRACT ? "-" : kind == NODE_MULTIPLY ? "*" : "/";
}

static const struct term *
cannot_join(
    struct checker *c, const struct node *n, const struct term *left, const struct term *right)
{
    struct diag *d = check_say(c, "R414", expr_span(n), "`%s` cannot be reckoned between %s and %s",
        sign_of(n->kind), check_what(left).text, check_what(right).text);

    check_label(c, d, "left is %s, right is %s", check_what(left).text, check_what(right).text);
    return NULL;
}

static bool
is_span(enum type t)
{
    return t == TYPE_NUMBER || t == TYPE_MONEY || t == TYPE_DURATION;
}

/* The type of a sum or difference, or TYPE_NONE. */
static enum type
sum_type(const struct node *n, enum type left, enum type right)
{
    bool plus = n->kind == NODE_ADD;

    if (left == right && is_span(left))
        return left;
    if (left == TYPE_TIME && right == TYPE_DURATION)
        return TYPE_TIME;
    if (left == TYPE_DURATION && right == TYPE_TIME && plus)
        return TYPE_TIME;
    if (left == right && (left == TYPE_TIME || left == TYPE_DATE) && !plus)
        return TYPE_DURATION;
    if (left == TYPE_DATE && right == TYPE_DURATION)
        return TYPE_DATE;
    return TYPE_NONE;
}

static bool
whole_days(struct checker *c, const struct term *t)
{
    struct diag *d;

    if (t->op == OP_CONST && t->value.num % US_PER_DAY == 0)
        return true;
    d = check_say(c, "R415", expr_span(t->node), "a date can only be moved by whole days");
    check_label(c, d, "write a number of days, as 7d");
    return false;
}

static const struct term *
sum(struct checker *c, const struct node *n, const struct term *left, const struct term *right)
{
    enum type type = sum_type(n, left->type, right->type);
    bool money = left->type == TYPE_MONEY || right->type == TYPE_MONEY;
    struct term *t;

    if (type == TYPE_NONE && !(money && (left->type == TYPE_NUMBER || right->type == TYPE_NUMBER)))
        return cannot_join(c, n, left, right);
    if (money && !check_agree(c, "reckoned", NULL, left, right))
        return NULL;
    if (type == TYPE_DATE && !whole_days(c, right))
        return NULL;
    t = check_term_new(c, n->kind == NODE_ADD ? OP_ADD : OP_SUBTRACT, type, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = left;
    t->arg[1] = right;
    t->percent = left->percent && right->percent;
    t->own_money = left->own_money;
    t->currency = left->currency;
    return check_sealed(t);
}

static const struct term *
product(struct checker *c, const struct node *n, const struct term *left, const struct term *right)
{
    bool times = n->kind == NODE_MULTIPLY;
    const struct term *unit = left->type == TYPE_NUMBER && times ? right : left;
    const struct term *other = unit == left ? right : left;
    enum type type = unit->type;
    struct term *t;

    if (!is_span(unit->type))
        return cannot_join(c, n, left, right);
    if (!times && left->type == right->type && left->type != TYPE_NUMBER) {
        if (!check_agree(c, "reckoned", NULL, left, right))
            return NULL;
        type = TYPE_NUMBER;
    } else if (other->type != TYPE_NUMBER) {
        return cannot_join(c, n, left, right);
    }
    t = check_term_new(c, times ? OP_MULTIPLY : OP_DIVIDE, type, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = left;
    t->arg[1] = right;
    t->own_money = type == TYPE_MONEY && unit->own_money;
    t->currency = type == TYPE_MONEY ? unit->currency : 0;
    return check_sealed(t);
}

static const struct term *
minus(struct checker *c, const struct node *n)
{
    const struct term *arg = check_node(c, n->first);
    struct term *t;
    struct diag *d;

    if (arg == NULL)
        return NULL;
    if (!is_span(arg->type)) {
        d = check_say(c, "R415", expr_span(n), "%s has no opposite", check_what(arg).text);
        check_label(c, d, "`-` goes with numbers, money and time spans");
        return NULL;
    }
    t = check_term_new(c, OP_NEGATE, arg->type, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    t->percent = arg->percent;
    t->own_money = arg->own_money;
    t->currency = arg->currency;
    return check_sealed(t);
}

const struct term *
check_arithmetic(struct checker *c, const struct node *n)
{
    const struct term *left, *right;

    if (n->kind == NODE_NEGATE)
        return minus(c, n);
    left = check_node(c, n->first);
    right = check_node(c, n->first->next);
    if (left == NULL || right == NULL)
        return NULL;
    return n->kind == NODE_ADD || n->kind == NODE_SUBTRACT ? sum(c, n, left, right)
                                                           : product(c, n, left, right);
}

/* --- the whole --- */

static bool
wanted(struct checker *c, const struct term *t, enum type want)
{
    struct term like = {.type = want};
    struct diag *d;

    if (want == TYPE_NONE || t->type == want)
        return true;
    d = check_say(c, "R416", expr_span(c->expr->root), "this is %s, and %s is wanted",
        check_what(t).text, check_what(&like).text);
    check_label(c, d, "gives %s", check_what(t).text);
    return false;
}

const struct term *
check_expr(struct arena *a, struct diags *ds, struct scope *scope, const struct expr *e,
    enum type want, struct aggregates *aggs)
{
    struct checker c = {.arena = a, .ds = ds, .scope = scope, .expr = e, .aggs = aggs};
    const struct term *t = want == TYPE_BOOL ? check_bool(&c, e->root) : check_node(&c, e->root);

    if (t == NULL || !wanted(&c, t, want) || e->mixed)
        return NULL;
    check_lint(&c, t);
    return t;
}
