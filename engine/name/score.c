#include "name/score.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"

enum {
    INITIAL_WEIGHT = 50,
    INITIAL_LIKE = 800000,      /* an initial and a word */
    INITIAL_LIKE_THIN = 500000, /* where all else that agrees is common */
    /* What a word costs that only one side has, in percent of its weight. */
    SPARE_FIRM = 8,    /* two words agree, one of them not common */
    SPARE_SINGLE = 35, /* one word agrees */
    SPARE_THIN = 50,   /* all that agree are common */
    SINGLE_COMMON_MOST = 600000
};

static int
by_likeness(const void *x, const void *y)
{
    const struct score_pair *a = x, *b = y;
    int spans_a = a->a_span + a->b_span, spans_b = b->a_span + b->b_span;

    if (a->like != b->like)
        return a->like > b->like ? -1 : 1;
    if (spans_a != spans_b)
        return spans_b - spans_a;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

static unsigned
places(uint8_t at, uint8_t span)
{
    return (span == 2 ? 3u : 1u) << at;
}

static const struct name_word *
unit(const struct name *n, uint8_t at, uint8_t span)
{
    return span == 2 ? n->join[at] : n->word[at];
}

/* What was taken so far, and what it weighs. */
struct tally {
    const struct name *a, *b;
    struct score *out;
    unsigned a_taken, b_taken; /* a bit a word */
    unsigned full;             /* agreeing words; a join counts as two */
    bool firm;                 /* one of them is not common */
    int64_t earned, weight;
};

static void
take(struct tally *t, const struct score_pair *p, int weight)
{
    t->a_taken |= places(p->a, p->a_span);
    t->b_taken |= places(p->b, p->b_span);
    t->earned += (int64_t)weight * p->like;
    t->weight += weight;
    t->out->pair[t->out->count++] = *p;
}

static void
take_words(struct tally *t, const struct score_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct score_pair *p = &pairs[i];
        const struct name_word *a, *b;

        if ((t->a_taken & places(p->a, p->a_span)) != 0 ||
            (t->b_taken & places(p->b, p->b_span)) != 0)
            continue;
        a = unit(t->a, p->a, p->a_span);
        b = unit(t->b, p->b, p->b_span);
        take(t, p, a->weight + b->weight);
        t->full += p->a_span > p->b_span ? p->a_span : p->b_span;
        t->firm = t->firm || ((a->flags | b->flags) & NAME_COMMON) == 0;
    }
}

static bool
is_initial(const struct name *n, uint8_t at)
{
    return (n->word[at]->flags & NAME_INITIAL) != 0;
}

/* An initial and a word that begins with it, or two equal initials. */
static bool
begins(const struct tally *t, uint8_t a, uint8_t b)
{
    const struct name_word *x = t->a->word[a], *y = t->b->word[b];

    return (is_initial(t->a, a) || is_initial(t->b, b)) && x->sound.size > 0 && y->sound.size > 0 &&
           (x->text[0] == y->text[0] || x->sound.at[0] == y->sound.at[0]);
}

/* Initials take what is left, in the order of the words; returns how many did. */
static size_t
take_initials(struct tally *t)
{
    size_t before = t->out->count;

    for (uint8_t i = 0; i < t->a->count; i++)
        for (uint8_t j = 0; j < t->b->count && (t->a_taken >> i & 1) == 0; j++) {
            struct score_pair p = {.a = i, .a_span = 1, .b = j, .b_span = 1};

            if ((t->b_taken >> j & 1) != 0 || !begins(t, i, j))
                continue;
            p.like = is_initial(t->a, i) && is_initial(t->b, j) ? SOUND_SAME
                     : t->firm                                  ? INITIAL_LIKE
                                                                : INITIAL_LIKE_THIN;
            take(t, &p, 2 * INITIAL_WEIGHT);
        }
    return t->out->count - before;
}

static int64_t
left_over(const struct name *n, unsigned taken)
{
    int64_t weight = 0;

    for (uint8_t i = 0; i < n->count; i++)
        if ((taken >> i & 1) == 0)
            weight += n->word[i]->weight;
    return weight;
}

static int
spare_percent(const struct tally *t, size_t initials)
{
    if (!t->firm)
        return SPARE_THIN;
    return t->full >= 2 || initials > 0 ? SPARE_FIRM : SPARE_SINGLE;
}

void
score_pairs(const struct name *a, const struct name *b, struct score_pair *pairs, size_t count,
    struct score *out)
{
    struct tally t = {.a = a, .b = b, .out = out};
    unsigned least = a->full < b->full ? a->full : b->full;
    int64_t left_a, left_b, both, one, whole;
    size_t initials;

    out->count = 0;
    out->value = 0;
    if (count > 1)
        qsort(pairs, count, sizeof *pairs, by_likeness);
    take_words(&t, pairs, count);
    out->enough = t.full > 0 && t.full >= (least < 2 ? least : 2);
    if (t.full == 0)
        return;
    initials = take_initials(&t);
    left_a = left_over(a, t.a_taken);
    left_b = left_over(b, t.b_taken);
    both = left_a < left_b ? left_a : left_b;
    one = left_a + left_b - 2 * both;
    whole = (t.weight + 2 * both) * 100 + one * spare_percent(&t, initials);
    out->value = (int32_t)number_divide((int128)t.earned * 100, whole);
    if (t.full == 1 && !t.firm && out->value > SINGLE_COMMON_MOST)
        out->value = SINGLE_COMMON_MOST;
}

static void
compare(const struct name *a, const struct name *b, struct score_pair p, struct score_pair *pairs,
    size_t *count)
{
    const struct name_word *x = unit(a, p.a, p.a_span), *y = unit(b, p.b, p.b_span);

    if (x == NULL || y == NULL || ((x->flags | y->flags) & NAME_INITIAL) != 0)
        return;
    p.like = name_likeness(x, y);
    if (p.like > 0)
        pairs[(*count)++] = p;
}

void
score_names(const struct name *a, const struct name *b, struct score *out)
{
    struct score_pair pairs[SCORE_PAIRS];
    size_t count = 0;

    for (uint8_t i = 0; i < a->count; i++)
        for (uint8_t j = 0; j < b->count; j++) {
            compare(a, b, (struct score_pair){0, i, 1, j, 1}, pairs, &count);
            compare(a, b, (struct score_pair){0, i, 2, j, 1}, pairs, &count);
            compare(a, b, (struct score_pair){0, i, 1, j, 2}, pairs, &count);
        }
    score_pairs(a, b, pairs, count, out);
}

/* ---- in words ----------------------------------------------------------------------------- */

static void
put_unit(const struct name *n, uint8_t at, uint8_t span, struct buf *out)
{
    buf_add(out, n->word[at]->text, n->word[at]->size);
    if (span == 2) {
        buf_byte(out, ' ');
        buf_add(out, n->word[at + 1]->text, n->word[at + 1]->size);
    }
}

static void
put_left(const struct name *n, unsigned taken, const char *title, struct buf *out)
{
    const char *before = title;

    for (uint8_t i = 0; i < n->count; i++)
        if ((taken >> i & 1) == 0) {
            buf_text(out, before);
            put_unit(n, i, 1, out);
            before = " ";
        }
}

void
score_explain(const struct name *a, const struct name *b, const struct score *s, struct buf *out)
{
    unsigned a_taken = 0, b_taken = 0;

    for (size_t i = 0; i < s->count; i++) {
        const struct score_pair *p = &s->pair[i];

        buf_text(out, i > 0 ? "; " : "");
        put_unit(a, p->a, p->a_span, out);
        buf_text(out, p->like == SOUND_SAME ? " = " : " ~ ");
        put_unit(b, p->b, p->b_span, out);
        if (p->like < SOUND_SAME)
            buf_print(out, " %d%%", (int)number_divide(p->like, SOUND_SAME / 100));
        a_taken |= places(p->a, p->a_span);
        b_taken |= places(p->b, p->b_span);
    }
    put_left(a, a_taken, "; only in the row: ", out);
    put_left(b, b_taken, "; only on the list: ", out);
}
