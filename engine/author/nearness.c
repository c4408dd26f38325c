#include "author/nearness.h"

#include "base/buf.h"
#include "base/number.h"
#include "model/value.h"

#define APART_MOST ((int128)1 << 126)
/* Above a million times the line nothing is told apart. */
#define LACK_MOST (UINT64_C(1000000) * NEARNESS_WHOLE)

static int128
magnitude(int128 n)
{
    return n < 0 ? -n : n;
}

static bool
is_number(struct value v)
{
    return v.set && !type_is_text((enum type)v.type) && v.type != TYPE_BOOL;
}

static uint64_t
lack_of_compare(const struct clause *c, struct eval_room *room, const struct eval_frame *frame)
{
    struct value left = program_run(c->left, room, frame);
    struct value right = program_run(c->right, room, frame);
    int128 apart, line, lack;

    if (!is_number(left) || !is_number(right))
        return NEARNESS_WHOLE;
    left = value_round(left);
    right = value_round(right);
    apart = magnitude(left.num - right.num);
    line = magnitude(right.num) > 0 ? magnitude(right.num) : magnitude(left.num);
    if (apart / (LACK_MOST / NEARNESS_WHOLE) >= (line > 0 ? line : 1) ||
        apart > APART_MOST / NEARNESS_WHOLE)
        return LACK_MOST;
    lack = number_divide(apart * NEARNESS_WHOLE, line > 0 ? line : 1);
    return lack < 1 ? 1 : (uint64_t)lack; /* not true, however close */
}

static uint64_t
lack_of(const struct clause *c, struct eval_room *room, const struct eval_frame *frame)
{
    struct value v = program_run(c->whole, room, frame);
    uint64_t lack = 0;

    if (v.set && v.num != 0)
        return 0;
    if (c->left != NULL)
        return lack_of_compare(c, room, frame);
    if (c->join == CLAUSE_TEST || c->join == CLAUSE_NOT)
        return NEARNESS_WHOLE;
    for (size_t i = 0; i < c->part_count; i++) {
        uint64_t part = lack_of(&c->part[i], room, frame);

        if (i == 0 || (c->join == CLAUSE_OR ? part < lack : part > lack))
            lack = part;
    }
    return lack;
}

struct nearness
nearness_of(const struct program *condition, struct eval_room *room, const struct eval_frame *frame)
{
    const struct clause *c;
    size_t count = program_clauses(condition, &c);
    struct nearness n = {0, 0};

    eval_next_row(room);
    for (size_t i = 0; i < count; i++) {
        uint64_t lack = lack_of(&c[i], room, frame);

        n.failing += lack > 0;
        if (lack > n.lack)
            n.lack = lack;
    }
    return n;
}

bool
nearness_less(struct nearness a, struct nearness b)
{
    return a.failing != b.failing ? a.failing < b.failing : a.lack < b.lack;
}

void
nearness_print(const struct clause *c, struct eval_room *room, const struct eval_frame *frame,
    const struct zone *zone, struct buf *out)
{
    struct value left, right;

    if (c->left == NULL)
        return;
    left = program_run(c->left, room, frame);
    right = program_run(c->right, room, frame);
    if (!is_number(left) || !is_number(right))
        return;
    left = value_round(left);
    right = value_round(right);
    buf_text(out, left.num < right.num ? "short by " : "over by ");
    left.num = magnitude(right.num - left.num);
    value_print(left, program_percent(c->left) || program_percent(c->right), zone, out);
}
