#include "author/clauses.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/utf8.h"

enum { CLAUSE_WIDTH = 32, VALUES_WIDTH = 14, TRUTH_WIDTH = 6 };

const char *const truth_names[] = {"false", "true", "undecided"};

struct taker {
    const struct ruleset *rs;
    struct eval_room *room;
    const struct eval_frame *frame;
    struct arena *a;
    struct clause_line *line;
    size_t count;
    bool failed;
};

static enum truth
truth_of(struct value v)
{
    return !v.set ? TRUTH_UNDECIDED : v.num != 0 ? TRUTH_TRUE : TRUTH_FALSE;
}

static void
put_value(struct taker *t, const struct program *p, struct buf *out)
{
    value_print(program_run(p, t->room, t->frame), program_percent(p), t->rs->zone, out);
}

static struct bytes
values_of(struct taker *t, const struct clause *c)
{
    struct buf text = {0};
    struct bytes out;

    if (c->left != NULL) {
        put_value(t, c->left, &text);
        buf_print(&text, " %s ", c->relation);
        put_value(t, c->right, &text);
    } else if (c->subject != NULL) {
        put_value(t, c->subject, &text);
    }
    out = (struct bytes){text.failed ? NULL : arena_copy(t->a, buf_bytes(&text)), text.size};
    t->failed = t->failed || out.at == NULL;
    buf_fini(&text);
    return out;
}

static size_t
count_all(const struct clause *c, size_t count)
{
    size_t all = count;

    for (size_t i = 0; i < count; i++)
        all += count_all(c[i].part, c[i].part_count);
    return all;
}

static void
take(struct taker *t, const struct clause *c, size_t count, unsigned depth)
{
    for (size_t i = 0; i < count && !t->failed; i++) {
        struct clause_line *line = &t->line[t->count++];

        *line = (struct clause_line){.clause = &c[i],
            .depth = depth,
            .truth = truth_of(program_run(c[i].whole, t->room, t->frame)),
            .text = c[i].text,
            .values = values_of(t, &c[i])};
        take(t, c[i].part, c[i].part_count, depth + 1);
    }
}

bool
clauses_of(const struct ruleset *rs, const struct program *condition, struct eval_room *room,
    const struct eval_frame *frame, struct arena *a, struct clause_line **out, size_t *count)
{
    struct taker t = {.rs = rs, .room = room, .frame = frame, .a = a};
    const struct clause *all;
    size_t outer;

    *count = 0;
    *out = NULL;
    if (condition == NULL)
        return true;
    outer = program_clauses(condition, &all);
    t.line = arena_take(a, count_all(all, outer) + 1, sizeof *t.line);
    if (t.line == NULL)
        return false;
    eval_next_row(room);
    take(&t, all, outer, 0);
    *out = t.line;
    *count = t.count;
    return !t.failed;
}

/* ---- print ----------------------------------------------------------------------------------- */

void
clauses_pad(struct buf *out, size_t from, size_t column)
{
    size_t width = utf8_characters((struct bytes){out->at + from, out->size - from});

    for (size_t n = column > width + 2 ? column - width : 2; n > 0; n--)
        buf_byte(out, ' ');
}

static size_t
wider(size_t width, size_t needed)
{
    return needed > width ? needed : width;
}

void
clauses_print(const struct clause_line *line, size_t count, unsigned indent, struct buf *out)
{
    size_t truth = TRUTH_WIDTH, clause = CLAUSE_WIDTH, values = VALUES_WIDTH;

    for (size_t i = 0; i < count; i++) {
        truth = wider(truth, strlen(truth_names[line[i].truth]));
        if (line[i].values.size > 0 || line[i].note.size > 0)
            clause = wider(clause, utf8_characters(line[i].text) + 2 * line[i].depth + 2);
        if (line[i].note.size > 0)
            values = wider(values, utf8_characters(line[i].values) + 2);
    }
    for (size_t i = 0; i < count; i++) {
        size_t from = out->size, margin = indent + 2 * (size_t)line[i].depth;

        buf_print(out, "%*s%-*s ", (int)margin, "", (int)truth, truth_names[line[i].truth]);
        buf_add(out, line[i].text.at, line[i].text.size);
        if (line[i].values.size > 0) {
            clauses_pad(out, from, indent + truth + 1 + clause);
            buf_add(out, line[i].values.at, line[i].values.size);
        }
        if (line[i].note.size > 0) {
            clauses_pad(out, from, indent + truth + 1 + clause + values);
            buf_add(out, line[i].note.at, line[i].note.size);
        }
        buf_byte(out, '\n');
    }
}
