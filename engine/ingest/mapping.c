/* mapping - all mappings of a run, and which of them a file is for. */
#include "ingest/mapping.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "ingest/plan.h"
#include "text/fold.h"
#include "text/regex.h"
#include "weir/limits.h"

struct mappings {
    struct mapping **at; /* in order of path */
    size_t count, cap;
    const struct field *extra;
    uint32_t extra_count;
};

/* ---- loading ---- */

static struct mappings *
begin(struct arena *a, struct mappings **all)
{
    if (*all == NULL)
        *all = arena_take(a, 1, sizeof **all);
    return *all;
}

bool
mappings_extra(struct arena *a, const struct field *extra, uint32_t count, struct mappings **all)
{
    struct mappings *m = begin(a, all);

    if (m == NULL)
        return false;
    m->extra = extra;
    m->extra_count = count;
    return true;
}

static bool
make_room(struct arena *a, struct mappings *all)
{
    size_t cap = all->cap == 0 ? 16 : all->cap * 2;
    struct mapping **at;

    if (all->count < all->cap)
        return true;
    at = arena_take(a, cap, sizeof *at);
    if (at == NULL)
        return false;
    if (all->count > 0)
        memcpy(at, all->at, all->count * sizeof *at);
    all->at = at;
    all->cap = cap;
    return true;
}

/* Keep the order of path, and names unlike each other. */
static void
insert(struct diags *ds, struct mappings *all, struct mapping *m)
{
    size_t i = all->count++;

    for (size_t k = 0; k < i; k++)
        if (m->name != NULL && all->at[k]->name != NULL && strcmp(all->at[k]->name, m->name) == 0)
            (void)diag_add(ds, DIAG_ERROR, "R240", (struct span){m->file, 0, 0},
                "there are two mappings called `%s`; the other is %s", m->name, all->at[k]->path);
    for (; i > 0 && strcmp(all->at[i - 1]->path, m->path) > 0; i--)
        all->at[i] = all->at[i - 1];
    all->at[i] = m;
}

/* The message of a file that could not be read, under its own name. */
static void
unreadable(struct diags *ds, const char *path, const struct weir_err *err)
{
    uint32_t file = diag_file(ds, path, (struct bytes){"", 0});

    (void)diag_add(ds, DIAG_ERROR, "R101", (struct span){file, 0, 0}, "%s", err->text);
}

static bool
load_one(struct arena *a, struct diags *ds, const char *path, struct mappings *all)
{
    struct mapping *m = arena_take(a, 1, sizeof *m);
    const char *kept = arena_copy(a, bytes_of(path));
    size_t before = diags_errors(ds);
    struct buf text = {0};
    struct weir_err err = {0};
    bool fine = true;

    if (m == NULL || kept == NULL || !make_room(a, all))
        return false;
    if (file_read(path, LIMIT_YAML_BYTES, &text, &err) != WEIR_OK)
        unreadable(ds, path, &err);
    else
        fine = mapping_parse(a, ds, kept, buf_bytes(&text), all->extra, all->extra_count, m);
    buf_fini(&text);
    if (fine && diags_errors(ds) == before)
        insert(ds, all, m);
    else
        mapping_drop(m);
    return fine;
}

static bool
is_yaml(const char *path)
{
    size_t size = strlen(path);

    return (size > 5 && strcmp(path + size - 5, ".yaml") == 0) ||
           (size > 4 && strcmp(path + size - 4, ".yml") == 0);
}

bool
mappings_load(struct arena *a, struct diags *ds, const char *path, struct mappings **all)
{
    struct mappings *m = begin(a, all);
    struct file_list list = {0};
    struct weir_err err = {0};
    bool fine = m != NULL, any = false;

    if (!fine)
        return false;
    if (file_list_add(&list, path, &err) != WEIR_OK) {
        unreadable(ds, path, &err);
        file_list_fini(&list);
        return true;
    }
    for (size_t i = 0; i < list.count && fine; i++) {
        /* A file named outright is one whatever it is called; in a folder its name tells. */
        if (strcmp(list.path[i], path) != 0 && !is_yaml(list.path[i]))
            continue;
        any = true;
        fine = load_one(a, ds, list.path[i], m);
    }
    if (fine && !any)
        (void)diag_add(ds, DIAG_ERROR, "R241",
            (struct span){diag_file(ds, path, (struct bytes){"", 0}), 0, 0},
            "there is no mapping here: a folder holds files that end in .yaml");
    file_list_fini(&list);
    return fine;
}

void
mappings_free(struct mappings *all)
{
    for (size_t i = 0; all != NULL && i < all->count; i++)
        mapping_drop(all->at[i]);
}

/* ---- asking ---- */

size_t
mappings_count(const struct mappings *all)
{
    return all == NULL ? 0 : all->count;
}

const struct mapping *
mappings_at(const struct mappings *all, size_t i)
{
    return all->at[i];
}

const char *
mapping_name(const struct mapping *m)
{
    return m->name;
}

const char *
mapping_bank(const struct mapping *m)
{
    return m->bank;
}

bool
mapping_twins_once(const struct mapping *m)
{
    return m->twins_once;
}

uint64_t
mapping_fields(const struct mapping *m)
{
    uint64_t fields = UINT64_C(1) << TXN_ID | UINT64_C(1) << TXN_TIME | UINT64_C(1) << TXN_AMOUNT |
                      UINT64_C(1) << TXN_CURRENCY | UINT64_C(1) << TXN_AMOUNT_EUR |
                      UINT64_C(1) << TXN_SOURCE_BANK;
    uint64_t parties = UINT64_C(1) << TXN_O_KIND | UINT64_C(1) << TXN_B_KIND;

    for (uint32_t i = 0; i < m->step_count; i++) {
        const struct step *s = &m->step[i];

        fields |= UINT64_C(1) << s->field;
        if (s->side != SIDE_NONE)
            fields |= UINT64_C(1) << (s->field + TXN_PARTY_SPAN);
    }
    if (m->balance.kind != SOURCE_NONE)
        fields |= UINT64_C(1) << TXN_O_BALANCE_EUR | UINT64_C(1) << TXN_B_BALANCE_EUR;
    if (m->infer_country)
        fields |= UINT64_C(1) << TXN_O_COUNTRY | UINT64_C(1) << TXN_B_COUNTRY;
    return fields | parties;
}

void
mapping_reader(const struct mapping *m, struct reader_spec *spec)
{
    spec->notation = m->notation;
    spec->encoding = m->encoding;
    spec->delimiter = m->delimiter;
    spec->quote = m->quote;
    spec->escape = m->escape;
    spec->skip_lines = m->skip_lines;
    spec->header_regex = m->header_regex;
    spec->has_header = m->notation == READER_CSV && m->has_header;
    spec->footer_regex = m->footer_regex;
    spec->names = m->column_name;
    spec->name_count = m->notation == READER_JSONL ? m->column_count : 0;
}
