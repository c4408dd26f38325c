/* diag_json - messages as JSON Lines, one object a message, for editors and scripts. */
#include "base/alloc.h"
#include "base/buf.h"
#include "text/diag.h"
#include "text/diag_store.h"
#include "text/json_write.h"

static void
write_place(const struct diags *ds, struct span at, struct json_write *w)
{
    struct diag_spot from = diag_spot_of(ds, at.file, at.from);
    struct diag_spot to = diag_spot_of(ds, at.file, at.from + at.size);

    json_key(w, "path");
    json_text(w, bytes_of(diag_file_path(ds, at.file)));
    json_key(w, "line");
    json_int(w, from.line);
    json_key(w, "column");
    json_int(w, from.column);
    json_key(w, "end_line");
    json_int(w, to.line);
    json_key(w, "end_column"); /* of the character behind the last one */
    json_int(w, to.column);
}

static void
write_remarks(const struct diag *d, bool help, struct json_write *w)
{
    json_open(w, '[');
    for (const struct diag_remark *r = d->remarks; r != NULL; r = r->next)
        if (r->help == help)
            json_text(w, bytes_of(r->text));
    json_close(w, ']');
}

static void
write_diag(const struct diags *ds, const struct diag *d, struct json_write *w)
{
    json_open(w, '{');
    json_key(w, "level");
    json_text(w, bytes_of(d->level == DIAG_ERROR ? "error" : "warning"));
    json_key(w, "code");
    json_text(w, bytes_of(d->code));
    json_key(w, "message");
    json_text(w, bytes_of(d->text));
    write_place(ds, d->at, w);
    json_key(w, "label");
    json_text(w, bytes_of(d->label));
    json_key(w, "related");
    json_open(w, '[');
    for (const struct diag_place *p = d->places; p != NULL; p = p->next) {
        if (p->text[0] == '\0')
            continue; /* a line of context, of use to the eye only */
        json_open(w, '{');
        write_place(ds, p->at, w);
        json_key(w, "label");
        json_text(w, bytes_of(p->text));
        json_close(w, '}');
    }
    json_close(w, ']');
    json_key(w, "notes");
    write_remarks(d, false, w);
    json_key(w, "helps");
    write_remarks(d, true, w);
    json_close(w, '}');
}

void
diags_print_json(const struct diags *ds, struct buf *out)
{
    const struct diag **sorted = alloc_zero(ds->count + 1, sizeof *sorted);

    if (sorted != NULL)
        diag_sort(ds, sorted);
    for (size_t i = 0; i < ds->count; i++) {
        struct json_write w = {.out = out};

        write_diag(ds, sorted != NULL ? sorted[i] : ds->all[i], &w);
        buf_byte(out, '\n');
    }
    if (ds->lost > 0) {
        struct json_write w = {.out = out};

        json_open(&w, '{');
        json_key(&w, "level");
        json_text(&w, bytes_of("lost"));
        json_key(&w, "count");
        json_int(&w, (int64_t)ds->lost);
        json_close(&w, '}');
        buf_byte(out, '\n');
    }
    alloc_free(sorted);
}
