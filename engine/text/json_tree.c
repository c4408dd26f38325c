/* json_tree - a JSON text as a tree. */
#include "text/json_tree.h"

#include "base/arena.h"
#include "base/buf.h"

enum { LEVELS_MOST = 63 };

static struct bytes
decoded(struct arena *a, const struct json_token *t)
{
    struct buf text = {0};
    struct bytes out = {"", 0};

    if (!t->escaped)
        return t->raw;
    if (json_unescape(t->raw, &text) && text.size > 0)
        out = (struct bytes){arena_copy(a, buf_bytes(&text)), text.size};
    if (out.at == NULL)
        out = (struct bytes){"", 0};
    buf_fini(&text);
    return out;
}

/* One value beginning with token `t`; nesting is capped by the reader. */
static struct json_node *
node_of(struct arena *a, struct json_read *r, const struct json_token *t)
{
    struct json_node *n = arena_take(a, 1, sizeof *n), **end;
    struct json_token next;
    struct bytes key = {0};

    if (n == NULL)
        return NULL;
    end = &n->first;
    n->event = t->event;
    if (t->event == JSON_TEXT || t->event == JSON_NUMBER)
        n->text = decoded(a, t);
    if (t->event != JSON_OPEN_MAP && t->event != JSON_OPEN_LIST)
        return n;
    while (json_next(r, &next) == WEIR_OK) {
        if (next.event == JSON_CLOSE_MAP || next.event == JSON_CLOSE_LIST)
            return n;
        if (next.event == JSON_KEY) {
            key = decoded(a, &next);
            continue;
        }
        *end = node_of(a, r, &next);
        if (*end == NULL)
            return NULL;
        (*end)->key = key;
        end = &(*end)->next;
    }
    return NULL;
}

struct json_node *
json_tree(struct arena *a, struct bytes text)
{
    struct json_read r;
    struct json_token t;
    struct json_node *n;

    json_init(&r, text);
    r.most = LEVELS_MOST;
    if (json_next(&r, &t) != WEIR_OK)
        return NULL;
    n = node_of(a, &r, &t);
    return n != NULL && json_next(&r, &t) == WEIR_END ? n : NULL;
}

const struct json_node *
json_get(const struct json_node *map, const char *key)
{
    for (const struct json_node *n = map->first; n != NULL; n = n->next)
        if (bytes_equal(n->key, bytes_of(key)))
            return n;
    return NULL;
}

size_t
json_count(const struct json_node *list)
{
    size_t count = 0;

    for (const struct json_node *n = list->first; n != NULL; n = n->next)
        count++;
    return count;
}
