/*
 * window_block - the `window` of a rule: for each what, over which time, counting what.
 */
#include <stdio.h>
#include <string.h>

#include "rule/operator.h"

enum { MEASURES_MAX = 32 };

/* ---- keys -------------------------------------------------------------------- */

static void
tell_no_field(struct rule_making *rm, const struct yaml_node *n)
{
    const struct ruleset *rs = rm->ld->rs;
    const char *names[LIMIT_FIELDS + 2];
    char room[160];
    size_t count = 0;
    const char *best;
    struct diag *d = diag_add(
        rm->ld->ds, DIAG_ERROR, "R401", n->at, "there is no field called `%.*s`", QUOTE(n->text));

    for (; count < rs->field_count; count++)
        names[count] = rs->fields[count].name;
    names[count++] = "own.account";
    names[count++] = "own.customer";
    best = document_suggest(n->text, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(rm->ld->ds, d, "did you mean %s?", best);
    diag_help(
        rm->ld->ds, d, "`weir fields` lists all %zu fields of this installation", rs->field_count);
}

/* Amounts, times and single payments collect nothing: they are no keys. */
static bool
may_key(unsigned field, enum type type)
{
    return field != TXN_ID && type != TYPE_MONEY && type != TYPE_TIME;
}

static bool
read_part(struct rule_making *rm, const struct yaml_node *n, const char *what, struct key_part *out)
{
    int field;
    struct diag *d;

    if (n->kind != YAML_SCALAR)
        return false;
    field = loader_field(rm->ld->rs, n->text, &out->view);
    if (field < 0 || (out->view != 0 && (unsigned)field >= TXN_B_ACCOUNT)) {
        tell_no_field(rm, n);
        return false;
    }
    out->field = (unsigned)field;
    if (may_key(out->field, rm->ld->rs->fields[field].type))
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R224", n->at, "`%.*s` cannot stand under %s",
        QUOTE(n->text), what);
    diag_label(rm->ld->ds, d, "it says nothing about who is meant");
    diag_help(rm->ld->ds, d, "name a party or place, for example  beneficiary.account");
    return false;
}

bool
key_load(struct rule_making *rm, const struct yaml_node *n, const char *what,
    struct key_part *parts, size_t *count)
{
    size_t texts = document_texts(n);
    struct diag *d;

    *count = 0;
    if (texts > KEY_PARTS_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R511", n->at, "%s takes at most %d fields", what,
            KEY_PARTS_MAX);
        return false;
    }
    if (texts == 0 && n->kind == YAML_LIST) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R211", n->at, "%s names no field", what);
        return false;
    }
    for (size_t i = 0; i < texts; i++) {
        const struct yaml_node *text = document_text(n, i);

        if (!read_part(rm, text, what, &parts[i]))
            return false;
        for (size_t k = 0; k < i; k++)
            if (parts[k].field == parts[i].field && parts[k].view == parts[i].view) {
                d = diag_add(
                    rm->ld->ds, DIAG_ERROR, "R225", text->at, "%s names a field twice", what);
                diag_label(rm->ld->ds, d, "leave it out");
                return false;
            }
    }
    *count = texts;
    return texts > 0;
}

/* In the account view every part is seen from it; elsewhere none is. */
static bool
check_views(struct rule_making *rm, const struct yaml_node *per)
{
    bool own = rm->rule->per[0].view == 1;

    for (size_t i = 0; i < rm->rule->per_count; i++)
        if (!own && rm->rule->per[i].view != 0) {
            struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "R226", document_text(per, i)->at,
                "a key in the account view begins with an `own.` field");

            diag_label(rm->ld->ds, d, "put an `own.` field first");
            return false;
        }
    rm->rule->own = own;
    return true;
}

void
operator_key(struct rule_making *rm, const struct yaml_entry *per)
{
    char what[LOADER_NAME_MAX];
    struct key_part *parts;
    size_t count;

    if (per == NULL)
        return;
    parts = arena_take(rm->ld->a, KEY_PARTS_MAX, sizeof *parts);
    if (parts == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    (void)snprintf(what, sizeof what, "`%.*s`", QUOTE(per->key));
    if (!key_load(rm, per->value, what, parts, &count)) {
        /* Whether it is the account view is still known, so that `own.` is not told too. */
        rm->rule->own = document_texts(per->value) > 0 &&
                        document_text(per->value, 0)->text.size > 4 &&
                        memcmp(document_text(per->value, 0)->text.at, "own.", 4) == 0;
        return;
    }
    rm->rule->per = parts;
    rm->rule->per_count = count;
    rm->rule->about = parts;
    rm->rule->about_count = count;
    (void)check_views(rm, per->value);
}

/* ---- span ---------------------------------------------------------------------- */

void
window_span(struct rule_making *rm, const struct yaml_node *n, const char *what)
{
    struct window_spec *spec = &rm->rule->window;

    spec->period = WINDOW_SPAN;
    spec->zone = rm->ld->rs->zone;
    spec->week_starts = rm->ld->rs->week_starts;
    if (!rule_span(rm, n, what, &spec->span_us))
        return;
    rm->rule->span_us = spec->span_us;
    if (spec->span_us > 400 * DAY_US)
        diag_add(rm->ld->ds, DIAG_ERROR, "R513", n->at, "a window spans at most 400 days");
}

static void
load_over(struct rule_making *rm, const struct yaml_node *n)
{
    static const char *const periods[] = {"day", "week", "month"};
    static const int64_t longest[] = {2 * DAY_US, 8 * DAY_US, 32 * DAY_US}; /* clocks go back */
    struct window_spec *spec = &rm->rule->window;

    if (n == NULL)
        return;
    spec->zone = rm->ld->rs->zone;
    spec->week_starts = rm->ld->rs->week_starts;
    for (int i = 0; i < 3; i++)
        if (bytes_equal(n->text, bytes_of(periods[i]))) {
            spec->period = (enum window_period)(WINDOW_DAY + i);
            rm->rule->span_us = longest[i];
            return;
        }
    window_span(rm, n, "`over`");
}

/* ---- measures -------------------------------------------------------------------- */

bool
measure_named(struct rule_making *rm, const struct yaml_entry *e)
{
    const char *taken = loader_taken(rm->ld->rs, e->key);
    struct diag *d;

    if (!scalar_snake(e->key)) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R206", e->key_at, "`%.*s` cannot name a measure",
            QUOTE(e->key));
        diag_label(rm->ld->ds, d, "use small letters, digits and single `_` between them");
        return false;
    }
    for (size_t i = 0; i < rm->measure_count; i++)
        if (bytes_equal(rm->measure_names[i].name, e->key))
            taken = "a measure of this rule already";
    if (taken == NULL)
        return rule_own_name(rm, e, "a measure");
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R207", e->key_at,
        "`%.*s` is %s, so it cannot name a measure", QUOTE(e->key), taken);
    diag_label(rm->ld->ds, d, "choose another name");
    return false;
}

static bool
load_measure(struct rule_making *rm, const struct yaml_entry *e)
{
    struct measure *m = &rm->measures[rm->measure_count];
    bool good = measure_named(rm, e);

    if (e->value == NULL || e->value->kind != YAML_SCALAR || e->value->text.size == 0) {
        struct diag *d =
            diag_add(rm->ld->ds, DIAG_ERROR, "R204", e->key_at, "a measure takes an expression");

        diag_help(rm->ld->ds, d, "for example  %.*s: count()", QUOTE(e->key));
        return false;
    }
    m->program = rule_program(rm, e->value, PLACE_MEASURE, "measure", TYPE_NONE);
    if (m->program == NULL || !good)
        return false;
    m->name = (struct measure_name){.name = e->key,
        .at = e->key_at,
        .type = program_type(m->program),
        .percent = program_percent(m->program),
        .currency = program_currency(m->program),
        .counted = program_counted(m->program),
        .portion = program_portion(m->program)};
    rm->measure_names[rm->measure_count++] = m->name;
    return true;
}

bool
window_room(struct rule_making *rm)
{
    rm->measures = arena_take(rm->ld->a, RULE_MEASURES_MAX, sizeof *rm->measures);
    rm->measure_names = arena_take(rm->ld->a, RULE_MEASURES_MAX, sizeof *rm->measure_names);
    if (rm->measures != NULL && rm->measure_names != NULL)
        return true;
    rm->ld->no_memory = true;
    return false;
}

static void
load_measures(struct rule_making *rm, const struct yaml_node *map)
{
    if (rm->measure_count + map->count == 0 || map->count > MEASURES_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R512", map->at, "%s has between 1 and %d measures",
            operator_of(rm->rule->op)->noun, MEASURES_MAX);
        return;
    }
    for (size_t i = 0; i < map->count; i++)
        if (!load_measure(rm, &map->entry[i]))
            rule_break(rm, map->entry[i].key);
}

/* The window is told what each aggregate takes in. */
static void
fill_aggregates(struct rule_making *rm, const struct yaml_node *map)
{
    const struct aggregates *aggs = &rm->rule->aggregates;
    struct window_aggregate *spec;

    if (aggs->count > WINDOW_AGGREGATES_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R512", map->at,
            "a window counts at most %d different things", WINDOW_AGGREGATES_MAX);
        return;
    }
    spec = arena_take(rm->ld->a, aggs->count + 1, sizeof *spec);
    if (spec == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (uint32_t i = 0; i < aggs->count; i++)
        spec[i] = (struct window_aggregate){.function = (enum window_function)aggs->at[i].function,
            .type = aggs->at[i].type,
            .currency = aggs->at[i].currency};
    rm->rule->window.aggregate = spec;
    rm->rule->window.count = aggs->count;
}

void
window_measures(struct rule_making *rm, const struct yaml_node *map)
{
    rm->measure_block = map;
    load_measures(rm, map);
    fill_aggregates(rm, map);
    rm->rule->measures = rm->measures;
    rm->rule->measure_count = rm->measure_count;
}

void
window_load(struct rule_making *rm, const struct yaml_entry *e)
{
    const struct yaml_node *measure;

    load_over(rm, document_scalar(e->value, "over"));
    measure = document_map(e->value, "measure");
    rm->blind = measure == NULL || measure->count == 0 || measure->count > MEASURES_MAX;
    if (measure != NULL && window_room(rm))
        window_measures(rm, measure);
}

void
window_hash(const struct rule *r, struct buf *out)
{
    buf_print(out, "over %d %lld\n", (int)r->window.period, (long long)r->window.span_us);
}
