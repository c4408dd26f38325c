/*
 * explain_settle - what can be said of one subject: his alerts, held against what was written, and
 * the closest moment.
 */
#include <string.h>

#include "author/explain_private.h"
#include "base/alloc.h"
#include "base/intern.h"
#include "base/sha256.h"
#include "rule/operator.h"
#include "sink/alert_jsonl.h"
#include "sink/sink.h"
#include "text/json_tree.h"

enum { ID_BYTES = 16 };

/* ---- all alerts by number ---------------------------------------------------------------------
 */

static bool
number_alerts(struct settling *s)
{
    static const struct hash_key plain_key = {0, 0};
    char id[2 * ID_BYTES + 1];

    s->ids = intern_new(&plain_key);
    s->first = alloc_zero(s->r->alert_count + 1, sizeof *s->first);
    if (s->ids == NULL || s->first == NULL)
        return false;
    for (size_t i = 0; i < s->r->alert_count; i++) {
        uint32_t known = intern_count(s->ids), n;

        sha256_hex(s->r->alerts[i]->id, ID_BYTES, id);
        n = intern_add(s->ids, bytes_of(id));
        if (n == INTERN_NONE)
            return false;
        if (n == known)
            s->first[n] = i;
    }
    return true;
}

bool
explain_settle_open(struct settling *s, struct explain *e, const struct screen_result *r)
{
    *s = (struct settling){.e = e, .r = r};
    s->files = alloc_zero(r->inputs.count + 1, sizeof(const char *));
    for (size_t i = 0; s->files != NULL && i < r->inputs.count; i++)
        s->files[i] = r->inputs.at[i].shown;
    if (s->files != NULL && number_alerts(s))
        return true;
    explain_settle_close(s);
    return false;
}

void
explain_settle_close(struct settling *s)
{
    intern_free(s->ids);
    alloc_free(s->first);
    alloc_free(s->files);
    buf_fini(&s->text);
    *s = (struct settling){0};
}

/* ---- as it was written? ------------------------------------------------------------------------
 */

static struct bytes
base_of(struct bytes path)
{
    size_t from = path.size;

    while (from > 0 && path.at[from - 1] != '/')
        from--;
    return (struct bytes){path.at + from, path.size - from};
}

/* Files may be given by another path. */
static bool
same(const struct json_node *a, const struct json_node *b)
{
    bool file = bytes_equal(a->key, bytes_of("file"));

    if (a->event != b->event || !bytes_equal(a->key, b->key) ||
        !bytes_equal(file ? base_of(a->text) : a->text, file ? base_of(b->text) : b->text))
        return false;
    for (a = a->first, b = b->first; a != NULL && b != NULL; a = a->next, b = b->next)
        if (!same(a, b))
            return false;
    return a == NULL && b == NULL;
}

static const struct json_node *
find(const struct json_node *map, struct bytes key)
{
    const struct json_node *n = map->first;

    while (n != NULL && !bytes_equal(n->key, key))
        n = n->next;
    return n;
}

static void
name_key(struct buf *out, struct bytes key)
{
    buf_text(out, out->size > 0 ? ", " : "");
    buf_add(out, key.at, key.size);
}

static struct bytes
keep(struct settling *s, const struct buf *text)
{
    struct bytes out = {text->failed ? NULL : arena_copy(s->a, buf_bytes(text)), text->size};

    if (out.at != NULL)
        return out;
    s->failed = true;
    return (struct bytes){"", 0};
}

/* The keys in which two lines differ. */
static struct bytes
difference(struct settling *s, struct bytes was, struct bytes is)
{
    const struct json_node *a = json_tree(s->a, was), *b = json_tree(s->a, is), *other;
    struct buf names = {0};
    struct bytes out;

    if (a == NULL || b == NULL) {
        s->failed = s->failed || b == NULL;
        return bytes_of("the whole line");
    }
    for (const struct json_node *n = a->first; n != NULL; n = n->next)
        if ((other = find(b, n->key)) == NULL || !same(n, other))
            name_key(&names, n->key);
    for (const struct json_node *n = b->first; n != NULL; n = n->next)
        if (find(a, n->key) == NULL)
            name_key(&names, n->key);
    out = keep(s, &names);
    buf_fini(&names);
    return out;
}

static struct bytes
differs(struct settling *s, const struct explain_subject *subject, const struct alert *a)
{
    struct sink_run run = {.files = s->files,
        .sources = s->r->inputs.sources,
        .rules_hash = s->r->rules->hash,
        .zone = s->r->rules->zone};
    struct bytes now;

    if (subject->line.size == 0)
        return (struct bytes){"", 0};
    s->text.size = 0;
    alert_jsonl_write(&run, a, &s->text);
    s->failed = s->failed || s->text.failed;
    now = buf_bytes(&s->text);
    now.size -= now.size > 0; /* the end of the line */
    return bytes_equal(now, subject->line) ? (struct bytes){"", 0}
                                           : difference(s, subject->line, now);
}

/* ---- an alert that does not come again ---------------------------------------------------------
 */

static bool
is_input(const struct settling *s, struct bytes file)
{
    for (size_t i = 0; i < s->r->inputs.count; i++)
        if (bytes_equal(base_of(bytes_of(s->files[i])), base_of(file)))
            return true;
    return false;
}

static struct bytes
missing_files(struct settling *s, const struct explain_subject *subject)
{
    const struct json_node *line = json_tree(s->a, subject->line);
    const struct json_node *list = line == NULL ? NULL : json_get(line, "evidence");
    struct buf names = {0};
    struct bytes out, last = {"", 0};

    for (const struct json_node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        const struct json_node *file = json_get(n, "file");

        if (file == NULL || is_input(s, file->text) || bytes_equal(file->text, last))
            continue;
        name_key(&names, file->text);
        last = file->text;
    }
    out = keep(s, &names);
    buf_fini(&names);
    return out;
}

/* ---- clauses -----------------------------------------------------------------------------------
 */

bool
explain_excepts(struct explain *e, const struct rule *rule, const struct exception *x,
    const struct value *measures, struct bytes about)
{
    struct eval_frame f = {.measures = measures, .about = value_text(TYPE_CODE, about)};
    struct value v;

    (void)rule;
    if (!x->drop_alerts)
        return false;
    v = program_run(x->when, e->room, &f);
    return v.set && v.num != 0;
}

static bool
take_clauses(struct settling *s, const struct rule *rule, const struct eval_frame *f,
    struct clause_line **line, size_t *count)
{
    bool holds = true;

    if (!clauses_of(s->r->rules, rule->alert_if, s->e->room, f, s->a, line, count)) {
        s->failed = true;
        return false;
    }
    for (size_t i = 0; i < *count; i++)
        holds = holds && ((*line)[i].depth > 0 || (*line)[i].truth == TRUTH_TRUE);
    return holds;
}

bool
explain_note_lacks(struct explain *e, const struct eval_frame *f, struct clause_line *line,
    size_t count, struct arena *a)
{
    struct buf text = {0};
    bool good = true;

    for (size_t i = 0; i < count && good; i++) {
        text.size = 0;
        if (line[i].truth == TRUTH_FALSE && line[i].clause->left != NULL)
            nearness_print(line[i].clause, e->room, f, e->rs->zone, &text);
        line[i].note = (struct bytes){arena_copy(a, buf_bytes(&text)), text.size};
        good = line[i].note.at != NULL && !text.failed;
    }
    buf_fini(&text);
    return good;
}

/* ---- one subject -------------------------------------------------------------------------------
 */

static void
take_alert(struct settling *s, const struct alert *a, struct settled *out)
{
    struct explained *x = &out->alert[out->alert_count++];
    struct eval_frame f = {.measures = a->first, .about = value_text(TYPE_CODE, a->about)};

    *x = (struct explained){.alert = a};
    x->holds = take_clauses(s, out->rule, &f, &x->line, &x->count);
    x->differs = differs(s, out->subject, a);
}

/*
 * Two patterns about one account that one transaction completes bear one number; they stand side by
 * side, and the one that was written is meant.
 */
static void
take_numbered(struct settling *s, size_t first, struct settled *out)
{
    size_t at = first;

    do {
        out->alert_count = 0;
        take_alert(s, s->r->alerts[at++], out);
    } while (out->alert[0].differs.size > 0 && at < s->r->alert_count &&
             memcmp(s->r->alerts[at]->id, s->r->alerts[first]->id, ID_BYTES) == 0);
}

static bool
take_alerts(struct settling *s, struct settled *out)
{
    const struct explain_subject *x = out->subject;
    uint32_t n = x->id.size > 0 ? intern_find(s->ids, x->id) : INTERN_NONE;

    out->alert = arena_take(s->a, x->id.size > 0 ? 1 : s->r->alert_count + 1, sizeof *out->alert);
    if (out->alert == NULL)
        return false;
    if (n != INTERN_NONE)
        take_numbered(s, s->first[n], out);
    for (size_t i = 0; x->id.size == 0 && i < s->r->alert_count; i++)
        if (bytes_equal(s->r->alerts[i]->rule->name, x->rule) &&
            bytes_equal(s->r->alerts[i]->about, x->about))
            take_alert(s, s->r->alerts[i], out);
    out->lost = x->id.size > 0 && n == INTERN_NONE;
    return true;
}

static void
take_closest(struct settling *s, struct settled *out)
{
    const struct closest *c = &out->seen->closest;
    struct eval_frame f = {
        .measures = c->measures, .about = value_text(TYPE_CODE, out->subject->about)};

    (void)take_clauses(s, out->rule, &f, &out->near, &out->near_count);
    if (!explain_note_lacks(s->e, &f, out->near, out->near_count, s->a))
        s->failed = true;
}

bool
explain_settle(
    struct settling *s, const struct explain_subject *subject, struct arena *a, struct settled *out)
{
    const struct ruleset *rs = s->r->rules;

    s->a = a;
    s->failed = false;
    *out = (struct settled){.subject = subject, .missing = {"", 0}};
    for (size_t i = 0; i < rs->rule_count && out->rule == NULL; i++)
        if (bytes_equal(rs->rule[i].name, subject->rule)) {
            out->rule = &rs->rule[i];
            out->idle = s->r->rule[i].why_not;
        }
    out->lost = subject->id.size > 0;
    if (out->rule == NULL)
        return true;
    out->seen = explain_seen(s->e, out->rule, subject->about);
    if (!take_alerts(s, out))
        return false;
    if (out->lost)
        out->missing = missing_files(s, subject);
    if (out->alert_count == 0 && out->seen != NULL && out->seen->closest.any)
        take_closest(s, out);
    return !s->failed;
}

size_t
explain_cuts(const struct settling *s, const struct settled *x)
{
    uint32_t rule = (uint32_t)(x->rule - s->r->rules->rule);
    size_t count = judge_cut_count(s->r->judge, rule), found = 0;

    for (size_t i = 0; i < count; i++) {
        struct judge_cut cut;

        judge_cut(s->r->judge, rule, i, &cut);
        found += bytes_equal(cut.account, x->subject->about);
    }
    return found;
}

/* ---- the report --------------------------------------------------------------------------------
 */

static bool
agrees(const struct settled *x)
{
    return !x->lost &&
           (x->alert_count == 0 || (x->alert[0].holds && x->alert[0].differs.size == 0));
}

static bool
report_one(struct settling *s, const struct explain_subject *subject, enum explain_form form,
    struct buf *out, struct explain_sums *sums)
{
    struct arena a;
    struct settled x;
    bool good;

    arena_init(&a, 0, "an explanation");
    good = explain_settle(s, subject, &a, &x);
    if (good) {
        sums->agree += agrees(&x);
        sums->differ += !agrees(&x);
        if (form == EXPLAIN_JSON)
            explain_json(s, &x, out);
        else if (form == EXPLAIN_TEXT || !agrees(&x))
            explain_text(s, &x, out);
    }
    s->a = NULL; /* it ends here */
    arena_fini(&a);
    return good && !out->failed;
}

bool
explain_report(struct explain *e, const struct screen_result *r, enum explain_form form,
    struct buf *out, struct explain_sums *sums)
{
    struct settling s;
    bool good = explain_settle_open(&s, e, r);

    *sums = (struct explain_sums){0};
    for (size_t i = 0; i < e->count && good; i++)
        good = report_one(&s, &e->subject[i], form, out, sums);
    if (form == EXPLAIN_BRIEF)
        buf_print(out, "%zu alert%s explained, %zu as written, %zu not\n", e->count,
            e->count == 1 ? "" : "s", sums->agree, sums->differ);
    explain_settle_close(&s);
    return good && !out->failed;
}
