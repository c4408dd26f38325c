/*
 * test_expect - what a test says of its alerts beyond who alerts where: `none`, or a list of rows
 * with the measures, the severity and the evidence their alert has.
 */
#include "rule/expr.h"
#include "rule/test_block.h"

static void
tell_key(struct rule_making *rm, const struct yaml_entry *e)
{
    const char *names[72] = {"row", "about", "evidence", "severity"};
    size_t count = 4;
    char room[160];
    const char *best;
    struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "T717", e->key_at,
        "there is no measure called `%.*s`", QUOTE(e->key));

    for (size_t i = 0; i < rm->measure_count && count < 72; i++) {
        names[count] = arena_copy(rm->ld->a, rm->measure_names[i].name);
        count += names[count] != NULL;
    }
    best = document_suggest(e->key, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(rm->ld->ds, d, "did you mean %s?", best);
    diag_note(rm->ld->ds, d,
        "an expected alert has row, about, evidence, severity, and measures of the rule");
}

/* A literal; words of closed sets and plain text for measures that are such. */
bool
test_figure_read(const struct yaml_node *n, const struct measure_name *measure, struct value *out)
{
    bool percent;
    int64_t word;

    if (n->kind != YAML_SCALAR)
        return false;
    if (type_is_text(measure->type)) {
        *out = value_text(measure->type, n->text);
        return true;
    }
    if (expr_literal(n, out, &percent) && out->type == measure->type &&
        (measure->type != TYPE_MONEY || measure->currency == 0 ||
            out->currency == measure->currency))
        return true;
    word = word_find(measure->type, n->text);
    if (word > 0)
        *out = value_num(measure->type, word);
    return word > 0;
}

static bool
read_figure(struct rule_making *rm, const struct yaml_node *n, const struct measure_name *measure,
    struct value *out)
{
    char room[4] = "";
    struct diag *d;

    if (test_figure_read(n, measure, out))
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "T718", n->at, "`%.*s` is never of this value",
        QUOTE(measure->name));
    if (measure->type == TYPE_MONEY)
        diag_label(
            rm->ld->ds, d, "it is money in %s", word_name(TYPE_CURRENCY, measure->currency, room));
    else
        diag_label(rm->ld->ds, d, "it is %s", type_name(measure->type));
    return false;
}

static bool
read_measure(struct rule_making *rm, const struct yaml_entry *e, struct test_figure *out)
{
    for (uint32_t i = 0; i < rm->measure_count; i++) {
        if (!bytes_equal(rm->measure_names[i].name, e->key))
            continue;
        *out = (struct test_figure){.slot = i, .text = e->value->text};
        return read_figure(rm, e->value, &rm->measure_names[i], &out->value);
    }
    for (size_t i = 0; i < rm->broken_count; i++)
        if (bytes_equal(rm->broken[i], e->key))
            return false;
    if (!rm->blind)
        tell_key(rm, e);
    return false;
}

/* `row`, `about`, `evidence` or `severity`; false: none of these. */
static bool
read_known(struct rule_making *rm, const struct yaml_entry *e, size_t rows, struct test_expect *x)
{
    int64_t n = 0;
    size_t word;

    if (bytes_equal(e->key, bytes_of("about"))) {
        if (e->value->kind == YAML_SCALAR)
            x->about = e->value->text;
    } else if (bytes_equal(e->key, bytes_of("row"))) {
        if (scalar_int(rm->ld, e->value, "`row`", 1, (int64_t)rows, &n))
            x->row = (size_t)n - 1;
    } else if (bytes_equal(e->key, bytes_of("evidence"))) {
        x->has_evidence = scalar_int(rm->ld, e->value, "`evidence`", 0, INT32_MAX, &n);
        x->evidence = (uint64_t)n;
    } else if (bytes_equal(e->key, bytes_of("severity"))) {
        x->has_severity =
            scalar_word(rm->ld, e->value, "severity", severity_names, SEVERITY_COUNT, &word);
        if (x->has_severity)
            x->severity = (enum severity)word;
    } else {
        return false;
    }
    return true;
}

static void
read_one(struct rule_making *rm, const struct yaml_node *map, size_t rows, struct test_expect *x)
{
    struct test_figure *figure = arena_take(rm->ld->a, map->count + 1, sizeof *figure);
    struct diag *d;

    *x = (struct test_expect){.at = map->at};
    if (figure == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (map->entry[i].value == NULL || read_known(rm, &map->entry[i], rows, x))
            continue;
        if (read_measure(rm, &map->entry[i], &figure[x->figure_count]))
            x->figure_count++;
    }
    x->figure = figure;
    if (document_entry(map, "row") != NULL && document_entry(map, "about") != NULL)
        return;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "T719", map->at,
        "an expected alert needs `row` and `about`: which row of the table, and whom it is about");
    diag_help(rm->ld->ds, d, "for example  - {row: 5, about: HUB, total: 2000 EUR}");
}

static bool
is_list_of_maps(const struct yaml_node *n)
{
    if (n->kind != YAML_LIST)
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (n->entry[i].value == NULL || n->entry[i].value->kind != YAML_MAP)
            return false;
    return true;
}

void
test_expect_read(
    struct rule_making *rm, const struct yaml_node *expect, size_t rows, struct test *t)
{
    struct test_expect *list;
    struct diag *d;

    t->expect_none = expect->kind == YAML_SCALAR && bytes_equal(expect->text, bytes_of("none"));
    t->has_expect = true;
    if (t->expect_none)
        return;
    if (!is_list_of_maps(expect)) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "T719", expect->at,
            "`expect` is `none`, or a list of expected alerts");
        diag_help(rm->ld->ds, d, "for example  - {row: 5, about: HUB, total: 2000 EUR}");
        return;
    }
    list = arena_take(rm->ld->a, expect->count + 1, sizeof *list);
    if (list == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < expect->count; i++)
        read_one(rm, expect->entry[i].value, rows, &list[i]);
    t->expect = list;
    t->expect_count = expect->count;
}
