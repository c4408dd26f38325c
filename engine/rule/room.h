/*
 * room - what one thread needs while it evaluates; private to the evaluator.
 */
#ifndef RULE_ROOM_H
#define RULE_ROOM_H

#include "base/arena.h"
#include "base/buf.h"
#include "match/matcher.h"
#include "rule/exact.h"
#include "rule/instr.h"
#include "weir/limits.h"

enum { HITS_MAX = 32, NO_CAUSE = -1 };

enum tri { TRI_NO, TRI_YES, TRI_UNDECIDED };

struct text {
    struct bytes bytes;
    bool set;
};

/* The result of a shared instruction in the run it was reckoned in. */
struct shared {
    uint64_t run;
    int cause; /* the missing field it met, if it is missing or undecided */
    enum tri tri;
    struct text text;
    struct exact exact;
};

struct folded {
    uint64_t row; /* 0: never */
    struct bytes text;
};

/* A text in the forms patterns are looked for in, and who may be found there. */
struct looked {
    uint64_t row, scanned; /* 0: never */
    struct subject subject;
    const uint32_t *id;
    size_t count;
};

struct eval_room {
    const struct zone *zone; /* the pack's; NULL: UTC */
    int32_t week_starts;
    uint64_t row, run;
    int cause; /* first missing field of this run, or NO_CAUSE */
    struct regex_room *regex;
    struct name_room *names; /* made when the first name is compared */
    struct arena row_texts;  /* folded fields of the row */
    struct arena scratch;    /* other foldings of this run */
    struct buf fold;
    bool scratched;
    struct eval_counts counts;
    size_t hit_count;
    struct watch_record hit[HITS_MAX];
    struct shared shared[SHARED_MAX];
    struct folded folded[LIMIT_FIELDS];
    struct looked looked[MATCHER_SLOTS];
    const struct matcher *matcher; /* the one `found` has room for */
    struct found found;
    struct eval_limit limit[HITS_MAX]; /* watchlists beyond the last are counted with it */
    size_t limit_count;
};

/* One evaluation. */
struct run {
    const struct instr *code;
    const uint32_t *operand;
    struct eval_room *room;
    const struct eval_frame *frame;
    const struct matcher *matcher;
};

enum tri eval_tri(const struct run *r, uint32_t at);
struct exact eval_exact(const struct run *r, uint32_t at);
struct text eval_text(const struct run *r, uint32_t at);
struct value eval_value(const struct run *r, uint32_t at);

/* ---- eval_text.c ------------------------------------------------------------- */

/* Memory was short: counted, and the room's buffer made anew. False. */
bool eval_starve(struct eval_room *room);

enum tri eval_text_test(const struct run *r, const struct instr *in); /* contains, starts, ends */
enum tri eval_text_equal(const struct run *r, uint32_t left, uint32_t right);
/* A text in its folded form, good until the next row. */
struct value eval_folded(const struct run *r, uint32_t at);
enum tri eval_cell_text(const struct run *r, const struct instr *in);

/* ---- eval_match.c ------------------------------------------------------------ */

/* False where OP_CONTAINS cannot hold; true where it has to be looked at. */
bool eval_may_contain(const struct run *r, const struct instr *in);
enum tri eval_matches(const struct run *r, const struct instr *in);
enum tri eval_on(const struct run *r, const struct instr *in);

/* ---- eval_name.c -------------------------------------------------------------- */

struct exact eval_similar(const struct run *r, const struct instr *in);
/* The party whose name `in` asks about, against a list of names. */
enum watch_verdict eval_on_names(const struct run *r, const struct instr *in, struct bytes name,
    int64_t day, struct watch_hit *hit);

/* ---- eval_function.c ------------------------------------------------------------ */

struct exact eval_function(const struct run *r, const struct instr *in);
struct value eval_lookup(const struct run *r, const struct instr *in);
enum tri eval_is_round(const struct run *r, const struct instr *in);
int64_t eval_local_us(const struct eval_room *room, const struct zone *zone, int64_t us);

/* The room's buffer, empty; and whether memory sufficed for what was written to it. */
static inline struct buf *
eval_scratch(struct eval_room *room)
{
    room->fold.size = 0;
    return &room->fold;
}

static inline bool
eval_scratch_held(struct eval_room *room)
{
    return !room->fold.failed || eval_starve(room);
}

static inline void
eval_blame(struct eval_room *room, unsigned field)
{
    if (room->cause == NO_CAUSE)
        room->cause = (int)field;
}

/* The cell a field instruction means, seen from the side looked at. */
static inline unsigned
eval_cell(const struct run *r, const struct instr *in)
{
    bool beneficiary = r->frame->side == SIDE_BENEFICIARY;

    if (in->view == VIEW_FIELD || (in->view == VIEW_OWN) != beneficiary)
        return in->index;
    return in->index + (unsigned)TXN_PARTY_SPAN;
}

static inline bool
eval_has(const struct run *r, unsigned field)
{
    if (r->frame->txn != NULL && txn_has(r->frame->txn, field))
        return true;
    eval_blame(r->room, field);
    return false;
}

static inline const struct value *
eval_hit(const struct run *r, const struct instr *in)
{
    static const struct value none = {.set = 0};

    return r->frame->hit == NULL ? &none : &r->frame->hit[in->index];
}

static inline enum tri
eval_turn(const struct instr *in, bool yes)
{
    return (yes != (in->negated != 0)) ? TRI_YES : TRI_NO;
}

#endif
