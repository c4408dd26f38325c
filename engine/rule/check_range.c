/*
 * check_range - tests that can never be true, always are, or say nothing new (L601, L602, L603 of
 * rule-language.md section 15), by what values a side can have: parameters range over what they
 * allow, counts begin at 0, shares end at 1, code words are counted out.
 *
 * Only what holds for every allowed setting is told, and a missing value is nobody's fault: what
 * is always true here is so wherever it is decided.
 */
#include "rule/check.h"

#include <string.h>

#include "base/buf.h"
#include "state/window.h"

enum { CLAIMS_MAX = 64 };

/* The values one side can have. An end that is not set is open. */
struct range {
    struct value low, high;
};

/* What one test claims of its subject: bounds that may move with a parameter, or code words. */
struct claim {
    const struct term *test, *subject;
    struct range low, high; /* of the bound; unset: none */
    bool above, below;      /* the bound itself is excluded */
    bool words;             /* code words instead of bounds */
    bool told;              /* once is enough */
    uint64_t mask;          /* of small codes */
};

/* ---- values ------------------------------------------------------------------------------ */

static bool
less(struct value a, struct value b)
{
    bool overflow = false;

    return a.set && b.set && a.type == b.type && value_compare(a, b, &overflow) < 0 && !overflow;
}

static bool
at_most(struct value a, struct value b)
{
    bool overflow = false;

    return a.set && b.set && a.type == b.type && value_compare(a, b, &overflow) <= 0 && !overflow;
}

/* The parameter a constant came from, or NULL. */
static const struct parameter *
parameter_of(const struct checker *c, const struct term *t)
{
    if (t->op != OP_CONST || t->node == NULL || t->node->kind != NODE_PARAMETER)
        return NULL;
    for (size_t i = 0; i < c->scope->parameter_count; i++)
        if (bytes_equal(c->scope->parameters[i].name, t->node->name))
            return &c->scope->parameters[i];
    return NULL;
}

static struct range
constant_range(const struct checker *c, const struct term *t)
{
    const struct parameter *p = parameter_of(c, t);
    struct range r = {t->value, t->value};

    if (p == NULL)
        return r;
    if (p->low.set && p->high.set)
        return (struct range){p->low, p->high};
    for (size_t k = 0; k < p->choice_count; k++) {
        r.low = less(p->choices[k], r.low) ? p->choices[k] : r.low;
        r.high = less(r.high, p->choices[k]) ? p->choices[k] : r.high;
    }
    return r;
}

static const struct measure_name *
measure_of(const struct checker *c, const struct term *t)
{
    return t->op == OP_MEASURE && t->index < c->scope->measure_count ? &c->scope->measures[t->index]
                                                                     : NULL;
}

static struct range
measure_range(const struct checker *c, const struct term *t)
{
    struct range r = {value_missing(t->type), value_missing(t->type)};
    const struct measure_name *m = measure_of(c, t);

    if (m == NULL)
        return r;
    if (m->counted || m->portion)
        r.low = value_num(TYPE_NUMBER, 0);
    if (m->portion)
        r.high = value_num(TYPE_NUMBER, NUMBER_SCALE);
    if (m->at_most_of != NULL)
        r.high = value_num(TYPE_NUMBER, m->at_most * (int128)NUMBER_SCALE);
    return r;
}

static struct range
range_of(const struct checker *c, const struct term *t)
{
    struct range r = {value_missing(t->type), value_missing(t->type)};

    if (t->op == OP_CONST && !type_is_text(t->type))
        return constant_range(c, t);
    if (t->op == OP_MEASURE)
        return measure_range(c, t);
    if (t->op == OP_HOUR) {
        r.low = value_num(TYPE_NUMBER, 0);
        r.high = value_num(TYPE_NUMBER, 23 * (int128)NUMBER_SCALE);
    } else if (t->op == OP_LENGTH) {
        r.low = value_num(TYPE_NUMBER, 0);
    }
    return r;
}

/* ---- one test ------------------------------------------------------------------------------ */

enum verdict { OPEN, ALWAYS, NEVER };

static enum verdict
judge(enum relation relation, struct range a, struct range b)
{
    switch (relation) {
    case RELATION_LESS:
        return less(a.high, b.low) ? ALWAYS : at_most(b.high, a.low) ? NEVER : OPEN;
    case RELATION_AT_MOST:
        return at_most(a.high, b.low) ? ALWAYS : less(b.high, a.low) ? NEVER : OPEN;
    case RELATION_MORE:
        return less(b.high, a.low) ? ALWAYS : at_most(a.high, b.low) ? NEVER : OPEN;
    case RELATION_AT_LEAST:
        return at_most(b.high, a.low) ? ALWAYS : less(a.high, b.low) ? NEVER : OPEN;
    case RELATION_EQUAL:
        return less(a.high, b.low) || less(b.high, a.low) ? NEVER : OPEN;
    case RELATION_UNEQUAL:
        return less(a.high, b.low) || less(b.high, a.low) ? ALWAYS : OPEN;
    }
    return OPEN;
}

/* A sum of points, its line out of reach: what adds up, and where the line may begin. */
static bool
say_limit(struct checker *c, const struct term *t, bool whole)
{
    bool turned = measure_of(c, t->arg[0]) == NULL;
    const struct measure_name *m = measure_of(c, t->arg[turned ? 1 : 0]);
    enum relation r = turned ? expr_mirrored(t->relation) : t->relation;
    const struct term *line = t->arg[turned ? 0 : 1];
    const struct parameter *p = parameter_of(c, line);
    struct buf start = {0};
    struct diag *d;

    if (m == NULL || m->at_most_of == NULL || (r != RELATION_AT_LEAST && r != RELATION_MORE))
        return false;
    value_print(range_of(c, line).low, false, NULL, &start);
    d = diag_add(c->ds, DIAG_WARNING, "L602", expr_span(t->node),
        "%s: the points add up to at most %lld, the line %s %.*s",
        whole ? "this rule can never alert" : "this test can never be true", (long long)m->at_most,
        p != NULL ? "starts at" : "is", (int)start.size, start.failed ? "" : start.at);
    diag_label(c->ds, d, "never true%s", p != NULL ? " for any allowed value" : "");
    if (p != NULL && p->range_at.size > 0)
        diag_mark(c->ds, d, p->range_at, "lowest allowed %.*s is %.*s", (int)p->name.size,
            p->name.at, (int)start.size, start.failed ? "" : start.at);
    diag_note(c->ds, d, "%s", m->at_most_of);
    buf_fini(&start);
    return true;
}

static void
say(struct checker *c, const struct term *t, enum verdict v)
{
    struct diag *d = diag_add(c->ds, DIAG_WARNING, v == NEVER ? "L602" : "L601", expr_span(t->node),
        "this test can %s be true", v == NEVER ? "never" : "only");

    diag_label(c->ds, d, "%s for any allowed value", v == NEVER ? "never true" : "true");
}

static enum verdict
verdict_of(const struct checker *c, const struct term *t)
{
    return t->op == OP_COMPARE ? judge(t->relation, range_of(c, t->arg[0]), range_of(c, t->arg[1]))
                               : OPEN;
}

/* ---- claims about one subject ------------------------------------------------------------------
 */

static bool
bound_claim(const struct checker *c, const struct term *t, struct claim *out)
{
    bool turned = t->arg[0]->op == OP_CONST;
    enum relation r = turned ? expr_mirrored(t->relation) : t->relation;
    const struct term *bound = t->arg[turned ? 0 : 1];
    struct range at = range_of(c, bound);

    out->subject = t->arg[turned ? 1 : 0];
    if (bound->op != OP_CONST || !at.low.set || !at.high.set || r == RELATION_UNEQUAL ||
        out->subject->op == OP_CONST)
        return false;
    if (r != RELATION_LESS && r != RELATION_AT_MOST)
        out->low = at;
    if (r != RELATION_MORE && r != RELATION_AT_LEAST)
        out->high = at;
    out->above = r == RELATION_MORE;
    out->below = r == RELATION_LESS;
    return true;
}

/* Words of sets so small that they fit a mask; a finer channel belongs to the one above, too. */
static bool
add_word(const struct term *t, uint64_t *mask)
{
    if (t->op != OP_CONST ||
        (t->type != TYPE_CHANNEL && t->type != TYPE_KIND && t->type != TYPE_DIRECTION &&
            t->type != TYPE_WEEKDAY) ||
        t->value.num < 0 || t->value.num > 63 ||
        (t->type == TYPE_CHANNEL &&
            channel_parent((enum channel)t->value.num) != (enum channel)t->value.num))
        return false;
    *mask |= UINT64_C(1) << (unsigned)t->value.num;
    return true;
}

static bool
word_claim(const struct term *t, struct claim *out)
{
    bool turned = t->negated || (t->op == OP_COMPARE && t->relation == RELATION_UNEQUAL);

    if (t->op == OP_COMPARE && t->relation != RELATION_EQUAL && !turned)
        return false;
    out->subject = t->arg[0];
    out->words = true;
    for (uint32_t i = 1; i < t->count; i++)
        if (!add_word(t->arg[i], &out->mask))
            return false;
    if (turned)
        out->mask = ~out->mask;
    return true;
}

static bool
claim_of(const struct checker *c, const struct term *t, struct claim *out)
{
    *out = (struct claim){.test = t};
    if (t->op != OP_COMPARE && t->op != OP_IN)
        return false;
    if (word_claim(t, out))
        return out->subject->op != OP_CONST;
    *out = (struct claim){.test = t};
    return t->op == OP_COMPARE && bound_claim(c, t, out);
}

static bool
same_subject(const struct checker *c, const struct term *a, const struct term *b)
{
    struct buf left = {0}, right = {0};
    bool same;

    if (a->op != b->op || a->type != b->type)
        return false;
    print_term(a, c->scope->fields, &left);
    print_term(b, c->scope->fields, &right);
    same = !left.failed && !right.failed && bytes_equal(buf_bytes(&left), buf_bytes(&right));
    buf_fini(&left);
    buf_fini(&right);
    return same;
}

/* Can nothing fulfil both, whatever the parameters are? */
static bool
exclude(const struct claim *a, const struct claim *b)
{
    if (a->words || b->words)
        return a->words && b->words && (a->mask & b->mask) == 0;
    return less(b->high.high, a->low.low) ||
           ((a->above || b->below) && at_most(b->high.high, a->low.low)) ||
           less(a->high.high, b->low.low) ||
           ((b->above || a->below) && at_most(a->high.high, b->low.low));
}

/* Does whatever fulfils `a` fulfil `b`, whatever the parameters are? */
static bool
implies(const struct claim *a, const struct claim *b)
{
    if (a->words || b->words)
        return a->words && b->words && (a->mask & ~b->mask) == 0;
    if (b->low.low.set && !(less(b->low.high, a->low.low) ||
                              (at_most(b->low.high, a->low.low) && (a->above || !b->above))))
        return false;
    if (b->high.low.set && !(less(a->high.high, b->high.low) ||
                               (at_most(a->high.high, b->high.low) && (a->below || !b->below))))
        return false;
    return b->low.low.set || b->high.low.set;
}

static void
tell_exclusion(struct checker *c, const struct claim *a, const struct claim *b)
{
    struct diag *d = diag_add(c->ds, DIAG_WARNING, "L602", expr_span(b->test->node),
        "these two tests can never both be true");

    diag_label(c->ds, d, "never where the other is");
    diag_mark(c->ds, d, expr_span(a->test->node), "the other one");
    diag_help(c->ds, d, "so the condition is never true; did you mean `or`?");
}

static void
tell_implied(struct checker *c, const struct claim *sure, const struct claim *idle, bool either)
{
    struct diag *d = diag_add(c->ds, DIAG_WARNING, "L603", expr_span(idle->test->node),
        "this test says nothing new: another one beside it already covers it");

    diag_label(
        c->ds, d, either ? "only true where the other is, too" : "true wherever the other is");
    diag_mark(c->ds, d, expr_span(sure->test->node), "the other one");
    diag_help(c->ds, d, "remove it, or correct one of the two");
}

static void
look_at_pair(struct checker *c, struct claim *a, struct claim *b, enum op op)
{
    struct claim *idle;

    if (a->told || b->told || !same_subject(c, a->subject, b->subject))
        return;
    if (op == OP_AND && exclude(a, b)) {
        tell_exclusion(c, a, b);
        b->told = true;
    } else if (implies(a, b) || implies(b, a)) {
        idle = implies(a, b) == (op == OP_AND) ? b : a;
        tell_implied(c, idle == b ? a : b, idle, op == OP_OR);
        idle->told = true;
    }
}

static void
add_claim(const struct checker *c, const struct term *t, struct claim *claim, size_t *count)
{
    if (t->op == OP_AND && t->chain) {
        for (uint32_t i = 0; i < t->count; i++)
            add_claim(c, t->arg[i], claim, count);
        return;
    }
    if (*count < CLAIMS_MAX && verdict_of(c, t) == OPEN && claim_of(c, t, &claim[*count]))
        ++*count;
}

static void
look_at_join(struct checker *c, const struct term *t)
{
    struct claim claim[CLAIMS_MAX];
    size_t count = 0;

    for (uint32_t i = 0; i < t->count; i++)
        if (t->op == OP_AND || !t->arg[i]->chain)
            add_claim(c, t->arg[i], claim, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            look_at_pair(c, &claim[i], &claim[k], t->op);
}

/* `whole`: where this is never true, the whole condition is not. */
static void
look_at(struct checker *c, const struct term *t, bool whole)
{
    enum verdict v = verdict_of(c, t);

    if (v != OPEN && !(v == NEVER && say_limit(c, t, whole)))
        say(c, t, v);
    if (t->op == OP_AND || t->op == OP_OR)
        look_at_join(c, t);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct term *arg = t->arg[i];

        if (arg == NULL)
            continue;
        if (t->op == OP_AND && arg->op == OP_AND && arg->chain)
            for (uint32_t k = 0; k < arg->count; k++) /* its claims were looked at above */
                look_at(c, arg->arg[k], whole);
        else
            look_at(c, arg, whole && t->op == OP_AND);
    }
}

void
check_ranges(struct checker *c, const struct term *root)
{
    look_at(c, root, true);
}
