/*
 * comment - a walk through the file in step with its tree.
 *
 * All entries stand in one array in the order of the file; comments and the `---` between
 * documents are found in the gaps between scalars, so a `#` inside a text is never one.
 */
#include "author/comment.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

/* One entry of the tree, in the order of the file. */
struct slot {
    uint32_t from; /* where it begins; an item of a block list begins at its `-` */
    size_t column; /* of that, from 0 */
    size_t document;
    struct slot *outer;    /* the entry its container is the value of; NULL at the top */
    struct sheet_node *in; /* its container */
    struct sheet_entry *entry;
};

struct walk {
    struct arena *a;
    struct bytes text;
    struct sheet *sheet;
    struct slot *slot;
    size_t count;
    size_t next;     /* first slot behind the place looked at */
    uint32_t *mark;  /* where each document's first line may begin */
    size_t document; /* being passed */
    bool gap;        /* an empty line was passed since the last thing met */
};

static size_t
count_entries(const struct sheet_node *n)
{
    size_t count = n->count;

    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++)
        if (n->entry[i].value != NULL)
            count += count_entries(n->entry[i].value);
    return n->kind == YAML_SCALAR ? 0 : count;
}

static size_t
line_start(struct bytes text, size_t at)
{
    while (at > 0 && text.at[at - 1] != '\n')
        at--;
    return at;
}

/* Back from an item to its `-`, which stands before it on the line or a line above. */
static uint32_t
dash_of(struct bytes text, uint32_t from)
{
    uint32_t at = from;

    while (at > 0 && (text.at[at - 1] == ' ' || text.at[at - 1] == '\t'))
        at--;
    return at > 0 && text.at[at - 1] == '-' ? at - 1 : from;
}

static void
list_slots(struct walk *w, size_t document, struct slot *outer, struct sheet_node *n)
{
    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++) {
        struct sheet_entry *e = &n->entry[i];
        struct slot *s = &w->slot[w->count++];
        uint32_t from = e->key_at.from;

        if (n->kind == YAML_LIST && !n->flow)
            from = dash_of(w->text, from);
        *s = (struct slot){.from = from,
            .column = from - line_start(w->text, from),
            .document = document,
            .outer = outer,
            .in = n,
            .entry = e};
        if (e->value != NULL)
            list_slots(w, document, s, e->value);
    }
}

/* ---- where a comment belongs ---------------------------------------------------------- */

static bool
ended(const struct sheet_node *n, size_t at)
{
    return n->at.from + n->at.size <= at;
}

/* The container that a comment of its own line closes, seen from the entry before it. */
static struct sheet_node *
closes(struct walk *w, size_t at, size_t column)
{
    struct slot *s = &w->slot[w->next - 1];

    for (; s->outer != NULL; s = s->outer) {
        if (s->in->flow ? !ended(s->in, at) : s->column <= column)
            return s->in;
    }
    return s->in;
}

static void
hang_alone(struct walk *w, size_t at, struct bytes text)
{
    struct sheet_document *doc = &w->sheet->document[w->document];
    size_t column = at - line_start(w->text, at);
    struct slot *next;
    bool first;

    assert(w->slot != NULL || (w->count == 0 && w->next == 0));
    next =
        w->next < w->count && w->slot[w->next].document == w->document ? &w->slot[w->next] : NULL;
    first = w->next == 0 || w->slot[w->next - 1].document != w->document;

    if (first) {
        remark_add(w->a, &doc->head, text, w->gap && doc->head.first != NULL);
    } else if (next != NULL && (column <= next->column || closes(w, at, column) == next->in)) {
        remark_add(w->a, &next->entry->before, text, w->gap);
    } else {
        remark_add(w->a, &closes(w, at, column)->tail, text, w->gap);
    }
    w->gap = false;
}

static void
hang_beside(struct walk *w, size_t at, struct bytes text)
{
    struct slot *s = w->next > 0 ? &w->slot[w->next - 1] : NULL;

    if (s == NULL || s->document != w->document) {
        hang_alone(w, at, text);
        return;
    }
    while (s->outer != NULL && s->in->flow && ended(s->in, at))
        s = s->outer;
    if (s->entry->beside.size == 0 &&
        !(s->in->kind == YAML_LIST && s->entry->value != NULL &&
            s->entry->value->kind != YAML_SCALAR && !s->entry->value->flow))
        s->entry->beside = text;
    else
        remark_add(w->a, &s->entry->before, text, false);
}

/* ---- the gaps ------------------------------------------------------------------------------ */

static struct bytes
rest_of_line(struct bytes text, size_t at)
{
    size_t end = at;

    while (end < text.size && text.at[end] != '\n' && text.at[end] != '\r')
        end++;
    while (end > at && (text.at[end - 1] == ' ' || text.at[end - 1] == '\t'))
        end--;
    return (struct bytes){text.at + at, end - at};
}

static bool
blank_before(struct bytes text, size_t at)
{
    for (size_t i = line_start(text, at); i < at; i++)
        if (text.at[i] != ' ' && text.at[i] != '\t')
            return false;
    return true;
}

/* The `---` that ends a document that held something. */
static void
meet_border(struct walk *w)
{
    if (w->document + 1 < w->sheet->count && w->next > 0 &&
        w->slot[w->next - 1].document == w->document)
        w->document++;
    w->gap = false;
}

static void
pass_gap(struct walk *w, size_t from, size_t to)
{
    bool empty = false; /* nothing but blanks since the last line end */

    for (size_t i = from; i < to; i++) {
        char c = w->text.at[i];

        if (c == '\n') {
            w->gap = w->gap || empty;
            empty = true;
        } else if (c == '#' && (i == 0 || strchr(" \t\n", w->text.at[i - 1]) != NULL)) {
            struct bytes text = rest_of_line(w->text, i);

            if (blank_before(w->text, i))
                hang_alone(w, i, text);
            else
                hang_beside(w, i, text);
            i += text.size - 1;
            empty = false;
        } else if (c == '-' && i + 3 <= w->text.size && line_start(w->text, i) == i &&
                   memcmp(w->text.at + i, "---", 3) == 0) {
            meet_border(w);
            i += 2;
            empty = false;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            empty = false;
        }
    }
}

/* A block text's own line may hold a comment: `when: > # why`. */
static void
header_comment(struct walk *w, const struct sheet_node *n)
{
    struct bytes line = rest_of_line(w->text, n->at.from);
    const char *hash = memchr(line.at, '#', line.size);

    if (hash != NULL)
        hang_beside(w, (size_t)(hash - w->text.at),
            (struct bytes){hash, (size_t)(line.at + line.size - hash)});
}

static bool
is_block(const struct sheet_node *n)
{
    return n != NULL && n->kind == YAML_SCALAR &&
           (n->style == YAML_LITERAL || n->style == YAML_FOLDED);
}

bool
comment_attach(struct arena *a, struct bytes text, struct sheet *sheet)
{
    struct walk w = {.a = a, .text = text, .sheet = sheet};
    size_t total = 0, at = 0;

    for (size_t d = 0; d < sheet->count; d++)
        total += count_entries(sheet->document[d].root);
    w.slot = arena_take(a, total + 1, sizeof *w.slot);
    if (w.slot == NULL)
        return false;
    for (size_t d = 0; d < sheet->count; d++)
        list_slots(&w, d, NULL, sheet->document[d].root);
    for (size_t i = 0; i < w.count && sheet->count > 0; i++) {
        struct sheet_entry *e = w.slot[i].entry;
        const struct sheet_node *v = e->value;

        pass_gap(&w, at, w.slot[i].from);
        e->gap = w.gap && e->before.first == NULL && i > 0 && w.slot[i].document == w.document &&
                 w.slot[i - 1].document == w.document && w.slot[i].in->entry != e;
        w.gap = false;
        w.next = i + 1;
        at = e->key_at.from + e->key_at.size;
        if (v == NULL || v->kind != YAML_SCALAR)
            continue;
        pass_gap(&w, at, v->at.from);
        if (is_block(v))
            header_comment(&w, v);
        at = v->at.from + v->at.size;
    }
    if (sheet->count > 0)
        pass_gap(&w, at, text.size);
    return true;
}
