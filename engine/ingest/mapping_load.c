/* mapping_load - a mapping from its YAML: the root, and what the readers of its keys share. */
#include "ingest/mapping_load.h"

#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/zone.h"
#include "ingest/capture.h"
#include "text/regex.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

void *
load_take(struct loader *l, size_t count, size_t size)
{
    void *p = arena_take(l->arena, count, size);

    if (p == NULL)
        l->no_memory = true;
    return p;
}

const char *
load_copy(struct loader *l, struct bytes text)
{
    char *copy = arena_copy(l->arena, text);

    if (copy == NULL)
        l->no_memory = true;
    return copy;
}

void
load_wants(struct loader *l, struct span at, const char *key, const char *wants)
{
    (void)diag_add(l->ds, DIAG_ERROR, "R204", at, "`%s` takes %s", key, wants);
}

void
load_unknown(struct loader *l, const struct yaml_entry *e, const char *noun,
    const char *const *names, size_t count)
{
    size_t best[1];
    struct diag *d =
        diag_add(l->ds, DIAG_ERROR, "R203", e->key_at, "%s has no key `%.*s`", noun, QUOTE(e->key));

    if (diag_nearest(e->key, names, count, best, 1) > 0)
        diag_label(l->ds, d, "did you mean `%s`?", names[best[0]]);
    diag_note(l->ds, d,
        "unknown keys are always errors; to leave a remark for colleagues use a YAML comment");
}

struct bytes
load_text(struct loader *l, const struct yaml_entry *e, const char *wants)
{
    char key[64];

    (void)snprintf(key, sizeof key, "%.*s", QUOTE(e->key));
    if (e->value->kind == YAML_SCALAR && e->value->text.size > 0 &&
        memchr(e->value->text.at, '\0', e->value->text.size) == NULL)
        return e->value->text;
    load_wants(l, e->value->kind == YAML_SCALAR ? e->key_at : e->value->at, key, wants);
    return (struct bytes){"", 0};
}

bool
load_is_map(struct loader *l, const struct yaml_entry *e)
{
    char key[64];

    (void)snprintf(key, sizeof key, "%.*s", QUOTE(e->key));
    if (e->value->kind == YAML_MAP)
        return true;
    load_wants(l, e->key_at, key, "keys with values below it");
    return false;
}

static const struct regex *
keep_regex(struct loader *l, struct regex *re)
{
    struct regex_link *link = load_take(l, 1, sizeof *link);

    if (link == NULL) {
        regex_free(re);
        return NULL;
    }
    *link = (struct regex_link){re, l->m->regexes};
    l->m->regexes = link;
    return re;
}

const struct regex *
load_regex(struct loader *l, const struct yaml_node *n, bool part)
{
    struct buf pattern = {0};
    struct regex *re = NULL;
    char fault[200];
    size_t at = 0;

    if (n->kind != YAML_SCALAR || n->text.size == 0) {
        (void)diag_add(l->ds, DIAG_ERROR, "R232", n->at, "an expression is missing here");
        return NULL;
    }
    if (part && !capture_rewrite(n->text, &pattern)) {
        struct diag *d = diag_add(l->ds, DIAG_ERROR, "R232", n->at,
            "it is not clear which part of this expression is wanted");

        diag_help(
            l->ds, d, "put the wanted part into the only pair of ( ); group all else by (?: )");
        buf_fini(&pattern);
        return NULL;
    }
    if (!part)
        buf_add(&pattern, n->text.at, n->text.size);
    if (!pattern.failed)
        re = regex_compile(buf_bytes(&pattern), false, fault, sizeof fault, &at);
    else
        l->no_memory = true;
    buf_fini(&pattern);
    if (re == NULL && !l->no_memory)
        (void)diag_add(l->ds, DIAG_ERROR, "R232",
            yaml_span(n, at < n->text.size ? at : n->text.size, at < n->text.size ? 1 : 0),
            "this expression cannot be read: %s", fault);
    return re == NULL ? NULL : keep_regex(l, re);
}

enum { KEYS_MAX = 64 };

static void
read_root(struct loader *l)
{
    const char *names[KEYS_MAX];

    assert(load_key_count <= KEYS_MAX);
    for (size_t k = 0; k < load_key_count; k++) {
        names[k] = load_keys[k].name;
        for (size_t i = 0; i < l->root->count; i++)
            if (bytes_equal(l->root->entry[i].key, bytes_of(names[k])))
                load_keys[k].read(l, &l->root->entry[i]);
    }
    for (size_t i = 0; i < l->root->count; i++) {
        size_t k = 0;

        while (k < load_key_count && !bytes_equal(l->root->entry[i].key, bytes_of(names[k])))
            k++;
        if (k == load_key_count)
            load_unknown(l, &l->root->entry[i], "a mapping", names, load_key_count);
    }
}

bool
mapping_parse(struct arena *a, struct diags *ds, const char *path, struct bytes text,
    const struct field *extra, uint32_t extra_count, struct mapping *m)
{
    struct loader l = {.arena = a, .ds = ds, .m = m, .extra = extra, .extra_count = extra_count};
    struct yaml_file file = {0};
    size_t before = diags_errors(ds);

    *m = (struct mapping){.path = path,
        .delimiter = ',',
        .quote = '"',
        .has_header = true,
        .amount_format = {.decimal = '.'}};
    if (!yaml_read(a, ds, path, text, &file))
        return false;
    l.whole = (struct span){file.file, 0, 0};
    m->file = file.file;
    if (file.count == 0 || file.document[0] == NULL || file.document[0]->kind != YAML_MAP) {
        if (diags_errors(ds) == before)
            (void)diag_add(ds, DIAG_ERROR, "R202", l.whole, "a mapping holds keys with values");
        return true;
    }
    if (file.count > 1)
        (void)diag_add(ds, DIAG_ERROR, "R236", file.document[1]->at,
            "a file holds one mapping; put the next one into a file of its own");
    l.root = file.document[0];
    if (l.root->count > 0)
        l.whole = l.root->entry[0].key_at;
    read_root(&l);
    load_finish(&l);
    return !l.no_memory;
}

void
mapping_drop(struct mapping *m)
{
    for (struct regex_link *r = m->regexes; r != NULL; r = r->next)
        regex_free(r->re);
    m->regexes = NULL;
    zone_close(m->zone);
    m->zone = NULL;
}
