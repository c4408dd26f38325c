#include "author/cost.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/intern.h"
#include "rule/judge.h"

enum {
    CLAUSES_MAX = 32,
    ROWS_ENOUGH = 100, /* fewer say nothing about shares */
    BROAD_PERCENT = 30,
    KEYLESS_PERCENT = 20,
};

/* What was seen of one rule. */
struct seen {
    uint64_t dates;             /* rows selected that have a date and no time */
    uint64_t looks;             /* times its line was looked at */
    uint64_t held[CLAUSES_MAX]; /* times a clause of it was true */
};

struct cost {
    struct screen_watch watch;
    const struct ruleset *rs;
    const struct select *select;
    struct eval_room *room;
    struct intern *accounts;
    struct seen *seen; /* by rule */
    uint64_t rows;
};

static bool
wants(void *context, const struct rule *rule)
{
    (void)context;
    return rule->status != RULE_RETIRED;
}

static void
forget(struct cost *c)
{
    eval_room_free(c->room);
    intern_free(c->accounts);
    alloc_free(c->seen);
    c->room = NULL;
    c->accounts = NULL;
    c->seen = NULL;
}

static bool
begin(void *context, const struct ruleset *rs, const struct select *select)
{
    static const struct hash_key plain = {0, 0}; /* no result depends on it */
    struct cost *c = context;

    forget(c);
    c->rs = rs;
    c->select = select;
    c->rows = 0;
    c->room = eval_room_new(rs->zone, rs->week_starts);
    c->accounts = intern_new(&plain);
    c->seen = alloc_zero(rs->rule_count + 1, sizeof *c->seen);
    return c->room != NULL && c->accounts != NULL && c->seen != NULL;
}

static bool
picked(const struct cost *c, size_t rule, const struct txn *t)
{
    const struct filter *f;

    if (c->select->filter_of[rule] == SELECT_NONE)
        return false;
    f = &c->select->filter[c->select->filter_of[rule]];
    return t->pick[f->at] == PICK_YES || (f->sides > 1 && t->pick[f->at + 1] == PICK_YES);
}

static bool
see_row(void *context, const struct txn *t)
{
    struct cost *c = context;

    c->rows++;
    for (size_t i = 0; (t->flags & TXN_DATE_ONLY) != 0 && i < c->rs->rule_count; i++)
        c->seen[i].dates += picked(c, i, t);
    return (!txn_has(t, TXN_O_ACCOUNT) ||
               intern_add(c->accounts, txn_text(t, TXN_O_ACCOUNT)) != INTERN_NONE) &&
           (!txn_has(t, TXN_B_ACCOUNT) ||
               intern_add(c->accounts, txn_text(t, TXN_B_ACCOUNT)) != INTERN_NONE);
}

static bool
look(void *context, struct judge *j, const struct draft *d, bool reached)
{
    struct cost *c = context;
    struct seen *s = &c->seen[d->rule - c->rs->rule];
    struct eval_frame frame = {.txn = d->txn, .side = d->side, .measures = d->hit.measures};
    const struct clause *clause;
    size_t count = d->rule->alert_if == NULL ? 0 : program_clauses(d->rule->alert_if, &clause);

    (void)j;
    (void)reached;
    s->looks++;
    for (size_t i = 0; i < count && i < CLAUSES_MAX; i++) {
        struct value v = program_run(clause[i].whole, c->room, &frame);

        s->held[i] += v.set && v.num != 0;
    }
    return true;
}

struct cost *
cost_new(void)
{
    struct cost *c = alloc_zero(1, sizeof *c);

    if (c != NULL)
        c->watch = (struct screen_watch){
            .context = c, .wants = wants, .begin = begin, .row = see_row, .look = look};
    return c;
}

void
cost_free(struct cost *c)
{
    if (c == NULL)
        return;
    forget(c);
    alloc_free(c);
}

const struct screen_watch *
cost_watch(struct cost *c)
{
    return &c->watch;
}

/* ---- the table ------------------------------------------------------------------------------ */

/* Of the rows, each side of the account view counted as half. */
static unsigned
percent_selected(const struct cost *c, const struct rule *rule, uint64_t selected)
{
    uint64_t most = c->rows * (rule->own ? 2 : 1);

    return most == 0 ? 0 : (unsigned)((selected * 100 + most / 2) / most);
}

bool
cost_table(const struct cost *c, const struct screen_result *r, struct buf *out)
{
    buf_print(out, "%-40s %9s %6s %9s %9s %9s %7s\n", "rule", "selected", "share", "undecided",
        "looked at", "hits", "alerts");
    for (size_t i = 0; i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];
        struct judge_counts n;

        judge_counts(r->judge, (uint32_t)i, &n);
        buf_print(out, "%-40.*s", (int)rule->name.size, rule->name.at);
        if (r->rule[i].ran)
            buf_print(out,
                " %9" PRIu64 " %5u%% %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %7" PRIu64 "\n",
                n.selected, percent_selected(c, rule, n.selected), n.undecided, c->seen[i].looks,
                n.hits, r->rule[i].alerts);
        else
            buf_print(out, " not run: %s\n", r->rule[i].why_not);
    }
    buf_print(out,
        "%" PRIu64 " transactions, %" PRIu32 " accounts; windows held %zu KiB at the end\n",
        c->rows, intern_count(c->accounts), judge_bytes(r->judge) / 1024);
    return !out->failed;
}

/* ---- findings ---------------------------------------------------------------------------------
 */

/* The clause that was never true, or NULL: each was, but not all together. */
static const struct clause *
never_true(const struct rule *rule, const struct seen *s)
{
    const struct clause *clause;
    size_t count = rule->alert_if == NULL ? 0 : program_clauses(rule->alert_if, &clause);

    for (size_t i = 0; i < count && i < CLAUSES_MAX; i++)
        if (s->held[i] == 0)
            return &clause[i];
    return NULL;
}

static void
tell_silent(const struct rule *rule, const struct seen *s, uint64_t selected, struct span at,
    struct diags *ds)
{
    const struct clause *clause = never_true(rule, s);
    struct diag *d = diag_add(ds, DIAG_WARNING, "L622", at,
        "this rule selects %" PRIu64 " times in the sample and never alerts", selected);

    if (s->looks == 0)
        diag_label(ds, d, "its line was never looked at");
    else if (clause == NULL)
        diag_label(ds, d, "each of its conditions was true at some time, but never all at once");
    else
        diag_label(ds, d, "never true: %.*s", (int)clause->text.size, clause->text.at);
}

static void
tell_shares(const struct cost *c, const struct rule *rule, const struct judge_counts *n,
    uint64_t alerts, struct span at, struct diags *ds)
{
    uint64_t accounts = intern_count(c->accounts);
    unsigned share = percent_selected(c, rule, n->selected);

    if (share > BROAD_PERCENT)
        diag_label(ds,
            diag_add(ds, DIAG_WARNING, "L621", at,
                "this rule is too broad: it selects %u %% of the sample", share),
            "more than %d %%", BROAD_PERCENT);
    if (alerts * 100 > accounts)
        diag_label(ds,
            diag_add(ds, DIAG_WARNING, "L621", at,
                "this rule is too broad: %" PRIu64 " alerts over %" PRIu64 " accounts", alerts,
                accounts),
            "more than 1 %% of them");
    if (n->key_missing * 100 > n->selected * KEYLESS_PERCENT)
        diag_label(ds,
            diag_add(ds, DIAG_WARNING, "L614", at,
                "the key of this rule is missing in %" PRIu64 " %% of what it selects",
                n->key_missing * 100 / n->selected),
            "those transactions are left out");
}

static void
tell_dates(const struct rule *rule, const struct seen *s, uint64_t selected, struct span at,
    struct diags *ds)
{
    const int64_t day_us = INT64_C(86400000000);

    if (rule->op == OPERATOR_NONE || rule->span_us <= 0 || rule->span_us >= day_us ||
        s->dates * 100 <= selected * KEYLESS_PERCENT)
        return;
    diag_label(ds,
        diag_add(ds, DIAG_WARNING, "L613", at,
            "the time span of this rule is under a day, and %" PRIu64
            " %% of what it selects has a date and no time",
            s->dates * 100 / selected),
        "all of one day would count as one moment");
}

static void
tell_wide(const struct screen_result *r, const struct rule *rule, uint32_t number,
    const struct judge_counts *n, struct span at, struct diags *ds)
{
    for (uint32_t i = 0; i < rule->exception_count; i++) {
        uint64_t dropped = judge_exception(r->judge, number, i);

        if (dropped <= n->selected)
            continue;
        diag_label(ds,
            diag_add(ds, DIAG_WARNING, "L631", at,
                "an exception drops more than half of what this rule looks at"),
            "%" PRIu64 " dropped, %" PRIu64 " left", dropped, n->selected);
    }
}

static struct span
place_of(const struct ruleset *rs, struct bytes name)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (bytes_equal(rs->rule[i].name, name))
            return rs->rule[i].at;
    return (struct span){0};
}

void
cost_check(
    const struct cost *c, const struct screen_result *r, const struct ruleset *rs, struct diags *ds)
{
    for (uint32_t i = 0; c->rows >= ROWS_ENOUGH && i < r->rules->rule_count; i++) {
        const struct rule *rule = &r->rules->rule[i];
        struct span at = place_of(rs, rule->name);
        struct judge_counts n;

        judge_counts(r->judge, i, &n);
        if (!r->rule[i].ran)
            continue;
        tell_wide(r, rule, i, &n, at, ds);
        if (n.selected == 0)
            continue;
        tell_shares(c, rule, &n, r->rule[i].alerts, at, ds);
        tell_dates(rule, &c->seen[i], n.selected, at, ds);
        if (n.hits == 0)
            tell_silent(rule, &c->seen[i], n.selected, at, ds);
    }
}
