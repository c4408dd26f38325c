/*
 * override - dated, approved values for parameters, in documents of their own.
 */
#include "rule/loader.h"

/* From which day to which, both ends included. */
struct term {
    int64_t from, until;
};

static struct term
term_of(struct loader *ld, const struct yaml_node *map, bool *good)
{
    const struct yaml_node *from = document_scalar(map, "from");
    const struct yaml_node *until = document_scalar(map, "until");
    struct term t = {INT64_MIN, INT64_MAX};
    struct diag *d;

    if ((from != NULL && !scalar_date(ld, from, "`from`", &t.from)) ||
        (until != NULL && !scalar_date(ld, until, "`until`", &t.until))) {
        *good = false;
    } else if (from != NULL && until != NULL && t.from > t.until) {
        d = diag_add(
            ld->ds, DIAG_ERROR, "R256", until->at, "these overrides end before they begin");
        diag_label(ld->ds, d, "last day");
        diag_mark(ld->ds, d, from->at, "first day");
        *good = false;
    }
    return t;
}

static void
tell_no_parameter(struct loader *ld, const struct document *rule, const struct yaml_entry *e)
{
    const struct yaml_node *map = document_map(rule->map, "parameters");
    const char *names[64];
    char room[160];
    size_t count = 0;
    const char *best;
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R403", e->key_at,
        "the rule `%.*s` has no parameter called `%.*s`", QUOTE(rule->name), QUOTE(e->key));

    for (size_t i = 0; map != NULL && i < map->count && count < 64; i++)
        if ((names[count] = arena_copy(ld->a, map->entry[i].key)) != NULL)
            count++;
    best = document_suggest(e->key, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
}

/* The rules and parameters named are there; what their values may be is checked with the rule. */
static bool
check_values(struct loader *ld, const struct yaml_node *parameters)
{
    bool good = true;

    for (size_t i = 0; parameters != NULL && i < parameters->count; i++) {
        const struct yaml_entry *e = &parameters->entry[i];
        const struct document *rule = loader_rule_document(ld, e->key, e->key_at, "parameters");
        struct diag *d;

        if (rule == NULL) {
            good = false;
        } else if (e->value == NULL || e->value->kind != YAML_MAP) {
            d = diag_add(ld->ds, DIAG_ERROR, "R204", e->key_at,
                "overrides of a rule are keys with values: its parameters");
            diag_help(ld->ds, d, "for example  %.*s: {min_senders: 6}", QUOTE(e->key));
            good = false;
        } else {
            for (size_t k = 0; k < e->value->count; k++)
                if (document_entry_of(
                        document_map(rule->map, "parameters"), e->value->entry[k].key) == NULL) {
                    tell_no_parameter(ld, rule, &e->value->entry[k]);
                    good = false;
                }
        }
    }
    return good;
}

void
override_check(struct loader *ld)
{
    for (size_t i = 0; i < ld->doc_count; i++) {
        struct document *doc = &ld->doc[i];
        bool good = true;

        if (doc->kind != BLOCK_OVERRIDES || doc->quiet)
            continue;
        (void)document_check(ld->ds, BLOCK_OVERRIDES, doc->map, doc->name_at->at);
        (void)term_of(ld, doc->map, &good);
        doc->failed = !check_values(ld, document_map(doc->map, "parameters")) || !good;
    }
}

/* ---- one rule --------------------------------------------------------------------- */

/* What a document gives a parameter of this rule, or NULL. */
static const struct yaml_entry *
value_for(const struct document *doc, const struct rule *rule, struct bytes parameter)
{
    const struct yaml_entry *of;

    if (doc->kind != BLOCK_OVERRIDES || doc->quiet || doc->failed)
        return NULL;
    of = document_entry_of(document_map(doc->map, "parameters"), rule->name);
    return of == NULL ? NULL : document_entry_of(of->value, parameter);
}

static bool
overlap(struct term a, struct term b)
{
    return a.from <= b.until && b.from <= a.until;
}

static void
tell_twice(struct loader *ld, const struct yaml_entry *first, const struct yaml_entry *second)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R255", second->key_at,
        "two overrides give `%.*s` a value on the same day", QUOTE(second->key));

    diag_label(ld->ds, d, "second one");
    diag_mark(ld->ds, d, first->key_at, "first one");
    diag_help(ld->ds, d, "let one end (`until`) before the other begins (`from`)");
}

/* No two documents speak of one parameter for the same day; false after a message. */
static bool
alone(struct rule_making *rm, const struct parameter *p, size_t doc, const struct yaml_entry *e)
{
    struct loader *ld = rm->ld;
    bool good = true;
    struct term mine = term_of(ld, ld->doc[doc].map, &good);

    for (size_t i = 0; i < doc; i++) {
        const struct yaml_entry *other = value_for(&ld->doc[i], rm->rule, p->name);

        if (other == NULL || !overlap(mine, term_of(ld, ld->doc[i].map, &good)))
            continue;
        tell_twice(ld, other, e);
        return false;
    }
    return true;
}

/* The override in force on the day of the run; where no day is judged, the one that begins last. */
static void
override_one(struct rule_making *rm, struct parameter *p)
{
    const struct loader *ld = rm->ld;
    int64_t day = ld->env->as_of_day, begins = INT64_MIN;
    struct value in_force = p->value;

    for (size_t i = 0; i < ld->doc_count; i++) {
        const struct yaml_entry *e = value_for(&ld->doc[i], rm->rule, p->name);
        bool good = true;
        struct value value;
        struct term t;

        if (e == NULL || !alone(rm, p, i, e) || !parameter_read(rm, p, e->value, &value))
            continue;
        t = term_of(rm->ld, ld->doc[i].map, &good);
        if (day != INT64_MAX ? day < t.from || day > t.until
                             : p->origin.size > 0 && t.from < begins)
            continue;
        begins = t.from;
        in_force = value;
        p->origin = ld->doc[i].name;
    }
    p->value = in_force;
}

void
override_apply(struct rule_making *rm)
{
    for (size_t i = 0; i < rm->parameter_count; i++)
        override_one(rm, &rm->parameters[i]);
}
