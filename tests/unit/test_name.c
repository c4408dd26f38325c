/* Names: how they are read and scored; the index against every entry; scores against a slow twin.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "name/index.h"
#include "name/letter.h"
#include "name/script.h"
#include "support/must.h"
#include "support/name_maker.h"
#include "support/rng.h"
#include "support/suites.h"

static struct name_room *room;
static struct arena a;

static void
setup(void)
{
    arena_init(&a, 0, "names");
    room = name_room_new();
    ck_assert_ptr_nonnull(room);
}

static void
teardown(void)
{
    name_room_free(room);
    arena_fini(&a);
}

/* ---- reading ------------------------------------------------------------------------------ */

static const struct read_case {
    const char *text, *words;
} read_cases[] = {
#define READ(text, words) {text, words},
#include "name_cases.def"
};

START_TEST(names_are_read_as_words)
{
    const struct read_case *c = &read_cases[_i];
    struct buf words = {0};
    struct name n;

    name_read(room, 0, bytes_of(c->text), &n);
    for (size_t i = 0; i < n.count; i++)
        buf_print(&words, "%s%.*s", i > 0 ? " " : "", n.word[i]->size, n.word[i]->text);
    buf_byte(&words, '\0');
    ck_assert_str_eq(words.at, c->words);
    buf_fini(&words);
}
END_TEST

START_TEST(any_bytes_are_read)
{
    uint64_t rng = 7;

    for (int i = 0; i < 20000; i++) {
        char text[600];
        size_t size = rng_below(&rng, sizeof text);
        struct name n;

        for (size_t k = 0; k < size; k++)
            text[k] =
                (char)(rng_below(&rng, 4) == 0 ? rng_below(&rng, 256) : 'a' + rng_below(&rng, 26));
        name_read(room, 0, (struct bytes){text, size}, &n);
        must(n.count <= NAME_WORDS && n.full <= n.count);
        for (size_t k = 0; k < n.count; k++)
            must(n.word[k]->size > 0 && n.word[k]->size <= NAME_LETTERS);
    }
}
END_TEST

/* ---- scoring ------------------------------------------------------------------------------- */

static struct score
score_of(const char *x, const char *y)
{
    struct name left, right;
    struct score s;

    name_read(room, 0, bytes_of(x), &left);
    name_read(room, 1, bytes_of(y), &right);
    score_names(&left, &right, &s);
    return s;
}

static const struct score_case {
    const char *left, *right;
    int32_t least, most; /* percent */
} score_cases[] = {
#define SCORE(left, right, least, most) {left, right, least, most},
#include "name_cases.def"
};

START_TEST(names_score_as_they_should)
{
    const struct score_case *c = &score_cases[_i];
    int32_t value = score_of(c->left, c->right).value;

    ck_assert_msg(value >= c->least * 10000 && value <= c->most * 10000, "%s | %s: %d", c->left,
        c->right, (int)value);
}
END_TEST

START_TEST(only_equal_words_score_all)
{
    uint64_t rng = 11;

    for (int i = 0; i < 3000; i++) {
        struct buf x = {0}, y = {0};
        struct name left, right;
        struct score s;

        name_maker_new(&rng, &x);
        name_maker_vary(&rng, buf_bytes(&x), &y);
        name_read(room, 0, buf_bytes(&x), &left);
        name_read(room, 1, buf_bytes(&y), &right);
        score_names(&left, &right, &s);
        must(s.value >= 0 && s.value <= SOUND_SAME);
        for (size_t k = 0; k < s.count && s.value == SOUND_SAME; k++)
            must(s.pair[k].like == SOUND_SAME);
        must(s.value < SOUND_SAME || left.count == right.count);
        buf_fini(&x);
        buf_fini(&y);
    }
}
END_TEST

/* It does not matter which of two words or names is asked about. */
START_TEST(likeness_has_no_direction)
{
    uint64_t rng = 23;

    for (int i = 0; i < 3000; i++) {
        struct buf x = {0}, y = {0};
        struct name left, right;

        name_maker_new(&rng, &x);
        name_maker_vary(&rng, buf_bytes(&x), &y);
        name_read(room, 0, buf_bytes(&x), &left);
        name_read(room, 1, buf_bytes(&y), &right);
        for (size_t k = 0; k < left.count; k++)
            for (size_t n = 0; n < right.count; n++) {
                const struct sound *s = &left.word[k]->sound, *t = &right.word[n]->sound;

                must(sound_likeness(s, t, 0) == sound_likeness(t, s, 0));
                must(sound_likeness(s, t, 0) <= SOUND_EQUAL);
                must(name_likeness(left.word[k], right.word[n]) ==
                     name_likeness(right.word[n], left.word[k]));
                /* What is refused early is what ends below the line. */
                must(sound_likeness(s, t, SOUND_LEAST) ==
                     (sound_likeness(s, t, 0) >= SOUND_LEAST ? sound_likeness(s, t, 0) : 0));
            }
        buf_fini(&x);
        buf_fini(&y);
    }
}
END_TEST

START_TEST(explanations_name_every_word)
{
    struct name left, right;
    struct score s;
    struct buf out = {0};

    name_read(room, 0, bytes_of("Poutine Wladimir Moskva"), &left);
    name_read(room, 1, bytes_of("PUTIN, Vladimir Vladimirovich"), &right);
    score_names(&left, &right, &s);
    score_explain(&left, &right, &s, &out);
    buf_byte(&out, '\0');
    ck_assert_str_eq(out.at,
        "wladimir ~ vladimir 98%; poutine ~ putin 85%; only in the row: moskva; only on the list: "
        "vladimirovich");
    buf_fini(&out);
}
END_TEST

/* ---- a slow twin of the score --------------------------------------------------------------- */

/* From score.h alone: take the best pair left, over and over; then initials; then the sum. */
struct slow {
    const struct name *n[2];
    bool taken[2][NAME_WORDS];
};

static const struct name_word *
slow_unit(const struct slow *s, int side, size_t at, size_t span)
{
    for (size_t i = at; i < at + span; i++)
        if (i >= s->n[side]->count || s->taken[side][i] ||
            (s->n[side]->word[i]->flags & NAME_INITIAL) != 0)
            return NULL;
    return span == 2 ? s->n[side]->join[at] : s->n[side]->word[at];
}

static int32_t
slow_score(const struct name *x, const struct name *y)
{
    static const size_t spans[3][2] = {{1, 1}, {1, 2}, {2, 1}};
    struct slow s = {.n = {x, y}};
    long double top = 0, bottom = 0, left[2] = {0, 0}, spare;
    size_t full = 0, initials = 0;
    bool firm = false;

    for (;;) {
        int32_t best = 0;
        size_t at[2] = {0, 0}, span[2] = {1, 1};
        const struct name_word *u, *v;

        for (size_t i = 0; i < x->count; i++)
            for (size_t j = 0; j < y->count; j++)
                for (size_t k = 0; k < 3; k++) {
                    int32_t like;

                    u = slow_unit(&s, 0, i, spans[k][0]);
                    v = slow_unit(&s, 1, j, spans[k][1]);
                    if (u == NULL || v == NULL)
                        continue;
                    like = name_likeness(u, v);
                    if (k > 0 && like > 985000)
                        like = 985000;
                    if (like < (k > 0 ? 900000 : 700000) || like < best)
                        continue;
                    if (like > best || (k > 0 && span[0] + span[1] == 2)) {
                        best = like;
                        at[0] = i, at[1] = j;
                        span[0] = spans[k][0], span[1] = spans[k][1];
                    }
                }
        if (best == 0)
            break;
        u = slow_unit(&s, 0, at[0], span[0]);
        v = slow_unit(&s, 1, at[1], span[1]);
        for (int side = 0; side < 2; side++)
            for (size_t i = at[side]; i < at[side] + span[side]; i++)
                s.taken[side][i] = true;
        full += span[0] > span[1] ? span[0] : span[1];
        firm = firm || ((u->flags & NAME_COMMON) == 0 && (v->flags & NAME_COMMON) == 0);
        top += (long double)(u->weight + v->weight) * best;
        bottom += u->weight + v->weight;
    }
    if (full == 0)
        return 0;
    for (size_t i = 0; i < x->count; i++)
        for (size_t j = 0; j < y->count; j++) {
            bool p = (x->word[i]->flags & NAME_INITIAL) != 0,
                 q = (y->word[j]->flags & NAME_INITIAL) != 0;

            if (s.taken[0][i] || s.taken[1][j] || (!p && !q) ||
                (x->word[i]->text[0] != y->word[j]->text[0] &&
                    x->word[i]->sound.at[0] != y->word[j]->sound.at[0]))
                continue;
            s.taken[0][i] = s.taken[1][j] = true;
            initials++;
            top += 100.0L * (p && q ? 1000000 : firm ? 800000 : 500000);
            bottom += 100;
        }
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < s.n[side]->count; i++)
            if (!s.taken[side][i])
                left[side] += s.n[side]->word[i]->weight;
    spare = !firm ? 0.50L : full >= 2 || initials > 0 ? 0.08L : 0.35L;
    bottom += left[0] < left[1] ? 2 * left[0] + spare * (left[1] - left[0])
                                : 2 * left[1] + spare * (left[0] - left[1]);
    top /= bottom;
    if (full == 1 && !firm && top > 600000)
        top = 600000;
    return (int32_t)(top + 0.5L); /* ties are told apart by the caller */
}

START_TEST(scores_agree_with_the_slow_twin)
{
    uint64_t rng = (uint64_t)_i + 100;

    for (int i = 0; i < 400; i++) {
        struct buf x = {0}, y = {0};
        struct name left, right;
        struct score s;
        int32_t slow;

        name_maker_new(&rng, &x);
        if (i % 4 == 0)
            name_maker_new(&rng, &y);
        else
            name_maker_vary(&rng, buf_bytes(&x), &y);
        name_read(room, 0, buf_bytes(&x), &left);
        name_read(room, 1, buf_bytes(&y), &right);
        score_names(&left, &right, &s);
        slow = slow_score(&left, &right);
        ck_assert_msg(abs(slow - s.value) <= 1, "%.*s | %.*s: %d, slow twin %d", (int)x.size, x.at,
            (int)y.size, y.at, (int)s.value, (int)slow);
        buf_fini(&x);
        buf_fini(&y);
    }
}
END_TEST

/* ---- the index ------------------------------------------------------------------------------- */

enum { LISTED = 200, ASKED = 300 };

struct found {
    int32_t value[LISTED]; /* -1: not found */
};

static void
note(void *to, uint32_t entry, const struct name *listed, const struct score *s)
{
    struct found *f = to;

    (void)listed;
    must(entry < LISTED && f->value[entry] < 0);
    f->value[entry] = s->value;
}

/* The words of each listed name, and how often each stands on the list, counted the slow way. */
struct listed {
    struct name name;
    struct name_word word[2 * NAME_WORDS];
};

static void
copy_words(struct listed *l, const struct bytes text)
{
    name_read(room, 1, text, &l->name);
    for (size_t i = 0; i < l->name.count; i++) {
        l->word[i] = *l->name.word[i];
        l->name.word[i] = &l->word[i];
        if (l->name.join[i] == NULL)
            continue;
        l->word[NAME_WORDS + i] = *l->name.join[i];
        l->name.join[i] = &l->word[NAME_WORDS + i];
    }
}

static bool
same_word(const struct name_word *x, const struct name_word *y)
{
    return x != NULL && y != NULL && x->size == y->size && x->weight == y->weight &&
           memcmp(x->text, y->text, x->size) == 0 && (x->flags & NAME_INITIAL) == 0;
}

static void
mark_often(struct listed *all)
{
    static bool often[LISTED][2 * NAME_WORDS];

    for (size_t i = 0; i < LISTED * 2 * NAME_WORDS; i++) {
        const struct name_word *w = &all[i / (2 * NAME_WORDS)].word[i % (2 * NAME_WORDS)];
        size_t count = 0;

        for (size_t k = 0; w->size > 0 && k < LISTED; k++)
            for (size_t n = 0; n < all[k].name.count; n++)
                count += same_word(w, all[k].name.word[n]) + same_word(w, all[k].name.join[n]);
        often[i / (2 * NAME_WORDS)][i % (2 * NAME_WORDS)] = count > NAME_COMMON_FROM;
    }
    for (size_t i = 0; i < LISTED * 2 * NAME_WORDS; i++)
        if (often[i / (2 * NAME_WORDS)][i % (2 * NAME_WORDS)])
            all[i / (2 * NAME_WORDS)].word[i % (2 * NAME_WORDS)].flags |= NAME_COMMON;
}

/* Everything scored one by one finds what the index finds, with the same scores. */
START_TEST(the_index_finds_what_scoring_all_finds)
{
    uint64_t rng = (uint64_t)_i + 1;
    struct buf text[LISTED] = {{0}};
    struct bytes names[LISTED];
    struct listed *all = calloc(LISTED, sizeof *all);
    struct name_index *x;
    size_t hits = 0;

    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < LISTED; i++) {
        if (i > 0 && rng_below(&rng, 4) == 0)
            name_maker_vary(&rng, names[rng_below(&rng, i)], &text[i]);
        else
            name_maker_new(&rng, &text[i]);
        names[i] = buf_bytes(&text[i]);
        copy_words(&all[i], names[i]);
    }
    mark_often(all);
    x = name_index_new(&a, room, names, LISTED);
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < ASKED; i++) {
        struct buf asked = {0};
        struct found f;
        struct name row;
        int32_t least = (int32_t)(500000 + 100000 * rng_below(&rng, 5));

        memset(f.value, 0xff, sizeof f.value);
        if (rng_below(&rng, 4) == 0)
            name_maker_new(&rng, &asked);
        else
            name_maker_vary(&rng, names[rng_below(&rng, LISTED)], &asked);
        name_read(room, 0, buf_bytes(&asked), &row);
        must(name_index_find(x, room, &row, least, note, &f));
        for (size_t k = 0; k < LISTED; k++) {
            struct score s;
            int32_t value;

            score_names(&row, &all[k].name, &s);
            value = s.enough && s.value >= least ? s.value : -1;
            hits += value >= 0;
            ck_assert_msg(value == f.value[k], "%.*s | %.*s: %d, index %d", (int)asked.size,
                asked.at, (int)names[k].size, names[k].at, (int)value, (int)f.value[k]);
        }
        buf_fini(&asked);
    }
    ck_assert_uint_gt(hits, ASKED / 3);
    for (size_t i = 0; i < LISTED; i++)
        buf_fini(&text[i]);
    free(all);
}
END_TEST

START_TEST(an_empty_list_finds_nothing)
{
    struct name_index *x = name_index_new(&a, room, NULL, 0);
    struct found f;
    struct name row;

    name_read(room, 0, bytes_of("Marko Marković"), &row);
    ck_assert(name_index_find(x, room, &row, 0, note, &f));
}
END_TEST

START_TEST(short_memory_is_told)
{
    static const char *const texts[] = {"Vladimir Putin", "محمد علي"};
    struct bytes names[2] = {bytes_of(texts[0]), bytes_of(texts[1])};

    for (size_t n = 1; n < 40; n++) {
        struct arena own;
        struct name_room *r;
        struct name row;
        struct found f = {{0}};

        arena_init(&own, 0, "names");
        alloc_fail_at(n, 0);
        r = name_room_new();
        if (r != NULL) {
            struct name_index *x = name_index_new(&own, r, names, 2);

            memset(f.value, 0xff, sizeof f.value);
            if (x != NULL) {
                name_read(r, 0, bytes_of("Wladimir Putin"), &row);
                (void)name_index_find(x, r, &row, 900000, note, &f);
            }
        }
        alloc_fail_at(0, 0);
        name_room_free(r);
        arena_fini(&own);
    }
}
END_TEST

Suite *
suite_name(void)
{
    Suite *s = suite_create("name");
    TCase *c = tcase_create("names");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, names_are_read_as_words, 0, sizeof read_cases / sizeof *read_cases);
    tcase_add_test(c, any_bytes_are_read);
    tcase_add_loop_test(c, names_score_as_they_should, 0, sizeof score_cases / sizeof *score_cases);
    tcase_add_test(c, only_equal_words_score_all);
    tcase_add_test(c, likeness_has_no_direction);
    tcase_add_test(c, explanations_name_every_word);
    tcase_add_loop_test(c, scores_agree_with_the_slow_twin, 0, 10);
    tcase_add_loop_test(c, the_index_finds_what_scoring_all_finds, 0, 4);
    tcase_add_test(c, an_empty_list_finds_nothing);
    tcase_add_test(c, short_memory_is_told);
    suite_add_tcase(s, c);
    return s;
}
