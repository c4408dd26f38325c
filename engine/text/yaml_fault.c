/* yaml_fault - what is wrong with a file that libyaml cannot parse, said for people. */
#include "text/yaml_fault.h"

#include <string.h>

#include "text/diag_store.h"

static struct span
span_of(uint32_t file, size_t from, size_t to)
{
    return (struct span){file, (uint32_t)from, (uint32_t)(to - from)};
}

/* ---- text behind a closed bracket or quote ------------------------------- */

/* `key: {words} more`: offsets in the file. */
struct opener {
    size_t line, line_end; /* the line */
    size_t key, key_end;   /* the key in front; equal: a list item */
    size_t from, close;    /* the opening character; behind the closing one */
};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Behind the character that closes what opens at `from`, or 0. */
static size_t
behind_close(struct bytes text, size_t from, size_t end)
{
    char open = text.at[from];
    size_t depth = 0;

    if (open == '"' || open == '\'') {
        for (size_t i = from + 1; i < end; i++)
            if (text.at[i] == '\\' && open == '"')
                i++;
            else if (text.at[i] == open)
                return i + 1;
        return 0;
    }
    for (size_t i = from; i < end; i++) {
        depth += text.at[i] == '{' || text.at[i] == '[';
        if (text.at[i] == '}' || text.at[i] == ']')
            if (--depth == 0)
                return i + 1;
    }
    return 0;
}

static bool
find_opener(struct bytes text, size_t line, size_t end, struct opener *o)
{
    size_t at = line;

    while (at < end && is_blank(text.at[at]))
        at++;
    while (at + 1 < end && text.at[at] == '-' && is_blank(text.at[at + 1]))
        for (at++; at < end && is_blank(text.at[at]);)
            at++;
    *o = (struct opener){.line = line, .line_end = end, .key = at, .key_end = at};
    for (size_t i = at; i + 1 < end; i++) {
        if (strchr("{[\"'#", text.at[i]) != NULL)
            break;
        if (text.at[i] == ':' && is_blank(text.at[i + 1])) {
            o->key_end = i;
            for (at = i + 1; at < end && is_blank(text.at[at]);)
                at++;
            break;
        }
    }
    if (at >= end || strchr("{[\"'", text.at[at]) == NULL)
        return false;
    o->from = at;
    o->close = behind_close(text, at, end);
    if (o->close == 0)
        return false;
    for (at = o->close; at < end && is_blank(text.at[at]);)
        at++;
    return at < end && strchr("#,:}]", text.at[at]) == NULL;
}

static bool
tell_opener(struct diags *ds, const struct yaml_fault *f, size_t at)
{
    const struct diag_source *s = diag_source_of(ds, f->file);
    struct bytes text = diag_line_text(s, diag_line_of(s, (uint32_t)at));
    size_t line = (size_t)(text.at - s->text.at);
    struct opener o;
    struct diag *d;
    const char *from;
    char open, quote;
    int size;

    if (!find_opener(s->text, line, line + text.size, &o))
        return false;
    from = s->text.at + o.from;
    open = *from;
    size = (int)(o.line_end - o.from);
    if (open == '"' || open == '\'') {
        d = diag_add(ds, DIAG_ERROR, "R101", span_of(f->file, o.close, o.line_end),
            "this line is not valid YAML: text goes on behind the closing quote");
        diag_label(ds, d, "YAML expects nothing here");
        diag_mark(ds, d, span_of(f->file, o.from, o.close), "YAML takes this for the whole text");
        if (o.key_end > o.key)
            diag_help(ds, d, "put the text on its own line after `%.*s: >`",
                (int)(o.key_end - o.key), s->text.at + o.key);
        return true;
    }
    d = diag_add(ds, DIAG_ERROR, "R101", span_of(f->file, o.from, o.close),
        "this line is not valid YAML: text that starts with `%c` must be in quotes", open);
    diag_label(ds, d, "YAML reads this as the start of a %s", open == '{' ? "map" : "list");
    quote = memchr(from, '"', (size_t)size) == NULL ? '"' : '\'';
    if (quote == '\'' && memchr(from, '\'', (size_t)size) != NULL)
        diag_help(ds, d, "put the text on its own line after `>`");
    else
        diag_help(ds, d, "write  %.*s%s%c%.*s%c", (int)(o.key_end - o.key), s->text.at + o.key,
            o.key_end > o.key ? ": " : "- ", quote, size, from, quote);
    return true;
}

/* ---- the rest, by libyaml's words ----------------------------------------- */

static const struct plain_fault {
    const char *problem; /* begins libyaml's sentence */
    const char *code, *text, *label, *help;
} plain_faults[] = {
    {"found unknown directive name", "R106", "only the directive `%YAML` is allowed",
        "remove this line", "a text that begins with `%` must be in quotes"},
    {"found incompatible YAML document", "R106",
        "this file asks for a version of YAML that is not known", "1.1 and 1.2 are", NULL},
    {"found undefined tag handle", "R104", "YAML tags (`!...`) are not used here",
        "YAML reads `!` as the start of a tag", "a text that begins with `!` must be in quotes"},
    {"did not find expected alphabetic or numeric character", "R103",
        "YAML anchors and aliases (`&...`, `*...`) are not used here",
        "YAML reads this as an anchor or alias",
        "a text that begins with `&` or `*` must be in quotes"},
    {"mapping values are not allowed", "R101",
        "this line is not valid YAML: a text that holds `: ` must be in quotes",
        "YAML reads this `:` as the end of a key",
        "put the text in quotes, or on its own line after `>`"},
    {"block sequence entries are not allowed", "R101",
        "this line is not valid YAML: a list cannot begin in this place", "a list item begins here",
        "put each `- ` item on a line of its own, under its key"},
    {"could not find expected ':'", "R101", "this line is not valid YAML: it has no `key: value`",
        "a `:` and a blank are missing on this line or the one before",
        "a text that goes on over several lines must be indented more than its key"},
    {"found a tab", "R101", "this line is not valid YAML: it is indented with a tab",
        "use blanks here", NULL},
    {"found unknown escape character", "R101",
        "this text is not valid YAML: `\\` has a special meaning between double quotes",
        "no such escape", "use single quotes, where `\\` is an ordinary character"},
    {"did not find expected hexdecimal number", "R101",
        "this text is not valid YAML: `\\x`, `\\u` and `\\U` need 2, 4 and 8 hexadecimal digits",
        "not enough digits", "use single quotes, where `\\` is an ordinary character"},
    {"found invalid Unicode character escape code", "R101",
        "this text is not valid YAML: this number is no character", "no such character", NULL},
    {"did not find expected comment or line break", "R101",
        "this line is not valid YAML: nothing may follow `>` or `|` on their line",
        "begin the text on the next line", NULL},
    {"found an indentation indicator equal to 0", "R101",
        "this line is not valid YAML: the number behind `>` or `|` goes from 1 to 9", "", NULL},
    {"found unexpected document indicator", "R101",
        "this line is not valid YAML: `---` or `...` stands inside a text in quotes",
        "the quote is still open here", NULL},
    {"did not find expected <document start>", "R101",
        "this line is not valid YAML: it belongs to no document", "",
        "separate documents with a line `---`; indent lines that belong to the one above"},
    {"did not find expected '-' indicator", "R101",
        "this line is not valid YAML: it stands in a list but is no list item",
        "YAML expects `- ` here, or less indentation", NULL},
    {"did not find expected key", "R101",
        "this line is not valid YAML: it does not stand in line with the keys around it",
        "YAML expects a key here", "keys of one map begin in the same column"},
    {"did not find expected ',' or '}'", "R101",
        "this line is not valid YAML: a map that began with `{` is not closed",
        "a `,` or `}` is missing here",
        "inside `{ }` a comma ends a value and text may need quotes"},
    {"did not find expected ',' or ']'", "R101",
        "this line is not valid YAML: a list that began with `[` is not closed",
        "a `,` or `]` is missing here",
        "inside `[ ]` a comma ends an item and text may need quotes"},
    {"did not find expected node content", "R101",
        "this line is not valid YAML: a value is missing here", "YAML expects a value", NULL},
};

static const struct plain_fault unknown_fault = {"", "R101", "this line is not valid YAML",
    "YAML cannot read on from here",
    "texts with special characters must be in quotes, or on their own line after `>`"};

/* The character itself, or the last one of the file where the fault is its end. */
static struct span
fault_span(const struct diag_source *s, uint32_t file, size_t at)
{
    size_t end = s->text.size;

    if (at < end)
        return span_of(file, at, at + 1);
    while (end > 0 && strchr(" \t\r\n", s->text.at[end - 1]) != NULL)
        end--;
    return span_of(file, end, end);
}

static void
tell_token(struct diags *ds, const struct yaml_fault *f, const struct diag_source *s)
{
    struct span at = fault_span(s, f->file, f->at);
    char c = f->at < s->text.size ? s->text.at[f->at] : ' ';
    struct diag *d;

    if (c == '\t') {
        d = diag_add(
            ds, DIAG_ERROR, "R101", at, "this line is not valid YAML: it is indented with a tab");
        diag_label(ds, d, "use blanks here");
        return;
    }
    d = diag_add(ds, DIAG_ERROR, "R101", at,
        "this line is not valid YAML: text that starts with `%c` must be in quotes", c);
    diag_label(ds, d, "YAML keeps this character for itself");
    diag_help(ds, d, "put the text in quotes, or on its own line after `>`");
}

static void
tell_unclosed(struct diags *ds, const struct yaml_fault *f, const struct diag_source *s)
{
    size_t from = f->context_at < s->text.size ? f->context_at : f->at;
    struct diag *d = diag_add(ds, DIAG_ERROR, "R101", span_of(f->file, from, from + 1),
        "this text is never closed: its second quote is missing");

    diag_label(ds, d, "the text starts here");
}

void
yaml_fault_tell(struct diags *ds, const struct yaml_fault *f)
{
    const struct diag_source *s = diag_source_of(ds, f->file);
    const struct plain_fault *p = &unknown_fault;
    size_t at = f->at;
    struct diag *d;

    if (f->problem == NULL || tell_opener(ds, f, f->at))
        return;
    if (f->context_at != SIZE_MAX && tell_opener(ds, f, f->context_at))
        return;
    if (strncmp(f->problem, "found character that cannot start", 33) == 0) {
        tell_token(ds, f, s);
        return;
    }
    if (strncmp(f->problem, "found unexpected end of stream", 30) == 0) {
        tell_unclosed(ds, f, s);
        return;
    }
    for (size_t i = 0; i < sizeof plain_faults / sizeof *plain_faults; i++)
        if (strncmp(f->problem, plain_faults[i].problem, strlen(plain_faults[i].problem)) == 0)
            p = &plain_faults[i];
    if (strcmp(p->code, "R106") == 0 && f->context_at < s->text.size)
        at = f->context_at; /* the `%` in front of the name */
    d = diag_add(ds, DIAG_ERROR, p->code, fault_span(s, f->file, at), "%s", p->text);
    if (p->label[0] != '\0')
        diag_label(ds, d, "%s", p->label);
    if (strstr(p->problem, "',' or") != NULL && f->context_at < f->at)
        diag_mark(ds, d, span_of(f->file, f->context_at, f->context_at + 1), "opened here");
    if (p->help != NULL)
        diag_help(ds, d, "%s", p->help);
}

/* ---- a comment that ate the rest of a text --------------------------------- */

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           ((unsigned char)c & 0x80) != 0;
}

/* Where the quote stands that is open at the end of [from, to), or SIZE_MAX. */
static size_t
open_quote(struct bytes text, size_t from, size_t to)
{
    size_t open = SIZE_MAX;

    for (size_t i = from; i < to; i++) {
        char c = text.at[i];

        if (c != '"' && c != '\'')
            continue;
        if (open != SIZE_MAX) {
            if (text.at[open] == c)
                open = SIZE_MAX;
        } else if (i == from || !is_word(text.at[i - 1])) {
            open = i; /* not the apostrophe of a word, nor the inches of a number */
        }
    }
    return open;
}

bool
yaml_fault_hash(struct diags *ds, uint32_t file, size_t from, size_t to, struct bytes key)
{
    struct bytes text = diag_file_text(ds, file);
    size_t hash = to, end, quote;
    struct diag *d;

    while (hash < text.size && is_blank(text.at[hash]))
        hash++;
    if (hash == to || hash >= text.size || text.at[hash] != '#')
        return false;
    for (end = hash; end < text.size && text.at[end] != '\n' && text.at[end] != '\r';)
        end++;
    quote = open_quote(text, from, to);
    if (quote == SIZE_MAX || memchr(text.at + hash, text.at[quote], end - hash) == NULL)
        return false;
    d = diag_add(ds, DIAG_ERROR, "R102", span_of(file, quote, to),
        "this text is never closed: YAML took the rest of the line as a comment");
    diag_label(ds, d, "the text starts here");
    diag_mark(ds, d, span_of(file, hash, end), "everything from ` #` on is a YAML comment");
    if (key.size > 0)
        diag_help(ds, d,
            "put the expression on its own line after `%.*s: >`, where `#` has no"
            " special meaning",
            (int)key.size, key.at);
    else
        diag_help(ds, d,
            "put the text on its own line after `- >`, where `#` has no special"
            " meaning");
    return true;
}
