/*
 * instr - one instruction of a compiled program; private to the compiler and the evaluator.
 *
 * Instructions stand in a flat array, operands before those who use them; equal ones are one. An
 * instruction that several use and that costs something has a slot in the room, good for one run.
 */
#ifndef RULE_INSTR_H
#define RULE_INSTR_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"
#include "rule/program.h"
#include "rule/term.h"

enum {
    SHARED_MAX = 32, /* slots a program may use */
    LAND_WORDS = 11, /* 26 * 26 bits */
};

struct instr {
    uint8_t op;       /* enum op */
    uint8_t type;     /* enum type of the result */
    uint8_t relation; /* enum relation */
    uint8_t negated;
    uint8_t view;
    uint8_t shared; /* slot + 1; 0: none */
    uint8_t watches;
    uint8_t row_time;
    uint16_t index; /* field or slot */
    uint8_t own_money;
    uint8_t words; /* OP_CELL_WORDS, OP_CELL_LANDS: an operand instead of a cell; OP_CELL_TEXT:
                      folded */
    uint32_t first, count; /* operands: a run of program.operand */
    int64_t low, high; /* OP_CELL_RANGE; low is a mask, a weight or a currency elsewhere; high is
                          the first id among the matcher's of OP_MATCHES, OP_ON and OP_CONTAINS,
                          from 1, or 0: it is not asked */
    union {
        const struct value *value; /* OP_CONST */
        const struct list *list;
        const struct table *table;
        const struct named *named;
        const struct pattern *pattern;
        const struct zone *zone;
        const uint64_t *lands;
    };
    struct bytes text; /* a text constant as it is compared: folded, or canonical */
};

_Static_assert(sizeof(struct instr) == 64, "an instruction is one cache line");

struct program {
    const struct instr *code;
    const uint32_t *operand;
    uint32_t root;
    uint32_t shared; /* slots used */
    bool folded;     /* a text result comes in its folded form, by which it is counted */
    const struct named *const *watch; /* watchlists asked */
    size_t watch_count;
    enum type type;
    bool percent;
    int64_t currency;
    const struct term *term;
    const struct field *fields;
    struct matcher *matcher; /* NULL: every pattern is tried */
    const struct clause *clause;
    size_t clause_count;
};

static inline bool
instr_is_word(enum type t)
{
    return t == TYPE_CHANNEL || t == TYPE_KIND || t == TYPE_DIRECTION || t == TYPE_WEEKDAY;
}

/* The bit of a packed country in a map, or -1. */
static inline int
instr_land(int64_t code)
{
    int a = (int)(code >> 8 & 0xff) - 'A', b = (int)(code & 0xff) - 'A';

    return (uint64_t)code > 0xffff || a < 0 || a > 25 || b < 0 || b > 25 ? -1 : a * 26 + b;
}

#endif
