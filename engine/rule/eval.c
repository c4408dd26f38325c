/*
 * eval - a program run over a transaction: true, false or undecided; a value or missing.
 *
 * Evaluators by kind of result call each other along the operands; the depth is bounded by the
 * checker. Three-valued logic is that of rule-language.md section 9.
 */
#include "rule/program.h"

#include <assert.h>

#include "base/alloc.h"
#include "list/list.h"
#include "name/name.h"
#include "rule/room.h"
#include "text/regex.h"

/* --- rooms --- */

struct eval_room *
eval_room_new(const struct zone *pack_zone, int32_t week_starts)
{
    struct eval_room *room = alloc_zero(1, sizeof *room);

    if (room == NULL)
        return NULL;
    room->zone = pack_zone;
    room->week_starts = week_starts;
    room->row = 1;
    room->cause = NO_CAUSE;
    arena_init(&room->row_texts, 0, "folded texts");
    arena_init(&room->scratch, 0, "folded texts");
    room->regex = regex_room_new();
    if (room->regex != NULL)
        return room;
    eval_room_free(room);
    return NULL;
}

void
eval_room_free(struct eval_room *room)
{
    if (room == NULL)
        return;
    regex_room_free(room->regex);
    found_fini(&room->found);
    name_room_free(room->names);
    arena_fini(&room->row_texts);
    arena_fini(&room->scratch);
    buf_fini(&room->fold);
    alloc_free(room);
}

void
eval_next_row(struct eval_room *room)
{
    room->row++;
    room->hit_count = 0;
    if (room->row_texts.used_bytes > 0)
        arena_reset(&room->row_texts);
}

int
eval_undecided_field(const struct eval_room *room)
{
    return room->cause;
}

size_t
eval_room_limits(const struct eval_room *room, const struct eval_limit **out)
{
    *out = room->limit;
    return room->limit_count;
}

void
eval_room_forget(struct eval_room *room)
{
    room->counts = (struct eval_counts){0};
    room->limit_count = 0;
}

struct eval_counts
eval_room_counts(const struct eval_room *room)
{
    return room->counts;
}

size_t
eval_watch_hits(const struct eval_room *room, const struct watch_record **out)
{
    *out = room->hit;
    return room->hit_count;
}

/* --- numbers --- */

static struct exact
of_value(const struct value *v)
{
    struct exact x = {.num = v->num, .den = v->den, .set = v->set != 0};

    if (!x.set)
        return exact_missing();
    return x;
}

static struct exact
cell_number(const struct run *r, const struct instr *in)
{
    unsigned field = eval_cell(r, in);

    if (!eval_has(r, field))
        return exact_missing();
    return exact_of(txn_num(r->frame->txn, field));
}

static struct exact
reckon(const struct run *r, const struct instr *in, enum exact_op op)
{
    uint32_t left = r->operand[in->first], right = r->operand[in->first + 1];
    struct exact a = eval_exact(r, left), b, out;
    bool overflow = false;

    if (!a.set)
        return a;
    b = eval_exact(r, right);
    out = exact_reckon(
        op, a, (enum type)r->code[left].type, b, (enum type)r->code[right].type, &overflow);
    r->room->counts.overflow += overflow;
    return out;
}

/* Puts the blame back to where it was: a missing part no longer matters. */
static struct exact
either(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    struct exact x = eval_exact(r, r->operand[in->first]);

    if (x.set)
        return x;
    x = eval_exact(r, r->operand[in->first + 1]);
    if (x.set)
        r->room->cause = cause;
    return x;
}

static struct exact
negate(const struct run *r, const struct instr *in)
{
    struct exact x = eval_exact(r, r->operand[in->first]);

    x.num = -x.num;
    return x;
}

static struct exact
exact_at(const struct run *r, const struct instr *in)
{
    switch ((int)in->op) {
    case OP_CONST:
        return of_value(in->value);
    case OP_FIELD:
        return cell_number(r, in);
    case OP_DIRECTION:
        return exact_of(
            r->frame->side == SIDE_BENEFICIARY ? DIRECTION_INCOMING : DIRECTION_OUTGOING);
    case OP_MEASURE:
        return of_value(&r->frame->measures[in->index]);
    case OP_HIT:
        return of_value(eval_hit(r, in));
    case OP_AGGREGATE:
        return of_value(&r->frame->aggregates[in->index]);
    case OP_ABOUT:
        return of_value(&r->frame->about);
    case OP_NEGATE:
        return negate(r, in);
    case OP_ADD:
        return reckon(r, in, EXACT_ADD);
    case OP_SUBTRACT:
        return reckon(r, in, EXACT_SUBTRACT);
    case OP_MULTIPLY:
        return reckon(r, in, EXACT_MULTIPLY);
    case OP_DIVIDE:
        return reckon(r, in, EXACT_DIVIDE);
    case OP_DEFAULT:
        return either(r, in);
    default:
        return eval_function(r, in);
    }
}

struct exact
eval_exact(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];
    struct shared *s;

    if (in->shared == 0)
        return exact_at(r, in);
    s = &r->room->shared[in->shared - 1];
    if (s->run != r->room->run) {
        int cause = r->room->cause;

        r->room->cause = NO_CAUSE;
        s->exact = exact_at(r, in);
        s->cause = r->room->cause;
        s->run = r->room->run;
        r->room->cause = cause;
    }
    if (!s->exact.set && s->cause != NO_CAUSE)
        eval_blame(r->room, (unsigned)s->cause);
    return s->exact;
}

/* --- any value --- */

struct value
eval_value(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];
    enum type type = (enum type)in->type;
    struct value v = value_missing(type);

    if (type == TYPE_BOOL) {
        enum tri t = eval_tri(r, at);

        return t == TRI_UNDECIDED ? v : value_num(TYPE_BOOL, t == TRI_YES);
    }
    if (type_is_text(type)) {
        struct text t = eval_text(r, at);

        return t.set ? value_text(type, t.bytes) : v;
    }
    struct exact x = eval_exact(r, at);
    v.set = x.set;
    v.num = x.num;
    v.den = x.den;
    return v;
}

/* --- tests --- */

static enum tri
compare(const struct run *r, const struct instr *in)
{
    uint32_t left = r->operand[in->first], right = r->operand[in->first + 1];
    struct exact a, b;
    int order;

    if (type_is_text((enum type)r->code[left].type)) {
        enum tri t = eval_text_equal(r, left, right);

        return t == TRI_UNDECIDED || in->relation == RELATION_EQUAL ? t
               : t == TRI_YES                                       ? TRI_NO
                                                                    : TRI_YES;
    }
    a = eval_exact(r, left);
    if (!a.set)
        return TRI_UNDECIDED;
    b = eval_exact(r, right);
    if (!b.set)
        return TRI_UNDECIDED;
    order = exact_compare(a, b);
    switch ((enum relation)in->relation) {
    case RELATION_EQUAL:
        return order == 0 ? TRI_YES : TRI_NO;
    case RELATION_UNEQUAL:
        return order != 0 ? TRI_YES : TRI_NO;
    case RELATION_LESS:
        return order < 0 ? TRI_YES : TRI_NO;
    case RELATION_AT_MOST:
        return order <= 0 ? TRI_YES : TRI_NO;
    case RELATION_MORE:
        return order > 0 ? TRI_YES : TRI_NO;
    case RELATION_AT_LEAST:
        break;
    }
    return order >= 0 ? TRI_YES : TRI_NO;
}

/* Equality as membership has it: a channel is also what stands below the word. */
static enum tri
equal(const struct run *r, uint32_t subject, uint32_t item)
{
    const struct instr *in = &r->code[item];
    struct exact a, b;

    if (type_is_text((enum type)in->type))
        return eval_text_equal(r, subject, item);
    a = eval_exact(r, subject);
    b = eval_exact(r, item);
    if (!a.set || !b.set)
        return TRI_UNDECIDED;
    if (in->op == OP_CONST && in->type == TYPE_CHANNEL && a.num != b.num)
        return (int128)channel_parent((enum channel)a.num) == b.num ? TRI_YES : TRI_NO;
    return exact_compare(a, b) == 0 ? TRI_YES : TRI_NO;
}

static enum tri
in_items(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    enum tri t = TRI_NO;

    for (uint32_t i = 1; i < in->count && t != TRI_YES; i++) {
        enum tri one = equal(r, r->operand[in->first], r->operand[in->first + i]);

        if (one != TRI_NO)
            t = one;
    }
    if (t == TRI_UNDECIDED)
        return t;
    r->room->cause = cause;
    return eval_turn(in, t == TRI_YES);
}

static int64_t
row_currency(const struct run *r)
{
    const struct txn *t = r->frame->txn;

    return t != NULL && txn_has(t, TXN_CURRENCY) ? txn_num(t, TXN_CURRENCY) : 0;
}

static enum tri
in_list(const struct run *r, const struct instr *in)
{
    struct value v = eval_value(r, r->operand[in->first]);
    bool has;

    if (!v.set)
        return TRI_UNDECIDED;
    if (v.type == TYPE_MONEY)
        v.currency = (int32_t)(in->own_money ? row_currency(r) : in->low);
    has = list_has(in->list, v, eval_scratch(r->room));
    return eval_scratch_held(r->room) ? eval_turn(in, has) : TRI_UNDECIDED;
}

/* The code looked at by a mask or a map: false where it is missing. */
static bool
small_code(const struct run *r, const struct instr *in, int64_t *out)
{
    unsigned field;
    struct exact x;

    if (!in->words) {
        field = eval_cell(r, in);
        if (!eval_has(r, field))
            return false;
        *out = txn_num(r->frame->txn, field);
        return true;
    }
    x = eval_exact(r, r->operand[in->first]);
    *out = (int64_t)x.num;
    return x.set;
}

static enum tri
among_words(const struct run *r, const struct instr *in)
{
    int64_t code;

    if (!small_code(r, in, &code))
        return TRI_UNDECIDED;
    return eval_turn(in, code >= 0 && code < 64 && ((uint64_t)in->low >> code & 1) != 0);
}

static enum tri
among_lands(const struct run *r, const struct instr *in)
{
    int64_t code;
    int bit;

    if (!small_code(r, in, &code))
        return TRI_UNDECIDED;
    bit = instr_land(code);
    return eval_turn(in, bit >= 0 && (in->lands[bit / 64] >> (bit % 64) & 1) != 0);
}

static enum tri
in_range(const struct run *r, const struct instr *in)
{
    unsigned field = eval_cell(r, in);
    int64_t n;

    if (!eval_has(r, field))
        return TRI_UNDECIDED;
    n = txn_num(r->frame->txn, field);
    return eval_turn(in, n >= in->low && n <= in->high);
}

/* The commonest tests at once, without a call; anything else as eval_tri() has it. */
static inline enum tri
quick_tri(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];

    if (in->op == OP_CELL_RANGE)
        return in_range(r, in);
    if (in->op == OP_CELL_WORDS && !in->words)
        return among_words(r, in);
    return eval_tri(r, at);
}

static enum tri not(const struct run *r, const struct instr *in) {
    enum tri t = eval_tri(r, r->operand[in->first]);

    return t == TRI_UNDECIDED ? t
           : t == TRI_YES     ? TRI_NO
                              : TRI_YES;
}

static enum tri
all(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    enum tri t = TRI_YES;

    for (uint32_t i = 0; i < in->count; i++) {
        enum tri one = quick_tri(r, r->operand[in->first + i]);

        if (one == TRI_NO) {
            r->room->cause = cause;
            return TRI_NO;
        }
        if (one == TRI_UNDECIDED)
            t = one;
    }
    return t;
}

/* Once true, the rest is asked only for the watchlist hits it may record. */
static enum tri
any(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    enum tri t = TRI_NO;

    for (uint32_t i = 0; i < in->count; i++) {
        uint32_t at = r->operand[in->first + i];
        enum tri one;

        if (t == TRI_YES && !in->watches)
            break;
        if (t == TRI_YES && !r->code[at].watches)
            continue;
        one = quick_tri(r, at);
        if (one != TRI_NO && t != TRI_YES)
            t = one;
    }
    if (t == TRI_YES)
        r->room->cause = cause;
    return t;
}

static enum tri
presence(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    uint32_t at = r->operand[in->first];
    bool set;

    if (r->code[at].op == OP_FIELD)
        set = r->frame->txn != NULL && txn_has(r->frame->txn, eval_cell(r, &r->code[at]));
    else
        set = eval_value(r, at).set != 0;
    r->room->cause = cause;
    return set == (in->op == OP_PRESENT) ? TRI_YES : TRI_NO;
}

static enum tri
tri_of(const struct value *v)
{
    return !v->set ? TRI_UNDECIDED : v->num != 0 ? TRI_YES : TRI_NO;
}

static enum tri
either_tri(const struct run *r, const struct instr *in)
{
    int cause = r->room->cause;
    enum tri t = eval_tri(r, r->operand[in->first]);

    if (t != TRI_UNDECIDED)
        return t;
    t = eval_tri(r, r->operand[in->first + 1]);
    if (t != TRI_UNDECIDED)
        r->room->cause = cause;
    return t;
}

static enum tri
tri_at(const struct run *r, const struct instr *in)
{
    switch ((int)in->op) {
    case OP_CELL_RANGE:
        return in_range(r, in);
    case OP_CELL_WORDS:
        return among_words(r, in);
    case OP_CELL_LANDS:
        return among_lands(r, in);
    case OP_CELL_TEXT:
        return eval_cell_text(r, in);
    case OP_AND:
        return all(r, in);
    case OP_OR:
        return any(r, in);
    case OP_NOT:
        return not(r, in);
    case OP_COMPARE:
        return compare(r, in);
    case OP_IN:
        return in_items(r, in);
    case OP_IN_LIST:
        return in_list(r, in);
    case OP_CONTAINS:
    case OP_STARTS:
    case OP_ENDS:
        return eval_text_test(r, in);
    case OP_MATCHES:
        return eval_matches(r, in);
    case OP_ON:
        return eval_on(r, in);
    case OP_MISSING:
    case OP_PRESENT:
        return presence(r, in);
    case OP_IS_ROUND:
        return eval_is_round(r, in);
    case OP_DEFAULT:
        return either_tri(r, in);
    case OP_CONST:
        return tri_of(in->value);
    case OP_MEASURE:
        return tri_of(&r->frame->measures[in->index]);
    case OP_HIT:
        return tri_of(eval_hit(r, in));
    case OP_AGGREGATE:
        return tri_of(&r->frame->aggregates[in->index]);
    case OP_ABOUT:
        return tri_of(&r->frame->about);
    default:
        assert(in->op == OP_COUNT); /* the checker lets nothing else be a condition */
        return TRI_UNDECIDED;
    }
}

enum tri
eval_tri(const struct run *r, uint32_t at)
{
    const struct instr *in = &r->code[at];
    struct shared *s;

    if (in->shared == 0)
        return tri_at(r, in);
    s = &r->room->shared[in->shared - 1];
    if (s->run != r->room->run) {
        int cause = r->room->cause;

        r->room->cause = NO_CAUSE;
        s->tri = tri_at(r, in);
        s->cause = r->room->cause;
        s->run = r->room->run;
        r->room->cause = cause;
    }
    if (s->tri == TRI_UNDECIDED && s->cause != NO_CAUSE)
        eval_blame(r->room, (unsigned)s->cause);
    return s->tri;
}

/* --- the door --- */

/* Hits this program may find anew. */
static void
forget_hits(struct eval_room *room, const struct program *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < room->hit_count; i++) {
        bool asked = false;

        for (size_t k = 0; k < p->watch_count; k++)
            asked = asked || room->hit[i].watch == p->watch[k];
        if (!asked)
            room->hit[kept++] = room->hit[i];
    }
    room->hit_count = kept;
}

static int64_t
result_currency(const struct program *p, const struct eval_frame *f)
{
    if (p->currency != 0 || f->txn == NULL || !txn_has(f->txn, TXN_CURRENCY))
        return p->currency;
    return txn_num(f->txn, TXN_CURRENCY);
}

/* After a run: what it folded goes. */
static void
tidy(struct eval_room *room)
{
    arena_reset(&room->scratch);
    room->scratched = false;
}

struct value
program_run(const struct program *p, struct eval_room *room, const struct eval_frame *f)
{
    struct run r = {
        .code = p->code, .operand = p->operand, .room = room, .frame = f, .matcher = p->matcher};
    struct value v;

    room->cause = NO_CAUSE;
    room->run++;
    if (p->watch_count > 0 && room->hit_count > 0)
        forget_hits(room, p);
    if (p->type == TYPE_BOOL) {
        enum tri t = quick_tri(&r, p->root);

        v.type = TYPE_BOOL;
        v.set = t != TRI_UNDECIDED;
        v.currency = 0;
        v.num = t == TRI_YES;
        v.den = 1;
    } else if (p->folded) {
        v = eval_folded(&r, p->root);
    } else {
        v = eval_value(&r, p->root);
        if (p->type == TYPE_MONEY)
            v.currency = (int32_t)result_currency(p, f);
    }
    if (v.set)
        room->cause = NO_CAUSE;
    if (room->scratched)
        tidy(room);
    return v;
}
