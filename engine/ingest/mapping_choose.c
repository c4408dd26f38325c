/* mapping_choose - the one mapping a file is for: by its name, then by its first lines. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ingest/plan.h"
#include "text/fold.h"
#include "text/regex.h"

/* What is asked of one file; its first lines are read once for each notation that wants them. */
struct question {
    const char *path;
    struct bytes name;
    struct regex_room *room;
    struct weir_err first; /* why the file could not be opened, if so */
};

static struct bytes
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return bytes_of(slash == NULL ? path : slash + 1);
}

static bool
has_match(const struct mapping *m)
{
    return m->match_file != NULL || m->match_header != NULL || m->match_name_count > 0;
}

static bool
has_names(const struct mapping *m, const struct bytes *cells, uint32_t count)
{
    for (uint32_t i = 0; i < m->match_name_count; i++) {
        uint32_t k = 0;

        while (k < count && !(cells[k].size > 0 && fold_equal(cells[k], m->match_name[i])))
            k++;
        if (k == count)
            return false;
    }
    return true;
}

/* The header as one line, cells joined by the delimiter. */
static void
join(const struct mapping *m, const struct bytes *cells, uint32_t count, struct buf *out)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            buf_byte(out, m->delimiter);
        buf_add(out, cells[i].at, cells[i].size);
    }
}

static bool
line_fits(const struct question *q, const struct mapping *m, struct reader *r)
{
    const struct bytes *cells = NULL;
    uint32_t count = m->notation == READER_CSV && m->has_header ? reader_header(r, &cells) : 0;
    const struct record *rec;
    struct weir_err err = {0};
    struct buf line = {0};
    bool fits;

    if (count > 0) {
        join(m, cells, count, &line);
    } else if (reader_next(r, &rec, &err) == WEIR_OK) {
        buf_add(&line, rec->raw.at, rec->raw.size);
        cells = rec->cell;
        count = rec->count;
    }
    fits = has_names(m, cells, count) &&
           (m->match_header == NULL ||
               regex_match(m->match_header, q->room,
                   line.size == 0 ? (struct bytes){"", 0} : buf_bytes(&line), NULL) == REGEX_YES);
    buf_fini(&line);
    return fits;
}

static bool
header_fits(struct question *q, const struct mapping *m)
{
    struct reader_spec spec = {.path = q->path};
    struct reader *r;
    struct weir_err err = {0};
    bool fits;

    if (strcmp(q->path, "-") == 0)
        return false; /* standard input cannot be looked at and read again */
    mapping_reader(m, &spec);
    if (reader_open(&spec, &r, &err) != WEIR_OK) {
        if (q->first.status == WEIR_OK)
            q->first = err;
        return false;
    }
    fits = line_fits(q, m, r);
    reader_close(r);
    return fits;
}

static bool
matches(struct question *q, const struct mapping *m)
{
    if (m->match_file != NULL && regex_match(m->match_file, q->room, q->name, NULL) != REGEX_YES)
        return false;
    return (m->match_header == NULL && m->match_name_count == 0) || header_fits(q, m);
}

static enum weir_status
none(const struct question *q, const struct mappings *all, struct weir_err *err)
{
    if (q->first.status != WEIR_OK) {
        *err = q->first;
        return WEIR_FAIL;
    }
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E224",
        "none of %zu mappings fits %.*s by its name or its first lines; `weir inspect` proposes "
        "one, "
        "or says what the file has",
        mappings_count(all), (int)q->name.size, q->name.at);
}

static enum weir_status
several(const struct question *q, const struct mapping *a, const struct mapping *b,
    struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E224",
        "mappings %s and %s both fit %.*s; make their `match:` tell the two apart", a->name,
        b->name, (int)q->name.size, q->name.at);
}

/* A mapping that says what it is for goes before one that would take anything. */
static enum weir_status
choose(struct question *q, const struct mappings *all, const struct mapping **out,
    struct weir_err *err)
{
    const struct mapping *found[2] = {NULL, NULL};

    for (size_t i = 0; i < mappings_count(all); i++) {
        const struct mapping *m = mappings_at(all, i);
        bool particular = has_match(m);

        if (particular && !matches(q, m))
            continue;
        if (particular && found[1] != NULL)
            return several(q, found[1], m, err);
        if (particular)
            found[1] = m;
        else if (found[0] == NULL)
            found[0] = m;
        else if (found[1] == NULL)
            found[0] = m; /* two that take anything: judged below */
    }
    if (found[1] != NULL || found[0] == NULL) {
        *out = found[1];
        return found[1] != NULL ? WEIR_OK : none(q, all, err);
    }
    for (size_t i = 0; i < mappings_count(all); i++)
        if (!has_match(mappings_at(all, i)) && mappings_at(all, i) != found[0])
            return several(q, mappings_at(all, i), found[0], err);
    *out = found[0];
    return WEIR_OK;
}

enum weir_status
mapping_choose(
    const struct mappings *all, const char *path, const struct mapping **out, struct weir_err *err)
{
    struct question q = {.path = path, .name = base_name(path)};
    enum weir_status st;

    q.room = regex_room_new();
    if (q.room == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    st = choose(&q, all, out, err);
    regex_room_free(q.room);
    return st;
}
