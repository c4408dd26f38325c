/*
 * pass - one reading of all inputs, from feeds to hits: the loop of the program.
 *
 * rows in the total order -> what the filters said (select) -> windows and rules (judge) -> alerts
 * (book)
 */
#include <string.h>

#include "base/alloc.h"
#include "screen/record.h"
#include "screen/run.h"

enum { PROGRESS_SLABS = 64, MEMORY_SHARE = 8 /* of --memory, for reading ahead and sorting */ };

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory; raise --memory or screen fewer days at a time");
}

/* On a worker's thread or the caller's: everything about a row that needs no memory of others. */
static void
prepare(void *context, uint32_t worker, struct batch *b)
{
    const struct run *run = context;

    for (uint32_t i = 0; i < b->count; i++)
        select_row(
            run->select, run->rooms[worker], batch_at(b, i), b->picks + (size_t)i * b->pick_bytes);
}

static bool
take_hit(void *context, struct judge *j, const struct draft *draft)
{
    struct run *run = context;
    bool first;

    return record_hit(run->book, j, draft, &first) != NULL;
}

static enum weir_status
open_feed(struct run *run, struct inputs *in, uint32_t file, struct weir_err *err)
{
    const struct screen_spec *s = run->spec;
    struct merge_share share =
        merge_share_of((uint32_t)inputs_usable(in), run->workers, s->memory_bytes / MEMORY_SHARE);
    struct feed_spec spec = {.path = in->at[file].path,
        .shown = in->at[file].shown,
        .mapping = in->at[file].mapping,
        .env = &run->env,
        .file = file,
        .source = in->at[file].source,
        .fields = (uint32_t)run->rules->field_count,
        .pick_bytes = run->select->pick_bytes,
        .sort = in->at[file].sort,
        .ahead_bytes = share.ahead_bytes,
        .sort_bytes = share.sort_bytes,
        .hold_bytes = share.hold_bytes,
        .work = run->work,
        .block_bytes = s->block_bytes > 0 ? s->block_bytes : share.block_bytes,
        .inflater = s->inflater,
        .shared = run->workers > 0};

    run->input_of[run->feed_count] = file;
    return feed_open(&spec, &run->feeds[run->feed_count++], err);
}

/* A file that cannot even be opened is set aside like one that proves bad later. */
static enum weir_status
open_feeds(struct run *run, struct inputs *in, struct weir_err *err)
{
    run->feeds = alloc_zero(in->count + 1, sizeof(struct feed *));
    run->input_of = alloc_zero(in->count + 1, sizeof *run->input_of);
    if (run->feeds == NULL || run->input_of == NULL)
        return out_of_memory(err);
    for (uint32_t i = 0; i < in->count; i++) {
        struct weir_err why = {0};

        if (in->at[i].aside || open_feed(run, in, i, &why) == WEIR_OK)
            continue;
        run->feed_count--;
        if (why.trouble != WEIR_TROUBLE_INPUT) {
            *err = why;
            return WEIR_FAIL;
        }
        in->at[i].aside = true;
        in->at[i].why = why;
    }
    return WEIR_OK;
}

static enum weir_status
open_pass(struct run *run, struct inputs *in, struct weir_err *err)
{
    struct merge_spec spec = {.threads = run->workers,
        .fields = (uint32_t)run->rules->field_count,
        .pick_bytes = run->select->pick_bytes,
        .key = &run->spec->key,
        .work = run->work,
        .prepare = prepare,
        .context = run};
    enum weir_status st = open_feeds(run, in, err);

    if (st != WEIR_OK)
        return st;
    spec.feed = run->feeds;
    spec.feed_count = run->feed_count;
    spec.watch = run->watch;
    run->judge = judge_new(run->rules, run->active, run->select, &run->spec->key);
    run->book = book_new(run->alert_rules, run->rules->rule_count, in->sources, &run->spec->key);
    if (run->judge == NULL || run->book == NULL)
        return out_of_memory(err);
    if (run->spec->watch != NULL) {
        const struct screen_watch *watch = run->spec->watch;

        judge_watch(run->judge, watch->every, watch->look, watch->context);
        if (!watch->begin(watch->context, run->rules, run->select))
            return out_of_memory(err);
    }
    return merge_open(&spec, &run->merge, err);
}

static void
keep_reasons(struct input *input, const struct feed *f)
{
    const char *const *codes;
    const uint64_t *counts;
    size_t n = feed_reasons(f, &codes, &counts);

    input->reasons.size = 0;
    for (size_t i = 0; i < n; i++)
        buf_print(&input->reasons, "%s\"%s\":%llu", i > 0 ? "," : "", codes[i],
            (unsigned long long)counts[i]);
}

/* Counts and quarantine of one input, also where it is set aside: the rows show why. */
static void
keep_feed(struct input *input, const struct feed *f)
{
    struct bytes lines = feed_quarantine(f);

    feed_counts(f, &input->counts);
    input->quarantine.size = 0;
    buf_add(&input->quarantine, lines.at, lines.size);
    keep_reasons(input, f);
}

static void
keep_books(struct run *run, struct inputs *in)
{
    for (uint32_t i = 0; i < run->feed_count; i++) {
        struct input *input = &in->at[run->input_of[i]];

        keep_feed(input, run->feeds[i]);
        input->duplicates = merge_duplicates(run->merge)[i];
        input->conflicts = merge_conflicts(run->merge)[i];
    }
}

/* Every file that proved bad is set aside at once, every feed found out of order will be sorted. */
static enum pass_end
learn_of_feeds(struct run *run, struct inputs *in, struct weir_err *err)
{
    *err = (struct weir_err){0};
    if (merge_verify(run->merge, err) != WEIR_OK)
        return PASS_FAILED;
    for (uint32_t i = 0; i < run->feed_count; i++) {
        struct input *input = &in->at[run->input_of[i]];

        switch (feed_ended(run->feeds[i])) {
        case FEED_DISORDER:
            input->sort = true;
            break;
        case FEED_DAMAGED:
            input->aside = true;
            input->why = *feed_why(run->feeds[i]);
            keep_feed(input, run->feeds[i]);
            break;
        case FEED_OPEN:
        case FEED_DONE:
            break;
        }
    }
    return PASS_AGAIN;
}

/* What the end of a feed, or of the stream, taught us: start anew, or give up. */
static enum pass_end
learn(struct run *run, struct inputs *in, struct weir_err *err)
{
    switch (merge_ended(run->merge)) {
    case MERGE_BAD_FEED:
        return learn_of_feeds(run, in, err);
    case MERGE_CONFLICTS:
        return merge_take_watch(run->merge, &run->watch) ? PASS_AGAIN : PASS_FAILED;
    case MERGE_OPEN:
    case MERGE_DONE:
    case MERGE_FATAL:
        break;
    }
    return PASS_FAILED;
}

static bool
stopped(const struct run *run)
{
    return run->spec->stop != NULL && *run->spec->stop != 0;
}

static bool
show_rows(const struct screen_watch *watch, const struct slab *slab)
{
    for (uint32_t i = 0; watch != NULL && i < slab->count; i++)
        if (!watch->row(watch->context, slab->row[i]))
            return false;
    return true;
}

/* Let the stream run through memory and judgement. */
static enum weir_status
flow(struct run *run, struct weir_err *err)
{
    const struct screen_spec *s = run->spec;
    struct slab slab;
    uint32_t bad_feed;
    enum weir_status st;

    for (uint64_t n = 0; (st = merge_next(run->merge, &slab, &bad_feed, err)) == WEIR_OK; n++) {
        if (!show_rows(s->watch, &slab))
            return out_of_memory(err);
        st = judge_slab(run->judge, slab.row, slab.count, take_hit, run, err);
        if (st != WEIR_OK)
            return st;
        run->rows += slab.count;
        if (stopped(run))
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_STOPPED, "", "stopped by a signal");
        if (s->progress != NULL && n % PROGRESS_SLABS == 0 && slab.count > 0)
            s->progress(s->context, run->rows, slab.row[slab.count - 1]->at_us);
    }
    if (st != WEIR_END)
        return st;
    return judge_end(run->judge, false, take_hit, run, err) == WEIR_OK ? WEIR_END : WEIR_FAIL;
}

enum pass_end
pass_run(struct run *run, struct inputs *in, struct weir_err *err)
{
    run->rows = 0;
    for (uint32_t i = 0; i <= run->workers; i++)
        eval_room_forget(run->rooms[i]);
    if (open_pass(run, in, err) != WEIR_OK)
        return PASS_FAILED;
    if (flow(run, err) != WEIR_END)
        return err->trouble == WEIR_TROUBLE_STOPPED ? PASS_FAILED : learn(run, in, err);
    keep_books(run, in);
    return PASS_DONE;
}

void
pass_free(struct run *run)
{
    merge_close(run->merge);
    for (uint32_t i = 0; i < run->feed_count; i++)
        feed_close(run->feeds[i]);
    alloc_free(run->feeds);
    alloc_free(run->input_of);
    judge_free(run->judge);
    book_free(run->book);
    run->merge = NULL;
    run->feeds = NULL;
    run->input_of = NULL;
    run->feed_count = 0;
    run->judge = NULL;
    run->book = NULL;
}
