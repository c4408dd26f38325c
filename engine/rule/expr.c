/*
 * expr - the parser: tokens to a syntax tree (rule-language.md section 8).
 *
 * One function a level of the grammar. After a syntax error the rest of that expression is
 * not looked at; mixed `and` and `or` is the exception, as the parts can still be read.
 */
#include "rule/expr.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/lex.h"
#include "rule/mixed.h"
#include "rule/program.h"
#include "weir/limits.h"

const char *const relation_texts[] = {"=", "!=", "<", "<=", ">", ">="};

enum relation
expr_mirrored(enum relation r)
{
    switch (r) {
    case RELATION_LESS:
        return RELATION_MORE;
    case RELATION_AT_MOST:
        return RELATION_AT_LEAST;
    case RELATION_MORE:
        return RELATION_LESS;
    case RELATION_AT_LEAST:
        return RELATION_AT_MOST;
    case RELATION_EQUAL:
    case RELATION_UNEQUAL:
        break;
    }
    return r;
}

struct parser {
    struct lexer lx;
    struct token token; /* the one looked at */
    uint32_t end;       /* of the token before */
    struct arena *arena;
    unsigned depth; /* of brackets, calls, `not` and minus signs */
    bool failed;    /* said; nothing more is read */
    bool mixed;     /* `and` beside `or` was said; the rest is still read */
};

static struct node *negation(struct parser *p);
static struct node *expression(struct parser *p);
static struct node *unary(struct parser *p);

struct span
expr_span(const struct node *n)
{
    return yaml_span(n->scalar, n->from, n->size);
}

static void
advance(struct parser *p)
{
    p->end = p->token.from + p->token.size;
    p->token = lex_next(&p->lx);
    if (p->token.kind == TOKEN_FAULT)
        p->failed = true;
}

static bool
accept(struct parser *p, enum token_kind kind)
{
    if (p->token.kind != kind)
        return false;
    advance(p);
    return true;
}

/* --- what is said --- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Says once what stands here and what should; NULL for the caller to return. */
static struct node *
expected(struct parser *p, const char *what)
{
    const struct token *t = &p->token;
    struct bytes text = p->lx.scalar->text;
    struct diag *d;

    if (p->failed)
        return NULL;
    p->failed = true;
    if (t->kind == TOKEN_END)
        d = diag_add(p->lx.ds, DIAG_ERROR, "R302", lex_span(&p->lx, p->end, 0),
            "the expression stops too early");
    else
        d = diag_add(p->lx.ds, DIAG_ERROR, "R302", lex_span(&p->lx, t->from, t->size),
            "`%.*s` cannot stand here", (int)t->size, text.at + t->from);
    if (t->kind == TOKEN_COMMA && t->from > 0 && is_digit(text.at[t->from - 1]) &&
        t->from + 1 < text.size && is_digit(text.at[t->from + 1]))
        diag_label(p->lx.ds, d, "write figures without commas, as 1_000 or 1000.50");
    else
        diag_label(p->lx.ds, d, "expected %s", what);
    return NULL;
}

static struct node *
no_memory(struct parser *p)
{
    if (!p->failed)
        (void)diag_add(p->lx.ds, DIAG_ERROR, "E401", lex_span(&p->lx, p->token.from, 0),
            "out of memory while this expression is read");
    p->failed = true;
    return NULL;
}

static void
too_deep(struct parser *p, const char *label)
{
    struct diag *d;

    if (p->failed)
        return;
    p->failed = true;
    d = diag_add(p->lx.ds, DIAG_ERROR, "R530", lex_span(&p->lx, p->token.from, p->token.size),
        "this expression is nested too deeply");
    diag_label(p->lx.ds, d, "%s", label);
    diag_help(p->lx.ds, d, "give parts of it a name with a macro");
}

/* --- nodes --- */

static struct node *
node_new(struct parser *p, enum node_kind kind, uint32_t from)
{
    struct node *n = arena_take(p->arena, 1, sizeof *n);

    if (n == NULL)
        return no_memory(p);
    n->kind = kind;
    n->scalar = p->lx.scalar;
    n->from = from;
    n->depth = 1;
    return n;
}

/* Lets the node end where the last token ended. */
static void
close_node(const struct parser *p, struct node *n)
{
    n->size = p->end - n->from;
    n->wide_from = n->from;
    n->wide_end = p->end;
}

/* Hangs a child in and lets the node end where the last token ended. NULL passes through. */
static struct node *
adopt(struct parser *p, struct node *n, struct node *child)
{
    if (n == NULL || child == NULL)
        return NULL;
    if (n->first == NULL)
        n->first = child;
    else
        n->last->next = child;
    n->last = child;
    n->count++;
    close_node(p, n);
    if (child->depth >= n->depth)
        n->depth = (uint16_t)(child->depth + 1);
    if (n->depth <= EXPR_LEVELS)
        return n;
    too_deep(p, "too many signs in a row");
    return NULL;
}

/* One level down; false at the limit. Every way down has its up(). */
static bool
down(struct parser *p)
{
    if (++p->depth <= LIMIT_EXPR_DEPTH)
        return true;
    too_deep(p, "more than 64 levels");
    return false;
}

static void
up(struct parser *p)
{
    p->depth--;
}

/* --- the grammar, from the smallest up --- */

static struct node *
literal(struct parser *p)
{
    struct node *n = node_new(p, NODE_LITERAL, p->token.from);

    if (n == NULL)
        return NULL;
    n->value = p->token.value;
    n->percent = p->token.percent;
    n->local = p->token.local;
    advance(p);
    close_node(p, n);
    return n;
}

static struct node *
arguments(struct parser *p, struct node *call)
{
    if (p->token.kind != TOKEN_CLOSE && p->token.kind != TOKEN_WHERE) {
        do {
            if (adopt(p, call, expression(p)) == NULL)
                return NULL;
        } while (accept(p, TOKEN_COMMA));
    }
    if (accept(p, TOKEN_WHERE)) {
        struct node *where = expression(p);

        if (where == NULL)
            return NULL;
        call->where = where;
        if (where->depth >= call->depth)
            call->depth = (uint16_t)(where->depth + 1);
    }
    if (!accept(p, TOKEN_CLOSE))
        return expected(p, "`,` or `)`");
    close_node(p, call);
    return call;
}

/* name , { "." , name } ; the text of a path with blanks inside is put together anew. */
static struct node *
path(struct parser *p, struct node *n)
{
    struct buf joined = {0};
    char *copy;

    buf_add(&joined, n->name.at, n->name.size);
    while (accept(p, TOKEN_DOT)) {
        struct bytes name = p->token.name;

        if (p->token.kind != TOKEN_NAME &&
            !(p->token.kind >= TOKEN_AND && p->token.kind <= TOKEN_WHERE)) {
            buf_fini(&joined);
            return expected(p, "a name after the point");
        }
        if (p->token.kind != TOKEN_NAME)
            name = bytes_of(token_text(p->token.kind));
        buf_byte(&joined, '.');
        buf_add(&joined, name.at, name.size);
        advance(p);
    }
    close_node(p, n);
    if (joined.size != n->name.size) {
        copy = joined.failed ? NULL : arena_copy(p->arena, buf_bytes(&joined));
        n->name = (struct bytes){copy, joined.size};
        if (copy == NULL)
            n = no_memory(p);
    }
    buf_fini(&joined);
    return n;
}

static struct node *
call_or_path(struct parser *p)
{
    struct node *n = node_new(p, NODE_PATH, p->token.from);

    if (n == NULL)
        return NULL;
    n->name = p->token.name;
    n->name_from = n->from;
    advance(p);
    if (p->token.kind != TOKEN_OPEN)
        return path(p, n);
    n->kind = NODE_CALL;
    advance(p);
    if (!down(p))
        return NULL;
    n = arguments(p, n);
    up(p);
    return n;
}

static struct node *
bracket(struct parser *p)
{
    uint32_t from = p->token.from;
    struct node *n;
    struct diag *d;

    advance(p);
    if (!down(p))
        return NULL;
    n = expression(p);
    up(p);
    if (n == NULL)
        return NULL;
    if (accept(p, TOKEN_CLOSE)) {
        n->wide_from = from;
        n->wide_end = p->end;
        return n;
    }
    if (p->token.kind == TOKEN_END && !p->failed) {
        p->failed = true;
        d = diag_add(p->lx.ds, DIAG_ERROR, "R304", lex_span(&p->lx, from, 1),
            "this bracket is never closed");
        diag_label(p->lx.ds, d, "a `)` is missing");
        return NULL;
    }
    return expected(p, "`)`, `and` or `or`");
}

static struct node *
primary(struct parser *p)
{
    struct node *n;

    if (p->token.kind == TOKEN_LITERAL)
        return literal(p);
    if (p->token.kind == TOKEN_NAME)
        return call_or_path(p);
    if (p->token.kind == TOKEN_OPEN)
        return bracket(p);
    if (p->token.kind != TOKEN_PARAMETER)
        return expected(p, "a field, a value or `(`");
    n = node_new(p, NODE_PARAMETER, p->token.from);
    if (n == NULL)
        return NULL;
    n->name = p->token.name;
    advance(p);
    close_node(p, n);
    return n;
}

static struct node *
unary(struct parser *p)
{
    struct node *n;

    if (p->token.kind != TOKEN_MINUS)
        return primary(p);
    n = node_new(p, NODE_NEGATE, p->token.from);
    advance(p);
    if (n == NULL || !down(p))
        return NULL;
    n = adopt(p, n, unary(p));
    up(p);
    return n;
}

static struct node *
product(struct parser *p)
{
    uint32_t from = p->token.from;
    struct node *left = unary(p), *n;

    while (left != NULL && (p->token.kind == TOKEN_TIMES || p->token.kind == TOKEN_SLASH)) {
        n = node_new(p, p->token.kind == TOKEN_TIMES ? NODE_MULTIPLY : NODE_DIVIDE, from);
        advance(p);
        left = adopt(p, adopt(p, n, left), unary(p));
    }
    return left;
}

static struct node *
sum(struct parser *p)
{
    uint32_t from = p->token.from;
    struct node *left = product(p), *n;

    while (left != NULL && (p->token.kind == TOKEN_PLUS || p->token.kind == TOKEN_MINUS)) {
        n = node_new(p, p->token.kind == TOKEN_PLUS ? NODE_ADD : NODE_SUBTRACT, from);
        advance(p);
        left = adopt(p, adopt(p, n, left), product(p));
    }
    return left;
}

static bool
relation_of(enum token_kind kind, enum relation *out)
{
    static const struct {
        enum token_kind kind;
        enum relation relation;
    } row[] = {
        {TOKEN_EQUAL, RELATION_EQUAL},
        {TOKEN_EQUAL_TWICE, RELATION_EQUAL},
        {TOKEN_UNEQUAL, RELATION_UNEQUAL},
        {TOKEN_UNEQUAL_ANGLES, RELATION_UNEQUAL},
        {TOKEN_LESS, RELATION_LESS},
        {TOKEN_AT_MOST, RELATION_AT_MOST},
        {TOKEN_MORE, RELATION_MORE},
        {TOKEN_AT_LEAST, RELATION_AT_LEAST},
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (row[i].kind == kind) {
            *out = row[i].relation;
            return true;
        }
    return false;
}

static struct node *
comparison(struct parser *p, struct node *left)
{
    struct node *n = adopt(p, node_new(p, NODE_COMPARE, left->wide_from), left), *right;
    enum relation r;

    while (n != NULL && relation_of(p->token.kind, &r)) {
        advance(p);
        right = sum(p);
        n = adopt(p, n, right);
        if (n != NULL)
            right->relation = r;
    }
    return n;
}

/* A test's node: its subject hung in, ending at the last token. */
static struct node *
test_node(struct parser *p, enum node_kind kind, struct node *subject, bool negated)
{
    struct node *n = adopt(p, node_new(p, kind, subject->wide_from), subject);

    if (n != NULL)
        n->negated = negated;
    return n;
}

static struct node *
named(struct parser *p, struct node *n, const char *what)
{
    if (n == NULL)
        return NULL;
    if (p->token.kind != TOKEN_NAME)
        return expected(p, what);
    n->name = p->token.name;
    n->name_from = p->token.from;
    advance(p);
    close_node(p, n);
    return n;
}

static struct node *
membership(struct parser *p, struct node *subject, bool negated)
{
    struct node *n = test_node(p, NODE_IN, subject, negated);

    if (!accept(p, TOKEN_OPEN))
        return named(p, n, "the name of a list, or values in brackets as (TR, SY)");
    do {
        if ((n = adopt(p, n, sum(p))) == NULL)
            return NULL;
    } while (accept(p, TOKEN_COMMA));
    if (!accept(p, TOKEN_CLOSE))
        return expected(p, "`,` or `)`");
    close_node(p, n);
    return n;
}

static struct node *
pattern(struct parser *p, struct node *subject, bool negated)
{
    struct node *n = test_node(p, NODE_MATCHES, subject, negated);
    uint32_t size;

    if (n == NULL)
        return NULL;
    if (p->token.kind != TOKEN_SLASH)
        return expected(p, "a pattern between slashes, as /\\bhawala\\b/");
    n->name_from = p->token.from;
    if (!lex_pattern(&p->lx, &p->token, &n->name, &n->cased, &size)) {
        p->failed = true;
        return NULL;
    }
    p->token.size = size;
    advance(p);
    close_node(p, n);
    return n;
}

static struct node *
watch(struct parser *p, struct node *subject, bool negated)
{
    struct node *n = named(p, test_node(p, NODE_ON, subject, negated), "the name of a watchlist");

    if (n != NULL && accept(p, TOKEN_AT))
        n = adopt(p, n, sum(p));
    return n;
}

static struct node *
presence(struct parser *p, struct node *subject)
{
    enum node_kind kind = p->token.kind == TOKEN_PRESENT ? NODE_PRESENT : NODE_MISSING;
    struct node *n;

    if (p->token.kind != TOKEN_MISSING && p->token.kind != TOKEN_PRESENT)
        return expected(p, "`missing` or `present` after `is`; to compare write `=`");
    advance(p);
    n = test_node(p, kind, subject, false);
    return n;
}

static struct node *
text_test(struct parser *p, struct node *subject, enum node_kind kind, bool negated)
{
    return adopt(p, test_node(p, kind, subject, negated), sum(p));
}

static struct node *
test(struct parser *p)
{
    struct node *subject = sum(p);
    bool negated;
    enum relation r;

    if (subject == NULL)
        return NULL;
    if (relation_of(p->token.kind, &r))
        return comparison(p, subject);
    if (accept(p, TOKEN_IS))
        return presence(p, subject);
    negated = accept(p, TOKEN_NOT);
    if (accept(p, TOKEN_IN))
        return membership(p, subject, negated);
    if (accept(p, TOKEN_CONTAINS))
        return text_test(p, subject, NODE_CONTAINS, negated);
    if (p->token.kind == TOKEN_STARTS || p->token.kind == TOKEN_ENDS) {
        enum node_kind kind = p->token.kind == TOKEN_STARTS ? NODE_STARTS : NODE_ENDS;

        advance(p);
        if (!accept(p, TOKEN_WITH))
            return expected(p, "`with`");
        return text_test(p, subject, kind, negated);
    }
    if (accept(p, TOKEN_MATCHES))
        return pattern(p, subject, negated);
    if (accept(p, TOKEN_ON))
        return watch(p, subject, negated);
    return negated ? expected(p, "`in`, `contains`, `starts with`, `ends with`, `matches` or `on`")
                   : subject;
}

static struct node *
negation(struct parser *p)
{
    struct node *n;

    if (p->token.kind != TOKEN_NOT)
        return test(p);
    n = node_new(p, NODE_NOT, p->token.from);
    advance(p);
    if (n == NULL || !down(p))
        return NULL;
    n = adopt(p, n, negation(p));
    up(p);
    return n;
}

/* --- and, or --- */

static void
note_join(struct level *l, const struct token *t)
{
    struct join j = {t->kind, t->from};

    if (l->count < JOINS_SHOWN)
        l->join[l->count] = j;
    if (l->count == 0)
        l->first = j;
    if (j.kind != l->first.kind && !l->mixed) {
        l->mixed = true;
        l->other = j;
    }
    l->count++;
}

static bool
is_join(const struct parser *p)
{
    return p->token.kind == TOKEN_AND || p->token.kind == TOKEN_OR;
}

static struct node *
joined(struct parser *p, struct node *n, uint32_t from)
{
    struct level level = {.from = from};

    n = adopt(p, node_new(p, p->token.kind == TOKEN_AND ? NODE_AND : NODE_OR, from), n);
    while (n != NULL && is_join(p)) {
        note_join(&level, &p->token);
        advance(p);
        n = adopt(p, n, negation(p));
    }
    level.end = p->end;
    if (n != NULL && level.mixed)
        mixed_say(&p->lx, &level);
    p->mixed = p->mixed || level.mixed;
    return n;
}

static struct node *
expression(struct parser *p)
{
    uint32_t from = p->token.from;
    struct node *n = negation(p);

    return n == NULL || !is_join(p) ? n : joined(p, n, from);
}

/* --- the door --- */

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void
expr_text(const struct yaml_node *scalar, uint32_t from, uint32_t size, struct buf *out)
{
    const char *at = scalar->text.at + from, *end = at + size;
    char quote = '\0';

    while (at < end && is_space(*at))
        at++;
    while (end > at && is_space(end[-1]))
        end--;
    for (; at < end; at++) {
        if (quote == '\0' && is_space(*at)) {
            if (!is_space(at[1]))
                buf_byte(out, ' ');
            continue;
        }
        if (*at == quote)
            quote = '\0';
        else if (quote == '\0' && (*at == '"' || *at == '\''))
            quote = *at;
        buf_byte(out, *at);
    }
}

struct expr *
expr_parse(struct arena *a, struct diags *ds, const struct yaml_node *scalar)
{
    struct parser p = {.lx = {.scalar = scalar, .ds = ds}, .arena = a};
    struct expr *e;
    struct node *n;

    assert(scalar->kind == YAML_SCALAR);
    advance(&p);
    if (p.token.kind == TOKEN_END && !p.failed) {
        struct diag *d = diag_add(ds, DIAG_ERROR, "R309", scalar->at, "the expression is empty");

        diag_label(ds, d, "write a condition, such as  channel = cash");
        return NULL;
    }
    n = expression(&p);
    if (n != NULL && p.token.kind == TOKEN_CLOSE)
        return (void)expected(&p, "the end; there is one bracket too many"), NULL;
    if (n != NULL && p.token.kind != TOKEN_END)
        n = expected(&p, "`and`, `or`, a sign such as `=`, or the end");
    if (n == NULL || p.failed)
        return NULL;
    e = arena_take(a, 1, sizeof *e);
    if (e == NULL)
        return (void)no_memory(&p), NULL;
    e->scalar = scalar;
    e->root = n;
    e->mixed = p.mixed;
    return e;
}

bool
expr_literal(const struct yaml_node *scalar, struct value *out, bool *percent)
{
    struct lexer lx = {.scalar = scalar, .ds = NULL};
    struct token t = lex_next(&lx);
    bool minus = t.kind == TOKEN_MINUS;

    if (minus)
        t = lex_next(&lx);
    if (t.kind != TOKEN_LITERAL || t.local || lex_next(&lx).kind != TOKEN_END)
        return false;
    if (minus && (type_is_text((enum type)t.value.type) || t.value.type == TYPE_DATE ||
                     t.value.type == TYPE_TIME))
        return false;
    *out = t.value;
    if (minus)
        out->num = -out->num;
    *percent = t.percent;
    return true;
}
