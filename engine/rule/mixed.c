/*
 * mixed - what is said of `and` beside `or` without brackets: both ways to put them, spelled out.
 */
#include "rule/mixed.h"

#include "base/buf.h"
#include "rule/expr.h"

/* The level's text with brackets around every run joined by `tight`. */
static void
say_bracketed(const struct lexer *lx, const struct level *l, enum token_kind tight, struct diag *d,
    const char *lead)
{
    struct buf out = {0};
    uint32_t part = l->from;
    bool open = false;

    for (size_t i = 0; i <= l->count; i++) {
        uint32_t stop = i < l->count ? l->join[i].from : l->end;
        bool run = i < l->count && l->join[i].kind == tight;

        if (run && !open)
            buf_byte(&out, '(');
        expr_text(lx->scalar, part, stop - part, &out);
        if (open && !run)
            buf_byte(&out, ')');
        open = run;
        if (i < l->count) {
            buf_print(&out, " %s ", token_text(l->join[i].kind));
            part = stop + (uint32_t)strlen(token_text(l->join[i].kind));
        }
    }
    if (!out.failed)
        diag_help(lx->ds, d, "%s%.*s", lead, (int)out.size, out.at);
    buf_fini(&out);
}

static struct span
join_span(const struct lexer *lx, const struct join *j)
{
    return lex_span(lx, j->from, (uint32_t)strlen(token_text(j->kind)));
}

void
mixed_say(const struct lexer *lx, const struct level *l)
{
    struct diags *ds = lx->ds;
    struct diag *d = diag_add(ds, DIAG_ERROR, "R301", join_span(lx, &l->other),
        "`and` and `or` are mixed without parentheses");

    diag_label(ds, d, "and `%s` here: which belongs together?", token_text(l->other.kind));
    diag_mark(ds, d, join_span(lx, &l->first), "`%s` here", token_text(l->first.kind));
    if (l->count <= JOINS_SHOWN) {
        say_bracketed(lx, l, TOKEN_AND, d, "either  ");
        say_bracketed(lx, l, TOKEN_OR, d, "or      ");
    }
}
