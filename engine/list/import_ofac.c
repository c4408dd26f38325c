/*
 * import_ofac - the US Treasury's sdn.csv and cons_prim.csv with their alt.csv (other names) and
 * add.csv (addresses): no header, null is `-0- `, the last byte is Ctrl-Z.
 *
 * Births, documents and weak aliases stand in the text of the last column:
 * `DOB 28 Jul 1963; Passport P0017003 (Belize); a.k.a. 'BURGESS'.` Nationalities are left alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "list/import.h"

enum { CTRL_Z = 0x1a };
enum { SDN_COLUMNS = 12, SDN_NUMBER = 0, SDN_NAME = 1, SDN_PROGRAM = 3, SDN_REMARKS = 11 };
enum { ALT_COLUMNS = 5, ALT_NAME = 3 };
enum { ADD_COLUMNS = 6, ADD_COUNTRY = 4 };

struct address {
    int64_t number;
    struct bytes country;
};

struct party {
    int64_t number;
    struct import_person person;
};

struct ofac {
    struct import *in;
    struct address *address;
    size_t addresses, address_cap;
    struct party *party;
    size_t parties, party_cap;
};

static bool
make_room(struct ofac *o, void **at, size_t count, size_t *cap, size_t size)
{
    void *more;

    if (count < *cap)
        return true;
    more = alloc_grow(*at, (*cap > 0 ? *cap * 2 : 256) * size);
    if (more == NULL) {
        o->in->starved = true;
        return false;
    }
    *at = more;
    *cap = *cap > 0 ? *cap * 2 : 256;
    return true;
}

/* Addresses and parties both begin with their number. */
static int
by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

/* The number in the first column of a row of so many; false for a row that is none. */
static bool
read_number(struct import *in, size_t columns, int64_t *number)
{
    if (in->row->count == columns && number_read_int(import_cell(in, 0), number))
        return true;
    import_bad_row(in);
    return false;
}

/* ---- addresses ------------------------------------------------------------------------- */

static void
add_address(struct ofac *o, int64_t number)
{
    struct bytes country = import_cell(o->in, ADD_COUNTRY);

    if (country.size == 0 ||
        !make_room(o, (void **)&o->address, o->addresses, &o->address_cap, sizeof *o->address))
        return;
    o->address[o->addresses++] = (struct address){number, import_keep(o->in, country)};
}

static void
add_countries(struct ofac *o, struct party *p)
{
    size_t low = 0, high = o->addresses;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (o->address[middle].number < p->number)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < o->addresses && o->address[low].number == p->number; low++)
        import_fact(o->in, &p->person, FACT_COUNTRY, o->address[low].country);
}

/* ---- remarks ------------------------------------------------------------------------------ */

static bool
begins(struct bytes text, const char *with, struct bytes *rest)
{
    size_t size = strlen(with);

    if (text.size <= size || memcmp(text.at, with, size) != 0)
        return false;
    *rest = (struct bytes){text.at + size, text.size - size};
    return true;
}

/* Up to a blank in front of a bracket: `P0017003 (Belize)`. */
static struct bytes
before_bracket(struct bytes text)
{
    for (size_t i = 1; i < text.size; i++)
        if (text.at[i] == '(' && text.at[i - 1] == ' ')
            text.size = i - 1;
    return text;
}

static void
add_remark(struct ofac *o, struct party *p, struct bytes part, struct bytes *alias)
{
    static const char *const documents[] = {"Passport ", "National ID No. ", "Tax ID No. ",
        "Registration Number ", "Registration ID ", "SSN ", "Identification Number ",
        "Company Number ", "National Foreign ID Number ", "C.I. # ", "Cedula No. ", "R.F.C. "};
    struct bytes rest;

    part = entry_trim(part);
    while (part.size > 0 && part.at[part.size - 1] == '.')
        part.size--;
    if (begins(part, "alt. ", &rest))
        part = rest;
    if (begins(part, "DOB ", &rest)) {
        import_fact(o->in, &p->person, FACT_BORN, rest);
        return;
    }
    if (begins(part, "a.k.a. '", &rest) && rest.size > 1 && rest.at[rest.size - 1] == '\'') {
        *alias = (struct bytes){rest.at, rest.size - 1};
        return;
    }
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        if (begins(part, documents[i], &rest))
            import_fact(o->in, &p->person, FACT_DOCUMENT, before_bracket(rest));
}

/* Facts first, so that all names of the party have them; then (`names`) the weak aliases. */
static void
read_remarks(struct ofac *o, struct party *p, struct bytes remarks, bool names)
{
    for (size_t i = 0; i < remarks.size;) {
        struct bytes alias = {"", 0};
        size_t from = i;

        while (i < remarks.size && remarks.at[i] != ';')
            i++;
        if (!names) {
            add_remark(o, p, (struct bytes){remarks.at + from, i - from}, &alias);
        } else {
            struct party scrap = {.number = 0};
            size_t facts = o->in->d->fact_count;

            add_remark(o, &scrap, (struct bytes){remarks.at + from, i - from}, &alias);
            o->in->d->fact_count = facts;
            import_name(o->in, &p->person, alias, true);
        }
        i++;
    }
}

/* ---- parties ------------------------------------------------------------------------------- */

static void
add_party(struct ofac *o, int64_t number)
{
    struct bytes name = import_cell(o->in, SDN_NAME);
    struct party *p;

    if (name.size == 0) {
        import_bad_row(o->in);
        return;
    }
    if (!make_room(o, (void **)&o->party, o->parties, &o->party_cap, sizeof *o->party))
        return;
    p = &o->party[o->parties++];
    *p = (struct party){.number = number};
    p->person.id = import_keep(o->in, import_cell(o->in, 0));
    p->person.note = import_keep(o->in, import_cell(o->in, SDN_PROGRAM));
    p->person.alias_note = import_join(o->in, p->person.note, "; also ", name);
    import_begin(o->in, &p->person);
    read_remarks(o, p, import_cell(o->in, SDN_REMARKS), false);
    add_countries(o, p);
    import_name(o->in, &p->person, name, false);
    read_remarks(o, p, import_cell(o->in, SDN_REMARKS), true);
}

/* A name whose party is not on the list is watched all the same. */
static void
add_alias(struct ofac *o, int64_t number)
{
    struct import_person alone = {
        .id = import_keep(o->in, import_cell(o->in, 0)), .note = {"", 0}, .alias_note = {"", 0}};
    const struct party *p =
        o->parties == 0 ? NULL
                        : bsearch(&number, o->party, o->parties, sizeof *o->party, by_number);

    import_name(o->in, p == NULL ? &alone : &p->person, import_cell(o->in, ALT_NAME), true);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static void
read_rows(struct ofac *o, size_t columns, void (*add)(struct ofac *, int64_t))
{
    int64_t number;

    while (import_row(o->in))
        if (read_number(o->in, columns, &number))
            add(o, number);
    import_finish(o->in, CTRL_Z);
}

/* A file beside the list's own; the books of rows are kept for each. */
static void
read_other(struct ofac *o, const struct yaml_node *name, size_t columns,
    void (*add)(struct ofac *, int64_t))
{
    struct list_spec spec = *o->in->d->s.spec;
    struct import in = {.d = o->in->d, .row = o->in->row};
    struct entries file;
    struct import *own = o->in;

    if (name == NULL)
        return;
    spec.file = name;
    in.file = &file;
    o->in = &in;
    if (entry_open(&file, own->d->s.ds, &spec, own->d->a)) {
        read_rows(o, columns, add);
        file.count = in.rows;
    }
    entry_close(&file);
    own->d->s.failed = own->d->s.failed || file.failed;
    own->starved = own->starved || in.starved;
    o->in = own;
}

void
import_ofac(struct import *in)
{
    const struct list_source *source = in->d->s.spec->source;
    struct ofac o = {.in = in};

    read_other(&o, source->addresses, ADD_COLUMNS, add_address);
    if (o.addresses > 1)
        qsort(o.address, o.addresses, sizeof *o.address, by_number);
    read_rows(&o, SDN_COLUMNS, add_party);
    if (o.parties > 1)
        qsort(o.party, o.parties, sizeof *o.party, by_number);
    read_other(&o, source->aliases, ALT_COLUMNS, add_alias);
    alloc_free(o.address);
    alloc_free(o.party);
}
