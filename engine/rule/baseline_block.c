/*
 * baseline_block - the `baseline` of a rule: whose newest days are held against how much history,
 * what is compared, and who the peers are.
 */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "operator/baseline.h"
#include "rule/expr.h"
#include "rule/operator.h"

enum { MIN_HISTORY = 8, MIN_HISTORY_LOW = 2, FLOOR_PERCENT = 10 };

struct making {
    struct rule_making *rm;
    struct baseline_spec *spec;
    struct baseline_compare *compare;
};

/* ---- history -------------------------------------------------------------------------- */

static struct diag *
tell(struct making *m, struct span at, const char *what, const char *label)
{
    struct diag *d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R280", at, "%s", what);

    diag_label(m->rm->ld->ds, d, "%s", label);
    return d;
}

/* `recent` and `history`, which is a multiple of it. */
static bool
load_spans(struct making *m, const struct yaml_node *recent, const struct yaml_node *history)
{
    int64_t recent_us, history_us;
    bool good = rule_span(m->rm, recent, "`recent`", &recent_us);
    struct diag *d;

    if (!rule_span(m->rm, history, "`history`", &history_us) || !good)
        return false;
    if (recent_us % DAY_US != 0) {
        d = tell(m, recent->at, "`recent` is a number of whole days", "no whole number of days");
        diag_help(m->rm->ld->ds, d, "for example  recent: 7d");
        return false;
    }
    if (history_us > BASELINE_DAYS_MAX * DAY_US) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R513", history->at,
            "the history of a baseline spans at most %d days", BASELINE_DAYS_MAX);
        return false;
    }
    if (history_us % recent_us != 0) {
        int64_t days = recent_us / DAY_US, whole = history_us / recent_us;

        d = tell(m, history->at, "`history` is cut into periods as long as `recent`",
            "this is no multiple of it");
        diag_mark(m->rm->ld->ds, d, recent->at, "each period is this long");
        whole = whole < MIN_HISTORY ? MIN_HISTORY : whole;
        diag_help(m->rm->ld->ds, d, "write  history: %" PRId64 "d", whole * days);
        return false;
    }
    m->spec->recent_days = recent_us / DAY_US;
    m->spec->periods = history_us / recent_us;
    m->rm->rule->span_us = recent_us;
    return true;
}

/* How many periods must be known: not more than there are. */
static bool
load_least(struct making *m, const struct yaml_node *n, const struct yaml_node *history)
{
    struct diag *d;

    m->spec->min_history = MIN_HISTORY;
    if (n != NULL && !rule_count(m->rm, n, "`min_history`", MIN_HISTORY_LOW, BASELINE_DAYS_MAX,
                         &m->spec->min_history))
        return false;
    if (m->spec->min_history <= m->spec->periods)
        return true;
    d = tell(m, history->at, "the history is shorter than what must be known of it",
        "too short: nothing would ever be usual");
    if (n != NULL)
        diag_mark(m->rm->ld->ds, d, n->at, "so many periods must be known");
    diag_help(m->rm->ld->ds, d, "it holds %lld period%s of %lld days; `min_history` is %lld",
        (long long)m->spec->periods, m->spec->periods == 1 ? "" : "s",
        (long long)m->spec->recent_days, (long long)m->spec->min_history);
    return false;
}

static bool
load_floor(struct making *m, const struct yaml_node *n)
{
    struct value v;
    bool told;
    struct diag *d;

    m->spec->spread_floor = FLOOR_PERCENT * (NUMBER_SCALE / 100);
    if (n == NULL)
        return true;
    if (rule_value(m->rm, n, &v, &told) && v.type == TYPE_NUMBER && v.den == 1 && v.num >= 0 &&
        v.num <= NUMBER_SCALE) {
        m->spec->spread_floor = (int64_t)v.num;
        return true;
    }
    if (told)
        return false;
    d = diag_add(
        m->rm->ld->ds, DIAG_ERROR, "R406", n->at, "`spread_floor` is a share from 0%% to 100%%");
    diag_label(m->rm->ld->ds, d, "write for example 10%%");
    return false;
}

/* ---- peers ---------------------------------------------------------------------------- */

static bool
load_peers(struct making *m, const struct yaml_node *n)
{
    struct key_part part[KEY_PARTS_MAX];
    size_t count;

    m->spec->peers = BASELINE_NONE;
    if (n == NULL)
        return true;
    if (!key_load(m->rm, n, "`peers`", part, &count))
        return false;
    m->spec->peers =
        rule_input(m->rm, rule_program(m->rm, n, PLACE_WHEN, "peers", TYPE_NONE), true);
    return m->spec->peers >= 0;
}

/* ---- compare ----------------------------------------------------------------------------- */

static bool
tell_form(struct making *m, const struct yaml_entry *e)
{
    struct diag *d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R281",
        e->value->kind == YAML_SCALAR ? e->value->at : e->key_at,
        "a baseline compares one `sum` or one `count`, with `where` if need be");

    diag_label(m->rm->ld->ds, d, "neither of them alone");
    diag_help(m->rm->ld->ds, d, "for example  moved: sum(amount_eur where direction = outgoing)");
    return false;
}

/* A measure by the name of `compare` or of a function of it. */
static bool
add_measure(struct making *m, const char *function, struct bytes name, enum type type)
{
    struct buf text = {0};
    struct bytes kept;

    buf_print(&text, "%s(%.*s)", function, QUOTE(name));
    kept = buf_bytes(&text);
    kept.at = text.failed ? NULL : arena_copy(m->rm->ld->a, kept);
    buf_fini(&text);
    if (kept.at == NULL) {
        m->rm->ld->no_memory = true;
        return false;
    }
    return rule_measure(m->rm, kept, type, false);
}

static bool
add_measures(struct making *m, struct bytes name, enum type type)
{
    return rule_measure(m->rm, name, type, false) && add_measure(m, "usual", name, type) &&
           add_measure(m, "spread", name, type) && add_measure(m, "z", name, TYPE_NUMBER) &&
           add_measure(m, "ratio", name, TYPE_NUMBER) &&
           (m->spec->peers == BASELINE_NONE ||
               (add_measure(m, "peer_z", name, TYPE_NUMBER) &&
                   add_measure(m, "peer_ratio", name, TYPE_NUMBER)));
}

static bool
reserved(struct making *m, const struct yaml_entry *e)
{
    struct diag *d;

    if (!bytes_equal(e->key, bytes_of("idle")) && !bytes_equal(e->key, bytes_of("known_for")))
        return false;
    d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R207", e->key_at,
        "`%.*s` is a measure of every baseline, so it cannot name another", QUOTE(e->key));
    diag_label(m->rm->ld->ds, d, "choose another name");
    return true;
}

static bool
load_compare(struct making *m, const struct yaml_entry *e)
{
    struct baseline_compare *c = &m->compare[m->spec->compare_count];
    const struct aggregates *aggs = &m->rm->rule->aggregates;
    uint32_t before = aggs->count;
    const struct program *p;
    const struct expr *expr;
    bool named = !reserved(m, e) && measure_named(m->rm, e);

    if (e->value->kind != YAML_SCALAR || e->value->text.size == 0)
        return tell_form(m, e);
    expr = expr_parse(m->rm->ld->a, m->rm->ld->ds, e->value);
    if (expr == NULL)
        return false;
    if (expr->root->kind != NODE_CALL || (!bytes_equal(expr->root->name, bytes_of("sum")) &&
                                             !bytes_equal(expr->root->name, bytes_of("count"))))
        return tell_form(m, e);
    p = rule_compile(m->rm, expr, e->value->text, PLACE_MEASURE, "compare", TYPE_NONE);
    if (p == NULL || !named)
        return false;
    if (program_type(p) != TYPE_MONEY && program_type(p) != TYPE_NUMBER) {
        struct diag *d = diag_add(
            m->rm->ld->ds, DIAG_ERROR, "R281", e->value->at, "a baseline sums money or numbers");

        diag_label(m->rm->ld->ds, d, "this is %s", type_name(program_type(p)));
        return false;
    }
    if (aggs->count == before) {
        struct diag *d =
            diag_add(m->rm->ld->ds, DIAG_ERROR, "R281", e->value->at, "this is compared already");

        diag_label(m->rm->ld->ds, d, "leave it out");
        return false;
    }
    *c = (struct baseline_compare){.type = program_type(p),
        .currency = program_currency(p),
        .counts = aggs->at[before].function == WINDOW_COUNT,
        .input = before};
    m->spec->compare_count++;
    return add_measures(m, e->key, c->type);
}

static bool
load_compares(struct making *m, const struct yaml_node *map)
{
    bool good = true;

    if (map == NULL)
        return false;
    if (map->count == 0 || map->count > BASELINE_COMPARES_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", map->at,
            "a baseline compares between 1 and %d things", BASELINE_COMPARES_MAX);
        return false;
    }
    m->compare = arena_take(m->rm->ld->a, map->count, sizeof *m->compare);
    if (m->compare == NULL) {
        m->rm->ld->no_memory = true;
        return false;
    }
    m->spec->compare = m->compare;
    for (size_t i = 0; i < map->count; i++)
        if (!load_compare(m, &map->entry[i]))
            good = false;
    return good && rule_measure(m->rm, bytes_of("idle"), TYPE_DURATION, false) &&
           rule_measure(m->rm, bytes_of("known_for"), TYPE_DURATION, false);
}

/* ---- the block ------------------------------------------------------------------------------ */

void
baseline_load(struct rule_making *rm, const struct yaml_entry *e)
{
    struct making m = {.rm = rm, .spec = arena_take(rm->ld->a, 1, sizeof *m.spec)};
    const struct yaml_node *history = document_scalar(e->value, "history");
    bool good;

    rm->blind = true;
    if (m.spec == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    good = load_spans(&m, document_scalar(e->value, "recent"), history) &&
           load_least(&m, document_scalar(e->value, "min_history"), history);
    good &= load_floor(&m, document_scalar(e->value, "spread_floor"));
    good &= load_peers(&m, document_scalar(e->value, "peers"));
    good &= load_compares(&m, document_map(e->value, "compare"));
    m.spec->zone = rm->ld->rs->zone;
    rm->rule->spec = m.spec;
    rm->blind = !good;
}

void
baseline_hash(const struct rule *rule, struct buf *out)
{
    const struct baseline_spec *spec = rule->spec;

    buf_print(out, "recent %lld periods %lld least %lld floor %lld peers %d\n",
        (long long)spec->recent_days, (long long)spec->periods, (long long)spec->min_history,
        (long long)spec->spread_floor, spec->peers);
    for (uint32_t i = 0; i < rule->aggregates.count; i++) {
        buf_print(out, "compare %d where ", rule->aggregates.at[i].function);
        if (rule->aggregates.at[i].where != NULL)
            program_print(rule->aggregates.at[i].where, out);
        buf_byte(out, '\n');
    }
}

void *
baseline_state(const struct rule *rule, const struct hash_key *key)
{
    (void)key;
    return baseline_new(rule->spec);
}
