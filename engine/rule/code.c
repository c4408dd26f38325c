/*
 * code - the instructions of a program as they are made: equal ones are one, and each knows its
 * cost and how many use it.
 */
#include "rule/code.h"

#include "base/arena.h"

enum { COST_TEXT = 20, COST_LIST = 10, COST_PATTERN = 300, GROW = 8 };

/* --- growing --- */

static void *
grown(struct compiler *c, const void *old, size_t count, size_t cap, size_t size)
{
    void *fresh = arena_take(c->arena, cap, size);

    if (fresh == NULL)
        c->failed = true;
    else if (count > 0)
        memcpy(fresh, old, count * size);
    return fresh;
}

static bool
room_for_code(struct compiler *c)
{
    uint32_t cap = c->cap == 0 ? GROW : 2 * c->cap;

    if (c->failed || c->count < c->cap)
        return !c->failed;
    c->code = grown(c, c->code, c->count, cap, sizeof *c->code);
    c->cost = grown(c, c->cost, c->count, cap, sizeof *c->cost);
    c->uses = grown(c, c->uses, c->count, cap, sizeof *c->uses);
    c->cap = cap;
    return !c->failed;
}

uint32_t
code_operands(struct compiler *c, uint32_t count)
{
    uint32_t first = c->operand_count;

    if (c->operand_count + count > c->operand_cap) {
        uint32_t cap = 2 * (c->operand_cap + count) + GROW;

        c->operand = grown(c, c->operand, c->operand_count, cap, sizeof *c->operand);
        c->operand_cap = cap;
    }
    c->operand_count += count;
    return first;
}

/* --- equal instructions are one --- */

static bool
same_value(const struct value *a, const struct value *b)
{
    if (a->type != b->type || a->set != b->set || a->currency != b->currency)
        return false;
    if (type_is_text((enum type)a->type))
        return bytes_equal(a->text, b->text);
    return a->num == b->num && a->den == b->den;
}

static bool
same(const struct compiler *c, const struct instr *a, const struct instr *b)
{
    if (a->op != b->op || a->type != b->type || a->relation != b->relation ||
        a->negated != b->negated || a->view != b->view || a->index != b->index ||
        a->words != b->words || a->own_money != b->own_money || a->row_time != b->row_time ||
        a->count != b->count || a->low != b->low || a->high != b->high ||
        !bytes_equal(a->text, b->text))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (c->operand[a->first + i] != c->operand[b->first + i])
            return false;
    if (a->op == OP_CONST || a->op == OP_LOCAL_TIME)
        return same_value(a->value, b->value);
    if (a->op == OP_CELL_LANDS)
        return memcmp(a->lands, b->lands, LAND_WORDS * sizeof *a->lands) == 0;
    return a->value == b->value;
}

static uint32_t
mixed(uint32_t h, uint64_t n)
{
    uint64_t m = (h ^ n) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(m >> 32) ^ (uint32_t)m;
}

static uint32_t
content(const struct compiler *c, const struct instr *in)
{
    uint32_t h = in->op;

    h = mixed(h, (uint64_t)in->index << 8 | in->type);
    h = mixed(h, (uint64_t)in->low);
    h = mixed(h, (uint64_t)in->high);
    for (uint32_t i = 0; i < in->count; i++)
        h = mixed(h, c->operand[in->first + i]);
    if (in->op == OP_CONST && !type_is_text((enum type)in->type))
        h = mixed(h, (uint64_t)in->value->num);
    for (size_t i = 0; i < in->text.size && i < 16; i++)
        h = mixed(h, (unsigned char)in->text.at[i]);
    return h;
}

static void
table_grow(struct compiler *c)
{
    uint32_t size = c->table_size == 0 ? 2 * GROW : 2 * c->table_size;
    uint32_t *table = arena_take(c->arena, size, sizeof *table);

    if (table == NULL) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = content(c, &c->code[i]) & (size - 1);

        while (table[at] != 0)
            at = (at + 1) & (size - 1);
        table[at] = i + 1;
    }
    c->table = table;
    c->table_size = size;
}

static uint32_t
own_cost(const struct instr *in)
{
    switch (in->op) {
    case OP_MATCHES:
    case OP_ON:
        return COST_PATTERN;
    case OP_CONTAINS:
    case OP_STARTS:
    case OP_ENDS:
    case OP_CELL_TEXT:
    case OP_LOOKUP:
        return COST_TEXT;
    case OP_IN_LIST:
        return COST_LIST;
    default:
        return 1;
    }
}

uint32_t
code_add(struct compiler *c, struct instr in)
{
    uint32_t at;
    uint64_t cost = own_cost(&in);

    if (c->failed || !room_for_code(c))
        return 0;
    if (2 * (c->count + 1) > c->table_size)
        table_grow(c);
    if (c->failed)
        return 0;
    at = content(c, &in) & (c->table_size - 1);
    while (c->table[at] != 0 && !same(c, &c->code[c->table[at] - 1], &in))
        at = (at + 1) & (c->table_size - 1);
    if (c->table[at] != 0)
        return c->table[at] - 1;
    for (uint32_t i = 0; i < in.count; i++) {
        uint32_t operand = c->operand[in.first + i];

        cost += c->cost[operand];
        c->uses[operand]++;
        in.watches |= c->code[operand].watches;
    }
    c->code[c->count] = in;
    c->cost[c->count] = cost < UINT32_MAX ? (uint32_t)cost : UINT32_MAX;
    c->table[at] = c->count + 1;
    return c->count++;
}

uint32_t
code_slots(struct compiler *c)
{
    uint32_t slots = 0;

    for (uint32_t i = 0; i < c->count && slots < SHARED_MAX; i++)
        if (c->uses[i] > 1 && c->code[i].count > 0)
            c->code[i].shared = (uint8_t)++slots;
    return slots;
}
