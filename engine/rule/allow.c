/*
 * allow - `# weir: allow L611 reason` on the line before a key silences one finding there
 * (rule-language.md section 15).
 *
 * It reaches over the whole text that begins on the next line, since no comment can stand inside
 * of a folded expression. A silence that silences nothing is a finding (L681), and so is one
 * without a reason (L682).
 */
#include <string.h>

#include "rule/loader.h"

static const char lead[] = "# weir: allow";

/* Found after everything else, by one pass alone. */
static const struct {
    const char *code;
    enum allow_pass pass;
} late[] = {
    {"L651", ALLOW_AGAINST}, {"L614", ALLOW_COST}, {"L621", ALLOW_COST}, {"L622", ALLOW_COST}};

struct allowance {
    const struct yaml_file *yaml;
    struct bytes file;   /* its text */
    uint32_t from, size; /* the comment */
    struct bytes code, reason;
};

static enum allow_pass
pass_of(struct bytes code)
{
    for (size_t i = 0; i < sizeof late / sizeof *late; i++)
        if (bytes_equal(code, bytes_of(late[i].code)))
            return late[i].pass;
    return ALLOW_LOAD;
}

/* Does a text of the file hold the byte? Depth is that of YAML, which has a cap. */
static bool
in_scalar(const struct yaml_node *n, uint32_t at)
{
    if (n == NULL || at < n->at.from || at >= n->at.from + n->at.size)
        return false;
    if (n->kind == YAML_SCALAR)
        return true;
    for (size_t i = 0; i < n->count; i++)
        if (in_scalar(n->entry[i].value, at))
            return true;
    return false;
}

static uint32_t
next_line(struct bytes text, uint32_t at)
{
    while (at < text.size && text.at[at] != '\n')
        at++;
    return at < text.size ? at + 1 : at;
}

static uint32_t
first_word(struct bytes text, uint32_t at)
{
    while (at < text.size && (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '-'))
        at++;
    return at;
}

/* Where the text ends whose key begins within [from, to); `to` where there is none. */
static uint32_t
reach(const struct yaml_node *n, uint32_t from, uint32_t to)
{
    uint32_t end = to;

    for (size_t i = 0; n != NULL && n->kind != YAML_SCALAR && i < n->count; i++) {
        const struct yaml_entry *e = &n->entry[i];
        uint32_t inner = reach(e->value, from, to);

        end = inner > end ? inner : end;
        if (n->kind == YAML_MAP && e->key_at.from >= from && e->key_at.from < to &&
            e->value->kind == YAML_SCALAR && e->value->at.from + e->value->at.size > end)
            end = e->value->at.from + e->value->at.size;
    }
    return end;
}

static struct bytes
word_at(struct bytes text, size_t *at)
{
    size_t from;

    while (*at < text.size && text.at[*at] == ' ')
        ++*at;
    from = *at;
    while (*at < text.size && text.at[*at] != ' ')
        ++*at;
    return (struct bytes){text.at + from, *at - from};
}

static void
apply(struct diags *ds, uint32_t file, const struct allowance *a)
{
    uint32_t from = next_line(a->file, a->from), to = next_line(a->file, from), end = to;
    struct span at = {file, a->from, a->size};
    struct diag *d;

    while (from < a->file.size && a->file.at[first_word(a->file, from)] == '#') {
        from = to; /* several comments above one key */
        to = end = next_line(a->file, to);
    }
    for (size_t i = 0; i < a->yaml->count; i++) {
        uint32_t one = reach(a->yaml->document[i], from, to);

        end = one > end ? one : end;
    }
    if (a->reason.size == 0) {
        d = diag_add(ds, DIAG_WARNING, "L682", at, "this silence gives no reason");
        diag_help(ds, d, "write  # weir: allow %.*s  and why, for the next reader",
            (int)(a->code.size < 8 ? a->code.size : 8), a->code.at);
    }
    if (a->code.size > 0 && a->code.at[0] == 'L' &&
        diag_silence(ds, a->code, (struct span){file, from, end - from}))
        return;
    if (diags_errors(ds) > 0)
        return; /* not everything was looked at */
    d = diag_add(ds, DIAG_WARNING, "L681", at, "this silences nothing");
    diag_label(ds, d,
        a->code.size > 0 && a->code.at[0] == 'L'
            ? "there is no such finding on the next line"
            : "only findings, L601 and so on, can be silenced");
}

static void
read_comment(struct diags *ds, const struct rule_file *f, uint32_t at, enum allow_pass pass)
{
    struct allowance a = {.yaml = &f->yaml, .file = diag_file_text(ds, f->yaml.file), .from = at};
    struct bytes line;
    size_t i = sizeof lead - 1;

    a.size = next_line(a.file, at) - at;
    line = (struct bytes){a.file.at + at, a.size};
    while (line.size > 0 && (line.at[line.size - 1] == '\n' || line.at[line.size - 1] == '\r' ||
                                line.at[line.size - 1] == ' '))
        line.size--;
    a.size = (uint32_t)line.size;
    if (line.size < sizeof lead - 1 || memcmp(line.at, lead, sizeof lead - 1) != 0)
        return;
    for (size_t d = 0; d < f->yaml.count; d++)
        if (in_scalar(f->yaml.document[d], at))
            return;
    a.code = word_at(line, &i);
    a.reason = word_at(line, &i);
    if (pass_of(a.code) == pass)
        apply(ds, f->yaml.file, &a);
}

void
ruleset_allow(const struct ruleset *rs, struct diags *ds, enum allow_pass pass)
{
    for (const struct rule_file *f = rs->files; f != NULL; f = f->next) {
        struct bytes text = diag_file_text(ds, f->yaml.file);

        for (uint32_t at = 0; at < text.size; at = next_line(text, at)) {
            uint32_t from = at;

            while (from < text.size && (text.at[from] == ' ' || text.at[from] == '\t'))
                from++;
            if (from < text.size && text.at[from] == '#')
                read_comment(ds, f, from, pass);
        }
    }
}
