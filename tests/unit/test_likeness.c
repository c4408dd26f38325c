/*
 * The likeness of two words against a slow twin written from docs/detection.md, "Prices": letters
 * as a text, prices looked up in a list, every way from one word to the other tried.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "name/name.h"
#include "support/must.h"
#include "support/name_maker.h"
#include "support/rng.h"
#include "support/suites.h"

enum { WORD_MAX = 24, DEAR = 1 << 20 };

static struct name_room *room;

static void
setup(void)
{
    room = name_room_new();
    ck_assert_ptr_nonnull(room);
}

static void
teardown(void)
{
    name_room_free(room);
}

/* ---- the tables, as lists -------------------------------------------------------------------- */

static const struct {
    const char *letters, *sounds;
    char then;
} spelled[] = {
#define SPELL(letters, sounds, then) {letters, sounds, then},
#include "name/sound.def"
};

struct price {
    const char *one, *other;
    int cost;
};
static const struct price changed[] = {
#define CHANGE(a, b, cost) {#a, #b, cost},
#include "name/sound.def"
};
static const struct price unpointed[] = {
#define UNPOINTED(a, b, cost) {#a, #b, cost},
#include "name/sound.def"
};

static int
listed(const struct price *list, size_t count, char a, char b, int otherwise)
{
    for (size_t i = 0; i < count; i++)
        if ((list[i].one[0] == a && list[i].other[0] == b) ||
            (list[i].one[0] == b && list[i].other[0] == a))
            return list[i].cost;
    return otherwise;
}

static bool
in(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* ---- letters to sounds ------------------------------------------------------------------------
 */

/* The sounds of a word: small letters, J for dj, digits. */
struct heard {
    char at[2 * WORD_MAX + 2];
    bool bare;
};

static void
hear_one(struct heard *h, char sound)
{
    size_t size = strlen(h->at);

    if (size < WORD_MAX && (size == 0 || h->at[size - 1] != sound || in("0123456789", sound)))
        h->at[size] = sound;
}

/* The longest spelling that stands at `text` and is followed as it asks; of two, the one that
 * asks. */
static int
spelling_at(const char *word, size_t at)
{
    int best = -1;

    for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++) {
        size_t size = strlen(spelled[i].letters);
        char next = strncmp(word + at, spelled[i].letters, size) == 0 ? word[at + size] : '!';

        if (next == '!' || (spelled[i].then == 'V' && !in("aeiouyj", next)) ||
            (spelled[i].then == 'C' && (next == '\0' || in("aeiouyj", next))) ||
            (spelled[i].then == '^' && at > 0))
            continue;
        if (best < 0 || size > strlen(spelled[best].letters) ||
            (size == strlen(spelled[best].letters) && spelled[best].then == 0))
            best = (int)i;
    }
    return best;
}

static struct heard
hear(const char *text, size_t size, bool bare)
{
    struct heard h = {.bare = bare};
    char word[WORD_MAX + 1] = "";

    memcpy(word, text, size);
    for (size_t i = 0; i < size;) {
        int s = spelling_at(word, i);

        if (s >= 0) {
            for (const char *to = spelled[s].sounds; *to != '\0'; to++)
                hear_one(&h, *to);
            i += strlen(spelled[s].letters);
        } else {
            bool glide = in("yj", word[i]);

            if (glide && i > 0 && in("aeiou", word[i - 1]) && !in("aeiouyj", word[i + 1]))
                hear_one(&h, 'i');
            else if (!(i == 0 && size > 2 && word[0] == 'y' && word[1] == 'e'))
                hear_one(&h, word[i]);
            i++;
        }
    }
    size = strlen(h.at);
    if (size > 2 && h.at[size - 1] == 'h' && in("aeiou", h.at[size - 2]))
        h.at[size - 1] = '\0';
    return h;
}

/* ---- prices ------------------------------------------------------------------------------------
 */

/* Of a sound that the other word does not have; `mixed`: one of the two is bare. */
static int
spare(const struct heard *h, size_t i, bool mixed)
{
    char c = h->at[i], before = i > 0 ? h->at[i - 1] : '\0', after = h->at[i + 1];
    bool beside = in("aeiou", before) || in("aeiou", after);

    if (in("aeiou", c) && mixed)
        return h->bare ? 25 : after == '\0' ? 20 : 4;
    if (strlen(h->at) >= 7 && in("ae", h->at[0]) && h->at[1] == 'l' && i < 2)
        return 15;
    if (in("aeiou", c)) {
        if (after == '\0' && c == 'a')
            return 100;
        if (beside)
            return 25;
        return after == '\0' && c != 'e' ? 70 : 45;
    }
    if (c == 'h' || (in("yj", c) && beside) || (in("nm", c) && in("tdkgpbcJ", after)))
        return 30;
    return c == 'v' && beside ? 60 : 100;
}

static int
exchange(const struct heard *a, size_t i, const struct heard *b, size_t j, bool mixed)
{
    char x = a->at[i], y = b->at[j];
    int cost = listed(changed, sizeof changed / sizeof *changed, x, y, 100);

    if (x == y)
        return 0;
    if (a->at[i + 1] == '\0' && b->at[j + 1] == '\0' && (x == 'a' || y == 'a') &&
        (in("ou", x) || in("ou", y)))
        return 100;
    return mixed ? listed(unpointed, sizeof unpointed / sizeof *unpointed, x, y, cost) : cost;
}

/* The cheapest way from what is left of one word to what is left of the other. */
struct ways {
    const struct heard *a, *b;
    bool mixed;
    int known[WORD_MAX + 1][WORD_MAX + 1]; /* cost + 1; 0: not tried */
};

static int
cheapest(struct ways *w, size_t i, size_t j)
{
    const char *x = w->a->at + i, *y = w->b->at + j;
    int best = DEAR, cost;

    if (*x == '\0' && *y == '\0')
        return 0;
    if (w->known[i][j] > 0)
        return w->known[i][j] - 1;
    if (*x != '\0')
        best = spare(w->a, i, w->mixed) + cheapest(w, i + 1, j);
    if (*y != '\0') {
        cost = spare(w->b, j, w->mixed) + cheapest(w, i, j + 1);
        best = cost < best ? cost : best;
    }
    if (*x != '\0' && *y != '\0') {
        cost = exchange(w->a, i, w->b, j, w->mixed) + cheapest(w, i + 1, j + 1);
        best = cost < best ? cost : best;
    }
    if (*x != '\0' && *y != '\0' && x[1] == y[0] && x[0] == y[1] && x[0] != x[1]) {
        bool end = x[2] == '\0' && y[2] == '\0' && (in("aeiou", x[0]) || in("aeiou", x[1]));

        cost = (end ? 100 : 40) + cheapest(w, i + 2, j + 2);
        best = cost < best ? cost : best;
    }
    w->known[i][j] = best + 1;
    return best;
}

static int32_t
twin_sounds(const struct heard *a, const struct heard *b)
{
    static struct ways w;
    size_t longer = strlen(a->at) > strlen(b->at) ? strlen(a->at) : strlen(b->at);
    long double like;

    if (a->at[0] == '\0' || b->at[0] == '\0')
        return 0;
    memset(&w, 0, sizeof w);
    w.a = a;
    w.b = b;
    w.mixed = a->bare != b->bare;
    like = 1 - 2 * (long double)cheapest(&w, 0, 0) / (100 * (long double)longer);
    return like > 0.985L ? 985000 : like < 0 ? 0 : (int32_t)(like * 1000000 + 0.5L);
}

/* From docs/detection.md: equal words are certain, forms of one given name 95 % at least, of two
 * never; below 70 %, and 90 % for words written as one, they are different. */
static int32_t
twin_words(const struct name_word *x, const struct name_word *y)
{
    bool xb = (x->flags & NAME_BARE) != 0, yb = (y->flags & NAME_BARE) != 0;
    bool join = ((x->flags | y->flags) & NAME_JOIN) != 0;
    struct heard a = hear(x->text, x->size, xb), b = hear(y->text, y->size, yb);
    int32_t like = twin_sounds(&a, &b);

    if ((x->flags & y->flags & NAME_JOIN) != 0)
        return 0;
    if (x->size == y->size && memcmp(x->text, y->text, x->size) == 0 && xb == yb)
        return join ? 985000 : 1000000;
    if (like < (join ? 900000 : 700000))
        like = 0;
    if (x->group != 0 && y->group != 0)
        return x->group != y->group ? 0 : like < 950000 ? 950000 : like;
    return like;
}

/* ---- random words
 * -------------------------------------------------------------------------------- */

/* Letters put in, taken out, changed and swapped. */
static size_t
slip(uint64_t *rng, const struct name_word *from, char *to)
{
    size_t size = from->size;

    memcpy(to, from->text, size);
    for (size_t n = rng_below(rng, 3); n > 0 && size > 2; n--) {
        size_t at = rng_below(rng, size - 1);
        char c = "aeiouyjhnmckgdtszvbplr"[rng_below(rng, 22)], kept = to[at];

        switch (rng_below(rng, 4)) {
        case 0:
            to[at] = c;
            break;
        case 1:
            to[at] = to[at + 1];
            to[at + 1] = kept;
            break;
        case 2:
            memmove(to + at, to + at + 1, --size - at);
            break;
        default:
            if (size < NAME_LETTERS) {
                memmove(to + at + 1, to + at, size++ - at);
                to[at] = c;
            }
        }
    }
    return size;
}

static const char *const scripts[] = {"عبد الرحمن القصار", "محمد حسین خسروانی",
    "Ђорђе Станимировић", "Χαράλαμπος Μπουντούρης", "طارق ناصر الدين برزنجي",
    "غلامرضا قاسم‌زاده", "Ѓорѓи Ќосев", "Alkhatib Elmasri",
    "Aleksandar Aleksandra", "Branko Branka Alexandru"};

/* A name of the region, now and then in another script. */
static void
read_any(uint64_t *rng, unsigned slot, struct bytes like, struct name *out)
{
    struct buf text = {0};

    if (rng_below(rng, 6) == 0)
        buf_text(&text, scripts[rng_below(rng, sizeof scripts / sizeof *scripts)]);
    else if (like.size > 0)
        name_maker_vary(rng, like, &text);
    else
        name_maker_new(rng, &text);
    name_read(room, slot, buf_bytes(&text), out);
    buf_fini(&text);
}

/* Of every word of one name and every word of another: also two written as one. */
START_TEST(words_agree_with_the_slow_twin)
{
    uint64_t rng = (uint64_t)_i * 1000 + 17;
    size_t compared = 0, alike = 0, unkeyed = 0;

    while (compared < 1000) {
        struct buf text = {0};
        struct name x, y;

        name_maker_new(&rng, &text);
        read_any(&rng, 0, buf_bytes(&text), &x);
        read_any(&rng, 1, rng_below(&rng, 4) == 0 ? (struct bytes){"", 0} : buf_bytes(&text), &y);
        buf_fini(&text);
        for (size_t i = 0; i < x.count; i++)
            for (size_t j = 0; j < y.count; j++) {
                const struct name_word *u = x.word[i], *v = y.word[j];
                int32_t slow, fast, found;

                if (rng_below(&rng, 3) == 0 && y.join[j] != NULL)
                    v = y.join[j];
                slow = twin_words(u, v);
                fast = name_likeness_keyed(u, v);
                found = name_likeness(u, v);
                ck_assert_msg(abs(slow - fast) <= 1, "%.*s | %.*s: %d, slow twin %d", u->size,
                    u->text, v->size, v->text, (int)fast, (int)slow);
                must(found == fast || found == 0);
                compared++;
                alike += slow > 0;
                unkeyed += found != fast;
            }
    }
    ck_assert_uint_gt(alike, 100);
    /* Keys are a way to find like words quickly; few like words share none. */
    ck_assert_msg(unkeyed * 20 <= alike, "%zu of %zu like words share no key", unkeyed, alike);
}
END_TEST

/* Single words with slips, whatever they come to. */
START_TEST(slips_agree_with_the_slow_twin)
{
    uint64_t rng = (uint64_t)_i * 1000 + 29;

    for (size_t n = 0; n < 1000; n++) {
        char one[NAME_LETTERS + 1], two[NAME_LETTERS + 1];
        struct name x;
        const struct name_word *w;
        size_t one_size, two_size;
        bool xb = rng_below(&rng, 4) == 0, yb = rng_below(&rng, 4) == 0;
        struct sound s, t;
        struct heard a, b;
        int32_t slow, fast;

        read_any(&rng, 0, (struct bytes){"", 0}, &x);
        w = x.word[rng_below(&rng, x.count)];
        one_size = slip(&rng, w, one);
        two_size = slip(&rng, w, two);
        s = sound_of(one, one_size, xb);
        t = sound_of(two, two_size, yb);
        a = hear(one, one_size, xb);
        b = hear(two, two_size, yb);
        slow = twin_sounds(&a, &b);
        fast = sound_likeness(&s, &t, 0);
        ck_assert_msg(abs(slow - fast) <= 1, "%.*s%s (%s) | %.*s%s (%s): %d, slow twin %d",
            (int)one_size, one, xb ? " bare" : "", a.at, (int)two_size, two, yb ? " bare" : "",
            b.at, (int)fast, (int)slow);
    }
}
END_TEST

Suite *
suite_likeness(void)
{
    Suite *s = suite_create("likeness");
    TCase *c = tcase_create("all");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, words_agree_with_the_slow_twin, 0, 10);
    tcase_add_loop_test(c, slips_agree_with_the_slow_twin, 0, 10);
    suite_add_tcase(s, c);
    return s;
}
