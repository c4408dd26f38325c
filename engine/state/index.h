/*
 * index - from dense key numbers to small numbers, in pages for those that are in use.
 *
 * Keys of one page are neighbours in number, not in time: a page stays until its last key goes.
 */
#ifndef STATE_INDEX_H
#define STATE_INDEX_H

#include "state/cells.h"
#include "state/prefetch.h"

enum { INDEX_PAGE_SHIFT = 8, INDEX_PAGE_KEYS = 1 << INDEX_PAGE_SHIFT };
#define INDEX_NONE UINT32_MAX

struct index_page {
    uint32_t number1[INDEX_PAGE_KEYS]; /* number + 1, 0: none */
};

/* What changes with every key stands here, not in the page: it is near at hand. */
struct index_slot {
    struct index_page *page; /* &nothing: none */
    uint32_t cell;           /* the page's, of `pages` */
    uint32_t used;           /* keys with numbers */
};

struct index {
    struct cells pages;
    struct index_slot *slot; /* of each INDEX_PAGE_KEYS keys */
    uint32_t cap;
    struct index_page nothing; /* of keys without numbers; the index stays where it is */
};

void index_init(struct index *x);
void index_fini(struct index *x);
/* The key must have no number yet. False when out of memory. */
bool index_add(struct index *x, uint32_t key, uint32_t number);
void index_drop(struct index *x, uint32_t key); /* must have one */
size_t index_bytes(const struct index *x);

static inline const uint32_t *
index_place(const struct index *x, uint32_t key)
{
    uint32_t page = key >> INDEX_PAGE_SHIFT;
    const struct index_page *p = page < x->cap ? x->slot[page].page : &x->nothing;

    return &p->number1[key & (INDEX_PAGE_KEYS - 1)];
}

/* INDEX_NONE: the key has no number. */
static inline uint32_t
index_find(const struct index *x, uint32_t key)
{
    return *index_place(x, key) - 1; /* 0 - 1 is INDEX_NONE */
}

static inline void
index_prefetch(const struct index *x, uint32_t key)
{
    prefetch(index_place(x, key));
}

#endif
