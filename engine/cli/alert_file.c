#include "cli/alert_file.h"

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "text/json_tree.h"

enum { ALERTS_BYTES = 1 << 30 };

static bool
keep(struct arena *a, const struct json_node *n, struct bytes *out)
{
    if (n == NULL || n->event != JSON_TEXT)
        return false;
    *out = (struct bytes){arena_copy(a, n->text), n->text.size};
    return out->at != NULL;
}

static bool
read_line(struct alert_lines *lines, struct bytes text, struct alert_line *out)
{
    struct arena room;
    const struct json_node *map, *about;
    bool good;

    arena_init(&room, 0, "an alert");
    map = json_tree(&room, text);
    about = map == NULL || map->event != JSON_OPEN_MAP ? NULL : json_get(map, "about");
    good = about != NULL && about->event == JSON_OPEN_MAP &&
           keep(&lines->arena, json_get(map, "id"), &out->id) &&
           keep(&lines->arena, json_get(map, "rule"), &out->rule) &&
           keep(&lines->arena, json_get(about, "value"), &out->about);
    out->line = text;
    arena_fini(&room);
    return good;
}

static bool
add(struct alert_lines *lines, const struct alert_line *line)
{
    if (lines->count == lines->cap) {
        size_t cap = lines->cap == 0 ? 64 : lines->cap * 2;
        struct alert_line *more = alloc_grow(lines->at, cap * sizeof *more);

        if (more == NULL)
            return false;
        lines->at = more;
        lines->cap = cap;
    }
    lines->at[lines->count++] = *line;
    return true;
}

static bool
is_wanted(const struct alert_line *line, const char *id)
{
    size_t size = id == NULL ? 0 : strlen(id);

    return line->id.size >= size && (size == 0 || memcmp(line->id.at, id, size) == 0);
}

enum weir_status
alert_file_read(const char *path, const char *id, struct alert_lines *out, struct weir_err *err)
{
    enum weir_status st;

    arena_init(&out->arena, 0, "alerts");
    st = file_read(path, ALERTS_BYTES, &out->text, err);
    for (size_t at = 0, n = 1; st == WEIR_OK && at < out->text.size; n++) {
        const char *from = out->text.at + at;
        const char *end = memchr(from, '\n', out->text.size - at);
        struct bytes text = {from, end == NULL ? out->text.size - at : (size_t)(end - from)};
        struct alert_line line;

        at += text.size + 1;
        if (text.size == 0)
            continue;
        if (!read_line(out, text, &line))
            st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E204",
                "%s line %zu is no alert as `weir screen` writes them in alerts.jsonl", path, n);
        else if (is_wanted(&line, id) && !add(out, &line))
            st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the alerts");
    }
    return st;
}

void
alert_file_fini(struct alert_lines *lines)
{
    alloc_free(lines->at);
    buf_fini(&lines->text);
    arena_fini(&lines->arena);
}
