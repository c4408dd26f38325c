/* refold - a pattern brought into the form of folded text. */
#include "match/refold.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "text/fold.h"
#include "text/regex_syntax.h"
#include "text/utf8.h"

enum { CLASS_MOST = 128 /* members of a class that are folded */ };

struct refolding {
    struct bytes pattern;
    struct regex_syntax syntax;
    struct regex_piece piece;
    struct buf run; /* characters in a row, not yet folded */
    struct buf first, second;
    struct buf *out;
};

static void
put_literal(struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("\\^$.[|()?*+{", text.at[i]) != NULL && text.at[i] != '\0')
            buf_byte(out, '\\');
        buf_byte(out, text.at[i]);
    }
}

/* Folds a text into both forms; true where they differ. */
static bool
fold_both(struct refolding *r, struct bytes text)
{
    bool two;

    r->first.size = 0;
    r->second.size = 0;
    two = fold_text(text, FOLD_FIRST, &r->first);
    if (two)
        fold_text(text, FOLD_SECOND, &r->second);
    return two;
}

/* A text; `whole`: a repeat of it follows. */
static void
put_text(struct refolding *r, struct bytes text, bool whole)
{
    bool two = fold_both(r, text),
         group = two || (whole && utf8_characters(buf_bytes(&r->first)) != 1);

    if (group)
        buf_text(r->out, "(?:");
    put_literal(buf_bytes(&r->first), r->out);
    if (two) {
        buf_byte(r->out, '|');
        put_literal(buf_bytes(&r->second), r->out);
    }
    if (group)
        buf_byte(r->out, ')');
}

static void
put_run(struct refolding *r)
{
    if (r->run.size > 0)
        put_text(r, buf_bytes(&r->run), false);
    r->run.size = 0;
}

/* Is what comes next a repeat? */
static bool
repeated(const struct refolding *r)
{
    struct regex_syntax after = r->syntax;
    struct regex_piece next;

    return regex_next(&after, &next) && next.kind == REGEX_REPEAT;
}

static void
take_char(struct refolding *r)
{
    char room[4];
    struct bytes text = {room, utf8_put(r->piece.point, room)};

    if (repeated(r)) {
        put_run(r);
        put_text(r, text, true);
    } else {
        buf_add(&r->run, room, text.size);
    }
}

/* Adds one form of a member: to the class, or as an alternative beside it. */
static void
add_form(struct bytes form, struct buf *class, struct buf *beside)
{
    if (utf8_characters(form) == 1) {
        if (memchr("\\]^-[", form.at[0], 5) != NULL)
            buf_byte(class, '\\');
        buf_add(class, form.at, form.size);
    } else {
        buf_byte(beside, '|');
        put_literal(form, beside);
    }
}

static void
put_members(struct refolding *r, const uint32_t *points, size_t count)
{
    struct buf class = {0}, beside = {0};

    for (size_t i = 0; i < count; i++) {
        char room[4] = {0};

        if (fold_both(r, (struct bytes){room, utf8_put(points[i], room)}))
            add_form(buf_bytes(&r->second), &class, &beside);
        add_form(buf_bytes(&r->first), &class, &beside);
    }
    buf_text(r->out, beside.size > 0 ? "(?:" : "");
    if (class.size > 0) {
        buf_byte(r->out, '[');
        buf_add(r->out, class.at, class.size);
        buf_byte(r->out, ']');
        buf_add(r->out, beside.at, beside.size);
    } else {
        buf_add(r->out, beside.at + 1, beside.size - 1); /* without the first bar */
    }
    buf_text(r->out, beside.size > 0 ? ")" : "");
    r->out->failed = r->out->failed || class.failed || beside.failed;
    buf_fini(&class);
    buf_fini(&beside);
}

static void
take_class(struct refolding *r)
{
    struct bytes class = {r->pattern.at + r->piece.from, r->piece.size};
    uint32_t points[CLASS_MOST];
    size_t count = utf8_ascii(class) ? 0 : regex_class_members(class, points, CLASS_MOST);

    put_run(r);
    if (count > 0)
        put_members(r, points, count);
    else
        buf_add(r->out, class.at, class.size);
}

bool
refold(struct bytes pattern, struct buf *out)
{
    struct refolding r = {.pattern = pattern, .syntax = {.pattern = pattern}, .out = out};
    bool cased = false;

    while (!cased && regex_next(&r.syntax, &r.piece)) {
        if (r.piece.kind == REGEX_CHAR) {
            take_char(&r);
        } else if (r.piece.kind == REGEX_CLASS) {
            take_class(&r);
        } else {
            put_run(&r);
            buf_add(out, pattern.at + r.piece.from, r.piece.size);
        }
        cased = r.piece.cased;
    }
    put_run(&r);
    out->failed = out->failed || r.run.failed || r.first.failed || r.second.failed;
    buf_fini(&r.run);
    buf_fini(&r.first);
    buf_fini(&r.second);
    return !cased;
}
