/*
 * Rules that look at hits against a recount of the hits that came up: over random histories with
 * ties and rows that have no time, cut into slabs anywhere, hits that come up late among them.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "rule/judge.h"
#include "support/must.h"
#include "support/operator_rig.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/suites.h"

enum { HISTORIES = 1500, ROWS_MOST = 60, ACCOUNTS = 5, HITS_MOST = 12 * ROWS_MOST };

#define HEAD(name) "---\nrule: " name "\ntitle: t\nversion: 1\nstatus: live\n"
#define SAY "alert: {severity: low, say: \"{about}\"}\n"

static const char rule_text[] = "pack: test\nlanguage: 1\ntimezone: UTC\nlateness: 3h\n"
    /* what is looked at: hits from both sides, from none, after the row, long after it */
    HEAD(
        "a-window") "window: {per: own.account, over: 3h, measure: {n: count(), sum: "
                    "sum(amount_eur), who: last(counterparty.account)}}\n"
                    "alert_if: n >= 2\n" SAY HEAD(
                        "a-steps") "sequence:\n  per: own.account\n  within: 8h\n  steps:\n"
                                   "    - {step: came, when: direction = incoming}\n"
                                   "    - {step: gone, when: direction = outgoing}\n"
                                   "alert_if: gone.count >= 1\n" SAY HEAD(
                                       "a-quiet") "sequence:\n  per: own.account\n  within: 8h\n  "
                                                  "steps:\n"
                                                  "    - {step: came, when: direction = incoming}\n"
                                                  "    - {absent: gone, when: direction = "
                                                  "outgoing, for: 2h}\n"
                                                  "alert_if: came.total >= 1 EUR\n" SAY HEAD(
                                                      "a-large") "when: amount_eur >= 150 EUR\n"
                                                                 "alert: {severity: low, about: "
                                                                 "beneficiary.account, say: "
                                                                 "\"{amount}\"}\n"
    /* those that look */
    HEAD(
        "b-window") "of: a-window\nwhen: hit.n <= 4 and hit.who != \"A3\"\n"
                    "window: {per: own.account, over: 6h, measure: {times: count(), most: "
                    "max(hit.sum), others: distinct(counterparty.account)}}\n"
                    "alert_if: times >= 2\n" SAY HEAD(
                        "b-steps") "of: a-steps\nwindow: {per: own.account, over: 12h, measure: "
                                   "{times: "
                                   "count(), most: max(hit.came.total), others: "
                                   "distinct(hit.gone.counterparty."
                                   "account)}}\nalert_if: times >= 2\n" SAY HEAD(
                                       "b-quiet") "of: a-quiet\nwindow: {per: own.account, over: "
                                                  "1d, measure: {times: count(), "
                                                  "most: max(hit.came.total), others: "
                                                  "distinct(counterparty.account)}}\n"
                                                  "alert_if: times >= 2\n" SAY HEAD(
                                                      "b-large") "of: a-large\nwindow: {per: "
                                                                 "beneficiary.account, over: 5h, "
                                                                 "measure: {times: "
                                                                 "count(), most: max(amount_eur), "
                                                                 "others: "
                                                                 "distinct(originator.account)}}\n"
                                                                 "alert_if: times >= 2\n" SAY HEAD(
                                                                     "c-alone") "of: "
                                                                                "b-steps\nwhen: "
                                                                                "hit.others >= 2\n"
                                                                                "alert: {severity: "
                                                                                "low, about: "
                                                                                "originator."
                                                                                "account, say: "
                                                                                "\"{hit.times}\"}"
                                                                                "\n" HEAD(
                                                                                    "c-window") "of"
                                                                                                ": "
                                                                                                "b-"
                                                                                                "qu"
                                                                                                "ie"
                                                                                                "t"
                                                                                                "\n"
                                                                                                "wi"
                                                                                                "nd"
                                                                                                "ow"
                                                                                                ": "
                                                                                                "{p"
                                                                                                "er"
                                                                                                ": "
                                                                                                "ow"
                                                                                                "n."
                                                                                                "ac"
                                                                                                "co"
                                                                                                "un"
                                                                                                "t,"
                                                                                                " o"
                                                                                                "ve"
                                                                                                "r:"
                                                                                                " 1"
                                                                                                "d,"
                                                                                                " m"
                                                                                                "ea"
                                                                                                "su"
                                                                                                "re"
                                                                                                ": "
                                                                                                "{t"
                                                                                                "im"
                                                                                                "es"
                                                                                                ": "
                                                                                                "co"
                                                                                                "un"
                                                                                                "t("
                                                                                                "),"
                                                                                                " "
                                                                                                "mo"
                                                                                                "st"
                                                                                                ": "
                                                                                                "ma"
                                                                                                "x("
                                                                                                "hi"
                                                                                                "t."
                                                                                                "mo"
                                                                                                "st"
                                                                                                "),"
                                                                                                " o"
                                                                                                "th"
                                                                                                "er"
                                                                                                "s:"
                                                                                                " d"
                                                                                                "is"
                                                                                                "ti"
                                                                                                "nc"
                                                                                                "t("
                                                                                                "hi"
                                                                                                "t."
                                                                                                "ti"
                                                                                                "me"
                                                                                                "s)"
                                                                                                "}}"
                                                                                                "\n"
                                                                                                "al"
                                                                                                "er"
                                                                                                "t_"
                                                                                                "if"
                                                                                                ": "
                                                                                                "ti"
                                                                                                "me"
                                                                                                "s "
                                                                                                ">="
                                                                                                " 2"
                                                                                                "\n" SAY HEAD(
                                                                                                    "c-steps") "of: b-window\nsequence:\n  per: own.account\n  within: 12h\n  steps:\n"
                                                                                                               "    - {step: few, when: hit.times < 3}\n"
                                                                                                               "    - {step: many, when: hit.times >= 3}\n"
                                                                                                               "alert_if: many.count >= 1\n" SAY
                                                                                                                   HEAD(
                                                                                                                       "c-shared") "of: b-steps\nshared: {attribute: own.account, across: "
                                                                                                                                   "counterparty.account, within: 1d}\nalert_if: members >= 2\n" SAY
                                                                                                                                       HEAD(
                                                                                                                                           "c-through") "of: a-steps\npass_through: {per: own.account, within: 12h}\n"
                                                                                                                                                        "alert_if: debits >= 2\n" SAY;

enum { RULES = 13, MEASURES = 10 };

struct row {
    int64_t at_us, cents;
    int from, to; /* -1: no account */
    bool date_only;
};

/* A hit as it came up, or as it should have. */
struct seen {
    const char *rule;
    int64_t at_us;
    size_t row;
    int about, side;
    int64_t measure[MEASURES]; /* of b-: times, most, others; INT64_MIN: missing */
    bool date_only;            /* still, at the time of the hit */
};

struct world {
    struct row row[ROWS_MOST];
    size_t count;
    const struct txn *txn[ROWS_MOST];
    struct seen want[HITS_MOST], got[HITS_MOST];
    size_t want_count, got_count;
};

static struct world *w;
static char names[ACCOUNTS][16];

static void
setup(void)
{
    folder_open();
    folder_put("all.yaml", rule_text);
    folder_load();
    w = alloc_zero(1, sizeof *w);
    for (int i = 0; i < ACCOUNTS; i++)
        (void)snprintf(names[i], sizeof names[i], "A%d", i);
}

static void
teardown(void)
{
    alloc_free(w);
    folder_close();
}

/* ---- rows ---------------------------------------------------------------------------- */

static void
set_text(struct txn *t, unsigned field, int account)
{
    if (account < 0)
        return;
    t->cell[field].text.off = (uint32_t)(names[account] - names[0]);
    t->cell[field].text.size = 2;
    t->present |= UINT64_C(1) << field;
}

static void
set_num(struct txn *t, unsigned field, int64_t num)
{
    t->cell[field].num = num;
    t->present |= UINT64_C(1) << field;
}

static void
make_row(struct arena *a, size_t n, const struct rig_entry *e, uint64_t *seed, struct select *s,
    struct eval_room *room)
{
    struct txn *t = arena_take(a, 1, sizeof *t + folder.rs->field_count * sizeof(union txn_cell));
    uint8_t *pick = arena_take(a, s->pick_bytes, 1);
    struct row *r = &w->row[n];

    *r = (struct row){e->at_us, (int64_t)rng_below(seed, 200) * 100 + 100,
        (int)rng_below(seed, ACCOUNTS + 1) - 1, (int)rng_below(seed, ACCOUNTS), e->date_only};
    t->at_us = r->at_us;
    t->base = names[0];
    t->row = n + 1;
    t->flags = r->date_only ? TXN_DATE_ONLY : 0;
    set_text(t, TXN_ID, 0);
    set_num(t, TXN_TIME, r->at_us);
    set_num(t, TXN_AMOUNT, r->cents);
    set_num(t, TXN_CURRENCY, code_pack("EUR", 3));
    set_num(t, TXN_AMOUNT_EUR, r->cents);
    set_text(t, TXN_O_ACCOUNT, r->from);
    set_text(t, TXN_B_ACCOUNT, r->to);
    select_row(s, room, t, pick);
    t->pick = pick;
    w->txn[n] = t;
}

/* ---- what came up ------------------------------------------------------------------------ */

static int
account_of(struct bytes name)
{
    return name.at[1] - '0';
}

static int64_t
measure_of(const struct draft *d, size_t i)
{
    const struct value *v = &d->hit.measures[i];

    if (i >= d->rule->measure_count || !v->set)
        return INT64_MIN;
    if (type_is_text((enum type)v->type))
        return account_of(v->text);
    return (int64_t)(v->type == TYPE_NUMBER ? v->num / NUMBER_SCALE : v->num);
}

static bool
keep_hit(void *context, struct judge *j, const struct draft *d)
{
    struct seen *s = &w->got[w->got_count++];
    const struct evidence *list;
    size_t count;

    (void)context;
    must(w->got_count <= HITS_MOST);
    *s = (struct seen){.rule = d->rule->name.at,
        .at_us = d->at_us,
        .row = d->completing.row - 1,
        .about = account_of(d->hit.about)};
    s->side = w->row[s->row].from != s->about;
    s->date_only = w->row[s->row].date_only && w->row[s->row].at_us == s->at_us;
    for (size_t i = 0; i < MEASURES; i++)
        s->measure[i] = measure_of(d, i);
    must(judge_evidence(j, d, 0, &list, &count));
    must(count > 0);
    for (size_t i = 1; i < count; i++)
        must(list[i].number > list[i - 1].number);
    if (memcmp(s->rule, "b-", 2) == 0) /* each hit is the row that completed it */
        must((int64_t)count == s->measure[0]);
    return true;
}

static int
by_rule(const void *left, const void *right)
{
    const struct seen *a = left, *b = right;
    int order = strncmp(a->rule, b->rule, 8);

    if (order != 0)
        return order;
    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->side != b->side)
        return a->side < b->side ? -1 : 1;
    return (a->about > b->about) - (a->about < b->about);
}

/* ---- what should have ------------------------------------------------------------------------ */

static size_t
hits_of(const char *rule, const struct seen **out)
{
    size_t from = 0, to;

    while (from < w->got_count && strncmp(w->got[from].rule, rule, strlen(rule)) != 0)
        from++;
    for (to = from; to < w->got_count && strncmp(w->got[to].rule, rule, strlen(rule)) == 0; to++)
        ;
    *out = w->got + from;
    return to - from;
}

static struct seen *
want(const char *rule, const struct seen *hit, int about)
{
    struct seen *s = &w->want[w->want_count++];

    must(w->want_count <= HITS_MOST);
    *s = *hit;
    s->rule = rule;
    s->about = about;
    s->side = w->row[s->row].from != about;
    return s;
}

static int
other_of(const struct seen *h)
{
    return h->side == 0 ? w->row[h->row].to : w->row[h->row].from;
}

/* How a rule with a window looks at hits. */
struct looker {
    const char *rule, *of;
    int64_t over_us;
    int most, others; /* measures of the hit: the largest, how many; -1: of the row */
    bool payee;       /* others are payers of a payee */
    int most_number;  /* filter of b-window */
};

static bool
lets_in(const struct looker *l, const struct seen *h)
{
    return l->most_number == 0 ||
           (h->measure[0] <= l->most_number && h->measure[2] != INT64_MIN && h->measure[2] != 3);
}

static void
recount_window(const struct looker *l)
{
    const struct seen *hit;
    size_t count = hits_of(l->of, &hit);

    for (size_t n = 0; n < count; n++) {
        int64_t times = 0, most = INT64_MIN, others = 0;
        bool met[64] = {false};

        for (size_t i = 0; i <= n && lets_in(l, &hit[n]); i++) {
            int64_t value, other;

            if (!lets_in(l, &hit[i]) || hit[i].about != hit[n].about ||
                hit[n].at_us - hit[i].at_us >= l->over_us)
                continue;
            value = l->most < 0 ? w->row[hit[i].row].cents : hit[i].measure[l->most];
            other = l->others >= 0 ? hit[i].measure[l->others]
                    : l->payee     ? w->row[hit[i].row].from
                                   : other_of(&hit[i]);
            times++;
            if (value > most)
                most = value;
            if (other >= 0 && !met[other]) {
                met[other] = true;
                others++;
            }
        }
        if (times >= 2) {
            struct seen *s = want(l->rule, &hit[n], hit[n].about);

            s->measure[0] = times;
            s->measure[1] = most;
            s->measure[2] = others;
            s->measure[3] = INT64_MIN;
        }
    }
}

static void
recount_alone(void)
{
    const struct seen *hit;
    size_t count = hits_of("b-steps", &hit);

    for (size_t n = 0; n < count; n++)
        if (hit[n].measure[2] >= 2 && w->row[hit[n].row].from >= 0)
            want("c-alone", &hit[n], w->row[hit[n].row].from);
}

static void
recount_shared(void)
{
    const struct seen *hit;
    size_t count = hits_of("b-steps", &hit);

    for (size_t n = 0; n < count; n++) {
        bool member[ACCOUNTS] = {false};
        int members = 0;

        for (size_t i = 0; i <= n; i++) {
            int other = other_of(&hit[i]);

            if (hit[i].about != hit[n].about || hit[n].at_us - hit[i].at_us >= 24 * RIG_HOUR ||
                other < 0 || member[other])
                continue;
            member[other] = true;
            members++;
        }
        if (members >= 2)
            want("c-shared", &hit[n], hit[n].about);
    }
}

/* Operators other than windows take what has no time after all else of the moment. */
static bool
in_turn(const struct seen *a, const struct seen *b)
{
    if (a->at_us != b->at_us)
        return a->at_us < b->at_us;
    return a->date_only != b->date_only ? b->date_only : a <= b;
}

/* Payments out of the key within the span; all a-steps hits are such. */
static void
recount_through(void)
{
    const struct seen *hit;
    size_t count = hits_of("a-steps", &hit);

    for (size_t n = 0; n < count; n++) {
        int debits = 0;

        for (size_t i = 0; i < count; i++)
            debits += hit[i].about == hit[n].about && hit[n].at_us - hit[i].at_us < 12 * RIG_HOUR &&
                      in_turn(&hit[i], &hit[n]);
        if (debits >= 2)
            want("c-through", &hit[n], hit[n].about);
    }
}

/* Two steps: the newest first one within the span; of a day without times any order. */
static bool
led_by(const struct seen *first, const struct seen *last)
{
    bool before = first->date_only && last->date_only && first->at_us == last->at_us
                      ? first != last
                      : first->at_us < last->at_us ||
                            (first->at_us == last->at_us &&
                                (first->date_only ? 0 : last->date_only || first < last));

    return before && first->about == last->about && first->measure[0] < 3 &&
           last->at_us - first->at_us < 12 * RIG_HOUR;
}

static bool
is_day(const struct seen *a, const struct seen *b)
{
    return a->date_only && b->date_only && a->at_us == b->at_us;
}

static int
by_turn(const void *left, const void *right)
{
    const struct seen *const *a = left, *const *b = right;

    return *a == *b ? 0 : in_turn(*a, *b) ? -1 : 1;
}

static void
recount_steps(void)
{
    const struct seen *hit, *turn[HITS_MOST];
    size_t count = hits_of("b-window", &hit);
    bool used[HITS_MOST] = {false};

    for (size_t n = 0; n < count; n++)
        turn[n] = &hit[n];
    qsort(turn, count, sizeof *turn, by_turn);
    for (size_t n = 0; n < count; n++) {
        const struct seen *last = turn[n];
        bool led = false;

        for (size_t i = 0; i < count; i++)
            led |= !used[i] && led_by(&hit[i], last);
        if (!led || last->measure[0] < 3 || used[last - hit])
            continue;
        want("c-steps", last, last->about);
        for (size_t i = 0; i < count; i++)
            used[i] |=
                hit[i].about == last->about && (in_turn(&hit[i], last) || is_day(&hit[i], last));
    }
}

static void
recount(void)
{
    static const struct looker lookers[] = {
        {"b-window", "a-window", 6 * RIG_HOUR, 1, -1, false, 4},
        {"b-steps", "a-steps", 12 * RIG_HOUR, 1, 9, false, 0},
        {"b-quiet", "a-quiet", 24 * RIG_HOUR, 1, -1, false, 0},
        {"b-large", "a-large", 5 * RIG_HOUR, -1, -1, true, 0},
        {"c-window", "b-quiet", 24 * RIG_HOUR, 1, 0, false, 0},
    };

    for (size_t i = 0; i < sizeof lookers / sizeof *lookers; i++)
        recount_window(&lookers[i]);
    recount_alone();
    recount_shared();
    recount_through();
    recount_steps();
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void
judge_all(uint64_t *seed, struct judge *j, bool run_on)
{
    struct weir_err err = {0};

    for (size_t from = 0; from < w->count;) {
        size_t left = w->count - from, take = 1 + rng_below(seed, left);

        must(judge_slab(j, &w->txn[from], (uint32_t)take, keep_hit, NULL, &err) == WEIR_OK);
        from += take;
    }
    must(judge_end(j, run_on, keep_hit, NULL, &err) == WEIR_OK);
}

static void
compare(void)
{
    size_t first = 0;

    qsort(w->got, w->got_count, sizeof *w->got, by_rule);
    recount();
    qsort(w->want, w->want_count, sizeof *w->want, by_rule);
    while (first < w->got_count && w->got[first].rule[0] == 'a')
        first++;
    for (size_t i = 0; i < w->want_count && first + i < w->got_count; i++) {
        const struct seen *a = &w->want[i], *b = &w->got[first + i];

        if (by_rule(a, b) != 0)
            ck_abort_msg("wanted %.8s about A%d at row %zu, got %.8s about A%d at row %zu", a->rule,
                a->about, a->row, b->rule, b->about, b->row);
        for (size_t m = 0; m < 3 && (a->rule[0] == 'b' || strncmp(a->rule, "c-w", 3) == 0); m++)
            if (a->measure[m] != b->measure[m])
                ck_abort_msg("%.8s at row %zu: measure %zu is %lld, wanted %lld", a->rule, a->row,
                    m, (long long)b->measure[m], (long long)a->measure[m]);
    }
    must(w->got_count - first == w->want_count);
}

static size_t
one_history(uint64_t seed)
{
    static const unsigned grid[] = {1, 2, 3}, shares[] = {0, 0, 20, 60, 100};
    bool active[RULES], run_on = rng_below(&seed, 2) == 0;
    struct hash_key key = {rng_next(&seed), rng_next(&seed)};
    struct rig_entry e[RIG_ENTRIES];
    struct select *s;
    struct eval_room *room = eval_room_new(folder.rs->zone, 0);
    struct judge *j;
    struct arena a;

    memset(active, 1, sizeof active);
    must(folder.rs->rule_count == RULES);
    s = select_new(folder.rs, active);
    j = judge_new(folder.rs, active, s, &key);
    must(s != NULL && j != NULL);
    arena_init(&a, 0, "test");
    w->want_count = w->got_count = 0;
    w->count = rig_history(&seed, e, ROWS_MOST, 1 + (unsigned)rng_below(&seed, 10),
        grid[rng_below(&seed, 3)], shares[rng_below(&seed, 5)]);
    for (size_t n = 0; n < w->count; n++)
        make_row(&a, n, &e[n], &seed, s, room);
    judge_all(&seed, j, run_on);
    compare();
    judge_free(j);
    select_free(s);
    eval_room_free(room);
    arena_fini(&a);
    return w->want_count;
}

START_TEST(hits_of_hits_are_those_of_a_recount)
{
    size_t live = alloc_live(), found = 0;

    for (int i = 0; i < rig_histories(HISTORIES); i++)
        found += one_history((uint64_t)i + 1);
    ck_assert_uint_eq(alloc_live(), live);
    ck_assert_uint_gt(found, (size_t)rig_histories(HISTORIES) * 3);
}
END_TEST

Suite *
suite_of(void)
{
    Suite *s = suite_create("of");
    TCase *t = tcase_create("hits");

    tcase_set_timeout(t, 3600);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, hits_of_hits_are_those_of_a_recount);
    suite_add_tcase(s, t);
    return s;
}
