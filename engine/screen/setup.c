#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/sha256.h"
#include "ingest/legal_form.h"
#include "screen/run.h"
#include "text/diag.h"

enum { PATH_ROOM = 4096 };

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory while loading");
}

/* The words that tell a business from a person lie beside the rules. */
static enum weir_status
load_forms(struct run *run, struct weir_err *err)
{
    char path[PATH_ROOM];

    for (size_t i = 0; i < run->spec->rule_count; i++) {
        (void)snprintf(path, sizeof path, "%s/data/legal_forms.csv", run->spec->rules[i]);
        if (file_exists(path))
            return legal_forms_load(path, &run->forms, err);
    }
    return WEIR_OK;
}

enum weir_status
setup_load(struct run *run, struct diags *ds, struct weir_err *err)
{
    const struct screen_spec *spec = run->spec;
    struct rules_env rules_env = {.as_of_day = spec->as_of_day};
    enum weir_status st;

    arena_init(&run->arena, 0, "run");
    st = ruleset_load(spec->rules, spec->rule_count, &rules_env, ds, &run->rules, err);
    if (st != WEIR_OK)
        return st;
    if (!mappings_extra(&run->arena, run->rules->fields + TXN_FIELD_COUNT,
            (uint32_t)(run->rules->field_count - TXN_FIELD_COUNT), &run->mappings))
        return out_of_memory(err);
    for (size_t i = 0; i < spec->mapping_count; i++)
        if (!mappings_load(&run->arena, ds, spec->mappings[i], &run->mappings))
            return out_of_memory(err);
    if (diags_errors(ds) > 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "E510",
            "%zu error%s in rules, lists or mappings; nothing was read", diags_errors(ds),
            diags_errors(ds) == 1 ? "" : "s");
    if (spec->rates != NULL && (st = rates_load(spec->rates, &run->rates, err)) != WEIR_OK)
        return st;
    if ((st = load_forms(run, err)) != WEIR_OK)
        return st;
    run->env = (struct normalise_env){.rates = run->rates,
        .forms = run->forms,
        .pack_zone = run->rules->zone,
        .extra = run->rules->fields + TXN_FIELD_COUNT,
        .extra_count = (uint32_t)(run->rules->field_count - TXN_FIELD_COUNT),
        .as_of_day = spec->as_of_day};
    return WEIR_OK;
}

/* Fields some usable input supplies. */
static uint64_t
fields_mapped(const struct inputs *in)
{
    uint64_t fields = 0;

    for (size_t i = 0; i < in->count; i++)
        if (!in->at[i].aside)
            fields |= mapping_fields(in->at[i].mapping);
    return fields;
}

static const char *
why_not(const struct rule *rule, const struct inputs *in, uint64_t mapped)
{
    switch (rule->status) {
    case RULE_DRAFT:
        return "its status is draft: it runs in tests only";
    case RULE_RETIRED:
        return "its status is retired";
    case RULE_SHADOW:
    case RULE_LIVE:
        break;
    }
    if (rule->needs_merged && in->source_count < 2)
        return "it needs the input of several banks";
    if ((rule->needs_fields & ~mapped) != 0)
        return "it needs a field that no mapping of these inputs supplies";
    return NULL;
}

static bool
copy_pairs(struct arena *a, const struct rule *rule, struct alert_rule *out)
{
    struct alert_pair *roles = arena_take(a, rule->role_count + 1, sizeof *roles);
    struct alert_pair *values = arena_take(a, rule->parameter_count + 1, sizeof *values);
    struct alert_pair *overrides = arena_take(a, rule->parameter_count + 1, sizeof *overrides);
    struct buf text = {0};

    if (roles == NULL || values == NULL || overrides == NULL)
        return false;
    for (size_t i = 0; i < rule->role_count; i++)
        roles[i] = (struct alert_pair){rule->roles[i].party, rule->roles[i].is};
    for (size_t i = 0; i < rule->parameter_count; i++) {
        const struct parameter *p = &rule->parameters[i];
        const char *copy;

        text.size = 0;
        value_print(p->value, p->percent, NULL, &text);
        copy = arena_copy(a, buf_bytes(&text));
        if (copy == NULL)
            return false;
        values[i] = (struct alert_pair){p->name, bytes_of(copy)};
        if (p->origin.size > 0)
            overrides[out->override_count++] = (struct alert_pair){p->name, p->origin};
    }
    buf_fini(&text);
    out->overrides = overrides;
    out->roles = roles;
    out->role_count = rule->role_count;
    out->parameters = values;
    out->parameter_count = rule->parameter_count;
    return true;
}

static const uint8_t *
hash_of(const struct named *n)
{
    switch (n->kind) {
    case NAME_LIST:
        return list_hash(n->list);
    case NAME_TABLE:
        return table_hash(n->table);
    case NAME_WATCHLIST:
        return watch_hash(n->watch);
    case NAME_NONE:
    case NAME_MACRO:
    case NAME_RULE:
        break;
    }
    return NULL;
}

/* Every dated list of the pack with its hash: an alert says on which edition it rests. */
static bool
copy_lists(struct run *run, struct alert_pair **out, size_t *count)
{
    struct alert_pair *lists = arena_take(&run->arena, run->rules->name_count + 1, sizeof *lists);

    *count = 0;
    if (lists == NULL)
        return false;
    for (size_t i = 0; i < run->rules->name_count; i++) {
        const uint8_t *hash = hash_of(&run->rules->names[i]);
        char *hex;

        if (hash == NULL)
            continue;
        hex = arena_take(&run->arena, 1, 2 * 32 + 1);
        if (hex == NULL)
            return false;
        sha256_hex(hash, 32, hex);
        lists[(*count)++] = (struct alert_pair){run->rules->names[i].name, bytes_of(hex)};
    }
    *out = lists;
    return true;
}

static bool
describe_rule(struct run *run, const struct rule *rule, struct alert_rule *out)
{
    struct alert_measure *measures =
        arena_take(&run->arena, rule->measure_count + 1, sizeof *measures);

    if (measures == NULL)
        return false;
    for (size_t i = 0; i < rule->measure_count; i++)
        measures[i] =
            (struct alert_measure){rule->measures[i].name.name, rule->measures[i].name.percent};
    *out = (struct alert_rule){.name = rule->name,
        .title = rule->title,
        .about_kind = rule->about_kind,
        .version = rule->version,
        .shadow = rule->status == RULE_SHADOW,
        .revisits = rule->op != OPERATOR_NONE && rule->op != OPERATOR_WINDOW,
        .cooldown_us = rule->cooldown_us,
        .evidence_limit = rule->evidence_limit,
        .evidence_keep = rule->evidence_keep,
        .measures = measures,
        .measure_count = rule->measure_count};
    memcpy(out->hash, rule->hash, sizeof out->hash);
    memcpy(out->state_hash, rule->state_hash, sizeof out->state_hash);
    return copy_pairs(&run->arena, rule, out);
}

static bool
describe_rules(struct run *run)
{
    struct alert_pair *lists;
    size_t list_count;

    if (!copy_lists(run, &lists, &list_count))
        return false;
    for (size_t i = 0; i < run->rules->rule_count; i++) {
        if (!describe_rule(run, &run->rules->rule[i], &run->alert_rules[i]))
            return false;
        run->alert_rules[i].lists = lists;
        run->alert_rules[i].list_count = list_count;
    }
    return true;
}

static bool
make_rooms(struct run *run)
{
    run->workers = run->spec->threads > 1 ? run->spec->threads - 1 : 0;
    run->rooms = alloc_zero(run->workers + 1, sizeof(struct eval_room *));
    if (run->rooms == NULL)
        return false;
    for (uint32_t i = 0; i <= run->workers; i++) {
        run->rooms[i] = eval_room_new(run->rules->zone, run->rules->week_starts);
        if (run->rooms[i] == NULL)
            return false;
    }
    return true;
}

enum weir_status
setup_rules(struct run *run, const struct inputs *in, struct weir_err *err)
{
    size_t count = run->rules->rule_count;
    uint64_t mapped = fields_mapped(in);

    run->active = alloc_zero(count + 1, sizeof *run->active);
    run->why_not = alloc_zero(count + 1, sizeof(const char *));
    run->alert_rules = alloc_zero(count + 1, sizeof *run->alert_rules);
    if (run->active == NULL || run->why_not == NULL || run->alert_rules == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < count; i++) {
        run->why_not[i] = why_not(&run->rules->rule[i], in, mapped);
        run->active[i] = run->why_not[i] == NULL;
    }
    run->select = select_new(run->rules, run->active);
    if (run->select == NULL || !describe_rules(run) || !make_rooms(run))
        return out_of_memory(err);
    return WEIR_OK;
}

void
setup_free(struct run *run)
{
    for (uint32_t i = 0; run->rooms != NULL && i <= run->workers; i++)
        eval_room_free(run->rooms[i]);
    alloc_free(run->rooms);
    select_free(run->select);
    alloc_free(run->active);
    alloc_free(run->why_not);
    alloc_free(run->alert_rules);
    rates_free(run->rates);
    legal_forms_free(run->forms);
    ruleset_free(run->rules);
    mappings_free(run->mappings);
    arena_fini(&run->arena);
}
