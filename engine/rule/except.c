/*
 * except - reviewed, dated reasons not to alert: in a rule, and as documents for several.
 */
#include <stdlib.h>
#include <string.h>

#include "rule/loader.h"

enum { EXCEPTIONS_MAX = 100, WARN_DAYS = 30 };

/* ---- dates ------------------------------------------------------------------------ */

static bool
judged(const struct loader *ld)
{
    return ld->env->as_of_day != INT64_MAX;
}

static void
tell_expiry(struct loader *ld, const struct yaml_node *until, int64_t day)
{
    int64_t left = day - ld->env->as_of_day;
    struct diag *d;

    if (!judged(ld) || left > WARN_DAYS)
        return;
    if (left < 0) {
        d = diag_add(ld->ds, DIAG_WARNING, "L631", until->at,
            "this exception has expired and no longer applies");
        diag_label(ld->ds, d, "%lld day%s ago", (long long)-left, left == -1 ? "" : "s");
    } else {
        d = diag_add(ld->ds, DIAG_WARNING, "L631", until->at, "this exception is about to expire");
        diag_label(ld->ds, d, "%lld day%s left", (long long)left, left == 1 ? "" : "s");
    }
    diag_help(ld->ds, d, "review it: give a new day, or remove it");
}

/* `until` and `drop` of either form. */
static bool
read_terms(struct loader *ld, const struct yaml_node *map, struct exception *out)
{
    const struct yaml_node *until = document_scalar(map, "until");
    const struct yaml_node *reason = document_scalar(map, "reason");
    size_t drop = 0;
    bool good = scalar_date(ld, until, "`until`", &out->until_day);
    bool dropped =
        document_entry(map, "drop") == NULL ||
        scalar_choice(ld, document_scalar(map, "drop"), "thing to drop", CHOICE_DROP, &drop);

    out->drop_alerts = drop == 1;
    if (reason != NULL)
        out->reason = reason->text;
    return good && dropped && reason != NULL;
}

static enum place
place_of(const struct exception *e)
{
    return e->drop_alerts ? PLACE_EXCEPT_ALERT : PLACE_WHEN;
}

/* What it changes belongs to the rule's hash also after it has expired: numbers of alerts stay. */
static void
put_exception(struct rule_making *rm, const struct exception *e)
{
    struct buf *out = e->drop_alerts ? &rm->other_text : &rm->state_text;

    buf_print(out, "except %lld ", (long long)e->until_day);
    program_print(e->when, out);
    buf_byte(out, '\n');
}

static void
add_exception(struct rule_making *rm, struct exception *list, const struct exception *e)
{
    put_exception(rm, e);
    if (!judged(rm->ld) || e->until_day >= rm->ld->env->as_of_day)
        list[rm->rule->exception_count++] = *e;
}

/* ---- inside a rule ------------------------------------------------------------------ */

static void
load_own(struct rule_making *rm, const struct yaml_node *map, struct exception *list)
{
    const struct yaml_node *name = document_scalar(map, "name");
    const struct yaml_node *when = document_scalar(map, "when");
    struct exception e = {.reason = {"", 0}};
    bool good;

    (void)document_check(rm->ld->ds, BLOCK_EXCEPTION, map,
        name != NULL     ? name->at
        : map->count > 0 ? map->entry[0].key_at
                         : map->at);
    good = read_terms(rm->ld, map, &e);
    if (good)
        tell_expiry(rm->ld, document_scalar(map, "until"), e.until_day);
    e.when = rule_program(rm, when, place_of(&e), "exceptions", TYPE_BOOL);
    if (name != NULL)
        e.name = name->text;
    if (good && e.when != NULL)
        add_exception(rm, list, &e);
}

/* ---- documents ----------------------------------------------------------------------- */

static bool
tagged(const struct rule *r, struct bytes tag)
{
    for (size_t i = 0; i < r->tag_count; i++)
        if (bytes_equal(r->tags[i], tag))
            return true;
    return false;
}

/* The tag of `tag: x`, written as text or as YAML reads it without quotes: a map. */
static bool
tag_of(const struct yaml_node *n, struct bytes *tag)
{
    if (n->kind == YAML_MAP && n->count == 1 && bytes_equal(n->entry[0].key, bytes_of("tag")) &&
        n->entry[0].value->kind == YAML_SCALAR) {
        *tag = n->entry[0].value->text;
        return true;
    }
    if (n->kind != YAML_SCALAR || n->text.size < 5 || memcmp(n->text.at, "tag:", 4) != 0)
        return false;
    *tag = (struct bytes){n->text.at + 4, n->text.size - 4};
    while (tag->size > 0 && tag->at[0] == ' ')
        *tag = (struct bytes){tag->at + 1, tag->size - 1};
    return true;
}

static size_t
targets(const struct yaml_node *n)
{
    return n->kind == YAML_LIST ? n->count : 1;
}

static const struct yaml_node *
target(const struct yaml_node *n, size_t i)
{
    return n->kind == YAML_LIST ? n->entry[i].value : n;
}

static bool
applies(const struct document *doc, const struct rule *r)
{
    const struct yaml_entry *to = document_entry(doc->map, "applies_to");

    for (size_t i = 0; to != NULL && i < targets(to->value); i++) {
        const struct yaml_node *n = target(to->value, i);
        struct bytes tag;

        if (tag_of(n, &tag) ? tagged(r, tag)
                            : n->kind == YAML_SCALAR && (bytes_equal(n->text, bytes_of("all")) ||
                                                            bytes_equal(n->text, r->name)))
            return true;
    }
    return false;
}

static void
load_document(struct rule_making *rm, struct document *doc, struct exception *list)
{
    const struct yaml_node *when = document_scalar(doc->map, "when");
    const struct yaml_node *reason = document_scalar(doc->map, "reason");
    struct exception e = {.name = doc->name, .reason = reason->text};
    size_t drop = 0;

    if (document_entry(doc->map, "drop") != NULL)
        drop = bytes_equal(document_scalar(doc->map, "drop")->text, bytes_of("alerts"));
    e.drop_alerts = drop == 1;
    (void)scalar_day(document_scalar(doc->map, "until")->text, &e.until_day);
    e.when = rule_compile(rm, doc->when, when->text, place_of(&e), "exceptions", TYPE_BOOL);
    if (e.when != NULL)
        add_exception(rm, list, &e);
    else
        doc->failed = true;
}

void
except_load(struct rule_making *rm)
{
    const struct yaml_node *own = document_list(rm->map, "exceptions");
    struct exception *list;
    size_t most = own == NULL ? 0 : own->count;

    for (size_t i = 0; i < rm->ld->doc_count; i++)
        most += rm->ld->doc[i].kind == BLOCK_EXCEPTION_DOCUMENT;
    if (most > EXCEPTIONS_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R512", rm->doc->name_at->at,
            "at most %d exceptions apply to one rule", EXCEPTIONS_MAX);
        return;
    }
    list = arena_take(rm->ld->a, most + 1, sizeof *list);
    if (list == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; own != NULL && i < own->count; i++)
        if (own->entry[i].value->kind == YAML_MAP)
            load_own(rm, own->entry[i].value, list);
    for (size_t i = 0; i < rm->ld->doc_count; i++) {
        struct document *doc = &rm->ld->doc[i];

        if (doc->kind == BLOCK_EXCEPTION_DOCUMENT && doc->when != NULL && !doc->failed &&
            applies(doc, rm->rule))
            load_document(rm, doc, list);
    }
    rm->rule->exceptions = list;
}

/* ---- documents, once ------------------------------------------------------------------- */

static bool
tag_known(struct loader *ld, struct bytes tag)
{
    for (size_t i = 0; i < ld->doc_count; i++) {
        const struct yaml_entry *e = document_entry(ld->doc[i].map, "tags");

        for (size_t k = 0;
             ld->doc[i].kind == BLOCK_RULE && e != NULL && k < document_texts(e->value); k++)
            if (bytes_equal(document_text(e->value, k)->text, tag))
                return true;
    }
    return false;
}

static void
tell_no_rule(struct loader *ld, const struct yaml_node *n)
{
    const char **names = arena_take(ld->a, ld->doc_count + 1, sizeof *names);
    char room[160];
    size_t count = 0;
    const char *best = NULL;
    struct diag *d = diag_add(
        ld->ds, DIAG_ERROR, "R250", n->at, "there is no rule called `%.*s`", QUOTE(n->text));

    for (size_t i = 0; names != NULL && i < ld->doc_count; i++)
        if (ld->doc[i].kind == BLOCK_RULE)
            names[count++] = arena_copy(ld->a, ld->doc[i].name);
    for (size_t i = 0; i < count; i++)
        if (names[i] == NULL)
            count = 0;
    if (names != NULL)
        best = document_suggest(n->text, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
    diag_note(ld->ds, d, "`applies_to` takes rule names, `tag: x`, or `all`");
}

static void
check_target(struct loader *ld, const struct yaml_node *n)
{
    struct bytes tag;
    const struct document *found;
    struct diag *d;

    if (tag_of(n, &tag)) {
        if (tag_known(ld, tag))
            return;
        d = diag_add(ld->ds, DIAG_ERROR, "R250", n->at, "no rule has the tag `%.*s`", QUOTE(tag));
        diag_label(ld->ds, d, "this exception would apply to nothing");
        return;
    }
    if (n->kind != YAML_SCALAR) {
        d = diag_add(
            ld->ds, DIAG_ERROR, "R204", n->at, "`applies_to` takes rule names, `tag: x`, or `all`");
        diag_help(ld->ds, d, "for example  applies_to: [collector-fan-in, tag: structuring]");
        return;
    }
    if (bytes_equal(n->text, bytes_of("all")))
        return;
    found = loader_find(ld, n->text);
    if (found == NULL || found->kind != BLOCK_RULE)
        tell_no_rule(ld, n);
}

static void
check_one(struct loader *ld, struct document *doc)
{
    const struct yaml_entry *to = document_entry(doc->map, "applies_to");
    const struct yaml_node *when = document_scalar(doc->map, "when");
    struct exception e = {.reason = {"", 0}};
    bool good;

    if (!document_check(ld->ds, BLOCK_EXCEPTION_DOCUMENT, doc->map, doc->name_at->at))
        return;
    for (size_t i = 0; to != NULL && to->value != NULL && i < targets(to->value); i++)
        check_target(ld, target(to->value, i));
    good = read_terms(ld, doc->map, &e);
    if (good)
        tell_expiry(ld, document_scalar(doc->map, "until"), e.until_day);
    if (when != NULL) {
        const struct expr *parsed = expr_parse(ld->a, ld->ds, when);

        doc->when = good ? parsed : NULL;
    }
}

void
except_check(struct loader *ld)
{
    for (size_t i = 0; i < ld->doc_count; i++)
        if (ld->doc[i].kind == BLOCK_EXCEPTION_DOCUMENT && !ld->doc[i].quiet)
            check_one(ld, &ld->doc[i]);
}
