/*
 * check_name - what a name stands for where it is written: fields, measures, parameters,
 * macros, documents; and what to say of one that stands for nothing.
 */
#include "rule/check.h"

#include <stdio.h>

#include "base/arena.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R' };

/* --- looking up --- */

const struct named *
check_find(const struct scope *scope, struct bytes name)
{
    for (size_t i = 0; i < scope->name_count; i++)
        if (bytes_equal(scope->names[i].name, name))
            return &scope->names[i];
    return NULL;
}

const struct node *
check_macro_arg(const struct env *env, struct bytes name)
{
    const struct node *arg = env == NULL ? NULL : env->args;

    if (env == NULL || env->macro == NULL)
        return NULL;
    for (size_t i = 0; i < env->macro->arg_count && arg != NULL; i++, arg = arg->next)
        if (bytes_equal(env->macro->args[i], name))
            return arg;
    return NULL;
}

static const struct measure_name *
find_measure(const struct scope *scope, struct bytes name, uint32_t *slot)
{
    for (size_t i = 0; i < scope->measure_count; i++)
        if (bytes_equal(scope->measures[i].name, name)) {
            *slot = (uint32_t)i;
            return &scope->measures[i];
        }
    return NULL;
}

static bool
find_field(const struct scope *scope, struct bytes name, uint32_t *index)
{
    for (size_t i = 0; i < scope->field_count; i++)
        if (bytes_equal(bytes_of(scope->fields[i].name), name)) {
            *index = (uint32_t)i;
            return true;
        }
    return false;
}

static bool
begins(struct bytes name, const char *start, struct bytes *rest)
{
    size_t size = strlen(start);

    if (name.size < size || memcmp(name.at, start, size) != 0)
        return false;
    *rest = (struct bytes){name.at + size, name.size - size};
    return true;
}

/* own.x and counterparty.x: the originator's field x. */
static bool
find_view(struct bytes name, uint8_t *view, struct bytes *rest)
{
    if (begins(name, "own.", rest))
        *view = VIEW_OWN;
    else if (begins(name, "counterparty.", rest))
        *view = VIEW_COUNTERPARTY;
    else
        return false;
    return true;
}

static bool
find_party_field(struct bytes rest, uint32_t *index)
{
    struct bytes part;

    for (unsigned f = TXN_O_ACCOUNT; f < TXN_B_ACCOUNT; f++)
        if (begins(bytes_of(txn_fields[f].name), "originator.", &part) && bytes_equal(part, rest)) {
            *index = f;
            return true;
        }
    return false;
}

static bool
is_word(struct bytes name, const char *word)
{
    return bytes_equal(name, bytes_of(word));
}

bool
check_known(struct checker *c, struct bytes name)
{
    uint32_t index;
    uint8_t view;
    struct bytes rest;

    return check_macro_arg(c->env, name) != NULL || find_field(c->scope, name, &index) ||
           find_measure(c->scope, name, &index) != NULL || check_find(c->scope, name) != NULL ||
           find_view(name, &view, &rest) || is_word(name, "direction") || is_word(name, "own") ||
           is_word(name, "counterparty") ||
           (is_word(name, "about") && c->scope->place == PLACE_EXCEPT_ALERT);
}

/* --- names that can be meant --- */

enum { CANDIDATES_MAX = 512 };

struct candidates {
    const char *name[CANDIDATES_MAX];
    size_t count;
};

static bool
sees_fields(const struct checker *c)
{
    return c->scope->place == PLACE_WHEN || c->scope->place == PLACE_MEASURE;
}

static bool
sees_measures(const struct checker *c)
{
    return c->scope->place != PLACE_WHEN && c->inside == NULL;
}

static void
offer(struct checker *c, struct candidates *all, struct bytes name)
{
    char *copy = all->count < CANDIDATES_MAX ? arena_copy(c->arena, name) : NULL;

    if (copy != NULL)
        all->name[all->count++] = copy;
}

static void
offer_views(struct checker *c, struct candidates *all)
{
    static const char *const view[] = {"own", "counterparty"};
    char text[64];

    for (unsigned v = 0; v < 2; v++)
        for (unsigned f = TXN_O_ACCOUNT; f < TXN_B_ACCOUNT; f++) {
            (void)snprintf(text, sizeof text, "%s%s", view[v], strchr(txn_fields[f].name, '.'));
            offer(c, all, bytes_of(text));
        }
    offer(c, all, bytes_of("direction"));
}

static void
gather(struct checker *c, struct candidates *all)
{
    all->count = 0;
    if (c->env != NULL && c->env->macro != NULL)
        for (size_t i = 0; i < c->env->macro->arg_count; i++)
            offer(c, all, c->env->macro->args[i]);
    if (sees_fields(c)) {
        for (size_t i = 0; i < c->scope->field_count; i++)
            offer(c, all, bytes_of(c->scope->fields[i].name));
        if (c->scope->own)
            offer_views(c, all);
    }
    if (sees_measures(c))
        for (size_t i = 0; i < c->scope->measure_count; i++)
            offer(c, all, c->scope->measures[i].name);
    for (size_t i = 0; i < c->scope->name_count; i++)
        if (c->scope->names[i].kind == NAME_MACRO)
            offer(c, all, c->scope->names[i].name);
}

void
check_help_measures(struct checker *c, struct diag *d)
{
    char text[600];
    size_t size = 0, i;

    for (i = 0; i < c->scope->measure_count && size + 80 < sizeof text; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s", i == 0 ? "" : ", ",
            (int)(c->scope->measures[i].name.size < 64 ? c->scope->measures[i].name.size : 64),
            c->scope->measures[i].name.at);
    if (size > 0)
        check_help(c, d, "the measures of this rule are: %s", text);
}

/* A measure may use those above it; one that stands further down is said to. */
static bool
tell_later_measure(struct checker *c, const struct node *n)
{
    const struct yaml_node *all = c->scope->measure_block;
    struct diag *d;

    if (c->scope->place != PLACE_MEASURE || all == NULL || all->kind != YAML_MAP)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (bytes_equal(all->entry[i].key, n->name)) {
            d = check_say(c, "R401", expr_span(n),
                "the measure `%s` is not known yet at this place", check_quote(n->name).text);
            check_label(c, d, "a measure can only use those above it");
            if (d != NULL)
                diag_mark(c->ds, d, all->entry[i].key_at, "it stands here; move it up");
            return true;
        }
    return false;
}

void
check_unknown(struct checker *c, const struct node *n, bool text)
{
    struct candidates all;
    bool fields = sees_fields(c);
    struct diag *d;

    if (tell_later_measure(c, n))
        return;
    d = check_say(c, "R401", expr_span(n), "there is no %s called `%s`",
        fields ? "field" : "measure", check_quote(n->name).text);

    gather(c, &all);
    check_suggest(c, d, n->name, all.name, all.count);
    if (text)
        check_help(
            c, d, "if a text is meant, write it in quotes: \"%s\"", check_quote(n->name).text);
    if (fields)
        check_help(
            c, d, "`weir fields` lists all %zu fields of this installation", c->scope->field_count);
    else
        check_help_measures(c, d);
}

/* --- fields --- */

static bool
in_euro(unsigned field)
{
    return field == TXN_AMOUNT_EUR || field == TXN_O_BALANCE_EUR || field == TXN_B_BALANCE_EUR;
}

/* A field where none may stand; says so. */
static const struct term *
field_out_of_place(struct checker *c, const struct node *n)
{
    const char *place = c->scope->place_name == NULL ? "this place" : c->scope->place_name;
    struct phrase text = check_source(n), kept = text;
    struct diag *d;

    if (is_word(n->name, "amount")) /* which no aggregate takes */
        kept = check_quote(bytes_of("amount_eur"));
    if (c->scope->place == PLACE_MEASURE) {
        d = check_say(c, "R422", expr_span(n),
            "`%s` is a field of one transaction, and a measure speaks of many", text.text);
        check_label(c, d, "which of them?");
        check_help(c, d, "collect it, such as `last(%s)` or `distinct(%s)`", kept.text, kept.text);
        return NULL;
    }
    d = check_say(c, "R422", expr_span(n),
        "`%s` is a field of one transaction, and `%s` speaks of what was measured", text.text,
        place);
    check_label(c, d, "not a measure");
    if (c->scope->fixed) {
        check_help(c, d, "test it in `when`");
        check_help_measures(c, d);
        return NULL;
    }
    check_help(c, d,
        "test it in `when`, or measure it, such as  newest: last(%s)  under `measure:`", kept.text);
    return NULL;
}

static const struct term *
field_term(struct checker *c, const struct node *n, uint32_t index, uint8_t view)
{
    struct term *t;

    if (!sees_fields(c) || (c->scope->place == PLACE_MEASURE && c->inside == NULL))
        return field_out_of_place(c, n);
    t = check_term_new(c, OP_FIELD, c->scope->fields[index].type, n, 0);
    if (t == NULL)
        return NULL;
    t->index = index;
    t->view = view;
    t->row_time = index == TXN_TIME;
    t->own_money = t->type == TYPE_MONEY && !in_euro(index);
    t->currency = t->type == TYPE_MONEY && in_euro(index) ? EUR : 0;
    return t;
}

/* own, counterparty and direction where there is no account view. */
static const struct term *
no_view(struct checker *c, const struct node *n)
{
    struct bytes rest;
    uint8_t view;
    uint32_t index;
    bool good = find_view(n->name, &view, &rest) && find_party_field(rest, &index);
    struct diag *d = check_say(c, "R423", expr_span(n),
        "`%s` exists only in rules that look at each account by itself", check_source(n).text);

    check_label(c, d, "whose side is meant?");
    if (good)
        check_help(c, d, "write `originator.%.*s` or `beneficiary.%.*s`", (int)rest.size, rest.at,
            (int)rest.size, rest.at);
    check_help(c, d, "or let the rule look at each account, with  per: own.account");
    return NULL;
}

static const struct term *
view_term(struct checker *c, const struct node *n)
{
    struct bytes rest;
    uint8_t view;
    uint32_t index;
    struct term *t;

    if (!c->scope->own)
        return no_view(c, n);
    if (find_view(n->name, &view, &rest)) {
        if (find_party_field(rest, &index))
            return field_term(c, n, index, view);
        check_unknown(c, n, false);
        return NULL;
    }
    if (!is_word(n->name, "direction")) {
        check_unknown(c, n, false);
        return NULL;
    }
    if (!sees_fields(c) || (c->scope->place == PLACE_MEASURE && c->inside == NULL))
        return field_out_of_place(c, n);
    t = check_term_new(c, OP_DIRECTION, TYPE_DIRECTION, n, 0);
    return t;
}

/* --- measures --- */

static const struct term *
measure_term(struct checker *c, const struct node *n, const struct measure_name *m, uint32_t slot)
{
    struct term *t;
    struct diag *d;

    if (!sees_measures(c)) {
        d = check_say(c, "R426", expr_span(n),
            "`%s` is a measure of this rule and is not known here", check_source(n).text);
        check_label(c, d, "known only after transactions were collected");
        check_help(c, d, "test measures in `alert_if`");
        return NULL;
    }
    t = check_term_new(c, OP_MEASURE, m->type, n, 0);
    if (t == NULL)
        return NULL;
    t->index = slot;
    t->name = m->name;
    t->percent = m->percent;
    t->currency = m->currency;
    return t;
}

const struct term *
check_measure(struct checker *c, const struct node *n, struct bytes name)
{
    uint32_t slot;
    const struct measure_name *m = find_measure(c->scope, name, &slot);

    return m == NULL ? NULL : measure_term(c, n, m, slot);
}

static const struct term *
about_term(struct checker *c, const struct node *n)
{
    return check_term_new(c, OP_ABOUT, c->scope->about_type, n, 0);
}

/* --- documents --- */

static const char *
kind_word(enum name_kind kind)
{
    switch (kind) {
    case NAME_LIST:
        return "list";
    case NAME_TABLE:
        return "table";
    case NAME_WATCHLIST:
        return "watchlist";
    case NAME_MACRO:
        return "macro";
    case NAME_RULE:
        return "rule";
    case NAME_NONE:
        break;
    }
    return "document";
}

/* A document used as what it is not. */
static void
wrong_kind(struct checker *c, struct span at, const struct named *m)
{
    struct phrase text = check_quote(m->name);
    struct diag *d = check_say(c, "R409", at, "`%s` is a %s", text.text, kind_word(m->kind));
    switch (m->kind) {
    case NAME_LIST:
        check_label(c, d, "lists are asked with `in`: ... in %s", text.text);
        break;
    case NAME_TABLE:
        check_label(c, d, "tables are read with `lookup(%s, ...)`", text.text);
        break;
    case NAME_WATCHLIST:
        check_label(c, d, "watchlists are asked with `on`: ... on %s", text.text);
        break;
    case NAME_MACRO:
        check_label(c, d, "macros are used by their name alone");
        break;
    case NAME_RULE:
    case NAME_NONE:
        check_label(c, d, "it cannot be used in an expression");
        break;
    }
}

const struct named *
check_named(struct checker *c, const struct node *n, struct bytes name, uint32_t name_from,
    enum name_kind kind)
{
    struct span at = yaml_span(n->scalar, name_from, name.size);
    const struct node *arg = check_macro_arg(c->env, name);
    const struct named *m;
    struct candidates all = {.count = 0};
    struct diag *d;

    if (arg != NULL && arg->kind == NODE_PATH) {
        const struct env *env = c->env;

        c->env = env->outer;
        m = check_named(c, arg, arg->name, arg->from, kind);
        c->env = env;
        return m;
    }
    m = check_find(c->scope, name);
    if (m != NULL && m->kind == kind)
        return m;
    if (m != NULL) {
        wrong_kind(c, at, m);
        return NULL;
    }
    d = check_say(
        c, "R403", at, "there is no %s called `%s`", kind_word(kind), check_quote(name).text);
    for (size_t i = 0; i < c->scope->name_count; i++)
        if (c->scope->names[i].kind == kind)
            offer(c, &all, c->scope->names[i].name);
    check_suggest(c, d, name, all.name, all.count);
    return NULL;
}

/* --- macros --- */

/* The body in its own environment; faults are told the first time only. */
static const struct term *
expand(struct checker *c, const struct node *n, struct macro *m, const struct term *like)
{
    struct env inner = {.macro = m, .args = n->first, .outer = c->env};
    const struct env *env = c->env;
    size_t errors = c->errors;
    const struct term *t;
    bool quiet = m->said;

    m->open = true;
    c->quiet += quiet;
    c->env = &inner;
    t = like == NULL ? check_node(c, m->body->root) : check_like(c, m->body->root, like);
    c->env = env;
    c->quiet -= quiet;
    m->open = false;
    m->said = m->said || c->errors > errors;
    return m->body->mixed ? NULL : t;
}

const struct term *
check_macro(
    struct checker *c, const struct node *n, const struct named *named, const struct term *like)
{
    struct macro *m = named->macro;
    struct diag *d;

    if (m == NULL || m->body == NULL)
        return NULL;
    if (m->open) {
        d = check_say(c, "R418", expr_span(n), "the macro `%s` uses itself in a circle",
            check_quote(named->name).text);
        check_label(c, d, "leads back to where it began");
        return NULL;
    }
    if (n->count != m->arg_count || n->where != NULL) {
        d = check_say(c, "R404", expr_span(n), "the macro `%s` takes %zu %s",
            check_quote(named->name).text, m->arg_count,
            m->arg_count == 1 ? "argument" : "arguments");
        check_label(c, d, "here are %u", n->count);
        return NULL;
    }
    return expand(c, n, m, like);
}

/* --- paths and parameters --- */

static const struct term *
document_path(struct checker *c, const struct node *n, const struct named *m)
{
    if (m->kind == NAME_MACRO)
        return check_macro(c, n, m, NULL);
    wrong_kind(c, expr_span(n), m);
    return NULL;
}

const struct term *
check_path(struct checker *c, const struct node *n)
{
    const struct env *env = c->env;
    const struct node *arg = check_macro_arg(env, n->name);
    const struct measure_name *measure;
    const struct term *t;
    const struct named *m;
    uint32_t index;
    uint8_t view;
    struct bytes rest;

    if (arg != NULL) {
        c->env = env->outer;
        t = check_node(c, arg);
        c->env = env;
        return t;
    }
    if (is_word(n->name, "about") && c->scope->place == PLACE_EXCEPT_ALERT)
        return about_term(c, n);
    measure = find_measure(c->scope, n->name, &index);
    if (measure != NULL)
        return measure_term(c, n, measure, index);
    if (find_field(c->scope, n->name, &index))
        return field_term(c, n, index, VIEW_FIELD);
    if (find_view(n->name, &view, &rest) || is_word(n->name, "direction") ||
        is_word(n->name, "own") || is_word(n->name, "counterparty"))
        return view_term(c, n);
    m = check_find(c->scope, n->name);
    if (m != NULL)
        return document_path(c, n, m);
    if (begins(n->name, "hit.", &rest)) {
        (void)check_say(c, "R424", expr_span(n),
            "`%s` cannot be used in expressions yet; `say` knows {hit.watchlist}",
            check_source(n).text);
        return NULL;
    }
    check_unknown(c, n, false);
    return NULL;
}

static struct parameter *
find_parameter(struct checker *c, const struct node *n)
{
    struct candidates all = {.count = 0};
    struct diag *d;

    for (size_t i = 0; i < c->scope->parameter_count; i++)
        if (bytes_equal(c->scope->parameters[i].name, n->name))
            return &c->scope->parameters[i];
    d = check_say(
        c, "R403", expr_span(n), "there is no parameter called `%s`", check_source(n).text);
    for (size_t i = 0; i < c->scope->parameter_count; i++) {
        struct bytes name = c->scope->parameters[i].name;
        char text[70];

        (void)snprintf(text, sizeof text, "$%.*s", (int)(name.size < 64 ? name.size : 64), name.at);
        offer(c, &all, bytes_of(text));
    }
    check_suggest(c, d, (struct bytes){n->name.at - 1, n->name.size + 1}, all.name, all.count);
    if (all.count == 0)
        check_help(c, d,
            "this rule has no parameters; add  parameters: {%s: {default: 5, "
            "range: [1, 10]}}",
            check_quote(n->name).text);
    return NULL;
}

const struct term *
check_parameter(struct checker *c, const struct node *n, const struct term *like)
{
    static const struct term text = {.type = TYPE_TEXT};
    struct parameter *p = find_parameter(c, n);
    struct term *t;

    if (p == NULL)
        return NULL;
    p->used = true;
    if (!p->value.set)
        return NULL; /* it was said where it is declared */
    if (p->value.type == TYPE_TEXT)
        return check_word(c, n, p->value.text, true, like == NULL ? &text : like);
    t = check_term_new(c, OP_CONST, (enum type)p->value.type, n, 0);
    if (t == NULL)
        return NULL;
    t->value = p->value;
    t->percent = p->percent;
    t->currency = p->value.currency;
    return t;
}
