/*
 * gather - the documents of all files below a rule folder, each with its kind and name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "rule/loader.h"
#include "weir/limits.h"

enum { DOCUMENTS_MAX = 20000, KEYS_COMPARED = 1000, TWICE_MANY = 1 << 20 };

/* ---- documents of a file -------------------------------------------------- */

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

const struct opening *
gather_opening(enum block kind)
{
    for (size_t i = 0; i < OPENINGS; i++)
        if (openings[i].kind == kind)
            return &openings[i];
    return NULL;
}

/* Where a document comes from. */
struct origin {
    const char *folder, *path;
    bool faulty; /* the file has faults of notation */
};

static struct document *
new_document(struct loader *ld, const struct yaml_node *map)
{
    if (ld->doc_count == DOCUMENTS_MAX) {
        diag_add(
            ld->ds, DIAG_ERROR, "R512", map->at, "there are more than %d documents", DOCUMENTS_MAX);
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
    d = diag_add(ld->ds, DIAG_ERROR, "R202", map->count > 0 ? map->entry[0].key_at : map->at,
        "it is not said what this document is");
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
    diag_help(ld->ds, d,
        "a document begins with one of  pack:  rule:  list:  table:  macro:  "
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
        struct diag *d = diag_add(
            ld->ds, DIAG_ERROR, "R204", at->key_at, "`%s` takes the document's name", found->key);

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
        diag_help(ld->ds, d,
            "it begins with one of  pack:  rule:  list:  table:  macro:  "
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

/* The text of a file, or what an editor has in its place. */
static bool
text_of(const struct loader *ld, const char *path, struct buf *room, struct bytes *text,
    struct weir_err *note)
{
    if (ld->env->unsaved_path != NULL && strcmp(path, ld->env->unsaved_path) == 0) {
        *text = ld->env->unsaved;
        return true;
    }
    if (file_read(path, LIMIT_YAML_BYTES, room, note) != WEIR_OK)
        return false;
    *text = buf_bytes(room);
    return true;
}

static enum weir_status
read_file(struct loader *ld, const char *folder, const char *path, struct weir_err *err)
{
    struct buf room = {0};
    struct bytes text;
    struct rule_file *file = arena_take(ld->a, 1, sizeof *file);
    size_t errors = diags_errors(ld->ds);
    struct origin from = {.folder = folder, .path = path};
    struct weir_err note = {0};

    if (!text_of(ld, path, &room, &text, &note)) {
        struct span at = {.file = diag_file(ld->ds, path, (struct bytes){"", 0})};

        buf_fini(&room);
        diag_add(ld->ds, DIAG_ERROR, "R501", at, "this file cannot be read: %s", note.text);
        return WEIR_OK;
    }
    if (file == NULL || !yaml_read(ld->a, ld->ds, path, text, &file->yaml)) {
        buf_fini(&room);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read %s", path);
    }
    buf_fini(&room);
    file->next = ld->rs->files;
    ld->rs->files = file;
    add_file(ld, &from, &file->yaml, diags_errors(ld->ds) - errors);
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

enum weir_status
gather_path(struct loader *ld, const char *path, struct weir_err *err)
{
    struct file_list files = {0};
    bool unsaved = ld->env->unsaved_path != NULL && strcmp(path, ld->env->unsaved_path) == 0 &&
                   !file_exists(path);
    enum weir_status st = unsaved ? WEIR_OK : list_files(&files, path, err);
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
    if (unsaved && !met_before(ld, path))
        st = read_file(ld, ".", path, err);
    return st;
}
