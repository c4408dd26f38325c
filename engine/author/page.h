/* page - what `weir help CODE` says about each message code. */
#ifndef AUTHOR_PAGE_H
#define AUTHOR_PAGE_H

#include <stddef.h>

struct buf;

struct page {
    const char *code, *title, *meaning, *example, *correction;
};
extern const struct page pages[];
extern const size_t page_count;

/* NULL: no such code. Small letters will do. */
const struct page *page_find(const char *code);
void page_print(const struct page *p, struct buf *out);

#endif
