/*
 * check_call - functions, aggregates and macros with arguments.
 */
#include "rule/check.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/zone.h"
#include "list/list.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

static const struct function functions[] = {
#define FUNCTION(id, name, least, most, form) {name, OP_##id, least, most, form, NULL},
#define AGGREGATE(id, name, least, most, measure, form)
#define USUAL(name)
#include "rule/function.def"
#undef FUNCTION
#undef AGGREGATE
#undef USUAL
};

const struct function *
check_function_find(const struct function *table, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_of(table[i].name), name))
            return &table[i];
    return NULL;
}

/* --- what can be said of any call --- */

bool
check_right_count(struct checker *c, const struct node *n, const struct function *f)
{
    struct diag *d;

    if (n->count >= f->least && n->count <= f->most)
        return true;
    if (f->least == f->most)
        d = check_say(c, "R404", expr_span(n), "`%s` takes %u %s", f->name, f->least,
            f->least == 1 ? "argument" : "arguments");
    else
        d = check_say(
            c, "R404", expr_span(n), "`%s` takes %u to %u arguments", f->name, f->least, f->most);
    check_label(c, d, n->count == 1 ? "here is %u" : "here are %u", n->count);
    check_help(c, d, "it is used as  %s", f->form);
    return false;
}

const struct term *
check_wrong_type(struct checker *c, const char *name, const struct term *arg, const char *wants)
{
    struct diag *d = check_say(c, "R414", expr_span(arg->node), "`%s` takes %s, and `%s` is %s",
        name, wants, check_source(arg->node).text, check_what(arg).text);

    check_label(c, d, "this is %s", check_what(arg).text);
    return NULL;
}

/* --- functions --- */

/* The zone a time function is asked for in its second argument; false after a message. */
static bool
zone_argument(struct checker *c, const struct node *n, struct term *t)
{
    struct weir_err err = {0};
    struct zone *zone = NULL;
    struct diag *d;
    char *name;

    if (n == NULL)
        return true;
    if (n->kind != NODE_LITERAL || n->value.type != TYPE_TEXT) {
        d = check_say(c, "R428", expr_span(n), "the time zone must be written out");
        check_label(c, d, "write its name in quotes, as \"Europe/Athens\"");
        return false;
    }
    name = arena_copy(c->arena, n->value.text);
    if (name == NULL) {
        check_no_memory(c);
        return false;
    }
    if (zone_open(name, &zone, &err) != WEIR_OK) {
        d = check_say(c, "R417", expr_span(n), "%s", err.text);
        check_label(c, d, "not a time zone");
        return false;
    }
    if (!check_keep(c, NULL, zone))
        return false;
    t->zone = zone;
    t->name = (struct bytes){name, n->value.text.size};
    return true;
}

static const struct term *
time_function(struct checker *c, const struct node *n, const struct function *f)
{
    const struct term *arg = check_node(c, n->first);
    enum type type = f->op == OP_HOUR      ? TYPE_NUMBER
                     : f->op == OP_WEEKDAY ? TYPE_WEEKDAY
                                           : TYPE_DATE;
    struct term *t = check_term_new(c, (enum op)f->op, type, n, 1);

    if (t == NULL || !zone_argument(c, n->first->next, t) || arg == NULL)
        return NULL;
    if (arg->type != TYPE_TIME && (arg->type != TYPE_DATE || f->op == OP_HOUR))
        return check_wrong_type(c, f->name, arg, f->op == OP_HOUR ? "a time" : "a time or a date");
    t->arg[0] = arg;
    t->row_time = arg->row_time;
    return t;
}

/* A function of one argument of one type. */
static const struct term *
simple(struct checker *c, const struct node *n, const struct function *f, enum type wants,
    enum type gives)
{
    const struct term *arg = check_node(c, n->first);
    struct term like = {.type = wants}, *t;

    if (arg == NULL)
        return NULL;
    if (arg->type != wants && !(wants == TYPE_TEXT && type_is_text(arg->type)))
        return check_wrong_type(c, f->name, arg, check_what(&like).text);
    t = check_term_new(c, (enum op)f->op, gives, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    t->row_time = arg->row_time;
    return t;
}

static const struct term *
age(struct checker *c, const struct node *n, const struct function *f)
{
    const struct term *arg = check_node(c, n->first);
    struct term *t;

    if (arg == NULL)
        return NULL;
    if (arg->type != TYPE_DATE && arg->type != TYPE_TIME)
        return check_wrong_type(c, f->name, arg, "a date or a time");
    t = check_term_new(c, OP_AGE, TYPE_DURATION, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    t->row_time = arg->row_time;
    return t;
}

/* is_round(m, step), round_to(m, step) */
static const struct term *
stepped(struct checker *c, const struct node *n, const struct function *f)
{
    const struct term *money = check_node(c, n->first);
    const struct term *step = check_node(c, n->first->next);
    struct diag *d;
    struct term *t;

    if (money == NULL || step == NULL)
        return NULL;
    if (money->type != TYPE_MONEY)
        return check_wrong_type(c, f->name, money, "money");
    if (step->type != TYPE_NUMBER) {
        d = check_say(c, "R414", expr_span(step->node),
            "the step of `%s` is a plain number, in the money's own currency", f->name);
        check_label(c, d, "write it without a currency, as 50");
        return NULL;
    }
    if (step->op == OP_CONST && step->value.num <= 0) {
        d = check_say(c, "R417", expr_span(step->node), "a step must be more than 0");
        check_label(c, d, "write for example 50");
        return NULL;
    }
    t = check_term_new(c, (enum op)f->op, f->op == OP_IS_ROUND ? TYPE_BOOL : TYPE_MONEY, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = money;
    t->arg[1] = step;
    t->own_money = t->type == TYPE_MONEY && money->own_money;
    t->currency = t->type == TYPE_MONEY ? money->currency : 0;
    t->row_time = money->row_time || step->row_time;
    return t;
}

/* similar(a, b): likeness of two names, 0 to 100% */
static const struct term *
similar(struct checker *c, const struct node *n, const struct function *f)
{
    const struct term *a = check_node(c, n->first), *b = check_node(c, n->first->next);
    struct term *t;

    if (a == NULL || b == NULL)
        return NULL;
    if (a->type != TYPE_TEXT || b->type != TYPE_TEXT)
        return check_wrong_type(c, f->name, a->type != TYPE_TEXT ? a : b, "two names");
    t = check_term_new(c, OP_SIMILAR, TYPE_NUMBER, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = a;
    t->arg[1] = b;
    t->percent = true;
    t->row_time = a->row_time || b->row_time;
    return t;
}

static const struct term *
absolute(struct checker *c, const struct node *n)
{
    const struct term *arg = check_node(c, n->first);
    struct term *t;

    if (arg == NULL)
        return NULL;
    if (arg->type != TYPE_NUMBER && arg->type != TYPE_MONEY && arg->type != TYPE_DURATION)
        return check_wrong_type(c, "abs", arg, "a number, money or a time span");
    t = check_term_new(c, OP_ABS, arg->type, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    t->percent = arg->percent;
    t->own_money = arg->own_money;
    t->currency = arg->currency;
    t->row_time = arg->row_time;
    return t;
}

bool
check_is_default(const struct node *n)
{
    return n->kind == NODE_CALL && n->count == 2 && n->where == NULL &&
           bytes_equal(n->name, bytes_of("default"));
}

const struct term *
check_default(struct checker *c, const struct node *n, const struct term *like)
{
    const struct node *first = n->first, *second = n->last;
    bool loose1 = check_is_loose(c, first), loose2 = check_is_loose(c, second);
    const struct term *x = loose1 ? NULL : check_node(c, first);
    const struct term *y = loose2 ? NULL : check_node(c, second);
    struct term *t;

    if (loose1 && loose2) {
        x = like == NULL ? check_node(c, first) : check_like(c, first, like);
        y = like == NULL ? check_node(c, second) : check_like(c, second, like);
    } else if (loose1 && y != NULL) {
        x = check_like(c, first, y);
    } else if (loose2 && x != NULL) {
        y = check_like(c, second, x);
    }
    if (x == NULL || y == NULL || !check_agree(c, "replaced", NULL, x, y))
        return NULL;
    t = check_term_new(c, OP_DEFAULT, x->type, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = x;
    t->arg[1] = y;
    t->percent = x->percent || y->percent;
    t->own_money = x->own_money;
    t->currency = x->currency;
    t->row_time = x->row_time || y->row_time;
    t->watches = x->watches || y->watches;
    return t;
}

/* A key of a table; false after a message. */
static bool
table_key(struct checker *c, const struct node *n, enum type wants, struct term *t, uint32_t i)
{
    struct term like = {.type = wants, .currency = wants == TYPE_MONEY ? EUR : 0};
    const struct term *key = check_is_loose(c, n) ? check_like(c, n, &like) : check_node(c, n);

    if (key == NULL)
        return false;
    if (key->type != wants || key->own_money != like.own_money) {
        (void)check_wrong_type(c, "lookup", key, check_what(&like).text);
        return false;
    }
    t->arg[i] = key;
    t->row_time = t->row_time || key->row_time;
    return true;
}

static const struct term *
lookup(struct checker *c, const struct node *n)
{
    const struct node *first = n->first;
    const enum type *types;
    const struct named *named;
    struct diag *d;
    struct term *t;
    bool good = true;
    size_t keys;
    uint32_t i = 0;

    if (first->kind != NODE_PATH) {
        d = check_say(c, "R428", expr_span(first), "`lookup` begins with the name of a table");
        check_label(c, d, "not a name");
        return NULL;
    }
    named = check_named(c, first, first->name, first->from, NAME_TABLE);
    if (named == NULL || named->table == NULL)
        return NULL;
    keys = table_keys(named->table, &types);
    if (n->count != keys + 1) {
        d = check_say(c, "R404", expr_span(n), "the table `%s` has %zu key %s",
            check_quote(named->name).text, keys, keys == 1 ? "column" : "columns");
        check_label(c, d, n->count == 2 ? "here is %u key" : "here are %u keys", n->count - 1);
        return NULL;
    }
    t = check_term_new(c, OP_LOOKUP, table_type(named->table), n, (uint32_t)keys);
    if (t == NULL)
        return NULL;
    for (const struct node *at = first->next; at != NULL; at = at->next, i++)
        good = table_key(c, at, types[i], t, i) && good;
    t->named = named;
    t->name = named->name;
    t->currency = t->type == TYPE_MONEY ? EUR : 0;
    return good ? t : NULL;
}

static const struct term *
function(struct checker *c, const struct node *n, const struct function *f)
{
    struct diag *d;

    if (n->where != NULL) {
        d = check_say(c, "R421", expr_span(n->where),
            "`where` belongs into aggregates, not into `%s`", f->name);
        check_label(c, d, "aggregates are sum, count, share and the like");
        return NULL;
    }
    if (!check_right_count(c, n, f))
        return NULL;
    switch (f->op) {
    case OP_HOUR:
    case OP_WEEKDAY:
    case OP_DATE:
    case OP_WEEK:
    case OP_MONTH:
        return time_function(c, n, f);
    case OP_AGE:
        return age(c, n, f);
    case OP_UNITS:
        return simple(c, n, f, TYPE_MONEY, TYPE_NUMBER);
    case OP_IS_ROUND:
    case OP_ROUND_TO:
        return stepped(c, n, f);
    case OP_ABS:
        return absolute(c, n);
    case OP_LENGTH:
        return simple(c, n, f, TYPE_TEXT, TYPE_NUMBER);
    case OP_SIMILAR:
        return similar(c, n, f);
    case OP_DEFAULT:
        return check_default(c, n, NULL);
    case OP_PHONE_COUNTRY:
        return simple(c, n, f, TYPE_PHONE, TYPE_COUNTRY);
    case OP_IBAN_COUNTRY:
        return simple(c, n, f, TYPE_ACCOUNT, TYPE_COUNTRY);
    default:
        assert(f->op == OP_LOOKUP);
        return lookup(c, n);
    }
}

/* --- the door --- */

static const struct term *
unknown(struct checker *c, const struct node *n)
{
    const char *names[80];
    size_t count = 0;
    struct phrase text = check_quote(n->name);
    struct diag *d = check_say(c, "R403", yaml_span(n->scalar, n->name_from, n->name.size),
        "there is no function called `%s`", text.text);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        names[count++] = functions[i].name;
    for (size_t i = 0; (names[count] = check_usual_next(i)) != NULL; i++)
        count++;
    for (size_t i = 0; (names[count] = check_aggregate_next(i)) != NULL; i++)
        count++;
    for (size_t i = 0; i < c->scope->name_count && count < sizeof names / sizeof *names; i++)
        if (c->scope->names[i].kind == NAME_MACRO &&
            (names[count] = arena_copy(c->arena, c->scope->names[i].name)) != NULL)
            count++;
    check_suggest(c, d, n->name, names, count);
    return NULL;
}

const struct term *
check_call(struct checker *c, const struct node *n)
{
    const struct function *f =
        check_function_find(functions, sizeof functions / sizeof *functions, n->name);
    const struct named *m;

    if (f != NULL)
        return function(c, n, f);
    f = check_aggregate_find(n->name);
    if (f != NULL)
        return check_aggregate(c, n, f);
    if (check_is_usual(n->name))
        return check_usual(c, n);
    m = check_find(c->scope, n->name);
    if (m != NULL && m->kind == NAME_MACRO)
        return check_macro(c, n, m, NULL);
    return unknown(c, n);
}
