/* matcher - which of all patterns of a ruleset may be found in a text. */
#include "match/matcher.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"

/* The needs of one owner and where they are asked for. */
struct group {
    const void *owner;
    const struct need *const *need;
    size_t count;
    uint32_t first;
    bool at[MATCHER_SLOTS];
};

struct matcher {
    struct arena *a;
    struct group *group;
    size_t count, cap;
    uint32_t ids;
    const struct literals *of[MATCHER_SLOTS]; /* NULL: nothing is asked here */
};

struct matcher *
matcher_new(struct arena *a)
{
    struct matcher *m = arena_take(a, 1, sizeof *m);

    if (m != NULL)
        m->a = a;
    return m;
}

/* ---- asking ------------------------------------------------------------------------- */

static struct group *
group_of(struct matcher *m, const void *owner)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->group[i].owner == owner)
            return &m->group[i];
    return NULL;
}

static struct group *
group_new(struct matcher *m)
{
    if (m->count == m->cap) {
        size_t cap = m->cap == 0 ? 16 : 2 * m->cap;
        struct group *group = arena_take(m->a, cap, sizeof *group);

        if (group == NULL)
            return NULL;
        if (m->count > 0)
            memcpy(group, m->group, m->count * sizeof *group);
        m->group = group;
        m->cap = cap;
    }
    return &m->group[m->count++];
}

uint32_t
matcher_add(struct matcher *m, unsigned slot, const void *owner, const struct need *const *need,
    size_t count)
{
    struct group *g = group_of(m, owner);

    if (g == NULL) {
        if (count >= MATCHER_NONE - m->ids || (g = group_new(m)) == NULL)
            return MATCHER_NONE;
        *g = (struct group){.owner = owner, .need = need, .count = count, .first = m->ids};
        m->ids += (uint32_t)count;
    }
    g->at[slot] = true;
    return g->first;
}

/* ---- building ------------------------------------------------------------------------ */

/* An earlier slot that is asked exactly the same. */
static bool
find_equal(const struct matcher *m, unsigned slot, unsigned *out)
{
    for (*out = 0; *out < slot; ++*out) {
        size_t i = 0;

        while (i < m->count && m->group[i].at[slot] == m->group[i].at[*out])
            i++;
        if (i == m->count)
            return true;
    }
    return false;
}

/* The literals asked for at the slot, written to `word` unless it is NULL. */
static size_t
gather(const struct matcher *m, unsigned slot, struct literal *word)
{
    size_t made = 0;

    for (size_t g = 0; g < m->count; g++)
        for (size_t i = 0; m->group[g].at[slot] && i < m->group[g].count; i++) {
            const struct need *need = m->group[g].need[i];

            for (size_t k = 0; k < need->count; k++, made++)
                if (word != NULL)
                    word[made] =
                        (struct literal){need->literal[k], m->group[g].first + (uint32_t)i};
        }
    return made;
}

static bool
build(struct matcher *m, unsigned slot)
{
    size_t count = gather(m, slot, NULL);
    struct literal *word;

    if (count == 0)
        return true;
    word = alloc_take(count * sizeof *word);
    if (word == NULL)
        return false;
    (void)gather(m, slot, word);
    m->of[slot] = literals_new(m->a, word, count);
    alloc_free(word);
    return m->of[slot] != NULL;
}

bool
matcher_build(struct matcher *m)
{
    for (unsigned slot = 0; slot < MATCHER_SLOTS; slot++) {
        unsigned equal;

        if (find_equal(m, slot, &equal))
            m->of[slot] = m->of[equal];
        else if (!build(m, slot))
            return false;
    }
    return true;
}

size_t
matcher_ids(const struct matcher *m)
{
    return m->ids;
}

size_t
matcher_nodes(const struct matcher *m)
{
    size_t nodes = 0;

    for (unsigned slot = 0; slot < MATCHER_SLOTS; slot++) {
        unsigned equal;

        if (m->of[slot] != NULL && !find_equal(m, slot, &equal))
            nodes += literals_nodes(m->of[slot]);
    }
    return nodes;
}

/* ---- looking ------------------------------------------------------------------------- */

void
matcher_scan(const struct matcher *m, unsigned slot, const struct subject *s, struct found *found)
{
    found_clear(found);
    if (m->of[slot] == NULL)
        return;
    for (int f = 0; f < SUBJECT_FORMS; f++)
        if (s->scan[f].at != NULL)
            literals_scan(m->of[slot], s->scan[f], found);
    found_sort(found);
}
