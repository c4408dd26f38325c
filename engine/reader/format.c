#include "reader/format.h"

#include "text/csv_read.h"

const char *
format_fault_text(const char *fault)
{
    static const struct {
        const char *fault, *text;
    } texts[] = {
        {"Q_NUL", "the row holds a NUL byte, as no text does; the export is damaged"},
        {"Q_LONG", "the row is longer than 64 KiB; a line end is missing"},
        {"Q_QUOTE",
            "a quoted cell is not closed, or text follows its closing quote; a quote inside "
            "a quoted cell must be doubled"},
        {"Q_COLUMNS", "the row has more than 512 cells; a line end is missing"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].fault, fault) == 0)
            return texts[i].text;
    return "the row cannot be read";
}

enum weir_status
format_row(struct stream *s, struct csv_read *how, struct csv_row *row, struct weir_err *err)
{
    enum weir_status st;

    while ((st = csv_row(how, stream_window(s), s->at_end, row)) == WEIR_END) {
        if (s->at_end)
            return WEIR_END;
        if ((st = stream_more(s, err)) != WEIR_OK)
            return st;
    }
    return st;
}

struct bytes
format_text(struct encoding *e, struct bytes text, bool high, struct buf *room)
{
    if (!encoding_converts(e, text, high))
        return text;
    room->size = 0;
    encoding_add(e, text, room);
    return buf_bytes(room);
}
