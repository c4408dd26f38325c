/*
 * check_lint - findings about a correct expression that need no data: L611, a negative test on
 * a field that may be missing (rule-language.md sections 9 and 15).
 */
#include "rule/check.h"

#include <stdio.h>

struct finding {
    const struct term *root;
    uint64_t said[2]; /* fields, those of the counterparty apart */
};

/* Rows without these are not let in. */
static bool
always_there(uint32_t field)
{
    return field == TXN_ID || field == TXN_TIME || field == TXN_AMOUNT || field == TXN_CURRENCY ||
           field == TXN_SOURCE_BANK;
}

static bool
same_field(const struct term *a, const struct term *b)
{
    return a->op == OP_FIELD && b->op == OP_FIELD && a->index == b->index && a->view == b->view;
}

/* Does the expression ask anywhere whether the field is there, or say what stands for it? */
static bool
asks_presence(const struct term *t, const struct term *field)
{
    if (t == NULL)
        return false;
    if ((t->op == OP_MISSING || t->op == OP_PRESENT || t->op == OP_DEFAULT) &&
        same_field(t->arg[0], field))
        return true;
    for (uint32_t i = 0; i < t->count; i++)
        if (asks_presence(t->arg[i], field))
            return true;
    return false;
}

/* "a country", "an account": the last part of a field's name with its article. */
static struct phrase
with_article(struct bytes name)
{
    struct phrase out;
    const char *point = memchr(name.at, '.', name.size);

    if (point != NULL) {
        name.size -= (size_t)(point + 1 - name.at);
        name.at = point + 1;
    }
    if (name.size > 4 && memcmp(name.at + name.size - 4, "_eur", 4) == 0) {
        name.size -= 4;
        (void)snprintf(out.text, sizeof out.text, "%s %.*s in euro", name.at[0] == 'a' ? "an" : "a",
            (int)name.size, name.at);
        return out;
    }
    (void)snprintf(out.text, sizeof out.text, "%s %.*s",
        memchr("aeiou", name.at[0], 5) != NULL ? "an" : "a", (int)(name.size < 60 ? name.size : 60),
        name.at);
    return out;
}

static void
find_field(struct checker *c, struct finding *f, const struct term *t)
{
    struct phrase text;
    struct diag *d;

    if (t->op != OP_FIELD || always_there(t->index) ||
        (f->said[t->view == VIEW_COUNTERPARTY] >> t->index & 1) != 0 || asks_presence(f->root, t))
        return;
    f->said[t->view == VIEW_COUNTERPARTY] |= UINT64_C(1) << t->index;
    text = check_source(t->node);
    d = diag_add(c->ds, DIAG_WARNING, "L611", expr_span(t->node),
        "transactions without %s will not be found by this test, nor by its opposite",
        with_article(bytes_of(c->scope->fields[t->index].name)).text);
    diag_label(c->ds, d, "may be missing");
    diag_help(c->ds, d, "to include them add: or %s is missing  (with parentheses)", text.text);
    diag_help(c->ds, d, "to leave them out on purpose add: and %s is present", text.text);
}

/* Tests whose opposite an author may take for granted. */
static bool
is_choice(const struct term *t)
{
    return t->op == OP_IN || t->op == OP_IN_LIST || t->op == OP_CONTAINS || t->op == OP_STARTS ||
           t->op == OP_ENDS || t->op == OP_MATCHES || t->op == OP_ON ||
           (t->op == OP_COMPARE &&
               (t->relation == RELATION_EQUAL || t->relation == RELATION_UNEQUAL));
}

static void
look_at_roundness(struct checker *c, const struct term *t)
{
    struct diag *d;

    if (t->op != OP_IS_ROUND || t->arg[0]->op != OP_FIELD || t->arg[0]->index != TXN_AMOUNT_EUR)
        return;
    d = diag_add(c->ds, DIAG_WARNING, "L612", expr_span(t->node),
        "roundness is judged after conversion: a round sum of lei is no round sum of euro");
    diag_label(c->ds, d, "not the sum that was paid");
    diag_help(c->ds, d, "write `is_round(amount, ...)`, which looks at the payer's currency");
}

static void
walk(struct checker *c, struct finding *f, const struct term *t, bool turned)
{
    bool negative = t->negated || (t->op == OP_COMPARE && t->relation == RELATION_UNEQUAL);

    look_at_roundness(c, t);
    if (is_choice(t) && negative != turned)
        for (uint32_t i = 0; i < (t->op == OP_COMPARE ? 2 : 1); i++)
            find_field(c, f, t->arg[i]);
    for (uint32_t i = 0; i < t->count; i++)
        if (t->arg[i] != NULL)
            walk(c, f, t->arg[i], turned != (t->op == OP_NOT));
}

void
check_lint(struct checker *c, const struct term *root)
{
    struct finding f = {.root = root};

    check_ranges(c, root);
    if (c->scope->place == PLACE_WHEN || c->scope->place == PLACE_MEASURE)
        walk(c, &f, root, false);
}
