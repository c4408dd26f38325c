/* subject - a text looked at in all its forms. */
#include "match/subject.h"

#include "base/arena.h"
#include "base/buf.h"
#include "match/literals.h"
#include "text/fold.h"
#include "text/utf8.h"
#include "weir/limits.h"

/* What `room` holds, with the room behind it literals_scan() needs. */
static bool
keep(struct arena *a, const struct buf *room, struct bytes *out)
{
    char *copy = room->failed ? NULL : arena_take(a, 1, room->size + LITERALS_BEHIND);

    if (copy == NULL)
        return false;
    if (room->size > 0)
        memcpy(copy, room->at, room->size);
    *out = (struct bytes){copy, room->size};
    return true;
}

static bool
add_form(struct arena *a, struct buf *room, enum subject_form form, struct subject *s, bool *two)
{
    room->size = 0;
    *two = fold_text(s->form[SUBJECT_RAW], form == SUBJECT_FIRST ? FOLD_FIRST : FOLD_SECOND, room);
    if (!keep(a, room, &s->form[form]))
        return false;
    s->scan[form] = s->form[form];
    if (utf8_ascii(s->form[form]))
        return true;
    room->size = 0; /* letters folding does not know may have kept their case */
    fold_case(s->form[form], room);
    return keep(a, room, &s->scan[form]);
}

/* ASCII in small letters, which most of the time is the folded form too. */
static bool
add_ascii(struct arena *a, bool folds, struct subject *s)
{
    struct bytes raw = s->form[SUBJECT_RAW];
    char *small = arena_take(a, 1, raw.size + LITERALS_BEHIND);

    if (small == NULL)
        return false;
    fold_case_ascii(raw, small);
    s->scan[SUBJECT_RAW] = (struct bytes){small, raw.size};
    s->plain = folds && fold_is_plain(s->scan[SUBJECT_RAW]);
    if (s->plain)
        s->form[SUBJECT_FIRST] = s->scan[SUBJECT_RAW];
    return true;
}

bool
subject_of(struct arena *a, struct buf *room, struct bytes text, bool folds, struct subject *out)
{
    bool two = false;

    *out = (struct subject){.form = {[SUBJECT_RAW] = text}};
    if (utf8_ascii(text)) {
        if (!add_ascii(a, folds, out))
            return false;
        if (!folds || out->plain)
            return true;
        return add_form(a, room, SUBJECT_FIRST, out, &two) &&
               (!two || add_form(a, room, SUBJECT_SECOND, out, &two));
    }
    room->size = 0;
    fold_case(text, room);
    if (!keep(a, room, &out->scan[SUBJECT_RAW]))
        return false;
    if (!folds)
        return true;
    return add_form(a, room, SUBJECT_FIRST, out, &two) &&
           (!two || add_form(a, room, SUBJECT_SECOND, out, &two));
}

bool
subject_is_long(const struct subject *s)
{
    for (int f = 0; f < SUBJECT_FORMS; f++)
        if (s->form[f].size > LIMIT_REGEX_SUBJECT)
            return true;
    return false;
}
