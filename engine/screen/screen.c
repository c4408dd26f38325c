#include "screen/screen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "ingest/legal_form.h"
#include "screen/outputs.h"
#include "screen/run.h"
#include "text/diag.h"

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
}

/* Each restart teaches one thing about one input, so there are never more than these. */
static uint32_t
restarts_most(const struct inputs *in)
{
    return (uint32_t)in->count * 2 + 2;
}

static enum weir_status
read_all(struct run *run, struct inputs *in, struct weir_err *err)
{
    for (;;) {
        struct weir_err why = {0};
        enum pass_end end = pass_run(run, in, &why);

        if (end == PASS_DONE)
            return WEIR_OK;
        if (end == PASS_FAILED || run->restarts == restarts_most(in)) {
            *err = why;
            return WEIR_FAIL;
        }
        pass_free(run);
        run->restarts++;
        if (inputs_usable(in) == 0)
            return WEIR_OK;
    }
}

static bool
needs_attention(const struct run *run, const struct screen_result *r)
{
    for (size_t i = 0; i < r->inputs.count; i++)
        if (r->inputs.at[i].aside || r->inputs.at[i].counts.quarantined > 0 ||
            r->inputs.at[i].conflicts > 0)
            return true;
    for (uint32_t i = 0; i < run->rules->rule_count; i++) {
        struct judge_counts c;
        uint64_t percent;

        if (!run->active[i])
            continue;
        judge_counts(run->judge, i, &c);
        if (judge_undecided(&c, run->rows, &percent) || c.inconclusive > 0 || c.search_cut > 0)
            return true;
    }
    return r->limit_count > 0;
}

/* A strict run ends where a pattern was not looked for to the end. Accounts stay out of messages.
 */
static enum weir_status
refuse_cuts(const struct run *run, struct weir_err *err)
{
    for (uint32_t i = 0; i < run->rules->rule_count; i++) {
        const struct rule *rule = &run->rules->rule[i];
        struct judge_counts c;

        if (!run->active[i])
            continue;
        judge_counts(run->judge, i, &c);
        if (c.search_cut > 0)
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E403",
                "the rule %.*s ended %" PRIu64 " search%s before everything was looked at, so this "
                "strict run wrote nothing; without --strict coverage.jsonl names the accounts",
                (int)rule->name.size, rule->name.at, c.search_cut, c.search_cut == 1 ? "" : "es");
    }
    return WEIR_OK;
}

static uint64_t
limits_in(const struct eval_room *room, const struct named *watch)
{
    const struct eval_limit *list;
    size_t count = eval_room_limits(room, &list);

    for (size_t i = 0; i < count; i++)
        if (list[i].watch == watch)
            return list[i].count;
    return 0;
}

/* What every thread met, by watchlist. */
static bool
gather_limits(const struct run *run, struct screen_result *r)
{
    const struct ruleset *rs = run->rules;

    r->limits = alloc_zero(rs->name_count + 1, sizeof *r->limits);
    for (size_t i = 0; r->limits != NULL && i < rs->name_count; i++) {
        uint64_t sum = limits_in(judge_room(run->judge), &rs->names[i]);

        for (uint32_t k = 0; k <= run->workers; k++)
            sum += limits_in(run->rooms[k], &rs->names[i]);
        if (sum > 0)
            r->limits[r->limit_count++] =
                (struct screen_limit){.watch = &rs->names[i], .count = sum};
    }
    return r->limits != NULL;
}

static enum weir_status
count_alerts(struct run *run, struct screen_result *r, struct weir_err *err)
{
    size_t rules = run->rules->rule_count;

    r->alerts = book_close(run->book, &r->alert_count);
    r->rule = alloc_zero(rules + 1, sizeof *r->rule);
    if (r->rule == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < rules; i++) {
        r->rule[i].ran = run->active[i];
        r->rule[i].why_not = run->why_not[i];
    }
    for (size_t i = 0; i < r->alert_count; i++)
        r->rule[r->alerts[i]->rule - run->alert_rules].alerts++;
    return WEIR_OK;
}

static enum weir_status
make_folders(struct run *run, struct weir_err *err)
{
    const struct screen_spec *s = run->spec;
    const char *work = s->work != NULL ? s->work : s->out;
    enum weir_status st = s->out == NULL ? WEIR_OK : file_make_dirs(s->out, err);

    if (st != WEIR_OK)
        return st;
    assert(work != NULL); /* who writes nothing says where to spill */
    run->work = alloc_take(strlen(work) + 1);
    if (run->work == NULL)
        return out_of_memory(err);
    memcpy(run->work, work, strlen(work) + 1);
    return file_make_dirs(run->work, err);
}

static enum weir_status
find_inputs(struct run *run, struct inputs *in, struct weir_err *err)
{
    const struct screen_spec *s = run->spec;
    enum weir_status st = inputs_find(in, s->inputs, s->input_count, run->mappings, err);

    if (st == WEIR_END)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_NO_INPUT, "E200",
            "no input file found below %s; give files or folders of bank exports", s->inputs[0]);
    if (st != WEIR_OK)
        return st;
    if (inputs_usable(in) == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, in->at[0].why.code, "%s: %s%s",
            in->at[0].shown, input_why(&in->at[0]),
            in->count > 1 ? "; nor can any of the other inputs be used" : "");
    return WEIR_OK;
}

enum weir_status
screen_run(const struct screen_spec *spec, struct diags *ds, struct screen_result *out,
    struct weir_err *err)
{
    struct run *run = alloc_zero(1, sizeof *run);
    enum weir_status st;

    *out = (struct screen_result){.run = run};
    if (run == NULL)
        return out_of_memory(err);
    run->spec = spec;
    if ((st = setup_load(run, ds, err)) != WEIR_OK ||
        (st = find_inputs(run, &out->inputs, err)) != WEIR_OK ||
        (st = setup_rules(run, &out->inputs, err)) != WEIR_OK ||
        (st = make_folders(run, err)) != WEIR_OK ||
        (st = read_all(run, &out->inputs, err)) != WEIR_OK)
        return st;
    out->rules = run->rules;
    out->judge = run->judge;
    out->rows = run->rows;
    out->restarts = run->restarts;
    if (inputs_usable(&out->inputs) == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, out->inputs.at[0].why.code, "%s: %s%s",
            out->inputs.at[0].shown, input_why(&out->inputs.at[0]),
            out->inputs.count > 1 ? "; nor can any of the other inputs be used" : "");
    if (spec->strict && (st = refuse_cuts(run, err)) != WEIR_OK)
        return st;
    if ((st = count_alerts(run, out, err)) != WEIR_OK)
        return st;
    if (!gather_limits(run, out))
        return out_of_memory(err);
    out->attention = needs_attention(run, out);
    return spec->out == NULL ? WEIR_OK : outputs_write(run, out, err);
}

void
screen_free(struct screen_result *result)
{
    struct run *run = result->run;

    alloc_free(result->rule);
    alloc_free(result->limits);
    inputs_fini(&result->inputs);
    if (run == NULL)
        return;
    pass_free(run);
    merge_watch_free(run->watch);
    setup_free(run);
    alloc_free(run->work);
    alloc_free(run);
}
