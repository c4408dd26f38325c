#include "author/page.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

enum { COLUMNS = 92 };

const struct page pages[] = {
#define PAGE(code, title, meaning, example, correction) {code, title, meaning, example, correction},
#include "author/page.def"
#undef PAGE
};
const size_t page_count = sizeof pages / sizeof *pages;

const struct page *
page_find(const char *code)
{
    for (size_t i = 0; i < page_count; i++)
        if (strcasecmp(code, pages[i].code) == 0)
            return &pages[i];
    return NULL;
}

static void
put_filled(const char *text, struct buf *out)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t size = strcspn(text, " ");

        if (column > 0 && column + 1 + size > COLUMNS) {
            buf_byte(out, '\n');
            column = 0;
        }
        buf_text(out, column == 0 ? "  " : " ");
        buf_add(out, text, size);
        column += size + 1;
        text += size + (text[size] == ' ');
    }
    buf_byte(out, '\n');
}

static void
put_lines(const char *text, struct buf *out)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        buf_print(out, "    %.*s\n", (int)size, text);
        text += size + (text[size] == '\n');
    }
}

void
page_print(const struct page *p, struct buf *out)
{
    buf_print(out, "%s: %s\n\n", p->code, p->title);
    put_filled(p->meaning, out);
    buf_text(out, "\n  For example:\n");
    put_lines(p->example, out);
    buf_text(out, "  What to do, or what would be right:\n");
    put_lines(p->correction, out);
}
