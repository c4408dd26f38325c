/*
 * index - a directory of pages, doubled when a key lies beyond it.
 */
#include "state/index.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"

enum { PAGES_MIN = 16 };

void
index_init(struct index *x)
{
    *x = (struct index){0};
    cells_init(&x->pages, sizeof(struct index_page));
}

void
index_fini(struct index *x)
{
    cells_fini(&x->pages);
    alloc_free(x->slot);
}

static bool
grow(struct index *x, uint32_t page)
{
    size_t cap = x->cap == 0 ? PAGES_MIN : x->cap;
    struct index_slot *grown;

    while (cap <= page)
        cap *= 2;
    if ((grown = alloc_grow(x->slot, cap * sizeof *grown)) == NULL)
        return false;
    for (size_t i = x->cap; i < cap; i++)
        grown[i] = (struct index_slot){.page = &x->nothing};
    x->slot = grown;
    x->cap = (uint32_t)cap;
    return true;
}

static bool
begin_page(struct index *x, struct index_slot *s)
{
    uint32_t cell = cells_take(&x->pages);

    if (cell == CELLS_NONE)
        return false;
    *s = (struct index_slot){.page = cells_at(&x->pages, cell), .cell = cell};
    memset(s->page, 0, sizeof *s->page);
    return true;
}

bool
index_add(struct index *x, uint32_t key, uint32_t number)
{
    uint32_t page = key >> INDEX_PAGE_SHIFT;
    struct index_slot *s;

    assert(number != INDEX_NONE);
    if (page >= x->cap && !grow(x, page))
        return false;
    s = &x->slot[page];
    if (s->page == &x->nothing && !begin_page(x, s))
        return false;
    s->page->number1[key & (INDEX_PAGE_KEYS - 1)] = number + 1;
    s->used++;
    return true;
}

void
index_drop(struct index *x, uint32_t key)
{
    struct index_slot *s = &x->slot[key >> INDEX_PAGE_SHIFT];

    assert(s->page->number1[key & (INDEX_PAGE_KEYS - 1)] != 0);
    s->page->number1[key & (INDEX_PAGE_KEYS - 1)] = 0;
    if (--s->used > 0)
        return;
    cells_give(&x->pages, s->cell);
    s->page = &x->nothing;
}

size_t
index_bytes(const struct index *x)
{
    return cells_bytes(&x->pages) + x->cap * sizeof *x->slot;
}
