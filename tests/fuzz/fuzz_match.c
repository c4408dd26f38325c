/*
 * fuzz_match - a pattern, a line feed, a text: whatever both are, a pattern that is found in the
 * text has one of the literals it needs there, its folded form is one that PCRE2 takes or none, and
 * the place found lies within the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "match/matcher.h"
#include "match/pattern.h"
#include "text/fold.h"
#include "weir/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check_place(struct bytes text, const struct subject *s, const struct pattern_place *place)
{
    const struct bytes form = s->form[place->form];
    size_t from = (size_t)(place->at.at - form.at), to = from + place->at.size;

    if (from > form.size || to > form.size)
        abort();
    if (place->form == SUBJECT_RAW)
        return;
    fold_origin(text, place->form == SUBJECT_FIRST ? FOLD_FIRST : FOLD_SECOND, &from, &to);
    if (from > to || to > text.size)
        abort();
}

/* True where the matcher lets the pattern through. */
static bool
lets_through(struct arena *a, const struct pattern *p, const struct subject *s)
{
    const struct need *need = &p->need;
    struct matcher *m = matcher_new(a);
    struct found found;
    bool through;

    if (m == NULL || matcher_add(m, 0, p, &need, 1) != 0 || !matcher_build(m) ||
        !found_init(&found, matcher_ids(m)))
        abort();
    matcher_scan(m, 0, s, &found);
    through = found.count == 1;
    found_fini(&found);
    return through;
}

static void
try_text(struct arena *a, struct regex_room *room, const struct pattern *p, struct bytes text)
{
    struct buf way = {0};
    struct subject s;
    struct pattern_place place;

    if (!subject_of(a, &way, text, true, &s))
        abort();
    if (pattern_find(p, room, &s, &place) == REGEX_YES) {
        check_place(text, &s, &place);
        if (p->need.count > 0 && !lets_through(a, p, &s))
            abort();
    }
    buf_fini(&way);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    const char *end = size == 0 ? NULL : memchr(text, '\n', size);
    struct arena arena, scratch;
    struct pattern_maker maker = {.a = &arena, .scratch = &scratch};
    struct regex_room *room;
    struct pattern *p;
    char fault[200];
    size_t at;

    if (end == NULL || size > 3 * LIMIT_REGEX_SUBJECT)
        return 0;
    arena_init(&arena, 0, "fuzz");
    arena_init(&scratch, 0, "fuzz");
    room = regex_room_new();
    maker.pool = regex_pool_new(&arena);
    p = pattern_new(&maker, (struct bytes){text, (size_t)(end - text)}, size % 5 == 0, fault,
        sizeof fault, &at);
    if (p != NULL && room != NULL)
        try_text(&arena, room, p, (struct bytes){end + 1, size - (size_t)(end + 1 - text)});
    if (p != NULL) { /* what the JIT holds */
        regex_free(p->written);
        regex_free(p->folded);
    }
    regex_room_free(room);
    arena_fini(&arena);
    arena_fini(&scratch);
    return 0;
}
