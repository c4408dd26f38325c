#include "screen/summary.h"

#include <stdio.h>

#include "alert/figure.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/sha256.h"
#include "rule/judge.h"
#include "text/json_write.h"
#include "weir/version.h"

enum { PATH_ROOM = 4096, HASH_BYTES = 32 };

static void
put_count(struct json_write *w, const char *key, uint64_t n)
{
    json_key(w, key);
    json_int(w, (int64_t)n);
}

static void
put_text(struct json_write *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, bytes_of(text));
}

static void
put_hash(struct json_write *w, const char *key, const uint8_t *hash)
{
    char hex[2 * HASH_BYTES + 1];

    sha256_hex(hash, HASH_BYTES, hex);
    put_text(w, key, hex);
}

/* Books of one input: rows = accepted + duplicate + quarantined + skipped. */
static void
put_books(struct json_write *w, const struct input *in)
{
    const struct feed_counts *c = &in->counts;

    put_count(w, "rows", c->read.rows);
    put_count(w, "accepted", in->aside ? 0 : c->accepted - in->duplicates - in->conflicts);
    put_count(w, "duplicate", in->duplicates);
    put_count(w, "skipped", c->skipped);
    json_key(w, "quarantined");
    json_open(w, '{');
    if (in->reasons.size > 0)
        json_raw(w, buf_bytes(&in->reasons));
    if (in->conflicts > 0)
        put_count(w, "Q_DUPCONFLICT", in->conflicts);
    json_close(w, '}');
}

static void
put_file(struct json_write *w, const struct input *in)
{
    const struct reader_counts *c = &in->counts.read;

    put_count(w, "lines", c->lines);
    put_count(w, "header_lines", c->header_lines);
    put_count(w, "blank_lines", c->blank_lines);
    put_count(w, "footer_lines", c->footer_lines);
    put_count(w, "stored_bytes", c->stored_bytes);
    put_count(w, "plain_bytes", c->plain_bytes);
    put_count(w, "gzip_members", c->members);
    put_text(w, "encoding", c->encoding);
    put_hash(w, "sha256", c->sha256);
}

static void
put_flags(struct json_write *w, const struct feed_counts *c)
{
    put_count(w, "date_only", c->date_only);
    put_count(w, "without_rate", c->no_rate);
    put_count(w, "made_ids", c->made_ids);
    put_count(w, "kind_inferred", c->inferred_kinds);
    json_key(w, "unread");
    json_open(w, '{');
    for (uint32_t i = 0; i < c->unread_count; i++)
        put_count(w, c->unread[i].field, c->unread[i].cells);
    json_close(w, '}');
    if (c->control != CONTROL_NONE)
        put_text(w, "control", c->control == CONTROL_AGREE ? "agrees" : "rows only");
    json_key(w, "sorted");
    json_bool(w, c->sorted);
    put_count(w, "W211", c->bad_utf8);
    put_count(w, "W310", c->shifted);
    put_count(w, "W311", c->repeated);
}

static void
put_input(struct json_write *w, const struct input *in)
{
    json_open(w, '{');
    put_text(w, "file", in->shown);
    put_text(w, "status", in->aside ? "set aside" : "used");
    if (in->aside) {
        put_text(w, "code", in->why.code);
        put_text(w, "why", input_why(in));
    }
    if (in->mapping != NULL) {
        put_text(w, "source", mapping_bank(in->mapping));
        put_text(w, "mapping", mapping_name(in->mapping));
    }
    put_books(w, in);
    if (!in->aside) {
        put_file(w, in);
        put_flags(w, &in->counts);
    }
    json_close(w, '}');
}

static void
put_undecided(struct json_write *w, const struct ruleset *rs, const struct judge_counts *c)
{
    put_count(w, "undecided", c->undecided);
    json_key(w, "undecided_by");
    json_open(w, '{');
    for (size_t f = 0; f < rs->field_count; f++)
        if (c->undecided_by[f] > 0)
            put_count(w, rs->fields[f].name, c->undecided_by[f]);
    json_close(w, '}');
}

static void
put_exceptions(struct json_write *w, const struct screen_result *r, uint32_t rule)
{
    const struct rule *of = &r->rules->rule[rule];

    json_key(w, "exceptions");
    json_open(w, '[');
    for (uint32_t i = 0; i < of->exception_count; i++) {
        json_open(w, '{');
        json_key(w, "name");
        json_text(w, of->exceptions[i].name);
        put_count(w, of->exceptions[i].drop_alerts ? "hits" : "transactions",
            judge_exception(r->judge, rule, i));
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void
put_rule(struct json_write *w, const struct screen_result *r, uint32_t i)
{
    const struct rule *rule = &r->rules->rule[i];
    struct judge_counts c;

    json_open(w, '{');
    json_key(w, "rule");
    json_text(w, rule->name);
    put_count(w, "version", (uint64_t)rule->version);
    put_hash(w, "hash", rule->hash);
    json_key(w, "ran");
    json_bool(w, r->rule[i].ran);
    if (!r->rule[i].ran) {
        put_text(w, "not_run_because", r->rule[i].why_not);
    } else {
        judge_counts(r->judge, i, &c);
        put_count(w, "selected", c.selected);
        put_undecided(w, r->rules, &c);
        put_count(w, "inconclusive", c.inconclusive);
        put_count(w, "own_transfers", c.self);
        put_count(w, "excepted", c.excepted);
        put_count(w, "key_missing", c.key_missing);
        put_count(w, "placeholder", c.placeholder);
        put_count(w, "waiting", c.waiting);
        put_count(w, "about_missing", c.about_missing);
        put_count(w, "prevented", c.prevented);
        put_exceptions(w, r, i);
        put_count(w, "hits", c.hits);
        put_count(w, "alerts", r->rule[i].alerts);
        put_count(w, "search_cut", c.search_cut);
        if (rule->op == OPERATOR_FLOW) {
            put_count(w, "examined", c.examined);
            put_count(w, "searches", c.searches);
            put_count(w, "cut_by_budget", c.cut_budget);
            put_count(w, "cut_by_hub", c.cut_hub);
        }
        if (rule->op == OPERATOR_SEQUENCE)
            put_count(w, "partials_lost", c.lost);
    }
    json_close(w, '}');
}

static void
put_limits(struct json_write *w, const struct screen_result *r)
{
    json_key(w, "inconclusive");
    json_open(w, '[');
    for (size_t i = 0; i < r->limit_count; i++) {
        json_open(w, '{');
        json_key(w, "watchlist");
        json_text(w, r->limits[i].watch->name);
        put_count(w, "texts", r->limits[i].count);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void
put_run(struct json_write *w, const struct screen_result *r, const struct summary_run *run)
{
    struct buf seconds = {0};

    figure_decimal(run->elapsed_us, 6, &seconds);
    json_key(w, "run");
    json_open(w, '{');
    json_key(w, "seconds");
    json_raw(w, buf_bytes(&seconds));
    put_count(w, "rows", r->rows);
    put_count(w, "rows_per_second",
        run->elapsed_us > 0 ? r->rows * (uint64_t)US_PER_S / (uint64_t)run->elapsed_us : 0);
    put_count(w, "peak_memory_bytes", run->peak_bytes);
    put_count(w, "threads", run->threads);
    put_count(w, "restarts", r->restarts);
    put_text(w, "inflater", run->inflater);
    json_key(w, "jit");
    json_bool(w, run->jit);
    json_close(w, '}');
    w->out->failed |= seconds.failed;
    buf_fini(&seconds);
}

static void
put_as_of(struct json_write *w, int64_t day)
{
    struct buf text = {0};

    json_key(w, "as_of");
    if (day == INT64_MAX) {
        json_null(w);
        return;
    }
    figure_date(day, &text);
    json_text(w, buf_bytes(&text));
    buf_fini(&text);
}

static void
put_summary(const struct screen_spec *spec, const struct screen_result *r,
    const struct summary_run *run, struct buf *out)
{
    struct json_write w = {.out = out};

    json_open(&w, '{');
    put_text(&w, "schema", "weir-summary-1");
    put_text(&w, "weir", WEIR_VERSION);
    put_hash(&w, "rules_hash", r->rules->hash);
    put_as_of(&w, spec->as_of_day);
    json_key(&w, "attention");
    json_bool(&w, r->attention);
    json_key(&w, "inputs");
    json_open(&w, '[');
    for (size_t i = 0; i < r->inputs.count; i++)
        put_input(&w, &r->inputs.at[i]);
    json_close(&w, ']');
    json_key(&w, "rules");
    json_open(&w, '[');
    for (uint32_t i = 0; i < r->rules->rule_count; i++)
        put_rule(&w, r, i);
    json_close(&w, ']');
    put_limits(&w, r);
    put_run(&w, r, run);
    json_close(&w, '}');
    buf_byte(out, '\n');
}

enum weir_status
summary_write(const struct screen_spec *spec, const struct screen_result *r,
    const struct summary_run *run, struct weir_err *err)
{
    struct file_writer *w;
    struct buf text = {0};
    char path[PATH_ROOM];
    enum weir_status st;

    put_summary(spec, r, run, &text);
    if (text.failed) {
        buf_fini(&text);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    }
    (void)snprintf(path, sizeof path, "%s/summary.json", spec->out);
    st = file_create(path, &w, err);
    if (st == WEIR_OK) {
        file_write(w, text.at, text.size);
        st = file_commit(w, err);
    }
    buf_fini(&text);
    return st;
}
