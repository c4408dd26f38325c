#include "name/letter.h"

#include "base/buf.h"
#include "name/script.h"
#include "text/fold.h"
#include "text/utf8.h"

enum { LETTERS = 0x700, GEORGIAN = 0x10d0, GEORGIAN_LETTERS = 33 };

static const char *const letters[LETTERS] = {
#define LETTER(point, form) [point] = form,
#define BARE(point, form) [point] = form,
#include "name/letter.def"
};

static const char *const georgian[GEORGIAN_LETTERS] = {"a", "b", "g", "d", "e", "v", "z", "t", "i",
    "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t", "u", "p", "k", "gh", "k", "sh", "ch", "ts",
    "dz", "ts", "ch", "kh", "j", "h"};

struct writer {
    char *out;
    size_t size;
    struct script *script;
    uint32_t before; /* the letter before, lower case; 0: none in this word */
    uint32_t second; /* the one before that */
    bool bare;       /* of the word being written */
};

static void
put(struct writer *w, char c)
{
    if (w->size < LETTER_MAX)
        w->out[w->size++] = c;
}

static void
put_text(struct writer *w, const char *text)
{
    while (*text != '\0')
        put(w, *text++);
}

static void
pass(struct writer *w, uint32_t letter)
{
    w->second = w->before;
    w->before = letter;
}

static void
put_gap(struct writer *w, char c)
{
    put(w, c);
    w->before = w->second = 0;
    w->bare = false;
}

/* Letters of one case: of the blocks the table knows, by their layout. */
static uint32_t
lower(uint32_t p)
{
    static const uint32_t tonos[] = {
        0x3ac, 0, 0x3ad, 0x3ae, 0x3af, 0, 0x3cc, 0, 0x3cd, 0x3ce}; /* of 0x386 to 0x38f */

    if ((p >= 0xc0 && p <= 0xde && p != 0xd7) || (p >= 0x391 && p <= 0x3ab) ||
        (p >= 0x410 && p <= 0x42f))
        return p + 0x20;
    if (p == 0x130)
        return 'i';
    if ((p >= 0x139 && p <= 0x148) || (p >= 0x179 && p <= 0x17e))
        return p + (p & 1);
    if ((p >= 0x100 && p <= 0x177) || (p >= 0x1de && p <= 0x233) || (p >= 0x460 && p <= 0x4bf) ||
        (p >= 0x4d0 && p <= 0x52f))
        return p | 1;
    if (p >= 0x386 && p <= 0x38f)
        return tonos[p - 0x386] != 0 ? tonos[p - 0x386] : p;
    if (p >= 0x400 && p <= 0x40f)
        return p + 0x50;
    if (p >= 0x531 && p <= 0x556)
        return p + 0x30;
    return p == 0x18f ? 0x259 : p;
}

static bool
is_bare(uint32_t p)
{
    return (p >= 0x5d0 && p <= 0x5ea) || (p >= 0x621 && p <= 0x6d5);
}

/* Marks that stand over or under a letter, or join and split words without being seen. */
static bool
is_silent(uint32_t p)
{
    return (p >= 0x300 && p <= 0x36f) || (p >= 0x591 && p <= 0x5c7) || (p >= 0x64b && p <= 0x65f) ||
           p == 0x670 || (p >= 0x200b && p <= 0x200f) || p == 0xad || p == 0xfeff ||
           (p >= 0x202a && p <= 0x202e) || (p >= 0x2066 && p <= 0x2069);
}

static bool
is_quote(uint32_t p)
{
    return p == '\'' || p == '`' || p == 0xb4 || (p >= 0x2b0 && p <= 0x2ff) ||
           (p >= 0x2018 && p <= 0x201b) || p == 0x5f3;
}

/* Greek letters whose sound hangs on their neighbour; NULL: as in the table. */
static const char *
greek(const struct writer *w, uint32_t p, uint32_t next)
{
    uint32_t before = w->before;
    bool first = before == 0;

    if (p == 0x3c5 && (before == 0x3bf || before == 0x3cc))
        return "u"; /* ου */
    if ((p == 0x3c5 || p == 0x3cd) && (before == 0x3b1 || before == 0x3b5))
        return "v"; /* αυ, ευ */
    if (p == 0x3cd && before == 0x3bf)
        return "u";
    if (p == 0x3bc && next == 0x3c0)
        return first ? "" : "m"; /* μπ */
    if (p == 0x3c0 && before == 0x3bc)
        return "b";
    if (p == 0x3bd && next == 0x3c4)
        return first ? "" : "n"; /* ντ */
    if (p == 0x3c4 && before == 0x3bd && w->second == 0)
        return "d";
    if (p == 0x3b3 && (next == 0x3ba || next == 0x3b3))
        return first ? "" : "n"; /* γκ, γγ */
    if (p == 0x3ba && before == 0x3b3)
        return "g";
    return NULL;
}

static const char *
known(const struct writer *w, uint32_t p, uint32_t next)
{
    const char *form = NULL;

    if (p >= 0x3b0 && p < 0x3d0)
        form = greek(w, p, next);
    if (p == 0x582 && w->before != 0x578)
        return "v"; /* Armenian: only ու is u, and ո before it is silent */
    if (p == 0x578 && next == 0x582)
        return "";
    if (form == NULL && p < LETTERS)
        form = letters[p];
    if (p >= GEORGIAN && p < GEORGIAN + GEORGIAN_LETTERS)
        form = georgian[p - GEORGIAN];
    return form;
}

/* The first code point of the text in lower case, or 0. */
static uint32_t
peek(struct bytes rest)
{
    uint32_t p;

    return rest.size > 0 && utf8_next(rest, &p) > 0 ? lower(p) : 0;
}

/* The Arabic article is written onto the name; Latin forms part it or leave it out. */
static size_t
article(const struct writer *w, uint32_t p, struct bytes rest)
{
    size_t letters_left = 0;

    if (w->before != 0 || p != 0x627 || peek(rest) != 0x644)
        return 0;
    for (size_t i = 2; i < rest.size && letters_left < 3;) {
        uint32_t next;
        size_t size = utf8_next((struct bytes){rest.at + i, rest.size - i}, &next);

        if (size == 0 || !(is_bare(next) || is_silent(next)))
            break;
        letters_left += is_bare(next);
        i += size;
    }
    return letters_left == 3 ? 2 : 0;
}

static void
put_known(struct writer *w, uint32_t p, const char *form, struct bytes rest)
{
    if (is_bare(p) && !w->bare) {
        w->bare = true;
        put(w, LETTER_BARE);
    }
    /* At the start of a word these two are consonants. */
    if (w->before == 0 && (p == 0x648 || p == 0x5d5))
        form = "v";
    else if (w->before == 0 && (p == 0x64a || p == 0x6cc || p == 0x5d9))
        form = "y";
    else if ((p == 0x5d4 || p == 0x647) && w->before != 0 && !is_bare(peek(rest)))
        form = "a"; /* a silent h ends the word */
    put_text(w, form);
    pass(w, p);
}

/* A letter the table does not have: without its marks, else from its script. Returns bytes taken.
 */
static size_t
put_rare(struct writer *w, struct bytes text, size_t size)
{
    struct buf folded = {0};
    uint32_t p, plain;
    size_t taken = size;

    fold_text((struct bytes){text.at, size}, FOLD_FIRST, &folded);
    if (folded.failed || folded.size == 0) {
        put_gap(w, ' ');
    } else if (utf8_ascii(buf_bytes(&folded))) {
        for (size_t i = 0; i < folded.size; i++) {
            unsigned c = (unsigned char)folded.at[i];

            put(w, (c - 'a' < 26 || c - '0' < 10) ? (char)c : ' ');
        }
        pass(w, folded.at[0] == ' ' ? 0 : 'x');
    } else if (utf8_next(buf_bytes(&folded), &p) == folded.size && known(w, p, 0) != NULL) {
        put_known(w, p, known(w, p, 0), (struct bytes){text.at + size, text.size - size});
    } else {
        /* A run of them together: scripts without blanks between words need their neighbours. */
        while (taken < text.size) {
            size_t more = utf8_next((struct bytes){text.at + taken, text.size - taken}, &plain);

            if (more < 3 || known(w, lower(plain), 0) != NULL || is_silent(plain))
                break;
            taken += more;
        }
        w->size += script_write(
            w->script, (struct bytes){text.at, taken}, w->out + w->size, LETTER_MAX - w->size);
        pass(w, 'x');
    }
    buf_fini(&folded);
    return taken;
}

static size_t
put_other(struct writer *w, struct bytes text)
{
    uint32_t p;
    size_t size = utf8_next(text, &p);
    struct bytes rest;
    const char *form;

    if (size == 0) {
        put_gap(w, ' ');
        return 1;
    }
    rest = (struct bytes){text.at + size, text.size - size};
    p = lower(p);
    if (is_silent(p) || is_quote(p))
        return size;
    if (p < 0x80) {
        put(w, (char)p);
        return size;
    }
    if (article(w, p, rest) > 0)
        return size + 2;
    form = known(w, p, peek(rest));
    if (form == NULL)
        return put_rare(w, text, size);
    put_known(w, p, form, rest);
    return size;
}

size_t
letter_write(struct bytes text, struct script *script, char out[static LETTER_MAX])
{
    struct writer w = {.out = out, .script = script};

    for (size_t i = 0; i < text.size && w.size < LETTER_MAX;) {
        unsigned c = (unsigned char)text.at[i];

        if (c >= 0x80) {
            i += put_other(&w, (struct bytes){text.at + i, text.size - i});
            continue;
        }
        i++;
        if ((c | 0x20) - 'a' < 26)
            c |= 0x20;
        else if (c - '0' >= 10) {
            if (!is_quote(c))
                put_gap(&w, c == '.' ? '.' : ' ');
            continue;
        }
        w.out[w.size++] = (char)c;
        pass(&w, c);
    }
    return w.size;
}
