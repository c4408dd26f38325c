/*
 * test_block - the `tests` of a rule held against their form; they run elsewhere.
 */
#include <string.h>

#include "rule/loader.h"

enum { COLUMNS_MAX = 64 };

/* A line of the table, in the decoded text. */
struct line {
    size_t from, size;
};

static bool
next_line(struct bytes text, size_t *at, struct line *out)
{
    size_t end;

    while (*at < text.size) {
        for (end = *at; end < text.size && text.at[end] != '\n'; end++)
            ;
        *out = (struct line){*at, end - *at};
        *at = end + 1;
        for (size_t i = out->from; i < end; i++)
            if (text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r')
                return true;
    }
    return false;
}

/* Cells between bars, blanks cut off. */
static size_t
cut_cells(struct bytes text, struct line line, struct line cell[COLUMNS_MAX])
{
    size_t count = 0, from = line.from, end = line.from + line.size;

    for (size_t i = line.from; i <= end; i++) {
        struct line c = {from, i - from};

        if (i < end && text.at[i] != '|')
            continue;
        while (c.size > 0 && (text.at[c.from] == ' ' || text.at[c.from] == '\t'))
            c = (struct line){c.from + 1, c.size - 1};
        while (c.size > 0 &&
               (text.at[c.from + c.size - 1] == ' ' || text.at[c.from + c.size - 1] == '\t' ||
                   text.at[c.from + c.size - 1] == '\r'))
            c.size--;
        if (count < COLUMNS_MAX)
            cell[count] = c;
        count++;
        from = i + 1;
    }
    return count;
}

/* Columns besides fields. */
static const char *const columns[] = {"from", "to", "time", "id", "alert", "note", "repeat"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool
column_known(const struct ruleset *rs, struct bytes name)
{
    uint8_t view;

    for (size_t i = 0; i < COLUMNS; i++)
        if (bytes_equal(name, bytes_of(columns[i])))
            return true;
    return loader_field(rs, name, &view) >= 0 && view == 0;
}

static void
tell_column(struct loader *ld, struct bytes name, struct span at)
{
    const char *names[LIMIT_FIELDS + COLUMNS];
    size_t count = 0;
    char room[160];
    const char *best;
    struct diag *d =
        diag_add(ld->ds, DIAG_ERROR, "T710", at, "there is no column called `%.*s`", QUOTE(name));

    for (size_t i = 0; i < COLUMNS; i++)
        names[count++] = columns[i];
    for (size_t i = 0; i < ld->rs->field_count; i++)
        names[count++] = ld->rs->fields[i].name;
    best = document_suggest(name, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
    diag_note(ld->ds, d,
        "columns are fields, `from` and `to` for the accounts, and time, id, "
        "repeat, alert, note");
}

static void
check_row(
    struct loader *ld, const struct yaml_node *n, struct line row, size_t cells, size_t header)
{
    struct diag *d;

    if (cells == header)
        return;
    d = diag_add(ld->ds, DIAG_ERROR, "T711", yaml_span(n, row.from, row.size),
        "this row has %zu cell%s and the table has %zu column%s", cells, cells == 1 ? "" : "s",
        header, header == 1 ? "" : "s");
    diag_label(ld->ds, d, cells < header ? "a `|` is missing" : "a `|` too many");
}

static void
check_table(struct loader *ld, const struct yaml_node *n)
{
    struct line line, cell[COLUMNS_MAX];
    size_t at = 0, header, rows = 0;
    struct diag *d;

    if (!next_line(n->text, &at, &line))
        return;
    header = cut_cells(n->text, line, cell);
    for (size_t i = 0; i < header && i < COLUMNS_MAX; i++) {
        struct bytes name = {n->text.at + cell[i].from, cell[i].size};

        if (!column_known(ld->rs, name))
            tell_column(ld, name, yaml_span(n, cell[i].from, cell[i].size));
        for (size_t k = 0; k < i; k++)
            if (bytes_equal(name, (struct bytes){n->text.at + cell[k].from, cell[k].size}))
                diag_add(ld->ds, DIAG_ERROR, "T710", yaml_span(n, cell[i].from, cell[i].size),
                    "the column `%.*s` is given twice", QUOTE(name));
    }
    while (next_line(n->text, &at, &line)) {
        check_row(ld, n, line, cut_cells(n->text, line, cell), header);
        rows++;
    }
    if (rows > 0)
        return;
    d = diag_add(ld->ds, DIAG_ERROR, "T712", n->at, "this table has no row");
    diag_help(ld->ds, d, "write `given: |`, a line of column names, and rows below it");
}

static void
check_defaults(struct loader *ld, const struct yaml_node *map)
{
    for (size_t i = 0; map != NULL && i < map->count; i++)
        if (!column_known(ld->rs, map->entry[i].key))
            tell_column(ld, map->entry[i].key, map->entry[i].key_at);
}

void
test_check(struct loader *ld, const struct yaml_node *tests)
{
    for (size_t i = 0; tests->kind == YAML_LIST && i < tests->count; i++) {
        const struct yaml_node *t = tests->entry[i].value;
        const struct yaml_node *name = document_scalar(t, "name");
        const struct yaml_node *given = document_scalar(t, "given");

        if (t == NULL || t->kind != YAML_MAP)
            continue;
        if (!document_check(ld->ds, BLOCK_TEST, t, name != NULL ? name->at : t->at))
            continue;
        check_defaults(ld, document_map(t, "defaults"));
        if (given != NULL)
            check_table(ld, given);
    }
}
