/*
 * vary - one rule of a loaded set made anew, with other parameters and other lists.
 *
 * The rule's own document is read again by the code that loaded it, against the documents that
 * were loaded; nothing is read from disk but lists that include a list which is replaced.
 */
#include "rule/vary.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "match/matcher.h"
#include "rule/loader.h"

/* ---- lists that stand in for others ------------------------------------------------- */

static bool
is_one_of(struct bytes key, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(key, bytes_of(names[i])))
            return true;
    return false;
}

/* The document's map with these entries in place of its own, wherever those came from. */
static const struct yaml_node *
with_entries(struct arena *a, const struct document *doc, const struct yaml_entry *entries)
{
    static const char *const gone[] = {
        "items", "entries", "file", "include", "dated", "max_age", "source"};
    struct yaml_node *map = arena_take(a, 1, sizeof *map);
    struct yaml_entry *e = arena_take(a, doc->map->count + 1, sizeof *e);

    if (map == NULL || e == NULL)
        return NULL;
    *map = *doc->map;
    map->entry = e;
    map->count = 0;
    for (size_t i = 0; i < doc->map->count; i++)
        if (!is_one_of(doc->map->entry[i].key, gone, sizeof gone / sizeof *gone))
            e[map->count++] = doc->map->entry[i];
    e[map->count] = *entries;
    e[map->count++].key = bytes_of(doc->kind == BLOCK_LIST ? "items" : "entries");
    return map;
}

static bool
stand_in(struct loader *ld, struct document *doc, const struct yaml_entry *entries)
{
    doc->map = with_entries(ld->a, doc, entries);
    doc->done = false;
    if (doc->map == NULL)
        return false;
    doc->named->list = NULL;
    return true;
}

void
stand_in_check(struct loader *ld, const struct document *doc, const struct yaml_entry *entries)
{
    struct loader inner = *ld;
    struct document copy = *doc;
    struct named named = *doc->named;
    struct arena room;

    arena_init(&room, 0, "lists of a test");
    inner.a = &room;
    copy.named = &named;
    if (stand_in(&inner, &copy, entries))
        dated_load(&inner, &copy);
    else
        inner.no_memory = true;
    ld->no_memory = ld->no_memory || inner.no_memory;
    arena_fini(&room);
}

static bool
replace(struct loader *ld, const struct yaml_node *map, enum block kind)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        struct document *doc = loader_find(ld, map->entry[i].key);

        if (doc != NULL && doc->kind == kind && !stand_in(ld, doc, &map->entry[i]))
            return false;
    }
    return true;
}

static bool
includes_open(struct loader *ld, const struct document *doc)
{
    const struct yaml_entry *e = document_entry(doc->map, "include");

    for (size_t i = 0; e != NULL && i < document_texts(e->value); i++) {
        const struct document *found = loader_find(ld, document_text(e->value, i)->text);

        if (found != NULL && !found->done)
            return true;
    }
    return false;
}

/* Lists that include a replaced one, directly or through others, are to be made anew too. */
static void
reopen_includers(struct loader *ld)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < ld->doc_count; i++) {
            struct document *doc = &ld->doc[i];

            if (doc->kind != BLOCK_LIST || !doc->done || !includes_open(ld, doc))
                continue;
            doc->done = false;
            doc->named->list = NULL;
            more = true;
        }
    }
}

static bool
make_lists(struct loader *ld)
{
    const struct variation *v = ld->vary;

    if (v->lists == NULL && v->watchlists == NULL)
        return true;
    if (!replace(ld, v->lists, BLOCK_LIST) || !replace(ld, v->watchlists, BLOCK_WATCHLIST))
        return false;
    reopen_includers(ld);
    for (size_t i = 0; i < ld->doc_count; i++)
        if ((ld->doc[i].kind == BLOCK_LIST || ld->doc[i].kind == BLOCK_WATCHLIST) &&
            !ld->doc[i].done)
            dated_load(ld, &ld->doc[i]);
    return true;
}

/* ---- the ruleset of one rule ----------------------------------------------------------- */

/* Documents and names of the base, to be changed without changing it. */
static bool
copy_documents(struct loader *ld, const struct ruleset *base)
{
    ld->doc = arena_take(ld->a, base->document_count + 1, sizeof *ld->doc);
    ld->named = arena_take(ld->a, base->name_count + 1, sizeof *ld->named);
    if (ld->doc == NULL || ld->named == NULL)
        return false;
    memcpy(ld->doc, base->documents, base->document_count * sizeof *ld->doc);
    memcpy(ld->named, base->names, base->name_count * sizeof *ld->named);
    ld->doc_count = base->document_count;
    for (size_t i = 0; i < ld->doc_count; i++) {
        if (ld->doc[i].named != NULL)
            ld->doc[i].named = ld->named + (ld->doc[i].named - base->names);
        ld->doc[i].failed = false;
        ld->doc[i].done = ld->doc[i].kind != BLOCK_RULE;
        ld->doc[i].rule = NULL;
    }
    ld->rs->names = ld->named;
    ld->rs->name_count = base->name_count;
    return true;
}

static bool
make(struct loader *ld, const struct ruleset *base, uint32_t rule)
{
    ld->rs->fields = base->fields;
    ld->rs->field_count = base->field_count;
    ld->rs->zone = base->zone;
    ld->rs->week_starts = base->week_starts;
    ld->rs->lateness_us = base->lateness_us;
    ld->rs->pack_name = base->pack_name;
    ld->rs->varied = true;
    ld->rs->matcher = matcher_new(ld->a);
    if (ld->rs->matcher == NULL || !copy_documents(ld, base) || !make_lists(ld) ||
        !loader_places(ld))
        return false;
    ld->varied = loader_find(ld, base->rule[rule].name);
    assert(ld->varied != NULL && ld->varied->rule == &ld->rs->rule[rule]);
    loader_make(ld, ld->varied);
    return !ld->no_memory && matcher_build(ld->rs->matcher);
}

enum weir_status
ruleset_vary(const struct ruleset *base, uint32_t rule, const struct variation *v,
    struct ruleset **out, struct weir_err *err)
{
    struct rules_env env = {.as_of_day = v->as_of_day, .as_written = true};
    struct loader ld = {.ds = diags_new(), .env = &env, .rs = ruleset_new(), .vary = v};
    bool made = false;

    *out = NULL;
    if (ld.ds != NULL && ld.rs != NULL) {
        ld.a = ld.rs->arena;
        made = make(&ld, base, rule);
    }
    if (!made)
        (void)weir_fail(
            err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test of a rule");
    else if (diags_errors(ld.ds) > 0)
        (void)weir_fail(err, WEIR_REJECT, WEIR_TROUBLE_RULES, "T705",
            "with these values the rule cannot be made: %s", diags_first(ld.ds));
    else
        *out = ld.rs;
    if (*out == NULL)
        ruleset_free(ld.rs);
    diags_free(ld.ds);
    return *out != NULL ? WEIR_OK : err->status;
}
