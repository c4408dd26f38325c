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
#include "weir/txn.h"

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

/* A test of one cell: a number in a range, or a word among some. */
struct cell_test {
    uint16_t field[2]; /* by side */
    bool words;        /* `low` is a mask of the words */
    bool negated;
    int64_t low, high;
};
enum { CELL_TESTS_MAX = 8 };

/* The tests of cells that a condition begins with, at most CELL_TESTS_MAX; *all: it has no more. */
size_t leaf_cell_tests(
    const struct program *condition, struct cell_test out[static CELL_TESTS_MAX], bool *all);

enum leaf_answer { LEAF_NO, LEAF_YES, LEAF_ASK };
/* NO, YES, as far as these tests go; ASK where a cell is missing and none says no. */
static inline enum leaf_answer
leaf_test_cells(const struct cell_test *test, size_t count, const struct txn *t, int side)
{
    enum leaf_answer answer = LEAF_YES;

    for (size_t i = 0; i < count; i++) {
        unsigned field = test[i].field[side];
        int64_t n = txn_num(t, field);
        bool in;

        if (!txn_has(t, field)) {
            answer = LEAF_ASK;
            continue;
        }
        in = test[i].words ? n >= 0 && n < 64 && ((uint64_t)test[i].low >> n & 1) != 0
                           : n >= test[i].low && n <= test[i].high;
        if (in == test[i].negated)
            return LEAF_NO;
    }
    return answer;
}

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
