/* import - what all layouts of published lists need: rows, cells, people, the end of the file. */
#include "list/import.h"

#include <string.h>

#include "base/alloc.h"
#include "list/item.h"

enum { SHOWN = 80, CTRL_Z = 0x1a };

/* ---- keeping ---------------------------------------------------------------------------- */

struct bytes
import_keep(struct import *in, struct bytes text)
{
    char *copy = arena_copy(in->d->a, text);

    if (copy == NULL)
        in->starved = true;
    return (struct bytes){copy == NULL ? "" : copy, copy == NULL ? 0 : text.size};
}

struct bytes
import_join(struct import *in, struct bytes a, const char *joint, struct bytes b)
{
    struct buf both = {0};
    struct bytes kept;

    if (a.size == 0 || b.size == 0)
        return a.size == 0 ? b : a;
    buf_add(&both, a.at, a.size);
    buf_text(&both, joint);
    buf_add(&both, b.at, b.size);
    kept = import_keep(in, both.failed ? (struct bytes){"", 0} : buf_bytes(&both));
    in->starved = in->starved || both.failed;
    buf_fini(&both);
    return kept;
}

void
import_begin(struct import *in, struct import_person *p)
{
    p->fact_first = (uint32_t)in->d->fact_count;
    p->fact_count = 0;
}

void
import_fact(struct import *in, struct import_person *p, enum fact_kind kind, struct bytes text)
{
    struct fact f;
    bool read = false;

    text = entry_trim(text);
    if (text.size == 0)
        return;
    switch (kind) {
    case FACT_BORN:
        read = fact_born(text, &f);
        break;
    case FACT_COUNTRY:
        read = fact_country(text, &f);
        break;
    case FACT_DOCUMENT:
        read = fact_document(text, in->d->a, &f);
        break;
    case FACT_PHONE:
        read = fact_phone(text, in->d->a, &f);
        break;
    case FACT_KINDS:
        break;
    }
    /* What a publisher writes freely ("circa 1950-1955") is left out: the name is what counts. */
    if (read && watch_entry_fact(in->d, &f))
        p->fact_count = (uint32_t)in->d->fact_count - p->fact_first;
}

void
import_facts(struct import *in, struct import_person *p, enum fact_kind kind, struct bytes text)
{
    for (size_t i = 0; i < text.size;) {
        size_t from = i;

        while (i < text.size && text.at[i] != ';')
            i++;
        import_fact(in, p, kind, (struct bytes){text.at + from, i - from});
        i++;
    }
}

void
import_name(struct import *in, const struct import_person *p, struct bytes name, bool alias)
{
    struct watch_entry e = {.weight = 1,
        .until = INT64_MAX,
        .order = (uint32_t)in->d->count,
        .fact_first = p->fact_first,
        .fact_count = p->fact_count};

    name = entry_trim(name);
    if (name.size == 0)
        return;
    e.value = import_keep(in, name);
    e.id = import_join(in, in->d->id_prefix, "", p->id);
    e.note = alias ? p->alias_note : p->note;
    if (!in->starved)
        (void)watch_entry_add(in->d, &e);
}

void
import_dated(struct import *in, int64_t day)
{
    if (in->d->tally.day == WATCH_NO_DAY || day > in->d->tally.day)
        in->d->tally.day = day;
}

/* ---- rows -------------------------------------------------------------------------------- */

void
import_bad_row(struct import *in)
{
    if (in->unreadable++ == 0)
        in->first_unreadable =
            (struct bytes){in->row->at, in->row->text_size < SHOWN ? in->row->text_size : SHOWN};
}

/* A quote that stays open to the end of the file is a file that was cut off. */
static void
refuse_row(struct import *in, struct bytes rest)
{
    in->row->at = rest.at;
    import_bad_row(in);
}

void
import_delimit(struct import *in, char delimiter)
{
    csv_init(&in->file->csv, (struct csv_dialect){.delimiter = delimiter, .quote = '"'});
}

bool
import_row(struct import *in)
{
    struct entries *s = in->file;

    while (s->at < s->text.size) {
        struct bytes rest = {s->text.at + s->at, s->text.size - s->at};
        enum weir_status st = csv_row(&s->csv, rest, true, in->row);

        if (st == WEIR_END || st == WEIR_FAIL || in->row->size == 0)
            return false;
        s->at += in->row->size;
        if (st == WEIR_OK && in->row->text_size == 0)
            continue;
        if (st == WEIR_OK && in->row->text_size == 1 && in->row->at[0] == CTRL_Z)
            continue;
        in->rows++;
        if (st == WEIR_OK)
            return true;
        refuse_row(in, rest);
    }
    return false;
}

struct bytes
import_cell(struct import *in, size_t column)
{
    struct bytes text;

    if (column >= in->row->count)
        return (struct bytes){"", 0};
    text = in->row->cell[column];
    if ((csv_flags(in->row, (uint32_t)column) & CSV_ESCAPED) != 0) {
        char *room = arena_take(in->d->a, 1, text.size + 1);

        in->starved = in->starved || room == NULL;
        if (room != NULL)
            text = csv_unescape(&in->file->csv, in->row, (uint32_t)column, room);
    }
    text = entry_trim(text);
    return bytes_equal(text, bytes_of("-0-")) ? (struct bytes){"", 0} : text;
}

size_t
import_column(struct import *in, const char *name)
{
    for (size_t i = 0; i < in->row->count; i++)
        if (bytes_equal(import_cell(in, i), bytes_of(name)))
            return i;
    return SIZE_MAX;
}

bool
import_need(struct import *in, size_t column, const char *name)
{
    struct piece p = {
        .text = {in->row->at, in->row->text_size < SHOWN ? in->row->text_size : SHOWN}};
    struct diag *g;

    if (column != SIZE_MAX)
        return true;
    g = entry_tell(
        in->file, "R458", entry_span(in->file, &p), "this file has no column `%s`", name);
    diag_label(in->d->s.ds, g, "the first line names the columns");
    diag_help(in->d->s.ds, g, "is it the file that `format` says?");
    return false;
}

/* ---- the end -------------------------------------------------------------------------------- */

static void
tell_cut(struct import *in, const char *missing)
{
    const struct bytes text = in->file->text;
    size_t size = text.size < SHOWN ? text.size : SHOWN;
    struct piece p = {.text = {text.at + text.size - size, size}};
    struct diag *g;

    while (p.text.size > 1 && memchr(p.text.at, '\n', p.text.size - 1) != NULL) {
        p.text.at++;
        p.text.size--;
    }
    g = entry_tell(in->file, "R457", entry_span(in->file, &p), "the file of `%.*s` is cut off",
        (int)in->d->s.spec->name.size, in->d->s.spec->name.at);
    diag_label(in->d->s.ds, g, "%s", missing);
    diag_help(in->d->s.ds, g, "fetch the list again; nothing was screened with what is there");
}

static void
tell_unreadable(struct import *in)
{
    bool many = in->unreadable * 100 > in->rows * LIMIT_LIST_BAD_PERCENT;
    struct piece p = {.text = in->first_unreadable};
    struct span at = entry_span(in->file, &p);
    struct diag *g;

    if (many)
        g = entry_tell(in->file, "R459", at, "%zu of %zu rows of `%.*s` cannot be read",
            in->unreadable, in->rows, (int)in->d->s.spec->name.size, in->d->s.spec->name.at);
    else
        g = diag_add(in->d->s.ds, DIAG_WARNING, "R460", at,
            "%zu of %zu rows of `%.*s` cannot be read", in->unreadable, in->rows,
            (int)in->d->s.spec->name.size, in->d->s.spec->name.at);
    diag_label(in->d->s.ds, g, "the first of them");
    if (many)
        diag_help(in->d->s.ds, g, "is it the layout that `format` says, and whole?");
}

void
import_finish(struct import *in, char end_mark)
{
    const struct bytes text = in->file->text;
    char last = text.size > 0 ? text.at[text.size - 1] : '\0';

    in->d->tally.rows += in->rows;
    in->d->tally.unreadable += in->unreadable;
    if (in->row->fault != NULL && strcmp(in->row->fault, "Q_QUOTE") == 0 &&
        in->row->at + in->row->size == text.at + text.size)
        tell_cut(in, "a quoted text is still open where the file ends");
    else if (text.size > 0 && end_mark == CTRL_Z && last != CTRL_Z)
        tell_cut(in, "the mark that ends such a file (Ctrl-Z) is missing");
    else if (text.size > 0 && end_mark == '\n' && last != '\n' && last != CTRL_Z)
        tell_cut(in, "the last line is not ended");
    else if (in->unreadable > 0)
        tell_unreadable(in);
    in->d->s.failed = in->d->s.failed || in->file->failed;
}

void
import_read(struct watch_draft *d)
{
    static void (*const layouts[])(struct import *) = {[FORMAT_CSV] = import_mapped,
        [FORMAT_OFAC] = import_ofac,
        [FORMAT_UN] = import_un,
        [FORMAT_EU] = import_eu,
        [FORMAT_OPENSANCTIONS] = import_opensanctions};
    struct import in = {.d = d, .file = &d->s, .row = alloc_zero(1, sizeof *in.row)};

    if (in.row == NULL)
        in.starved = true;
    else
        layouts[d->s.spec->source->format](&in);
    if (in.starved)
        entry_starve(&d->s);
    d->s.count = d->count;
    alloc_free(in.row);
}
