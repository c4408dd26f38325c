/* need - what a text must hold for a pattern to be found in it. */
#include "match/need.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "match/rarity.h"
#include "text/fold.h"
#include "text/regex_syntax.h"
#include "text/utf8.h"
#include "weir/limits.h"

enum {
    LONG = 48,      /* bytes after which a run of characters is split */
    COPIES = 4,     /* of a repeated part that are written out */
    CLASS_MOST = 16 /* members of a class that are written out */
};

/* Texts, each one way to read a part of the pattern. */
struct texts {
    struct bytes *at;
    size_t count;
};

/*
 * What is known of a part. Exact: it takes one of `texts` and nothing else. Otherwise every text
 * it takes holds one of `texts`; none known where the count is 0.
 */
struct part {
    bool exact;
    struct texts texts;
};

struct reading {
    struct arena *a;
    struct regex_syntax syntax;
    struct regex_piece piece; /* looked at; nothing behind `ended` */
    bool ended, strange, no_memory;
    unsigned depth;
};

static const struct part unknown = {.exact = false};

static void
step(struct reading *r)
{
    r->ended = !regex_next(&r->syntax, &r->piece);
    r->strange = r->strange || (!r->ended && r->piece.kind == REGEX_STRANGE);
}

/* ---- sets of texts ---------------------------------------------------------------- */

static struct texts
texts_new(struct reading *r, size_t count)
{
    struct texts t = {.at = arena_take(r->a, count, sizeof *t.at), .count = count};

    if (t.at == NULL) {
        r->no_memory = true;
        t.count = 0;
    }
    return t;
}

static struct part
nothing(struct reading *r)
{
    struct part p = {.exact = true, .texts = texts_new(r, 1)};

    if (p.texts.count == 1)
        p.texts.at[0] = (struct bytes){"", 0};
    return p;
}

static struct part
of_points(struct reading *r, const uint32_t *points, size_t count)
{
    struct part p = {.exact = true, .texts = texts_new(r, count)};

    for (size_t i = 0; i < p.texts.count; i++) {
        struct buf form = {0};
        char room[4];
        char *copy;

        fold_case((struct bytes){room, utf8_put(points[i], room)}, &form);
        copy = form.failed ? NULL : arena_copy(r->a, buf_bytes(&form));
        r->no_memory = r->no_memory || copy == NULL;
        p.texts.at[i] = (struct bytes){copy == NULL ? "" : copy, copy == NULL ? 0 : form.size};
        buf_fini(&form);
    }
    return p;
}

/* The letters folding knows by name; of others it is not certain that case works alike. */
static bool
is_sure(uint32_t point)
{
    return point < 0x700;
}

static struct texts
both(struct reading *r, struct texts x, struct texts y)
{
    struct texts t = texts_new(r, x.count + y.count);

    if (t.count > 0) {
        memcpy(t.at, x.at, x.count * sizeof *t.at);
        memcpy(t.at + x.count, y.at, y.count * sizeof *t.at);
    }
    return t;
}

static size_t
longest(struct texts t)
{
    size_t most = 0;

    for (size_t i = 0; i < t.count; i++)
        most = t.at[i].size > most ? t.at[i].size : most;
    return most;
}

/* Every text of x followed by every one of y. */
static struct texts
crossed(struct reading *r, struct texts x, struct texts y)
{
    struct texts t = texts_new(r, x.count * y.count);

    for (size_t i = 0; i < t.count; i++) {
        struct bytes left = x.at[i / y.count], right = y.at[i % y.count];
        char *room = arena_take(r->a, 1, left.size + right.size + 1);

        if (room == NULL) {
            r->no_memory = true;
            return (struct texts){0};
        }
        memcpy(room, left.at, left.size);
        memcpy(room + left.size, right.at, right.size);
        t.at[i] = (struct bytes){room, left.size + right.size};
    }
    return t;
}

/* ---- what is worth asking for ---------------------------------------------------- */

/* How often ordinary text would hold one of the texts, in no unit; UINT64_MAX: not to be used. */
static uint64_t
commonness(struct texts t)
{
    uint64_t sum = 0;

    if (t.count == 0 || t.count > NEED_MOST)
        return UINT64_MAX;
    for (size_t i = 0; i < t.count; i++) {
        struct bytes rarest;

        if (utf8_characters(t.at[i]) < NEED_LEAST)
            return UINT64_MAX;
        sum += rarity_commonness(t.at[i], &rarest);
    }
    return sum;
}

/* Keeps in `best` the rarer of two needs. */
static void
offer(struct texts *best, struct texts other)
{
    if (commonness(other) < commonness(*best))
        *best = other;
}

static struct texts
need_texts(const struct part *p)
{
    return commonness(p->texts) == UINT64_MAX ? (struct texts){0} : p->texts;
}

/* ---- sequences --------------------------------------------------------------------- */

/* A sequence so far: `tail` is how it may end, exact since the last thing that was not. */
struct row {
    bool exact;
    struct texts best, tail;
};

static void
row_break(struct row *row, struct texts tail)
{
    offer(&row->best, row->tail);
    row->tail = tail;
    row->exact = false;
}

static void
row_add(struct reading *r, struct row *row, const struct part *p)
{
    if (!p->exact) {
        row_break(row, nothing(r).texts);
        offer(&row->best, p->texts);
    } else if (row->tail.count * p->texts.count > NEED_MOST ||
               longest(row->tail) + longest(p->texts) > LONG) {
        row_break(row, p->texts);
    } else {
        row->tail = crossed(r, row->tail, p->texts);
    }
}

/* A part that is there `least` to `most` times. */
static void
row_repeat(struct reading *r, struct row *row, const struct part *p)
{
    uint32_t least = r->piece.least, most = r->piece.most;
    bool whole = least == most && least <= COPIES;

    if (p->exact && least == 0 && most == 1 && p->texts.count < NEED_MOST) {
        struct part maybe = {.exact = true, .texts = both(r, p->texts, nothing(r).texts)};

        row_add(r, row, &maybe);
        return;
    }
    if (least == 0 || !p->exact) {
        row_add(r, row, least == 0 ? &unknown : p);
        return;
    }
    for (uint32_t i = 0; i < least && i < COPIES; i++)
        row_add(r, row, p);
    if (!whole)
        row_break(row, p->texts); /* however many there are, the last of them is one */
}

static struct part read_choice(struct reading *r);

static struct part
read_group(struct reading *r)
{
    bool look = r->piece.kind == REGEX_LOOK;
    struct part p;

    if (++r->depth > LIMIT_EXPR_DEPTH) {
        r->strange = true;
        return unknown;
    }
    step(r);
    p = read_choice(r);
    r->strange = r->strange || r->ended || r->piece.kind != REGEX_CLOSE;
    r->depth--;
    return look ? nothing(r) : p;
}

static struct part
read_class(struct reading *r)
{
    struct bytes pattern = r->syntax.pattern;
    uint32_t points[CLASS_MOST];
    size_t count = regex_class_members(
        (struct bytes){pattern.at + r->piece.from, r->piece.size}, points, CLASS_MOST);

    for (size_t i = 0; i < count; i++)
        if (!is_sure(points[i]))
            return unknown;
    return count == 0 ? unknown : of_points(r, points, count);
}

static struct part
read_piece(struct reading *r)
{
    static const uint32_t digits[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};

    switch (r->piece.kind) {
    case REGEX_CHAR:
        return is_sure(r->piece.point) ? of_points(r, &r->piece.point, 1) : unknown;
    case REGEX_CLASS:
        return read_class(r);
    case REGEX_DIGIT:
        return of_points(r, digits, sizeof digits / sizeof *digits);
    case REGEX_OPEN:
    case REGEX_LOOK:
        return read_group(r);
    case REGEX_EDGE:
    case REGEX_OPTION:
        return nothing(r);
    case REGEX_ANY:
    case REGEX_CLOSE:
    case REGEX_BAR:
    case REGEX_REPEAT:
    case REGEX_STRANGE:
        break;
    }
    return unknown;
}

static bool
going(const struct reading *r)
{
    return !r->ended && !r->strange && !r->no_memory;
}

/* Repeats of repeats, such as a{2}{3}: only the first is written out. */
static void
read_repeats(struct reading *r, struct row *row, const struct part *p)
{
    struct part again = {.exact = false, .texts = need_texts(p)};
    struct regex_syntax after = r->syntax;
    struct regex_piece next;

    if (!regex_next(&after, &next) || next.kind != REGEX_REPEAT) {
        row_repeat(r, row, p);
        step(r);
        return;
    }
    for (; going(r) && r->piece.kind == REGEX_REPEAT; step(r))
        if (r->piece.least == 0)
            again.texts.count = 0;
    row_add(r, row, &again);
}

static struct part
read_row(struct reading *r)
{
    struct row row = {.exact = true, .tail = nothing(r).texts};

    while (going(r) && r->piece.kind != REGEX_BAR && r->piece.kind != REGEX_CLOSE) {
        struct part p = read_piece(r);

        if (!going(r))
            break;
        step(r);
        if (going(r) && r->piece.kind == REGEX_REPEAT)
            read_repeats(r, &row, &p);
        else
            row_add(r, &row, &p);
    }
    if (row.exact)
        return (struct part){.exact = true, .texts = row.tail};
    offer(&row.best, row.tail);
    return (struct part){.exact = false, .texts = row.best};
}

static struct part
read_choice(struct reading *r)
{
    struct part all = read_row(r);

    while (going(r) && r->piece.kind == REGEX_BAR) {
        struct part one;
        struct texts x, y;

        step(r);
        one = read_row(r);
        all.exact = all.exact && one.exact && all.texts.count + one.texts.count <= NEED_MOST;
        x = all.exact ? all.texts : need_texts(&all);
        y = all.exact ? one.texts : need_texts(&one);
        all.texts =
            !all.exact && (x.count == 0 || y.count == 0) ? (struct texts){0} : both(r, x, y);
    }
    return all;
}

/* ---- the door ---------------------------------------------------------------------- */

/* The rarest parts of the texts, copied to where they stay. */
static bool
settle(struct arena *a, struct texts t, struct need *out)
{
    struct bytes *literal;

    *out = (struct need){0};
    if (commonness(t) == UINT64_MAX)
        return true;
    literal = arena_take(a, t.count, sizeof *literal);
    if (literal == NULL)
        return false;
    for (size_t i = 0; i < t.count; i++) {
        struct bytes rarest;

        (void)rarity_commonness(t.at[i], &rarest);
        literal[i] = (struct bytes){arena_copy(a, rarest), rarest.size};
        if (literal[i].at == NULL)
            return false;
    }
    *out = (struct need){.literal = literal, .count = t.count};
    return true;
}

bool
need_of(struct arena *a, struct arena *scratch, struct bytes pattern, struct need *out)
{
    struct arena_mark mark = arena_mark(scratch);
    struct reading r = {.a = scratch, .syntax = {.pattern = pattern}};
    struct part p;
    bool done;

    step(&r);
    p = read_choice(&r);
    if (r.strange || !r.ended)
        p = unknown;
    done = !r.no_memory && settle(a, p.texts, out);
    arena_rewind(scratch, mark);
    return done;
}

bool
need_of_text(struct arena *a, struct bytes text, struct need *out)
{
    return settle(a, (struct texts){.at = &text, .count = 1}, out);
}

bool
need_either(struct arena *a, const struct need *x, const struct need *y, struct need *out)
{
    size_t count = x->count + y->count;
    struct bytes *literal;

    if (x->count == 0 || y->count == 0) {
        *out = (struct need){0};
        return true;
    }
    literal = arena_take(a, count, sizeof *literal);
    if (literal == NULL)
        return false;
    memcpy(literal, x->literal, x->count * sizeof *literal);
    memcpy(literal + x->count, y->literal, y->count * sizeof *literal);
    *out = (struct need){.literal = literal, .count = count};
    return true;
}
