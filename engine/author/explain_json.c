/* explain_json - an explanation, for programs: an object a line; docs/rules.md lists its keys. */
#include <stdio.h>

#include "alert/figure.h"
#include "author/explain_private.h"
#include "base/sha256.h"
#include "text/json_write.h"

enum { ID_BYTES = 16, NAME_ROOM = 65 };

struct writer {
    struct settling *s;
    const struct settled *x;
    struct json_write *json;
    bool failed;
};

static void
put_text(struct writer *w, const char *key, struct bytes text)
{
    json_key(w->json, key);
    json_text(w->json, text);
}

static void
put_count(struct writer *w, const char *key, uint64_t n)
{
    json_key(w->json, key);
    json_int(w->json, (int64_t)n);
}

static void
put_figure(struct writer *w, const char *key, struct value v)
{
    struct buf text = {0};

    json_key(w->json, key);
    if (v.set) {
        figure_put(v, &text);
        json_text(w->json, buf_bytes(&text));
    } else {
        json_null(w->json);
    }
    w->failed = w->failed || text.failed;
    buf_fini(&text);
}

static void
put_named(struct writer *w, struct bytes name, struct value v)
{
    char key[NAME_ROOM];

    (void)snprintf(key, sizeof key, "%.*s", (int)name.size, name.at);
    put_figure(w, key, v);
}

/* ---- parts ------------------------------------------------------------------------------------
 */

static void
put_clauses(struct writer *w, const struct clause_line *line, size_t count)
{
    json_key(w->json, "clauses");
    json_open(w->json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(w->json, '{');
        put_text(w, "truth", bytes_of(truth_names[line[i].truth]));
        put_text(w, "clause", line[i].text);
        put_text(w, "values", line[i].values);
        if (line[i].note.size > 0)
            put_text(w, "lacks", line[i].note);
        if (line[i].depth > 0)
            put_count(w, "depth", line[i].depth);
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

static void
put_measures(struct writer *w, const struct value *measures)
{
    const struct rule *rule = w->x->rule;

    json_key(w->json, "measures");
    json_open(w->json, '{');
    for (size_t i = 0; i < rule->measure_count; i++)
        put_named(w, rule->measures[i].name.name, measures[i]);
    json_close(w->json, '}');
}

static void
put_row(struct writer *w, const struct evidence *e)
{
    char room[4];

    json_open(w->json, '{');
    put_text(w, "role", bytes_of(e->role));
    put_figure(w, "time", value_num(TYPE_TIME, e->at_us));
    put_text(w, "originator", e->originator);
    put_text(w, "beneficiary", e->beneficiary);
    if (e->currency != 0) {
        put_figure(w, "amount", value_money(e->currency, e->amount_minor));
        put_text(w, "currency", bytes_of(word_name(TYPE_CURRENCY, e->currency, room)));
    }
    put_text(w, "file", bytes_of(w->s->files[e->file]));
    put_count(w, "row", e->row);
    json_close(w->json, '}');
}

static void
put_rows(struct writer *w, const struct evidence *row, size_t count, uint64_t all)
{
    struct buf path = {0};

    explain_path(row, count, &path);
    if (path.size > 0)
        put_text(w, "path", buf_bytes(&path));
    w->failed = w->failed || path.failed;
    buf_fini(&path);
    put_count(w, "transactions_all", all);
    json_key(w->json, "transactions");
    json_open(w->json, '[');
    for (size_t i = 0; i < count; i++)
        put_row(w, &row[i]);
    json_close(w->json, ']');
}

/* `measures` NULL: only those on transactions can be told. */
static void
put_exceptions(struct writer *w, const struct value *measures)
{
    const struct rule *rule = w->x->rule;
    const struct seen *s = w->x->seen;

    json_key(w->json, "exceptions");
    json_open(w->json, '[');
    for (size_t i = 0; i < rule->exception_count; i++) {
        const struct exception *x = &rule->exceptions[i];

        if (x->drop_alerts && measures == NULL)
            continue;
        json_open(w->json, '{');
        put_text(w, "exception", x->name);
        if (x->drop_alerts) {
            json_key(w->json, "true");
            json_bool(w->json, explain_excepts(w->s->e, rule, x, measures, w->x->subject->about));
        } else {
            put_count(w, "removed", s == NULL || s->excepted == NULL ? 0 : s->excepted[i]);
        }
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

static void
put_parameters(struct writer *w)
{
    const struct rule *rule = w->x->rule;

    json_key(w->json, "parameters");
    json_open(w->json, '[');
    for (size_t i = 0; i < rule->parameter_count; i++) {
        json_open(w->json, '{');
        put_text(w, "parameter", rule->parameters[i].name);
        put_figure(w, "value", rule->parameters[i].value);
        if (rule->parameters[i].origin.size > 0)
            put_text(w, "override", rule->parameters[i].origin);
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

/* ---- alerts and the closest moment -------------------------------------------------------------
 */

static void
put_alert(struct writer *w, const struct explained *x)
{
    const struct alert *a = x->alert;
    char id[2 * ID_BYTES + 1];

    sha256_hex(a->id, ID_BYTES, id);
    json_open(w->json, '{');
    put_text(w, "id", bytes_of(id));
    put_text(w, "severity", bytes_of(severity_names[a->severity]));
    put_figure(w, "opened", value_num(TYPE_TIME, a->opened_us));
    put_figure(w, "latest", value_num(TYPE_TIME, a->latest_us));
    put_count(w, "hits", a->hits);
    put_text(w, "say", a->say);
    put_clauses(w, x->line, x->count);
    put_measures(w, a->first);
    put_exceptions(w, a->first);
    put_rows(w, a->evidence, a->evidence_count, a->evidence_all);
    if (w->x->subject->id.size > 0) {
        json_key(w->json, "as_written");
        json_bool(w->json, x->holds && x->differs.size == 0);
        if (x->differs.size > 0)
            put_text(w, "differs", x->differs);
    }
    json_close(w->json, '}');
}

static void
put_closest(struct writer *w)
{
    const struct closest *c = &w->x->seen->closest;

    json_key(w->json, "closest");
    json_open(w->json, '{');
    put_figure(w, "time", value_num(TYPE_TIME, c->at_us));
    put_text(w, "file", bytes_of(w->s->files[c->completing.file]));
    put_count(w, "row", c->completing.row);
    put_clauses(w, w->x->near, w->x->near_count);
    put_measures(w, c->measures);
    put_exceptions(w, c->measures);
    put_rows(w, c->row, c->row_count, c->row_all);
    json_close(w->json, '}');
}

/* ---- what the rule saw -------------------------------------------------------------------------
 */

static void
put_wanting(struct writer *w, const struct kept_out *k)
{
    const struct ruleset *rs = w->s->r->rules;

    if (k->wanting == 0)
        return;
    json_key(w->json, "missing");
    json_open(w->json, '[');
    for (size_t i = 0; i < rs->field_count; i++)
        if ((k->wanting >> i & 1) != 0)
            json_text(w->json, bytes_of(rs->fields[i].name));
    json_close(w->json, ']');
}

static void
put_kept(struct writer *w)
{
    const struct seen *s = w->x->seen;
    const struct clause *c;
    size_t count = w->x->rule->when == NULL ? 0 : program_clauses(w->x->rule->when, &c);

    json_key(w->json, "kept_out");
    json_open(w->json, '[');
    for (size_t i = 0; i < count && i < s->kept_count; i++) {
        if (s->kept[i].no + s->kept[i].undecided == 0)
            continue;
        json_open(w->json, '{');
        put_text(w, "clause", c[i].text);
        put_count(w, "false", s->kept[i].no);
        put_count(w, "undecided", s->kept[i].undecided);
        put_count(w, "alone", s->kept[i].alone);
        put_wanting(w, &s->kept[i]);
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

static void
put_parts(struct writer *w)
{
    const struct rule *rule = w->x->rule;

    json_key(w->json, "parts");
    json_open(w->json, '[');
    for (size_t i = 0; w->x->seen->parts != NULL && i < rule->touch_count; i++) {
        if (rule->touch[i].name == NULL)
            continue;
        json_open(w->json, '{');
        put_text(w, "part", bytes_of(rule->touch[i].name));
        put_count(w, "transactions", w->x->seen->parts[i]);
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

static void
put_heard(struct writer *w)
{
    const struct rule *rule = w->x->rule;

    json_key(w->json, "heard");
    json_open(w->json, '[');
    for (size_t i = 0; i < explain_feeds(rule); i++) {
        json_open(w->json, '{');
        put_text(w, "rule", explain_feed(rule, i)->name);
        put_count(w, "hits", w->x->seen->heard == NULL ? 0 : w->x->seen->heard[i]);
        json_close(w->json, '}');
    }
    json_close(w->json, ']');
}

static void
put_seen(struct writer *w)
{
    const struct seen *s = w->x->seen;

    json_key(w->json, "seen");
    json_open(w->json, '{');
    put_count(w, "rows", w->s->r->rows);
    put_count(w, "transactions", s->rows);
    put_count(w, "other_side", s->elsewhere);
    put_count(w, "looked_at", s->selected);
    put_count(w, "to_itself", s->itself);
    put_count(w, "no_part", s->untouched);
    put_count(w, "moments", s->looks);
    put_count(w, "reached", s->reached);
    put_count(w, "searches_cut", explain_cuts(w->s, w->x));
    put_kept(w);
    if (s->turned.any && s->selected == 0) {
        json_key(w->json, "nearest");
        json_open(w->json, '{');
        put_figure(w, "time", value_num(TYPE_TIME, s->turned.at_us));
        put_text(w, "file", bytes_of(w->s->files[s->turned.file]));
        put_count(w, "row", s->turned.row);
        put_clauses(w, s->turned.line, s->turned.count);
        json_close(w->json, '}');
    }
    put_parts(w);
    if (w->x->rule->level > 0)
        put_heard(w);
    json_close(w->json, '}');
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static void
put_head(struct writer *w)
{
    const struct rule *rule = w->x->rule;

    put_text(w, "rule", w->x->subject->rule);
    if (rule != NULL)
        put_count(w, "version", (uint64_t)rule->version);
    json_key(w->json, "about");
    json_open(w->json, '{');
    if (rule != NULL)
        put_text(w, "kind", rule->about_kind);
    put_text(w, "value", w->x->subject->about);
    json_close(w->json, '}');
    if (w->x->idle != NULL)
        put_text(w, "idle", bytes_of(w->x->idle));
    if (!w->x->lost)
        return;
    put_text(w, "lost", w->x->subject->id);
    if (w->x->missing.size > 0)
        put_text(w, "files_missing", w->x->missing);
}

void
explain_json(struct settling *s, const struct settled *x, struct buf *out)
{
    struct json_write json = {.out = out};
    struct writer w = {.s = s, .x = x, .json = &json};

    json_open(&json, '{');
    put_head(&w);
    json_key(&json, "alerts");
    json_open(&json, '[');
    for (size_t i = 0; i < x->alert_count; i++)
        put_alert(&w, &x->alert[i]);
    json_close(&json, ']');
    if (x->rule != NULL && x->seen != NULL) {
        if (x->alert_count == 0 && x->seen->closest.any)
            put_closest(&w);
        put_parameters(&w);
        put_exceptions(&w, NULL);
        put_seen(&w);
    }
    json_close(&json, '}');
    buf_byte(out, '\n');
    out->failed = out->failed || w.failed;
}
