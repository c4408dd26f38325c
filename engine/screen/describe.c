/* describe - what every alert of a rule has in common, as the book and the sinks want it. */
#include "screen/describe.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sha256.h"
#include "rule/ruleset.h"

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
copy_lists(struct arena *a, const struct ruleset *rs, struct alert_pair **out, size_t *count)
{
    struct alert_pair *lists = arena_take(a, rs->name_count + 1, sizeof *lists);

    *count = 0;
    if (lists == NULL)
        return false;
    for (size_t i = 0; i < rs->name_count; i++) {
        const uint8_t *hash = hash_of(&rs->names[i]);
        char *hex;

        if (hash == NULL)
            continue;
        hex = arena_take(a, 1, 2 * 32 + 1);
        if (hex == NULL)
            return false;
        sha256_hex(hash, 32, hex);
        lists[(*count)++] = (struct alert_pair){rs->names[i].name, bytes_of(hex)};
    }
    *out = lists;
    return true;
}

static bool
describe_rule(struct arena *a, const struct rule *rule, struct alert_rule *out)
{
    struct alert_measure *measures = arena_take(a, rule->measure_count + 1, sizeof *measures);

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
    return copy_pairs(a, rule, out);
}

bool
describe_rules(struct arena *a, const struct ruleset *rs, struct alert_rule *out)
{
    struct alert_pair *lists;
    size_t list_count;

    if (!copy_lists(a, rs, &lists, &list_count))
        return false;
    for (size_t i = 0; i < rs->rule_count; i++) {
        if (!describe_rule(a, &rs->rule[i], &out[i]))
            return false;
        out[i].lists = lists;
        out[i].list_count = list_count;
    }
    return true;
}
