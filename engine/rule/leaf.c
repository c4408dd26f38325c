#include "rule/leaf.h"

#include "rule/room.h"

static const struct instr *
operand(const struct program *p, const struct instr *in, uint32_t n)
{
    return &p->code[p->operand[in->first + n]];
}

/* A word test of `direction` with one word: compiled to a mask over the operand. */
static bool
is_side(const struct program *p, const struct instr *in, int *side)
{
    int64_t incoming = INT64_C(1) << DIRECTION_INCOMING, outgoing = INT64_C(1)
                                                                    << DIRECTION_OUTGOING;
    int64_t mask;

    if (in->op != OP_CELL_WORDS || !in->words || operand(p, in, 0)->op != OP_DIRECTION)
        return false;
    mask = in->negated ? ~in->low & (incoming | outgoing) : in->low & (incoming | outgoing);
    *side = mask == incoming ? SIDE_BENEFICIARY : SIDE_ORIGINATOR;
    return mask == incoming || mask == outgoing;
}

struct leaf
leaf_of(const struct program *p)
{
    const struct instr *in = &p->code[p->root];
    struct leaf leaf = {.type = (enum type)in->type, .currency = p->currency};

    if (in->op == OP_FIELD && in->index != TXN_AMOUNT) {
        leaf.kind = type_is_text(leaf.type) ? LEAF_TEXT : LEAF_FIELD;
        leaf.field = in->index;
        leaf.view = in->view;
    } else if (in->op == OP_AGGREGATE) {
        leaf.kind = LEAF_AGGREGATE;
        leaf.slot = in->index;
    } else if (is_side(p, in, &leaf.side)) {
        leaf.kind = LEAF_SIDE;
    }
    /* Free text is counted by its folded form, which only the program knows. */
    if (leaf.kind == LEAF_TEXT && leaf.type == TYPE_TEXT)
        leaf.kind = LEAF_NONE;
    return leaf;
}

static bool
cell_test_of(const struct instr *in, struct cell_test *out)
{
    struct run originator = {.frame = &(struct eval_frame){.side = SIDE_ORIGINATOR}};
    struct run beneficiary = {.frame = &(struct eval_frame){.side = SIDE_BENEFICIARY}};

    if (in->op != OP_CELL_RANGE && (in->op != OP_CELL_WORDS || in->words))
        return false;
    *out = (struct cell_test){.words = in->op == OP_CELL_WORDS,
        .negated = in->negated != 0,
        .low = in->low,
        .high = in->high};
    out->field[SIDE_ORIGINATOR] = (uint16_t)eval_cell(&originator, in);
    out->field[SIDE_BENEFICIARY] = (uint16_t)eval_cell(&beneficiary, in);
    return true;
}

size_t
leaf_cell_tests(
    const struct program *condition, struct cell_test out[static CELL_TESTS_MAX], bool *all)
{
    const struct instr *root = &condition->code[condition->root];
    size_t count = 0;

    if (root->op != OP_AND || root->negated) {
        *all = cell_test_of(root, &out[0]);
        return *all;
    }
    while (count < root->count && count < CELL_TESTS_MAX &&
           cell_test_of(operand(condition, root, (uint32_t)count), &out[count]))
        count++;
    *all = count == root->count;
    return count;
}

static bool
gate_of(const struct program *p, const struct instr *in, struct gate *out)
{
    const struct instr *left, *right;

    if (in->op != OP_COMPARE || in->negated || in->relation == RELATION_UNEQUAL)
        return false;
    left = operand(p, in, 0);
    right = operand(p, in, 1);
    if (left->op != OP_MEASURE || right->op != OP_CONST || type_is_text((enum type)right->type) ||
        !right->value->set || right->value->den != 1)
        return false;
    *out = (struct gate){left->index, in->relation, right->value->num};
    return true;
}

size_t
leaf_gates(const struct program *condition, struct gate out[static GATES_MAX])
{
    const struct instr *root = &condition->code[condition->root];
    size_t count = 0;

    if (root->op != OP_AND || root->negated)
        return gate_of(condition, root, out) ? 1 : 0;
    for (uint32_t i = 0; i < root->count && count < GATES_MAX; i++)
        count += gate_of(condition, operand(condition, root, i), &out[count]);
    return count;
}

bool
leaf_reaches(const struct gate *g, int128 number)
{
    switch ((enum relation)g->relation) {
    case RELATION_EQUAL:
        return number == g->bound;
    case RELATION_LESS:
        return number < g->bound;
    case RELATION_AT_MOST:
        return number <= g->bound;
    case RELATION_MORE:
        return number > g->bound;
    case RELATION_AT_LEAST:
        return number >= g->bound;
    case RELATION_UNEQUAL:
        break;
    }
    return true;
}

bool
leaf_open(const struct gate *g, const struct value *measure)
{
    if (!measure->set)
        return false;
    return measure->den != 1 || leaf_reaches(g, measure->num);
}
