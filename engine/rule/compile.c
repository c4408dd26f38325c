/*
 * compile - a term to a flat array of typed instructions.
 *
 * The shapes that most rules are made of (a cell against a constant, a code among words, a
 * country among countries) become single instructions; the operands of `and` and `or` are
 * put cheapest first, which changes no result because evaluation has no effects.
 */
#include "rule/compile.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "list/list.h"
#include "rule/ask.h"
#include "rule/code.h"
#include "rule/exact.h"
#include "state/window.h"
#include "text/fold.h"

static uint32_t emit_term(struct compiler *c, const struct term *t);

/* --- the common shapes --- */

static bool
is_cell(const struct term *t)
{
    return t->op == OP_FIELD;
}

static bool
is_number_cell(const struct term *t)
{
    return is_cell(t) && (t->type == TYPE_MONEY || t->type == TYPE_TIME || t->type == TYPE_DATE);
}

static void
set_cell(struct instr *in, const struct term *cell)
{
    in->index = (uint16_t)cell->index;
    in->view = cell->view;
}

static int128
floor_of(const struct value *v)
{
    int128 q = v->num / v->den;

    return v->num % v->den < 0 ? q - 1 : q;
}

/* cell relation constant, as the whole numbers between two ends. */
static uint32_t
emit_range(struct compiler *c, const struct term *cell, enum relation r, const struct value *v)
{
    int128 low = INT64_MIN, high = INT64_MAX, f = floor_of(v);
    bool whole = v->num % v->den == 0;
    struct instr in = {.op = OP_CELL_RANGE, .type = TYPE_BOOL};

    switch (r) {
    case RELATION_EQUAL:
    case RELATION_UNEQUAL:
        low = whole ? f : 1;
        high = whole ? f : 0;
        in.negated = r == RELATION_UNEQUAL;
        break;
    case RELATION_LESS:
        high = whole ? f - 1 : f;
        break;
    case RELATION_AT_MOST:
        high = f;
        break;
    case RELATION_MORE:
        low = f + 1;
        break;
    case RELATION_AT_LEAST:
        low = whole ? f : f + 1;
        break;
    }
    if (low < INT64_MIN)
        low = INT64_MIN;
    if (high > INT64_MAX)
        high = INT64_MAX;
    in.low = low > high ? 1 : (int64_t)low;
    in.high = low > high ? 0 : (int64_t)high;
    set_cell(&in, cell);
    return code_add(c, in);
}

/* The values a code word stands for: a channel also for the finer ones below it. */
static uint64_t
word_mask(enum type t, int64_t word)
{
    uint64_t mask = UINT64_C(1) << word;

    if (t == TYPE_CHANNEL)
        for (int ch = 1; ch < CHANNEL_COUNT; ch++)
            if (channel_parent((enum channel)ch) == (enum channel)word)
                mask |= UINT64_C(1) << ch;
    return mask;
}

/* A test of a cell or, `words` set, of an operand. */
static struct instr
small_test(struct compiler *c, enum op op, const struct term *subject, bool negated)
{
    struct instr in = {.op = (uint8_t)op, .type = TYPE_BOOL, .negated = negated};
    uint32_t operand;

    if (is_cell(subject)) {
        set_cell(&in, subject);
        return in;
    }
    in.words = 1;
    in.count = 1;
    operand = emit_term(c, subject);
    in.first = code_operands(c, 1);
    if (!c->failed)
        c->operand[in.first] = operand;
    return in;
}

static uint32_t
emit_words(struct compiler *c, const struct term *subject, bool negated,
    const struct term *const *item, uint32_t count)
{
    struct instr in = small_test(c, OP_CELL_WORDS, subject, negated);
    uint64_t mask = 0;

    for (uint32_t i = 0; i < count; i++)
        mask |= word_mask(subject->type, (int64_t)item[i]->value.num);
    in.low = (int64_t)mask;
    return code_add(c, in);
}

static uint64_t *
lands_new(struct compiler *c)
{
    uint64_t *lands = arena_take(c->arena, LAND_WORDS, sizeof *lands);

    if (lands == NULL)
        c->failed = true;
    return lands;
}

static void
land_add(uint64_t *lands, int64_t code)
{
    int bit = instr_land(code);

    if (bit >= 0)
        lands[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static uint32_t
emit_lands(struct compiler *c, const struct term *subject, bool negated,
    const struct term *const *item, uint32_t count)
{
    struct instr in = small_test(c, OP_CELL_LANDS, subject, negated);
    uint64_t *lands = lands_new(c);

    if (lands == NULL)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        land_add(lands, (int64_t)item[i]->value.num);
    in.lands = lands;
    return code_add(c, in);
}

/* A list of countries is asked once for each country there is. */
static uint32_t
emit_land_list(struct compiler *c, const struct term *t)
{
    struct instr in = small_test(c, OP_CELL_LANDS, t->arg[0], t->negated);
    uint64_t *lands = lands_new(c);
    struct buf unused = {0}; /* countries are no texts */

    if (lands == NULL)
        return 0;
    for (int64_t a = 'A'; a <= 'Z'; a++)
        for (int64_t b = 'A'; b <= 'Z'; b++)
            if (list_has(t->named->list, value_num(TYPE_COUNTRY, a << 8 | b), &unused))
                land_add(lands, a << 8 | b);
    in.lands = lands;
    return code_add(c, in);
}

/* --- text constants --- */

static struct bytes
folded(struct compiler *c, struct bytes text)
{
    struct buf out = {0};
    struct bytes result = {"", 0};

    fold_text(text, FOLD_FIRST, &out);
    if (!out.failed)
        result = (struct bytes){arena_copy(c->arena, buf_bytes(&out)), out.size};
    c->failed = c->failed || out.failed || result.at == NULL;
    buf_fini(&out);
    return result;
}

/* A part of an identifier: without the signs import takes out, a leading 00 read as +. */
static struct bytes
identifier_part(struct compiler *c, struct bytes text, enum type type, bool head)
{
    char *copy = arena_copy(c->arena, text);
    size_t size = 0;

    if (copy == NULL) {
        c->failed = true;
        return text;
    }
    for (size_t i = 0; i < text.size; i++) {
        bool sign = strchr(type == TYPE_PHONE ? " -./()" : " ", text.at[i]) != NULL;

        if (!sign || (type != TYPE_PHONE && type != TYPE_ACCOUNT))
            copy[size++] = text.at[i];
    }
    if (head && type == TYPE_PHONE && size >= 2 && copy[0] == '0' && copy[1] == '0') {
        memmove(copy + 1, copy + 2, size - 2);
        copy[0] = '+';
        size--;
    }
    return (struct bytes){copy, size};
}

static uint32_t
emit_const(struct compiler *c, const struct term *t, struct bytes text)
{
    return code_add(
        c, (struct instr){
               .op = (uint8_t)t->op, .type = (uint8_t)t->type, .value = &t->value, .text = text});
}

/* A text operand beside a subject of a type. */
static uint32_t
emit_part(struct compiler *c, const struct term *t, enum type subject, bool head)
{
    if (t->op != OP_CONST)
        return emit_term(c, t);
    if (subject == TYPE_TEXT)
        return emit_const(c, t, folded(c, t->value.text));
    if (t->type != TYPE_TEXT)
        return emit_const(c, t, t->value.text);
    return emit_const(c, t, identifier_part(c, t->value.text, subject, head));
}

/* --- whole terms --- */

static uint32_t
emit_plain(struct compiler *c, const struct term *t)
{
    struct instr in = {
        .op = (uint8_t)t->op,
        .type = (uint8_t)t->type,
        .relation = (uint8_t)t->relation,
        .negated = t->negated,
        .view = t->view,
        .index = (uint16_t)t->index,
        .row_time = t->row_time,
        .watches = t->watches,
        .count = t->count,
    };
    uint32_t *operand = t->count == 0 ? NULL : arena_take(c->arena, t->count, sizeof *operand);

    if (t->count > 0 && operand == NULL) {
        c->failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        bool part = t->op == OP_COMPARE || t->op == OP_IN || t->op == OP_CONTAINS ||
                    t->op == OP_STARTS || t->op == OP_ENDS;

        operand[i] = part && type_is_text(t->arg[i]->type)
                         ? emit_part(c, t->arg[i], t->arg[0]->type, t->op == OP_STARTS)
                         : emit_term(c, t->arg[i]);
    }
    in.first = code_operands(c, t->count);
    if (c->failed)
        return 0;
    if (t->count > 0)
        memcpy(c->operand + in.first, operand, t->count * sizeof *operand);
    switch ((int)t->op) {
    case OP_IN_LIST:
        in.list = t->named->list;
        in.own_money = t->arg[0]->own_money;
        in.low = t->arg[0]->currency;
        break;
    case OP_LOOKUP:
        in.table = t->named->table;
        break;
    case OP_ON:
        in.named = t->named;
        in.low = t->weight;
        in.index = 0;
        /* Names: four columns, a byte each. Exact: the currency of an amount. */
        in.high = watch_is_names(t->named->watch) ? t->index : t->arg[0]->currency;
        ask_watch(c, &in, t->arg[0]);
        break;
    case OP_MATCHES:
        in.pattern = t->pattern;
        ask_pattern(c, &in, t->arg[0]);
        break;
    case OP_CONTAINS:
        ask_part(c, &in, t);
        break;
    case OP_UNITS:
    case OP_IS_ROUND:
    case OP_ROUND_TO:
        in.own_money = t->arg[0]->own_money;
        in.low = t->arg[0]->currency;
        break;
    case OP_CONST:
    case OP_LOCAL_TIME:
        in.value = &t->value;
        in.text = type_is_text(t->type) ? t->value.text : in.text;
        in.index = 0;
        break;
    default:
        in.zone = t->zone;
    }
    return code_add(c, in);
}

/* Operands of and, or: cheapest first, else as written. */
struct operand_cost {
    uint32_t at, cost, order;
};

static int
by_cost(const void *a, const void *b)
{
    const struct operand_cost *x = a, *y = b;

    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static uint32_t
emit_join(struct compiler *c, const struct term *t)
{
    struct instr in = {.op = (uint8_t)t->op, .type = TYPE_BOOL, .count = t->count};
    struct operand_cost *part = arena_take(c->arena, t->count, sizeof *part);

    if (part == NULL) {
        c->failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t at = emit_term(c, t->arg[i]);

        part[i] = (struct operand_cost){at, c->failed ? 0 : c->cost[at], i};
    }
    qsort(part, t->count, sizeof *part, by_cost);
    in.first = code_operands(c, t->count);
    if (c->failed)
        return 0;
    for (uint32_t i = 0; i < t->count; i++)
        c->operand[in.first + i] = part[i].at;
    return code_add(c, in);
}

static bool
all_constant(const struct term *t)
{
    for (uint32_t i = 1; i < t->count; i++)
        if (t->arg[i]->op != OP_CONST)
            return false;
    return true;
}

/* Arithmetic over constants is done here; the result lives as long as the program. */
static bool
fold_constant(struct compiler *c, const struct term *t, struct value *out)
{
    static const enum exact_op op[] = {[OP_ADD] = EXACT_ADD,
        [OP_SUBTRACT] = EXACT_SUBTRACT,
        [OP_MULTIPLY] = EXACT_MULTIPLY,
        [OP_DIVIDE] = EXACT_DIVIDE};
    struct value a, b = {.type = 0};
    struct exact x;
    bool overflow = false;

    if (t->op == OP_CONST && !type_is_text(t->type)) {
        *out = t->value;
        return true;
    }
    if (t->op != OP_NEGATE && (t->op < OP_ADD || t->op > OP_DIVIDE))
        return false;
    if (!fold_constant(c, t->arg[0], &a) || (t->count > 1 && !fold_constant(c, t->arg[1], &b)))
        return false;
    x = (struct exact){a.num, a.den, true};
    if (t->op == OP_NEGATE)
        x.num = -x.num;
    else
        x = exact_reckon(op[t->op], x, t->arg[0]->type, (struct exact){b.num, b.den, true},
            t->arg[1]->type, &overflow);
    if (!x.set)
        return false;
    *out = value_num(t->type, x.num);
    out->den = x.den;
    out->currency = (int32_t)t->currency;
    return true;
}

static uint32_t
emit_folded(struct compiler *c, const struct term *t, const struct value *v)
{
    struct value *kept = arena_take(c->arena, 1, sizeof *kept);

    if (kept == NULL) {
        c->failed = true;
        return 0;
    }
    *kept = *v;
    return code_add(c, (struct instr){.op = OP_CONST, .type = (uint8_t)t->type, .value = kept});
}

static uint32_t
emit_compare(struct compiler *c, const struct term *t)
{
    const struct term *left = t->arg[0], *right = t->arg[1];
    enum relation r = t->relation;
    struct value v;

    if (is_number_cell(left) && fold_constant(c, right, &v))
        return emit_range(c, left, r, &v);
    if (is_number_cell(right) && fold_constant(c, left, &v))
        return emit_range(c, right, expr_mirrored(r), &v);
    if (left->op == OP_CONST && right->op != OP_CONST) {
        const struct term *turn = left;

        left = right;
        right = turn;
        r = expr_mirrored(r);
    }
    if (right->op == OP_CONST && instr_is_word(left->type))
        return emit_words(c, left, r == RELATION_UNEQUAL, &right, 1);
    if (right->op == OP_CONST && left->type == TYPE_COUNTRY)
        return emit_lands(c, left, r == RELATION_UNEQUAL, &right, 1);
    if (right->op == OP_CONST && is_cell(left) && type_is_text(left->type)) {
        struct instr in = {.op = OP_CELL_TEXT, .type = TYPE_BOOL, .negated = r == RELATION_UNEQUAL};

        in.words = left->type == TYPE_TEXT; /* folded, that is */
        in.text = in.words ? folded(c, right->value.text) : right->value.text;
        set_cell(&in, left);
        return code_add(c, in);
    }
    return emit_plain(c, t);
}

/* What an aggregate collects; texts that are told apart are told apart folded. */
static struct program *
counted_value(struct compiler *c, const struct term *t)
{
    struct program *p = compile_term(c->arena, t->arg[0], c->fields, c->matcher, NULL);

    if (p != NULL)
        p->folded =
            p->type == TYPE_TEXT && (t->index == WINDOW_DISTINCT || t->index == WINDOW_MODE_SHARE ||
                                        t->index == WINDOW_FIRST_SEEN);
    return p;
}

static uint32_t
emit_aggregate(struct compiler *c, const struct term *t)
{
    struct aggregate a = {.function = (int)t->index,
        .type = t->arg[0] == NULL ? TYPE_NUMBER : t->arg[0]->type,
        .currency = t->arg[0] == NULL ? 0 : t->arg[0]->currency};
    uint32_t slot;

    if (t->arg[0] != NULL)
        a.value = counted_value(c, t);
    if (t->arg[1] != NULL)
        a.where = compile_term(c->arena, t->arg[1], c->fields, c->matcher, NULL);
    if ((t->arg[0] != NULL && a.value == NULL) || (t->arg[1] != NULL && a.where == NULL))
        c->failed = true;
    slot = c->failed ? 0 : compile_aggregate(c->arena, c->aggs, &a, &c->failed);
    return code_add(
        c, (struct instr){.op = OP_AGGREGATE, .type = (uint8_t)t->type, .index = (uint16_t)slot});
}

static uint32_t
emit_term(struct compiler *c, const struct term *t)
{
    struct value v;

    if (c->failed)
        return 0;
    if (t->op != OP_CONST && fold_constant(c, t, &v))
        return emit_folded(c, t, &v);
    switch ((int)t->op) {
    case OP_AND:
    case OP_OR:
        return emit_join(c, t);
    case OP_COMPARE:
        return emit_compare(c, t);
    case OP_IN:
        if (all_constant(t) && instr_is_word(t->arg[0]->type))
            return emit_words(c, t->arg[0], t->negated, t->arg + 1, t->count - 1);
        if (all_constant(t) && t->arg[0]->type == TYPE_COUNTRY)
            return emit_lands(c, t->arg[0], t->negated, t->arg + 1, t->count - 1);
        return emit_plain(c, t);
    case OP_IN_LIST:
        return t->arg[0]->type == TYPE_COUNTRY ? emit_land_list(c, t) : emit_plain(c, t);
    case OP_AGGREGATE:
        return emit_aggregate(c, t);
    default:
        return emit_plain(c, t);
    }
}

/* --- the program --- */

static bool
gather_watches(struct compiler *c, struct program *p)
{
    const struct named **watch;
    size_t count = 0;

    for (uint32_t i = 0; i < c->count; i++)
        count += c->code[i].op == OP_ON;
    if (count == 0)
        return true;
    watch = arena_take(c->arena, count, sizeof *watch);
    if (watch == NULL)
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (c->code[i].op == OP_ON)
            watch[p->watch_count++] = c->code[i].named;
    p->watch = watch;
    return true;
}

struct program *
compile_term(struct arena *a, const struct term *t, const struct field *fields, struct matcher *m,
    struct aggregates *aggs)
{
    struct compiler c = {.arena = a, .fields = fields, .matcher = m, .aggs = aggs};
    struct program *p = arena_take(a, 1, sizeof *p);
    uint32_t root = emit_term(&c, t);

    if (p == NULL || c.failed || !gather_watches(&c, p))
        return NULL;
    p->root = root;
    p->shared = code_slots(&c);
    p->code = c.code;
    p->operand = c.operand;
    p->type = t->type;
    p->percent = t->percent;
    p->currency = t->currency;
    p->term = t;
    p->fields = fields;
    p->matcher = m;
    return p;
}
