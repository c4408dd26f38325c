/*
 * judge_of - rules that look at the hits of another rule in place of transactions.
 *
 * A hit is its completing transaction, seen from the side the other rule saw it from, at the time
 * of the hit, with that rule's measures. Hits are kept whole until they are looked at, for they may
 * come up after the row has passed by; what an operator may come back to is kept for as long.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rule/judge_private.h"

enum { BEHIND_MAX = 200 /* transactions kept of one hit, the newest */ };

/* One hit, in one piece of memory with its row, values and texts. */
struct kept_hit {
    int64_t at_us;
    uint64_t number;
    uint64_t order; /* as they came, where all else is equal */
    struct txn *txn;
    uint8_t side;
    struct value *measure;
    struct operator_quote *behind;
    size_t behind_count;
};

struct looking {
    struct group *group;
    struct collection *collection; /* both NULL: each hit alone */
    const struct rule *rule;       /* the first; what it selects is what all do */
    bool quotes;                   /* what a hit rests on is asked for */
    struct kept_hit **wait;
    size_t count, cap;
    uint64_t taken;
};

/* A row that an operator may come back to. */
struct passed {
    uint64_t number;
    struct txn *txn;
};

/* ---- whole rows ------------------------------------------------------------------ */

static size_t
head_bytes(const struct judge *j)
{
    return sizeof(struct txn) + j->rs->field_count * sizeof(union txn_cell);
}

static size_t
text_bytes(const struct judge *j, const struct txn *t)
{
    size_t sum = 0;

    for (unsigned f = 0; f < j->rs->field_count; f++)
        if (txn_has(t, f) && type_is_text(j->rs->fields[f].type))
            sum += t->cell[f].text.size;
    return sum;
}

/* Into head_bytes() at `out`, its texts at `text`. */
static void
copy_row(const struct judge *j, const struct txn *t, struct txn *out, char *text)
{
    size_t at = 0;

    memcpy(out, t, head_bytes(j));
    out->base = text;
    out->pick = NULL;
    for (unsigned f = 0; f < j->rs->field_count; f++) {
        if (!txn_has(t, f) || !type_is_text(j->rs->fields[f].type))
            continue;
        memcpy(text + at, txn_text(t, f).at, txn_text(t, f).size);
        out->cell[f].text.off = (uint32_t)at;
        at += t->cell[f].text.size;
    }
}

/* ---- rows an operator may come back to ------------------------------------------------- */

/* Do moments of the rule's operator come up after their rows have passed by? */
static bool
comes_back(const struct rule *rule)
{
    const struct operator_kind *kind = operator_of(rule->op);

    return kind != NULL && kind->class != NULL;
}

/* The rows its hits may be about; `back`: they come up late on the way there. */
static void
keep_rows_of(struct judge *j, const struct rule *rule, bool back)
{
    uint32_t filter = j->select->filter_of[rule - j->rs->rule];

    back = back || comes_back(rule);
    if (rule->late && rule->reach_us > j->passed_us)
        j->passed_us = rule->reach_us;
    if (back && filter != SELECT_NONE)
        j->selection[filter].kept = j->keeps = true;
    if (rule->of != NULL)
        keep_rows_of(j, rule->of, back);
    for (size_t i = 0; i < rule->feed_count; i++)
        keep_rows_of(j, rule->feeds[i].rule, back);
}

static bool
keep_row(struct judge *j, const struct txn *t, uint64_t number)
{
    struct txn *copy;

    if (j->passed_count == j->passed_cap) {
        size_t cap = j->passed_cap == 0 ? 256 : 2 * j->passed_cap;
        struct passed *more = alloc_grow(j->passed, cap * sizeof *more);

        if (more == NULL)
            return false;
        j->passed = more;
        j->passed_cap = cap;
    }
    copy = alloc_take(head_bytes(j) + text_bytes(j, t));
    if (copy == NULL)
        return false;
    copy_row(j, t, copy, (char *)copy + head_bytes(j));
    j->passed[j->passed_count++] = (struct passed){number, copy};
    return true;
}

bool
judge_of_enter(struct judge *j, const struct txn **rows, uint32_t count)
{
    bool wanted[SLAB_MAX] = {false};

    if (!j->keeps)
        return true;
    for (uint32_t f = 0; f < j->select->filter_count; f++)
        for (uint32_t n = 0; j->selection[f].kept && n < j->selection[f].count; n++)
            wanted[j->selection[f].entry[n] / 2] = true;
    for (uint32_t i = 0; i < count; i++)
        if (wanted[i] && !keep_row(j, rows[i], j->number[i]))
            return false;
    return true;
}

void
judge_of_leave(struct judge *j)
{
    size_t gone = 0;

    while (gone < j->passed_count && j->passed[gone].txn->at_us < j->newest_us - j->passed_us)
        alloc_free(j->passed[gone++].txn);
    j->passed_count -= gone;
    if (gone > 0)
        memmove(j->passed, j->passed + gone, j->passed_count * sizeof *j->passed);
}

static const struct txn *
row_of(const struct judge *j, const struct draft *d)
{
    size_t low = 0, high = j->passed_count;

    if (d->txn != NULL)
        return d->txn;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (j->passed[middle].number < d->number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < j->passed_count && j->passed[low].number == d->number ? j->passed[low].txn : NULL;
}

/* ---- planning ---------------------------------------------------------------------------- */

struct looking *
judge_of_open(
    struct judge *j, const struct rule *rule, struct group *group, struct collection *collection)
{
    struct looking *l = alloc_zero(1, sizeof *l);

    if (l == NULL)
        return NULL;
    *l = (struct looking){.group = group,
        .collection = collection,
        .rule = rule,
        .quotes = group == NULL && collection == NULL};
    keep_rows_of(j, rule->of, false);
    return l;
}

void
judge_of_close(struct looking *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++)
        alloc_free(l->wait[i]);
    alloc_free(l->wait);
    alloc_free(l);
}

void
judge_of_free(struct judge *j)
{
    for (size_t i = 0; i < j->passed_count; i++)
        alloc_free(j->passed[i].txn);
    alloc_free(j->passed);
}

/* ---- taking ------------------------------------------------------------------------------- */

static bool
same_cell(const struct value *a, const struct value *b)
{
    return a->set && b->set &&
           (type_is_text((enum type)a->type) ? bytes_equal(a->text, b->text) : a->num == b->num);
}

/* The side the hit is seen from: whose key it is, the originator's where it is both. */
static uint8_t
side_of(const struct judge *j, const struct draft *d, const struct txn *t)
{
    const struct key_part *part;
    struct value key, cell;

    if (!d->rule->own || d->collection == NULL)
        return (uint8_t)d->side;
    part = &d->rule->per[0];
    key = keys_value(d->collection->key.numbering->keys, d->key, 0);
    cell = txn_value(t, part->field, j->rs->fields[part->field].type);
    return same_cell(&key, &cell) ? SIDE_ORIGINATOR : SIDE_BENEFICIARY;
}

static size_t
measure_bytes(const struct draft *d, const struct value *measures)
{
    size_t sum = 0;

    for (size_t i = 0; i < d->rule->measure_count; i++)
        if (measures[i].set && type_is_text((enum type)measures[i].type))
            sum += measures[i].text.size;
    return sum;
}

static void
copy_measures(const struct draft *d, const struct value *measures, struct value *out, char *text)
{
    for (size_t i = 0; i < d->rule->measure_count; i++) {
        out[i] = measures[i];
        if (!measures[i].set || !type_is_text((enum type)measures[i].type))
            continue;
        memcpy(text, measures[i].text.at, measures[i].text.size);
        out[i].text.at = text;
        text += measures[i].text.size;
    }
}

/* The hit with its row, measures and, where asked for, the newest of what it rests on. */
static struct kept_hit *
keep_hit(struct judge *j, const struct draft *d, const struct txn *t, size_t quotes)
{
    size_t skip = quotes > BEHIND_MAX ? quotes - BEHIND_MAX : 0, kept = quotes - skip;
    size_t values = d->rule->measure_count * sizeof(struct value);
    size_t texts = text_bytes(j, t), head = (head_bytes(j) + 15) / 16 * 16;
    size_t own = (sizeof(struct kept_hit) + 15) / 16 * 16;
    struct kept_hit *h = alloc_take(own + values + head + kept * sizeof(struct operator_quote) +
                                    texts + measure_bytes(d, j->measures));
    char *at;

    if (h == NULL)
        return NULL;
    at = (char *)h + own;
    *h = (struct kept_hit){
        .at_us = d->at_us, .number = d->number, .side = side_of(j, d, t), .behind_count = kept};
    h->measure = (struct value *)(void *)at;
    h->txn = (struct txn *)(void *)(at + values);
    h->behind = (struct operator_quote *)(void *)(at + values + head);
    at = (char *)(h->behind + kept);
    copy_row(j, t, h->txn, at);
    copy_measures(d, j->measures, h->measure, at + texts);
    if (kept > 0)
        memcpy(h->behind, j->quotes + skip, kept * sizeof *h->behind);
    if (h->txn->at_us != d->at_us) { /* it is the time of the hit that counts */
        h->txn->at_us = h->txn->cell[TXN_TIME].num = d->at_us;
        h->txn->flags &= ~(uint32_t)TXN_DATE_ONLY;
    }
    return h;
}

static bool
room_for_one(struct looking *l)
{
    size_t cap = l->cap == 0 ? 64 : 2 * l->cap;
    struct kept_hit **more;

    if (l->count < l->cap)
        return true;
    more = alloc_grow(l->wait, cap * sizeof(struct kept_hit *));
    if (more == NULL)
        return false;
    l->wait = more;
    l->cap = cap;
    return true;
}

bool
judge_of_take(struct judge *j, struct looking *l, const struct draft *d)
{
    const struct txn *t = row_of(j, d);
    size_t quotes = 0;
    struct kept_hit *h;

    if (t == NULL) /* only hits that a test makes up rest on no row */
        return true;
    if (!room_for_one(l) || (l->quotes && !draft_quotes(j, d, 0, &quotes)))
        return false;
    h = keep_hit(j, d, t, quotes);
    if (h == NULL)
        return false;
    h->order = l->taken++;
    l->wait[l->count++] = h;
    return true;
}

/* ---- looking --------------------------------------------------------------------------------- */

static int
by_order(const void *left, const void *right)
{
    const struct kept_hit *const *a = left, *const *b = right;

    if ((*a)->at_us != (*b)->at_us)
        return (*a)->at_us < (*b)->at_us ? -1 : 1;
    if ((*a)->number != (*b)->number)
        return (*a)->number < (*b)->number ? -1 : 1;
    if ((*a)->side != (*b)->side)
        return (*a)->side < (*b)->side ? -1 : 1;
    return (*a)->order < (*b)->order ? -1 : (*a)->order > (*b)->order;
}

static void
count_pick(struct tally *t, uint8_t pick)
{
    struct judge_counts *c = &t->counts;

    if (pick == PICK_YES) {
        c->selected++;
    } else if (pick >= PICK_EXCEPTED) {
        c->excepted++;
        t->exceptions[pick - PICK_EXCEPTED]++;
    } else if (pick >= PICK_UNDECIDED) {
        c->undecided++;
        c->inconclusive += pick == PICK_LIMIT;
        if (pick > PICK_UNDECIDED && pick < PICK_LIMIT)
            c->undecided_by[pick - PICK_UNDECIDED - 1]++;
    }
}

static void
count_for_all(struct judge *j, const struct looking *l, uint8_t pick)
{
    if (l->group != NULL)
        for (uint32_t r = 0; r < l->group->judged_count; r++)
            count_pick(&j->tally[l->group->judged[r].rule], pick);
    else if (l->collection != NULL)
        for (uint32_t r = 0; r < l->collection->rule_count; r++)
            count_pick(&j->tally[l->collection->rules[r]], pick);
    else
        count_pick(&j->tally[l->rule - j->rs->rule], pick);
}

/* Each hit that is selected becomes an entry of the slab; how many. */
static uint32_t
select_hits(struct judge *j, const struct looking *l, size_t from, size_t count,
    const struct kept_hit **chosen)
{
    uint32_t n = 0;

    for (size_t i = from; i < from + count; i++) {
        const struct kept_hit *h = l->wait[i];
        struct eval_frame frame = {.txn = h->txn, .side = h->side, .hit = h->measure};
        uint8_t pick = select_hit(l->rule, j->room, &frame);

        count_for_all(j, l, pick);
        if (pick != PICK_YES)
            continue;
        j->row[n] = h->txn;
        j->side[n] = h->side;
        j->at[n] = n;
        j->number[n] = h->number;
        j->hit[n] = h->measure;
        chosen[n++] = h;
    }
    return n;
}

/* Without an operator each is a hit again, and rests on what the other rested on. */
static bool
judge_alone(struct judge *j, const struct looking *l, uint32_t n, const struct kept_hit **chosen,
    judge_emit_fn emit, void *context)
{
    for (uint32_t i = 0; i < n; i++) {
        struct draft d = {.rule = l->rule,
            .at_us = chosen[i]->at_us,
            .number = chosen[i]->number,
            .txn = chosen[i]->txn,
            .side = chosen[i]->side,
            .heard = chosen[i]->measure,
            .behind = chosen[i]->behind,
            .behind_count = chosen[i]->behind_count};

        eval_next_row(j->room);
        if (!judge_show(j, &d, true) || !judge_raise(j, &d, emit, context))
            return false;
    }
    return true;
}

static bool
look_at(struct judge *j, struct looking *l, size_t from, size_t count, judge_emit_fn emit,
    void *context)
{
    const struct kept_hit *chosen[SLAB_MAX];
    uint32_t n = select_hits(j, l, from, count, chosen);
    bool good;

    judge_keys_begin(j, n);
    j->hits = true;
    good = l->group != NULL        ? judge_window_entries(j, l->group, n, emit, context)
           : l->collection != NULL ? judge_operator_entries(j, l->collection, n, emit, context)
                                   : judge_alone(j, l, n, chosen, emit, context);
    j->hits = false;
    return good;
}

static bool
advance(struct judge *j, struct looking *l, int64_t edge_us, bool ended, bool run_on,
    judge_emit_fn emit, void *context)
{
    struct collection *c = l->collection;
    int64_t conclude_us = j->newest_us == INT64_MIN ? INT64_MIN : j->newest_us - j->rs->lateness_us;

    if (l->group != NULL && !ended)
        windows_expire(l->group->windows, edge_us);
    if (c == NULL)
        return true;
    if (!judge_operator_advance(
            j, c, edge_us, ended && run_on ? INT64_MAX : conclude_us, emit, context))
        return false;
    for (uint32_t r = 0; ended && c->kind->class->waiting != NULL && r < c->rule_count; r++)
        j->tally[c->rules[r]].counts.waiting = c->kind->class->waiting(c->state);
    return true;
}

bool
judge_of_serve(struct judge *j, struct looking *l, int64_t edge_us, bool ended, bool run_on,
    judge_emit_fn emit, void *context)
{
    size_t ready = 0;
    bool good = true;

    if (l->count > 1)
        qsort(l->wait, l->count, sizeof *l->wait, by_order);
    while (ready < l->count && (ended || l->wait[ready]->at_us < edge_us))
        ready++;
    for (size_t from = 0; from < ready && good; from += SLAB_MAX)
        good =
            look_at(j, l, from, ready - from < SLAB_MAX ? ready - from : SLAB_MAX, emit, context);
    for (size_t i = 0; i < ready; i++)
        alloc_free(l->wait[i]);
    l->count -= ready;
    if (ready > 0)
        memmove(l->wait, l->wait + ready, l->count * sizeof *l->wait);
    return good && advance(j, l, edge_us, ended, run_on, emit, context);
}
