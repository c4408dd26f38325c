/* describe_expr - expressions and values in words. */
#include <stdio.h>
#include <string.h>

#include "author/describe.h"
#include "author/fmt.h"
#include "base/buf.h"
#include "rule/scope.h"

enum { MACROS_DEEP = 32, ITEMS_FROM = 3 };

/* The arguments a macro was called with, as nodes of the caller. */
struct macro_call {
    const struct macro *macro;
    const struct node *first;
    const struct macro_call *outer;
};

static void
put(struct describing *d, const char *text)
{
    buf_text(d->out, text);
}

static const struct macro *
macro_of(const struct describing *d, struct bytes name)
{
    for (size_t i = 0; i < d->rs->name_count; i++)
        if (d->rs->names[i].kind == NAME_MACRO && bytes_equal(d->rs->names[i].name, name))
            return d->rs->names[i].macro;
    return NULL;
}

/* A macro's body with the arguments it was called with; false where the name is no macro's. */
static bool
put_macro(struct describing *d, const struct node *n)
{
    const struct macro *m = macro_of(d, n->name);
    struct macro_call call = {.macro = m, .first = n->first, .outer = d->call};
    const struct macro_call *outer = d->call;

    if (m == NULL || m->body == NULL || d->depth >= MACROS_DEEP)
        return false;
    d->call = &call;
    d->depth++;
    describe_expr(d, m->body->root);
    d->depth--;
    d->call = outer;
    return true;
}

/* The argument a name stands for inside a macro; described as its caller meant it. */
static bool
put_argument(struct describing *d, struct bytes name)
{
    const struct macro_call *call = d->call;
    const struct node *arg = call == NULL ? NULL : call->first;

    for (size_t i = 0; arg != NULL && i < call->macro->arg_count; i++, arg = arg->next)
        if (bytes_equal(call->macro->args[i], name)) {
            d->call = call->outer;
            describe_expr(d, arg);
            d->call = call;
            return true;
        }
    return false;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static bool
ends_with(struct bytes t, const char *end)
{
    size_t size = strlen(end);

    return t.size >= size && memcmp(t.at + t.size - size, end, size) == 0;
}

/* `beneficiary.kind = person` as "the beneficiary is a person"; false where it is not that. */
static bool
put_kind(struct describing *d, const struct node *n)
{
    const struct node *a = n->first, *b = n->last;

    if (n->count != 2 || b->kind != NODE_PATH || a->kind != NODE_PATH ||
        b->relation > RELATION_UNEQUAL)
        return false;
    for (size_t i = 0; i < PARTY_WORDS; i++) {
        size_t size = strlen(party_words[i].name);

        if (a->name.size == size + 4 && memcmp(a->name.at, party_words[i].name, size) == 0 &&
            ends_with(a->name, ".kind")) {
            buf_print(d->out, "%s is%s ", party_words[i].who,
                b->relation == RELATION_EQUAL ? "" : " not");
            if (bytes_equal(b->name, bytes_of("unknown")))
                put(d, "of unknown kind");
            else
                buf_print(d->out, "a %.*s", (int)b->name.size, b->name.at);
            return true;
        }
    }
    return false;
}

static const char *const words[] = {
    "is", "is not", "is below", "is at most", "is above", "is at least"};
static const char *const turned[] = {
    "is", "is not", "is above", "is at least", "is below", "is at most"};

static void
put_compare(struct describing *d, const struct node *n)
{
    const struct node *a = n->first, *b = a->next;

    if (put_kind(d, n))
        return;
    if (n->count == 3) { /* low <= x < high: "x is at least low and below high" */
        describe_expr(d, b);
        buf_print(d->out, " %s ", turned[b->relation]);
        describe_expr(d, a);
        buf_print(d->out, " and %s ", words[b->next->relation]);
        describe_expr(d, b->next);
        return;
    }
    for (; b != NULL; a = b, b = b->next) {
        describe_expr(d, a);
        buf_print(d->out, " %s ", words[b->relation]);
        describe_expr(d, b);
        if (b->next != NULL)
            put(d, " and ");
    }
}

static void
put_items(struct describing *d, const struct node *first, const char *last)
{
    for (const struct node *c = first; c != NULL; c = c->next) {
        if (c != first)
            put(d, c->next == NULL ? last : ", ");
        describe_expr(d, c);
    }
}

static void
put_in(struct describing *d, const struct node *n)
{
    describe_expr(d, n->first);
    put(d, n->negated ? " is not " : " is ");
    if (n->first->next == NULL) {
        buf_print(d->out, "in the list %.*s", (int)n->name.size, n->name.at);
    } else {
        if (n->negated && n->first->next->next != NULL)
            put(d, "one of ");
        put_items(d, n->first->next, " or ");
    }
}

static void
put_text_test(struct describing *d, const struct node *n, const char *yes, const char *no)
{
    describe_expr(d, n->first);
    buf_print(d->out, " %s ", n->negated ? no : yes);
    if (n->kind == NODE_MATCHES)
        buf_print(d->out, "the pattern /%.*s/", (int)n->name.size, n->name.at);
    else
        describe_expr(d, n->first->next);
}

static void
put_on(struct describing *d, const struct node *n)
{
    const struct node *least;

    describe_expr(d, n->first);
    buf_print(d->out, " is %son the watchlist %.*s", n->negated ? "not " : "", (int)n->name.size,
        n->name.at);
    least = n->first->next;
    if (least == NULL)
        return;
    if (least->kind == NODE_LITERAL && !least->percent && least->value.num == 0) {
        put(d, " (words of mere context included)");
        return;
    }
    put(d, least->kind == NODE_LITERAL && !least->percent ? " with a weight of at least "
                                                          : " with a likeness of at least ");
    describe_expr(d, least);
}

/* Is `next` about the same field as `before`, and about its being there? */
static bool
speaks_on(const struct node *before, const struct node *next)
{
    return (next->kind == NODE_MISSING || next->kind == NODE_PRESENT) &&
           (before->kind == NODE_IN || before->kind == NODE_ON || before->kind == NODE_CONTAINS) &&
           next->first->kind == NODE_PATH && before->first->kind == NODE_PATH &&
           bytes_equal(next->first->name, before->first->name);
}

static void
put_join(struct describing *d, const struct node *n)
{
    const struct node *before = n->first;

    for (const struct node *c = n->first; c != NULL; c = c->next) {
        bool bracket = c->kind == NODE_AND || c->kind == NODE_OR;

        /* A macro may be a join itself; brackets never mislead. */
        if (c->kind == NODE_PATH || c->kind == NODE_CALL) {
            const struct macro *m = macro_of(d, c->name);

            bracket = m != NULL && m->body != NULL &&
                      (m->body->root->kind == NODE_AND || m->body->root->kind == NODE_OR);
        }
        if (c != n->first)
            put(d, n->kind == NODE_AND ? " and " : " or ");
        if (c != n->first && speaks_on(before, c)) {
            put(d, c->kind == NODE_MISSING ? "is missing" : "is known");
            before = c;
            continue;
        }
        before = c;
        put(d, bracket ? "(" : "");
        describe_expr(d, c);
        put(d, bracket ? ")" : "");
    }
}

/* ---- calls --------------------------------------------------------------------------------------
 */

/* One word of the language in the reader's words; %1 and %2 are the arguments. */
static const struct {
    const char *name, *words;
} calls[] = {
    {"sum", "the sum of %1"},
    {"avg", "the average of %1"},
    {"median", "the median of %1"},
    {"min", "the least of %1"},
    {"max", "the greatest of %1"},
    {"stddev", "the standard deviation of %1"},
    {"distinct", "the number of different values of %1"},
    {"mode_share", "the share of the commonest value of %1"},
    {"share", "the share of payments where %1"},
    {"first", "the first value of %1"},
    {"last", "the last value of %1"},
    {"first_seen", "whether %1 is new to the key"},
    {"hour", "the hour of %1"},
    {"weekday", "the day of the week of %1"},
    {"date", "the day of %1"},
    {"week", "the week of %1"},
    {"month", "the month of %1"},
    {"age", "the time since %1"},
    {"units", "the plain number of %1"},
    {"is_round", "%1 is a multiple of %2"},
    {"round_to", "%1 rounded to %2"},
    {"abs", "the size of %1"},
    {"length", "the length of %1"},
    {"default", "%1 (or %2 where that is missing)"},
    {"similar", "the likeness of %1 and %2"},
    {"phone_country", "the country of %1"},
    {"iban_country", "the country in the number of %1"},
    {"usual", "the usual %1"},
    {"spread", "the usual spread of %1"},
    {"z", "the deviation of %1 from usual, in spreads"},
    {"ratio", "%1 as a multiple of usual"},
    {"peer_z", "the deviation of %1 from its peers, in spreads"},
    {"peer_ratio", "%1 as a multiple of its peers'"},
};

static void
put_form(struct describing *d, const struct node *n, const char *form)
{
    for (; *form != '\0'; form++) {
        const struct node *arg = n->first;

        if (*form != '%') {
            buf_byte(d->out, *form);
            continue;
        }
        form++;
        if (*form == '2' && arg != NULL)
            arg = arg->next;
        if (arg != NULL)
            describe_expr(d, arg);
    }
}

/* Different values of one field by its plural; false where it is no field. */
static bool
put_distinct(struct describing *d, const struct node *n)
{
    if (!bytes_equal(n->name, bytes_of("distinct")) || n->first == NULL ||
        n->first->kind != NODE_PATH || !describe_is_field(d, n->first->name))
        return false;
    put(d, "the number of different ");
    describe_plural(d, n->first->name);
    return true;
}

static void
put_call(struct describing *d, const struct node *n)
{
    const char *form = NULL;

    if (put_macro(d, n))
        return;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (bytes_equal(n->name, bytes_of(calls[i].name)))
            form = calls[i].words;
    if (put_distinct(d, n)) {
        /* said */
    } else if (bytes_equal(n->name, bytes_of("count"))) {
        put(d, "the number of payments");
    } else if (bytes_equal(n->name, bytes_of("lookup")) && n->first != NULL) {
        buf_print(
            d->out, "what the table %.*s says for ", (int)n->first->name.size, n->first->name.at);
        put_items(d, n->first->next, " and ");
    } else if (form != NULL) {
        put_form(d, n, form);
    } else {
        buf_print(d->out, "%.*s of ", (int)n->name.size, n->name.at);
        put_items(d, n->first, " and ");
    }
    if (n->where != NULL) {
        put(d, " where ");
        describe_expr(d, n->where);
    }
}

/* "80% of the total" */
static bool
is_share(const struct describing *d, const struct node *n)
{
    return n->kind == NODE_PARAMETER ? describe_is_share(d, n->name)
                                     : n->kind == NODE_LITERAL && n->percent;
}

static void
put_arithmetic(struct describing *d, const struct node *n, const char *sign)
{
    bool of = n->kind == NODE_MULTIPLY && is_share(d, n->first);

    for (const struct node *c = n->first; c != NULL; c = c->next) {
        bool bracket = c->kind == NODE_ADD || c->kind == NODE_SUBTRACT;

        if (c != n->first)
            buf_print(d->out, " %s ", c == n->first->next && of ? "of" : sign);
        put(d, bracket ? "(" : "");
        describe_expr(d, c);
        put(d, bracket ? ")" : "");
    }
}

static bool
has_denial(enum node_kind kind)
{
    return kind == NODE_IN || kind == NODE_ON || kind == NODE_CONTAINS || kind == NODE_STARTS ||
           kind == NODE_ENDS || kind == NODE_MATCHES;
}

/* What can be denied in its own words is. */
static void
put_not(struct describing *d, const struct node *n)
{
    struct node denied = *n;

    if (has_denial(n->kind)) {
        denied.negated = !n->negated;
        describe_expr(d, &denied);
    } else if (n->kind == NODE_MISSING || n->kind == NODE_PRESENT) {
        denied.kind = n->kind == NODE_MISSING ? NODE_PRESENT : NODE_MISSING;
        describe_expr(d, &denied);
    } else {
        put(d, "it is not so that (");
        describe_expr(d, n);
        put(d, ")");
    }
}

/* From three conditions on each stands on a line of its own. */
void
describe_condition(struct describing *d, const struct node *n)
{
    if (n->kind != NODE_AND || n->count < ITEMS_FROM) {
        describe_expr(d, n);
        put(d, ".");
        return;
    }
    put(d, "all of this is true:");
    for (const struct node *c = n->first; c != NULL; c = c->next) {
        put(d, DESCRIBE_ITEM);
        describe_expr(d, c);
    }
}

void
describe_expr(struct describing *d, const struct node *n)
{
    struct buf text = {0};

    switch (n->kind) {
    case NODE_LITERAL:
        expr_print(n, false, &text);
        describe_literal(d, text.size > 0 ? buf_bytes(&text) : (struct bytes){"", 0});
        buf_fini(&text);
        return;
    case NODE_PARAMETER:
        describe_parameter(d, n->name);
        return;
    case NODE_PATH:
        if (!put_argument(d, n->name) && !put_macro(d, n))
            describe_field(d, n->name, false);
        return;
    case NODE_CALL:
        put_call(d, n);
        return;
    case NODE_NEGATE:
        put(d, "minus ");
        describe_expr(d, n->first);
        return;
    case NODE_ADD:
        put_arithmetic(d, n, "plus");
        return;
    case NODE_SUBTRACT:
        put_arithmetic(d, n, "less");
        return;
    case NODE_MULTIPLY:
        put_arithmetic(d, n, "times");
        return;
    case NODE_DIVIDE:
        put_arithmetic(d, n, "divided by");
        return;
    case NODE_COMPARE:
        put_compare(d, n);
        return;
    case NODE_IN:
        put_in(d, n);
        return;
    case NODE_CONTAINS:
        put_text_test(d, n, "contains", "does not contain");
        return;
    case NODE_STARTS:
        put_text_test(d, n, "starts with", "does not start with");
        return;
    case NODE_ENDS:
        put_text_test(d, n, "ends with", "does not end with");
        return;
    case NODE_MATCHES:
        put_text_test(d, n, "matches", "does not match");
        return;
    case NODE_ON:
        put_on(d, n);
        return;
    case NODE_MISSING:
        describe_expr(d, n->first);
        put(d, " is missing");
        return;
    case NODE_PRESENT:
        describe_expr(d, n->first);
        put(d, " is known");
        return;
    case NODE_NOT:
        put_not(d, n->first);
        return;
    case NODE_AND:
    case NODE_OR:
        put_join(d, n);
        return;
    }
}
