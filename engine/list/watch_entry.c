/* watch_entry - the entries of a watchlist as written. */
#include "list/watch_entry.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/number.h"
#include "list/fact.h"
#include "list/item.h"
#include "text/regex.h"

enum { SHOWN_MAX = 64, FAULT_SIZE = 200 };

/* ---- one entry as written ------------------------------------------------------------- */

enum {
    FIELD_VALUE,
    FIELD_ID,
    FIELD_NOTE,
    FIELD_UNTIL,
    FIELD_WEIGHT,
    FIELD_LANGUAGE,
    FIELD_BORN, /* from here on: only where entries are names */
    FIELD_COUNTRY,
    FIELD_DOCUMENT,
    FIELD_PHONE,
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT] = {
    "value", "id", "note", "until", "weight", "language", "born", "country", "document", "phone"};

struct written {
    struct piece field[FIELD_COUNT];
    bool given[FIELD_COUNT];
};

static size_t
field_count(const struct watch_draft *d)
{
    return d->kind == WATCH_NAMES ? FIELD_COUNT : FIELD_BORN;
}

/* FIELD_COUNT where there is no such field. */
static size_t
field_of(const struct watch_draft *d, struct bytes name)
{
    size_t f = 0;

    while (f < field_count(d) && !bytes_equal(name, bytes_of(field_names[f])))
        f++;
    return f < field_count(d) ? f : FIELD_COUNT;
}

static void
note_fields(struct watch_draft *d, struct diag *g, const char *lead)
{
    diag_note(d->s.ds, g, "%s: value, id, note, until, weight, language%s", lead,
        d->kind == WATCH_NAMES ? ", born, country, document, phone" : "");
}

static void
tell_field(struct watch_draft *d, struct span at, struct bytes name)
{
    struct diag *g = entry_tell(&d->s, "R203", at, "an entry of a watchlist has no key `%.*s`",
        (int)(name.size < SHOWN_MAX ? name.size : SHOWN_MAX), name.at);
    size_t best;

    if (diag_nearest(name, field_names, field_count(d), &best, 1) > 0)
        diag_label(d->s.ds, g, "did you mean `%s`?", field_names[best]);
    note_fields(d, g, "the keys are");
}

static bool
read_map(struct watch_draft *d, const struct yaml_node *map, struct written *w)
{
    bool good = true;

    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        size_t f = field_of(d, e->key);

        if (f == FIELD_COUNT) {
            tell_field(d, e->key_at, e->key);
            good = false;
        } else if (e->value->kind != YAML_SCALAR) {
            entry_tell(&d->s, "R438", e->value->at, "`%s` is one text", field_names[f]);
            good = false;
        } else {
            w->field[f] = (struct piece){.text = e->value->text, .node = e->value};
            w->given[f] = true;
        }
    }
    if (good && !w->given[FIELD_VALUE]) {
        struct diag *g =
            entry_tell(&d->s, "R201", map->at, "an entry of a watchlist needs `value`");

        diag_label(d->s.ds, g, "`value` is missing here");
        return false;
    }
    return good;
}

static bool
read_header(struct watch_draft *d)
{
    struct piece cell[ENTRY_CELLS];
    bool value = false;

    if (!entry_row(&d->s, cell, &d->columns))
        return false;
    d->s.count = 0;
    for (size_t i = 0; i < d->columns; i++) {
        d->column[i] = field_of(d, cell[i].text);
        value = value || d->column[i] == FIELD_VALUE;
        if (d->column[i] == FIELD_COUNT) {
            tell_field(d, entry_span(&d->s, &cell[i]), cell[i].text);
            return false;
        }
    }
    if (!value) {
        struct diag *g = entry_tell(
            &d->s, "R442", entry_span(&d->s, &cell[0]), "this file has no column `value`");

        note_fields(d, g, "the first line names the columns");
    }
    return value;
}

static bool
read_cells(struct watch_draft *d, struct written *w, bool *end)
{
    struct piece cell[ENTRY_CELLS];
    size_t count;

    *end = !entry_row(&d->s, cell, &count);
    if (*end)
        return false;
    if (count != d->columns) {
        entry_tell(&d->s, "R443", entry_span(&d->s, &cell[0]),
            "this row has %zu cells, and the first line names %zu columns", count, d->columns);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        w->field[d->column[i]] = cell[i];
        w->given[d->column[i]] = d->column[i] == FIELD_VALUE || cell[i].text.size > 0;
    }
    return true;
}

static bool
read_line(struct watch_draft *d, struct written *w, bool *end)
{
    struct piece p;

    *end = !entry_next(&d->s, &p);
    if (*end)
        return false;
    if (p.node != NULL && p.node->kind == YAML_MAP)
        return read_map(d, p.node, w);
    if (p.node != NULL && p.node->kind == YAML_LIST) {
        entry_tell(&d->s, "R438", p.node->at, "an entry of a watchlist is a text or a map");
        return false;
    }
    w->field[FIELD_VALUE] = p;
    w->given[FIELD_VALUE] = true;
    return true;
}

/* ---- normalised --------------------------------------------------------------------------- */

static bool
set_id(struct watch_draft *d, const struct written *w, struct watch_entry *e)
{
    struct buf id = {0};
    char *copy;

    buf_add(&id, d->id_prefix.at, d->id_prefix.size);
    if (w->given[FIELD_ID])
        buf_add(&id, w->field[FIELD_ID].text.at, w->field[FIELD_ID].text.size);
    else if (d->id_prefix.size > 0)
        buf_int(&id, (int64_t)e->order + 1);
    else
        buf_add(&id, e->value.at, e->value.size);
    copy = id.failed ? NULL : arena_copy(d->a, buf_bytes(&id));
    e->id = (struct bytes){copy, id.size};
    buf_fini(&id);
    return copy != NULL;
}

static bool
set_texts(struct watch_draft *d, const struct written *w, struct watch_entry *e)
{
    const struct bytes value = w->field[FIELD_VALUE].text, note = w->field[FIELD_NOTE].text;
    char *copy = arena_copy(d->a, value);

    e->value = (struct bytes){copy, value.size};
    if (copy == NULL || !set_id(d, w, e))
        return false;
    if (!w->given[FIELD_NOTE])
        return true;
    copy = arena_copy(d->a, note);
    e->note = (struct bytes){copy, note.size};
    return copy != NULL;
}

static bool
set_weight(struct watch_draft *d, const struct written *w, struct watch_entry *e)
{
    const struct piece *p = &w->field[FIELD_WEIGHT];

    if (!w->given[FIELD_WEIGHT])
        return true;
    if (number_read_int(p->text, &e->weight) && e->weight >= 0)
        return true;
    entry_tell(&d->s, "R446", entry_span(&d->s, p), "a weight is a whole number from 0");
    return false;
}

static bool
set_key(struct watch_draft *d, const struct piece *p, struct watch_entry *e)
{
    struct buf key = {0};
    struct value v;
    char *copy = NULL;

    if (!item_value(&d->s, d->type, p, &v))
        return false;
    if (item_key(v, true, &key))
        copy = arena_copy(d->a, buf_bytes(&key));
    e->key = (struct bytes){copy, key.size};
    buf_fini(&key);
    if (copy == NULL)
        entry_starve(&d->s);
    return copy != NULL;
}

static bool
set_regex(struct watch_draft *d, const struct piece *p, struct watch_entry *e)
{
    struct bytes part = p->text;
    char fault[FAULT_SIZE] = "";
    size_t at = 0;
    struct diag *g;

    e->pattern = pattern_new(&d->maker, p->text, false, fault, sizeof fault, &at);
    if (e->pattern != NULL)
        return true;
    at = at < part.size ? at : part.size;
    part.at += at;
    part.size = part.size > at;
    g = entry_tell(
        &d->s, "R447", entry_part(&d->s, p, part), "this is not a pattern that can be used");
    diag_label(d->s.ds, g, "%s", fault);
    return false;
}

/* Room for one more; false after telling that there is none. */
static bool
make_room(struct watch_draft *d, void **at, size_t count, size_t *cap, size_t size)
{
    void *more;

    if (count < *cap)
        return true;
    more = alloc_grow(*at, (*cap > 0 ? *cap * 2 : 64) * size);
    if (more == NULL) {
        entry_starve(&d->s);
        return false;
    }
    *at = more;
    *cap = *cap > 0 ? *cap * 2 : 64;
    return true;
}

bool
watch_entry_fact(struct watch_draft *d, const struct fact *f)
{
    if (!make_room(d, (void **)&d->fact, d->fact_count, &d->fact_cap, sizeof *d->fact))
        return false;
    d->fact[d->fact_count++] = *f;
    return true;
}

bool
watch_entry_add(struct watch_draft *d, const struct watch_entry *e)
{
    if (!make_room(d, (void **)&d->entry, d->count, &d->cap, sizeof *d->entry))
        return false;
    d->entry[d->count++] = *e;
    return true;
}

static void
tell_fact(struct watch_draft *d, const struct piece *p, size_t field)
{
    static const char *const right[] = {"a birth is a year or a day: 1971, 1971-05-03",
        "a country is two letters or its English name: SY, Syria",
        "a document has letters or digits",
        "numbers begin with + and the country's code: +30 690 000 0001"};
    struct diag *g = entry_tell(&d->s, "R456", entry_span(&d->s, p),
        "`%s` of this entry cannot be read", field_names[field]);

    diag_note(d->s.ds, g, "%s", right[field - FIELD_BORN]);
}

/* The entry's facts; false after a message. */
static bool
set_facts(struct watch_draft *d, const struct written *w, struct watch_entry *e)
{
    bool good = true;

    e->fact_first = (uint32_t)d->fact_count;
    for (size_t f = FIELD_BORN; f < FIELD_COUNT; f++) {
        const struct bytes text = entry_trim(w->field[f].text);
        struct fact fact;
        bool read = false;

        if (!w->given[f])
            continue;
        if (f == FIELD_BORN)
            read = fact_born(text, &fact);
        else if (f == FIELD_COUNTRY)
            read = fact_country(text, &fact);
        else if (f == FIELD_DOCUMENT)
            read = fact_document(text, d->a, &fact);
        else
            read = fact_phone(text, d->a, &fact);
        if (!read)
            tell_fact(d, &w->field[f], f);
        good = read && watch_entry_fact(d, &fact) && good;
    }
    e->fact_count = (uint32_t)d->fact_count - e->fact_first;
    return good;
}

static bool
set_value(struct watch_draft *d, const struct written *w, struct watch_entry *e)
{
    switch (d->kind) {
    case WATCH_EXACT:
        return set_key(d, &w->field[FIELD_VALUE], e);
    case WATCH_REGEX:
        return set_regex(d, &w->field[FIELD_VALUE], e);
    case WATCH_NAMES:
        return set_facts(d, w, e);
    }
    return false;
}

static void
read_written(struct watch_draft *d, const struct written *w)
{
    struct watch_entry e = {.weight = 1,
        .until = INT64_MAX,
        .order = (uint32_t)d->s.count - 1,
        .id = {"", 0},
        .note = {"", 0}};
    bool good = set_value(d, w, &e);

    if (w->given[FIELD_UNTIL])
        good = item_day(&d->s, &w->field[FIELD_UNTIL], &e.until) && good;
    good = set_weight(d, w, &e) && good;
    if (!good)
        return;
    if (!set_texts(d, w, &e))
        entry_starve(&d->s);
    else
        (void)watch_entry_add(d, &e);
}

/* A pattern that is found in nothing is found in everything. */
static void
refuse_empty_match(struct watch_draft *d, const struct piece *p, const struct watch_entry *e)
{
    struct diag *g;

    if (regex_match(e->pattern->written, d->room, (struct bytes){"", 0}, NULL) != REGEX_YES)
        return;
    g = entry_tell(&d->s, "R448", entry_span(&d->s, p),
        "this pattern is found in every text, because it needs no character at all");
    diag_help(d->s.ds, g, "look for an empty alternative (`a|`), or `*` where `+` is meant");
}

static bool
is_csv(const struct list_spec *spec)
{
    const struct yaml_node *f = spec->file;

    return f != NULL && f->text.size > 4 && memcmp(f->text.at + f->text.size - 4, ".csv", 4) == 0;
}

void
watch_entry_read(struct watch_draft *d)
{
    bool csv = is_csv(d->s.spec), end = false;

    d->s.pattern_lines = d->kind == WATCH_REGEX;
    if (csv && !read_header(d))
        return;
    while (!end) {
        struct written w = {0};
        size_t before = d->count;

        if (!(csv ? read_cells(d, &w, &end) : read_line(d, &w, &end)))
            continue;
        read_written(d, &w);
        if (d->room != NULL && d->count > before)
            refuse_empty_match(d, &w.field[FIELD_VALUE], &d->entry[before]);
    }
}
