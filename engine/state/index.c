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
    alloc_free(x->page1);
}

static bool
grow(struct index *x, uint32_t page)
{
    size_t cap = x->cap == 0 ? PAGES_MIN : x->cap;
    uint32_t *page1;

    while (cap <= page)
        cap *= 2;
    if ((page1 = alloc_grow(x->page1, cap * sizeof *page1)) == NULL)
        return false;
    memset(page1 + x->cap, 0, (cap - x->cap) * sizeof *page1);
    x->page1 = page1;
    x->cap = (uint32_t)cap;
    return true;
}

static struct index_page *
page_of(const struct index *x, uint32_t key)
{
    return cells_at(&x->pages, x->page1[key >> INDEX_PAGE_SHIFT] - 1);
}

bool
index_add(struct index *x, uint32_t key, uint32_t number)
{
    uint32_t page = key >> INDEX_PAGE_SHIFT, cell;

    assert(number != INDEX_NONE);
    if (page >= x->cap && !grow(x, page))
        return false;
    if (x->page1[page] == 0) {
        if ((cell = cells_take(&x->pages)) == CELLS_NONE)
            return false;
        memset(cells_at(&x->pages, cell), 0, sizeof(struct index_page));
        x->page1[page] = cell + 1;
    }
    page_of(x, key)->number1[key & (INDEX_PAGE_KEYS - 1)] = number + 1;
    page_of(x, key)->used++;
    return true;
}

void
index_drop(struct index *x, uint32_t key)
{
    struct index_page *page = page_of(x, key);

    assert(page->number1[key & (INDEX_PAGE_KEYS - 1)] != 0);
    page->number1[key & (INDEX_PAGE_KEYS - 1)] = 0;
    if (--page->used > 0)
        return;
    cells_give(&x->pages, x->page1[key >> INDEX_PAGE_SHIFT] - 1);
    x->page1[key >> INDEX_PAGE_SHIFT] = 0;
}

size_t
index_bytes(const struct index *x)
{
    return cells_bytes(&x->pages) + x->cap * sizeof *x->page1;
}
