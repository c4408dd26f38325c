/* explain_text - an explanation, to be read. */
#include <inttypes.h>
#include <string.h>

#include "author/explain_private.h"
#include "base/sha256.h"
#include "rule/operator.h"

#define SHOW(b) (int)(b).size, (b).at

enum { SHORT_ID = 4, LABEL_WIDTH = 14, CLAUSE_INDENT = 4 };

struct writer {
    struct settling *s;
    const struct settled *x;
    struct buf *out;
};

static const char *
plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void
put_time(struct writer *w, int64_t at_us)
{
    value_print(value_num(TYPE_TIME, at_us), false, w->s->r->rules->zone, w->out);
}

static void
put_label(struct writer *w, const char *label)
{
    buf_print(w->out, "  %-*s", LABEL_WIDTH, label);
}

/* ---- parts of both ----------------------------------------------------------------------------
 */

static void
put_measures(struct writer *w, const struct value *measures)
{
    const struct rule *rule = w->x->rule;

    if (rule->measure_count == 0)
        return;
    put_label(w, "measured");
    for (size_t i = 0; i < rule->measure_count; i++) {
        buf_print(w->out, "%s%.*s ", i > 0 ? ", " : "", SHOW(rule->measures[i].name.name));
        value_print(measures[i], rule->measures[i].name.percent, w->s->r->rules->zone, w->out);
    }
    buf_byte(w->out, '\n');
}

static void
put_row(struct writer *w, const struct evidence *e)
{
    struct bytes from = e->originator, to = e->beneficiary;

    buf_text(w->out, "    ");
    put_time(w, e->at_us);
    buf_print(w->out, "  %-10s  %.*s -> %.*s  ", e->role,
        SHOW(from.size > 0 ? from : bytes_of("(cash or unknown)")),
        SHOW(to.size > 0 ? to : bytes_of("(cash or unknown)")));
    if (e->currency != 0)
        value_print(value_money(e->currency, e->amount_minor), false, NULL, w->out);
    buf_print(w->out, "  %s:%" PRIu64 "\n", w->s->files[e->file], e->row);
}

static void
put_rows(struct writer *w, const struct evidence *row, size_t shown, uint64_t all)
{
    size_t from;

    if (all == 0)
        return;
    put_label(w, "path");
    from = w->out->size;
    explain_path(row, shown, w->out);
    if (w->out->size == from)
        w->out->size -= LABEL_WIDTH + 2;
    else
        buf_byte(w->out, '\n');
    put_label(w, "rests on");
    buf_print(
        w->out, "%" PRIu64 " transaction%s%s\n", all, plural(all), shown < all ? ", of which" : "");
    for (size_t i = 0; i < shown; i++)
        put_row(w, &row[i]);
}

/* Each exception of the rule: what it took out, or whether it is true of these figures. */
static void
put_exceptions(struct writer *w, const struct value *measures)
{
    const struct rule *rule = w->x->rule;

    for (size_t i = 0; i < rule->exception_count; i++) {
        const struct exception *x = &rule->exceptions[i];
        uint64_t n =
            w->x->seen == NULL || w->x->seen->excepted == NULL ? 0 : w->x->seen->excepted[i];

        if (x->drop_alerts && measures == NULL)
            continue;
        put_label(w, i == 0 ? "exceptions" : "");
        buf_print(w->out, "%.*s: ", SHOW(x->name));
        if (!x->drop_alerts)
            buf_print(w->out, "took out %" PRIu64 " transaction%s\n", n, plural(n));
        else if (explain_excepts(w->s->e, rule, x, measures, w->x->subject->about))
            buf_print(w->out, "true, so that there is no alert (%.*s)\n", SHOW(x->reason));
        else
            buf_text(w->out, "not true of this\n");
    }
}

static void
put_parameters(struct writer *w)
{
    const struct rule *rule = w->x->rule;

    if (rule->parameter_count == 0)
        return;
    put_label(w, "parameters");
    for (size_t i = 0; i < rule->parameter_count; i++) {
        const struct parameter *p = &rule->parameters[i];

        buf_print(w->out, "%s%.*s ", i > 0 ? ", " : "", SHOW(p->name));
        value_print(p->value, p->percent, NULL, w->out);
        if (p->origin.size > 0)
            buf_print(w->out, " (override %.*s)", SHOW(p->origin));
    }
    buf_byte(w->out, '\n');
}

/* ---- why --------------------------------------------------------------------------------------
 */

static void
put_watches(struct writer *w, const struct alert *a)
{
    for (size_t i = 0; i < a->watch_count; i++) {
        const struct alert_watch *x = &a->watches[i];

        put_label(w, i == 0 ? "listed" : "");
        buf_print(w->out, "%.*s %.*s on %.*s", SHOW(x->list), SHOW(x->id), SHOW(x->field));
        if (x->score > 0)
            buf_print(w->out, ": %.*s [%.*s]", SHOW(x->name), SHOW(x->why));
        if (x->at > 0)
            buf_print(w->out, ": \"%.*s\" in \"%.*s\"", SHOW(x->matched), SHOW(x->around));
        buf_byte(w->out, '\n');
    }
}

static void
put_agreement(struct writer *w, const struct explained *x)
{
    if (!x->holds)
        buf_text(w->out, "  CLAUSES ARE NOT TRUE OF THE FIGURES IT OPENED WITH\n");
    if (w->x->subject->id.size == 0)
        return;
    if (x->differs.size == 0)
        buf_text(w->out, "  comes again as it was written\n");
    else
        buf_print(w->out, "  DIFFERS FROM WHAT WAS WRITTEN in %.*s\n", SHOW(x->differs));
}

static void
put_alert(struct writer *w, const struct explained *x)
{
    const struct alert *a = x->alert;
    char id[2 * SHORT_ID + 1];

    sha256_hex(a->id, SHORT_ID, id);
    buf_print(w->out, "alert %s  %s  %.*s v%" PRId64 "   about %.*s   opened ", id,
        severity_names[a->severity], SHOW(a->rule->name), a->rule->version, SHOW(a->about));
    put_time(w, a->opened_us);
    buf_print(w->out, "\n  %.*s\n", SHOW(a->say));
    clauses_print(x->line, x->count, CLAUSE_INDENT, w->out);
    put_measures(w, a->first);
    put_parameters(w);
    put_exceptions(w, a->first);
    put_watches(w, a);
    put_label(w, "hits");
    buf_print(w->out, "%" PRIu64 ", latest ", a->hits);
    put_time(w, a->latest_us);
    buf_byte(w->out, '\n');
    put_rows(w, a->evidence, a->evidence_count, a->evidence_all);
    put_agreement(w, x);
}

/* ---- why not ----------------------------------------------------------------------------------
 */

static void
put_undecided(struct writer *w, const struct kept_out *k)
{
    const struct ruleset *rs = w->s->r->rules;
    size_t named = 0;

    buf_print(w->out, "%sundecided for %" PRIu64, k->no > 0 ? ", " : "", k->undecided);
    for (size_t i = 0; i < rs->field_count; i++)
        if ((k->wanting >> i & 1) != 0)
            buf_print(w->out, "%s%s", named++ == 0 ? ", for want of " : ", ", rs->fields[i].name);
}

static void
put_kept_out(struct writer *w, const struct rule *rule, const struct seen *s)
{
    const struct clause *c;
    size_t count = rule->when == NULL ? 0 : program_clauses(rule->when, &c);
    size_t width = 0;

    for (size_t i = 0; i < count && i < s->kept_count; i++)
        if (s->kept[i].no + s->kept[i].undecided > 0 && c[i].text.size > width)
            width = c[i].text.size;
    for (size_t i = 0; i < count && i < s->kept_count; i++) {
        const struct kept_out *k = &s->kept[i];
        size_t from = w->out->size;

        if (k->no + k->undecided == 0)
            continue;
        buf_print(w->out, "    %.*s", SHOW(c[i].text));
        clauses_pad(w->out, from, CLAUSE_INDENT + width + 2);
        if (k->no > 0)
            buf_print(w->out, "false for %" PRIu64, k->no);
        if (k->undecided > 0)
            put_undecided(w, k);
        if (k->alone > 0)
            buf_print(w->out, "; alone for %" PRIu64, k->alone);
        buf_byte(w->out, '\n');
    }
}

/* Nobody of that name where the rule looks. */
static void
put_nobody(struct writer *w, const struct rule *rule, const struct seen *s)
{
    if (s->elsewhere > 0)
        buf_print(w->out,
            "this %.*s stands in %" PRIu64 " transaction%s, always on the side that the rule does "
            "not look at\n",
            SHOW(rule->about_kind), s->elsewhere, plural(s->elsewhere));
    else
        buf_print(w->out,
            "this %.*s appears in none of the %" PRIu64
            " transactions; it is to be written as in alerts\n",
            SHOW(rule->about_kind), w->s->r->rows);
}

/* Of how many transactions each part of the operator is true. */
static void
put_parts(struct writer *w, const struct rule *rule, const struct seen *s)
{
    bool any = false;

    for (size_t i = 0; s->parts != NULL && i < rule->touch_count; i++) {
        if (rule->touch[i].name == NULL)
            continue;
        if (!any)
            put_label(w, "of these");
        buf_print(w->out, "%s%s %" PRIu64, any ? ", " : "", rule->touch[i].name, s->parts[i]);
        any = true;
    }
    buf_text(w->out, any ? "\n" : "");
}

static void
put_seen(struct writer *w, const struct rule *rule, const struct seen *s)
{
    uint64_t excepted = 0, kept;

    put_label(w, "transactions");
    if (s->rows == 0) {
        put_nobody(w, rule, s);
        return;
    }
    for (size_t i = 0; s->excepted != NULL && i < rule->exception_count; i++)
        excepted += s->excepted[i];
    kept = s->rows - s->selected - s->itself - s->untouched - excepted;
    buf_print(w->out, "%" PRIu64 " of this %.*s%s, the rule looked at %" PRIu64, s->rows,
        SHOW(rule->about_kind), rule->own ? ", from its side" : "", s->selected);
    if (s->itself > 0)
        buf_print(w->out, "; %" PRIu64 " from the account to itself", s->itself);
    if (s->untouched > 0)
        buf_print(w->out, "; %" PRIu64 " concern no part of it", s->untouched);
    if (excepted > 0)
        buf_print(w->out, "; exceptions took out %" PRIu64, excepted);
    if (kept > 0)
        buf_print(w->out, "; `when` kept out %" PRIu64 ":", kept);
    buf_byte(w->out, '\n');
    if (kept > 0)
        put_kept_out(w, rule, s);
    if (s->turned.any && s->selected == 0) {
        put_label(w, "the nearest");
        put_time(w, s->turned.at_us);
        buf_print(w->out, ", %s:%" PRIu64 "\n", w->s->files[s->turned.file], s->turned.row);
        clauses_print(s->turned.line, s->turned.count, CLAUSE_INDENT, w->out);
    }
    put_parts(w, rule, s);
}

/* Scores and rules with `of` look at hits. */
static void
put_heard(struct writer *w, const struct rule *rule, const struct seen *s)
{
    put_label(w, "hits heard");
    for (size_t i = 0; i < explain_feeds(rule); i++)
        buf_print(w->out, "%s%.*s %" PRIu64, i > 0 ? ", " : "", SHOW(explain_feed(rule, i)->name),
            s->heard == NULL ? 0 : s->heard[i]);
    buf_byte(w->out, '\n');
}

/* What an operator waits for before it has anything to judge, by its key. */
static const struct {
    const char *op, *words;
} awaited[] = {
    {"pass_through", "no money left the account after some came in"},
    {"flow", "no pattern of that shape came together with this account in that place"},
    {"sequence", "its steps did not all come, one after another and in time"},
};

static const char *
awaited_of(const struct rule *rule)
{
    const struct operator_kind *kind = operator_of(rule->op);

    for (size_t i = 0; kind != NULL && i < sizeof awaited / sizeof *awaited; i++)
        if (strcmp(awaited[i].op, kind->key) == 0)
            return awaited[i].words;
    return "what it waits for did not come together";
}

/* NULL: clauses say it. */
static const char *
verdict_of(const struct rule *rule, const struct seen *s)
{
    if (s->reached > 0)
        return "an exception on alerts held every hit back";
    if (s->closest.any && s->closest.near.failing == 0 && rule->ignore_above > 0)
        return "so many share it that it is taken for a placeholder";
    return s->closest.any ? NULL : awaited_of(rule);
}

static void
put_closest(struct writer *w, const struct seen *s)
{
    const struct closest *c = &s->closest;

    put_label(w, "closest");
    put_time(w, c->at_us);
    buf_print(w->out, ", %s:%" PRIu64 "\n", w->s->files[c->completing.file], c->completing.row);
    clauses_print(w->x->near, w->x->near_count, CLAUSE_INDENT, w->out);
    put_measures(w, c->measures);
}

static void
put_why_not(struct writer *w)
{
    const struct rule *rule = w->x->rule;
    const struct seen *s = w->x->seen;
    const struct closest *c = &s->closest;
    const char *verdict = c->any || s->selected > 0 ? verdict_of(rule, s) : NULL;

    buf_print(w->out, "no alert of %.*s v%" PRId64 " about %.*s", SHOW(rule->name), rule->version,
        SHOW(w->x->subject->about));
    if (verdict != NULL)
        buf_print(w->out, ": %s", verdict);
    buf_byte(w->out, '\n');
    if (c->any)
        put_closest(w, s);
    put_parameters(w);
    put_exceptions(w, c->any ? c->measures : NULL);
    if (c->any)
        put_rows(w, c->row, c->row_count, c->row_all);
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static void
put_lost(struct writer *w)
{
    const struct explain_subject *x = w->x->subject;

    buf_print(w->out, "alert %.8s of %.*s DOES NOT COME OF THESE INPUTS AND RULES\n", x->id.at,
        SHOW(x->rule));
    if (w->x->missing.size > 0)
        buf_print(w->out, "  it rests on files that are not among the inputs: %.*s\n",
            SHOW(w->x->missing));
    if (w->x->rule == NULL)
        buf_text(w->out, "  these rules have none of that name\n");
}

void
explain_text(struct settling *s, const struct settled *x, struct buf *out)
{
    struct writer w = {.s = s, .x = x, .out = out};

    if (out->size > 0)
        buf_byte(out, '\n');
    if (x->lost)
        put_lost(&w);
    for (size_t i = 0; i < x->alert_count; i++)
        put_alert(&w, &x->alert[i]);
    if (x->rule == NULL || x->seen == NULL)
        return;
    if (x->alert_count == 0)
        put_why_not(&w);
    if (explain_cuts(s, x) > 0) {
        put_label(&w, "cut short");
        buf_print(out, "%zu searches from here ended early, so that there may be more\n",
            explain_cuts(s, x));
    }
    if (x->rule->level > 0)
        put_heard(&w, x->rule, x->seen);
    else
        put_seen(&w, x->rule, x->seen);
    if (x->idle != NULL)
        buf_print(out, "  on a night this rule does not run: %s\n", x->idle);
}
