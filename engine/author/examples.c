#include "author/examples.h"

#include <stdlib.h>
#include <string.h>

#include "author/boundary.h"

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the tests");
}

static int
by_place(const void *left, const void *right)
{
    const struct rule *a = ((const struct example_rule *)left)->rule;
    const struct rule *b = ((const struct example_rule *)right)->rule;
    int order = strcmp(a->file, b->file);

    if (order == 0)
        order = (a->at.from > b->at.from) - (a->at.from < b->at.from);
    return order != 0 ? order : bytes_compare(a->name, b->name);
}

static bool
pick_rules(const struct ruleset *rs, const char *only, struct examples *x)
{
    x->rule = arena_take(&x->arena, rs->rule_count + 1, sizeof *x->rule);
    if (x->rule == NULL)
        return false;
    for (uint32_t i = 0; i < rs->rule_count; i++)
        if (only == NULL || bytes_equal(rs->rule[i].name, bytes_of(only)))
            x->rule[x->rule_count++] = (struct example_rule){.rule = &rs->rule[i], .index = i};
    if (x->rule_count > 1)
        qsort(x->rule, x->rule_count, sizeof *x->rule, by_place);
    return true;
}

/* A rule that cannot be made with the values of a test fails it. */
static bool
refused(struct examples *x, const struct weir_err *why, struct verdict *v)
{
    v->fault = arena_take(&x->arena, 1, sizeof *v->fault);
    if (v->fault == NULL)
        return false;
    v->fault->kind = FAULT_VALUES;
    v->fault->got.at = arena_copy(&x->arena, bytes_of(why->text));
    v->fault->got.size = strlen(why->text);
    v->count = 1;
    return v->fault->got.at != NULL;
}

static enum weir_status
run_one(struct examples *x, uint32_t rule, struct example *e, struct weir_err *err)
{
    struct trial_spec spec = {.base = x->rs, .rule = rule, .test = e->test};
    struct arena room;
    struct trial trial;
    struct weir_err why = {0};
    enum weir_status st;

    arena_init(&room, 0, "a test");
    st = trial_run(&spec, &room, &trial, &why);
    if (st == WEIR_OK)
        st = verdict_of(&trial, e->test, &x->arena, &e->verdict) ? WEIR_OK : out_of_memory(&why);
    else if (st == WEIR_REJECT)
        st = refused(x, &why, &e->verdict) ? WEIR_OK : out_of_memory(&why);
    if (st != WEIR_OK)
        *err = why;
    trial_fini(&trial);
    arena_fini(&room);
    return st;
}

static enum weir_status
run_rule(struct examples *x, struct example_rule *r, struct weir_err *err)
{
    enum weir_status st;

    r->example_count = r->rule->test_count;
    r->example = arena_take(&x->arena, r->example_count + 1, sizeof *r->example);
    if (r->example == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < r->example_count; i++) {
        r->example[i].test = &r->rule->tests[i];
        if ((st = run_one(x, r->index, &r->example[i], err)) != WEIR_OK)
            return st;
        x->test_count++;
        x->failed += r->example[i].verdict.count > 0;
    }
    if ((st = boundary_check(x->rs, r, &x->arena, err)) != WEIR_OK)
        return st;
    x->parameters += r->boundary_count;
    for (size_t i = 0; i < r->boundary_count; i++)
        x->pinned += !r->boundary[i].up_loose && !r->boundary[i].down_loose;
    return WEIR_OK;
}

enum weir_status
examples_run(const struct ruleset *rs, const char *only, struct examples *out, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    *out = (struct examples){.rs = rs};
    arena_init(&out->arena, 0, "tests");
    if (!pick_rules(rs, only, out))
        return out_of_memory(err);
    for (size_t i = 0; i < out->rule_count && st == WEIR_OK; i++)
        st = run_rule(out, &out->rule[i], err);
    return st;
}

void
examples_fini(struct examples *x)
{
    arena_fini(&x->arena);
}
