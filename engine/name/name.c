#include "name/name.h"

#include <string.h>

#include "base/alloc.h"
#include "name/index.h"
#include "name/letter.h"
#include "name/lexicon.h"
#include "name/script.h"

enum {
    WEIGHT = 100,
    WEIGHT_THREE = 80,
    WEIGHT_COMMON = 60,
    WEIGHT_SHORT = 50,
    WEIGHT_TRADE = 30,
    RAW_WORDS = 64
};

struct name_room {
    struct lexicon *lexicon;
    struct script *script;
    struct name_cache *cache;
    struct name_word word[NAME_SLOTS][NAME_WORDS], join[NAME_SLOTS][NAME_WORDS];
    char letters[LETTER_MAX];
};

/* A word as found, before it is known which ones count. */
struct raw {
    const char *at;
    uint8_t size;
    bool bare, dotted; /* a dot follows it */
    bool gone;
};

struct name_room *
name_room_new(void)
{
    struct name_room *room = alloc_zero(1, sizeof *room);

    if (room == NULL)
        return NULL;
    room->lexicon = lexicon_new();
    room->script = script_new();
    if (room->lexicon != NULL && room->script != NULL)
        return room;
    name_room_free(room);
    return NULL;
}

void
name_room_free(struct name_room *room)
{
    if (room == NULL)
        return;
    lexicon_free(room->lexicon);
    script_free(room->script);
    name_cache_free(room->cache);
    alloc_free(room);
}

struct name_cache **
name_room_cache(struct name_room *room)
{
    return &room->cache;
}

/* ---- words as found ------------------------------------------------------------------- */

struct raws {
    struct raw word[RAW_WORDS];
    size_t count;
};

static void
add_raw(struct raws *r, const char *at, size_t size, bool bare)
{
    if (size > 0 && r->count < RAW_WORDS)
        r->word[r->count++] = (struct raw){
            .at = at, .size = (uint8_t)(size < NAME_LETTERS ? size : NAME_LETTERS), .bare = bare};
}

static bool
ends_with(const char *at, size_t size, const char *end)
{
    size_t n = strlen(end);

    return size > n && memcmp(at + size - n, end, n) == 0;
}

/* Abdulrahman is Abd and Rahman: where the second begins, behind the vowel and article; 0: no such
 * word. */
static size_t
servant(const char *at, size_t size)
{
    static const char *const starts[] = {"abdul", "abdel", "abdal", "abdol", "abdil", "abdur",
        "abdar", "abder", "abdus", "abdas", "abdes", "abdou", "abdu"};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t n = strlen(starts[i]);

        if ((size == n || size >= n + 2) && memcmp(at, starts[i], n) == 0)
            return n;
    }
    return 0;
}

/* Nuruddin is Nur and Din: the size of the first part; 0: no such word. */
static size_t
faith(const char *at, size_t size)
{
    static const char *const ends[] = {"uddin", "eddin", "addin", "oddin", "aldin", "eldin",
        "uldin", "ettin", "eddine", "uddeen", "udin", "edin"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(at, size, ends[i]) && size - strlen(ends[i]) >= 3)
            return size - strlen(ends[i]);
    return 0;
}

/* Abdullah, Abdalla, Abd Allah: what is left of the second word. */
static bool
is_allah(const char *at, size_t size)
{
    static const char *const forms[] = {"ah", "lah", "la", "llah", "lla", "lh", "llh"};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (size == strlen(forms[i]) && memcmp(at, forms[i], size) == 0)
            return true;
    return false;
}

static void
split_word(struct raws *r, const char *at, size_t size, bool bare)
{
    size_t n = servant(at, size);

    if (n > 0) {
        add_raw(r, "abd", 3, bare);
        if (n == size)
            return;
        if (is_allah(at + n, size - n))
            add_raw(r, "allah", 5, bare);
        else
            split_word(r, at + n, size - n, bare);
        return;
    }
    n = faith(at, size);
    add_raw(r, at, n > 0 ? n : size, bare);
    if (n > 0)
        add_raw(r, "din", 3, bare);
}

static void
find_words(const char *text, size_t size, struct raws *r)
{
    for (size_t i = 0; i < size;) {
        bool bare = text[i] == LETTER_BARE;
        size_t from = i += bare, before = r->count;

        while (i < size && text[i] != ' ' && text[i] != '.' && text[i] != LETTER_BARE)
            i++;
        split_word(r, text + from, i - from, bare);
        if (i < size && text[i] == '.' && r->count > before)
            r->word[r->count - 1].dotted = true;
        i += i < size && text[i] != LETTER_BARE;
    }
}

/* ---- which ones count --------------------------------------------------------------------- */

enum { FORM_PARTS = 5, FORM_LETTERS = 8 };

/* d.o.o., L. L. C., Sp. z o.o.: short words that together are a legal form; returns how many. Two
   letters are more often somebody's initials. */
static size_t
split_form(const struct lexicon *l, const struct raws *r, size_t at)
{
    char form[FORM_LETTERS];
    size_t size = 0, found = 0;

    for (size_t n = 0; n < FORM_PARTS && at + n < r->count; n++) {
        const struct raw *w = &r->word[at + n];

        if (w->size > 2 || size + w->size > sizeof form)
            break;
        memcpy(form + size, w->at, w->size);
        size += w->size;
        if (size > 2 && n > 0 && lexicon_kind(l, form, size) == LEXICON_LEGAL)
            found = n + 1;
    }
    return found;
}

static bool
is_left_out(const struct lexicon *l, const struct raw *w)
{
    enum lexicon_kind kind = lexicon_kind(l, w->at, w->size);

    return kind == LEXICON_PARTICLE || kind == LEXICON_HONORIFIC || kind == LEXICON_LEGAL;
}

/* Marks what says nothing about who is meant; where that is all there is, it stays. */
static void
leave_out(const struct lexicon *l, struct raws *r)
{
    size_t left = r->count;

    for (size_t i = 0; i < r->count; i++) {
        size_t form = r->word[i].size <= 2 ? split_form(l, r, i) : 0;

        if (form == 0 && is_left_out(l, &r->word[i]))
            form = 1;
        for (size_t n = 0; n < form; n++)
            r->word[i + n].gone = true;
        left -= form;
        i += form > 0 ? form - 1 : 0;
    }
    for (size_t i = 0; left == 0 && i < r->count; i++)
        r->word[i].gone = false;
}

/* ---- words as compared ------------------------------------------------------------------------
 */

static bool
is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static int
weight_of(const struct name_word *w, enum lexicon_kind kind)
{
    if (kind == LEXICON_TRADE)
        return WEIGHT_TRADE;
    if (w->size <= 2)
        return WEIGHT_SHORT;
    if ((w->flags & NAME_COMMON) != 0)
        return WEIGHT_COMMON;
    return w->size == 3 ? WEIGHT_THREE : WEIGHT;
}

/* One letter, or one letter of another alphabet that takes two and has a dot: `Dj.`, `Sh.` */
static bool
is_initial(const struct raw *raw)
{
    static const char *const pairs[] = {
        "ch", "dj", "dz", "gj", "kh", "lj", "nj", "sh", "th", "ts", "ya", "yu", "zh", "xh"};

    if (raw->size == 1)
        return is_letter(raw->at[0]);
    for (size_t i = 0; raw->size == 2 && raw->dotted && i < sizeof pairs / sizeof *pairs; i++)
        if (memcmp(raw->at, pairs[i], 2) == 0)
            return true;
    return false;
}

static void
make_word(const struct lexicon *l, const char *at, size_t size, bool bare, struct name_word *w)
{
    enum lexicon_kind kind;

    memcpy(w->text, at, size);
    w->size = (uint8_t)size;
    w->sound = sound_of(at, size, bare);
    w->group = lexicon_group(l, &w->sound);
    w->flags = bare ? NAME_BARE : 0;
    kind = lexicon_kind(l, at, size);
    if (w->group != 0 || kind == LEXICON_COMMON || kind == LEXICON_TRADE)
        w->flags |= NAME_COMMON;
    w->weight = (uint8_t)weight_of(w, kind);
    if (size <= 2)
        w->flags |= NAME_COMMON; /* too short to stand alone */
}

/* Two words as one, where neither is an initial and they fit. */
static const struct name_word *
make_join(const struct lexicon *l, const struct name_word *a, const struct name_word *b,
    struct name_word *room)
{
    char text[NAME_LETTERS];
    unsigned weight = (unsigned)a->weight + b->weight;

    if (((a->flags | b->flags) & NAME_INITIAL) != 0 || a->size + b->size > NAME_LETTERS ||
        ((a->flags ^ b->flags) & NAME_BARE) != 0)
        return NULL;
    memcpy(text, a->text, a->size);
    memcpy(text + a->size, b->text, b->size);
    make_word(l, text, (size_t)a->size + b->size, (a->flags & NAME_BARE) != 0, room);
    room->weight = (uint8_t)weight;
    room->flags |= NAME_JOIN;
    return room;
}

void
name_read(struct name_room *room, unsigned slot, struct bytes text, struct name *out)
{
    struct raws r = {.count = 0};
    size_t size = letter_write(text, room->script, room->letters);

    out->count = out->full = 0;
    find_words(room->letters, size, &r);
    leave_out(room->lexicon, &r);
    for (size_t i = 0; i < r.count && out->count < NAME_WORDS; i++) {
        struct name_word *w = &room->word[slot][out->count];

        if (r.word[i].gone)
            continue;
        make_word(room->lexicon, r.word[i].at, r.word[i].size, r.word[i].bare, w);
        if (is_initial(&r.word[i]))
            w->flags = (uint8_t)((w->flags & ~NAME_COMMON) | NAME_INITIAL);
        if ((w->flags & NAME_INITIAL) == 0)
            out->full++;
        out->word[out->count++] = w;
    }
    for (size_t i = 0; i < out->count; i++)
        out->join[i] = i + 1 == out->count ? NULL
                                           : make_join(room->lexicon, out->word[i],
                                                 out->word[i + 1], &room->join[slot][i]);
}

/* ---- two words
 * ----------------------------------------------------------------------------------- */

enum {
    GROUP_LIKE = 950000, /* forms of one given name; those of two are never alike */
    JOIN_LEAST = 900000  /* a word and two written as one */
};
#define GROUP_KEY (UINT64_C(1) << 63)

size_t
name_keys(const struct name_word *w, enum sound_role role, uint64_t out[static NAME_KEYS])
{
    size_t count = sound_keys(&w->sound, role, out);

    if (w->group != 0)
        out[count++] = GROUP_KEY | w->group;
    return count;
}

static bool
share_key(const struct name_word *a, const struct name_word *b)
{
    uint64_t ka[NAME_KEYS], kb[NAME_KEYS];
    size_t na = name_keys(a, SOUND_ASKING, ka), nb = name_keys(b, SOUND_HELD, kb);

    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            if (ka[i] == kb[j])
                return true;
    return false;
}

static bool
same_word(const struct name_word *a, const struct name_word *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0 &&
           ((a->flags ^ b->flags) & NAME_BARE) == 0;
}

int32_t
name_likeness_keyed(const struct name_word *a, const struct name_word *b)
{
    bool join = ((a->flags | b->flags) & NAME_JOIN) != 0;
    int32_t like;

    if ((a->flags & b->flags & NAME_JOIN) != 0)
        return 0;
    if (same_word(a, b))
        return join ? SOUND_EQUAL : SOUND_SAME;
    like = sound_likeness(&a->sound, &b->sound, join ? JOIN_LEAST : SOUND_LEAST);
    if (a->group != 0 && b->group != 0)
        return a->group != b->group ? 0 : like < GROUP_LIKE ? GROUP_LIKE : like;
    return like;
}

int32_t
name_likeness(const struct name_word *a, const struct name_word *b)
{
    return same_word(a, b) || share_key(a, b) ? name_likeness_keyed(a, b) : 0;
}
