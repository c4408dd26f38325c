/* diag_show - text made safe for a terminal, with its width in columns. */
#include "text/diag_show.h"

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "text/utf8.h"

enum { TAB_COLUMNS = 4 };

struct range {
    uint32_t from, to;
};

/* Shown as \u{..}: Cc beyond ASCII, Cf that hides or turns text, line and paragraph separators. */
static const struct range hidden[] = {
    {0x80, 0x9f},
    {0xad, 0xad},
    {0x61c, 0x61c},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xe0000, 0xe0fff},
};

/* No column of their own: combining marks of the scripts banks send. */
static const struct range combining[] = {
    {0x300, 0x36f},
    {0x483, 0x489},
    {0x591, 0x5bd},
    {0x5bf, 0x5bf},
    {0x5c1, 0x5c2},
    {0x5c4, 0x5c5},
    {0x5c7, 0x5c7},
    {0x610, 0x61a},
    {0x64b, 0x65f},
    {0x670, 0x670},
    {0x6d6, 0x6dc},
    {0x6df, 0x6e4},
    {0x6e7, 0x6e8},
    {0x6ea, 0x6ed},
    {0x93c, 0x93c},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20f0},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
};

/* Two columns: East Asian wide and full-width forms, pictographs (Unicode UAX #11, in blocks). */
static const struct range wide[] = {
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0x33ff},
    {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
};

static bool
within(uint32_t point, const struct range *set, size_t count)
{
    for (size_t i = 0; i < count && set[i].from <= point; i++)
        if (point <= set[i].to)
            return true;
    return false;
}

static size_t
show_escaped(uint32_t point, struct buf *out)
{
    char room[16];
    int size = snprintf(room, sizeof room, "\\u{%x}", (unsigned)point);

    if (out != NULL)
        buf_text(out, room);
    return (size_t)size;
}

size_t
diag_show_char(struct bytes text, size_t *bytes, struct buf *out)
{
    uint32_t point = (unsigned char)text.at[0];

    *bytes = 1;
    if (point == '\t') {
        if (out != NULL)
            buf_add(out, "    ", TAB_COLUMNS);
        return TAB_COLUMNS;
    }
    if (point < 0x20 || point == 0x7f)
        return show_escaped(point, out);
    if (point >= 0x80) {
        *bytes = utf8_next(text, &point);
        if (*bytes == 0) {
            *bytes = 1;
            if (out != NULL)
                buf_text(out, "\xEF\xBF\xBD");
            return 1;
        }
        if (within(point, hidden, sizeof hidden / sizeof *hidden))
            return show_escaped(point, out);
    }
    if (out != NULL)
        buf_add(out, text.at, *bytes);
    if (point < 0x300)
        return 1;
    if (within(point, combining, sizeof combining / sizeof *combining))
        return 0;
    return within(point, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

size_t
diag_show(struct bytes text, struct buf *out)
{
    size_t columns = 0;

    for (size_t i = 0, size; i < text.size; i += size)
        columns += diag_show_char((struct bytes){text.at + i, text.size - i}, &size, out);
    return columns;
}
