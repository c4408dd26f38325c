/*
 * pack - the one document that says how time runs and which columns an installation adds.
 */
#include <string.h>

#include "base/zone.h"
#include "rule/loader.h"

enum { LANGUAGE = 1, LATENESS_DAYS = 7 };

/* In the order of CHOICE_COLUMN_TYPE. */
static const enum type column_type[] = {TYPE_TEXT, TYPE_CODE, TYPE_ACCOUNT, TYPE_PHONE, TYPE_BANK,
    TYPE_COUNTRY, TYPE_CURRENCY, TYPE_CHANNEL, TYPE_KIND, TYPE_TIME, TYPE_DATE};

static void
read_language(struct loader *ld, const struct yaml_node *n)
{
    int64_t language;
    struct diag *d;

    if (!scalar_int(ld, n, "`language`", 1, INT32_MAX, &language) || language == LANGUAGE)
        return;
    d = diag_add(ld->ds, DIAG_ERROR, "R221", n->at,
        "these rules are written in language version %lld, and this program reads version 1",
        (long long)language);
    diag_label(ld->ds, d, "newer than this program");
    diag_help(ld->ds, d, "use a newer program for them, or write  language: 1");
}

static void
read_timezone(struct loader *ld, const struct yaml_node *n)
{
    struct weir_err err = {0};
    char *name;
    struct diag *d;

    if (n == NULL)
        return;
    name = arena_copy(ld->a, n->text);
    if (name == NULL) {
        ld->no_memory = true;
    } else if (zone_open(name, &ld->rs->zone, &err) != WEIR_OK) {
        d = diag_add(ld->ds, DIAG_ERROR, "R222", n->at, "%s", err.text);
        diag_label(ld->ds, d, "not a time zone");
        diag_help(ld->ds, d, "write a name such as  timezone: Europe/Belgrade");
    }
}

static bool
field_taken(const struct ruleset *rs, struct bytes name)
{
    for (size_t i = 0; i < rs->field_count; i++)
        if (bytes_equal(name, bytes_of(rs->fields[i].name)))
            return true;
    return bytes_equal(name, bytes_of("own")) || bytes_equal(name, bytes_of("counterparty")) ||
           bytes_equal(name, bytes_of("direction")) || bytes_equal(name, bytes_of("originator")) ||
           bytes_equal(name, bytes_of("beneficiary")) || bytes_equal(name, bytes_of("about"));
}

static void
read_field(struct loader *ld, const struct yaml_entry *e, struct field *fields)
{
    size_t type;
    struct diag *d;

    if (e->value == NULL || e->value->kind != YAML_SCALAR) {
        d = diag_add(ld->ds, DIAG_ERROR, "R204", e->key_at, "an added column takes a type");
        diag_help(ld->ds, d, "for example  fields: {ip: text}");
        return;
    }
    if (!scalar_snake(e->key) || field_taken(ld->rs, e->key)) {
        d = diag_add(ld->ds, DIAG_ERROR, "R206", e->key_at, "`%.*s` cannot name an added column",
            QUOTE(e->key));
        diag_label(ld->ds, d,
            scalar_snake(e->key) ? "a field has this name already"
                                 : "use small letters, digits and single `_` between them");
        return;
    }
    if (ld->rs->field_count == LIMIT_FIELDS) {
        diag_add(ld->ds, DIAG_ERROR, "R510", e->key_at, "at most %d fields fit, core ones included",
            LIMIT_FIELDS);
        return;
    }
    if (!scalar_choice(ld, e->value, "type of column", CHOICE_COLUMN_TYPE, &type))
        return;
    fields[ld->rs->field_count].type = column_type[type];
    fields[ld->rs->field_count].name = arena_copy(ld->a, e->key);
    if (fields[ld->rs->field_count].name == NULL)
        ld->no_memory = true;
    else
        ld->rs->field_count++;
}

/* The core fields, then the added ones in the order of the pack. */
static bool
set_fields(struct loader *ld, const struct yaml_node *map)
{
    struct field *fields = arena_take(ld->a, LIMIT_FIELDS, sizeof *fields);

    if (fields == NULL)
        return false;
    memcpy(fields, txn_fields, TXN_FIELD_COUNT * sizeof *fields);
    ld->rs->fields = fields;
    ld->rs->field_count = TXN_FIELD_COUNT;
    for (size_t i = 0; map != NULL && i < map->count; i++)
        read_field(ld, &map->entry[i], fields);
    return true;
}

static void
read_rest(struct loader *ld, const struct yaml_node *map)
{
    const struct yaml_node *base = document_scalar(map, "base_currency");
    struct diag *d;
    size_t day;
    bool tests;

    scalar_span(ld, document_scalar(map, "lateness"), "`lateness`", &ld->rs->lateness_us);
    if (scalar_choice(
            ld, document_scalar(map, "week_starts"), "day of the week", CHOICE_WEEKDAY, &day))
        ld->rs->week_starts = (int32_t)day;
    if (scalar_bool(ld, document_scalar(map, "require_tests"), "`require_tests`", &tests))
        ld->untested = !tests;
    if (base != NULL && !bytes_equal(base->text, bytes_of("EUR"))) {
        d = diag_add(
            ld->ds, DIAG_ERROR, "R223", base->at, "the base currency is the euro in this version");
        diag_label(ld->ds, d, "write `EUR`, or leave the key out");
    }
}

static void
tell_second(struct loader *ld, const struct document *first, const struct document *second)
{
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R220", second->name_at->at,
        "there are two packs, and a rule folder has one");

    diag_label(ld->ds, d, "second one");
    diag_mark(ld->ds, d, first->name_at->at, "first one");
}

static void
tell_none(struct loader *ld)
{
    struct span at = {.file = ld->doc_count > 0 ? ld->doc[0].map->at.file : 0};
    struct diag *d = diag_add(ld->ds, DIAG_ERROR, "R220", at,
        "these rules have no pack, so the time zone of their days is not known");

    diag_help(ld->ds, d,
        "add a file pack.yaml with the lines  pack: NAME   language: 1   "
        "timezone: Europe/Belgrade");
}

/* One text without its folder, as an editor sends it: its pack is somewhere else. */
static bool
stands_alone(const struct loader *ld)
{
    return ld->env->unsaved_path != NULL && strcmp(ld->env->unsaved_path, "-") == 0;
}

bool
pack_load(struct loader *ld)
{
    const struct document *pack = NULL;

    ld->rs->lateness_us = LATENESS_DAYS * DAY_US;
    for (size_t i = 0; i < ld->doc_count; i++) {
        const struct document *d = &ld->doc[i];

        if (d->kind != BLOCK_PACK || d->name_at == NULL)
            continue;
        if (pack != NULL)
            tell_second(ld, pack, d);
        else
            pack = d;
    }
    if (pack == NULL && ld->doc_count > 0 && !stands_alone(ld))
        tell_none(ld);
    if (pack == NULL || pack->quiet)
        return set_fields(ld, NULL);
    if (!document_check(ld->ds, BLOCK_PACK, pack->map, pack->name_at->at))
        return set_fields(ld, NULL);
    ld->rs->pack_name = pack->name;
    read_language(ld, document_scalar(pack->map, "language"));
    read_timezone(ld, document_scalar(pack->map, "timezone"));
    read_rest(ld, pack->map);
    return set_fields(ld, document_map(pack->map, "fields"));
}
