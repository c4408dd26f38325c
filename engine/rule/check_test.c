/*
 * check_test - conditions: comparisons, membership, texts, watchlists, presence and their joins.
 */
#include "rule/check.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "list/list.h"
#include "match/pattern.h"
#include "name/sound.h"
#include "weir/txn.h"

static const struct term *
unary_term(
    struct checker *c, enum op op, enum type type, const struct node *n, const struct term *arg)
{
    struct term *t = arg == NULL ? NULL : check_term_new(c, op, type, n, 1);

    if (t == NULL)
        return NULL;
    t->arg[0] = arg;
    return check_sealed(t);
}

const struct term *
check_bool(struct checker *c, const struct node *n)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL || t->type == TYPE_BOOL)
        return t;
    d = check_say(c, "R416", expr_span(n), "`%s` is %s, not a condition", check_source(n).text,
        check_what(t).text);
    check_label(c, d, "something that is true or false is wanted here");
    check_help(c, d, "compare it with something, using = != < <= > >= or `in`");
    return NULL;
}

/* Is a part taken apart in a join of the same kind? A chain keeps together. */
static bool
opens(const struct term *part, enum op op)
{
    return part->op == op && !part->chain;
}

static const struct term *
joined(struct checker *c, const struct node *n)
{
    enum op op = n->kind == NODE_AND ? OP_AND : OP_OR;
    const struct term **part = arena_take(c->arena, n->count, sizeof *part);
    struct term *t;
    uint32_t i = 0, count = 0;
    bool bad = false;

    if (part == NULL) {
        check_no_memory(c);
        return NULL;
    }
    for (const struct node *at = n->first; at != NULL; at = at->next, i++) {
        part[i] = check_bool(c, at);
        bad = bad || part[i] == NULL;
        count += part[i] != NULL && opens(part[i], op) ? part[i]->count : 1;
    }
    if (bad || (t = check_term_new(c, op, TYPE_BOOL, n, count)) == NULL)
        return NULL;
    count = 0;
    for (i = 0; i < n->count; i++) {
        if (!opens(part[i], op))
            t->arg[count++] = part[i];
        else
            for (uint32_t k = 0; k < part[i]->count; k++)
                t->arg[count++] = part[i]->arg[k];
    }
    return check_sealed(t);
}

/*
 * The terms of sibling nodes of which one gives the others their type: words and quoted texts
 * wait until a typed one is known. False if any is wrong.
 */
static bool
operands(struct checker *c, const struct node *first, const struct term **out)
{
    const struct term *like = NULL;
    bool bad = false, typed = false;
    size_t i = 0;

    for (const struct node *n = first; n != NULL; n = n->next, i++) {
        if (check_is_loose(c, n))
            continue;
        out[i] = check_node(c, n);
        typed = true;
        bad = bad || out[i] == NULL;
        if (like == NULL)
            like = out[i];
    }
    i = 0;
    for (const struct node *n = first; n != NULL; n = n->next, i++) {
        if (!check_is_loose(c, n))
            continue;
        if (bad && like == NULL)
            continue; /* what the word should be is not known: a follow-on */
        out[i] = typed ? check_like(c, n, like) : check_node(c, n);
        bad = bad || out[i] == NULL;
    }
    return !bad;
}

/* A node for two operands of a chain, so that messages and clauses show just these. */
static const struct node *
pair_node(
    struct checker *c, const struct node *chain, const struct node *left, const struct node *right)
{
    struct node *n;

    if (chain->count == 2)
        return chain;
    n = arena_take(c->arena, 1, sizeof *n);
    if (n == NULL) {
        check_no_memory(c);
        return chain;
    }
    *n = *chain;
    n->from = n->wide_from = left->wide_from;
    n->wide_end = right->wide_end;
    n->size = n->wide_end - n->from;
    return n;
}

static const struct term *
comparison(struct checker *c, const struct node *n)
{
    const struct term **side = arena_take(c->arena, n->count, sizeof *side);
    struct term *all, *t = NULL;
    const struct node *at = n->first;

    if (side == NULL) {
        check_no_memory(c);
        return NULL;
    }
    if (!operands(c, at, side))
        return NULL;
    all = n->count == 2 ? NULL : check_term_new(c, OP_AND, TYPE_BOOL, n, n->count - 1);
    for (uint32_t i = 1; i < n->count; i++, at = at->next) {
        if (!check_pair(c, at->next->relation, side[i - 1], side[i]))
            return NULL;
        t = check_term_new(c, OP_COMPARE, TYPE_BOOL, pair_node(c, n, at, at->next), 2);
        if (t == NULL)
            return NULL;
        t->relation = at->next->relation;
        t->arg[0] = side[i - 1];
        t->arg[1] = side[i];
        (void)check_sealed(t);
        if (all != NULL)
            all->arg[i - 1] = t;
    }
    if (n->count == 2 || all == NULL)
        return n->count == 2 ? t : NULL;
    all->chain = true;
    return check_sealed(all);
}

static const struct term *
in_items(struct checker *c, const struct node *n)
{
    struct term *t = check_term_new(c, OP_IN, TYPE_BOOL, n, n->count);
    bool bad = false;

    if (t == NULL || !operands(c, n->first, t->arg))
        return NULL;
    for (uint32_t i = 1; i < n->count; i++)
        bad = !check_pair(c, RELATION_EQUAL, t->arg[0], t->arg[i]) || bad;
    t->negated = n->negated;
    return bad ? NULL : check_sealed(t);
}

static const struct term *
wrong_list_type(
    struct checker *c, const struct node *n, const struct term *subject, enum type holds)
{
    struct term like = {.type = holds};
    struct diag *d =
        check_say(c, "R414", expr_span(n->first), "`%s` is %s, so it cannot be in `%.*s`",
            check_source(n->first).text, check_what(subject).text, (int)n->name.size, n->name.at);

    check_label(c, d, "each entry of that list is %s", check_what(&like).text);
    return NULL;
}

static const struct term *
own_money_listed(struct checker *c, const struct node *n, const struct named *named)
{
    const char *verb = n->kind == NODE_ON ? "on" : "in";
    struct diag *d = check_say(c, "R412", expr_span(n->first),
        "`%s` is in the currency of each transaction, so it cannot be %s `%s`",
        check_source(n->first).text, verb, check_quote(named->name).text);

    check_label(c, d, "may be USD, TRY, ...");
    check_help(c, d, "use `amount_eur %s %s` (converted at the day's rate)", verb,
        check_quote(named->name).text);
    return NULL;
}

/* Looks for faults in a subject that has nothing to be compared with. */
static const struct term *
quietly_typed(struct checker *c, const struct node *n)
{
    if (!check_is_loose(c, n))
        (void)check_node(c, n);
    return NULL;
}

static const struct term *
in_list(struct checker *c, const struct node *n)
{
    const struct named *named = check_named(c, n, n->name, n->name_from, NAME_LIST);
    struct term like = {.node = n};
    const struct term *subject;
    struct term *t;

    if (named == NULL || named->list == NULL)
        return quietly_typed(c, n->first);
    like.type = list_type(named->list);
    subject =
        check_is_loose(c, n->first) ? check_like(c, n->first, &like) : check_node(c, n->first);
    if (subject == NULL)
        return NULL;
    if (subject->type != like.type)
        return wrong_list_type(c, n, subject, like.type);
    if (subject->own_money)
        return own_money_listed(c, n, named);
    t = check_term_new(c, OP_IN_LIST, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->named = named;
    t->name = named->name;
    t->negated = n->negated;
    return check_sealed(t);
}

static const struct term *
text_subject(struct checker *c, const struct node *n, const char *verb)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL || type_is_text(t->type))
        return t;
    d = check_say(c, "R415", expr_span(n), "`%s` looks into text, and `%s` is %s", verb,
        check_source(n).text, check_what(t).text);
    check_label(c, d, "not a text");
    return NULL;
}

static const struct term *
text_test(struct checker *c, const struct node *n)
{
    static const struct term text = {.type = TYPE_TEXT};
    const char *verb = n->kind == NODE_CONTAINS ? "contains"
                       : n->kind == NODE_STARTS ? "starts with"
                                                : "ends with";
    enum op op = n->kind == NODE_CONTAINS ? OP_CONTAINS
                 : n->kind == NODE_STARTS ? OP_STARTS
                                          : OP_ENDS;
    const struct term *subject = text_subject(c, n->first, verb);
    const struct term *part = check_like(c, n->first->next, &text);
    struct term *t;
    struct diag *d;

    if (part != NULL && !type_is_text(part->type)) {
        d = check_say(c, "R415", expr_span(part->node), "`%s` wants a text, and `%s` is %s", verb,
            check_source(part->node).text, check_what(part).text);
        if (part->op == OP_CONST)
            check_label(c, d, "write it in quotes: \"%s\"", check_source(part->node).text);
        else
            check_label(c, d, "not a text");
        return NULL;
    }
    if (subject == NULL || part == NULL)
        return NULL;
    t = check_term_new(c, op, TYPE_BOOL, n, 2);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->arg[1] = part;
    t->negated = n->negated;
    return check_sealed(t);
}

/* The pattern of a test, kept until the ruleset ends. */
static struct pattern *
compile_pattern(struct checker *c, const struct node *n)
{
    struct arena scratch;
    struct pattern_maker maker = {.a = c->arena, .scratch = &scratch};
    char fault[200] = "";
    size_t fault_at = 0;
    struct pattern *p;
    struct diag *d;

    arena_init(&scratch, 0, "a pattern");
    p = pattern_new(&maker, n->name, n->cased, fault, sizeof fault, &fault_at);
    arena_fini(&scratch);
    if (p == NULL) {
        if (fault_at > n->name.size)
            fault_at = n->name.size;
        d = check_say(c, "R427",
            yaml_span(n->scalar, n->name_from + 1 + fault_at, fault_at < n->name.size),
            "this pattern cannot be used: %s", fault);
        check_label(c, d, "the fault is here");
        return NULL;
    }
    return check_keep(c, p, NULL) ? p : NULL;
}

static const struct term *
matches(struct checker *c, const struct node *n)
{
    const struct term *subject = text_subject(c, n->first, "matches");
    const struct pattern *p = compile_pattern(c, n);
    struct term *t;

    if (p == NULL)
        return NULL;
    t = subject == NULL ? NULL : check_term_new(c, OP_MATCHES, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->pattern = p;
    if (p->need.count == 0 && c->quiet == 0) {
        struct diag *d = diag_add(c->ds, DIAG_WARNING, "L623",
            yaml_span(n->scalar, n->name_from, n->name.size + 2),
            "this pattern has no three characters that every text it finds must hold");

        diag_label(c->ds, d, "tried on every text");
        diag_help(c->ds, d, "write out a word of it, or longer alternatives");
    }
    t->name = n->name;
    t->cased = n->cased;
    t->negated = n->negated;
    return check_sealed(t);
}

/* The least weight asked for; false after a message. */
static bool
least_weight(struct checker *c, const struct node *n, int64_t *out)
{
    const struct term *t = check_node(c, n);
    struct diag *d;

    if (t == NULL)
        return false;
    if (t->op == OP_CONST && t->type == TYPE_NUMBER && !t->percent && t->value.num >= 0 &&
        t->value.num % NUMBER_SCALE == 0 && t->value.num / NUMBER_SCALE <= INT32_MAX) {
        *out = (int64_t)(t->value.num / NUMBER_SCALE);
        return true;
    }
    d = check_say(c, "R428", expr_span(n), "after `at` stands the least weight an entry must have");
    check_label(c, d, "write a whole number such as 2, or a parameter");
    return false;
}

/* The least likeness asked for, in millionths; false after a message. */
static bool
least_likeness(struct checker *c, const struct node *n, int64_t *out)
{
    const struct term *t = check_node(c, n);
    int128 millionths;
    struct diag *d;

    if (t == NULL)
        return false;
    if (t->op == OP_CONST && t->type == TYPE_NUMBER && t->percent) {
        millionths = number_divide(t->value.num, NUMBER_SCALE / SOUND_SAME);
        if (millionths >= WATCH_LEAST_SCORE && millionths <= SOUND_SAME) {
            *out = (int64_t)millionths;
            return true;
        }
    }
    d = check_say(c, "R428", expr_span(n), "after `at` stands the least likeness of the names");
    check_label(
        c, d, "write a percentage from %d%% to 100%%, or a parameter", WATCH_LEAST_SCORE / 10000);
    return false;
}

/* Where the installation keeps what tells people apart: columns it added under these names. */
static uint32_t
person_columns(const struct checker *c)
{
    static const char *const names[] = {
        "originator_born", "beneficiary_born", "originator_document", "beneficiary_document"};
    uint32_t columns = 0;

    for (uint32_t i = TXN_FIELD_COUNT; i < c->scope->field_count; i++)
        for (unsigned k = 0; k < 4; k++)
            if (strcmp(c->scope->fields[i].name, names[k]) == 0 &&
                (k < 2 ? c->scope->fields[i].type == TYPE_DATE
                       : type_is_text(c->scope->fields[i].type)))
                columns |= i << 8 * k;
    return columns;
}

static const struct term *
on_watchlist(struct checker *c, const struct node *n)
{
    const struct named *named = check_named(c, n, n->name, n->name_from, NAME_WATCHLIST);
    bool any = named != NULL && named->watch != NULL && !type_is_text(watch_type(named->watch));
    const struct term *subject = any ? check_node(c, n->first) : text_subject(c, n->first, "on");
    bool names = named != NULL && named->watch != NULL && watch_is_names(named->watch);
    int64_t weight = names ? 0 : 1;
    bool good = n->count < 2 || (names ? least_likeness(c, n->first->next, &weight)
                                       : least_weight(c, n->first->next, &weight));
    struct term *t;
    struct diag *d;

    if (named == NULL || named->watch == NULL || subject == NULL || !good)
        return NULL;
    if (watch_type(named->watch) != TYPE_TEXT && watch_type(named->watch) != subject->type) {
        struct term like = {.type = watch_type(named->watch)};

        d = check_say(c, "R414", expr_span(n->first), "`%s` is %s, so it cannot be on `%.*s`",
            check_source(n->first).text, check_what(subject).text, (int)n->name.size, n->name.at);
        check_label(c, d, "each entry of that watchlist is %s", check_what(&like).text);
        return NULL;
    }
    if (subject->own_money)
        return own_money_listed(c, n, named);
    t = check_term_new(c, OP_ON, TYPE_BOOL, n, 1);
    if (t == NULL)
        return NULL;
    t->arg[0] = subject;
    t->named = named;
    t->name = named->name;
    t->weight = weight;
    t->index = names ? person_columns(c) : 0;
    t->negated = n->negated;
    (void)check_sealed(t);
    t->watches = true;
    return t;
}

const struct term *
check_test(struct checker *c, const struct node *n)
{
    switch (n->kind) {
    case NODE_NOT:
        return unary_term(c, OP_NOT, TYPE_BOOL, n, check_bool(c, n->first));
    case NODE_AND:
    case NODE_OR:
        return joined(c, n);
    case NODE_COMPARE:
        return comparison(c, n);
    case NODE_IN:
        return n->name.size > 0 ? in_list(c, n) : in_items(c, n);
    case NODE_CONTAINS:
    case NODE_STARTS:
    case NODE_ENDS:
        return text_test(c, n);
    case NODE_MATCHES:
        return matches(c, n);
    case NODE_ON:
        return on_watchlist(c, n);
    case NODE_MISSING:
        return unary_term(c, OP_MISSING, TYPE_BOOL, n, check_node(c, n->first));
    case NODE_PRESENT:
        return unary_term(c, OP_PRESENT, TYPE_BOOL, n, check_node(c, n->first));
    case NODE_LITERAL:
    case NODE_PARAMETER:
    case NODE_PATH:
    case NODE_CALL:
    case NODE_NEGATE:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        break;
    }
    assert(n->kind == NODE_OR); /* and so is never reached */
    return NULL;
}
