/* stream - CSV files in a temporary folder, and the loop around the merge. */
#include "support/stream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "base/zone.h"

enum { EPOCH_DAY = 19723 }; /* 2024-01-01 */

static char folder[64];
static uint32_t written;
static struct arena arena;
static struct mappings *mappings[STREAM_BANKS][2];
static struct normalise_env env;
static struct zone *utc;

const char *
stream_folder(void)
{
    if (folder[0] == '\0') {
        (void)snprintf(folder, sizeof folder, "/tmp/weir-stream-XXXXXX");
        if (mkdtemp(folder) == NULL)
            abort();
    }
    return folder;
}

static const char *
path_of(uint32_t number)
{
    static char path[STREAM_FILES_MAX][96];

    (void)snprintf(path[number], sizeof path[0], "%s/%04u.csv", stream_folder(), (unsigned)number);
    return path[number];
}

void
stream_clean(void)
{
    for (uint32_t bank = 0; bank < STREAM_BANKS; bank++)
        for (int once = 0; once < 2; once++) {
            mappings_free(mappings[bank][once]);
            mappings[bank][once] = NULL;
        }
    arena_fini(&arena);
    zone_close(utc);
    utc = NULL;
    if (folder[0] == '\0')
        return;
    for (uint32_t n = 0; n < written; n++)
        (void)unlink(path_of(n));
    (void)rmdir(folder);
    folder[0] = '\0';
    written = 0;
}

static void
write_row(FILE *f, const struct stream_row *r, bool days)
{
    struct civil c;

    civil_from_us(EPOCH_DAY * US_PER_DAY + r->at_s * US_PER_S, &c);
    (void)fprintf(f, "%s,%04d-%02d-%02d", r->id, c.year, c.month, c.day);
    if (!days)
        (void)fprintf(f, " %02d:%02d:%02d", c.hour, c.minute, c.second);
    if (r->amount < 0)
        (void)fprintf(f, ",none,");
    else
        (void)fprintf(f, ",%d.%02d,", r->amount / 100, r->amount % 100);
    (void)fprintf(f, "EUR,%s,%s,%s\n", r->from, r->to, r->text);
}

const char *
stream_write(uint32_t number, const struct stream_row *rows, size_t count, bool days)
{
    const char *path = path_of(number);
    FILE *f = fopen(path, "w");

    if (f == NULL)
        abort();
    (void)fprintf(f, "id,time,amount,currency,from,to,text\n");
    for (size_t i = 0; i < count; i++)
        write_row(f, &rows[i], days);
    if (fclose(f) != 0)
        abort();
    if (written <= number)
        written = number + 1;
    return path;
}

static void
load_mapping(uint32_t bank, bool once)
{
    char path[96];
    struct diags *ds;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/mapping.yaml", stream_folder());
    f = fopen(path, "w");
    if (f == NULL)
        abort();
    (void)fprintf(f,
        "mapping: plain-%u\nbank: BANK%u\nzone: UTC\ndecimal: \".\"\n"
        "dates: [\"YYYY-MM-DD HH:mm:ss\", \"YYYY-MM-DD\"]\n%s"
        "columns:\n  id: id\n  time: time\n  amount: amount\n  currency: currency\n"
        "  originator.account: from\n  beneficiary.account: to\n  narrative: text\n",
        (unsigned)bank, (unsigned)bank, once ? "twins: once\n" : "");
    if (fclose(f) != 0)
        abort();
    ds = diags_new();
    if (ds == NULL || !mappings_load(&arena, ds, path, &mappings[bank][once]) ||
        mappings_count(mappings[bank][once]) != 1)
        abort();
    diags_free(ds);
    (void)unlink(path);
}

const struct mapping *
stream_mapping(uint32_t bank, bool once)
{
    if (arena.name == NULL)
        arena_init(&arena, 0, "mappings");
    if (mappings[bank][once] == NULL)
        load_mapping(bank, once);
    return mappings_at(mappings[bank][once], 0);
}

struct feed_spec
stream_feed(const struct stream_run *run, uint32_t n)
{
    const struct stream_file *file = &run->file[n];

    if (utc == NULL) {
        struct weir_err err = {0};

        if (zone_open("UTC", &utc, &err) != WEIR_OK)
            abort();
        env = (struct normalise_env){.pack_zone = utc, .as_of_day = INT64_MAX};
    }
    return (struct feed_spec){.path = file->path,
        .shown = strrchr(file->path, '/') + 1,
        .mapping = stream_mapping(file->bank, run->once),
        .env = &env,
        .file = n,
        .source = file->bank,
        .fields = TXN_FIELD_COUNT,
        .sort = file->sort,
        .ahead_bytes = run->ahead_bytes,
        .sort_bytes = run->sort_bytes,
        .hold_bytes = run->hold_bytes,
        .block_bytes = run->block_bytes,
        .work = stream_folder()};
}

static void
copy_text(const struct txn *t, unsigned field, char *to, size_t room)
{
    struct bytes b = txn_has(t, field) ? txn_text(t, field) : (struct bytes){"", 0};

    (void)snprintf(to, room, "%.*s", (int)b.size, b.at);
}

static void
keep_row(struct stream_run *run, const struct txn *t)
{
    struct stream_out *o;

    if (run->count == run->cap) {
        run->cap = run->cap == 0 ? 1024 : run->cap * 2;
        run->out = realloc(run->out, run->cap * sizeof *run->out);
        if (run->out == NULL)
            abort();
    }
    o = &run->out[run->count++];
    *o = (struct stream_out){.at_us = t->at_us,
        .source = t->source,
        .file = t->file,
        .flags = t->flags,
        .row = t->row,
        .amount = txn_num(t, TXN_AMOUNT)};
    copy_text(t, TXN_ID, o->id, sizeof o->id);
    copy_text(t, TXN_NARRATIVE, o->text, sizeof o->text);
    copy_text(t, TXN_O_ACCOUNT, o->from, sizeof o->from);
    copy_text(t, TXN_B_ACCOUNT, o->to, sizeof o->to);
}

struct attempt {
    struct feed *feed[STREAM_FILES_MAX];
    uint32_t file[STREAM_FILES_MAX], count;
    struct merge *merge;
};

static enum weir_status
open_all(struct stream_run *run, struct attempt *a, const struct merge_watch *watch,
    struct weir_err *err)
{
    struct hash_key key = {run->key, ~run->key};
    static struct hash_key kept;
    struct merge_spec spec = {.feed = a->feed,
        .threads = run->threads,
        .fields = TXN_FIELD_COUNT,
        .batch_rows = run->batch_rows,
        .key = &kept,
        .work = stream_folder(),
        .repeat_bytes = run->repeat_bytes,
        .watch = watch};

    kept = key;
    for (uint32_t n = 0; n < run->file_count; n++) {
        struct feed_spec feed = stream_feed(run, n);
        enum weir_status st;

        if (run->file[n].bad)
            continue;
        a->file[a->count] = n;
        if ((st = feed_open(&feed, &a->feed[a->count], err)) != WEIR_OK)
            return st;
        a->count++;
    }
    spec.feed_count = a->count;
    return merge_open(&spec, &a->merge, err);
}

static void
close_all(struct attempt *a)
{
    merge_close(a->merge);
    for (uint32_t n = 0; n < a->count; n++)
        feed_close(a->feed[n]);
}

static void
add_lines(char **to, struct bytes lines)
{
    size_t had = *to == NULL ? 0 : strlen(*to);

    *to = realloc(*to, had + lines.size + 1);
    if (*to == NULL)
        abort();
    if (lines.size > 0)
        memcpy(*to + had, lines.at, lines.size);
    (*to)[had + lines.size] = '\0';
}

static void
keep_books(struct stream_run *run, struct attempt *a)
{
    for (uint32_t n = 0; n < a->count; n++) {
        struct feed_counts c;

        feed_counts(a->feed[n], &c);
        run->rows += c.rows;
        run->accepted += c.accepted;
        run->quarantined += c.quarantined;
        run->spilled += c.spilled_runs;
        run->duplicates += merge_duplicates(a->merge)[n];
        run->conflicts += merge_conflicts(a->merge)[n];
        add_lines(&run->quarantine, feed_quarantine(a->feed[n]));
    }
    add_lines(&run->quarantine, merge_quarantine(a->merge));
}

/* True where the next attempt may do better. */
static bool
learn(struct stream_run *run, struct attempt *a, struct merge_watch **watch, struct weir_err *err)
{
    (void)snprintf(run->why, sizeof run->why, "%s %.240s", err->code, err->text);
    if (a->merge == NULL)
        return false;
    if (merge_conflicted(a->merge))
        return merge_take_watch(a->merge, watch);
    if (merge_ended(a->merge) != MERGE_BAD_FEED)
        return false;
    if (run->verify) {
        struct weir_err own = {0};

        if (merge_verify(a->merge, &own) != WEIR_OK) {
            *err = own;
            return false;
        }
    }
    merge_close(a->merge); /* waits for the workers: the feeds are ours again */
    a->merge = NULL;
    for (uint32_t n = 0; n < a->count; n++) {
        run->file[a->file[n]].sort |= feed_ended(a->feed[n]) == FEED_DISORDER;
        run->file[a->file[n]].bad |= feed_ended(a->feed[n]) == FEED_DAMAGED;
    }
    return true;
}

static enum weir_status
attempt(struct stream_run *run, struct attempt *a, const struct merge_watch *watch,
    struct weir_err *err)
{
    enum weir_status st = open_all(run, a, watch, err);
    struct slab slab;
    uint32_t bad;

    run->count = 0;
    run->attempts++;
    if (st != WEIR_OK)
        return st;
    while ((st = merge_next(a->merge, &slab, &bad, err)) == WEIR_OK)
        for (uint32_t i = 0; i < slab.count; i++)
            keep_row(run, slab.row[i]);
    return st;
}

enum weir_status
stream_go(struct stream_run *run, struct weir_err *err)
{
    struct merge_watch *watch = NULL;
    enum weir_status st;
    bool again;

    do {
        struct attempt a = {.count = 0};

        *err = (struct weir_err){0};
        st = attempt(run, &a, watch, err);
        if (st == WEIR_END)
            keep_books(run, &a);
        again = st != WEIR_END && run->attempts < 100 && learn(run, &a, &watch, err);
        close_all(&a);
    } while (again);
    merge_watch_free(watch);
    return st;
}

void
stream_free(struct stream_run *run)
{
    free(run->out);
    free(run->quarantine);
    run->out = NULL;
    run->quarantine = NULL;
    run->count = run->cap = run->attempts = 0;
    run->rows = run->accepted = run->quarantined = run->duplicates = run->conflicts = 0;
    run->spilled = 0;
}
