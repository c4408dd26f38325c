/*
 * repeated - one threshold written out in three rules or more (L606): whoever moves it in one
 * has to remember the others.
 *
 * Amounts, shares and time spans count, compared with the same thing in the same way. Plain
 * numbers define patterns (two countries, three hops) and may stay, and so may what stands in a
 * macro or is a parameter.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rule/compile.h"
#include "rule/loader.h"
#include "rule/term.h"

enum { RULES_ENOUGH = 3, PLACES_SHOWN = 3 };

struct threshold {
    struct bytes text; /* canonical, in the loader's arena */
    struct span at;
    size_t rule;
};

struct finding {
    struct loader *ld;
    struct threshold *list;
    size_t count, cap, rule;
    struct span within; /* the rule's own text */
};

static bool
is_threshold(const struct finding *f, const struct term *t)
{
    struct span at;

    for (uint32_t i = 0; t->op == OP_COMPARE && i < 2; i++) {
        const struct term *bound = t->arg[i];

        if (bound->op != OP_CONST || bound->node->kind != NODE_LITERAL ||
            t->arg[1 - i]->op == OP_CONST)
            continue;
        at = bound->node->scalar->at;
        return (bound->type == TYPE_MONEY || bound->type == TYPE_DURATION || bound->percent) &&
               at.file == f->within.file && at.from >= f->within.from &&
               at.from < f->within.from + f->within.size;
    }
    return false;
}

/* The bound on the right, however it was written. */
static void
put_threshold(const struct term *t, const struct field *fields, struct buf *out)
{
    bool turned = t->arg[0]->op == OP_CONST;

    print_term(t->arg[turned ? 1 : 0], fields, out);
    buf_text(out, relation_texts[turned ? expr_mirrored(t->relation) : t->relation]);
    print_term(t->arg[turned ? 0 : 1], fields, out);
}

static bool
add(struct finding *f, const struct term *t)
{
    struct threshold *grown;
    struct buf text = {0};
    char *copy;

    if (f->count == f->cap) {
        grown = alloc_grow(f->list, (2 * f->cap + 64) * sizeof *grown);
        if (grown == NULL)
            return false;
        f->list = grown;
        f->cap = 2 * f->cap + 64;
    }
    put_threshold(t, f->ld->rs->fields, &text);
    copy = text.failed ? NULL : arena_copy(f->ld->a, buf_bytes(&text));
    f->list[f->count] = (struct threshold){{copy, text.size}, expr_span(t->node), f->rule};
    buf_fini(&text);
    f->count += copy != NULL;
    return copy != NULL;
}

static bool
walk(struct finding *f, const struct term *t)
{
    if (t == NULL)
        return true;
    if (is_threshold(f, t))
        return add(f, t);
    for (uint32_t i = 0; i < t->count; i++)
        if (!walk(f, t->arg[i]))
            return false;
    return true;
}

static bool
walk_program(struct finding *f, const struct program *p)
{
    return p == NULL || walk(f, p->term);
}

static int
by_text(const void *a, const void *b)
{
    const struct threshold *x = a, *y = b;
    int order = bytes_compare(x->text, y->text);

    if (order != 0)
        return order;
    if (x->at.file != y->at.file)
        return x->at.file < y->at.file ? -1 : 1;
    return (x->at.from > y->at.from) - (x->at.from < y->at.from);
}

static void
tell(struct finding *f, const struct threshold *one, size_t count, size_t rules)
{
    struct diag *d = diag_add(f->ld->ds, DIAG_WARNING, "L606", one->at,
        "the same line is written out in %zu rules", rules);
    size_t shown = 1;

    diag_label(f->ld->ds, d, "here");
    for (size_t i = 1; i < count && shown < PLACES_SHOWN; i++)
        if (one[i].rule != one[i - 1].rule) {
            diag_mark(f->ld->ds, d, one[i].at, "and here");
            shown++;
        }
    diag_help(f->ld->ds, d,
        "make it a macro that all use, or in each rule a parameter that may be tuned");
}

static void
tell_groups(struct finding *f)
{
    size_t next;

    for (size_t i = 0; i < f->count; i = next) {
        size_t rules = 1;

        for (next = i + 1; next < f->count && bytes_equal(f->list[next].text, f->list[i].text);
             next++)
            rules += f->list[next].rule != f->list[next - 1].rule;
        if (rules >= RULES_ENOUGH)
            tell(f, &f->list[i], next - i, rules);
    }
}

void
repeated_tell(struct loader *ld)
{
    struct finding f = {.ld = ld};
    bool good = true;

    for (f.rule = 0; good && f.rule < ld->rs->rule_count; f.rule++) {
        const struct rule *r = &ld->rs->rule[f.rule];

        if (r->status == RULE_RETIRED)
            continue;
        f.within = loader_find(ld, r->name)->map->at;
        good = walk_program(&f, r->when) && walk_program(&f, r->alert_if);
        for (size_t i = 0; good && i < r->measure_count; i++)
            good = walk_program(&f, r->measures[i].program);
    }
    if (f.count > 0)
        qsort(f.list, f.count, sizeof *f.list, by_text);
    if (good)
        tell_groups(&f);
    alloc_free(f.list);
    ld->no_memory = ld->no_memory || !good;
}
