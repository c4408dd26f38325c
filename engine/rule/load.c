/*
 * load - the files below a rule folder, read, named and turned into a ruleset.
 *
 * First every document of every file is registered under its name, so that the order of
 * files never matters; then the pack, lists, macros and rules are made; then what is left over
 * is told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/sha256.h"
#include "base/zone.h"
#include "rule/loader.h"
#include "weir/limits.h"

enum { DOCUMENTS_MAX = 20000, KEYS_COMPARED = 1000, TWICE_MANY = 1 << 20 };

/* ---- documents of a file -------------------------------------------------- */

/* The kinds of documents: the key that opens them, and how their names look. */
struct opening {
    const char *key;
    enum block kind;
    enum name_kind names; /* NAME_NONE: not used in expressions */
    bool kebab;
};
static const struct opening openings[] = {
    {"pack", BLOCK_PACK, NAME_NONE, true},
    {"rule", BLOCK_RULE, NAME_NONE, true},
    {"exception", BLOCK_EXCEPTION_DOCUMENT, NAME_NONE, true},
    {"overrides", BLOCK_OVERRIDES, NAME_NONE, true},
    {"list", BLOCK_LIST, NAME_LIST, false},
    {"table", BLOCK_TABLE, NAME_TABLE, false},
    {"macro", BLOCK_MACRO, NAME_MACRO, false},
    {"watchlist", BLOCK_WATCHLIST, NAME_WATCHLIST, false},
    {"cluster", BLOCK_CLUSTER, NAME_NONE, false},
};
enum { OPENINGS = sizeof openings / sizeof *openings };

/* Where a document comes from. */
struct origin {
    const char *folder, *path;
    bool faulty; /* the file has faults of notation */
};

static struct document *
new_document(struct loader *ld, const struct yaml_node *map)
{
    if (ld->doc_count == DOCUMENTS_MAX) {
        diag_add(ld->ds, DIAG_ERROR, "R512", map->at, "there are more than %d documents",
            DOCUMENTS_MAX);
        return NULL;
    }
    if (ld->doc_count == ld->doc_cap) {
        size_t cap = ld->doc_cap == 0 ? 64 : ld->doc_cap * 2;
        struct document *more = alloc_grow(ld->doc, cap * sizeof *more);

        if (more == NULL) {
            ld->no_memory = true;
            return NULL;
        }
        ld->doc = more;
        ld->doc_cap = cap;
    }
    ld->doc[ld->doc_count] = (struct document){.order = ld->doc_count};
    return &ld->doc[ld->doc_count++];
}

static void
tell_kinds(struct loader *ld, const struct yaml_node *map, const struct yaml_entry *second)
{
    struct diag *d;

    if (second != NULL) {
        d = diag_add(ld->ds, DIAG_ERROR, "R202", second->key_at,
            "a document is of one kind, and this one is of two");
        diag_label(ld->ds, d, "put `---` on a line of its own between two documents");
        return;
    }
    d = diag_add(ld->ds, DIAG_ERROR, "R202",
        map->count > 0 ? map->entry[0].key_at : map->at, "it is not said what this document is");
    if (map->count > 0) {
        const char *names[OPENINGS];
        char room[160];
        const char *best;

        for (size_t i = 0; i < OPENINGS; i++)
            names[i] = openings[i].key;
        best = document_suggest(map->entry[0].key, names, OPENINGS, room, sizeof room);
        if (best != NULL)
            diag_label(ld->ds, d, "did you mean %s?", best);
    }
    diag_help(ld->ds, d, "a document begins with one of  pack:  rule:  list:  table:  macro:  "
                         "watchlist:  exception:  and its name");
}

static void
add_map(struct loader *ld, const struct origin *from, const struct yaml_node *map)
{
    const struct opening *found = NULL;
    const struct yaml_entry *at = NULL;
    struct document *doc;

    for (size_t i = 0; i < OPENINGS; i++) {
        const struct yaml_entry *e = document_entry(map, openings[i].key);

        if (e != NULL && found != NULL) {
            tell_kinds(ld, map, e->key_at.from > at->key_at.from ? e : at);
            return;
        }
        if (e != NULL) {
            found = &openings[i];
            at = e;
        }
    }
    if (found == NULL) {
        tell_kinds(ld, map, NULL);
        return;
    }
    doc = new_document(ld, map);
    if (doc == NULL)
        return;
    doc->kind = found->kind;
    doc->map = map;
    doc->name_at = document_scalar(map, found->key);
    doc->name = doc->name_at == NULL ? (struct bytes){"", 0} : doc->name_at->text;
    doc->folder = from->folder;
    doc->path = from->path;
    doc->quiet = from->faulty;
    if (doc->name_at == NULL) {
        struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R204", at->key_at,
            "`%s` takes the document's name", found->key);

        diag_help(ld->ds, d, "for example  %s: %s", found->key,
            document_blocks[found->kind].key[0].example);
        doc->quiet = true;
    }
}

static void
add_node(struct loader *ld, const struct origin *from, const struct yaml_node *node)
{
    bool list = node->kind == YAML_LIST;
    struct diag *d;

    if (node->kind == YAML_MAP) {
        add_map(ld, from, node);
        return;
    }
    for (size_t i = 0; list && i < node->count; i++)
        list = node->entry[i].value != NULL && node->entry[i].value->kind == YAML_MAP;
    if (!list) {
        if (from->faulty)
            return;
        d = diag_add(ld->ds, DIAG_ERROR, "R202", node->at, "a document holds keys with values");
        diag_help(ld->ds, d, "it begins with one of  pack:  rule:  list:  table:  macro:  "
                             "watchlist:  exception:  and its name");
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        add_map(ld, from, node->entry[i].value);
}

/* Keys given twice below a node, each of which is one message; TWICE_MANY: too many keys to say. */
static size_t
count_twice(const struct yaml_node *n)
{
    size_t count = 0;

    if (n == NULL || n->kind == YAML_SCALAR)
        return 0;
    if (n->kind == YAML_MAP && n->count > KEYS_COMPARED)
        return TWICE_MANY;
    for (size_t i = 0; i < n->count; i++) {
        bool twice = false;

        for (size_t k = 0; n->kind == YAML_MAP && k < i && !twice; k++)
            twice = bytes_equal(n->entry[i].key, n->entry[k].key);
        count += twice;
        count += count_twice(n->entry[i].value);
    }
    return count;
}

/* A key given twice spoils its document; any other fault of notation the whole file. */
static void
add_file(struct loader *ld, struct origin *from, const struct yaml_file *file, size_t errors)
{
    size_t twice = 0;

    for (size_t i = 0; errors > 0 && i < file->count; i++)
        twice += file->document[i] == NULL ? 0 : count_twice(file->document[i]);
    for (size_t i = 0; i < file->count; i++) {
        if (file->document[i] == NULL)
            continue;
        from->faulty = errors > 0 && (twice != errors || count_twice(file->document[i]) > 0);
        add_node(ld, from, file->document[i]);
    }
}

static enum weir_status
read_file(struct loader *ld, const char *folder, const char *path, struct weir_err *err)
{
    struct buf text = {0};
    struct yaml_file file = {0};
    size_t errors = diags_errors(ld->ds);
    struct origin from = {.folder = folder, .path = path};
    struct weir_err note = {0};

    if (file_read(path, LIMIT_YAML_BYTES, &text, &note) != WEIR_OK) {
        struct span at = {.file = diag_file(ld->ds, path, (struct bytes){"", 0})};

        buf_fini(&text);
        diag_add(ld->ds, DIAG_ERROR, "R501", at, "this file cannot be read: %s", note.text);
        return WEIR_OK;
    }
    if (!yaml_read(ld->a, ld->ds, path, buf_bytes(&text), &file)) {
        buf_fini(&text);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read %s", path);
    }
    buf_fini(&text);
    add_file(ld, &from, &file, diags_errors(ld->ds) - errors);
    return WEIR_OK;
}

static bool
is_yaml(const char *path)
{
    size_t size = strlen(path);

    return (size > 5 && strcmp(path + size - 5, ".yaml") == 0) ||
           (size > 4 && strcmp(path + size - 4, ".yml") == 0);
}

/* The folder that files named in documents must lie below: the path, or that of the one file. */
static char *
folder_of(struct loader *ld, const char *path, const struct file_list *files)
{
    bool one = files->count == 1 && strcmp(files->path[0], path) == 0;
    const char *slash = strrchr(path, '/');

    if (!one)
        return arena_copy(ld->a, bytes_of(path));
    if (slash == NULL)
        return arena_copy(ld->a, bytes_of("."));
    return arena_copy(ld->a, (struct bytes){path, slash == path ? 1 : (size_t)(slash - path)});
}

static bool
met_before(const struct loader *ld, const char *path)
{
    for (size_t i = 0; i < ld->doc_count; i++)
        if (strcmp(ld->doc[i].path, path) == 0)
            return true;
    return false;
}

/* A folder of rules that is not there is a fault of the configuration, not of an input. */
static enum weir_status
list_files(struct file_list *files, const char *path, struct weir_err *err)
{
    enum weir_status st = file_list_add(files, path, err);

    if (st != WEIR_OK && err->trouble == WEIR_TROUBLE_INPUT)
        err->trouble = WEIR_TROUBLE_RULES;
    return st;
}

static enum weir_status
read_path(struct loader *ld, const char *path, struct weir_err *err)
{
    struct file_list files = {0};
    enum weir_status st = list_files(&files, path, err);
    const char *folder = st == WEIR_OK ? folder_of(ld, path, &files) : NULL;
    bool one = st == WEIR_OK && files.count == 1 && strcmp(files.path[0], path) == 0;

    for (size_t i = 0; st == WEIR_OK && i < files.count; i++) {
        const char *copy;

        if ((!one && !is_yaml(files.path[i])) || met_before(ld, files.path[i]))
            continue;
        copy = arena_copy(ld->a, bytes_of(files.path[i]));
        if (copy == NULL || folder == NULL)
            st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the rules");
        else
            st = read_file(ld, folder, copy, err);
    }
    file_list_fini(&files);
    return st;
}

/* ---- names ---------------------------------------------------------------- */

static const struct opening *
opening_of(enum block kind)
{
    for (size_t i = 0; i < OPENINGS; i++)
        if (openings[i].kind == kind)
            return &openings[i];
    return NULL;
}

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
    const struct opening *o = opening_of(doc->kind);
    const char *taken = o->kebab ? NULL : loader_taken(ld->rs, doc->name);
    struct diag *d;

    if (!(o->kebab ? scalar_kebab(doc->name) : scalar_snake(doc->name))) {
        d = diag_add(ld->ds, DIAG_ERROR, "R206", doc->name_at->at, "`%.*s` cannot name %s",
            QUOTE(doc->name), document_blocks[doc->kind].noun);
        diag_label(ld->ds, d, "use small letters, digits and single `%c` between them",
            o->kebab ? '-' : '_');
        diag_help(ld->ds, d, "for example  %s: %s", o->key,
            document_blocks[doc->kind].key[0].example);
    } else if (taken != NULL) {
        d = diag_add(ld->ds, DIAG_ERROR, "R207", doc->name_at->at, "`%.*s` is %s, so it cannot name %s",
            QUOTE(doc->name), taken, document_blocks[doc->kind].noun);
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
    diag_note(ld->ds, d, "rules, lists, tables, macros, watchlists and exceptions of all files share "
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
        enum name_kind kind = opening_of(doc->kind)->names;

        if (kind == NAME_NONE)
            continue;
        doc->named = &ld->named[ld->rs->name_count++];
        *doc->named = (struct named){.name = doc->name, .kind = kind, .at = doc->name_at->at};
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
    return ld->doc_count == 0
               ? NULL
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

static bool
make_rules(struct loader *ld)
{
    size_t count = 0;

    for (size_t i = 0; i < ld->doc_count; i++)
        count += ld->doc[i].kind == BLOCK_RULE;
    ld->rs->rule = arena_take(ld->a, count + 1, sizeof *ld->rs->rule);
    if (ld->rs->rule == NULL)
        return false;
    for (size_t i = 0; i < ld->doc_count; i++) {
        const struct document *doc = &ld->doc[i];

        if (doc->kind == BLOCK_RULE && !doc->quiet)
            rule_load(ld, doc, &ld->rs->rule[ld->rs->rule_count++]);
    }
    return true;
}

/* Documents that are known, but whose operators or meaning are not of this version. */
static void
tell_later(struct loader *ld, const struct document *doc)
{
    if (!doc->quiet && (doc->kind == BLOCK_CLUSTER || doc->kind == BLOCK_OVERRIDES))
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

    if (!pack_load(ld) || !register_names(ld))
        return false;
    for (size_t i = 0; i < ld->doc_count; i++) {
        tell_later(ld, &ld->doc[i]);
        if (ld->doc[i].kind == BLOCK_MACRO)
            macro_load(ld, &ld->doc[i]);
        else
            dated_load(ld, &ld->doc[i]);
    }
    except_check(ld);
    if (!make_rules(ld) || ld->no_memory)
        return false;
    if (diags_errors(ld->ds) > 0)
        return true;
    unused_tell(ld); /* with errors about, a misspelt name would be told twice */
    s = sha256_new();
    if (s == NULL)
        return false;
    hash_all(ld->rs, s);
    sha256_free(s);
    return !ld->no_memory;
}

static struct ruleset *
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
        st = read_path(&ld, paths[i], err);
    if (st == WEIR_OK && (!make_all(&ld) || ld.no_memory))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the rules");
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
    zone_close(rs->zone);
    arena_fini(rs->arena);
    alloc_free(rs->arena);
    alloc_free(rs);
}
