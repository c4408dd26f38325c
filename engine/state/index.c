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
    alloc_free(x->page);
}

static bool
grow(struct index *x, uint32_t page)
{
    size_t cap = x->cap == 0 ? PAGES_MIN : x->cap;
    struct index_page **grown;

    while (cap <= page)
        cap *= 2;
    if ((grown = alloc_grow(x->page, cap * sizeof *grown)) == NULL)
        return false;
    for (size_t i = x->cap; i < cap; i++)
        grown[i] = &x->nothing;
    x->page = grown;
    x->cap = (uint32_t)cap;
    return true;
}

static bool
begin_page(struct index *x, uint32_t page)
{
    uint32_t cell = cells_take(&x->pages);

    if (cell == CELLS_NONE)
        return false;
    x->page[page] = cells_at(&x->pages, cell);
    memset(x->page[page], 0, sizeof(struct index_page));
    x->page[page]->cell = cell;
    return true;
}

bool
index_add(struct index *x, uint32_t key, uint32_t number)
{
    uint32_t page = key >> INDEX_PAGE_SHIFT;

    assert(number != INDEX_NONE);
    if (page >= x->cap && !grow(x, page))
        return false;
    if (x->page[page] == &x->nothing && !begin_page(x, page))
        return false;
    x->page[page]->number1[key & (INDEX_PAGE_KEYS - 1)] = number + 1;
    x->page[page]->used++;
    return true;
}

void
index_drop(struct index *x, uint32_t key)
{
    struct index_page **page = &x->page[key >> INDEX_PAGE_SHIFT];

    assert((*page)->number1[key & (INDEX_PAGE_KEYS - 1)] != 0);
    (*page)->number1[key & (INDEX_PAGE_KEYS - 1)] = 0;
    if (--(*page)->used > 0)
        return;
    cells_give(&x->pages, (*page)->cell);
    *page = &x->nothing;
}

size_t
index_bytes(const struct index *x)
{
    return cells_bytes(&x->pages) + x->cap * sizeof(struct index_page *);
}
