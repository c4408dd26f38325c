/* diag - collecting messages about source texts; printing is in diag_text.c and diag_json.c. */
#include "text/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "text/diag_store.h"
#include "text/utf8.h"

struct diags *
diags_new(void)
{
    struct diags *ds = alloc_zero(1, sizeof *ds);

    if (ds == NULL)
        return NULL;
    arena_init(&ds->arena, 0, "messages");
    ds->source_cap = 16;
    ds->source = arena_take(&ds->arena, ds->source_cap, sizeof *ds->source);
    if (ds->source == NULL) {
        diags_free(ds);
        return NULL;
    }
    ds->source[0] = (struct diag_source){.path = "", .text = {"", 0}};
    ds->source_count = 1;
    ds->spare = (struct diag){.text = "", .label = ""};
    return ds;
}

void
diags_free(struct diags *ds)
{
    if (ds == NULL)
        return;
    arena_fini(&ds->arena);
    alloc_free(ds);
}

/* Bytes of the line end at `at`, 0 where there is none: LF, CR or CRLF. */
static size_t
line_end(struct bytes text, size_t at)
{
    if (text.at[at] == '\n')
        return 1;
    if (text.at[at] != '\r')
        return 0;
    return at + 1 < text.size && text.at[at + 1] == '\n' ? 2 : 1;
}

static uint32_t
count_lines(struct bytes text, uint32_t *start)
{
    uint32_t lines = 1;

    if (start != NULL)
        start[0] = 0;
    for (size_t i = 0; i < text.size;) {
        size_t end = line_end(text, i);

        i += end > 0 ? end : 1;
        if (end > 0) {
            if (start != NULL)
                start[lines] = (uint32_t)i;
            lines++;
        }
    }
    return lines;
}

static bool
grow_sources(struct diags *ds)
{
    struct diag_source *more;

    if (ds->source_count < ds->source_cap)
        return true;
    more = arena_take(&ds->arena, (size_t)ds->source_cap * 2, sizeof *more);
    if (more == NULL)
        return false;
    memcpy(more, ds->source, ds->source_count * sizeof *more);
    ds->source = more;
    ds->source_cap *= 2;
    return true;
}

uint32_t
diag_file(struct diags *ds, const char *path, struct bytes text)
{
    struct diag_source s = {.text = {"", 0}};

    if (text.size > UINT32_MAX / 2)
        text.size = 0;
    s.path = arena_copy(&ds->arena, bytes_of(path));
    if (text.size > 0)
        s.text = (struct bytes){arena_copy(&ds->arena, text), text.size};
    s.lines = count_lines(text, NULL);
    s.line = arena_take(&ds->arena, s.lines, sizeof *s.line);
    if (s.path == NULL || s.text.at == NULL || s.line == NULL || !grow_sources(ds)) {
        ds->failed = true;
        return 0;
    }
    count_lines(s.text, s.line);
    ds->source[ds->source_count] = s;
    return ds->source_count++;
}

const struct diag_source *
diag_source_of(const struct diags *ds, uint32_t file)
{
    return &ds->source[file < ds->source_count ? file : 0];
}

struct bytes
diag_file_text(const struct diags *ds, uint32_t file)
{
    return diag_source_of(ds, file)->text;
}

const char *
diag_file_path(const struct diags *ds, uint32_t file)
{
    return diag_source_of(ds, file)->path;
}

uint32_t
diag_line_of(const struct diag_source *s, uint32_t at)
{
    uint32_t low = 0, high = s->lines;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (s->line[mid] <= at)
            low = mid;
        else
            high = mid;
    }
    return low;
}

struct bytes
diag_line_text(const struct diag_source *s, uint32_t line)
{
    size_t from, to;

    if (line >= s->lines)
        return (struct bytes){"", 0};
    from = s->line[line];
    to = line + 1 < s->lines ? s->line[line + 1] : s->text.size;
    while (to > from && (s->text.at[to - 1] == '\n' || s->text.at[to - 1] == '\r'))
        to--;
    return (struct bytes){s->text.at + from, to - from};
}

struct diag_spot
diag_spot_of(const struct diags *ds, uint32_t file, uint32_t at)
{
    const struct diag_source *s = diag_source_of(ds, file);
    uint32_t line = diag_line_of(s, at);
    struct bytes text = diag_line_text(s, line);
    struct diag_spot spot = {.line = line + 1, .column = 1};
    size_t i = 0, end;

    if (s->lines == 0)
        return spot;
    end = at - s->line[line] < text.size ? at - s->line[line] : text.size;
    if (line == 0 && text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
        i = 3; /* a byte order mark is no character of the text */
    while (i < end) {
        uint32_t point;
        size_t size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);

        i += size > 0 ? size : 1;
        spot.column++;
    }
    return spot;
}

static const char *format(struct diags *ds, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static const char *
format(struct diags *ds, const char *fmt, va_list ap)
{
    va_list again;
    char *text = NULL;
    int size;

    va_copy(again, ap);
    size = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (size >= 0)
        text = arena_take(&ds->arena, (size_t)size + 1, 1);
    if (text == NULL) {
        ds->failed = true;
        return "";
    }
    vsnprintf(text, (size_t)size + 1, fmt, ap);
    return text;
}

struct diag *
diag_add(
    struct diags *ds, enum diag_level level, const char *code, struct span at, const char *fmt, ...)
{
    struct diag *d = NULL;
    va_list ap;

    if (level == DIAG_ERROR)
        ds->errors++;
    else
        ds->warnings++;
    if (ds->count < LIMIT_DIAGS)
        d = arena_take(&ds->arena, 1, sizeof *d);
    if (d == NULL) {
        ds->lost++;
        return &ds->spare;
    }
    *d = (struct diag){.level = level, .at = at, .order = ds->count, .label = ""};
    snprintf(d->code, sizeof d->code, "%s", code);
    va_start(ap, fmt);
    d->text = format(ds, fmt, ap);
    va_end(ap);
    ds->all[ds->count++] = d;
    return d;
}

void
diag_label(struct diags *ds, struct diag *d, const char *fmt, ...)
{
    va_list ap;

    if (d == &ds->spare)
        return;
    va_start(ap, fmt);
    d->label = format(ds, fmt, ap);
    va_end(ap);
}

void
diag_mark(struct diags *ds, struct diag *d, struct span at, const char *fmt, ...)
{
    struct diag_place *p, **end = &d->places;
    va_list ap;

    if (d == &ds->spare)
        return;
    p = arena_take(&ds->arena, 1, sizeof *p);
    if (p == NULL) {
        ds->failed = true;
        return;
    }
    va_start(ap, fmt);
    *p = (struct diag_place){.at = at, .text = format(ds, fmt, ap)};
    va_end(ap);
    while (*end != NULL)
        end = &(*end)->next;
    *end = p;
}

static void
add_remark(struct diags *ds, struct diag *d, bool help, const char *text)
{
    struct diag_remark *r = arena_take(&ds->arena, 1, sizeof *r), **end = &d->remarks;

    if (r == NULL) {
        ds->failed = true;
        return;
    }
    *r = (struct diag_remark){.help = help, .text = text};
    while (*end != NULL)
        end = &(*end)->next;
    *end = r;
}

void
diag_note(struct diags *ds, struct diag *d, const char *fmt, ...)
{
    va_list ap;

    if (d == &ds->spare)
        return;
    va_start(ap, fmt);
    add_remark(ds, d, false, format(ds, fmt, ap));
    va_end(ap);
}

void
diag_help(struct diags *ds, struct diag *d, const char *fmt, ...)
{
    va_list ap;

    if (d == &ds->spare)
        return;
    va_start(ap, fmt);
    add_remark(ds, d, true, format(ds, fmt, ap));
    va_end(ap);
}

bool
diag_silence(struct diags *ds, struct bytes code, struct span within)
{
    size_t best = ds->count;

    for (size_t i = 0; i < ds->count; i++) {
        const struct diag *d = ds->all[i];

        if (d->level == DIAG_WARNING && d->at.file == within.file && d->at.from >= within.from &&
            d->at.from < within.from + within.size && bytes_equal(bytes_of(d->code), code) &&
            (best == ds->count || d->at.from < ds->all[best]->at.from))
            best = i;
    }
    if (best == ds->count)
        return false;
    ds->count--;
    ds->warnings--;
    memmove(&ds->all[best], &ds->all[best + 1], (ds->count - best) * sizeof(struct diag *));
    return true;
}

size_t
diags_errors(const struct diags *ds)
{
    return ds->errors;
}

const char *
diags_first(const struct diags *ds)
{
    for (size_t i = 0; i < ds->count; i++)
        if (ds->all[i]->level == DIAG_ERROR)
            return ds->all[i]->text;
    return "";
}

size_t
diags_warnings(const struct diags *ds)
{
    return ds->warnings;
}

/* By path, then file number, then position, then the order of telling. */
static bool
stands_before(const struct diags *ds, const struct diag *a, const struct diag *b)
{
    int order = strcmp(diag_file_path(ds, a->at.file), diag_file_path(ds, b->at.file));

    if (order != 0)
        return order < 0;
    if (a->at.file != b->at.file)
        return a->at.file < b->at.file;
    if (a->at.from != b->at.from)
        return a->at.from < b->at.from;
    return a->order < b->order;
}

/* Binary insertion: at most LIMIT_DIAGS messages, mostly in order already. */
void
diag_sort(const struct diags *ds, const struct diag **room)
{
    for (size_t i = 0; i < ds->count; i++) {
        const struct diag *d = ds->all[i];
        size_t low = 0, high = i;

        while (low < high) {
            size_t mid = low + (high - low) / 2;

            if (stands_before(ds, d, room[mid]))
                high = mid;
            else
                low = mid + 1;
        }
        memmove(room + low + 1, room + low, (i - low) * sizeof *room);
        room[low] = d;
    }
}
