/*
 * draft - what a hit says of itself: about, severity, sentence, clauses, evidence. Called for
 * hits only, so nothing here is hot.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "rule/excerpt.h"
#include "rule/judge_private.h"

static struct value
field_value(const struct judge *j, unsigned field, uint8_t view, const struct txn *t, int side)
{
    unsigned at = judge_field(field, view, side);

    return txn_value(t, at, j->rs->fields[at].type);
}

/* The value of a field for what the draft speaks of: the row's, or the key's where the row is gone.
 */
static struct value
draft_value(const struct judge *j, const struct draft *d, unsigned field, uint8_t view)
{
    if (d->collection == NULL)
        return field_value(j, field, view, d->txn, d->side);
    for (size_t i = 0; i < d->rule->per_count; i++)
        if (d->rule->per[i].field == field && d->rule->per[i].view == view)
            return keys_value(d->collection->key.numbering->keys, d->key, i);
    return value_missing(j->rs->fields[field].type);
}

bool
draft_about(struct judge *j, const struct draft *d)
{
    const struct rule *rule = d->rule;

    if (d->collection != NULL && d->collection->heard != NULL) {
        struct bytes about = intern_text(d->collection->heard, d->key);

        buf_add(&j->about, about.at, about.size);
    }
    for (size_t i = 0; i < rule->about_count; i++) {
        struct value v = draft_value(j, d, rule->about[i].field, rule->about[i].view);

        if (!v.set)
            return false;
        if (i > 0)
            buf_text(&j->about, " / ");
        value_print(v, false, j->rs->zone, &j->about);
    }
    return !j->about.failed;
}

static struct bytes
text_or_none(const struct txn *t, unsigned field)
{
    return txn_has(t, field) ? txn_text(t, field) : (struct bytes){0};
}

/* A party is shown by its account; at a counter, where there is none, by its name. */
static struct bytes
party_of(const struct txn *t, unsigned account, unsigned name)
{
    return txn_has(t, account) ? txn_text(t, account) : text_or_none(t, name);
}

static struct bytes
own_account(const struct txn *t)
{
    if ((t->flags & TXN_OWN_ORIGINATOR) != 0)
        return text_or_none(t, TXN_O_ACCOUNT);
    if ((t->flags & TXN_OWN_BENEFICIARY) != 0)
        return text_or_none(t, TXN_B_ACCOUNT);
    return (struct bytes){0};
}

static struct evidence
from_row(const struct txn *t, uint64_t number)
{
    return (struct evidence){.at_us = t->at_us,
        .amount_minor = txn_has(t, TXN_AMOUNT) ? txn_num(t, TXN_AMOUNT) : 0,
        .amount_eur = txn_has(t, TXN_AMOUNT_EUR) ? txn_num(t, TXN_AMOUNT_EUR) : INT64_MIN,
        .currency =
            txn_has(t, TXN_AMOUNT) && txn_has(t, TXN_CURRENCY) ? txn_num(t, TXN_CURRENCY) : 0,
        .row = t->row,
        .number = number,
        .file = t->file,
        .source = t->source,
        .date_only = (t->flags & TXN_DATE_ONLY) != 0,
        .id_made = (t->flags & TXN_ID_MADE) != 0,
        .id = text_or_none(t, TXN_ID),
        .originator = party_of(t, TXN_O_ACCOUNT, TXN_O_NAME),
        .beneficiary = party_of(t, TXN_B_ACCOUNT, TXN_B_NAME),
        .own = own_account(t),
        .role = "hit"};
}

static struct evidence
from_ledger(const struct judge *j, uint64_t number, const char *role)
{
    struct ledger_entry entry;
    const struct ledger_entry *e = &entry;

    ledger_get(j->ledger, number, &entry);
    return (struct evidence){.at_us = e->at_us,
        .amount_minor = e->amount_minor,
        .amount_eur = e->amount_eur,
        .currency = e->has_amount ? e->currency : 0,
        .row = e->row,
        .number = number,
        .file = e->file,
        .source = e->source,
        .date_only = (e->flags & TXN_DATE_ONLY) != 0,
        .id_made = (e->flags & TXN_ID_MADE) != 0,
        .id = e->id,
        .originator = e->o_account.size > 0 ? e->o_account : e->o_name,
        .beneficiary = e->b_account.size > 0 ? e->b_account : e->b_name,
        .own = (e->flags & TXN_OWN_ORIGINATOR) != 0    ? e->o_account
               : (e->flags & TXN_OWN_BENEFICIARY) != 0 ? e->b_account
                                                       : (struct bytes){0},
        .role = role};
}

struct evidence
draft_completing(const struct judge *j, const struct draft *d)
{
    return d->txn != NULL ? from_row(d->txn, d->number) : from_ledger(j, d->number, "hit");
}

enum severity
draft_severity(const struct rule *rule, const struct value *measures)
{
    const struct value *by = &measures[rule->severity_measure];
    bool overflow = false;

    for (size_t i = 0; i < rule->band_count; i++) {
        const struct band *band = &rule->bands[i];

        if (!band->below.set || (by->set && value_compare(*by, band->below, &overflow) < 0))
            return band->is;
    }
    return rule->severity;
}

/* ---- what a first hit says ---------------------------------------------------- */

static const struct watch_record *
watch_hit_of(const struct judge *j, uint32_t name)
{
    const struct watch_record *hits;
    size_t count = eval_watch_hits(j->room, &hits);

    for (size_t i = 0; i < count; i++)
        if (hits[i].watch == &j->rs->names[name])
            return &hits[i];
    return NULL;
}

static void
put_say(struct judge *j, const struct draft *d, const struct say *s)
{
    const struct watch_record *watch;

    switch (s->kind) {
    case SAY_TEXT:
        buf_add(&j->text, s->text.at, s->text.size);
        break;
    case SAY_MEASURE:
        value_print(d->hit.measures[s->index], d->rule->measures[s->index].name.percent,
            j->rs->zone, &j->text);
        break;
    case SAY_ABOUT:
        buf_add(&j->text, d->hit.about.at, d->hit.about.size);
        break;
    case SAY_FIELD:
        value_print(draft_value(j, d, s->index, s->view), false, j->rs->zone, &j->text);
        break;
    case SAY_HIT:
        value_print(d->heard[s->index], d->rule->of->measures[s->index].name.percent, j->rs->zone,
            &j->text);
        break;
    case SAY_PARTY:
        value_print(keys_value(d->collection->key.numbering->keys,
                        d->collection->moment->parties[s->index], 0),
            false, j->rs->zone, &j->text);
        break;
    case SAY_WATCH:
        watch = watch_hit_of(j, s->index);
        if (watch != NULL)
            buf_add(&j->text, watch->hit.value.at, watch->hit.value.size);
        break;
    }
}

static bool
room_for(void **list, size_t *cap, size_t need, size_t size)
{
    void *grown;

    if (need <= *cap)
        return true;
    grown = alloc_grow(*list, need * 2 * size);
    if (grown == NULL)
        return false;
    *list = grown;
    *cap = need * 2;
    return true;
}

/* Append a value to j->text; where it will stand is known only once the text has stopped growing.
 */
static void
put_operand(struct judge *j, const struct program *p, const struct eval_frame *frame)
{
    if (p != NULL)
        value_print(program_run(p, j->room, frame), program_percent(p), j->rs->zone, &j->text);
}

/* Clauses with both sides' values, their texts laid into j->text behind the sentence. */
static bool
describe_clauses(struct judge *j, const struct draft *d, size_t *count)
{
    struct eval_frame frame = {.txn = d->txn, .side = d->side, .measures = d->hit.measures};
    const struct clause *clauses;
    size_t n = d->rule->alert_if == NULL ? 0 : program_clauses(d->rule->alert_if, &clauses);

    *count = n;
    if (!room_for((void **)&j->clauses, &j->clause_cap, n, sizeof *j->clauses))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct alert_clause *c = &j->clauses[i];

        c->text = clauses[i].text;
        c->left.size = j->text.size;
        put_operand(j, clauses[i].left, &frame);
        c->right.size = j->text.size;
        put_operand(j, clauses[i].right, &frame);
    }
    return true;
}

/* Now that j->text stands still: turn the offsets put by describe_clauses() into views. */
static void
settle_clauses(struct judge *j, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct alert_clause *c = &j->clauses[i];
        size_t left = c->left.size, right = c->right.size;
        size_t end = i + 1 < count ? j->clauses[i + 1].left.size : j->text.size;

        c->left = (struct bytes){j->text.at + left, right - left};
        c->right = (struct bytes){j->text.at + right, end - right};
    }
}

static struct alert_watch
describe_watch(const struct judge *j, const struct txn *t, const struct watch_record *r)
{
    struct alert_watch w = {
        .list = r->watch->name, .id = r->hit.id, .note = r->hit.note, .weight = r->hit.weight};

    if (r->hit.score > 0) {
        w.name = r->hit.value;
        w.score = r->hit.score;
        w.why = r->hit.why;
    }
    if (r->field >= j->rs->field_count) {
        w.field = bytes_of("an expression");
        return w;
    }
    w.field = bytes_of(j->rs->fields[r->field].name);
    if (r->hit.score == 0 && t != NULL && type_is_text(j->rs->fields[r->field].type) &&
        txn_has(t, r->field))
        excerpt_fill(txn_text(t, r->field), &r->hit, &w);
    return w;
}

static bool
describe_watches(struct judge *j, const struct txn *t, size_t *count)
{
    const struct watch_record *hits;
    size_t n = eval_watch_hits(j->room, &hits);

    *count = n;
    if (!room_for((void **)&j->watches, &j->watch_cap, n, sizeof *j->watches))
        return false;
    for (size_t i = 0; i < n; i++)
        j->watches[i] = describe_watch(j, t, &hits[i]);
    return true;
}

bool
judge_describe(struct judge *j, const struct draft *draft, struct hit *hit)
{
    struct eval_frame frame = {.txn = draft->txn, .side = draft->side, .hit = draft->heard};
    size_t say_size;

    *hit = draft->hit;
    /* The filter ran on a feed's thread: ask again here, so that this room knows the watch hits. */
    eval_next_row(j->room);
    if (draft->rule->when != NULL && draft->txn != NULL)
        (void)program_run(draft->rule->when, j->room, &frame);
    j->text.size = 0;
    for (size_t i = 0; i < draft->rule->say_count; i++)
        put_say(j, draft, &draft->rule->say[i]);
    say_size = j->text.size;
    if (!describe_watches(j, draft->txn, &hit->watch_count) ||
        !describe_clauses(j, draft, &hit->clause_count) || j->text.failed)
        return false;
    settle_clauses(j, hit->clause_count);
    hit->say = (struct bytes){j->text.at, say_size};
    hit->clauses = j->clauses;
    hit->watches = j->watches;
    return true;
}

/* Numbers behind a window's hit, oldest first, into j->quotes. */
static bool
quote_window(struct judge *j, const struct draft *d, uint64_t after, size_t *count)
{
    const struct windows *w = d->group->windows;
    size_t n = windows_evidence(w, d->key, after, j->numbers, j->numbers_cap);

    if (n > j->numbers_cap) {
        if (!room_for((void **)&j->numbers, &j->numbers_cap, n, sizeof *j->numbers))
            return false;
        n = windows_evidence(w, d->key, after, j->numbers, j->numbers_cap);
    }
    if (!room_for((void **)&j->quotes, &j->quotes_cap, n, sizeof *j->quotes))
        return false;
    for (size_t i = 0; i < n; i++)
        j->quotes[i] = (struct operator_quote){j->numbers[n - 1 - i], "measured"};
    *count = n;
    return true;
}

static bool
quote_operator(struct judge *j, const struct draft *d, uint64_t after, size_t *count)
{
    const struct collection *c = d->collection;
    const struct operator_class *class = c->kind->class;
    size_t n;

    after = class->resumes ? after : 0;
    n = class->evidence(c->state, c->moment, after, j->quotes, j->quotes_cap);
    if (n > j->quotes_cap) {
        if (!room_for((void **)&j->quotes, &j->quotes_cap, n, sizeof *j->quotes))
            return false;
        n = class->evidence(c->state, c->moment, after, j->quotes, j->quotes_cap);
    }
    *count = n;
    return true;
}

/* Without an operator the row itself is all there is, or what the hit looked at rested on. */
static bool
quote_row(struct judge *j, const struct draft *d, uint64_t after, size_t *count)
{
    if (d->behind_count > 0) {
        *count = d->behind_count;
        if (!room_for((void **)&j->quotes, &j->quotes_cap, d->behind_count, sizeof *j->quotes))
            return false;
        memcpy(j->quotes, d->behind, d->behind_count * sizeof *j->quotes);
        return true;
    }
    *count = d->number > after;
    if (!room_for((void **)&j->quotes, &j->quotes_cap, 1, sizeof *j->quotes))
        return false;
    j->quotes[0] = (struct operator_quote){d->number, "hit"};
    return true;
}

bool
draft_quotes(struct judge *j, const struct draft *d, uint64_t after, size_t *count)
{
    if (d->group != NULL)
        return quote_window(j, d, after, count);
    if (d->collection != NULL)
        return quote_operator(j, d, after, count);
    return quote_row(j, d, after, count);
}

bool
judge_evidence(struct judge *j, const struct draft *draft, uint64_t after,
    const struct evidence **list, size_t *count)
{
    size_t n;

    if (draft->group == NULL && draft->collection == NULL && draft->behind_count == 0) {
        *list = &draft->completing;
        *count = draft->completing.number > after;
        return true;
    }
    if (!draft_quotes(j, draft, after, &n) ||
        !room_for((void **)&j->evidence, &j->evidence_cap, n, sizeof *j->evidence))
        return false;
    for (size_t i = 0; i < n; i++)
        j->evidence[i] = from_ledger(j, j->quotes[i].number, j->quotes[i].role);
    *list = j->evidence;
    *count = n;
    return true;
}
