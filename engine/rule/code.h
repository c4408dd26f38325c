/*
 * code - the instructions of a program in the making; private to the compiler.
 */
#ifndef RULE_CODE_H
#define RULE_CODE_H

#include "rule/instr.h"

struct arena;
struct matcher;

struct compiler {
    struct arena *arena;
    struct instr *code;
    uint32_t *cost; /* of each instruction with what it uses */
    uint32_t *uses;
    uint32_t count, cap;
    uint32_t *operand;
    uint32_t operand_count, operand_cap;
    uint32_t *table; /* instructions by content; 0 is empty, else index + 1 */
    uint32_t table_size;
    const struct field *fields;
    struct matcher *matcher; /* may be NULL */
    struct aggregates *aggs;
    bool failed;
};

/* Room for the operands of one instruction; its place in `operand`. */
uint32_t code_operands(struct compiler *c, uint32_t count);
/* Adds the instruction, or finds an equal one. Operands stand before. */
uint32_t code_add(struct compiler *c, struct instr in);
/* Gives slots to what several instructions use and is worth remembering; how many. */
uint32_t code_slots(struct compiler *c);

#endif
