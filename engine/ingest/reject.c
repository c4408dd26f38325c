/* reject - one JSON object a row, and a short sorted table of reasons. */
#include "ingest/reject.h"

#include <assert.h>
#include <string.h>

#include "text/json_write.h"

void
rejects_init(struct rejects *r)
{
    memset(r, 0, sizeof *r);
}

void
rejects_fini(struct rejects *r)
{
    buf_fini(&r->lines);
}

/* Codes are a closed set of ours, far fewer than the table holds. */
static void
count_code(struct rejects *r, const char *code)
{
    size_t at = 0;

    while (at < r->code_count && strcmp(r->code[at], code) < 0)
        at++;
    if (at == r->code_count || strcmp(r->code[at], code) != 0) {
        char *name = r->name[r->code_count];

        assert(r->code_count < REJECT_CODES_MAX);
        assert(strlen(code) < sizeof r->name[0]);
        memcpy(name, code, strlen(code) + 1);
        memmove(&r->code[at + 1], &r->code[at], (r->code_count - at) * sizeof r->code[0]);
        memmove(&r->number[at + 1], &r->number[at], (r->code_count - at) * sizeof r->number[0]);
        r->code[at] = name;
        r->number[at] = 0;
        r->code_count++;
    }
    r->number[at]++;
}

/* At most `max` bytes, not cut within a character. */
static struct bytes
head_of(struct bytes text, size_t max)
{
    if (text.size <= max)
        return text;
    while (max > 0 && ((unsigned char)text.at[max] & 0xc0) == 0x80)
        max--;
    return (struct bytes){text.at, max};
}

static void
put_text(struct json_write *w, const char *key, struct bytes text)
{
    json_key(w, key);
    json_text(w, head_of(text, REJECT_TEXT_MAX));
}

bool
rejects_add(struct rejects *r, const struct reject_row *row)
{
    struct json_write w = {.out = &r->lines};

    r->count++;
    count_code(r, row->code);
    json_open(&w, '{');
    put_text(&w, "file", bytes_of(row->file));
    json_key(&w, "row");
    json_int(&w, (int64_t)row->row);
    json_key(&w, "line");
    if (row->line > 0)
        json_int(&w, (int64_t)row->line);
    else
        json_null(&w);
    json_key(&w, "offset");
    json_int(&w, (int64_t)row->offset);
    put_text(&w, "reason", bytes_of(row->code));
    put_text(&w, "column", bytes_of(row->column != NULL ? row->column : ""));
    put_text(&w, "found", row->found);
    put_text(&w, "right", bytes_of(row->right != NULL ? row->right : ""));
    json_key(&w, "text");
    if (row->text.at != NULL)
        json_text(&w, head_of(row->text, REJECT_TEXT_MAX));
    else
        json_null(&w);
    json_close(&w, '}');
    buf_byte(&r->lines, '\n');
    return !r->lines.failed;
}
