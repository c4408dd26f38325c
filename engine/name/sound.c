#include "name/sound.h"

#include <string.h>

/* ---- spellings to symbols --------------------------------------------------------------- */

static const struct spelling {
    char from[5], to[3], then;
} spellings[] = {
#define SPELL(letters, symbols, then) {letters, symbols, then},
#include "name/sound.def"
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

static bool
is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static bool
is_vowel_like(char c)
{
    return is_vowel(c) || c == 'y' || c == 'j';
}

/* Whether what a spelling asks of its place is so. */
static bool
follows(char then, const char *text, size_t size, size_t left, bool first)
{
    switch (then) {
    case 'V':
        return size < left && is_vowel_like(text[size]);
    case 'C':
        return size < left && !is_vowel_like(text[size]);
    case '^':
        return first;
    default:
        return true;
    }
}

#define LETTER(c) (1u << ((c) - 'a'))

/* A quick look whether any spelling can begin here: most letters are followed by a plain vowel. */
static bool
may_spell(char c, char next)
{
    const unsigned vowel = LETTER('e') | LETTER('i') | LETTER('o') | LETTER('u');
    const unsigned second = LETTER('c') | LETTER('h') | LETTER('j') | LETTER('k') | LETTER('p') |
                            LETTER('s') | LETTER('t') | LETTER('w') | LETTER('y') | LETTER('z');

    if (c == 'q' || c == 'w' || c == 'x')
        return true;
    if (c < 'a' || c > 'z' || next < 'a' || next > 'z')
        return false;
    return ((second | (is_vowel(c) || c == 'y' ? vowel : 0)) & LETTER(next)) != 0;
}

static const struct spelling *
find_spelling(const char *text, size_t left, bool first)
{
    if (!may_spell(text[0], left > 1 ? text[1] : '\0'))
        return NULL;
    for (size_t i = 0; i < SPELLINGS; i++) {
        const struct spelling *r = &spellings[i];
        size_t size;

        if (r->from[0] != text[0])
            continue;
        size = strlen(r->from);
        if (size <= left && memcmp(r->from, text, size) == 0 &&
            follows(r->then, text, size, left, first))
            return r;
    }
    return NULL;
}

static void
push(struct sound *s, char c)
{
    uint8_t symbol = c == 'J' ? SOUND_DJ : (uint8_t)(c - 'a');

    if (c >= '0' && c <= '9')
        symbol = (uint8_t)(SOUND_DIGIT + c - '0');
    if (s->size < SOUND_MAX &&
        (s->size == 0 || s->at[s->size - 1] != symbol || symbol >= SOUND_DIGIT))
        s->at[s->size++] = symbol;
}

/* y and j: after a vowel and before none they are i; y before e at the start is silent (0). */
static char
glide(const char *text, size_t i, size_t size)
{
    bool before = i + 1 < size && is_vowel_like(text[i + 1]);

    if (i > 0 && is_vowel(text[i - 1]) && !before)
        return 'i';
    if (i == 0 && size > 2 && text[0] == 'y' && text[1] == 'e')
        return 0;
    return text[i];
}

static void price_all(struct sound *s);

struct sound
sound_of(const char *text, size_t size, bool bare)
{
    struct sound s = {.bare = bare};

    for (size_t i = 0; i < size;) {
        const struct spelling *r = find_spelling(text + i, size - i, i == 0);
        char c = text[i];

        if (r != NULL) {
            for (const char *to = r->to; *to != '\0'; to++)
                push(&s, *to);
            i += strlen(r->from);
            continue;
        }
        if (c == 'y' || c == 'j')
            c = glide(text, i, size);
        if (c != 0)
            push(&s, c);
        i++;
    }
    if (s.size > 2 && s.at[s.size - 1] == 'h' - 'a' && is_vowel((char)(s.at[s.size - 2] + 'a')))
        s.size--;
    price_all(&s);
    return s;
}

/* ---- the price of a change ---------------------------------------------------------------- */

enum {
    WHOLE = 100,
    SWAP = 40,         /* two neighbours in the wrong order, but for a last vowel */
    VOWEL = 45,        /* a vowel too many */
    VOWEL_BESIDE = 25, /* beside another vowel */
    VOWEL_LAST = 70,   /* at the end, where it often makes another name */
    UNWRITTEN = 4,     /* of a script that does not write it */
    UNWRITTEN_LAST = 20,
    WRITTEN = 25,     /* a long vowel that such a script wrote and the other does not have */
    ARTICLE = 15,     /* each letter of an article */
    ARTICLE_FROM = 7, /* symbols of a word that may have one */
    SOFT = 30         /* h, a nasal before a stop, y and j or v beside a vowel */
};

/* Symbols by name, for the tables. */
enum {
    S_a,
    S_b,
    S_c,
    S_d,
    S_e,
    S_f,
    S_g,
    S_h,
    S_i,
    S_j,
    S_k,
    S_l,
    S_m,
    S_n,
    S_o,
    S_p,
    S_q,
    S_r,
    S_s,
    S_t,
    S_u,
    S_v,
    S_w,
    S_x,
    S_y,
    S_z,
    S_J
};

/* 0: the whole price. */
static const uint8_t change[SOUND_SYMBOLS][SOUND_SYMBOLS] = {
#define CHANGE(a, b, cost) [S_##a][S_##b] = cost, [S_##b][S_##a] = cost,
#include "name/sound.def"
};
static const uint8_t unpointed[SOUND_SYMBOLS][SOUND_SYMBOLS] = {
#define UNPOINTED(a, b, cost) [S_##a][S_##b] = cost, [S_##b][S_##a] = cost,
#include "name/sound.def"
};

#define BIT(symbol) (UINT64_C(1) << (symbol))
static const uint64_t vowels = BIT(S_a) | BIT(S_e) | BIT(S_i) | BIT(S_o) | BIT(S_u);
static const uint64_t glides = BIT(S_y) | BIT(S_j);
static const uint64_t stops =
    BIT(S_t) | BIT(S_d) | BIT(S_k) | BIT(S_g) | BIT(S_p) | BIT(S_b) | BIT(S_c) | BIT(SOUND_DJ);

static inline bool
is_in(uint64_t set, uint8_t symbol)
{
    return (set >> symbol & 1) != 0;
}

/* What it costs to put `b` for `a`. */
static inline int
price_change(uint8_t a, uint8_t b, bool bare)
{
    int cost;

    if (a == b)
        return 0;
    cost = change[a][b] != 0 ? change[a][b] : WHOLE;
    return bare && unpointed[a][b] != 0 ? unpointed[a][b] : cost;
}

/* What symbol `i` of `s` costs where the other word has none and both wrote their vowels, or
 * neither. */
static int
price_extra(const struct sound *s, size_t i)
{
    uint8_t c = s->at[i], before = i > 0 ? s->at[i - 1] : UINT8_MAX;
    uint8_t after = i + 1 < s->size ? s->at[i + 1] : UINT8_MAX;
    bool beside = (before != UINT8_MAX && is_in(vowels, before)) ||
                  (after != UINT8_MAX && is_in(vowels, after));
    bool last = after == UINT8_MAX;

    if (is_in(vowels, c)) {
        if (last && c == S_a)
            return WHOLE;
        if (beside)
            return VOWEL_BESIDE;
        return last && c != S_e ? VOWEL_LAST : VOWEL;
    }
    if (c == S_h)
        return SOFT;
    if ((is_in(glides, c) || c == S_v) && beside)
        return is_in(glides, c) ? SOFT : 2 * SOFT;
    if ((c == S_n || c == S_m) && after != UINT8_MAX && is_in(stops, after))
        return SOFT;
    return WHOLE;
}

/* The Arabic article written onto a name, as in Alkhatib; short words (Almir, Elena) are names. */
static bool
has_article(const struct sound *s)
{
    return s->size >= ARTICLE_FROM && (s->at[0] == S_a || s->at[0] == S_e) && s->at[1] == S_l;
}

static void
price_all(struct sound *s)
{
    for (size_t i = 0; i < s->size; i++)
        s->extra[i] = has_article(s) && i < 2 ? ARTICLE : (uint8_t)price_extra(s, i);
}

/* The same where one of the words did not write its short vowels. */
static int
price_unwritten(const struct sound *s, size_t i)
{
    if (!is_in(vowels, s->at[i]))
        return s->extra[i];
    if (s->bare)
        return WRITTEN;
    return i + 1u == s->size ? UNWRITTEN_LAST : UNWRITTEN;
}

/* Branko and Branka, Alexandru and Alexandra: the last vowel tells man from woman. */
static inline bool
ends_apart(const struct sound *a, size_t i, const struct sound *b, size_t j)
{
    uint64_t both = BIT(a->at[i]) | BIT(b->at[j]);

    return i + 1u == a->size && j + 1u == b->size &&
           (both == (BIT(S_a) | BIT(S_o)) || both == (BIT(S_a) | BIT(S_u)));
}

/* Likewise Aleksandar and Aleksandra. */
static inline int
price_swap(const struct sound *a, size_t i, const struct sound *b, size_t j)
{
    bool last = i + 1u == a->size && j + 1u == b->size;

    return last && (is_in(vowels, a->at[i]) || is_in(vowels, b->at[j])) ? WHOLE : SWAP;
}

int32_t
sound_likeness(const struct sound *a, const struct sound *b, int32_t least_like)
{
    int16_t row[3][SOUND_MAX + 1], *above2 = row[0], *above = row[1], *here = row[2];
    int16_t extra[SOUND_MAX];
    int longer = a->size > b->size ? a->size : b->size;
    int most = (SOUND_SAME - least_like) / 20000 * longer; /* a cost above is too unlike */
    int before = 0;                                        /* the least of the row above */
    bool bare = a->bare != b->bare;
    int64_t like;

    if (a->size == 0 || b->size == 0)
        return 0;
    above[0] = 0;
    for (size_t j = 0; j < b->size; j++) {
        extra[j] = (int16_t)(bare ? price_unwritten(b, j) : b->extra[j]);
        above[j + 1] = (int16_t)(above[j] + extra[j]);
    }
    for (size_t i = 0; i < a->size; i++) {
        int mine = bare ? price_unwritten(a, i) : a->extra[i], least;
        int16_t *spare = above2;

        here[0] = (int16_t)(above[0] + mine);
        least = here[0];
        for (size_t j = 0; j < b->size; j++) {
            int best = above[j] +
                       (ends_apart(a, i, b, j) ? WHOLE : price_change(a->at[i], b->at[j], bare));
            int one = above[j + 1] + mine, two = here[j] + extra[j];

            best = one < best ? one : best;
            best = two < best ? two : best;
            if (i > 0 && j > 0 && a->at[i] == b->at[j - 1] && a->at[i - 1] == b->at[j] &&
                a->at[i] != b->at[j] && above2[j - 1] + price_swap(a, i, b, j) < best)
                best = above2[j - 1] + price_swap(a, i, b, j);
            here[j + 1] = (int16_t)best;
            least = best < least ? best : least;
        }
        /* Each cell comes from one of the last two rows. */
        if (least > most && before > most)
            return 0;
        before = least;
        above2 = above;
        above = here;
        here = spare;
    }
    if (above[b->size] > most)
        return 0;
    like = SOUND_SAME - (int64_t)above[b->size] * 20000 / longer;
    return (int32_t)(like > SOUND_EQUAL ? SOUND_EQUAL : like);
}

/* ---- keys ------------------------------------------------------------------------------------ */

enum { CLASS_BITS = 4, CLASSES_MAX = 12, SHORTER_FROM = 4, READINGS = 6, PATTERN_VOWELS = 4 };
/* On top of a key: what kind it is, or the pattern of vowels (7 bits). The topmost bit is free. */
enum { TAG_SHIFT = 52, TAG_WHOLE = 0, TAG_BARE = 1, TAG_FULL = 2, TAG_VOWELS = 1 << 8 };

enum class {
    NONE,
    CLASS_B,
    CLASS_F,
    CLASS_D,
    CLASS_K,
    CLASS_S,
    CLASS_M,
    CLASS_N,
    CLASS_L,
    CLASS_R,
    CLASS_DIGIT
};

static const uint8_t classes[SOUND_SYMBOLS] = {[S_b] = CLASS_B,
    [S_p] = CLASS_B,
    [S_f] = CLASS_F,
    [S_v] = CLASS_F,
    [S_d] = CLASS_D,
    [S_t] = CLASS_D,
    [S_k] = CLASS_K,
    [S_g] = CLASS_K,
    [S_c] = CLASS_S,
    [S_s] = CLASS_S,
    [S_z] = CLASS_S,
    [S_J] = CLASS_S,
    [S_m] = CLASS_M,
    [S_n] = CLASS_N,
    [S_l] = CLASS_L,
    [S_r] = CLASS_R};

/* Other readings, one at a time for all letters of a word: `symbol` counts as `class`. */
static const struct reading {
    uint8_t symbol, class;
    bool bare;
} readings[READINGS] = {{UINT8_MAX, NONE, false}, {S_c, CLASS_K, false}, {S_J, CLASS_D, false},
    {S_j, CLASS_S, false}, {S_u, CLASS_F, true}, {S_h, CLASS_K, false}};

struct classed {
    uint8_t size, at[CLASSES_MAX];
};

static uint8_t
class_of(uint8_t symbol, const struct reading *r)
{
    if (symbol == r->symbol)
        return r->class;
    /* Digits stand for themselves, above the letters; folded into the bits there are. */
    if (symbol < SOUND_DIGIT)
        return classes[symbol];
    return (uint8_t)((unsigned)CLASS_DIGIT + (symbol - (unsigned)SOUND_DIGIT) % 6u);
}

static struct classed
read_as(const struct sound *s, const struct reading *r)
{
    struct classed k = {0};

    for (size_t i = 0; i < s->size && k.size < CLASSES_MAX; i++) {
        uint8_t c = class_of(s->at[i], r);
        uint8_t next = i + 1 < s->size ? class_of(s->at[i + 1], r) : NONE;

        if ((c == CLASS_N && (next == CLASS_D || next == CLASS_K)) ||
            (c == CLASS_M && next == CLASS_B))
            continue;
        if (c != NONE && (k.size == 0 || k.at[k.size - 1] != c))
            k.at[k.size++] = c;
    }
    return k;
}

/* Packed without class `skip`; the length on top, so that no two lists pack alike. */
static uint64_t
pack(const struct classed *k, size_t skip)
{
    uint64_t key = 0, size = 0;

    for (size_t i = 0; i < k->size; i++)
        if (i != skip) {
            key = key << CLASS_BITS | k->at[i];
            size++;
        }
    return size << CLASS_BITS * CLASSES_MAX | key;
}

/* The vowels as two kinds, a e i y and o u, the first four of them; how many below. */
static uint64_t
vowel_pattern(const struct sound *s)
{
    uint64_t pattern = 0, count = 0;

    for (size_t i = 0; i < s->size && count < PATTERN_VOWELS; i++) {
        uint8_t c = s->at[i];
        bool beside = (i > 0 && is_in(vowels, s->at[i - 1])) ||
                      (i + 1 < s->size && is_in(vowels, s->at[i + 1]));

        if (!is_in(vowels, c) && (c != S_y || i == 0 || beside))
            continue;
        pattern = pattern << 1 | (c == S_o || c == S_u);
        count++;
    }
    return pattern << 3 | count;
}

struct keys {
    uint64_t *at;
    size_t count;
};

static void
add_key(struct keys *k, uint64_t tag, uint64_t key)
{
    key |= tag << TAG_SHIFT;
    for (size_t i = 0; i < k->count; i++)
        if (k->at[i] == key)
            return;
    if (k->count < SOUND_KEYS)
        k->at[k->count++] = key;
}

static bool
has_symbol(const struct sound *s, uint8_t symbol)
{
    for (size_t i = 0; i < s->size; i++)
        if (s->at[i] == symbol)
            return true;
    return false;
}

/* One class left out: for words with vowels by their pattern; for and by bare words without. */
static void
add_shorter(
    const struct sound *s, enum sound_role role, uint64_t pattern, uint64_t key, struct keys *k)
{
    if (!s->bare)
        add_key(k, TAG_VOWELS | pattern, key);
    if (role == SOUND_HELD) {
        add_key(k, s->bare ? TAG_BARE : TAG_FULL, key);
    } else {
        add_key(k, TAG_BARE, key);
        if (s->bare)
            add_key(k, TAG_FULL, key);
    }
}

size_t
sound_keys(const struct sound *s, enum sound_role role, uint64_t out[static SOUND_KEYS])
{
    struct keys keys = {.at = out};
    uint64_t pattern = vowel_pattern(s);

    for (size_t r = 0; r < READINGS; r++) {
        struct classed k;

        if (r > 0 && (!has_symbol(s, readings[r].symbol) || (readings[r].bare && !s->bare)))
            continue;
        k = read_as(s, &readings[r]);
        add_key(&keys, TAG_WHOLE, pack(&k, SIZE_MAX));
        if (has_article(s) && k.size > 1)
            add_key(&keys, TAG_WHOLE, pack(&k, 0));
        /* Whole again, for words that have one class more. */
        if (k.size + 1 >= SHORTER_FROM)
            add_shorter(s, role, pattern, pack(&k, SIZE_MAX), &keys);
        for (size_t i = 0; k.size >= SHORTER_FROM && i < k.size; i++)
            add_shorter(s, role, pattern, pack(&k, i), &keys);
    }
    return keys.count;
}
