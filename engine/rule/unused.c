/*
 * unused - lists, tables, macros and watchlists that nothing mentions (L606).
 *
 * A mention is the name as a whole word in a text that means something: not in titles,
 * descriptions and other remarks, and not in tests, which bring lists of their own.
 */
#include "base/intern.h"
#include "rule/loader.h"

/* Keys whose texts are for people. */
static bool
is_remark(struct bytes key)
{
    static const char *const remarks[] = {"title", "description", "owner", "references",
        "false_positives", "tags", "why", "reason", "approved_by", "source", "note", "tests",
        "items", "entries", "file", "dated"};

    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
        if (bytes_equal(key, bytes_of(remarks[i])))
            return true;
    return false;
}

static bool
word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Every word of a text goes into the set. */
static bool
add_words(struct intern *words, struct bytes text)
{
    size_t from = 0;

    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && word_byte(text.at[i]))
            continue;
        if (i > from && intern_add(words, (struct bytes){text.at + from, i - from}) == INTERN_NONE)
            return false;
        from = i + 1;
    }
    return true;
}

/* Depth is that of YAML, which has a cap. `name` is the document's own and no mention. */
static bool
add_node(struct intern *words, const struct yaml_node *n, const struct yaml_node *name)
{
    if (n == NULL || n == name)
        return true;
    if (n->kind == YAML_SCALAR)
        return add_words(words, n->text);
    for (size_t i = 0; i < n->count; i++)
        if (!(n->kind == YAML_MAP && is_remark(n->entry[i].key)) &&
            !add_node(words, n->entry[i].value, name))
            return false;
    return true;
}

static const char *
noun_of(enum block kind)
{
    return kind == BLOCK_LIST    ? "list"
           : kind == BLOCK_TABLE ? "table"
           : kind == BLOCK_MACRO ? "macro"
                                 : "watchlist";
}

static void
tell(struct loader *ld, const struct document *doc)
{
    struct diag *d = diag_add(ld->ds, DIAG_WARNING, "L606", doc->name_at->at,
        "the %s `%.*s` is not used", noun_of(doc->kind), QUOTE(doc->name));

    diag_label(ld->ds, d, "no rule, macro or exception mentions it");
}

void
unused_tell(struct loader *ld)
{
    static const struct hash_key key = {UINT64_C(0x77656972), UINT64_C(0x72756c65)};
    struct intern *words = intern_new(&key);
    bool good = words != NULL;

    for (size_t i = 0; good && i < ld->doc_count; i++)
        good = add_node(words, ld->doc[i].map, ld->doc[i].name_at);
    for (size_t i = 0; good && i < ld->doc_count; i++)
        if (ld->doc[i].named != NULL && !ld->doc[i].quiet &&
            intern_find(words, ld->doc[i].name) == INTERN_NONE)
            tell(ld, &ld->doc[i]);
    intern_free(words);
    ld->no_memory = ld->no_memory || !good;
}
