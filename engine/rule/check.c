/*
 * check - names, types and units of a whole expression: a syntax tree to a typed one.
 *
 * All operands are looked at before an error passes up, so that one run tells everything; what
 * follows from an unknown name is not told.
 */
#include "rule/check.h"

#include <assert.h>

#include "base/arena.h"
#include "base/civil.h"
#include "list/list.h"
#include "text/regex.h"

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
static const struct term *
sealed(struct term *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        t->row_time = t->row_time || (t->arg[i] != NULL && t->arg[i]->row_time);
        t->watches = t->watches || (t->arg[i] != NULL && t->arg[i]->watches);
    }
    return t;
}

static const struct term *
unary_term(
    struct checker *c, enum op op, enum type type, const struct node *n, const struct term *arg)
{
    struct term *t = arg == NULL ? NULL : check_term_new(c, op, type, n, 1);

    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    return sealed(t);
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
    return sealed(t);
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
    return sealed(t);
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
    return sealed(t);
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

/* --- tests --- */

const struct term *
check_bool(struct checker *c, const struct node *n)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL || t->type == TYPE_BOOL)
        return t;
    d = check_say(c, "R416", expr_span(n), "`%s` is %s, not a condition", check_source(n).text,
        check_what(t).text);
    check_label(c, d, "something that is true or false is wanted here");
    check_help(c, d, "compare it with something, using = != < <= > >= or `in`");
    return NULL;
}

/* Is a part taken apart in a join of the same kind? A chain keeps together. */
static bool
opens(const struct term *part, enum op op)
{
    return part->op == op && !part->chain;
}

static const struct term *
joined(struct checker *c, const struct node *n)
{
    enum op op = n->kind == NODE_AND ? OP_AND : OP_OR;
    const struct term **part = arena_take(c->arena, n->count, sizeof *part);
    struct term *t;
    uint32_t i = 0, count = 0;
    bool bad = false;

    if (part == NULL) {
        check_no_memory(c);
        return NULL;
    }
    for (const struct node *at = n->first; at != NULL; at = at->next, i++) {
        part[i] = check_bool(c, at);
        bad = bad || part[i] == NULL;
        count += part[i] != NULL && opens(part[i], op) ? part[i]->count : 1;
    }
    if (bad || (t = check_term_new(c, op, TYPE_BOOL, n, count)) == NULL)
        return NULL;
    count = 0;
    for (i = 0; i < n->count; i++) {
        if (!opens(part[i], op))
            t->arg[count++] = part[i];
        else
            for (uint32_t k = 0; k < part[i]->count; k++)
                t->arg[count++] = part[i]->arg[k];
    }
    return sealed(t);
}

/*
 * The terms of sibling nodes of which one gives the others their type: words and quoted texts
 * wait until a typed one is known. False if any is wrong.
 */
static bool
operands(struct checker *c, const struct node *first, const struct term **out)
{
    const struct term *like = NULL;
    bool bad = false, typed = false;
    size_t i = 0;

    for (const struct node *n = first; n != NULL; n = n->next, i++) {
        if (check_is_loose(c, n))
            continue;
        out[i] = check_node(c, n);
        typed = true;
        bad = bad || out[i] == NULL;
        if (like == NULL)
            like = out[i];
    }
    i = 0;
    for (const struct node *n = first; n != NULL; n = n->next, i++) {
        if (!check_is_loose(c, n))
            continue;
        if (bad && like == NULL)
            continue; /* what the word should be is not known: a follow-on */
        out[i] = typed ? check_like(c, n, like) : check_node(c, n);
        bad = bad || out[i] == NULL;
    }
    return !bad;
}

/* A node for two operands of a chain, so that messages and clauses show just these. */
static const struct node *
pair_node(
    struct checker *c, const struct node *chain, const struct node *left, const struct node *right)
{
    struct node *n;

    if (chain->count == 2)
        return chain;
    n = arena_take(c->arena, 1, sizeof *n);
    if (n == NULL) {
        check_no_memory(c);
        return chain;
    }
    *n = *chain;
    n->from = n->wide_from = left->wide_from;
    n->wide_end = right->wide_end;
    n->size = n->wide_end - n->from;
    return n;
}

static const struct term *
comparison(struct checker *c, const struct node *n)
{
    const struct term **side = arena_take(c->arena, n->count, sizeof *side);
    struct term *all, *t = NULL;
    const struct node *at = n->first;

    if (side == NULL) {
        check_no_memory(c);
        return NULL;
    }
    if (!operands(c, at, side))
        return NULL;
    all = n->count == 2 ? NULL : check_term_new(c, OP_AND, TYPE_BOOL, n, n->count - 1);
    for (uint32_t i = 1; i < n->count; i++, at = at->next) {
        if (!check_pair(c, at->next->relation, side[i - 1], side[i]))
            return NULL;
        t = check_term_new(c, OP_COMPARE, TYPE_BOOL, pair_node(c, n, at, at->next), 2);
        if (t == NULL)
            return NULL;
        t->relation = at->next->relation;
        t->arg[0] = side[i - 1];
        t->arg[1] = side[i];
        (void)sealed(t);
        if (all != NULL)
            all->arg[i - 1] = t;
    }
    if (n->count == 2 || all == NULL)
        return n->count == 2 ? t : NULL;
    all->chain = true;
    return sealed(all);
}

static const struct term *
in_items(struct checker *c, const struct node *n)
{
    struct term *t = check_term_new(c, OP_IN, TYPE_BOOL, n, n->count);
    bool bad = false;

    if (t == NULL || !operands(c, n->first, t->arg))
        return NULL;
    for (uint32_t i = 1; i < n->count; i++)
        bad = !check_pair(c, RELATION_EQUAL, t->arg[0], t->arg[i]) || bad;
    t->negated = n->negated;
    return bad ? NULL : sealed(t);
}

static const struct term *
wrong_list_type(
    struct checker *c, const struct node *n, const struct term *subject, enum type holds)
{
    struct term like = {.type = holds};
    struct diag *d =
        check_say(c, "R414", expr_span(n->first), "`%s` is %s, so it cannot be in `%.*s`",
            check_source(n->first).text, check_what(subject).text, (int)n->name.size, n->name.at);

    check_label(c, d, "each entry of that list is %s", check_what(&like).text);
    return NULL;
}

/* Looks for faults in a subject that has nothing to be compared with. */
static const struct term *
quietly_typed(struct checker *c, const struct node *n)
{
    if (!check_is_loose(c, n))
        (void)check_node(c, n);
    return NULL;
}

static const struct term *
in_list(struct checker *c, const struct node *n)
{
    const struct named *named = check_named(c, n, n->name, n->name_from, NAME_LIST);
    struct term like = {.node = n};
    const struct term *subject;
    struct term *t;
    struct diag *d;

    if (named == NULL || named->list == NULL)
        return quietly_typed(c, n->first);
    like.type = list_type(named->list);
    subject =
        check_is_loose(c, n->first) ? check_like(c, n->first, &like) : check_node(c, n->first);
    if (subject == NULL)
        return NULL;
    if (subject->type != like.type)
        return wrong_list_type(c, n, subject, like.type);
    if (subject->own_money) {
        d = check_say(c, "R412", expr_span(n->first),
            "`%s` is in the currency of each transaction, so it cannot be in `%s`",
            check_source(n->first).text, check_quote(named->name).text);
        check_label(c, d, "may be USD, TRY, ...");
        check_help(c, d, "use `amount_eur in %s` (converted at the day's rate)",
            check_quote(named->name).text);
        return NULL;
    }
    t = check_term_new(c, OP_IN_LIST, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->named = named;
    t->name = named->name;
    t->negated = n->negated;
    return sealed(t);
}

static const struct term *
text_subject(struct checker *c, const struct node *n, const char *verb)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL || type_is_text(t->type))
        return t;
    d = check_say(c, "R415", expr_span(n), "`%s` looks into text, and `%s` is %s", verb,
        check_source(n).text, check_what(t).text);
    check_label(c, d, "not a text");
    return NULL;
}

static const struct term *
text_test(struct checker *c, const struct node *n)
{
    static const struct term text = {.type = TYPE_TEXT};
    const char *verb = n->kind == NODE_CONTAINS ? "contains"
                       : n->kind == NODE_STARTS ? "starts with"
                                                : "ends with";
    enum op op = n->kind == NODE_CONTAINS ? OP_CONTAINS
                 : n->kind == NODE_STARTS ? OP_STARTS
                                          : OP_ENDS;
    const struct term *subject = text_subject(c, n->first, verb);
    const struct term *part = check_like(c, n->first->next, &text);
    struct term *t;
    struct diag *d;

    if (part != NULL && !type_is_text(part->type)) {
        d = check_say(c, "R415", expr_span(part->node), "`%s` wants a text, and `%s` is %s", verb,
            check_source(part->node).text, check_what(part).text);
        if (part->op == OP_CONST)
            check_label(c, d, "write it in quotes: \"%s\"", check_source(part->node).text);
        else
            check_label(c, d, "not a text");
        return NULL;
    }
    if (subject == NULL || part == NULL)
        return NULL;
    t = check_term_new(c, op, TYPE_BOOL, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->arg[1] = part;
    t->negated = n->negated;
    return sealed(t);
}

static const struct term *
matches(struct checker *c, const struct node *n)
{
    const struct term *subject = text_subject(c, n->first, "matches");
    char fault[200] = "";
    size_t fault_at = 0;
    struct regex *re = regex_compile(n->name, !n->cased, fault, sizeof fault, &fault_at);
    struct term *t;
    struct diag *d;

    if (re == NULL) {
        if (fault_at > n->name.size)
            fault_at = n->name.size;
        d = check_say(c, "R427",
            yaml_span(n->scalar, n->name_from + 1 + fault_at, fault_at < n->name.size),
            "this pattern cannot be used: %s", fault);
        check_label(c, d, "the fault is here");
        return NULL;
    }
    if (!check_keep(c, re, NULL))
        return NULL;
    t = subject == NULL ? NULL : check_term_new(c, OP_MATCHES, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->regex = re;
    t->name = n->name;
    t->cased = n->cased;
    t->negated = n->negated;
    return sealed(t);
}

/* The least weight asked for; false after a message. */
static bool
least_weight(struct checker *c, const struct node *n, int64_t *out)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL)
        return false;
    if (t->op == OP_CONST && t->type == TYPE_NUMBER && !t->percent && t->value.num > 0 &&
        t->value.num % NUMBER_SCALE == 0 && t->value.num / NUMBER_SCALE <= INT32_MAX) {
        *out = (int64_t)(t->value.num / NUMBER_SCALE);
        return true;
    }
    d = check_say(c, "R428", expr_span(n), "after `at` stands the least weight an entry must have");
    check_label(c, d, "write a whole number such as 2, or a parameter");
    return false;
}

static const struct term *
on_watchlist(struct checker *c, const struct node *n)
{
    const struct named *named = check_named(c, n, n->name, n->name_from, NAME_WATCHLIST);
    const struct term *subject = text_subject(c, n->first, "on");
    int64_t weight = 1;
    bool good = n->count < 2 || least_weight(c, n->first->next, &weight);
    struct term *t;
    struct diag *d;

    if (named == NULL || named->watch == NULL || subject == NULL || !good)
        return NULL;
    if (watch_type(named->watch) != TYPE_TEXT && watch_type(named->watch) != subject->type) {
        struct term like = {.type = watch_type(named->watch)};

        d = check_say(c, "R414", expr_span(n->first), "`%s` is %s, so it cannot be on `%.*s`",
            check_source(n->first).text, check_what(subject).text, (int)n->name.size, n->name.at);
        check_label(c, d, "each entry of that watchlist is %s", check_what(&like).text);
        return NULL;
    }
    t = check_term_new(c, OP_ON, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->named = named;
    t->name = named->name;
    t->weight = weight;
    t->negated = n->negated;
    (void)sealed(t);
    t->watches = true;
    return t;
}

const struct term *
check_test(struct checker *c, const struct node *n)
{
    switch (n->kind) {
    case NODE_NOT:
        return unary_term(c, OP_NOT, TYPE_BOOL, n, check_bool(c, n->first));
    case NODE_AND:
    case NODE_OR:
        return joined(c, n);
    case NODE_COMPARE:
        return comparison(c, n);
    case NODE_IN:
        return n->name.size > 0 ? in_list(c, n) : in_items(c, n);
    case NODE_CONTAINS:
    case NODE_STARTS:
    case NODE_ENDS:
        return text_test(c, n);
    case NODE_MATCHES:
        return matches(c, n);
    case NODE_ON:
        return on_watchlist(c, n);
    case NODE_MISSING:
        return unary_term(c, OP_MISSING, TYPE_BOOL, n, check_node(c, n->first));
    case NODE_PRESENT:
        return unary_term(c, OP_PRESENT, TYPE_BOOL, n, check_node(c, n->first));
    case NODE_LITERAL:
    case NODE_PARAMETER:
    case NODE_PATH:
    case NODE_CALL:
    case NODE_NEGATE:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        break;
    }
    assert(n->kind == NODE_OR); /* and so is never reached */
    return NULL;
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
