/* legal_form - words of a name, dots between letters left out, looked up among those of the file.
 */
#include "ingest/legal_form.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/sha256.h"
#include "text/csv_read.h"
#include "text/fold.h"
#include "text/utf8.h"

enum { SLOTS = 4096, FORMS_MAX = SLOTS / 4, WORD_MAX = 16, FILE_MAX = 1 << 20, COLUMN_COUNT = 5 };

/* A word of at most 16 bytes, its first in the lowest: compared as two numbers. */
struct key {
    uint64_t part[2];
};

struct form {
    struct key key;
    enum kind kind; /* 0: an empty slot */
    bool at_end;    /* counts only as the first or last word */
};

struct legal_forms {
    struct form slot[SLOTS]; /* open addressing; the file is ours, so the hash needs no key */
    uint32_t count;
    uint8_t hash[32];
};

static uint32_t
slot_of(struct key k)
{
    uint64_t mixed = (k.part[0] ^ k.part[1] * 3) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(mixed >> 52);
}

_Static_assert(SLOTS == 1 << 12, "slot_of() takes twelve bits");

static const struct form *
find(const struct legal_forms *f, struct key k)
{
    for (uint32_t i = slot_of(k);; i = (i + 1) % SLOTS) {
        if (f->slot[i].kind == 0)
            return NULL;
        if (f->slot[i].key.part[0] == k.part[0] && f->slot[i].key.part[1] == k.part[1])
            return &f->slot[i];
    }
}

/* ---- names to words ---- */

/* One word at a time; what the words have told so far. */
struct words {
    const struct legal_forms *forms;
    struct key key;  /* of the word being read */
    size_t size;     /* its bytes; more than WORD_MAX: no form is so long */
    struct key last; /* the last whole one, for the loader */
    uint32_t count;
    enum kind found;  /* by a word that counts anywhere, or the first */
    enum kind at_end; /* by the last word, should none follow */
    bool only;        /* `found` rests on a first word that needs another behind it */
};

static inline void
put_byte(struct words *w, unsigned char c)
{
    if (w->size < WORD_MAX)
        w->key.part[w->size / 8] |= (uint64_t)c << (w->size % 8 * 8);
    w->size++;
}

static void
tell(struct words *w, enum kind kind)
{
    if (w->found == 0 || kind == KIND_BANK)
        w->found = kind;
}

static void
end_word(struct words *w)
{
    const struct form *form;

    if (w->size == 0)
        return;
    form = w->size > WORD_MAX ? NULL : find(w->forms, w->key);
    w->at_end = 0;
    if (form != NULL && (!form->at_end || w->count == 0))
        tell(w, form->kind);
    else if (form != NULL)
        w->at_end = form->kind;
    /* A name of one short word is a name; only what follows makes it a form in front. */
    w->only = form != NULL && form->at_end && w->count == 0;
    w->last = w->size > WORD_MAX ? (struct key){{0, 0}} : w->key;
    w->count++;
    w->key = (struct key){{0, 0}};
    w->size = 0;
}

static bool
in_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/*
 * Where a word goes on behind the dot at `dot`, or 0: `d.o.o.` is one word, so are `d. o. o.` and
 * `Sh.P.K.`, but `Ltd. Sti.` is two. A dot glues one letter to one letter, and without a blank also
 * two letters to one.
 */
static size_t
glued(struct bytes name, size_t dot, size_t run)
{
    size_t next = dot + 1, end;

    while (run == 1 && next < name.size && name.at[next] == ' ')
        next++;
    if (run > 2 || next >= name.size || !in_word((unsigned char)(name.at[next] | 0x20)))
        return 0;
    end = next + 1;
    while (end < name.size && ((unsigned char)name.at[end] & 0xc0) == 0x80)
        end++;
    return end == name.size || name.at[end] == '.' ? next : 0;
}

static void
split(struct bytes name, struct words *w)
{
    size_t i = 0, run = 0; /* characters since the last dot or the word's beginning */

    while (i < name.size) {
        unsigned char c = (unsigned char)name.at[i];
        size_t next;

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (in_word(c)) {
            put_byte(w, c);
            run += (c & 0xc0) != 0x80;
            i++;
            continue;
        }
        next = c == '.' && run > 0 ? glued(name, i, run) : 0;
        if (next == 0)
            end_word(w);
        run = 0;
        i = next == 0 ? i + 1 : next;
    }
    end_word(w);
}

enum kind
legal_forms_find(const struct legal_forms *f, struct bytes name)
{
    struct words w = {.forms = f};
    struct buf folded = {0};

    if (utf8_ascii(name)) {
        split(name, &w);
    } else {
        fold_text(name, FOLD_FIRST, &folded);
        split(buf_bytes(&folded), &w);
        buf_fini(&folded);
    }
    if (w.at_end != 0)
        tell(&w, w.at_end);
    return w.only ? 0 : w.found;
}

/* ---- the file ---- */

static void
add(struct legal_forms *f, struct key k, enum kind kind, bool at_end)
{
    uint32_t i = slot_of(k);

    while (f->slot[i].kind != 0) {
        if (f->slot[i].key.part[0] == k.part[0] && f->slot[i].key.part[1] == k.part[1])
            return; /* the same form of another language: the first counts */
        i = (i + 1) % SLOTS;
    }
    f->slot[i] = (struct form){k, kind, at_end};
    f->count++;
}

/* A form must come out as one word, or as several of which the first tells enough. */
static bool
add_form(struct legal_forms *f, struct bytes form, enum kind kind, bool at_end)
{
    struct words w = {.forms = f};
    struct buf folded = {0};
    bool fits;

    fold_text(form, FOLD_FIRST, &folded);
    split(buf_bytes(&folded), &w);
    fits = !folded.failed && w.count == 1 && w.last.part[0] != 0 && f->count < FORMS_MAX;
    buf_fini(&folded);
    if (fits)
        add(f, w.last, kind, at_end);
    return fits;
}

static enum weir_status
bad_line(const char *path, uint32_t line, const char *right, struct weir_err *err)
{
    return weir_fail(
        err, WEIR_FAIL, WEIR_TROUBLE_RULES, "E530", "%s line %u: %s", path, (unsigned)line, right);
}

static enum weir_status
read_row(struct legal_forms *f, const char *path, const struct csv_row *row, uint32_t line,
    struct weir_err *err)
{
    const struct bytes *cell = row->cell;
    int64_t kind;
    bool at_end;

    if (row->count != COLUMN_COUNT)
        return bad_line(path, line, "a line has form, kind, language, place and source", err);
    if (line == 1)
        return bytes_equal(cell[0], bytes_of("form")) ? WEIR_OK
                                                      : bad_line(path, line,
                                                            "the first line is the header: "
                                                            "form,kind,language,place,source",
                                                            err);
    kind = word_find(TYPE_KIND, cell[1]);
    if (kind == 0)
        return bad_line(path, line, "kind is person, business, merchant or bank", err);
    at_end = bytes_equal(cell[3], bytes_of("end"));
    if (!at_end && !bytes_equal(cell[3], bytes_of("any")))
        return bad_line(path, line, "place is any or end", err);
    if (!add_form(f, cell[0], (enum kind)kind, at_end))
        return bad_line(path, line, "a form is one word of at most 16 letters", err);
    return WEIR_OK;
}

static enum weir_status
read_all(struct legal_forms *f, const char *path, struct bytes text, struct weir_err *err)
{
    struct csv_read c;
    struct csv_row *row = alloc_take(sizeof *row);
    size_t done = 0;
    uint32_t line = 0;
    enum weir_status st = WEIR_OK;

    if (row == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    csv_init(&c, (struct csv_dialect){.delimiter = ',', .quote = '"'});
    while (st == WEIR_OK) {
        struct bytes window = {text.at + done, text.size - done};
        enum weir_status got = csv_row(&c, window, true, row);

        if (got == WEIR_END)
            break;
        done += row->size;
        line++;
        if (got == WEIR_REJECT)
            st = bad_line(path, line, "the line cannot be read", err);
        else if (row->text_size > 0)
            st = read_row(f, path, row, line, err);
    }
    alloc_free(row);
    return st;
}

enum weir_status
legal_forms_load(const char *path, struct legal_forms **out, struct weir_err *err)
{
    struct legal_forms *f = alloc_zero(1, sizeof *f);
    struct buf text = {0};
    enum weir_status st;

    if (f == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    st = file_read(path, FILE_MAX, &text, err);
    if (st == WEIR_OK)
        st = read_all(f, path, buf_bytes(&text), err);
    if (st == WEIR_OK)
        sha256_of(text.at, text.size, f->hash);
    buf_fini(&text);
    if (st != WEIR_OK) {
        legal_forms_free(f);
        return st;
    }
    *out = f;
    return WEIR_OK;
}

void
legal_forms_free(struct legal_forms *f)
{
    alloc_free(f);
}

const uint8_t *
legal_forms_hash(const struct legal_forms *f)
{
    return f->hash;
}
