/*
 * eval_text - texts while a program runs: folded comparison, parts.
 *
 * Free text compares by its folded form, which is made once a row and field; identifiers are
 * canonical already, and only their parts are looked for without regard to small and capital.
 */
#include <assert.h>

#include "base/arena.h"
#include "rule/room.h"
#include "text/fold.h"

static const struct text missing = {.set = false};

static struct text
of_bytes(struct bytes b)
{
    return (struct text){.bytes = b, .set = b.size > 0};
}

bool
eval_starve(struct eval_room *room)
{
    room->counts.no_memory++;
    buf_fini(&room->fold);
    room->fold = (struct buf){0};
    return false;
}

/* Folds into an arena of the room. */
static struct text
fold_into(struct eval_room *room, struct arena *arena, struct bytes text)
{
    char *copy;

    fold_text(text, FOLD_FIRST, eval_scratch(room));
    copy = room->fold.failed ? NULL : arena_take(arena, 1, room->fold.size + 1);
    if (copy == NULL) {
        (void)eval_starve(room);
        return missing;
    }
    if (room->fold.size > 0)
        memcpy(copy, room->fold.at, room->fold.size);
    return (struct text){.bytes = {copy, room->fold.size}, .set = true};
}

static struct text
folded_field(const struct run *r, unsigned field)
{
    struct eval_room *room = r->room;
    struct folded *f = &room->folded[field];
    struct text t;

    if (!eval_has(r, field))
        return missing;
    if (f->row == room->row)
        return (struct text){.bytes = f->text, .set = true};
    t = fold_into(room, &room->row_texts, txn_text(r->frame->txn, field));
    if (t.set) {
        f->row = room->row;
        f->text = t.bytes;
    }
    return t;
}

static struct text
either(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    struct text t = eval_text(r, r->operand[in->first]);

    if (t.set)
        return t;
    t = eval_text(r, r->operand[in->first + 1]);
    if (t.set)
        r->room->cause = cause;
    return t;
}

static struct text
of_value(const struct value *v)
{
    return v->set ? of_bytes(v->text) : missing;
}

struct text
eval_text(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];
    unsigned field;

    switch ((int)in->op) {
    case OP_CONST:
        return of_bytes(in->value->text);
    case OP_FIELD:
        field = eval_cell(r, in);
        return eval_has(r, field) ? of_bytes(txn_text(r->frame->txn, field)) : missing;
    case OP_MEASURE:
        return of_value(&r->frame->measures[in->index]);
    case OP_HIT:
        return of_value(eval_hit(r, in));
    case OP_AGGREGATE:
        return of_value(&r->frame->aggregates[in->index]);
    case OP_ABOUT:
        return of_value(&r->frame->about);
    case OP_LOOKUP: {
        struct value v = eval_lookup(r, in);

        return of_value(&v);
    }
    default:
        assert(in->op == OP_DEFAULT); /* nothing else yields text */
        return either(r, in);
    }
}

/* The form in which a text operand is compared: folded, or as it is. */
static struct text
form(const struct run *r, uint32_t at, bool fold)
{
    const struct instr *in = &r->code[at];
    struct text t;

    if (in->op == OP_CONST)
        return (struct text){.bytes = in->text, .set = true};
    if (fold && in->op == OP_FIELD)
        return folded_field(r, eval_cell(r, in));
    t = eval_text(r, at);
    if (!fold || !t.set)
        return t;
    r->room->scratched = true;
    return fold_into(r->room, &r->room->scratch, t.bytes);
}

struct value
eval_folded(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];
    struct text t;

    if (in->op == OP_FIELD) {
        t = folded_field(r, eval_cell(r, in));
    } else {
        t = eval_text(r, at);
        if (t.set)
            t = fold_into(r->room, &r->room->row_texts, t.bytes);
    }
    return t.set ? value_text(TYPE_TEXT, t.bytes) : value_missing(TYPE_TEXT);
}

enum tri
eval_text_equal(const struct run *r, uint32_t left, uint32_t right)
{
    bool fold = r->code[left].type == TYPE_TEXT;
    struct text a = form(r, left, fold), b;

    if (!a.set)
        return TRI_UNDECIDED;
    b = form(r, right, fold);
    if (!b.set)
        return TRI_UNDECIDED;
    return bytes_equal(a.bytes, b.bytes) ? TRI_YES : TRI_NO;
}

enum tri
eval_cell_text(const struct run *r, const struct instr *in)
{
    unsigned field = eval_cell(r, in);
    struct text t;

    if (in->words)
        t = folded_field(r, field);
    else
        t = eval_has(r, field) ? of_bytes(txn_text(r->frame->txn, field)) : missing;
    return t.set ? eval_turn(in, bytes_equal(t.bytes, in->text)) : TRI_UNDECIDED;
}

/* --- parts --- */

static char
small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal bytes; `plain` texts were folded, others are compared without regard to ASCII case. */
static bool
same(const char *a, const char *b, size_t size, bool plain)
{
    if (plain)
        return memcmp(a, b, size) == 0;
    for (size_t i = 0; i < size; i++)
        if (small(a[i]) != small(b[i]))
            return false;
    return true;
}

static bool
contains(struct bytes text, struct bytes part, bool plain)
{
    if (part.size == 0)
        return true;
    for (size_t i = 0; i + part.size <= text.size; i++) {
        if (plain) {
            const char *at = memchr(text.at + i, part.at[0], text.size - part.size + 1 - i);

            if (at == NULL)
                return false;
            i = (size_t)(at - text.at);
        }
        if (same(text.at + i, part.at, part.size, plain))
            return true;
    }
    return false;
}

enum tri
eval_text_test(const struct run *r, const struct instr *in)
{
    uint32_t subject = r->operand[in->first], part = r->operand[in->first + 1];
    bool fold = r->code[subject].type == TYPE_TEXT, yes;
    struct text a, b;

    if (in->high != 0 && !eval_may_contain(r, in))
        return eval_turn(in, false);
    a = form(r, subject, fold);
    if (!a.set)
        return TRI_UNDECIDED;
    b = form(r, part, fold);
    if (!b.set)
        return TRI_UNDECIDED;
    if (in->op == OP_CONTAINS)
        yes = contains(a.bytes, b.bytes, fold);
    else if (b.bytes.size > a.bytes.size)
        yes = false;
    else
        yes = same(in->op == OP_STARTS ? a.bytes.at : a.bytes.at + a.bytes.size - b.bytes.size,
            b.bytes.at, b.bytes.size, fold);
    return eval_turn(in, yes);
}
