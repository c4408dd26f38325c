/*
 * leaf - programs so small that running them costs more than answering them.
 *
 * Most inputs of windows are a field, most filters of aggregates a direction, most measures an
 * aggregate, most lines a measure against a constant. The judge asks once what a program is and
 * then answers by itself; anything else is run. The answers are those of program_run().
 */
#ifndef RULE_LEAF_H
#define RULE_LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/program.h"

enum leaf_kind {
    LEAF_NONE,      /* run it */
    LEAF_FIELD,     /* a number in the cell of a field: money, a code, a time */
    LEAF_TEXT,      /* the text of a field as it stands in the cell */
    LEAF_AGGREGATE, /* an aggregate of the window */
    LEAF_SIDE,      /* `direction = incoming` or `outgoing` */
};

struct leaf {
    enum leaf_kind kind;
    unsigned field; /* LEAF_FIELD, LEAF_TEXT; of a party's: the originator's */
    uint8_t view;   /* as in struct key_part */
    enum type type;
    int64_t currency; /* of money with a fixed one; 0: of the row */
    uint32_t slot;    /* LEAF_AGGREGATE */
    int side;         /* LEAF_SIDE: the side it holds for */
};

struct leaf leaf_of(const struct program *p);

/* A line of a condition: measure `slot` against a whole constant. Where it does not hold for
   certain the condition is not true. */
struct gate {
    uint32_t slot;
    uint8_t relation; /* enum relation */
    int128 bound;     /* in the unit of the measure */
};
enum { GATES_MAX = 4 };

/* Gates of the outermost `and` of a condition, at most GATES_MAX. */
size_t leaf_gates(const struct program *condition, struct gate out[static GATES_MAX]);
/* False where the condition cannot be true; true where it has to be asked. */
bool leaf_open(const struct gate *g, const struct value *measure);
bool leaf_reaches(const struct gate *g, int128 number); /* the same for a whole number */

#endif
