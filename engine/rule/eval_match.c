/*
 * eval_match - patterns and watchlists while a program runs.
 *
 * A field's text is brought into its forms once a row and looked through once for the literals of
 * all patterns that any rule asks of the field; only patterns that may be there are tried.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/civil.h"
#include "list/list.h"
#include "match/pattern.h"
#include "rule/room.h"

/* ---- texts and what may be found in them -------------------------------------- */

/* The operand's text in its forms; NULL where it is missing or memory is out. */
static struct looked *
look(const struct run *r, uint32_t at, unsigned *slot)
{
    const struct instr *in = &r->code[at];
    bool field = in->op == OP_FIELD;
    struct eval_room *room = r->room;
    struct looked *l;
    struct text t;

    *slot = field ? eval_cell(r, in) : MATCHER_COMPUTED;
    l = &room->looked[*slot];
    if (field && l->row == room->row)
        return l;
    t = eval_text(r, at);
    if (!t.set)
        return NULL;
    room->scratched = room->scratched || !field;
    l->row = 0;
    l->scanned = 0;
    if (!subject_of(field ? &room->row_texts : &room->scratch, &room->fold, t.bytes,
            in->type == TYPE_TEXT, &l->subject)) {
        (void)eval_starve(room);
        return NULL;
    }
    l->row = room->row;
    return l;
}

static bool
room_for(struct eval_room *room, const struct matcher *m)
{
    if (room->matcher == m)
        return true;
    found_fini(&room->found);
    room->matcher = found_init(&room->found, matcher_ids(m)) ? m : NULL;
    return room->matcher != NULL;
}

/* Fills in who may be found; false when out of memory. */
static bool
scan(const struct run *r, struct looked *l, unsigned slot)
{
    struct eval_room *room = r->room;
    uint32_t *id = NULL;

    if (l->scanned == room->row)
        return true;
    if (!room_for(room, r->matcher))
        return eval_starve(room);
    matcher_scan(r->matcher, slot, &l->subject, &room->found);
    l->count = room->found.count;
    if (l->count > 0) {
        id = arena_take(
            slot == MATCHER_COMPUTED ? &room->scratch : &room->row_texts, l->count, sizeof *id);
        if (id == NULL)
            return eval_starve(room);
        memcpy(id, room->found.id, l->count * sizeof *id);
    }
    l->id = id;
    l->scanned = room->row;
    return true;
}

/* The ids of an instruction among those found. */
static struct watch_among
among(const struct looked *l, const struct instr *in, size_t count)
{
    uint32_t base = (uint32_t)(in->high - 1);
    size_t from = 0, to;

    while (from < l->count && l->id[from] < base)
        from++;
    for (to = from; to < l->count && l->id[to] - base < count;)
        to++;
    return (struct watch_among){l->id + from, to - from, base};
}

bool
eval_may_contain(const struct run *r, const struct instr *in)
{
    unsigned slot;
    struct looked *l = look(r, r->operand[in->first], &slot);

    return l == NULL || !scan(r, l, slot) || among(l, in, 1).count > 0;
}

/* ---- limits --------------------------------------------------------------------- */

static void
count_limit(struct eval_room *room, const struct named *watch)
{
    size_t i = 0;

    while (i < room->limit_count && room->limit[i].watch != watch)
        i++;
    if (i == HITS_MAX)
        i--;
    else if (i == room->limit_count)
        room->limit[room->limit_count++] = (struct eval_limit){.watch = watch};
    room->limit[i].count++;
}

static enum tri
inconclusive(struct eval_room *room)
{
    room->counts.inconclusive++;
    eval_blame(room, EVAL_LIMIT);
    return TRI_UNDECIDED;
}

/* ---- patterns --------------------------------------------------------------------- */

enum tri
eval_matches(const struct run *r, const struct instr *in)
{
    enum regex_verdict verdict = REGEX_NO;
    struct pattern_place place;
    unsigned slot;
    struct looked *l = look(r, r->operand[in->first], &slot);

    if (l == NULL || (in->high != 0 && !scan(r, l, slot)))
        return TRI_UNDECIDED;
    if (in->high == 0 || among(l, in, 1).count > 0)
        verdict = pattern_find(in->pattern, r->room->regex, &l->subject, &place);
    else if (subject_is_long(&l->subject))
        verdict = REGEX_INCONCLUSIVE;
    if (verdict == REGEX_INCONCLUSIVE)
        return inconclusive(r->room);
    return eval_turn(in, verdict == REGEX_YES);
}

/* ---- watchlists -------------------------------------------------------------------- */

static void
record(struct eval_room *room, const struct named *watch, unsigned field, struct watch_hit hit)
{
    size_t i = 0;

    while (i < room->hit_count && (room->hit[i].watch != watch || room->hit[i].field != field))
        i++;
    if (i == HITS_MAX)
        return; /* more watchlists than one sentence can name */
    room->hit[i] = (struct watch_record){.watch = watch, .field = field, .hit = hit};
    if (i == room->hit_count)
        room->hit_count++;
}

static enum watch_verdict
find(const struct run *r, const struct instr *in, int64_t day, struct watch_hit *hit)
{
    const struct watch *watch = in->named->watch;
    struct watch_among ids;
    unsigned slot;
    struct looked *l = look(r, r->operand[in->first], &slot);

    if (l == NULL || (in->high != 0 && !scan(r, l, slot)))
        return WATCH_INCONCLUSIVE; /* memory: the text was there before */
    if (in->high != 0)
        ids = among(l, in, watch_count(watch));
    return watch_find(
        watch, r->room->regex, &l->subject, in->high == 0 ? NULL : &ids, day, in->low, hit);
}

/* A list of free texts takes any kind of text, and an amount is in the currency of its field. */
static enum watch_verdict
on_exact(
    const struct run *r, const struct instr *in, struct value v, int64_t day, struct watch_hit *hit)
{
    const struct watch *watch = in->named->watch;

    v.type = (uint8_t)watch_type(watch);
    if (v.type == TYPE_MONEY)
        v.currency = (int32_t)in->high;
    return watch_match(watch, v, day, in->low, eval_scratch(r->room), hit);
}

enum tri
eval_on(const struct run *r, const struct instr *in)
{
    uint32_t at = r->operand[in->first];
    const struct instr *subject = &r->code[at];
    const struct watch *watch = in->named->watch;
    struct value v = eval_value(r, at);
    const struct txn *txn = r->frame->txn;
    int64_t day = txn == NULL ? 0 : civil_day_of(eval_local_us(r->room, NULL, txn->at_us));
    struct watch_hit hit = {.weight = 0};
    enum watch_verdict verdict;

    if (!v.set)
        return TRI_UNDECIDED;
    if (watch_is_pattern(watch))
        verdict = find(r, in, day, &hit);
    else if (watch_is_names(watch))
        verdict = eval_on_names(r, in, v.text, day, &hit);
    else
        verdict = on_exact(r, in, v, day, &hit);
    if (!eval_scratch_held(r->room))
        return TRI_UNDECIDED;
    if (verdict == WATCH_INCONCLUSIVE) {
        count_limit(r->room, in->named);
        return inconclusive(r->room);
    }
    if (subject->op != OP_FIELD)
        hit.matched = (struct bytes){"", 0}; /* a text that ends with this run */
    if (verdict == WATCH_YES && !in->negated)
        record(r->room, in->named, subject->op == OP_FIELD ? eval_cell(r, subject) : LIMIT_FIELDS,
            hit);
    return eval_turn(in, verdict == WATCH_YES);
}
