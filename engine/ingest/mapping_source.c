/* mapping_source - where one value comes from: columns, a constant, the file's name, its preamble.
 */
#include <stdio.h>

#include "ingest/code_cell.h"
#include "ingest/mapping_load.h"
#include "weir/limits.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

/* ---- columns ---- */

static bool
whole_number(const struct yaml_node *n, uint32_t *out)
{
    uint32_t number = 0;

    if (n->style != YAML_PLAIN || n->text.size == 0 || n->text.size > 4)
        return false;
    for (size_t i = 0; i < n->text.size; i++) {
        if ((unsigned char)(n->text.at[i] - '0') > 9)
            return false;
        number = number * 10 + (uint32_t)(n->text.at[i] - '0');
    }
    *out = number;
    return true;
}

static uint32_t
find_or_add(struct loader *l, struct column_ref ref)
{
    struct mapping *m = l->m;

    for (uint32_t i = 0; i < m->column_count; i++)
        if (m->column[i].number == ref.number && bytes_equal(m->column[i].name, ref.name)) {
            m->column[i].optional = m->column[i].optional && ref.optional;
            return i;
        }
    if (m->column_count == LIMIT_COLUMNS)
        return LIMIT_COLUMNS;
    m->column[m->column_count] = ref;
    return m->column_count++;
}

bool
load_column_ref(struct loader *l, const struct yaml_node *n, bool optional, uint32_t *out)
{
    struct column_ref ref = {.optional = optional};
    bool csv = l->m->notation == READER_CSV;

    if (l->m->column == NULL)
        l->m->column = load_take(l, LIMIT_COLUMNS, sizeof *l->m->column);
    if (l->m->column == NULL)
        return false;
    if (n->kind != YAML_SCALAR || n->text.size == 0 ||
        memchr(n->text.at, '\0', n->text.size) != NULL) {
        load_wants(l, n->at, "a column", csv ? "its name in the header, or its number" : "its key");
        return false;
    }
    if (csv && whole_number(n, &ref.number)) {
        if (ref.number == 0 || ref.number > LIMIT_COLUMNS) {
            (void)diag_add(l->ds, DIAG_ERROR, "R209", n->at, "columns are numbered from 1 to %d",
                LIMIT_COLUMNS);
            return false;
        }
    } else {
        ref.name = n->text;
        if (csv && !l->m->has_header) {
            struct diag *d = diag_add(l->ds, DIAG_ERROR, "R237", n->at,
                "the file has no header, so there is no column called `%.*s`", QUOTE(n->text));

            diag_help(l->ds, d, "give the column's number, counted from 1, or change `header:`");
            return false;
        }
    }
    *out = find_or_add(l, ref);
    if (*out == LIMIT_COLUMNS) {
        load_wants(l, n->at, "columns", "at most 512 columns");
        return false;
    }
    return true;
}

static bool
read_columns(struct loader *l, const struct yaml_node *n, bool optional, struct source *out)
{
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    uint32_t *column = load_take(l, count + 1, sizeof *column);

    if (column == NULL)
        return false;
    if (count == 0) {
        load_wants(l, n->at, "a list of columns", "one column or more");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!load_column_ref(l, n->kind == YAML_LIST ? n->entry[i].value : n, optional, &column[i]))
            return false;
    out->kind = SOURCE_COLUMNS;
    out->column = column;
    out->column_count = (uint32_t)count;
    return true;
}

/* ---- words ---- */

/* A value the mapping gives must be one the field can hold. */
static bool
fits(struct loader *l, const struct yaml_node *n, const char *key, enum type type)
{
    int64_t value;

    if (n->kind != YAML_SCALAR) {
        load_wants(l, n->at, key, "one value");
        return false;
    }
    if (!code_cell_is(type) || n->text.size == 0 || code_cell_read(type, n->text, &value))
        return true;
    (void)diag_add(l->ds, DIAG_ERROR, "R212", n->at, "`%.*s` is no value of `%s`, which takes %s",
        QUOTE(n->text), key, code_cell_right(type));
    return false;
}

static bool
read_map(struct loader *l, const struct yaml_node *map, const char *key, enum type type,
    struct code_word *word, uint32_t *count)
{
    if (map->kind != YAML_MAP) {
        load_wants(l, map->at, "map", "what the bank writes, and what it means: {ATM: atm}");
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (!fits(l, map->entry[i].value, key, type))
            return false;
        word[(*count)++] =
            (struct code_word){.from = map->entry[i].key, .to = map->entry[i].value->text};
    }
    return true;
}

static bool
read_match_entry(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct code_word *out)
{
    static const char *const names[] = {"regex", "value"};
    const struct yaml_node *re = n->kind == YAML_MAP ? yaml_get(n, "regex") : NULL;
    const struct yaml_node *value = n->kind == YAML_MAP ? yaml_get(n, "value") : NULL;

    if (re == NULL || value == NULL) {
        load_wants(l, n->at, "match", "a list of {regex: ..., value: ...}, tried in order");
        return false;
    }
    for (size_t i = 0; i < n->count; i++)
        if (!bytes_equal(n->entry[i].key, bytes_of("regex")) &&
            !bytes_equal(n->entry[i].key, bytes_of("value")))
            load_unknown(l, &n->entry[i], "an entry of `match`", names, 2);
    if (!fits(l, value, key, type))
        return false;
    *out = (struct code_word){.re = load_regex(l, re, false), .to = value->text};
    return out->re != NULL;
}

static bool
read_words(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out)
{
    const struct yaml_node *map = yaml_get(n, "map"), *match = yaml_get(n, "match");
    const struct yaml_node *otherwise = yaml_get(n, "else");
    size_t room = (map == NULL ? 0 : map->count) + (match == NULL ? 0 : match->count);
    struct code_word *word = load_take(l, room + 1, sizeof *word);

    if (word == NULL)
        return false;
    if (map != NULL && !read_map(l, map, key, type, word, &out->word_count))
        return false;
    if (match != NULL && match->kind != YAML_LIST) {
        load_wants(l, match->at, "match", "a list of {regex: ..., value: ...}, tried in order");
        return false;
    }
    for (size_t i = 0; match != NULL && i < match->count; i++)
        if (!read_match_entry(l, match->entry[i].value, key, type, &word[out->word_count++]))
            return false;
    out->word = word;
    if (otherwise == NULL)
        return true;
    if (out->word_count == 0) {
        load_wants(l, otherwise->at, "else", "part only beside `map:` or `match:`");
        return false;
    }
    out->has_else = true;
    out->otherwise = otherwise->text;
    return fits(l, otherwise, key, type);
}

/* ---- the whole ---- */

bool
load_constant(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out)
{
    if (n->kind != YAML_SCALAR || n->text.size == 0) {
        load_wants(l, n->at, key, "one value that is not empty");
        return false;
    }
    if (!fits(l, n, key, type))
        return false;
    out->kind = SOURCE_CONSTANT;
    out->constant = n->text;
    return true;
}

static bool
read_origin(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out)
{
    const struct yaml_node *column = yaml_get(n, "column"), *columns = yaml_get(n, "columns");
    const struct yaml_node *constant = yaml_get(n, "constant"), *file = yaml_get(n, "file");
    const struct yaml_node *preamble = yaml_get(n, "preamble"), *optional = yaml_get(n, "optional");
    bool may_lack = optional != NULL && bytes_equal(optional->text, bytes_of("true"));
    int ways = (column != NULL) + (columns != NULL) + (constant != NULL) + (file != NULL) +
               (preamble != NULL);

    if (ways != 1) {
        struct diag *d = diag_add(l->ds, DIAG_ERROR, "R234", n->at, "`%s` %s", key,
            ways == 0 ? "does not say where its value comes from" : "has more than one origin");

        diag_help(l->ds, d, "give one of column, columns, constant, file and preamble");
        return false;
    }
    if (column != NULL || columns != NULL)
        return read_columns(l, column != NULL ? column : columns, may_lack, out);
    if (constant != NULL)
        return load_constant(l, constant, key, type, out);
    out->kind = file != NULL ? SOURCE_FILE : SOURCE_PREAMBLE;
    out->pick = load_regex(l, file != NULL ? file : preamble, true);
    return out->pick != NULL;
}

bool
load_source(struct loader *l, const struct yaml_node *n, const char *key, enum type type,
    struct source *out)
{
    static const char *const names[] = {"column", "columns", "constant", "file", "preamble", "join",
        "regex", "map", "match", "else", "optional"};
    const struct yaml_node *regex, *join;

    *out = (struct source){.join = {" ", 1}};
    if (n->kind != YAML_MAP)
        return read_columns(l, n, false, out);
    for (size_t i = 0; i < n->count; i++) {
        size_t k = 0;

        while (
            k < sizeof names / sizeof *names && !bytes_equal(n->entry[i].key, bytes_of(names[k])))
            k++;
        if (k == sizeof names / sizeof *names)
            load_unknown(l, &n->entry[i], "the origin of a value", names, k);
    }
    if (!read_origin(l, n, key, type, out))
        return false;
    regex = yaml_get(n, "regex");
    join = yaml_get(n, "join");
    if (regex != NULL && out->pick != NULL) {
        load_wants(l, regex->at, "regex", "part only beside `column:` or `columns:`");
        return false;
    }
    if (regex != NULL && (out->pick = load_regex(l, regex, true)) == NULL)
        return false;
    if (join != NULL && join->kind == YAML_SCALAR)
        out->join = join->text;
    return read_words(l, n, key, type, out);
}
