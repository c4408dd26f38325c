/*
 * check_aggregate - sum, count, share and the like: where they may stand and what they collect.
 */
#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "rule/check.h"
#include "state/window.h"

static const struct function aggregates[] = {
#define FUNCTION(id, name, least, most, form)
#define AGGREGATE(id, name, least, most, measure, form)                                            \
    {name, WINDOW_##id, least, most, form, measure},
#define USUAL(name)
#include "rule/function.def"
#undef FUNCTION
#undef AGGREGATE
#undef USUAL
};

const struct function *
check_aggregate_find(struct bytes name)
{
    return check_function_find(aggregates, sizeof aggregates / sizeof *aggregates, name);
}

const char *
check_aggregate_name(int function)
{
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (aggregates[i].op == function)
            return aggregates[i].name;
    assert(function < 0); /* every function has its row */
    return "";
}

const char *
check_aggregate_next(size_t index)
{
    return index < sizeof aggregates / sizeof *aggregates ? aggregates[index].name : NULL;
}

static bool
reckons(int function)
{
    return function == WINDOW_SUM || function == WINDOW_AVG || function == WINDOW_MEDIAN ||
           function == WINDOW_STDDEV;
}

/* May this be collected so? False after a message. */
static bool
collectable(struct checker *c, const struct function *f, const struct term *arg)
{
    enum type t = arg->type;
    struct diag *d;

    if (f->op == WINDOW_SHARE) {
        if (t != TYPE_BOOL)
            (void)check_wrong_type(c, f->name, arg, "a condition");
        return t == TYPE_BOOL;
    }
    if (arg->own_money) {
        d = check_say(c, "R413", expr_span(arg->node),
            "`%s` is in the currency of each transaction, so `%s` of it means nothing",
            check_source(arg->node).text, f->name);
        check_label(c, d, "may be USD, TRY, ...");
        if (arg->op == OP_FIELD && arg->index == TXN_AMOUNT)
            check_help(c, d, "write `%s(amount_eur)` (converted at the day's rate)", f->name);
        return false;
    }
    if (reckons(f->op) && t != TYPE_MONEY && t != TYPE_NUMBER && t != TYPE_DURATION) {
        (void)check_wrong_type(c, f->name, arg, "money, a number or a time span");
        return false;
    }
    if ((f->op == WINDOW_MIN || f->op == WINDOW_MAX) && t != TYPE_MONEY && t != TYPE_NUMBER &&
        t != TYPE_DURATION && t != TYPE_TIME && t != TYPE_DATE) {
        (void)check_wrong_type(c, f->name, arg, "something that has an order");
        return false;
    }
    if (t == TYPE_BOOL && f->op != WINDOW_FIRST && f->op != WINDOW_LAST) {
        (void)check_wrong_type(c, f->name, arg, "a value");
        return false;
    }
    return true;
}

static enum type
aggregate_type(int function, const struct term *arg)
{
    switch ((enum window_function)function) {
    case WINDOW_COUNT:
    case WINDOW_SHARE:
    case WINDOW_DISTINCT:
    case WINDOW_MODE_SHARE:
        return TYPE_NUMBER;
    case WINDOW_FIRST_SEEN:
        return TYPE_BOOL;
    case WINDOW_SUM:
    case WINDOW_AVG:
    case WINDOW_MEDIAN:
    case WINDOW_MIN:
    case WINDOW_MAX:
    case WINDOW_STDDEV:
    case WINDOW_FIRST:
    case WINDOW_LAST:
        break;
    }
    assert(arg != NULL);
    return arg->type;
}

/* The name a correction gives the aggregate, different from all measures there are. */
static void
measure_name(const struct checker *c, const struct function *f, unsigned turn, char out[40])
{
    unsigned n = turn;
    bool taken = true;

    while (taken) {
        if (n == 0)
            (void)snprintf(out, 40, "%s", f->measure);
        else
            (void)snprintf(out, 40, "%s_%u", f->measure, n + 1);
        taken = false;
        for (size_t i = 0; i < c->scope->measure_count; i++)
            taken = taken || bytes_equal(c->scope->measures[i].name, bytes_of(out));
        for (size_t i = 0; i < c->scope->parameter_count; i++)
            taken = taken || bytes_equal(c->scope->parameters[i].name, bytes_of(out));
        taken = taken || check_find(c->scope, bytes_of(out)) != NULL;
        n++;
    }
}

enum { MISPLACED_MAX = 16 };

struct misplaced {
    const struct node *at[MISPLACED_MAX];
    size_t count;
};

/* All outermost aggregates of a tree, in the order they are written. */
static void
gather_aggregates(const struct node *n, struct misplaced *all)
{
    if (n->kind == NODE_CALL && check_aggregate_find(n->name) != NULL) {
        if (all->count < MISPLACED_MAX)
            all->at[all->count] = n;
        all->count++;
        return;
    }
    for (const struct node *at = n->first; at != NULL; at = at->next)
        gather_aggregates(at, all);
}

/* "add  total: sum(...)  under ... and write  alert_if: total >= ..." */
static void
help_measure(struct checker *c, struct diag *d, const struct misplaced *all)
{
    const struct yaml_node *scalar = c->expr->scalar;
    struct buf add = {0}, rest = {0};
    uint32_t part = 0;
    char name[40];

    for (size_t i = 0; i < all->count; i++) {
        const struct node *n = all->at[i];
        unsigned same = 0;

        for (size_t k = 0; k < i; k++)
            same += bytes_equal(all->at[k]->name, n->name);
        measure_name(c, check_aggregate_find(n->name), same, name);
        buf_print(&add, "%s%s: ", i == 0 ? "" : "  and  ", name);
        expr_text(n->scalar, n->from, n->size, &add);
        buf_add(&rest, scalar->text.at + part, n->from - part);
        buf_text(&rest, name);
        part = n->from + n->size;
    }
    buf_add(&rest, scalar->text.at + part, scalar->text.size - part);
    while (rest.size > 0 && (rest.at[rest.size - 1] == '\n' || rest.at[rest.size - 1] == ' '))
        rest.size--;
    if (!add.failed && !rest.failed)
        check_help(c, d, "add  %.*s  under `window: measure:` and write  %s: %.*s", (int)add.size,
            add.at, c->scope->place_name == NULL ? "alert_if" : c->scope->place_name,
            (int)rest.size, rest.at);
    buf_fini(&add);
    buf_fini(&rest);
}

/* Said once for all aggregates of an expression, because the correction speaks of all. */
static const struct term *
misplaced(struct checker *c, const struct node *n, const struct function *f)
{
    const char *place = c->scope->place_name == NULL ? "this place" : c->scope->place_name;
    struct misplaced all = {.count = 0};
    struct diag *d;

    if (c->aggregate_said) {
        c->errors++;
        return NULL;
    }
    c->aggregate_said = true;
    if (c->scope->place == PLACE_ALERT_IF && c->scope->fixed) {
        d = check_say(c, "R421", expr_span(n), "`%s` has no place in this rule", f->name);
        check_label(c, d, "its operator yields its measures by itself");
        check_help_measures(c, d);
        return NULL;
    }
    d = check_say(
        c, "R421", expr_span(n), "`%s` belongs under `measure`, not in `%s`", f->name, place);
    gather_aggregates(c->expr->root, &all);
    if (c->scope->place == PLACE_ALERT_IF && all.count <= MISPLACED_MAX && c->env == NULL) {
        check_label(c, d, "give this a name first");
        for (size_t i = 1; i < all.count; i++)
            check_mark(c, d, all.at[i], "this too");
        help_measure(c, d, &all);
    } else {
        check_label(c, d, "it speaks of many transactions, and here one is looked at");
    }
    return NULL;
}

/* The operand or the condition of an aggregate, as a term of its own. */
static const struct term *
inside(struct checker *c, const struct node *n, const struct function *f, bool condition)
{
    const struct term *t;

    c->inside = f->name;
    t = condition ? check_bool(c, n) : check_node(c, n);
    c->inside = NULL;
    return t;
}

static const struct term *
nested(struct checker *c, const struct node *n, const struct function *f)
{
    struct diag *d =
        check_say(c, "R425", expr_span(n), "`%s` stands inside of `%s`", f->name, c->inside);

    check_label(c, d, "aggregates cannot be put into each other");
    check_help(c, d, "give the inner one a measure of its own");
    return NULL;
}

const struct term *
check_aggregate(struct checker *c, const struct node *n, const struct function *f)
{
    const struct term *arg = NULL, *where = NULL;
    bool good = true;
    struct term *t;
    struct diag *d;

    if (c->inside != NULL)
        return nested(c, n, f);
    if (c->scope->place != PLACE_MEASURE || c->aggs == NULL)
        return misplaced(c, n, f);
    if (!check_right_count(c, n, f))
        return NULL;
    if (n->where != NULL && (f->op == WINDOW_SHARE || f->op == WINDOW_FIRST_SEEN)) {
        d = check_say(c, "R421", expr_span(n->where), "`%s` takes no `where`", f->name);
        check_label(c, d, "leave this out");
        return NULL;
    }
    if (n->count == 1)
        good = (arg = inside(c, n->first, f, false)) != NULL && collectable(c, f, arg);
    if (n->where != NULL)
        good = (where = inside(c, n->where, f, true)) != NULL && good;
    if (good && f->op == WINDOW_FIRST_SEEN && arg != NULL && arg->op != OP_FIELD) {
        (void)check_wrong_type(c, f->name, arg, "a field");
        good = false;
    }
    if (!good || (t = check_term_new(c, OP_AGGREGATE, aggregate_type(f->op, arg), n, 2)) == NULL)
        return NULL;
    t->arg[0] = arg;
    t->arg[1] = where;
    t->index = (uint32_t)f->op; /* the function; the compiler gives it a slot */
    t->percent =
        f->op == WINDOW_SHARE || f->op == WINDOW_MODE_SHARE ||
        (t->type == TYPE_NUMBER && arg != NULL && arg->percent && f->op != WINDOW_DISTINCT);
    assert(arg != NULL || t->type != TYPE_MONEY); /* money comes of money */
    t->currency = t->type == TYPE_MONEY ? arg->currency : 0;
    return t;
}
