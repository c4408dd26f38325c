/*
 * dated - lists and tables: their documents, their age, and what they include.
 *
 * Entries themselves are read by engine/list.
 */
#include "rule/loader.h"

/* In the order of CHOICE_LIST_TYPE and CHOICE_TABLE_TYPE. */
static const enum type list_type_of[] = {TYPE_ACCOUNT, TYPE_COUNTRY, TYPE_CURRENCY, TYPE_BANK,
    TYPE_PHONE, TYPE_CODE, TYPE_MONEY, TYPE_NUMBER, TYPE_TEXT};
static const enum type table_type_of[] = {TYPE_ACCOUNT, TYPE_COUNTRY, TYPE_CURRENCY, TYPE_BANK,
    TYPE_PHONE, TYPE_CODE, TYPE_MONEY, TYPE_NUMBER, TYPE_TEXT, TYPE_CHANNEL, TYPE_KIND};

/* ---- age ------------------------------------------------------------------- */

static void
tell_old(struct loader *ld, const struct document *doc, const struct yaml_node *dated,
    int64_t age_days, int64_t max_days)
{
    const struct yaml_node *max_age = document_scalar(doc->map, "max_age");
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R520", dated == NULL ? max_age->at : dated->at,
        "`%.*s` is %lld days old, and %lld are allowed", QUOTE(doc->name), (long long)age_days,
        (long long)max_days);

    if (dated == NULL) {
        diag_label(ld->ds, d, "the age allowed; the file itself says how old it is");
        diag_help(ld->ds, d, "fetch the list again, or raise `max_age`");
        return;
    }
    diag_label(ld->ds, d, "day of its content");
    diag_mark(ld->ds, d, max_age->at, "the age allowed");
    diag_help(ld->ds, d,
        "get its newest content and change `dated`; if the old content still holds, "
        "raise `max_age`");
}

/* `file_day` is the day the file itself gives, WATCH_NO_DAY: none. */
void
dated_judge(struct loader *ld, const struct document *doc, int64_t file_day)
{
    const struct yaml_node *dated = document_scalar(doc->map, "dated");
    const struct yaml_node *max_age = document_scalar(doc->map, "max_age");
    int64_t day = file_day, span_us;
    bool known = scalar_date(ld, dated, "`dated`", &day) || (dated == NULL && day != WATCH_NO_DAY);

    if (known)
        doc->named->day = day;
    if (!scalar_span(ld, max_age, "`max_age`", &span_us))
        return;
    if (dated == NULL && !known) {
        struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R214", max_age->at,
            "`max_age` needs `dated`, the day the content is of");

        diag_label(ld->ds, d, "counted from which day?");
        diag_help(ld->ds, d, "for example  dated: 2026-01-15");
        return;
    }
    if (known && ld->env->as_of_day != INT64_MAX && ld->env->as_of_day - day > span_us / DAY_US)
        tell_old(ld, doc, dated, ld->env->as_of_day - day, span_us / DAY_US);
}

void
dated_check(struct loader *ld, const struct document *doc)
{
    dated_judge(ld, doc, WATCH_NO_DAY);
}

/* ---- what all three kinds have ------------------------------------------------ */

void
dated_tell_source(struct loader *ld, const struct document *doc, const char *inline_key, bool both)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R215", doc->name_at->at,
        both ? "`%.*s` has both `%s` and `file`, and takes one of them"
             : "`%.*s` has no entries: it needs `%s` or `file`",
        QUOTE(doc->name), inline_key);

    diag_label(ld->ds, d, both ? "which of them is meant?" : "nothing in it");
    if (!both)
        diag_help(ld->ds, d, "a list that is empty on purpose says so:  %s: []", inline_key);
}

bool
dated_spec(
    struct loader *ld, const struct document *doc, const char *inline_key, struct list_spec *spec)
{
    *spec = (struct list_spec){.name = doc->name,
        .at = doc->name_at->at,
        .items = inline_key == NULL ? NULL : document_list(doc->map, inline_key),
        .file = document_scalar(doc->map, "file"),
        .folder = doc->folder};
    if (inline_key == NULL)
        return spec->file != NULL;
    if (spec->items != NULL && spec->file != NULL) {
        dated_tell_source(ld, doc, inline_key, true);
        return false;
    }
    return true;
}

bool
dated_type(struct loader *ld, const struct document *doc, enum type *out)
{
    size_t word;

    if (!scalar_choice(
            ld, document_scalar(doc->map, "type"), "type of list", CHOICE_LIST_TYPE, &word))
        return false;
    *out = list_type_of[word];
    return true;
}

/* ---- lists --------------------------------------------------------------------- */

static void list_load(struct loader *ld, struct document *doc);

static void
tell_include(struct loader *ld, const struct yaml_node *n, const struct document *found)
{
    struct diag *d;

    if (found == NULL) {
        d = diag_add(
            ld->ds, DIAG_ERROR, "R403", n->at, "there is no list called `%.*s`", QUOTE(n->text));
        diag_label(ld->ds, d, "not in any file");
    } else if (found->kind != BLOCK_LIST) {
        d = diag_add(ld->ds, DIAG_ERROR, "R403", n->at, "`%.*s` is not a list", QUOTE(n->text));
        diag_label(ld->ds, d, "only lists can be included");
        diag_mark(ld->ds, d, found->name_at->at, "%s", document_blocks[found->kind].noun);
    } else {
        d = diag_add(ld->ds, DIAG_ERROR, "R405", n->at, "`%.*s` includes itself in a circle",
            QUOTE(n->text));
        diag_label(ld->ds, d, "leave this one out");
    }
}

/* The included lists, made before; false where one of them is not to be had. */
static bool
includes_of(struct loader *ld, struct document *doc, const struct list **out, size_t count)
{
    const struct yaml_entry *e = document_entry(doc->map, "include");
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *n = document_text(e->value, i);
        struct document *found;

        if (n->kind != YAML_SCALAR)
            return false;
        found = loader_find(ld, n->text);
        if (found == NULL || found->kind != BLOCK_LIST || found->opened) {
            tell_include(ld, n, found);
            good = false;
            continue;
        }
        list_load(ld, found);
        out[i] = found->named->list;
        good = good && out[i] != NULL;
    }
    return good;
}

/* Included lists must be of one type with the list. */
static bool
same_types(struct loader *ld, const struct document *doc, enum type type,
    const struct list *const *include, size_t count)
{
    const struct yaml_entry *e = document_entry(doc->map, "include");

    for (size_t i = 0; i < count; i++)
        if (list_type(include[i]) != type) {
            const struct yaml_node *n = document_text(e->value, i);
            struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R406", n->at,
                "`%.*s` is a list of another type", QUOTE(n->text));

            diag_label(ld->ds, d, "each item is %s", type_name(list_type(include[i])));
            diag_mark(
                ld->ds, d, document_scalar(doc->map, "type")->at, "and this is the type here");
            return false;
        }
    return true;
}

static void
make_list(struct loader *ld, struct document *doc)
{
    const struct yaml_entry *e = document_entry(doc->map, "include");
    size_t count = e == NULL ? 0 : document_texts(e->value);
    const struct list **include = arena_take(ld->a, count + 1, sizeof *include);
    struct list_spec spec;
    bool good = dated_spec(ld, doc, "items", &spec);

    if (include == NULL) {
        ld->no_memory = true;
        return;
    }
    good = dated_type(ld, doc, &spec.type) && good;
    if (!includes_of(ld, doc, include, count) || !good)
        return;
    if (spec.items == NULL && spec.file == NULL && count == 0) {
        if (document_entry(doc->map, "items") == NULL && document_entry(doc->map, "file") == NULL)
            dated_tell_source(ld, doc, "items", false);
        return;
    }
    if (same_types(ld, doc, spec.type, include, count))
        doc->named->list = list_new(ld->a, ld->ds, &spec, include, count);
}

static void
list_load(struct loader *ld, struct document *doc)
{
    if (doc->done || doc->quiet)
        return;
    doc->done = true;
    doc->opened = true;
    if (document_check(ld->ds, BLOCK_LIST, doc->map, doc->name_at->at)) {
        dated_check(ld, doc);
        make_list(ld, doc);
    }
    doc->opened = false;
}

/* ---- tables ----------------------------------------------------------------------- */

static void
table_load(struct loader *ld, struct document *doc)
{
    const struct yaml_entry *key = document_entry(doc->map, "key");
    enum type keys[TABLE_KEYS_MAX];
    struct list_spec spec;
    size_t count, word;
    bool good;

    if (!document_check(ld->ds, BLOCK_TABLE, doc->map, doc->name_at->at))
        return;
    dated_check(ld, doc);
    good = dated_spec(ld, doc, NULL, &spec);
    count = key == NULL ? 0 : document_texts(key->value);
    if (count > TABLE_KEYS_MAX) {
        diag_add(ld->ds, DIAG_ERROR, "R511", key->value->at, "a table has at most %d key columns",
            TABLE_KEYS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *n = document_text(key->value, i);

        if (n->kind != YAML_SCALAR ||
            !scalar_choice(ld, n, "type of key column", CHOICE_TABLE_TYPE, &word))
            good = false;
        else
            keys[i] = table_type_of[word];
    }
    if (!scalar_choice(
            ld, document_scalar(doc->map, "value"), "type of value", CHOICE_TABLE_TYPE, &word))
        return;
    if (good && count > 0)
        doc->named->table = table_new(ld->a, ld->ds, &spec, keys, count, table_type_of[word]);
}

void
dated_load(struct loader *ld, struct document *doc)
{
    if (doc->quiet)
        return;
    if (doc->kind == BLOCK_LIST)
        list_load(ld, doc);
    else if (doc->kind == BLOCK_TABLE)
        table_load(ld, doc);
    else if (doc->kind == BLOCK_WATCHLIST)
        watch_load(ld, doc);
}
