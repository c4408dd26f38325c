#include "screen/outputs.h"

#include <stdio.h>

#include "alert/figure.h"
#include "base/buf.h"
#include "base/file.h"
#include "ingest/merge.h"
#include "screen/run.h"
#include "sink/sink.h"
#include "text/json_write.h"

enum { PATH_ROOM = 4096 };

typedef bool (*fill_fn)(struct file_writer *w, const struct run *run, const struct inputs *in);

static bool
put_quarantine(struct file_writer *w, const struct run *run, const struct inputs *in)
{
    struct bytes conflicts = merge_quarantine(run->merge);

    for (size_t i = 0; i < in->count; i++)
        file_write(w, in->at[i].quarantine.at, in->at[i].quarantine.size);
    file_write(w, conflicts.at, conflicts.size);
    return true;
}

static void
print_cut(const struct rule *rule, const struct judge_cut *cut, struct buf *out)
{
    struct json_write json = {.out = out};
    struct buf time = {0};

    figure_time(cut->at_us, &time);
    json_open(&json, '{');
    json_key(&json, "rule");
    json_text(&json, rule->name);
    json_key(&json, "time");
    json_text(&json, buf_bytes(&time));
    json_key(&json, "account");
    json_text(&json, cut->account);
    json_key(&json, "cause");
    json_text(&json, bytes_of(cut->cause));
    json_key(&json, "visits");
    json_int(&json, cut->visits);
    json_close(&json, '}');
    buf_byte(out, '\n');
    out->failed |= time.failed;
    buf_fini(&time);
}

/* Searches cut short that found nothing: where somebody may want to look by hand. */
static bool
put_coverage(struct file_writer *w, const struct run *run, const struct inputs *in)
{
    struct buf out = {0};
    struct judge_cut cut;
    bool good;

    (void)in;
    for (uint32_t r = 0; r < run->rules->rule_count; r++)
        for (size_t i = 0; run->active[r] && i < judge_cut_count(run->judge, r); i++) {
            judge_cut(run->judge, r, i, &cut);
            print_cut(&run->rules->rule[r], &cut, &out);
        }
    good = !out.failed;
    file_write(w, out.at, out.size);
    buf_fini(&out);
    return good;
}

/* Has nothing to say in a one-off run; it is there and empty. */
static bool
put_late(struct file_writer *w, const struct run *run, const struct inputs *in)
{
    (void)w;
    (void)run;
    (void)in;
    return true;
}

static enum weir_status
write_other(
    struct run *run, const struct inputs *in, const char *name, fill_fn fill, struct weir_err *err)
{
    struct file_writer *w;
    char path[PATH_ROOM];
    enum weir_status st;
    bool good;

    (void)snprintf(path, sizeof path, "%s/%s", run->spec->out, name);
    st = file_create(path, &w, err);
    if (st != WEIR_OK)
        return st;
    good = fill(w, run, in);
    st = file_commit(w, err);
    return good || st != WEIR_OK
               ? st
               : weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
}

static enum weir_status
write_alerts(struct run *run, const struct screen_result *r, struct weir_err *err)
{
    const char **files = arena_take(&run->arena, r->inputs.count + 1, sizeof(const char *));
    struct sink_run sink = {.files = files,
        .sources = r->inputs.sources,
        .rules_hash = run->rules->hash,
        .zone = run->rules->zone};

    if (files == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    for (size_t i = 0; i < r->inputs.count; i++)
        files[i] = r->inputs.at[i].shown;
    return sink_write(run->spec->out, &sink, r->alerts, r->alert_count, err);
}

enum weir_status
outputs_write(struct run *run, const struct screen_result *r, struct weir_err *err)
{
    enum weir_status st;

    if ((st = write_alerts(run, r, err)) != WEIR_OK ||
        (st = write_other(run, &r->inputs, "quarantine.jsonl", put_quarantine, err)) != WEIR_OK ||
        (st = write_other(run, &r->inputs, "late.jsonl", put_late, err)) != WEIR_OK)
        return st;
    return write_other(run, &r->inputs, "coverage.jsonl", put_coverage, err);
}
