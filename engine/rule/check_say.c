/*
 * check_say - the words of the checker's messages, and which of them are withheld.
 */
#include "rule/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"

enum { TEXT_MAX = 400, SHOWN_MAX = 60 };

struct diag *
check_say(struct checker *c, const char *code, struct span at, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list args;

    c->errors++;
    if (c->quiet > 0)
        return NULL;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return diag_add(c->ds, DIAG_ERROR, code, at, "%s", text);
}

void
check_label(struct checker *c, struct diag *d, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list args;

    if (d == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_label(c->ds, d, "%s", text);
}

void
check_mark(struct checker *c, struct diag *d, const struct node *at, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list args;

    if (d == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_mark(c->ds, d, expr_span(at), "%s", text);
}

void
check_help(struct checker *c, struct diag *d, const char *fmt, ...)
{
    char text[4 * TEXT_MAX];
    va_list args;

    if (d == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_help(c->ds, d, "%s", text);
}

void
check_note(struct checker *c, struct diag *d, const char *fmt, ...)
{
    char text[4 * TEXT_MAX];
    va_list args;

    if (d == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    diag_note(c->ds, d, "%s", text);
}

void
check_no_memory(struct checker *c)
{
    if (c->errors == 0)
        (void)check_say(
            c, "E401", c->expr->scalar->at, "out of memory while this expression is checked");
    c->errors++;
}

/* Cut to what a message can bear, at a whole character. */
struct phrase
check_quote(struct bytes text)
{
    struct phrase out;
    size_t size = text.size < SHOWN_MAX ? text.size : SHOWN_MAX;

    while (size > 0 && size < text.size && ((unsigned char)text.at[size] & 0xc0) == 0x80)
        size--;
    (void)snprintf(
        out.text, sizeof out.text, "%.*s%s", (int)size, text.at, size < text.size ? "..." : "");
    return out;
}

struct phrase
check_source(const struct node *n)
{
    struct buf text = {0};
    struct phrase out;

    expr_text(n->scalar, n->from, n->size, &text);
    out = check_quote(buf_bytes(&text));
    buf_fini(&text);
    return out;
}

struct phrase
check_what(const struct term *t)
{
    struct phrase out;
    char room[4];

    if (t->type == TYPE_MONEY && t->own_money)
        (void)snprintf(out.text, sizeof out.text, "money in the currency of each transaction");
    else if (t->type == TYPE_MONEY && t->currency != 0)
        (void)snprintf(
            out.text, sizeof out.text, "money in %s", word_name(TYPE_CURRENCY, t->currency, room));
    else if (t->type == TYPE_DURATION)
        (void)snprintf(out.text, sizeof out.text, "a time span");
    else
        (void)snprintf(
            out.text, sizeof out.text, "%s", t->percent ? "a share" : type_name(t->type));
    return out;
}
