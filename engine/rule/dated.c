/*
 * dated - lists, tables and watchlists: their documents, their age, and what they include.
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
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R520", dated->at,
        "`%.*s` is %lld days old, and %lld are allowed", QUOTE(doc->name), (long long)age_days,
        (long long)max_days);

    diag_label(ld->ds, d, "day of its content");
    diag_mark(ld->ds, d, document_scalar(doc->map, "max_age")->at, "the age allowed");
    diag_help(ld->ds, d,
        "get its newest content and change `dated`; if the old content still holds, "
        "raise `max_age`");
}

static void
check_age(struct loader *ld, const struct document *doc)
{
    const struct yaml_node *dated = document_scalar(doc->map, "dated");
    const struct yaml_node *max_age = document_scalar(doc->map, "max_age");
    int64_t day, span_us;
    bool known = scalar_date(ld, dated, "`dated`", &day);

    if (!scalar_span(ld, max_age, "`max_age`", &span_us))
        return;
    if (dated == NULL) {
        struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R214", max_age->at,
            "`max_age` needs `dated`, the day the content is of");

        diag_label(ld->ds, d, "counted from which day?");
        diag_help(ld->ds, d, "for example  dated: 2026-01-15");
        return;
    }
    if (known && ld->env->as_of_day != INT64_MAX && ld->env->as_of_day - day > span_us / DAY_US)
        tell_old(ld, doc, dated, ld->env->as_of_day - day, span_us / DAY_US);
}

/* ---- what all three kinds have ------------------------------------------------ */

static void
tell_source(struct loader *ld, const struct document *doc, const char *inline_key, bool both)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R215", doc->name_at->at,
        both ? "`%.*s` has both `%s` and `file`, and takes one of them"
             : "`%.*s` has no entries: it needs `%s` or `file`",
        QUOTE(doc->name), inline_key);

    diag_label(ld->ds, d, both ? "which of them is meant?" : "nothing in it");
    if (!both)
        diag_help(ld->ds, d, "a list that is empty on purpose says so:  %s: []", inline_key);
}

static bool
fill_spec(
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
        tell_source(ld, doc, inline_key, true);
        return false;
    }
    return true;
}

static bool
take_type(struct loader *ld, const struct document *doc, enum type *out)
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
            struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R404", n->at,
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
    bool good = fill_spec(ld, doc, "items", &spec);

    if (include == NULL) {
        ld->no_memory = true;
        return;
    }
    good = take_type(ld, doc, &spec.type) && good;
    if (!includes_of(ld, doc, include, count) || !good)
        return;
    if (spec.items == NULL && spec.file == NULL && count == 0) {
        if (document_entry(doc->map, "items") == NULL && document_entry(doc->map, "file") == NULL)
            tell_source(ld, doc, "items", false);
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
        check_age(ld, doc);
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
    check_age(ld, doc);
    good = fill_spec(ld, doc, NULL, &spec);
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

/* ---- watchlists ------------------------------------------------------------------- */

/* L623: nothing says where such a pattern cannot be, so it is tried on every text. */
static void
lint_unguided(struct loader *ld, const struct document *doc, const struct watch *watch)
{
    struct bytes first;
    size_t count = watch_unguided(watch, &first);
    struct diag *d;

    if (count == 0)
        return;
    d = diag_add(ld->ds, DIAG_WARNING, "L623", doc->name_at->at,
        "%zu of the %zu patterns of `%.*s` %s no three characters that every text they find must "
        "hold",
        count, watch_count(watch), QUOTE(doc->name), count == 1 ? "has" : "have");
    diag_label(ld->ds, d, "`%.*s`%s tried on every text, one by one", QUOTE(first),
        count == 1 ? " is" : " and the others are");
    diag_help(ld->ds, d, "write out a word of it, or longer alternatives");
}

static void
watch_load(struct loader *ld, struct document *doc)
{
    const struct yaml_node *kind = document_scalar(doc->map, "kind");
    const struct yaml_node *prefix = document_scalar(doc->map, "id_prefix");
    const struct yaml_entry *type = document_entry(doc->map, "type");
    struct list_spec spec;
    size_t word;

    if (kind != NULL && bytes_equal(kind->text, bytes_of("names"))) {
        diag_add(ld->ds, DIAG_ERROR, "R299", kind->at,
            "`kind: names` is part of the language but not of this version yet");
        return;
    }
    if (!document_check(ld->ds, BLOCK_WATCHLIST, doc->map, doc->name_at->at))
        return;
    check_age(ld, doc);
    if (!scalar_choice(ld, kind, "kind of watchlist", CHOICE_WATCH_KIND, &word) ||
        !fill_spec(ld, doc, "entries", &spec))
        return;
    if (spec.items == NULL && spec.file == NULL) {
        if (document_entry(doc->map, "entries") == NULL && document_entry(doc->map, "file") == NULL)
            tell_source(ld, doc, "entries", false);
        return;
    }
    spec.type = TYPE_TEXT;
    if (word == WATCH_EXACT && type == NULL) {
        struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R201", doc->name_at->at,
            "a watchlist of kind exact needs the key `type`");

        diag_label(ld->ds, d, "`type` is missing here: what its entries are");
        diag_help(ld->ds, d, "for example  type: phone");
        return;
    }
    if (word == WATCH_REGEX && type != NULL) {
        struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R216", type->key_at,
            "a watchlist of kind regex has no `type`: it is matched against text");

        diag_label(ld->ds, d, "leave this out");
        return;
    }
    if (word == WATCH_EXACT && !take_type(ld, doc, &spec.type))
        return;
    doc->named->watch = watch_new(ld->a, ld->ds, &spec, (enum watch_kind)word,
        prefix == NULL ? (struct bytes){"", 0} : prefix->text);
    if (doc->named->watch != NULL)
        lint_unguided(ld, doc, doc->named->watch);
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
