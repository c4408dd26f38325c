/*
 * program - an expression checked and compiled: the door of the expression language.
 */
#include "rule/program.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/compile.h"
#include "state/window.h"

/* --- aggregates --- */

static void
print_aggregate(const struct aggregate *a, struct buf *out)
{
    buf_print(out, "%d ", a->function);
    if (a->value != NULL)
        program_print(a->value, out);
    buf_byte(out, '\n');
    if (a->where != NULL)
        program_print(a->where, out);
}

static bool
same_aggregate(const struct aggregate *a, const struct aggregate *b)
{
    struct buf x = {0}, y = {0};
    bool same;

    if (a->function != b->function || a->type != b->type)
        return false;
    print_aggregate(a, &x);
    print_aggregate(b, &y);
    same = !x.failed && !y.failed && bytes_equal(buf_bytes(&x), buf_bytes(&y));
    buf_fini(&x);
    buf_fini(&y);
    return same;
}

uint32_t
compile_aggregate(
    struct arena *a, struct aggregates *aggs, const struct aggregate *fresh, bool *failed)
{
    for (uint32_t i = 0; i < aggs->count; i++)
        if (same_aggregate(&aggs->at[i], fresh))
            return i;
    if (aggs->count == aggs->cap) {
        uint32_t cap = aggs->cap == 0 ? 8 : 2 * aggs->cap;
        struct aggregate *at = arena_take(a, cap, sizeof *at);

        if (at == NULL) {
            *failed = true;
            return 0;
        }
        if (aggs->count > 0)
            memcpy(at, aggs->at, aggs->count * sizeof *at);
        aggs->at = at;
        aggs->cap = cap;
    }
    aggs->at[aggs->count] = *fresh;
    return aggs->count++;
}

/* --- clauses --- */

/* What the clauses of one program are made with. */
struct taking {
    struct arena *a;
    struct program *p;
    struct aggregates *aggs;
};

static bool
clause_text(struct arena *a, const struct node *n, struct bytes *out)
{
    struct buf text = {0};
    char *copy;

    expr_text(n->scalar, n->from, n->size, &text);
    copy = text.failed ? NULL : arena_copy(a, buf_bytes(&text));
    *out = (struct bytes){copy, text.size};
    buf_fini(&text);
    return copy != NULL;
}

/* Tests of one thing, which is their first operand. */
static bool
has_subject(enum op op)
{
    return op == OP_IN || op == OP_IN_LIST || op == OP_CONTAINS || op == OP_STARTS ||
           op == OP_ENDS || op == OP_MATCHES || op == OP_ON || op == OP_MISSING || op == OP_PRESENT;
}

static enum clause_join
join_of(const struct term *t)
{
    return t->op == OP_AND   ? CLAUSE_AND
           : t->op == OP_OR  ? CLAUSE_OR
           : t->op == OP_NOT ? CLAUSE_NOT
                             : CLAUSE_TEST;
}

/* A join whose parts stand in its place: the outermost `and`, and chains in an `and`. */
static bool
is_open(const struct term *t, const struct term *above)
{
    return t->op == OP_AND && (above == NULL || (t->chain && above->op == OP_AND));
}

static size_t
count_clauses(const struct term *t, const struct term *above)
{
    size_t count = 0;

    if (!is_open(t, above))
        return 1;
    for (uint32_t i = 0; i < t->count; i++)
        count += count_clauses(t->arg[i], t);
    return count;
}

static bool clause_parts(const struct taking *take, const struct term *t, struct clause *c);

static bool
clause_fill(const struct taking *take, const struct term *t, struct clause *c)
{
    const struct program *p = take->p;

    c->join = join_of(t);
    c->whole = t == p->term ? p : compile_term(take->a, t, p->fields, p->matcher, take->aggs);
    if (t->op == OP_COMPARE) {
        c->relation = relation_texts[t->relation];
        c->left = compile_term(take->a, t->arg[0], p->fields, p->matcher, take->aggs);
        c->right = compile_term(take->a, t->arg[1], p->fields, p->matcher, take->aggs);
        if (c->left == NULL || c->right == NULL)
            return false;
    }
    if (has_subject(t->op)) {
        c->subject = compile_term(take->a, t->arg[0], p->fields, p->matcher, take->aggs);
        if (c->subject == NULL)
            return false;
    }
    return c->whole != NULL && clause_text(take->a, t->node, &c->text) &&
           (c->join == CLAUSE_TEST || clause_parts(take, t, c));
}

static bool
fill_clauses(const struct taking *take, const struct term *t, const struct term *above,
    struct clause *c, size_t *at)
{
    if (!is_open(t, above))
        return clause_fill(take, t, &c[(*at)++]);
    for (uint32_t i = 0; i < t->count; i++)
        if (!fill_clauses(take, t->arg[i], t, c, at))
            return false;
    return true;
}

static bool
clause_parts(const struct taking *take, const struct term *t, struct clause *c)
{
    size_t count = 0, at = 0;
    struct clause *part;

    for (uint32_t i = 0; i < t->count; i++)
        count += count_clauses(t->arg[i], t);
    part = arena_take(take->a, count, sizeof *part);
    for (uint32_t i = 0; part != NULL && i < t->count; i++)
        if (!fill_clauses(take, t->arg[i], t, part, &at))
            return false;
    c->part = part;
    c->part_count = count;
    return part != NULL;
}

static bool
add_clauses(const struct taking *take)
{
    struct program *p = take->p;
    struct clause *c = arena_take(take->a, count_clauses(p->term, NULL), sizeof *c);

    p->clause = c;
    return c != NULL && fill_clauses(take, p->term, NULL, c, &p->clause_count);
}

/* --- the door --- */

struct program *
program_new(struct arena *a, struct diags *ds, struct scope *scope, const struct expr *e,
    enum type want, struct aggregates *aggs)
{
    const struct term *t = check_expr(a, ds, scope, e, want, aggs);
    struct program *p;

    if (t == NULL)
        return NULL;
    p = compile_term(a, t, scope->fields, scope->matcher, aggs);
    if (p != NULL &&
        (t->type != TYPE_BOOL || add_clauses(&(struct taking){.a = a, .p = p, .aggs = aggs})))
        return p;
    (void)diag_add(
        ds, DIAG_ERROR, "E401", e->scalar->at, "out of memory while this expression is compiled");
    return NULL;
}

enum type
program_type(const struct program *p)
{
    return p->type;
}

int64_t
program_currency(const struct program *p)
{
    return p->type == TYPE_MONEY ? p->currency : 0;
}

bool
program_percent(const struct program *p)
{
    return p->percent;
}

static bool
is_aggregate(const struct term *t, enum window_function a, enum window_function b)
{
    return t->op == OP_AGGREGATE && (t->index == a || t->index == b);
}

bool
program_counted(const struct program *p)
{
    return is_aggregate(p->term, WINDOW_COUNT, WINDOW_DISTINCT);
}

bool
program_portion(const struct program *p)
{
    return is_aggregate(p->term, WINDOW_SHARE, WINDOW_MODE_SHARE);
}

static bool
rests_on_words(const struct term *t)
{
    bool words = t->op == OP_CONTAINS || t->op == OP_MATCHES || t->op == OP_STARTS ||
                 t->op == OP_ENDS || (t->op == OP_ON && watch_is_pattern(t->named->watch));
    bool all = t->op == OP_OR;

    if (words)
        return !t->negated && t->arg[0]->op == OP_FIELD && t->arg[0]->index == TXN_NARRATIVE;
    if (t->op != OP_AND && t->op != OP_OR)
        return false;
    for (uint32_t i = 0; i < t->count; i++)
        if (rests_on_words(t->arg[i]) != all)
            return !all;
    return all;
}

bool
program_rests_on_words(const struct program *p)
{
    return rests_on_words(p->term);
}

static bool
says_who(const struct term *t)
{
    switch (t->op == OP_FIELD ? t->index : TXN_FIELD_COUNT) {
    case TXN_O_COUNTRY:
    case TXN_B_COUNTRY:
    case TXN_O_NAME:
    case TXN_B_NAME:
    case TXN_O_SEGMENT:
    case TXN_B_SEGMENT:
        return true;
    default:
        return t->op == OP_PHONE_COUNTRY || t->op == OP_IBAN_COUNTRY;
    }
}

static bool
rests_on_who(const struct term *t)
{
    if (t->op != OP_AND && t->op != OP_OR && t->op != OP_NOT)
        return t->op != OP_ON && t->count > 0 &&
               (says_who(t->arg[0]) ||
                   (t->op == OP_COMPARE && t->arg[0]->op == OP_CONST && says_who(t->arg[1])));
    for (uint32_t i = 0; i < t->count; i++)
        if (!rests_on_who(t->arg[i]))
            return false;
    return true;
}

bool
program_rests_on_who(const struct program *p)
{
    return rests_on_who(p->term);
}

void
program_print(const struct program *p, struct buf *out)
{
    print_term(p->term, p->fields, out);
}

size_t
program_clauses(const struct program *p, const struct clause **out)
{
    *out = p->clause;
    return p->clause_count;
}
