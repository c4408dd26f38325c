#include "reader/path_tree.h"

#include "base/alloc.h"

static uint32_t
child_of(const struct path_tree *t, uint32_t from, struct bytes key)
{
    uint32_t n = t->node[from].child;

    while (n != PATH_NONE && !bytes_equal(t->node[n].key, key))
        n = t->node[n].sibling;
    return n;
}

/* The part before the first dot; the rest stays in *path. */
static struct bytes
cut(struct bytes *path)
{
    struct bytes key = *path;
    const char *dot = path->size > 0 ? memchr(path->at, '.', path->size) : NULL;

    if (dot == NULL) {
        *path = (struct bytes){NULL, 0};
        return key;
    }
    key.size = (size_t)(dot - key.at);
    *path = (struct bytes){dot + 1, path->size - key.size - 1};
    return key;
}

static uint32_t
add_child(struct path_tree *t, uint32_t from, struct bytes key)
{
    uint32_t n = child_of(t, from, key);

    if (n != PATH_NONE)
        return n;
    n = t->count++;
    t->node[n] = (struct path_node){
        .key = key, .child = PATH_NONE, .sibling = t->node[from].child, .cell = PATH_NONE};
    t->node[from].child = n;
    return n;
}

static size_t
parts(const char *name)
{
    size_t count = 1;

    for (; *name != '\0'; name++)
        count += *name == '.';
    return count;
}

bool
path_tree_init(struct path_tree *t, const char *const *names, uint32_t count)
{
    size_t most = 1;

    for (uint32_t i = 0; i < count; i++)
        most += parts(names[i]);
    *t = (struct path_tree){.node = alloc_zero(most, sizeof *t->node), .count = 1};
    if (t->node == NULL)
        return false;
    t->node[PATH_ROOT] =
        (struct path_node){.child = PATH_NONE, .sibling = PATH_NONE, .cell = PATH_NONE};
    for (uint32_t i = 0; i < count; i++) {
        struct bytes path = bytes_of(names[i]);
        uint32_t n = PATH_ROOT;

        do
            n = add_child(t, n, cut(&path));
        while (path.at != NULL);
        t->node[n].cell = i;
    }
    return true;
}

void
path_tree_fini(struct path_tree *t)
{
    alloc_free(t->node);
    *t = (struct path_tree){0};
}

uint32_t
path_tree_find(const struct path_tree *t, uint32_t from, struct bytes key)
{
    while (from != PATH_NONE) {
        from = child_of(t, from, cut(&key));
        if (key.at == NULL)
            break;
    }
    return from;
}
