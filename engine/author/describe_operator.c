/*
 * describe_operator - how a rule collects, in words: a sentence or two for each operator, then its
 * measures, an item each. An operator without words here is told key by key.
 */
#include <string.h>

#include "author/describe.h"
#include "base/buf.h"
#include "rule/loader.h"

static void
put(struct describing *d, const char *text)
{
    buf_text(d->out, text);
}

static void
put_bytes(struct describing *d, struct bytes text)
{
    buf_add(d->out, text.at, text.size);
}

/* ---- measures ---------------------------------------------------------------------------------
 */

static void
put_item(struct describing *d)
{
    put(d, DESCRIBE_ITEM);
}

static void
put_measures(struct describing *d, const struct sheet_node *measure)
{
    for (size_t i = 0; measure != NULL && i < measure->count; i++) {
        const struct sheet_entry *e = &measure->entry[i];

        put_item(d);
        put_bytes(d, e->key);
        put(d, ": ");
        if (e->value != NULL && e->value->expr != NULL)
            describe_expr(d, e->value->expr->root);
    }
}

/* Does the rule speak of a measure behind its operator? */
static bool
speaks_of(const struct describing *d, const char *name)
{
    const struct sheet_node *alert = describe_get(d->rule, "alert");

    return scalar_mentions(describe_text(d->rule, "alert_if"), bytes_of(name)) ||
           scalar_mentions(describe_text(alert, "say"), bytes_of(name)) ||
           scalar_mentions(describe_text(describe_get(alert, "severity"), "by"), bytes_of(name));
}

struct gloss {
    const char *measure, *words;
};

/* What the measures mean that the operator yields by itself, as far as the rule speaks of them. */
static void
put_glosses(struct describing *d, const struct gloss *gloss, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (speaks_of(d, gloss[i].measure)) {
            put_item(d);
            buf_print(d->out, "%s: %s", gloss[i].measure, gloss[i].words);
        }
}

static void
put_span(struct describing *d, const char *lead, const struct sheet_node *span)
{
    put(d, lead);
    describe_value(d, span);
}

/* ", where ..."; nothing without a condition. */
static void
put_where(struct describing *d, const char *lead, const struct sheet_node *n)
{
    if (n == NULL || n->expr == NULL)
        return;
    put(d, lead);
    describe_expr(d, n->expr->root);
}

/* ---- window, shared ---------------------------------------------------------------------------
 */

static bool
is_period(const struct sheet_node *n)
{
    return n != NULL && n->kind == YAML_SCALAR &&
           (bytes_equal(n->text, bytes_of("day")) || bytes_equal(n->text, bytes_of("week")) ||
               bytes_equal(n->text, bytes_of("month")));
}

static void
put_window(struct describing *d, const struct sheet_node *map)
{
    const struct sheet_node *over = describe_get(map, "over");

    put(d, "For each ");
    describe_fields(d, describe_get(map, "per"));
    if (is_period(over)) {
        put(d, ", over each calendar ");
        put_bytes(d, over->text);
    } else {
        put_span(d, ", over the last ", over);
    }
    put(d, ", reckons:");
    put_measures(d, describe_get(map, "measure"));
}

static void
put_shared(struct describing *d, const struct sheet_node *map)
{
    const struct sheet_node *most = describe_get(map, "ignore_above");

    put(d, "For each value of ");
    describe_field(d, describe_text(map, "attribute"), false);
    put_span(d, ", over the last ", describe_get(map, "within"));
    put(d, ", reckons who shares it. A value shared by more than ");
    if (most != NULL)
        describe_value(d, most);
    else
        put(d, "50");
    put(d, " is taken for a placeholder, such as an agency's number, and passed over.");
    put_item(d);
    put(d, "members: the number of different ");
    describe_plural(d, describe_text(map, "across"));
    put_measures(d, describe_get(map, "measure"));
}

/* ---- pass_through -----------------------------------------------------------------------------
 */

static void
put_pass_through(struct describing *d, const struct sheet_node *map)
{
    static const struct gloss glosses[] = {
        {"inflow", "the sum of what came in"},
        {"outflow", "the sum of what went out"},
        {"passed", "how much of what came in went out again"},
        {"passed_share", "which share of what came in went out again"},
        {"held", "how long money rested on average, weighted by amount"},
        {"credits", "the number of payments in"},
        {"debits", "the number of payments out"},
        {"sources", "the number of different payers"},
        {"targets", "the number of different payees"},
    };

    put(d, "For each ");
    describe_fields(d, describe_get(map, "per"));
    put(d, ", holds money that goes out against money that came in");
    put_span(d, " within ", describe_get(map, "within"));
    put(d, " before, the oldest first.");
    put_where(d, " Money in counts where ", describe_get(map, "in"));
    put(d, describe_get(map, "in") != NULL ? "." : "");
    put_where(d, " Money out counts where ", describe_get(map, "out"));
    put(d, describe_get(map, "out") != NULL ? "." : "");
    put(d, " At each payment out it reckons, over that time:");
    put_glosses(d, glosses, sizeof glosses / sizeof *glosses);
}

/* ---- sequence ---------------------------------------------------------------------------------
 */

static void
put_step(struct describing *d, const struct sheet_node *step, bool first)
{
    const struct sheet_node *within = describe_get(step, "within"),
                            *least = describe_get(step, "at_least"),
                            *until = describe_get(step, "for");
    bool absent = describe_get(step, "absent") != NULL;

    put_item(d);
    put_bytes(d, describe_text(step, absent ? "absent" : "step"));
    put(d, first ? ": " : ": then");
    if (within != NULL)
        put_span(d, ", within ", within);
    put(d, first ? "" : within != NULL ? ", " : " ");
    if (absent) {
        put(d, "no payment");
        if (until != NULL)
            put_span(d, " for ", until);
    } else if (least != NULL) {
        describe_value(d, least);
        put(d, " payments");
    } else {
        put(d, "a payment");
    }
    put_where(d, " where ", describe_get(step, "when"));
    if (absent && until == NULL)
        put(d, ", until the next step begins");
}

static void
put_sequence(struct describing *d, const struct sheet_node *map)
{
    const struct sheet_node *steps = describe_get(map, "steps"),
                            *never = describe_get(map, "never");

    put(d, "For each ");
    describe_fields(d, describe_get(map, "per"));
    put_span(d, ", waits for these steps to come one after another, in less than ",
        describe_get(map, "within"));
    put_where(d, " in all and without any payment in between where ", never);
    put(d, never == NULL ? " in all:" : ":");
    for (size_t i = 0; steps != NULL && i < steps->count; i++)
        if (steps->entry[i].value != NULL)
            put_step(d, steps->entry[i].value, i == 0);
}

/* ---- flow -------------------------------------------------------------------------------------
 */

static const struct {
    const char *shape, *words;
    bool hops;
} shapes[] = {
    {"fan_in", "that many others pay", false},
    {"fan_out", "that pay many others", false},
    {"gather_scatter", "that several others pay and that then pay several others", false},
    {"scatter_gather", "that pay several helpers, who pay it on to one end", true},
    {"chain", "from which money is handed on from one to the next", true},
    {"cycle", "from which money is handed on from one to the next until it returns", true},
    {"bipartite", "that form two groups, each of the first paying each of the second", false},
    {"stack", "that form three groups, each of one paying each of the next", false},
};

static void
put_hops(struct describing *d, const struct sheet_node *map, bool path)
{
    const struct sheet_node *preserve = describe_get(map, "preserve"),
                            *within = describe_get(map, "hop_within"),
                            *most = describe_get(map, "max_hops");

    put(d, " Each payment follows the one before");
    put_span(d, " within ", within != NULL ? within : describe_get(map, "within"));
    put(d, " and passes on ");
    if (preserve != NULL && preserve->count == 2) {
        describe_value(d, preserve->entry[0].value);
        put_span(d, " to ", preserve->entry[1].value);
    } else {
        put(d, "80% to 101%");
    }
    put(d, " of its amount");
    if (path && most != NULL) {
        put_span(d, ", over at most ", most);
        put(d, " hops");
    } else if (path) {
        put(d, ", over at most 6 hops");
    }
    put(d, ".");
    put_where(d, " The first payment is one where ", describe_get(map, "first"));
    put(d, describe_get(map, "first") != NULL ? "." : "");
    put_where(d, " The last payment is one where ", describe_get(map, "last"));
    put(d, describe_get(map, "last") != NULL ? "." : "");
}

static void
put_groups(struct describing *d, const struct sheet_node *map)
{
    const struct sheet_node *least = describe_get(map, "least"),
                            *split = describe_get(map, "split"),
                            *cap = describe_get(map, "hub_cap");

    for (size_t i = 0; least != NULL && i < least->count; i++) {
        put(d, i == 0 ? " There are at least " : i + 1 == least->count ? " and " : ", ");
        describe_value(d, least->entry[i].value);
        put(d, " ");
        put_bytes(d, least->entry[i].key);
    }
    put(d, least != NULL ? "." : "");
    if (split != NULL) {
        put_span(d, " Paying out counts from payer number ", split);
        put(d, " on.");
    }
    if (cap != NULL) {
        put_span(d, " Accounts with more than ", cap);
        put(d, " counterparties are not searched further.");
    }
}

static void
put_flow(struct describing *d, const struct sheet_node *map)
{
    static const struct gloss glosses[] = {
        {"sources", "the number of different payers"},
        {"inflow", "the sum they paid in"},
        {"credits", "the number of payments in"},
        {"targets", "the number of different payees"},
        {"outflow", "the sum paid out"},
        {"debits", "the number of payments out"},
        {"largest_share", "the share of the largest payer, or payee, in the sum"},
        {"passed_share", "the sum paid out as a share of the sum paid in"},
        {"middlemen", "the number of different accounts in between"},
        {"sent", "the sum that left the origin"},
        {"received", "the sum that reached the end"},
        {"hops", "the number of payments one after another"},
        {"first_amount", "the amount of the first payment"},
        {"last_amount", "the amount of the last payment"},
        {"preserved", "the share of the first sum that arrived"},
        {"elapsed", "the time from first to last payment"},
        {"countries", "the number of different known countries on the way"},
        {"banks", "the number of different known banks on the way"},
        {"senders", "the number of accounts in the first group"},
        {"receivers", "the number of accounts in the last group"},
        {"payments", "the number of payments between the groups"},
        {"total", "the sum of payments between the groups"},
    };
    struct bytes shape = describe_text(map, "shape");
    struct bytes nodes = describe_text(map, "nodes");
    bool alone = bytes_equal(nodes, bytes_of("account"));

    put(d, "Looks for accounts");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (!bytes_equal(shape, bytes_of(shapes[i].shape)))
            continue;
        buf_print(d->out, " %s", shapes[i].words);
        put_span(d, ", all within ", describe_get(map, "within"));
        if (alone)
            put(d, "; each account stands alone.");
        else
            buf_print(d->out, "; the accounts of one %.*s count as one.",
                nodes.size > 0 ? (int)nodes.size : 8, nodes.size > 0 ? nodes.at : "customer");
        if (shapes[i].hops)
            put_hops(d, map, strcmp(shapes[i].shape, "scatter_gather") != 0);
    }
    put_groups(d, map);
    put(d, " Reckons:");
    put_glosses(d, glosses, sizeof glosses / sizeof *glosses);
}

/* ---- score ------------------------------------------------------------------------------------
 */

static void
put_points(struct describing *d, const struct sheet_node *line)
{
    const struct sheet_node *bands = describe_get(line, "bands"),
                            *points = describe_get(line, "points");

    if (points != NULL) {
        describe_value(d, points);
        put(d, " points");
    }
    for (size_t i = 0; bands != NULL && i < bands->count; i++) {
        const struct sheet_node *below = describe_get(bands->entry[i].value, "below");

        put(d, i > 0 ? ", " : "");
        describe_value(d, describe_get(bands->entry[i].value, "points"));
        put(d, i == 0 ? " points" : "");
        if (below == NULL) {
            put(d, bands->count > 1 ? " from there on" : "");
            continue;
        }
        put(d, " while ");
        put_bytes(d, describe_text(line, "by"));
        put_span(d, " is below ", below);
    }
}

static void
put_line(struct describing *d, const struct sheet_node *line)
{
    const struct sheet_node *as = describe_get(line, "as"), *most = describe_get(line, "at_most");

    put_item(d);
    put_bytes(d, describe_text(line, "rule"));
    put(d, ": ");
    put_points(d, line);
    put(d, bytes_equal(describe_text(line, "each"), bytes_of("true")) ? ", for every hit"
                                                                      : ", for the newest hit");
    if (most != NULL)
        put_span(d, ", at most ", most);
    if (as == NULL)
        return;
    put(d, "; its number of hits is called ");
    put_bytes(d, as->text);
}

static void
put_score(struct describing *d, const struct sheet_node *map)
{
    static const struct gloss glosses[] = {
        {"rules_hit", "the number of different rules that hit"},
        {"score", "the sum of the points"},
    };
    const struct sheet_node *add = describe_get(map, "add");

    put(d, "For each ");
    put_bytes(d, describe_text(map, "per"));
    put_span(d, ", adds up points for the hits of other rules over the last ",
        describe_get(map, "over"));
    put(d, ":");
    for (size_t i = 0; add != NULL && i < add->count; i++)
        if (add->entry[i].value != NULL)
            put_line(d, add->entry[i].value);
    put_glosses(d, glosses, sizeof glosses / sizeof *glosses);
}

/* ---- baseline ---------------------------------------------------------------------------------
 */

static void
put_baseline(struct describing *d, const struct sheet_node *map)
{
    const struct sheet_node *least = describe_get(map, "min_history"),
                            *floor = describe_get(map, "spread_floor"),
                            *peers = describe_get(map, "peers");

    put(d, "For each ");
    describe_fields(d, describe_get(map, "per"));
    put_span(d, ", compares the last ", describe_get(map, "recent"));
    put_span(d, " with what was usual in such periods over the ", describe_get(map, "history"));
    put(d, " before. What is usual is known after ");
    if (least != NULL)
        describe_value(d, least);
    else
        put(d, "8");
    put(d, " complete periods; a spread counts as at least ");
    if (floor != NULL)
        describe_value(d, floor);
    else
        put(d, "10%");
    put(d, " of it.");
    if (peers != NULL) {
        put(d, " Its peers are those with the same ");
        describe_fields(d, peers);
        put(d, ".");
    }
    put(d, " Compares:");
    put_measures(d, describe_get(map, "compare"));
}

/* ---- any other --------------------------------------------------------------------------------
 */

static void put_generic(struct describing *d, enum block block, const struct sheet_node *map);

static void
put_generic_value(
    struct describing *d, enum block block, const struct sheet_entry *e, const struct sheet_node *v)
{
    struct nest nest = document_nest(block, e->key);

    if (v->expr != NULL) {
        describe_expr(d, v->expr->root);
    } else if (nest.how == NEST_EXPRS) {
        put_measures(d, v);
    } else if (nest.how == NEST_ONE && v->kind == YAML_MAP) {
        put_generic(d, nest.inner, v);
    } else if (nest.how == NEST_EACH && v->kind == YAML_LIST) {
        for (size_t i = 0; i < v->count; i++) {
            buf_print(d->out, "%s(%zu) ", i == 0 ? "" : " ", i + 1);
            if (v->entry[i].value != NULL)
                put_generic(d, nest.inner, v->entry[i].value);
        }
    } else {
        describe_value(d, v);
    }
}

/* Key by key: "within 3 days, shape fan_out". */
static void
put_generic(struct describing *d, enum block block, const struct sheet_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct sheet_entry *e = &map->entry[i];
        struct bytes key = e->key;

        put(d, i == 0 ? "" : "; ");
        for (size_t k = 0; k < key.size; k++)
            buf_byte(d->out, key.at[k] == '_' ? ' ' : key.at[k]);
        put(d, " ");
        if (e->value != NULL)
            put_generic_value(d, block, e, e->value);
    }
}

/* ---- the door ---------------------------------------------------------------------------------
 */

static const struct {
    const char *key;
    void (*put)(struct describing *d, const struct sheet_node *map);
} operators_told[] = {
    {"window", put_window},
    {"shared", put_shared},
    {"pass_through", put_pass_through},
    {"sequence", put_sequence},
    {"flow", put_flow},
    {"score", put_score},
    {"baseline", put_baseline},
};

static void
put_block(
    struct describing *d, const struct key *key, enum block block, const struct sheet_node *map)
{
    for (size_t i = 0; i < sizeof operators_told / sizeof *operators_told; i++)
        if (strcmp(operators_told[i].key, key->name) == 0) {
            operators_told[i].put(d, map);
            return;
        }
    buf_print(d->out, "Collects by `%s`, %s: ", key->name, key->what);
    put_generic(d, block, map);
    put(d, ".");
}

/* The operator's block: the first key of the rule that holds a block with its own keys, between
 * `when` and `alert_if`. */
bool
describe_operator(struct describing *d)
{
    for (size_t i = 0; i < d->rule->count; i++) {
        const struct sheet_entry *e = &d->rule->entry[i];
        const struct key *k = document_key(BLOCK_RULE, e->key);
        struct nest nest = document_nest(BLOCK_RULE, e->key);

        if (k == NULL || k <= document_key(BLOCK_RULE, bytes_of("when")) ||
            k >= document_key(BLOCK_RULE, bytes_of("alert_if")) || e->value == NULL ||
            e->value->kind != YAML_MAP)
            continue;
        put_block(d, k, nest.inner, e->value);
        return true;
    }
    return false;
}
