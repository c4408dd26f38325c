/* pattern - one pattern and the text it is found in. */
#include "match/pattern.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "match/refold.h"

static void
starve(char *fault, size_t size)
{
    snprintf(fault, size, "out of memory");
}

static char
small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Folding leaves everything but characters alone, and case does not count. */
static bool
same_pattern(struct bytes a, struct bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (small(a.at[i]) != small(b.at[i]))
            return false;
    return true;
}

/*
 * The folded pattern, where it is another one. One that PCRE2 will not have (a look behind itself
 * may not vary in length) is looked for as written, in folded text too.
 */
static bool
add_folded(const struct pattern_maker *maker, struct bytes text, struct pattern *p)
{
    struct buf folded = {0};
    struct need need;
    char fault[160];
    size_t at;
    bool good = true;

    if (!refold(text, &folded)) {
        p->cased = true;
    } else if (!folded.failed && !same_pattern(text, buf_bytes(&folded))) {
        p->folded =
            regex_compile_in(maker->pool, buf_bytes(&folded), true, fault, sizeof fault, &at);
        if (p->folded != NULL)
            good = need_of(maker->a, maker->scratch, buf_bytes(&folded), &need) &&
                   need_either(maker->a, &p->need, &need, &p->need);
    }
    good = good && !folded.failed;
    buf_fini(&folded);
    return good;
}

struct pattern *
pattern_new(const struct pattern_maker *maker, struct bytes text, bool cased, char *fault,
    size_t fault_size, size_t *fault_at)
{
    struct regex *written =
        regex_compile_in(maker->pool, text, !cased, fault, fault_size, fault_at);
    struct pattern *p = written == NULL ? NULL : arena_take(maker->a, 1, sizeof *p);

    if (written == NULL)
        return NULL;
    if (p != NULL) {
        *p = (struct pattern){.written = written, .cased = cased};
        if (need_of(maker->a, maker->scratch, text, &p->need) &&
            (cased || add_folded(maker, text, p)))
            return p;
    }
    starve(fault, fault_size);
    regex_free(written);
    if (p != NULL)
        regex_free(p->folded);
    return NULL;
}

enum regex_verdict
pattern_find(const struct pattern *p, struct regex_room *room, const struct subject *s,
    struct pattern_place *place)
{
    const struct regex *of[SUBJECT_FORMS] = {p->written};
    enum regex_verdict verdict = REGEX_NO;
    unsigned share = 1;

    for (int f = SUBJECT_FIRST; !p->cased && f < SUBJECT_FORMS; f++) {
        if (s->form[f].at == NULL || (s->plain && p->folded == NULL))
            continue;
        of[f] = p->folded != NULL ? p->folded : p->written;
        share++;
    }
    for (int f = 0; f < SUBJECT_FORMS; f++) {
        enum regex_verdict one = REGEX_NO;

        if (of[f] != NULL)
            one = regex_match_share(of[f], room, s->form[f], share, &place->at);
        if (one == REGEX_YES) {
            place->form = (enum subject_form)f;
            return REGEX_YES;
        }
        if (one == REGEX_INCONCLUSIVE)
            verdict = one;
    }
    return verdict;
}
