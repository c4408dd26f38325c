/*
 * test_block - the `tests` of a rule, checked cell by cell and kept with it; they run elsewhere.
 */
#include <string.h>

#include "rule/test_block.h"

static void
check_defaults(struct loader *ld, const struct yaml_node *map)
{
    int field;

    for (size_t i = 0; map != NULL && i < map->count; i++)
        if (!test_column_find(ld->rs, map->entry[i].key, &field))
            test_tell_column(ld, map->entry[i].key, map->entry[i].key_at);
}

static void
check_rates(struct loader *ld, const struct yaml_node *map)
{
    struct diag *d;

    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        int64_t rate;

        if (word_find(TYPE_CURRENCY, e->key) > 0 && e->value->kind == YAML_SCALAR &&
            number_read_fixed(e->value->text, 12, &rate) && rate > 0)
            continue;
        d = diag_add(ld->ds, DIAG_ERROR, "T720", e->key_at, "this is no rate");
        diag_label(ld->ds, d, "what one unit of a currency is worth in EUR");
        diag_help(ld->ds, d, "for example  rates: {RSD: 0.00853}");
    }
}

/* ---- what stands in for parameters and lists ----------------------------------------------- */

static void
check_with(struct rule_making *rm, const struct yaml_node *map)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        const struct parameter *p = NULL;
        struct value v;
        struct diag *d;

        for (size_t k = 0; k < rm->parameter_count && p == NULL; k++)
            if (bytes_equal(rm->parameters[k].name, e->key))
                p = &rm->parameters[k];
        if (p != NULL) {
            (void)parameter_read(rm, p, e->value, &v);
            continue;
        }
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R403", e->key_at,
            "there is no parameter called `%.*s`", QUOTE(e->key));
        diag_label(rm->ld->ds, d, "not among the parameters of this rule");
    }
}

static void
check_stand_ins(struct loader *ld, const struct yaml_node *map, enum block kind)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        const struct document *found = loader_find(ld, e->key);
        struct diag *d;

        if (found != NULL && found->kind == kind) {
            if (!found->quiet && found->named != NULL)
                stand_in_check(ld, found, e);
            continue;
        }
        d = diag_add(ld->ds, DIAG_ERROR, "R403", e->key_at, "there is no %s called `%.*s`",
            kind == BLOCK_LIST ? "list" : "watchlist", QUOTE(e->key));
        diag_label(ld->ds, d, "not in any file");
    }
}

/* ---- one test --------------------------------------------------------------------------- */

/* Its rows are made once to hear what is wrong with their cells. */
static size_t
check_rows(struct loader *ld, const struct test *t)
{
    struct arena room;
    struct test_row *rows;
    size_t count;

    arena_init(&room, 0, "rows of a test");
    if (!test_rows(ld->rs, t, &room, ld->ds, &rows, &count))
        ld->no_memory = true;
    arena_fini(&room);
    return count;
}

/* `given` or `signals`, of which a test has one; NULL after a message. */
static const struct yaml_node *
table_of(
    struct rule_making *rm, const struct yaml_node *map, const struct yaml_node *name, bool faulty)
{
    const struct yaml_entry *given = document_entry(map, "given");
    const struct yaml_entry *signals = document_entry(map, "signals");
    const struct yaml_node *n = given != NULL     ? given->value
                                : signals != NULL ? signals->value
                                                  : NULL;
    struct diag *d;

    if (given == NULL && signals == NULL && faulty)
        return NULL; /* a key is misspelt, perhaps this one */
    if (given == NULL && signals == NULL) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R201", name != NULL ? name->at : map->at,
            "a test needs the key `given`");
        diag_label(rm->ld->ds, d, "`given` is missing here: the table of transactions");
        diag_help(rm->ld->ds, d, "for example  given: |");
    } else if (given != NULL && signals != NULL) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R215", signals->key_at,
            "a test has `given` or `signals`, not both");
        return NULL;
    } else if (signals != NULL && rm->rule->feed_count == 0 && !rm->blind) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "T721", signals->key_at,
            "this rule hears no other rules, so it has no `signals`");
        diag_help(rm->ld->ds, d, "give its transactions:  given: |");
        return NULL;
    }
    return n != NULL && n->kind == YAML_SCALAR && n->text.size > 0 ? n : NULL;
}

static bool
load_one(struct rule_making *rm, const struct yaml_node *map, struct test *t)
{
    struct loader *ld = rm->ld;
    const struct yaml_node *name = document_scalar(map, "name");
    const struct yaml_node *given;
    const struct yaml_entry *expect = document_entry(map, "expect");
    size_t rows, errors = diags_errors(ld->ds);

    if (!document_check(ld->ds, BLOCK_TEST, map, name != NULL ? name->at : map->at))
        return false;
    given = table_of(rm, map, name, diags_errors(ld->ds) > errors);
    *t = (struct test){.rule = rm->rule,
        .signals = given != NULL && given == document_scalar(map, "signals"),
        .at = name != NULL ? name->at : map->at,
        .with = document_map(map, "with"),
        .lists = document_map(map, "lists"),
        .watchlists = document_map(map, "watchlists"),
        .rates = document_map(map, "rates"),
        .defaults = document_map(map, "defaults")};
    if (name != NULL)
        t->name = name->text;
    if (t->signals && rm->blind)
        return false; /* what it hears is not known */
    check_with(rm, t->with);
    check_stand_ins(ld, t->lists, BLOCK_LIST);
    check_stand_ins(ld, t->watchlists, BLOCK_WATCHLIST);
    check_rates(ld, t->rates);
    check_defaults(ld, t->defaults);
    if (given == NULL || !test_table_read(ld, given, t->signals ? rm->rule : NULL, &t->table))
        return false;
    rows = check_rows(ld, t);
    if (expect != NULL && expect->value != NULL)
        test_expect_read(rm, expect->value, rows, t);
    return name != NULL;
}

static size_t
rows_that_fire(const struct test *test)
{
    size_t column = test_column_of(&test->table, TEST_ALERT), count = 0;

    for (size_t row = 0; column != SIZE_MAX && row < test->table.row_count; row++)
        count += test_cell_text(&test->table, row, column).size > 0;
    return count > test->expect_count ? count : test->expect_count;
}

bool
test_fires(const struct test *test)
{
    return rows_that_fire(test) > 0;
}

bool
test_stays_quiet(const struct test *test)
{
    size_t count = rows_that_fire(test);

    return count == 0 || (test->rule->op == OPERATOR_NONE && count < test->table.row_count);
}

void
test_load(struct rule_making *rm)
{
    const struct yaml_node *list = document_list(rm->map, "tests");
    struct test *tests;

    if (list == NULL)
        return;
    tests = arena_take(rm->ld->a, list->count + 1, sizeof *tests);
    if (tests == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *map = list->entry[i].value;

        if (map != NULL && map->kind == YAML_MAP && load_one(rm, map, &tests[rm->rule->test_count]))
            rm->rule->test_count++;
    }
    rm->rule->tests = tests;
}
