/* csv_write - RFC 4180 rows that are safe in a spreadsheet. */
#include "text/csv_write.h"

#include <assert.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/utf8.h"

static void
begin_cell(struct csv_write *w)
{
    if (w->begun)
        buf_byte(w->out, ',');
    w->begun = true;
}

/* White space that a spreadsheet skips, and characters that take no room and so hide. */
static bool
is_skipped(uint32_t c)
{
    return c == ' ' || c == 0x85 || c == 0xa0 || c == 0xad || c == 0x180e || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
           (c >= 0x205f && c <= 0x206f) || c == 0x3000 || c == 0xfeff;
}

/* = + - @ and their full-width and small forms; controls other than a NUL count as TAB does. */
static bool
is_lead(uint32_t c)
{
    switch (c) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0x2212: /* minus sign */
    case 0xfe62: /* small plus */
    case 0xfe63: /* small minus */
    case 0xfe66: /* small equals */
    case 0xfe6b: /* small at */
    case 0xff0b: /* full-width + - = @ */
    case 0xff0d:
    case 0xff1d:
    case 0xff20:
        return true;
    default:
        return c < 0x20;
    }
}

static bool
is_formula(struct bytes text)
{
    for (size_t i = 0; i < text.size;) {
        uint32_t point;
        size_t size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);

        if (size > 0 && is_lead(point))
            return true;
        if (size == 0 || !is_skipped(point))
            return false;
        i += size;
    }
    return false;
}

void
csv_text(struct csv_write *w, struct bytes text)
{
    bool formula = is_formula(text), quoted = formula;

    for (size_t i = 0; i < text.size && !quoted; i++)
        quoted = text.at[i] == '"' || text.at[i] == ',' || text.at[i] == '\n' ||
                 text.at[i] == '\r' || text.at[i] == ';' || text.at[i] == '\t';
    if (text.size > 0 && (text.at[0] == ' ' || text.at[text.size - 1] == ' '))
        quoted = true;
    begin_cell(w);
    if (quoted)
        buf_byte(w->out, '"');
    if (formula)
        buf_byte(w->out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '"')
            buf_byte(w->out, '"');
        buf_byte(w->out, text.at[i]);
    }
    if (quoted)
        buf_byte(w->out, '"');
}

static bool
is_number(struct bytes digits)
{
    size_t i = digits.size > 0 && digits.at[0] == '-', dots = 0, count = 0;

    for (; i < digits.size; i++) {
        dots += digits.at[i] == '.';
        count += digits.at[i] >= '0' && digits.at[i] <= '9';
        if (digits.at[i] != '.' && (digits.at[i] < '0' || digits.at[i] > '9'))
            return false;
    }
    return count > 0 && dots <= 1;
}

void
csv_number(struct csv_write *w, struct bytes digits)
{
    assert(is_number(digits));
    begin_cell(w);
    buf_add(w->out, digits.at, digits.size);
}

void
csv_end(struct csv_write *w)
{
    buf_byte(w->out, '\n');
    w->begun = false;
}
