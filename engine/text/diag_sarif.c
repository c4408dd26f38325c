/* diag_sarif - messages as one SARIF 2.1.0 log, for code-review tools. */
#include "base/alloc.h"
#include "base/buf.h"
#include "text/diag.h"
#include "text/diag_store.h"
#include "text/json_write.h"

static void
put(struct json_write *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, bytes_of(text));
}

static void
open_key(struct json_write *w, const char *key, char bracket)
{
    json_key(w, key);
    json_open(w, bracket);
}

/* A path as a relative URI (RFC 3986): everything but the unreserved and `/` in per cent. */
static void
put_uri(struct json_write *w, const char *path)
{
    struct buf uri = {0};

    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_' || c == '~' || c == '/')
            buf_byte(&uri, (char)c);
        else
            buf_print(&uri, "%%%02X", c);
    }
    json_key(w, "uri");
    json_text(w, uri.size > 0 ? buf_bytes(&uri) : (struct bytes){"", 0});
    w->out->failed = w->out->failed || uri.failed;
    buf_fini(&uri);
}

static void
put_location(const struct diags *ds, struct span at, const char *words, struct json_write *w)
{
    struct diag_spot from = diag_spot_of(ds, at.file, at.from);
    struct diag_spot to = diag_spot_of(ds, at.file, at.from + at.size);

    json_open(w, '{');
    open_key(w, "physicalLocation", '{');
    open_key(w, "artifactLocation", '{');
    put_uri(w, diag_file_path(ds, at.file));
    json_close(w, '}');
    open_key(w, "region", '{');
    json_key(w, "startLine");
    json_int(w, from.line);
    json_key(w, "startColumn");
    json_int(w, from.column);
    json_key(w, "endLine");
    json_int(w, to.line);
    json_key(w, "endColumn");
    json_int(w, to.column);
    json_close(w, '}');
    json_close(w, '}');
    if (words[0] != '\0') {
        open_key(w, "message", '{');
        put(w, "text", words);
        json_close(w, '}');
    }
    json_close(w, '}');
}

/* The sentence, and below it what would be right. */
static void
put_message(const struct diag *d, struct json_write *w)
{
    struct buf text = {0};

    buf_text(&text, d->text);
    if (d->label[0] != '\0')
        buf_print(&text, "\n%s", d->label);
    for (const struct diag_remark *r = d->remarks; r != NULL; r = r->next)
        buf_print(&text, "\n%s: %s", r->help ? "help" : "note", r->text);
    open_key(w, "message", '{');
    json_key(w, "text");
    json_text(w, text.failed ? bytes_of(d->text) : buf_bytes(&text));
    json_close(w, '}');
    buf_fini(&text);
}

static void
put_result(const struct diags *ds, const struct diag *d, struct json_write *w)
{
    json_open(w, '{');
    put(w, "ruleId", d->code);
    put(w, "level", d->level == DIAG_ERROR ? "error" : "warning");
    put_message(d, w);
    open_key(w, "locations", '[');
    put_location(ds, d->at, "", w);
    json_close(w, ']');
    open_key(w, "relatedLocations", '[');
    for (const struct diag_place *p = d->places; p != NULL; p = p->next)
        if (p->text[0] != '\0')
            put_location(ds, p->at, p->text, w);
    json_close(w, ']');
    json_close(w, '}');
}

/* Each code once, in the order met. */
static void
put_codes(const struct diag *const *sorted, size_t count, struct json_write *w)
{
    open_key(w, "rules", '[');
    for (size_t i = 0; i < count; i++) {
        bool first = true;

        for (size_t k = 0; k < i && first; k++)
            first = !bytes_equal(bytes_of(sorted[k]->code), bytes_of(sorted[i]->code));
        if (!first)
            continue;
        json_open(w, '{');
        put(w, "id", sorted[i]->code);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void
diags_print_sarif(const struct diags *ds, const char *version, struct buf *out)
{
    const struct diag **sorted = alloc_zero(ds->count + 1, sizeof *sorted);
    struct json_write w = {.out = out};

    if (sorted == NULL) {
        out->failed = true;
        return;
    }
    diag_sort(ds, sorted);
    json_open(&w, '{');
    put(&w, "$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json");
    put(&w, "version", "2.1.0");
    open_key(&w, "runs", '[');
    json_open(&w, '{');
    open_key(&w, "tool", '{');
    open_key(&w, "driver", '{');
    put(&w, "name", "weir");
    put(&w, "version", version);
    put_codes(sorted, ds->count, &w);
    json_close(&w, '}');
    json_close(&w, '}');
    put(&w, "columnKind", "unicodeCodePoints");
    open_key(&w, "results", '[');
    for (size_t i = 0; i < ds->count; i++)
        put_result(ds, sorted[i], &w);
    json_close(&w, ']');
    json_close(&w, '}');
    json_close(&w, ']');
    json_close(&w, '}');
    buf_byte(out, '\n');
    alloc_free(sorted);
}
