/* fmt_table - the table of a test with its bars below each other. */
#include <string.h>

#include "author/fmt.h"
#include "base/buf.h"
#include "text/diag_show.h"

enum { COLUMNS_MAX = 64 }; /* as many as the loader reads; those beyond are not aligned */

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The cell at *at without blanks around; *at moves behind its bar. False at the end of the line. */
static bool
next_cell(struct bytes line, size_t *at, struct bytes *cell)
{
    size_t from = *at, end;

    if (from > line.size)
        return false;
    for (end = from; end < line.size && line.at[end] != '|'; end++)
        ;
    *at = end + 1;
    while (from < end && blank(line.at[from]))
        from++;
    while (end > from && blank(line.at[end - 1]))
        end--;
    *cell = (struct bytes){line.at + from, end - from};
    return true;
}

/* The next line with anything on it. */
static bool
next_row(struct bytes text, size_t *at, struct bytes *row)
{
    while (*at < text.size) {
        const char *from = text.at + *at;
        const char *end = memchr(from, '\n', text.size - *at);
        size_t size = end == NULL ? text.size - *at : (size_t)(end - from);

        *at += size + 1;
        *row = (struct bytes){from, size};
        for (size_t i = 0; i < size; i++)
            if (!blank(from[i]))
                return true;
    }
    return false;
}

static void
measure(struct bytes text, size_t width[COLUMNS_MAX])
{
    struct bytes row, cell;

    for (size_t at = 0; next_row(text, &at, &row);) {
        size_t column = 0;

        for (size_t i = 0; next_cell(row, &i, &cell); column++) {
            size_t columns = diag_show(cell, NULL);

            if (column < COLUMNS_MAX && columns > width[column])
                width[column] = columns;
        }
    }
}

static void
put_row(struct bytes row, const size_t width[COLUMNS_MAX], struct buf *out)
{
    struct bytes cell;
    size_t column = 0;

    for (size_t i = 0; next_cell(row, &i, &cell); column++) {
        bool last = i > row.size;

        if (column > 0)
            buf_text(out, cell.size > 0 || !last ? "| " : "|");
        buf_add(out, cell.at, cell.size);
        if (last)
            return;
        fmt_indent(column < COLUMNS_MAX ? width[column] - diag_show(cell, NULL) : 0, out);
        buf_byte(out, ' ');
    }
}

void
fmt_table(struct bytes text, size_t indent, struct buf *out)
{
    size_t width[COLUMNS_MAX] = {0};
    struct bytes row;

    measure(text, width);
    for (size_t at = 0; next_row(text, &at, &row);) {
        buf_byte(out, '\n');
        fmt_indent(indent, out);
        put_row(row, width, out);
    }
}
