/* yaml_read - a YAML file as a small tree that knows where every byte came from. */
#include "text/yaml_read.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "text/fold.h"
#include "text/utf8.h"
#include "text/yaml_check.h"
#include "text/yaml_fault.h"
#include "text/yaml_origin.h"
#include "weir/limits.h"

enum {
    NODES_MAX = 100000, /* of one file: bounds the time that a file of 1 MiB can take */
    SHORT_TEXT = 256    /* re-read without asking for memory */
};

/* A map or list that is still open. */
struct frame {
    struct yaml_node *node;
    size_t cap;
    int32_t indent; /* column of a block collection; of the one around a flow collection */
    bool block;
    bool want_value; /* map: the key of entry[count] stands */
};

struct builder {
    struct arena *a;
    struct diags *ds;
    struct yaml_file *out;
    size_t document_cap;
    struct bytes text; /* of the file, with its byte order mark */
    uint32_t base;     /* bytes of the byte order mark */
    uint32_t *byte_of; /* of each character, offset in the file; NULL: ASCII */
    size_t chars;
    struct frame frame[LIMIT_YAML_DEPTH];
    size_t depth, nodes;
    struct yaml_node *outer; /* the document's own map, or the list item's */
    bool starved;            /* out of memory */
    bool stop;
    bool hash_told; /* R102: what follows is its consequence */
};

static uint32_t
byte_of(const struct builder *b, size_t index)
{
    if (b->byte_of == NULL) {
        size_t at = b->base + index;

        return (uint32_t)(at < b->text.size ? at : b->text.size);
    }
    return b->byte_of[index < b->chars ? index : b->chars];
}

static struct span
span_of(const struct builder *b, size_t from, size_t to)
{
    return (struct span){b->out->file, (uint32_t)from, (uint32_t)(to > from ? to - from : 0)};
}

static struct span
event_span(const struct builder *b, const yaml_event_t *e)
{
    return span_of(b, byte_of(b, e->start_mark.index), byte_of(b, e->end_mark.index));
}

/* libyaml counts characters: one entry for each, and one past the end. */
static bool
index_characters(struct builder *b)
{
    size_t at = b->base;
    struct bytes text = {b->text.at + at, b->text.size - at};

    if (utf8_ascii(text))
        return true;
    b->byte_of = alloc_take((b->text.size + 1) * sizeof *b->byte_of);
    if (b->byte_of == NULL)
        return false;
    while (at < b->text.size) {
        b->byte_of[b->chars++] = (uint32_t)at;
        do
            at++;
        while (at < b->text.size && ((unsigned char)b->text.at[at] & 0xc0) == 0x80);
    }
    b->byte_of[b->chars] = (uint32_t)at;
    return true;
}

/* ---- adding to the tree ----------------------------------------------------- */

static void *
take(struct builder *b, size_t count, size_t size)
{
    void *p = arena_take(b->a, count, size);

    if (p == NULL)
        b->starved = b->stop = true;
    return p;
}

static bool
add_document(struct builder *b, struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR && node->at.size == 0)
        return true; /* nothing between two `---` */
    if (b->out->count == b->document_cap) {
        size_t cap = b->document_cap > 0 ? b->document_cap * 2 : 8;
        struct yaml_node **more = take(b, cap, sizeof(struct yaml_node *));

        if (more == NULL)
            return false;
        if (b->out->count > 0)
            memcpy(more, b->out->document, b->out->count * sizeof *more);
        b->out->document = more;
        b->document_cap = cap;
    }
    b->out->document[b->out->count++] = node;
    return true;
}

static bool
reserve_entry(struct builder *b, struct frame *f)
{
    size_t cap = f->cap > 0 ? f->cap * 2 : 4;
    struct yaml_entry *more;

    if (f->node->count < f->cap)
        return true;
    more = take(b, cap, sizeof *more);
    if (more == NULL)
        return false;
    if (f->node->count > 0)
        memcpy(more, f->node->entry, f->node->count * sizeof *more);
    f->node->entry = more;
    f->cap = cap;
    return true;
}

static void
add_key(struct builder *b, struct frame *f, const struct yaml_node *key)
{
    struct yaml_entry *e = &f->node->entry[f->node->count];

    f->want_value = true;
    e->key_at = key->at;
    e->key = key->text;
    if (key->kind != YAML_SCALAR) {
        struct diag *d = diag_add(b->ds, DIAG_ERROR, "R101", key->at,
            "a key must be a word or a text in quotes, not a %s",
            key->kind == YAML_MAP ? "map" : "list");

        diag_help(b->ds, d, "a text that begins with `{` or `[` must be in quotes");
        e->key = (struct bytes){"", 0};
    } else if (key->style == YAML_PLAIN && bytes_equal(key->text, bytes_of("<<"))) {
        struct diag *d = diag_add(
            b->ds, DIAG_ERROR, "R109", key->at, "YAML merge keys (`<<`) are not used here");

        diag_help(b->ds, d, "write the keys out where they are meant");
    }
}

/* A node that is whole goes to the map or list around it, or becomes a document. */
static void
add_node(struct builder *b, struct yaml_node *node)
{
    struct frame *f;

    if (b->depth == 0) {
        add_document(b, node);
        return;
    }
    f = &b->frame[b->depth - 1];
    if (!reserve_entry(b, f))
        return;
    if (f->node->kind == YAML_MAP && !f->want_value) {
        add_key(b, f, node);
        return;
    }
    f->node->entry[f->node->count++].value = node;
    f->want_value = false;
}

/* ---- anchors, tags, scalars --------------------------------------------------- */

static struct span
word_span(const struct builder *b, size_t at)
{
    size_t end = at;

    while (end < b->text.size && strchr(" \t\r\n,]}", b->text.at[end]) == NULL)
        end++;
    return span_of(b, at, end);
}

/* R103 and R104 for what stands in front of a node. True if there was anything. */
static bool
refuse_properties(struct builder *b, const yaml_event_t *e, bool anchor, bool tag)
{
    size_t at = byte_of(b, e->start_mark.index);

    for (int i = 0; i < 2 && (anchor || tag); i++) {
        struct span word = word_span(b, at);
        struct diag *d;

        if (at < b->text.size && b->text.at[at] == '&') {
            d = diag_add(b->ds, DIAG_ERROR, "R103", word, "YAML anchors are not used here");
            diag_help(b->ds, d, "a text that begins with `&` must be in quotes");
        } else if (at < b->text.size && b->text.at[at] == '!') {
            d = diag_add(b->ds, DIAG_ERROR, "R104", word, "YAML tags are not used here");
            diag_help(b->ds, d, "a text that begins with `!` must be in quotes");
        } else {
            break;
        }
        for (at = word.from + word.size; at < b->text.size && b->text.at[at] == ' ';)
            at++;
    }
    return anchor || tag;
}

static enum yaml_style
style_of(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return YAML_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return YAML_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE:
        return YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return YAML_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    return YAML_PLAIN;
}

/* Re-read the raw text; node->origin stays NULL where the result is not libyaml's. */
static void
trace_origin(struct builder *b, struct yaml_node *node)
{
    struct yaml_raw raw = {.file = b->text,
        .from = node->at.from,
        .to = node->at.from + node->at.size,
        .style = node->style,
        .parent_indent = -1};
    uint32_t *origin = take(b, node->text.size + 1, sizeof *origin);
    char few[SHORT_TEXT] = {0}, *again = few;
    size_t size, end;

    if (b->depth > 0)
        raw.parent_indent = b->frame[b->depth - 1].indent;
    if (node->text.size > SHORT_TEXT)
        again = alloc_take(node->text.size);
    if (origin == NULL || again == NULL) {
        b->starved = b->stop = true;
        if (again != few)
            alloc_free(again);
        return;
    }
    size = yaml_origin(&raw, again, origin, node->text.size, &end);
    if (size == node->text.size && memcmp(again, node->text.at, size) == 0) {
        node->origin = origin;
        node->at = span_of(b, raw.from, end);
    }
    if (again != few)
        alloc_free(again);
}

/*
 * NFC. Bytes in front of and behind the change keep their origin; changed ones get that of the
 * first of them.
 */
static void
compose(struct builder *b, struct yaml_node *node)
{
    struct buf nfc = {0};
    struct bytes old = node->text;
    size_t head = 0, tail = 0;
    uint32_t *origin;
    char *text;

    if (!fold_nfc(old, &nfc)) {
        b->starved = b->starved || nfc.failed;
        buf_fini(&nfc);
        return;
    }
    text = arena_copy(b->a, buf_bytes(&nfc));
    origin = take(b, nfc.size + 1, sizeof *origin);
    if (text == NULL || origin == NULL || nfc.failed) {
        b->starved = b->stop = true;
        buf_fini(&nfc);
        return;
    }
    while (head < nfc.size && head < old.size && old.at[head] == text[head])
        head++;
    while (tail < nfc.size - head && tail < old.size - head &&
           old.at[old.size - 1 - tail] == text[nfc.size - 1 - tail])
        tail++;
    node->text = (struct bytes){text, nfc.size};
    if (node->origin != NULL) {
        for (size_t i = 0; i <= nfc.size; i++)
            origin[i] = i < head              ? node->origin[i]
                        : i < nfc.size - tail ? node->origin[head]
                                              : node->origin[old.size - (nfc.size - i)];
        node->origin = origin;
    }
    buf_fini(&nfc);
}

static void
refuse_scalar(struct builder *b, const struct yaml_node *node)
{
    struct diag *d;

    if (node->text.size > LIMIT_YAML_SCALAR) {
        d = diag_add(b->ds, DIAG_ERROR, "R501", node->at,
            "this text is longer than %d bytes, the most that one value may have",
            LIMIT_YAML_SCALAR);
        diag_label(b->ds, d, "%zu bytes", node->text.size);
    }
    if (node->style == YAML_DOUBLE && yaml_check_hidden(node->text)) {
        d = diag_add(b->ds, DIAG_ERROR, "R107", node->at,
            "this text holds an invisible character, written as an escape");
        diag_label(b->ds, d, "NUL and characters that turn the direction of text are not allowed");
    }
}

static struct bytes
pending_key(const struct builder *b)
{
    const struct frame *f = b->depth > 0 ? &b->frame[b->depth - 1] : NULL;

    if (f == NULL || !f->want_value)
        return (struct bytes){"", 0};
    return f->node->entry[f->node->count].key;
}

static struct yaml_node *
new_node(struct builder *b, enum yaml_kind kind, struct span at)
{
    struct yaml_node *node = NULL;

    if (b->nodes++ == NODES_MAX) {
        diag_add(b->ds, DIAG_ERROR, "R501", at,
            "this file holds more than %d keys and values; a long list belongs in a file of its "
            "own",
            NODES_MAX);
        b->stop = true;
    } else {
        node = take(b, 1, sizeof *node);
    }
    if (node != NULL) {
        node->kind = kind;
        node->at = at;
    }
    return node;
}

static void
read_scalar(struct builder *b, const yaml_event_t *e)
{
    struct bytes value = {(const char *)e->data.scalar.value, e->data.scalar.length};
    struct yaml_node *node = new_node(b, YAML_SCALAR, event_span(b, e));
    char *text;

    if (node == NULL)
        return;
    text = arena_copy(b->a, value);
    if (text == NULL) {
        b->starved = b->stop = true;
        return;
    }
    node->style = style_of(e->data.scalar.style);
    node->text = (struct bytes){text, value.size};
    if (!refuse_properties(b, e, e->data.scalar.anchor != NULL, e->data.scalar.tag != NULL))
        trace_origin(b, node);
    if (node->style == YAML_PLAIN && yaml_fault_hash(b->ds, b->out->file, node->at.from,
                                         node->at.from + node->at.size, pending_key(b)))
        b->hash_told = true;
    refuse_scalar(b, node);
    if (!utf8_ascii(node->text))
        compose(b, node);
    if (!b->stop)
        add_node(b, node);
}

static void
read_alias(struct builder *b, const yaml_event_t *e)
{
    struct span at = event_span(b, e);
    struct diag *d = diag_add(b->ds, DIAG_ERROR, "R103", at, "YAML aliases are not used here");
    struct yaml_node *node = new_node(b, YAML_SCALAR, at);

    diag_label(b->ds, d, "YAML reads `*` as the start of an alias");
    diag_help(b->ds, d, "a text that begins with `*` must be in quotes");
    if (node == NULL)
        return;
    node->text = (struct bytes){b->text.at + at.from, at.size};
    add_node(b, node);
}

/* ---- maps and lists -------------------------------------------------------------- */

static void
open_node(struct builder *b, const yaml_event_t *e, enum yaml_kind kind, bool block)
{
    struct frame *f = &b->frame[b->depth];
    struct yaml_node *node;

    if (b->depth == LIMIT_YAML_DEPTH) {
        struct diag *d = diag_add(b->ds, DIAG_ERROR, "R502",
            span_of(b, byte_of(b, e->start_mark.index), byte_of(b, e->start_mark.index) + 1),
            "maps and lists are nested deeper than %d levels", LIMIT_YAML_DEPTH);

        diag_label(b->ds, d, "level %d begins here", LIMIT_YAML_DEPTH + 1);
        b->stop = true;
        return;
    }
    node = new_node(b, kind, event_span(b, e));
    if (node == NULL)
        return;
    *f = (struct frame){.node = node, .block = block, .indent = -1};
    if (block)
        f->indent = (int32_t)e->start_mark.column;
    else if (b->depth > 0)
        f->indent = b->frame[b->depth - 1].indent;
    if (kind == YAML_MAP && b->outer == NULL)
        b->outer = node;
    b->depth++;
}

static size_t
end_of(const struct yaml_entry *e)
{
    const struct yaml_node *n = e->value;

    return (size_t)n->at.from + n->at.size;
}

static void
close_node(struct builder *b, const yaml_event_t *e)
{
    struct frame *f = &b->frame[b->depth - 1];
    struct yaml_node *node = f->node;
    size_t end = byte_of(b, e->end_mark.index);

    assert(node != NULL && (node->count == 0 || node->entry != NULL));
    /* A block ends where the next token begins; its own text ends with its last entry. */
    if (f->block && node->count > 0)
        end = end_of(&node->entry[node->count - 1]);
    node->at = span_of(b, node->at.from, end);
    b->depth--;
    if (node->kind == YAML_MAP && !yaml_check_keys(b->ds, node, b->outer))
        b->starved = b->stop = true;
    if (b->outer == node)
        b->outer = NULL;
    if (!b->stop)
        add_node(b, node);
}

/* ---- events ------------------------------------------------------------------------ */

static void
read_directives(struct builder *b, const yaml_event_t *e)
{
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        diag_add(b->ds, DIAG_ERROR, "R106", word_span(b, byte_of(b, e->start_mark.index)),
            "only the directive `%%YAML` is allowed");
}

static void
read_event(struct builder *b, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        read_directives(b, e);
        break;
    case YAML_ALIAS_EVENT:
        read_alias(b, e);
        break;
    case YAML_SCALAR_EVENT:
        read_scalar(b, e);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_properties(
            b, e, e->data.sequence_start.anchor != NULL, e->data.sequence_start.tag != NULL);
        open_node(b, e, YAML_LIST, e->data.sequence_start.style != YAML_FLOW_SEQUENCE_STYLE);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_properties(
            b, e, e->data.mapping_start.anchor != NULL, e->data.mapping_start.tag != NULL);
        open_node(b, e, YAML_MAP, e->data.mapping_start.style != YAML_FLOW_MAPPING_STYLE);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_node(b, e);
        break;
    case YAML_STREAM_END_EVENT:
        b->stop = true;
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
}

static void
tell_fault(struct builder *b, const yaml_parser_t *p)
{
    struct yaml_fault f = {.file = b->out->file, .problem = p->problem, .context_at = SIZE_MAX};

    b->stop = true;
    if (p->error == YAML_MEMORY_ERROR)
        b->starved = true;
    if (b->starved || b->hash_told)
        return;
    f.at = byte_of(b, p->problem_mark.index);
    if (p->error == YAML_READER_ERROR)
        f.at = b->base + p->problem_offset;
    else if (p->context != NULL)
        f.context_at = byte_of(b, p->context_mark.index);
    yaml_fault_tell(b->ds, &f);
}

static void
parse(struct builder *b)
{
    yaml_parser_t p;
    yaml_event_t e;

    if (!yaml_parser_initialize(&p)) {
        b->starved = true;
        return;
    }
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &p, (const unsigned char *)b->text.at + b->base, b->text.size - b->base);
    while (!b->stop) {
        if (!yaml_parser_parse(&p, &e)) {
            tell_fault(b, &p);
            break;
        }
        read_event(b, &e);
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&p);
}

bool
yaml_read(
    struct arena *a, struct diags *ds, const char *path, struct bytes text, struct yaml_file *out)
{
    struct builder b = {.a = a, .ds = ds, .out = out};

    *out = (struct yaml_file){0};
    if (text.size > LIMIT_YAML_BYTES) {
        out->file = diag_file(ds, path, (struct bytes){"", 0});
        diag_add(ds, DIAG_ERROR, "R501", (struct span){.file = out->file},
            "this file is larger than 1 MiB (%d bytes), the most a YAML file may have",
            LIMIT_YAML_BYTES);
        return true;
    }
    out->file = diag_file(ds, path, text);
    b.text = diag_file_text(ds, out->file);
    if (b.text.size != text.size)
        return false;
    if (text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
        b.base = 3;
    if (!yaml_check_text(ds, out->file))
        return true;
    if (!index_characters(&b))
        return false;
    parse(&b);
    alloc_free(b.byte_of);
    return !b.starved;
}

struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
    struct bytes want = bytes_of(key);

    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (bytes_equal(map->entry[i].key, want))
            return map->entry[i].value;
    return NULL;
}

struct span
yaml_span(const struct yaml_node *scalar, size_t from, size_t size)
{
    struct span at = {.file = scalar->at.file, .from = scalar->at.from};

    if (scalar->kind != YAML_SCALAR)
        return scalar->at;
    if (scalar->origin == NULL)
        return at;
    from = from < scalar->text.size ? from : scalar->text.size;
    size = size < scalar->text.size - from ? size : scalar->text.size - from;
    at.from = scalar->origin[from];
    at.size = scalar->origin[from + size] - at.from;
    return at;
}
