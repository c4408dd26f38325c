/* columns - names of the mapping looked up in a header: exactly first, then folded. */
#include "ingest/columns.h"

#include <stdio.h>

#include "ingest/plan.h"
#include "text/diag.h"
#include "text/fold.h"
#include "weir/limits.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

/* How many cells bear the name; *cell is the first. */
static uint32_t
search(const struct bytes *header, uint32_t count, struct bytes name, bool folded, uint32_t *cell)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct bytes have = bytes_trim(header[i]);

        if (folded ? have.size == 0 || !fold_equal(have, name) : !bytes_equal(have, name))
            continue;
        if (found++ == 0)
            *cell = i;
    }
    return found;
}

static enum weir_status
no_column(const struct mapping *m, struct bytes name, const struct bytes *header, uint32_t count,
    struct weir_err *err)
{
    const char *names[LIMIT_COLUMNS];
    char room[LIMIT_COLUMNS][48];
    size_t best[1];

    for (uint32_t i = 0; i < count && i < LIMIT_COLUMNS; i++) {
        (void)snprintf(room[i], sizeof room[i], "%.*s",
            (int)(header[i].size > 47 ? 47 : header[i].size), header[i].at);
        names[i] = room[i];
    }
    if (diag_nearest(name, names, count < LIMIT_COLUMNS ? count : LIMIT_COLUMNS, best, 1) > 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E221",
            "there is no column \"%.*s\", which mapping %s needs; the nearest is \"%s\"",
            QUOTE(name), m->name, names[best[0]]);
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E221",
        "there is no column \"%.*s\", which mapping %s needs, among the %u of the header; "
        "`weir inspect` shows them",
        QUOTE(name), m->name, (unsigned)count);
}

static enum weir_status
find_named(const struct mapping *m, const struct column_ref *ref, const struct bytes *header,
    uint32_t count, uint32_t *cell, struct weir_err *err)
{
    struct bytes name = bytes_trim(ref->name);
    uint32_t found = search(header, count, name, false, cell);

    if (found == 0)
        found = search(header, count, name, true, cell);
    if (found == 1)
        return WEIR_OK;
    if (found > 1)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E221",
            "the column \"%.*s\", which mapping %s needs, is there %u times; the mapping must give "
            "its number",
            QUOTE(name), m->name, (unsigned)found);
    *cell = UINT32_MAX;
    return ref->optional ? WEIR_OK : no_column(m, name, header, count, err);
}

enum weir_status
columns_find(const struct mapping *m, const struct reader *r, uint32_t *cell_of,
    uint32_t *header_count, uint32_t *needed, struct weir_err *err)
{
    const struct bytes *header = NULL;
    uint32_t count = m->notation == READER_CSV && m->has_header ? reader_header(r, &header) : 0;
    enum weir_status st;

    *header_count = count;
    *needed = 0;
    for (uint32_t i = 0; i < m->column_count; i++) {
        const struct column_ref *ref = &m->column[i];

        if (m->notation == READER_JSONL) {
            cell_of[i] = i;
        } else if (ref->number > 0) {
            cell_of[i] = ref->number - 1;
            if (count > 0 && ref->number > count && !ref->optional)
                return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E221",
                    "there is no column %u, which mapping %s needs; the header has %u",
                    (unsigned)ref->number, m->name, (unsigned)count);
        } else if ((st = find_named(m, ref, header, count, &cell_of[i], err)) != WEIR_OK) {
            return st;
        }
        if (cell_of[i] != UINT32_MAX && cell_of[i] >= *needed && !ref->optional)
            *needed = cell_of[i] + 1;
    }
    return WEIR_OK;
}
