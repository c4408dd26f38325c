/*
 * page - the summary an analyst reads when a run ends (summary_print): what was read, what came
 * out, what was not done, where to look.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/civil.h"
#include "rule/judge.h"
#include "screen/summary.h"

enum { ASIDE_SHOWN = 10 };

/* 1234567 -> 1 234 567 */
static void
put_grouped(struct buf *out, uint64_t n)
{
    if (n >= 1000) {
        put_grouped(out, n / 1000);
        buf_print(out, " %03" PRIu64, n % 1000);
    } else {
        buf_print(out, "%" PRIu64, n);
    }
}

static void
put_counted(struct buf *out, uint64_t n, const char *one, const char *many)
{
    put_grouped(out, n);
    buf_byte(out, ' ');
    buf_text(out, n == 1 ? one : many);
}

struct books {
    uint64_t rows, accepted, duplicate, quarantined, skipped;
};

static struct books
add_up(const struct inputs *in)
{
    struct books sum = {0};

    for (size_t i = 0; i < in->count; i++) {
        const struct input *input = &in->at[i];

        if (input->aside)
            continue;
        sum.rows += input->counts.read.rows;
        sum.duplicate += input->duplicates;
        sum.quarantined += input->counts.quarantined + input->conflicts;
        sum.skipped += input->counts.skipped;
        sum.accepted += input->counts.accepted - input->duplicates - input->conflicts;
    }
    return sum;
}

static void
put_read(const struct screen_result *r, const struct summary_run *run, struct buf *out)
{
    struct books sum = add_up(&r->inputs);

    buf_text(out, "Read       ");
    put_counted(out, inputs_usable(&r->inputs), "file of ", "files of ");
    put_counted(out, r->inputs.source_count, "bank", "banks");
    buf_text(out, ", ");
    put_counted(out, sum.rows, "row", "rows");
    buf_print(out, " in %" PRId64 ".%" PRId64 " s", run->elapsed_us / US_PER_S,
        run->elapsed_us % US_PER_S / (US_PER_S / 10));
    buf_text(out, "\nBooks      ");
    put_grouped(out, sum.accepted);
    buf_text(out, " accepted + ");
    put_grouped(out, sum.duplicate);
    buf_text(out, " met twice + ");
    put_grouped(out, sum.quarantined);
    buf_text(out, " quarantined");
    if (sum.skipped > 0) {
        buf_text(out, " + ");
        put_grouped(out, sum.skipped);
        buf_text(out, " that the mapping passes over");
    }
    buf_text(out, " = ");
    put_counted(out, sum.rows, "row", "rows");
    buf_byte(out, '\n');
}

static void
put_alerts(const struct screen_result *r, struct buf *out)
{
    uint64_t live = 0, shadow = 0;

    for (size_t i = 0; i < r->alert_count; i++)
        *(r->alerts[i]->rule->shadow ? &shadow : &live) += 1;
    buf_text(out, "Alerts     ");
    put_grouped(out, live);
    if (shadow > 0) {
        buf_text(out, ", and ");
        put_grouped(out, shadow);
        buf_text(out, " of rules on trial (shadow.jsonl)");
    }
    buf_byte(out, '\n');
    for (uint32_t i = 0; i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];

        if (!r->rule[i].ran)
            continue;
        buf_print(out, "  %7" PRIu64 "  %-32.*s ", r->rule[i].alerts, (int)rule->name.size,
            rule->name.at);
        buf_add(out, rule->title.at, rule->title.size);
        buf_byte(out, '\n');
    }
}

static void
put_aside(const struct screen_result *r, struct buf *out)
{
    size_t shown = 0, aside = r->inputs.count - inputs_usable(&r->inputs);

    for (size_t i = 0; i < r->inputs.count && shown < ASIDE_SHOWN; i++) {
        const struct input *in = &r->inputs.at[i];

        if (!in->aside)
            continue;
        buf_print(out, "  %s  %s was not used: %s\n", in->why.code, in->shown, input_why(in));
        shown++;
    }
    if (aside > shown)
        buf_print(out, "  ... and %zu more files were not used (summary.json)\n", aside - shown);
}

static void
put_worst_field(const struct screen_result *r, const struct judge_counts *c, struct buf *out)
{
    size_t worst = 0;

    for (size_t f = 1; f < r->rules->field_count; f++)
        if (c->undecided_by[f] > c->undecided_by[worst])
            worst = f;
    if (c->undecided_by[worst] > 0)
        buf_print(out, ", mostly for want of %s", r->rules->fields[worst].name);
}

static void
put_rule_troubles(const struct screen_result *r, struct buf *out)
{
    for (uint32_t i = 0; i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];
        struct judge_counts c;
        uint64_t percent;

        if (!r->rule[i].ran) {
            buf_print(out, "  %.*s did not run: %s\n", (int)rule->name.size, rule->name.at,
                r->rule[i].why_not);
            continue;
        }
        judge_counts(r->judge, i, &c);
        if (!judge_undecided(&c, r->rows, &percent))
            continue;
        buf_print(out, "  %.*s could not decide about %" PRIu64 " %% of rows", (int)rule->name.size,
            rule->name.at, percent);
        put_worst_field(r, &c, out);
        buf_byte(out, '\n');
    }
}

/* Payments and watchlists of which a pattern could not say for certain. */
static void
put_limits(const struct screen_result *r, struct buf *out)
{
    for (uint32_t i = 0; i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];
        struct judge_counts c = {0};

        if (r->rule[i].ran)
            judge_counts(r->judge, i, &c);
        if (c.inconclusive > 0)
            buf_print(out,
                "  W650  %.*s could not decide about %" PRIu64
                " row%s: a pattern met its limit or the text is too long\n",
                (int)rule->name.size, rule->name.at, c.inconclusive,
                c.inconclusive == 1 ? "" : "s");
    }
    for (size_t i = 0; i < r->limit_count; i++)
        buf_print(out,
            "  W650  %" PRIu64 " text%s not looked through to the end by patterns of %.*s\n",
            r->limits[i].count, r->limits[i].count == 1 ? " was" : "s were",
            (int)r->limits[i].watch->name.size, r->limits[i].watch->name.at);
}

/* Patterns across accounts that were not looked for to the end. */
static void
put_cuts(const struct screen_result *r, struct buf *out)
{
    for (uint32_t i = 0; i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];
        struct judge_counts c = {0};

        if (r->rule[i].ran)
            judge_counts(r->judge, i, &c);
        if (c.search_cut > 0)
            buf_print(out,
                "  %.*s ended %" PRIu64
                " search%s before everything was looked at: see coverage.jsonl\n",
                (int)rule->name.size, rule->name.at, c.search_cut, c.search_cut == 1 ? "" : "es");
    }
}

static void
put_not_done(const struct screen_result *r, struct buf *out)
{
    struct books sum = add_up(&r->inputs);
    size_t before;

    buf_text(out, "Not done\n");
    before = out->size;
    put_aside(r, out);
    if (sum.quarantined > 0)
        buf_print(out, "  %" PRIu64 " row%s could not be used: see quarantine.jsonl\n",
            sum.quarantined, sum.quarantined == 1 ? "" : "s");
    put_rule_troubles(r, out);
    put_limits(r, out);
    put_cuts(r, out);
    if (out->size == before)
        buf_text(out, "  nothing: every file and row was used, every rule ran\n");
}

void
summary_print(const struct screen_spec *spec, const struct screen_result *r,
    const struct summary_run *run, struct buf *out)
{
    put_read(r, run, out);
    put_alerts(r, out);
    put_not_done(r, out);
    buf_print(out,
        "Look at    %s/alerts.txt (to read), alerts.csv (spreadsheet), alerts.jsonl, "
        "summary.json\n",
        spec->out);
}
