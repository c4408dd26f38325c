/*
 * test_table - the literal block of a test cut into columns, rows and cells.
 */
#include <string.h>

#include "rule/loader.h"
#include "rule/test_block.h"

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

/* Cells between bars, blanks cut off. How many there are, of which `most` are kept. */
static size_t
cut_cells(struct bytes text, struct line line, struct test_cell *cell, size_t most)
{
    size_t count = 0, from = line.from, end = line.from + line.size;

    for (size_t i = line.from; i <= end; i++) {
        size_t first = from, last = i;

        if (i < end && text.at[i] != '|')
            continue;
        while (first < last && (text.at[first] == ' ' || text.at[first] == '\t'))
            first++;
        while (first < last &&
               (text.at[last - 1] == ' ' || text.at[last - 1] == '\t' || text.at[last - 1] == '\r'))
            last--;
        if (count < most)
            cell[count] = (struct test_cell){(uint32_t)first, (uint32_t)(last - first)};
        count++;
        from = i + 1;
    }
    return count;
}

/* ---- columns ---------------------------------------------------------------------- */

static const struct {
    const char *name;
    int field;
} columns[] = {{"from", TXN_O_ACCOUNT}, {"to", TXN_B_ACCOUNT}, {"alert", TEST_ALERT},
    {"note", TEST_NOTE}, {"repeat", TEST_REPEAT}};
enum { COLUMNS = sizeof columns / sizeof *columns };

bool
test_column_find(const struct ruleset *rs, struct bytes name, int *field)
{
    uint8_t view;

    for (size_t i = 0; i < COLUMNS; i++) {
        if (bytes_equal(name, bytes_of(columns[i].name))) {
            *field = columns[i].field;
            return true;
        }
    }
    *field = loader_field(rs, name, &view);
    return *field >= 0 && view == 0;
}

void
test_tell_column(struct loader *ld, struct bytes name, struct span at)
{
    const char *names[LIMIT_FIELDS + COLUMNS];
    size_t count = 0;
    char room[160];
    const char *best;
    struct diag *d =
        diag_add(ld->ds, DIAG_ERROR, "T710", at, "there is no column called `%.*s`", QUOTE(name));

    for (size_t i = 0; i < COLUMNS; i++)
        names[count++] = columns[i].name;
    for (size_t i = 0; i < ld->rs->field_count; i++)
        names[count++] = ld->rs->fields[i].name;
    best = document_suggest(name, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
    diag_note(ld->ds, d,
        "columns are fields, `from` and `to` for the accounts, and time, id, "
        "repeat, alert, note");
}

size_t
test_column_of(const struct test_table *t, int field)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->column[i].field == field)
            return i;
    return SIZE_MAX;
}

/* Columns of a table of signals: when, whose hit, about whom, and measures of the rules heard. */
static bool
signal_column(const struct rule *rule, struct bytes name, int *field)
{
    static const struct {
        const char *name;
        int field;
    } known[] = {{"time", TXN_TIME}, {"id", TXN_ID}, {"rule", TEST_RULE}, {"about", TEST_ABOUT},
        {"alert", TEST_ALERT}, {"note", TEST_NOTE}, {"repeat", TEST_REPEAT}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (bytes_equal(name, bytes_of(known[i].name))) {
            *field = known[i].field;
            return true;
        }
    }
    *field = TEST_FIGURE;
    for (size_t i = 0; i < rule->feed_count; i++)
        for (size_t k = 0; rule->feeds[i].rule != NULL && k < rule->feeds[i].rule->measure_count;
             k++)
            if (bytes_equal(name, rule->feeds[i].rule->measures[k].name.name))
                return true;
    return false;
}

static void
tell_signal_column(struct loader *ld, struct bytes name, struct span at)
{
    struct diag *d =
        diag_add(ld->ds, DIAG_ERROR, "T710", at, "there is no column called `%.*s`", QUOTE(name));

    diag_note(ld->ds, d,
        "columns of `signals` are time, rule, about, measures of the rules that are heard, and "
        "id, repeat, alert, note");
}

static bool
find_column(struct loader *ld, const struct rule *signals, struct test_column *c, struct span at)
{
    if (signals != NULL) {
        if (signal_column(signals, c->name, &c->field))
            return true;
        tell_signal_column(ld, c->name, at);
        return false;
    }
    if (test_column_find(ld->rs, c->name, &c->field))
        return true;
    test_tell_column(ld, c->name, at);
    return false;
}

static bool
read_header(struct loader *ld, const struct rule *signals, struct line line, struct test_table *t)
{
    struct test_cell cell[TEST_COLUMNS_MAX];
    size_t count = cut_cells(t->node->text, line, cell, TEST_COLUMNS_MAX);
    bool good = true;

    if (count > TEST_COLUMNS_MAX) {
        diag_add(ld->ds, DIAG_ERROR, "R512", yaml_span(t->node, line.from, line.size),
            "a table has at most %d columns", TEST_COLUMNS_MAX);
        return false;
    }
    t->column_count = count;
    for (size_t i = 0; i < count; i++) {
        struct test_column *c = &t->column[i];
        struct span at = yaml_span(t->node, cell[i].from, cell[i].size);
        bool known;

        c->name = (struct bytes){t->node->text.at + cell[i].from, cell[i].size};
        known = find_column(ld, signals, c, at);
        good = good && known;
        for (size_t k = 0; known && k < i; k++) {
            if (t->column[k].field != c->field ||
                (c->field == TEST_FIGURE && !bytes_equal(t->column[k].name, c->name)))
                continue;
            diag_add(
                ld->ds, DIAG_ERROR, "T710", at, "the column `%.*s` is given twice", QUOTE(c->name));
            good = false;
        }
    }
    return good;
}

/* ---- rows --------------------------------------------------------------------------- */

static bool
tell_cells(struct loader *ld, const struct test_table *t, struct line row, size_t cells)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "T711", yaml_span(t->node, row.from, row.size),
        "this row has %zu cell%s and the table has %zu column%s", cells, cells == 1 ? "" : "s",
        t->column_count, t->column_count == 1 ? "" : "s");

    diag_label(ld->ds, d, cells < t->column_count ? "a `|` is missing" : "a `|` too many");
    return false;
}

static size_t
count_lines(struct bytes text, size_t at)
{
    struct line line;
    size_t count = 0;

    while (next_line(text, &at, &line))
        count++;
    return count;
}

bool
test_table_read(struct loader *ld, const struct yaml_node *given, const struct rule *signals,
    struct test_table *t)
{
    struct line line;
    size_t at = 0, rows;
    bool good;
    struct diag *d;

    *t = (struct test_table){.node = given};
    if (!next_line(given->text, &at, &line))
        return false;
    good = read_header(ld, signals, line, t);
    rows = count_lines(given->text, at);
    if (rows == 0 || rows > TEST_ROWS_MAX) {
        d = rows == 0 ? diag_add(ld->ds, DIAG_ERROR, "T712", given->at, "this table has no row")
                      : diag_add(ld->ds, DIAG_ERROR, "R512", given->at,
                            "a table has at most %d rows", TEST_ROWS_MAX);
        if (rows == 0)
            diag_help(ld->ds, d, "write `given: |`, a line of column names, and rows below it");
        return false;
    }
    t->cell = arena_take(ld->a, rows * t->column_count + 1, sizeof *t->cell);
    if (t->cell == NULL) {
        ld->no_memory = true;
        return false;
    }
    while (next_line(given->text, &at, &line)) {
        size_t cells =
            cut_cells(given->text, line, t->cell + t->row_count * t->column_count, t->column_count);

        t->row_count++;
        if (cells != t->column_count)
            good = tell_cells(ld, t, line, cells);
    }
    return good;
}
