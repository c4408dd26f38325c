/*
 * match - what many patterns cost: bench-match ROWS [PATTERNS...]
 *
 * For each number of patterns: the time to compile them, the memory they take, nanoseconds a
 * narrative, of which folding and looking, and how many patterns PCRE2 was asked about.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "match/matcher.h"
#include "match/pattern.h"
#include "support/must.h"
#include "support/pattern_lab.h"

enum { TEXTS = 50000, ALONE_ROWS = 2000, ALONE_MOST = 1000 };

static struct bytes text[TEXTS];

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
        if (s->need[i]->count == 0 && i < 100)
            printf("%.*s\n", (int)b.size, b.at);
        s->without += s->need[i]->count == 0;
        buf_fini(&b);
    }
    (void)matcher_add(s->matcher, 0, s, s->need, count);
    (void)matcher_build(s->matcher);
}

static void
measure(size_t count, size_t rows)
{
    struct set s = {.count = 0};
    struct regex_room *room = regex_room_new();
    struct arena forms;
    struct buf way = {0};
    struct found found;
    double t0 = now_ns(), compiled, folded, scanned, all;
    size_t before = alloc_live(), hits = 0, asked = 0, memory;

    arena_init(&forms, 0, "forms");
    compile(&s, count);
    compiled = now_ns() - t0;
    memory = alloc_live() - before;
    (void)found_init(&found, matcher_ids(s.matcher));
    for (int pass = 0; pass < 3; pass++) {
        t0 = now_ns();
        for (size_t i = 0; i < rows; i++) {
            struct subject subject;
            struct pattern_place place;

            arena_reset(&forms);
            (void)subject_of(&forms, &way, text[i % TEXTS], true, &subject);
            if (pass == 0)
                continue;
            matcher_scan(s.matcher, 0, &subject, &found);
            for (size_t k = 0; pass == 2 && k < found.count; k++, asked++)
                hits += pattern_find(s.pattern[found.id[k]], room, &subject, &place) == REGEX_YES;
        }
        if (pass == 0)
            folded = now_ns() - t0;
        else if (pass == 1)
            scanned = now_ns() - t0;
        else
            all = now_ns() - t0;
    }
    printf("%8zu %10.1f %9.1f %9zu %9.1f %9.1f %9.1f %9.1f %10.4f %8.4f\n", count, compiled / 1e6,
        (double)memory / 1e6, matcher_nodes(s.matcher), all / (double)rows, folded / (double)rows,
        (scanned - folded) / (double)rows, (all - scanned) / (double)rows,
        (double)asked / (double)rows, (double)hits / (double)rows);
    if (s.without > 0)
        printf("%8s %zu have no literal\n", "", s.without);
    found_fini(&found);
    buf_fini(&way);
    arena_fini(&forms);
    arena_fini(&s.a);
    arena_fini(&s.scratch);
    regex_room_free(room);
}

int
main(int argc, char **argv)
{
    static const size_t sizes[] = {200, 1000, 5000, 20000};
    size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    struct arena a;

    arena_init(&a, 0, "texts");
    make_texts(&a, 200);
    printf("%8s %10s %9s %9s %9s %9s %9s %9s %10s %8s\n", "patterns", "compile ms", "memory MB",
        "nodes", "ns a row", "folding", "looking", "PCRE2", "asked/row", "hits/row");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        measure(sizes[i], rows);
    arena_fini(&a);
    return 0;
}
