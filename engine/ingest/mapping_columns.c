/* mapping_columns - the fields a mapping fills: `columns:`, `constants:`, and columns it leaves. */
#include <stdio.h>

#include "base/arena.h"
#include "ingest/mapping_load.h"
#include "weir/limits.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

enum { STEPS_MAX = 2 * LIMIT_FIELDS, NAMES_MAX = 160, NAME_ROOM = 48 };

/* A name under `columns:` and what it fills. */
struct target {
    struct source *special; /* a source of its own in the mapping, or NULL: a step */
    enum type type;
    uint32_t field;
    enum side side;
};

/* Sources that are no plain field. */
static bool
special(struct mapping *m, struct bytes name, struct target *out)
{
    const struct {
        const char *name;
        enum type type;
        struct source *source;
    } specials[] = {
        {"time", TYPE_TIME, &m->booked},
        {"booked", TYPE_TIME, &m->booked},
        {"value_time", TYPE_TIME, &m->value_time},
        {"year", TYPE_NUMBER, &m->year},
        {"amount", TYPE_MONEY, &m->amount},
        {"debit", TYPE_MONEY, &m->debit},
        {"credit", TYPE_MONEY, &m->credit},
        {"direction", TYPE_DIRECTION, &m->direction},
        {"currency", TYPE_CURRENCY, &m->currency},
        {"reversal", TYPE_BOOL, &m->reversal},
        {"balance", TYPE_MONEY, &m->balance},
    };

    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (bytes_equal(name, bytes_of(specials[i].name))) {
            *out = (struct target){.special = specials[i].source, .type = specials[i].type};
            return true;
        }
    return false;
}

/* `own.city`, `counterparty.city`: the party's field, to land by direction. */
static bool
sided(struct bytes name, struct target *out)
{
    static const struct {
        const char *prefix;
        enum side side;
    } sides[] = {{"own.", SIDE_OWN}, {"counterparty.", SIDE_COUNTERPARTY}};
    size_t skip = strlen("originator.");

    for (size_t s = 0; s < 2; s++) {
        size_t size = strlen(sides[s].prefix);

        if (name.size <= size || memcmp(name.at, sides[s].prefix, size) != 0)
            continue;
        for (uint32_t f = TXN_O_ACCOUNT; f < TXN_B_ACCOUNT; f++) {
            struct bytes rest = {name.at + size, name.size - size};

            if (!bytes_equal(rest, bytes_of(txn_fields[f].name + skip)))
                continue;
            *out = (struct target){.type = txn_fields[f].type, .field = f, .side = sides[s].side};
            return true;
        }
    }
    if (!bytes_equal(name, bytes_of("account")))
        return false;
    *out = (struct target){.type = TYPE_ACCOUNT, .field = TXN_O_ACCOUNT, .side = SIDE_OWN};
    return true;
}

static bool
plain(const struct loader *l, struct bytes name, struct target *out)
{
    for (uint32_t f = 0; f < TXN_FIELD_COUNT; f++)
        if (bytes_equal(name, bytes_of(txn_fields[f].name))) {
            *out = (struct target){.type = txn_fields[f].type, .field = f};
            return true;
        }
    for (uint32_t i = 0; i < l->extra_count; i++)
        if (bytes_equal(name, bytes_of(l->extra[i].name))) {
            *out = (struct target){.type = l->extra[i].type, .field = TXN_FIELD_COUNT + i};
            return true;
        }
    return false;
}

/* All names that may stand under `columns:`, for the nearest one. */
static void
unknown_field(struct loader *l, const struct yaml_entry *e)
{
    static const char *const specials[] = {"booked", "value_time", "year", "debit", "credit",
        "direction", "reversal", "balance", "account"};
    static const char *const sides[] = {"own.", "counterparty."};
    const char *names[NAMES_MAX];
    char room[2 * TXN_PARTY_SPAN][NAME_ROOM];
    size_t count = 0, made = 0, skip = strlen("originator."), best[1];
    struct diag *d = diag_add(
        l->ds, DIAG_ERROR, "R203", e->key_at, "there is no field called `%.*s`", QUOTE(e->key));

    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        names[count++] = specials[i];
    for (uint32_t f = 0; f < TXN_FIELD_COUNT; f++)
        names[count++] = txn_fields[f].name;
    for (size_t s = 0; s < 2; s++)
        for (uint32_t f = TXN_O_ACCOUNT; f < TXN_B_ACCOUNT; f++, made++) {
            (void)snprintf(room[made], NAME_ROOM, "%s%s", sides[s], txn_fields[f].name + skip);
            names[count++] = room[made];
        }
    for (uint32_t i = 0; i < l->extra_count && count < NAMES_MAX; i++)
        names[count++] = l->extra[i].name;
    if (diag_nearest(e->key, names, count, best, 1) > 0)
        diag_label(l->ds, d, "did you mean `%s`?", names[best[0]]);
    diag_help(l->ds, d, "`weir fields` lists all fields of this installation");
}

static bool
find_target(struct loader *l, const struct yaml_entry *e, struct target *out)
{
    if (special(l->m, e->key, out) || sided(e->key, out))
        return true;
    if (!plain(l, e->key, out)) {
        unknown_field(l, e);
        return false;
    }
    if (out->field == TXN_SOURCE_BANK || out->field == TXN_AMOUNT_EUR) {
        (void)diag_add(l->ds, DIAG_ERROR, "R238", e->key_at, "`%.*s` cannot be mapped: %s",
            QUOTE(e->key),
            out->field == TXN_SOURCE_BANK ? "it is what `bank:` says"
                                          : "it is reckoned from `amount` at the day's rate");
        return false;
    }
    return true;
}

static void
twice(struct loader *l, const struct yaml_entry *e)
{
    (void)diag_add(l->ds, DIAG_ERROR, "R234", e->key_at,
        "`%.*s` is given its value a second time; leave one", QUOTE(e->key));
}

/* The step of a target, new; NULL with a message where it has one. */
static struct step *
new_step(struct loader *l, const struct target *t, const struct yaml_entry *e)
{
    struct mapping *m = l->m;

    if (m->step == NULL)
        m->step = load_take(l, STEPS_MAX, sizeof *m->step);
    if (m->step == NULL)
        return NULL;
    for (uint32_t i = 0; i < m->step_count; i++)
        if (m->step[i].field == t->field && m->step[i].side == t->side) {
            twice(l, e);
            return NULL;
        }
    if (m->step_count == STEPS_MAX) {
        load_wants(l, e->key_at, "columns", "fewer fields");
        return NULL;
    }
    return &m->step[m->step_count];
}

typedef bool (*source_fn)(
    struct loader *, const struct yaml_node *, const char *, enum type, struct source *);

static void
fill(struct loader *l, const struct yaml_entry *e, source_fn read)
{
    struct target t;
    struct step *step;
    const char *key;

    if (!find_target(l, e, &t) || (key = load_copy(l, e->key)) == NULL)
        return;
    if (t.special != NULL) {
        if (t.special->kind != SOURCE_NONE)
            twice(l, e);
        else if (!read(l, e->value, key, t.type, t.special))
            t.special->kind = SOURCE_CONSTANT; /* said, though badly: it is not missing too */
        return;
    }
    if ((step = new_step(l, &t, e)) == NULL)
        return;
    *step = (struct step){.field = t.field, .type = t.type, .side = t.side, .name = key};
    (void)read(l, e->value, key, t.type, &step->source);
    l->m->step_count++;
}

void
load_columns(struct loader *l, const struct yaml_entry *e)
{
    if (!load_is_map(l, e))
        return;
    for (size_t i = 0; i < e->value->count; i++)
        fill(l, &e->value->entry[i], load_source);
}

void
load_constants(struct loader *l, const struct yaml_entry *e)
{
    if (!load_is_map(l, e))
        return;
    for (size_t i = 0; i < e->value->count; i++)
        fill(l, &e->value->entry[i], load_constant);
}

void
load_ignore(struct loader *l, const struct yaml_entry *e)
{
    const struct yaml_node *n = e->value;
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    uint32_t *ignore = load_take(l, count + 1, sizeof *ignore);

    if (ignore == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        if (load_column_ref(
                l, n->kind == YAML_LIST ? n->entry[i].value : n, true, &ignore[l->m->ignore_count]))
            l->m->ignore_count++;
    l->m->ignore = ignore;
}

static void
add_skip(struct loader *l, const struct yaml_node *n)
{
    static const char *const names[] = {"column", "regex"};
    const struct yaml_node *column = n->kind == YAML_MAP ? yaml_get(n, "column") : NULL;
    const struct yaml_node *re = n->kind == YAML_MAP ? yaml_get(n, "regex") : NULL;
    struct skip_rule rule;

    if (column == NULL || re == NULL) {
        load_wants(l, n->at, "skip_when", "{column: ..., regex: ...}, or a list of them");
        return;
    }
    for (size_t i = 0; i < n->count; i++)
        if (!bytes_equal(n->entry[i].key, bytes_of("column")) &&
            !bytes_equal(n->entry[i].key, bytes_of("regex")))
            load_unknown(l, &n->entry[i], "`skip_when`", names, 2);
    if (l->m->skip_count == MAPPING_SKIPS) {
        load_wants(l, n->at, "skip_when", "at most 16 conditions");
        return;
    }
    if (!load_column_ref(l, column, false, &rule.column) ||
        (rule.re = load_regex(l, re, false)) == NULL)
        return;
    l->m->skip[l->m->skip_count++] = rule;
}

void
load_skips(struct loader *l, const struct yaml_entry *e)
{
    if (e->value->kind != YAML_LIST) {
        add_skip(l, e->value);
        return;
    }
    for (size_t i = 0; i < e->value->count; i++)
        add_skip(l, e->value->entry[i].value);
}
