/*
 * load - the files below a rule folder, read, named and turned into a ruleset.
 *
 * First every document of every file is registered under its name, so that the order of
 * files never matters; then the pack, lists, macros and rules are made; then what is left over
 * is told.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sha256.h"
#include "base/zone.h"
#include "match/matcher.h"
#include "rule/loader.h"

/* ---- names ---------------------------------------------------------------- */

const char *
loader_taken(const struct ruleset *rs, struct bytes name)
{
    static const enum type closed[] = {TYPE_CHANNEL, TYPE_KIND, TYPE_DIRECTION};
    static const char *const reserved[] = {"and", "or", "not", "in", "contains", "starts", "ends",
        "with", "matches", "on", "at", "is", "missing", "present", "where", "about", "own",
        "counterparty", "originator", "beneficiary", "direction", "source", "hit"};

    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (word_find(closed[i], name) != 0)
            return "a code word";
    if (word_find(TYPE_WEEKDAY, name) >= 0)
        return "a code word";
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (bytes_equal(name, bytes_of(reserved[i])))
            return "a word of the language";
    for (size_t i = 0; i < rs->field_count; i++)
        if (bytes_equal(name, bytes_of(rs->fields[i].name)))
            return "a field";
    return NULL;
}

static void
check_name(struct loader *ld, const struct document *doc)
{
    const struct opening *o = gather_opening(doc->kind);
    const char *taken = o->kebab ? NULL : loader_taken(ld->rs, doc->name);
    struct diag *d;

    if (!(o->kebab ? scalar_kebab(doc->name) : scalar_snake(doc->name))) {
        d = diag_add(ld->ds, DIAG_ERROR, "R206", doc->name_at->at, "`%.*s` cannot name %s",
            QUOTE(doc->name), document_blocks[doc->kind].noun);
        diag_label(ld->ds, d, "use small letters, digits and single `%c` between them",
            o->kebab ? '-' : '_');
        diag_help(
            ld->ds, d, "for example  %s: %s", o->key, document_blocks[doc->kind].key[0].example);
    } else if (taken != NULL) {
        d = diag_add(ld->ds, DIAG_ERROR, "R207", doc->name_at->at,
            "`%.*s` is %s, so it cannot name %s", QUOTE(doc->name), taken,
            document_blocks[doc->kind].noun);
        diag_label(ld->ds, d, "choose another name");
    }
}

static int
by_name(const void *left, const void *right)
{
    const struct document *a = left, *b = right;
    int order = bytes_compare(a->name, b->name);

    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static void
tell_twice(struct loader *ld, const struct document *first, struct document *second)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R205", second->name_at->at,
        "the name `%.*s` is given twice", QUOTE(second->name));

    diag_label(ld->ds, d, "second one");
    diag_mark(ld->ds, d, first->name_at->at, "first one");
    diag_note(ld->ds, d,
        "rules, lists, tables, macros, watchlists and exceptions of all files share "
        "one set of names");
}

/* Sorted by name; a name given twice is told, and the later one is left out. */
static bool
register_names(struct loader *ld)
{
    size_t kept = 0;

    ld->named = arena_take(ld->a, ld->doc_count + 1, sizeof *ld->named);
    if (ld->named == NULL)
        return false;
    if (ld->doc_count > 0)
        qsort(ld->doc, ld->doc_count, sizeof *ld->doc, by_name);
    for (size_t i = 0; i < ld->doc_count; i++) {
        struct document *doc = &ld->doc[i];

        if (doc->kind == BLOCK_PACK || doc->name_at == NULL)
            continue;
        check_name(ld, doc);
        if (kept > 0 && bytes_equal(ld->doc[kept - 1].name, doc->name)) {
            tell_twice(ld, &ld->doc[kept - 1], doc);
            continue;
        }
        ld->doc[kept++] = *doc;
    }
    ld->doc_count = kept;
    for (size_t i = 0; i < kept; i++) {
        struct document *doc = &ld->doc[i];
        enum name_kind kind = gather_opening(doc->kind)->names;

        if (kind == NAME_NONE)
            continue;
        assert(doc->name_at != NULL); /* the nameless were left out above */
        doc->named = &ld->named[ld->rs->name_count++];
        *doc->named = (struct named){
            .name = doc->name, .kind = kind, .at = doc->name_at->at, .day = WATCH_NO_DAY};
    }
    ld->rs->names = ld->named;
    return true;
}

static int
name_order(const void *key, const void *doc)
{
    const struct bytes *name = key;

    return bytes_compare(*name, ((const struct document *)doc)->name);
}

struct document *
loader_find(struct loader *ld, struct bytes name)
{
    return ld->doc_count == 0 ? NULL
                              : bsearch(&name, ld->doc, ld->doc_count, sizeof *ld->doc, name_order);
}

int
loader_field(const struct ruleset *rs, struct bytes name, uint8_t *view)
{
    static const char *const views[] = {"own.", "counterparty."};
    char full[LOADER_NAME_MAX + 16];
    struct bytes look = name;

    *view = 0;
    for (uint8_t v = 0; v < 2; v++) {
        size_t size = strlen(views[v]);

        if (name.size <= size || memcmp(name.at, views[v], size) != 0 ||
            name.size - size > LOADER_NAME_MAX)
            continue;
        memcpy(full, "originator.", 11);
        memcpy(full + 11, name.at + size, name.size - size);
        look = (struct bytes){full, name.size - size + 11};
        *view = (uint8_t)(v + 1);
    }
    for (size_t i = 0; i < rs->field_count; i++)
        if (bytes_equal(look, bytes_of(rs->fields[i].name)))
            return (int)i;
    return -1;
}

/* ---- the whole ------------------------------------------------------------- */

void
loader_make(struct loader *ld, struct document *doc)
{
    if (doc->done)
        return;
    doc->opened = true;
    rule_load(ld, doc, doc->rule);
    doc->opened = false;
    doc->done = true;
}

/* Every rule has its place, in the order of names, before any is made: some hear from others. */
bool
loader_places(struct loader *ld)
{
    ld->rs->rule = arena_take(ld->a, ld->doc_count + 1, sizeof *ld->rs->rule);
    for (size_t i = 0; ld->rs->rule != NULL && i < ld->doc_count; i++)
        if (ld->doc[i].kind == BLOCK_RULE && !ld->doc[i].quiet)
            ld->doc[i].rule = &ld->rs->rule[ld->rs->rule_count++];
    return ld->rs->rule != NULL;
}

static bool
make_rules(struct loader *ld)
{
    if (!loader_places(ld))
        return false;
    for (size_t i = 0; i < ld->doc_count; i++)
        if (ld->doc[i].rule != NULL)
            loader_make(ld, &ld->doc[i]);
    return true;
}

static void
tell_no_rule(struct loader *ld, struct bytes name, struct span at, const char *key)
{
    const char **names = arena_take(ld->a, ld->doc_count + 1, sizeof *names);
    const char *best = NULL;
    char room[160];
    size_t count = 0;
    struct diag *d =
        diag_add(ld->ds, DIAG_ERROR, "R250", at, "there is no rule called `%.*s`", QUOTE(name));

    for (size_t i = 0; names != NULL && i < ld->doc_count; i++)
        if (ld->doc[i].kind == BLOCK_RULE && (names[count] = arena_copy(ld->a, ld->doc[i].name)))
            count++;
    if (names != NULL)
        best = document_suggest(name, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
    diag_note(ld->ds, d, "`%s` takes the name of a rule, in any file of this folder", key);
}

static struct document *
find_rule(struct loader *ld, struct bytes name, struct span at, const char *key)
{
    struct document *found = loader_find(ld, name);

    if (found != NULL && found->kind == BLOCK_RULE)
        return found;
    tell_no_rule(ld, name, at, key);
    return NULL;
}

const struct document *
loader_rule_document(struct loader *ld, struct bytes name, struct span at, const char *key)
{
    return find_rule(ld, name, at, key);
}

const struct rule *
loader_rule(struct loader *ld, const struct yaml_node *n, const char *key)
{
    struct document *found = find_rule(ld, n->text, n->at, key);
    struct diag *d;

    if (found == NULL || found->rule == NULL)
        return NULL;
    if (found->opened) {
        d = diag_add(ld->ds, DIAG_ERROR, "R251", n->at, "rules hear from each other in a circle");
        diag_label(ld->ds, d, "this one already hears, directly or through others, from here");
        diag_help(ld->ds, d, "leave one of them out, so that hits flow one way");
        return NULL;
    }
    loader_make(ld, found);
    return found->rule->sound ? found->rule : NULL;
}

/* Rules that differ in nothing but their names and texts (L605). */
static void
tell_same(struct loader *ld)
{
    const struct rule *rule = ld->rs->rule;

    for (size_t i = 0; ld->env->lint && i < ld->rs->rule_count; i++)
        for (size_t k = 0; k < i; k++) {
            struct diag *d;

            if (memcmp(rule[i].meaning, rule[k].meaning, sizeof rule[i].meaning) != 0)
                continue;
            d = diag_add(ld->ds, DIAG_WARNING, "L605", loader_find(ld, rule[i].name)->name_at->at,
                "the rule `%.*s` means the same as `%.*s`", QUOTE(rule[i].name),
                QUOTE(rule[k].name));
            diag_label(ld->ds, d, "every alert would come twice");
            diag_mark(ld->ds, d, loader_find(ld, rule[k].name)->name_at->at, "the other one");
            break;
        }
}

/* Documents that are known, but whose operators or meaning are not of this version. */
static void
tell_later(struct loader *ld, const struct document *doc)
{
    if (!doc->quiet && doc->kind == BLOCK_CLUSTER)
        (void)document_check(ld->ds, doc->kind, doc->map, doc->name_at->at);
}

static void
hash_all(struct ruleset *rs, struct sha256 *s)
{
    sha256_add_field(s, rs->pack_name.at, rs->pack_name.size);
    for (size_t i = 0; i < rs->rule_count; i++) {
        sha256_add_field(s, rs->rule[i].name.at, rs->rule[i].name.size);
        sha256_add_field(s, rs->rule[i].hash, sizeof rs->rule[i].hash);
    }
    for (size_t i = 0; i < rs->name_count; i++) {
        const struct named *n = &rs->names[i];

        sha256_add_field(s, n->name.at, n->name.size);
        if (n->kind == NAME_LIST && n->list != NULL)
            sha256_add_field(s, list_hash(n->list), 32);
        else if (n->kind == NAME_TABLE && n->table != NULL)
            sha256_add_field(s, table_hash(n->table), 32);
        else if (n->kind == NAME_WATCHLIST && n->watch != NULL)
            sha256_add_field(s, watch_hash(n->watch), 32);
    }
    sha256_end(s, rs->hash);
}

static bool
make_all(struct loader *ld)
{
    struct sha256 *s;

    ld->rs->matcher = matcher_new(ld->a);
    if (ld->rs->matcher == NULL || !pack_load(ld) || !register_names(ld))
        return false;
    for (size_t i = 0; i < ld->doc_count; i++) {
        tell_later(ld, &ld->doc[i]);
        if (ld->doc[i].kind == BLOCK_MACRO)
            macro_load(ld, &ld->doc[i]);
        else
            dated_load(ld, &ld->doc[i]);
    }
    except_check(ld);
    override_check(ld);
    if (!make_rules(ld) || ld->no_memory)
        return false;
    if (diags_errors(ld->ds) > 0)
        return true;
    if (!matcher_build(ld->rs->matcher))
        return false;
    tell_same(ld);
    if (ld->env->lint)
        repeated_tell(ld);
    unused_tell(ld); /* with errors about, a misspelt name would be told twice */
    s = sha256_new();
    if (s == NULL)
        return false;
    hash_all(ld->rs, s);
    sha256_free(s);
    return !ld->no_memory;
}

struct ruleset *
ruleset_new(void)
{
    struct ruleset *rs = alloc_zero(1, sizeof *rs);

    if (rs == NULL)
        return NULL;
    rs->arena = alloc_take(sizeof *rs->arena);
    if (rs->arena == NULL) {
        alloc_free(rs);
        return NULL;
    }
    arena_init(rs->arena, 0, "rules");
    return rs;
}

static bool
keep_documents(struct loader *ld)
{
    struct document *kept = arena_take(ld->a, ld->doc_count + 1, sizeof *kept);

    if (kept == NULL)
        return false;
    if (ld->doc_count > 0)
        memcpy(kept, ld->doc, ld->doc_count * sizeof *kept);
    ld->rs->documents = kept;
    ld->rs->document_count = ld->doc_count;
    return true;
}

enum weir_status
ruleset_load(const char *const *paths, size_t path_count, const struct rules_env *env,
    struct diags *ds, struct ruleset **out, struct weir_err *err)
{
    struct loader ld = {.ds = ds, .env = env, .rs = ruleset_new()};
    enum weir_status st = WEIR_OK;

    *out = ld.rs;
    if (ld.rs == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the rules");
    ld.a = ld.rs->arena;
    for (size_t i = 0; i < path_count && st == WEIR_OK; i++)
        st = gather_path(&ld, paths[i], err);
    if (st == WEIR_OK && (!make_all(&ld) || ld.no_memory))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the rules");
    if (st == WEIR_OK && !keep_documents(&ld))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the rules");
    if (st == WEIR_OK)
        ruleset_allow(ld.rs, ds, ALLOW_LOAD);
    alloc_free(ld.doc);
    if (st != WEIR_OK) {
        ruleset_free(ld.rs);
        *out = NULL;
    }
    return st;
}

void
ruleset_free(struct ruleset *rs)
{
    if (rs == NULL)
        return;
    if (!rs->varied)
        zone_close(rs->zone);
    kept_free(rs->kept);
    arena_fini(rs->arena);
    alloc_free(rs->arena);
    alloc_free(rs);
}
