/* import_opensanctions - `targets.simple.csv`: one row a target, several values between `;`. */
#include "list/import.h"

enum { ID, SCHEMA, NAME, ALIASES, BIRTHS, COUNTRIES, DOCUMENTS, PHONES, PROGRAM, COLUMNS };
static const char *const names[COLUMNS] = {"id", "schema", "name", "aliases", "birth_date",
    "countries", "identifiers", "phones", "dataset"};

static void
add_names(struct import *in, const struct import_person *p, struct bytes aliases)
{
    for (size_t i = 0; i < aliases.size;) {
        size_t from = i;

        while (i < aliases.size && aliases.at[i] != ';')
            i++;
        import_name(in, p, (struct bytes){aliases.at + from, i - from}, true);
        i++;
    }
}

static void
add_target(struct import *in, const size_t column[static COLUMNS])
{
    struct import_person p = {.id = import_cell(in, column[ID])};
    struct bytes name = import_cell(in, column[NAME]);

    if (name.size == 0 || p.id.size == 0) {
        import_bad_row(in);
        return;
    }
    p.note = import_keep(in, import_cell(in, column[PROGRAM]));
    p.alias_note = import_join(in, p.note, "; also ", name);
    import_begin(in, &p);
    import_facts(in, &p, FACT_BORN, import_cell(in, column[BIRTHS]));
    import_facts(in, &p, FACT_COUNTRY, import_cell(in, column[COUNTRIES]));
    import_facts(in, &p, FACT_DOCUMENT, import_cell(in, column[DOCUMENTS]));
    import_facts(in, &p, FACT_PHONE, import_cell(in, column[PHONES]));
    import_name(in, &p, name, false);
    add_names(in, &p, import_cell(in, column[ALIASES]));
}

void
import_opensanctions(struct import *in)
{
    size_t column[COLUMNS], count;

    if (!import_row(in)) {
        import_finish(in, '\n');
        return;
    }
    for (size_t i = 0; i < COLUMNS; i++)
        column[i] = import_column(in, names[i]);
    count = in->row->count;
    in->rows = 0;
    if (!import_need(in, column[ID], names[ID]) || !import_need(in, column[NAME], names[NAME]))
        return;
    while (import_row(in)) {
        if (in->row->count != count)
            import_bad_row(in);
        else
            add_target(in, column);
    }
    import_finish(in, '\n');
}
