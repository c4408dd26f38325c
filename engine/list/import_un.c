/*
 * import_un - the Security Council's consolidated list in XML.
 *
 * Nationalities and places of birth are left alone: a country is where somebody lives or trades.
 */
#include <string.h>

#include "list/import.h"
#include "list/item.h"
#include "text/xml_read.h"

enum { NAMES_MAX = 256 }; /* of one person */

struct un {
    struct import *in;
    bool inside;          /* in an INDIVIDUAL or ENTITY */
    const char *block;    /* the element directly below it that is open */
    struct bytes part[4]; /* FIRST_NAME to FOURTH_NAME */
    struct bytes other[NAMES_MAX];
    size_t others;
    struct import_person person;
};

static bool
is(const char *name, const char *what)
{
    return strcmp(name, what) == 0;
}

static void
begin_party(struct un *u)
{
    struct import *in = u->in;

    *u = (struct un){.in = in, .inside = true};
    import_begin(in, &u->person);
    in->rows++;
}

/* `dateGenerated="2026-02-27T00:00:09.554Z"` */
static void
read_day(struct un *u, const char *const *attribute)
{
    struct fact day;

    for (; *attribute != NULL; attribute += 2)
        if (is(attribute[0], "dateGenerated") && strlen(attribute[1]) >= 10 &&
            fact_born((struct bytes){attribute[1], 10}, &day) && !day.year)
            import_dated(u->in, day.num);
}

static void
on_start(void *to, const char *name, const char *const *attribute)
{
    static const char *const blocks[] = {"INDIVIDUAL_ALIAS", "ENTITY_ALIAS", "INDIVIDUAL_ADDRESS",
        "ENTITY_ADDRESS", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_DOCUMENT", "NATIONALITY",
        "INDIVIDUAL_PLACE_OF_BIRTH"};
    struct un *u = to;

    if (is(name, "CONSOLIDATED_LIST"))
        read_day(u, attribute);
    else if (is(name, "INDIVIDUAL") || is(name, "ENTITY"))
        begin_party(u);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (is(name, blocks[i]))
            u->block = blocks[i];
}

static void
add_other(struct un *u, struct bytes name)
{
    if (name.size > 0 && u->others < NAMES_MAX)
        u->other[u->others++] = import_keep(u->in, name);
    else if (name.size > 0)
        u->in->unreadable++;
}

static void
end_party(struct un *u)
{
    struct bytes name = u->part[0];

    for (size_t i = 1; i < 4; i++)
        name = import_join(u->in, name, " ", u->part[i]);
    if (name.size == 0 || u->person.id.size == 0) {
        u->in->unreadable++;
    } else {
        u->person.alias_note = import_join(u->in, u->person.note, "; also ", name);
        import_name(u->in, &u->person, name, false);
        for (size_t i = 0; i < u->others; i++)
            import_name(u->in, &u->person, u->other[i], true);
    }
    u->inside = false;
}

static void
take_fact(struct un *u, const char *name, struct bytes text)
{
    if (u->block == NULL)
        return;
    if (is(name, "ALIAS_NAME"))
        add_other(u, text);
    else if (is(name, "COUNTRY") && strstr(u->block, "ADDRESS") != NULL)
        import_fact(u->in, &u->person, FACT_COUNTRY, text);
    else if (is(u->block, "INDIVIDUAL_DATE_OF_BIRTH") && (is(name, "DATE") || is(name, "YEAR")))
        import_fact(u->in, &u->person, FACT_BORN, text);
    else if (is(u->block, "INDIVIDUAL_DOCUMENT") && is(name, "NUMBER"))
        import_fact(u->in, &u->person, FACT_DOCUMENT, text);
}

static void
on_end(void *to, const char *name, struct bytes text)
{
    static const char *const parts[] = {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"};
    struct un *u = to;

    if (!u->inside)
        return;
    if (is(name, "INDIVIDUAL") || is(name, "ENTITY")) {
        end_party(u);
        return;
    }
    if (u->block != NULL && is(name, u->block)) {
        u->block = NULL;
        return;
    }
    for (size_t i = 0; i < 4; i++)
        if (is(name, parts[i]))
            u->part[i] = import_keep(u->in, text);
    if (is(name, "REFERENCE_NUMBER"))
        u->person.id = import_keep(u->in, text);
    else if (is(name, "UN_LIST_TYPE"))
        u->person.note = import_keep(u->in, text);
    else if (is(name, "NAME_ORIGINAL_SCRIPT"))
        add_other(u, text);
    else
        take_fact(u, name, text);
}

static void
tell_fault(struct import *in, const struct xml_fault *fault)
{
    const struct bytes text = in->file->text;
    size_t at = fault->at < text.size ? fault->at : text.size;
    struct piece p = {.text = {text.at + at, at < text.size}};
    const struct bytes name = in->d->s.spec->name;
    struct diag *g;

    if (fault->kind == XML_MEMORY) {
        in->starved = true;
        return;
    }
    if (fault->kind == XML_CUT)
        g = entry_tell(in->file, "R457", entry_span(in->file, &p), "the file of `%.*s` is cut off",
            (int)name.size, name.at);
    else if (fault->kind == XML_DOCTYPE)
        g = entry_tell(in->file, "E660", entry_span(in->file, &p),
            "the file of `%.*s` declares a document type (DOCTYPE)", (int)name.size, name.at);
    else
        g = entry_tell(in->file, "R461", entry_span(in->file, &p), "the file of `%.*s` is not XML",
            (int)name.size, name.at);
    diag_label(in->d->s.ds, g, "%s",
        fault->kind == XML_CUT ? "its last elements are not closed" : fault->what);
    diag_help(in->d->s.ds, g,
        fault->kind == XML_DOCTYPE
            ? "the published list has none; fetch it from its publisher"
            : "fetch the list again; nothing was screened with what is there");
}

void
import_un(struct import *in)
{
    static const struct xml_events events = {on_start, on_end};
    struct un u = {.in = in};
    struct xml_fault fault;

    if (in->file->text.size == 0)
        return; /* told as empty */
    if (!xml_read(in->file->text, &events, &u, &fault)) {
        tell_fault(in, &fault);
        return;
    }
    in->row->at = in->file->text.at;
    in->first_unreadable = (struct bytes){in->file->text.at, 1};
    import_finish(in, '\0');
}
