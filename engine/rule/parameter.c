/*
 * parameter - the named numbers of a rule: default, range or choices, step.
 */
#include <stdio.h>

#include "rule/expr.h"
#include "rule/loader.h"
#include "rule/vary.h"

enum { PARAMETERS_MAX = 64, CHOICES_MAX = 64 };

/* A literal, or a bare word taken as text. */
static bool
read_literal(struct rule_making *rm, const struct yaml_node *n, struct value *out, bool *percent)
{
    struct diag *d;

    *percent = false;
    if (n->kind == YAML_SCALAR && expr_literal(n, out, percent))
        return true;
    if (n->kind == YAML_SCALAR && scalar_snake(n->text)) {
        *out = value_text(TYPE_TEXT, n->text);
        return true;
    }
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R217", n->at, "this is no value a parameter can have");
    diag_label(rm->ld->ds, d, "a number, percent, amount, time span, day or word");
    diag_help(rm->ld->ds, d, "for example  5   80%%   1500 EUR   7d   2026-03-01");
    return false;
}

/* "money in USD", "a number in percent"; in `room`. */
static const char *
type_words(struct value v, bool percent, char room[static 40])
{
    char code[4] = "";

    if (v.type == TYPE_MONEY)
        (void)snprintf(room, 40, "money in %s", word_name(TYPE_CURRENCY, v.currency, code));
    else
        (void)snprintf(
            room, 40, "%s%s", type_name((enum type)v.type), percent ? " in percent" : "");
    return room;
}

/* A further value of the parameter must be of the default's type and currency. */
static bool
read_like(struct rule_making *rm, const struct yaml_node *n, struct span model,
    const struct parameter *p, struct value *out)
{
    char room[40];
    bool percent;
    struct diag *d;

    if (!read_literal(rm, n, out, &percent))
        return false;
    if (out->type == p->value.type && out->currency == p->value.currency &&
        (percent == p->percent || out->num == 0))
        return true;
    d = diag_add(
        rm->ld->ds, DIAG_ERROR, "R406", n->at, "the values of a parameter are all of one type");
    diag_label(rm->ld->ds, d, "this is %s", type_words(*out, percent, room));
    diag_mark(rm->ld->ds, d, model, "the default is %s", type_words(p->value, p->percent, room));
    return false;
}

static bool
less(struct value a, struct value b)
{
    bool overflow = false;

    return value_compare(a, b, &overflow) < 0 && !overflow;
}

static bool
read_range(struct rule_making *rm, const struct yaml_node *n, const struct yaml_node *model,
    struct parameter *p)
{
    struct value low, high;
    struct diag *d;

    if (n->count != 2) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R218", n->at,
            "a range has two ends, the smallest and the largest allowed value");
        diag_help(rm->ld->ds, d, "for example  range: [3, 20]");
        return false;
    }
    if (type_is_text((enum type)p->value.type)) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R218", n->at, "words have no range");
        diag_help(rm->ld->ds, d, "list the allowed ones:  choices: [one, two]");
        return false;
    }
    if (!read_like(rm, n->entry[0].value, model->at, p, &low) ||
        !read_like(rm, n->entry[1].value, model->at, p, &high))
        return false;
    if (less(high, low)) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R218", n->at, "this range ends before it begins");
        diag_label(rm->ld->ds, d, "put the smaller value first");
        return false;
    }
    p->low = low;
    p->high = high;
    p->range_at = n->at;
    if (!less(p->value, low) && !less(high, p->value))
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R219", model->at, "the default is outside of the range");
    diag_label(rm->ld->ds, d, "%s", less(p->value, low) ? "too small" : "too large");
    diag_mark(rm->ld->ds, d, n->at, "allowed values");
    return false;
}

static bool
same(struct value a, struct value b)
{
    bool overflow = false;

    if (type_is_text((enum type)a.type))
        return bytes_equal(a.text, b.text);
    return value_compare(a, b, &overflow) == 0 && !overflow;
}

static bool
read_choices(struct rule_making *rm, const struct yaml_node *n, const struct yaml_node *model,
    struct parameter *p)
{
    struct value *choice;
    struct diag *d;
    bool found = false;

    if (n->count == 0 || n->count > CHOICES_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R218", n->at, "between 1 and %d choices are possible",
            CHOICES_MAX);
        return false;
    }
    choice = arena_take(rm->ld->a, n->count, sizeof *choice);
    if (choice == NULL) {
        rm->ld->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < n->count; i++) {
        if (!read_like(rm, n->entry[i].value, model->at, p, &choice[i]))
            return false;
        found = found || same(choice[i], p->value);
    }
    p->choices = choice;
    p->choice_count = n->count;
    if (found)
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R219", model->at, "the default is not among the choices");
    diag_label(rm->ld->ds, d, "not allowed");
    diag_mark(rm->ld->ds, d, n->at, "allowed values");
    return false;
}

static bool
read_bounds(struct rule_making *rm, const struct yaml_entry *e, const struct yaml_node *model,
    struct parameter *p)
{
    const struct yaml_node *range = document_list(e->value, "range");
    const struct yaml_node *choices = document_list(e->value, "choices");
    const struct yaml_node *step = document_scalar(e->value, "step");
    struct diag *d;

    if (document_entry(e->value, "range") == NULL && document_entry(e->value, "choices") == NULL) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R201", e->key_at,
            "a parameter needs the key `range` or `choices`");
        diag_label(rm->ld->ds, d, "which values are allowed?");
        diag_help(rm->ld->ds, d, "for example  range: [3, 20]");
        return false;
    }
    if (range != NULL && choices != NULL) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R215", e->key_at,
            "a parameter has a range or choices, not both");
        diag_label(rm->ld->ds, d, "leave one of them out");
        return false;
    }
    if (step != NULL && !read_like(rm, step, model->at, p, &p->step))
        return false;
    if (range != NULL)
        return read_range(rm, range, model, p);
    return choices != NULL && read_choices(rm, choices, model, p);
}

static bool
read_one(struct rule_making *rm, const struct yaml_entry *e, struct parameter *p)
{
    const struct yaml_node *model;
    struct diag *d;

    if (!scalar_snake(e->key)) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R206", e->key_at, "`%.*s` cannot name a parameter",
            QUOTE(e->key));
        diag_label(rm->ld->ds, d, "use small letters, digits and single `_` between them");
        return false;
    }
    if (!rule_own_name(rm, e, "a parameter"))
        return false;
    if (e->value == NULL || e->value->kind != YAML_MAP) {
        d = diag_add(
            rm->ld->ds, DIAG_ERROR, "R204", e->key_at, "a parameter has a default and a range");
        diag_help(rm->ld->ds, d, "write  %.*s: {default: 5, range: [3, 20]}", QUOTE(e->key));
        return false;
    }
    (void)document_check(rm->ld->ds, BLOCK_PARAMETER, e->value, e->key_at);
    model = document_scalar(e->value, "default");
    *p = (struct parameter){.name = e->key, .at = e->key_at};
    return model != NULL && read_literal(rm, model, &p->value, &p->percent) &&
           read_bounds(rm, e, model, p);
}

static bool
allowed(const struct parameter *p, struct value v)
{
    if (p->choice_count == 0)
        return !p->low.set || (!less(v, p->low) && !less(p->high, v));
    for (size_t i = 0; i < p->choice_count; i++)
        if (same(p->choices[i], v))
            return true;
    return false;
}

bool
parameter_read(
    struct rule_making *rm, const struct parameter *p, const struct yaml_node *n, struct value *out)
{
    struct diag *d;

    if (n == NULL || !read_like(rm, n, p->at, p, out))
        return false;
    if (allowed(p, *out))
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R219", n->at, "the value is %s",
        p->choice_count > 0 ? "not among the choices" : "outside of the range");
    diag_label(rm->ld->ds, d, "not allowed");
    diag_mark(rm->ld->ds, d, p->at, "the parameter");
    return false;
}

/* The values of a test, and the one that the boundary check moved. */
static void
vary(struct rule_making *rm, struct parameter *p)
{
    const struct variation *v = rm->ld->vary;
    struct value given;

    if (v == NULL || rm->doc != rm->ld->varied)
        return;
    if (bytes_equal(v->parameter, p->name))
        p->value = v->value;
    for (size_t i = 0; v->with != NULL && i < v->with->count; i++)
        if (bytes_equal(v->with->entry[i].key, p->name) &&
            parameter_read(rm, p, v->with->entry[i].value, &given))
            p->value = given;
}

void
parameter_load(struct rule_making *rm)
{
    const struct yaml_node *map = document_map(rm->map, "parameters");

    if (map == NULL)
        return;
    if (map->count > PARAMETERS_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R512", map->entry[PARAMETERS_MAX].key_at,
            "a rule has at most %d parameters", PARAMETERS_MAX);
        return;
    }
    rm->parameters = arena_take(rm->ld->a, map->count + 1, sizeof *rm->parameters);
    if (rm->parameters == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct parameter *p = &rm->parameters[rm->parameter_count];

        if (read_one(rm, &map->entry[i], p)) {
            vary(rm, p);
            rm->parameter_count++;
        } else {
            rule_break(rm, map->entry[i].key);
        }
    }
    if (!rm->ld->env->as_written)
        override_apply(rm);
}
