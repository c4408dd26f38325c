#include "screen/outputs.h"

#include <stdio.h>

#include "base/file.h"
#include "ingest/merge.h"
#include "screen/run.h"
#include "sink/sink.h"

enum { PATH_ROOM = 4096 };

static void
write_quarantine(struct file_writer *w, const struct run *run, const struct inputs *in)
{
    struct bytes conflicts = merge_quarantine(run->merge);

    for (size_t i = 0; i < in->count; i++)
        file_write(w, in->at[i].quarantine.at, in->at[i].quarantine.size);
    file_write(w, conflicts.at, conflicts.size);
}

/* late.jsonl and coverage.jsonl have nothing to say in a one-off run; they are there and empty. */
static enum weir_status
write_other(struct run *run, const struct inputs *in, const char *name, struct weir_err *err)
{
    struct file_writer *w;
    char path[PATH_ROOM];
    enum weir_status st;

    (void)snprintf(path, sizeof path, "%s/%s", run->spec->out, name);
    st = file_create(path, &w, err);
    if (st != WEIR_OK)
        return st;
    if (in != NULL)
        write_quarantine(w, run, in);
    return file_commit(w, err);
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
        (st = write_other(run, &r->inputs, "quarantine.jsonl", err)) != WEIR_OK ||
        (st = write_other(run, NULL, "late.jsonl", err)) != WEIR_OK)
        return st;
    return write_other(run, NULL, "coverage.jsonl", err);
}
