#include "rule/excerpt.h"

#include "match/subject.h"
#include "text/fold.h"
#include "text/utf8.h"

static bool
begins(struct bytes text, size_t at)
{
    return at == text.size || ((unsigned char)text.at[at] & 0xc0) != 0x80;
}

static size_t
back(struct bytes text, size_t at, size_t count)
{
    while (at > 0 && (count > 0 || !begins(text, at)))
        count -= begins(text, --at) && count > 0;
    return at;
}

static size_t
forth(struct bytes text, size_t at, size_t count)
{
    while (at < text.size && count > 0)
        count -= begins(text, ++at);
    return at;
}

void
excerpt_fill(struct bytes text, const struct watch_hit *hit, struct alert_watch *out)
{
    size_t from = hit->from, to = hit->from + hit->matched.size, first, last;

    if (hit->form != SUBJECT_RAW)
        fold_origin(text, hit->form == SUBJECT_FIRST ? FOLD_FIRST : FOLD_SECOND, &from, &to);
    to = to < text.size ? to : text.size;
    from = from < to ? from : to;
    first = back(text, from, EXCERPT_AROUND);
    last = forth(text, to, EXCERPT_AROUND);
    out->matched = (struct bytes){text.at + from, to - from};
    out->around = (struct bytes){text.at + first, last - first};
    out->at = utf8_characters((struct bytes){text.at, from}) + 1;
}
