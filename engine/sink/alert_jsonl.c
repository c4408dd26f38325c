#include "sink/alert_jsonl.h"

#include "alert/figure.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/number.h"
#include "base/sha256.h"
#include "sink/sink.h"
#include "text/json_write.h"

enum { HASH_SHOWN = 32, SCRATCH = 64 };

static void
put_hash(struct json_write *w, const char *key, const uint8_t *hash, size_t size)
{
    char hex[2 * HASH_SHOWN + 1];

    sha256_hex(hash, size, hex);
    json_key(w, key);
    json_text(w, bytes_of(hex));
}

/* A figure as JSON text; null where it is missing. */
static void
put_figure(struct json_write *w, const char *key, struct value v)
{
    struct buf text = {0};

    json_key(w, key);
    if (v.set) {
        figure_put(v, &text);
        json_text(w, buf_bytes(&text));
    } else {
        json_null(w);
    }
    w->out->failed |= text.failed;
    buf_fini(&text);
}

static void
put_time(struct json_write *w, const char *key, int64_t at_us)
{
    put_figure(w, key, value_num(TYPE_TIME, at_us));
}

static void
put_named(struct json_write *w, struct bytes name)
{
    /* Names of measures and parameters are snake_case words of at most 64 bytes. */
    char key[SCRATCH + 1];
    size_t size = name.size < SCRATCH ? name.size : SCRATCH;

    memcpy(key, name.at, size);
    key[size] = 0;
    json_key(w, key);
}

static void
put_pairs(struct json_write *w, const char *key, const struct alert_pair *pairs, size_t count)
{
    json_key(w, key);
    json_open(w, '{');
    for (size_t i = 0; i < count; i++) {
        put_named(w, pairs[i].name);
        json_text(w, pairs[i].is);
    }
    json_close(w, '}');
}

static void
put_measures(struct json_write *w, const struct alert *a)
{
    char room[4];

    json_key(w, "measures");
    json_open(w, '{');
    for (size_t i = 0; i < a->rule->measure_count; i++) {
        put_named(w, a->rule->measures[i].name);
        json_open(w, '{');
        if (a->first[i].type == TYPE_MONEY && a->first[i].currency != 0) {
            json_key(w, "currency");
            json_text(w, bytes_of(word_name(TYPE_CURRENCY, a->first[i].currency, room)));
        }
        put_figure(w, "first", a->first[i]);
        put_figure(w, "latest", a->latest[i]);
        json_close(w, '}');
    }
    json_close(w, '}');
}

static void
put_clauses(struct json_write *w, const struct alert *a)
{
    json_key(w, "clauses");
    json_open(w, '[');
    for (size_t i = 0; i < a->clause_count; i++) {
        json_open(w, '{');
        json_key(w, "clause");
        json_text(w, a->clauses[i].text);
        if (a->clauses[i].left.size > 0) {
            json_key(w, "value");
            json_text(w, a->clauses[i].left);
            json_key(w, "line");
            json_text(w, a->clauses[i].right);
        }
        json_close(w, '}');
    }
    json_close(w, ']');
}

/* Of a list of names: who is listed, how like the names are, and why. */
static void
put_likeness(struct json_write *w, const struct alert_watch *watch)
{
    struct buf percent = {0};

    number_print_fixed(watch->score, 4, (struct number_style){.trim = true}, &percent);
    buf_byte(&percent, '%');
    json_key(w, "name");
    json_text(w, watch->name);
    json_key(w, "score");
    json_text(w, buf_bytes(&percent));
    json_key(w, "why");
    json_text(w, watch->why);
    buf_fini(&percent);
}

static void
put_watches(struct json_write *w, const struct alert *a)
{
    if (a->watch_count == 0)
        return;
    json_key(w, "watchlists");
    json_open(w, '[');
    for (size_t i = 0; i < a->watch_count; i++) {
        json_open(w, '{');
        json_key(w, "list");
        json_text(w, a->watches[i].list);
        json_key(w, "entry");
        json_text(w, a->watches[i].id);
        json_key(w, "field");
        json_text(w, a->watches[i].field);
        json_key(w, "note");
        json_text(w, a->watches[i].note);
        json_key(w, "weight");
        json_int(w, a->watches[i].weight);
        if (a->watches[i].at > 0) {
            json_key(w, "matched");
            json_text(w, a->watches[i].matched);
            json_key(w, "at");
            json_int(w, (int64_t)a->watches[i].at);
            json_key(w, "around");
            json_text(w, a->watches[i].around);
        }
        if (a->watches[i].score > 0)
            put_likeness(w, &a->watches[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void
put_party(struct json_write *w, const char *key, struct bytes party)
{
    json_key(w, key);
    if (party.size > 0)
        json_text(w, party);
    else
        json_null(w);
}

static void
put_entry(struct json_write *w, const struct sink_run *run, const struct evidence *e)
{
    char room[4];

    json_open(w, '{');
    json_key(w, "id");
    json_text(w, e->id);
    put_time(w, "time", e->at_us);
    if (e->date_only) {
        json_key(w, "date_only");
        json_bool(w, true);
    }
    if (e->currency != 0) {
        put_figure(w, "amount", value_money(e->currency, e->amount_minor));
        json_key(w, "currency");
        json_text(w, bytes_of(word_name(TYPE_CURRENCY, e->currency, room)));
    }
    put_party(w, "originator", e->originator);
    put_party(w, "beneficiary", e->beneficiary);
    json_key(w, "role");
    json_text(w, bytes_of(e->role));
    json_key(w, "source");
    json_text(w, run->sources[e->source]);
    json_key(w, "file");
    json_text(w, bytes_of(run->files[e->file]));
    json_key(w, "row");
    json_int(w, (int64_t)e->row);
    json_close(w, '}');
}

static void
put_evidence(struct json_write *w, const struct sink_run *run, const struct alert *a)
{
    json_key(w, "evidence");
    json_open(w, '[');
    for (uint32_t i = 0; i < a->evidence_count; i++)
        put_entry(w, run, &a->evidence[i]);
    json_close(w, ']');
    json_key(w, "evidence_all");
    json_open(w, '{');
    json_key(w, "count");
    json_int(w, (int64_t)a->evidence_all);
    put_figure(w, "total_eur", value_money(code_pack("EUR", 3), a->evidence_eur));
    put_hash(w, "hash", a->evidence_hash, sizeof a->evidence_hash);
    json_key(w, "whole");
    json_bool(w, a->evidence_all == a->evidence_count);
    json_close(w, '}');
}

static void
put_head(struct json_write *w, const struct alert *a)
{
    put_hash(w, "id", a->id, sizeof a->id);
    json_key(w, "rule");
    json_text(w, a->rule->name);
    json_key(w, "title");
    json_text(w, a->rule->title);
    json_key(w, "version");
    json_int(w, a->rule->version);
    json_key(w, "severity");
    json_text(w, bytes_of(severity_names[a->severity]));
    json_key(w, "about");
    json_open(w, '{');
    json_key(w, "kind");
    json_text(w, a->rule->about_kind);
    json_key(w, "value");
    json_text(w, a->about);
    json_close(w, '}');
    put_pairs(w, "roles", a->rule->roles, a->rule->role_count);
    put_time(w, "opened", a->opened_us);
    put_time(w, "latest", a->latest_us);
    json_key(w, "hits");
    json_int(w, (int64_t)a->hits);
    if (a->uncertain) {
        json_key(w, "order_uncertain");
        json_bool(w, true);
    }
    if (a->incomplete) {
        json_key(w, "complete");
        json_bool(w, false);
    }
    json_key(w, "say");
    json_text(w, a->say);
}

void
alert_jsonl_write(const struct sink_run *run, const struct alert *a, struct buf *out)
{
    struct json_write w = {.out = out};

    json_open(&w, '{');
    put_head(&w, a);
    put_measures(&w, a);
    put_clauses(&w, a);
    put_watches(&w, a);
    put_evidence(&w, run, a);
    put_pairs(&w, "parameters", a->rule->parameters, a->rule->parameter_count);
    if (a->rule->override_count > 0)
        put_pairs(&w, "overrides", a->rule->overrides, a->rule->override_count);
    json_key(&w, "hashes");
    json_open(&w, '{');
    put_hash(&w, "rule", a->rule->hash, sizeof a->rule->hash);
    put_hash(&w, "rules", run->rules_hash, sizeof a->rule->hash);
    put_pairs(&w, "lists", a->rule->lists, a->rule->list_count);
    json_close(&w, '}');
    json_close(&w, '}');
    buf_byte(out, '\n');
}
