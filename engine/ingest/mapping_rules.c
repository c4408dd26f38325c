/* mapping_rules - what must hold of a mapping as a whole, once all its keys are read. */
#include <stdio.h>

#include "base/arena.h"
#include "ingest/mapping_load.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

static bool
given(const struct source *s)
{
    return s->kind != SOURCE_NONE;
}

static const struct step *
find_step(const struct mapping *m, uint32_t field, enum side side)
{
    for (uint32_t i = 0; i < m->step_count; i++)
        if (m->step[i].field == field && m->step[i].side == side)
            return &m->step[i];
    return NULL;
}

static void
missing(struct loader *l, const char *key, const char *right)
{
    struct diag *d = diag_add(l->ds, DIAG_ERROR, "R201", l->whole, "the mapping needs %s", key);

    diag_help(l->ds, d, "%s", right);
}

static struct span
place(const struct loader *l, const char *key)
{
    for (size_t i = 0; i < l->root->count; i++)
        if (bytes_equal(l->root->entry[i].key, bytes_of(key)))
            return l->root->entry[i].key_at;
    return l->whole;
}

/* A row is seen from one account as soon as anything says which of two ways money went. */
static bool
is_statement(const struct mapping *m)
{
    if (given(&m->debit) || given(&m->credit) || given(&m->direction) || given(&m->balance) ||
        m->amount_format.credit_mark.size > 0 || m->amount_format.debit_mark.size > 0)
        return true;
    for (uint32_t i = 0; i < m->step_count; i++)
        if (m->step[i].side != SIDE_NONE)
            return true;
    return false;
}

static void
check_keys(struct loader *l)
{
    struct mapping *m = l->m;

    if (m->name == NULL && yaml_get(l->root, "mapping") == NULL)
        missing(l, "the key `mapping`", "its name, such as  mapping: example-bank-statement");
    if (m->bank == NULL && yaml_get(l->root, "bank") == NULL)
        missing(l, "the key `bank`", "the bank the files come from, such as  bank: EXAMPRSB");
    if (yaml_get(l->root, "columns") == NULL)
        missing(l, "the key `columns`", "which field comes from which column");
    if (m->notation == READER_JSONL && (m->skip_lines > 0 || m->header_regex != NULL))
        (void)diag_add(l->ds, DIAG_ERROR, "R239",
            place(l, m->skip_lines > 0 ? "skip_lines" : "header"),
            "JSON Lines have no lines before the first row");
    if (m->notation == READER_JSONL && m->control.any)
        (void)diag_add(l->ds, DIAG_ERROR, "R239", place(l, "control"),
            "JSON Lines have no lines that could state totals");
    if (m->notation == READER_CSV && m->delimiter != 0 && m->delimiter == m->quote)
        (void)diag_add(l->ds, DIAG_ERROR, "R239", place(l, "delimiter"),
            "delimiter and quote are the same character");
}

static void
check_dates(struct loader *l)
{
    struct mapping *m = l->m;

    if (!given(&m->booked) && !given(&m->value_time))
        missing(l, "`time` under `columns`", "the column with the booking date or the time");
    if (m->date_count == 0 && yaml_get(l->root, "dates") == NULL)
        missing(l, "the key `dates`", "how dates are written, such as  dates: [DD.MM.YYYY]");
    for (uint32_t i = 0; i < m->date_count; i++) {
        const struct date_format *f = &m->date[i];

        if (f->has_time && !f->has_offset && m->zone == NULL && yaml_get(l->root, "zone") == NULL) {
            missing(l, "the key `zone`",
                "times without an offset are local: say where, such as  zone: Europe/Belgrade");
            return;
        }
        if (!f->has_year && !given(&m->year)) {
            missing(l, "`year` under `columns`",
                "dates without a year take it from the file's name or preamble: "
                "year: {file: '_(20\\d\\d)'}");
            return;
        }
    }
}

static void
check_amounts(struct loader *l)
{
    struct mapping *m = l->m;
    bool split = given(&m->debit) || given(&m->credit);

    if (given(&m->amount) && split)
        (void)diag_add(l->ds, DIAG_ERROR, "R234", place(l, "columns"),
            "`amount` and `debit` or `credit` are both given; an amount stands in one place");
    if (!given(&m->amount) && !split)
        missing(l, "`amount` under `columns`",
            "one column `amount`, or two: `debit` for what goes out and `credit` for what comes "
            "in");
    if (given(&m->debit) != given(&m->credit))
        missing(l, given(&m->debit) ? "`credit` beside `debit`" : "`debit` beside `credit`",
            "where there is one column only, call it `amount`");
    if (split && given(&m->direction))
        (void)diag_add(l->ds, DIAG_ERROR, "R234", place(l, "columns"),
            "`direction` is given beside `debit` and `credit`, which already tell it");
    if (!given(&m->currency))
        missing(l, "`currency` under `columns` or `constants`",
            "a column, or one for all rows:  constants: {currency: EUR}");
    if (m->amount_format.thousands != 0 && m->amount_format.thousands == m->amount_format.decimal)
        (void)diag_add(l->ds, DIAG_ERROR, "R239", place(l, "thousands"),
            "`decimal` and `thousands` are the same mark");
    if (m->invert && (split || given(&m->direction)))
        (void)diag_add(l->ds, DIAG_ERROR, "R239", place(l, "invert"),
            "`invert` is for signed amounts; here another column tells the direction");
}

static void
check_control(struct loader *l)
{
    const struct mapping *m = l->m;

    if (m->statement ||
        (m->control.total[CONTROL_CREDITS] == NULL && m->control.total[CONTROL_DEBITS] == NULL))
        return;
    (void)diag_add(l->ds, DIAG_ERROR, "R239", place(l, "control"),
        "`credits` and `debits` are told apart in an account's statement only; here the total is "
        "`sum`");
}

static void
check_parties(struct loader *l)
{
    struct mapping *m = l->m;

    m->statement = is_statement(m);
    if (m->statement && find_step(m, TXN_O_ACCOUNT, SIDE_OWN) == NULL)
        missing(l, "`account` under `columns`",
            "these rows are one account's view: say whose, by a column, a constant, "
            "{file: '...'} or {preamble: '...'}");
    if (!m->statement && find_step(m, TXN_O_ACCOUNT, SIDE_NONE) == NULL &&
        find_step(m, TXN_B_ACCOUNT, SIDE_NONE) == NULL)
        missing(l, "an account under `columns`",
            "`account` where rows are one account's view, else `originator.account` and "
            "`beneficiary.account`");
    for (uint32_t i = 0; i < m->step_count; i++) {
        const struct step *s = &m->step[i];

        if (s->side != SIDE_NONE && (find_step(m, s->field, SIDE_NONE) != NULL ||
                                        find_step(m, s->field + TXN_PARTY_SPAN, SIDE_NONE) != NULL))
            (void)diag_add(l->ds, DIAG_ERROR, "R234", place(l, "columns"),
                "`%s` and the same field of originator or beneficiary are both given", s->name);
    }
}

/* The keys a reader of JSON Lines is to look for, in the order of the columns. */
static void
name_columns(struct loader *l)
{
    struct mapping *m = l->m;
    const char **names = load_take(l, (size_t)m->column_count + 1, sizeof *names);

    for (uint32_t i = 0; names != NULL && i < m->column_count; i++)
        names[i] = load_copy(l, m->column[i].name);
    m->column_name = names;
}

void
load_finish(struct loader *l)
{
    check_keys(l);
    check_dates(l);
    check_amounts(l);
    check_parties(l);
    check_control(l);
    if (l->m->notation == READER_JSONL)
        name_columns(l);
}
