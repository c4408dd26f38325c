/* capture - A(B)C to A\K(?:B)(?=C): the match begins at B and ends before C. */
#include "ingest/capture.h"

#include "base/buf.h"

struct groups {
    size_t open, close; /* of the one capturing group at the top; open == close: none */
    bool alternatives;  /* a `|` outside all parentheses */
    bool more;          /* a second capturing group, or one inside another */
};

/* The end of a class that opens at `i`: its `]`, or the end of the text. */
static size_t
class_end(struct bytes text, size_t i)
{
    i++;
    if (i < text.size && text.at[i] == '^')
        i++;
    if (i < text.size && text.at[i] == ']')
        i++;
    for (; i < text.size && text.at[i] != ']'; i++)
        if (text.at[i] == '\\')
            i++;
    return i;
}

static void
open_group(struct bytes text, size_t i, int depth, struct groups *g)
{
    bool plain = i + 1 >= text.size || (text.at[i + 1] != '?' && text.at[i + 1] != '*');

    if (!plain)
        return;
    if (depth > 0 || g->open != g->close)
        g->more = true;
    else
        g->open = i;
}

static struct groups
look(struct bytes text)
{
    struct groups g = {0};
    int depth = 0;
    bool inside = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (c == '\\') {
            i++;
        } else if (c == '[') {
            i = class_end(text, i);
        } else if (c == '(') {
            bool none = g.open == g.close && !inside;

            open_group(text, i, depth++, &g);
            if (none && depth == 1 && (i + 1 >= text.size || text.at[i + 1] != '?') &&
                (i + 1 >= text.size || text.at[i + 1] != '*'))
                inside = true;
        } else if (c == ')') {
            depth--;
            if (depth == 0 && inside) {
                g.close = i;
                inside = false;
            }
        } else if (c == '|' && depth == 0) {
            g.alternatives = true;
        }
    }
    return g;
}

bool
capture_rewrite(struct bytes pattern, struct buf *out)
{
    struct groups g = look(pattern);
    struct bytes rest;

    if (g.close <= g.open) { /* no group, or one never closed: the compiler will say so */
        buf_add(out, pattern.at, pattern.size);
        return !g.more;
    }
    rest = (struct bytes){pattern.at + g.close + 1, pattern.size - g.close - 1};
    if (g.more || g.alternatives || (rest.size > 0 && memchr("*+?{", rest.at[0], 4) != NULL))
        return false;
    buf_add(out, pattern.at, g.open);
    buf_text(out, "\\K(?:");
    buf_add(out, pattern.at + g.open + 1, g.close - g.open - 1);
    buf_text(out, ")");
    if (rest.size > 0) {
        buf_text(out, "(?=");
        buf_add(out, rest.at, rest.size);
        buf_text(out, ")");
    }
    return true;
}
