/*
 * match - what many patterns cost: bench-match [ROWS]; bench-match list COUNT prints patterns;
 * bench-match same COUNT ROWS compares with asking PCRE2 about each of them.
 *
 * For each number of patterns: the time to compile them, the memory they take, nanoseconds a
 * narrative (folding it, looking for literals, asking PCRE2), how many patterns PCRE2 was asked
 * about a row, how many were found, and what asking PCRE2 about each of them would cost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "match/matcher.h"
#include "match/pattern.h"
#include "support/pattern_lab.h"

enum { TEXTS = 50000, ALONE_ASKED = 1000000 /* patterns asked one by one, in all */ };

static struct bytes text[TEXTS];

static void
need_memory(bool there)
{
    if (there)
        return;
    fputs("bench-match: out of memory\n", stderr);
    exit(1);
}

static double
now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
make_texts(struct arena *a, uint64_t patterns)
{
    uint64_t seed = 3;

    for (size_t i = 0; i < TEXTS; i++) {
        struct buf b = {0};

        pattern_lab_narrative(&seed, 0, patterns, 200, &b);
        text[i] = (struct bytes){arena_copy(a, buf_bytes(&b)), b.size};
        buf_fini(&b);
    }
}

struct set {
    struct arena a, scratch;
    const struct pattern **pattern;
    const struct need **need;
    struct matcher *matcher;
    size_t count, without;
};

static void
compile(struct set *s, size_t count)
{
    struct pattern_maker maker = {.a = &s->a, .scratch = &s->scratch};
    char fault[200];
    size_t at;

    arena_init(&s->a, 0, "patterns");
    arena_init(&s->scratch, 0, "scratch");
    maker.pool = regex_pool_new(&s->a);
    s->count = count;
    s->pattern = arena_take(&s->a, count, sizeof *s->pattern);
    s->need = arena_take(&s->a, count, sizeof *s->need);
    s->matcher = matcher_new(&s->a);
    for (size_t i = 0; i < count; i++) {
        struct buf b = {0};

        pattern_lab_pattern(i, &b);
        s->pattern[i] = pattern_new(&maker, buf_bytes(&b), false, fault, sizeof fault, &at);
        s->need[i] = &s->pattern[i]->need;
        s->without += s->need[i]->count == 0;
        buf_fini(&b);
    }
    (void)matcher_add(s->matcher, 0, s, s->need, count);
    (void)matcher_build(s->matcher);
}

/* What a row costs, and how many patterns were asked about and found. */
struct cost {
    double ns;
    size_t asked, hits;
};

/* The first `steps` steps: 1 folding, 2 looking for literals, 3 asking PCRE2. */
static struct cost
run(const struct set *s, struct regex_room *room, struct found *found, size_t rows, int steps)
{
    struct cost cost = {0};
    struct arena forms;
    struct buf way = {0};
    double began = now_ns();

    arena_init(&forms, 0, "forms");
    for (size_t i = 0; i < rows; i++) {
        struct subject subject;
        struct pattern_place place;

        arena_reset(&forms);
        need_memory(subject_of(&forms, &way, text[i % TEXTS], true, &subject));
        if (steps == 1)
            continue;
        matcher_scan(s->matcher, 0, &subject, found);
        for (size_t k = 0; steps == 3 && k < found->count; k++, cost.asked++)
            cost.hits +=
                pattern_find(s->pattern[found->id[k]], room, &subject, &place) == REGEX_YES;
    }
    cost.ns = (now_ns() - began) / (double)rows;
    buf_fini(&way);
    arena_fini(&forms);
    return cost;
}

static struct cost
best_of_three(
    const struct set *s, struct regex_room *room, struct found *found, size_t rows, int steps)
{
    struct cost best = run(s, room, found, rows, steps);

    for (int again = 0; again < 2; again++) {
        struct cost other = run(s, room, found, rows, steps);

        best = other.ns < best.ns ? other : best;
    }
    return best;
}

/* Nanoseconds a row where every pattern is asked about it. */
static double
run_alone(const struct set *s, struct regex_room *room, size_t rows)
{
    double began = now_ns();

    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < s->count; k++)
            (void)regex_match(s->pattern[k]->written, room, text[i % TEXTS], NULL);
    return (now_ns() - began) / (double)rows;
}

static void
measure(size_t count, size_t rows)
{
    struct set s = {.count = 0};
    struct regex_room *room = regex_room_new();
    struct found found;
    size_t before = alloc_live(), memory;
    double began = now_ns(), compiled;
    struct cost fold, look, all;

    need_memory(room != NULL);
    compile(&s, count);
    compiled = (now_ns() - began) / 1e6;
    memory = alloc_live() - before;
    need_memory(found_init(&found, matcher_ids(s.matcher)));
    fold = best_of_three(&s, room, &found, rows, 1);
    look = best_of_three(&s, room, &found, rows, 2);
    all = best_of_three(&s, room, &found, rows, 3);
    printf("%8zu %10.1f %9.1f %9zu %8.1f %8.1f %8.1f %8.1f %10.4f %9.4f %11.0f\n", count, compiled,
        (double)memory / 1e6, matcher_nodes(s.matcher), all.ns, fold.ns, look.ns - fold.ns,
        all.ns - look.ns, (double)all.asked / (double)rows, (double)all.hits / (double)rows,
        run_alone(&s, room, ALONE_ASKED / count));
    if (s.without > 0)
        printf("%8s %zu of them need no literal\n", "", s.without);
    found_fini(&found);
    arena_fini(&s.a);
    arena_fini(&s.scratch);
    regex_room_free(room);
}

/* Narratives of their own, each asked about in both ways. 1 where the hits differ. */
static int
same(size_t count, size_t rows)
{
    struct set s = {.count = 0};
    struct regex_room *room = regex_room_new();
    struct arena forms;
    struct buf way = {0}, b = {0};
    struct found found;
    uint64_t seed = 11;
    size_t hits = 0, rows_hit = 0, differ = 0;

    compile(&s, count);
    arena_init(&forms, 0, "forms");
    need_memory(room != NULL && found_init(&found, matcher_ids(s.matcher)));
    for (size_t i = 0; i < rows; i++) {
        struct subject subject;
        struct pattern_place place;
        size_t k = 0, before = hits;

        arena_reset(&forms);
        b.size = 0;
        pattern_lab_narrative(&seed, 0, count, 20, &b);
        need_memory(!b.failed && subject_of(&forms, &way, buf_bytes(&b), true, &subject));
        matcher_scan(s.matcher, 0, &subject, &found);
        for (size_t n = 0; n < count; n++) {
            bool may = k < found.count && found.id[k] == n;

            k += may;
            if (pattern_find(s.pattern[n], room, &subject, &place) != REGEX_YES)
                continue;
            hits++;
            differ += !may;
        }
        rows_hit += hits > before;
    }
    printf("%8zu patterns one by one on %zu narratives: %zu hits in %zu of them, %zu not found by "
           "all at once\n",
        count, rows, hits, rows_hit, differ);
    found_fini(&found);
    buf_fini(&way);
    buf_fini(&b);
    arena_fini(&forms);
    arena_fini(&s.a);
    arena_fini(&s.scratch);
    regex_room_free(room);
    return differ > 0;
}

static int
list(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf b = {0};

        pattern_lab_pattern(i, &b);
        printf("%.*s\n", (int)b.size, b.at);
        buf_fini(&b);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    static const size_t sizes[] = {200, 1000, 5000, 20000};
    size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    struct arena a;

    if (argc == 3 && strcmp(argv[1], "list") == 0)
        return list(strtoul(argv[2], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "same") == 0)
        return same(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
    arena_init(&a, 0, "texts");
    make_texts(&a, 200);
    printf("%8s %10s %9s %9s %8s %8s %8s %8s %10s %9s %11s\n", "patterns", "compile ms",
        "memory MB", "nodes", "ns a row", "folding", "looking", "PCRE2", "asked/row", "hits/row",
        "alone ns");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        measure(sizes[i], rows);
    arena_fini(&a);
    return 0;
}
