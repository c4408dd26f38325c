/* ask - what an instruction will ask of texts, told to the matcher. */
#include "rule/ask.h"

#include "base/arena.h"
#include "base/buf.h"
#include "match/matcher.h"
#include "match/pattern.h"
#include "text/fold.h"
#include "weir/txn.h"

static void
add(struct compiler *c, struct instr *in, const struct term *subject, const void *owner,
    const struct need *const *need, size_t count)
{
    bool field = subject->op == OP_FIELD;
    uint32_t first =
        matcher_add(c->matcher, field ? subject->index : MATCHER_COMPUTED, owner, need, count);

    /* Looked at from the other side, own. and counterparty. are the other party's cells. */
    if (field && subject->view != VIEW_FIELD && first != MATCHER_NONE)
        first =
            matcher_add(c->matcher, subject->index + (unsigned)TXN_PARTY_SPAN, owner, need, count);
    if (first == MATCHER_NONE)
        c->failed = true;
    else
        in->high = (int64_t)first + 1;
}

/* A list of one, which lives as long as the matcher. */
static void
add_one(struct compiler *c, struct instr *in, const struct term *subject, const struct need *need)
{
    const struct need **list = arena_take(c->arena, 1, sizeof *list);

    if (list == NULL) {
        c->failed = true;
        return;
    }
    *list = need;
    add(c, in, subject, need, list, 1);
}

void
ask_pattern(struct compiler *c, struct instr *in, const struct term *subject)
{
    if (c->matcher != NULL && in->pattern->need.count > 0)
        add_one(c, in, subject, &in->pattern->need);
}

void
ask_watch(struct compiler *c, struct instr *in, const struct term *subject)
{
    const struct need *const *need;
    size_t count = watch_needs(in->named->watch, &need);

    if (c->matcher != NULL && count > 0)
        add(c, in, subject, in->named->watch, need, count);
}

void
ask_part(struct compiler *c, struct instr *in, const struct term *t)
{
    const struct term *subject = t->arg[0], *part = t->arg[1];
    struct buf folded = {0}, form = {0};
    struct need *need;

    if (c->matcher == NULL || part->op != OP_CONST || subject->op != OP_FIELD ||
        subject->type != TYPE_TEXT)
        return;
    need = arena_take(c->arena, 1, sizeof *need);
    fold_text(part->value.text, FOLD_FIRST, &folded);
    fold_case(buf_bytes(&folded), &form);
    if (need == NULL || folded.failed || form.failed ||
        !need_of_text(c->arena, buf_bytes(&form), need))
        c->failed = true;
    else if (need->count > 0)
        add_one(c, in, subject, need);
    buf_fini(&folded);
    buf_fini(&form);
}
