/*
 * import_eu - the European Union's consolidated list as CSV: `;`, a header, one row for each name,
 * address, birth or document of an entity; the entity's number joins them.
 *
 * Stray quotes in unquoted cells are kept as they are. Citizenships are left alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "list/import.h"
#include "list/item.h"

enum { DAY, NUMBER, PROGRAM, WHOLE, FIRST, MIDDLE, LAST, COUNTRY, BIRTH, YEAR, DOCUMENT, COLUMNS };
static const char *const names[COLUMNS] = {"fileGenerationDate", "Entity_LogicalId",
    "Entity_Regulation_Programme", "NameAlias_WholeName", "NameAlias_FirstName",
    "NameAlias_MiddleName", "NameAlias_LastName", "Address_CountryIso2Code", "BirthDate_BirthDate",
    "BirthDate_Year", "Identification_Number"};

/* What one row says of an entity. */
struct said {
    struct bytes number;
    size_t order;
    uint8_t what; /* WHOLE, COUNTRY, BIRTH, DOCUMENT, PROGRAM */
    struct bytes text;
};

struct eu {
    struct import *in;
    size_t column[COLUMNS];
    struct said *said;
    size_t count, cap;
};

static void
say(struct eu *e, struct bytes number, uint8_t what, struct bytes text)
{
    if (text.size == 0)
        return;
    if (e->count == e->cap) {
        size_t cap = e->cap > 0 ? e->cap * 2 : 1024;
        struct said *more = alloc_grow(e->said, cap * sizeof *more);

        if (more == NULL) {
            e->in->starved = true;
            return;
        }
        e->said = more;
        e->cap = cap;
    }
    e->said[e->count] = (struct said){number, e->count, what, import_keep(e->in, text)};
    e->count++;
}

static struct bytes
cell(const struct eu *e, size_t which)
{
    return import_cell(e->in, e->column[which]);
}

static void
take_row(struct eu *e)
{
    struct bytes number = import_keep(e->in, cell(e, NUMBER)), name = cell(e, WHOLE);
    struct fact day;

    if (number.size == 0) {
        import_bad_row(e->in);
        return;
    }
    if (name.size == 0) {
        name = import_join(e->in, cell(e, FIRST), " ", cell(e, MIDDLE));
        name = import_join(e->in, name, " ", cell(e, LAST));
    }
    if (fact_born(cell(e, DAY), &day) && !day.year)
        import_dated(e->in, day.num);
    say(e, number, PROGRAM, cell(e, PROGRAM));
    say(e, number, WHOLE, name);
    say(e, number, COUNTRY, cell(e, COUNTRY));
    say(e, number, BIRTH, cell(e, BIRTH).size > 0 ? cell(e, BIRTH) : cell(e, YEAR));
    say(e, number, DOCUMENT, cell(e, DOCUMENT));
}

static int
by_entity(const void *x, const void *y)
{
    const struct said *a = x, *b = y;
    int order = bytes_compare(a->number, b->number);

    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

/* The rows of one entity: what it is known by, then each different name. */
static void
add_entity(struct eu *e, const struct said *said, size_t count)
{
    static const enum fact_kind kinds[COLUMNS] = {
        [COUNTRY] = FACT_COUNTRY, [BIRTH] = FACT_BORN, [DOCUMENT] = FACT_DOCUMENT};
    struct import_person p = {.id = said->number, .note = {"", 0}};
    bool alias = false;

    import_begin(e->in, &p);
    for (size_t i = 0; i < count; i++) {
        if (said[i].what == PROGRAM)
            p.note = p.note.size == 0 ? said[i].text : p.note;
        else if (said[i].what != WHOLE)
            import_fact(e->in, &p, kinds[said[i].what], said[i].text);
    }
    for (size_t i = 0; i < count; i++) {
        bool known = said[i].what != WHOLE;

        for (size_t k = 0; k < i && !known; k++)
            known = said[k].what == WHOLE && bytes_equal(said[k].text, said[i].text);
        if (known)
            continue;
        if (!alias)
            p.alias_note = import_join(e->in, p.note, "; also ", said[i].text);
        import_name(e->in, &p, said[i].text, alias);
        alias = true;
    }
    if (!alias)
        e->in->unreadable++;
}

static void
add_entities(struct eu *e)
{
    if (e->count > 1)
        qsort(e->said, e->count, sizeof *e->said, by_entity);
    for (size_t i = 0, end; i < e->count; i = end) {
        end = i + 1;
        while (end < e->count && bytes_equal(e->said[end].number, e->said[i].number))
            end++;
        add_entity(e, e->said + i, end - i);
    }
}

void
import_eu(struct import *in)
{
    struct eu e = {.in = in};
    size_t count;

    import_delimit(in, ';');
    if (!import_row(in)) {
        import_finish(in, '\n');
        return;
    }
    count = in->row->count;
    in->rows = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        e.column[i] = import_column(in, names[i]);
    if (!import_need(in, e.column[NUMBER], names[NUMBER]) ||
        !import_need(in, e.column[WHOLE], names[WHOLE]))
        return;
    while (import_row(in)) {
        if (in->row->count != count)
            import_bad_row(in);
        else
            take_row(&e);
    }
    add_entities(&e);
    import_finish(in, '\n');
    alloc_free(e.said);
}
