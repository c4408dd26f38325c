/* yaml_check - what the YAML profile forbids that a parser lets through. */
#include "text/yaml_check.h"

#include <string.h>

#include "base/alloc.h"
#include "text/utf8.h"

enum {
    FEW_KEYS = 12,   /* sorted without asking for memory */
    NAME_SHOWN = 64, /* longest document name repeated in a message */
    JOIN_SHOWN = 160 /* longest pair of expressions joined in a help line */
};

/* Unicode property Bidi_Control. */
static bool
is_bidi(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool
is_control(uint32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f ||
           (c >= 0x80 && c < 0xa0 && c != 0x85);
}

bool
yaml_check_text(struct diags *ds, uint32_t file)
{
    struct bytes text = diag_file_text(ds, file);
    struct span at = {.file = file};
    uint32_t point;

    for (size_t i = 0, size; i < text.size; i += size) {
        unsigned char c = (unsigned char)text.at[i];

        size = 1;
        if (c >= 0x20 && c < 0x7f)
            continue;
        point = c;
        if (c >= 0x80)
            size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);
        at.from = (uint32_t)i;
        at.size = size > 0 ? (uint32_t)size : 1;
        if (size == 0) {
            struct diag *d = diag_add(ds, DIAG_ERROR, "R108", at, "this file is not UTF-8 text");

            diag_label(ds, d, "this byte (%02X) begins no character", c);
            diag_help(ds, d, "save the file as UTF-8 in your editor");
            return false;
        }
        if (is_control(point)) {
            struct diag *d = diag_add(ds, DIAG_ERROR, "R101", at,
                "this file holds the control character U+%04X", (unsigned)point);

            diag_label(ds, d, "remove it");
            return false;
        }
        if (is_bidi(point)) {
            struct diag *d = diag_add(ds, DIAG_ERROR, "R107", at,
                "this file holds the invisible character U+%04X, which turns the direction of text",
                (unsigned)point);

            diag_label(ds, d, "remove it");
            diag_note(ds, d, "with it a line can read differently from what it means");
        }
    }
    return true;
}

bool
yaml_check_hidden(struct bytes text)
{
    for (size_t i = 0, size; i < text.size; i += size) {
        uint32_t point = (unsigned char)text.at[i];

        size = 1;
        if (point >= 0x80)
            size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);
        if (point == 0 || is_bidi(point))
            return true;
        size += size == 0;
    }
    return false;
}

/* ---- keys given twice ------------------------------------------------------ */

static bool
is_expression_key(struct bytes key)
{
    return bytes_equal(key, bytes_of("when")) || bytes_equal(key, bytes_of("alert_if"));
}

static bool
is_line(const struct yaml_node *n, size_t most)
{
    return n != NULL && n->kind == YAML_SCALAR && n->text.size > 0 && n->text.size <= most &&
           memchr(n->text.at, '\n', n->text.size) == NULL;
}

static void
tell_twice(struct diags *ds, const struct yaml_entry *first, const struct yaml_entry *second,
    const struct yaml_node *outer)
{
    const struct yaml_entry *name = outer->count > 0 ? &outer->entry[0] : NULL;
    const struct yaml_node *a = first->value, *b = second->value;
    int size = (int)(second->key.size < NAME_SHOWN ? second->key.size : NAME_SHOWN);
    struct diag *d;

    if (name != NULL && name != first && is_line(name->value, NAME_SHOWN) &&
        name->key.size <= NAME_SHOWN)
        d = diag_add(ds, DIAG_ERROR, "R105", second->key_at, "`%.*s` is given twice in %.*s `%.*s`",
            size, second->key.at, (int)name->key.size, name->key.at, (int)name->value->text.size,
            name->value->text.at);
    else
        d = diag_add(
            ds, DIAG_ERROR, "R105", second->key_at, "`%.*s` is given twice", size, second->key.at);
    diag_label(ds, d, "second one");
    diag_mark(ds, d, first->key_at, "first one; neither is used until one is removed");
    if (name == first)
        diag_help(ds, d, "to begin another document write a line `---` in front of it");
    else if (is_expression_key(second->key) && is_line(a, JOIN_SHOWN) && is_line(b, JOIN_SHOWN) &&
             a->style == YAML_PLAIN && b->style == YAML_PLAIN)
        diag_help(ds, d, "join them: %.*s and %.*s", (int)a->text.size, a->text.at,
            (int)b->text.size, b->text.at);
}

static bool
stands_before(const struct yaml_entry *a, const struct yaml_entry *b)
{
    int order = bytes_compare(a->key, b->key);

    return order < 0 || (order == 0 && a->key_at.from < b->key_at.from);
}

/* Merge the sorted runs [0, mid) and [mid, count); `room` holds the first of them meanwhile. */
static void
merge(const struct yaml_entry **e, size_t mid, size_t count, const struct yaml_entry **room)
{
    size_t a = 0, b = mid, to = 0;

    if (!stands_before(e[mid], e[mid - 1]))
        return;
    memcpy(room, e, mid * sizeof *room);
    while (a < mid && b < count)
        e[to++] = stands_before(e[b], room[a]) ? e[b++] : room[a++];
    memcpy(e + to, room + a, (mid - a) * sizeof *room);
}

/* From pairs up, without recursion; keys in order already cost one look each. */
static void
sort(const struct yaml_entry **e, size_t count, const struct yaml_entry **room)
{
    for (size_t run = 1; run < count; run *= 2)
        for (size_t at = 0; at + run < count; at += 2 * run)
            merge(e + at, run, count - at < 2 * run ? count - at : 2 * run, room);
}

bool
yaml_check_keys(struct diags *ds, const struct yaml_node *map, const struct yaml_node *outer)
{
    const struct yaml_entry *few[2 * FEW_KEYS], **sorted = few, *first;

    if (map->count > FEW_KEYS)
        sorted = alloc_zero(2 * map->count, sizeof *sorted);
    if (sorted == NULL)
        return false;
    for (size_t i = 0; i < map->count; i++)
        sorted[i] = &map->entry[i];
    sort(sorted, map->count, sorted + map->count);
    first = map->count > 0 ? sorted[0] : NULL;
    for (size_t i = 1; i < map->count; i++) {
        if (bytes_equal(first->key, sorted[i]->key))
            tell_twice(ds, first, sorted[i], outer);
        else
            first = sorted[i];
    }
    if (sorted != few)
        alloc_free(sorted);
    return true;
}
