/*
 * flow_block - the `flow` of a rule: which shape, over which time, between which nodes.
 */
#include <string.h>

#include "operator/flow_door.h"
#include "rule/expr.h"
#include "rule/leaf.h"
#include "rule/operator.h"
#include "state/keys.h"

enum { LEAST_MAX = 1000, HUB_CAP_MAX = 1000000 };
#define ON(shape) (1u << FLOW_##shape)
#define ON_HOPS (ON(SCATTER_GATHER) | ON(CHAIN) | ON(CYCLE))
#define ON_GROUPS (ON(BIPARTITE) | ON(STACK))

/* Keys that only some shapes take. */
static const struct {
    const char *key;
    uint32_t shapes;
} shaped[] = {
    {"hop_within", ON_HOPS},
    {"preserve", ON_HOPS},
    {"max_hops", ON(CHAIN) | ON(CYCLE)},
    {"first", ON_HOPS},
    {"last", ON_HOPS},
    {"split", ON(GATHER_SCATTER)},
    {"least", ON_GROUPS},
    {"hub_cap", ON_HOPS | ON_GROUPS | ON(GATHER_SCATTER)},
};

/* Whom an alert may be about, the default first; as messages name them. */
static const struct party {
    enum flow_shape shape;
    const char *name;
    enum operator_party party;
} parties[] = {
    {FLOW_SCATTER_GATHER, "end", OPERATOR_END},
    {FLOW_SCATTER_GATHER, "origin", OPERATOR_ORIGIN},
    {FLOW_CHAIN, "origin", OPERATOR_ORIGIN},
    {FLOW_CHAIN, "end", OPERATOR_END},
    {FLOW_CYCLE, "origin", OPERATOR_ORIGIN},
    {FLOW_BIPARTITE, "senders", OPERATOR_ORIGIN},
    {FLOW_BIPARTITE, "receivers", OPERATOR_END},
    {FLOW_STACK, "middlemen", OPERATOR_MIDDLE},
    {FLOW_STACK, "senders", OPERATOR_ORIGIN},
    {FLOW_STACK, "receivers", OPERATOR_END},
};
enum { SHAPED = sizeof shaped / sizeof *shaped, PARTIES = sizeof parties / sizeof *parties };

static enum flow_shape
shape_of(const struct rule *rule)
{
    return ((const struct flow_spec *)rule->spec)->pattern.shape;
}

/* ---- keys of one shape ------------------------------------------------------------ */

/* "chain and cycle", "scatter_gather, chain and cycle" */
static void
name_shapes(uint32_t shapes, struct buf *out)
{
    bool any = false;

    for (uint32_t i = 0; i < FLOW_SHAPES; i++) {
        if ((shapes >> i & 1) == 0)
            continue;
        shapes &= ~(1u << i);
        if (any)
            buf_text(out, shapes == 0 ? " and " : ", ");
        buf_text(out, flow_shapes[i]);
        any = true;
    }
}

static void
tell_other_shapes(struct rule_making *rm, const struct yaml_node *map, enum flow_shape shape)
{
    for (size_t i = 0; i < SHAPED; i++) {
        const struct yaml_entry *e = document_entry(map, shaped[i].key);
        struct buf names = {0};
        struct diag *d;

        if (e == NULL || (shaped[i].shapes >> shape & 1) != 0)
            continue;
        name_shapes(shaped[i].shapes, &names);
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R260", e->key_at, "`%s` belongs to the shape%s %.*s",
            shaped[i].key, (shaped[i].shapes & (shaped[i].shapes - 1)) == 0 ? "" : "s",
            (int)names.size, names.at);
        diag_label(rm->ld->ds, d, "a %s has no use for it", flow_shapes[shape]);
        diag_help(rm->ld->ds, d, "remove it, or choose another shape");
        rm->ld->no_memory |= names.failed;
        buf_fini(&names);
    }
}

/* ---- times and amounts -------------------------------------------------------------- */

static void
load_spans(struct rule_making *rm, const struct yaml_node *map, struct flow_pattern *p)
{
    const struct yaml_node *within = document_scalar(map, "within");
    const struct yaml_node *hop = document_scalar(map, "hop_within");
    struct diag *d;

    (void)rule_within(rm, within, "a flow");
    p->within_us = p->hop_within_us = rm->rule->span_us;
    if (hop == NULL || !rule_span(rm, hop, "`hop_within`", &p->hop_within_us) || within == NULL ||
        p->hop_within_us <= p->within_us)
        return;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R261", hop->at,
        "money may not rest longer between two hops than the whole flow takes");
    diag_label(rm->ld->ds, d, "longer than `within`");
    diag_mark(rm->ld->ds, d, within->at, "the whole flow");
    p->hop_within_us = p->within_us;
}

static bool
read_share(struct rule_making *rm, const struct yaml_node *n, int64_t *out)
{
    struct value v;
    bool told;
    struct diag *d;

    if (rule_value(rm, n, &v, &told) && v.type == TYPE_NUMBER && v.den == 1 && v.num >= 0 &&
        v.num <= (int128)100 * NUMBER_SCALE) {
        *out = (int64_t)v.num;
        return true;
    }
    if (told)
        return false;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R262", n->at, "`preserve` takes two shares");
    diag_label(rm->ld->ds, d, "not a share");
    diag_help(rm->ld->ds, d, "for example  preserve: [80%%, 101%%]");
    return false;
}

static void
load_preserve(struct rule_making *rm, const struct yaml_node *map, struct flow_pattern *p)
{
    const struct yaml_node *list = document_list(map, "preserve");
    struct diag *d;

    p->ratio_lo = NUMBER_SCALE / 100 * 80;
    p->ratio_hi = (int64_t)NUMBER_SCALE / 100 * 101;
    if (list == NULL)
        return;
    if (list->count != 2) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R262", list->at, "`preserve` takes two shares");
        diag_label(rm->ld->ds, d, "the least and the most of an amount that is passed on");
        diag_help(rm->ld->ds, d, "for example  preserve: [80%%, 101%%]");
        return;
    }
    if (!read_share(rm, list->entry[0].value, &p->ratio_lo) ||
        !read_share(rm, list->entry[1].value, &p->ratio_hi) || p->ratio_lo <= p->ratio_hi)
        return;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R262", list->at,
        "the first share of `preserve` is larger than the second");
    diag_label(rm->ld->ds, d, "no payment lies between them");
    diag_help(rm->ld->ds, d, "put the smaller one first");
}

/* ---- counts --------------------------------------------------------------------------- */

static void
read_count(struct rule_making *rm, const struct yaml_node *map, const char *key, const char *what,
    int64_t low, int64_t high, uint32_t *out)
{
    int64_t n;

    if (rule_count(rm, document_scalar(map, key), what, low, high, &n))
        *out = (uint32_t)n;
}

/* `group` NULL: all of them. */
static void
tell_least(struct rule_making *rm, struct span at, const char *group, enum flow_shape shape)
{
    struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "R263", at,
        "a %s needs to know the least number of its %s", flow_shapes[shape],
        group == NULL ? "members" : group);

    diag_label(rm->ld->ds, d, "add `%s`", group == NULL ? "least" : group);
    diag_help(rm->ld->ds, d, "for example  least: %s",
        shape == FLOW_STACK ? "{senders: 2, middlemen: 2, receivers: 2}"
                            : "{senders: 3, receivers: 3}");
}

static void
load_least(struct rule_making *rm, const struct yaml_entry *flow, struct flow_pattern *p)
{
    const struct yaml_entry *e = document_entry(flow->value, "least");
    const struct yaml_node *map = document_map(flow->value, "least");
    bool stack = p->shape == FLOW_STACK;
    const struct yaml_entry *middle;
    struct diag *d;

    if ((ON_GROUPS >> p->shape & 1) == 0)
        return;
    if (e == NULL)
        tell_least(rm, flow->key_at, NULL, p->shape);
    if (e == NULL || map == NULL)
        return;
    (void)document_check(rm->ld->ds, BLOCK_FLOW_LEAST, map, e->key_at);
    middle = document_entry(map, "middlemen");
    if (middle != NULL && !stack) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R260", middle->key_at,
            "`middlemen` belongs to the shape stack");
        diag_label(rm->ld->ds, d, "a bipartite flow has senders and receivers only");
    }
    if (document_entry(map, "senders") == NULL)
        tell_least(rm, e->key_at, "senders", p->shape);
    if (document_entry(map, "receivers") == NULL)
        tell_least(rm, e->key_at, "receivers", p->shape);
    if (stack && middle == NULL)
        tell_least(rm, e->key_at, "middlemen", p->shape);
    read_count(rm, map, "senders", "`senders`", 1, LEAST_MAX, &p->least.senders);
    read_count(rm, map, "middlemen", "`middlemen`", 1, LEAST_MAX, &p->least.middlemen);
    read_count(rm, map, "receivers", "`receivers`", 1, LEAST_MAX, &p->least.receivers);
}

static void
load_counts(struct rule_making *rm, const struct yaml_entry *flow, struct flow_pattern *p)
{
    p->max_hops = 6;
    p->split = 1;
    p->budget = FLOW_BUDGET;
    p->edge_cap = FLOW_EDGE_CAP;
    p->hub_cap = (ON_GROUPS >> p->shape & 1) != 0 ? FLOW_HUB_CAP : 0;
    read_count(
        rm, flow->value, "max_hops", "`max_hops`", FLOW_HOPS_LEAST, FLOW_HOPS_MAX, &p->max_hops);
    read_count(rm, flow->value, "split", "`split`", 1, LEAST_MAX, &p->split);
    read_count(rm, flow->value, "hub_cap", "`hub_cap`", 1, HUB_CAP_MAX, &p->hub_cap);
    load_least(rm, flow, p);
}

/* ---- what is mentioned somewhere ---------------------------------------------------------- */

static bool
mentions(const struct yaml_node *n, struct bytes word)
{
    if (n == NULL)
        return false;
    if (n->kind == YAML_SCALAR)
        return scalar_mentions(n->text, word);
    for (size_t i = 0; i < n->count; i++)
        if (mentions(n->entry[i].value, word))
            return true;
    return false;
}

/* A measure no document names need not be kept. */
static bool
is_wanted(const struct rule_making *rm, const char *measure)
{
    for (size_t i = 0; i < rm->ld->doc_count; i++)
        if (mentions(rm->ld->doc[i].map, bytes_of(measure)))
            return true;
    return false;
}

/* ---- what it is handed ----------------------------------------------------------------------- */

static int
load_condition(struct rule_making *rm, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = document_scalar(map, key);

    return n == NULL ? -1 : rule_input(rm, rule_program(rm, n, PLACE_WHEN, key, TYPE_BOOL), false);
}

static void
load_inputs(struct rule_making *rm, const struct yaml_node *map, struct flow_spec *spec)
{
    struct flow_pattern *p = &spec->pattern;
    bool path = p->shape == FLOW_CHAIN || p->shape == FLOW_CYCLE;
    bool countries = path && is_wanted(rm, "countries"), banks = path && is_wanted(rm, "banks");

    p->wants_places = countries || banks;
    p->wants_largest_share = is_wanted(rm, "largest_share");
    p->first = document_entry(map, "first") != NULL && (ON_HOPS >> p->shape & 1) != 0;
    p->last = document_entry(map, "last") != NULL && (ON_HOPS >> p->shape & 1) != 0;
    spec->amount = rule_input_text(rm, "amount_eur", false);
    spec->first = load_condition(rm, map, "first");
    spec->last = load_condition(rm, map, "last");
    spec->country[0] = countries ? rule_input_text(rm, "originator.country", false) : -1;
    spec->country[1] = countries ? rule_input_text(rm, "beneficiary.country", false) : -1;
    spec->bank[0] = banks ? rule_input_text(rm, "originator.bank", true) : -1;
    spec->bank[1] = banks ? rule_input_text(rm, "beneficiary.bank", true) : -1;
}

/* Nodes go by account; a customer's number means something within its bank only. */
static bool
load_nodes(struct rule_making *rm, const struct yaml_node *map, struct flow_spec *spec)
{
    static const char *const words[] = {"customer", "account"};
    static const struct key_part account[] = {{TXN_O_ACCOUNT, KEYS_FIELD}};
    static const struct key_part customer[] = {
        {TXN_SOURCE_BANK, KEYS_FIELD}, {TXN_O_CUSTOMER, KEYS_OWN}};
    size_t word = 0;

    rm->rule->per = rm->rule->about = account;
    rm->rule->per_count = rm->rule->about_count = 1;
    if (document_entry(map, "nodes") != NULL &&
        !scalar_word(rm->ld, document_scalar(map, "nodes"), "kind of node", words, 2, &word))
        return false;
    spec->groups = word == 0;
    if (spec->groups) {
        rm->rule->group = customer;
        rm->rule->group_count = 2;
    }
    return true;
}

static bool
load_measures(struct rule_making *rm, enum flow_shape shape)
{
    for (size_t i = 0; i < FLOW_MEASURES; i++)
        if ((flow_measures[i].shapes >> shape & 1) != 0 &&
            !rule_measure(rm, bytes_of(flow_measures[i].name), flow_measures[i].type,
                flow_measures[i].percent))
            return false;
    return true;
}

/* Everybody pays the same shops: without a limit such groups mean nothing. */
static void
check_limit(struct rule_making *rm, const struct yaml_entry *flow, enum flow_shape shape)
{
    static const char *const limits[] = {"channel", "amount_eur", "amount"};
    struct buf when = {0};
    bool limited = false;
    struct diag *d;

    if ((ON_GROUPS >> shape & 1) == 0)
        return;
    if (rm->rule->when != NULL)
        program_print(rm->rule->when, &when);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        limited |= scalar_mentions(buf_bytes(&when), bytes_of(limits[i]));
    buf_fini(&when);
    if (limited || (rm->rule->when == NULL && document_entry(rm->map, "when") != NULL))
        return;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R264", flow->key_at,
        "a %s needs a limit on channel or amount in `when`", flow_shapes[shape]);
    diag_label(rm->ld->ds, d, "everybody pays the same shops and offices");
    diag_help(rm->ld->ds, d, "for example  when: channel = transfer and amount_eur >= 300 EUR");
}

void
flow_load(struct rule_making *rm, const struct yaml_entry *e)
{
    struct flow_spec *spec = arena_take(rm->ld->a, 1, sizeof *spec);
    size_t word;

    rm->blind = true;
    if (spec == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    if (!scalar_word(rm->ld, document_scalar(e->value, "shape"), "shape of a flow", flow_shapes,
            FLOW_SHAPES, &word))
        return;
    spec->pattern.shape = (enum flow_shape)word;
    rm->rule->spec = spec;
    tell_other_shapes(rm, e->value, spec->pattern.shape);
    load_spans(rm, e->value, &spec->pattern);
    load_preserve(rm, e->value, &spec->pattern);
    load_counts(rm, e, &spec->pattern);
    check_limit(rm, e, spec->pattern.shape);
    load_inputs(rm, e->value, spec);
    rm->blind = !load_nodes(rm, e->value, spec) || !load_measures(rm, spec->pattern.shape);
}

/* ---- whom it is about -------------------------------------------------------------------------
 */

static void
tell_about(struct rule_making *rm, const struct yaml_node *n, enum flow_shape shape)
{
    const char *names[PARTIES];
    char room[160];
    size_t count = 0;
    const char *best;
    struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "R265", n->at,
        "an alert of a %s is not about `%.*s`", flow_shapes[shape], QUOTE(n->text));

    for (size_t i = 0; i < PARTIES; i++)
        if (parties[i].shape == shape)
            names[count++] = parties[i].name;
    best = document_suggest(n->text, names, count, room, sizeof room);
    if (count == 0)
        diag_label(rm->ld->ds, d, "it is about its one account: leave `about` out");
    else if (best != NULL)
        diag_label(rm->ld->ds, d, "did you mean %s?", best);
    else
        diag_label(rm->ld->ds, d, "choose `%s`%s%s%s%s%s%s", names[0], count > 1 ? ", `" : "",
            count > 1 ? names[1] : "", count > 1 ? "`" : "", count > 2 ? ", `" : "",
            count > 2 ? names[2] : "", count > 2 ? "`" : "");
}

void
flow_about(struct rule_making *rm, const struct yaml_node *about)
{
    bool first = true;

    if (rm->rule->spec == NULL)
        return;
    for (size_t i = 0; i < PARTIES; i++) {
        if (parties[i].shape != shape_of(rm->rule))
            continue;
        if (about == NULL ? first : bytes_equal(about->text, bytes_of(parties[i].name))) {
            rm->rule->party = (uint8_t)parties[i].party;
            return;
        }
        first = false;
    }
    if (about != NULL)
        tell_about(rm, about, shape_of(rm->rule));
}

bool
flow_party(const struct rule *rule, struct bytes name, uint8_t *party)
{
    if (rule->op != OPERATOR_FLOW || rule->spec == NULL)
        return false;
    if (bytes_equal(name, bytes_of("middlemen"))) {
        *party = OPERATOR_MIDDLE;
        return ((ON_HOPS | ON(STACK)) >> shape_of(rule) & 1) != 0;
    }
    *party = bytes_equal(name, bytes_of("end")) ? OPERATOR_END : OPERATOR_ORIGIN;
    return (*party == OPERATOR_END || bytes_equal(name, bytes_of("origin"))) &&
           (ON_HOPS >> shape_of(rule) & 1) != 0;
}

/* ---- running it
 * ---------------------------------------------------------------------------------- */

void
flow_hash(const struct rule *rule, struct buf *out)
{
    const struct flow_spec *s = rule->spec;
    const struct flow_pattern *p = &s->pattern;

    buf_print(out, "%s within %lld hop %lld preserve %lld %lld\n", flow_shapes[p->shape],
        (long long)p->within_us, (long long)p->hop_within_us, (long long)p->ratio_lo,
        (long long)p->ratio_hi);
    buf_print(out, "hops %u split %u hub %u budget %u edges %u groups %d\n", p->max_hops, p->split,
        p->hub_cap, p->budget, p->edge_cap, (int)s->groups);
    buf_print(out, "least %u %u %u first %d last %d keeps %d %d %d\n", p->least.senders,
        p->least.middlemen, p->least.receivers, s->first, s->last, (int)p->wants_largest_share,
        s->country[0], s->bank[0]);
}

void *
flow_state(const struct rule *rule, const struct hash_key *key)
{
    return flow_door_open(rule->spec, key);
}

static uint32_t
whole_bound(const struct gate *g)
{
    int128 n = 0;

    switch ((enum relation)g->relation) {
    case RELATION_EQUAL:
    case RELATION_AT_LEAST:
        n = (g->bound + NUMBER_SCALE - 1) / NUMBER_SCALE;
        break;
    case RELATION_MORE:
        n = g->bound / NUMBER_SCALE + 1;
        break;
    case RELATION_LESS:
    case RELATION_AT_MOST:
    case RELATION_UNEQUAL:
        return 0;
    }
    return n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (uint32_t)n;
}

/* Where the least of a measure goes, NULL: nowhere. */
static uint32_t *
least_of(struct flow_least *least, enum flow_shape shape, uint32_t slot)
{
    uint32_t measure = 0;

    for (;; measure++)
        if ((flow_measures[measure].shapes >> shape & 1) != 0 && slot-- == 0)
            break;
    return measure == FLOW_SOURCES     ? &least->sources
           : measure == FLOW_TARGETS   ? &least->targets
           : measure == FLOW_MIDDLEMEN ? &least->middlemen
           : measure == FLOW_HOPS      ? &least->hops
                                       : NULL;
}

/* Searches need not begin where the rule's line could not be reached. */
void
flow_seat(void *state, const struct rule *rule)
{
    struct gate gate[GATES_MAX];
    size_t count = leaf_gates(rule->alert_if, gate);
    struct flow_least least = {0};

    for (size_t i = 0; i < count; i++) {
        uint32_t *to = least_of(&least, shape_of(rule), gate[i].slot);
        uint32_t bound = whole_bound(&gate[i]);

        if (to != NULL && bound > *to)
            *to = bound;
    }
    flow_door_expect(state, &least);
}
