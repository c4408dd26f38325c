#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "ingest/legal_form.h"
#include "screen/describe.h"
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

/* A rule of hits runs where the rule it looks at does. */
static const char *
deaf(const struct run *run, const struct rule *rule)
{
    const struct rule *of = rule->of;

    if (of == NULL)
        return NULL;
    if (run->why_not[of - run->rules->rule] != NULL || deaf(run, of) != NULL)
        return "the rule whose hits it looks at does not run";
    return of->status == RULE_SHADOW && rule->status == RULE_LIVE
               ? "the rule whose hits it looks at is shadow, and nothing live rests on it"
               : NULL;
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

/* Rules a watcher asks for, and those they hear. */
static void
mark_wanted(struct run *run, const struct rule *rule)
{
    size_t at = (size_t)(rule - run->rules->rule);

    if (run->active[at])
        return;
    run->active[at] = true;
    for (size_t i = 0; i < rule->feed_count; i++)
        mark_wanted(run, rule->feeds[i].rule);
    if (rule->of != NULL)
        mark_wanted(run, rule->of);
}

static void
choose_wanted(struct run *run)
{
    const struct screen_watch *watch = run->spec->watch;

    for (size_t i = 0; i < run->rules->rule_count; i++)
        run->active[i] = false;
    for (size_t i = 0; i < run->rules->rule_count; i++)
        if (watch->wants(watch->context, &run->rules->rule[i]))
            mark_wanted(run, &run->rules->rule[i]);
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
    for (size_t i = 0; i < count; i++)
        run->why_not[i] = why_not(&run->rules->rule[i], in, mapped);
    for (size_t i = 0; i < count; i++) {
        if (run->why_not[i] == NULL)
            run->why_not[i] = deaf(run, &run->rules->rule[i]);
        run->active[i] = run->why_not[i] == NULL;
    }
    if (run->spec->watch != NULL)
        choose_wanted(run);
    run->select = select_new(run->rules, run->active);
    if (run->select == NULL || !describe_rules(&run->arena, run->rules, run->alert_rules) ||
        !make_rooms(run))
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
