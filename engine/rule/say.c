/*
 * say - the sentence of an alert, cut into text and values.
 */
#include <string.h>

#include "rule/operator.h"

enum { PIECES_MAX = 128, SAY_NAMES_MAX = 192 };

struct making {
    struct rule_making *rm;
    const struct yaml_node *n;
    struct say *piece;
    size_t count;
};

static struct say *
new_piece(struct making *m, size_t at)
{
    if (m->count == PIECES_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", yaml_span(m->n, at, 1),
            "a sentence has at most %d pieces", PIECES_MAX);
        return NULL;
    }
    return &m->piece[m->count++];
}

static bool
add_text(struct making *m, size_t from, size_t to)
{
    struct say *s;

    if (from == to)
        return true;
    s = new_piece(m, from);
    if (s == NULL)
        return false;
    *s = (struct say){.kind = SAY_TEXT, .text = {m->n->text.at + from, to - from}};
    return true;
}

/* ---- what a name may be ---------------------------------------------------------- */

static bool
find_measure(struct making *m, struct bytes name, struct say *out)
{
    for (uint32_t i = 0; i < m->rm->measure_count; i++)
        if (bytes_equal(m->rm->measure_names[i].name, name)) {
            *out = (struct say){.kind = SAY_MEASURE, .index = i};
            return true;
        }
    return false;
}

/* Fields of the completing transaction: without an operator all, in a window those of its key. */
static bool
find_field(struct making *m, struct bytes name, struct say *out)
{
    const struct rule *r = m->rm->rule;
    uint8_t view;
    int field = loader_field(m->rm->ld->rs, name, &view);

    if (field < 0 || r->op == OPERATOR_FLOW)
        return false;
    *out = (struct say){.kind = SAY_FIELD, .index = (uint32_t)field, .view = view};
    if (r->op == OPERATOR_NONE)
        return view == 0;
    for (size_t i = 0; i < r->per_count; i++)
        if (r->per[i].field == (unsigned)field && r->per[i].view == view)
            return true;
    return false;
}

/* {origin} and {end} of a flow. */
static bool
find_party(struct making *m, struct bytes name, struct say *out)
{
    uint8_t party;

    if (!flow_party(m->rm->rule, name, &party) || party == OPERATOR_MIDDLE)
        return false;
    *out = (struct say){.kind = SAY_PARTY, .index = party};
    return true;
}

static bool
find_watch(struct making *m, struct bytes name, struct say *out)
{
    const struct ruleset *rs = m->rm->ld->rs;

    if (name.size <= 4 || memcmp(name.at, "hit.", 4) != 0 || m->rm->rule->op != OPERATOR_NONE)
        return false;
    name = (struct bytes){name.at + 4, name.size - 4};
    for (uint32_t i = 0; i < rs->name_count; i++)
        if (rs->names[i].kind == NAME_WATCHLIST && bytes_equal(rs->names[i].name, name)) {
            *out = (struct say){.kind = SAY_WATCH, .index = i};
            return true;
        }
    return false;
}

/* {hit.measure} of a rule that looks at hits one by one. */
static bool
find_hit(struct making *m, struct bytes name, struct say *out)
{
    const struct rule *of = m->rm->rule->of;

    if (of == NULL || name.size <= 4 || memcmp(name.at, "hit.", 4) != 0 ||
        m->rm->rule->op != OPERATOR_NONE)
        return false;
    for (uint32_t i = 0; i < of->measure_count; i++)
        if (bytes_equal(of->measures[i].name.name, (struct bytes){name.at + 4, name.size - 4})) {
            *out = (struct say){.kind = SAY_HIT, .index = i};
            return true;
        }
    return false;
}

static bool
is_broken(const struct making *m, struct bytes name)
{
    for (size_t i = 0; i < m->rm->broken_count; i++)
        if (bytes_equal(m->rm->broken[i], name))
            return true;
    return m->rm->blind;
}

/* Names valid in this template, for suggestions. */
static size_t
valid_names(struct making *m, const char **names)
{
    const struct ruleset *rs = m->rm->ld->rs;
    size_t count = 0;

    names[count++] = "about";
    if (find_party(m, bytes_of("origin"), &(struct say){0})) {
        names[count++] = "origin";
        names[count++] = "end";
    }
    for (size_t i = 0; i < m->rm->measure_count && count < SAY_NAMES_MAX; i++) {
        const char *copy = arena_copy(m->rm->ld->a, m->rm->measure_names[i].name);

        if (copy != NULL)
            names[count++] = copy;
    }
    for (size_t i = 0;
         m->rm->rule->op == OPERATOR_NONE && i < rs->field_count && count < SAY_NAMES_MAX; i++)
        names[count++] = rs->fields[i].name;
    return count;
}

static void
tell_name(struct making *m, struct bytes name, struct span at)
{
    const char *names[SAY_NAMES_MAX];
    char room[160];
    size_t count = valid_names(m, names);
    const char *best = document_suggest(name, names, count, room, sizeof room);
    struct diags *ds = m->rm->ld->ds;
    const struct operator_kind *kind = operator_of(m->rm->rule->op);
    bool hit = name.size > 4 && memcmp(name.at, "hit.", 4) == 0;
    struct diag *d;

    if (hit && kind == NULL && m->rm->rule->of != NULL) {
        d = diag_add(
            ds, DIAG_ERROR, "R240", at, "the sentence has no value called `%.*s`", QUOTE(name));
        diag_label(ds, d, "no measure of `%.*s`, and no watchlist", QUOTE(m->rm->rule->of->name));
        return;
    }
    if (hit && kind == NULL) {
        d = diag_add(ds, DIAG_ERROR, "R403", at, "there is no watchlist called `%.*s`",
            QUOTE(((struct bytes){name.at + 4, name.size - 4})));
        diag_label(ds, d, "not in any file");
        return;
    }
    d = diag_add(
        ds, DIAG_ERROR, "R240", at, "the sentence has no value called `%.*s`", QUOTE(name));
    if (best != NULL)
        diag_label(ds, d, "did you mean %s?", best);
    if (hit)
        diag_note(ds, d,
            m->rm->rule->of == NULL
                ? "`{hit. }` is for rules without an operator"
                : "with an operator measure it, such as  newest: last(hit. )  under `measure:`");
    else if (find_party(m, bytes_of("origin"), &(struct say){0}))
        diag_note(ds, d, "in a flow of this shape it may be `about`, `origin`, `end` or a measure");
    else if (kind != NULL && kind->per != NULL)
        diag_note(ds, d, "in a rule with %s it may be `about`, a measure, or a field of `%s`",
            kind->noun, kind->per);
    else if (kind != NULL)
        diag_note(ds, d, "in a rule with %s it may be `about` or a measure", kind->noun);
    else
        diag_note(ds, d,
            "in a rule without an operator it may be `about`, a field, or "
            "`hit.` and a watchlist");
}

static bool
add_name(struct making *m, size_t from, size_t to)
{
    struct bytes name = {m->n->text.at + from, to - from};
    struct say found;
    struct say *s;

    if (bytes_equal(name, bytes_of("about"))) {
        found = (struct say){.kind = SAY_ABOUT};
    } else if (is_broken(m, name)) {
        return true;
    } else if (!find_measure(m, name, &found) && !find_field(m, name, &found) &&
               !find_party(m, name, &found) && !find_hit(m, name, &found) &&
               !find_watch(m, name, &found)) {
        tell_name(m, name, yaml_span(m->n, from, to - from));
        return true;
    }
    s = new_piece(m, from);
    if (s != NULL)
        *s = found;
    return s != NULL;
}

/* ---- the template ----------------------------------------------------------------- */

static void
tell_nothing(struct making *m, size_t at)
{
    struct diag *d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R241", yaml_span(m->n, at, 2),
        "there is no name between these braces");

    diag_label(m->rm->ld->ds, d, "which value?");
}

static void
tell_brace(struct making *m, size_t at, bool opening)
{
    struct diags *ds = m->rm->ld->ds;
    struct diag *d = diag_add(ds, DIAG_ERROR, "R241", yaml_span(m->n, at, 1),
        opening ? "this brace is never closed" : "this brace closes nothing");

    diag_label(ds, d, opening ? "write `{name}`" : "remove it, or write `}}`");
    diag_help(ds, d, "to print a brace write it twice: `{{` or `}}`");
}

/* Cuts at braces; `{{` and `}}` print one brace each. */
static void
cut(struct making *m)
{
    struct bytes t = m->n->text;
    size_t begin = 0, i = 0;

    while (i < t.size) {
        bool twice = i + 1 < t.size && t.at[i + 1] == t.at[i];
        size_t end = i + 1;

        if (t.at[i] != '{' && t.at[i] != '}') {
            i++;
            continue;
        }
        if (!add_text(m, begin, twice ? i + 1 : i))
            return;
        if (twice) {
            begin = i += 2;
            continue;
        }
        while (end < t.size && t.at[end] != '}' && t.at[end] != '{')
            end++;
        if (t.at[i] == '}' || end == t.size || t.at[end] == '{') {
            tell_brace(m, i, t.at[i] == '{');
            return;
        }
        if (end == i + 1)
            tell_nothing(m, i);
        else if (!add_name(m, i + 1, end))
            return;
        begin = i = end + 1;
    }
    (void)add_text(m, begin, t.size);
}

void
say_load(struct rule_making *rm, const struct yaml_node *n)
{
    struct making m = {.rm = rm, .n = n};

    m.piece = arena_take(rm->ld->a, PIECES_MAX, sizeof *m.piece);
    if (m.piece == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    cut(&m);
    rm->rule->say = m.piece;
    rm->rule->say_count = m.count;
    buf_print(&rm->other_text, "say ");
    buf_add(&rm->other_text, n->text.at, n->text.size);
    buf_byte(&rm->other_text, '\n');
}
