/* value_source - the text of one value of a row: its columns, joined, unwrapped, translated. */
#include <stdio.h>
#include <string.h>

#include "ingest/code_cell.h"
#include "ingest/normaliser.h"
#include "text/diag.h"
#include "text/fold.h"
#include "text/regex.h"

/* ---- what this file makes of a source ---- */

static enum weir_status
not_there(const struct normaliser *n, const char *name, const char *where, struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E223",
        "mapping %s takes `%s` from the %s, and nothing there fits its expression", n->m->name,
        name, where);
}

enum weir_status
origin_init(struct normaliser *n, const struct source *source, const char *name,
    struct bytes preamble, struct origin *out, struct weir_err *err)
{
    *out = (struct origin){.source = source, .name = name, .cell = NO_CELL};
    switch (source->kind) {
    case SOURCE_NONE:
        return WEIR_OK;
    case SOURCE_CONSTANT:
        out->constant = source->constant;
        out->is_constant = true;
        return WEIR_OK;
    case SOURCE_FILE:
    case SOURCE_PREAMBLE:
        out->is_constant = true;
        if (regex_match(source->pick, n->room,
                source->kind == SOURCE_FILE ? bytes_of(n->file) : preamble,
                &out->constant) == REGEX_YES)
            return WEIR_OK;
        return not_there(n, name, source->kind == SOURCE_FILE ? "file's name" : "preamble", err);
    case SOURCE_COLUMNS:
        break;
    }
    if (source->column_count == 1)
        out->cell = n->cell_of[source->column[0]];
    out->plain = source->column_count == 1 && source->pick == NULL &&
                 n->m->strip_before.size == 0 && n->m->strip_after.size == 0;
    return WEIR_OK;
}

/* ---- the text ---- */

static inline bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes
trim(struct bytes t, bool high)
{
    for (;;) {
        if (t.size > 0 && blank(t.at[0])) {
            t.at++;
            t.size--;
        } else if (t.size > 0 && blank(t.at[t.size - 1])) {
            t.size--;
        } else if (high && t.size >= 2 && memcmp(t.at, "\xc2\xa0", 2) == 0) {
            t.at += 2;
            t.size -= 2;
        } else if (high && t.size >= 2 && memcmp(t.at + t.size - 2, "\xc2\xa0", 2) == 0) {
            t.size -= 2;
        } else {
            return t;
        }
    }
}

static struct bytes
unwrap(const struct mapping *m, struct bytes t)
{
    struct bytes a = m->strip_before, b = m->strip_after;

    if (t.size < a.size + b.size || a.size + b.size == 0 || memcmp(t.at, a.at, a.size) != 0 ||
        memcmp(t.at + t.size - b.size, b.at, b.size) != 0)
        return t;
    return (struct bytes){t.at + a.size, t.size - a.size - b.size};
}

static struct bytes
cell_at(const struct normaliser *n, const struct record *rec, uint32_t cell)
{
    if (cell >= rec->count || rec->cell[cell].size == 0)
        return (struct bytes){"", 0};
    return trim(unwrap(n->m, trim(rec->cell[cell], rec->high)), rec->high);
}

static struct bytes
joined(struct normaliser *n, const struct source *s, const struct record *rec)
{
    n->scratch.size = 0;
    for (uint32_t i = 0; i < s->column_count; i++) {
        struct bytes t = cell_at(n, rec, n->cell_of[s->column[i]]);

        if (t.size == 0)
            continue;
        if (n->scratch.size > 0)
            buf_add(&n->scratch, s->join.at, s->join.size);
        buf_add(&n->scratch, t.at, t.size);
    }
    return n->scratch.size == 0 ? (struct bytes){"", 0} : buf_bytes(&n->scratch);
}

struct bytes
origin_trim(struct bytes text, bool high)
{
    return trim(text, high);
}

struct bytes
origin_text(struct normaliser *n, const struct origin *o, const struct record *rec)
{
    struct bytes text, hit;

    if (o->plain)
        return origin_plain(o, rec);
    if (o->is_constant)
        return o->constant;
    if (o->source->kind == SOURCE_NONE)
        return (struct bytes){"", 0};
    text = o->source->column_count == 1 ? cell_at(n, rec, o->cell) : joined(n, o->source, rec);
    if (o->source->pick == NULL || text.size == 0)
        return text;
    if (regex_match(o->source->pick, n->room, text, &hit) != REGEX_YES)
        return (struct bytes){"", 0};
    return trim(hit, rec->high);
}

/* ---- words ---- */

bool
origin_word(struct normaliser *n, const struct origin *o, struct bytes text, struct bytes *out)
{
    const struct source *s = o->source;

    *out = text;
    if (s->word_count == 0)
        return true;
    for (uint32_t i = 0; i < s->word_count; i++) {
        const struct code_word *w = &s->word[i];
        bool hit = w->re != NULL
                       ? regex_match(w->re, n->room, text, NULL) == REGEX_YES
                       : bytes_equal(w->from, text) ||
                             (w->from.size > 0 && text.size > 0 && fold_equal(w->from, text));

        if (hit) {
            *out = w->to;
            return true;
        }
    }
    if (s->has_else)
        *out = s->otherwise;
    return s->has_else;
}

static int
look_up(
    struct normaliser *n, const struct origin *o, enum type type, struct bytes text, int64_t *value)
{
    struct bytes word;

    /* An empty cell has a meaning only where the mapping gives it one. */
    if (text.size == 0 && o->source->word_count == 0)
        return 0;
    if (!origin_word(n, o, text, &word))
        return text.size == 0 ? 0 : -1;
    if (word.size == 0)
        return 0;
    return code_cell_read(type, word, value) ? 1 : -1;
}

int
origin_code(struct normaliser *n, const struct origin *o, enum type type, struct word_cache *words,
    struct bytes text, int64_t *value)
{
    bool kept = text.size > 0 && text.size <= WORD_BYTES;
    uint64_t key[WORD_BYTES / 8];
    uint32_t slot;
    int known;

    if (kept) {
        word_key(text, key);
        if (word_met(words, key, text.size, value))
            return 1;
    }
    known = look_up(n, o, type, text, value);
    if (known != 1 || !kept)
        return known;
    slot = word_slot(key);
    memcpy(words->at[slot].text, key, sizeof key);
    words->at[slot].size = (uint32_t)text.size;
    words->at[slot].value = *value;
    return 1;
}
