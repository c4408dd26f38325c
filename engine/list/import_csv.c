/*
 * import_csv - delimited text whose columns the document names: `columns: {value: [First, Last]}`.
 *
 * Columns of one name are put together with blanks.
 */
#include <string.h>

#include "list/import.h"
#include "list/item.h"

enum { VALUE, ALIAS, ID, NOTE, UNTIL, BORN, COUNTRY, DOCUMENT, PHONE, USES };
static const char *const uses[USES] = {
    "value", "alias", "id", "note", "until", "born", "country", "document", "phone"};

struct use {
    size_t column[IMPORT_PARTS];
    size_t count;
};

/* Told once a key is none that columns can have. */
static void
tell_use(struct import *in, const struct yaml_entry *e)
{
    struct diag *g = diag_add(in->d->s.ds, DIAG_ERROR, "R203", e->key_at,
        "the columns of a list of names have no `%.*s`", (int)(e->key.size < 60 ? e->key.size : 60),
        e->key.at);
    size_t best;

    in->d->s.failed = true;
    if (diag_nearest(e->key, uses, USES, &best, 1) > 0)
        diag_label(in->d->s.ds, g, "did you mean `%s`?", uses[best]);
    diag_note(
        in->d->s.ds, g, "they are: value, alias, id, note, until, born, country, document, phone");
}

static bool
add_column(struct import *in, const struct yaml_node *n, struct use *use)
{
    struct diag *g;
    size_t column = SIZE_MAX;

    for (size_t i = 0; n->kind == YAML_SCALAR && i < in->row->count; i++)
        if (bytes_equal(import_cell(in, i), n->text))
            column = i;
    if (column != SIZE_MAX && use->count < IMPORT_PARTS) {
        use->column[use->count++] = column;
        return true;
    }
    g = entry_tell(&in->d->s, "R458", n->at, "the file has no such column");
    diag_label(in->d->s.ds, g, "its first line does not name it");
    return false;
}

static bool
find_columns(struct import *in, struct use use[static USES])
{
    const struct yaml_node *map = in->d->s.spec->source->columns;
    bool good = true;

    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct yaml_entry *e = &map->entry[i];
        size_t u = 0;

        while (u < USES && !bytes_equal(e->key, bytes_of(uses[u])))
            u++;
        if (u == USES) {
            tell_use(in, e);
            good = false;
        } else if (e->value->kind == YAML_LIST) {
            for (size_t k = 0; k < e->value->count; k++)
                good = add_column(in, e->value->entry[k].value, &use[u]) && good;
        } else {
            good = add_column(in, e->value, &use[u]) && good;
        }
    }
    if (good && use[VALUE].count == 0) {
        struct diag *g = entry_tell(&in->d->s, "R201", in->d->s.spec->at,
            "a list of `format: csv` says which column holds the names");

        diag_help(in->d->s.ds, g, "for example  columns: {value: Name, id: Reference}");
        good = false;
    }
    return good;
}

static struct bytes
value_of(struct import *in, const struct use *use)
{
    struct bytes text = {"", 0};

    for (size_t i = 0; i < use->count; i++)
        text = import_join(in, text, " ", import_cell(in, use->column[i]));
    return text;
}

static void
add_person(struct import *in, const struct use use[static USES])
{
    static const enum fact_kind kinds[] = {FACT_BORN, FACT_COUNTRY, FACT_DOCUMENT, FACT_PHONE};
    struct import_person p = {.id = value_of(in, &use[ID])};
    struct bytes name = value_of(in, &use[VALUE]);
    struct bytes until = value_of(in, &use[UNTIL]);
    size_t before = in->d->count;
    struct fact day;

    if (name.size == 0) {
        import_bad_row(in);
        return;
    }
    if (p.id.size == 0)
        p.id = name;
    p.note = import_keep(in, value_of(in, &use[NOTE]));
    p.alias_note = import_join(in, p.note, "; also ", name);
    import_begin(in, &p);
    for (size_t i = 0; i < 4; i++)
        import_facts(in, &p, kinds[i], value_of(in, &use[BORN + i]));
    import_name(in, &p, name, false);
    import_name(in, &p, value_of(in, &use[ALIAS]), true);
    if (until.size == 0)
        return;
    if (!fact_born(until, &day) || day.year)
        import_bad_row(in); /* the name stays, for ever */
    else
        for (size_t i = before; i < in->d->count; i++)
            in->d->entry[i].until = day.num;
}

void
import_mapped(struct import *in)
{
    struct use use[USES] = {{{0}, 0}};
    size_t count;

    import_delimit(in, in->d->s.spec->source->delimiter);
    if (!import_row(in)) {
        import_finish(in, '\0');
        return;
    }
    count = in->row->count;
    in->rows = 0;
    if (!find_columns(in, use))
        return;
    while (import_row(in)) {
        if (in->row->count != count)
            import_bad_row(in);
        else
            add_person(in, use);
    }
    import_finish(in, '\0');
}
